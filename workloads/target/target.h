/* SPDX-License-Identifier: MIT */
/* workloads/target: services that knee speaks to itself, by their URL.
 *
 * This file: a target as a sweep knows it. A workload whose `target` is set is not run by its name
 * but by a URL of one of its schemes; its setup's `custom` is the service that open() made. A new
 * target is a workload with this in addition: one file, one line in workloads/registry.c. */
#ifndef KNEE_WORKLOADS_TARGET_TARGET_H
#define KNEE_WORKLOADS_TARGET_TARGET_H

#include "core/base/err.h"
#include "core/text/status_set.h"
#include "workloads/command/items.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the user wants the service to be asked. Everything is borrowed. What a target does not know
 * is not its to refuse: tuner/sweep/user_target.c does that. */
struct knee_target_params {
    const char *const *urls; /* at least one; may hold {} */
    size_t urls_count;
    const struct knee_items
        *items;                 /* for {}; without one in the URLs, further URLs. May be empty */
    const char *method;         /* NULL: GET */
    const char *const *headers; /* NAME:VALUE, or @FILE with a header a line */
    size_t headers_count;
    const char *data; /* a file to send; NULL: none */
    struct knee_status_set expect;
    const char *user_file; /* its first line is USER:PASSWORD; NULL: none */
    uint64_t timeout_ns;   /* of a request */
    bool insecure, location, new_connections;
    uint64_t max_requests;       /* 0: no bound */
    const char *const *settings; /* --param NAME=VALUE */
    size_t settings_count;
    const volatile sig_atomic_t *interrupted; /* a signal's number ends a request; NULL: never */
};

/* Has the user interrupted? */
static inline bool knee_target_interrupted(const struct knee_target_params *params)
{
    return params->interrupted && *params->interrupted;
}

/* The first request. */
struct knee_target_look {
    double item_s, connect_s, first_byte_s; /* NAN unknown */
    double cpu_s;                           /* of this thread */
    char said[160];         /* about the answer: "HTTP/1.1 200, 1.0 KiB"; "" nothing */
    uint32_t level_max;     /* the service allows this many slots; 0: unknown */
    char level_max_by[128]; /* then: what says so */
    bool local;             /* the service is on this host, */
    int server_pid;         /* and this is the process that takes its connections; 0: not known */
};

struct knee_target {
    const char *const *schemes;  /* "http://", ...; ends with NULL */
    const char *example;         /* "http://HOST/PATH" */
    const char *const *settings; /* the names that --param may set; ends with NULL; NULL: none */
    bool is_http;                /* --method, --header and so on are for it */
    uint32_t max_level;          /* unless the user says otherwise: it may be a stranger's */

    /* Checks the parameters, reads the files that they name; asks nothing yet. */
    int (*open)(void **service, const struct knee_target_params *params, struct knee_err *err);
    /* One request. KNEE_FAILED if it fails, with a line that says why; or interrupted. */
    int (*look)(void *service, struct knee_target_look *look, struct knee_err *err);
    /* Is it time to stop: --max-requests? */
    bool (*must_end)(void *service);
    /* After a window in which requests failed: -1 with KNEE_FAILED if the service is gone. */
    int (*check)(void *service, struct knee_err *err);
    /* A window at this level (of all hosts together) has ended: what failed in it was there. */
    void (*window_ended)(void *service, uint32_t level);
    /* How requests failed so far, and at which levels: "503 Service Unavailable 1,204 times (at
     * 16)", or "". */
    void (*failures)(void *service, char *text, size_t text_bytes);
    /* Of the answers that asked to come back later: the longest Retry-After in seconds. -1: none */
    double (*retry_after_s)(void *service);
    /* Of the failures of KNEE_FAILURE_STATUS: the ratio of such answers. 0 without any. */
    double (*for_now_ratio)(void *service);
    void (*close)(void *service); /* safe on NULL */
};

#endif
