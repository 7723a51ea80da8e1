/* SPDX-License-Identifier: MIT */
/* Private to tuner/store/run_record*.c. */
#ifndef KNEE_TUNER_STORE_RUN_RECORD_PRIVATE_H
#define KNEE_TUNER_STORE_RUN_RECORD_PRIVATE_H

#include "tuner/store/run_record.h"

/* items.csv: everything but the limits. */
int knee_run_record_read_items(struct knee_run_record *record, const char *dir,
                               struct knee_err *err);

#endif
