/* SPDX-License-Identifier: MIT */
#include "reports/markdown/report_md.h"

#include "core/text/human.h"
#include "core/text/strings.h"
#include "reports/words/explain.h"
#include "reports/words/explain_model.h"
#include "reports/words/explain_numa.h"
#include "reports/words/explain_requests.h"
#include "reports/words/explain_servers.h"
#include "reports/words/explain_slo.h"
#include "reports/words/explain_table.h"
#include "reports/words/marks.h"
#include "reports/words/next.h"
#include "reports/words/fact_text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Text from outside, so that none of it is taken for Markdown or HTML. */
static void put_text(FILE *out, const char *source)
{
    size_t room = 3 * strlen(source) + 1;
    char *text = malloc(room);
    if (!text)
        return;
    knee_strings_utf8(text, room, source, false);
    for (const char *c = text; *c; c++) {
        if (*c == '<' || *c == '&')
            fputs(*c == '<' ? "&lt;" : "&amp;", out);
        else if (strchr("\\`*_[]#|~>", *c))
            fprintf(out, "\\%c", *c);
        else
            fputc(*c, out);
    }
    free(text);
}

static const char *title_of(const struct knee_workload_result *workload)
{
    return workload->title[0] ? workload->title : workload->name;
}

static void write_summary_row(const struct knee_workload_result *workload, FILE *out)
{
    uint32_t use = knee_workload_result_use(workload);
    bool unmet = knee_explain_slo_unmet(workload);
    const struct knee_level *row = unmet ? NULL : knee_workload_result_at(workload, use);
    char rate[KNEE_HUMAN_BYTES], p99[KNEE_HUMAN_BYTES], best[KNEE_HUMAN_BYTES];
    char rule[KNEE_EXPLAIN_BYTES], verdict[KNEE_EXPLAIN_BYTES];
    fputs("| ", out);
    put_text(out, title_of(workload));
    fprintf(out, unmet ? " | **none**" : " | **%u**", use);
    fprintf(out, " | %s | %s | %s | %s | %s |\n", knee_explain_verdict(workload, verdict),
            knee_human_rate(rate, row ? row->throughput_per_s : NAN),
            row ? knee_explain_latency(row, row->latency_p99_s, p99) : "-",
            knee_explain_of_best(workload, row, best), knee_explain_rule(workload, rule));
}

/* The columns of a service: their heads, or the line below them; and their cells. */
static void write_request_heads(const struct knee_workload_result *workload, bool below, FILE *out)
{
    if (knee_explain_has_first_byte(workload))
        fputs(below ? "---:|" : " first byte |", out);
    if (knee_explain_has_connect(workload))
        fputs(below ? "---:|" : " connect |", out);
    if (knee_explain_has_requests(workload))
        fputs(below ? "---|" : " failed by kind |", out);
}

static void write_requests(const struct knee_workload_result *workload,
                           const struct knee_level *level, FILE *out)
{
    char time[KNEE_HUMAN_BYTES], failed[KNEE_EXPLAIN_FAILED_BYTES];
    if (knee_explain_has_first_byte(workload))
        fprintf(out, " %s |", knee_human_latency(time, level->requests.first_byte_s));
    if (knee_explain_has_connect(workload))
        fprintf(out, " %s |", knee_human_latency(time, level->requests.connect_s));
    if (!knee_explain_has_requests(workload))
        return;
    fputc(' ', out);
    put_text(out, knee_explain_failed(workload, level, failed));
    fputs(" |", out);
}

static void write_levels_head(const struct knee_workload_result *workload, FILE *out)
{
    bool servers = knee_explain_has_servers(workload);
    fputs("| level | items/s | ± | of best | p95 | p99 |", out);
    write_request_heads(workload, false, out);
    fprintf(out, " CPU | %s|\n|---:|---:|---:|---:|---:|---:|", servers ? "server | " : "");
    write_request_heads(workload, true, out);
    fprintf(out, "---:|%s---|\n", servers ? "---:|" : "");
}

static void write_level_row(const struct knee_workload_result *workload,
                            const struct knee_level *level, FILE *out)
{
    char rate[KNEE_HUMAN_BYTES], half[KNEE_HUMAN_BYTES], best[KNEE_HUMAN_BYTES];
    char p95[KNEE_HUMAN_BYTES], p99[KNEE_HUMAN_BYTES], cpu[KNEE_HUMAN_BYTES],
        marks[KNEE_MARKS_BYTES];
    bool use =
        level->level == knee_workload_result_use(workload) && !knee_explain_slo_unmet(workload);
    fprintf(out, use ? "| **%u**" : "| %u", level->level);
    char server[KNEE_HUMAN_BYTES + 8] = "", percent[KNEE_HUMAN_BYTES];
    if (knee_explain_has_servers(workload))
        snprintf(server, sizeof server, " | %s",
                 knee_explain_server_share(workload, level, percent));
    fprintf(out, " | %s | %s | %s | %s | %s |", knee_explain_rate(level, rate),
            knee_explain_spread(workload, level, half), knee_explain_of_best(workload, level, best),
            knee_explain_latency(level, level->latency_p95_s, p95),
            knee_explain_latency(level, level->latency_p99_s, p99));
    write_requests(workload, level, out);
    fprintf(out, " %s%s | %s |\n", knee_human_percent(cpu, level->cpu_utilization), server,
            knee_marks_phrase(workload, level, ", ", marks));
}

static void write_paragraph(FILE *out, const char *head, const char *text)
{
    if (!*text)
        return;
    fprintf(out, "%s", head);
    put_text(out, text);
    fputs("\n\n", out);
}

static void write_section(const struct knee_result *result,
                          const struct knee_workload_result *workload, FILE *out)
{
    const struct knee_decision *decision = &workload->decision;
    char cores[KNEE_EXPLAIN_NUMA_BYTES], text[KNEE_EXPLAIN_BYTES], fact[KNEE_FACT_TEXT_BYTES],
        next[KNEE_NEXT_BYTES];
    fputs("### ", out);
    put_text(out, title_of(workload));
    fputs(": ", out);
    put_text(out, knee_explain_answer(workload, text));
    fputs("\n\n", out);
    for (size_t i = 0; i < workload->warnings.count; i++)
        write_paragraph(out, "> **Mind:** ", knee_fact_text(&workload->warnings.at[i], fact));
    write_paragraph(out, "**Goal:** ", knee_explain_goal(workload, text));
    write_paragraph(out, "**Today:** ", knee_explain_current(workload, text));
    write_paragraph(out, "", knee_explain_why(workload, text));
    write_paragraph(out, "**Cores:** ", knee_explain_numa(result, workload, cores));
    write_paragraph(out, "**What limits it:** ", knee_explain_limits(workload, text));
    fprintf(out, "**%s.** ", knee_explain_verdict(workload, text));
    write_paragraph(out, "", knee_explain_evidence(workload, text));
    if (decision->verdict != KNEE_VERDICT_RESOLVED || knee_explain_slo_unmet(workload))
        write_paragraph(out, "**Next:** ", knee_next_text(workload, next));
    write_paragraph(out, "**Choose:** ", knee_explain_choose(workload, text));
    write_paragraph(out, "**Side by side:** ", knee_explain_three(workload, text));
    write_paragraph(out, "**Model:** ", knee_explain_models(&workload->models, text));
    write_levels_head(workload, out);
    for (size_t i = 0; i < workload->levels_count; i++)
        write_level_row(workload, &workload->levels[i], out);
    fputc('\n', out);
    write_paragraph(out, "", knee_explain_gaps(workload, text));
    write_paragraph(out, "", knee_explain_smaller(workload, text));
}

/* A block of code, fenced by more backticks than any run in it. */
static void write_code(FILE *out, const char *text)
{
    int longest = 2, run = 0;
    for (const char *c = text; *c; c++) {
        run = *c == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    for (int i = 0; i <= longest; i++)
        fputc('`', out);
    fprintf(out, "sh\n%s\n", text);
    for (int i = 0; i <= longest; i++)
        fputc('`', out);
    fputc('\n', out);
}

static void write_footer(const struct knee_result *result, FILE *out)
{
    const struct knee_host *host = &result->host;
    const struct knee_topology_counts *topology = &result->topology;
    char elapsed[KNEE_HUMAN_BYTES], quota[KNEE_HUMAN_BYTES];
    char *command = knee_strings_shell(result->argc, result->argv);
    fputs("<details><summary>How this was measured</summary>\n\n", out);
    put_text(out, host->name);
    fprintf(out, ": %u CPUs (%u cores)", topology->allowed_pus, topology->allowed_cores);
    if (topology->model[0]) {
        fputs(", ", out);
        put_text(out, topology->model);
    }
    if (isfinite(host->cpu_quota))
        fprintf(out, ", CPU quota %s", knee_human_rate(quota, host->cpu_quota));
    if (host->kernel[0]) {
        fputs(", ", out);
        put_text(out, host->kernel);
    }
    fprintf(out, ". %s, knee %s, %s, seed %llu. To repeat:\n\n",
            knee_human_duration(elapsed, result->elapsed_s), result->version, result->date,
            (unsigned long long)result->seed);
    write_code(out, command ? command : "");
    fputs("\n</details>\n", out);
    free(command);
}

void knee_report_md(const struct knee_result *result, FILE *out)
{
    fputs("## Throttle limits\n\n"
          "| workload | use | verdict | items/s | p99 | of best | rule of thumb |\n"
          "|---|---:|---|---:|---:|---:|---|\n",
          out);
    for (size_t i = 0; i < result->workloads_count; i++)
        write_summary_row(&result->workloads[i], out);
    fputc('\n', out);
    for (size_t i = 0; i < result->workloads_count; i++)
        write_section(result, &result->workloads[i], out);
    write_footer(result, out);
}
