/* SPDX-License-Identifier: MIT */
/* Warnings and notes in plan.json: a list of objects, each a kind and its values by name. */
#ifndef KNEE_TUNER_STORE_FACTS_JSON_H
#define KNEE_TUNER_STORE_FACTS_JSON_H

#include "tuner/result/fact.h"
#include "tuner/store/json_read.h"

#include <jansson.h>

json_t *knee_facts_json(const struct knee_facts *facts); /* a new reference; NULL: out of memory */

/* Reads the list under `key`; a missing one is empty. A kind that this knee does not know is left
 * out; a plain text, as older plans have it, is a line. */
void knee_facts_json_read(struct knee_json_reader *reader, const json_t *json, const char *key,
                          struct knee_facts *facts);

#endif
