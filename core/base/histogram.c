/* SPDX-License-Identifier: MIT */
#include "core/base/histogram.h"

#include <math.h>

void knee_histogram_clear(struct knee_histogram *histogram)
{
    for (size_t i = 0; i < KNEE_HISTOGRAM_BUCKETS; i++)
        atomic_store_explicit(&histogram->counts[i], 0, memory_order_relaxed);
}

void knee_histogram_sum_add(struct knee_histogram_sum *sum, const struct knee_histogram *histogram)
{
    for (size_t i = 0; i < KNEE_HISTOGRAM_BUCKETS; i++) {
        uint32_t count = atomic_load_explicit(&histogram->counts[i], memory_order_relaxed);
        sum->counts[i] += count;
        sum->total += count;
    }
}

double knee_histogram_value_ns(size_t index)
{
    const size_t per_octave = (size_t)1 << KNEE_HISTOGRAM_MANTISSA_BITS;
    if (index < 2 * per_octave)
        return (double)index;
    unsigned shift = (unsigned)(index >> KNEE_HISTOGRAM_MANTISSA_BITS) - 1u;
    double low =
        ldexp((double)(index - ((size_t)shift << KNEE_HISTOGRAM_MANTISSA_BITS)), (int)shift);
    return low + (ldexp(1.0, (int)shift) - 1.0) / 2.0;
}

double knee_histogram_sum_quantile_ns(const struct knee_histogram_sum *sum, double ratio)
{
    if (sum->total == 0)
        return NAN;
    double wanted = ceil(ratio * (double)sum->total);
    uint64_t rank = wanted < 1.0 ? 1 : (uint64_t)wanted;
    uint64_t seen = 0;
    size_t last = 0;
    for (size_t i = 0; i < KNEE_HISTOGRAM_BUCKETS && seen < rank; i++) {
        seen += sum->counts[i];
        last = i;
    }
    return knee_histogram_value_ns(last);
}

double knee_histogram_sum_cv(const struct knee_histogram_sum *sum)
{
    if (sum->total < 2)
        return NAN;
    double total = (double)sum->total;
    double mean = 0.0;
    for (size_t i = 0; i < KNEE_HISTOGRAM_BUCKETS; i++)
        if (sum->counts[i])
            mean += (double)sum->counts[i] / total * knee_histogram_value_ns(i);
    double variance = 0.0;
    for (size_t i = 0; i < KNEE_HISTOGRAM_BUCKETS; i++) {
        if (sum->counts[i] == 0)
            continue;
        double off = knee_histogram_value_ns(i) - mean;
        variance += (double)sum->counts[i] / total * off * off;
    }
    return mean > 0.0 ? sqrt(variance) / mean : NAN;
}
