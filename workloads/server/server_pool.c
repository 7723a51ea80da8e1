/* SPDX-License-Identifier: MIT */
#include "workloads/server/server_pool.h"

void knee_server_pool_init(struct knee_server_pool *pool,
                           const struct knee_server_pool_params *params,
                           struct knee_server_pool_entry *in_service, uint32_t *queue,
                           uint32_t capacity)
{
    *pool = (struct knee_server_pool){
        .params = *params,
        .random = knee_random_seed(params->seed, 0),
        .in_service = in_service,
        .queue = queue,
        .capacity = capacity,
    };
}

static void heap_push(struct knee_server_pool *pool, struct knee_server_pool_entry entry)
{
    struct knee_server_pool_entry *heap = pool->in_service;
    uint32_t at = pool->in_service_count++;
    while (at > 0 && heap[(at - 1) / 2].end_ns > entry.end_ns) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = entry;
}

static uint32_t heap_pop(struct knee_server_pool *pool)
{
    struct knee_server_pool_entry *heap = pool->in_service;
    uint32_t first = heap[0].customer;
    uint32_t count = --pool->in_service_count;
    struct knee_server_pool_entry last = heap[count];
    uint32_t at = 0;
    for (uint32_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && heap[child + 1].end_ns < heap[child].end_ns)
            child++;
        if (heap[child].end_ns >= last.end_ns)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return first;
}

static void start(struct knee_server_pool *pool, uint32_t customer, uint64_t now_ns)
{
    const struct knee_server_pool_params *params = &pool->params;
    uint64_t service_ns = params->service_ns;
    if (params->spread_ratio > 0)
        service_ns = (uint64_t)knee_random_lognormal(&pool->random, (double)service_ns,
                                                     params->spread_ratio);
    heap_push(pool,
              (struct knee_server_pool_entry){.end_ns = now_ns + service_ns, .customer = customer});
}

enum knee_server_pool_answer knee_server_pool_arrive(struct knee_server_pool *pool,
                                                     uint32_t customer, uint64_t now_ns)
{
    if (pool->params.limit == 0 || pool->in_service_count < pool->params.limit) {
        start(pool, customer, now_ns);
        return KNEE_SERVER_POOL_STARTED;
    }
    if (pool->params.refuse)
        return KNEE_SERVER_POOL_REFUSED;
    pool->queue[(pool->queue_head + pool->queue_count++) % pool->capacity] = customer;
    return KNEE_SERVER_POOL_QUEUED;
}

uint32_t knee_server_pool_leave(struct knee_server_pool *pool, uint64_t now_ns)
{
    if (knee_server_pool_next_ns(pool) > now_ns)
        return KNEE_SERVER_POOL_NONE;
    uint32_t customer = heap_pop(pool);
    if (pool->queue_count > 0) {
        uint32_t next = pool->queue[pool->queue_head];
        pool->queue_head = (pool->queue_head + 1) % pool->capacity;
        pool->queue_count--;
        start(pool, next, now_ns);
    }
    return customer;
}

uint64_t knee_server_pool_next_ns(const struct knee_server_pool *pool)
{
    return pool->in_service_count ? pool->in_service[0].end_ns : UINT64_MAX;
}
