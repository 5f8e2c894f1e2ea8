#!/bin/sh
# Starts nginx in a container with a read-only root: everything that it writes is in RUN_DIR, which is memory. Certificate and key
# are followed: nginx reads them anew when they have changed (and belong together), and no connection is dropped for that.
set -eu
run="${RUN_DIR:-/tmp/nginx}"
mkdir -p "$run/temp"
cp "${CONFIGURATION:-/etc/cdn}"/*.conf "$run/"
ln -sf /dev/stdout "$run/access.log"
"$(dirname "$0")/generate.sh" "$run"

nginx() { command nginx -p "$run" -c "$run/nginx.conf" -e stderr "$@"; }

# When everything starts at once, the names of the services may not be known yet: 30 s for that.
tries=30
until nginx -q -t 2> "$run/tested"; do
    tries=$((tries - 1))
    if [ "$tries" = 0 ] || ! grep -q "host not found" "$run/tested"; then
        cat "$run/tested" >&2
        exit 1
    fi
    sleep 1
done

(
    read_last="$(cksum "$CERT" "$KEY")"
    while sleep "${FOLLOW_SECONDS:-10}"; do
        found="$(cksum "$CERT" "$KEY" 2> /dev/null || true)"
        kill -0 $$ 2> /dev/null || exit    # nginx, which took over this shell's id, is gone
        # Half of a change fails the test, and is looked at again.
        if [ "$found" != "$read_last" ] && nginx -q -t && nginx -s reload; then
            read_last="$found"
        fi
    done
) &
exec nginx -p "$run" -c "$run/nginx.conf" -e stderr -g 'daemon off;'
