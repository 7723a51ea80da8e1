/* SPDX-License-Identifier: MIT */
/* A pool: at most `limit` customers are in service at a time, the others wait in a queue, first
 * come first served. No clock and no allocation: times come in as arguments, memory from the
 * caller. Customers are numbers below the capacity; each is in the pool at most once. */
#ifndef KNEE_WORKLOADS_SERVER_SERVER_POOL_H
#define KNEE_WORKLOADS_SERVER_SERVER_POOL_H

#include "core/base/random.h"

#include <stdbool.h>
#include <stdint.h>

#define KNEE_SERVER_POOL_NONE UINT32_MAX

struct knee_server_pool_params {
    uint32_t limit; /* in service at a time; 0: no limit */
    bool refuse;    /* customers beyond the limit are refused instead of queued */
    uint64_t service_ns;
    double spread_ratio; /* coefficient of variation of the service time (log-normal); 0: fixed */
    uint64_t seed;
};

struct knee_server_pool_entry {
    uint64_t end_ns;
    uint32_t customer;
};

struct knee_server_pool {
    struct knee_server_pool_params params;
    struct knee_random random;
    struct knee_server_pool_entry *in_service; /* a binary heap, the earliest end first */
    uint32_t *queue;                           /* a ring */
    uint32_t capacity, in_service_count, queue_head, queue_count;
};

enum knee_server_pool_answer {
    KNEE_SERVER_POOL_STARTED,
    KNEE_SERVER_POOL_QUEUED,
    KNEE_SERVER_POOL_REFUSED,
};

/* Both arrays have `capacity` elements and must outlive the pool. */
void knee_server_pool_init(struct knee_server_pool *pool,
                           const struct knee_server_pool_params *params,
                           struct knee_server_pool_entry *in_service, uint32_t *queue,
                           uint32_t capacity);

enum knee_server_pool_answer knee_server_pool_arrive(struct knee_server_pool *pool,
                                                     uint32_t customer, uint64_t now_ns);

/* The customer whose service has ended by `now_ns`, the earliest end first; KNEE_SERVER_POOL_NONE
 * if there is none. Its slot goes to the head of the queue, whose service starts at `now_ns` (when
 * the slot is given, not when it became free), so that a late wake-up costs every level the same.
 */
uint32_t knee_server_pool_leave(struct knee_server_pool *pool, uint64_t now_ns);

/* When the next service ends; UINT64_MAX: no one is in service. */
uint64_t knee_server_pool_next_ns(const struct knee_server_pool *pool);

#endif
