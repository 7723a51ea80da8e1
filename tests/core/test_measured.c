/* SPDX-License-Identifier: MIT */
/* core/engine/measured: a rounded window that was kept comes back whole, in little memory. */
#include "core/engine/measured.h"

#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

static struct knee_measured make(void)
{
    struct knee_measured window = {.block = 3,
                                   .level = 16,
                                   .start_ns = UINT64_C(123456789012345),
                                   .window_ns = 200000321,
                                   .items = 389.716,
                                   .failed_items = 2,
                                   .throughput_per_s = 1948.58,
                                   .latency_mean_s = .0040488,
                                   .latency_p50_s = .000987136,
                                   .latency_p95_s = .0213647,
                                   .latency_p99_s = .0250348,
                                   .latency_max_s = .0289669,
                                   .latency_cv = 1.25,
                                   .cpu_user_s = .392784,
                                   .cpu_system_s = 0,
                                   .runqueue_wait_s = 1.18925,
                                   .other_wait_s = -.0179703,
                                   .switches_voluntary = 92.6462,
                                   .switches_involuntary = 166.585,
                                   .rss_bytes = 13246464,
                                   .steal_ratio = 1e-7,
                                   .foreign_cpus = .00155433,
                                   .throttled_s = .5,
                                   .share_ratio = .999947,
                                   .server_cpu_s = .00731115,
                                   .server_in_service = 15.7756,
                                   .device_reads = 4096,
                                   .device_writes = 0,
                                   .valid = true,
                                   .reasons = KNEE_WINDOW_FOREIGN | KNEE_WINDOW_MEMORY};
    window.requests = (struct knee_requests){.first_byte_s = .001, .connect_s = NAN};
    window.requests.failed[KNEE_FAILURE_STATUS] = 7;
    window.latencies = (struct knee_histogram_digest){.count = 3, .first = 949};
    memcpy(window.latencies.last, (uint16_t[]){949, 1100, 2367}, 3 * sizeof(uint16_t));
    memcpy(window.latencies.items, (uint32_t[]){27, 128, UINT32_MAX}, 3 * sizeof(uint32_t));
    return window;
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Every figure but the digest. Neighbours of one type are compared as arrays. */
static void check_same(const struct knee_measured *a, const struct knee_measured *b)
{
    const double *const left[] = {&a->items, &a->requests.first_byte_s};
    const double *const right[] = {&b->items, &b->requests.first_byte_s};
    const size_t counts[] = {9, 2 + KNEE_FAILURES};
    assert_true(a->block == b->block && a->level == b->level && a->start_ns == b->start_ns);
    assert_true(a->window_ns == b->window_ns && a->valid == b->valid && a->reasons == b->reasons);
    assert_true(a->device_reads == b->device_reads && a->device_writes == b->device_writes);
    for (size_t part = 0; part < 2; part++)
        for (size_t i = 0; i < counts[part]; i++)
            if (!same(left[part][i], right[part][i]))
                fail_msg("part %zu, figure %zu: %.17g, not %.17g", part, i, right[part][i],
                         left[part][i]);
    assert_true(same(a->cpu_user_s, b->cpu_user_s) && same(a->cpu_system_s, b->cpu_system_s));
    assert_true(same(a->runqueue_wait_s, b->runqueue_wait_s));
    assert_true(same(a->other_wait_s, b->other_wait_s) && same(a->rss_bytes, b->rss_bytes));
    assert_true(same(a->switches_voluntary, b->switches_voluntary));
    assert_true(same(a->switches_involuntary, b->switches_involuntary));
    assert_true(same(a->steal_ratio, b->steal_ratio) && same(a->throttled_s, b->throttled_s));
    assert_true(same(a->foreign_cpus, b->foreign_cpus) && same(a->share_ratio, b->share_ratio));
    assert_true(same(a->server_cpu_s, b->server_cpu_s));
    assert_true(same(a->server_in_service, b->server_in_service));
}

static void all_of_a_window_comes_back(void **state)
{
    (void)state;
    struct knee_measured window = make(), back;
    struct knee_window *kept = calloc(2, sizeof *kept);
    assert_non_null(kept);
    assert_int_equal(knee_measured_keep(&window, true, &kept[0], NULL), 0);
    assert_int_equal(knee_window_copy(&kept[1], &kept[0], NULL), 0);
    for (size_t i = 0; i < 2; i++) {
        knee_measured_recall(&back, &kept[i]);
        check_same(&window, &back);
        assert_memory_equal(&back.latencies, &window.latencies, sizeof back.latencies);
    }
    assert_ptr_not_equal(kept[0].rare, kept[1].rare);
    knee_window_free_all(kept, 2);
}

/* What most windows do not know takes no memory of its own. */
static void what_is_unknown_stays_so(void **state)
{
    (void)state;
    static const uint64_t device[] = {0, UINT64_MAX};
    for (size_t i = 0; i < 2; i++) {
        struct knee_measured window = make(), back;
        struct knee_window kept;
        window.device_reads = window.device_writes = device[i];
        window.requests = KNEE_REQUESTS_UNKNOWN;
        window.server_cpu_s = window.share_ratio = window.latency_p99_s = NAN;
        assert_int_equal(knee_measured_keep(&window, false, &kept, NULL), 0);
        assert_null(kept.rare);
        knee_measured_recall(&back, &kept);
        check_same(&window, &back);
        assert_int_equal(back.latencies.count, 0);
    }
}

static void a_kept_window_is_small(void **state)
{
    (void)state;
    assert_true(sizeof(struct knee_window) <= 160);
    assert_true(sizeof(struct knee_window_rare) <= 56);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_a_window_comes_back),
        cmocka_unit_test(what_is_unknown_stays_so),
        cmocka_unit_test(a_kept_window_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
