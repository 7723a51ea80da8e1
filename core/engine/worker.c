/* SPDX-License-Identifier: MIT */
#include "core/engine/worker.h"

#include "core/base/clock.h"

#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static void futex_wait(_Atomic uint32_t *word, uint32_t value)
{
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

void knee_worker_ring(struct knee_worker *worker)
{
    atomic_fetch_add_explicit(&worker->bell, 1, memory_order_release);
    syscall(SYS_futex, &worker->bell, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void tally_clear(struct knee_worker *worker)
{
    worker->tally.items = 0.0;
    worker->tally.failed_items = 0.0;
    worker->tally.latency_sum_ns = 0.0;
    knee_histogram_clear(&worker->tally.latencies);
    worker->first_begin_ns = 0;
    worker->failed_ns = 0;
    worker->failed_ended = 0;
}

/* May it hold several items in flight? */
static bool holds_several(const struct knee_worker *worker)
{
    return worker->workload->oldest_ns != NULL;
}

/* When the item that ended at `now` began. If `begin` is `now`, none has. */
static uint64_t began_ns(const struct knee_worker *worker, uint64_t begin, uint64_t now)
{
    if (!holds_several(worker) || begin == now)
        return begin;
    uint64_t began = worker->workload->began_ns(worker->own);
    return began > 0 && began < begin ? began : begin;
}

/* Have all items ended that were begun before `edge_ns`? */
static bool all_began_since(const struct knee_worker *worker, uint64_t edge_ns)
{
    return !holds_several(worker) || worker->workload->oldest_ns(worker->own) >= edge_ns;
}

/* An item that ended at `now`, between the edges. */
static void tally_ended(struct knee_worker *worker, uint64_t begin, uint64_t now, int failed)
{
    if (failed) {
        worker->failed_ended++;
        worker->failed_ns += now - begin;
        return;
    }
    const uint64_t began = began_ns(worker, begin, now);
    if (holds_several(worker))
        worker->tally.latency_sum_ns += (double)(now - began);
    knee_histogram_record(&worker->tally.latencies, now - began);
}

/* Closes this worker's tally: its items lie between `first_begin_ns` and `last_ns`. In a window
 * that ends on a completion, the last worker to get here must not start another item, since
 * everyone would wait for it. Returns true if this is that worker. */
static bool tally_close(struct knee_worker *worker, uint64_t last_ns)
{
    struct knee_worker_tally *tally = &worker->tally;
    struct knee_worker_gate *gate = worker->gate;
    tally->failed_items += (double)worker->failed_ended;
    if (worker->first_begin_ns && !holds_several(worker))
        tally->latency_sum_ns = (double)(last_ns - worker->first_begin_ns - worker->failed_ns);
    worker->counting = false;
    worker->next_edge_ns = UINT64_MAX;
    bool last = worker->to_completion &&
                atomic_fetch_sub_explicit(&gate->inside, 1, memory_order_relaxed) == 1;
    if (last)
        atomic_store_explicit(&gate->resting, worker->index + 1, memory_order_relaxed);
    atomic_store_explicit(&worker->done, worker->seen, memory_order_release);
    return last;
}

/* True if the item that ended at `now` ends the window. */
static bool completes(struct knee_worker *worker, uint64_t now)
{
    if (worker->end_known || now < worker->end_ns)
        return false;
    uint64_t end = 0;
    bool first = atomic_compare_exchange_strong_explicit(
        &worker->gate->completion_ns, &end, now, memory_order_relaxed, memory_order_relaxed);
    worker->end_ns = first ? now : end;
    worker->end_known = true;
    return first;
}

/* Credits an item from `begin` to `now` that lies across an edge by the part inside. Without that,
 * a window of few items in lockstep is off by up to one item for each worker. True if the worker
 * must rest. */
static bool tally_cross(struct knee_worker *worker, uint64_t begin, uint64_t now, int failed)
{
    struct knee_worker_tally *tally = &worker->tally;
    bool ends_window = completes(worker, now);
    uint64_t began = began_ns(worker, begin, now);
    uint64_t from = began > worker->start_ns ? began : worker->start_ns;
    uint64_t to = now < worker->end_ns ? now : worker->end_ns;
    double credit = from < to ? (double)(to - from) / (double)(now - began) : 0.0;
    bool ended_inside = ends_window || now < worker->end_ns;
    if (worker->whole_items)
        credit = ended_inside ? 1.0 : 0.0;

    if (ended_inside) {
        if (!worker->first_begin_ns)
            worker->first_begin_ns = begin;
        tally_ended(worker, begin, now, failed);
        credit -= 1.0; /* tally_ended() took it for a whole one */
    }
    if (ended_inside && all_began_since(worker, worker->start_ns)) {
        worker->counting = true;
        worker->next_edge_ns = worker->end_ns;
    }
    if (failed)
        tally->failed_items += credit;
    else
        tally->items += credit;
    if (ends_window)
        return tally_close(worker, now);
    return !ended_inside && all_began_since(worker, worker->end_ns) && tally_close(worker, begin);
}

/* Waits until the gate's level includes this worker; returns the word that does. */
static uint64_t park(struct knee_worker *worker, uint64_t word)
{
    for (;;) {
        uint32_t bell = atomic_load_explicit(&worker->bell, memory_order_acquire);
        word = atomic_load_explicit(&worker->gate->word, memory_order_acquire);
        if ((word & KNEE_WORKER_GATE_STOP) || knee_worker_gate_level(word) > worker->index)
            return word;
        atomic_store_explicit(&worker->acked, word, memory_order_release);
        futex_wait(&worker->bell, bell);
    }
}

/* Waits for another word than the last one seen. */
static uint64_t rest(struct knee_worker *worker)
{
    if (worker->rest_late_ns)
        knee_clock_sleep_until_ns(knee_clock_now_ns() + worker->rest_late_ns);
    for (;;) {
        uint32_t bell = atomic_load_explicit(&worker->bell, memory_order_acquire);
        uint64_t word = atomic_load_explicit(&worker->gate->word, memory_order_acquire);
        if (word != worker->seen)
            return word;
        futex_wait(&worker->bell, bell);
    }
}

static void note_latency(struct knee_worker *worker, uint64_t begin, uint64_t now)
{
    if (now > begin)
        atomic_store_explicit(&worker->last_latency_ns, now - began_ns(worker, begin, now),
                              memory_order_relaxed);
}

static void ack_if_due(struct knee_worker *worker)
{
    if (!all_began_since(worker, worker->ack_due_ns))
        return;
    worker->ack_due_ns = 0;
    worker->next_edge_ns = UINT64_MAX;
    atomic_store_explicit(&worker->acked, worker->seen, memory_order_release);
}

/* Whatever the last word asked for, a new one has come. */
static void give_up(struct knee_worker *worker, uint64_t now)
{
    if (worker->ack_due_ns == 0 && worker->next_edge_ns != UINT64_MAX)
        tally_close(worker, now); /* no one waits for the window's end */
    worker->ack_due_ns = 0;
    worker->next_edge_ns = UINT64_MAX;
}

/* Takes over what `word` announces, after an item from `begin` to `now`. True if the worker must
 * rest: the item covered the whole window. */
static bool take_word(struct knee_worker *worker, uint64_t word, uint64_t begin, uint64_t now,
                      int failed)
{
    bool rests = false;
    worker->seen = word;
    worker->counting = false;
    worker->next_edge_ns = UINT64_MAX;
    if (word & KNEE_WORKER_GATE_WINDOW) {
        worker->start_ns = worker->gate->start_ns;
        worker->end_ns = worker->gate->end_ns;
        worker->next_edge_ns = worker->start_ns;
        worker->to_completion = (word & KNEE_WORKER_GATE_COMPLETION) != 0;
        worker->end_known = !worker->to_completion;
        tally_clear(worker);
        if (now >= worker->start_ns)
            rests = tally_cross(worker, begin, now, failed);
    }
    note_latency(worker, begin, now);
    if (word & KNEE_WORKER_GATE_WINDOW) {
        atomic_store_explicit(&worker->acked, word, memory_order_release);
        return rests;
    }
    worker->ack_due_ns = now;
    worker->next_edge_ns = now; /* so that each item's end gets here */
    ack_if_due(worker);
    return false;
}

/* Between two items, when the gate's word is new or an edge was crossed: parks, rests, or takes
 * over a window's edges. Returns the time at which the next item starts; 0: stop. */
static uint64_t turn(struct knee_worker *worker, uint64_t begin, uint64_t now, int failed)
{
    bool rests = false;
    if (worker->ack_due_ns)
        ack_if_due(worker);
    else if (now >= worker->next_edge_ns)
        rests = tally_cross(worker, begin, now, failed);
    else if (worker->counting)
        tally_ended(worker, begin, now, failed);

    uint64_t word = atomic_load_explicit(&worker->gate->word, memory_order_acquire);
    uint64_t next = now;
    while (rests || word != worker->seen) {
        if (rests) {
            word = rest(worker);
            next = knee_clock_now_ns();
        }
        give_up(worker, now);
        if (!(word & KNEE_WORKER_GATE_STOP) && knee_worker_gate_level(word) <= worker->index) {
            note_latency(worker, begin, now);
            word = park(worker, word);
            next = begin = now = knee_clock_now_ns();
        }
        if (word & KNEE_WORKER_GATE_STOP)
            return 0;
        rests = take_word(worker, word, begin, now, failed);
        begin = now; /* the item is accounted for */
    }
    return next;
}

/* The measured path: the item, one clock read (the end of an item is the start of the next), one
 * look at the gate, one increment. */
static void run_items(struct knee_worker *worker)
{
    int (*const item)(void *, void *) = worker->workload->item;
    _Atomic uint64_t *const gate = &worker->gate->word;
    uint64_t start = knee_clock_now_ns();
    uint64_t begin = turn(worker, start, start, 0);
    while (begin) {
        int failed = item(worker->shared, worker->own);
        uint64_t now = knee_clock_now_ns();
        if (now < worker->next_edge_ns &&
            atomic_load_explicit(gate, memory_order_relaxed) == worker->seen) {
            if (worker->counting)
                tally_ended(worker, begin, now, failed);
            begin = now;
        } else {
            begin = turn(worker, begin, now, failed);
        }
    }
}

void *knee_worker_main(void *argument)
{
    struct knee_worker *worker = argument;
    atomic_store_explicit(&worker->tid, (int)syscall(SYS_gettid), memory_order_release);
    const struct knee_workload *workload = worker->workload;
    int error = knee_topology_bind_self(worker->topology, worker->pin, worker->index);
    worker->pin_failed = error != 0;
    if (!error && workload->enter)
        error = workload->enter(worker->shared, worker->own, worker->index);
    atomic_store_explicit(&worker->enter_error, error ? error : -1, memory_order_release);
    if (error)
        return NULL;
    run_items(worker);
    if (workload->leave)
        workload->leave(worker->shared, worker->own);
    return NULL;
}
