#!/bin/sh
# SPDX-License-Identifier: MIT
# Real comparisons side by side whose answer is known: two sides that are the same, and a new side
# whose items take 10 % longer. The machine should be quiet.
#
#   tests/bench/compare_pairs.sh DIR COUNT [SECONDS]       e.g. out 20 280
#
# Each round compares every kind of work in KINDS (net cpu command) once with itself and once with
# the longer items. Goes on with the rounds that DIR already has; ends after COUNT of them (exit 0),
# or when SECONDS (1000000) are over (exit 75: call it again). A line of DIR/pairs.csv for each:
#   kind,change,round,verdict,ratio,low,high,windows,seconds,other_cpus
# and DIR/KIND-CHANGE-ROUND keeps the comparison. Ends with a table of verdicts. If other processes
# took more than OTHER (.3) CPUs in half of the windows, the line goes to DIR/disturbed.csv, and the
# comparison is made again.
set -eu
dir=$1
count=$2
seconds=${3:-1000000}
kinds=${KINDS:-net cpu command}
changes=${CHANGES:-same longer}
budget=${BUDGET:-20s}
other=${OTHER:-.3}
knee=$(realpath "${KNEE:-build/knee}")
start=$(date +%s)
mkdir -p "$dir"
touch "$dir/pairs.csv" "$dir/disturbed.csv"

# What new is, given the change; base is new's line without a change.
line_of() {
    case $1-$2 in
    net-same) echo net ;;
    net-longer) echo net:service=5.5ms ;;
    cpu-same) echo cpu ;;
    cpu-longer) echo cpu:work=1.1ms ;;
    command-same) echo "awk 'BEGIN { for (i = 0; i < 300000; i++) s += i }'" ;;
    command-longer) echo "awk 'BEGIN { for (i = 0; i < 335000; i++) s += i }'" ;;
    *) echo "compare_pairs.sh: $1-$2: unknown kind or change" >&2 && exit 2 ;;
    esac
}

levels_of() {
    case $1 in
    net) echo "${LEVELS:-1,4,16}" ;;
    *) echo "${LEVELS:-1,2,4}" ;;
    esac
}

# The median of samples.csv's foreign_cpus; commas in its quoted cells come after that column.
other_cpus_of() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "foreign_cpus") column = i; next }
        { print $column }' "$1/samples.csv" | sort -g |
        awk '{ v[NR] = $1 } END { printf "%.3f", v[int((NR + 1) / 2)] }'
}

compare() { # KIND CHANGE ROUND
    out=$dir/$1-$2-$3
    rm -rf "$out"
    began=$(date +%s.%N)
    status=0
    "$knee" compare --base "$(line_of "$1" same)" --new "$(line_of "$1" "$2")" --seed "$3" \
        --levels "$(levels_of "$1")" --budget "$budget" -q --no-plots -o "$out" \
        2>"$dir/error" || status=$?
    if [ $status -ne 0 ] && [ $status -ne 4 ]; then
        cat "$dir/error" >&2
        exit 1
    fi
    others=$(other_cpus_of "$out")
    file=$(awk -v it="$others" -v most="$other" 'BEGIN { print (it > most ? "disturbed" : "pairs") }')
    jq -r --arg start "$1,$2,$3" --arg windows "$(($(wc -l <"$out/samples.csv") - 1))" \
        --arg took "$(echo "$began $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }')" \
        --arg others "$others" \
        '.workloads[0] | [$start, .verdict, .ratio, .ratio_ci_low, .ratio_ci_high, $windows, $took,
         $others] | join(",")' "$out/compare.json" >>"$dir/$file.csv"
    tail -n 1 "$dir/$file.csv"
}

for round in $(seq "$count"); do
    for kind in $kinds; do
        for change in $changes; do
            while ! grep -q "^$kind,$change,$round," "$dir/pairs.csv"; do
                [ $(($(date +%s) - start)) -lt "$seconds" ] || exit 75
                compare "$kind" "$change" "$round"
            done
        done
    done
done
awk -F, '{ n[$1 "," $2]++; v[$1 "," $2, $4]++; t[$1 "," $2] += $9 }
    END { print "kind,change,runs,slower,faster,same,open,mean_seconds"
          for (k in n) printf "%s,%d,%d,%d,%d,%d,%.1f\n", k, n[k], v[k, "slower"], v[k, "faster"],
              v[k, "same"], v[k, "not_enough_evidence"], t[k] / n[k] }' "$dir/pairs.csv"
