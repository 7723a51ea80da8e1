/* SPDX-License-Identifier: MIT */
/* workloads/server/server_pool: first come first served, with exact times. */
#include "tests/support/test.h"
#include "workloads/server/server_pool.h"

#define CUSTOMERS 40u

static void station_serves_in_order_of_arrival(void **state)
{
    (void)state;
    static const uint32_t limits[] = {1, 2, 3, 16, 0};
    for (size_t l = 0; l < sizeof limits / sizeof limits[0]; l++) {
        struct knee_server_pool pool;
        struct knee_server_pool_entry entries[CUSTOMERS];
        uint32_t queue[CUSTOMERS];
        const struct knee_server_pool_params params = {.limit = limits[l], .service_ns = 100};
        knee_server_pool_init(&pool, &params, entries, queue, CUSTOMERS);
        assert_true(knee_server_pool_next_ns(&pool) == UINT64_MAX);
        uint32_t limit = limits[l] ? limits[l] : CUSTOMERS;
        for (uint32_t i = 0; i < CUSTOMERS; i++)
            assert_int_equal(knee_server_pool_arrive(&pool, i, i),
                             i < limit ? KNEE_SERVER_POOL_STARTED : KNEE_SERVER_POOL_QUEUED);
        for (uint32_t i = 0; i < CUSTOMERS; i++) {
            uint64_t next_ns = knee_server_pool_next_ns(&pool);
            assert_int_equal(next_ns, 100 * (1 + i / limit) + i % limit);
            assert_int_equal(knee_server_pool_leave(&pool, next_ns - 1), KNEE_SERVER_POOL_NONE);
            assert_int_equal(knee_server_pool_leave(&pool, next_ns), i);
        }
        assert_int_equal(pool.in_service_count, 0);
    }
}

static void station_never_holds_more_than_its_limit(void **state)
{
    (void)state;
    struct knee_server_pool pool;
    struct knee_server_pool_entry entries[CUSTOMERS];
    uint32_t queue[CUSTOMERS];
    const struct knee_server_pool_params params = {
        .limit = 5, .service_ns = 1000, .spread_ratio = 1, .seed = 3};
    knee_server_pool_init(&pool, &params, entries, queue, CUSTOMERS);
    struct knee_random random = knee_random_seed(1, 0);
    bool inside[CUSTOMERS] = {false};
    uint32_t served = 0, count = 0;
    uint64_t last_ns = 0;
    for (uint64_t now_ns = 0; now_ns < 1000000; now_ns += 50) {
        for (uint32_t i; (i = knee_server_pool_leave(&pool, now_ns)) != KNEE_SERVER_POOL_NONE;
             served++, count--)
            inside[i] = false;
        uint32_t customer = (uint32_t)knee_random_below(&random, CUSTOMERS);
        if (!inside[customer]) {
            inside[customer] = true;
            count++;
            knee_server_pool_arrive(&pool, customer, now_ns);
        }
        assert_true(pool.in_service_count <= 5);
        assert_int_equal(pool.in_service_count + pool.queue_count, count);
        assert_true(pool.queue_count == 0 || pool.in_service_count == 5);
        assert_true(knee_server_pool_next_ns(&pool) >= last_ns);
        last_ns = now_ns;
    }
    /* 5 places for 1 us each over 1 ms, given on with up to 50 ns of delay. */
    assert_in_range(served, 4000, 5600);
}

static void station_refuses_what_exceeds_its_limit(void **state)
{
    (void)state;
    struct knee_server_pool pool;
    struct knee_server_pool_entry entries[4];
    uint32_t queue[4];
    const struct knee_server_pool_params params = {.limit = 2, .refuse = true, .service_ns = 10};
    knee_server_pool_init(&pool, &params, entries, queue, 4);
    assert_int_equal(knee_server_pool_arrive(&pool, 0, 0), KNEE_SERVER_POOL_STARTED);
    assert_int_equal(knee_server_pool_arrive(&pool, 1, 0), KNEE_SERVER_POOL_STARTED);
    assert_int_equal(knee_server_pool_arrive(&pool, 2, 5), KNEE_SERVER_POOL_REFUSED);
    assert_int_equal(knee_server_pool_leave(&pool, 10), 0);
    assert_int_equal(knee_server_pool_arrive(&pool, 3, 10), KNEE_SERVER_POOL_STARTED);
    assert_int_equal(knee_server_pool_arrive(&pool, 2, 10), KNEE_SERVER_POOL_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(station_serves_in_order_of_arrival),
        cmocka_unit_test(station_never_holds_more_than_its_limit),
        cmocka_unit_test(station_refuses_what_exceeds_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
