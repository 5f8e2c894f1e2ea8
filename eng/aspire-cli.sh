# Sourced by ./run and ./test: brings the Aspire CLI, whose dashboard shows the CDN, into .tools/ of the repository. The CDN runs without it, so
# nothing here makes a start fail.
#
#   DASHBOARD=off              leave it alone, and start none
#   ASPIRE_CLI_PATH=/path      use that one

# A version whose dashboard was tried with this engine, and where that was.
aspire_cli_version=13.5.4
aspire_cli_platform=linux-x64

# Time for the download, 60 s: some 70 MB. If it takes longer, the CDN starts without, and the next start tries again.
aspire_cli_seconds=60

provide_aspire_cli() {
    local package="@microsoft/aspire-cli-$aspire_cli_platform"
    local folder="$1/.tools/aspire-cli-$aspire_cli_version"
    local cli="node_modules/$package/bin/aspire"
    if [ "${DASHBOARD:-on}" = off ]; then
        export ASPIRE_CLI_PATH=/nonexistent
        return 0
    fi

    if [ -n "${ASPIRE_CLI_PATH:-}" ] || command -v aspire >/dev/null 2>&1 || [ "$(uname -sm)" != "Linux x86_64" ]; then
        return 0
    fi

    if [ ! -x "$folder/$cli" ]; then
        command -v npm >/dev/null 2>&1 || return 0
        echo "Installing the dashboard: npm install $package@$aspire_cli_version (into .tools/; DASHBOARD=off goes without)"

        # Elsewhere first: what is cut off must not look like what is whole.
        rm -rf "$folder.part"
        if ! timeout -k 5 "$aspire_cli_seconds" npm install --prefix "$folder.part" --no-save --no-package-lock --no-audit --no-fund \
            --ignore-scripts --fetch-retries=0 "$package@$aspire_cli_version" >/dev/null 2>&1 </dev/null \
            || ! mv "$folder.part" "$folder"; then
            echo "That did not succeed: going on without the dashboard."
            return 0
        fi
    fi

    export ASPIRE_CLI_PATH="$folder/$cli"
}
