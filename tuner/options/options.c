/* SPDX-License-Identifier: MIT */
#include "tuner/options/options.h"

#include "core/text/suggest.h"
#include "tuner/options/command.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void knee_options_init(struct knee_options *options)
{
    *options = (struct knee_options){
        .strategy = "adaptive",
        .tolerance_ratio = .02,
        .confidence_ratio = .95,
        .goal = {.min_efficiency_ratio = KNEE_MIN_EFFICIENCY_RATIO},
        .seed = 1,
        .load_factor = 1,
        .noise = KNEE_NOISE_TYPICAL,
        .cv_ratio = NAN,
        .dips_ratio = NAN,
        .drift_ratio = NAN,
        .cpus = 2,
        .trials = 1,
        .change_ratio = .5,
        .sample = 100,
    };
}

struct parser {
    struct knee_options *options;
    const struct knee_command *command;
    int argc;
    char **argv;
    int at; /* the argument that is being read */
    struct knee_err *err;
};

/* The line for this command where there is one, else that of another command. */
static const struct knee_option *find(const struct parser *parser, const char *name, size_t length)
{
    const struct knee_option *foreign = NULL;
    for (const struct knee_option *option = knee_option_table; option->name; option++) {
        if (strlen(option->name) != length || memcmp(option->name, name, length) != 0)
            continue;
        if (option->commands & parser->command->bit)
            return option;
        foreign = option;
    }
    return foreign;
}

static const struct knee_option *find_letter(const struct parser *parser, char letter)
{
    const struct knee_option *foreign = NULL;
    for (const struct knee_option *option = knee_option_table; option->name; option++) {
        if (option->letter != letter)
            continue;
        if (option->commands & parser->command->bit)
            return option;
        foreign = option;
    }
    return foreign;
}

static int unknown_option(const struct parser *parser, const char *name)
{
    const char *names[KNEE_OPTIONS_MAX + 1] = {NULL};
    size_t count = 0;
    for (const struct knee_option *option = knee_option_table; option->name; option++)
        if (option->commands & parser->command->bit && count < KNEE_OPTIONS_MAX)
            names[count++] = option->name;
    const char *command = parser->command->name;
    const char *meant = knee_suggest(name, names);
    if (meant)
        return knee_err_set(parser->err, KNEE_USAGE,
                            "%s: unknown option --%.80s; did you mean --%s?", command, name, meant);
    return knee_err_set(parser->err, KNEE_USAGE,
                        "%s: unknown option --%.80s; knee %s --help shows all", command, name,
                        command);
}

/* Says for which of the commands that exist the option is. */
static int foreign_option(const struct parser *parser, const struct knee_option *option)
{
    char owners[128] = "";
    size_t used = 0;
    for (size_t i = 0; knee_commands[i]; i++)
        if (knee_commands[i]->bit & option->commands && used < sizeof owners)
            used += (size_t)snprintf(owners + used, sizeof owners - used, "%s%s", used ? ", " : "",
                                     knee_commands[i]->name);
    if (used == 0)
        return unknown_option(parser, option->name);
    return knee_err_set(parser->err, KNEE_USAGE,
                        "%s: --%s is an option of %s; knee %s --help shows this command's own",
                        parser->command->name, option->name, owners, parser->command->name);
}

/* `value` is NULL for a flag. */
static int take(struct parser *parser, const struct knee_option *option, const char *value)
{
    if (option->read(option, value, parser->options, parser->err))
        return -1;
    parser->options->given[option - knee_option_table] = true;
    parser->options->values[option - knee_option_table] = value;
    return 0;
}

/* Reads the option, its value being `attached`, or where that is NULL the next argument. */
static int read_value(struct parser *parser, const struct knee_option *option, const char *attached)
{
    const char *value = attached;
    if (!value && parser->at + 1 < parser->argc)
        value = parser->argv[parser->at + 1];
    /* `--output --json` is a forgotten value; `--output=--json` is meant. */
    if (!value || (!attached && strncmp(value, "--", 2) == 0))
        return knee_err_set(parser->err, KNEE_USAGE, "%s: --%s needs a value; write --%s %s",
                            parser->command->name, option->name, option->name, option->example);
    if (!attached)
        parser->at++;
    return take(parser, option, value);
}

static int parse_long(struct parser *parser, const char *text)
{
    size_t length = strcspn(text, "=");
    const char *value = text[length] ? text + length + 1 : NULL;
    const struct knee_option *option = find(parser, text, length);
    if (!option) {
        char name[80];
        snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1),
                 text);
        return unknown_option(parser, name);
    }
    if (!(option->commands & parser->command->bit))
        return foreign_option(parser, option);
    if (option->argument)
        return read_value(parser, option, value);
    if (value)
        return knee_err_set(parser->err, KNEE_USAGE, "%s: --%s takes no value; write --%s alone",
                            parser->command->name, option->name, option->name);
    return take(parser, option, NULL);
}

/* "qv", "oDIR", "o" with the directory as the next argument */
static int parse_letters(struct parser *parser, const char *letters)
{
    for (; *letters; letters++) {
        const struct knee_option *option = find_letter(parser, *letters);
        if (!option)
            return knee_err_set(parser->err, KNEE_USAGE,
                                "%s: unknown option -%c; knee %s --help shows all",
                                parser->command->name, *letters, parser->command->name);
        if (!(option->commands & parser->command->bit))
            return foreign_option(parser, option);
        if (option->argument)
            return read_value(parser, option, letters[1] ? letters + 1 : NULL);
        if (take(parser, option, NULL))
            return -1;
    }
    return 0;
}

static int add_word(struct parser *parser, const char *word)
{
    const struct knee_command *command = parser->command;
    struct knee_options *options = parser->options;
    if (command->operands_option) {
        const char *name = command->operands_option;
        return take(parser, find(parser, name, strlen(name)), word);
    }
    if (command->operands_max == 0)
        return knee_err_set(parser->err, KNEE_USAGE,
                            "%s: \"%.80s\" is one argument too many; it takes options alone (knee "
                            "%s --help)",
                            command->name, word, command->name);
    if (options->words_count >= command->operands_max || options->words_count >= KNEE_WORDS_MAX)
        return knee_err_set(parser->err, KNEE_USAGE,
                            "%s: \"%.80s\" is one argument too many; write knee %s %s",
                            command->name, word, command->name, command->operands);
    options->words[options->words_count++] = word;
    return 0;
}

/* Everything behind `--` is the user's command, whatever it looks like. */
static int take_command(struct parser *parser)
{
    parser->options->command = parser->argv + parser->at + 1;
    parser->options->command_count = (size_t)(parser->argc - parser->at - 1);
    if (parser->options->command_count == 0 || !*parser->options->command[0])
        return knee_err_set(parser->err, KNEE_USAGE,
                            "%s: no command behind --; write knee %s -- COMMAND [ARG...]",
                            parser->command->name, parser->command->name);
    return 0;
}

int knee_options_parse(struct knee_options *options, const struct knee_command *command, int argc,
                       char **argv, struct knee_err *err)
{
    struct parser parser = {options, command, argc, argv, 0, err};
    bool ended = false;
    for (; parser.at < argc && !options->help && !options->version; parser.at++) {
        const char *text = argv[parser.at];
        int failed = 0;
        if (ended || text[0] != '-' || text[1] == '\0')
            failed = add_word(&parser, text);
        else if (strcmp(text, "--") == 0 && command->takes_command)
            return take_command(&parser);
        else if (strcmp(text, "--") == 0)
            ended = true;
        else if (text[1] == '-')
            failed = parse_long(&parser, text + 2);
        else
            failed = parse_letters(&parser, text + 1);
        if (failed)
            return -1;
    }
    if (options->help || options->version)
        return 0;
    if (!command->operands_option && options->words_count < command->operands_min)
        return knee_err_set(err, KNEE_USAGE, "%s: an argument is missing; write knee %s %s",
                            command->name, command->name, command->operands);
    return 0;
}

bool knee_options_given(const struct knee_options *options, const char *name)
{
    for (size_t i = 0; knee_option_table[i].name; i++)
        if (options->given[i] && strcmp(knee_option_table[i].name, name) == 0)
            return true;
    return false;
}
