/* SPDX-License-Identifier: MIT */
#include "workloads/target/asking.h"

#include "core/base/clock.h"
#include "core/base/random.h"

#include <errno.h>
#include <stdlib.h>

#define PAUSE_MIN_NS (3 * KNEE_NS_PER_MS)
#define PAUSE_MAX_NS (17 * KNEE_NS_PER_MS)
#define WINDOW_EDGES 2
#define LOOK_NS (200 * KNEE_NS_PER_MS) /* between two looks at whether to go on */

void knee_asking_init(struct knee_asking *asking, const struct knee_target_params *params)
{
    *asking =
        (struct knee_asking){.most = params->max_requests, .interrupted = params->interrupted};
    knee_request_failures_init(&asking->failures);
}

void knee_asking_release(struct knee_asking *asking)
{
    pthread_mutex_destroy(&asking->failures.lock);
}

bool knee_asking_is_cancelled(const struct knee_asking *asking)
{
    return atomic_load_explicit(&asking->cancelled, memory_order_relaxed) ||
           (asking->interrupted && __atomic_load_n(asking->interrupted, __ATOMIC_RELAXED));
}

void knee_asking_sleep(const struct knee_asking *asking, uint64_t duration_ns)
{
    uint64_t now_ns = knee_clock_now_ns(), end_ns = now_ns + duration_ns;
    for (; now_ns < end_ns && !knee_asking_is_cancelled(asking); now_ns = knee_clock_now_ns())
        knee_clock_sleep_until_ns(end_ns - now_ns < LOOK_NS ? end_ns : now_ns + LOOK_NS);
}

void knee_asking_pause(void)
{
    uint64_t now_ns = knee_clock_now_ns();
    struct knee_random random = knee_random_seed(now_ns, 0);
    double share = knee_random_uniform(&random);
    knee_clock_sleep_until_ns(now_ns + PAUSE_MIN_NS +
                              (uint64_t)(share * (double)(PAUSE_MAX_NS - PAUSE_MIN_NS)));
}

bool knee_asking_claim(struct knee_asking *asking)
{
    return asking->most == 0 ||
           atomic_fetch_add_explicit(&asking->made, 1, memory_order_relaxed) < asking->most;
}

bool knee_asking_may_ask(struct knee_asking *asking)
{
    if (knee_asking_claim(asking))
        return true;
    knee_asking_pause();
    return false;
}

int knee_asking_fail(struct knee_asking *asking, struct knee_request_tally *tally,
                     enum knee_failure kind, const char *what)
{
    static const int ERRORS[KNEE_FAILURES] = {
        [KNEE_FAILURE_REFUSED] = ECONNREFUSED, [KNEE_FAILURE_TIMEOUT] = ETIMEDOUT,
        [KNEE_FAILURE_STATUS] = EPROTO,        [KNEE_FAILURE_TLS] = EPROTO,
        [KNEE_FAILURE_RESET] = ECONNRESET,     [KNEE_FAILURE_OTHER] = EIO};
    knee_request_failures_note(&asking->failures, what);
    knee_request_tally_fail(tally, kind);
    if (kind == KNEE_FAILURE_STATUS)
        atomic_fetch_add_explicit(&asking->answered_badly, 1, memory_order_relaxed);
    if (kind == KNEE_FAILURE_REFUSED)
        knee_asking_pause();
    return ERRORS[kind];
}

void knee_asking_refused_for_now(struct knee_asking *asking)
{
    atomic_fetch_add_explicit(&asking->refused_for_now, 1, memory_order_relaxed);
    knee_asking_pause();
}

bool knee_asking_must_end(void *service)
{
    const struct knee_asking *asking = service;
    return asking->most > 0 &&
           atomic_load_explicit(&asking->made, memory_order_relaxed) >= asking->most;
}

void knee_asking_window_ended(void *service, uint32_t level)
{
    struct knee_asking *asking = service;
    knee_request_failures_level(&asking->failures, level);
}

void knee_asking_failures(void *service, char *text, size_t text_bytes)
{
    struct knee_asking *asking = service;
    knee_request_failures_text(&asking->failures, text, text_bytes);
}

double knee_asking_retry_after_s(void *service)
{
    const struct knee_asking *asking = service;
    return asking->failures.retry_after_s;
}

double knee_asking_for_now_ratio(void *service)
{
    const struct knee_asking *asking = service;
    uint64_t all = atomic_load_explicit(&asking->answered_badly, memory_order_relaxed);
    uint64_t for_now = atomic_load_explicit(&asking->refused_for_now, memory_order_relaxed);
    return all > 0 ? (double)for_now / (double)all : 0.0;
}

static struct knee_asking *asking_of(void *shared)
{
    return ((struct knee_asking_shared *)shared)->service;
}

int knee_asking_setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                      size_t warning_bytes, struct knee_err *err)
{
    struct knee_asking_shared *common = shared;
    struct knee_asking *asking = setup->custom;
    (void)warning, (void)warning_bytes;
    common->service = asking;
    asking->slots = setup->workers_max;
    asking->tallies = knee_request_tally_make(setup->workers_max);
    return asking->tallies ? 0 : knee_err_memory(err, "service");
}

int knee_asking_begin(void *shared, uint32_t block, uint32_t level, struct knee_err *err)
{
    (void)block, (void)level, (void)err;
    asking_of(shared)->edges = 0;
    return 0;
}

void knee_asking_cancel(void *shared)
{
    atomic_store_explicit(&asking_of(shared)->cancelled, true, memory_order_relaxed);
}

void knee_asking_probe(void *shared, struct knee_workload_probe *probe)
{
    struct knee_asking *asking = asking_of(shared);
    /* The first two after a begin are a window's edges; whoever watches it comes before and after.
     */
    if (asking->edges < WINDOW_EDGES) {
        asking->edges++;
        knee_request_failures_edge(&asking->failures);
    }
    knee_request_tally_probe(asking->tallies, asking->slots, probe);
}

void knee_asking_teardown(void *shared)
{
    struct knee_asking *asking = asking_of(shared);
    atomic_store_explicit(&asking->cancelled, false, memory_order_relaxed);
    free(asking->tallies);
    asking->tallies = NULL;
}
