#!/bin/sh
# SPDX-License-Identifier: MIT
# Real servers of Debian on this host: what sweeps answer, beside a grid measured by hand.
#
#   tests/bench/servers.sh [TIMES [BUDGET]]        default: 5 sweeps of each, 60s; run it as root
#
# Starts nginx, redis and PostgreSQL on free ports of 127.0.0.1, each with a known size: four places
# (an application of 20 ms, tokens held for 50 ms, advisory locks held for 20 or 50 ms), or one
# worker that computes. Prints a line for each sweep (case, verdict, limit, interval, servers) and
# then the grid: the median items/s of three rounds for each case and level. The host must be quiet:
# the script waits for that before each sweep, for WAIT (2m) at most. CASES chooses some.
set -eu
times=${1:-5}
budget=${2:-60s}
knee=${KNEE:-build/knee}
upstream=${UPSTREAM:-build/release/tests/support/prog_upstream}
pg_bin=$(find /usr/lib/postgresql -name pgbench -printf '%h\n' | sort | tail -n 1)
port=${PORT:-28080} # and the three after it
wait=${WAIT:-2m}
work=$(mktemp -d)
pids=
stop() {
    [ ! -s "$work/pg/postmaster.pid" ] || kill "$(head -n 1 "$work/pg/postmaster.pid")" || true
    # shellcheck disable=SC2086 # one word for each process
    kill $pids 2>/dev/null || true
    sleep 1
    rm -rf "$work"
}
trap stop EXIT INT TERM
chmod 755 "$work"
mkdir "$work/www" "$work/temp"
seq 20000 >"$work/www/numbers.txt"

"$upstream" "$work/port" 20 4 &
pids="$pids $!"
while [ ! -s "$work/port" ]; do sleep .05; done
cat >"$work/nginx.conf" <<EOF
worker_processes 1; daemon off; pid $work/nginx.pid; error_log $work/error.log;
events { worker_connections 1024; }
http {
    access_log off; gzip on; gzip_types *; gzip_comp_level 9;
    client_body_temp_path $work/temp; proxy_temp_path $work/temp; fastcgi_temp_path $work/temp;
    uwsgi_temp_path $work/temp; scgi_temp_path $work/temp;
    server { listen 127.0.0.1:$port; location / { proxy_pass http://127.0.0.1:$(cat "$work/port"); } }
    server { listen 127.0.0.1:$((port + 1)); location / { root $work/www; } }
}
EOF
nginx -c "$work/nginx.conf" 2>/dev/null &
nginx_pid=$!
redis-server --port $((port + 2)) --bind 127.0.0.1 --save '' >/dev/null &
redis_pid=$!
pids="$pids $nginx_pid $redis_pid"
chown postgres "$work"
su postgres -c "$pg_bin/initdb -A trust -D $work/pg >/dev/null && $pg_bin/pg_ctl -w -D $work/pg \
    -o '-p $((port + 3)) -c listen_addresses=127.0.0.1 -k $work -c max_connections=200' \
    -l $work/pg.log start >/dev/null"
pg_pid=$(head -n 1 "$work/pg/postmaster.pid")
pg="-h 127.0.0.1 -p $((port + 3)) -U postgres"
redis="redis-cli -p $((port + 2))"
for token in 1 2 3 4; do $redis rpush pool "$token" >/dev/null; done
cat >"$work/token" <<EOF
#!/bin/sh
token=\$($redis blpop pool 10 | tail -n 1); sleep .05; $redis rpush pool "\$token"
EOF
chmod +x "$work/token"
cat >"$work/pool.sql" <<EOF
begin;
select pg_advisory_xact_lock(:client_id % 4);
select pg_sleep(.02);
end;
EOF
loops='local s=0 for i=1,%d do s=s+i end return s'
# shellcheck disable=SC2059 # the format is ours
short=$(printf "$loops" 20000) long=$(printf "$loops" 1500000)

# A case: its sweep's options, then what one run does; for the grid with $S, the slot, or $N, the
# level.
cases=${CASES:-nginx-curl redis-token pg-psql nginx-wrk redis-bench pg-pgbench nginx-gzip redis-eval
    pg-count}
lock="select pg_advisory_lock(\$S % 4); select pg_sleep(.05)"
command_of() {
    case $1 in
    nginx-curl) echo "curl -s -o /dev/null http://127.0.0.1:$port/" ;;
    redis-token) echo "$work/token" ;;
    pg-psql) echo "psql $pg -Atc \"$lock\"" ;;
    nginx-wrk) echo "wrk -t1 -c\$N -d1s http://127.0.0.1:$port/" ;;
    redis-bench) echo "redis-benchmark -p $((port + 2)) -c \$N -n 4000 -q eval '$short' 0" ;;
    pg-pgbench) echo "$pg_bin/pgbench $pg -n -c\$N -j1 -T1 -f $work/pool.sql postgres" ;;
    nginx-gzip) echo "curl -s --compressed -o /dev/null http://127.0.0.1:$((port + 1))/numbers.txt" ;;
    redis-eval) echo "$redis eval '$long' 0" ;;
    pg-count) echo "psql $pg -Atc 'select count(*) from generate_series(1,100000)'" ;;
    esac
}
rate_of() {
    case $1 in
    nginx-wrk) echo 'Requests/sec: +([0-9.]+)' ;;
    redis-bench) echo '([0-9.]+) requests per second' ;;
    pg-pgbench) echo 'tps = ([0-9.]+)' ;;
    esac
}
server_of() {
    case $1 in
    nginx-gzip) echo $nginx_pid ;;
    redis-eval) echo $redis_pid ;;
    pg-count) echo "$pg_pid" ;;
    esac
}

# sweep NAME OPTION...: one line of what it answers. The slot begins at 1, the level is {n}.
sweep() {
    name=$1
    shift
    line=$(command_of "$name" | sed 's/\$S/{%}/; s/\$N/{n}/')
    rate=$(rate_of "$name")
    [ -z "$rate" ] || set -- "$@" --rate "$rate"
    rm -rf "$work/result"
    if "$knee" sweep -o "$work/result" -q --json --no-plots --budget "$budget" --max-level 32 \
        --wait-quiet "$wait" "$@" --shell -- "$line" >"$work/json" 2>"$work/log"; then
        sed -n 's/.*"\(verdict\|limit\|knee_low\|knee_high\)": *"*\([^",]*\)"*,*$/\1 \2/p' \
            "$work/json" | tr '\n' ' '
        grep -o '"[^"]*counted as part[^"]*"' "$work/json" || echo
    else
        tail -n 1 "$work/log"
    fi
}

# by_hand NAME LEVEL: items/s.
by_hand() {
    line=$(command_of "$1")
    rate=$(rate_of "$1")
    if [ -n "$rate" ]; then
        N=$2 sh -c "$line" 2>/dev/null | tr '\r' '\n' | sed -nE "s,.*$rate.*,\1,p" | tail -n 1
        return
    fi
    from=$(date +%s%N)
    seq 60 | S='' xargs -P "$2" --process-slot-var=S -I{} sh -c "$line >/dev/null"
    echo "$from $(date +%s%N)" | awk '{ printf "%.1f\n", 60e9 / ($2 - $1) }'
}

for turn in $(seq "$times"); do
    for name in $cases; do
        server=$(server_of "$name")
        printf '%s %s %s ' "$turn" "$name" "$([ -z "$server" ] || echo named)"
        # shellcheck disable=SC2086 # two words or none
        sweep "$name" ${server:+--server $server}
        [ -n "$server" ] || continue
        printf '%s %s found ' "$turn" "$name"
        sweep "$name"
    done
done
for name in $cases; do
    for level in 1 2 3 4 5 6 8 16 32; do
        for _ in 1 2 3; do
            echo "$name $level $(by_hand "$name" "$level")"
        done | sort -k3n | sed -n 2p
    done
done
