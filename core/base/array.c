/* SPDX-License-Identifier: MIT */
#include "core/base/array.h"

#include <stdlib.h>

void *knee_array_make(size_t count, size_t element_bytes)
{
    return calloc(count > 0 ? count : 1, element_bytes);
}

void *knee_array_resize(void *array, size_t count, size_t element_bytes)
{
    return reallocarray(array, count > 0 ? count : 1, element_bytes);
}
