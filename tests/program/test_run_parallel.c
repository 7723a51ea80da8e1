/* SPDX-License-Identifier: MIT */
/* Examples of GNU parallel's tutorial that have a counterpart: if parallel is installed, both
 * are run, and print the same. docs/run.md has them as a table. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KNEE "$KNEE run -q --no-plots "

static const char setup[] =
    "printf 'A\\nB\\nC\\n' >abc; printf 'a b\\0c' >nul; export PARALLEL=--will-cite; "
    "export PARALLEL_HOME=$PWD; ";

static const struct {
    const char *parallel, *knee;
} examples[] = {
    {"parallel -k echo ::: A B C", KNEE "-k -- echo ::: A B C"},
    {"parallel -k -a abc echo", KNEE "-k --items abc -- echo"},
    {"cat abc | parallel -k echo", "cat abc | " KNEE "-k -- echo"},
    {"parallel -k -0 -a nul echo", KNEE "-k -0 --items nul -- echo"},
    {"parallel -k echo {} ::: A/B.C", KNEE "-k -- echo {} ::: A/B.C"},
    {"parallel -k echo {.} ::: A/B.C", KNEE "-k -- echo {.} ::: A/B.C"},
    {"parallel -k echo {/} ::: A/B.C", KNEE "-k -- echo {/} ::: A/B.C"},
    {"parallel -k echo {//} ::: A/B.C", KNEE "-k -- echo {//} ::: A/B.C"},
    {"parallel -k echo {/.} ::: A/B.C", KNEE "-k -- echo {/.} ::: A/B.C"},
    {"parallel -k echo {#}:{} ::: A B C", KNEE "-k -- echo {#}:{} ::: A B C"},
    {"parallel -j2 -k 'sleep 0.{}; echo {}' ::: 3 1 2",
     KNEE "--limit 2 -k --shell -- 'sleep 0.{}; echo {}' ::: 3 1 2"},
    {"parallel -j1 echo {%}:{} ::: A B C", KNEE "--limit 1 -- echo {%}:{} ::: A B C"},
    {"parallel -k --tag echo foo-{} ::: A B C", KNEE "-k --tag -- echo foo-{} ::: A B C"},
    {"parallel -j2 --linebuffer 'echo {}-start; sleep 0.{}; echo {}-end' ::: 9 1 | sort",
     KNEE "--limit 2 --line-buffer --shell -- 'echo {}-start; sleep 0.{}; echo {}-end' ::: 9 1 | "
          "sort"},
    {"parallel -j1 --halt soon,fail=1 'echo {}; exit {}' ::: 0 0 3 4 2>/dev/null",
     KNEE "--limit 1 --halt soon,fail=1 --shell -- 'echo {}; exit {}' ::: 0 0 3 4 2>/dev/null"},
    {"parallel -j1 --retries 3 'echo try >>t; false' ::: a; cat t; rm t",
     KNEE "--limit 1 --retries 2 --shell -- 'echo try >>t; false' ::: a 2>/dev/null; cat t; rm t"},
    {"parallel -j1 --joblog l exit ::: 1 0 3; cut -f1,7,8 l",
     KNEE "--limit 1 --joblog l --shell -- exit ::: 1 0 3 2>/dev/null; cut -f1,7,8 l"},
};

static void the_tutorials_examples_print_the_same(void **state)
{
    (void)state;
    if (system("command -v parallel >/dev/null && parallel --version 2>/dev/null | grep -q GNU"))
        skip();
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct shell_run theirs, ours;
        char dir[128], script[1024];
        shell_dir_make(dir, sizeof dir);
        snprintf(script, sizeof script, "%s%s; echo", setup, examples[i].parallel);
        shell_run(&theirs, dir, script);
        snprintf(script, sizeof script, "rm -f l; %s%s; echo", setup, examples[i].knee);
        shell_run(&ours, dir, script);
        shell_dir_remove(dir);
        if (strcmp(theirs.out, ours.out) != 0)
            fail_msg("%s\n%s%s\n%s\n%s%s", examples[i].parallel, theirs.out, theirs.err,
                     examples[i].knee, ours.out, ours.err);
        shell_run_release(&theirs);
        shell_run_release(&ours);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tutorials_examples_print_the_same),
    };
    return cmocka_run_group_tests_name("run_parallel", tests, NULL, NULL);
}
