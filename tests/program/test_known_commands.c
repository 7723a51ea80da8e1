/* SPDX-License-Identifier: MIT */
/* Commands whose knee is known beforehand. On a busy machine a sweep may say that it could not
 * measure; what it may never do is to be sure and wrong. */
#include "tests/support/test.h"

#include "tests/support/shell.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGMA .05
#define KAPPA .004

/* Runs the sweep: the limit, 0 if it is not resolved. */
static uint32_t resolved_limit(const char *command)
{
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir, command);
    assert_int_equal(run.status, 0);
    json_t *json = json_loads(run.out, 0, NULL);
    assert_non_null(json);
    const json_t *workload = json_array_get(json_object_get(json, "workloads"), 0);
    const json_t *decision = json_object_get(workload, "decision");
    const char *verdict = json_string_value(json_object_get(decision, "verdict"));
    uint32_t limit = strcmp(verdict, "resolved") == 0
                         ? (uint32_t)json_integer_value(json_object_get(decision, "limit"))
                         : 0;
    json_decref(json);
    shell_run_release(&run);
    shell_dir_remove(dir);
    return limit;
}

static void slots_that_items_share_are_the_knee(void **state)
{
    (void)state;
    uint32_t limit = resolved_limit(
        "id=$($PROGS/prog_slots make 3); $KNEE sweep --json -q --no-plots -o r --budget 20s "
        "--levels 1,2,3,4,6 -- $PROGS/prog_slots hold $id 100; s=$?; $PROGS/prog_slots remove $id; "
        /* A forecast of the time until an answer is not shown once the answer is there. */
        "sed -i 's/\"warnings\": \\[/&\"a settled answer needs 1 min\",/' r/plan.json; "
        "grep -q 'settled answer' r/plan.json || exit 77; "
        "case $($KNEE report r 2>&1) in *' 3 gives '*'settled answer'*) exit 78;; esac; "
        "exit $s");
    if (limit == 0)
        skip();
    assert_true(limit == 3 || limit == 4);
}

static double usl(double n)
{
    return n / (1 + SIGMA * (n - 1) + KAPPA * n * (n - 1));
}

static void a_curve_with_a_peak_loses_little_of_it(void **state)
{
    (void)state;
    uint32_t limit =
        resolved_limit("$KNEE sweep --json -q --no-plots -o r --budget 20s --max-level 20 "
                       "--repeat 100 -- $PROGS/prog_usl {n} 50 {}");
    if (limit == 0)
        skip();
    double best = 0;
    for (int n = 1; n <= 20; n++)
        best = fmax(best, usl(n));
    assert_true(usl(limit) >= .965 * best);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_that_items_share_are_the_knee),
        cmocka_unit_test(a_curve_with_a_peak_loses_little_of_it),
    };
    return cmocka_run_group_tests_name("known_commands", tests, shell_set_progs, NULL);
}
