/* SPDX-License-Identifier: MIT */
/* Warnings and notes in words. Pure. */
#ifndef KNEE_REPORTS_WORDS_FACT_TEXT_H
#define KNEE_REPORTS_WORDS_FACT_TEXT_H

#include "tuner/result/fact.h"

#define KNEE_FACT_TEXT_BYTES 512

/* One line without a line feed, into KNEE_FACT_TEXT_BYTES; returns `text`. */
const char *knee_fact_text(const struct knee_fact *fact, char *text);

#define KNEE_FACT_RATE_BYTES 64

/* Of KNEE_FACT_RATE_LIMIT: "about 100 requests a second", with " or more" if it may be, into
 * KNEE_FACT_RATE_BYTES; returns `text`. */
const char *knee_fact_rate(const struct knee_fact *fact, char *text);

#endif
