/* SPDX-License-Identifier: MIT */
/* The files that a run writes while it goes on: items.csv, limits.csv, the job log. */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_JOURNAL_H
#define KNEE_TUNER_DISPATCH_DISPATCH_JOURNAL_H

#include "tuner/dispatch/dispatch_state.h"

int knee_dispatch_journal_open(struct knee_dispatch *run, struct knee_err *err);
void knee_dispatch_journal_close(struct knee_dispatch *run);

/* Of an attempt and of an item that an earlier run has done: 0, or an errno. Without the lock. */
int knee_dispatch_journal_started(struct knee_dispatch_slot *slot);
int knee_dispatch_journal_ended(struct knee_dispatch_slot *slot,
                                const struct knee_dispatch_end *end);
int knee_dispatch_journal_skipped(struct knee_dispatch *run,
                                  const struct knee_item_source_item *item);

/* With the lock; breaks the run when it fails. */
void knee_dispatch_journal_limit(struct knee_dispatch *run,
                                 const struct knee_run_decision *decision);

#endif
