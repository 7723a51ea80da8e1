#!/bin/bash
# SPDX-License-Identifier: MIT
# What a window costs beyond its own length and settling, with several ranks: the time between the
# end of rank 0's window and the beginning of the next one at the same level, so that nothing
# settles, less the same on one rank.
# `make bench-mpi` runs it; rows as of `make bench`: bench,subject,width,value,unit.
#
#   tests/bench/fleet_overhead.sh [RANKS...]      default: 4 16
set -eu
knee_mpi=$(readlink -f "${KNEE_MPI:-$(dirname "$0")/../../build/knee-mpi}")
[ -x "$knee_mpi" ] || { echo "fleet_overhead.sh: make mpi first" >&2; exit 2; }
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
work=$(mktemp -d /tmp/knee-overhead-XXXXXX)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- 4 16
alone=0
for ranks in 1 "$@"; do
    # Items that only wait; two levels, since one alone is measured once.
    timeout 100 mpirun -q -np "$ranks" --oversubscribe --bind-to none "$knee_mpi" sweep sleep \
        --levels 16,32 --window 200ms --budget 8s --no-plots -q -o "$work/$ranks" >/dev/null
    awk -F, -v ranks="$ranks" '
        NR == 1 { for (i = 1; i <= NF; i++) name[$i] = i; next }
        $name["level"] == last { print 1000 * ($name["start_s"] - end) }
        { last = $name["level"]; end = $name["start_s"] + $name["window_s"] }' "$work/$ranks/samples.csv" | sort -n >"$work/gaps"
    median=$(awk '{ gap[NR] = $1 } END { print gap[int((NR + 1) / 2)] }' "$work/gaps")
    [ "$ranks" -gt 1 ] || { alone=$median; continue; }
    awk -v ranks="$ranks" -v gap="$median" -v alone="$alone" \
        'BEGIN { printf "window_overhead,median,%d,%.2f,ms\n", ranks, gap - alone }'
done
