/* SPDX-License-Identifier: MIT */
/* Units of time and size, and quantities written with them so that knee_parse_* reads the same
 * value back: for errors, help and titles. Each writes into `text` (KNEE_UNITS_BYTES are enough for
 * any of them) and returns it. Pure and thread safe. */
#ifndef KNEE_CORE_TEXT_UNITS_H
#define KNEE_CORE_TEXT_UNITS_H

#include "core/text/parameter.h"

#include <stddef.h>
#include <stdint.h>

#define KNEE_UNITS_BYTES 64

struct knee_unit {
    const char *name;  /* as it is typed: "m", "K"; "" for bytes */
    const char *title; /* as it is read: "min", "KiB" */
    double base;       /* in ns or bytes */
};

/* Largest first; both end with a NULL name. */
extern const struct knee_unit knee_units_times[], knee_units_sizes[];

/* The unit of the table that is typed `name`; NULL: none. */
const struct knee_unit *knee_units_find(const struct knee_unit *units, const char *name);

const char *knee_units_duration(uint64_t ns, char *text, size_t text_bytes); /* "1ms", "1500us" */
const char *knee_units_size(uint64_t bytes, char *text, size_t text_bytes);  /* "4K", "1000" */
const char *knee_units_ratio(double ratio, char *text, size_t text_bytes);   /* "2%", "0.5%" */
const char *knee_units_number(double value, char *text, size_t text_bytes);  /* "16", "0.25" */

/* A workload's parameter: as above, or its word. */
const char *knee_units_parameter(const struct knee_parameter *parameter, double value, char *text,
                                 size_t text_bytes);
/* For a title, as people read it: "1 ms", "4 KiB", "2 %", "16", "random". */
const char *knee_units_parameter_title(const struct knee_parameter *parameter, double value,
                                       char *text, size_t text_bytes);

#endif
