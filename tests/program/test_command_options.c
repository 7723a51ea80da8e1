/* SPDX-License-Identifier: MIT */
/* What the options of a command do to it, seen by the command itself. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SWEEP "$KNEE >/dev/null sweep --levels 1,2 --budget 1s -q --no-plots -o r "

static void run(struct shell_run *run, const char *script)
{
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    shell_run(run, dir, script);
    shell_dir_remove(dir);
}

static void output_dir_keeps_what_items_print(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done, "printf 'one\\ntwo three\\n' >items\n" SWEEP
               "--output-dir kept --items items -- sh -c 'echo \"out $1\"; echo \"err $1\" >&2' sh "
               "&& ls kept && cat kept/1.out kept/1.err kept/2.out kept/2.err");
    assert_string_equal(
        done.out, "1.err\n1.out\n2.err\n2.out\nout one\nerr one\nout two three\nerr two three\n");
    assert_int_equal(done.status, 0);
    shell_run_release(&done);
}

static void items_after_three_colons_are_the_list(void **state)
{
    (void)state;
    static const char each[] = "sh -c 'echo \"$1\" >>ran' sh ::: a 'b  c'";
    char script[512];
    struct shell_run done;
    snprintf(script, sizeof script,
             SWEEP "-- %s && sort -u ran && $KNEE >/dev/null report -q r && rm ran && "
                   "$KNEE >/dev/null sweep -q --no-plots --resume r --budget 1500ms && sort -u ran "
                   "| head -n 1",
             each);
    run(&done, script);
    assert_string_equal(done.out,
                        "a\nb  c\na\n"); /* a resumed one may only look at the first item */
    assert_int_equal(done.status, 0);
    shell_run_release(&done);
    snprintf(script, sizeof script,
             "$KNEE analyze --sample 4 -- %s >said; sort -u ran; grep -o 'measure it.*' said",
             each);
    run(&done, script);
    assert_string_equal(done.out,
                        "a\nb  c\nmeasure it:  knee sweep -- sh -c 'echo \"$1\" >>ran' sh "
                        "::: a 'b  c'\n");
    shell_run_release(&done);
    run(&done, "$KNEE sweep -- true ::: || $KNEE analyze --items l -- true ::: a; ls");
    assert_string_equal(done.out, "");
    assert_non_null(strstr(done.err, "knee: items: there is none after :::; give at least one"));
    assert_non_null(strstr(done.err, "both ::: and --items name the items"));
    shell_run_release(&done);
}

static void max_memory_caps_the_levels(void **state)
{
    (void)state;
    struct shell_run done;
    /* dd holds its block: 40 MiB an item, so that four do not fit into 100 MiB. */
    run(&done, "$KNEE sweep --max-level 8 --max-memory 100M --budget 1s --no-plots -q -o r -- "
               "dd if=/dev/zero of=/dev/null bs=40M count=2 status=none && "
               "grep '\"max_level' r/plan.json");
    assert_non_null(strstr(done.err, "the highest level is 2, not 8: 100 MiB of memory "
                                     "(--max-memory) hold no more"));
    assert_non_null(strstr(done.out, "\"max_level\": 2,"));
    assert_non_null(strstr(done.out, "\"max_level_by\": \"--max-memory\""));
    shell_run_release(&done);
}

/* fincore (of util-linux) tells the pages of a file that are in memory. A file system such as tmpfs
 * always keeps them: then there is nothing to see. */
static void cold_drops_the_item_from_the_page_cache(void **state)
{
    (void)state;
    static const char prepare[] = "head -c 400000 /dev/zero >item; sync item; cat item >/dev/null\n"
                                  "echo item >items\n";
    static const char pages_in[] = "-- sh -c 'fincore -nbo PAGES \"$1\" >>pages' sh {}; sort -n";
    static const char pages[] = "-- sh -c 'fincore -nbo PAGES \"$1\" >>\"$2\"' sh {} pages; "
                                "sort -n pages | tail -n 1";
    char script[1024];
    struct shell_run cold, warm, below, able;
    run(&able,
        "command -v fincore >/dev/null && head -c 400000 /dev/zero >f && sync f && "
        "cat f >/dev/null && dd of=f oflag=nocache conv=notrunc,fdatasync count=0 2>/dev/null "
        "</dev/null && fincore -nbo PAGES f");
    bool drops = able.status == 0 && strtol(able.out, NULL, 10) == 0;
    shell_run_release(&able);
    if (!drops)
        skip();
    snprintf(script, sizeof script, "%s" SWEEP "--items items --cold %s", prepare, pages);
    run(&cold, script);
    snprintf(script, sizeof script, "%s" SWEEP "--items items %s", prepare, pages);
    run(&warm, script);
    /* A relative name is one of the directory that the command runs in. */
    snprintf(script, sizeof script,
             "mkdir sub; cd sub; %scd ..; " SWEEP "--items sub/items --workdir sub --cold %s "
             "sub/pages | tail -n 1",
             prepare, pages_in);
    run(&below, script);
    assert_int_equal(strtol(below.out, NULL, 10), 0);
    assert_non_null(strstr(below.out, "0"));
    shell_run_release(&below);
    assert_int_equal(strtol(cold.out, NULL, 10), 0);
    assert_true(strtol(warm.out, NULL, 10) > 50);
    shell_run_release(&cold);
    shell_run_release(&warm);
}

/* FOO=1 was the name of `FOO=1 make`, and `true;` that of `true; make`. */
static void a_shell_line_is_named_by_its_program(void **state)
{
    (void)state;
    static const struct {
        const char *line, *name;
    } CASES[] = {
        {"FOO=1 BAR=2 /usr/bin/env true | cat", "env"},
        {"true; false || true", "true"},
        {"( cd . && true )", "cd"},
        {"/bin/true", "true"},
        {"X=$(date) true", "X"},
        {"A=1", "A"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct shell_run done;
        char script[300];
        snprintf(script, sizeof script,
                 "$KNEE run -q --no-plots --ignore-failure -o r --shell -- '%s' ::: 1 >/dev/null; "
                 "sed -n 's/^  \"name\": \"\\(.*\\)\",$/\\1/p' r/plan.json; rm -r r",
                 CASES[i].line);
        run(&done, script);
        char wanted[64];
        snprintf(wanted, sizeof wanted, "%s\n", CASES[i].name);
        if (strncmp(done.out, wanted, strlen(wanted)) != 0)
            fail_msg("%s: %s%s", CASES[i].line, done.out, done.err);
        shell_run_release(&done);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_dir_keeps_what_items_print),
        cmocka_unit_test(a_shell_line_is_named_by_its_program),
        cmocka_unit_test(items_after_three_colons_are_the_list),
        cmocka_unit_test(max_memory_caps_the_levels),
        cmocka_unit_test(cold_drops_the_item_from_the_page_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
