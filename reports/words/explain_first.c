/* SPDX-License-Identifier: MIT */
#include "reports/words/explain_first.h"

#include "core/text/human.h"
#include "reports/words/explain.h"

#include <math.h>
#include <stdio.h>

#define DIFFERS 1.5 /* by less, nobody stumbles over the two */

/* How long the first one took; NAN: unknown. */
static double first_s(const struct knee_workload_result *workload, bool *differ)
{
    *differ = false;
    for (size_t i = 0; i < workload->notes.count; i++) {
        const struct knee_fact *fact = &workload->notes.at[i];
        *differ |= fact->kind == KNEE_FACT_ITEMS && fact->values[0] > 1;
        if (fact->kind == KNEE_FACT_FIRST_REQUEST)
            return fact->values[0];
        if (fact->kind == KNEE_FACT_ITEMS)
            return fact->values[3];
    }
    return NAN;
}

const char *knee_explain_first(const struct knee_workload_result *workload, char *text)
{
    const struct knee_level *one = knee_workload_result_at(workload, 1);
    char then[KNEE_HUMAN_BYTES];
    bool items_differ;
    const char *noun = workload->service ? "request" : "run";
    text[0] = '\0';
    if (!one)
        return text;
    double ratio = first_s(workload, &items_differ) / one->latency_mean_s;
    if (!isfinite(ratio) || ratio <= 0 || (ratio <= DIFFERS && ratio >= 1 / DIFFERS))
        return text;
    knee_human_latency(then, one->latency_mean_s);
    if (ratio < 1)
        snprintf(text, KNEE_EXPLAIN_BYTES, "At level 1 a %s then took %s, longer than the first%s.",
                 noun, then, items_differ ? ": items differ" : "");
    else
        snprintf(text, KNEE_EXPLAIN_BYTES, "At level 1 a %s then took %s: %s may find caches cold.",
                 noun, then,
                 workload->service ? "the first one also connects, and"
                 : items_differ    ? "items differ, and the first"
                                   : "the first");
    return text;
}
