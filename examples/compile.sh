#!/bin/sh
# SPDX-License-Identifier: MIT
# Which -j for make? One build at a time, with the level as its -j: {n}.
#
#   examples/compile.sh [UNITS [SWEEP OPTION...]]       default: 24 files, --budget 60s
#
# --per-run counts files instead of builds. On 2 CPUs: USE 2, resolved within 60 s once in three
# times (a run takes over a second, so a minute has few of them); more than 2 gave nothing.
# Then use it:   make -j2
set -eu
units=${1:-24}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- --budget 60s
knee=${KNEE:-knee}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
i=0
while [ $i -lt "$units" ]; do
    { echo '#include <stdio.h>'
      j=0
      while [ $j -lt 40 ]; do
          echo "int f${i}_$j(int x) { for (int i = 0; i < x; i++) x ^= i * $j; return x; }"
          j=$((j + 1))
      done; } >"$work/$i.c"
    i=$((i + 1))
done
printf 'all: $(patsubst %%.c,%%.o,$(wildcard *.c))\n%%.o: %%.c\n\t$(CC) -O2 -c -o $@ $<\n' \
    >"$work/Makefile"
# -B builds everything again, so every run does the same work.
MAKEFLAGS='' "$knee" sweep --per-run "$units" --workdir "$work" --max-level 8 "$@" -- make -sB -j{n}
