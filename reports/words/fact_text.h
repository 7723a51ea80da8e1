/* SPDX-License-Identifier: MIT */
/* Warnings and notes in words. Pure. */
#ifndef KNEE_REPORTS_WORDS_FACT_TEXT_H
#define KNEE_REPORTS_WORDS_FACT_TEXT_H

#include "tuner/result/fact.h"

#define KNEE_FACT_TEXT_BYTES 512

/* One line without a line feed, into KNEE_FACT_TEXT_BYTES; returns `text`. */
const char *knee_fact_text(const struct knee_fact *fact, char *text);

#endif
