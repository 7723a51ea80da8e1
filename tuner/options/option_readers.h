/* SPDX-License-Identifier: MIT */
/* How the value of an option is read: what the table of options names. Each has the type
 * knee_option_read: it fills the member at `offset`, or fails with a usage error that begins with
 * the option's name. */
#ifndef KNEE_TUNER_OPTIONS_OPTION_READERS_H
#define KNEE_TUNER_OPTIONS_OPTION_READERS_H

#include "tuner/options/option.h"

knee_option_read knee_option_flag;      /* bool: true; the value is not looked at */
knee_option_read knee_option_count;     /* int: one more */
knee_option_read knee_option_uint32;    /* between min and max */
knee_option_read knee_option_uint64;    /* between min and max */
knee_option_read knee_option_duration;  /* uint64_t in ns, between min and max */
knee_option_read knee_option_ratio;     /* double, between min and max */
knee_option_read knee_option_text;      /* const char *, not empty */
knee_option_read knee_option_list;      /* const char *[max], appended; the count at count_offset */
knee_option_read knee_option_word;      /* an enum: the index among the words of `argument` */
knee_option_read knee_option_levels;    /* struct knee_level_list */
knee_option_read knee_option_strategy;  /* a name that knee_strategy_find() knows */
knee_option_read knee_option_window;    /* as a duration; "auto" is 0 */
knee_option_read knee_option_load;      /* struct knee_load_choice */
knee_option_read knee_option_setting;   /* NAME=VALUE, as a list */
knee_option_read knee_option_objective; /* struct knee_goal: its objective */
knee_option_read knee_option_slo;       /* struct knee_goal: added to its SLOs */
knee_option_read knee_option_size;      /* uint64_t in bytes, between min and max */
knee_option_read knee_option_variable;  /* NAME=VALUE for an environment, as a list */
knee_option_read knee_option_rate;      /* text that knee_reported_open() takes */
knee_option_read knee_option_latency;   /* likewise, of a duration */

#endif
