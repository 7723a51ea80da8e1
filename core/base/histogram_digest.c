/* SPDX-License-Identifier: MIT */
#include "core/base/histogram_digest.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S_PER_NS 1e-9

/* The smallest value of a bucket, ns. */
static double bucket_start_ns(size_t bucket)
{
    const size_t per_octave = (size_t)1 << KNEE_HISTOGRAM_MANTISSA_BITS;
    if (bucket < 2 * per_octave)
        return (double)bucket;
    unsigned shift = (unsigned)(bucket >> KNEE_HISTOGRAM_MANTISSA_BITS) - 1u;
    return ldexp((double)(bucket - ((size_t)shift << KNEE_HISTOGRAM_MANTISSA_BITS)), (int)shift);
}

/* The cells while they are still too many. */
struct cells {
    uint16_t last[KNEE_HISTOGRAM_BUCKETS];
    uint64_t items[KNEE_HISTOGRAM_BUCKETS];
    size_t count;
};

/* What merging cells i and i + 1 loses: the share of the items whose value becomes less certain,
 * against the share that lies above them, times the width that they are then spread over. */
static double merge_cost(const struct cells *cells, size_t i, size_t first, double above)
{
    size_t from = i > 0 ? cells->last[i - 1] : first;
    double items = (double)(cells->items[i] + cells->items[i + 1]);
    return items * (cells->last[i + 1] - (double)from) / (above + 1);
}

static size_t cheapest_merge(const struct cells *cells, size_t first)
{
    double above = 0, least = INFINITY;
    size_t found = 0;
    for (size_t i = cells->count - 1; i > 0; i--) {
        double cost = merge_cost(cells, i - 1, first, above);
        above += (double)cells->items[i];
        if (cost < least) {
            least = cost;
            found = i - 1;
        }
    }
    return found;
}

static void merge_cells(struct cells *cells, size_t at)
{
    size_t rest = cells->count - at - 1;
    cells->items[at + 1] += cells->items[at];
    memmove(cells->last + at, cells->last + at + 1, rest * sizeof cells->last[0]);
    memmove(cells->items + at, cells->items + at + 1, rest * sizeof cells->items[0]);
    cells->count--;
}

void knee_histogram_digest_make(struct knee_histogram_digest *digest,
                                const struct knee_histogram_sum *sum)
{
    struct cells cells = {.count = 0};
    *digest = (struct knee_histogram_digest){.count = 0};
    for (size_t i = 0; i < KNEE_HISTOGRAM_BUCKETS; i++)
        if (sum->counts[i] > 0) {
            cells.last[cells.count] = (uint16_t)i;
            cells.items[cells.count++] = sum->counts[i];
        }
    if (cells.count == 0)
        return;
    digest->first = cells.last[0];
    while (cells.count > KNEE_HISTOGRAM_DIGEST_CELLS)
        merge_cells(&cells, cheapest_merge(&cells, digest->first));
    digest->count = (uint16_t)cells.count;
    for (size_t i = 0; i < cells.count; i++) {
        digest->last[i] = cells.last[i];
        digest->items[i] = cells.items[i] < UINT32_MAX ? (uint32_t)cells.items[i] : UINT32_MAX;
    }
}

uint64_t knee_histogram_digest_items(const struct knee_histogram_digest *digest)
{
    uint64_t items = 0;
    for (size_t i = 0; i < digest->count; i++)
        items += digest->items[i];
    return items;
}

double knee_histogram_digest_low_s(const struct knee_histogram_digest *digest, size_t cell)
{
    size_t bucket = cell > 0 ? digest->last[cell - 1] + 1u : digest->first;
    return S_PER_NS * bucket_start_ns(bucket);
}

double knee_histogram_digest_high_s(const struct knee_histogram_digest *digest, size_t cell)
{
    return S_PER_NS * bucket_start_ns(digest->last[cell] + 1u);
}

const char *knee_histogram_digest_text(const struct knee_histogram_digest *digest, char *text,
                                       size_t text_bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < digest->count && used < text_bytes; i++) {
        unsigned step = i > 0 ? digest->last[i] - (unsigned)digest->last[i - 1]
                              : digest->last[0] - (unsigned)digest->first;
        if (i == 0)
            used += (size_t)snprintf(text, text_bytes, "%u", (unsigned)digest->first);
        if (used < text_bytes)
            used += (size_t)snprintf(text + used, text_bytes - used, "+%u:%" PRIu32, step,
                                     digest->items[i]);
    }
    return text;
}

/* A whole number at `*at`, which then is past it. */
static bool take_number(const char **at, unsigned long most, unsigned long *number)
{
    char *end;
    if (**at < '0' || **at > '9')
        return false;
    *number = strtoul(*at, &end, 10);
    *at = end;
    return *number <= most;
}

int knee_histogram_digest_parse(struct knee_histogram_digest *digest, const char *text)
{
    struct knee_histogram_digest parsed = {.count = 0};
    const unsigned long top = KNEE_HISTOGRAM_BUCKETS - 1;
    const char *at = text;
    unsigned long bucket, step, items;
    if (!*text) {
        *digest = parsed;
        return 0;
    }
    if (!take_number(&at, top, &bucket))
        return -1;
    parsed.first = (uint16_t)bucket;
    while (*at == '+') {
        at++;
        if (parsed.count == KNEE_HISTOGRAM_DIGEST_CELLS || !take_number(&at, top, &step) ||
            *at++ != ':' || !take_number(&at, UINT32_MAX, &items))
            return -1;
        bucket += step;
        if (bucket > top || (step == 0 && parsed.count > 0))
            return -1;
        parsed.last[parsed.count] = (uint16_t)bucket;
        parsed.items[parsed.count++] = (uint32_t)items;
    }
    if (*at || parsed.count == 0)
        return -1;
    *digest = parsed;
    return 0;
}

/* Seven bits a byte, the lowest first; the last byte is below 128. Buckets take two, items up to
 * five. */
static unsigned char *put_number(unsigned char *at, uint32_t number)
{
    for (; number > 127; number >>= 7)
        *at++ = (unsigned char)(number | 128);
    *at++ = (unsigned char)number;
    return at;
}

static uint32_t get_number(const unsigned char **at)
{
    uint32_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = *(*at)++;
        number |= (uint32_t)(byte & 127) << shift;
        if (byte < 128)
            return number;
    }
}

size_t knee_histogram_digest_pack(const struct knee_histogram_digest *digest, unsigned char *bytes)
{
    unsigned char *at = bytes;
    uint32_t before = digest->first;
    if (digest->count == 0)
        return 0;
    at = put_number(put_number(at, digest->count), digest->first);
    for (size_t i = 0; i < digest->count; before = digest->last[i++])
        at = put_number(put_number(at, digest->last[i] - before), digest->items[i]);
    return (size_t)(at - bytes);
}

void knee_histogram_digest_unpack(struct knee_histogram_digest *digest, const unsigned char *bytes)
{
    *digest = (struct knee_histogram_digest){.count = (uint16_t)get_number(&bytes)};
    uint32_t bucket = digest->first = (uint16_t)get_number(&bytes);
    for (size_t i = 0; i < digest->count; i++) {
        digest->last[i] = (uint16_t)(bucket += get_number(&bytes));
        digest->items[i] = get_number(&bytes);
    }
}
