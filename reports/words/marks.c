/* SPDX-License-Identifier: MIT */
#include "reports/words/marks.h"

#include "reports/words/explain_slo.h"

#include <stdbool.h>
#include <stdio.h>

const char *knee_marks_phrase(const struct knee_workload_result *workload,
                              const struct knee_level *level, const char *between, char *text)
{
    static const struct {
        uint32_t mark;
        const char *name;
    } names[] = {{KNEE_MARK_PEAK, "best"},     {KNEE_MARK_CURRENT, "now"},
                 {KNEE_MARK_CORES, "cores"},   {KNEE_MARK_PUS, "PUs"},
                 {KNEE_MARK_NUMA, "NUMA"},     {KNEE_MARK_L3, "L3"},
                 {KNEE_MARK_QUOTA, "quota"},   {KNEE_MARK_RULE, "rule"},
                 {KNEE_MARK_ERRORS, "errors"}, {KNEE_MARK_SLO, "SLO"}};
    bool use = level->level == knee_workload_result_use(workload);
    uint32_t set = level->marks;
    size_t used = (size_t)snprintf(text, KNEE_MARKS_BYTES, "%s",
                                   !use                               ? ""
                                   : knee_explain_slo_unmet(workload) ? "closest"
                                                                      : "USE");
    if (workload->current > 0 && level->level == workload->current)
        set |= KNEE_MARK_CURRENT;
    if (knee_workload_result_of_best(workload, level) < 1 &&
        workload->decision.verdict == KNEE_VERDICT_DISTURBED)
        set &= ~(uint32_t)KNEE_MARK_PEAK; /* of the few windows that were left */
    if (use)                              /* said by the line about the rule */
        set &= ~(uint32_t)KNEE_MARK_RULE;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (set & names[i].mark && used < KNEE_MARKS_BYTES)
            used += (size_t)snprintf(text + used, KNEE_MARKS_BYTES - used, "%s%s",
                                     used ? between : "", names[i].name);
    return text;
}
