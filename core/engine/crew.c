/* SPDX-License-Identifier: MIT */
#include "core/engine/crew.h"

#include "core/base/clock.h"
#include "core/base/thread.h"
#include "core/engine/account.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* From the publication of a window to its start: longer than a worker with short items needs to
 * notice it, and too short to matter. */
#define EDGE_LEAD_NS (300 * KNEE_NS_PER_US)
/* The shortest settling: caches, clock frequency and wake-ups need it after a change of level. */
#define SETTLE_MIN_NS (20 * KNEE_NS_PER_MS)
/* Settling does not wait for an item that takes longer than this many mean ones. */
#define SETTLE_MEANS_MAX 10.0
/* The pause between two looks at a worker: a part of the time that it has taken so far. */
#define POLL_NS (100 * KNEE_NS_PER_US)
#define POLL_MAX_NS (5 * KNEE_NS_PER_MS)
#define POLL_PART 64
/* A window in which fewer items end than this ends on a completion. */
#define COMPLETIONS_MANY 100.0
/* How early a completion may close the window, as a fraction of the mean item time (or of the
 * window, if that is shorter). Without this slack, a window slightly longer than a whole number of
 * items would wait for one more. */
#define COMPLETION_EARLY 0.1
/* The pause between two looks for an interrupt during a window: the signal may reach another thread
 * than the controller. */
#define LOOK_NS (100 * KNEE_NS_PER_MS)
/* A controller that wakes later than this was stopped, if the process used less than a part of that
 * time: windows last 200 ms and more. */
#define STOP_NS (250 * KNEE_NS_PER_MS)
#define STOP_BUSY_PART 10
#define STACK_BYTES (512u * 1024u)

static void *aligned_zero(size_t bytes)
{
    size_t whole = (bytes + KNEE_WORKER_CACHE_PAIR_BYTES - 1) / KNEE_WORKER_CACHE_PAIR_BYTES;
    void *memory = NULL;
    if (posix_memalign(&memory, KNEE_WORKER_CACHE_PAIR_BYTES,
                       (whole + !whole) * KNEE_WORKER_CACHE_PAIR_BYTES))
        return NULL;
    memset(memory, 0, (whole + !whole) * KNEE_WORKER_CACHE_PAIR_BYTES);
    return memory;
}

static bool interrupted(const struct knee_crew *crew)
{
    return crew->params.interrupted && *crew->params.interrupted;
}

/* From then on it is time to give up. */
static bool must_end(struct knee_crew *crew)
{
    if (!crew->params.must_end || !crew->params.must_end(crew->params.must_end_context))
        return false;
    crew->give_up_ns = 0;
    return true;
}

static void pause_since(uint64_t since, uint64_t now)
{
    uint64_t part = (now - since) / POLL_PART;
    part = part > POLL_NS ? part : POLL_NS;
    knee_clock_sleep_until_ns(now + (part < POLL_MAX_NS ? part : POLL_MAX_NS));
}

static uint64_t publish(struct knee_crew *crew, uint32_t level, uint64_t flags)
{
    uint64_t version = (crew->word / KNEE_WORKER_GATE_VERSION + 1) * KNEE_WORKER_GATE_VERSION;
    crew->word = version | flags | level;
    /* A worker that rests said so before it was `done`, which the controller has waited for (or the
     * crew is at its end, and all are rung). Taken before the word is out: afterwards that worker
     * may run, cross the end of the new window and rest again, and the next word must wake it. */
    uint32_t resting = atomic_exchange_explicit(&crew->gate->resting, 0, memory_order_relaxed);
    atomic_store_explicit(&crew->gate->word, crew->word, memory_order_release);
    if (crew->params.faults.publish_late_ns)
        knee_clock_sleep_until_ns(knee_clock_now_ns() + crew->params.faults.publish_late_ns);
    if (resting > 0)
        knee_worker_ring(crew->workers[resting - 1]);
    return crew->word;
}

/* Waits until workers [from, to) show `word` (or a later one) in `acked`, or in `done`. Returns
 * `to`, or the index of the first worker that is missing at `deadline_ns` or when the user
 * interrupts. */
static uint32_t wait_for(struct knee_crew *crew, uint32_t from, uint32_t to, uint64_t word,
                         bool done, uint64_t deadline_ns)
{
    const uint64_t since = knee_clock_now_ns();
    uint64_t look_ns = since + LOOK_NS;
    for (uint32_t i = from; i < to; i++) {
        struct knee_worker *worker = crew->workers[i];
        _Atomic uint64_t *mark = done ? &worker->done : &worker->acked;
        while (atomic_load_explicit(mark, memory_order_acquire) < word) {
            uint64_t now = knee_clock_now_ns();
            if (now >= deadline_ns || now >= crew->give_up_ns || interrupted(crew))
                return i;
            if (now >= look_ns && must_end(crew))
                return i;
            look_ns = now >= look_ns ? now + LOOK_NS : look_ns;
            pause_since(since, now);
        }
    }
    return to;
}

static int start_worker(struct knee_crew *crew, uint32_t index, struct knee_err *err)
{
    const struct knee_workload *workload = crew->params.workload;
    struct knee_worker *worker = aligned_zero(sizeof *worker);
    void *own = aligned_zero(workload->worker_bytes);
    int error = ENOMEM;
    if (worker && own) {
        worker->workload = workload;
        worker->gate = crew->gate;
        worker->topology = crew->params.topology;
        worker->pin = crew->params.pin;
        worker->whole_items = crew->params.faults.no_credit;
        worker->rest_late_ns = crew->params.faults.rest_late_ns;
        worker->index = index;
        worker->shared = crew->shared;
        worker->own = own;
        worker->schedstat_fd = -1;
        worker->seen = UINT64_MAX; /* no word yet, not even the first one */
        worker->next_edge_ns = UINT64_MAX;
        error = knee_thread_start(&worker->thread, STACK_BYTES, knee_worker_main, worker);
    }
    if (error) {
        free(own);
        free(worker);
        return knee_err_set(err, KNEE_FAILED,
                            "engine: cannot start worker %u: %s; try fewer at a time", index + 1,
                            strerror(error));
    }
    crew->workers[index] = worker;
    crew->workers_count = index + 1;
    return 0;
}

static const char *const PLACES[KNEE_PIN_COUNT] = {"CPU", "core", "PU", "NUMA node"};

int knee_crew_start(struct knee_crew *crew, uint32_t level, struct knee_err *err)
{
    uint32_t first = crew->workers_count;
    for (uint32_t i = first; i < level; i++)
        if (start_worker(crew, i, err))
            return -1;
    for (uint32_t i = first; i < level; i++) {
        struct knee_worker *worker = crew->workers[i];
        int error = 0;
        while (!(error = atomic_load_explicit(&worker->enter_error, memory_order_acquire))) {
            if (interrupted(crew))
                return knee_err_set(err, KNEE_INTERRUPTED, "interrupted");
            knee_clock_sleep_until_ns(knee_clock_now_ns() + POLL_NS);
        }
        if (error > 0 && worker->pin_failed)
            return knee_err_set(err, KNEE_FAILED,
                                "engine: worker %u cannot be pinned to a %s: %s; let the kernel "
                                "place the workers",
                                i + 1, PLACES[crew->params.pin], strerror(error));
        if (error > 0)
            return knee_err_set(err, KNEE_FAILED,
                                "%s: worker %u cannot start: %s; try fewer at a time",
                                crew->params.workload->name, i + 1, strerror(error));
        worker->schedstat_fd = knee_account_open_thread(atomic_load(&worker->tid));
    }
    return 0;
}

int knee_crew_change_level(struct knee_crew *crew, uint32_t level)
{
    uint32_t before = crew->level;
    uint64_t word = publish(crew, level, 0);
    for (uint32_t i = before; i < level; i++)
        knee_worker_ring(crew->workers[i]);
    uint32_t touched = before > level ? before : level;
    crew->level = level;
    return wait_for(crew, 0, touched, word, false, UINT64_MAX) == touched ? 0 : -1;
}

int knee_crew_settle(struct knee_crew *crew, double expected_latency_ns, bool *settled)
{
    if (crew->params.faults.no_settling) {
        *settled = true;
        return 0;
    }
    uint64_t since = knee_clock_now_ns();
    uint64_t deadline = UINT64_MAX;
    const uint64_t least_ns = crew->settle_ns > SETTLE_MIN_NS ? crew->settle_ns : SETTLE_MIN_NS;
    if (expected_latency_ns > 0.0)
        deadline = since + least_ns + (uint64_t)(SETTLE_MEANS_MAX * expected_latency_ns);
    uint64_t word = publish(crew, crew->level, 0);
    *settled = wait_for(crew, 0, crew->level, word, false, deadline) == crew->level;
    while (knee_clock_now_ns() < since + least_ns && !interrupted(crew))
        knee_clock_sleep_until_ns(since + least_ns);
    return interrupted(crew) || knee_clock_now_ns() >= crew->give_up_ns ? -1 : 0;
}

/* The mean of each worker's last item before the window. */
static double mean_latency_ns(const struct knee_crew *crew)
{
    double sum_ns = 0.0;
    for (uint32_t i = 0; i < crew->level; i++)
        sum_ns +=
            (double)atomic_load_explicit(&crew->workers[i]->last_latency_ns, memory_order_relaxed);
    return sum_ns / crew->level;
}

/* Sets the window's edges; returns the flags of the word that announces it. The expected latency
 * may be that of another level, so the longer of the two decides whether few items end, and the
 * shorter one how early a completion may be. */
static uint64_t set_edges(struct knee_crew *crew, uint64_t length_ns, double expected_latency_ns)
{
    struct knee_worker_gate *gate = crew->gate;
    const double seen_ns = mean_latency_ns(crew);
    const double longer_ns = fmax(seen_ns, expected_latency_ns);
    const double shorter_ns =
        expected_latency_ns > 0.0 ? fmin(seen_ns, expected_latency_ns) : seen_ns;
    gate->start_ns = knee_clock_now_ns() + EDGE_LEAD_NS;
    gate->end_ns = gate->start_ns + length_ns;
    if (crew->is_part || crew->holds_several ||
        crew->level * (double)length_ns >= COMPLETIONS_MANY * longer_ns ||
        crew->params.faults.no_completion || crew->params.faults.no_hold)
        return KNEE_WORKER_GATE_WINDOW;
    gate->end_ns -= (uint64_t)(COMPLETION_EARLY * fmin((double)length_ns, shorter_ns));
    atomic_store_explicit(&gate->completion_ns, 0, memory_order_relaxed);
    atomic_store_explicit(&gate->inside, crew->level, memory_order_relaxed);
    return KNEE_WORKER_GATE_WINDOW | KNEE_WORKER_GATE_COMPLETION;
}

static uint64_t process_cpu_ns(void)
{
    struct timespec used = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * KNEE_NS_PER_S + (uint64_t)used.tv_nsec;
}

/* Whoever stops a process ends that with SIGCONT, which stays pending while all threads block it.
 * Takes it; true if there was one. */
static bool take_continue(void)
{
    const struct timespec none = {0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCONT);
    return sigtimedwait(&set, NULL, &none) == SIGCONT;
}

static void block_continue(struct knee_crew *crew)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCONT);
    crew->blocks_continue = pthread_sigmask(SIG_BLOCK, &set, &crew->signals_before) == 0;
}

/* How long the calling thread has waited for a CPU in its life. */
static uint64_t starved_ns(void)
{
    const int schedstat = knee_account_open_thread(gettid());
    const double starved_s = knee_account_runqueue_s(schedstat);
    if (schedstat >= 0)
        close(schedstat);
    return isnan(starved_s) ? 0 : (uint64_t)(starved_s * KNEE_NS_PER_S);
}

bool knee_crew_was_stopped(uint64_t late_ns, uint64_t starved_ns, uint64_t ran_ns)
{
    return late_ns >= STOP_NS + starved_ns && ran_ns < late_ns / STOP_BUSY_PART;
}

static void note_stop(struct knee_crew *crew, uint64_t due_ns, uint64_t cpu_before_ns,
                      uint64_t starved_before_ns)
{
    const uint64_t now = knee_clock_now_ns();
    if (now < due_ns + STOP_NS)
        return;
    crew->stopped |= knee_crew_was_stopped(now - due_ns, starved_ns() - starved_before_ns,
                                           process_cpu_ns() - cpu_before_ns);
}

static int sleep_until(struct knee_crew *crew, uint64_t clock_ns)
{
    for (uint64_t now; (now = knee_clock_now_ns()) < clock_ns;) {
        if (interrupted(crew) || must_end(crew))
            return -1;
        const uint64_t cpu_ns = process_cpu_ns(), starved_before_ns = starved_ns();
        const uint64_t due_ns = clock_ns - now > LOOK_NS ? now + LOOK_NS : clock_ns;
        knee_clock_sleep_until_ns(due_ns);
        note_stop(crew, due_ns, cpu_ns, starved_before_ns);
    }
    return 0;
}

int knee_crew_run_window(struct knee_crew *crew, uint64_t length_ns, double expected_latency_ns,
                         uint64_t *start_ns, uint64_t *end_ns)
{
    const uint32_t level = crew->level;
    const uint64_t flags = set_edges(crew, length_ns, expected_latency_ns);
    const uint64_t word = publish(crew, level, flags);
    crew->stopped = false;
    take_continue();
    if (sleep_until(crew, crew->gate->end_ns + crew->params.faults.controller_late_ns))
        return -1;
    if (crew->params.faults.no_hold && knee_crew_change_level(crew, 1))
        return -1;
    if (wait_for(crew, 0, level, word, true, UINT64_MAX) != level)
        return -1;
    crew->stopped |= take_continue();
    *start_ns = crew->gate->start_ns;
    *end_ns = crew->gate->end_ns;
    if (flags & KNEE_WORKER_GATE_COMPLETION)
        *end_ns = atomic_load_explicit(&crew->gate->completion_ns, memory_order_relaxed);
    return 0;
}

/* A worker needs about two descriptors; the soft limit of 1024 is for programs that use select. */
static void raise_open_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

int knee_crew_init(struct knee_crew *crew, const struct knee_engine_params *params,
                   struct knee_err *err)
{
    raise_open_files();
    *crew = (struct knee_crew){.params = *params, .give_up_ns = UINT64_MAX};
    block_continue(crew);
    crew->gate = aligned_zero(sizeof *crew->gate);
    crew->workers = calloc(KNEE_ENGINE_LEVEL_MAX, sizeof(struct knee_worker *));
    crew->shared = aligned_zero(params->workload->shared_bytes);
    if (crew->gate && crew->workers && crew->shared)
        return 0;
    knee_crew_release(crew);
    return knee_err_memory(err, "engine");
}

void knee_crew_end(struct knee_crew *crew)
{
    if (!crew->workers)
        return;
    if (crew->workers_count > 0) {
        publish(crew, 0, KNEE_WORKER_GATE_STOP);
        if (crew->params.workload->cancel)
            crew->params.workload->cancel(crew->shared);
    }
    for (uint32_t i = 0; i < crew->workers_count; i++)
        knee_worker_ring(crew->workers[i]);
    for (uint32_t i = 0; i < crew->workers_count; i++) {
        struct knee_worker *worker = crew->workers[i];
        if (!worker)
            continue;
        pthread_join(worker->thread, NULL);
        if (worker->schedstat_fd >= 0)
            close(worker->schedstat_fd);
        free(worker->own);
        free(worker);
    }
    crew->workers_count = 0;
}

void knee_crew_release(struct knee_crew *crew)
{
    knee_crew_end(crew);
    free(crew->shared);
    free(crew->workers);
    free(crew->gate);
    if (crew->blocks_continue) {
        take_continue();
        pthread_sigmask(SIG_SETMASK, &crew->signals_before, NULL);
    }
    *crew = (struct knee_crew){0};
}
