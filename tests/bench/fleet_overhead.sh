#!/bin/bash
# SPDX-License-Identifier: MIT
# What a window costs beyond its own length and settling, with several ranks: the time between the
# end of rank 0's window with an item on each rank and the beginning of one with a single item, less
# the 20 ms of settling. `make bench-mpi` runs it; rows as of `make bench`:
# bench,subject,width,value,unit.
#
#   tests/bench/fleet_overhead.sh [RANKS...]      default: 4 16
set -eu
knee_mpi=$(readlink -f "${KNEE_MPI:-$(dirname "$0")/../../build/knee-mpi}")
[ -x "$knee_mpi" ] || { echo "fleet_overhead.sh: make mpi first" >&2; exit 2; }
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
work=$(mktemp -d /tmp/knee-overhead-XXXXXX)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- 4 16
for ranks in "$@"; do
    # Items that only wait, and are so short that nobody waits for their end. The grid measures both
    # levels in each of its blocks.
    timeout 100 mpirun -q -np "$ranks" --oversubscribe --bind-to none "$knee_mpi" sweep sleep --param time=1ms \
        --strategy grid --levels "1,$ranks" --window 200ms --budget 10s --no-plots -q -o "$work/$ranks" >/dev/null
    awk -F, '
        NR == 1 { for (i = 1; i <= NF; i++) name[$i] = i; next }
        $name["level"] == 1 && end > 0 { print 1000 * ($name["start_s"] - end) - 20 }
        { end = $name["level"] > 1 ? $name["start_s"] + $name["window_s"] : 0 }' "$work/$ranks/samples.csv" | sort -n |
        awk -v ranks="$ranks" '{ gap[NR] = $1 }
            END { if (NR == 0) exit 1
                printf "window_overhead,median,%d,%.2f,ms\n", ranks, gap[int((NR + 1) / 2)]
                printf "window_overhead,most,%d,%.2f,ms\n", ranks, gap[NR] }'
done
