/* SPDX-License-Identifier: MIT */
/* One workload's limit out of a result.json, for scripts that want a number at once. */
#ifndef KNEE_TUNER_STORE_RESULT_LIMIT_H
#define KNEE_TUNER_STORE_RESULT_LIMIT_H

#include "core/base/err.h"
#include "tuner/result/result.h"

#include <stdbool.h>
#include <stdint.h>

/* Texts are "" where the file does not say. */
struct knee_result_limit {
    uint32_t limit;
    enum knee_result_source source;
    char workload[64], title[160];
    char verdict[16], reason[400];
    char date[32], host[64]; /* when and where it was measured */
};

/* From DIR/result.json; `workload` may be NULL where DIR holds one. What DIR does not hold, or
 * several where none is named, is a usage error that names what there is; a file that is missing
 * or no result of ours is KNEE_FAILED. */
int knee_result_limit_read(struct knee_result_limit *limit, const char *dir, const char *workload,
                           struct knee_err *err);

#endif
