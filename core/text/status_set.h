/* SPDX-License-Identifier: MIT */
/* A set of HTTP status codes, as people write it: "200-299,304". Pure. */
#ifndef KNEE_CORE_TEXT_STATUS_SET_H
#define KNEE_CORE_TEXT_STATUS_SET_H

#include <stdbool.h>
#include <stdint.h>

#define KNEE_STATUS_FIRST 100
#define KNEE_STATUS_LAST 599

struct knee_status_set {
    uint64_t bits[(KNEE_STATUS_LAST - KNEE_STATUS_FIRST) / 64 + 1];
};

/* 0, or -1 if `text` is not a list of codes and ranges from 100 to 599; `set` is then untouched. */
int knee_status_set_parse(struct knee_status_set *set, const char *text);

bool knee_status_set_has(const struct knee_status_set *set, long status);

#endif
