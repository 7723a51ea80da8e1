/* SPDX-License-Identifier: MIT */
#include "tuner/run/run_policy.h"

#include "core/text/parse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAUSE_FIRST_S .1
#define PAUSE_MOST_S 30.
#define HALT_FAILED_MIN 3
#define TIMEOUT_MIN_NS 1000000u
#define TIMEOUT_MAX_NS 86400000000000u
#define WORD_BYTES 64

/* Copies the next of the words between commas; what follows it, or NULL when there is none. */
static const char *next_word(const char *text, char word[WORD_BYTES])
{
    size_t length = strcspn(text, ",");
    snprintf(word, WORD_BYTES, "%.*s", (int)(length < WORD_BYTES ? length : WORD_BYTES - 1), text);
    return text[length] ? text + length + 1 : NULL;
}

int knee_run_retry_on_parse(struct knee_run_retry_on *retry_on, const char *text,
                            struct knee_err *err)
{
    struct knee_run_retry_on read = {0};
    char word[WORD_BYTES];
    for (const char *at = text; at;) {
        at = next_word(at, word);
        uint64_t code = 0;
        if (strcmp(word, "any") == 0)
            read.any = true;
        else if (strcmp(word, "timeout") == 0)
            read.timeout = true;
        else if (strcmp(word, "signal") == 0)
            read.signal = true;
        else if (knee_parse_uint("--retry-on", word, 1, 255, &code, NULL))
            return knee_err_set(err, KNEE_USAGE,
                                "--retry-on: \"%.60s\" is not an exit code (1 to 255), timeout, "
                                "signal or any; write --retry-on 75,timeout",
                                word);
        else
            read.codes[code / 8] |= (uint8_t)(1u << code % 8);
    }
    *retry_on = read;
    return 0;
}

bool knee_run_retry_on_matches(const struct knee_run_retry_on *retry_on,
                               const struct knee_run_attempt_end *end)
{
    if (!end->failed)
        return false;
    if (retry_on->any || (end->timed_out && retry_on->timeout))
        return true;
    if (end->timed_out)
        return false;
    if (end->signal_number)
        return retry_on->signal;
    int code = end->exit_code & 0xff;
    return (retry_on->codes[code / 8] >> code % 8 & 1) != 0;
}

double knee_run_retry_pause_s(uint32_t attempt, struct knee_random *random)
{
    double pause_s = ldexp(PAUSE_FIRST_S, attempt < 20 ? (int)attempt - 1 : 19);
    return fmin(pause_s, PAUSE_MOST_S) * (.5 + knee_random_uniform(random));
}

static int halt_error(const char *text, struct knee_err *err)
{
    return knee_err_set(err, KNEE_USAGE,
                        "--halt: \"%.60s\" says neither when nor at how many failures; write "
                        "never, soon,fail=3, now,fail=1 or soon,fail=10%%",
                        text);
}

int knee_run_halt_parse(struct knee_run_halt *halt, const char *text, struct knee_err *err)
{
    struct knee_run_halt read = {.when = KNEE_RUN_HALT_NEVER};
    if (strcmp(text, "never") == 0) {
        *halt = read;
        return 0;
    }
    if (strncmp(text, "soon,fail=", 10) == 0)
        read.when = KNEE_RUN_HALT_SOON;
    else if (strncmp(text, "now,fail=", 9) == 0)
        read.when = KNEE_RUN_HALT_NOW;
    else
        return halt_error(text, err);
    const char *number = strchr(text, '=') + 1;
    if (strchr(number, '%')
            ? knee_parse_ratio("--halt", number, 1e-6, 1, &read.fail_ratio, err)
            : knee_parse_uint("--halt", number, 1, UINT32_MAX, &read.fail_count, err))
        return -1;
    *halt = read;
    return 0;
}

bool knee_run_halt_reached(const struct knee_run_halt *halt, uint64_t failed, uint64_t ended)
{
    if (halt->when == KNEE_RUN_HALT_NEVER)
        return false;
    if (halt->fail_count)
        return failed >= halt->fail_count;
    return failed >= HALT_FAILED_MIN && (double)failed >= halt->fail_ratio * (double)ended;
}

int knee_run_timeout_parse(struct knee_run_timeout *timeout, const char *text, struct knee_err *err)
{
    struct knee_run_timeout read = {0};
    size_t length = strlen(text);
    if (length > 1 && text[length - 1] == '%') {
        if (knee_parse_ratio("--timeout", text, 1., 1000., &read.ratio, err))
            return -1;
    } else if (knee_parse_duration("--timeout", text, TIMEOUT_MIN_NS, TIMEOUT_MAX_NS, &read.ns,
                                   err)) {
        return -1;
    }
    *timeout = read;
    return 0;
}

int knee_run_limit_parse(struct knee_run_limit_choice *choice, const char *text, uint32_t level_max,
                         struct knee_err *err)
{
    struct knee_run_limit_choice read = {0};
    uint64_t fixed = 0;
    if (strcmp(text, "auto") == 0) {
        *choice = read;
        return 0;
    }
    if (text[0] && strspn(text, "0123456789") == strlen(text)) {
        if (knee_parse_uint("--limit", text, 1, level_max, &fixed, err))
            return -1;
        read.fixed = (uint32_t)fixed;
    } else {
        read.directory = text;
    }
    *choice = read;
    return 0;
}

void knee_run_weight_parse(struct knee_run_weight *weight, const char *text)
{
    uint64_t field = 0;
    *weight = (struct knee_run_weight){.by = KNEE_RUN_WEIGHT_LINE, .line = text};
    if (strcmp(text, "size") == 0)
        weight->by = KNEE_RUN_WEIGHT_SIZE;
    else if (knee_parse_uint("--weight", text, 1, 1000, &field, NULL) == 0)
        *weight = (struct knee_run_weight){.by = KNEE_RUN_WEIGHT_FIELD, .field = (uint32_t)field};
}

double knee_run_weight_field(const char *item, uint32_t field)
{
    const char *at = item + strspn(item, " \t");
    for (uint32_t i = 1; i < field && *at; i++) {
        at += strcspn(at, " \t");
        at += strspn(at, " \t");
    }
    char word[WORD_BYTES];
    size_t length = strcspn(at, " \t");
    double value = NAN;
    snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : sizeof word - 1), at);
    if (knee_parse_double("--weight", word, 0, 1e18, &value, NULL) || !(value > 0.))
        return NAN;
    return value;
}
