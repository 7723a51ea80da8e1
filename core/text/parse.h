/* SPDX-License-Identifier: MIT */
/* The one checked reader of numbers, the same in every locale. `what` names the thing being read
 * (an option, a parameter, a line of a file) in the error, which is one line and says what to
 * write:
 *     --budget: "60" has no unit; write 60s (ns us ms s m h)
 * Bounds are inclusive. Returns 0, or -1 with KNEE_USAGE and the value untouched. Signs, blanks,
 * grouping, NaN and infinity are refused. Pure and thread safe. */
#ifndef KNEE_CORE_TEXT_PARSE_H
#define KNEE_CORE_TEXT_PARSE_H

#include "core/base/err.h"
#include "core/text/parameter.h"

#include <stdint.h>

/* "12" */
int knee_parse_uint(const char *what, const char *text, uint64_t min, uint64_t max, uint64_t *value,
                    struct knee_err *err);
/* "12", "0.5", "1e3"; a leading `-` is taken if `min` is below 0. */
int knee_parse_double(const char *what, const char *text, double min, double max, double *value,
                      struct knee_err *err);
/* "1.5s", "200ms" with ns us ms s m h; a bare number is an error, but for 0. */
int knee_parse_duration(const char *what, const char *text, uint64_t min_ns, uint64_t max_ns,
                        uint64_t *ns, struct knee_err *err);
/* "4K", "1.5G", "512" with K M G (1024); a bare number means bytes. */
int knee_parse_size(const char *what, const char *text, uint64_t min_bytes, uint64_t max_bytes,
                    uint64_t *bytes, struct knee_err *err);
/* "2%", "0.02" */
int knee_parse_ratio(const char *what, const char *text, double min, double max, double *ratio,
                     struct knee_err *err);
/* One of `words` ("random|sequential"), as its index. */
int knee_parse_word(const char *what, const char *text, const char *words, uint32_t *index,
                    struct knee_err *err);
/* A workload's parameter, in its base unit (ns, bytes, ratio, number, index of the word). */
int knee_parse_parameter(const struct knee_parameter *parameter, const char *text, double *value,
                         struct knee_err *err);

#endif
