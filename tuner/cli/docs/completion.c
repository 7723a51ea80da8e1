/* SPDX-License-Identifier: MIT */
/* Prints the completion for a shell (bash, zsh or fish), from the tables of commands and options.
 * Workloads, parameters and targets are asked of the program itself. */
#include "tuner/cli/commands.h"

#include "core/base/array.h"
#include "core/text/builder.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What completes the value of an option, or an operand. */
enum values {
    VALUES_NONE,
    VALUES_WORDS, /* the alternatives of "none|core|pu" */
    VALUES_TARGETS,
    VALUES_WORKLOADS,
    VALUES_PARAMETERS,
    VALUES_METRICS, /* of --slo */
    VALUES_LISTS,   /* of `knee list` */
    VALUES_DIRS,
    VALUES_FILES,
};

/* The words of "none|core|pu", without placeholders like TIME, between blanks. */
static void alternatives(const char *argument, struct knee_builder *words)
{
    if (!strchr(argument, '|'))
        return;
    while (*argument) {
        size_t bytes = strcspn(argument, "|");
        if (islower((unsigned char)*argument)) {
            knee_builder_separate(words, " ");
            knee_builder_append(words, argument, bytes);
        }
        argument += bytes + (argument[bytes] != '\0');
    }
}

static enum values values_of(const char *placeholder, const char *owner)
{
    static const struct {
        const char *part;
        enum values values;
    } kinds[] = {{"TARGET", VALUES_TARGETS},     {"METRIC", VALUES_METRICS},
                 {"DIR", VALUES_DIRS},           {"BASE", VALUES_DIRS},
                 {"WORKLOAD", VALUES_WORKLOADS}, {"FILE", VALUES_FILES}};
    struct knee_builder words = {.text = NULL};
    alternatives(placeholder, &words);
    bool any = words.length > 0;
    knee_builder_release(&words);
    if (any)
        return VALUES_WORDS;
    if (strcmp(owner, "param") == 0)
        return VALUES_PARAMETERS;
    for (size_t i = 0; i < KNEE_COUNT(kinds); i++)
        if (strstr(placeholder, kinds[i].part))
            return kinds[i].values;
    return strcmp(owner, "list") == 0 ? VALUES_LISTS : VALUES_NONE;
}

/* Text inside '...' of a shell; with `colons`, also of a zsh specification. */
static void put_quoted(const char *text, bool colons)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (colons && strchr("[]:\\", *text))
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

/* ---- bash ---- */

static void bash_values(enum values values, const char *placeholder, const char *indent)
{
    struct knee_builder words = {.text = NULL};
    fputs(indent, stdout);
    switch (values) {
    case VALUES_WORDS:
        alternatives(placeholder, &words);
        printf("COMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n", words.text ? words.text : "");
        break;
    case VALUES_TARGETS:
        puts("COMPREPLY=($(compgen -W \"$(_knee_list \"$1\" targets)\" -- \"$cur\"))");
        break;
    case VALUES_WORKLOADS:
        puts("COMPREPLY=($(compgen -W \"$(_knee_list \"$1\" workloads)\" -- \"$cur\"))");
        break;
    case VALUES_PARAMETERS:
        puts("compopt -o nospace; COMPREPLY=($(compgen -W \"$(_knee_parameters \"$1\")\" -- "
             "\"$cur\"))");
        break;
    case VALUES_METRICS:
        puts("compopt -o nospace; COMPREPLY=($(compgen -S = -W 'p50 p95 p99 mean errors' -- "
             "\"$cur\"))");
        break;
    case VALUES_LISTS:
        puts("COMPREPLY=($(compgen -W 'workloads strategies objectives formats targets' -- "
             "\"$cur\"))");
        break;
    case VALUES_DIRS:
        puts("compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\"))");
        break;
    case VALUES_FILES:
        puts("compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))");
        break;
    case VALUES_NONE:
        puts(":");
        break;
    }
    knee_builder_release(&words);
}

static void bash_spelling(const struct knee_option *option, const char *between)
{
    printf("--%s", option->name);
    if (option->letter)
        printf("%s-%c", between, option->letter);
}

/* The values of options; a flag has none. */
static void bash_options(const struct knee_command_list *list)
{
    puts("    case $prev in");
    for (size_t i = 0; i < list->count; i++) {
        const struct knee_option *option = list->at[i];
        if (!option->argument)
            continue;
        fputs("    ", stdout);
        bash_spelling(option, "|");
        puts(")");
        bash_values(values_of(option->argument, option->name), option->argument, "        ");
        puts("        return ;;");
    }
    puts("    esac");
}

static void bash_command(const struct knee_command *command)
{
    printf("    %s)\n        options='", command->name);
    const char *between = "";
    struct knee_command_list list = {.count = 0};
    knee_command_add_options(command, &list);
    for (size_t i = 0; i < list.count; i++) {
        fputs(between, stdout);
        bash_spelling(list.at[i], " ");
        between = " ";
    }
    puts("'");
    puts("        [[ $cur == -* ]] || {");
    bash_values(values_of(command->operands, command->name), command->operands, "            ");
    puts("        } ;;");
}

static void print_bash(const struct knee_command_list *all)
{
    puts("# bash completion for knee, made from the program's own tables: change those.\n"
         "_knee_list() { \"$1\" list \"$2\" 2>/dev/null | sed -n 's/^\\([^ ]*\\).*/\\1/p'; }\n"
         "_knee_parameters() { \"$1\" list workloads 2>/dev/null | "
         "sed -n 's/^    \\([a-z_]*=\\).*/\\1/p'; }\n"
         "_knee()\n{\n"
         "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} options= i\n"
         "    COMPREPLY=()\n"
         "    # after -- the command's own completion\n"
         "    for ((i = 2; i < COMP_CWORD; i++)); do\n"
         "        [[ ${COMP_WORDS[i]} == -- ]] || continue\n"
         "        declare -F _command_offset >/dev/null && _command_offset $((i + 1))\n"
         "        return\n"
         "    done\n"
         "    # --for=x comes as three words\n"
         "    if [[ $cur == = ]]; then\n        cur=\n"
         "    elif [[ $prev == = ]]; then\n        prev=${COMP_WORDS[COMP_CWORD-2]}\n    fi");
    fputs("    if ((COMP_CWORD == 1)); then\n        COMPREPLY=($(compgen -W '", stdout);
    for (size_t i = 0; knee_commands[i]; i++)
        printf("%s ", knee_commands[i]->name);
    puts("help --help --version' -- \"$cur\"))\n        return\n    fi");
    bash_options(all);
    puts("    case ${COMP_WORDS[1]} in");
    for (size_t i = 0; knee_commands[i]; i++)
        bash_command(knee_commands[i]);
    puts("    esac\n"
         "    [[ $cur == -* ]] && COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
         "    return 0\n"
         "}\n"
         "complete -F _knee knee knee-mpi");
}

/* ---- zsh ---- */

static void zsh_values(enum values values, const char *placeholder)
{
    static const char *const actions[] = {[VALUES_NONE] = " ",
                                          [VALUES_TARGETS] = "($(_knee_list targets))",
                                          [VALUES_WORKLOADS] = "($(_knee_list workloads))",
                                          [VALUES_PARAMETERS] = "($(_knee_parameters))",
                                          [VALUES_METRICS] = "(p50= p95= p99= mean= errors=)",
                                          [VALUES_LISTS] =
                                              "(workloads strategies objectives formats targets)",
                                          [VALUES_DIRS] = "_files -/",
                                          [VALUES_FILES] = "_files"};
    struct knee_builder words = {.text = NULL};
    if (values == VALUES_WORDS) {
        alternatives(placeholder, &words);
        printf("(%s)", words.text ? words.text : "");
    } else {
        fputs(actions[values], stdout);
    }
    knee_builder_release(&words);
}

static void zsh_option(const struct knee_option *option)
{
    fputs(" \\\n            '*'", stdout);
    if (option->letter)
        printf("{-%c,--%s%s}'", option->letter, option->name, option->argument ? "=" : "");
    else
        printf("'--%s%s", option->name, option->argument ? "=" : "");
    putchar('[');
    put_quoted(option->help, true);
    putchar(']');
    if (option->argument) {
        putchar(':');
        put_quoted(option->argument, true);
        putchar(':');
        zsh_values(values_of(option->argument, option->name), option->argument);
    }
    putchar('\'');
}

static void print_zsh(void)
{
    puts("#compdef knee knee-mpi\n"
         "# zsh completion for knee, made from the program's own tables: change those.\n"
         "_knee_list() { knee list $1 2>/dev/null | sed -n 's/^\\([^ ]*\\).*/\\1/p' }\n"
         "_knee_parameters() { knee list workloads 2>/dev/null | "
         "sed -n 's/^    \\([a-z_]*=\\).*/\\1/p' }\n"
         "_knee()\n{\n"
         "    local -a commands\n"
         "    integer dashes=${words[(i)--]}\n"
         "    commands=(");
    for (size_t i = 0; knee_commands[i]; i++) {
        printf("        '%s:", knee_commands[i]->name);
        put_quoted(knee_commands[i]->summary, true);
        puts("'");
    }
    puts("    )\n"
         "    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n    "
         "fi\n"
         "    # after -- the command's own completion\n"
         "    if (( dashes < CURRENT )); then\n"
         "        words=(\"${(@)words[dashes + 1, -1]}\")\n"
         "        (( CURRENT -= dashes ))\n"
         "        _normal\n        return\n    fi\n"
         "    local command=$words[2]\n"
         "    shift words\n    (( CURRENT-- ))\n"
         "    case $command in");
    for (size_t i = 0; knee_commands[i]; i++) {
        const struct knee_command *command = knee_commands[i];
        struct knee_command_list list = {.count = 0};
        knee_command_add_options(command, &list);
        printf("    %s)\n        _arguments -s", command->name);
        for (size_t o = 0; o < list.count; o++)
            zsh_option(list.at[o]);
        fputs(" \\\n            '*: :", stdout);
        zsh_values(values_of(command->operands, command->name), command->operands);
        puts("' ;;");
    }
    puts("    esac\n}\n"
         "_knee \"$@\"");
}

/* ---- fish ---- */

static void fish_values(enum values values, const char *placeholder)
{
    static const char *const lists[] = {[VALUES_TARGETS] = "(__knee_list targets)",
                                        [VALUES_WORKLOADS] = "(__knee_list workloads)",
                                        [VALUES_PARAMETERS] = "(__knee_parameters)",
                                        [VALUES_METRICS] = "p50= p95= p99= mean= errors=",
                                        [VALUES_LISTS] =
                                            "workloads strategies objectives formats targets",
                                        [VALUES_DIRS] = "(__fish_complete_directories)"};
    struct knee_builder words = {.text = NULL};
    if (values == VALUES_WORDS)
        alternatives(placeholder, &words);
    if (values == VALUES_FILES)
        fputs(" -F", stdout);
    else
        fputs(" -f", stdout);
    if (values != VALUES_NONE && values != VALUES_FILES)
        printf(" -a '%s'", values == VALUES_WORDS && words.text ? words.text : lists[values]);
    knee_builder_release(&words);
}

static void fish_command(const struct knee_command *command)
{
    struct knee_command_list list = {.count = 0};
    knee_command_add_options(command, &list);
    printf("complete -c knee -f -n __knee_first -a %s -d '", command->name);
    put_quoted(command->summary, false);
    puts("'");
    for (size_t i = 0; i < list.count; i++) {
        const struct knee_option *option = list.at[i];
        printf("complete -c knee -n '__knee_in %s' -l %s", command->name, option->name);
        if (option->letter)
            printf(" -s %c", option->letter);
        fputs(" -d '", stdout);
        put_quoted(option->help, false);
        putchar('\'');
        if (option->argument) {
            fputs(" -r", stdout);
            fish_values(values_of(option->argument, option->name), option->argument);
        }
        putchar('\n');
    }
    printf("complete -c knee -n '__knee_in %s'", command->name);
    fish_values(values_of(command->operands, command->name), command->operands);
    putchar('\n');
}

static void print_fish(void)
{
    puts("# fish completion for knee, made from the program's own tables: change those.\n"
         "function __knee_list\n"
         "    knee list $argv[1] 2>/dev/null | string match -r '^[^ ]+'\n"
         "end\n"
         "function __knee_parameters\n"
         "    knee list workloads 2>/dev/null | string match -r '^    [a-z_]+=' | string trim\n"
         "end\n"
         "function __knee_first\n"
         "    test (count (commandline -opc)) -eq 1\n"
         "end\n"
         "function __knee_in\n"
         "    set -l words (commandline -opc)\n"
         "    test (count $words) -gt 1; and test $words[2] = $argv[1]; "
         "and not contains -- -- $words\n"
         "end\n"
         "function __knee_after_dashes\n"
         "    contains -- -- (commandline -opc)\n"
         "end\n"
         "# after -- the command's own completion\n"
         "function __knee_command\n"
         "    set -l words (commandline -opc) (commandline -ct)\n"
         "    set -l at (contains -i -- -- $words)\n"
         "    complete -C (string join ' ' -- $words[(math $at + 1)..-1])\n"
         "end\n"
         "complete -c knee -f -n __knee_after_dashes -a '(__knee_command)'\n"
         "complete -c knee-mpi -w knee");
    for (size_t i = 0; knee_commands[i]; i++)
        fish_command(knee_commands[i]);
}

int main(int argc, char **argv)
{
    const char *shell = argc > 1 ? argv[1] : "bash";
    struct knee_command_list all = {.count = 0};
    for (size_t i = 0; knee_commands[i]; i++)
        knee_command_add_options(knee_commands[i], &all);
    if (strcmp(shell, "zsh") == 0)
        print_zsh();
    else if (strcmp(shell, "fish") == 0)
        print_fish();
    else
        print_bash(&all);
    return fflush(stdout) ? 1 : 0;
}
