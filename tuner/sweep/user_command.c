/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/user_command.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/text/placeholders.h"
#include "core/text/strings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int knee_user_command_absent(const struct knee_arguments *arguments, struct knee_err *err)
{
    const char *verb = arguments->command->name;
    for (size_t i = 0; i < arguments->given_count; i++) {
        const struct knee_option *option = arguments->given[i].option;
        if (knee_option_is_of(option, &knee_command_options_part))
            return knee_err_set(err, KNEE_USAGE,
                                "%s: --%s is for a command; write knee %s --%s ... -- COMMAND",
                                verb, option->name, verb, option->name);
    }
    return 0;
}

#define SLOW_NS (5 * KNEE_NS_PER_S) /* then people ask whether it hangs */

static uint32_t placeholders_of(const struct knee_command_options *options)
{
    uint32_t found = 0;
    for (size_t i = 0; i < options->words_count; i++)
        found |= knee_placeholders_in(options->words[i]);
    for (size_t i = 0; i < options->environment_count; i++)
        found |= knee_placeholders_in(options->environment[i]);
    return found;
}

/* A number that is reported must be of one level: the command runs once, at {n}. */
static int check_rate(const struct knee_command_options *options, struct knee_err *err)
{
    if (options->latency && !options->rate)
        return knee_err_set(err, KNEE_USAGE, "--latency: is for --rate; add that");
    if (!options->rate)
        return 0;
    if (!(placeholders_of(options) & KNEE_PLACEHOLDER_LEVEL) || options->items || options->repeat)
        return knee_err_set(err, KNEE_USAGE,
                            "--rate: a command that reports its rate runs once at a level; write "
                            "{n} where it takes the level (wrk -c{n}), and give no items");
    if (options->per_run)
        return knee_err_set(err, KNEE_USAGE,
                            "--rate: the command says how many items it does; drop --per-run");
    return 0;
}

static int check_options(const struct knee_arguments *arguments,
                         const struct knee_command_options *options, struct knee_err *err)
{
    const char *verb = arguments->command->name;
    if (arguments->words_count > 0)
        return knee_err_set(err, KNEE_USAGE,
                            "%s: both %.80s and a command; sweep one after the other", verb,
                            arguments->words[0]);
    if (knee_arguments_given(arguments, "param"))
        return knee_err_set(err, KNEE_USAGE,
                            "%s: --param is for the built-in workloads; drop it, or set --env "
                            "NAME=VALUE for the command",
                            verb);
    if (options->listed && (options->items || options->repeat))
        return knee_err_set(err, KNEE_USAGE,
                            "%s: both ::: and --%s name the items; drop one of them", verb,
                            options->items ? "items" : "repeat");
    if (options->items && options->repeat)
        return knee_err_set(err, KNEE_USAGE,
                            "%s: both --items and --repeat name the items; drop one of them", verb);
    return check_rate(options, err);
}

static bool uses_item(const struct knee_command_options *options)
{
    uint32_t found = 0;
    for (size_t i = 0; i < options->words_count; i++)
        found |= knee_placeholders_in(options->words[i]);
    for (size_t i = 0; i < options->environment_count; i++)
        found |= knee_placeholders_in(options->environment[i]);
    return (found & KNEE_PLACEHOLDER_OF_ITEM) != 0;
}

/* A word in braces that knee does not know would reach the command as it is, on every item. */
static int check_placeholders(const char *text, struct knee_err *err)
{
    size_t bytes;
    const char *at = knee_placeholder_unknown(text, &bytes);
    if (!at)
        return 0;
    return knee_err_set(err, KNEE_USAGE,
                        "%.*s: unknown placeholder; write one of %s, or put the command's own "
                        "braces into a script",
                        bytes < 60 ? (int)bytes : 60, at, knee_placeholder_list());
}

int knee_user_command_check_words(const struct knee_command_options *options, struct knee_err *err)
{
    int failed = 0;
    for (size_t i = 0; i < options->words_count && !failed; i++)
        failed = check_placeholders(options->words[i], err);
    for (size_t i = 0; i < options->environment_count && !failed; i++)
        failed = check_placeholders(options->environment[i], err);
    return failed;
}

static int read_file(struct knee_items *items, const char *path, bool nul, struct knee_err *err)
{
    char shown[220];
    struct stat info;
    bool directory = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    FILE *in = directory ? NULL : fopen(path, "re");
    if (!in)
        return knee_err_set(err, KNEE_USAGE, "--items %.200s: %s; give a file that can be read",
                            path, strerror(directory ? EISDIR : errno));
    snprintf(shown, sizeof shown, "--items %.200s", path);
    int failed = knee_items_read(items, in, shown, nul, err);
    fclose(in);
    return failed;
}

int knee_user_command_saved_items(struct knee_items *items, const char *path, struct knee_err *err)
{
    FILE *in = knee_file_open_regular(path, true);
    if (!in)
        return knee_err_set(err, KNEE_USAGE, "%.200s: %s; sweep again", path,
                            knee_file_reason(errno));
    int failed = knee_items_read(items, in, path, true, err);
    fclose(in);
    return failed;
}

static int read_items(struct knee_items *items, const struct knee_command_options *options,
                      const char *verb, const char *saved_items, struct knee_err *err)
{
    bool saved = saved_items && access(saved_items, R_OK) == 0; /* also of a list after ::: */
    bool wanted = options->items || uses_item(options) || saved;
    if (options->listed)
        return knee_items_from_words(items, options->listed, options->listed_count, err);
    if (options->repeat)
        return knee_items_number(items, options->repeat, err);
    if (!wanted && (options->null || options->cold))
        return knee_err_set(err, KNEE_USAGE,
                            "%s: --%s is for items; add --items FILE, or - for standard input",
                            verb, options->null ? "null" : "cold");
    if (!wanted)
        return 0;
    if (saved_items)
        return knee_user_command_saved_items(items, saved_items, err);
    if (options->items && strcmp(options->items, "-") != 0)
        return read_file(items, options->items, options->null, err);
    if (isatty(STDIN_FILENO))
        return knee_err_set(err, KNEE_USAGE,
                            "%s: no items for {}; write --items FILE, or find . -type f | knee %s "
                            "...",
                            verb, verb);
    return knee_items_read(items, stdin, "standard input", options->null, err);
}

#define ENDS_A_WORD " \t\n;|&()<>"

/* The length of `NAME=VALUE` at the start of a shell line; 0: there is none, or it is quoted. */
static size_t assignment_length(const char *line)
{
    size_t name = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
    size_t length = strcspn(line, ENDS_A_WORD);
    bool quoted = strcspn(line, "'\"`$\\") < length;
    return name > 0 && line[name] == '=' && !quoted ? length : 0;
}

/* The first program of a shell line, after assignments and brackets. */
static const char *find_program(const char *line)
{
    for (;;) {
        const char *word = line + strspn(line, " \t\n({!");
        size_t length = assignment_length(word);
        if (length == 0 || word[length + strspn(word + length, " \t\n")] == '\0')
            return word;
        line = word + length;
    }
}

/* The program's name without its path; of a shell line the first one's. */
void knee_user_command_name(struct knee_user_command *command,
                            const struct knee_command_options *options)
{
    char word[256];
    const char *first = options->shell ? find_program(options->words[0]) : options->words[0];
    size_t length = options->shell ? strcspn(first, ENDS_A_WORD "=") : strlen(first);
    const char *from = first;
    for (const char *at = first; at < first + length; at++)
        if (*at == '/' && at + 1 < first + length)
            from = at + 1;
    snprintf(word, sizeof word, "%.*s", (int)(first + length - from), from);
    knee_strings_name(command->name, sizeof command->name, options->name ? options->name : word);
    if (!command->name[0])
        snprintf(command->name, sizeof command->name, "command");

    char *line = options->shell && options->words_count == 1
                     ? strdup(options->words[0])
                     : knee_strings_shell((int)options->words_count, options->words);
    if (options->name)
        snprintf(word, sizeof word, "%s", command->name);
    else
        snprintf(word, sizeof word, "%s", "");
    char text[sizeof command->title];
    snprintf(text, sizeof text, "%.60s%s%.400s%s", word, word[0] ? " (" : "", line ? line : first,
             word[0] ? ")" : "");
    free(line);
    knee_strings_name(command->title, sizeof command->title, text);
}

int knee_user_command_read(struct knee_user_command *command,
                           const struct knee_arguments *arguments,
                           const struct knee_command_options *options, uint64_t seed,
                           const char *saved_items, struct knee_err *err)
{
    *command = (struct knee_user_command){0};
    if (check_options(arguments, options, err) || knee_user_command_check_words(options, err) ||
        read_items(&command->items, options, arguments->command->name, saved_items, err))
        return -1;
    knee_items_shuffle(&command->items, seed);
    knee_user_command_name(command, options);
    command->params = (struct knee_actor_params){
        .argv = options->words,
        .argc = options->words_count,
        .shell = options->shell,
        .environment = options->environment,
        .environment_count = options->environment_count,
        .setup = options->setup,
        .prepare = options->prepare,
        .cleanup = options->cleanup,
        .directory = options->workdir,
        .output_dir = options->output_dir,
        .timeout_ns = options->timeout_ns,
        .retries = options->retries,
        .fail_fast = options->fail_fast,
        .ignore_failure = options->ignore_failure,
        .cold = options->cold,
        .seed = seed,
    };
    return 0;
}

int knee_user_command_check(struct knee_user_command *command, struct knee_err *err)
{
    command->params.items = &command->items;
    return knee_actor_check(&command->params, err);
}

int knee_user_command_open(struct knee_user_command *command,
                           const volatile sig_atomic_t *interrupted, struct knee_err *err)
{
    command->params.interrupted = interrupted;
    command->params.items = &command->items;
    return knee_actor_open(&command->actor, &command->params, err);
}

static void say_slow(void *log, double elapsed_s)
{
    fprintf(
        log,
        "knee: a run of the command has taken %.0f s so far; if it never ends, interrupt and add "
        "--timeout\n",
        elapsed_s);
}

void knee_user_command_watch(const struct knee_user_command *command,
                             struct knee_first_look_params *look, FILE *log)
{
    look->slow = say_slow;
    look->slow_context = log;
    look->slow_ns = log && !command->params.timeout_ns ? SLOW_NS : 0;
}

void knee_user_command_close(struct knee_user_command *command, FILE *log)
{
    char warning[512];
    knee_actor_close(command->actor, warning, sizeof warning);
    if (command->actor && warning[0])
        fprintf(log, "knee: warning: %s\n", warning);
    knee_items_release(&command->items);
    *command = (struct knee_user_command){0};
}
