/* SPDX-License-Identifier: MIT */
#include "reports/words/explain_slo.h"

#include "reports/words/explain.h"

#include <math.h>
#include <stdio.h>

#define ASKED_BYTES 256

bool knee_explain_slo_unmet(const struct knee_workload_result *workload)
{
    return workload->slo == KNEE_SLO_STATE_UNMET;
}

const char *knee_explain_slo_use(const struct knee_workload_result *workload, char *text)
{
    if (knee_explain_slo_unmet(workload))
        snprintf(text, KNEE_EXPLAIN_BYTES, "NO LIMIT");
    else
        snprintf(text, KNEE_EXPLAIN_BYTES, "USE %u", knee_workload_result_use(workload));
    return text;
}

const char *knee_explain_slo_missed(const struct knee_workload_result *workload, char *text)
{
    const struct knee_choice_value *lowest = &workload->choice.lowest;
    char asked[ASKED_BYTES], value[KNEE_SLO_TEXT_BYTES];
    text[0] = '\0';
    if (!knee_explain_slo_unmet(workload))
        return text;
    bool disturbed = workload->decision.verdict == KNEE_VERDICT_DISTURBED;
    int used = snprintf(text, KNEE_EXPLAIN_BYTES, "no level that was measured meets %s",
                        knee_goal_slo_phrase(&workload->goal, asked, sizeof asked));
    if (lowest->level > 0)
        snprintf(text + used, KNEE_EXPLAIN_BYTES - (size_t)used, ": level %u has %s%s",
                 lowest->level, knee_slo_value(&lowest->slo, lowest->judgement.value, value),
                 disturbed ? ", though disturbed" : "");
    return text;
}

/* Nothing could be decided, so that the limit knows of no SLO. */
static void say_unknown(const struct knee_workload_result *workload, char *text)
{
    char asked[ASKED_BYTES];
    bool disturbed = workload->decision.verdict == KNEE_VERDICT_DISTURBED;
    bool guess = knee_workload_result_suggested_source(workload) == KNEE_RESULT_SOURCE_GUESS;
    snprintf(text, KNEE_EXPLAIN_BYTES, "too %s to tell whether a level meets %s; %s: %u",
             disturbed ? "disturbed" : "little was measured",
             knee_goal_slo_phrase(&workload->goal, asked, sizeof asked),
             guess ? "the best guess" : "rule of thumb", knee_workload_result_suggested(workload));
}

const char *knee_explain_slo_open(const struct knee_workload_result *workload, char *text)
{
    const struct knee_choice *choice = &workload->choice;
    char asked[ASKED_BYTES];
    text[0] = '\0';
    if (workload->slo == KNEE_SLO_STATE_OPEN)
        snprintf(text, KNEE_EXPLAIN_BYTES, "whether a level meets %s is open: %u %s",
                 knee_goal_slo_phrase(&workload->goal, asked, sizeof asked),
                 workload->decision.limit,
                 choice->judgement.value <= choice->slo.limit ? "may" : "comes closest");
    else if (workload->slo == KNEE_SLO_STATE_UNKNOWN && workload->goal.slos_count > 0)
        say_unknown(workload, text);
    return text;
}
