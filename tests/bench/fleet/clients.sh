# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables and functions of fleet.sh, which reads this file
# Points 14, 15 and 18: slow and busy hosts, and the snippets; and a server that computes.
# Runs a rank with its share of a CPU, in a group of its own: quota.sh RATIO_OF_RANK_3 RATIO_OF_OTHERS
quota() {
    cpu=$(awk '$3 == "cgroup" && $4 ~ /(^|,)cpu(,|$)/ { print $2; exit }' /proc/mounts)
    [ -n "$cpu" ] && mkdir "$cpu/kf$$" 2>/dev/null && rmdir "$cpu/kf$$" || { skipped "no cpu cgroup to write to"; return 1; }
    cat >quota.sh <<END
#!/bin/sh
[ "\$OMPI_COMM_WORLD_RANK" = 3 ] && us=$1 || us=$2
if [ "\$us" -gt 0 ]; then
    mkdir -p $cpu/kf$$-\$OMPI_COMM_WORLD_RANK
    echo 20000 >$cpu/kf$$-\$OMPI_COMM_WORLD_RANK/cpu.cfs_period_us
    echo \$us >$cpu/kf$$-\$OMPI_COMM_WORLD_RANK/cpu.cfs_quota_us
    echo \$\$ >$cpu/kf$$-\$OMPI_COMM_WORLD_RANK/cgroup.procs
fi
exec "\$@"
END
    chmod +x quota.sh
}
quota_end() { sleep 1; rmdir "$cpu/kf$$"-* 2>/dev/null; }
p14() {
    quota 4000 0 || return
    rm -rf r
    # Items that compute: the other three get more than 0.4 of the two CPUs each.
    # shellcheck disable=SC2016 # for the item's shell
    $M -np 4 ./quota.sh "$knee_mpi" sweep --levels 4,8 --budget 15s --no-plots -o r -- sh -c 'i=0; while [ $i -lt 10000 ]; do i=$((i + 1)); done' >r.text 2>r.err
    check "$(grep -c 'rank 3) is slow' r.text | sed 's/[1-9]/named/')" named "a rank with 0.2 of a CPU"
    quota_end
    quota 4000 4000 || return
    rm -rf q
    service 0 0
    $M -np 4 ./quota.sh "$knee_mpi" sweep --levels 8,16 --budget 20s --no-plots -o q --server none "$url" >q.text 2>q.err
    check "$(grep -c 'The clients are the limit' q.text)" 1 "four ranks that have 0.2 of a CPU each: the clients are the limit ($(grep -o 'half of the hosts give *[0-9]* %' q.text | head -n 1))"
    quota_end
}
p15() {
    service 20 16
    sh -c 'while :; do :; done' &
    busy=$!
    sweep 4 r "$url"
    kill $busy
    case "$(limit_of r.text) $(verdict_of r)" in
    "16 resolved" | "17 resolved") ok "a busy loop beside: right and resolved" ;;
    *" resolved") bad "a busy loop beside: USE $(limit_of r.text), resolved" ;;
    *) ok "a busy loop beside: $(verdict_of r), $(limit_of r.text)" ;;
    esac
    printf 'level,throughput_per_s\n1,50\n1500,75000\n8192,75000\n' >pool.csv
    "$knee" simulate --curve pool.csv --hosts 64 --trials 20 --json >s.json
    check "$(sed -n 's/.*"resolved_ratio": \([0-9.]*\).*/\1/p' s.json | head -n 1)" 1.0 "64 hosts on paper, each disturbed by itself: resolved"
}
p18() {
    make -s -C "$root" build/release/tests/reports/test_snippet_hosts >/dev/null
    KNEE=$knee "$root/build/release/tests/reports/test_snippet_hosts" >said 2>&1
    check "$? $(grep -c '\[  FAILED' said)" "0 0" "snippets, run where their programs are: failures"
    "$root/tests/program/slurm.sh" >slurm.said 2>&1
    case $? in
    0) ok "one-node Slurm: $(tail -n 1 slurm.said)" ;;
    77) skipped "Slurm: $(tail -n 1 slurm.said)" ;;
    *) bad "one-node Slurm: $(tail -n 3 slurm.said)" ;;
    esac
}
# A server on the machine of the ranks, which takes most of a CPU: that is part of the work.
pnginx() {
    command -v nginx >/dev/null || { skipped "no nginx"; return; }
    local pid port=${PORT:-28177} rows
    mkdir -p www && head -c 1024 /dev/urandom >www/file
    chmod 755 "$work"
    nginx_config "$work" "server { listen 127.0.0.1:$port; root $work/www; }" >nginx.conf
    nginx -c "$work/nginx.conf" 2>/dev/null &
    pid=$!
    sleep 1
    sweep 4 n --budget 20s "http://127.0.0.1:$port/file"
    kill $pid
    wait $pid
    rows=$(($(wc -l <n/samples.csv) - 1))
    below "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } $at["reason"] ~ /foreign/' n/samples.csv | wc -l)" $((rows / 20)) \
        "nginx on the same machine: windows of $rows that were disturbed ($(limit_of n.text) $(verdict_of n); $(sed -n 's/.*\(nginx.*CPUs\) with the items.*/\1/p' n.text))"
}
