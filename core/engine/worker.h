/* SPDX-License-Identifier: MIT */
/* A worker: a thread that keeps one item in flight, or several if its workload says so, and the
 * gate that lets the first `level` workers run. Private to the engine.
 *
 * The gate is one 64-bit word that a worker compares with a copy after each item: nothing else is
 * shared in the measured path. The controller publishes a new word, and each worker's `acked` says
 * that all it had in flight then has ended (or that it has parked, or has started). The edges of a
 * window are written before the word that announces them, and only while no worker reads them:
 * every running worker has acked the word before, all others are parked. */
#ifndef KNEE_CORE_ENGINE_WORKER_H
#define KNEE_CORE_ENGINE_WORKER_H

#include "core/base/histogram.h"
#include "core/engine/workload.h"
#include "core/host/topology.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Two cache lines: the adjacent-line prefetcher pairs them. */
#define KNEE_WORKER_CACHE_PAIR_BYTES 128

#define KNEE_WORKER_GATE_LEVEL_MASK UINT64_C(0x1fff)
#define KNEE_WORKER_GATE_WINDOW (UINT64_C(1) << 13) /* edges are published */
#define KNEE_WORKER_GATE_STOP (UINT64_C(1) << 14)
#define KNEE_WORKER_GATE_COMPLETION (UINT64_C(1) << 15) /* the window ends on a completion */
#define KNEE_WORKER_GATE_VERSION (UINT64_C(1) << 16)    /* one step of the version */

struct knee_worker_gate {
    alignas(KNEE_WORKER_CACHE_PAIR_BYTES) _Atomic uint64_t word;
    /* Edges of the window that the word announces. With KNEE_WORKER_GATE_COMPLETION it ends with
     * the first item that ends at or after `end_ns`. */
    uint64_t start_ns, end_ns;
    alignas(KNEE_WORKER_CACHE_PAIR_BYTES) _Atomic uint64_t completion_ns; /* its end; 0: not yet */
    _Atomic uint32_t inside;  /* workers that have not crossed the end yet */
    _Atomic uint32_t resting; /* index + 1 of the last one to cross: it waits for the next word */
};

/* A worker's share of a window; complete once `done` shows the window's word. */
struct knee_worker_tally {
    double items;          /* credit of items across an edge, less their count in `latencies` */
    double failed_items;   /* credit of failed items */
    double latency_sum_ns; /* of the successful items that ended inside */
    struct knee_histogram latencies; /* of the same */
};

struct knee_worker {
    /* The worker writes it; the controller reads it when it waits. */
    alignas(
        KNEE_WORKER_CACHE_PAIR_BYTES) _Atomic uint64_t acked; /* last word seen between two items */
    _Atomic uint64_t done;            /* last word whose window's end has been crossed */
    _Atomic uint64_t last_latency_ns; /* of the item before the last ack; 0: none yet */
    _Atomic int enter_error;          /* 0: not yet; -1: it has entered; else an errno */
    bool pin_failed;                  /* that errno is of pinning it; written before */

    /* The controller's bell for a worker that is parked or rests (a futex). */
    alignas(KNEE_WORKER_CACHE_PAIR_BYTES) _Atomic uint32_t bell;

    /* For the worker's own thread. */
    alignas(KNEE_WORKER_CACHE_PAIR_BYTES) uint64_t seen;
    uint64_t next_edge_ns; /* UINT64_MAX: none */
    uint64_t start_ns, end_ns;
    uint64_t first_begin_ns; /* start of the first item that ended inside */
    uint64_t failed_ns;      /* time in failed items that ended inside */
    uint64_t failed_ended;
    uint64_t ack_due_ns; /* `seen` is acked when all items begun before have ended; 0: it is */
    bool counting;
    bool to_completion; /* the window's mode */
    bool end_known;     /* `end_ns` is the window's end */
    struct knee_worker_tally tally;

    /* Constant while it runs. */
    alignas(KNEE_WORKER_CACHE_PAIR_BYTES) const struct knee_workload *workload;
    struct knee_worker_gate *gate;
    const struct knee_topology *topology;
    enum knee_pin pin;
    bool whole_items;      /* for a test: no credit by overlap */
    uint64_t rest_late_ns; /* for a test */
    uint32_t index;
    void *shared, *own;
    pthread_t thread;
    int schedstat_fd; /* -1: unknown */
    _Atomic int tid;
};

static inline uint32_t knee_worker_gate_level(uint64_t word)
{
    return (uint32_t)(word & KNEE_WORKER_GATE_LEVEL_MASK);
}

/* The thread's function: takes a struct knee_worker, parks first. */
void *knee_worker_main(void *worker);

/* Wakes a worker that is parked or rests, so that it looks at the gate. */
void knee_worker_ring(struct knee_worker *worker);

#endif
