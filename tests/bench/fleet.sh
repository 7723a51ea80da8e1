#!/bin/bash
# SPDX-License-Identifier: MIT
# What a sweep from several hosts must do, point by point, with ranks on this machine.
#
#   tests/bench/fleet.sh [POINT...]      1 to 18, run, messages, nginx; default: all
#
# For a quiet machine, as root.
#
# Prints a line for each point: ok, FAILED or skipped, and the counts. Needs Open MPI, and for
# single points MPICH, Slurm, parallel, network namespaces or a cgroup of its own; what is missing
# is skipped. TIMES (10) is how often point 3 sweeps each of its services, POOLS (16 3 37) the sizes of
# these, FIRST (1) the first seed, and KEEP a folder that gets the results of those sweeps that were
# wrong; MPICH_TIMES (3) is TIMES for MPICH. All of it takes 25 minutes.
# shellcheck disable=SC2034 # variables that the parts read
set -u
cd "$(dirname "$0")/../.." || exit 1
root=$PWD knee=$PWD/build/knee progs=$PWD/build/release/tests/support
knee_mpi=$(readlink -f "${KNEE_MPI:-build/knee-mpi}")
hosts=$root/tests/program/namespaces.sh
times=${TIMES:-10}
first=${FIRST:-1}
keep=$(readlink -m "${KEEP:-/dev/null}")
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
M="timeout 110 mpirun -q --oversubscribe --bind-to none"
work=$(mktemp -d /tmp/knee-fleet-XXXXXX)
cd "$work" || exit 1
server=
stop_server() { [ -z "$server" ] || { kill "$server"; wait "$server"; } 2>/dev/null; server=; }
trap 'stop_server; cd /; rm -rf "$work"' EXIT
failed=0
faults= # of fleet_faults.c, for the next sweep

# service MS SLOTS [RESETS SPREAD LOG]: $url answers after MS, SLOTS requests at a time.
service() {
    stop_server
    rm -f port
    "$progs/prog_upstream" port "$@" &
    server=$!
    while [ ! -s port ]; do sleep .05; done
    url=http://127.0.0.1:$(cat port)/
}
ok() { echo "point $point: ok: $*"; }
bad() { echo "point $point: FAILED: $*"; failed=$((failed + 1)); }
skipped() { echo "point $point: skipped: $*"; }
check() { if [ "$1" = "$2" ]; then ok "$3: $1"; else bad "$3: $1, not $2"; fi; } # GOT WANTED WHAT
below() { if awk "BEGIN { exit !($1 <= $2) }"; then ok "$3: $1, at most $2"; else bad "$3: $1, above $2"; fi; }
limit_of() { awk '$1 == "USE" { print $2 }' "$1"; }
verdict_of() { sed -n 's/.*"verdict": "\([a-z]*\)".*/\1/p' "$1/result.json" | head -n 1; }
sweep() { # NP DIR OPTIONS...
    local np=$1 dir=$2
    shift 2
    rm -rf "$dir"
    # shellcheck disable=SC2086 # several words or none
    $M ${faults:+-x LD_PRELOAD=$work/faults.so -x FLEET_FAULTS=$faults} -np "$np" "$knee_mpi" sweep --no-plots -o "$dir" "$@" >"$dir.text" 2>"$dir.err"
}
# The process of a rank of a fleet in this folder.
rank_of() {
    for p in /proc/[0-9]*; do
        [ "$(readlink "$p/exe")" = "$knee_mpi" ] && [ "$(readlink "$p/cwd")" = "$work" ] &&
            tr '\0' '\n' <"$p/environ" 2>/dev/null | grep -qx "OMPI_COMM_WORLD_RANK=$1" && basename "$p"
    done | head -n 1
}
until_rows() { # COUNT FILE, for a minute
    for _ in $(seq 1200); do
        [ -s "$2" ] && [ "$(wc -l <"$2")" -gt "$1" ] && return
        sleep .05
    done
}
now() { date +%s.%N; }
since() { echo "$(now) - $1" | bc | sed 's/\(\.[0-9]\).*/\1/'; }

# shellcheck source=tests/bench/nginx_config.sh
. "$root/tests/bench/nginx_config.sh"
# shellcheck source=/dev/null
for part in answers ends launchers clients runs; do . "$root/tests/bench/fleet/$part.sh"; done

[ -x "$knee_mpi" ] && command -v mpirun >/dev/null || { echo "fleet.sh: make mpi first; it needs Open MPI" >&2; exit 2; }
make -s -C "$root" build/release/tests/support/prog_upstream build/release/tests/support/prog_slots || exit 2
[ $# -gt 0 ] || set -- 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 run messages nginx
for point; do
    "p$point"
    stop_server
done
echo "$failed failed"
[ $failed -eq 0 ]
