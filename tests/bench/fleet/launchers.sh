# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables and functions of fleet.sh, which reads this file
# Points 12, 13, 16 and 17: launchers, another MPI, what does not fit; and the messages on mistakes.
p12() {
    timeout 60 mpirun -q -np 2 "$knee_mpi" sweep cpu -o b >b.text 2>b.err
    check "$? $(grep -c -- '--bind-to none' b.err) $(ls -d b 2>/dev/null | wc -l)" "2 1 0" "bound to one CPU: code, lines, directories"
    $M -np 3 "$knee" sweep cpu -o b >b.text 2>b.err
    check "$? $(grep -c knee-mpi b.err) $(ls -d b 2>/dev/null | wc -l)" "2 1 0" "knee under mpirun: code, lines, directories"
    command -v mpirun.mpich >/dev/null || { skipped "no MPICH"; return; }
    timeout 60 mpirun.mpich -np 3 "$knee_mpi" sweep sleep --levels 1 --budget 1s -o b >b.text 2>b.err
    code=$?
    check "$((code != 124)) $(grep -c '^USE' b.text | sed 's/[01]/few/')" "1 few" "under MPICH's mpirun: no hang, at most one answer (code $code)"
}
p13() {
    # If the first window is late, a budget of 3 s has no time for levels that need all ranks.
    seq 7 | $M -np 3 "$knee_mpi" sweep --levels 3,6 --budget 10s --no-plots -o r -- sh -c 'env >>envs; echo {} $PPID >>seen' >r.text 2>r.err
    check "$(cut -d' ' -f1 seen | sort -u | tr '\n' ' ')" "1 2 3 4 5 6 7 " "items"
    check "$(cut -d' ' -f2 seen | sort -u | wc -l | awk '{ print ($1 >= 3) }')" 1 "all ranks run some, at the levels $(awk -F, 'NR > 1 { print $3 }' r/samples.csv | sort -un | tr '\n' ' ')"
    check "$(grep -c "$(printf '\033')" r.text) $(grep -cE '^(OMPI|PMIX|PMI|MPIR|HYD[A-Z]*)_' envs)" "0 0" "escape sequences, variables of MPI"
    rm -rf r envs seen
}
p16() {
    $M -np 1 "$knee_mpi" sweep cpu -o r16 : -np 1 "$knee_mpi" sweep cpu --quick -o r16 >r.text 2>r.err
    check "$? $(grep -c 'other options' r.err)" "2 1" "other options on one rank: code, lines"
    # The same program, but for the version that it says it has.
    mkdir -p other/core/base
    sed 's/\(KNEE_VERSION "\).*"/\199.0.0"/' "$root/core/base/version.h" >other/core/base/version.h
    mpicc -std=gnu17 -D_GNU_SOURCE -I other -I "$root" -c -o host.o "$root/core/fleet/fleet_host.c" || { skipped "no mpicc"; return; }
    printf '#!/bin/sh\nexec mpicc %s/host.o "$@"\n' "$work" >mpicc-other && chmod +x mpicc-other
    make -s -C "$root" mpi MPICC="$work/mpicc-other" MPI_PROGRAM="$work/knee-other" >made 2>&1 || { bad "does not build: $(tail -n 1 made)"; return; }
    $M -np 1 "$knee_mpi" sweep cpu -o r16 : -np 1 ./knee-other sweep cpu -o r16 >r.text 2>r.err
    check "$? $(grep -c 'install the same' r.err) $(ls -d r16 2>/dev/null | wc -l)" "2 1 0" "another version on one rank: code, lines, directories"
}
p17() {
    command -v mpicc.mpich mpirun.mpich >/dev/null || { skipped "no MPICH"; return; }
    make -s -C "$root" mpi MPICC=mpicc.mpich MPI_PROGRAM="$work/knee-mpich" || { bad "does not build"; return; }
    local knee_mpi=$work/knee-mpich M="timeout 110 mpirun.mpich" times=${MPICH_TIMES:-3}
    POOLS="16 3 37" p3
    p4
    p5
    p13
    rm -rf h
    sweep 4 h --max-level 16 --budget 60s -- sleep 0.03723 &
    until_rows 8 h/samples.csv
    kill -KILL "$(for p in /proc/[0-9]*; do
        [ "$(readlink "$p/exe")" = "$knee_mpi" ] && tr '\0' '\n' <"$p/environ" 2>/dev/null | grep -qx PMI_RANK=3 && basename "$p"
    done | head -n 1)"
    local t
    t=$(now)
    wait $!
    code=$?
    below "$(since "$t")" 5 "MPICH, a rank is killed: seconds until all has ended"
    sleep .5
    check "$((code != 0)) $(pgrep -fc '^sleep 0.03723')" "1 0" "MPICH, code not 0, items left ($code)"
    "$knee" report h --no-plots >/dev/null 2>&1
    check $? 0 "MPICH, knee report"
    $M -np 4 "$knee_mpi" sweep --resume h --budget 5s -q >/dev/null 2>&1
    check $? 0 "MPICH, --resume on the same hosts"
    rm -rf h
    timeout 60 mpirun.mpich -np 3 ./knee-mpich run --limit 6 -o h -- sh -c 'exec sleep 0.01' ::: $(seq 30) >h.text 2>h.err
    check "$? $(grep -c ',done,' h/items.csv)" "0 30" "MPICH, a run: code, items done"
}
# refused NAME CODE WORDS COMMAND...: one line that has the words, that code, and nothing left.
refused() {
    local name=$1 wanted=$2 words=$3
    shift 3
    rm -rf no
    timeout 60 "$@" >no.text 2>no.err </dev/null
    check "$? $(grep -c '^knee: ' no.err) $(grep -c -e "$words" no.err) $(wc -c <no.text) $(ls -d no 2>/dev/null)" "$wanted 1 1 0 " "$name: code, lines, its words, output, directory"
}
pmessages() {
    local M3="mpirun -q --oversubscribe --bind-to none -np 3"
    refused "an option that is not there" 2 "did you mean --split" $M3 "$knee_mpi" sweep cpu --splt host -o no
    refused "another word for --split" 2 "write one of total|host|cpus" $M3 "$knee_mpi" sweep cpu --split hosts -o no
    refused "no command after --" 2 "command" $M3 "$knee_mpi" sweep -o no --
    refused "a run without a command" 2 "command" $M3 "$knee_mpi" run -o no
    refused "a workload that is not there" 2 "unknown workload" $M3 "$knee_mpi" sweep cpuu -o no
    refused "a run with --max-load" 2 "drop it" $M3 "$knee_mpi" run --max-load 50% -o no -- true ::: 1
    refused "a command that is not there" 6 "no-such" $M3 "$knee_mpi" sweep -o no -- no-such-command
    refused "--resume of what is not there" 2 "no-such" $M3 "$knee_mpi" sweep --resume no-such
    refused "knee under mpirun -np 2" 2 "knee-mpi" mpirun -q --oversubscribe --bind-to none -np 2 "$knee" sweep cpu -o no
    sweep 1 one --levels 1,2 --budget 2s -- sleep 0.02
    check "$? $(grep -c '^USE' one.text) $(wc -l <one.err)" "0 1 2" "one rank alone: code, answers, lines of progress"
    sweep 2 two --levels 2,4 --budget 2s -- sleep 0.02
    check "$? $(grep -c '^USE' two.text) $(grep -c 'on each of 2 hosts' two.text)" "0 1 1" "two ranks on one host: code, answers, shares"
}
