/* SPDX-License-Identifier: MIT */
#include "tuner/options/command.h"

#include "tuner/options/arguments.h"
#include "tuner/options/option_readers.h"

#include <stdint.h>
#include <string.h>

/* Every command has these. */
static const struct knee_option GENERAL[] = {
    {.name = "version",
     .section = "General",
     .help = "print the version",
     .read = knee_option_flag,
     .offset = offsetof(struct knee_arguments, version)},
    {.name = "help",
     .letter = 'h',
     .section = "General",
     .help = "print this text",
     .read = knee_option_flag,
     .offset = offsetof(struct knee_arguments, help)},
    {.name = NULL},
};
static const struct knee_option_part GENERAL_PART = {.options = GENERAL};
static const struct knee_option_use GENERAL_USE = {&GENERAL_PART, SIZE_MAX, NULL};

const struct knee_command *knee_command_find(const struct knee_command *const *commands,
                                             const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

/* Does the command take this option of the part? */
static bool takes(const struct knee_option_use *use, const struct knee_option *option)
{
    size_t length = strlen(option->name);
    if (!use->only)
        return true;
    for (const char *at = use->only; *at; at += strcspn(at, " "), at += strspn(at, " "))
        if (strcspn(at, " ") == length && memcmp(at, option->name, length) == 0)
            return true;
    return false;
}

static bool is_called(const struct knee_option *option, const char *name, size_t length,
                      char letter)
{
    if (!name)
        return letter && option->letter == letter;
    return strlen(option->name) == length && memcmp(option->name, name, length) == 0;
}

static const struct knee_option *find_in(const struct knee_option_use *use, const char *name,
                                         size_t length, char letter)
{
    for (const struct knee_option *option = use->part->options; option->name; option++)
        if (is_called(option, name, length, letter) && takes(use, option))
            return option;
    return NULL;
}

const struct knee_option *knee_command_option(const struct knee_command *command, const char *name,
                                              size_t length, char letter, size_t *offset)
{
    const struct knee_option_use *use = command->options;
    const struct knee_option *found = NULL;
    for (; use && use->part && !found; use++)
        if ((found = find_in(use, name, length, letter)) && offset)
            *offset = use->offset;
    if (found)
        return found;
    if (offset)
        *offset = GENERAL_USE.offset;
    return find_in(&GENERAL_USE, name, length, letter);
}

static bool is_listed(const struct knee_command_list *list, const struct knee_option *option)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->at[i] == option)
            return true;
    return false;
}

/* After the last option of its section; a new section comes last, but General ends them all. */
static void insert(struct knee_command_list *list, const struct knee_option *option)
{
    size_t at = list->count;
    if (list->count == KNEE_COMMAND_OPTIONS_MAX || is_listed(list, option))
        return;
    while (at > 0 && strcmp(list->at[at - 1]->section, option->section) != 0)
        at--;
    if (at == 0)
        for (at = list->count; at > 0 && strcmp(list->at[at - 1]->section, GENERAL->section) == 0;)
            at--;
    memmove(list->at + at + 1, list->at + at, (list->count - at) * sizeof(list->at[0]));
    list->at[at] = option;
    list->count++;
}

static void add_part(struct knee_command_list *list, const struct knee_option_use *use)
{
    for (const struct knee_option *option = use->part->options; option->name; option++)
        if (takes(use, option) && !option->lacks)
            insert(list, option);
}

void knee_command_add_options(const struct knee_command *command, struct knee_command_list *list)
{
    for (const struct knee_option_use *use = command->options; use && use->part; use++)
        add_part(list, use);
    add_part(list, &GENERAL_USE);
}
