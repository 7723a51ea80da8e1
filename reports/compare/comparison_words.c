/* SPDX-License-Identifier: MIT */
#include "reports/compare/comparison_words.h"

#include "core/text/builder.h"
#include "core/text/human.h"

#include <math.h>
#include <stdio.h>

#define FULL_SPEED "full speed (each at its own limit)"

static const char *const SIDES[] = {"base", "new"};

const char *knee_comparison_words_verdict(enum knee_compare_verdict verdict)
{
    static const char *const words[] = {
        [KNEE_COMPARE_FASTER] = "faster",
        [KNEE_COMPARE_SAME] = "the same",
        [KNEE_COMPARE_NOT_COMPARABLE] = "not comparable",
        [KNEE_COMPARE_NOT_ENOUGH_EVIDENCE] = "not enough evidence",
        [KNEE_COMPARE_SLOWER] = "slower",
    };
    return words[verdict];
}

/* A ratio as a change: "-8.1 %". */
static void add_change(struct knee_builder *builder, double ratio)
{
    knee_builder_add(builder, "%+.1f %%", 100 * (ratio - 1));
}

/* The level that moved the most in this direction; NULL: none is claimed. */
static const struct knee_compare_level *moved_most(const struct knee_compare *compare,
                                                   int direction)
{
    const struct knee_compare_level *most = NULL;
    for (size_t i = 0; i < compare->levels_count; i++) {
        const struct knee_compare_level *level = &compare->levels[i];
        if (level->moved == direction &&
            (!most || fabs(log(level->throughput.ratio)) > fabs(log(most->throughput.ratio))))
            most = level;
    }
    return most;
}

static void add_ratio(struct knee_builder *builder, const struct knee_compare_ratio *ratio)
{
    add_change(builder, ratio->ratio);
    if (!isfinite(ratio->low)) {
        knee_builder_add(builder, ", but of too few windows to tell");
        return;
    }
    knee_builder_add(builder, " (");
    add_change(builder, ratio->low);
    knee_builder_add(builder, " to ");
    add_change(builder, ratio->high);
    knee_builder_add(builder, ")");
}

const struct knee_compare_ratio *
knee_comparison_words_main(const struct knee_comparison *comparison, char *what)
{
    const struct knee_compare *compare = &comparison->compare;
    int direction = comparison->verdict == KNEE_COMPARE_SLOWER   ? -1
                    : comparison->verdict == KNEE_COMPARE_FASTER ? 1
                                                                 : 0;
    const struct knee_compare_level *level = moved_most(compare, direction);
    bool whole = !direction || compare->moved == direction;
    if (whole && isfinite(compare->throughput.ratio)) {
        snprintf(what, KNEE_COMPARISON_WORDS_BYTES,
                 compare->of_full_speed ? FULL_SPEED : "throughput of all levels together");
        return &compare->throughput;
    }
    if (direction && compare->full_speed_moved == direction) {
        snprintf(what, KNEE_COMPARISON_WORDS_BYTES, FULL_SPEED);
        return &compare->full_speed;
    }
    if (!direction || !level)
        return NULL;
    snprintf(what, KNEE_COMPARISON_WORDS_BYTES, "at level %u", level->level);
    return &level->throughput;
}

const char *knee_comparison_words_answer(const struct knee_comparison *comparison, char *text)
{
    char what[KNEE_COMPARISON_WORDS_BYTES];
    struct knee_builder builder;
    knee_builder_over(&builder, text, KNEE_COMPARISON_WORDS_BYTES);
    knee_builder_add(&builder, "%s", knee_comparison_words_verdict(comparison->verdict));
    const struct knee_compare_ratio *ratio = knee_comparison_words_main(comparison, what);
    if (ratio) {
        knee_builder_add(&builder, ": %s ", what);
        add_ratio(&builder, ratio);
    }
    return text;
}

static void add_sizes(struct knee_builder *builder, const struct knee_comparison_fact *fact)
{
    char base[KNEE_HUMAN_BYTES], fresh[KNEE_HUMAN_BYTES];
    knee_builder_add(builder, "memory at %.0f at once: %s, it was %s", fact->values[2],
                     knee_human_size(fresh, fact->values[1]),
                     knee_human_size(base, fact->values[0]));
}

static void add_span(struct knee_builder *builder, const struct knee_comparison_fact *fact)
{
    knee_builder_add(builder,
                     "a machine's own speed differs by some %.0f %% from run to run, so two stored "
                     "results cannot tell a smaller change; measure both in one run: knee compare "
                     "--base ... --new ...",
                     100 * fact->values[0]);
}

/* What makes throughput incomparable. */
static void add_difference(struct knee_builder *builder, const struct knee_comparison_fact *fact)
{
    static const char *const heads[] = {
        [KNEE_COMPARISON_CPU_MODEL] = "another CPU: ",
        [KNEE_COMPARISON_PARAMETERS] = "other parameters: ",
        [KNEE_COMPARISON_COMMAND] = "another command: ",
    };
    if (fact->kind == KNEE_COMPARISON_CPUS)
        knee_builder_add(builder, "%.0f CPUs, it was %.0f", fact->values[1], fact->values[0]);
    else if (fact->kind == KNEE_COMPARISON_VERSION)
        knee_builder_add(builder, "measured by knee %s, base by knee %s", fact->fresh, fact->base);
    else
        knee_builder_add(builder, "%s%s, it was %s", heads[fact->kind], fact->fresh, fact->base);
}

/* How well a side was measured. */
static void add_side(struct knee_builder *builder, const struct knee_comparison_fact *fact)
{
    const double *values = fact->values;
    char went[KNEE_HUMAN_BYTES], budget[KNEE_HUMAN_BYTES];
    knee_builder_add(builder, "%s ", SIDES[values[0] == 1]);
    if (fact->kind == KNEE_COMPARISON_DISTURBED)
        knee_builder_add(builder, "was disturbed by other processes: its windows that could be "
                                  "used are compared");
    else if (fact->kind == KNEE_COMPARISON_UNRESOLVED)
        knee_builder_add(builder, "is unresolved: its knee is a range");
    else if (fact->kind == KNEE_COMPARISON_CUT_RANGE)
        knee_builder_add(builder,
                         "was measured up to %.0f only, and %s's limit is %.0f: full speed is not "
                         "compared; sweep both up to the same level",
                         values[1], SIDES[values[0] != 1], values[2]);
    else
        knee_builder_add(builder,
                         "ended after %s of a budget of %s (interrupted?): compared as far as its "
                         "windows go",
                         knee_human_duration(went, values[1]),
                         knee_human_duration(budget, values[2]));
}

/* What has changed beyond speed. */
static void add_cost(struct knee_builder *builder, const struct knee_comparison_fact *fact)
{
    const double *values = fact->values;
    char percent[KNEE_HUMAN_BYTES], other[KNEE_HUMAN_BYTES];
    if (fact->kind == KNEE_COMPARISON_MEMORY)
        add_sizes(builder, fact);
    else if (fact->kind == KNEE_COMPARISON_FAILURES)
        knee_builder_add(builder, "failures at %.0f at once: %s, it was %s", values[2],
                         knee_human_tenths(percent, values[1]),
                         knee_human_tenths(other, values[0]));
    else
        knee_builder_add(builder, "the limit moved from %.0f to %.0f", values[0], values[1]);
}

const char *knee_comparison_words_fact(const struct knee_comparison_fact *fact, char *text)
{
    struct knee_builder builder;
    knee_builder_over(&builder, text, KNEE_COMPARISON_WORDS_BYTES);
    switch (fact->kind) {
    case KNEE_COMPARISON_CPU_MODEL:
    case KNEE_COMPARISON_CPUS:
    case KNEE_COMPARISON_PARAMETERS:
    case KNEE_COMPARISON_VERSION:
    case KNEE_COMPARISON_COMMAND:
        add_difference(&builder, fact);
        break;
    case KNEE_COMPARISON_DISTURBED:
    case KNEE_COMPARISON_UNRESOLVED:
    case KNEE_COMPARISON_CUT_SHORT:
    case KNEE_COMPARISON_CUT_RANGE:
        add_side(&builder, fact);
        break;
    case KNEE_COMPARISON_LIMIT_ROSE:
    case KNEE_COMPARISON_LIMIT_FELL:
    case KNEE_COMPARISON_MEMORY:
    case KNEE_COMPARISON_FAILURES:
        add_cost(&builder, fact);
        break;
    case KNEE_COMPARISON_SHAPE:
        knee_builder_add(&builder, "relative to 1 at once, %.0f at once changed by %+.1f %%",
                         fact->values[0], 100 * (fact->values[1] - 1));
        break;
    case KNEE_COMPARISON_FEW_WINDOWS:
        knee_builder_add(&builder, "too few windows to tell: let both sweeps take longer "
                                   "(--budget, --resume)");
        break;
    case KNEE_COMPARISON_MACHINE_SPAN:
        add_span(&builder, fact);
        break;
    case KNEE_COMPARISON_BUSY:
        knee_builder_add(&builder,
                         "other processes took %.1f CPUs meanwhile: a quieter machine "
                         "tells more in less time",
                         fact->values[0]);
        break;
    case KNEE_COMPARISON_MORE_TIME:
        knee_builder_add(&builder, "the budget ended before the verdict was clear; give it more "
                                   "with --budget");
        break;
    }
    return text;
}
