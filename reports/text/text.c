/* SPDX-License-Identifier: MIT */
#include "reports/text/text.h"

#include "core/text/human.h"
#include "core/text/strings.h"
#include "reports/scripts/command_words.h"
#include "reports/words/explain.h"
#include "reports/words/next.h"
#include "reports/words/fact_text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNIT_BYTES 3 /* "%", "ms", "GiB", with a comma "ms," */

/* Bytes of `text` up to where a line may break: a number keeps its unit; another number is none. */
static size_t unbreakable(const char *text)
{
    size_t length = strcspn(text, " ");
    while (text[length] && length > 0 && isdigit((unsigned char)text[length - 1])) {
        const char *next = text + length + 1;
        size_t unit = strcspn(next, " ");
        if (unit == 0 || unit > UNIT_BYTES || isdigit((unsigned char)*next))
            break;
        length += 1 + unit;
    }
    return length;
}

void knee_text_wrap(FILE *out, const char *head, size_t indent, const char *text)
{
    size_t column = indent;
    if (!*text)
        return;
    fprintf(out, "%-*s", (int)indent, head);
    for (bool first = true; *text; first = false) {
        size_t length = unbreakable(text);
        char word[KNEE_EXPLAIN_BYTES];
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        size_t width = knee_strings_width(word);
        if (!first && column + 1 + width > KNEE_TEXT_WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
            first = true;
        }
        fprintf(out, "%s%s", first ? "" : " ", word);
        column += width + !first;
        text += length + strspn(text + length, " ");
    }
    fputc('\n', out);
}

void knee_text_next(FILE *out, const char *head, size_t indent,
                    const struct knee_workload_result *workload)
{
    struct knee_next next;
    knee_next_find(&next, workload);
    knee_text_wrap(out, head, indent, next.advice);
    if (next.command[0])
        fprintf(out, "%*s%s\n", (int)indent, "", next.command);
}

void knee_text_verdict(FILE *out, enum knee_verdict verdict, int width, bool color)
{
    char name[32];
    snprintf(name, sizeof name, "%s", knee_verdict_text(verdict));
    for (char *c = name; *c && verdict != KNEE_VERDICT_RESOLVED; c++)
        *c = (char)toupper((unsigned char)*c);
    const char *start = verdict == KNEE_VERDICT_RESOLVED ? "\033[32m" : "\033[33m";
    fprintf(out, "%s%s%s", color ? start : "", name, color ? "\033[0m" : "");
    fprintf(out, "%*s", width > (int)strlen(name) ? width - (int)strlen(name) : 0, "");
}

/* Other work beside the sweep, as a share of the CPUs; NAN unknown. */
static double other_work(const struct knee_result *result)
{
    double most = NAN;
    for (size_t i = 0; i < result->workloads_count; i++)
        most = fmax(most, result->workloads[i].other_cpus);
    return most / (result->topology.allowed_pus ? result->topology.allowed_pus : 1);
}

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

/* "knee 1.0 on ci-vm-7: AMD EPYC, 2 CPUs (2 cores), no CPU quota, 3.1 GiB free, 3 % other work" */
static void host_line(const struct knee_result *result, FILE *out)
{
    const struct knee_host *host = &result->host;
    const struct knee_topology_counts *topology = &result->topology;
    char line[512], a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES];
    int used = snprintf(line, sizeof line, "knee %s on %s: %s%s%u CPU%s (%u core%s)",
                        result->version, host->name[0] ? host->name : "this host", topology->model,
                        topology->model[0] ? ", " : "", topology->allowed_pus,
                        plural(topology->allowed_pus), topology->allowed_cores,
                        plural(topology->allowed_cores));
    if (!topology->this_system)
        snprintf(line + used, sizeof line - (size_t)used, " of a topology that is not this host's");
    else
        used += snprintf(line + used, sizeof line - (size_t)used, ", %s%s",
                         isfinite(host->cpu_quota) ? "CPU quota " : "no CPU quota",
                         isfinite(host->cpu_quota) ? knee_human_rate(a, host->cpu_quota) : "");
    if (topology->this_system && host->memory_available_bytes != UINT64_MAX)
        used += snprintf(line + used, sizeof line - (size_t)used, ", %s free",
                         knee_human_size(b, (double)host->memory_available_bytes));
    if (topology->this_system && !isnan(other_work(result)))
        snprintf(line + used, sizeof line - (size_t)used, ", %s other work",
                 knee_human_percent(a, other_work(result)));
    knee_text_wrap(out, "", 0, line);
}

/* "3 min 41 s, 312 windows; 9 disturbed and measured again." */
static void effort_line(const struct knee_result *result, FILE *out)
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
static void use_command_lines(const struct knee_result *result, const char *dir, FILE *out)
{
    struct knee_command_words words;
    uint32_t limit = knee_workload_result_use(&result->workloads[0]);
    char name[80];
    char *line = NULL;
    knee_strings_file_name(name, sizeof name, result->workloads[0].name);
    if (knee_command_words_find(&words, result->argc, result->argv))
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

/* Where the files are and how to use them. */
static void use_lines(const struct knee_result *result, const char *dir, FILE *out)
{
    char name[80];
    if (!dir || result->workloads_count == 0)
        return;
    if (result->workloads[0].command) {
        use_command_lines(result, dir, out);
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
        knee_text_wrap(out, "", 0, knee_fact_text(&result->workloads[0].notes.at[i], note));
    if (!command)
        host_line(result, out);
    fputc('\n', out);
    if (result->workloads_count == 1)
        knee_text_levels(&result->workloads[0], options, out);
    else
        knee_text_overview(result, options, out);
    effort_line(result, out);
    use_lines(result, options->dir, out);
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
