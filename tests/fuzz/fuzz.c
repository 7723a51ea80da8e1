/* SPDX-License-Identifier: MIT */
/* The entry of libFuzzer (clang), for `make fuzz`: $FUZZ_TARGET names the reader. */
#include "tests/support/fuzz_targets.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    static const struct fuzz_target *target;
    if (!target) {
        const char *name = getenv("FUZZ_TARGET");
        target = name ? fuzz_target_find(name) : NULL;
        if (!target) {
            fprintf(stderr, "FUZZ_TARGET: unknown; see tests/support/fuzz_targets.c\n");
            exit(2);
        }
    }
    target->run(bytes, count);
    return 0;
}
