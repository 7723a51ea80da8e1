/* SPDX-License-Identifier: MIT */
#include "workloads/target/request_tally.h"

#include "core/text/builder.h"
#include "core/text/human.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 4
#define LEVELS_SHOWN_MAX 4

struct knee_request_tally *knee_request_tally_make(uint32_t count)
{
    const size_t bytes = (count + !count) * sizeof(struct knee_request_tally);
    void *made = aligned_alloc(alignof(struct knee_request_tally), bytes);
    if (made)
        memset(made, 0, bytes);
    return made;
}

/* It has one writer. */
static void add(_Atomic uint64_t *counter, uint64_t amount)
{
    uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, before + amount, memory_order_relaxed);
}

void knee_request_tally_answer(struct knee_request_tally *tally, uint64_t first_byte_ns)
{
    add(&tally->first_byte_ns, first_byte_ns);
    add(&tally->first_bytes, 1);
}

void knee_request_tally_connect(struct knee_request_tally *tally, uint64_t connect_ns)
{
    add(&tally->connect_ns, connect_ns);
    add(&tally->connects, 1);
}

void knee_request_tally_fail(struct knee_request_tally *tally, enum knee_failure kind)
{
    add(&tally->failed[kind], 1);
}

static double get(const _Atomic uint64_t *counter)
{
    return (double)atomic_load_explicit(counter, memory_order_relaxed);
}

void knee_request_tally_probe(const struct knee_request_tally *tallies, uint32_t count,
                              struct knee_workload_probe *probe)
{
    probe->requests = true;
    for (uint32_t i = 0; i < count; i++) {
        probe->first_byte_s += 1e-9 * get(&tallies[i].first_byte_ns);
        probe->first_bytes += get(&tallies[i].first_bytes);
        probe->connect_s += 1e-9 * get(&tallies[i].connect_ns);
        probe->connects += get(&tallies[i].connects);
        for (int kind = 0; kind < KNEE_FAILURES; kind++)
            probe->failed[kind] += get(&tallies[i].failed[kind]);
    }
}

void knee_request_failures_init(struct knee_request_failures *failures)
{
    *failures = (struct knee_request_failures){.retry_after_s = -1};
    pthread_mutex_init(&failures->lock, NULL);
}

void knee_request_failures_note(struct knee_request_failures *failures, const char *what)
{
    size_t i = 0;
    pthread_mutex_lock(&failures->lock);
    while (i < failures->count &&
           strncmp(failures->at[i].what, what, sizeof failures->at[i].what - 1) != 0)
        i++;
    if (i < failures->count) {
        failures->at[i].count++;
    } else if (i < KNEE_REQUEST_FAILURES_MAX) {
        snprintf(failures->at[i].what, sizeof failures->at[i].what, "%s", what);
        failures->at[i].count = 1;
        failures->count++;
    } else {
        failures->others++;
    }
    pthread_mutex_unlock(&failures->lock);
}

void knee_request_failures_edge(struct knee_request_failures *failures)
{
    pthread_mutex_lock(&failures->lock);
    for (size_t i = 0; i < failures->count; i++) {
        struct knee_request_failure *failure = &failures->at[i];
        failure->in_window = failure->count - failure->at_edge;
        failure->at_edge = failure->count;
    }
    pthread_mutex_unlock(&failures->lock);
}

static void add_at_level(struct knee_request_failure *failure, uint32_t level)
{
    size_t i = 0;
    while (i < failure->levels_count && failure->levels[i].level < level)
        i++;
    if (i == failure->levels_count || failure->levels[i].level != level) {
        if (failure->levels_count == KNEE_REQUEST_FAILURES_LEVELS_MAX)
            return;
        memmove(&failure->levels[i + 1], &failure->levels[i],
                (failure->levels_count - i) * sizeof failure->levels[0]);
        failure->levels[i].level = level;
        failure->levels[i].count = 0;
        failure->levels_count++;
    }
    failure->levels[i].count += failure->in_window;
}

void knee_request_failures_level(struct knee_request_failures *failures, uint32_t level)
{
    pthread_mutex_lock(&failures->lock);
    for (size_t i = 0; i < failures->count; i++) {
        if (failures->at[i].in_window > 0)
            add_at_level(&failures->at[i], level);
        failures->at[i].in_window = 0;
    }
    pthread_mutex_unlock(&failures->lock);
}

void knee_request_failures_retry(struct knee_request_failures *failures, double after_s)
{
    pthread_mutex_lock(&failures->lock);
    if (after_s > failures->retry_after_s)
        failures->retry_after_s = after_s;
    pthread_mutex_unlock(&failures->lock);
}

static void add_count(struct knee_builder *out, const char *what, uint64_t count)
{
    char text[KNEE_HUMAN_BYTES];
    if (count == 0)
        return;
    knee_builder_separate(out, ", ");
    if (count == 1)
        knee_builder_add(out, "%s once", what);
    else
        knee_builder_add(out, "%s %s times", what, knee_human_count(text, (double)count));
}

/* " (at 8)", " (at 8: 2, 16: 40)", " (at 9 levels from 2 to 64)" */
static void add_levels(struct knee_builder *out, const struct knee_request_failure *failure)
{
    char text[KNEE_HUMAN_BYTES];
    const size_t count = failure->levels_count;
    if (count == 0)
        return;
    if (count == 1)
        knee_builder_add(out, " (at %u", failure->levels[0].level);
    for (size_t i = 0; i < count && count > 1 && count <= LEVELS_SHOWN_MAX; i++)
        knee_builder_add(out, "%s%u: %s", i > 0 ? ", " : " (at ", failure->levels[i].level,
                         knee_human_count(text, (double)failure->levels[i].count));
    if (count > LEVELS_SHOWN_MAX)
        knee_builder_add(out, " (at %zu levels from %u to %u", count, failure->levels[0].level,
                         failure->levels[count - 1].level);
    knee_builder_add(out, ")");
}

void knee_request_failures_text(struct knee_request_failures *failures, char *text,
                                size_t text_bytes)
{
    struct knee_builder out;
    uint64_t others = 0;
    knee_builder_over(&out, text, text_bytes);
    pthread_mutex_lock(&failures->lock);
    for (size_t i = 0; i < failures->count; i++) {
        if (i >= SHOWN_MAX) {
            others += failures->at[i].count;
            continue;
        }
        add_count(&out, failures->at[i].what, failures->at[i].count);
        add_levels(&out, &failures->at[i]);
    }
    add_count(&out, "otherwise", others + failures->others);
    pthread_mutex_unlock(&failures->lock);
}
