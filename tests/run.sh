#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh LOGDIR PROGRAM...: runs cmocka programs one after the other (some measure time) and sums
# up their tests. A program that fails without naming a failed test counts as one.
logs=$1
shift
[ $# -gt 0 ] || { echo "no such test: T=NAME is for tests/*/test_NAME.c" >&2; exit 1; }
# CI systems and cron may set neither; GNU parallel asks for both.
export SHELL="${SHELL:-/bin/sh}" HOME="${HOME:-/tmp}"
passed=0 failed=0 skipped=0
broken=

# The thread sanitizer of older compilers fails with much address randomisation.
fixed=
setarch -R true 2>/dev/null && fixed='setarch -R'

sum() { # of the counts that follow cmocka's label $1 in the log
    grep -Eo "\[ *$1 *\] [0-9]+ test\(s\)" "$log" | awk '{ n += $(NF - 1) } END { print n + 0 }'
}

for program in "$@"; do
    name=$(basename "$program")
    log=$logs/$name.log
    start=$(date +%s)
    # shellcheck disable=SC2086 # $fixed is two words or none
    timeout -k 10 "${TIMEOUT:-300}" $fixed "$program" >"$log" 2>&1 </dev/null
    status=$?
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
    echo "$line  $(($(date +%s) - start)) s"
    if [ "$f" -gt 0 ]; then
        grep -Ev '^\[ RUN      \]|^\[       OK \]' "$log" | tail -n 60 | sed 's/^/    /'
        broken="$broken $name"
    fi
done

[ -n "$broken" ] && echo "failed:$broken (logs in $logs)"
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
