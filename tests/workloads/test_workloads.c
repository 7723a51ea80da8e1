/* SPDX-License-Identifier: MIT */
/* Conformance: what holds for every workload of the registry. A new one is tested by its line
 * there. */
#include "core/engine/engine.h"
#include "tests/support/drive.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"
#include "workloads/registry.h"

#include <ctype.h>
#include <string.h>

#define SMALL_BYTES (4 * 1048576.0) /* large enough for every workload, quick to fill */
#define MS UINT64_C(1000000)

static void descriptions_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; knee_registry_workloads[i]; i++) {
        const struct knee_workload *workload = knee_registry_workloads[i];
        assert_non_null(workload->item);
        assert_true(strlen(workload->summary) > 10);
        for (const char *c = workload->name; *c; c++)
            assert_true(islower((unsigned char)*c));
        assert_ptr_equal(knee_registry_find(workload->name), workload);
        assert_true(workload->parameters_count <= KNEE_PARAMETERS_MAX);
    }
    assert_null(knee_registry_find("nonesuch"));
}

static void parameters_have_names_of_their_own_and_defaults_in_range(void **state)
{
    (void)state;
    for (size_t i = 0; knee_registry_workloads[i]; i++) {
        const struct knee_workload *workload = knee_registry_workloads[i];
        for (size_t j = 0; j < workload->parameters_count; j++) {
            const struct knee_parameter *parameter = &workload->parameters[j];
            assert_true(parameter->value >= parameter->min && parameter->value <= parameter->max);
            assert_true(strlen(parameter->help) > 5);
            assert_int_equal(parameter->unit == KNEE_PARAMETER_WORD, parameter->words != NULL);
            for (size_t k = 0; k < j; k++)
                assert_string_not_equal(parameter->name, workload->parameters[k].name);
        }
    }
}

static void fill_values(const struct knee_workload *workload, double *values)
{
    for (size_t i = 0; i < workload->parameters_count; i++) {
        const struct knee_parameter *parameter = &workload->parameters[i];
        values[i] = parameter->value;
        /* By default arrays are four times as large as the caches, which may be gigabytes. */
        bool arrays = strcmp(workload->name, "memory") == 0;
        if (parameter->unit == KNEE_PARAMETER_SIZE && (arrays || values[i] > SMALL_BYTES))
            values[i] = fmax(parameter->min, SMALL_BYTES);
    }
}

/* Opens, measures at a few levels, closes; items must succeed. */
static void run_workload(const struct knee_workload *workload, const char *dir)
{
    static const uint32_t levels[] = {1, 5, 2};
    double values[KNEE_PARAMETERS_MAX];
    fill_values(workload, values);
    const struct knee_engine_params params = {
        .workload = workload,
        .setup = {.values = values, .dir = dir, .seed = 7, .workers_max = 5},
    };
    struct knee_engine *engine = NULL;
    struct knee_err err = {0};
    char warning[256];
    if (knee_engine_open(&engine, &params, warning, sizeof warning, &err))
        fail_msg("%s: %s", workload->name, err.message);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        struct knee_measured window;
        if (knee_engine_window(engine, (uint32_t)i, levels[i], 50 * MS, &window, &err))
            fail_msg("%s: %s", workload->name, err.message);
        assert_true(window.items > 0.0);
        assert_close(window.failed_items, 0.0, 0.0);
        assert_int_equal(window.level, levels[i]);
    }
    knee_engine_close(engine);
}

static void each_runs_and_leaves_nothing_behind(void **state)
{
    (void)state;
    for (size_t i = 0; knee_registry_workloads[i]; i++) {
        char dir[128];
        int files = drive_open_files();
        if (knee_registry_workloads[i]->target) /* needs a service */
            continue;
        shell_dir_make(dir, sizeof dir);
        run_workload(knee_registry_workloads[i], dir);
        assert_int_equal(shell_dir_count(dir), 0);
        assert_int_equal(drive_open_files(), files);
        shell_dir_remove(dir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptions_are_complete),
        cmocka_unit_test(parameters_have_names_of_their_own_and_defaults_in_range),
        cmocka_unit_test(each_runs_and_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
