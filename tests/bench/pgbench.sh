#!/bin/sh
# SPDX-License-Identifier: MIT
# The pool of connections for pgbench's own TPC-B at scale 10: what `knee sweep postgres://` answers,
# beside a grid of pgbench at every level from 1 to 32.
#
#   tests/bench/pgbench.sh [ROUNDS [SECONDS]]      default: 5 rounds, 2 s a level
#
# Makes a cluster of its own in a temporary folder, with PostgreSQL's default settings, as a plain
# user (run as root, it takes `nobody`). In each round pgbench runs once at each level, in random
# order, and knee sweeps once, in a tenth of the whole grid's time. Both run the same script over
# TCP on 127.0.0.1. Prints a line for each measurement; then how fast pgbench was at each level, as
# the mean over the rounds, freed of how fast each round was as a whole; and for each sweep how fast
# pgbench was at its pick, beside the best of the grid. Single runs of pgbench differ by percents,
# so the highest of 32 would be chance: each level is compared by its mean with its two neighbours.
# THREADS is pgbench's -j; by default each connection has a thread of its own, as knee's slots do:
# with two threads for all of them pgbench is slower at low levels.
# RUN is a command that runs one pass or sweep: RUN='nice -n -5'. KEEP=DIR keeps the cluster and all
# figures in DIR: a later call with it adds its rounds, so that a long series can be cut.
set -eu
rounds=${1:-5}
seconds=${2:-2}
knee=${KNEE:-build/knee}
budget=${BUDGET:-30s}
run=${RUN:-}
threads=${THREADS:-}
port=${PORT:-28090}
bin=$(find /usr/lib/postgresql -name pgbench -printf '%h\n' | sort | tail -n 1)
keep=${KEEP:-}
[ -z "$keep" ] || mkdir -p "$keep"
work=${keep:-$(mktemp -d)}
url=postgres://me@127.0.0.1:$port/postgres
as=
[ "$(id -u)" -ne 0 ] || as='setpriv --reuid=65534 --regid=65534 --clear-groups'
stop() {
    [ ! -s "$work/data/postmaster.pid" ] || $as "$bin/pg_ctl" -s -m fast -D "$work/data" stop || true
    [ -n "$keep" ] || rm -rf "$work"
}
trap stop EXIT INT TERM
[ -z "$as" ] || chown 65534:65534 "$work"

cd "$work"
work=$PWD
knee=$(cd "$OLDPWD" && realpath "$knee")
[ -d data ] || $as "$bin/initdb" -A trust -U me -D "$work/data" >initdb.log
$as "$bin/pg_ctl" -s -w -D "$work/data" -l "$work/data/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -k $work" start
server="-h 127.0.0.1 -p $port -U me"
# shellcheck disable=SC2086 # several words
[ -s tpcb.sql ] || "$bin/pgbench" $server -q -i -s 10 postgres 2>pgbench.log
# pgbench knows the scale by itself; in a file it must be said.
{
    echo '\set scale 10'
    "$bin/pgbench" --show-script=tpcb-like 2>&1
} >tpcb.sql

# One pass over the grid: LEVEL TPS.
cat >pass <<EOF
from=\$(date +%s%N)
for level in \$(seq 32 | shuf); do
    threads=${threads:-\$level}
    [ \$threads -lt \$level ] || threads=\$level
    "$bin/pgbench" $server -n -c \$level -j \$threads -T $seconds -f tpcb.sql postgres 2>pgbench.log |
        awk -v level=\$level '/^tps/ { print level, \$3 }'
done
echo "\$from \$(date +%s%N)" | awk '{ print (\$2 - \$1) / 1e9 }' >>grid_s
EOF
for round in $(seq "$rounds"); do
    $run sh pass | tee -a grid | sed "s/^/grid $round /"
    rm -rf result
    $run "$knee" sweep -o result -q --json --no-plots --max-level 32 --budget "$budget" \
        --param file=tpcb.sql "$url" >json 2>sweep.log || cat sweep.log
    sed -n '/"decision"/,/}/s/.*"\(verdict\|limit\|elapsed_s\)": *"*\([^",]*\)"*,*$/\1 \2/p' json |
        tr '\n' ' ' | tee -a sweeps
    echo | tee -a sweeps
done
awk '
    FILENAME == "grid" { round = ++seen[$1]; log_tps[round, $1] = log($2); rounds = round > rounds ? round : rounds }
    FILENAME == "grid_s" { grid_s += $1 }
    FILENAME == "sweeps" { sweeps[++count] = $0 }
    END {
        for (r = 1; r <= rounds; r++) {
            for (n = 1; n <= 32; n++) shift[r] += log_tps[r, n] / 32
            all += shift[r] / rounds
        }
        for (n = 1; n <= 32; n++) {
            for (r = 1; r <= rounds; r++) level[n] += (log_tps[r, n] - shift[r] + all) / rounds
            for (r = 1; r <= rounds; r++) square += (log_tps[r, n] - shift[r] + all - level[n]) ^ 2
        }
        for (n = 1; n <= 32; n++) {
            tps[n] = exp(level[n])
            smooth[n] = n > 1 && n < 32 ? exp((level[n - 1] + level[n] + level[n + 1]) / 3) : tps[n]
            if (smooth[n] > smooth[best]) best = n
            printf "%d %.0f, with its neighbours %.0f\n", n, tps[n], smooth[n]
        }
        if (rounds > 1) printf "a level of the grid is known to %.1f %%, with its neighbours to %.1f %%\n",
            100 * sqrt(square / (31 * (rounds - 1)) / rounds),
            100 * sqrt(square / (31 * (rounds - 1)) / rounds / 3)
        for (i = 1; i <= count; i++) {
            fields = split(sweeps[i], word, " ")
            for (f = 1; f < fields; f += 2) v[word[f]] = word[f + 1]
            printf "pick %d, %s: %.1f %% of the best of the grid (%.0f/s at %d); %.1f s, the grid %.0f s\n",
                v["limit"], v["verdict"], 100 * smooth[v["limit"]] / smooth[best], smooth[best], best,
                v["elapsed_s"], grid_s
        }
    }' grid grid_s sweeps
