/* SPDX-License-Identifier: MIT */
#include "reports/text/text.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "core/text/strings.h"
#include "reports/scripts/command_words.h"
#include "reports/text/text_levels.h"
#include "reports/text/text_overview.h"
#include "reports/text/wrap.h"
#include "reports/words/explain.h"
#include "reports/words/fact_text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* "3 min 41 s, 312 windows; 9 disturbed and measured again." */
static void print_effort(const struct knee_result *result, FILE *out)
{
    size_t windows = 0, rejected = 0;
    double failed = 0, items = 0;
    char a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES];
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        windows += workload->windows_count;
        rejected += knee_explain_rejected(workload);
        for (size_t w = 0; w < workload->windows_count; w++) {
            failed += fmax(0, workload->windows[w].failed_items);
            items += fmax(0, workload->windows[w].items);
        }
    }
    fprintf(out, "%s, %zu window%s", knee_human_duration(a, result->elapsed_s), windows,
            windows == 1 ? "" : "s");
    if (rejected > 0)
        fprintf(out, "; %zu disturbed and left out", rejected);
    if (failed > 0)
        fprintf(out, "; %s of %s items failed", knee_human_count(a, ceil(failed)),
                knee_human_count(b, ceil(failed + items)));
    fputs(".\n", out);
}

/* The user's own command, at its limit. */
static void print_command_use(const struct knee_result *result,
                              const struct knee_text_options *options, FILE *out)
{
    const char *dir = options->dir;
    struct knee_command_words words = {.argc = 0};
    uint32_t limit = knee_workload_result_use(&result->workloads[0]);
    char name[80];
    char *line = NULL;
    knee_strings_file_name(name, sizeof name, result->workloads[0].name);
    if (options->command && knee_command_words_find(&words, options->command))
        line = knee_command_words_line(&words, limit);
    const char *head = "Use it";
    bool one_run = knee_command_words_one_run(&words);
    /* A shell line would be cut by the shell that calls parallel. */
    if (line && !knee_command_words_need_script(&words) && (one_run || !words.shell)) {
        if (one_run)
            fprintf(out, "Use it   %s\n", line);
        else /* quotes that parallel takes off would be missed by the shell that it runs */
            fprintf(out, "Use it   parallel %s%s%s-j %s/%s.limit %s\n", words.null ? "-0 " : "",
                    strchr(line, '\'') ? "-q " : "", words.has_items ? "" : "-n0 ", dir, name,
                    line);
        head = "";
    }
    if (!one_run)
        fprintf(out, "%-9sxargs -P \"$(knee limit --from %s)\" ...\n", head, dir);
    fprintf(out, "%-9sknee recommend %s --for %s\n", one_run ? head : "", dir,
            one_run && !*head ? "sh" : "xargs");
    fprintf(out, "Report   %s/report.html\n", dir);
    free(line);
}

/* The files, and how to use them. */
static void print_use(const struct knee_result *result, const struct knee_text_options *options,
                      FILE *out)
{
    const char *dir = options->dir;
    char name[80];
    if (!dir || result->workloads_count == 0)
        return;
    if (result->workloads[0].command) {
        print_command_use(result, options, out);
        return;
    }
    knee_strings_file_name(name, sizeof name, result->workloads[0].name);
    fprintf(out, "Report   %s/report.html\n", dir);
    fprintf(out, "Scripts  . %s/recommendation.env\n", dir);
    fprintf(out, "         parallel -j %s/%s.limit ...\n", dir,
            result->workloads_count == 1 ? name : "NAME");
    fprintf(out, "         xargs -P \"$(cat %s/%s.limit)\" ...\n", dir,
            result->workloads_count == 1 ? name : "NAME");
}

char *knee_text_result(const struct knee_result *result, const struct knee_text_options *options)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    bool command = result->workloads_count == 1 && result->workloads[0].command;
    char note[KNEE_FACT_TEXT_BYTES];
    for (size_t i = 0; command && i < result->workloads[0].notes.count; i++)
        knee_wrap_text(out, "", 0, knee_fact_text(&result->workloads[0].notes.at[i], note));
    if (!command)
        print_host(result, out);
    fputc('\n', out);
    if (result->workloads_count == 1)
        knee_text_levels(&result->workloads[0], options, out);
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
