/* SPDX-License-Identifier: MIT */
#include "tuner/run/run_result.h"

#include <stdlib.h>

void knee_run_result_release(struct knee_run_result *result)
{
    free(result->decisions);
    free(result->levels);
    *result = (struct knee_run_result){0};
}
