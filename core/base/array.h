/* SPDX-License-Identifier: MIT */
/* Counts the elements of an array (never of a pointer). */
#ifndef KNEE_CORE_BASE_ARRAY_H
#define KNEE_CORE_BASE_ARRAY_H

#include <stddef.h>

#define KNEE_COUNT(array) (sizeof(array) / sizeof(array)[0])

#endif
