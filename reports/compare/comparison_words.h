/* SPDX-License-Identifier: MIT */
/* reports/compare: comparisons as people and programs read them: words, text, Markdown, JSON.
 * This file: the sentences. */
#ifndef KNEE_REPORTS_COMPARE_COMPARISON_WORDS_H
#define KNEE_REPORTS_COMPARE_COMPARISON_WORDS_H

#include "tuner/compare/comparison.h"

#define KNEE_COMPARISON_WORDS_BYTES 512

/* "slower", "not enough evidence", ...: the verdict in words. */
const char *knee_comparison_words_verdict(enum knee_compare_verdict verdict);

/* The change that the verdict is about, and in `what` (KNEE_COMPARISON_WORDS_BYTES) of what it is:
 * "throughput of all levels together", "full speed (each at its own limit)", "at level 16". NULL,
 * and `what` untouched: none is known. */
const struct knee_compare_ratio *
knee_comparison_words_main(const struct knee_comparison *comparison, char *what);

/* The verdict and its numbers, one sentence without a full stop: "slower: at level 16 -8.1 % (-11.0
 * % to -5.0 %)". */
const char *knee_comparison_words_answer(const struct knee_comparison *comparison, char *text);

/* What the rows of levels compare, before their table: not the two limits. */
#define KNEE_COMPARISON_WORDS_ROWS "Level by level, the same level in both:"

/* A fact as a sentence. Both write KNEE_COMPARISON_WORDS_BYTES at most and return `text`. */
const char *knee_comparison_words_fact(const struct knee_comparison_fact *fact, char *text);

#endif
