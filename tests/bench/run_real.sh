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
# HOW: auto, a number (knee run --limit N), or x and a number (xargs -P N), in the order of running.
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
trap stop EXIT INT TERM
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
    export PORT="$(cat port)"
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

for how; do
    rm -rf run r
    mkdir run
    sync
    start=$(date +%s%N)
    case $how in
    x*) xargs -P "${how#x}" -n 1 "$shell" item <list >/dev/null ;;
    *) "$knee" run -q --no-plots --limit "$how" --items list -o r -- "$shell" item >/dev/null ;;
    esac
    end=$(date +%s%N)
    echo "$job,$how,$(((end - start) / 1000000))" | sed 's/\(...\)$/.\1/'
    [ -z "${KEEP:-}" ] || [ "$how" != auto ] || cat r/limits.csv >>"$KEEP"
done
