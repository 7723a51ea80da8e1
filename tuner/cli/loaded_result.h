/* SPDX-License-Identifier: MIT */
/* A result directory read back: the plan, the journal, and all that is made of them. */
#ifndef KNEE_TUNER_CLI_LOADED_RESULT_H
#define KNEE_TUNER_CLI_LOADED_RESULT_H

#include "core/base/err.h"
#include "tuner/result/result.h"
#include "tuner/search/search.h"
#include "tuner/store/journal.h"
#include "tuner/store/sweep_plan.h"

struct knee_loaded_result {
    struct knee_sweep_plan plan;
    struct knee_journal_rows rows;
    struct knee_search_record *records; /* one for each workload of the plan */
    struct knee_result result;          /* borrows from the plan */
};

/* Reads DIR/plan.json and DIR/samples.csv, and decides again. A directory in which nothing was
 * measured yet is an error. `loaded` is to be released, also after a failure. */
int knee_loaded_result_read(struct knee_loaded_result *loaded, const char *dir,
                            struct knee_err *err);
void knee_loaded_result_release(struct knee_loaded_result *loaded); /* safe on a zeroed one */

#endif
