/* SPDX-License-Identifier: MIT */
/* Candidate levels: which a sweep may try on which machine, and what each means there. */
#include "tests/support/test.h"
#include "tuner/levels/candidates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES 2048

/* "1 2+cores 4": each level with its marks. */
static const char *show(const struct knee_candidate *candidates, size_t count, char *text)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        char marks[KNEE_MARK_TEXT_BYTES];
        knee_mark_text(candidates[i].marks, marks, sizeof marks);
        used += (size_t)snprintf(text + used, TEXT_BYTES - used, "%s%u%s%s", i ? " " : "",
                                 candidates[i].level, *marks ? "+" : "", marks);
    }
    return text;
}

static struct knee_machine machine_of(uint32_t cores, uint32_t pus, double quota)
{
    return (struct knee_machine){
        .packages = 1,
        .numa_nodes = 1,
        .l3_groups = 1,
        .cores = cores,
        .pus = pus,
        .numa_cores = cores,
        .l3_cores = cores,
        .usable_cpus = pus,
        .cpu_quota = quota,
        .memory_available_bytes = UINT64_MAX,
        .open_files_max = UINT64_MAX,
        .processes_max = UINT64_MAX,
        .this_system = true,
    };
}

static void defaults_hold_powers_cpus_and_the_machines_own_levels(void **state)
{
    (void)state;
    struct knee_machine two = machine_of(2, 2, INFINITY), six = machine_of(6, 12, INFINITY);
    struct knee_machine quota = machine_of(4, 4, 2.5), big = machine_of(16, 32, INFINITY);
    struct knee_machine one = machine_of(1, 1, 0.5);
    big.packages = big.numa_nodes = 2;
    big.numa_cores = 8;
    big.l3_groups = 4;
    big.l3_cores = 4;
    const struct {
        const struct knee_machine *machine;
        struct knee_candidates_params params;
        const char *expected;
    } cases[] = {
        {&two,
         {.resource = KNEE_CLASS_CPU, .max_level = 16, .rule_of_thumb = 2},
         "1 2+cores+rule 4 8 16"},
        {&two,
         {.resource = KNEE_CLASS_IO, .max_level = 20, .rule_of_thumb = 5, .current = 7},
         "1 2+cores 4 5+rule 7+current 8 16 20"},
        {&two, {.resource = KNEE_CLASS_CPU, .max_level = 1, .rule_of_thumb = 1}, "1+rule"},
        {&two,
         {.resource = KNEE_CLASS_CPU, .max_level = 3, .rule_of_thumb = 2, .current = 9},
         "1 2+cores+rule 3 9+current"},
        {&six,
         {.resource = KNEE_CLASS_CPU, .max_level = 24, .rule_of_thumb = 12},
         "1 2 4 6+cores 8 12+PUs+rule 16 24"},
        {&quota,
         {.resource = KNEE_CLASS_CPU, .max_level = 6, .rule_of_thumb = 3},
         "1 2 3+quota+rule 4+cores 6"},
        {&quota,
         {.resource = KNEE_CLASS_NET, .max_level = 16, .rule_of_thumb = 16},
         "1 2 3+quota 4+cores 8 16+rule"},
        {&big,
         {.resource = KNEE_CLASS_CPU, .max_level = 64, .rule_of_thumb = 32},
         "1 2 4+L3 8+NUMA 16+cores 32+PUs+rule 64"},
        {&one,
         {.resource = KNEE_CLASS_CPU, .max_level = 2, .rule_of_thumb = 1},
         "1+cores+quota+rule 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_candidate candidates[KNEE_LEVELS_MAX];
        char text[TEXT_BYTES];
        size_t count = knee_candidates_fill(candidates, cases[i].machine, &cases[i].params);
        assert_string_equal(show(candidates, count, text), cases[i].expected);
    }
}

static void a_list_is_taken_as_it_is_with_level_1(void **state)
{
    (void)state;
    struct knee_machine machine = machine_of(6, 12, 4);
    const struct {
        const char *list;
        uint32_t max_level, current;
        const char *expected;
    } cases[] = {
        {"4", 0, 0, "1 4+quota"},         {"cores,pus,2xpus", 0, 0, "1 6+cores 12+PUs 24"},
        {"2-5", 4, 0, "1 2 3 4+quota"},   {"16", 8, 0, "1"},
        {"2", 8, 100, "1 2 100+current"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_candidate candidates[KNEE_LEVELS_MAX];
        struct knee_level_list list;
        char text[TEXT_BYTES];
        assert_int_equal(knee_level_list_parse(cases[i].list, &list, NULL), 0);
        struct knee_candidates_params params = {.resource = KNEE_CLASS_CPU,
                                                .list = &list,
                                                .max_level = cases[i].max_level,
                                                .rule_of_thumb = 7,
                                                .current = cases[i].current};
        size_t count = knee_candidates_fill(candidates, &machine, &params);
        assert_string_equal(show(candidates, count, text), cases[i].expected);
    }
}

static void the_fullest_list_fits_with_all_that_is_added(void **state)
{
    (void)state;
    struct knee_machine machine = machine_of(600, 1200, INFINITY);
    struct knee_candidate candidates[KNEE_LEVELS_MAX];
    struct knee_level_list list;
    struct knee_err err;
    assert_int_equal(knee_level_list_parse("2-252,cores,pus,2xpus", &list, &err), 0);
    struct knee_candidates_params params = {.list = &list, .current = 4000};
    size_t count = knee_candidates_fill(candidates, &machine, &params);
    assert_int_equal(count, KNEE_LEVELS_MAX);
    assert_int_equal(candidates[count - 1].level, 4000);
    assert_int_equal(candidates[0].level, 1);
    assert_int_equal(knee_level_list_parse("1-252", &list, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_hold_powers_cpus_and_the_machines_own_levels),
        cmocka_unit_test(a_list_is_taken_as_it_is_with_level_1),
        cmocka_unit_test(the_fullest_list_fits_with_all_that_is_added),
    };
    return cmocka_run_group_tests_name("levels", tests, NULL, NULL);
}
