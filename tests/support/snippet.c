/* SPDX-License-Identifier: MIT */
#include "tests/support/snippet.h"

#include "tests/support/shell.h"
#include "tests/support/swept.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Quotes, blanks, a dollar, a newline, bytes that are not UTF-8. */
static char *const HOSTILE[] = {(char *)"sweep",
                                (char *)"--",
                                (char *)"printf",
                                (char *)"<%s>|%s\\n",
                                (char *)"a 'b' \"c\" $(false) `false` \\ \n{x",
                                (char *)"{}",
                                (char *)"\xff\xfe"};
#define HOSTILE_COUNT ((int)(sizeof HOSTILE / sizeof HOSTILE[0]))

struct knee_snippet snippet_hostile(void)
{
    struct knee_snippet snippet = {.limit = 3,
                                   .workload = "printf",
                                   .title = "printf 'x\\",
                                   .verdict = "resolved",
                                   .date = "2026-01-31T14:25:30Z",
                                   .host = "a\nhost\\",
                                   .cpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN),
                                   .source = KNEE_RESULT_SOURCE_MEASURED,
                                   .command = true,
                                   .dir = "results/latest"};
    assert_true(knee_command_words_find(&snippet.words, swept_command(HOSTILE_COUNT, HOSTILE)));
    return snippet;
}

void snippet_write(const struct knee_snippet *snippet, const char *target, const char *dir,
                   const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    assert_int_equal(knee_snippet_target_find(target)->write(snippet, out), 0);
    assert_int_equal(fclose(out), 0);
    chmod(path, 0755);
}

void snippet_expect(const char *dir, const char *command, const char *out)
{
    struct shell_run run;
    shell_run(&run, dir, command);
    assert_string_equal(run.err, "");
    assert_string_equal(run.out, out);
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
}

bool snippet_has(const char *program)
{
    char command[64];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}
