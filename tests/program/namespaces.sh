#!/bin/sh
# SPDX-License-Identifier: MIT
# Four hosts on one machine: network namespaces with names of their own, and clocks 1,000 s apart.
# Needs root, and nothing leaves the machine.
#
#   namespaces.sh up NAME     makes NAME1 .. NAME4 (10.77.0.1 .. 4) on a bridge
#   namespaces.sh down NAME   removes them
#   namespaces.sh cut NAME N  takes the link of host N down
#   namespaces.sh mpirun COMMAND   starts a rank on each of $KNEE_NAMESPACES' hosts
#   namespaces.sh rsh HOST COMMAND...   for mpirun: --mca plm_rsh_agent "namespaces.sh rsh"
set -eu
what=$1 name=$2
here=$(readlink -f "$0")
bridge=${name}br
case $what in
up)
    [ "$(id -u)" = 0 ] || { echo "namespaces.sh: needs root" >&2; exit 77; }
    ip link add "$bridge" type bridge 2>/dev/null || { echo "namespaces.sh: may not make a bridge" >&2; exit 77; }
    ip link set "$bridge" up
    for i in 1 2 3 4; do
        ip netns add "$name$i"
        ip link add "$name$i" type veth peer name eth0 netns "$name$i"
        ip link set "$name$i" master "$bridge" up
        ip -n "$name$i" addr add "10.77.0.$i/24" dev eth0
        ip -n "$name$i" link set eth0 up
        ip -n "$name$i" link set lo up
    done
    ;;
down)
    for i in 1 2 3 4; do
        ip netns del "$name$i" 2>/dev/null || true
    done
    ip link del "$bridge" 2>/dev/null || true
    ;;
cut) ip link set "$name$3" down ;;
mpirun)
    options="-x KNEE_NAMESPACES --bind-to none --map-by ppr:1:node --mca btl_tcp_if_include 10.77.0.0/24"
    options="$options --mca oob_tcp_if_include 10.77.0.0/24 ${KNEE_MPIRUN_OPTIONS:-}"
    exec "$here" rsh 10.77.0.1 "timeout 100 mpirun -q $options --mca plm_rsh_agent '$here rsh' \
        --host 10.77.0.1,10.77.0.2,10.77.0.3,10.77.0.4 $name"
    ;;
rsh)
    # 10.77.0.N is host N; its name and its clock are made for this one command.
    number=${name##*.}
    shift 2
    exec nsenter --net="/run/netns/${KNEE_NAMESPACES:?}$number" \
        unshare --uts --time --monotonic "$((number * 1000))" --fork \
        sh -c 'hostname "$0"; exec sh -c "$1"' "$KNEE_NAMESPACES$number" "$*"
    ;;
esac
