# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables and functions of fleet.sh, which reads this file
# knee-mpi run on several hosts.
prun() {
    local slots pid last
    slots=$("$progs/prog_slots" make 8)
    $M -np 3 "$knee_mpi" run -o auto -- sh -c "exec $progs/prog_slots hold $slots 60" ::: $(seq 2500) >auto.text 2>auto.err
    code=$?
    last=$(sed -n 's/.*"limit_last": \([0-9]*\).*/\1/p' auto/result.json)
    check "$code $(grep -c ',done,' auto/items.csv)" "0 2500" "a run on 3 ranks whose limit tunes itself: code, items done"
    if [ "$last" -ge 7 ] && [ "$last" -le 12 ]; then ok "its limit for a pool of 8: $last"; else bad "its limit for a pool of 8: $last"; fi
    "$progs/prog_slots" remove "$slots"
    mpirun -q --oversubscribe --bind-to none -np 3 "$knee_mpi" run --limit 4 -o s -- sh -c 'exec sleep 0.1' ::: $(seq 150) >s.text 2>s.err &
    pid=$!
    until_rows 20 s/items.csv
    kill -USR1 $pid
    sleep .7
    kill -USR2 $pid
    sleep .7
    kill -USR2 $pid
    wait $pid
    check "$? $(awk -F, 'NR > 1 { printf "%s ", $2 }' s/limits.csv)$(grep -c ',done,' s/items.csv)" "0 4 5 4 3 150" "SIGUSR1, twice SIGUSR2 to mpirun: code, limits, items done"
    mpirun -q --oversubscribe --bind-to none -np 3 "$knee_mpi" run --limit 6 -o c2 -- sh -c 'exec sleep 0.20713' ::: $(seq 500) >c2.text 2>c2.err &
    pid=$!
    until_rows 30 c2/items.csv
    kill -INT $pid
    wait $pid
    code=$?
    check "$((code != 0)) $(ls c2/result.json) $(pgrep -fc '^sleep 0.20713')" "1 c2/result.json 0" "Ctrl-C: code not 0 ($code), the result, items left"
    $M -np 3 "$knee_mpi" run --resume c2 >/dev/null 2>c2.err
    check "$? $(grep ',done,' c2/items.csv | cut -d, -f1 | sort -u | wc -l)" "0 500" "--resume: code, items done"
    rm -f ran
    $M -np 3 "$knee_mpi" run --limit 6 -o lost -- sh -c 'sleep 0.2; echo "$1" >>ran' sh ::: $(seq 900) >lost.text 2>lost.err &
    until_rows 30 ran
    stopped=$(rank_of 2)
    kill -STOP "$stopped"
    for _ in $(seq 200); do grep -q 'run again on the others' lost.err && break; sleep .2; done
    kill -KILL "$stopped"
    wait $!
    code=$?
    # If the launcher ends all when the killed rank is gone, the run goes on by --resume.
    [ $code = 0 ] || $M -np 3 "$knee_mpi" run --resume lost >/dev/null 2>>lost.err
    check "$(sort -u ran | wc -l) $(grep -c ',failed,' lost/items.csv)" "900 0" "a lost host gives its items back (code $code): items that ran, failed ($(grep -o 'its [0-9]* items run again' lost.err))"
    command -v mpirun.mpich >/dev/null && [ -x knee-mpich ] || make -s -C "$root" mpi MPICC=mpicc.mpich MPI_PROGRAM="$work/knee-mpich" 2>/dev/null || { skipped "no MPICH"; return; }
    mpirun.mpich -np 3 ./knee-mpich run --limit 4 -o h2 -- sh -c 'exec sleep 0.1' ::: $(seq 100) >h2.text 2>h2.err &
    pid=$!
    until_rows 20 h2/items.csv
    kill -USR1 $pid
    wait $pid
    check "$? $(awk -F, 'NR > 1 { printf "%s ", $2 }' h2/limits.csv)$(grep -c ',done,' h2/items.csv)" "0 4 5 100" "MPICH, SIGUSR1: code, limits, items done"
}
