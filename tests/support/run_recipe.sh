#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the commands of a CI recipe that call knee, one after the other, as the CI system would:
#   run_recipe.sh RECIPE.yml KNEE
# Prints a line for each. A comparison may end with 4: two short sweeps of a busy machine differ.
set -eu
mkdir -p build base/build
ln -sf "$2" build/knee
ln -sf "$2" base/build/knee
sed -n -e 's/^ *\(- \)\{0,1\}\(build\/knee .*\)/\2/p' -e 's/^ *- \(if .*\)/\1/p' "$1" > commands
while read -r line; do
    case $line in
    *'-o against-baseline'*) cp -r sweep baseline ;; # the CI system's cache
    *'-o baseline'*) rm -rf baseline ;;              # another job, which begins without it
    esac
    echo "$line" > command.sh
    status=0
    sh -e ./command.sh > log 2>&1 < /dev/null || status=$?
    case $status in
    0 | 4) echo "ok $line" ;;
    *)
        cat log
        echo "exit code $status: $line"
        exit 1
        ;;
    esac
done < commands
