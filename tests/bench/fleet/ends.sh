# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables and functions of fleet.sh, which reads this file
# Points 9 to 11: hosts that are killed, stopped or cut off, and signals.
p9() {
    rm -rf r
    sweep 4 r --max-level 16 --budget 60s -- sleep 0.03719 &
    until_rows 8 r/samples.csv
    local t
    kill -KILL "$(rank_of 3)"
    t=$(now)
    wait $!
    code=$?
    below "$(since "$t")" 5 "seconds until all has ended"
    check "$((code != 0)) $(pgrep -fc '^sleep 0.03719')" "1 0" "code not 0, items left ($code)"
    check "$(grep -c 'rank 3' r.err)" 1 "lines that name the host"
    "$knee" report r >/dev/null 2>&1
    check $? 0 "knee report"
    $M -np 4 "$knee_mpi" sweep --resume r --budget 5s -q >/dev/null 2>&1
    check $? 0 "--resume on the same hosts"
}
p10() {
    local t
    service 20 16
    rm -rf r
    sweep 4 r --budget 60s "$url" &
    until_rows 8 r/samples.csv
    stopped=$(rank_of 3)
    kill -STOP "$stopped"
    t=$(now)
    for _ in $(seq 400); do grep -q 'rank 3' r.err && break; sleep .1; done
    below "$(since "$t")" 10.4 "stopped rank: seconds until it is named"
    check "$([ -s r/result.json ] && [ -s r/levels.csv ] && echo there)" there "its results"
    wait $!
    below "$(since "$t")" 33 "seconds until all has ended, with 15 of them for the launcher"
    kill -KILL "$stopped" 2>/dev/null
    stop_server
    in_namespaces || return
    KNEE_MPIRUN_OPTIONS="--mca oob_tcp_keepalive_time 3 --mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 3 --mca odls_base_sigkill_timeout 5" \
        "$hosts" mpirun "$knee_mpi sweep --budget 60s --no-plots -o $work/ns $url" >ns.text 2>ns.err &
    until_rows 8 ns/samples.csv
    "$hosts" cut $KNEE_NAMESPACES 4
    t=$(now)
    wait $!
    below "$(since "$t")" 40 "cut-off host: seconds until all has ended"
    check "$([ -s ns/result.json ] && grep -c 'rank 3\|does not answer' ns.err)" 1 "result, and a line that says so"
    "$hosts" down $KNEE_NAMESPACES
}
p11() {
    local on_signal="mpirun -q --oversubscribe --bind-to none -np 3 $knee_mpi sweep --max-level 16 --budget 60s --no-plots"
    rm -rf r c
    $on_signal -o r -- sleep 0.03711 >r.text 2>r.err &
    until_rows 8 r/samples.csv
    kill -USR1 $!
    wait $!
    check "$? $(grep -c '^USE' r.text)" "0 1" "SIGUSR1 to mpirun: code, answers"
    $on_signal -o c -- sleep 0.03711 >c.text 2>c.err &
    until_rows 8 c/samples.csv
    kill -INT $!
    wait $!
    check "$(find c -name samples.csv -o -name result.json | wc -l) $(pgrep -fc '^sleep 0.03711')" "2 0" "files after Ctrl-C, items left"
}
