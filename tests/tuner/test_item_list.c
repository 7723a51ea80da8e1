/* SPDX-License-Identifier: MIT */
/* Weights and orders of a list, and what the order is worth: the time until the last item has ended
 * on items with a heavy tail, for the given order, the largest first, and static classes of
 * complexity as the ParallelExecution module has them. */
#include "core/base/random.h"
#include "tests/support/test.h"
#include "tuner/dispatch/item_list.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPUS 8
#define ITEMS 200
#define SEEDS 20

static struct knee_items items_of(const char *const *words, size_t count)
{
    struct knee_items items;
    struct knee_err err;
    char *copies[ITEMS];
    assert_true(count <= ITEMS);
    for (size_t i = 0; i < count; i++)
        copies[i] = (char *)words[i];
    assert_int_equal(knee_items_from_words(&items, copies, count, &err), 0);
    return items;
}

static void weights_order_the_list(void **state)
{
    (void)state;
    static const char *const words[] = {"a 2", "b 8", "c", "d 2", "e 4"};
    static const struct {
        enum knee_item_list_order order;
        const char *numbers;
    } cases[] = {
        {KNEE_ITEM_LIST_GIVEN, "12345"},
        {KNEE_ITEM_LIST_LARGEST, "25314"}, /* c counts as the mean one, 4 of e comes before */
    };
    const struct knee_run_weight weight = {.by = KNEE_RUN_WEIGHT_FIELD, .field = 2};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct knee_items items = items_of(words, 5);
        struct knee_item_list list;
        char numbers[8] = "";
        const struct knee_item_list_params params = {.weight = &weight, .order = cases[i].order};
        assert_int_equal(knee_item_list_make(&list, &items, &params, NULL), 0);
        assert_int_equal(list.unweighed, 1);
        double sum = 0;
        for (size_t j = 0; j < list.count; j++) {
            numbers[j] = (char)('0' + list.at[j].number);
            sum += list.at[j].weight;
        }
        assert_close(sum, 5, 1e-9);
        if (cases[i].order == KNEE_ITEM_LIST_GIVEN)
            assert_string_equal(numbers, cases[i].numbers);
        else
            assert_true(numbers[0] == '2' && strchr(numbers, '3') < strchr(numbers, '1'));
        knee_item_list_release(&list);
    }
}

/* When the last of `lengths` ends, in their order, with `limit` at once on CPUS processors that are
 * shared evenly. */
static double makespan(const double *lengths, size_t count, unsigned limit)
{
    double left[2 * CPUS], now = 0;
    size_t running = 0, next = 0;
    while (next < count || running > 0) {
        while (running < limit && next < count)
            left[running++] = lengths[next++];
        double speed = running > CPUS ? (double)CPUS / (double)running : 1, least = INFINITY;
        for (size_t i = 0; i < running; i++)
            least = fmin(least, left[i]);
        now += least / speed;
        for (size_t i = 0; i < running;) {
            left[i] -= least;
            if (left[i] <= 1e-12)
                left[i] = left[--running];
            else
                i++;
        }
    }
    return now;
}

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Deciles of length as the complexity 1 to 10: up to 3 at twice the CPUs, up to 7 at the CPUs, the
 * rest at half of them, one class after the other. */
static double static_classes(const double *lengths, size_t count)
{
    double sorted[ITEMS], class[ITEMS], sum = 0;
    static const unsigned limits[] = {2 * CPUS, CPUS, CPUS / 2};
    memcpy(sorted, lengths, count * sizeof *lengths);
    qsort(sorted, count, sizeof *sorted, ascending);
    const double bounds[] = {0, sorted[count * 3 / 10], sorted[count * 7 / 10], INFINITY};
    for (int c = 0; c < 3; c++) {
        size_t n = 0;
        for (size_t i = 0; i < count; i++)
            if (lengths[i] >= bounds[c] && lengths[i] < bounds[c + 1])
                class[n++] = lengths[i];
        sum += makespan(class, n, limits[c]);
    }
    return sum;
}

static void the_largest_first_beats_given_order_and_static_classes(void **state)
{
    (void)state;
    double given = 0, largest = 0, classes = 0, bound = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct knee_random random = knee_random_seed(seed, 0x6c697374);
        static char texts[ITEMS][32];
        const char *words[ITEMS];
        double lengths[ITEMS], ordered[ITEMS], sum = 0, longest = 0;
        for (size_t i = 0; i < ITEMS; i++) {
            lengths[i] = knee_random_lognormal(&random, 1, 2);
            snprintf(texts[i], sizeof texts[i], "%zu %.9f", i, lengths[i]);
            words[i] = texts[i];
            sum += lengths[i];
            longest = fmax(longest, lengths[i]);
        }
        struct knee_items items = items_of(words, ITEMS);
        struct knee_item_list list;
        const struct knee_run_weight weight = {.by = KNEE_RUN_WEIGHT_FIELD, .field = 2};
        const struct knee_item_list_params params = {.weight = &weight,
                                                     .order = KNEE_ITEM_LIST_LARGEST};
        assert_int_equal(knee_item_list_make(&list, &items, &params, NULL), 0);
        for (size_t i = 0; i < ITEMS; i++)
            ordered[i] = lengths[list.at[i].number - 1];
        knee_item_list_release(&list);
        given += makespan(lengths, ITEMS, CPUS) / SEEDS;
        largest += makespan(ordered, ITEMS, CPUS) / SEEDS;
        classes += static_classes(lengths, ITEMS) / SEEDS;
        bound += fmax(sum / CPUS, longest) / SEEDS;
    }
    print_message("makespan, no schedule is below %.2f: largest first %.2f, given order %.2f, "
                  "static classes %.2f\n",
                  bound, largest, given, classes);
    assert_true(largest <= 1.02 * bound);
    assert_true(largest < given && largest < classes);
}

/* Three lines of a second each went on after Ctrl-C, and then every item ran. */
static void a_signal_ends_the_weighing(void **state)
{
    (void)state;
    static const char *const words[] = {"first", "second"};
    struct knee_items items = items_of(words, 2);
    struct knee_item_list list;
    struct knee_err err = {0};
    const struct knee_run_weight weight = {.by = KNEE_RUN_WEIGHT_LINE,
                                           .line = "test {} = first && echo 3"};
    volatile sig_atomic_t interrupted = SIGINT;
    const struct knee_item_list_params params = {.weight = &weight, .interrupted = &interrupted};
    assert_int_equal(knee_item_list_make(&list, &items, &params, &err), -1);
    assert_int_equal(err.code, KNEE_INTERRUPTED + SIGINT);
    interrupted = 0;
    items = items_of(words, 2);
    assert_int_equal(knee_item_list_make(&list, &items, &params, &err), 0);
    assert_int_equal(list.unweighed, 1);
    knee_item_list_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_order_the_list),
        cmocka_unit_test(a_signal_ends_the_weighing),
        cmocka_unit_test(the_largest_first_beats_given_order_and_static_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
