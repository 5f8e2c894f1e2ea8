# Sourced by ./run and ./test: installs the programs that are missing, after saying which, and what for.
#
#   install_missing "nginx:nginx:the edge" "ffprobe:ffmpeg:tests that play videos"     program:package:what for, ...

find_program() {
    PATH="$PATH:/usr/sbin:/usr/local/sbin:/sbin:/opt/homebrew/bin:/usr/lib/podman:/usr/libexec/podman" command -v "$1" >/dev/null 2>&1
}

install_missing() {
    if ! find_program dotnet; then
        echo "error: the .NET SDK 10 is not installed: https://dotnet.microsoft.com/download" >&2
        return 1
    fi

    local wanted program package reason packages=() lines=()
    for wanted in "$@"; do
        IFS=: read -r program package reason <<<"$wanted"
        find_program "$program" && continue
        packages+=("$package")
        lines+=("  $package: $reason")
    done
    [ ${#packages[@]} -eq 0 ] && return 0

    if ! command -v apt-get >/dev/null 2>&1; then
        echo "error: missing: ${packages[*]}. Install them with this system's package manager." >&2
        return 1
    fi

    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            echo "error: missing: ${packages[*]}. As root: apt-get install ${packages[*]}" >&2
            return 1
        fi
        sudo=(sudo)
    fi

    echo "About to install, by ${sudo[*]}${sudo:+ }apt-get:"
    printf '%s\n' "${lines[@]}"
    local quietly=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq -o=Dpkg::Use-Pty=0)
    "${quietly[@]}" update >/dev/null
    "${quietly[@]}" install -y --no-install-recommends "${packages[@]}" >/dev/null

    # The CDN runs an nginx of its own; the one that the package starts on port 80 is not wanted.
    if [[ " ${packages[*]} " == *" nginx "* ]] && [ -d /run/systemd/system ]; then
        "${sudo[@]}" systemctl disable --now nginx >/dev/null 2>&1 || true
    fi
}
