#!/bin/sh
# SPDX-License-Identifier: MIT
# How many writers at once, where each waits for its data to be on the disk?
#
#   examples/fsync.sh [SWEEP OPTION...]     default: --budget 30s
#
# It depends on the disk: one that flushes many requests together gains beyond the cores, as here:
# on 2 CPUs and a virtual disk USE 7, between 5 and 64 and unresolved after 60 s; 2 gave 78 %.
# What it ends up with:   xargs -P "$(knee limit --from results/latest)" ...
set -eu
[ $# -gt 0 ] || set -- --budget 30s
# A temporary directory may be memory; what is measured should be a disk.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
exec "${KNEE:-knee}" sweep --name fsync "$@" -- \
    dd if=/dev/zero of={out} bs=16k count=8 conv=fsync status=none
