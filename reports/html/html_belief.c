/* SPDX-License-Identifier: MIT */
#include "reports/html/html_belief.h"

#include "core/text/human.h"
#include "reports/html/html.h"
#include "reports/words/belief.h"
#include "reports/words/explain.h"
#include "reports/words/explain_first.h"
#include "reports/words/explain_model.h"
#include "reports/words/explain_slo.h"
#include "reports/words/fact_text.h"
#include "reports/words/next.h"

#include <math.h>

static void write_row(FILE *out, const char *head, const char *text)
{
    if (!*text)
        return;
    fprintf(out, "<tr><th scope=\"row\">%s</th><td class=\"text\">", head);
    knee_html_text(out, text);
    fputs("</td></tr>\n", out);
}

/* How many each level got: they went to where they tell most. */
static void write_windows_by_level(const struct knee_workload_result *workload, FILE *out)
{
    fputs("<tr><th scope=\"row\">Windows by level</th><td class=\"text\">", out);
    for (size_t i = 0; i < workload->levels_count; i++)
        fprintf(out, "%s%u: %u", i ? ", " : "", workload->levels[i].level,
                workload->levels[i].windows);
    fputs("</td></tr>\n", out);
}

/* Windows used and rejected, and why. */
static void write_windows(const struct knee_workload_result *workload, FILE *out)
{
    char reasons[64];
    size_t rejected = 0;
    uint32_t set = 0;
    for (size_t i = 0; i < workload->windows_count; i++)
        if (!workload->windows[i].valid) {
            set |= workload->windows[i].reasons;
            rejected++;
        }
    fprintf(out,
            "<tr><th scope=\"row\">Windows</th><td class=\"text\">%zu used, %zu rejected%s%s"
            "</td></tr>\n",
            workload->windows_count - rejected, rejected, rejected ? ": " : "",
            rejected ? knee_window_reason_text(set, reasons, sizeof reasons) : "");
    write_windows_by_level(workload, out);
    if (isfinite(workload->other_cpus))
        fprintf(out,
                "<tr><th scope=\"row\">Other work</th><td class=\"text\">%.2f CPUs beside it</td>"
                "</tr>\n",
                workload->other_cpus);
}

/* Found out before the sweep. */
static void write_notes(const struct knee_workload_result *workload, FILE *out)
{
    char text[KNEE_FACT_TEXT_BYTES], remark[KNEE_EXPLAIN_BYTES];
    for (size_t i = 0; i < workload->notes.count; i++)
        write_row(out, "Note", knee_fact_text(&workload->notes.at[i], text));
    write_row(out, "Note", knee_explain_first(workload, remark));
}

void knee_html_belief(const struct knee_workload_result *workload, FILE *out)
{
    const struct knee_decision *decision = &workload->decision;
    char belief[KNEE_BELIEF_BYTES], text[KNEE_EXPLAIN_BYTES], bound[KNEE_HUMAN_BYTES],
        next[KNEE_NEXT_BYTES];
    fprintf(out,
            "<h3>Can I believe it?</h3>\n<table>\n<tr><th scope=\"row\">Verdict</th>"
            "<td class=\"text verdict %s\">%s</td></tr>\n",
            knee_verdict_text(decision->verdict), knee_explain_verdict(workload, text));
    write_row(out, "Claim", knee_explain_evidence(workload, text));
    write_row(out, "Goal", knee_explain_goal(workload, text));
    if (decision->verdict != KNEE_VERDICT_RESOLVED)
        write_row(out, "Next", knee_next_text(workload, next));
    if (knee_workload_result_bound_ratio(workload) > 0)
        fprintf(out,
                "<tr><th scope=\"row\">Bound</th><td class=\"text\">at least %s of the best "
                "measured throughput</td></tr>\n",
                knee_human_bound(bound, fmin(decision->bound_ratio, 1)));
    write_row(out, "Probability", knee_belief_probability(workload, belief));
    write_row(out, "Level by level", knee_belief_guard(workload, belief));
    write_windows(workload, out);
    write_row(out, "Troubles", knee_belief_checks(workload, belief));
    fprintf(out, "<tr><th scope=\"row\">Rule of thumb</th><td class=\"text\">%s</td></tr>\n",
            knee_explain_rule(workload, text));
    write_row(out, "Model", knee_explain_models(&workload->models, text));
    if (knee_workload_result_measured(workload) && !knee_explain_slo_unmet(workload))
        fprintf(out, "<tr><th scope=\"row\">Measured</th><td class=\"text\">%u</td></tr>\n",
                knee_workload_result_suggested(workload));
    write_notes(workload, out);
    fputs("</table>\n", out);
}
