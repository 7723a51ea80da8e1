#!/bin/bash
# SPDX-License-Identifier: MIT
# The snippet of `knee recommend --for slurm` on a Slurm of one node, which this script starts in a
# folder of its own and ends again: never more items at once than the limit, each item once.
# Needs root and Debian's slurm-wlm; without them: exit code 77 and one line.
set -u
cd "$(dirname "$0")/../.." || exit 1
knee=${KNEE:-$PWD/build/knee}
PATH=$PATH:/usr/sbin:/sbin
miss() { echo "slurm.sh: skipped: $*"; exit 77; }
[ "$(id -u)" = 0 ] || miss "needs root"
for program in munged slurmctld slurmd sbatch scontrol; do
    command -v $program >/dev/null || miss "no $program (apt-get install slurm-wlm)"
done
work=$(mktemp -d /tmp/knee-slurm-XXXXXX)
chmod 755 "$work"
pids=
stop() {
    # shellcheck disable=SC2086 # one word for each process
    kill $pids 2>/dev/null
    sleep .3
    # shellcheck disable=SC2086
    kill -KILL $pids 2>/dev/null
    cd / && rm -rf "$work"
}
trap stop EXIT INT TERM
cd "$work" || exit 1
mkdir state spool
dd if=/dev/urandom of=key bs=128 count=1 2>/dev/null
chmod 600 key
munged -F --force --key-file="$work/key" --socket="$work/munge" --pid-file="$work/munge.pid" \
    --log-file="$work/munge.log" --seed-file="$work/seed" >munge.out 2>&1 &
pids="$pids $!"
port=$((20000 + $$ % 10000))
cat >slurm.conf <<END
ClusterName=knee
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/ctld.pid
SlurmdPidFile=$work/d.pid
SlurmctldLogFile=$work/ctld.log
SlurmdLogFile=$work/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
NodeName=node NodeAddr=127.0.0.1 NodeHostname=$(hostname -s) CPUs=64 State=UNKNOWN
PartitionName=all Nodes=node Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF=$work/slurm.conf
slurmctld -D -c >ctld.out 2>&1 &
pids="$pids $!"
slurmd -D -c -N node >d.out 2>&1 &
pids="$pids $!"
for _ in $(seq 100); do
    sinfo -h -o %T 2>/dev/null | grep -q idle && break
    sleep .1
done
sinfo -h -o %T 2>/dev/null | grep -q idle || miss "no Slurm comes up here: $(tail -n 1 ctld.log d.log 2>/dev/null | tr '\n' ' ')"

cat >item.sh <<'END'
mkdir "run.$$"; ls -d run.* | wc -l >>seen; sleep .5; rmdir "run.$$"; echo "$1" >>done
END
"$knee" sweep --levels 3 --budget 1s --no-plots -q -o swept -- sleep .01 >/dev/null 2>&1 || exit 1
limit=$(cat swept/limit)
items=$((4 * limit))
"$knee" recommend swept --for slurm | sed "s|^exec .*|exec bash $work/item.sh \"\$item\"|" >job.sh
seq $items >items.txt
sbatch --wait -D "$work" -o /dev/null --array="0-$((items - 1))%$limit" job.sh >batch 2>&1 || { cat batch; exit 1; }
most=$(sort -n seen | tail -n 1)
done=$(sort -un done | wc -l)
echo "limit $limit: at most $most at once, $done of $items items done, $(wc -l <done) in all"
[ "$most" -le "$limit" ] && [ "$done" = "$items" ] && [ "$(wc -l <done)" = "$items" ]
