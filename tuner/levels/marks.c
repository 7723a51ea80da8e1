/* SPDX-License-Identifier: MIT */
#include "tuner/levels/marks.h"

#include "core/base/array.h"
#include "core/text/builder.h"

const char *knee_mark_text(uint32_t marks, char *text, int text_bytes)
{
    static const struct {
        enum knee_mark mark;
        const char *text;
    } names[] = {
        {KNEE_MARK_CORES, "cores"},     {KNEE_MARK_PUS, "PUs"},       {KNEE_MARK_NUMA, "NUMA"},
        {KNEE_MARK_L3, "L3"},           {KNEE_MARK_QUOTA, "quota"},   {KNEE_MARK_RULE, "rule"},
        {KNEE_MARK_CURRENT, "current"}, {KNEE_MARK_KNEE, "knee"},     {KNEE_MARK_PEAK, "peak"},
        {KNEE_MARK_LIMIT, "limit"},     {KNEE_MARK_ERRORS, "errors"}, {KNEE_MARK_SLO, "slo"},
    };
    struct knee_builder out;
    knee_builder_over(&out, text, (size_t)text_bytes);
    for (size_t i = 0; i < KNEE_COUNT(names); i++)
        if (marks & names[i].mark) {
            knee_builder_separate(&out, "+");
            knee_builder_add(&out, "%s", names[i].text);
        }
    return text;
}
