/* SPDX-License-Identifier: MIT */
/* A log-linear histogram of item times, of fixed size: one increment records an item.
 *
 * Values below 128 ns have buckets of 1 ns; every octave above has 64 buckets of equal width, so a
 * bucket's middle is within 1/128 (0.8 %) of every value in it, from 100 ns to over an hour
 * (the layout of G. Tene's HdrHistogram with a 6 bit mantissa). 9.3 KiB. */
#ifndef KNEE_CORE_BASE_HISTOGRAM_H
#define KNEE_CORE_BASE_HISTOGRAM_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_HISTOGRAM_MANTISSA_BITS 6u
#define KNEE_HISTOGRAM_TOP_BITS                                                                    \
    42u /* 2^42 ns is 73 minutes; longer items fall into the last bucket */
#define KNEE_HISTOGRAM_BUCKETS                                                                     \
    ((KNEE_HISTOGRAM_TOP_BITS - KNEE_HISTOGRAM_MANTISSA_BITS + 1u) << KNEE_HISTOGRAM_MANTISSA_BITS)

/* One writer; others may read meanwhile. 32 bits last for a minute and a half of empty items that
 * all fall into one bucket. */
struct knee_histogram {
    _Atomic uint32_t counts[KNEE_HISTOGRAM_BUCKETS];
};

static inline size_t knee_histogram_index(uint64_t value_ns)
{
    const uint64_t top = (UINT64_C(1) << KNEE_HISTOGRAM_TOP_BITS) - 1;
    uint64_t value = value_ns < top ? value_ns : top;
    /* Setting the mantissa's own bit makes the shift 0 for all values that have 1 ns buckets. */
    uint64_t with_bit = value | (UINT64_C(1) << KNEE_HISTOGRAM_MANTISSA_BITS);
    unsigned shift = 63u - KNEE_HISTOGRAM_MANTISSA_BITS - (unsigned)__builtin_clzll(with_bit);
    return ((size_t)shift << KNEE_HISTOGRAM_MANTISSA_BITS) + (size_t)(value >> shift);
}

static inline void knee_histogram_record(struct knee_histogram *histogram, uint64_t value_ns)
{
    _Atomic uint32_t *count = &histogram->counts[knee_histogram_index(value_ns)];
    /* One writer: a plain increment that readers may see, not a locked one. */
    atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + 1u,
                          memory_order_relaxed);
}

/* The sum of several writers' histograms. */
struct knee_histogram_sum {
    uint64_t total;
    uint64_t counts[KNEE_HISTOGRAM_BUCKETS];
};

void knee_histogram_clear(struct knee_histogram *histogram);
void knee_histogram_sum_add(struct knee_histogram_sum *sum, const struct knee_histogram *histogram);

/* The middle of the bucket, ns. */
double knee_histogram_value_ns(size_t index);

/* The value below or at which `ratio` (0 to 1) of the items lie, by nearest rank; 1 is the largest.
 * NAN if there are none. */
double knee_histogram_sum_quantile_ns(const struct knee_histogram_sum *sum, double ratio);

/* Standard deviation over mean (population form); NAN below two items. */
double knee_histogram_sum_cv(const struct knee_histogram_sum *sum);

#endif
