/* SPDX-License-Identifier: MIT */
/* Warnings and notes: one of each kind, lines none twice, never more than there is room for. */
#include "tests/support/test.h"
#include "tuner/result/fact.h"

#include <stdio.h>
#include <string.h>

static void a_later_fact_replaces_an_earlier_one_of_its_kind(void **state)
{
    (void)state;
    struct knee_facts facts = {0};
    knee_facts_add(&facts, KNEE_FACT_ITEMS_FAILED, (const double[]){1, 10}, "exit 1");
    knee_facts_add(&facts, KNEE_FACT_OTHER_WORK, (const double[]){.5}, NULL);
    knee_facts_add(&facts, KNEE_FACT_ITEMS_FAILED, (const double[]){3, 20}, "exit 2");
    assert_int_equal(facts.count, 2);
    const struct knee_fact *failed = knee_facts_find(&facts, KNEE_FACT_ITEMS_FAILED);
    assert_true(failed->values[0] == 3 && failed->values[1] == 20);
    assert_string_equal(failed->name, "exit 2");
    knee_facts_drop(&facts, KNEE_FACT_ITEMS_FAILED);
    assert_int_equal(facts.count, 1);
    assert_null(knee_facts_find(&facts, KNEE_FACT_ITEMS_FAILED));
}

static void lines_are_single_and_none_twice(void **state)
{
    (void)state;
    struct knee_facts facts = {0};
    knee_facts_add(&facts, KNEE_FACT_LINE, NULL, "two\nlines");
    knee_facts_add(&facts, KNEE_FACT_LINE, NULL, "two\nlines");
    knee_facts_add(&facts, KNEE_FACT_LINE, NULL, "");
    assert_int_equal(facts.count, 1);
    assert_null(strchr(facts.at[0].name, '\n'));
    for (int i = 0; i < 2 * KNEE_FACTS_MAX; i++) {
        char line[16];
        snprintf(line, sizeof line, "%d", i);
        knee_facts_add(&facts, KNEE_FACT_LINE, NULL, line);
    }
    assert_int_equal(facts.count, KNEE_FACTS_MAX);
}

static void every_kind_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int k = 0; k < KNEE_FACT_KINDS; k++) {
        enum knee_fact_kind kind;
        assert_int_equal(knee_fact_kind_parse(&kind, knee_fact_kind_text((enum knee_fact_kind)k)),
                         0);
        assert_int_equal(kind, k);
    }
    enum knee_fact_kind kind;
    assert_int_equal(knee_fact_kind_parse(&kind, "unheard"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_later_fact_replaces_an_earlier_one_of_its_kind),
        cmocka_unit_test(lines_are_single_and_none_twice),
        cmocka_unit_test(every_kind_has_a_word_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
