/* SPDX-License-Identifier: MIT */
/* One workload's limit out of a result.json, for scripts that want a number at once. */
#ifndef KNEE_TUNER_STORE_RESULT_LIMIT_H
#define KNEE_TUNER_STORE_RESULT_LIMIT_H

#include "core/base/err.h"
#include "tuner/result/result.h"

#include <stdbool.h>
#include <stdint.h>

/* Texts are "" if the file does not say. */
struct knee_result_limit {
    uint32_t limit;
    enum knee_result_source source;
    char workload[64], title[KNEE_RESULT_TITLE_BYTES];
    char verdict[16], reason[400];
    enum knee_slo_state slo; /* UNKNOWN: none was asked for */
    char slos[256];          /* "p99=1ms, errors=0" */
    char date[32], host[64]; /* when it was measured, and on which host */
};

/* From DIR/result.json; `workload` may be NULL if DIR holds one. A workload that DIR does not
 * hold, or none if DIR holds several, is a usage error that names those there are; a file that is
 * missing or not a result of knee is KNEE_FAILED. */
int knee_result_limit_read(struct knee_result_limit *limit, const char *dir, const char *workload,
                           struct knee_err *err);
/* The same from memory; `path` is its name in errors. */
int knee_result_limit_parse(struct knee_result_limit *limit, const char *text, size_t bytes,
                            const char *path, const char *workload, struct knee_err *err);

/* -1 if DIR/result.json is of another schema than this knee's. One that is missing or cut short is
 * fine: the sweep was killed. */
int knee_result_limit_check_schema(const char *dir, struct knee_err *err);

#endif
