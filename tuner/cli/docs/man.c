/* SPDX-License-Identifier: MIT */
/* Prints the man page knee(1), from the tables of commands, options and files. */
#include "core/base/array.h"
#include "core/base/version.h"
#include "core/text/builder.h"
#include "core/text/units.h"
#include "reports/writers.h"
#include "tuner/cli/commands.h"
#include "tuner/cli/exit_codes.h"
#include "tuner/decide/decision.h"
#include "workloads/registry.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 72 /* of the page's source: mandoc warns beyond 80 bytes */

/* Text as roff: no character of it is a command. */
static void escape(struct knee_builder *roff, const char *text, size_t bytes)
{
    static const char *const escapes[256] = {['\\'] = "\\e",  ['-'] = "\\-",   ['\''] = "\\(aq",
                                             ['`'] = "\\(ga", ['^'] = "\\(ha", ['~'] = "\\(ti"};
    if (bytes > 0 && (*text == '.' || *text == '\''))
        knee_builder_add(roff, "\\&");
    for (size_t i = 0; i < bytes; i++) {
        const char *escaped = escapes[(unsigned char)text[i]];
        if (escaped)
            knee_builder_add(roff, "%s", escaped);
        else
            knee_builder_append(roff, &text[i], 1);
    }
}

/* Prints roff words, filled into lines, and ends the line. A line that begins with a control
 * character would be a request. */
static void fill(const char *roff)
{
    size_t column = 0;
    while (*roff) {
        size_t bytes = strcspn(roff, " \n");
        if (column > 0 && column + 1 + bytes > COLUMNS) {
            putchar('\n');
            column = 0;
        } else if (column > 0) {
            putchar(' ');
            column++;
        }
        fputs(column == 0 && (*roff == '.' || *roff == '\'') ? "\\&" : "", stdout);
        printf("%.*s", (int)bytes, roff);
        column += bytes;
        roff += bytes;
        roff += strspn(roff, " \n");
    }
    if (column > 0)
        putchar('\n');
}

/* On the line that was begun: a title, a tag. */
static void text(const char *from)
{
    struct knee_builder roff = {.text = NULL};
    escape(&roff, from, strlen(from));
    fputs(roff.text ? roff.text : "", stdout);
    knee_builder_release(&roff);
}

static void paragraph(const char *from, size_t bytes)
{
    struct knee_builder roff = {.text = NULL};
    escape(&roff, from, bytes);
    fill(roff.text ? roff.text : "");
    knee_builder_release(&roff);
}

/* A sentence, with a capital (but for a command) and a full stop, if it does not ask. */
static void sentence(const char *from)
{
    struct knee_builder roff = {.text = NULL};
    bool is_command = strncmp(from, "knee ", 5) == 0;
    char first = is_command ? *from : (char)toupper((unsigned char)*from);
    escape(&roff, &first, 1);
    escape(&roff, from + 1, strlen(from + 1));
    knee_builder_add(&roff, from[strlen(from) - 1] == '?' ? "" : ".");
    fill(roff.text ? roff.text : "");
    knee_builder_release(&roff);
}

static void example(const char *from)
{
    fputs(".PP\n.RS 2\n.nf\n", stdout);
    text(from);
    puts("\n.fi\n.RE");
}

/* Paragraphs are filled, indented lines kept: as `knee COMMAND --help` has them. */
static void details(const char *from)
{
    const char *open = ".PP"; /* the request that the next paragraph needs */
    while (*from) {
        if (*from == '\n') {
            open = ".PP";
            from++;
            continue;
        }
        size_t bytes = 0;
        if (*from == ' ') {
            puts(".PP\n.RS 2\n.nf");
            for (; *from == ' '; from += bytes + (from[bytes] == '\n')) {
                struct knee_builder roff = {.text = NULL};
                from += strspn(from, " ");
                bytes = strcspn(from, "\n");
                escape(&roff, from, bytes);
                puts(roff.text ? roff.text : "");
                knee_builder_release(&roff);
            }
            puts(".fi\n.RE");
            open = ".PP";
            continue;
        }
        while (from[bytes] &&
               !(from[bytes] == '\n' && (from[bytes + 1] == '\n' || from[bytes + 1] == ' ')))
            bytes++;
        fputs(*open ? open : "", stdout);
        fputs(*open ? "\n" : "", stdout);
        paragraph(from, bytes);
        open = "";
        from += bytes + (from[bytes] == '\n');
    }
}

static void spelling(const struct knee_option *option)
{
    fputs(".TP\n", stdout);
    if (option->letter)
        printf("\\fB\\-%c\\fR, ", option->letter);
    fputs("\\fB\\-\\-", stdout);
    text(option->name);
    fputs("\\fR", stdout);
    if (option->argument) {
        fputs(" \\fI", stdout);
        text(option->argument);
        fputs("\\fR", stdout);
    }
    putchar('\n');
}

/* Which commands take it, unless all do. */
static void owners(const struct knee_option *option)
{
    const char *between = "For ";
    size_t all = 0, found = 0;
    bool has[64] = {false};
    for (; all < sizeof has && knee_commands[all]; all++) {
        struct knee_command_list list = {.count = 0};
        knee_command_add_options(knee_commands[all], &list);
        for (size_t i = 0; i < list.count && !has[all]; i++)
            has[all] = list.at[i] == option;
        found += has[all];
    }
    if (found == all)
        return;
    struct knee_builder roff = {.text = NULL};
    for (size_t i = 0; i < all; i++)
        if (has[i]) {
            knee_builder_add(&roff, "%s\\fB", between);
            escape(&roff, knee_commands[i]->name, strlen(knee_commands[i]->name));
            knee_builder_add(&roff, "\\fR");
            between = ", ";
        }
    knee_builder_add(&roff, ".");
    fill(roff.text ? roff.text : "");
    knee_builder_release(&roff);
}

static void option_entry(const struct knee_option *option)
{
    spelling(option);
    sentence(option->help);
    if (option->fallback) {
        struct knee_builder roff = {.text = NULL};
        knee_builder_add(&roff, "Default: ");
        escape(&roff, option->fallback, strlen(option->fallback));
        knee_builder_add(&roff, ".");
        fill(roff.text ? roff.text : "");
        knee_builder_release(&roff);
    }
    owners(option);
}

static void options(void)
{
    struct knee_command_list list = {.count = 0};
    const char *section = "";
    for (size_t i = 0; knee_commands[i]; i++)
        knee_command_add_options(knee_commands[i], &list);
    puts(".SH OPTIONS");
    fill("Durations are written with a unit (ns us ms s m h), sizes as bytes or with K M G (1024), "
         "ratios as 2% or 0.02.");
    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(section, list.at[i]->section) != 0) {
            section = list.at[i]->section;
            fputs(".SS ", stdout);
            text(section);
            putchar('\n');
        }
        option_entry(list.at[i]);
    }
}

static void usage(const struct knee_command *command)
{
    const char *operands = command->operands, *more = command->other_operands;
    printf(".SS \"knee %s\"\n.nf\n", command->name);
    while (operands) {
        struct knee_builder line = {.text = NULL};
        size_t bytes = strcspn(operands, "\n");
        knee_builder_add(&line, "knee %s [OPTIONS]%s%.*s", command->name, bytes ? " " : "",
                         (int)bytes, operands);
        text(line.text ? line.text : "");
        putchar('\n');
        knee_builder_release(&line);
        operands = operands[bytes] ? operands + bytes + 1 : more;
        more = operands == more ? NULL : more;
    }
    puts(".fi\n.PP");
}

static void commands(void)
{
    puts(".SH COMMANDS");
    for (size_t i = 0; knee_commands[i]; i++) {
        const struct knee_command *command = knee_commands[i];
        usage(command);
        sentence(command->summary);
        if (command->details)
            details(command->details);
        /* Examples are indented. */
        if (command->example && !(command->details && strstr(command->details, "\n  ")))
            example(command->example);
    }
}

static void file_entry(const char *name, const char *summary)
{
    fputs(".TP\n.I ", stdout);
    text(name);
    putchar('\n');
    sentence(summary);
}

static void files(void)
{
    puts(".SH FILES");
    fill("A sweep writes into \\fIresults/DATE\\-TIME/\\fR, and the link \\fIresults/latest\\fR "
         "points there:");
    file_entry("plan.json", "what the sweep set out to do, on which machine");
    file_entry("samples.csv", "a row per window, written the moment it is measured");
    for (size_t i = 0; i < knee_writers_count; i++) {
        char name[128];
        const char *mark = strstr(knee_writers[i].file, "%s");
        int before = mark ? (int)(mark - knee_writers[i].file) : -1;
        snprintf(name, sizeof name, "%.*s%s%s", before, knee_writers[i].file,
                 mark ? "WORKLOAD" : "", mark ? mark + 2 : "");
        file_entry(name, knee_writers[i].summary);
    }
    file_entry("items.nul", "a command's items, each ended by a NUL byte");
    file_entry("*.svg, *.gp", "the charts, and the gnuplot scripts that drew them");
    puts(".PP");
    fill("A run writes into \\fIruns/DATE\\-TIME/\\fR, with the link \\fIruns/latest\\fR:");
    file_entry("items.csv", "two rows per item, written when it begins and when it ends");
    file_entry("limits.csv", "a row per decision about the limit");
    file_entry("plan.json, levels.csv, result.json, report.html", "as of a sweep");
}

static void verdicts(void)
{
    static const struct {
        enum knee_verdict verdict;
        const char *meaning;
    } meanings[] = {
        {KNEE_VERDICT_RESOLVED,
         "the claims about the limit hold at the stated confidence; \"resolved at 5 %\": only at "
         "this "
         "tolerance, which is coarser than the default, so that scripts see \"unresolved\""},
        {KNEE_VERDICT_UNRESOLVED,
         "noise or the budget did not allow an answer: the candidates, "
         "the proven bound, and the command that would settle it are given"},
        {KNEE_VERDICT_RISING, "throughput still grew at the highest level that was allowed"},
        {KNEE_VERDICT_DISTURBED,
         "other processes, or a virtual machine's host, took too much of the machine; the limit is "
         "the rule of thumb, or the best guess if a measured limit refutes it"},
    };
    puts(".SH VERDICTS");
    for (size_t i = 0; i < KNEE_COUNT(meanings); i++) {
        printf(".TP\n.B %s\n", knee_verdict_text(meanings[i].verdict));
        sentence(meanings[i].meaning);
    }
}

static void describe(const struct knee_parameter *parameter)
{
    struct knee_builder help = {.text = NULL};
    knee_builder_add(&help, "%s", parameter->help);
    if (parameter->unit == KNEE_PARAMETER_WORD)
        knee_builder_add(&help, " (%s)", parameter->words);
    sentence(help.text ? help.text : parameter->help);
    knee_builder_release(&help);
}

static void workloads(void)
{
    puts(".SH WORKLOADS");
    fill("Each parameter, set with \\fB\\-\\-param\\fR \\fINAME=VALUE\\fR, with its default:");
    for (size_t i = 0; knee_registry_workloads[i]; i++) {
        const struct knee_workload *workload = knee_registry_workloads[i];
        fputs(".TP\n.B ", stdout);
        text(workload->name);
        putchar('\n');
        sentence(workload->summary);
        for (size_t j = 0; j < workload->parameters_count; j++) {
            const struct knee_parameter *parameter = &workload->parameters[j];
            char value[KNEE_UNITS_BYTES];
            fputs(".RS\n.TP\n.I ", stdout);
            text(parameter->name);
            putchar('=');
            text(knee_units_parameter(parameter, parameter->value, value, sizeof value));
            putchar('\n');
            describe(parameter);
            puts(".RE");
        }
    }
}

static void examples(void)
{
    static const struct {
        const char *what, *command;
    } list[] = {
        {"The limit of your own command, and how to use it",
         "find . -name '*.log' | knee sweep -- gzip -9kc {}\n"
         "parallel -0 -a results/latest/items.nul \\\n    -j results/latest/limit gzip -9k {}"},
        {"How wide a build should be", "knee sweep -- make -j{n}"},
        {"Is today's setting right, and how long do 40,000 items take?",
         "find in -type f | knee sweep --current 16 --total 40000 -- gzip -9kc {}"},
        {"The most that keeps 99 % of items below 50 ms", "knee sweep net --slo p99=50ms"},
        {"In CI: fail unless the answer is proven", "knee sweep cpu --budget 20s --strict -o out"},
        {"Charts for a paper", "knee report results/latest --format pdf --size 640x400"},
        {"A pool of connections", "knee recommend results/latest --for pgbouncer"},
    };
    puts(".SH EXAMPLES");
    for (size_t i = 0; i < KNEE_COUNT(list); i++) {
        fputs(i ? ".PP\n" : "", stdout);
        sentence(list[i].what);
        example(list[i].command);
    }
}

static void rest(void)
{
    puts(".SH EXIT STATUS");
    for (size_t i = 0; knee_exit_codes[i].code; i++) {
        printf(".TP\n%s\n", knee_exit_codes[i].code);
        sentence(knee_exit_codes[i].meaning);
    }
    puts(".SH ENVIRONMENT\n"
         ".TP\n.BR HWLOC_XMLFILE \", \" HWLOC_SYNTHETIC\n"
         "A topology to take for this machine\\(aqs: its limits are then left out.\n"
         ".TP\n.BR NO_COLOR \", \" TERM\nNo colours if the first is set, or the second is "
         "\\fIdumb\\fR.\n"
         ".TP\n.B TMPDIR\nThe folder for what {out} and {copy} name.");
    examples();
    puts(".SH SEE ALSO\n.BR gnuplot (1),\n.BR lstopo (1),\n.BR parallel (1),\n.BR xargs (1)");
}

int main(void)
{
    puts(".\\\" Made from the program\\(aqs own tables: change those.\n"
         ".TH KNEE 1 \"" KNEE_VERSION_DATE "\" \"knee " KNEE_VERSION "\" \"User Commands\"\n"
         ".SH NAME\nknee \\- find the throttle limit of a piece of work\n"
         ".SH SYNOPSIS\n.B knee\n.I COMMAND\n[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n"
         ".SH DESCRIPTION");
    fill("Finds the smallest number of items to keep in flight (threads, processes, connections) "
         "that gives full speed, and how sure that is.");
    commands();
    options();
    workloads();
    verdicts();
    files();
    rest();
    return fflush(stdout) ? 1 : 0;
}
