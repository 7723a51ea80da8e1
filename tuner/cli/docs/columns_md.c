/* SPDX-License-Identifier: MIT */
/* Prints docs/columns.md: `make docs`. */
#include "tuner/store/columns.h"

int main(void)
{
    knee_columns_document(stdout);
    return fflush(stdout) ? 1 : 0;
}
