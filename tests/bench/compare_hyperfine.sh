#!/bin/sh
# SPDX-License-Identifier: MIT
# hyperfine and `knee compare --levels 1` on the same pairs of commands: new is the same, or takes 2
# or 5 % longer. The machine should be quiet.
#
#   tests/bench/compare_hyperfine.sh DIR COUNT [SECONDS]       e.g. out 6 280
#
# COUNT rounds of the three. Goes on with the rounds that DIR already has, as compare_pairs.sh does.
# hyperfine has its defaults (at least 3 s of each command), without a shell; it makes no claim, so
# its reader's is taken: Welch's t of the two means beyond 2. Lines of DIR/hyperfine.csv:
#   longer,round,hyperfine_ratio,hyperfine_t,hyperfine_seconds,knee_verdict,knee_ratio,low,high,knee_seconds
# with ratios of new's speed to base's. Ends with a table of claims.
set -eu
dir=$1
count=$2
seconds=${3:-1000000}
knee=$(realpath "${KNEE:-build/knee}")
start=$(date +%s)
mkdir -p "$dir"
lines=$dir/hyperfine.csv
touch "$lines"

# A ninth of the time is the process's start, so the loops grow by more.
line_of() {
    case $1 in
    0) loops=300000 ;;
    2) loops=306700 ;;
    5) loops=316700 ;;
    esac
    echo "awk 'BEGIN { for (i = 0; i < $loops; i++) s += i }'"
}

compare() { # LONGER ROUND
    base=$(line_of 0)
    new=$(line_of "$1")
    from=$(date +%s.%N)
    hyperfine -N -w 3 --style none --export-json "$dir/h.json" "$base" "$new" 2>/dev/null >&2
    between=$(date +%s.%N)
    rm -rf "$dir/$1-$2"
    status=0
    "$knee" compare --base "$base" --new "$new" --seed "$2" --levels 1 --min-effect 2% \
        --budget 10s -q --no-plots -o "$dir/$1-$2" 2>"$dir/error" || status=$?
    if [ $status -ne 0 ] && [ $status -ne 4 ]; then
        cat "$dir/error" >&2
        exit 1
    fi
    to=$(date +%s.%N)
    welch=$(jq -r '.results | [.[] | .mean, .stddev, (.times | length)] | join(" ")' \
        "$dir/h.json" | awk '{ printf "%.4f,%.2f", $1 / $4,
                ($1 - $4) / sqrt($2 * $2 / $3 + $5 * $5 / $6) }')
    took=$(echo "$from $between $to" | awk '{ printf "%.1f %.1f", $2 - $1, $3 - $2 }')
    jq -r --arg start "$1,$2,$welch,${took% *}" --arg took "${took#* }" \
        '.workloads[0] | [$start, .verdict, .ratio, .ratio_ci_low, .ratio_ci_high, $took]
         | join(",")' "$dir/$1-$2/compare.json" >>"$lines"
    tail -n 1 "$lines"
}

for round in $(seq "$count"); do
    for longer in 0 2 5; do
        grep -q "^$longer,$round," "$lines" && continue
        [ $(($(date +%s) - start)) -lt "$seconds" ] || exit 75
        compare "$longer" "$round"
    done
done
awk -F, '{ n[$1]++; slower[$1] += $4 < -2; faster[$1] += $4 > 2; ratio[$1] += $3; v[$1, $6]++
           knee[$1] += $7 }
    END { print "longer_percent,runs,hyperfine_slower,hyperfine_faster,hyperfine_mean_ratio," \
              "knee_slower,knee_faster,knee_mean_ratio"
          for (k in n) printf "%s,%d,%d,%d,%.3f,%d,%d,%.3f\n", k, n[k], slower[k], faster[k],
              ratio[k] / n[k], v[k, "slower"], v[k, "faster"], knee[k] / n[k] }' "$lines"
