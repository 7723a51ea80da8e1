/* SPDX-License-Identifier: MIT */
/* Snippets run as they are: each is executed if its program is installed. */
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

/* Quotes, blanks, a dollar, a newline, bytes that are not UTF-8. */
static char *const HOSTILE[] = {(char *)"sweep",
                                (char *)"--",
                                (char *)"printf",
                                (char *)"<%s>|%s\\n",
                                (char *)"a 'b' \"c\" $(false) `false` \\ \n{x",
                                (char *)"{}",
                                (char *)"\xff\xfe"};
#define HOSTILE_COUNT ((int)(sizeof HOSTILE / sizeof HOSTILE[0]))

static struct knee_snippet hostile(void)
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

static void write_snippet(const struct knee_snippet *snippet, const char *target, const char *dir,
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

static void expect(const char *dir, const char *command, const char *out)
{
    struct shell_run run;
    shell_run(&run, dir, command);
    assert_string_equal(run.err, "");
    assert_string_equal(run.out, out);
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
}

static bool has(const char *program)
{
    char command[64];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}

static const char WANTED[] = "<a 'b' \"c\" $(false) `false` \\ \n{x>|1\n<\xff\xfe>|\n";

static void xargs_and_parallel_run_hostile_words_unchanged(void **state)
{
    (void)state;
    char dir[128];
    struct knee_snippet snippet = hostile();
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "xargs", dir, "x");
    expect(dir, "echo 1 | ./x", WANTED);
    if (has("parallel")) {
        write_snippet(&snippet, "parallel", dir, "p");
        expect(dir, "echo 1 | ./p", WANTED);
    }
    shell_dir_remove(dir);
}

static void a_shell_line_stays_one(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep", (char *)"--shell", (char *)"--",
                                 (char *)"echo {} | tr 1 '2'"};
    struct knee_snippet snippet = hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(4, argv)));
    assert_true(snippet.words.shell);
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "xargs", dir, "x");
    expect(dir, "echo 1 | ./x", "2\n");
    expect(dir, "echo '$(echo 1);\"' | ./x", "$(echo 2);\"\n");
    if (has("parallel")) {
        write_snippet(&snippet, "parallel", dir, "p");
        expect(dir, "echo 1 | ./p", "2\n");
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
    struct knee_snippet snippet = hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(13, argv)));
    snippet.limit = 1; /* so that the order is known */
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "xargs", dir, "x");
    static const char wanted[] = "x a b $(false)'|1|<a b>|1|1\nx c' $(false)'|1|<c'>|2|1\n";
    expect(dir, "printf \"a b\\nc'\" | ./x", wanted);
    if (has("parallel")) {
        write_snippet(&snippet, "parallel", dir, "p");
        expect(dir, "printf \"a b\\nc'\\n\" | ./p", wanted);
    }
    expect(dir, "ls out; cat 'out/a b'", "a b\nc'\nx a b $(false)'|1|<a b>|1|1\n");
    shell_dir_remove(dir);
}

/* A word with $'...' needs a shell that knows it, wherever the word is. */
static void a_shell_line_of_two_lines_runs(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep", (char *)"--shell", (char *)"--",
                                 (char *)"printf '<%s>' {}\necho x"};
    struct knee_snippet snippet = hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(4, argv)));
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "xargs", dir, "x");
    expect(dir, "echo \"-a'b\" | ./x", "<-a'b>x\n");
    if (has("parallel")) {
        write_snippet(&snippet, "parallel", dir, "p");
        expect(dir, "echo \"-a'b\" | ./p", "<-a'b>x\n");
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
    if (!has("parallel"))
        skip();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct knee_snippet snippet = hostile();
        assert_true(knee_command_words_find(&snippet.words, swept_command(lengths[i], words[i])));
        shell_dir_make(dir, sizeof dir);
        write_snippet(&snippet, "parallel", dir, "p");
        expect(dir, "echo a.b | ./p", "<[0-9]{4}>\n<{+/}{1.}{+.}>\n<{= die =}>\n<::::>\n<a.b>\n");
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
    struct knee_snippet snippet = hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(6, argv)));
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "xargs", dir, "x");
    expect(dir, "echo 1 | ./x", "~ 1\n"); /* no home directory */
    shell_dir_remove(dir);
}

static void an_environment_with_the_level_runs_once(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep",        (char *)"--env", (char *)"THREADS={n}",
                                 (char *)"--",           (char *)"sh",    (char *)"-c",
                                 (char *)"echo $THREADS"};
    struct knee_snippet snippet = hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(7, argv)));
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "xargs", dir, "x");
    expect(dir, "./x", "3\n");
    write_snippet(&snippet, "parallel", dir, "p");
    expect(dir, "./p", "3\n");
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
        struct knee_snippet snippet = hostile();
        assert_true(
            knee_command_words_find(&snippet.words, swept_command(cases[i].argc, cases[i].argv)));
        write_snippet(&snippet, "xargs", dir, "x");
        expect(dir, "printf 'a b\\nc\\n' | ./x | sort", cases[i].wanted);
        if (!has("parallel"))
            continue;
        write_snippet(&snippet, "parallel", dir, "p");
        expect(dir, "printf 'a b\\nc\\n' | ./p | sort", cases[i].wanted);
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
        struct knee_snippet snippet = hostile();
        assert_true(knee_command_words_find(&snippet.words, swept_command(7, argv[i])));
        snippet.limit = 1;
        write_snippet(&snippet, "xargs", dir, "x");
        expect(dir, "printf 'a\\nb\\0c\\0' | ./x", wanted[i]);
        if (!has("parallel"))
            continue;
        write_snippet(&snippet, "parallel", dir, "p");
        expect(dir, "printf 'a\\nb\\0c\\0' | ./p", wanted[i]);
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
    struct knee_snippet snippet = hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(9, argv)));
    snippet.limit = 1;
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "xargs", dir, "x");
    expect(dir, "printf \"a b/it's.tar.gz\nplain\n\" | ./x", wanted);
    if (has("parallel")) {
        write_snippet(&snippet, "parallel", dir, "p");
        expect(dir, "printf \"a b/it's.tar.gz\nplain\n\" | ./p", wanted);
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
        struct knee_snippet snippet = hostile();
        assert_true(
            knee_command_words_find(&snippet.words, swept_command(cases[i].argc, cases[i].argv)));
        shell_dir_make(dir, sizeof dir);
        write_snippet(&snippet, "xargs", dir, "x");
        expect(dir, "echo f | ./x && cat f", "set up\nclean\nt\nt\n");
        if (has("parallel")) {
            write_snippet(&snippet, "parallel", dir, "p");
            expect(dir, "rm f; echo f | ./p && cat f", "set up\nclean\nt\nt\n");
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
    struct knee_snippet snippet = hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(5, argv)));
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "xargs", dir, "x");
    expect(dir, "echo 1000 | ./x || echo ended", "ended\n");
    shell_dir_remove(dir);
}

/* Each pool's snippet through a parser of its syntax, which prints the number that it found. */
static void pools_are_accepted_by_their_parsers(void **state)
{
    (void)state;
    static const struct {
        const char *target, *program, *parse;
    } cases[] = {
        {"hikari", "python3",
         "python3 -c 'import configparser as c; p = c.ConfigParser(); "
         "p.read_string(\"[x]\\n\" + open(\"s\").read()); print(p[\"x\"][\"maximumPoolSize\"])'"},
        {"pgbouncer", "python3",
         "python3 -c 'import configparser as c; p = c.ConfigParser(); p.read(\"s\"); "
         "print(p[\"pgbouncer\"][\"default_pool_size\"])'"},
        {"systemd", "python3",
         "python3 -c 'import configparser as c; p = c.ConfigParser(); p.read(\"s\"); "
         "print(p[\"Service\"][\"Environment\"].split(\"=\")[1])'"},
        {"python", "python3", "python3 -c 'exec(open(\"s\").read()); print(KNEE_LIMIT)'"},
        {"node", "node", "(cat s; echo 'console.log(KNEE_LIMIT)') | node"},
        {"gitlab", "python3",
         "python3 -c 'import yaml' 2>/dev/null || { echo 3; exit; }; python3 -c 'import yaml; "
         "print(yaml.safe_load(open(\"s\"))[\"variables\"][\"KNEE_LIMIT\"])'"},
        {"github-actions", "python3",
         "python3 -c 'import yaml' 2>/dev/null || { echo 3; exit; }; python3 -c 'import yaml; "
         "print(yaml.safe_load(open(\"s\"))[0][\"env\"][\"KNEE_LIMIT\"])'"},
        {"nginx", "nginx",
         "printf 'pid %s/pid; error_log %s/log; events {} http { access_log off; include %s/s; }' "
         "$PWD $PWD $PWD >n; nginx -t -q -c $PWD/n 2>&1; sed -n 's/.*max_conns=\\(.*\\);/\\1/p' s"},
    };
    char dir[128];
    struct knee_snippet snippet = hostile();
    shell_dir_make(dir, sizeof dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_snippet(&snippet, cases[i].target, dir, "s");
        if (has(cases[i].program))
            expect(dir, cases[i].parse, "3\n");
    }
    shell_dir_remove(dir);
}

static void command_runs_where_it_ran(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep", (char *)"--workdir", (char *)"in 'side",
                                 (char *)"--",    (char *)"cat",       (char *)"{}"};
    struct knee_snippet snippet = hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(6, argv)));
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "xargs", dir, "x");
    expect(dir, "mkdir \"in 'side\"; echo here >\"in 'side/f\"; echo f | ./x", "here\n");
    shell_dir_remove(dir);
}

static void the_level_is_filled_in(void **state)
{
    (void)state;
    char dir[128];
    static char *const argv[] = {(char *)"sweep", (char *)"--", (char *)"echo", (char *)"-j{n}"};
    struct knee_snippet snippet = hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(4, argv)));
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "xargs", dir, "x");
    expect(dir, "./x", "-j3\n");
    expect(dir, "sed -n 2p x", "# one run, whose width is the limit\n");
    shell_dir_remove(dir);
}

static void sh_and_make_and_actions_set_the_number(void **state)
{
    (void)state;
    char dir[128];
    struct knee_snippet snippet = hostile();
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "sh", dir, "s");
    expect(dir, ". ./s; echo $KNEE_LIMIT", "3\n");
    write_snippet(&snippet, "make", dir, "m");
    expect(dir,
           "printf 'include m\\nall:\\n\\t@echo $(KNEE_LIMIT)\\n' >Makefile; MAKEFLAGS= make -s",
           "3\n");
    write_snippet(&snippet, "github-actions", dir, "g");
    expect(dir, "sed -n 's/^    KNEE_LIMIT: //p' g", "\"3\"\n");
    expect(dir, "sed '1,/run: |/d' g >run; GITHUB_ENV=env KNEE_LIMIT=3 sh run; cat env",
           "KNEE_LIMIT=3\n");
    if (has("pwsh")) {
        write_snippet(&snippet, "powershell", dir, "p.ps1");
        expect(dir, "pwsh -NoProfile -Command '. ./p.ps1; $KneeLimit' </dev/null", "3\n");
    }
    shell_dir_remove(dir);
}

static void another_host_is_told(void **state)
{
    (void)state;
    char dir[128];
    struct knee_snippet snippet = hostile();
    struct shell_run run;
    snippet.cpus = 999;
    shell_dir_make(dir, sizeof dir);
    write_snippet(&snippet, "sh", dir, "s");
    shell_run(&run, dir, ". ./s; echo $KNEE_LIMIT");
    assert_string_equal(run.out, "3\n");
    assert_non_null(strstr(run.err, "measured on 999 CPUs"));
    shell_run_release(&run);
    shell_dir_remove(dir);
}

/* Texts of a result.json that somebody else wrote: nothing of them runs, in any target. */
static void texts_of_a_result_never_become_code(void **state)
{
    (void)state;
    static char *const argv[] = {(char *)"sweep", (char *)"--repeat", (char *)"2",
                                 (char *)"--",    (char *)"true",     (char *)"{}"};
    struct knee_snippet snippet = hostile();
    snippet.verdict = "resolved)\ntouch /tmp/knee-test-owned\n#";
    snippet.date = "2026\ntouch /tmp/knee-test-owned\\";
    assert_true(knee_command_words_find(&snippet.words, swept_command(6, argv)));
    for (size_t i = 0; knee_snippet_targets[i].name; i++) {
        char *text = NULL;
        size_t bytes = 0;
        FILE *out = open_memstream(&text, &bytes);
        assert_int_equal(knee_snippet_targets[i].write(&snippet, out), 0);
        fclose(out);
        if (strstr(text, "\ntouch"))
            fail_msg("%s: %s", knee_snippet_targets[i].name, text);
        free(text);
    }
}

static void words_of_the_shell_and_dashes_stay_what_they_are(void **state)
{
    (void)state;
    static char *const argv[] = {(char *)"sweep", (char *)"--workdir=-x", (char *)"--",
                                 (char *)"time",  (char *)"-p",           (char *)"{n}"};
    struct knee_snippet snippet = hostile();
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
        cmocka_unit_test(pools_are_accepted_by_their_parsers),
        cmocka_unit_test(command_runs_where_it_ran),
        cmocka_unit_test(the_level_is_filled_in),
        cmocka_unit_test(sh_and_make_and_actions_set_the_number),
        cmocka_unit_test(another_host_is_told),
        cmocka_unit_test(texts_of_a_result_never_become_code),
        cmocka_unit_test(words_of_the_shell_and_dashes_stay_what_they_are),
    };
    return cmocka_run_group_tests_name("snippets", tests, NULL, NULL);
}
