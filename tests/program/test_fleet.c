/* SPDX-License-Identifier: MIT */
/* knee-mpi as a user meets it, with several ranks on this machine; and knee under a launcher.
 * Skipped without mpirun or knee-mpi. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "tests/support/shell.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* $FLEET starts ranks, $KNEE_MPI is the program. As root Open MPI wants two variables. */
static const char PREPARE[] =
    "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1\n"
    "KNEE_MPI=$KNEE-mpi; FLEET='timeout 100 mpirun -q --oversubscribe --bind-to none'\n";

static void run(struct shell_run *run, const char *dir, const char *command)
{
    char script[4096];
    snprintf(script, sizeof script, "%s%s", PREPARE, command);
    shell_run(run, dir, script);
}

static void skip_unless_there_is_mpi(void)
{
    struct shell_run found;
    shell_run(&found, NULL, "command -v mpirun >/dev/null && test -x \"$KNEE-mpi\"");
    int status = found.status;
    shell_run_release(&found);
    if (status)
        skip();
}

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

/* The rows of hosts.csv add up to the level in every window; nothing of the launcher reaches the
 * items, no escape sequence the output. */
static void hosts_share_each_level(void **state)
{
    (void)state;
    struct shell_run done;
    char dir[128];
    skip_unless_there_is_mpi();
    shell_dir_make(dir, sizeof dir);
    run(&done, dir,
        "$FLEET -np 3 $KNEE_MPI sweep --levels 1,2,5,9 --budget 6s --no-plots -o out -- "
        "sh -c 'env >>envs; sleep 0.01' >text 2>err || { cat err; exit 9; }\n"
        "awk -F, 'NR > 1 { sum[$1 $2 $3 $7 == 0] += 0; key = $2 \" \" $3 \" \" int((NR - 2) / 3); "
        "asked[key] = $3; got[key] += $6 } "
        "END { for (k in got) if (got[k] != asked[k]) bad++; print bad + 0 }' out/hosts.csv\n"
        "awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == \"start_s\") at = i } "
        "NR > 1 { bad += $at <= last; last = $at } END { print bad + 0 }' out/samples.csv\n"
        "grep -cE '^(OMPI|PMIX|PMI)_' envs\n"
        "grep -c \"$(printf '\\033')\" text err | grep -v ':0'\n"
        "$KNEE report out -q >/dev/null && ls out | grep -cx samples.csv\n"
        "grep -q ' in all: .* on .*hosts' text");
    assert_int_equal(done.status, 0);
    if (strncmp(done.out, "0\n0\n0\n1\n", 8) != 0)
        fail_msg("%s%s", done.out, done.err);
    shell_run_release(&done);
    shell_dir_remove(dir);
}

static void items_of_rank_0_reach_all(void **state)
{
    (void)state;
    struct shell_run done;
    char dir[128];
    skip_unless_there_is_mpi();
    shell_dir_make(dir, sizeof dir);
    run(&done, dir,
        "seq 6 | $FLEET -np 2 $KNEE_MPI sweep --levels 2,4 --budget 4s --no-plots -o out -- "
        "sh -c 'echo {} $PPID >>seen' >/dev/null 2>err || { cat err; exit 9; }\n"
        "cut -d' ' -f1 seen | sort -u | tr '\\n' ' '; cut -d' ' -f2 seen | sort -u | wc -l");
    assert_int_equal(done.status, 0);
    assert_non_null(strstr(done.out, "1 2 3 4 5 6 "));
    assert_true(strtol(strchr(done.out, '6') + 2, NULL, 10) >=
                2); /* parents: both ranks ran some */
    shell_run_release(&done);
    shell_dir_remove(dir);
}

static void what_does_not_fit_is_said_before_anything_runs(void **state)
{
    (void)state;
    static const struct {
        const char *command, *says;
    } CASES[] = {
        {"$FLEET -np 1 $KNEE_MPI sweep cpu -o out : -np 1 $KNEE_MPI sweep cpu --quick -o out",
         "was given other options than rank 0"},
        {"$FLEET -np 2 $KNEE_MPI sweep nonsense -o out", "unknown workload nonsense"},
        {"$FLEET -np 2 $KNEE_MPI sweep --budget 5 -o out", "has no unit"},
        {"$FLEET -np 2 taskset -c 0 $KNEE_MPI sweep cpu -o out", "--bind-to none"},
    };
    skip_unless_there_is_mpi();
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct shell_run done;
        char dir[128], command[512];
        shell_dir_make(dir, sizeof dir);
        snprintf(command, sizeof command, "[ $(nproc --all) -gt 1 ] || exit 77\n%s",
                 CASES[i].command);
        run(&done, dir, command);
        if (done.status != 77) {
            assert_int_equal(done.status, 2);
            if (!strstr(done.err, CASES[i].says))
                fail_msg("%s: %s", CASES[i].command, done.err);
            assert_null(strstr(done.out, "USE"));
            assert_int_equal(shell_dir_count(dir), 0);
        }
        shell_run_release(&done);
        shell_dir_remove(dir);
    }
}

/* A rank is killed in mid-sweep: all ends, the journal has every finished window. */
static void a_lost_host_ends_the_sweep_and_loses_nothing(void **state)
{
    (void)state;
    struct shell_run done;
    char dir[128];
    skip_unless_there_is_mpi();
    shell_dir_make(dir, sizeof dir);
    run(&done, dir,
        "$FLEET -np 3 $KNEE_MPI sweep --budget 60s --no-plots -o out -- sleep 0.0371 >text 2>err "
        "&\n"
        "until [ -s out/samples.csv ] && [ $(wc -l <out/samples.csv) -gt 6 ]; do sleep 0.1; done\n"
        "victim=$(for p in /proc/[0-9]*; do [ \"$(readlink $p/exe)\" = \"$KNEE_MPI\" ] && "
        "[ \"$(readlink $p/cwd)\" = \"$PWD\" ] && "
        "tr '\\0' '\\n' <$p/environ 2>/dev/null | grep -qx OMPI_COMM_WORLD_RANK=2 && "
        "echo ${p#/proc/}; done | head -n 1)\n"
        "[ -n \"$victim\" ] || { echo no victim; exit 9; }\n"
        "kill -KILL $victim; wait $!; echo code $?\n"
        "$KNEE report out -q >/dev/null && echo reported\n"
        "awk -F, 'END { print (NR > 6) }' out/samples.csv");
    assert_int_equal(done.status, 0);
    assert_null(strstr(done.out, "code 0\n"));
    assert_non_null(strstr(done.out, "reported\n1\n"));
    assert_int_equal(shell_live("sleep 0.0371"), 0);
    shell_run_release(&done);
    shell_dir_remove(dir);
}

/* SIGUSR1 to mpirun, which passes it on to all ranks: the windows until then make the result. */
static void enough_is_decided_and_written(void **state)
{
    (void)state;
    struct shell_run done;
    char dir[128];
    skip_unless_there_is_mpi();
    shell_dir_make(dir, sizeof dir);
    run(&done, dir,
        "mpirun -q --oversubscribe --bind-to none -np 2 $KNEE_MPI sweep --levels 1,2,4 --budget "
        "60s --no-plots -o out -- sleep 0.0372 >text 2>err &\n"
        "until [ -s out/samples.csv ] && [ $(wc -l <out/samples.csv) -gt 4 ]; do sleep 0.1; done\n"
        "kill -USR1 $!; wait $!; echo code $?\n"
        "grep -c '^USE' text; ls out/result.json");
    if (strcmp(done.out, "code 0\n1\nout/result.json\n") != 0)
        fail_msg("%s%s", done.out, done.err);
    assert_int_equal(shell_live("sleep 0.0372"), 0);
    shell_run_release(&done);
    shell_dir_remove(dir);
}

/* The plan names the hosts: one alone may not go on, nor may more; the same go on by its split. */
static void resuming_wants_the_same_hosts(void **state)
{
    (void)state;
    struct shell_run done;
    char dir[128];
    skip_unless_there_is_mpi();
    shell_dir_make(dir, sizeof dir);
    run(&done, dir,
        "sweep() { np=$1; shift; $FLEET -np $np $KNEE_MPI sweep --no-plots -q \"$@\" >text 2>err; "
        "}\n"
        "sweep 2 --split host --levels 1,2 --budget 3s -o out -- sleep 0.02; echo $?\n"
        "$KNEE sweep --resume out >text 2>err; echo $?; grep -c 'was measured from' err\n"
        "sweep 3 --resume out; echo $?; grep -c 'on the same hosts' err\n"
        "sweep 2 --resume out --budget 6s; echo $?\n"
        "grep -c 'on each of 2 hosts' out/plan.json\n"
        "awk -F, 'NR > 1 && $3 % 2 { bad++ } END { print bad + 0 }' out/hosts.csv");
    if (strcmp(done.out, "0\n2\n1\n2\n1\n0\n1\n0\n") != 0)
        fail_msg("%s%s", done.out, done.err);
    shell_run_release(&done);
    shell_dir_remove(dir);
}

/* Four hosts in namespaces, their clocks 1,000 s apart: the sweep is the same, and the journal's
 * starts of a window lie together. */
static void hosts_of_other_names_and_clocks_measure_together(void **state)
{
    (void)state;
    struct shell_run done;
    char dir[128];
    skip_unless_there_is_mpi();
    shell_dir_make(dir, sizeof dir);
    run(&done, dir,
        "for tool in ip nsenter unshare; do command -v $tool >/dev/null || exit 77; done\n"
        "export KNEE_NAMESPACES=kn$$; HOSTS=\"${KNEE%/build/*}/tests/program/namespaces.sh\"\n"
        "[ -x \"$HOSTS\" ] || exit 77\n"
        "trap '\"$HOSTS\" down $KNEE_NAMESPACES' EXIT\n"
        "\"$HOSTS\" up $KNEE_NAMESPACES || exit 77\n"
        "\"$HOSTS\" rsh 10.77.0.1 \"timeout 100 mpirun -q -x KNEE_NAMESPACES --bind-to none "
        "--host 10.77.0.1,10.77.0.2,10.77.0.3,10.77.0.4 --map-by ppr:1:node "
        "--mca plm_rsh_agent '$HOSTS rsh' --mca btl_tcp_if_include 10.77.0.0/24 "
        "--mca oob_tcp_if_include 10.77.0.0/24 $KNEE_MPI sweep --levels 4,8 --budget 4s "
        "--no-plots -o $PWD/out -- sleep 0.05\" >text 2>err || { cat err; exit 9; }\n"
        "cut -d, -f5 out/hosts.csv | sort -u | grep -c \"${KNEE_NAMESPACES}[1-4]\"\n"
        "awk -F, 'NR > 1 { if ($7 > 60) bad++ } END { print bad + 0 }' out/hosts.csv");
    int status = done.status;
    bool same = strcmp(done.out, "4\n0\n") == 0;
    if (status == 0 && !same)
        fail_msg("%s%s", done.out, done.err);
    shell_run_release(&done);
    shell_dir_remove(dir);
    if (status == 77)
        skip();
    assert_int_equal(status, 0);
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
        cmocka_unit_test(enough_is_decided_and_written),
        cmocka_unit_test(resuming_wants_the_same_hosts),
        cmocka_unit_test(a_lost_host_ends_the_sweep_and_loses_nothing),
    };
    return cmocka_run_group_tests_name("fleet", tests, NULL, NULL);
}
