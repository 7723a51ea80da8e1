/* SPDX-License-Identifier: MIT */
/* Quantities as people read them: the two or three digits that matter. Each function writes into
 * `text` (KNEE_HUMAN_BYTES are enough for any of them) and returns it; an unknown value (NAN) is
 * "-". ASCII, with the same units that options take. Pure and thread safe. */
#ifndef KNEE_CORE_TEXT_HUMAN_H
#define KNEE_CORE_TEXT_HUMAN_H

#define KNEE_HUMAN_BYTES 48

const char *knee_human_count(char *text, double count);   /* "40,000" */
const char *knee_human_rate(char *text, double per_s);    /* "92,400", "41.7", "0.25" */
const char *knee_human_latency(char *text, double s);     /* "1.2 ms", "164 ms", "850 us" */
const char *knee_human_duration(char *text, double s);    /* "5.5 s", "3 min 41 s", "2 h 5 min" */
const char *knee_human_size(char *text, double bytes);    /* "32 MiB", "3.1 GiB" */
const char *knee_human_percent(char *text, double ratio); /* "98 %" */
const char *knee_human_tenths(char *text, double ratio);  /* "0.7 %", "5 %": a small ratio */
/* "97.6 %", rounded down to tenths, so that a proven bound stays true. */
const char *knee_human_bound(char *text, double ratio);

#endif
