/* SPDX-License-Identifier: MIT */
#include "reports/html/report_html.h"

#include "core/text/human.h"
#include "core/text/strings.h"
#include "reports/html/html.h"
#include "reports/html/html_drawings.h"
#include "reports/html/html_section.h"
#include "reports/words/explain.h"
#include "reports/words/explain_slo.h"
#include "reports/words/fact_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *title_of(const struct knee_workload_result *workload)
{
    return workload->title[0] ? workload->title : workload->name;
}

static void write_head(const struct knee_result *result, FILE *out)
{
    char title[sizeof result->host.name + 32];
    snprintf(title, sizeof title, "Throttle limits%s%s", result->host.name[0] ? " on " : "",
             result->host.name);
    knee_html_begin(out, title);
}

static void write_machine(const struct knee_result *result, FILE *out)
{
    const struct knee_host *host = &result->host;
    const struct knee_topology_counts *topology = &result->topology;
    char quota[KNEE_HUMAN_BYTES];
    fputs("<h1>How many at once?</h1>\n<p class=\"soft\">", out);
    knee_html_text(out, host->name);
    fprintf(out, "%s%u CPUs (%u cores)", host->name[0] ? ": " : "", topology->allowed_pus,
            topology->allowed_cores);
    if (topology->model[0]) {
        fputs(", ", out);
        knee_html_text(out, topology->model);
    }
    if (isfinite(host->cpu_quota))
        fprintf(out, ", CPU quota %s", knee_human_rate(quota, host->cpu_quota));
    fputs(". ", out);
    knee_html_text(out, result->date);
    fputs("</p>\n", out);
}

/* Whose limit it is, and the gain over today's setting, or over the rule of thumb. */
static void write_gain(const struct knee_workload_result *workload, FILE *out)
{
    char text[KNEE_EXPLAIN_BYTES], line[KNEE_EXPLAIN_BYTES + 32];
    if (workload->decision.verdict == KNEE_VERDICT_RESOLVED && *knee_explain_whose(workload, text))
        knee_html_element(out, "p", NULL, text);
    if (*knee_explain_goal(workload, text)) {
        snprintf(line, sizeof line, "Goal: %s", text);
        knee_html_element(out, "p", NULL, line);
    }
    if (workload->decision.verdict != KNEE_VERDICT_RESOLVED || knee_explain_slo_unmet(workload))
        knee_html_element(out, "p", NULL, knee_explain_answer(workload, text));
    if (*knee_explain_current(workload, text)) {
        knee_html_element(out, "p", NULL, text);
        return;
    }
    if (workload->decision.rule_of_thumb == 0)
        return;
    snprintf(line, sizeof line, "Rule of thumb %s", knee_explain_rule(workload, text));
    knee_html_element(out, "p", NULL, line);
}

/* A line to copy: of a service's pool of connections, or of a program that starts items. */
static void write_use(const struct knee_result *result, const struct knee_workload_result *workload,
                      FILE *out)
{
    uint32_t use = knee_workload_result_use(workload);
    if (strcmp(workload->target, "postgres") == 0)
        fprintf(out, "<pre>default_pool_size = %u</pre>\n", use);
    else if (workload->service)
        fprintf(out, "<pre>server HOST max_conns=%u;</pre>\n", use);
    else if (result->workloads_count == 1)
        fprintf(out, "<pre>xargs -n 1 -P %u COMMAND</pre>\n", use);
    else
        fprintf(out, "<pre>parallel -j %u COMMAND</pre>\n", use);
}

static void write_card(const struct knee_result *result,
                       const struct knee_workload_result *workload, size_t number, FILE *out)
{
    const char *verdict = knee_verdict_text(workload->decision.verdict);
    char said[KNEE_EXPLAIN_BYTES];
    fprintf(out, "<section class=\"card\"><h2><a href=\"#w%zu\">", number);
    knee_html_text(out, title_of(workload));
    fprintf(out, "</a></h2>\n<p class=\"use\">%s</p>\n", knee_explain_slo_use(workload, said));
    fprintf(out, "<p class=\"verdict %s\">%s</p>\n", verdict, knee_explain_verdict(workload, said));
    write_gain(workload, out);
    if (!knee_explain_slo_unmet(workload))
        write_use(result, workload, out);
    fputs("</section>\n", out);
}

/* A warning that could change a number comes before all numbers. */
static void write_warnings(const struct knee_result *result, FILE *out)
{
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        char text[KNEE_FACT_TEXT_BYTES];
        for (size_t j = 0; j < workload->warnings.count; j++) {
            fputs("<p class=\"mind\"><strong>Mind, ", out);
            knee_html_text(out, workload->name);
            fputs(":</strong> ", out);
            knee_html_text(out, knee_fact_text(&workload->warnings.at[j], text));
            fputs("</p>\n", out);
        }
    }
}

static void write_downloads(FILE *out)
{
    static const char *const files[] = {"levels.csv",         "samples.csv", "result.json",
                                        "recommendation.env", "report.md",   "plan.json"};
    fputs("<p>Beside this page:", out);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        fprintf(out, "%s <a href=\"%s\">%s</a>", i ? "," : "", files[i], files[i]);
    fputs(".</p>\n", out);
}

static void write_footer(const struct knee_result *result, FILE *out)
{
    char elapsed[KNEE_HUMAN_BYTES];
    char *command = knee_strings_shell(result->argc, result->argv);
    fputs("<footer>\n<p>Measured by knee ", out);
    knee_html_text(out, result->version);
    fputs(" on ", out);
    knee_html_text(out, result->host.name);
    if (result->host.kernel[0]) {
        fputs(" (", out);
        knee_html_text(out, result->host.kernel);
        fputs(")", out);
    }
    fputs(", ", out);
    knee_html_text(out, result->date);
    fprintf(out, ", in %s, seed %llu. To repeat:</p>\n",
            knee_human_duration(elapsed, result->elapsed_s), (unsigned long long)result->seed);
    knee_html_element(out, "pre", NULL, command ? command : "");
    write_downloads(out);
    fputs("</footer>\n</body>\n</html>\n", out);
    free(command);
}

void knee_report_html(const struct knee_result *result, const char *dir, FILE *out)
{
    write_head(result, out);
    write_machine(result, out);
    write_warnings(result, out);
    fputs("</header>\n<main>\n<div class=\"cards\">\n", out);
    for (size_t i = 0; i < result->workloads_count; i++)
        write_card(result, &result->workloads[i], i + 1, out);
    fputs("</div>\n", out);
    if (result->workloads_count > 1)
        knee_html_drawings_overview(dir, out);
    for (size_t i = 0; i < result->workloads_count; i++)
        knee_html_section(result, &result->workloads[i], i + 1, dir, out);
    fputs("</main>\n", out);
    write_footer(result, out);
}
