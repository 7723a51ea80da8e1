/* SPDX-License-Identifier: MIT */
/* result.json, which `--json` prints, too. An unknown value is null; the keys of `levels` are the
 * columns of levels.csv, with the same digits. `argv` and `argv_shell`: see tuner/store/json.h. */
#ifndef KNEE_REPORTS_JSON_RESULT_JSON_H
#define KNEE_REPORTS_JSON_RESULT_JSON_H

#include "core/base/err.h"
#include "tuner/result/result.h"

#include <stdio.h>

/* -1 out of memory; errors of `out` stay in it (ferror). */
int knee_result_json(const struct knee_result *result, FILE *out, struct knee_err *err);

#endif
