/* SPDX-License-Identifier: MIT */
/* The engine over workloads whose answer is known. */
#include "tests/support/known.h"
#include "tests/support/refuse.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>

static void exactly_the_level_is_in_flight(void **state)
{
    (void)state;
    static const uint32_t levels[] = {1, 64, 3, 200, 2, 17, 1};
    struct knee_engine *engine = known_open(&known_counting, 2, 0);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        known_window(engine, levels[i], 20 * MS);
        struct knee_measured window = known_window(engine, levels[i], 40 * MS);
        assert_int_equal(atomic_load(&known_shared_of_last_setup->most), levels[i]);
        assert_int_equal(window.level, levels[i]);
        assert_true(window.items > 0.0);
    }
    knee_engine_close(engine);
}

static int threads_of_process(void)
{
    char line[128];
    int threads = -1;
    FILE *status = fopen("/proc/self/status", "r");
    assert_non_null(status);
    while (fgets(line, sizeof line, status))
        sscanf(line, "Threads: %d", &threads);
    fclose(status);
    return threads;
}

static void a_thousand_workers_run_and_leave(void **state)
{
    (void)state;
    int before = threads_of_process();
    struct knee_engine *engine = known_open(&known_counting, 50, 0);
    struct knee_measured window = known_window(engine, 1024, 100 * MS);
    assert_true(window.items > 0.0);
    assert_true(threads_of_process() >= before + 1024);
    window = known_window(engine, 1, 100 * MS);
    assert_true(window.items > 0.0);
    knee_engine_close(engine);
    assert_int_equal(threads_of_process(), before);
}

static void parked_means_that_nothing_runs(void **state)
{
    (void)state;
    struct knee_engine *engine = known_open(&known_counting, 1, 0);
    known_window(engine, 16, 20 * MS);
    knee_engine_park(engine);
    uint64_t items = atomic_load(&known_shared_of_last_setup->items);
    known_wait_until(knee_clock_now_ns() + 30 * MS);
    assert_int_equal(atomic_load(&known_shared_of_last_setup->items), items);
    assert_true(known_window(engine, 16, 20 * MS).items > 0.0);
    knee_engine_close(engine);
}

/* One item settles, one ends the window: none was started before the level was there. */
static void a_new_worker_parks_first(void **state)
{
    (void)state;
    uint64_t ended = 0;
    for (int tries = 0; tries < KNOWN_TRIES && ended != 2; tries++) {
        struct knee_engine *engine = known_open(&known_counting, 100, 0);
        known_window(engine, 1, 10 * MS);
        ended = atomic_load(&known_shared_of_last_setup->items);
        knee_engine_close(engine);
    }
    known_check(ended == 2);
}

static void throughput_times_latency_is_the_level(void **state)
{
    (void)state;
    struct knee_engine *engine = known_open(&known_counting, 5, 0);
    for (int i = 0;; i++) {
        struct knee_measured window = known_window(engine, 16, 200 * MS);
        double level = window.throughput_per_s * window.latency_mean_s;
        if (fabs(level / 16.0 - 1.0) < 0.05) {
            assert_true(window.latency_p50_s <= window.latency_p95_s);
            assert_true(window.latency_p95_s <= window.latency_p99_s);
            assert_true(window.latency_p99_s <= window.latency_max_s);
            assert_true(window.latency_p50_s >= 0.005 * 0.99);
            assert_true(window.other_wait_s > 0.5 * 16 * 0.2);
            assert_true(window.switches_voluntary > 0.0);
            assert_true(window.rss_bytes > 0.0);
            break;
        }
        known_check(i < KNOWN_TRIES);
    }
    knee_engine_close(engine);
}

static void failed_items_are_no_throughput(void **state)
{
    (void)state;
    struct knee_engine *engine = known_open(&known_failing, 1, 0);
    struct knee_measured window = known_window(engine, 4, 400 * MS);
    double ratio = window.failed_items / (window.items + window.failed_items);
    known_check(fabs(ratio / 0.25 - 1.0) <= 0.08); /* some 1600 items, in fours */
    assert_close(window.throughput_per_s, window.items / knee_clock_to_s(window.window_ns), 1e-9);
    assert_true(window.reasons & KNEE_WINDOW_ERRORS);
    assert_true(window.valid);
    knee_engine_close(engine);
}

static void an_item_longer_than_the_window_is_credited(void **state)
{
    (void)state;
    const double values[] = {150, 0};
    bool reached = known_reaches(&known_lockstep, values, 0, 4, 50 * MS, 4 / 0.150, 0.05);
    known_check(reached);
}

static volatile sig_atomic_t interrupt_flag;

static void on_alarm(int signal)
{
    interrupt_flag = signal;
}

static void an_interrupt_ends_the_window(void **state)
{
    (void)state;
    const double values[] = {5, 0};
    const struct knee_engine_params params = {.interrupted = &interrupt_flag};
    struct knee_engine *engine = known_open_with(&params, &known_lockstep, values);
    struct knee_measured window = {.items = -1.0};
    struct knee_err err = {0};
    const struct sigaction action = {.sa_handler = on_alarm};
    const struct itimerval soon = {.it_value = {.tv_usec = 50000}};
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(knee_engine_window(engine, 0, 4, 10 * MS, &window, &err), 0);
    window.items = -1.0;
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    /* An hour would be noticed. */
    assert_int_equal(knee_engine_window(engine, 0, 8, 3600 * KNEE_NS_PER_S, &window, &err), -1);
    assert_int_equal(err.code, KNEE_INTERRUPTED);
    assert_close(window.items, -1.0, 0);
    knee_engine_close(engine);
}

static void a_window_that_comes_too_late_is_given_up(void **state)
{
    (void)state;
    struct knee_engine *engine = known_open(&known_lockstep, 5, 0);
    struct knee_measured window = {.items = -1.0};
    struct knee_err err = {0};
    knee_engine_give_up_at(engine, knee_clock_now_ns());
    assert_int_equal(knee_engine_window(engine, 0, 4, 10 * MS, &window, &err), 1);
    assert_close(window.items, -1.0, 0);
    assert_string_equal(err.message, "");
    knee_engine_close(engine);
}

static void a_worker_that_cannot_start_is_named(void **state)
{
    (void)state;
    struct knee_engine *engine = known_open(&known_refusing, 1, 0);
    struct knee_measured window;
    struct knee_err err = {0};
    assert_int_equal(knee_engine_window(engine, 0, 2, 10 * MS, &window, &err), 0);
    assert_int_equal(knee_engine_window(engine, 0, 4, 10 * MS, &window, &err), -1);
    assert_non_null(strstr(err.message, "refusing: worker 3"));
    knee_engine_close(engine);
    knee_engine_close(NULL);
}

static int allowed_cpus(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    return CPU_COUNT(&set);
}

static void pinning_binds_on_this_system_only(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        bool binds;
    } cases[] = {{NULL, true}, {"core:4 pu:2", false}};
    const double values[] = {1, 0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct knee_topology *topology = NULL;
        struct knee_err err = {0};
        assert_int_equal(knee_topology_open(&topology, cases[i].source, &err), 0);
        const struct knee_engine_params params = {.pin = KNEE_PIN_PU, .topology = topology};
        struct knee_engine *engine = known_open_with(&params, &known_bound, values);
        known_window(engine, 2, 10 * MS);
        knee_engine_close(engine);
        knee_topology_close(topology);
        assert_int_equal(atomic_load(&known_affinity), cases[i].binds ? 1 : allowed_cpus());
    }
}

/* A server that always has three requests in service. */
static void probe_three(void *shared, struct knee_workload_probe *probe)
{
    (void)shared;
    probe->server = true;
    probe->server_in_service_s = 3 * knee_clock_to_s(knee_clock_now_ns());
}

static void a_server_that_others_use_marks_the_window(void **state)
{
    (void)state;
    struct knee_workload workload = known_lockstep;
    workload.probe = probe_three;
    struct knee_engine *engine = known_open(&workload, 2, 0);
    struct knee_measured window = known_window(engine, 2, 20 * MS);
    assert_true(window.reasons & KNEE_WINDOW_SHARED);
    assert_false(window.valid);
    window = known_window(engine, 3, 20 * MS);
    assert_false(window.reasons & KNEE_WINDOW_SHARED);
    assert_true(window.valid);
    knee_engine_close(engine);
}

/* In a child: the kernel refuses to bind, as it does if the CPUs are taken away meanwhile. */
static int pin_refused(void)
{
    const double values[] = {1, 0};
    struct knee_topology *topology = NULL;
    struct knee_measured window;
    struct knee_err err = {0};
    if (knee_topology_open(&topology, NULL, &err) || !refuse_call(SYS_sched_setaffinity, EINVAL))
        return 77;
    const struct knee_engine_params params = {.pin = KNEE_PIN_PU, .topology = topology};
    struct knee_engine *engine = known_open_with(&params, &known_bound, values);
    int status = knee_engine_window(engine, 0, 2, 10 * MS, &window, &err);
    knee_engine_close(engine);
    knee_topology_close(topology);
    return status == -1 && strstr(err.message, "cannot be pinned to a PU: ") ? 0 : 1;
}

static void a_worker_that_cannot_be_pinned_is_named(void **state)
{
    (void)state;
    int status = refuse_run(pin_refused);
    if (status == 77)
        skip();
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_the_level_is_in_flight),
        cmocka_unit_test(a_thousand_workers_run_and_leave),
        cmocka_unit_test(parked_means_that_nothing_runs),
        cmocka_unit_test(a_new_worker_parks_first),
        cmocka_unit_test(throughput_times_latency_is_the_level),
        cmocka_unit_test(failed_items_are_no_throughput),
        cmocka_unit_test(an_item_longer_than_the_window_is_credited),
        cmocka_unit_test(an_interrupt_ends_the_window),
        cmocka_unit_test(a_window_that_comes_too_late_is_given_up),
        cmocka_unit_test(a_worker_that_cannot_start_is_named),
        cmocka_unit_test(pinning_binds_on_this_system_only),
        cmocka_unit_test(a_server_that_others_use_marks_the_window),
        cmocka_unit_test(a_worker_that_cannot_be_pinned_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
