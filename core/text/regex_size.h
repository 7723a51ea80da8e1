/* SPDX-License-Identifier: MIT */
/* How large a regular expression becomes when the C library compiles it. glibc copies what repeats:
 * `((x{200}){200}){200}`, or thirty nested `+`, take all memory, and an expression may come from
 * the plan of a result directory of somebody else's. Pure. */
#ifndef KNEE_CORE_TEXT_REGEX_SIZE_H
#define KNEE_CORE_TEXT_REGEX_SIZE_H

#include <stddef.h>

/* Characters and classes of an extended expression with every repeat written out: x{3,5} counts as
 * 5, x+ as 2. SIZE_MAX: more than a million, or groups nested more than 64 deep. One that is wrong
 * gets some number. */
size_t knee_regex_size(const char *expression);

#endif
