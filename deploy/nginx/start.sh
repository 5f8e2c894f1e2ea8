#!/bin/sh
# Starts nginx in a container with a read-only root: everything that it writes is in RUN_DIR, which is memory.
set -eu
run="${RUN_DIR:-/tmp/nginx}"
mkdir -p "$run/temp"
cp /etc/cdn/*.conf "$run/"
ln -sf /dev/stdout "$run/access.log"
generate.sh "$run"
exec nginx -p "$run" -c "$run/nginx.conf" -e stderr -g 'daemon off;'
