/* SPDX-License-Identifier: MIT */
/* workloads/skeleton: the workload to copy runs, and leaves nothing. */
#include "core/engine/engine.h"
#include "tests/support/test.h"
#include "workloads/registry.h"

#define MS UINT64_C(1000000)

extern const struct knee_workload knee_workload_skeleton;

static void it_is_measured_like_any_other(void **state)
{
    static const double values[] = {4096};
    const struct knee_engine_params params = {
        .workload = &knee_workload_skeleton,
        .setup = {.values = values, .dir = ".", .seed = 7, .workers_max = 3},
    };
    struct knee_engine *engine = NULL;
    struct knee_err err = {0};
    char warning[256];
    (void)state;
    assert_int_equal(knee_engine_open(&engine, &params, warning, sizeof warning, &err), 0);
    for (uint32_t level = 1; level <= 3; level += 2) {
        struct knee_measured window;
        assert_int_equal(knee_engine_window(engine, 0, level, 20 * MS, &window, &err), 0);
        assert_true(window.items > 0.0);
        assert_close(window.failed_items, 0.0, 0.0);
    }
    knee_engine_close(engine);
}

static void no_table_lists_it(void **state)
{
    (void)state;
    assert_null(knee_registry_find("skeleton"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_measured_like_any_other),
        cmocka_unit_test(no_table_lists_it),
    };
    return cmocka_run_group_tests_name("skeleton", tests, NULL, NULL);
}
