/* SPDX-License-Identifier: MIT */
/* `knee compare`: two journals, a NUL byte between them, as far as their verdict. */
#include "tests/support/fuzz_targets.h"

#include "tuner/compare/stored.h"
#include "tuner/search/search.h"
#include "tuner/search/strategies.h"
#include "tuner/store/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_rows(struct knee_journal_rows *rows, const uint8_t *bytes, size_t count)
{
    struct knee_err err;
    FILE *in = fmemopen((void *)bytes, count, "r");
    if (!in)
        abort();
    int failed = knee_journal_read_from(rows, in, "samples.csv", false, &err);
    fclose(in);
    return failed;
}

/* What the windows of one workload tell: all levels there are were candidates. */
static int side_of(struct knee_stored_side *side, const struct knee_journal_part *part)
{
    static struct knee_points points;
    struct knee_candidate candidates[] = {{.level = 1}, {.level = 64}};
    struct knee_decision decision;
    struct knee_err err;
    const struct knee_search_params params = {.candidates = candidates,
                                              .candidates_count = 2,
                                              .cpus = 4,
                                              .tolerance_ratio = .02,
                                              .confidence_ratio = .95,
                                              .seed = 1,
                                              .rule_of_thumb = 4,
                                              .strategy = &knee_strategy_grid};
    const struct knee_search_record record = {.windows = part->windows, .count = part->count};
    if (knee_points_fit(&points, part->windows, part->count, &err) ||
        knee_search_decide(&params, &record, &decision, &err))
        return -1;
    knee_stored_side_of(side, &points, &decision);
    return 0;
}

static void compare_parts(const struct knee_journal_part *base,
                          const struct knee_journal_part *fresh)
{
    static struct knee_stored_side sides[2];
    static struct knee_compare compare;
    const struct knee_stored_params params = {.min_effect = KNEE_COMPARE_MIN_EFFECT,
                                              .machine_sigma = KNEE_STORED_MACHINE_SIGMA};
    struct knee_err err;
    if (base->count == 0 || fresh->count == 0 || side_of(&sides[0], base) ||
        side_of(&sides[1], fresh))
        return;
    if (knee_stored_judge(&compare, &sides[0], &sides[1], &params, &err))
        abort();
    (void)knee_stored_knee_moved(&sides[0], &sides[1], KNEE_COMPARE_MIN_EFFECT);
}

void fuzz_compare(const uint8_t *bytes, size_t count)
{
    struct knee_journal_rows base, fresh;
    const uint8_t *end = count > 0 ? memchr(bytes, '\0', count) : NULL;
    size_t first = end ? (size_t)(end - bytes) : count, rest = end ? count - first - 1 : count;
    if (read_rows(&base, bytes, first))
        return;
    if (read_rows(&fresh, end ? end + 1 : bytes, rest) == 0) {
        for (size_t i = 0; i < base.count; i++) {
            const struct knee_journal_part *other =
                knee_journal_rows_find(&fresh, base.parts[i].workload);
            if (other)
                compare_parts(&base.parts[i], other);
        }
        knee_journal_rows_release(&fresh);
    }
    knee_journal_rows_release(&base);
}
