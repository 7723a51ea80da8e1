/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/user_target.h"

#include "core/base/array.h"
#include "core/base/clock.h"
#include "core/text/builder.h"
#include "core/text/lookup.h"
#include "core/text/strings.h"
#include "tuner/sweep/user_command.h"
#include "workloads/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_NS (30 * KNEE_NS_PER_S)

static bool has_scheme(const struct knee_target *target, const char *word)
{
    for (size_t i = 0; target && target->schemes[i]; i++)
        if (strncmp(word, target->schemes[i], strlen(target->schemes[i])) == 0)
            return true;
    return false;
}

static const struct knee_workload *find_workload(const char *word)
{
    for (size_t i = 0; knee_registry_workloads[i]; i++)
        if (has_scheme(knee_registry_workloads[i]->target, word))
            return knee_registry_workloads[i];
    return NULL;
}

/* The bytes of a scheme with its "://"; 0: `word` does not begin with one. */
static size_t scheme_bytes(const char *word)
{
    size_t name = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
    return name > 0 && strncmp(word + name, "://", 3) == 0 ? name + 3 : 0;
}

static int unknown_scheme(const char *verb, const char *word, size_t bytes, struct knee_err *err)
{
    struct knee_lookup known = {.count = 0};
    char all[160];
    for (size_t i = 0; knee_registry_workloads[i]; i++) {
        const struct knee_target *target = knee_registry_workloads[i]->target;
        for (size_t s = 0; target && target->schemes[s]; s++)
            knee_lookup_add(&known, target->schemes[s]);
    }
    if (known.count == 0)
        return knee_err_set(err, KNEE_USAGE,
                            "%s: this knee was built without libcurl and libpq, and knows no URL; "
                            "install them, and run make again",
                            verb);
    return knee_err_set(err, KNEE_USAGE, "%s: unknown scheme %.*s; write one of %s", verb,
                        (int)(bytes < 40 ? bytes : 40), word,
                        knee_lookup_join(&known, " ", all, sizeof all));
}

int knee_user_target_find(const struct knee_arguments *arguments,
                          const struct knee_workload **workload, struct knee_err *err)
{
    const char *verb = arguments->command->name;
    const char *word = arguments->words_count > 0 ? arguments->words[0] : "";
    size_t bytes = scheme_bytes(word);
    char scheme[16];
    snprintf(scheme, sizeof scheme, "%.*s", bytes < sizeof scheme ? (int)bytes : 0, word);
    *workload = find_workload(word);
    if (*workload || bytes == 0)
        return 0;
    return knee_registry_check_built(NULL, scheme, verb, err)
               ? -1
               : unknown_scheme(verb, word, bytes, err);
}

/* Options that a service has beside those of its own part. */
static bool is_shared(const struct knee_option *option)
{
    static const char *const SHARED[] = {"items", "null", "timeout", "name"};
    for (size_t i = 0; i < KNEE_COUNT(SHARED); i++)
        if (strcmp(option->name, SHARED[i]) == 0)
            return true;
    return false;
}

static int built_without(const struct knee_option *option, const char *verb, struct knee_err *err)
{
    char name[64];
    snprintf(name, sizeof name, "--%s", option->name);
    return knee_registry_built_without(option->lacks, name, verb, err);
}

static int check_given(const struct knee_arguments *arguments, const struct knee_target *target,
                       struct knee_err *err)
{
    const char *verb = arguments->command->name;
    for (size_t i = 0; i < arguments->given_count; i++) {
        const struct knee_option *option = arguments->given[i].option;
        if (knee_option_is_of(option, &knee_command_options_part) && !is_shared(option))
            return knee_err_set(err, KNEE_USAGE,
                                "%s: --%s is for a command, not for a service; drop it", verb,
                                option->name);
        if (option->lacks)
            return built_without(option, verb, err);
        if (!target->is_http && knee_target_option_is_http(option))
            return knee_err_set(err, KNEE_USAGE, "%s: --%s is for http:// and https://; drop it",
                                verb, option->name);
    }
    return 0;
}

static int check_words(const struct knee_arguments *arguments, const struct knee_target *target,
                       struct knee_err *err)
{
    for (size_t i = 0; i < arguments->words_count; i++)
        if (!has_scheme(target, arguments->words[i]))
            return knee_err_set(err, KNEE_USAGE,
                                "%s: %.80s beside a URL; write URLs like %s alone, and sweep other "
                                "work after it",
                                arguments->command->name, arguments->words[i], target->example);
    return 0;
}

static int check_settings(const struct knee_work_options *work, const struct knee_target *target,
                          struct knee_err *err)
{
    struct knee_builder names = {0};
    int failed = 0;
    for (size_t i = 0; target->settings && target->settings[i]; i++)
        knee_builder_add(&names, "%s%s", i ? ", " : "", target->settings[i]);
    char *all = knee_builder_take(&names);
    for (size_t i = 0; work && i < work->settings_count && !failed; i++) {
        const char *setting = work->settings[i];
        size_t bytes = strcspn(setting, "=");
        bool known = false;
        for (size_t j = 0; target->settings && target->settings[j]; j++)
            known |= strlen(target->settings[j]) == bytes &&
                     strncmp(target->settings[j], setting, bytes) == 0;
        if (!known)
            failed = knee_err_set(err, KNEE_USAGE, "--param %.*s: unknown here; %s%s",
                                  bytes < 60 ? (int)bytes : 60, setting,
                                  target->settings ? "write one of " : "drop it", all ? all : "");
    }
    free(all);
    return failed;
}

static int read_items(struct knee_items *items, const struct knee_command_options *command,
                      const char *saved, struct knee_err *err)
{
    const char *path = command->items;
    char shown[220];
    if (!path)
        return 0;
    if (saved)
        return knee_user_command_saved_items(items, saved, err);
    if (strcmp(path, "-") == 0)
        return knee_items_read(items, stdin, "standard input", command->null, err);
    FILE *in = fopen(path, "re");
    if (!in)
        return knee_err_set(err, KNEE_USAGE, "--items %.200s: cannot be read; give a file", path);
    snprintf(shown, sizeof shown, "--items %.200s", path);
    int failed = knee_items_read(items, in, shown, command->null, err);
    fclose(in);
    return failed;
}

static void set_names(struct knee_user_target *target, const struct knee_arguments *arguments,
                      const struct knee_user_target_options *options)
{
    char text[KNEE_RESULT_TITLE_BYTES];
    struct knee_builder title;
    const char *method = options->target->method;
    knee_strings_name(target->name, sizeof target->name,
                      options->command->name ? options->command->name : target->workload->name);
    knee_builder_over(&title, text, sizeof text);
    if (method && strcmp(method, "GET") != 0)
        knee_builder_add(&title, "%s ", method);
    knee_builder_add(&title, "%.400s", arguments->words[0]);
    if (arguments->words_count > 1)
        knee_builder_add(&title, " and %zu more", arguments->words_count - 1);
    if (options->command->name)
        knee_builder_add(&title, " (%s)", target->name);
    knee_strings_name(target->title, sizeof target->title, text);
}

int knee_user_target_read(struct knee_user_target *target, const struct knee_workload *workload,
                          const struct knee_arguments *arguments,
                          const struct knee_user_target_options *options, uint64_t seed,
                          const char *saved_items, struct knee_err *err)
{
    const struct knee_target_options *asked = options->target;
    *target = (struct knee_user_target){.workload = workload};
    if (check_given(arguments, workload->target, err) ||
        check_words(arguments, workload->target, err) ||
        check_settings(options->work, workload->target, err) ||
        read_items(&target->items, options->command, saved_items, err))
        return -1;
    if (target->items.count > 0)
        knee_items_shuffle(&target->items, seed);
    set_names(target, arguments, options);
    uint64_t timeout_ns = options->command->timeout_ns;
    target->params = (struct knee_target_params){
        .urls = arguments->words,
        .urls_count = arguments->words_count,
        .items = &target->items,
        .method = asked->method,
        .headers = asked->headers,
        .headers_count = asked->headers_count,
        .data = asked->data,
        .expect = asked->expect,
        .user_file = asked->user_file,
        .timeout_ns = timeout_ns ? timeout_ns : TIMEOUT_NS,
        .insecure = asked->insecure,
        .location = asked->location,
        .new_connections = asked->connections == KNEE_TARGET_NEW,
        .max_requests = asked->max_requests,
        .settings = options->work ? options->work->settings : NULL,
        .settings_count = options->work ? options->work->settings_count : 0,
    };
    return 0;
}

int knee_user_target_open(struct knee_user_target *target, struct knee_err *err)
{
    return target->workload->target->open(&target->service, &target->params, err);
}

void knee_user_target_close(struct knee_user_target *target)
{
    if (target->workload)
        target->workload->target->close(target->service);
    knee_items_release(&target->items);
    *target = (struct knee_user_target){0};
}

/* A URL to write, of the first target that this knee knows. */
static const char *example(void)
{
    for (size_t i = 0; knee_registry_workloads[i]; i++)
        if (knee_registry_workloads[i]->target)
            return knee_registry_workloads[i]->target->example;
    return "URL";
}

int knee_user_target_absent(const struct knee_arguments *arguments, struct knee_err *err)
{
    const char *verb = arguments->command->name;
    for (size_t i = 0; i < arguments->given_count; i++) {
        const struct knee_option *option = arguments->given[i].option;
        if (!knee_option_is_of(option, &knee_target_options_part))
            continue;
        if (option->lacks)
            return built_without(option, verb, err);
        return knee_err_set(err, KNEE_USAGE, "%s: --%s is for a service; write its URL: knee %s %s",
                            verb, option->name, verb, example());
    }
    return 0;
}

/* The value of a header on the command line itself, not in a file. */
static bool is_secret(const struct knee_arguments_given *given)
{
    return strcmp(given->option->name, "header") == 0 && given->value && given->value[0] != '@';
}

/* The argument that the value lies in; argc: none. */
static size_t find_argument(const struct knee_arguments *arguments, const char *value)
{
    size_t count = (size_t)arguments->argc;
    for (size_t i = 0; i < count; i++)
        if (value >= arguments->argv[i] && value <= arguments->argv[i] + strlen(arguments->argv[i]))
            return i;
    return count;
}

char **knee_user_target_hide(const struct knee_arguments *arguments, char *hidden,
                             size_t hidden_bytes)
{
    size_t count = (size_t)arguments->argc;
    char **argv = calloc(count + 1, sizeof *argv);
    struct knee_builder names;
    knee_builder_over(&names, hidden, hidden_bytes);
    for (size_t i = 0; argv && i < count; i++)
        argv[i] = arguments->argv[i];
    for (size_t i = 0; argv && i < arguments->given_count; i++) {
        const struct knee_arguments_given *given = &arguments->given[i];
        size_t at = is_secret(given) ? find_argument(arguments, given->value) : count;
        if (at == count)
            continue;
        struct knee_builder shown = {0};
        int name_bytes = (int)strcspn(given->value, ":;");
        knee_builder_add(&shown, "%.*s%.*s:HIDDEN", (int)(given->value - arguments->argv[at]),
                         arguments->argv[at], name_bytes, given->value);
        knee_builder_separate(&names, ", ");
        knee_builder_add(&names, "%.*s", name_bytes < 60 ? name_bytes : 60, given->value);
        char *text = knee_builder_take(&shown);
        if (!text) {
            knee_user_target_hide_release(arguments, argv);
            return NULL;
        }
        argv[at] = text;
    }
    return argv;
}

void knee_user_target_hide_release(const struct knee_arguments *arguments, char **argv)
{
    for (size_t i = 0; argv && i < (size_t)arguments->argc; i++)
        if (argv[i] != arguments->argv[i])
            free(argv[i]);
    free(argv);
}
