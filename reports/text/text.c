/* SPDX-License-Identifier: MIT */
#include "reports/text/text.h"

#include "core/base/array.h"
#include "core/text/builder.h"
#include "core/text/human.h"
#include "core/text/strings.h"
#include "reports/scripts/command_script.h"
#include "reports/scripts/snippet_script.h"
#include "reports/text/text_levels.h"
#include "reports/text/text_overview.h"
#include "reports/text/wrap.h"
#include "reports/words/explain.h"
#include "reports/words/explain_first.h"
#include "reports/words/explain_slo.h"
#include "reports/words/fact_text.h"
#include "reports/words/unusable.h"
#include "tuner/result/service.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIR_BYTES 4096
#define EFFORT_BYTES (KNEE_UNUSABLE_BYTES + 200)

/* Other work beside the sweep, as a share of the CPUs; NAN unknown. */
static double other_work_ratio(const struct knee_result *result)
{
    double most = NAN;
    for (size_t i = 0; i < result->workloads_count; i++)
        most = fmax(most, result->workloads[i].other_cpus);
    return most / (result->topology.allowed_pus ? result->topology.allowed_pus : 1);
}

static const char *plural_s(uint32_t count)
{
    return count == 1 ? "" : "s";
}

/* "knee 1.0 on ci-vm-7: AMD EPYC, 2 CPUs (2 cores), no CPU quota, 3.1 GiB free, 3 % other work" */
static void print_host(const struct knee_result *result, FILE *out)
{
    const struct knee_host *host = &result->host;
    const struct knee_topology_counts *topology = &result->topology;
    char line[512], number[KNEE_HUMAN_BYTES];
    struct knee_builder builder;
    knee_builder_over(&builder, line, sizeof line);
    knee_builder_add(&builder, "knee %s on %s: %s%s%u CPU%s (%u core%s)", result->version,
                     host->name[0] ? host->name : "this host", topology->model,
                     topology->model[0] ? ", " : "", topology->allowed_pus,
                     plural_s(topology->allowed_pus), topology->allowed_cores,
                     plural_s(topology->allowed_cores));
    if (!topology->this_system)
        knee_builder_add(&builder, " of a topology that is not this host's");
    else if (isfinite(host->cpu_quota))
        knee_builder_add(&builder, ", CPU quota %s", knee_human_rate(number, host->cpu_quota));
    else
        knee_builder_add(&builder, ", no CPU quota");
    if (topology->this_system && host->memory_available_bytes != UINT64_MAX)
        knee_builder_add(&builder, ", %s free",
                         knee_human_size(number, (double)host->memory_available_bytes));
    if (topology->this_system && !isnan(other_work_ratio(result)))
        knee_builder_add(&builder, ", %s other work",
                         knee_human_percent(number, other_work_ratio(result)));
    knee_wrap_text(out, "", 0, line);
}

/* "; 9 disturbed and left out", "; 3 left out: no item ended in 2, every item failed in 1" */
static void add_left_out(struct knee_builder *out, const struct knee_result *result)
{
    struct knee_unusable sum = {.windows = 0};
    char why[KNEE_UNUSABLE_BYTES];
    for (size_t i = 0; i < result->workloads_count; i++)
        knee_unusable_add_invalid(&sum, result->workloads[i].windows,
                                  result->workloads[i].windows_count);
    knee_unusable_words(&sum, why);
    if (sum.windows > 0 && knee_unusable_disturbed(&sum))
        knee_builder_add(out, "; %zu disturbed and left out", sum.windows);
    else if (sum.windows > 0)
        knee_builder_add(out, "; %zu left out%s%s", sum.windows, *why ? ": " : "", why);
}

/* "3 min 41 s, 312 windows; 9 disturbed and left out; 4 of 1,280 items failed." */
static void print_effort(const struct knee_result *result, FILE *out)
{
    size_t windows = 0;
    double failed = 0, items = 0;
    char a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES], text[EFFORT_BYTES];
    struct knee_builder line;
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        windows += workload->windows_count;
        for (size_t w = 0; w < workload->windows_count; w++) {
            failed += fmax(0, workload->windows[w].failed_items);
            items += fmax(0, workload->windows[w].items);
        }
    }
    knee_builder_over(&line, text, sizeof text);
    knee_builder_add(&line, "%s, %zu window%s", knee_human_duration(a, result->elapsed_s), windows,
                     windows == 1 ? "" : "s");
    add_left_out(&line, result);
    if (failed > 0)
        knee_builder_add(&line, "; %s of %s items failed", knee_human_count(a, ceil(failed)),
                         knee_human_count(b, ceil(failed + items)));
    knee_builder_add(&line, ".");
    knee_wrap_text(out, "", 0, text);
}

/* The user's own command at its limit: lines that work as they are printed. The sweep has kept its
 * items in DIR/items.nul, each with a NUL byte after it. A command that needs a folder or a hook
 * has a script, which `knee recommend` prints. */
static void print_command_use(const struct knee_result *result,
                              const struct knee_text_options *options, FILE *out)
{
    const char *dir = options->dir, *head = "Use it";
    struct knee_command_words words = {.argc = 0};
    uint32_t limit = knee_workload_result_use(&result->workloads[0]);
    bool known = options->command && knee_command_words_find(&words, options->command) &&
                 !words.directory && !words.setup && !words.prepare;
    if (known && knee_command_words_one_run(&words)) {
        if (!knee_command_script_is_needed(&words, KNEE_COMMAND_SCRIPT_XARGS)) {
            char *line = knee_command_words_line(&words, limit);
            fprintf(out, "%-9s%s\n", head, line ? line : "");
            free(line);
            head = "";
        }
        fprintf(out, "%-9sknee recommend %s --for sh\n", head, dir);
    } else {
        static const struct {
            const char *program, *before, *after;
        } ways[] = {{"parallel", "", ""}, {"xargs", "\"$(cat ", ")\""}};
        struct knee_command_words from_file = words;
        char input[DIR_BYTES + 32], from[DIR_BYTES + 32];
        from_file.null = words.has_items;
        snprintf(input, sizeof input, "-a %s/items.nul ", dir);
        for (size_t i = 0; known && i < KNEE_COUNT(ways); i++) {
            snprintf(from, sizeof from, "%s%s/limit%s", ways[i].before, dir, ways[i].after);
            char *line = knee_snippet_script_line(&from_file, ways[i].program,
                                                  words.has_items ? input : "", from, limit);
            if (line)
                fprintf(out, "%-9s%s%s\n", head, words.has_items ? "" : "seq 100 | ", line);
            head = line ? "" : head;
            free(line);
        }
        fprintf(out, "%-9sknee recommend %s --for xargs\n", head, dir);
    }
    fprintf(out, "Report   %s/report.html\n", dir);
}

/* Knows any of them enough to be put on another machine? */
static bool may_plan(const struct knee_result *result)
{
    for (size_t i = 0; i < result->workloads_count; i++)
        if (result->workloads[i].decision.verdict != KNEE_VERDICT_DISTURBED &&
            result->workloads[i].decision.knee > 0)
            return true;
    return false;
}

/* The first with a limit to use; NULL: no level of any meets the SLOs. */
static const struct knee_workload_result *find_usable(const struct knee_result *result)
{
    for (size_t i = 0; i < result->workloads_count; i++)
        if (!knee_explain_slo_unmet(&result->workloads[i]))
            return &result->workloads[i];
    return NULL;
}

/* The target of `knee recommend` that fits: a service is asked through a pool of connections. */
static const char *snippet_for(const struct knee_workload_result *workload)
{
    if (!workload->service)
        return "xargs";
    return strcmp(workload->target, "postgres") == 0 ? "pgbouncer" : "nginx";
}

/* The files, and how to use them. */
static void print_use(const struct knee_result *result, const struct knee_text_options *options,
                      FILE *out)
{
    const char *dir = options->dir;
    char name[80];
    if (!dir || result->workloads_count == 0)
        return;
    if (result->workloads[0].command && find_usable(result)) {
        print_command_use(result, options, out);
        if (may_plan(result))
            fprintf(out, "Plan     knee plan %s --cores 16\n", dir);
        return;
    }
    const struct knee_workload_result *usable = find_usable(result);
    fprintf(out, "Report   %s/report.html\n", dir);
    if (!usable)
        return;
    knee_strings_file_name(name, sizeof name, usable->name);
    fprintf(out, "Scripts  . %s/recommendation.env\n", dir);
    fprintf(out, "         cat %s/%s.limit\n", dir, name);
    fprintf(out, "         knee recommend %s%s%s --for %s\n", dir,
            result->workloads_count == 1 ? "" : " ", result->workloads_count == 1 ? "" : name,
            snippet_for(usable));
    if (may_plan(result))
        fprintf(out, "Plan     knee plan %s --cores 16\n", dir);
}

char *knee_text_result(const struct knee_result *result, const struct knee_text_options *options)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    const struct knee_workload_result *first = &result->workloads[0];
    bool command = result->workloads_count == 1 && first->command;
    bool has_notes = result->workloads_count == 1 && (first->command || first->service);
    char note[KNEE_FACT_TEXT_BYTES], remark[KNEE_EXPLAIN_BYTES];
    if (!command || !result->topology.this_system)
        print_host(result, out);
    for (size_t i = 0; has_notes && i < result->workloads[0].notes.count; i++)
        knee_wrap_text(out, "", 0, knee_fact_text(&result->workloads[0].notes.at[i], note));
    if (has_notes)
        knee_wrap_text(out, "", 0, knee_explain_first(first, remark));
    fputc('\n', out);
    if (result->workloads_count == 1)
        knee_text_levels(result, &result->workloads[0], options, out);
    else
        knee_text_overview(result, options, out);
    print_effort(result, out);
    print_use(result, options, out);
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

/* Is the number not what the service takes? Then the line says so. */
static bool is_not_the_services(const struct knee_workload_result *workload)
{
    enum knee_service_cpus whose = knee_service_cpus_of(workload);
    return knee_explain_has_rate(workload) || whose == KNEE_SERVICE_CPUS_CLIENT ||
           whose == KNEE_SERVICE_CPUS_SHARED;
}

static void add_answer(struct knee_builder *out, const struct knee_workload_result *workload)
{
    char use[KNEE_EXPLAIN_BYTES], verdict[KNEE_EXPLAIN_BYTES], answer[KNEE_EXPLAIN_BYTES];
    char title[KNEE_RESULT_TITLE_BYTES];
    bool unmet = knee_explain_slo_unmet(workload);
    bool says = unmet || workload->decision.verdict != KNEE_VERDICT_RESOLVED ||
                is_not_the_services(workload);
    knee_strings_utf8(title, sizeof title, workload->title[0] ? workload->title : workload->name,
                      false);
    knee_builder_add(out, "%s   %s   %s%s%s\n", knee_explain_slo_use(workload, use), title,
                     unmet ? "SLO not met" : knee_explain_verdict(workload, verdict),
                     says ? ": " : "", says ? knee_explain_answer(workload, answer) : "");
}

char *knee_text_answers(const struct knee_result *result)
{
    struct knee_builder out = {.text = NULL};
    for (size_t i = 0; i < result->workloads_count; i++)
        add_answer(&out, &result->workloads[i]);
    return knee_builder_take(&out);
}

int knee_text_write(FILE *out, const char *text, struct knee_err *err)
{
    errno = 0;
    if (fputs(text, out) != EOF && fflush(out) == 0 && !ferror(out))
        return 0;
    int why = errno ? errno : EIO;
    return knee_err_set(err, KNEE_FAILED, "standard output: %s; %s", strerror(why),
                        why == EPIPE ? "the reader has ended; the files are complete"
                                     : "free some space or write elsewhere");
}

bool knee_text_color(FILE *out)
{
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    bool dumb = !term || !*term || strcmp(term, "dumb") == 0;
    return !dumb && !(no_color && *no_color) && isatty(fileno(out));
}
