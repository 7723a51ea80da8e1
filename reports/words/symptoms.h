/* SPDX-License-Identifier: MIT */
/* What may be wrong, looked for in one result: a table of symptoms, each with its evidence and its
 * remedy. A new one is a line in trouble.c. Pure. */
#ifndef KNEE_REPORTS_WORDS_SYMPTOMS_H
#define KNEE_REPORTS_WORDS_SYMPTOMS_H

#include "tuner/result/result.h"

#include <stddef.h>

#define KNEE_TROUBLE_BYTES 256

enum knee_symptoms_state {
    KNEE_TROUBLE_UNSEEN,
    KNEE_TROUBLE_SEEN,
    KNEE_TROUBLE_UNKNOWN, /* this result does not tell */
};

struct knee_symptoms {
    const char *symptom; /* "high memory" */
    const char *remedy;
    /* Whether it is there; the evidence, either way, goes into `text` (KNEE_TROUBLE_BYTES): one
     * line of ASCII. */
    enum knee_symptoms_state (*find)(const struct knee_result *result,
                                     const struct knee_workload_result *workload, char *text);
};

extern const struct knee_symptoms knee_symptomss[];
extern const size_t knee_troubles_count;

#endif
