/* SPDX-License-Identifier: MIT */
#include "tuner/options/arguments.h"

#include "core/base/array.h"
#include "core/text/lookup.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    struct knee_arguments *arguments;
    const struct knee_command *command;
    const struct knee_command *const *commands;
    int argc;
    char **argv;
    int at; /* the argument that is being read */
    struct knee_err *err;
};

static void init_values(struct knee_arguments *arguments)
{
    const struct knee_option_use *use = arguments->command->options;
    for (; use && use->part; use++)
        if (use->part->init)
            use->part->init((char *)arguments->values + use->offset);
}

/* What to do about an unknown option. After an operand it may be the user's own command's. */
static void advise(const struct parser *parser, const char *typed, char *text, size_t text_bytes)
{
    const char *name = parser->command->name;
    const struct knee_arguments *arguments = parser->arguments;
    if (parser->command->takes_command && arguments->words_count > 0)
        snprintf(text, text_bytes,
                 "if it is your own command's, write -- before the command: knee %s -- %.60s %.40s "
                 "...",
                 name, arguments->words[0], typed);
    else
        snprintf(text, text_bytes, "knee %s --help shows all", name);
}

static int unknown_option(const struct parser *parser, const char *name)
{
    struct knee_command_list list = {.count = 0};
    struct knee_lookup lookup = {.count = 0};
    char what[128], otherwise[256];
    knee_command_add_options(parser->command, &list);
    for (size_t i = 0; i < list.count; i++)
        knee_lookup_add(&lookup, list.at[i]->name);
    snprintf(what, sizeof what, "%s: unknown option --%.80s", parser->command->name, name);
    advise(parser, parser->argv[parser->at], otherwise, sizeof otherwise);
    return knee_lookup_unknown(&lookup, name, what, "--", otherwise, parser->err);
}

/* The option is not one of this command's: names the commands that have it. `name` is NULL for a
 * letter. Returns -1. */
static int foreign_option(const struct parser *parser, const char *name, char letter)
{
    struct knee_lookup owners = {.count = 0};
    char all[128];
    const struct knee_option *option = NULL;
    for (size_t i = 0; parser->commands && parser->commands[i]; i++) {
        const struct knee_option *found =
            knee_command_option(parser->commands[i], name, name ? strlen(name) : 0, letter, NULL);
        if (!found || found->lacks)
            continue;
        option = found;
        knee_lookup_add(&owners, parser->commands[i]->name);
    }
    if (!option && name)
        return unknown_option(parser, name);
    if (!option) {
        char advice[256];
        advise(parser, parser->argv[parser->at], advice, sizeof advice);
        return knee_err_set(parser->err, KNEE_USAGE, "%s: unknown option -%c; %s",
                            parser->command->name, letter, advice);
    }
    return knee_err_set(parser->err, KNEE_USAGE,
                        "%s: --%s is an option of %s; knee %s --help shows this command's own",
                        parser->command->name, option->name,
                        knee_lookup_join(&owners, ", ", all, sizeof all), parser->command->name);
}

static int note_given(struct parser *parser, const struct knee_option *option, const char *value)
{
    struct knee_arguments *arguments = parser->arguments;
    size_t count = arguments->given_count;
    struct knee_arguments_given *grown =
        knee_array_resize(arguments->given, count + 1, sizeof *arguments->given);
    if (!grown)
        return knee_err_memory(parser->err, "options");
    grown[count] = (struct knee_arguments_given){option, value};
    arguments->given = grown;
    arguments->given_count = count + 1;
    return 0;
}

/* `value` is NULL for a flag. `offset` is of the part's struct in the command's. */
static int take_value(struct parser *parser, const struct knee_option *option, size_t offset,
                      const char *value)
{
    void *values =
        offset == SIZE_MAX ? (void *)parser->arguments : (char *)parser->arguments->values + offset;
    if (option->read(option, value, values, parser->err))
        return -1;
    return note_given(parser, option, value);
}

/* Reads the option, its value being `attached`, or, if that is NULL, the next argument. */
static int read_value(struct parser *parser, const struct knee_option *option, size_t offset,
                      const char *attached)
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
    return take_value(parser, option, offset, value);
}

static int parse_long(struct parser *parser, const char *text)
{
    size_t length = strcspn(text, "="), offset;
    const char *value = text[length] ? text + length + 1 : NULL;
    const struct knee_option *option =
        knee_command_option(parser->command, text, length, 0, &offset);
    if (!option) {
        char name[80];
        snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1),
                 text);
        return foreign_option(parser, name, 0);
    }
    if (option->argument)
        return read_value(parser, option, offset, value);
    if (value)
        return knee_err_set(parser->err, KNEE_USAGE, "%s: --%s takes no value; write --%s alone",
                            parser->command->name, option->name, option->name);
    return take_value(parser, option, offset, NULL);
}

/* "qv", "oDIR", "o" with the directory as the next argument */
static int parse_letters(struct parser *parser, const char *letters)
{
    for (; *letters; letters++) {
        size_t offset;
        const struct knee_option *option =
            knee_command_option(parser->command, NULL, 0, *letters, &offset);
        if (!option)
            return foreign_option(parser, NULL, *letters);
        if (option->argument)
            return read_value(parser, option, offset, letters[1] ? letters + 1 : NULL);
        if (take_value(parser, option, offset, NULL))
            return -1;
    }
    return 0;
}

static int add_word(struct parser *parser, const char *word)
{
    const struct knee_command *command = parser->command;
    struct knee_arguments *arguments = parser->arguments;
    if (command->operands_option) {
        size_t offset;
        const char *name = command->operands_option;
        const struct knee_option *option =
            knee_command_option(command, name, strlen(name), 0, &offset);
        return take_value(parser, option, offset, word);
    }
    if (command->operands_max == 0)
        return knee_err_set(parser->err, KNEE_USAGE,
                            "%s: \"%.80s\" is one argument too many; it takes options alone (knee "
                            "%s --help)",
                            command->name, word, command->name);
    if (arguments->words_count >= command->operands_max ||
        arguments->words_count >= KNEE_ARGUMENTS_WORDS_MAX)
        return knee_err_set(parser->err, KNEE_USAGE,
                            "%s: \"%.80s\" is one argument too many; write knee %s %s",
                            command->name, word, command->name, command->operands);
    arguments->words[arguments->words_count++] = word;
    return 0;
}

/* Everything after `--` is the user's command, whatever it looks like. */
static int take_command(struct parser *parser)
{
    char **words = parser->argv + parser->at + 1;
    size_t count = (size_t)(parser->argc - parser->at - 1);
    if (count == 0 || !*words[0])
        return knee_err_set(parser->err, KNEE_USAGE,
                            "%s: no command after --; write knee %s -- COMMAND [ARG...]",
                            parser->command->name, parser->command->name);
    for (const struct knee_option_use *use = parser->command->options; use->part; use++)
        if (use->part->take_command)
            use->part->take_command((char *)parser->arguments->values + use->offset, words, count);
    return 0;
}

static int parse_all(struct parser *parser)
{
    const struct knee_command *command = parser->command;
    struct knee_arguments *arguments = parser->arguments;
    bool ended = false;
    for (; parser->at < parser->argc && !arguments->help && !arguments->version; parser->at++) {
        const char *text = parser->argv[parser->at];
        int failed = 0;
        if (ended || text[0] != '-' || text[1] == '\0')
            failed = add_word(parser, text);
        else if (strcmp(text, "--") == 0 && command->takes_command)
            return take_command(parser);
        else if (strcmp(text, "--") == 0)
            ended = true;
        else if (text[1] == '-')
            failed = parse_long(parser, text + 2);
        else
            failed = parse_letters(parser, text + 1);
        if (failed)
            return -1;
    }
    if (arguments->help || arguments->version)
        return 0;
    if (!command->operands_option && arguments->words_count < command->operands_min)
        return knee_err_set(parser->err, KNEE_USAGE, "%s: an argument is missing; write knee %s %s",
                            command->name, command->name, command->operands);
    return 0;
}

int knee_arguments_parse(struct knee_arguments *arguments, const struct knee_command *command,
                         const struct knee_command *const *commands, int argc, char **argv,
                         struct knee_err *err)
{
    struct parser parser = {arguments, command, commands, argc, argv, 2, err};
    *arguments = (struct knee_arguments){.command = command, .argc = argc, .argv = argv};
    arguments->values = calloc(1, command->values_bytes + 1);
    if (!arguments->values)
        return knee_err_memory(err, "options");
    init_values(arguments);
    if (parse_all(&parser) == 0)
        return 0;
    knee_arguments_release(arguments);
    return -1;
}

void knee_arguments_release(struct knee_arguments *arguments)
{
    free(arguments->values);
    free(arguments->given);
    *arguments = (struct knee_arguments){0};
}

bool knee_arguments_given(const struct knee_arguments *arguments, const char *name)
{
    for (size_t i = 0; i < arguments->given_count; i++)
        if (strcmp(arguments->given[i].option->name, name) == 0)
            return true;
    return false;
}
