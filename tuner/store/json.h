/* SPDX-License-Identifier: MIT */
/* Pieces of JSON that plan.json and result.json share, as jansson values: new references, NULL
 * if memory ran out (jansson's functions that add a value take a NULL and return -1). */
#ifndef KNEE_TUNER_STORE_JSON_H
#define KNEE_TUNER_STORE_JSON_H

#include "core/base/err.h"
#include "core/host/host.h"
#include "core/host/topology.h"
#include "tuner/result/result.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

json_t *knee_json_number(double value);   /* whole ones as integers; null if not finite */
json_t *knee_json_count(uint64_t count);  /* null: UINT64_MAX; a string beyond 2^63 - 1 */
json_t *knee_json_whole(uint64_t count);  /* the same without an unknown: a seed */
json_t *knee_json_level(uint32_t level);  /* null: 0, which is not a level */
json_t *knee_json_text(const char *text); /* bytes that are not UTF-8 become U+FFFD */

/* For result.json; a plan's argv is that of texts_json.h. Two keys of `object`: `argv`, in which
 * bytes that are not UTF-8 are U+FFFD, and `argv_shell`, one line that a shell turns back into the
 * very bytes (see knee_strings_shell). 0 or -1. */
int knee_json_set_argv(json_t *object, int argc, char *const *argv);

/* `host` of result.json: what binds on this machine. No quota is null. */
json_t *knee_json_host(const struct knee_host *host, const struct knee_topology_counts *topology);

/* `parameters`: by name, followed by the unit: `work_s`, `size_bytes`, `errors_ratio`; a plain
 * number or a word under its bare name. */
json_t *knee_json_parameters(const struct knee_parameter_value *parameters, size_t count);

/* Writes indented, with a final line feed; doubles with at most `digits` significant ones. 0 or
 * -1 with errno. */
int knee_json_write(const json_t *json, int digits, FILE *out);

#endif
