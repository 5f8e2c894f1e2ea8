#!/bin/sh
# Writes what nginx.conf includes, as the AppHost does it (a test compares the two).
#
#   REPLICA_COUNT      how many replicas there are
#   REPLICA_ADDRESS    where they are, {0} being the number: http://replica-{0}:8080
#   REPLICA_ADDRESSES  instead of the two, where each has a name of its own: replica1=replica1:8080 replica2=replica2:8080
#   CONTROLLER         host:port, of each where there are several
#   CERT, KEY          PEM files
#   EDGE_SECRET        what nginx proves itself with to the controllers; a file of that name in /run/secrets does as well
#   TLS_PROFILE        intermediate, or modern for TLS 1.3 alone
#   EDGE_PORT          9005
#   STORES             folder with a volume for each replica (replica-0, ...) and its store/ in it, where this nginx sees them
#   TOKENS             which videos need a token: off, required, or patterns of names with commas between them
#   TICKET_KEYS        with TOKENS: the secrets of tickets, id:secret with spaces between; or a file of this name in /run/secrets
#   REVOKED            with TOKENS: the folder in which nginx looks for what is revoked
#   SERVED             folder for the logs in which the replicas read what was served from their stores
#   LIMITED            log in which a controller reads who met a limit
#   LIMIT_...          the limits of docs/security.md
set -eu
out="$1/generated"
mkdir -p "$out"
: > "$out/upstreams.conf"

[ -n "${EDGE_SECRET:-}" ] || [ ! -r /run/secrets/EDGE_SECRET ] || EDGE_SECRET="$(cat /run/secrets/EDGE_SECRET)"
: "${CONTROLLER:?}" "${CERT:?}" "${KEY:?}" "${EDGE_SECRET:?}"
case "$EDGE_SECRET" in *[!A-Za-z0-9_-]*) echo "EDGE_SECRET must be of letters, digits, - and _." >&2; exit 1 ;; esac
case "${TLS_PROFILE:=intermediate}" in
    intermediate | modern) ;;
    *) echo "TLS_PROFILE must be intermediate or modern; it is '$TLS_PROFILE'." >&2; exit 1 ;;
esac
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
    if [ "$TLS_PROFILE" = modern ]; then
        echo "ssl_protocols TLSv1.3;"
    else
        echo "ssl_protocols TLSv1.2 TLSv1.3;"
        echo "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;"
    fi
    printf 'ssl_prefer_server_ciphers off;\nssl_session_tickets off;\n'
} > "$out/listen.conf"

# Whoever has a certificate for development must not be told to come to localhost by HTTPS only, whatever listens there.
made_by='Aspire.Hosting.Nginx development authority'
if sed -e '/-----END/q' -e '/-----/d' "$CERT" 2> /dev/null | base64 -d 2> /dev/null | LC_ALL=C grep -q "$made_by"; then
    : > "$out/hsts.conf"
else
    echo 'add_header Strict-Transport-Security max-age=63072000 always;' > "$out/hsts.conf"
fi

(umask 077 && echo "proxy_set_header X-Cdn-Edge $EDGE_SECRET;" > "$out/claims.conf")

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

# Tokens. Off, there is nothing of them.
[ "${TOKENS:-off}" != off ] || exit 0
[ -n "${TICKET_KEYS:-}" ] || TICKET_KEYS="$(cat /run/secrets/TICKET_KEYS 2>/dev/null || true)"
[ -n "$TICKET_KEYS" ] || { echo "TOKENS needs TICKET_KEYS." >&2; exit 1; }
if [ "$TOKENS" = required ]; then
    names='.*'
else
    names="$(printf %s "$TOKENS" | LC_ALL=C sed -e 's/[][!"#$%&'\''()+./:;<=>?@^`{|}~-]/\\&/g' -e 's/\*/.*/g' -e 's/ *, */|/g' -e 's/\\"/\\x22/g')"
fi
mkdir -p "$out/tokens"
{
    printf 'include tokens.conf;\n\nmap $ticket_key $ticket_secret {\n    default $request_id;\n'
    for key in $(echo "$TICKET_KEYS" | tr ',' ' '); do echo "    ${key%%:*} ${key#*:};"; done
    printf '}\n\nmap $ticket_replica $ticket_target {\n    default /none/;\n'
    for replica in $REPLICA_ADDRESSES; do echo "    ${replica%%=*} /${replica%%=*}/video/;"; done
    printf '}\n\n# A video that needs a token, and no ticket was checked: $admitted is 1 where one was.\n'
    printf 'map "$admitted$uri" $unadmitted {\n    default "";\n    "~(?s)^/[^/]+/video/(?:%s)$" 1;\n}\n' "$names"
} > "$out/tokens/http.conf"
printf 'set $revoked %s;\ninclude tokens-server.conf;\n' "${REVOKED:-/nowhere}" > "$out/tokens/server.conf"
for part in redeem replica another; do echo "include tokens-$part.conf;" > "$out/tokens/$part.conf"; done
