/* SPDX-License-Identifier: MIT */
#include "reports/charts/chart_words.h"

#include "core/base/array.h"
#include "core/text/builder.h"
#include "core/text/strings.h"

#include <stdio.h>
#include <string.h>

#define TITLE_COLUMNS 84 /* of a chart in its own size */
#define NAME_COLUMNS 12  /* left to the title at least */

void knee_chart_words_name(const struct knee_workload_result *workload, size_t taken, char *name,
                           size_t name_bytes)
{
    size_t room = taken + NAME_COLUMNS < TITLE_COLUMNS ? TITLE_COLUMNS - taken : NAME_COLUMNS;
    knee_strings_utf8(name, name_bytes, workload->title, false);
    if (!*name || knee_strings_width(name) > room)
        knee_strings_utf8(name, name_bytes, workload->name, false);
    knee_strings_clip(name, room);
}

uint32_t knee_chart_words_proven(const struct knee_workload_result *workload, double *ratio)
{
    const struct knee_decision *decision = &workload->decision;
    *ratio = decision->tolerance_resolved_ratio;
    if (decision->verdict != KNEE_VERDICT_UNRESOLVED || !knee_goal_is_default(&workload->goal))
        return 0;
    return decision->limit_resolved;
}

const char *knee_chart_words_machine(uint32_t level, uint32_t marks, char *text, size_t text_bytes)
{
    static const struct {
        uint32_t mark;
        const char *name;
    } names[] = {{KNEE_MARK_CORES, "cores"},
                 {KNEE_MARK_PUS, "PUs"},
                 {KNEE_MARK_NUMA, "per NUMA node"},
                 {KNEE_MARK_L3, "per L3"},
                 {KNEE_MARK_QUOTA, "CPU quota"}};
    struct knee_builder builder;
    knee_builder_over(&builder, text, text_bytes);
    for (size_t i = 0; i < KNEE_COUNT(names); i++) {
        bool single = names[i].mark == KNEE_MARK_CORES && level == 1;
        if (!(marks & names[i].mark))
            continue;
        knee_builder_separate(&builder, " = ");
        knee_builder_add(&builder, "%s", single ? "core" : names[i].name);
    }
    return text;
}
