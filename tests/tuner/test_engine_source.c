/* SPDX-License-Identifier: MIT */
/* The source of windows of a real sweep: the cost of a window, and the earlier windows that predict
 * it.
 */
#include "tuner/sweep/engine_source.h"

#include "tests/support/known.h"
#include "tests/support/tree.h"

#include "core/host/host.h"

#include <math.h>

/* A window that waits for its item's end takes the item's time, whatever --window says: a sweep
 * that forgot it began windows which ended after the budget. */
static void a_window_costs_all_that_it_takes(void **state)
{
    (void)state;
    const double values[] = {100, 0};
    struct knee_err err = {0};
    struct knee_host_probe *probe = NULL;
    struct knee_search_source source;
    struct knee_window window;
    assert_int_equal(knee_host_probe_open(&probe, "", &err), 0);
    struct knee_engine_source measure = {.engine =
                                             known_open(&known_counting, values[0], values[1]),
                                         .probe = probe,
                                         .cpus = 1,
                                         .budget_ns = 60 * KNEE_NS_PER_S,
                                         .window_ns = 10 * MS};
    knee_engine_source_make(&measure, &source);
    for (int i = 0; i < 2; i++) { /* the second one without settling */
        assert_int_equal(source.measure(source.context, 0, 1, &window, &err), 0);
        assert_int_equal(measure.seen_count, 1);
        assert_true(measure.seen[0].overhead_s + 0.010 >= knee_clock_to_s(window.window_ns));
    }
    knee_engine_close(measure.engine);
    knee_host_probe_close(probe);
}

static void earlier_windows_tell_what_one_takes(void **state)
{
    (void)state;
    /* At level 1 an item of 1 s; between the windows a settling of 1 s. */
    const struct knee_window windows[] = {
        {.level = 2, .start_ns = 1 * KNEE_NS_PER_S, .window_ns = KNEE_NS_PER_S, .items = 2},
        {.level = 1, .start_ns = 3 * KNEE_NS_PER_S, .window_ns = KNEE_NS_PER_S, .items = 1},
        {.level = 1,
         .start_ns = 4 * KNEE_NS_PER_S,
         .window_ns = 9 * KNEE_NS_PER_S,
         .items = 1,
         .reasons = KNEE_WINDOW_STOPPED},
    };
    struct knee_engine_source measure = {.window_ns = 50 * MS};
    knee_engine_source_recall(&measure, windows, 3);
    assert_int_equal(measure.seen_count, 2);
    assert_int_equal(measure.seen[0].level, 1);
    assert_close(measure.seen[0].latency_s, 1.0, 1e-9);
    assert_close(measure.seen[0].overhead_s, 1.95, 1e-9);
}

static _Atomic bool let_go;

/* From 2 on, items hang, as requests that wait for a connection do. */
static int hanging_item(void *shared, void *worker)
{
    (void)worker;
    while (atomic_load(&((struct known_shared *)shared)->level) > 1 && !atomic_load(&let_go))
        known_wait_until(knee_clock_now_ns() + MS);
    known_wait_until(knee_clock_now_ns() + MS);
    return 0;
}

/* Of a budget that items used up by hanging, nothing was said. */
static void a_level_at_which_items_hang_is_noted(void **state)
{
    (void)state;
    struct knee_err err = {0};
    struct knee_host_probe *probe = NULL;
    struct knee_search_source source;
    struct knee_window window;
    struct knee_workload hanging = known_counting;
    hanging.item = hanging_item;
    assert_int_equal(knee_host_probe_open(&probe, "", &err), 0);
    struct knee_engine_source measure = {.engine = known_open(&hanging, 1, 0),
                                         .probe = probe,
                                         .cpus = 1,
                                         .budget_ns = 200 * MS,
                                         .window_ns = 10 * MS};
    knee_engine_source_make(&measure, &source);
    assert_int_equal(source.measure(source.context, 0, 1, &window, &err), 0);
    assert_int_equal(measure.hang.level, 0);
    measure.budget_ns += knee_clock_now_ns() - measure.start_ns; /* on a busy machine, too */
    assert_int_equal(source.measure(source.context, 0, 2, &window, &err), 1);
    assert_int_equal(measure.hang.level, 2);
    assert_true(measure.hang.waited_s > measure.hang.expected_s);
    atomic_store(&let_go, true);
    knee_engine_close(measure.engine);
    knee_host_probe_close(probe);
}

/* A source whose windows `take` makes up. */
static struct knee_engine_source
made_up(uint64_t budget_ns,
        int (*take)(struct knee_fleet *, struct knee_engine_source *, uint32_t, uint32_t, uint64_t,
                    struct knee_measured *, struct knee_err *))
{
    return (struct knee_engine_source){.engine = known_open(&known_counting, 1, 0),
                                       .cpus = 1,
                                       .budget_ns = budget_ns,
                                       .take_together = take};
}

#define ITEM_S .05

/* Items wait for as long at any level. */
static int take_waiting(struct knee_fleet *fleet, struct knee_engine_source *measure,
                        uint32_t block, uint32_t level, uint64_t length_ns,
                        struct knee_measured *window, struct knee_err *err)
{
    (void)fleet, (void)measure, (void)err;
    *window = knee_measured_unknown(block, level);
    window->start_ns = knee_clock_now_ns();
    window->window_ns = length_ns;
    window->items = level * knee_clock_to_s(length_ns) / ITEM_S;
    window->throughput_per_s = level / ITEM_S;
    return 0;
}

/* A level 64 times as high may take 64 times as long, more than the budget. It was not tried. */
static void a_level_that_may_fit_is_tried(void **state)
{
    (void)state;
    struct knee_err err = {0};
    struct knee_search_source source;
    struct knee_window window;
    struct knee_engine_source measure = made_up(KNEE_NS_PER_S, take_waiting);
    knee_engine_source_make(&measure, &source);
    assert_int_equal(source.measure(source.context, 0, 1, &window, &err), 0);
    measure.start_ns = knee_clock_now_ns(); /* on a busy machine, too */
    assert_int_equal(source.measure(source.context, 0, 64, &window, &err), 0);
    assert_false(measure.ran_out);
    /* At a level that was seen, nothing is left to hope for. */
    measure.spent_ns = measure.budget_ns - 100 * MS;
    measure.start_ns = knee_clock_now_ns();
    assert_int_equal(source.measure(source.context, 0, 64, &window, &err), 1);
    assert_true(measure.ran_out);
    knee_engine_close(measure.engine);
}

static int take_stopped(struct knee_fleet *fleet, struct knee_engine_source *measure,
                        uint32_t block, uint32_t level, uint64_t length_ns,
                        struct knee_measured *window, struct knee_err *err)
{
    (void)fleet, (void)measure, (void)err;
    const uint64_t now = knee_clock_now_ns();
    knee_clock_sleep_until_ns(now + 40 * length_ns);
    *window = knee_measured_unknown(block, level);
    window->start_ns = now;
    window->window_ns = knee_clock_now_ns() - now;
    window->items = 1;
    window->reasons = KNEE_WINDOW_STOPPED;
    return 0;
}

/* A sweep that was stopped in its first window ended there, since none seemed to fit into the rest
 * of its budget. */
static void a_stop_is_not_part_of_what_a_window_costs(void **state)
{
    (void)state;
    struct knee_err err = {0};
    struct knee_search_source source;
    struct knee_window window;
    struct knee_engine_source measure = made_up(KNEE_NS_PER_S, take_stopped);
    measure.window_ns = 10 * MS;
    knee_engine_source_make(&measure, &source);
    assert_int_equal(source.measure(source.context, 0, 1, &window, &err), 0);
    assert_int_equal(window.reasons, KNEE_WINDOW_STOPPED);
    assert_int_equal(measure.seen_count, 1);
    assert_true(measure.seen[0].latency_s < .1);
    assert_true(measure.seen[0].overhead_s < .1);
    knee_engine_close(measure.engine);
}

static int take_held_up(struct knee_fleet *fleet, struct knee_engine_source *measure,
                        uint32_t block, uint32_t level, uint64_t length_ns,
                        struct knee_measured *window, struct knee_err *err)
{
    take_stopped(fleet, measure, block, level, length_ns, window, err);
    window->window_ns = length_ns;
    window->items = 10 * level;
    window->reasons = 0;
    window->valid = true;
    window->steal_ratio = level == 1 ? .5 : 0;
    return 0;
}

/* Beside a load of 187, the first window came after most of the budget. A level twice as high was
 * expected to take twice as long, so that the sweep ended with one level. */
static void what_held_up_a_disturbed_window_is_not_its_cost(void **state)
{
    (void)state;
    struct knee_err err = {0};
    struct knee_search_source source;
    struct knee_window window;
    struct knee_engine_source measure = made_up(60 * KNEE_NS_PER_S, take_held_up);
    measure.item_s = .001;
    measure.window_ns = 10 * MS;
    knee_engine_source_make(&measure, &source);
    assert_int_equal(source.measure(source.context, 0, 1, &window, &err), 0);
    assert_false(window.valid);
    assert_true(measure.seen[0].overhead_s < .2); /* it took .4 */
    assert_int_equal(source.measure(source.context, 0, 2, &window, &err), 0);
    assert_true(window.valid);
    assert_true(measure.seen[1].overhead_s > .3);
    knee_engine_close(measure.engine);
}

/* The fits after a block compete with no item for the CPUs, unless it took long to wait for it. */
static void only_long_items_go_on_between_blocks(void **state)
{
    (void)state;
    static const struct {
        double item_ms;
        bool go_on;
    } cases[] = {{2, false}, {250, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_err err = {0};
        struct knee_host_probe *probe = NULL;
        struct knee_search_source source;
        struct knee_window window;
        static struct knee_points points;
        assert_int_equal(knee_host_probe_open(&probe, "", &err), 0);
        struct knee_engine_source measure = {.engine =
                                                 known_open(&known_counting, cases[i].item_ms, 0),
                                             .probe = probe,
                                             .cpus = 1,
                                             .budget_ns = 60 * KNEE_NS_PER_S,
                                             .window_ns = 10 * MS};
        knee_engine_source_make(&measure, &source);
        assert_int_equal(source.measure(source.context, 0, 3, &window, &err), 0);
        assert_int_equal(source.block_end(source.context, &window, 1, &points, &err), 0);
        assert_int_equal(atomic_load(&known_shared_of_last_setup->in_flight) > 0, cases[i].go_on);
        knee_engine_close(measure.engine);
        knee_host_probe_close(probe);
    }
}

/* Of each period of 150 ms the quota grants its part. What the level before has left of one, or has
 * taken, is over after that long; and part of a period says nothing of the whole. */
static void windows_are_fitted_to_the_quota_that_holds_items_back(void **state)
{
    (void)state;
    struct knee_err err = {0};
    struct knee_host_probe *probe = NULL;
    struct knee_search_source source;
    struct knee_window window;
    assert_int_equal(knee_host_probe_open(&probe, "", &err), 0);
    struct knee_engine_source measure = {.engine = known_open(&known_counting, 1, 0),
                                         .probe = probe,
                                         .cpus = 1,
                                         .quota_cpus = 1,
                                         .quota_period_ns = 150 * MS,
                                         .budget_ns = 60 * KNEE_NS_PER_S};
    assert_int_equal(knee_engine_source_length_ns(&measure, 1), 200 * MS);
    measure.quota_holds = true;
    assert_int_equal(knee_engine_source_length_ns(&measure, 1), 300 * MS);
    knee_engine_source_make(&measure, &source);
    for (uint32_t level = 1; level <= 2; level++) {
        uint64_t before_ns = knee_clock_now_ns();
        assert_int_equal(source.measure(source.context, 0, level, &window, &err), 0);
        assert_true(window.start_ns >= before_ns + 150 * MS);
        assert_true(window.window_ns >= 270 * MS); /* it may end a little early, with an item */
    }
    knee_engine_close(measure.engine);
    knee_host_probe_close(probe);
}

static void a_window_tells_whether_the_quota_holds_items_back(void **state)
{
    (void)state;
    static const char stat[] = "/sys/fs/cgroup/cpu.stat";
    static const struct tree_file files[] = {
        {"/proc/self/cgroup", "0::/\n"},
        {"/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"},
        {"/sys/fs/cgroup/cpu.max", "100000 100000\n"},
        {stat, "usage_usec 5\nnr_throttled 0\nthrottled_usec 0\n"},
        {NULL, NULL}};
    struct knee_err err = {0};
    struct knee_host_probe *probe = NULL;
    struct knee_engine_source_watch watch;
    char *root = tree_make(files);
    assert_int_equal(knee_host_probe_open(&probe, root, &err), 0);
    struct knee_engine_source measure = {
        .engine = known_open(&known_counting, 1, 0), .probe = probe, .here_cpus = 1};
    for (int held = 0; held < 2; held++) {
        struct knee_measured window = {.level = 1};
        knee_engine_source_watch_begin(&measure, &watch);
        if (held)
            tree_write(root, stat, "usage_usec 5\nnr_throttled 1\nthrottled_usec 40000\n");
        knee_engine_source_watch_end(&measure, &watch, &window);
        assert_close(window.throttled_s, held * .04, 1e-9);
        assert_int_equal(measure.quota_holds, held);
    }
    knee_engine_close(measure.engine);
    knee_host_probe_close(probe);
    tree_remove(root);
}

static double servers_held_up(void *context)
{
    int *calls = context;
    if ((*calls)++ == 0)
        knee_clock_sleep_until_ns(knee_clock_now_ns() + 50 * MS);
    return *calls;
}

/* Own time that was read 50 ms before that of all processes made other load of our own. */
static void a_reading_that_was_held_up_is_repeated(void **state)
{
    (void)state;
    struct knee_err err = {0};
    struct knee_host_probe *probe = NULL;
    struct knee_engine_source_watch watch;
    int calls = 0;
    const double values[] = {1, 0};
    const struct knee_engine_params params = {.servers_cpu_s = servers_held_up,
                                              .servers_context = &calls};
    assert_int_equal(knee_host_probe_open(&probe, "", &err), 0);
    struct knee_engine_source measure = {
        .engine = known_open_with(&params, &known_counting, values), .probe = probe};
    calls = 0;
    knee_engine_source_watch_begin(&measure, &watch);
    assert_in_range(calls, 2, 5);
    assert_true(watch.work.server_cpu_s > 1);
    knee_engine_close(measure.engine);
    knee_host_probe_close(probe);
}

/* A window of 0.2 s of a machine that varies: it gets longer if another one costs much. */
static void only_costly_windows_get_longer(void **state)
{
    (void)state;
    static const struct {
        double latency_s, overhead_s, quiet_s, noisy_s;
    } cases[] = {{.001, .03, .2, .2}, {.001, .09, .2, .2}, {.06, .15, .2, .4},
                 {.5, .6, 1., 2.},    {.5, .4, 1., 1.},    {3., 9., 3., 3.}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int noisy = 0; noisy < 2; noisy++) {
            struct knee_engine_source measure = {
                .noisy = noisy,
                .seen = {{2, cases[i].latency_s, cases[i].overhead_s}},
                .seen_count = 1};
            assert_close(knee_clock_to_s(knee_engine_source_length_ns(&measure, 2)),
                         noisy ? cases[i].noisy_s : cases[i].quiet_s, 1e-6);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_costs_all_that_it_takes),
        cmocka_unit_test(earlier_windows_tell_what_one_takes),
        cmocka_unit_test(a_level_at_which_items_hang_is_noted),
        cmocka_unit_test(a_level_that_may_fit_is_tried),
        cmocka_unit_test(a_stop_is_not_part_of_what_a_window_costs),
        cmocka_unit_test(what_held_up_a_disturbed_window_is_not_its_cost),
        cmocka_unit_test(only_long_items_go_on_between_blocks),
        cmocka_unit_test(windows_are_fitted_to_the_quota_that_holds_items_back),
        cmocka_unit_test(a_reading_that_was_held_up_is_repeated),
        cmocka_unit_test(only_costly_windows_get_longer),
        cmocka_unit_test(a_window_tells_whether_the_quota_holds_items_back),
    };
    return cmocka_run_group_tests_name("measure", tests, NULL, NULL);
}
