#!/bin/sh
# Writes what nginx.conf includes, as the AppHost does it (a test compares the two).
#
#   REPLICA_COUNT      how many replicas there are
#   REPLICA_ADDRESS    where they are, {0} being the number: http://replica-{0}:8080
#   REPLICA_ADDRESSES  instead of the two, where each has a name of its own: replica1=replica1:8080 replica2=replica2:8080
#   CONTROLLER         host:port, of each where there are several
#   CERT, KEY          PEM files
#   EDGE_PORT          9005
#   STORES             folder with a volume for each replica (replica-0, ...) and its store/ in it, where this nginx sees them
#   SERVED             folder for the logs in which the replicas read what was served from their stores
#   LIMITED            log in which a controller reads who met a limit
#   LIMIT_...          the limits of docs/security.md
set -eu
out="$1/generated"
mkdir -p "$out"
: > "$out/upstreams.conf"

: "${CONTROLLER:?}" "${CERT:?}" "${KEY:?}"
if [ -z "${REPLICA_ADDRESSES:-}" ]; then
    : "${REPLICA_COUNT:?}" "${REPLICA_ADDRESS:?}"
    [ "$REPLICA_COUNT" -ge 1 ] || { echo "REPLICA_COUNT must be at least 1; it is '$REPLICA_COUNT'." >&2; exit 1; }
    REPLICA_ADDRESSES="$(for n in $(seq 0 $((REPLICA_COUNT - 1))); do echo "replica-$n=$REPLICA_ADDRESS" | sed -e 's#=http://#=#' -e "s#{0}#$n#g"; done)"
fi
port="${EDGE_PORT:-9005}"

# A number, or one of bytes with K, M, G or T: $1 the name, $2 the default, $3 the least, $4 "bytes" for the latter. All that is wrong is said.
wrong=""
setting() {
    eval "value=\${$1:-$2}"
    case "$value" in *[KMGTkmgt]) number="${value%?}" ;; *) number="$value" ;; esac
    case "$number" in "" | *[!0-9]* | ???????????*) number=x ;; esac
    case "$number${4:-}" in
        x*) ;;
        *bytes)
            case "$value" in
                *[Kk]) number=$((number << 10)) ;; *[Mm]) number=$((number << 20)) ;; *[Gg]) number=$((number << 30)) ;; *[Tt]) number=$((number << 40)) ;;
            esac ;;
        *) [ "$number" = "$value" ] || number=x ;;
    esac
    if [ "$number" = x ] || [ "$number" -lt "$3" ]; then
        echo "$1 must be a number${4:+ of bytes} from $3; it is '$value'." >&2
        wrong=yes number=$3
    fi
    eval "$1=$number"
}
setting LIMIT_CONNECTIONS 80 0
setting LIMIT_REQUESTS 200 0
setting LIMIT_RATE 128M 0 bytes
setting LIMIT_STREAMS 32 0
setting LIMIT_CONNECTION_REQUESTS 1000 0
setting LIMIT_PAUSE 300 0
setting LIMIT_SEND_BUFFER 1M 0 bytes
setting LIMIT_TOTAL 4096 0
setting LIMIT_WORKER_CONNECTIONS 8192 256
[ -z "$wrong" ] || exit 1
[ "$LIMIT_SEND_BUFFER" = 0 ] && sndbuf="" || sndbuf=" sndbuf=$LIMIT_SEND_BUFFER"

# A worker that is not root cannot be given more files than this.
files="$(ulimit -Hn)"
if [ "$(id -u)" != 0 ] && [ "$files" != unlimited ] && [ $(((files - 256) / 2)) -lt "$LIMIT_WORKER_CONNECTIONS" ]; then
    LIMIT_WORKER_CONNECTIONS=$(((files - 256) / 2))
    [ "$LIMIT_WORKER_CONNECTIONS" -ge 256 ] || LIMIT_WORKER_CONNECTIONS=256
fi
printf 'worker_rlimit_nofile %s;\nevents {\n    worker_connections %s;\n}\n' \
    $((2 * LIMIT_WORKER_CONNECTIONS + 256)) "$LIMIT_WORKER_CONNECTIONS" > "$out/workers.conf"

concurrent() {
    [ "$LIMIT_CONNECTIONS" = 0 ] || echo "limit_conn connections $LIMIT_CONNECTIONS;"
    [ "$1" = 0 ] || echo "limit_conn everybody $1;"
}
{
    printf 'geo $limit_exempt {\n    default "";\n'
    for network in $(echo "${LIMIT_EXEMPT:-}" | tr ',' ' '); do echo "    $network exempt;"; done
    echo '}'
    if [ "$LIMIT_REQUESTS" != 0 ]; then
        echo "limit_req_zone \$limit_address zone=requests:16m rate=${LIMIT_REQUESTS}r/s;"
        echo "limit_req zone=requests burst=$((5 * LIMIT_REQUESTS)) nodelay;"
    fi
    echo 'limit_conn_zone $limit_address zone=connections:8m;'
    echo 'limit_conn_zone $limit_everybody zone=everybody:64k;'
    concurrent "$LIMIT_TOTAL"
    [ "$LIMIT_RATE" = 0 ] || printf 'limit_rate %s;\nlimit_rate_after 4m;\n' "$LIMIT_RATE"
    [ "$LIMIT_STREAMS" = 0 ] || echo "http2_max_concurrent_streams $LIMIT_STREAMS;"
    [ "$LIMIT_CONNECTION_REQUESTS" != 0 ] || LIMIT_CONNECTION_REQUESTS=2147483647
    [ "$LIMIT_PAUSE" != 0 ] || LIMIT_PAUSE=2073600
    printf 'keepalive_requests %s;\nsend_timeout %ss;\n' "$LIMIT_CONNECTION_REQUESTS" "$LIMIT_PAUSE"
} > "$out/limits.conf"
concurrent $((LIMIT_TOTAL - LIMIT_TOTAL / 4)) > "$out/newcomers.conf"
[ -z "${LIMITED:-}" ] && : > "$out/limited.conf" || echo "access_log $LIMITED limited buffer=64k flush=1s;" > "$out/limited.conf"

# From 1.25.1 on HTTP/2 is a directive of its own.
version="$(nginx -v 2>&1 | sed -n 's#.*/\([0-9]*\)\.\([0-9]*\)\.\([0-9]*\).*#\1 \2 \3#p')"
set -- $version
version=$(($1 * 1000000 + $2 * 1000 + $3))
if [ "$version" -ge 1025001 ]; then parameter="" directive="http2 on;"; else parameter=" http2" directive=""; fi
{
    echo "listen $port ssl$parameter$sndbuf;"
    [ ! -e /proc/net/if_inet6 ] || echo "listen [::]:$port ssl$parameter$sndbuf;"
    [ -z "$directive" ] || echo "$directive"
    echo 'set $alt_svc "";'
    echo "ssl_certificate $CERT;"
    echo "ssl_certificate_key $KEY;"
} > "$out/listen.conf"

# From 1.27.3 on nginx asks DNS again, so that a replica may come back under another address, or come later.
zone="" resolve=""
if [ "$version" -ge 1027003 ]; then
    nameservers="$(sed -n 's/^nameserver \([0-9.]*\)$/\1/p' /etc/resolv.conf | tr '\n' ' ')"
    [ -z "$nameservers" ] || { zone=64k; resolve=" resolve"; echo "resolver ${nameservers}valid=5s;" > "$out/upstreams.conf"; }
fi

upstream() {
    echo "upstream $1 {"
    [ -z "$zone" ] || echo "    zone $1 $zone;"
    shift
    for address in "$@"; do echo "    server $address max_fails=0$resolve;"; done
    printf '    keepalive 64;\n}\n\n'
}

{
    upstream controller $CONTROLLER
    for replica in $REPLICA_ADDRESSES; do upstream "${replica%%=*}" "${replica#*=}"; done
    upstream replicas $(for replica in $REPLICA_ADDRESSES; do echo "${replica#*=}"; done)
} >> "$out/upstreams.conf"

for replica in $REPLICA_ADDRESSES; do
    name="${replica%%=*}"
    store=/dev/null
    [ -z "${STORES:-}" ] || store="$STORES/$name/store/door"
    printf 'location = /%s/video/ {\n    return 404;\n}\n\n' "$name"
    printf 'location /%s/video/ {\n    set $replica %s;\n    set $replica_store %s;\n' "$name" "$name" "$store"
    if [ -n "${STORES:-}" ] && [ -n "${SERVED:-}" ]; then
        printf '    access_log access.log direct buffer=64k flush=1s;\n    access_log %s served buffer=64k flush=1s;\n' "$SERVED/$name.log"
        printf '    access_log %s traced buffer=64k flush=1s if=$http_traceparent;\n' "$SERVED/$name.log"
    fi
    printf '    include replica.conf;\n}\n\n'
done > "$out/replicas.conf"
