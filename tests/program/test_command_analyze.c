/* SPDX-License-Identifier: MIT */
/* knee analyze with a command, as a user meets it. */
#include "tests/support/test.h"

#include "tests/support/shell.h"

#include <jansson.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void analyze_says_what_kind_of_work_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *command, *class;
    } CASES[] = {
        {"$KNEE analyze --json --sample 20 -- sleep 0.02", "net"},
        {"$KNEE analyze --json --sample 5 --shell -- "
         "'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done'",
         "cpu"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct shell_run run;
        shell_run(&run, NULL, CASES[i].command);
        assert_string_equal(run.err, "");
        json_t *json = json_loads(run.out, 0, NULL);
        assert_non_null(json);
        assert_string_equal(json_string_value(json_object_get(json, "class")), CASES[i].class);
        assert_true(json_is_boolean(json_object_get(json, "borderline")));
        static const char *const numbers[] = {"cpu_ratio", "item_mean_s", "item_cv",
                                              "predicted_knee", "rule_of_thumb"};
        for (size_t j = 0; j < COUNT(numbers); j++)
            assert_true(json_is_number(json_object_get(json, numbers[j])));
        json_decref(json);
        shell_run_release(&run);
    }
}

static void analyze_proposes_the_sweep_of_the_same_command(void **state)
{
    (void)state;
    static const struct {
        const char *command, *line;
    } CASES[] = {
        {"$KNEE analyze --sample 2 -- true", "knee sweep -- true"},
        {"printf 'a\\nb\\n' | $KNEE analyze --sample 2 -- true {}",
         "... | knee sweep --items - -- true {}"},
        {"printf 'a\\0b' | $KNEE analyze --sample=2 -0 --items - -- true",
         "... | knee sweep --items - --null -- true"},
        {"echo a >'an item' && $KNEE analyze --items 'an item' --sample 2 --env A=1 --env 'B={n} "
         "x' "
         "--name \"it's\" --timeout 3s --retries=2 --ignore-failure --workdir / -- true",
         "knee sweep --items 'an item' --env A=1 --env 'B={n} x' --name 'it'\\''s' --timeout 3s "
         "--retries 2 --ignore-failure --workdir / -- true"},
        {"$KNEE analyze --sample 2 --repeat 7 --shell -- 'echo {} | cat'",
         "knee sweep --repeat 7 --shell -- 'echo {} | cat'"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        char dir[128];
        struct shell_run run;
        shell_dir_make(dir, sizeof dir);
        shell_run(&run, dir, CASES[i].command);
        assert_string_equal(run.err, "");
        const char *line = strstr(run.out, "measure it:  ");
        assert_non_null(line);
        line += strlen("measure it:  ");
        assert_int_equal(strlen(line), strlen(CASES[i].line) + 1);
        assert_memory_equal(line, CASES[i].line, strlen(CASES[i].line));
        shell_run_release(&run);
        shell_dir_remove(dir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(analyze_proposes_the_sweep_of_the_same_command),
        cmocka_unit_test(analyze_says_what_kind_of_work_it_is),
    };
    return cmocka_run_group_tests_name("analyze", tests, shell_set_progs, NULL);
}
