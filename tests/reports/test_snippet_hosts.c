/* SPDX-License-Identifier: MIT */
/* reports/scripts/snippet_hosts: a snippet never runs more at once than its total, counted by the
 * items themselves, and gives each item to the command once. */
#include "reports/scripts/snippet_hosts.h"

#include "core/base/array.h"
#include "tests/support/shell.h"
#include "tests/support/swept.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Each item says how many it saw run, itself included. */
static char ITEM[] = "mkdir run.$$; ls -d run.* | wc -l >>seen; sleep 0.1; rmdir run.$$; "
                     "echo \"$1\" >>items";

static void write_snippet(const char *target, uint32_t limit, const char *dir, const char *name)
{
    char path[256];
    char *const argv[] = {(char *)"sweep", (char *)"--", (char *)"sh", (char *)"-c", ITEM,
                          (char *)"sh",    (char *)"{}"};
    struct knee_snippet snippet = {.limit = limit,
                                   .workload = "work",
                                   .title = "work",
                                   .verdict = "resolved",
                                   .date = "2026-01-31T14:25:30Z",
                                   .host = "host",
                                   .source = KNEE_RESULT_SOURCE_MEASURED,
                                   .command = true,
                                   .dir = "results/latest"};
    assert_true(knee_command_words_find(&snippet.words, swept_command(7, argv)));
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    assert_int_equal(knee_snippet_target_find(target)->write(&snippet, out), 0);
    assert_int_equal(fclose(out), 0);
    chmod(path, 0755);
}

static void skip_without(const char *program)
{
    char command[128];
    struct shell_run found;
    snprintf(command, sizeof command, "command -v %s >/dev/null", program);
    shell_run(&found, NULL, command);
    int status = found.status;
    shell_run_release(&found);
    if (status)
        skip();
}

/* `ssh` is a script that runs the line here; its first argument is the host. SHELL is set, as sshd
 * sets it: parallel's other end runs the item with it. */
static void parallel_over_hosts_keeps_the_total(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    skip_without("parallel");
    shell_dir_make(dir, sizeof dir);
    write_snippet("parallel-ssh", 3, dir, "p");
    shell_run(&run, dir,
              "printf '#!/bin/sh\\nexport SHELL=/bin/sh; cd %s; shift; [ \"$1\" != -- ] || shift; "
              "eval \"$*\"\\n' "
              "\"$PWD\" >fake; chmod +x fake; "
              "export PARALLEL_SSH=$PWD/fake HOME=$PWD; mkdir -p .parallel; "
              "touch .parallel/will-cite; "
              "seq 9 | ./p a b 2>err || { cat err; exit 9; }; sort -n seen | tail -n 1; "
              "sort -n items | tr '\\n' ' '");
    if (run.status != 0)
        fail_msg("%s%s", run.out, run.err);
    assert_in_range(run.out[0], '1', '3');
    assert_non_null(strstr(run.out, "1 2 3 4 5 6 7 8 9 "));
    shell_run_release(&run);
    shell_run(&run, dir, "seq 9 | ./p");
    assert_int_equal(run.status, 2);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

/* A task of the array, as Slurm starts it. */
static void a_slurm_task_takes_its_own_line(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    write_snippet("slurm", 4, dir, "s");
    shell_run(&run, dir,
              "printf 'a b\\nc\\n' >items.txt; for i in 0 1; do SLURM_ARRAY_TASK_ID=$i bash ./s; "
              "done; cat items; grep -c '^#SBATCH --array=0-99%4$' s");
    assert_string_equal(run.out, "a b\nc\n1\n");
    shell_run_release(&run);
    shell_dir_remove(dir);
}

static void a_kubernetes_job_is_yaml_with_the_total(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    skip_without("python3");
    shell_dir_make(dir, sizeof dir);
    write_snippet("kubernetes", 5, dir, "k");
    shell_run(&run, dir,
              "python3 -c 'import yaml' 2>/dev/null || exit 77\n"
              "python3 -c 'import yaml; j = yaml.safe_load(open(\"k\")); "
              "print(j[\"spec\"][\"parallelism\"], j[\"spec\"][\"completionMode\"]); "
              "c = j[\"spec\"][\"template\"][\"spec\"][\"containers\"][0][\"command\"]; "
              "open(\"script\", \"w\").write(c[2].replace(\"/items/\", \"./\"))'; "
              "printf 'a\\nb c\\n' >items.txt; JOB_COMPLETION_INDEX=1 sh ./script; cat items");
    if (run.status == 77) {
        shell_run_release(&run);
        shell_dir_remove(dir);
        skip();
    }
    assert_string_equal(run.out, "5 Indexed\nb c\n");
    shell_run_release(&run);
    shell_dir_remove(dir);
}

static void each_says_that_it_is_a_total(void **state)
{
    (void)state;
    static const char *const TARGETS[] = {"slurm", "kubernetes", "parallel-ssh", "mpirun", "srun"};
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    for (size_t i = 0; i < KNEE_COUNT(TARGETS); i++) {
        write_snippet(TARGETS[i], 5, dir, "x");
        shell_run(&run, dir, "grep -ci 'total' x; case $(head -n 1 x) in '#!'*) sh -n x;; esac");
        assert_int_equal(run.status, 0);
        assert_true(run.out[0] >= '1');
        shell_run_release(&run);
    }
    shell_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parallel_over_hosts_keeps_the_total),
        cmocka_unit_test(a_slurm_task_takes_its_own_line),
        cmocka_unit_test(a_kubernetes_job_is_yaml_with_the_total),
        cmocka_unit_test(each_says_that_it_is_a_total),
    };
    return cmocka_run_group_tests_name("snippet_hosts", tests, NULL, NULL);
}
