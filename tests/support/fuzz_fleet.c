/* SPDX-License-Identifier: MIT */
/* What rank 0 hears from the other hosts' knees: who they are, then a window's rows. The bytes are
 * those of the messages; the last byte is how many hosts there are. */
#include "tests/support/fuzz_targets.h"

#include "tuner/store/columns.h"
#include "tuner/sweep/fleet_parts.h"

#include <stdlib.h>
#include <string.h>

#define HOSTS 3

static size_t take(void *to, size_t bytes, const uint8_t **from, size_t *left)
{
    size_t some = bytes < *left ? bytes : *left;
    memset(to, 0, bytes);
    if (some > 0)
        memcpy(to, *from, some);
    *from += some;
    *left -= some;
    return some;
}

void fuzz_fleet(const uint8_t *bytes, size_t count)
{
    static struct knee_histogram_sum latencies;
    struct knee_fleet_host hosts[HOSTS];
    struct knee_fleet_row rows[HOSTS];
    struct knee_measured window;
    struct knee_taken taken = {.count = 0};
    const char *const before[] = {"a", "b"};
    uint32_t ranks = count > 0 ? 1 + bytes[count - 1] % HOSTS : 1;
    for (uint32_t i = 0; i < ranks; i++) {
        take(&hosts[i], sizeof hosts[i], &bytes, &count);
        take(&rows[i], sizeof rows[i], &bytes, &count);
        if (!knee_fleet_host_is_whole(&hosts[i]) || !knee_fleet_row_is_whole(&rows[i]))
            return;
    }
    /* The sum of all ranks' latencies comes last: a bucket, and how many items are in it. */
    uint16_t bucket;
    uint32_t items;
    memset(&latencies, 0, sizeof latencies);
    while (take(&bucket, sizeof bucket, &bytes, &count) > 0) {
        take(&items, sizeof items, &bytes, &count);
        latencies.counts[bucket % KNEE_HISTOGRAM_BUCKETS] = items;
        latencies.total += items;
    }
    (void)knee_fleet_same_hosts(before, 2, hosts, ranks, "results", NULL);
    knee_fleet_merge(&window, rows, hosts, ranks, &latencies, &taken);
    knee_columns_round(&knee_columns_samples, &window);
}
