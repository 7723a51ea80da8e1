/* SPDX-License-Identifier: MIT */
/* The parameters of a plan, which may be of another knee: each value reaches its own parameter, and
 * what this knee does not have is refused before anything runs. */
#include "tuner/sweep/plan_parameters.h"

#include "core/base/array.h"
#include "tests/support/test.h"
#include "workloads/registry.h"

#include <stdio.h>
#include <string.h>

/* A parameter as it is read: only its name counts. */
static struct knee_parameter_value planned_value(struct knee_parameter *room, const char *name,
                                                 double value)
{
    *room = (struct knee_parameter){.name = name};
    return (struct knee_parameter_value){room, value};
}

static size_t place_of(const struct knee_workload *workload, const char *name)
{
    for (size_t i = 0; i < workload->parameters_count; i++)
        if (strcmp(workload->parameters[i].name, name) == 0)
            return i;
    fail_msg("no parameter %s", name);
    return 0;
}

static void values_go_by_name_and_the_rest_are_defaults(void **state)
{
    (void)state;
    const struct knee_workload *net = knee_registry_find("net");
    struct knee_sweep_plan_workload planned = {.name = "net", .parameters_count = 2};
    double values[KNEE_PARAMETERS_MAX];
    planned.parameters[0] = planned_value(&planned.parsed[0], "pool", 4);
    planned.parameters[1] = planned_value(&planned.parsed[1], "service", 2e6);
    assert_int_equal(knee_plan_parameters_values(&planned, net, values, NULL), 0);
    for (size_t i = 0; i < net->parameters_count; i++) {
        double wanted = net->parameters[i].value;
        wanted = i == place_of(net, "pool") ? 4 : i == place_of(net, "service") ? 2e6 : wanted;
        assert_close(values[i], wanted, 0);
    }
}

static void what_this_knee_does_not_have_is_refused(void **state)
{
    static const struct {
        const char *workload, *parameter;
        double value;
        const char *says;
    } CASES[] = {
        {"net", "pool", 4, NULL},
        {"net", "puddle", 4, "net: this knee has no parameter puddle; sweep again"},
        {"net", "pool", 1e9, "net: the plan's pool is out of this knee's range; sweep again"},
        {"net", "pool", -1, "net: the plan's pool is out of this knee's range; sweep again"},
        {"nut", "pool", 4, "nut: this knee has no such workload; sweep again"},
#if !defined KNEE_WITH_LIBURING
        {"io", "engine", 1, "io: this knee was built without liburing, and so without engine"},
#else
        {"io", "engine", 1, NULL},
#endif
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_sweep_plan_workload planned = {.parameters_count = 1};
        const struct knee_sweep_plan plan = {.workloads = &planned, .workloads_count = 1};
        struct knee_err err = {0};
        snprintf(planned.name, sizeof planned.name, "%s", CASES[i].workload);
        planned.parameters[0] =
            planned_value(&planned.parsed[0], CASES[i].parameter, CASES[i].value);
        int status = knee_plan_parameters_known(&plan, &err);
        assert_int_equal(status, CASES[i].says ? -1 : 0);
        if (CASES[i].says && !strstr(err.message, CASES[i].says))
            fail_msg("%s", err.message);
        planned.command = true; /* the user's own has no such ones */
        assert_int_equal(knee_plan_parameters_known(&plan, &err), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_go_by_name_and_the_rest_are_defaults),
        cmocka_unit_test(what_this_knee_does_not_have_is_refused),
    };
    return cmocka_run_group_tests_name("plan_parameters", tests, NULL, NULL);
}
