#!/bin/sh
# SPDX-License-Identifier: MIT
# For any CI system: is it slower than before, and does the limit still hold?
#   check.sh STATE SWEEP-ARGUMENT...        check.sh cache/knee -- ./work
# STATE is a directory that the CI system keeps from run to run. Each run adds a result to it; the
# first one is the base (remove STATE/base to begin again). A slow creep, which no comparison of
# two runs shows, is found in all results so far. Prints Markdown; writes STATE/compare.md, too.
# Exit code 4: it got worse. KNEE names the program, BUDGET the time for each sweep.
set -eu
knee=${KNEE:-knee}
state=$1
shift
mkdir -p "$state"
number=1
while [ -e "$state/run-$number" ]; do number=$((number + 1)); done
new=$state/run-$number

"$knee" sweep -q --no-plots --budget "${BUDGET:-60s}" -o "$new" "$@"
if ! [ -e "$state/base" ]; then
    ln -s "run-$number" "$state/base"
    echo "The base is measured: the next run is compared with it."
    exit 0
fi
status=0
"$knee" compare --markdown "$state/base" "$new" > "$state/compare.md" || status=$?
"$knee" compare --markdown --history "$state"/run-* >> "$state/compare.md" || status=$?
cat "$state/compare.md"
exit "$status"
