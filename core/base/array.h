/* SPDX-License-Identifier: MIT */
/* Arrays: how many elements one has, and room for more. */
#ifndef KNEE_CORE_BASE_ARRAY_H
#define KNEE_CORE_BASE_ARRAY_H

#include <stddef.h>

/* The elements of an array (never of a pointer). */
#define KNEE_COUNT(array) (sizeof(array) / sizeof(array)[0])

/* `count` elements, all zero, for free(); NULL out of memory. */
void *knee_array_make(size_t count, size_t element_bytes);

/* Room for `count` elements, at least for one: `array` (NULL: a new one), or its new place.
 * NULL out of memory: the old one stays. (Neither is inline: gcc 12's analyzer takes an array that
 * was moved, or that another array's element owns, for one that leaks.) */
void *knee_array_resize(void *array, size_t count, size_t element_bytes);

#endif
