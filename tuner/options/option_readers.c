/* SPDX-License-Identifier: MIT */
#include "tuner/options/option_readers.h"

#include "core/text/parse.h"
#include "core/text/reported.h"
#include "tuner/decide/goal.h"
#include "tuner/levels/level_list.h"
#include "tuner/options/host_options.h"
#include "tuner/search/search.h"

#include <stdio.h>
#include <string.h>

#define LABEL_BYTES 32

/* The member of the part's struct that the option sets. */
static void *field(const struct knee_option *option, void *values)
{
    return (char *)values + option->offset;
}

static const char *label(const struct knee_option *option, char *text)
{
    snprintf(text, LABEL_BYTES, "--%s", option->name);
    return text;
}

int knee_option_flag(const struct knee_option *option, const char *text, void *values,
                     struct knee_err *err)
{
    (void)text;
    (void)err;
    *(bool *)field(option, values) = true;
    return 0;
}

int knee_option_count(const struct knee_option *option, const char *text, void *values,
                      struct knee_err *err)
{
    (void)text;
    (void)err;
    ++*(int *)field(option, values);
    return 0;
}

int knee_option_uint64(const struct knee_option *option, const char *text, void *values,
                       struct knee_err *err)
{
    char name[LABEL_BYTES];
    return knee_parse_uint(label(option, name), text, (uint64_t)option->min, (uint64_t)option->max,
                           field(option, values), err);
}

int knee_option_uint32(const struct knee_option *option, const char *text, void *values,
                       struct knee_err *err)
{
    char name[LABEL_BYTES];
    uint64_t value = 0;
    if (knee_parse_uint(label(option, name), text, (uint64_t)option->min, (uint64_t)option->max,
                        &value, err))
        return -1;
    *(uint32_t *)field(option, values) = (uint32_t)value;
    return 0;
}

int knee_option_duration(const struct knee_option *option, const char *text, void *values,
                         struct knee_err *err)
{
    char name[LABEL_BYTES];
    return knee_parse_duration(label(option, name), text, (uint64_t)option->min,
                               (uint64_t)option->max, field(option, values), err);
}

int knee_option_size(const struct knee_option *option, const char *text, void *values,
                     struct knee_err *err)
{
    char name[LABEL_BYTES];
    return knee_parse_size(label(option, name), text, (uint64_t)option->min, (uint64_t)option->max,
                           field(option, values), err);
}

int knee_option_ratio(const struct knee_option *option, const char *text, void *values,
                      struct knee_err *err)
{
    char name[LABEL_BYTES];
    return knee_parse_ratio(label(option, name), text, option->min, option->max,
                            field(option, values), err);
}

int knee_option_text(const struct knee_option *option, const char *text, void *values,
                     struct knee_err *err)
{
    if (*text == '\0')
        return knee_err_set(err, KNEE_USAGE, "--%s: an empty value; write --%s %s", option->name,
                            option->name, option->argument);
    *(const char **)field(option, values) = text;
    return 0;
}

int knee_option_list(const struct knee_option *option, const char *text, void *values,
                     struct knee_err *err)
{
    if (*text == '\0')
        return knee_err_set(err, KNEE_USAGE, "--%s: an empty value; write --%s %s", option->name,
                            option->name, option->argument);
    size_t *count = (size_t *)(void *)((char *)values + option->count_offset);
    if (*count >= (size_t)option->max)
        return knee_err_set(err, KNEE_USAGE, "--%s: more than %.0f of them; give fewer",
                            option->name, option->max);
    ((const char **)field(option, values))[(*count)++] = text;
    return 0;
}

int knee_option_word(const struct knee_option *option, const char *text, void *values,
                     struct knee_err *err)
{
    char name[LABEL_BYTES];
    return knee_parse_word(label(option, name), text, option->argument, field(option, values), err);
}

int knee_option_levels(const struct knee_option *option, const char *text, void *values,
                       struct knee_err *err)
{
    return knee_level_list_parse(text, field(option, values), err);
}

int knee_option_strategy(const struct knee_option *option, const char *text, void *values,
                         struct knee_err *err)
{
    if (!knee_strategy_find(text))
        return knee_err_set(err, KNEE_USAGE, "--%s: \"%.80s\" is unknown; write one of %s",
                            option->name, text, option->argument);
    return knee_option_text(option, text, values, err);
}

int knee_option_window(const struct knee_option *option, const char *text, void *values,
                       struct knee_err *err)
{
    if (strcmp(text, "auto") != 0)
        return knee_option_duration(option, text, values, err);
    *(uint64_t *)field(option, values) = 0;
    return 0;
}

int knee_option_load(const struct knee_option *option, const char *text, void *values,
                     struct knee_err *err)
{
    char name[LABEL_BYTES];
    bool automatic = strcmp(text, "auto") == 0;
    if (!automatic && !strchr("0123456789.", text[0]))
        return knee_err_set(err, KNEE_USAGE,
                            "--%s: \"%.80s\" is neither auto nor a number; write --%s %s",
                            option->name, text, option->name, option->example);
    struct knee_load_choice *load = field(option, values);
    if (!automatic &&
        knee_parse_double(label(option, name), text, option->min, option->max, &load->factor, err))
        return -1;
    load->measured = automatic;
    return 0;
}

int knee_option_setting(const struct knee_option *option, const char *text, void *values,
                        struct knee_err *err)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return knee_err_set(err, KNEE_USAGE,
                            "--%s: \"%.80s\" sets nothing; write --%s NAME=VALUE (knee list "
                            "workloads shows the names)",
                            option->name, text, option->name);
    return knee_option_list(option, text, values, err);
}

int knee_option_objective(const struct knee_option *option, const char *text, void *values,
                          struct knee_err *err)
{
    const struct knee_goal_objective *found = knee_goal_objective_find(text);
    if (!found)
        return knee_err_set(err, KNEE_USAGE, "--%s: \"%.80s\" is unknown; write one of %s",
                            option->name, text, option->argument);
    ((struct knee_goal *)field(option, values))->objective = found;
    return 0;
}

int knee_option_slo(const struct knee_option *option, const char *text, void *values,
                    struct knee_err *err)
{
    char name[LABEL_BYTES];
    return knee_goal_add_slo(field(option, values), label(option, name), text, err);
}

int knee_option_variable(const struct knee_option *option, const char *text, void *values,
                         struct knee_err *err)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return knee_err_set(err, KNEE_USAGE, "--%s: \"%.80s\" sets nothing; write --%s NAME=VALUE",
                            option->name, text, option->name);
    return knee_option_list(option, text, values, err);
}

static int read_reported(const struct knee_option *option, const char *text, void *values,
                         enum knee_reported_unit unit, struct knee_err *err)
{
    char name[LABEL_BYTES];
    struct knee_reported *reported = NULL;
    if (knee_reported_open(&reported, label(option, name), text, unit, err))
        return -1;
    knee_reported_close(reported);
    return knee_option_text(option, text, values, err);
}

int knee_option_rate(const struct knee_option *option, const char *text, void *values,
                     struct knee_err *err)
{
    return read_reported(option, text, values, KNEE_REPORTED_RATE, err);
}

int knee_option_latency(const struct knee_option *option, const char *text, void *values,
                        struct knee_err *err)
{
    return read_reported(option, text, values, KNEE_REPORTED_DURATION, err);
}
