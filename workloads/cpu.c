/* SPDX-License-Identifier: MIT */
/* Computing: a fixed amount of integer and floating-point work per item, with items of unequal
 * size and memory traffic on demand. */
#include "core/base/array.h"
#include "core/base/random.h"
#include "workloads/parts/burn.h"
#include "workloads/registry.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Item sizes are drawn once and used again and again: no logarithm in the measured path. All
 * workers use the same sizes, each in an order of its own: with sizes of its own a worker's items
 * would have a mean of their own, and every level another one. */
#define SIZES 1024u
/* One read moves a whole cache line, which is what costs memory bandwidth. */
#define LINE_WORDS 8u

enum { WORK, SPREAD, FOOTPRINT };

struct cpu_shared {
    uint64_t sizes[SIZES]; /* in rounds */
    size_t footprint_words;
    uint64_t seed;
};

struct cpu_worker {
    uint64_t value; /* the result of the last item, which the next one starts from */
    uint64_t *memory;
    uint32_t next_size;
    uint64_t rounds[SIZES];
};

static const struct knee_parameter parameters[] = {
    [WORK] = {.name = "work",
              .unit = KNEE_PARAMETER_TIME,
              .value = 1e6,
              .min = 1e3,
              .max = 6e10,
              .help = "computing per item, as the time it takes on an idle core",
              .shown = true},
    [SPREAD] = {.name = "spread",
                .unit = KNEE_PARAMETER_RATIO,
                .value = 0,
                .min = 0,
                .max = 3,
                .help = "spread of item sizes: coefficient of variation of a lognormal",
                .noun = "spread"},
    [FOOTPRINT] = {.name = "footprint",
                   .unit = KNEE_PARAMETER_SIZE,
                   .value = 0,
                   .min = 0,
                   .max = 1073741824,
                   .help = "memory of its own that each item streams through",
                   .noun = "footprint"},
};

/* Scaled to a mean of exactly `rounds`: a sample of 1024 is off by 3 % of its spread. */
static void draw_sizes(struct cpu_shared *common, uint64_t rounds, double spread_ratio)
{
    struct knee_random random = knee_random_seed(common->seed, UINT64_MAX);
    double sizes[SIZES], sum = 0.0;
    for (uint32_t i = 0; i < SIZES; i++) {
        sizes[i] = spread_ratio > 0.0 ? knee_random_lognormal(&random, 1.0, spread_ratio) : 1.0;
        sum += sizes[i];
    }
    for (uint32_t i = 0; i < SIZES; i++) {
        uint64_t size = (uint64_t)llround(sizes[i] / sum * SIZES * (double)rounds);
        common->sizes[i] = size + !size;
    }
}

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    (void)warning, (void)warning_bytes, (void)err;
    struct cpu_shared *common = shared;
    common->footprint_words = (size_t)setup->values[FOOTPRINT] / sizeof(uint64_t);
    common->seed = setup->seed;
    draw_sizes(common, knee_burn_rounds((uint64_t)setup->values[WORK], setup->rounds_per_ns),
               setup->values[SPREAD]);
    return 0;
}

static int enter(void *shared, void *worker, uint32_t index)
{
    const struct cpu_shared *common = shared;
    struct cpu_worker *own = worker;
    struct knee_random random = knee_random_seed(common->seed, index);
    own->value = index + 1u;
    uint32_t order[SIZES];
    for (uint32_t i = 0; i < SIZES; i++)
        order[i] = i;
    knee_random_shuffle(&random, order, SIZES);
    for (uint32_t i = 0; i < SIZES; i++)
        own->rounds[i] = common->sizes[order[i]];
    if (common->footprint_words == 0)
        return 0;
    own->memory = malloc(common->footprint_words * sizeof(uint64_t));
    if (!own->memory)
        return ENOMEM;
    memset(own->memory, 1, common->footprint_words * sizeof(uint64_t));
    return 0;
}

static int item(void *shared, void *worker)
{
    const struct cpu_shared *common = shared;
    struct cpu_worker *own = worker;
    uint64_t value = knee_burn(own->rounds[own->next_size], own->value);
    own->next_size = (own->next_size + 1u) % SIZES;
    for (size_t i = 0; i < common->footprint_words; i += LINE_WORDS) {
        own->memory[i] ^= value;
        value += own->memory[i];
    }
    own->value = value;
    return 0;
}

static void leave(void *shared, void *worker)
{
    (void)shared;
    free(((struct cpu_worker *)worker)->memory);
}

const struct knee_workload knee_workload_cpu = {
    .name = "cpu",
    .summary = "computing: a fixed amount of integer and floating-point work per item",
    .resource = KNEE_CLASS_CPU,
    .parameters = parameters,
    .parameters_count = KNEE_COUNT(parameters),
    .shared_bytes = sizeof(struct cpu_shared),
    .worker_bytes = sizeof(struct cpu_worker),
    .setup = setup,
    .enter = enter,
    .item = item,
    .leave = leave,
};
