/* SPDX-License-Identifier: MIT */
/* Snippets that hand on the number alone: for pools, services and CI. */
#include "tests/support/snippet.h"
#include "tests/support/swept.h"
#include "tests/support/test.h"

#include "tests/support/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    struct knee_snippet snippet = snippet_hostile();
    shell_dir_make(dir, sizeof dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snippet_write(&snippet, cases[i].target, dir, "s");
        if (snippet_has(cases[i].program))
            snippet_expect(dir, cases[i].parse, "3\n");
    }
    shell_dir_remove(dir);
}

static void sh_and_make_and_actions_set_the_number(void **state)
{
    (void)state;
    char dir[128];
    struct knee_snippet snippet = snippet_hostile();
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "sh", dir, "s");
    snippet_expect(dir, ". ./s; echo $KNEE_LIMIT", "3\n");
    snippet_write(&snippet, "make", dir, "m");
    snippet_expect(
        dir, "printf 'include m\\nall:\\n\\t@echo $(KNEE_LIMIT)\\n' >Makefile; MAKEFLAGS= make -s",
        "3\n");
    snippet_write(&snippet, "github-actions", dir, "g");
    snippet_expect(dir, "sed -n 's/^    KNEE_LIMIT: //p' g", "\"3\"\n");
    snippet_expect(dir, "sed '1,/run: |/d' g >run; GITHUB_ENV=env KNEE_LIMIT=3 sh run; cat env",
                   "KNEE_LIMIT=3\n");
    if (snippet_has("pwsh")) {
        snippet_write(&snippet, "powershell", dir, "p.ps1");
        snippet_expect(dir, "pwsh -NoProfile -Command '. ./p.ps1; $KneeLimit' </dev/null", "3\n");
    }
    shell_dir_remove(dir);
}

static void another_host_is_told(void **state)
{
    (void)state;
    char dir[128];
    struct knee_snippet snippet = snippet_hostile();
    struct shell_run run;
    snippet.cpus = 999;
    shell_dir_make(dir, sizeof dir);
    snippet_write(&snippet, "sh", dir, "s");
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
    struct knee_snippet snippet = snippet_hostile();
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_are_accepted_by_their_parsers),
        cmocka_unit_test(sh_and_make_and_actions_set_the_number),
        cmocka_unit_test(another_host_is_told),
        cmocka_unit_test(texts_of_a_result_never_become_code),
    };
    return cmocka_run_group_tests_name("snippet_numbers", tests, NULL, NULL);
}
