/* SPDX-License-Identifier: MIT */
/* A service that is swept by its URL, and how to ask it. A knee that was built without libcurl (or,
 * for some, libpq) names none of these options. */
#ifndef KNEE_TUNER_OPTIONS_TARGET_OPTIONS_H
#define KNEE_TUNER_OPTIONS_TARGET_OPTIONS_H

#include "core/text/status_set.h"
#include "tuner/options/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_TARGET_HEADERS_MAX 32 /* --header on one command line */

enum knee_target_connections { KNEE_TARGET_KEEP, KNEE_TARGET_NEW };

struct knee_target_options {
    const char *method;                           /* NULL: GET */
    const char *headers[KNEE_TARGET_HEADERS_MAX]; /* NAME:VALUE or @FILE */
    size_t headers_count;
    const char *data;              /* FILE; NULL: none */
    struct knee_status_set expect; /* 200 to 299 */
    const char *user_file;         /* NULL: none */
    enum knee_target_connections connections;
    bool insecure, location;
    uint64_t max_requests; /* 0: no bound */
};

extern const struct knee_option_part knee_target_options_part;

/* Is it an option of HTTP alone? */
bool knee_target_option_is_http(const struct knee_option *option);

#endif
