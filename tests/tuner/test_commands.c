/* SPDX-License-Identifier: MIT */
/* The commands that there are, by the tables of the program: their options are sound, and each
 * command refuses those of others by name. */
#include "tuner/cli/commands.h"

#include "tests/support/test.h"
#include "tuner/options/arguments.h"

#include <stdio.h>
#include <string.h>

static char program[] = "knee", command[] = "command", value[] = "1";

/* A command's sections are each in one piece, and its names and letters are different. */
static void tables_are_sound(void **state)
{
    (void)state;
    for (size_t i = 0; knee_commands[i]; i++) {
        struct knee_command_list list = {.count = 0};
        knee_command_add_options(knee_commands[i], &list);
        for (size_t j = 0; j < list.count; j++) {
            const struct knee_option *a = list.at[j];
            size_t offset;
            assert_non_null(a->read);
            assert_non_null(a->help);
            assert_true(!a->argument || a->example);
            assert_ptr_equal(
                knee_command_option(knee_commands[i], a->name, strlen(a->name), 0, &offset), a);
            assert_true(offset == SIZE_MAX || offset + a->offset < knee_commands[i]->values_bytes);
            bool left = false; /* a section is in one piece, or its heading would come twice */
            for (size_t k = j + 1; k < list.count; k++) {
                left |= strcmp(a->section, list.at[k]->section) != 0;
                assert_true(!left || strcmp(a->section, list.at[k]->section) != 0);
                assert_string_not_equal(a->name, list.at[k]->name);
                assert_true(!a->letter || a->letter != list.at[k]->letter);
            }
        }
    }
}

/* A name in a command's `only` that its part does not have would be a silent mistake. */
static void every_name_of_a_subset_exists(void **state)
{
    (void)state;
    for (size_t i = 0; knee_commands[i]; i++)
        for (const struct knee_option_use *use = knee_commands[i]->options; use && use->part; use++)
            for (const char *at = use->only ? use->only : ""; *at;
                 at += strcspn(at, " "), at += strspn(at, " "))
                if (!knee_command_option(knee_commands[i], at, strcspn(at, " "), 0, NULL))
                    fail_msg("%s: no such option: %s", knee_commands[i]->name, at);
}

/* An option of another command is refused with the name of one that has it. */
static void foreign_options_name_their_command(void **state)
{
    (void)state;
    struct knee_command_list all = {.count = 0};
    for (size_t i = 0; knee_commands[i]; i++)
        knee_command_add_options(knee_commands[i], &all);
    for (size_t i = 0; knee_commands[i]; i++)
        for (size_t j = 0; j < all.count; j++) {
            const char *name = all.at[j]->name, *owner = NULL;
            for (size_t k = 0; knee_commands[k]; k++)
                if (knee_command_option(knee_commands[k], name, strlen(name), 0, NULL))
                    owner = knee_commands[k]->name;
            if (knee_command_option(knee_commands[i], name, strlen(name), 0, NULL))
                continue;
            char option[128];
            char *argv[] = {program, command, option, value};
            struct knee_arguments arguments = {0};
            struct knee_err err = {0};
            snprintf(option, sizeof option, "--%s", name);
            assert_int_equal(
                knee_arguments_parse(&arguments, knee_commands[i], knee_commands, 4, argv, &err),
                -1);
            assert_non_null(owner ? strstr(err.message, owner) : NULL);
        }
}

/* The examples that errors name must work themselves. */
static void every_example_is_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; knee_commands[i]; i++) {
        struct knee_command_list list = {.count = 0};
        knee_command_add_options(knee_commands[i], &list);
        for (size_t j = 0; j < list.count; j++) {
            char option[128];
            char *argv[] = {program, command, option};
            struct knee_arguments arguments = {0};
            struct knee_err err = {0};
            struct knee_command alone = *knee_commands[i];
            alone.operands_min = 0;
            snprintf(option, sizeof option, list.at[j]->argument ? "--%s=%s" : "--%s",
                     list.at[j]->name, list.at[j]->example);
            if (knee_arguments_parse(&arguments, &alone, NULL, 3, argv, &err))
                fail_msg("%s", err.message);
            knee_arguments_release(&arguments);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_sound),
        cmocka_unit_test(every_name_of_a_subset_exists),
        cmocka_unit_test(foreign_options_name_their_command),
        cmocka_unit_test(every_example_is_accepted),
    };
    return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
