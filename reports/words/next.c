/* SPDX-License-Identifier: MIT */
#include "reports/words/next.h"

#include "core/base/array.h"
#include "core/engine/engine.h"
#include "core/text/builder.h"
#include "reports/words/explain.h"

#include <math.h>
#include <string.h>

/* How far to look beyond a level at which throughput still grew. */
#define RISING_FACTOR 4

/* What differs between a sentence and a clause. */
struct form {
    const char *use, *keep, *about, *allow, *see, *sweep, *stop;
};
static const struct form sentence = {.use = "Use",
                                     .keep = "Keep",
                                     .about = "About",
                                     .allow = "Allow",
                                     .see = "See",
                                     .sweep = "Sweep",
                                     .stop = "."};
static const struct form clause = {.use = "use",
                                   .keep = "keep",
                                   .about = "about",
                                   .allow = "allow",
                                   .see = "see",
                                   .sweep = "sweep",
                                   .stop = ""};

static void advise_rising(struct knee_builder *advice, const struct knee_workload_result *workload,
                          const struct form *form)
{
    const struct knee_way_on *way_on = &workload->way_on;
    uint32_t max = workload->decision.why.level_max, use = workload->decision.limit;
    uint32_t more =
        max < KNEE_ENGINE_LEVEL_MAX / RISING_FACTOR ? RISING_FACTOR * max : KNEE_ENGINE_LEVEL_MAX;
    knee_builder_add(advice, "%s %u", form->use, use);
    static const char *const OF_DATABASE[][2] = {{"max_connections", "max_connections"},
                                                 {"CONNECTION LIMIT", "that CONNECTION LIMIT"}};
    const char *by = NULL;
    for (size_t i = 0; i < KNEE_COUNT(OF_DATABASE); i++)
        if (strncmp(way_on->max_by, OF_DATABASE[i][0], strlen(OF_DATABASE[i][0])) == 0)
            by = OF_DATABASE[i][1];
    if (by)
        knee_builder_add(advice, ", or raise %s and see how far it goes", by);
    else if (max < KNEE_ENGINE_LEVEL_MAX)
        knee_builder_add(advice, ", or see how far it goes: the same sweep with --%s%u%s",
                         way_on->fixed_levels ? "levels 1-" : "max-level ", more,
                         way_on->fixed_levels ? ":x2" : "");
    knee_builder_add(advice, "%s", form->stop);
}

static void add_for_now(struct knee_builder *advice, const struct knee_workload_result *workload,
                        const struct form *form)
{
    if (knee_workload_result_keeps(workload))
        knee_builder_add(advice, "%s %u for now; ", form->keep, workload->current);
    else
        knee_builder_add(advice, "%s the limit %u for now; ", form->use,
                         knee_workload_result_use(workload));
}

/* What would take most of a longer budget, too; NULL: nothing, or no option helps. */
static const struct knee_fact *hang_of(const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->warnings.count; i++)
        if (workload->warnings.at[i].kind == KNEE_FACT_HANG &&
            (workload->service || workload->command))
            return &workload->warnings.at[i];
    return NULL;
}

static void advise_unresolved(struct knee_builder *advice, struct knee_builder *command,
                              const struct knee_workload_result *workload, const struct form *form)
{
    const struct knee_decision *decision = &workload->decision;
    const struct knee_way_on *way_on = &workload->way_on;
    const struct knee_fact *hang = hang_of(workload);
    if (hang) {
        knee_builder_add(advice,
                         "%s again with --timeout %.0fs: what takes longer then fails, and the "
                         "other limits are tried%s",
                         form->sweep, hang->values[2], form->stop);
    } else if (way_on->more_s > 0) {
        knee_builder_add(advice, "%s %.0f s more would tell:", form->about,
                         fmax(1, ceil(way_on->more_s)));
        knee_builder_add(command, "knee sweep --resume %s --budget %.0fs",
                         way_on->dir ? way_on->dir : "DIR", way_on->budget_s);
    } else if (decision->why.kind == KNEE_DECISION_SINGLE) {
        add_for_now(advice, workload, form);
        knee_builder_add(advice, "let the sweep try more levels to compare it%s", form->stop);
    } else if (decision->why.kind == KNEE_DECISION_NO_WINDOW) {
        knee_builder_add(advice,
                         "%s that single items succeed and end within a window, then sweep again "
                         "with a larger budget%s",
                         form->see, form->stop);
    } else {
        add_for_now(advice, workload, form);
        knee_builder_add(advice,
                         "about %u more windows would tell: sweep again with a larger budget%s",
                         decision->windows_more, form->stop);
    }
}

static void advise_disturbed(struct knee_builder *advice,
                             const struct knee_workload_result *workload, const struct form *form)
{
    const char *until_quiet = "until the machine is quiet; then sweep again";
    bool guess = knee_workload_result_source(workload) == KNEE_RESULT_SOURCE_GUESS;
    uint32_t use = knee_workload_result_use(workload);
    if (knee_workload_result_keeps(workload))
        knee_builder_add(advice, "%s %u %s%s", form->keep, workload->current, until_quiet,
                         form->stop);
    else if (guess)
        knee_builder_add(advice, "%s %u, the best guess, %s%s", form->use, use, until_quiet,
                         form->stop);
    else if (workload->decision.rule_of_thumb > 0)
        knee_builder_add(advice, "%s the rule of thumb, %u, %s%s", form->use, use, until_quiet,
                         form->stop);
    else
        knee_builder_add(advice, "%s again when the machine is quiet%s", form->sweep, form->stop);
}

static void advise(struct knee_builder *advice, struct knee_builder *command,
                   const struct knee_workload_result *workload, const struct form *form)
{
    const struct knee_decision *decision = &workload->decision;
    bool unmet = workload->choice.kind == KNEE_CHOICE_CLOSEST;
    if (unmet && decision->verdict == KNEE_VERDICT_DISTURBED)
        knee_builder_add(advice,
                         "%s again when the machine is quiet; if that changes nothing, allow more, "
                         "or make an item faster%s",
                         form->sweep, form->stop);
    else if (decision->verdict == KNEE_VERDICT_DISTURBED)
        advise_disturbed(advice, workload, form);
    else if (unmet)
        knee_builder_add(advice,
                         "%s more, or make an item faster; until then %u is the least bad%s",
                         form->allow, decision->limit, form->stop);
    else if (decision->verdict == KNEE_VERDICT_UNRESOLVED)
        advise_unresolved(advice, command, workload, form);
    else if (decision->verdict == KNEE_VERDICT_RISING && workload->choice.kind == KNEE_CHOICE_KNEE)
        advise_rising(advice, workload, form);
    else
        knee_builder_add(advice, "%s the limit %u%s", form->use, decision->limit, form->stop);
}

static void find_next(struct knee_next *next, const struct knee_workload_result *workload,
                      const struct form *form)
{
    struct knee_builder advice, command;
    knee_builder_over(&advice, next->advice, sizeof next->advice);
    knee_builder_over(&command, next->command, sizeof next->command);
    advise(&advice, &command, workload, form);
}

static const char *join_next(const struct knee_workload_result *workload, const struct form *form,
                             char *text)
{
    struct knee_next next;
    struct knee_builder out;
    find_next(&next, workload, form);
    knee_builder_over(&out, text, KNEE_NEXT_BYTES);
    knee_builder_add(&out, "%s%s%s", next.advice, next.command[0] ? " " : "", next.command);
    return text;
}

void knee_next_find(struct knee_next *next, const struct knee_workload_result *workload)
{
    find_next(next, workload, &sentence);
}

const char *knee_next_text(const struct knee_workload_result *workload, char *text)
{
    return join_next(workload, &sentence, text);
}

const char *knee_next_clause(const struct knee_workload_result *workload, char *text)
{
    return join_next(workload, &clause, text);
}
