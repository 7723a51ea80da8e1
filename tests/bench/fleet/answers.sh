# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables and functions of fleet.sh, which reads this file
# Points 1 to 8: what a fleet answers, and what its windows cost and hold.
p1() {
    check "$(ldd "$knee" | grep -c mpi)" 0 "MPI libraries in knee"
    make -s -C "$root" mpi MPI_PROGRAM="$work/none" MPICC=no-mpicc >out 2>&1
    code=$?
    check "$code $(grep -c 'apt-get install openmpi-bin' out)" "2 1" "make mpi without mpicc: code and lines"
}
p2() {
    service 20 8
    sweep 1 one "$url"
    "$knee" sweep --no-plots -o alone "$url" >alone.text 2>/dev/null
    below "$(($(limit_of one.text) - $(limit_of alone.text)))" 1 "limit of knee-mpi on one rank ($(limit_of one.text)) less that of knee"
    below "$(($(limit_of alone.text) - $(limit_of one.text)))" 1 "limit of knee ($(limit_of alone.text)) less that of knee-mpi on one rank"
    check "$(head -n 1 one/samples.csv | cksum)" "$(head -n 1 alone/samples.csv | cksum)" "columns"
}
p3() {
    local p low i right seen seen_all
    for p in ${POOLS:-16 3 37}; do
        low=$p right=0 seen_all=
        service 20 "$p"
        for i in $(seq "$first" $((first + times - 1))); do
            sweep 4 r --seed "$i" "$url"
            seen="$(limit_of r.text) $(verdict_of r)"
            case $seen in
            "$low resolved" | "$((low + 1)) resolved") right=$((right + 1)) ;;
            *) [ "$keep" = /dev/null ] || cp -r r "$keep/$p-$i" ;;
            esac
            seen_all="$seen_all, $seen"
        done
        if [ $((10 * right)) -ge $((9 * times)) ]; then
            ok "pool of $p: $right of $times right and resolved ($(grep -h ' in all:' r.text))"
        else
            bad "pool of $p: $right of $times right and resolved${seen_all#,}"
        fi
    done
}
# How many were on the server at each millisecond, beside the windows of samples.csv: the sweep's
# start is known to some milliseconds, so the best of the starts around it counts.
held() { # LOG DIR LATENCY_MS
    local start
    start=$(stat -c %.6W "$2/hosts.csv")
    awk -F '[ ,]' -v start="$start" -v edge="$3" '
        FILENAME == ARGV[1] { from = int(1000 * ($1 - start)); to = int(1000 * ($2 - start))
            for (t = from; t < to; t++) at[t]++
            next }
        FNR == 1 { for (i = 1; i <= NF; i++) name[$i] = i; next }
        { n++; level[n] = $name["level"]; a[n] = int(1000 * $name["start_s"]); b[n] = a[n] + int(1000 * $name["window_s"]) }
        END { best = n + 1
            for (shift = -60; shift <= 60; shift++) {
                bad = 0; low = 1
                for (i = 1; i <= n; i++) {
                    most = sum = 0
                    for (t = a[i] + shift + edge; t < b[i] + shift - edge; t++) { if (at[t] > most) most = at[t]; sum += at[t] }
                    mean = sum / (b[i] - a[i] - 2 * edge) / level[i]
                    if (most != level[i]) bad++
                    if (mean < low) low = mean
                }
                if (bad < best) { best = bad; least = low }
            }
            printf "%d of %d windows, least mean %.0f %%\n", n - best, n, 100 * least }' "$1" "$2/samples.csv"
}
p4() {
    rm -f log
    service 100 0 0 0 log
    sweep 4 r --levels 1,2,3,5,8,13,37 --window 300ms --budget 25s "$url"
    local said mean
    said=$(held log r 2) mean=${said##*mean }
    check "${said%% of*}" "$(($(wc -l <r/samples.csv) - 1))" "windows in which the server saw the level, never more ($said of it)"
    below "$((100 - ${mean% %}))" 3 "per cent of the level that were missing from the mean in flight, at most"
}
# The service logs how long it took itself, and the client's own part comes on top: slow enough that
# this is below 0.1 %.
p5() {
    rm -f log
    service 400 0 0 100 log
    sweep 4 r --levels 24,48 --window 4s --budget 40s "$url"
    awk -F '[ ,]' -v start="$(stat -c %.6W r/hosts.csv)" '
        FILENAME == ARGV[1] { e[++m] = $2; l[m] = $2 - $1; next }
        FNR == 1 { for (i = 1; i <= NF; i++) name[$i] = i; next }
        $name["items"] < 100 { next } # of so few the quantiles are a matter of definition
        { a = start + $name["start_s"]; b = a + $name["window_s"]; n = 0
            for (i = 1; i <= m; i++) if (e[i] >= a && e[i] < b) printf "%.6f\n", l[i] | "sort -n >sorted"
            close("sort -n >sorted")
            while ((getline x <"sorted") > 0) v[++n] = x
            close("sorted")
            for (q = 0; q < 3; q++) { p = q == 0 ? .5 : q == 1 ? .95 : .99
                got = $name["latency_p" (q == 0 ? 50 : q == 1 ? 95 : 99) "_s"]
                k = int(p * n + .9999); off = got / v[k] - 1; off = off < 0 ? -off : off
                if (off > worst[q]) worst[q] = off } }
        { windows++ }
        END { printf "%.4f %.4f %.4f %d\n", worst[0], worst[1], worst[2], windows }' log r/samples.csv >off
    read -r a b c n <off
    check "$((n >= 3))" 1 "windows with at least 100 items ($n)"
    below "$a" .01 "p50 of a window against all requests, furthest"
    below "$b" .01 "p95 likewise"
    below "$c" .02 "p99 likewise (a bucket is 0.8 % wide)"
}
p6() {
    local faults=
    mpicc -shared -fPIC -o faults.so "$root/tests/bench/fleet_faults.c" || { skipped "no mpicc"; return; }
    service 20 16
    local i
    # The means at 64 and 200, which a pool of 16 serves as fast as 16; in turns, as the machine drifts.
    # In windows of 100 ms late starts weigh twice as much as in those of 200 ms.
    mean() { cat "$1"?/samples.csv | awk -F, '$3 >= 64 && $3 != "level" { n++; sum += $8 } END { printf "%.1f\n", sum / n }'; }
    limits() { cat "$1"?.text | awk '$1 == "USE" { printf "%s ", $2 }'; }
    for i in 1 2; do
        faults=
        sweep 4 plain$i --levels 4,16,64,200 --budget 15s --window 100ms "$url"
        faults=delay
        sweep 4 delayed$i --levels 4,16,64,200 --budget 15s --window 100ms "$url"
        faults=delay,alone
        sweep 4 alone$i --levels 4,16,64,200 --budget 15s --window 100ms "$url"
    done
    check "$(limits delayed)" "$(limits plain)" "limits with starts up to 50 ms late"
    below "$(echo "d = $(mean delayed) / $(mean plain) - 1; if (d < 0) d = -d; d" | bc -l)" .01 "the mean from 64 on moves by"
    if awk "BEGIN { exit !($(mean alone) > 1.01 * $(mean plain)) }" || [ "$(limits alone)" != "$(limits plain)" ]; then
        ok "without the barrier it would be wrong: USE $(limits alone), from 64 on $(mean alone)/s, not $(mean plain)/s"
    else
        bad "without the barrier: $(mean alone)/s against $(mean plain)/s, and the same limit: the check shows nothing"
    fi
}
p7() {
    local pids before after p
    service 20 16
    rm -rf r
    sweep 4 r --strategy grid --levels 1,2 --budget 12s --window 200ms "$url" &
    until_rows 3 r/samples.csv
    used() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
    for i in 1 2 3; do pids="${pids:-} $(rank_of $i)"; done
    for p in $pids; do before="${before:-} $(used "$p")"; done
    sleep 4
    for p in $pids; do after="${after:-} $(used "$p")"; done
    wait $!
    below "$(echo "$before $after" | awk '{ for (i = 1; i <= 3; i++) { d = ($(i + 3) - $i) / 400; if (d > most) most = d } print most }')" .05 \
        "CPU of a waiting rank"
    "$root/tests/bench/fleet_overhead.sh" >overhead
    below "$(awk -F, '$2 == "median" && $3 == 4 { print $4 }' overhead)" 15 "overhead of a window with 4 ranks, ms"
}
in_namespaces() { # leaves KNEE_NAMESPACES set
    [ "$(id -u)" = 0 ] && command -v ip nsenter unshare >/dev/null || { skipped "needs root, ip, nsenter and unshare"; return 1; }
    export KNEE_NAMESPACES=kf$$
    "$hosts" up $KNEE_NAMESPACES || { skipped "no namespaces here"; return 1; }
    rm -f port
    nsenter --net="/run/netns/${KNEE_NAMESPACES}1" "$progs/prog_upstream" "$work/port" 20 16 0 0 /dev/null 10.77.0.1 &
    server=$!
    while [ ! -s port ]; do sleep .05; done
    url=http://10.77.0.1:$(cat port)/
}
p8() {
    in_namespaces || return
    "$hosts" mpirun "$knee_mpi sweep --no-plots -o $work/ns $url" >ns.text 2>ns.err
    "$hosts" down $KNEE_NAMESPACES
    case "$(limit_of ns.text) $(verdict_of ns)" in
    "16 resolved" | "17 resolved") ok "four hosts: USE $(limit_of ns.text), resolved; $(cut -d, -f5 ns/hosts.csv | sort -u | grep -c kf) names" ;;
    *) bad "four hosts: $(limit_of ns.text) $(verdict_of ns); $(cat ns.err)" ;;
    esac
    awk -F, 'function done() { if (count > 1) print 1000 * (most - least) }
        NR > 1 { key = $1 " " $2 " " $3
            if (key != last || $4 <= rank) { done(); count = 0 }
            last = key; rank = $4
            if ($6 == 0) next
            if (count++ == 0) least = most = $7
            if ($7 < least) least = $7
            if ($7 > most) most = $7 }
        END { done() }' ns/hosts.csv | sort -n >apart
    below "$(tail -n 1 apart)" 10 "starts of a window apart by clocks 1,000 s apart, furthest of $(wc -l <apart), ms (median $(sed -n "$((($(wc -l <apart) + 1) / 2))p" apart))"
}
