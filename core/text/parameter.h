/* SPDX-License-Identifier: MIT */
/* A parameter of a workload (NAME=VALUE): how it is written, its default and its range. */
#ifndef KNEE_CORE_TEXT_PARAMETER_H
#define KNEE_CORE_TEXT_PARAMETER_H

#include <stdbool.h>

#define KNEE_PARAMETERS_MAX 12

/* How a parameter is written. Its value is a double in base units: ns, bytes, a ratio from 0 to 1,
 * a plain number, or the index of a word in `words`. */
enum knee_parameter_unit {
    KNEE_PARAMETER_NUMBER,
    KNEE_PARAMETER_TIME,
    KNEE_PARAMETER_SIZE,
    KNEE_PARAMETER_RATIO,
    KNEE_PARAMETER_WORD,
};

struct knee_parameter {
    const char *name;
    enum knee_parameter_unit unit;
    double value, min, max; /* default and range, base units, inclusive */
    const char *help;       /* one line */
    const char *words;      /* for KNEE_PARAMETER_WORD: "random|sequential" */
    bool shown;             /* named beside the workload in every answer: "net (5 ms, pool 16)" */
    const char *noun;       /* written before the value there ("pool"); NULL: the value alone */
};

#endif
