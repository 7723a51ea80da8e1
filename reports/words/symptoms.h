/* SPDX-License-Identifier: MIT */
/* What may be wrong, looked for in one result: a table of symptoms, each with its evidence and its
 * remedy. A new one is a line in symptoms.c. Pure. */
#ifndef KNEE_REPORTS_WORDS_SYMPTOMS_H
#define KNEE_REPORTS_WORDS_SYMPTOMS_H

#include "tuner/result/result.h"

#include <stddef.h>

#define KNEE_SYMPTOMS_BYTES 256

enum knee_symptoms_state {
    KNEE_SYMPTOMS_UNSEEN,
    KNEE_SYMPTOMS_SEEN,
    KNEE_SYMPTOMS_UNKNOWN, /* this result does not tell */
};

struct knee_symptoms {
    const char *symptom; /* "high memory" */
    const char *remedy;
    /* Whether it is there; the evidence, either way, goes into `text` (KNEE_SYMPTOMS_BYTES): one
     * line of ASCII. */
    enum knee_symptoms_state (*find)(const struct knee_result *result,
                                     const struct knee_workload_result *workload, char *text);
};

extern const struct knee_symptoms knee_symptoms_table[];
extern const size_t knee_symptoms_count;

#endif
