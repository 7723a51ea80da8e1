#!/bin/sh
# SPDX-License-Identifier: MIT
# How many sha256sum at once? For names with blanks and newlines: find -print0, and -0.
#
#   examples/checksums.sh [FILES [SWEEP OPTION...]]     default: 60 files, --budget 30s
#
# On 2 CPUs, files of 2 MB in the page cache: USE 2, resolved; 16 at once gave the same, with ten
# times the latency. Add --cold to include the disk.
# Then use it:   find . -type f -print0 | xargs -0 -n 1 -P 2 sha256sum
set -eu
files=${1:-60}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- --budget 30s
knee=${KNEE:-knee}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
i=0
while [ $i -lt "$files" ]; do
    head -c 2000000 /dev/urandom >"$work/a file $i"
    i=$((i + 1))
done
find "$work" -type f -print0 | "$knee" sweep -0 "$@" -- sha256sum {}
