/* SPDX-License-Identifier: MIT */
/* Prints the man page knee(1), from the tables of commands, options and files. */
#include "core/base/version.h"
#include "reports/writers.h"
#include "tuner/cli/commands.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Text for roff: no character of it is a command. */
static void text_n(const char *text, size_t bytes)
{
    if (bytes > 0 && (*text == '.' || *text == '\''))
        fputs("\\&", stdout);
    for (size_t i = 0; i < bytes; i++)
        switch (text[i]) {
        case '\\':
            fputs("\\e", stdout);
            break;
        case '-':
            fputs("\\-", stdout);
            break;
        case '\'':
            fputs("\\(aq", stdout);
            break;
        case '`':
            fputs("\\(ga", stdout);
            break;
        case '^':
            fputs("\\(ha", stdout);
            break;
        case '~':
            fputs("\\(ti", stdout);
            break;
        default:
            putchar(text[i]);
        }
}

static void text(const char *from)
{
    text_n(from, strlen(from));
}

/* A sentence, with a capital and a full stop. */
static void sentence(const char *from)
{
    char first = (char)toupper((unsigned char)*from);
    text_n(&first, 1);
    text(from + 1);
    puts(".");
}

/* Paragraphs are filled, indented lines kept: as `knee COMMAND --help` has them. */
static void details(const char *from)
{
    bool kept = false;
    puts(".PP");
    for (; *from;
         from += from[strcspn(from, "\n")] ? strcspn(from, "\n") + 1 : strcspn(from, "\n")) {
        size_t bytes = strcspn(from, "\n");
        bool keep = *from == ' ';
        if (keep != kept)
            puts(keep ? ".RS 2\n.nf" : ".fi\n.RE\n.PP");
        kept = keep;
        if (bytes == 0) {
            puts(keep ? "" : ".PP");
            continue;
        }
        size_t blanks = strspn(from, " ");
        text_n(from + blanks, bytes - blanks);
        putchar('\n');
    }
    if (kept)
        puts(".fi\n.RE");
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
    for (; knee_commands[all] && all < sizeof has; all++) {
        struct knee_command_list list = {.count = 0};
        knee_command_add_options(knee_commands[all], &list);
        for (size_t i = 0; i < list.count && !has[all]; i++)
            has[all] = list.at[i] == option;
        found += has[all];
    }
    if (found == all)
        return;
    for (size_t i = 0; i < all; i++)
        if (has[i]) {
            printf("%s\\fB", between);
            text(knee_commands[i]->name);
            fputs("\\fR", stdout);
            between = ", ";
        }
    puts(".");
}

static void option_entry(const struct knee_option *option)
{
    spelling(option);
    sentence(option->help);
    if (option->fallback) {
        fputs("Default: ", stdout);
        text(option->fallback);
        puts(".");
    }
    owners(option);
}

static void options(void)
{
    struct knee_command_list list = {.count = 0};
    const char *section = "";
    for (size_t i = 0; knee_commands[i]; i++)
        knee_command_add_options(knee_commands[i], &list);
    puts(".SH OPTIONS\nDurations are written with a unit (ns us ms s m h), sizes as bytes or with "
         "K M G (1024), ratios as 2% or 0.02.");
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

static void commands(void)
{
    puts(".SH COMMANDS");
    for (size_t i = 0; knee_commands[i]; i++) {
        const struct knee_command *command = knee_commands[i];
        fputs(".SS \"knee ", stdout);
        text(command->name);
        fputs(" [OPTIONS]", stdout);
        fputs(*command->operands ? " " : "", stdout);
        text(command->operands);
        puts("\"");
        sentence(command->summary);
        if (command->details)
            details(command->details);
        if (command->example) {
            fputs(".PP\n.RS 2\n.nf\n", stdout);
            text(command->example);
            puts("\n.fi\n.RE");
        }
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
    puts(".SH FILES\nA sweep writes into \\fIresults/DATE\\-TIME/\\fR, and the link "
         "\\fIresults/latest\\fR points there:");
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
    file_entry("*.svg, *.gp", "the charts, and the gnuplot scripts that drew them");
}

static void rest(void)
{
    puts(".SH EXIT STATUS\n"
         ".TP\n0\nDone, whatever the verdict.\n.TP\n1\nSomething failed while running.\n"
         ".TP\n2\nWrong usage.\n.TP\n3\nNot resolved, with \\fB\\-\\-strict\\fR.\n"
         ".TP\n128 and the signal\\(aqs number\nInterrupted, after the windows so far have been "
         "written.\n"
         ".SH ENVIRONMENT\n"
         ".TP\n.BR HWLOC_XMLFILE \", \" HWLOC_SYNTHETIC\n"
         "A topology to take for this machine\\(aqs: its limits are then left out.\n"
         ".TP\n.BR NO_COLOR \", \" TERM\nNo colours if the first is set, or the second is "
         "\\fIdumb\\fR.\n"
         ".SH SEE ALSO\n.BR gnuplot (1),\n.BR lstopo (1),\n.BR parallel (1),\n.BR xargs (1)");
}

int main(void)
{
    puts(".\\\" Made from the program\\(aqs own tables: change those.\n"
         ".TH KNEE 1 \"\" \"knee " KNEE_VERSION "\" \"User Commands\"\n"
         ".SH NAME\nknee \\- find the throttle limit of a piece of work\n"
         ".SH SYNOPSIS\n.B knee\n.I COMMAND\n[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n"
         ".SH DESCRIPTION\n"
         "Finds the smallest number of items to keep in flight (threads, processes, connections) "
         "that gives full speed, and how sure that is.");
    commands();
    options();
    files();
    rest();
    return fflush(stdout) ? 1 : 0;
}
