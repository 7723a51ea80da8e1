/* SPDX-License-Identifier: MIT */
/* A digest keeps every item, bounds its quantiles closely in the tail, and survives as text. */
#include "core/base/histogram_digest.h"
#include "core/base/random.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdlib.h>

static struct knee_histogram histogram;
static struct knee_histogram_sum sum;

/* Exponential item times with a mean of 10 ms. */
static void draw_items(size_t count, uint64_t seed)
{
    struct knee_random random = knee_random_seed(seed, 0);
    knee_histogram_clear(&histogram);
    sum = (struct knee_histogram_sum){.total = 0};
    for (size_t i = 0; i < count; i++)
        knee_histogram_record(&histogram, (uint64_t)(-1e7 * log1p(-knee_random_uniform(&random))));
    knee_histogram_sum_add(&sum, &histogram);
}

/* The cell that holds the item of rank ceil(ratio * items). */
static size_t cell_of(const struct knee_histogram_digest *digest, double ratio)
{
    double rank = ceil(ratio * (double)knee_histogram_digest_items(digest)), seen = 0;
    size_t cell = 0;
    while ((seen += digest->items[cell]) < rank)
        cell++;
    return cell;
}

static void no_item_is_lost_and_the_tail_stays_sharp(void **state)
{
    (void)state;
    static const struct {
        size_t items;
        double ratio, width; /* of the cell, against its value */
    } cases[] = {{20, .99, .25},     {1000, .50, .15},   {1000, .95, .06},  {1000, .99, .06},
                 {100000, .50, .15}, {100000, .95, .10}, {100000, .99, .08}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_histogram_digest digest;
        draw_items(cases[i].items, 7);
        knee_histogram_digest_make(&digest, &sum);
        assert_int_equal(knee_histogram_digest_items(&digest), cases[i].items);
        size_t cell = cell_of(&digest, cases[i].ratio);
        double low = knee_histogram_digest_low_s(&digest, cell);
        double high = knee_histogram_digest_high_s(&digest, cell);
        double value = 1e-9 * knee_histogram_sum_quantile_ns(&sum, cases[i].ratio);
        if (!(low <= value && value <= high && high / low - 1 <= cases[i].width))
            fail_msg("case %zu: %g in %g..%g", i, value, low, high);
    }
}

static void text_reads_back_as_it_was(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 30, 100000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct knee_histogram_digest digest, read;
        char text[KNEE_HISTOGRAM_DIGEST_BYTES];
        draw_items(counts[i], 3);
        knee_histogram_digest_make(&digest, &sum);
        knee_histogram_digest_text(&digest, text, sizeof text);
        assert_int_equal(knee_histogram_digest_parse(&read, text), 0);
        assert_int_equal(read.count, digest.count);
        assert_int_equal(read.first, digest.first);
        for (size_t c = 0; c < read.count; c++)
            assert_true(read.last[c] == digest.last[c] && read.items[c] == digest.items[c]);
        unsigned char bytes[KNEE_HISTOGRAM_DIGEST_PACKED_BYTES];
        assert_in_range(knee_histogram_digest_pack(&digest, bytes), 0, sizeof bytes);
        knee_histogram_digest_unpack(&read, bytes);
        assert_memory_equal(&read, &digest, sizeof read);
    }
}

static void what_is_not_a_digest_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"x",         "1",           "1+",        "1+2",
                                        "1+2:",      "1+2:3+",      "1:2",       "1+2:-3",
                                        "1+0:1+0:1", "9999999+0:1", "1+99999:1", "1+2:99999999999",
                                        "1+2:3 "};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct knee_histogram_digest digest = {.count = 7};
        if (knee_histogram_digest_parse(&digest, texts[i]) != -1 || digest.count != 7)
            fail_msg("\"%s\" was read", texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_item_is_lost_and_the_tail_stays_sharp),
        cmocka_unit_test(text_reads_back_as_it_was),
        cmocka_unit_test(what_is_not_a_digest_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
