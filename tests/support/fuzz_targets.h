/* SPDX-License-Identifier: MIT */
/* Every reader of the program as a function of bytes: for `make fuzz`, and for the test that runs
 * the corpus of inputs that once did harm. */
#ifndef KNEE_TESTS_SUPPORT_FUZZ_TARGETS_H
#define KNEE_TESTS_SUPPORT_FUZZ_TARGETS_H

#include <stddef.h>
#include <stdint.h>

struct fuzz_target {
    const char *name; /* also of its folder below tests/fuzz/corpus */
    void (*run)(const uint8_t *bytes, size_t count);
};

extern const struct fuzz_target fuzz_targets[];               /* ends with a name of NULL */
const struct fuzz_target *fuzz_target_find(const char *name); /* NULL: unknown */

/* Each in a file of its own. */
void fuzz_server(const uint8_t *bytes, size_t count);  /* the loopback server */
void fuzz_host(const uint8_t *bytes, size_t count);    /* what the kernel says of this host */
void fuzz_compare(const uint8_t *bytes, size_t count); /* two journals, compared */
void fuzz_fleet(const uint8_t *bytes, size_t count);   /* what other hosts' knees send */

#endif
