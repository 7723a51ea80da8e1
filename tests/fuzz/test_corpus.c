/* SPDX-License-Identifier: MIT */
/* Every input below tests/fuzz/corpus, which once did harm or shows a form, goes through its reader
 * without a crash; under SAN=1 also without a report of the sanitizers. */
#include "tests/support/fuzz_targets.h"
#include "tests/support/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_MAX_BYTES (1 << 20)

static size_t run_file(const struct fuzz_target *target, const char *path)
{
    FILE *in = fopen(path, "re");
    uint8_t *bytes = malloc(INPUT_MAX_BYTES);
    if (!in || !bytes)
        fail_msg("%s cannot be read", path);
    size_t count = fread(bytes, 1, INPUT_MAX_BYTES, in);
    target->run(bytes, count);
    fclose(in);
    free(bytes);
    return 1;
}

static void the_corpus_runs_through_its_readers(void **state)
{
    (void)state;
    for (const struct fuzz_target *target = fuzz_targets; target->name; target++) {
        char folder[128], path[512];
        size_t ran = 0;
        snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", target->name);
        DIR *dir = opendir(folder);
        for (struct dirent *entry; dir && (entry = readdir(dir));)
            if (entry->d_name[0] != '.') {
                snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
                ran += run_file(target, path);
            }
        if (dir)
            closedir(dir);
        if (ran == 0)
            fail_msg("%s holds no input", folder);
    }
}

/* Each prefix of a form, as a file that was cut off. */
static void prefixes_run_through_their_readers(void **state)
{
    (void)state;
    static const char text[] = "{\"schema_version\": 1, \"search\": {\"strategy\": null}, "
                               "\"workloads\": [{\"workload\": \"cpu\", \"candidates\": [1e999]}]}";
    for (const struct fuzz_target *target = fuzz_targets; target->name; target++)
        for (size_t count = 0; count < sizeof text; count++)
            target->run((const uint8_t *)text, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_runs_through_its_readers),
        cmocka_unit_test(prefixes_run_through_their_readers),
    };
    return cmocka_run_group_tests_name("corpus", tests, NULL, NULL);
}
