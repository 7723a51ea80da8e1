/* SPDX-License-Identifier: MIT */
/* A sweep goes on where it began, under the same limits, and nowhere else. */
#include "tests/support/test.h"
#include "tuner/sweep/same_host.h"

#include <stdio.h>
#include <string.h>

#define GIB ((uint64_t)1 << 30)

static const struct {
    const char *name, *says; /* "": it may go on */
    double quota;
    uint64_t memory_bytes, files;
    uint32_t pus;
    const char *model;
} CASES[] = {
    {"the same", "", INFINITY, 16 * GIB, 1024, 4, "A"},
    {"a little less memory", "", INFINITY, 15 * GIB, 1024, 4, "A"},
    {"memory unknown", "", INFINITY, UINT64_MAX, 1024, 4, "A"},
    {"more files", "", INFINITY, 16 * GIB, 4096, 4, "A"},
    {"half the memory",
     "d: measured with 16 GiB of memory, now it is 8 GiB; set the same limit, "
     "or sweep again",
     INFINITY, 8 * GIB, 1024, 4, "A"},
    {"twice the memory", "now it is 32 GiB", INFINITY, 32 * GIB, 1024, 4, "A"},
    {"fewer files",
     "measured with 1024 open files allowed, now only 256 are; set the same "
     "(ulimit -n), or sweep again",
     INFINITY, 16 * GIB, 256, 4, "A"},
    {"a quota", "measured under a CPU quota of inf, now it is 2", 2, 16 * GIB, 1024, 4, "A"},
    {"fewer CPUs", "this process may use 2 of 4", INFINITY, 16 * GIB, 1024, 2, "A"},
    {"another processor", "this host has B; sweep again here", INFINITY, 16 * GIB, 1024, 4, "B"},
};

static void only_the_same_host_and_limits_will_do(void **state)
{
    (void)state;
    const struct knee_host host = {
        .cpu_quota = INFINITY, .memory_total_bytes = 16 * GIB, .open_files_max = 1024};
    const struct knee_topology_counts counts = {.model = "A", .allowed_pus = 4, .cores = 4};
    const struct knee_same_host before = {&host, &counts};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_err err = {0};
        struct knee_host host_now = {.cpu_quota = CASES[i].quota,
                                     .memory_total_bytes = CASES[i].memory_bytes,
                                     .open_files_max = CASES[i].files};
        struct knee_topology_counts counts_now = {.allowed_pus = CASES[i].pus, .cores = 4};
        snprintf(counts_now.model, sizeof counts_now.model, "%s", CASES[i].model);
        const struct knee_same_host now = {&host_now, &counts_now};
        int failed = knee_same_host_check(&before, &now, "d", &err);
        if ((failed != 0) != (CASES[i].says[0] != '\0') || !strstr(err.message, CASES[i].says))
            fail_msg("%s: %s", CASES[i].name, err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_same_host_and_limits_will_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
