/* SPDX-License-Identifier: MIT */
/* A histogram that is small enough to keep with every window: cells of neighbouring buckets, fine
 * in the upper tail, which holds the quantiles that are asked for, and coarse elsewhere. Several
 * digests together bound the quantiles of all their items. A plain value. */
#ifndef KNEE_CORE_BASE_HISTOGRAM_DIGEST_H
#define KNEE_CORE_BASE_HISTOGRAM_DIGEST_H

#include "core/base/histogram.h"

#include <stddef.h>
#include <stdint.h>

#define KNEE_HISTOGRAM_DIGEST_CELLS 64

/* Cell i holds the items above bucket last[i - 1] up to and including bucket last[i]. */
struct knee_histogram_digest {
    uint16_t count;                             /* of cells; 0: nothing is known */
    uint16_t first;                             /* the lowest bucket with an item */
    uint16_t last[KNEE_HISTOGRAM_DIGEST_CELLS]; /* ascending */
    uint32_t items[KNEE_HISTOGRAM_DIGEST_CELLS];
};

void knee_histogram_digest_make(struct knee_histogram_digest *digest,
                                const struct knee_histogram_sum *sum);

uint64_t knee_histogram_digest_items(const struct knee_histogram_digest *digest);

/* The edges of cell `cell`, s: every item in it takes longer than or as long as the lower one, and
 * no longer than the upper one. */
double knee_histogram_digest_low_s(const struct knee_histogram_digest *digest, size_t cell);
double knee_histogram_digest_high_s(const struct knee_histogram_digest *digest, size_t cell);

/* "1830+0:12+3:45": the lowest bucket; then for each cell its distance and its items; "" if
 * nothing is known. KNEE_HISTOGRAM_DIGEST_BYTES hold any. */
#define KNEE_HISTOGRAM_DIGEST_BYTES 1152
const char *knee_histogram_digest_text(const struct knee_histogram_digest *digest, char *text,
                                       size_t text_bytes);
/* 0, or -1 if `text` is not such a text. */
int knee_histogram_digest_parse(struct knee_histogram_digest *digest, const char *text);

/* In few bytes; how many, 0 if nothing is known. `bytes` holds KNEE_HISTOGRAM_DIGEST_PACKED_BYTES.
 */
#define KNEE_HISTOGRAM_DIGEST_PACKED_BYTES (3 + KNEE_HISTOGRAM_DIGEST_CELLS * (2 + 5))
size_t knee_histogram_digest_pack(const struct knee_histogram_digest *digest, unsigned char *bytes);
/* Of bytes that came from there. */
void knee_histogram_digest_unpack(struct knee_histogram_digest *digest, const unsigned char *bytes);

#endif
