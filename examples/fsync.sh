#!/bin/sh
# SPDX-License-Identifier: MIT
# How many writers at once, if each waits until its data is on the disk?
#
#   examples/fsync.sh [SWEEP OPTION...]     default: --budget 30s
#
# It depends on the disk. One that flushes many requests together gains from more writers than
# cores, as here: on 2 CPUs and a virtual disk USE 7, unresolved between 5 and 64 after 60 s; 2 gave
# 78 %.
# Then use it:   xargs -P "$(knee limit --from results/latest)" ...
set -eu
[ $# -gt 0 ] || set -- --budget 30s
# The temporary directory may be memory, but this should measure a disk.
TMPDIR=${TMPDIR:-/var/tmp}
export TMPDIR
exec "${KNEE:-knee}" sweep --name fsync "$@" -- \
    dd if=/dev/zero of={out} bs=16k count=8 conv=fsync status=none
