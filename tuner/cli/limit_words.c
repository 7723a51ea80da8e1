/* SPDX-License-Identifier: MIT */
#include "tuner/cli/limit_words.h"

#include <inttypes.h>
#include <string.h>

static bool is_disturbed(const struct knee_result_limit *limit)
{
    return strcmp(limit->verdict, "disturbed") == 0;
}

bool knee_limit_words_misses_slo(const struct knee_result_limit *limit)
{
    return limit->slo == KNEE_SLO_STATE_UNMET ||
           (limit->slo == KNEE_SLO_STATE_OPEN && limit->source == KNEE_RESULT_SOURCE_MEASURED);
}

bool knee_limit_words_warn(FILE *log, const struct knee_result_limit *limit, const char *name)
{
    bool rule = limit->source == KNEE_RESULT_SOURCE_RULE,
         misses = knee_limit_words_misses_slo(limit);
    if (limit->source == KNEE_RESULT_SOURCE_MEASURED && !misses)
        return false;
    fprintf(log, "knee: warning: %s", name);
    if (misses && limit->slo == KNEE_SLO_STATE_UNMET)
        fprintf(log, ": no level that was measured meets %s; %" PRIu32 " only comes closest\n",
                limit->slos, limit->limit);
    else if (misses)
        fprintf(log, ": whether a level meets %s is open; %" PRIu32 " is not proven to\n",
                limit->slos, limit->limit);
    else if (is_disturbed(limit))
        fprintf(log, " was too disturbed to measure: %" PRIu32 " is %s\n", limit->limit,
                rule ? "the rule of thumb" : "a guess");
    else if (rule)
        fprintf(log, ": %" PRIu32 " is the rule of thumb: %s\n", limit->limit,
                limit->reason[0] ? limit->reason : "no window could be used");
    else
        fprintf(log, ": %" PRIu32 " is a guess: too little was measured\n", limit->limit);
    return true;
}

const char *knee_limit_words_source(const struct knee_result_limit *limit)
{
    if (limit->source == KNEE_RESULT_SOURCE_MEASURED)
        return "was measured";
    if (limit->source == KNEE_RESULT_SOURCE_RULE)
        return is_disturbed(limit) ? "was the rule of thumb: it was too disturbed to measure"
                                   : "was the rule of thumb: no window could be used";
    return is_disturbed(limit) ? "was a guess: it was too disturbed to measure"
                               : "was a guess: too little was measured to tell";
}
