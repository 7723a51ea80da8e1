/* SPDX-License-Identifier: MIT */
#include "reports/html/html_section.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "core/text/strings.h"
#include "reports/html/html.h"
#include "reports/html/html_belief.h"
#include "reports/html/html_chart.h"
#include "reports/html/html_drawings.h"
#include "reports/html/html_hosts.h"
#include "reports/html/html_levels.h"
#include "reports/words/explain.h"
#include "reports/words/explain_numa.h"
#include "reports/words/symptoms.h"

#include <math.h>
#include <string.h>

/* "<title>: run 2 at once; 16 only adds waiting", the chart's heading and alternative text. */
static void say_answer(const struct knee_workload_result *workload, char *text, size_t room)
{
    char answer[KNEE_EXPLAIN_BYTES], beyond[KNEE_EXPLAIN_BYTES];
    knee_explain_answer(workload, answer);
    knee_explain_beyond(workload, beyond);
    struct knee_builder said;
    knee_builder_over(&said, text, room);
    knee_builder_add(&said, "%s: %s", workload->title[0] ? workload->title : workload->name,
                     answer);
    if (*beyond)
        knee_builder_add(&said, "; %s", beyond);
}

static void write_chart(const struct knee_workload_result *workload, const char *said, FILE *out)
{
    char about[2 * KNEE_EXPLAIN_BYTES + 400];
    snprintf(about, sizeof about,
             "Chart of throughput and p95 latency over the number of items at once. %.1300s. The "
             "table below holds its values.",
             said);
    fputs("<figure>\n", out);
    if (!knee_html_chart(workload, about, out)) {
        fputs("<figcaption>Every window was disturbed: there is no curve.</figcaption>\n"
              "</figure>\n",
              out);
        return;
    }
    fputs("<figcaption>Throughput as a share of the best, with its confidence interval; the pale "
          "strip is full speed.</figcaption>\n</figure>\n",
          out);
}

static void write_other_number(const struct knee_workload_result *workload, FILE *out)
{
    char text[KNEE_EXPLAIN_BYTES];
    fputs("<h3>What if I choose another number?</h3>\n", out);
    knee_html_element(out, "p", NULL, knee_explain_choose(workload, text));
    knee_html_levels(workload, out);
}

static const char *remedy_of(const struct knee_workload_result *workload)
{
    enum knee_limited_by limited_by = workload->demands.limited_by;
    if (!knee_workload_result_measured(workload) || limited_by == KNEE_LIMITED_BY_NOTHING)
        return "";
    enum knee_class resource = workload->resource;
    if (knee_explain_has_rate(workload))
        return "More throughput needs a higher rate from the service.";
    if (limited_by == KNEE_LIMITED_BY_CPU && resource != KNEE_CLASS_MIXED)
        resource = KNEE_CLASS_CPU;
    switch (resource) {
    case KNEE_CLASS_CPU:
        return "More throughput needs more CPUs, or less computing an item.";
    case KNEE_CLASS_MIXED:
        return "More throughput needs more CPUs until the waiting dominates; then a faster disk "
               "or service.";
    case KNEE_CLASS_IO:
        return "More throughput needs a faster device, larger requests or fewer of them.";
    case KNEE_CLASS_NET:
        return "More throughput needs a server that takes more at a time, or a shorter way to it.";
    }
    return "";
}

static void write_what_limits(const struct knee_result *result,
                              const struct knee_workload_result *workload, FILE *out)
{
    char cores[KNEE_EXPLAIN_NUMA_BYTES], text[KNEE_EXPLAIN_BYTES];
    fputs("<h3>What limits it?</h3>\n", out);
    knee_html_element(out, "p", NULL, knee_explain_why(workload, text));
    knee_html_element(out, "p", NULL, knee_explain_limits(workload, text));
    knee_html_element(out, "p", NULL, knee_explain_numa(result, workload, cores));
    knee_html_bars(workload, out);
    knee_html_element(out, "p", NULL, remedy_of(workload));
}

/* Seen troubles come first; those that this result cannot show, last. */
static void write_troubles(const struct knee_result *result,
                           const struct knee_workload_result *workload, FILE *out)
{
    static const struct {
        enum knee_symptoms_state state;
        const char *class, *word;
    } states[] = {{KNEE_SYMPTOMS_SEEN, "seen", "seen"},
                  {KNEE_SYMPTOMS_UNSEEN, "fine", "not seen"},
                  {KNEE_SYMPTOMS_UNKNOWN, "soft", "not known"}};
    char text[KNEE_SYMPTOMS_BYTES];
    fputs("<h3>Troubleshooting</h3>\n<dl class=\"troubles\">\n", out);
    for (size_t s = 0; s < sizeof states / sizeof states[0]; s++)
        for (size_t i = 0; i < knee_symptoms_count; i++) {
            if (knee_symptoms_table[i].find(result, workload, text) != states[s].state)
                continue;
            bool seen = states[s].state == KNEE_SYMPTOMS_SEEN;
            fprintf(out, "<dt>%s: <span class=\"%s\">%s</span></dt>\n<dd>",
                    knee_symptoms_table[i].symptom, states[s].class, states[s].word);
            knee_html_text(out, text);
            fputs(seen ? " <em>" : "", out);
            knee_html_text(out, seen ? knee_symptoms_table[i].remedy : "");
            fputs(seen ? "</em></dd>\n" : "</dd>\n", out);
        }
    fputs("</dl>\n", out);
}

void knee_html_section(const struct knee_result *result,
                       const struct knee_workload_result *workload, size_t number, const char *dir,
                       FILE *out)
{
    char said[2 * KNEE_EXPLAIN_BYTES + KNEE_RESULT_TITLE_BYTES];
    say_answer(workload, said, sizeof said);
    fprintf(out, "<section id=\"w%zu\">\n<h2>", number);
    knee_html_text(out, said);
    fputs("</h2>\n", out);
    write_chart(workload, said, out);
    write_other_number(workload, out);
    write_what_limits(result, workload, out);
    knee_html_hosts(workload, out);
    knee_html_belief(workload, out);
    write_troubles(result, workload, out);
    knee_html_drawings_experts(workload, dir, out);
    fputs("</section>\n", out);
}
