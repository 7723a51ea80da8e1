/* SPDX-License-Identifier: MIT */
/* Snippets run as they are: each is executed if its program is installed. */
#include "tests/support/snippet.h"
#include "tests/support/swept.h"
#include "tests/support/test.h"

#include "reports/scripts/snippets.h"
#include "tests/support/shell.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char WANTED[] = "<a 'b' \"c\" $(false) `false` \\ \n{x>|1\n<\xff\xfe>|\n";

static void xargs_and_parallel_run_hostile_words_unchanged(void **state)
{
    (void)state;
    char dir[128];
    struct knee_snippet snippet = snippet_hostile();
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "xargs", dir, "x");
    snippet_expect(dir, "echo 1 | ./x", WANTED);
    if (snippet_has("parallel")) {
        snippet_write(&snippet, "parallel", dir, "p");
        snippet_expect(dir, "echo 1 | ./p", WANTED);
    }
    shell_dir_remove(dir);
}

static void a_shell_line_stays_one(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep", (char *)"--shell", (char *)"--",
                                 (char *)"echo {} | tr 1 '2'"};
    struct knee_snippet snippet = snippet_hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(4, argv)));
    assert_true(snippet.words.shell);
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "xargs", dir, "x");
    snippet_expect(dir, "echo 1 | ./x", "2\n");
    snippet_expect(dir, "echo '$(echo 1);\"' | ./x", "$(echo 2);\"\n");
    if (snippet_has("parallel")) {
        snippet_write(&snippet, "parallel", dir, "p");
        snippet_expect(dir, "echo 1 | ./p", "2\n");
    }
    shell_dir_remove(dir);
}

/* {out}, {#}, {%} and --env: what xargs and parallel have no word for. */
static void every_placeholder_runs(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep",
                                 (char *)"--env",
                                 (char *)"A=x {} $(false)'",
                                 (char *)"--env=B={n}",
                                 (char *)"--",
                                 (char *)"sh",
                                 (char *)"-c",
                                 (char *)"echo \"$A|$B|$1|$2|$3\" >\"$4\"; cat \"$4\"",
                                 (char *)"sh",
                                 (char *)"<{}>",
                                 (char *)"{#}",
                                 (char *)"{%}",
                                 (char *)"{out}"};
    struct knee_snippet snippet = snippet_hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(13, argv)));
    snippet.limit = 1; /* so that the order is known */
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "xargs", dir, "x");
    static const char wanted[] = "x a b $(false)'|1|<a b>|1|1\nx c' $(false)'|1|<c'>|2|1\n";
    snippet_expect(dir, "printf \"a b\\nc'\" | ./x", wanted);
    if (snippet_has("parallel")) {
        snippet_write(&snippet, "parallel", dir, "p");
        snippet_expect(dir, "printf \"a b\\nc'\\n\" | ./p", wanted);
    }
    snippet_expect(dir, "ls out; cat 'out/a b'", "a b\nc'\nx a b $(false)'|1|<a b>|1|1\n");
    shell_dir_remove(dir);
}

/* A word with $'...' needs a shell that knows it, wherever the word is. */
static void a_shell_line_of_two_lines_runs(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep", (char *)"--shell", (char *)"--",
                                 (char *)"printf '<%s>' {}\necho x"};
    struct knee_snippet snippet = snippet_hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(4, argv)));
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "xargs", dir, "x");
    snippet_expect(dir, "echo \"-a'b\" | ./x", "<-a'b>x\n");
    if (snippet_has("parallel")) {
        snippet_write(&snippet, "parallel", dir, "p");
        snippet_expect(dir, "echo \"-a'b\" | ./p", "<-a'b>x\n");
    }
    shell_dir_remove(dir);
}

/* Replacement strings of parallel's own, with a script and without. */
static void parallel_leaves_other_braces_alone(void **state)
{
    (void)state;
    char dir[128];
    static char *const words[][10] = {
        {(char *)"sweep", (char *)"--", (char *)"printf", (char *)"<%s>\\n", (char *)"[0-9]{4}",
         (char *)"{+/}{1.}{+.}", (char *)"{= die =}", (char *)"::::", (char *)"{}"},
        {(char *)"sweep", (char *)"--env=A=1", (char *)"--items=f", (char *)"--", (char *)"printf",
         (char *)"<%s>\\n", (char *)"[0-9]{4}", (char *)"{+/}{1.}{+.}", (char *)"{= die =}",
         (char *)"::::"},
        {(char *)"sweep", (char *)"--shell", (char *)"--",
         (char *)"printf '<%s>\\n' '[0-9]{4}' '{+/}{1.}{+.}' '{= die =}' :::: {}"},
    };
    static const int lengths[] = {9, 10, 4};
    if (!snippet_has("parallel"))
        skip();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct knee_snippet snippet = snippet_hostile();
        assert_true(knee_command_words_find(&snippet.words, swept_command(lengths[i], words[i])));
        shell_dir_make(dir, sizeof dir);
        snippet_write(&snippet, "parallel", dir, "p");
        snippet_expect(dir, "echo a.b | ./p",
                       "<[0-9]{4}>\n<{+/}{1.}{+.}>\n<{= die =}>\n<::::>\n<a.b>\n");
        shell_dir_remove(dir);
    }
}

/* Names that no shell can export, even those with the item in them. */
static void an_environment_is_set_by_env(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep", (char *)"--env",    (char *)"FOO-{}=~ {}",
                                 (char *)"--",    (char *)"printenv", (char *)"FOO-1"};
    struct knee_snippet snippet = snippet_hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(6, argv)));
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "xargs", dir, "x");
    snippet_expect(dir, "echo 1 | ./x", "~ 1\n"); /* no home directory */
    shell_dir_remove(dir);
}

static void an_environment_with_the_level_runs_once(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep",        (char *)"--env", (char *)"THREADS={n}",
                                 (char *)"--",           (char *)"sh",    (char *)"-c",
                                 (char *)"echo $THREADS"};
    struct knee_snippet snippet = snippet_hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(7, argv)));
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "xargs", dir, "x");
    snippet_expect(dir, "./x", "3\n");
    snippet_write(&snippet, "parallel", dir, "p");
    snippet_expect(dir, "./p", "3\n");
    shell_dir_remove(dir);
}

/* Whether the item is appended, and whether {n} makes it one run, depends on whether there were
 * items. */
static void items_are_appended_where_there_were_some(void **state)
{
    (void)state;
    char dir[128];
    static char *const without[] = {(char *)"sweep", (char *)"--", (char *)"echo", (char *)"ran"};
    static char *const with[] = {(char *)"sweep", (char *)"--items=f", (char *)"--", (char *)"echo",
                                 (char *)"{n}"};
    static const struct {
        int argc;
        char *const *argv;
        const char *wanted;
    } cases[] = {{4, without, "ran\nran\n"}, {5, with, "3 a b\n3 c\n"}};
    shell_dir_make(dir, sizeof dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_snippet snippet = snippet_hostile();
        assert_true(
            knee_command_words_find(&snippet.words, swept_command(cases[i].argc, cases[i].argv)));
        snippet_write(&snippet, "xargs", dir, "x");
        snippet_expect(dir, "printf 'a b\\nc\\n' | ./x | sort", cases[i].wanted);
        if (!snippet_has("parallel"))
            continue;
        snippet_write(&snippet, "parallel", dir, "p");
        snippet_expect(dir, "printf 'a b\\nc\\n' | ./p | sort", cases[i].wanted);
    }
    shell_dir_remove(dir);
}

static void items_end_with_nul_where_they_did(void **state)
{
    (void)state;
    char dir[128];
    static char *const plain[] = {(char *)"sweep", (char *)"-0",     (char *)"--items", (char *)"-",
                                  (char *)"--",    (char *)"printf", (char *)"<%s>\\n"};
    static char *const numbers[] = {(char *)"sweep",  (char *)"--null",    (char *)"--",
                                    (char *)"printf", (char *)"%s<%s>\\n", (char *)"{#}",
                                    (char *)"{}"};
    static char *const *const argv[] = {plain, numbers};
    static const char *const wanted[] = {"<a\nb>\n<c>\n", "1<a\nb>\n2<c>\n"};
    shell_dir_make(dir, sizeof dir);
    for (size_t i = 0; i < sizeof argv / sizeof *argv; i++) {
        struct knee_snippet snippet = snippet_hostile();
        assert_true(knee_command_words_find(&snippet.words, swept_command(7, argv[i])));
        snippet.limit = 1;
        snippet_write(&snippet, "xargs", dir, "x");
        snippet_expect(dir, "printf 'a\\nb\\0c\\0' | ./x", wanted[i]);
        if (!snippet_has("parallel"))
            continue;
        snippet_write(&snippet, "parallel", dir, "p");
        snippet_expect(dir, "printf 'a\\nb\\0c\\0' | ./p", wanted[i]);
    }
    shell_dir_remove(dir);
}

/* The parts of an item, for both; the copy is the item itself. */
static void parts_of_an_item_are_those_of_knee(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {
        (char *)"sweep", (char *)"--",  (char *)"printf", (char *)"%s|%s|%s|%s|%s\\n",
        (char *)"{.}",   (char *)"{/}", (char *)"{//}",   (char *)"<{/.}>",
        (char *)"{copy}"};
    static const char wanted[] = "a b/it's.tar|it's.tar.gz|a b|<it's.tar>|a b/it's.tar.gz\n"
                                 "plain|plain|.|<plain>|plain\n";
    struct knee_snippet snippet = snippet_hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(9, argv)));
    snippet.limit = 1;
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "xargs", dir, "x");
    snippet_expect(dir, "printf \"a b/it's.tar.gz\nplain\n\" | ./x", wanted);
    if (snippet_has("parallel")) {
        snippet_write(&snippet, "parallel", dir, "p");
        snippet_expect(dir, "printf \"a b/it's.tar.gz\nplain\n\" | ./p", wanted);
    }
    shell_dir_remove(dir);
}

/* --retries, --timeout, --setup, --prepare and --cleanup: in a command and in a shell line. */
static void care_is_carried_over(void **state)
{
    (void)state;
    char dir[128];
    static char *const plain[] = {
        (char *)"sweep",     (char *)"--retries=2",
        (char *)"--setup",   (char *)"echo 'set up'",
        (char *)"--cleanup", (char *)"echo clean",
        (char *)"--timeout", (char *)"5s",
        (char *)"--",        (char *)"sh",
        (char *)"-c",        (char *)"echo t >>$1; [ $(wc -l <$1) -ge 2 ]",
        (char *)"sh",        (char *)"{}"};
    static char *const line[] = {(char *)"sweep",
                                 (char *)"--retries=2",
                                 (char *)"--timeout=5s",
                                 (char *)"--setup",
                                 (char *)"echo 'set up'",
                                 (char *)"--cleanup",
                                 (char *)"echo clean",
                                 (char *)"--shell",
                                 (char *)"--",
                                 (char *)"echo t >>{}; [ $(wc -l <{}) -ge 2 ] # {}"};
    static const struct {
        int argc;
        char *const *argv;
    } cases[] = {{14, plain}, {10, line}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_snippet snippet = snippet_hostile();
        assert_true(
            knee_command_words_find(&snippet.words, swept_command(cases[i].argc, cases[i].argv)));
        shell_dir_make(dir, sizeof dir);
        snippet_write(&snippet, "xargs", dir, "x");
        snippet_expect(dir, "echo f | ./x && cat f", "set up\nclean\nt\nt\n");
        if (snippet_has("parallel")) {
            snippet_write(&snippet, "parallel", dir, "p");
            snippet_expect(dir, "rm f; echo f | ./p && cat f", "set up\nclean\nt\nt\n");
        }
        shell_dir_remove(dir);
    }
}

static void late_items_are_ended(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep", (char *)"--timeout=100ms", (char *)"--",
                                 (char *)"sleep", (char *)"{}"};
    struct knee_snippet snippet = snippet_hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(5, argv)));
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "xargs", dir, "x");
    snippet_expect(dir, "echo 1000 | ./x || echo ended", "ended\n");
    shell_dir_remove(dir);
}

static void command_runs_where_it_ran(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep", (char *)"--workdir", (char *)"in 'side",
                                 (char *)"--",    (char *)"cat",       (char *)"{}"};
    struct knee_snippet snippet = snippet_hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(6, argv)));
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "xargs", dir, "x");
    snippet_expect(dir, "mkdir \"in 'side\"; echo here >\"in 'side/f\"; echo f | ./x", "here\n");
    shell_dir_remove(dir);
}

static void the_level_is_filled_in(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep", (char *)"--", (char *)"echo", (char *)"-j{n}"};
    struct knee_snippet snippet = snippet_hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(4, argv)));
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "xargs", dir, "x");
    snippet_expect(dir, "./x", "-j3\n");
    snippet_expect(dir, "sed -n 2p x", "# one run, whose width is the limit\n");
    shell_dir_remove(dir);
}

static void words_of_the_shell_and_dashes_stay_what_they_are(void **state)
{
    (void)state;
    static char *const argv[] = {(char *)"sweep", (char *)"--workdir=-x", (char *)"--",
                                 (char *)"time",  (char *)"-p",           (char *)"{n}"};
    struct knee_snippet snippet = snippet_hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(6, argv)));
    char *line = knee_command_words_line(&snippet.words, 3), *text = NULL;
    size_t bytes = 0;
    assert_string_equal(line, "env time -p 3");
    free(line);
    FILE *out = open_memstream(&text, &bytes);
    assert_int_equal(knee_snippet_target_find("xargs")->write(&snippet, out), 0);
    fclose(out);
    if (!strstr(text, "cd ./-x || exit\n"))
        fail_msg("%s", text);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xargs_and_parallel_run_hostile_words_unchanged),
        cmocka_unit_test(a_shell_line_stays_one),
        cmocka_unit_test(every_placeholder_runs),
        cmocka_unit_test(a_shell_line_of_two_lines_runs),
        cmocka_unit_test(parallel_leaves_other_braces_alone),
        cmocka_unit_test(an_environment_is_set_by_env),
        cmocka_unit_test(an_environment_with_the_level_runs_once),
        cmocka_unit_test(items_are_appended_where_there_were_some),
        cmocka_unit_test(items_end_with_nul_where_they_did),
        cmocka_unit_test(parts_of_an_item_are_those_of_knee),
        cmocka_unit_test(care_is_carried_over),
        cmocka_unit_test(late_items_are_ended),
        cmocka_unit_test(command_runs_where_it_ran),
        cmocka_unit_test(the_level_is_filled_in),
        cmocka_unit_test(words_of_the_shell_and_dashes_stay_what_they_are),
    };
    return cmocka_run_group_tests_name("snippets", tests, NULL, NULL);
}
