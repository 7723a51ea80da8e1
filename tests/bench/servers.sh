#!/bin/sh
# SPDX-License-Identifier: MIT
# Real servers of Debian on this host: what sweeps answer, beside a grid measured by hand.
#
#   tests/bench/servers.sh CASE [TIMES [BUDGET]]   default: 5 sweeps, 60s; run it as root
#   tests/bench/servers.sh list                    the cases
#   tests/bench/servers.sh table < LINES           a line for each case, from what the others print
#
# A case takes 2 to 5 minutes. It starts its server (nginx, redis or PostgreSQL) on free ports of
# 127.0.0.1 with a known size: four places (an application of 20 ms, tokens held for 50 ms, advisory
# locks held for 20 or 50 ms), or one worker that computes. A round of the grid by hand (items/s at
# each level, levels in random order) comes before each of the first ROUNDS sweeps, so that both see
# the same machine. A sweep's line says case, verdict, limit, interval, seconds and servers. The
# host must be quiet: each sweep waits for that, for WAIT (10s) at most.
set -eu
cases='nginx-curl nginx-wrk nginx-gzip nginx-gzip-found redis-token redis-bench redis-eval
redis-eval-found pg-psql pg-pgbench pg-count pg-count-found'
case=${1:-list}
times=${2:-5}
budget=${3:-60s}
rounds=${ROUNDS:-3}
knee=${KNEE:-build/knee}
upstream=${UPSTREAM:-build/release/tests/support/prog_upstream}
port=${PORT:-28080}
wait=${WAIT:-10s}
# shellcheck source=tests/bench/nginx_config.sh
. "$(dirname "$0")/nginx_config.sh"
# shellcheck disable=SC2086 # one word for each case
case $case in
list)
    printf '%s\n' $cases
    exit
    ;;
table)
    exec awk '
    $1 == "grid" { speed[$2, $3] = speed[$2, $3] " " $4; level[$3] }
    $1 == "sweep" {
        answers[$2] = answers[$2] " " $4 (($3 == "resolved") ? "" : "(" $3 ")"); name[$2]
        limits[$2] = limits[$2] " " $4
    }
    function median(list,   v, n, i, j, t) {
        n = split(list, v, " ")
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && v[j - 1] + 0 > v[j] + 0; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
        return n ? (v[int((n + 1) / 2)] + v[int(n / 2) + 1]) / 2 : 0
    }
    END {
        for (c in name) {
            best = 0
            for (n in level) { m[n] = median(speed[c, n]); if (m[n] > best) best = m[n] }
            printf "%s\n  answers:%s\n  by hand, of the best:", c, answers[c]
            for (n = 1; n <= 64; n++) if (m[n]) printf " %d:%.1f%%", n, 100 * m[n] / best
            print ""
            for (n in m) delete m[n]
        }
    }'
    ;;
esac

work=$(mktemp -d)
pids=
stop() {
    [ ! -s "$work/pg/postmaster.pid" ] || kill "$(head -n 1 "$work/pg/postmaster.pid")" || true
    # shellcheck disable=SC2086 # one word for each process
    [ -z "$pids" ] || kill $pids 2>/dev/null || true
    sleep 1
    rm -rf "$work"
}
trap stop EXIT INT TERM
chmod 755 "$work"

start_nginx() {
    mkdir "$work/www" "$work/temp"
    seq 20000 >"$work/www/numbers.txt"
    "$upstream" "$work/port" 20 4 &
    pids=$!
    while [ ! -s "$work/port" ]; do sleep .05; done
    nginx_config "$work" "
    gzip on; gzip_types *; gzip_comp_level 9;
    server {
        listen 127.0.0.1:$port;
        location / { root $work/www; }
        location /app { proxy_pass http://127.0.0.1:$(cat "$work/port"); }
    }" >"$work/nginx.conf"
    nginx -c "$work/nginx.conf" 2>/dev/null &
    server=$!
    pids="$pids $server"
}

# A sweep that ends stops items that hold a token: they would be missing from then on.
fill_pool() {
    $redis del pool >/dev/null
    $redis rpush pool 1 2 3 4 >/dev/null
}

start_redis() {
    redis-server --port "$port" --bind 127.0.0.1 --save '' >/dev/null &
    server=$!
    pids=$server
    redis="redis-cli -p $port"
    until $redis ping >/dev/null 2>&1; do sleep .1; done
    fill_pool
    cat >"$work/token" <<END
#!/bin/sh
token=\$($redis blpop pool 10 | tail -n 1); sleep .05; $redis rpush pool "\$token"
END
    chmod +x "$work/token"
}

start_pg() {
    pg_bin=$(find /usr/lib/postgresql -name pgbench -printf '%h\n' | sort | tail -n 1)
    chown postgres "$work"
    su postgres -c "$pg_bin/initdb -A trust -D $work/pg >/dev/null && $pg_bin/pg_ctl -w -D $work/pg \
        -o '-p $port -c listen_addresses=127.0.0.1 -k $work -c max_connections=200' \
        -l $work/pg.log start >/dev/null"
    server=$(head -n 1 "$work/pg/postmaster.pid")
    pg="-h 127.0.0.1 -p $port -U postgres"
    cat >"$work/pool.sql" <<END
begin;
select pg_advisory_xact_lock(:client_id % 4);
select pg_sleep(.02);
end;
END
}

# The case: what one run does, with $S, the slot, or $N, the level; what a tool reports; the server.
lua='local s=0 for i=1,%d do s=s+i end return s'
rate=
named=
case $case in
nginx-*) start_nginx ;;
redis-*) start_redis ;;
pg-*) start_pg ;;
esac
# shellcheck disable=SC2059 # the format is ours
case $case in
nginx-curl) line="curl -s -o /dev/null http://127.0.0.1:$port/app" ;;
nginx-wrk)
    line="wrk -t1 -c\$N -d1s http://127.0.0.1:$port/app"
    rate='Requests/sec: +([0-9.]+)'
    ;;
nginx-gzip*)
    line="curl -s --compressed -o /dev/null http://127.0.0.1:$port/numbers.txt"
    named=$server
    ;;
redis-token) line="$work/token" ;;
redis-bench)
    line="redis-benchmark -p $port -c \$N -n 4000 -q eval '$(printf "$lua" 20000)' 0"
    rate=' ([0-9.]+) requests per second'
    ;;
redis-eval*)
    line="$redis eval '$(printf "$lua" 1500000)' 0"
    named=$server
    ;;
pg-psql) line="psql $pg -Atc \"select pg_advisory_lock(\$S % 4); select pg_sleep(.05)\"" ;;
pg-pgbench)
    line="$pg_bin/pgbench $pg -n -c\$N -j1 -T1 -f $work/pool.sql postgres"
    rate='tps = ([0-9.]+)'
    ;;
pg-count*)
    line="psql $pg -Atc 'select count(*) from generate_series(1,100000)'"
    named=$server
    ;;
*)
    echo "servers.sh: there is no case $case; see: servers.sh list" >&2
    exit 2
    ;;
esac
case $case in *-found) named= ;; esac

# One line of what a sweep answers. The slot begins at 1, the level is {n}.
sweep() {
    set -- -o "$work/result" -q --json --no-plots --budget "$budget" --max-level 32
    [ -z "$rate" ] || set -- "$@" --rate "$rate"
    [ -z "$named" ] || set -- "$@" --server "$named"
    rm -rf "$work/result"
    case $case in redis-token) fill_pool ;; esac
    # shellcheck disable=SC2016 # knee fills these in
    if "$knee" sweep "$@" --wait-quiet "$wait" --shell -- \
        "$(echo "$line" | sed 's/\$S/{%}/; s/\$N/{n}/')" >"$work/json" 2>"$work/log"; then
        sed -n 's/.*"\(verdict\|limit\|knee_low\|knee_high\|elapsed_s\)": *"*\([^",]*\)"*,*$/\1 \2/p' \
            "$work/json" | awk '{ v[$1] = $2 }
            END { printf "%s %s %s..%s %.0fs ", v["verdict"], v["limit"], v["knee_low"], v["knee_high"], v["elapsed_s"] }'
        grep -o '"[^"]*counted as part[^"]*"' "$work/json" || echo
    else
        tail -n 1 "$work/log"
    fi
    [ -z "${KEEP:-}" ] || cp -r "$work/result" "$KEEP/$case.$$.$turn"
}

# by_hand LEVEL: items/s.
by_hand() {
    if [ -n "$rate" ]; then
        N=$1 sh -c "$line" 2>/dev/null | tr '\r' '\n' | sed -nE "s,.*$rate.*,\1,p" | tail -n 1
        return
    fi
    from=$(date +%s%N)
    seq 60 | S='' xargs -P "$1" --process-slot-var=S -I{} sh -c "$line >/dev/null"
    echo "$from $(date +%s%N)" | awk '{ printf "%.1f\n", 60e9 / ($2 - $1) }'
}

for turn in $(seq "$times"); do
    if [ "$turn" -le "$rounds" ]; then
        case $case in redis-token) fill_pool ;; esac
        for level in $(shuf -e 1 2 3 4 5 6 8 12 16 32); do
            echo "grid $case $level $(by_hand "$level")"
        done
    fi
    echo "sweep $case $(sweep)"
done
