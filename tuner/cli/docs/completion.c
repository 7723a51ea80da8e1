/* SPDX-License-Identifier: MIT */
/* Prints the completion for bash, from the tables of commands and options. Workloads and targets
 * are asked of the program itself. */
#include "tuner/cli/commands.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The words of "none|core|pu" into `words`, without placeholders like TIME; how many. */
static size_t alternatives(const char *argument, char *words, size_t room)
{
    size_t count = 0, used = 0;
    while (strchr(argument, '|') || count > 0) {
        size_t bytes = strcspn(argument, "|");
        if (islower((unsigned char)*argument)) {
            used += (size_t)snprintf(words + used, room - used, "%s%.*s", used ? " " : "",
                                     (int)bytes, argument);
            count++;
        }
        if (!argument[bytes])
            break;
        argument += bytes + 1;
    }
    return count;
}

/* What completes a placeholder: the shell's code. */
static void complete(const char *placeholder, const char *indent)
{
    char words[256] = "";
    if (alternatives(placeholder, words, sizeof words) > 0)
        printf("%sCOMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n", indent, words);
    else if (strcmp(placeholder, "TARGET") == 0)
        printf("%sCOMPREPLY=($(compgen -W \"$(_knee_list \"$1\" targets)\" -- \"$cur\"))\n",
               indent);
    else if (strcmp(placeholder, "METRIC=LIMIT") == 0)
        printf("%scompopt -o nospace; COMPREPLY=($(compgen -S = -W 'p50 p95 p99 mean errors' -- "
               "\"$cur\"))\n",
               indent);
    else if (strstr(placeholder, "WORKLOAD"))
        printf("%sCOMPREPLY=($(compgen -W \"$(_knee_list \"$1\" workloads)\" -- \"$cur\"))\n",
               indent);
    else if (strstr(placeholder, "FILE"))
        printf("%scompopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))\n", indent);
    else if (strstr(placeholder, "DIR"))
        printf("%scompopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\"))\n", indent);
    else
        printf("%s:\n", indent);
}

static void spell(const struct knee_option *option, const char *between)
{
    printf("--%s", option->name);
    if (option->letter)
        printf("%s-%c", between, option->letter);
}

/* The values of options; a flag has none. */
static void values(const struct knee_command_list *list)
{
    puts("    case $prev in");
    for (size_t i = 0; i < list->count; i++) {
        if (!list->at[i]->argument)
            continue;
        fputs("    ", stdout);
        spell(list->at[i], "|");
        puts(")");
        complete(list->at[i]->argument, "        ");
        puts("        return ;;");
    }
    puts("    esac");
}

static void command_case(const struct knee_command *command)
{
    printf("    %s)\n        options='", command->name);
    const char *between = "";
    struct knee_command_list list = {.count = 0};
    knee_command_add_options(command, &list);
    for (size_t i = 0; i < list.count; i++) {
        fputs(between, stdout);
        spell(list.at[i], " ");
        between = " ";
    }
    puts("'");
    puts("        [[ $cur == -* ]] || {");
    complete(command->operands, "            ");
    puts("        } ;;");
}

int main(void)
{
    struct knee_command_list all = {.count = 0};
    for (size_t i = 0; knee_commands[i]; i++)
        knee_command_add_options(knee_commands[i], &all);
    puts("# bash completion for knee, made from the program's own tables: change those.\n"
         "_knee_list() { \"$1\" list \"$2\" 2>/dev/null | sed -n 's/^\\([^ ]*\\).*/\\1/p'; }\n"
         "_knee()\n{\n"
         "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} options=\n"
         "    COMPREPLY=()");
    fputs("    if ((COMP_CWORD == 1)); then\n        COMPREPLY=($(compgen -W '", stdout);
    for (size_t i = 0; knee_commands[i]; i++)
        printf("%s ", knee_commands[i]->name);
    puts("--help --version' -- \"$cur\"))\n        return\n    fi");
    values(&all);
    puts("    case ${COMP_WORDS[1]} in");
    for (size_t i = 0; knee_commands[i]; i++)
        command_case(knee_commands[i]);
    puts("    esac\n"
         "    [[ $cur == -* ]] && COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
         "}\n"
         "complete -F _knee knee");
    return fflush(stdout) ? 1 : 0;
}
