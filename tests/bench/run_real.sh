#!/bin/sh
# SPDX-License-Identifier: MIT
# Real work under `knee run --limit auto` beside every fixed limit and xargs: seconds for all of it.
#
#   tests/bench/run_real.sh JOB HOW...
#
# JOB: gzip      2,000 files of 60 KB of text
#      requests  2,000 to a server that serves 12 at a time, 20 ms each (bash's /dev/tcp asks)
#      cc        200 files of C
#      write     1,500 times 64 KiB, synced; a lock that these items share makes each slower when
#                more than 4 run, so that throughput falls beyond 4
# HOW: auto, a number (knee run --limit N), or x and a number (xargs -P N), in the order of running;
#      best: tries every limit of 1 to 16, 20, 24, 32, 48, 64 once (with the first TRY items; a trial
#      that takes 1.5 times as long as the best so far is ended), and then runs auto and the three
#      fastest limits side by side, three times
# Prints JOB,HOW,SECONDS. The host must be quiet.
set -eu
job=$1
shift
knee=${KNEE:-$PWD/build/knee}
upstream=${UPSTREAM:-$PWD/build/release/tests/support/prog_upstream}
work=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' INT TERM
cd "$work"
mkdir in run

case $job in
gzip)
    seq 2000 >list
    for i in $(seq 20); do seq "$i" "$((i + 9300))" | sed 's/7/seven/' >"text.$i"; done
    for i in $(cat list); do cp "text.$((i % 20 + 1))" "in/$i"; done
    cat >item <<'E'
exec gzip -c "in/$1" >"run/$1"
E
    ;;
requests)
    seq 2000 >list
    "$upstream" port 20 12 &
    server=$!
    while [ ! -s port ]; do sleep .05; done
    PORT=$(cat port)
    export PORT
    cat >item <<'E'
exec 3<>"/dev/tcp/127.0.0.1/$PORT"
printf 'GET / HTTP/1.0\r\n\r\n' >&3
read -r answer <&3
case $answer in *200*) exit 0 ;; esac
exit 1
E
    ;;
cc)
    seq 200 >list
    for i in $(cat list); do
        for f in $(seq 10); do
            echo "int f$f(int *a, int n) { int s = $i; for (int i = 0; i < n; i++)" \
                "if (a[i] % $f == 1) s += a[i] * $f; else s ^= a[n - i - 1]; return s; }"
        done >"in/$i.c"
    done
    cat >item <<'E'
exec cc -O2 -c "in/$1.c" -o "run/$1.o"
E
    ;;
write)
    seq 1500 >list
    mkdir at
    cat >item <<'E'
: >"at/$$"
set -- "$1" at/*
n=$(($# - 1)) t=20
[ "$n" -le 4 ] || t=$((5 * n * (n + 4) / 8))
dd if=/dev/zero of="run/$1" bs=64k count=1 oflag=dsync status=none
sleep "$((t / 1000)).$(printf %03d "$((t % 1000))")"
rm "at/$$"
E
    ;;
*)
    sed -n 's/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
shell=/bin/sh
[ "$job" != requests ] || shell=/bin/bash

# Runs the first items of the list one way, for at most as many seconds (0: to the end). Sets `ms`.
run_once() {
    how=$1
    rm -rf run r
    mkdir run
    head -n "$2" list >items
    sync
    start=$(date +%s%N)
    status=0
    case $how in
    x*) xargs -P "${how#x}" -n 1 "$shell" item <items >/dev/null ;;
    *)
        timeout "$3" "$knee" run -q --no-plots --limit "$how" --items items -o r -- \
            "$shell" item >/dev/null || status=$?
        ;;
    esac
    ms=$((($(date +%s%N) - start) / 1000000))
    [ "$status" -eq 0 ] || [ "$3" != 0 ] || exit "$status"
    [ -z "${KEEP:-}" ] || [ "$how" != auto ] || cat r/limits.csv >>"$KEEP"
}

seconds() {
    printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
}

# Sets `fastest` to the three fastest limits.
try_all() {
    : >tried
    most=0
    for limit in 4 2 8 16 1 3 5 6 7 9 10 11 12 13 14 15 20 24 32 48 64; do
        run_once $limit "$try" "$(seconds $most)"
        if [ "$status" -ne 0 ]; then
            echo "$job,$limit (first $try items),over $(seconds $most)"
            continue
        fi
        echo "$job,$limit (first $try items),$(seconds "$ms")"
        echo "$ms $limit" >>tried
        most=$(($(sort -n tried | head -n 1 | cut -d ' ' -f 1) * 3 / 2))
    done
    fastest=$(sort -n tried | head -n 3 | cut -d ' ' -f 2)
}

side_by_side() {
    : >laps
    for _ in 1 2 3; do
        for how in auto $fastest; do
            run_once "$how" "$all" 0
            echo "$job,$how,$(seconds "$ms")"
            echo "$how $ms" >>laps
        done
    done
    for how in auto $fastest; do
        ms=$(grep "^$how " laps | cut -d ' ' -f 2 | sort -n | sed -n 2p)
        echo "$job,$how (median),$(seconds "$ms")"
    done
}

all=$(grep -c '' list)
try=${TRY:-$all}
for how; do
    if [ "$how" = best ]; then
        try_all
        side_by_side
    else
        run_once "$how" "$all" 0
        echo "$job,$how,$(seconds "$ms")"
    fi
done
