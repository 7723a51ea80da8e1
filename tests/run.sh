#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh LOGDIR PROGRAM...: runs cmocka programs and sums up their tests. A program that fails
# without naming a failed test counts as one.
#
# A program that only computes runs beside others of its kind, one on each CPU, and beside those
# that wait for a time or another process, two of these at once. All others come after these, one
# after the other: they judge measured numbers. With BESIDE=N these, too, run beside others, N at
# once: a sanitizer's build is about memory and threads, and no test fails on a busy machine.
#
# run.sh --one LOGDIR PROGRAM: runs one, and leaves its output, exit status and seconds in LOGDIR.
if [ "$1" = --one ]; then
    shift
    program=$2 log=$1/$(basename "$2")
    # The thread sanitizer of older compilers fails with much address randomisation.
    fixed=
    setarch -R true 2>/dev/null && fixed='setarch -R'
    start=$(date +%s)
    # shellcheck disable=SC2086 # $fixed is two words or none
    timeout -k 10 "${TIMEOUT:-300}" $fixed "$program" >"$log.log" 2>&1 </dev/null
    echo "$? $(($(date +%s) - start))" >"$log.status"
    exit 0
fi

logs=$1
shift
[ $# -gt 0 ] || { echo "no such test: T=NAME is for tests/*/test_NAME.c" >&2; exit 1; }
# CI systems and cron may set neither; GNU parallel asks for both.
export SHELL="${SHELL:-/bin/sh}" HOME="${HOME:-/tmp}"
passed=0 failed=0 skipped=0
broken=

# Its source includes nothing that measures, waits, starts threads or runs a program: only these.
pure='(assert|errno|float|jansson|locale|math|sched|std[a-z]*|string)\.h'
pure="$pure|tests/support/((hard_|other_)?curves|fake|fixture_result|oracle|parallel|test|trials)\.h"
pure="$pure|core/base/(array|err|random|stats)\.h|core/text/.*|(tuner|reports|plots)/.*"
computes() {
    folder=$(basename "$(dirname "$1")")
    case $folder in tuner | reports | plots | program) ;; *) return 1 ;; esac
    ! sed -n 's/^#include [<"]\([^>"]*\)[>"].*/\1/p' "tests/$folder/$(basename "$1").c" |
        grep -Evqx "$pure"
}

# No number that these measure decides anything. The longest first, so that the last one is short.
waiting='run faults report http_options command examples run_dashboard faults_system printed
    run_ends run_parallel ci_recipes run_faults command_options drawing keeper snippets result_schema install
    compare_history charts expect command_hooks command_analyze'

sum() { # of the counts that follow cmocka's label $1 in the log
    grep -Eo "\[ *$1 *\] [0-9]+ test\(s\)" "$log" | awk '{ n += $(NF - 1) } END { print n + 0 }'
}

report() {
    name=$(basename "$1")
    log=$logs/$name.log
    read -r status seconds <"$logs/$name.status" || status=1 seconds=0
    p=$(sum PASSED) f=$(sum FAILED) s=$(sum SKIPPED)
    note=
    if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
        f=1
        note=" (exit status $status)"
        [ "$status" -eq 124 ] && note=" (ended after ${TIMEOUT:-300} s)"
    elif [ "$status" -eq 0 ] && [ $((p + s)) -eq 0 ]; then
        f=1
        note=" (no test ran)"
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    line=$(printf '%-24s %3d passed' "$name" "$p")
    [ "$f" -gt 0 ] && line="$line, $f FAILED$note"
    [ "$s" -gt 0 ] && line="$line, $s skipped"
    echo "$line  $seconds s"
    [ "$s" -eq 0 ] || grep -Eh ': not (tested|run)|^skipped: ' "$log" | sort -u | sed 's/^/    /'
    if [ "$f" -gt 0 ]; then
        grep -Ev '^\[ RUN      \]|^\[       OK \]' "$log" | tail -n 60 | sed 's/^/    /'
        broken="$broken $name"
    fi
}

together='' beside='' alone=''
for name in $waiting; do
    for program in "$@"; do
        [ "${program##*/}" != "test_$name" ] || beside="$beside $program"
    done
done
for program in "$@"; do
    rm -f "$logs/$(basename "$program").status"
    case " $beside " in *" $program "*) continue ;; esac
    if computes "$program"; then
        together="$together $program"
    else
        alone="$alone $program"
    fi
done
[ -z "${BESIDE:-}" ] || beside="$alone $beside" alone=''

several() { # COUNT NICENESS PROGRAM...: as many at once
    count=$1 niceness=$2
    shift 2
    [ $# -eq 0 ] || printf '%s\n' "$@" | xargs -P "$count" -n 1 nice -n "$niceness" "$0" --one "$logs"
}

# shellcheck disable=SC2086 # lists of names without blanks, as make's are
{
    several "${BESIDE:-2}" 0 $beside &
    several "$(nproc)" 10 $together
    wait
}
for program in $together $beside; do
    report "$program"
done
for program in $alone; do
    "$0" --one "$logs" "$program"
    report "$program"
done

[ -n "$broken" ] && echo "failed:$broken (logs in $logs)"
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
