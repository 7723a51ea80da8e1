#!/bin/sh
# SPDX-License-Identifier: MIT
# Items that take 80 MB each, under a bound of 300 MB for all of them together, in batches with a
# pause in which their memory comes back.
#
#   examples/run-memory.sh [COUNT] [RUN OPTION...]     default: 24 items
set -eu
count=${1:-24}
[ $# -eq 0 ] || shift
knee=${KNEE:-knee}
seq "$count" | "$knee" run --max-memory 300M --batch 8 --pause memory --shell "$@" -- \
    'dd if=/dev/zero of=/dev/null bs=80M count=3 status=none; : {}'
