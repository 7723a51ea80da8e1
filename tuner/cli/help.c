/* SPDX-License-Identifier: MIT */
#include "tuner/cli/help.h"

#include "tuner/cli/commands.h"
#include "tuner/cli/exit_codes.h"

#include <stdbool.h>
#include <string.h>

#define COLUMNS 80
#define INDENT 26  /* where an option's help begins */
#define TIE '\x1f' /* a blank at which no line ends */

void knee_help_needs(FILE *out)
{
    for (size_t i = 0; knee_commands[i]; i++)
        if (knee_commands[i]->need)
            fprintf(out, "%-38s  %s\n", knee_commands[i]->need, knee_commands[i]->example);
    fprintf(out, "%-38s  %s\n", "Everything else, and the options?",
            "knee --help, knee COMMAND --help");
}

void knee_help_commands(FILE *out)
{
    fputs("usage: knee COMMAND [OPTIONS] [ARGUMENTS]\n"
          "\n"
          "Finds the throttle limit of a piece of work: the smallest number of items to\n"
          "keep in flight that gives full speed, and how sure that is.\n"
          "\n"
          "Commands:\n",
          out);
    for (size_t i = 0; knee_commands[i]; i++)
        fprintf(out, "  %-10s  %s\n", knee_commands[i]->name, knee_commands[i]->summary);
    fputs("\n"
          "  knee COMMAND --help   the command's options\n"
          "  knee --version        the version\n"
          "\n"
          "Durations are written with a unit (ns us ms s m h), sizes as bytes or with K M G\n"
          "(1024), ratios as 2% or 0.02.\n"
          "\n"
          "Exit codes:\n",
          out);
    for (size_t i = 0; knee_exit_codes[i].code; i++)
        fprintf(out, "  %-12s  %s\n", knee_exit_codes[i].code, knee_exit_codes[i].meaning);
}

/* Prints the words of `text` up to its end or an empty or an indented line, wrapped between
 * `indent` and COLUMNS; returns what follows. `column` is the cursor's. */
static const char *print_words(FILE *out, size_t column, size_t indent, const char *text)
{
    bool first = true;
    while (*text && *text != '\n') {
        size_t length = strcspn(text, " \n");
        if (!first && column + 1 + length > COLUMNS) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            fputc(' ', out);
            column++;
        }
        for (size_t i = 0; i < length; i++)
            fputc(text[i] == TIE ? ' ' : text[i], out);
        column += length;
        text += length;
        first = false;
        if (*text == ' ' || (*text == '\n' && text[1] != ' ' && text[1] != '\n'))
            text++;
    }
    fputc('\n', out);
    return *text ? text + 1 : text;
}

/* Paragraphs are wrapped; empty and indented lines are printed as they are. */
static void print_details(FILE *out, const char *text)
{
    while (*text) {
        if (*text != ' ' && *text != '\n') {
            text = print_words(out, 0, 0, text);
            continue;
        }
        size_t length = strcspn(text, "\n");
        fprintf(out, "%.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void print_option(FILE *out, const struct knee_option *option)
{
    char spelling[96], help[256], fallback[128];
    char letter[] = {'-', option->letter, ',', ' ', '\0'};
    int column = snprintf(spelling, sizeof spelling, "  %s--%s%s%s", option->letter ? letter : "",
                          option->name, option->argument ? " " : "",
                          option->argument ? option->argument : "");
    snprintf(fallback, sizeof fallback, "%s", option->fallback ? option->fallback : "");
    /* A word alone is not parted from what it is. */
    char tie = strchr(fallback, ' ') ? ' ' : TIE;
    snprintf(help, sizeof help, *fallback ? "%s (default:%c%s)" : "%s", option->help, tie,
             fallback);
    fputs(spelling, out);
    if (column > INDENT - 2) {
        fputc('\n', out);
        column = 0;
    }
    fprintf(out, "%*s", INDENT - column, "");
    print_words(out, INDENT, INDENT, help);
}

/* A line for each way to call it. */
static void print_usage(FILE *out, const struct knee_command *command)
{
    const char *more = command->other_operands;
    fprintf(out, "usage: knee %s [OPTIONS]%s%s\n", command->name, *command->operands ? " " : "",
            command->operands);
    while (more && *more) {
        size_t bytes = strcspn(more, "\n");
        fprintf(out, "       knee %s [OPTIONS] %.*s\n", command->name, (int)bytes, more);
        more += bytes + (more[bytes] == '\n');
    }
}

void knee_help_command(FILE *out, const struct knee_command *command)
{
    print_usage(out, command);
    fprintf(out, "\n%s\n", command->summary);
    if (command->details) {
        fputc('\n', out);
        print_details(out, command->details);
    }
    struct knee_command_list list = {.count = 0};
    const char *section = "";
    knee_command_add_options(command, &list);
    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(section, list.at[i]->section) != 0)
            fprintf(out, "\n%s:\n", list.at[i]->section);
        section = list.at[i]->section;
        print_option(out, list.at[i]);
    }
}
