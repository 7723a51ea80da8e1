#!/bin/sh
# SPDX-License-Identifier: MIT
# The 99th percentile of an HTTP service as knee sees it, beside wrk's, at half the service's load.
#
#   tests/bench/http_p99.sh [ROUNDS [SECONDS]]     default: 5 rounds, 10 s each
#
# nginx passes requests on to an application with twelve places that takes 20 to 40 ms: 400 requests
# a second, so half the load is six connections, or 200/s. wrk cannot hold a rate and gets six
# connections; WRK=wrk2 names one that can (its timers have steps of 1 ms), and gets 200/s over
# twelve. Both take turns; a line a round has both figures in ms and their ratio, the last line the
# medians. Theirs is the corrected one (--latency). nginx and wrk must be installed.
set -eu
rounds=${1:-5}
seconds=${2:-10}
knee=${KNEE:-build/knee}
upstream=${UPSTREAM:-build/release/tests/support/prog_upstream}
port=${PORT:-28090}
wrk=${WRK:-wrk}
busy=6
half="-c$busy"
if "$wrk" --help 2>&1 | grep -q -- --rate; then half="-c$((2 * busy)) -R200"; fi
# shellcheck source=tests/bench/nginx_config.sh
. "$(dirname "$0")/nginx_config.sh"

work=$(mktemp -d)
pids=
stop() {
    # shellcheck disable=SC2086 # one word for each process
    [ -z "$pids" ] || kill $pids 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT INT TERM

"$upstream" "$work/port" 20 12 0 20 &
pids=$!
while [ ! -s "$work/port" ]; do sleep .05; done
nginx_config "$work" "
    keepalive_requests 1000000;
    upstream app { server 127.0.0.1:$(cat "$work/port"); keepalive 64; keepalive_requests 1000000; }
    server {
        listen 127.0.0.1:$port;
        location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ''; }
    }" >"$work/nginx.conf"
nginx -c "$work/nginx.conf" -e "$work/error.log" &
pids="$pids $!"
url=http://127.0.0.1:$port/
until curl -s -o "$work/page" "$url"; do sleep .05; done

# Both in ms.
by_knee() {
    rm -rf "$work/result"
    "$knee" sweep "$url" --levels $busy --window "$((seconds / 2))s" --budget "$((2 * seconds + 5))s" \
        --no-plots -q -o "$work/result" >"$work/log" 2>&1
    awk -F, -v busy=$busy '
        /^#/ { next }
        !column { for (i = 1; i <= NF; i++) if ($i == "latency_p99_s") column = i; next }
        $2 == busy { print 1000 * $column }' "$work/result/levels.csv"
}
by_wrk() {
    # shellcheck disable=SC2086 # one word for each option
    "$wrk" --latency -t1 $half "-d${seconds}s" "$url" | awk '
        $1 == "99%" || $1 == "99.000%" { print $2 * ($2 ~ /us$/ ? .001 : $2 ~ /ms$/ ? 1 : 1000) }'
}

for round in $(seq "$rounds"); do
    ours=$(by_knee)
    if [ -z "$ours" ]; then
        echo "round $round: knee's windows were disturbed by other work" >&2
        continue
    fi
    theirs=$(by_wrk)
    echo "$round $ours $theirs"
done | awk '
    function median(v, n, i, j, t) {
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
        return (v[int((n + 1) / 2)] + v[int(n / 2) + 1]) / 2
    }
    {
        ours[NR] = $2; theirs[NR] = $3; ratio[NR] = $2 / $3
        printf "round %d: knee %.2f ms, wrk %.2f ms, ratio %.3f\n", $1, $2, $3, ratio[NR]
    }
    END { printf "medians: knee %.2f ms, wrk %.2f ms, ratio %.3f\n", median(ours, NR), median(theirs, NR), median(ratio, NR) }'
