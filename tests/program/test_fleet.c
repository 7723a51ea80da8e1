/* SPDX-License-Identifier: MIT */
/* knee-mpi as a user meets it, with several ranks on this machine; and knee under a launcher.
 * Skipped without mpirun or knee-mpi. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "tests/support/fleet.h"
#include "tests/support/shell.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void knee_itself_refuses_to_be_started_several_times(void **state)
{
    (void)state;
    static const struct {
        const char *environment, *says;
        int status;
    } CASES[] = {
        {"OMPI_COMM_WORLD_SIZE=3 OMPI_COMM_WORLD_RANK=0", "start knee-mpi", 2},
        {"OMPI_COMM_WORLD_SIZE=3 OMPI_COMM_WORLD_RANK=2", "", 2},
        {"PMI_SIZE=2 PMI_RANK=0", "started 2 times", 2},
        {"SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0", "started 4 times", 2},
        {"OMPI_COMM_WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=0", "", 0},
        {"SLURM_NTASKS=4 SLURM_PROCID=0", "", 0},
        {"KNEE_ALONE=1 OMPI_COMM_WORLD_SIZE=3", "", 0},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        char command[256];
        struct shell_run done;
        snprintf(command, sizeof command, "%s $KNEE limit cpu", CASES[i].environment);
        shell_run(&done, NULL, command);
        assert_int_equal(done.status, CASES[i].status);
        if (!strstr(done.err, CASES[i].says) || (!CASES[i].says[0] && done.err[0]))
            fail_msg("%s: %s", CASES[i].environment, done.err);
        shell_run_release(&done);
    }
}

static void knee_has_no_mpi_in_it(void **state)
{
    (void)state;
    struct shell_run done;
    shell_run(&done, NULL, "ldd \"$KNEE\" 2>/dev/null | grep -c mpi");
    assert_string_equal(done.out, "0\n");
    shell_run_release(&done);
}

/* The rows of hosts.csv add up to the level in every window, whatever the split, and what nobody
 * knows of a host without items is an empty field; nothing of the launcher reaches the items, no
 * escape sequence the output. */
static void hosts_share_each_level(void **state)
{
    (void)state;
    fleet_check(
        "adds_up() { awk -F, 'NR > 1 { key = $2 \" \" $3 \" \" int((NR - 2) / 3); asked[key] = $3; "
        "got[key] += $6 } END { for (k in got) bad += got[k] != asked[k]; print bad + 0 }' "
        "$1/hosts.csv; }\n"
        "$FLEET -np 3 $KNEE_MPI sweep --split cpus --levels 4 --window 50ms --budget 1s "
        "--no-plots -q -o cpus -- sleep 0.01 >by 2>&1 || cat by >&2 &\n"
        "$FLEET -np 3 $KNEE_MPI sweep --levels 1,2,5,9 --window 50ms --budget 1s --no-plots -o out "
        "-- sh -c 'env >>envs; sleep 0.01' >text 2>err || { cat err; exit 9; }\n"
        "adds_up out\n"
        "awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == \"start_s\") at = i } "
        "NR > 1 { bad += $at <= last; last = $at } END { print bad + 0 }' out/samples.csv\n"
        "grep -cE '^(OMPI|PMIX|PMI)_' envs\n"
        "grep -c \"$(printf '\\033')\" text err | grep -v ':0'\n"
        "$KNEE report out --no-plots -q >/dev/null && ls out | grep -cx samples.csv\n"
        "grep -c ' in all: .* on .*hosts' text; grep -c '3 ranks ran on 1 machine' text\n"
        "grep -c 'of its share *CPU' text; grep -c 'What did each host do' out/report.html\n"
        "grep -c nan out/hosts.csv; awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } "
        "$at[\"share\"] == \"0\" { idle++; bad += $at[\"latency_mean_s\"] != \"\" } "
        "END { print (idle > 0), bad + 0 }' out/hosts.csv\n"
        "wait\n"
        "adds_up cpus",
        "0\n0\n0\n1\n1\n1\n1\n1\n0\n1 0\n0\n");
}

static void items_of_rank_0_reach_all(void **state)
{
    (void)state;
    fleet_check("seq 6 | $FLEET -np 2 $KNEE_MPI sweep --levels 2,4 --window 50ms --budget 1s "
                "--no-plots -o out -- "
                "sh -c 'echo {} $PPID >>seen' >/dev/null 2>err || { cat err; exit 9; }\n"
                "cut -d' ' -f1 seen | sort -u | tr '\\n' ' '\n"
                "[ $(cut -d' ' -f2 seen | sort -u | wc -l) -ge 2 ] && echo by both",
                "1 2 3 4 5 6 by both\n");
}

static void what_does_not_fit_is_said_before_anything_runs(void **state)
{
    (void)state;
    fleet_check(
        "[ $(nproc --all) -gt 1 ] || exit 77\n"
        "refused() { n=$1 says=$2; shift 2; mkdir $n; (cd $n; $FLEET \"$@\" >text 2>err; echo $? "
        "$(grep -c -- \"$says\" err) $(wc -l <err) $(wc -c <text) $(ls | tr '\\n' ' ') "
        ">../said.$n) & }\n"
        "refused 1 'was given other options than rank 0' -np 1 $KNEE_MPI sweep cpu -o out : "
        "-np 1 $KNEE_MPI sweep cpu --quick -o out\n"
        "refused 2 'unknown workload nonsense' -np 2 $KNEE_MPI sweep nonsense -o out\n"
        "refused 3 '--bind-to none' -np 2 taskset -c 0 $KNEE_MPI sweep cpu -o out\n"
        "refused 4 '--bind-to none' -np 2 taskset -c 0 $KNEE_MPI run -o out -- true ::: 1\n"
        "refused 5 'setup: \"exit 3\"' -np 2 $KNEE_MPI run --setup 'exit 3' -o out -- true ::: 1\n"
        "refused 6 '--ungroup shows' -np 2 $KNEE_MPI run --ungroup -o out -- true ::: 1\n"
        "wait; cat said.*",
        "2 1 1 0 err text\n2 1 1 0 err text\n2 1 1 0 err text\n2 1 1 0 err text\n"
        "1 1 1 0 err text\n2 1 1 0 err text\n");
}

/* A rank is killed in mid-sweep: all ends, the journal has every finished window. */
static void a_lost_host_ends_the_sweep_and_loses_nothing(void **state)
{
    (void)state;
    fleet_check("$FLEET -np 3 $KNEE_MPI sweep --max-level 16 --window 50ms --budget 60s --no-plots "
                "-o out -- "
                "sleep 0.0371 >text "
                "2>err &\n"
                "until_rows 6 out/samples.csv; kill -KILL $(rank 2); wait $!; "
                "[ $? -ne 0 ] && echo ended\n"
                "$KNEE report out --no-plots -q >/dev/null && echo reported\n"
                "awk 'END { print (NR > 6) }' out/samples.csv",
                "ended\nreported\n1\n");
    assert_int_equal(shell_live("sleep 0.0371"), 0);
}

/* A launcher that misses a host ends rank 0, which may be in the middle of its own window. */
static void a_silent_host_is_named_after_an_interrupt(void **state)
{
    (void)state;
    fleet_check("$BARE -np 3 $KNEE_MPI sweep --levels 3 --window 300ms --budget 60s --no-plots "
                "-o out -- sleep 0.0373 >text 2>err &\n"
                "until_rows 1 out/samples.csv; lost=$(rank 2); first=$(rank 0)\n"
                "kill -STOP $lost; kill -TERM $first\n"
                "for i in $(seq 100); do grep -q 'does not answer' err && break; sleep 0.1; done\n"
                "grep -c 'rank 2) does not answer' err; ls out/result.json\n"
                "kill -KILL $lost; kill $! 2>/dev/null; wait $! && echo code 0 || true",
                "1\nout/result.json\n");
    assert_int_equal(shell_live("sleep 0.0373"), 0);
}

/* SIGUSR1 to mpirun, which passes it on to all ranks: the windows until then make the result. */
static void enough_is_decided_and_written(void **state)
{
    (void)state;
    fleet_check("$BARE -np 2 $KNEE_MPI sweep --levels 1,2,4 --window 50ms --budget 60s --no-plots "
                "-o out -- "
                "sleep 0.0372 >text 2>err &\n"
                "until_rows 4 out/samples.csv; kill -USR1 $!; wait $!; echo code $?\n"
                "grep -c '^USE' text; grep -c nan text; ls out/result.json",
                "code 0\n1\n0\nout/result.json\n");
    assert_int_equal(shell_live("sleep 0.0372"), 0);
}

/* The plan names the hosts: one alone may not go on, nor may more; the same go on by its split. */
static void resuming_wants_the_same_hosts(void **state)
{
    (void)state;
    fleet_check(
        "sweep() { $FLEET -np $1 $KNEE_MPI sweep --no-plots -q $3 >$2 2>&1; code=$?; echo $code; "
        "[ $code = 0 ] || cat $2 >&2; }\n"
        "sweep 2 a '--split host --levels 1,2 --window 50ms --budget 1s -o out -- sleep 0.02'\n"
        "{ $KNEE sweep --resume out >b 2>&1; echo $? >code; } &\n"
        "sweep 3 c '--resume out'; grep -c 'on the same hosts' c\n"
        "wait; cat code; grep -c 'was measured from' b\n"
        "sweep 2 d '--resume out --budget 2s'\n"
        "grep -c 'on each of 2 hosts' out/plan.json\n"
        "awk -F, 'NR > 1 && $3 % 2 { bad++ } END { print bad + 0 }' out/hosts.csv",
        "0\n2\n1\n2\n1\n0\n1\n0\n");
}

/* Four hosts in namespaces, their clocks 1,000 s apart: the sweep is the same, and the journal's
 * starts are on one axis. */
static void hosts_of_other_names_and_clocks_measure_together(void **state)
{
    (void)state;
    fleet_check(
        "for tool in ip nsenter unshare; do command -v $tool >/dev/null || exit 77; done\n"
        "export KNEE_NAMESPACES=kn$$; HOSTS=\"${KNEE%/build/*}/tests/program/namespaces.sh\"\n"
        "[ -x \"$HOSTS\" ] || exit 77\n"
        "trap '\"$HOSTS\" down $KNEE_NAMESPACES' EXIT\n"
        "\"$HOSTS\" up $KNEE_NAMESPACES || exit 77\n"
        "\"$HOSTS\" mpirun \"$KNEE_MPI sweep --levels 4,8 --window 50ms --budget 1s --no-plots "
        "-o $PWD/out -- "
        "sleep 0.05\" >text 2>err || { cat err; exit 9; }\n"
        "cut -d, -f5 out/hosts.csv | sort -u | grep -c \"${KNEE_NAMESPACES}[1-4]\"\n"
        "awk -F, 'NR > 1 && $7 > 60 { bad++ } END { print bad + 0 }' out/hosts.csv",
        "4\n0\n");
}

/* Each item once, by all hosts, under one limit; what it prints comes back. */
static void a_run_gives_each_item_to_one_host(void **state)
{
    (void)state;
    fleet_check(
        "seq 40 | $FLEET -np 3 $KNEE_MPI run --limit 5 -k --tag --joblog log -o out -- "
        "sh -c 'echo \"$1\" {n} $PPID >>ran; echo got \"$1\"; echo e >&2; sleep 0.02' sh {} "
        ">text 2>err || { cat err; exit 9; }\n"
        "sort -n ran | cut -d' ' -f1,2 | uniq | wc -l; [ $(cut -d' ' -f3 ran | sort -u | wc -l) "
        "-ge "
        "3 ] && echo by all\n"
        "seq 40 | awk '{ print $1 \"\\tgot \" $1 }' | cmp - text && grep -c \"$(printf '\\te')$\" "
        "err\n"
        "awk -F, -v host=$(hostname) 'NR > 1 && $14 == host { n[$3]++ } END { print "
        "n[\"started\"], "
        "n[\"done\"] }' out/items.csv\n"
        "awk -F '\\t' -v host=$(hostname) '$2 == host && $9 ~ /^sh -c/' log | wc -l\n"
        "awk -F, 'NR > 1 { open += $3 == \"started\" ? 1 : -1; if (open > most) most = open } END "
        "{ "
        "print most <= 5 }' out/items.csv",
        "40\nby all\n40\n40 40\n40\n1\n");
}

/* A rank is killed, and the launcher ends all: the same run goes on, and does the rest. */
static void a_run_goes_on_after_a_lost_host(void **state)
{
    (void)state;
    fleet_check("echo 'until [ $1 -lt 20 ] || [ -e lost ]; do sleep 0.05; done; echo $1 >>ran' "
                ">item\n"
                "$FLEET -np 3 $KNEE_MPI run --limit 6 -o out -- sh item {} ::: $(seq 60) >text "
                "2>err &\n"
                "until_rows 8 ran; kill -KILL $(rank 1); wait $!; [ $? -ne 0 ] && echo ended\n"
                "awk -F, '$3 == \"failed\"' out/items.csv | wc -l; : >lost\n"
                "$FLEET -np 3 $KNEE_MPI run --resume out >text 2>err; echo $?\n"
                "sort -u ran | wc -l; awk -F, '$3 == \"done\"' out/items.csv | wc -l",
                "ended\n0\n0\n60\n60\n");
}

/* As Ctrl-Z does, for longer than a host may be silent: it is this one that has not listened. */
static void a_run_that_was_stopped_loses_no_host(void **state)
{
    (void)state;
    fleet_check("cat >item <<'E'\nuntil [ -e open ]; do sleep 0.1; done\nE\n"
                "$FLEET -np 3 $KNEE_MPI run --limit 6 --no-plots -o out -- sh item ::: $(seq 6) "
                ">text 2>err &\n"
                "until_rows 6 out/items.csv; first=$(rank 0); kill -STOP $first; sleep 16\n"
                "kill -CONT $first; sleep 0.3; : >open; wait $!; echo $?\n"
                "grep -c 'does not answer' err; grep -c '^[0-9]*,1,done,' out/items.csv",
                "0\n0\n6\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knee_itself_refuses_to_be_started_several_times),
        cmocka_unit_test(knee_has_no_mpi_in_it),
        cmocka_unit_test(hosts_share_each_level),
        cmocka_unit_test(items_of_rank_0_reach_all),
        cmocka_unit_test(what_does_not_fit_is_said_before_anything_runs),
        cmocka_unit_test(hosts_of_other_names_and_clocks_measure_together),
        cmocka_unit_test(a_silent_host_is_named_after_an_interrupt),
        cmocka_unit_test(enough_is_decided_and_written),
        cmocka_unit_test(resuming_wants_the_same_hosts),
        cmocka_unit_test(a_lost_host_ends_the_sweep_and_loses_nothing),
        cmocka_unit_test(a_run_gives_each_item_to_one_host),
        cmocka_unit_test(a_run_goes_on_after_a_lost_host),
        cmocka_unit_test(a_run_that_was_stopped_loses_no_host),
    };
    return cmocka_run_group_tests_name("fleet", tests, NULL, NULL);
}
