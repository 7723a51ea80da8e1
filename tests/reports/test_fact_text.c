/* SPDX-License-Identifier: MIT */
/* The contract's warnings and notes: one sentence for each kind of fact. */
#include "reports/words/fact_text.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <math.h>
#include <string.h>

static void facts_have_their_lines(void **state)
{
    (void)state;
    static const struct {
        struct knee_fact fact;
        const char *text;
    } cases[] = {
        {{KNEE_FACT_LINE, {0}, "the file lies on tmpfs"}, "the file lies on tmpfs"},
        {{KNEE_FACT_MEMORY_BOUND, {50, 128, 501 << 20}, ""},
         "the highest level is 50, not 128: 501 MiB of memory hold no more"},
        {{KNEE_FACT_MEMORY_BOUND, {50, 128, 501 << 20, 1}, ""},
         "the highest level is 50, not 128: 501 MiB of memory (--max-memory) hold no more"},
        {{KNEE_FACT_OPEN_FILES_BOUND, {100, 512, 164}, ""},
         "the highest level is 100, not 512: no more than 164 open files are allowed (see ulimit "
         "-Hn)"},
        {{KNEE_FACT_ITEMS, {40000, 1, 0, .047, 60}, ""},
         "40,000 items, drawn at random (seed 1); one takes about 47 ms; this sweep: at most 1 "
         "min"},
        {{KNEE_FACT_ITEMS, {0, 1, 1, .047, 60}, ""},
         "one run at a time, {n} is the level; one takes about 47 ms; this sweep: at most 1 min"},
        {{KNEE_FACT_ITEMS_ORDER, {1, 2600}, ""},
         "limits go on through the list, and from its end to its start"},
        {{KNEE_FACT_ITEMS_ORDER, {1, 0}, ""},
         "limits go on through the list: none gets items that another ran"},
        {{KNEE_FACT_ITEMS_ORDER, {0, 13000}, ""},
         "limits share items, since up to 13,000 runs may be needed: the first to run one may find "
         "a cold cache"},
        {{KNEE_FACT_ITEMS_ORDER, {0, 0}, ""}, "the limits of a block get the same items"},
        {{KNEE_FACT_REPEATED, {3, 0}, ""},
         "item 3 was run twice: same exit code, input unchanged, so items can be repeated"},
        {{KNEE_FACT_FORECAST, {5, 801, 60}, ""},
         "an item takes 5.0 s: a settled answer needs about 14 min, not 1 min; give --budget 840s, "
         "or smaller items"},
        {{KNEE_FACT_FORECAST, {0}, "as an older plan says"}, "as an older plan says"},
        {{KNEE_FACT_ITEMS_FAILED, {3, 1200}, "item 7: exit 1"},
         "3 of 1,200 items failed; the first: item 7: exit 1"},
        {{KNEE_FACT_FAILED_BY_TIME, {4, 40}, ""},
         "items failed for a time, whatever the limit: in 4 of 40 windows"},
        {{KNEE_FACT_FAILED_BY_TIME, {29, 46, 40}, ""},
         "items failed for a time, whatever the limit: in 29 of 46 windows; in the last 40 every "
         "item did: are there no more of them, or did what they need end?"},
        {{KNEE_FACT_ORDER, {.031}, ""},
         "a limit is 3.1 % slower just after a higher one: corrected for"},
        {{KNEE_FACT_STATES, {.72, .31}, ""},
         "the machine or the device switches between two states, whatever the limit: in 31 % of "
         "the windows it was 28 % slower; limits are compared within a state"},
        {{KNEE_FACT_SLOWED, {12, .4}, ""},
         "after 12 s throughput fell by 60 % and stayed there, as when burst credit is used up: "
         "the answer is for the time after it"},
        {{KNEE_FACT_OTHER_WORK, {.8}, ""}, "measured beside 0.80 CPUs of other work"},
    };
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        char text[KNEE_FACT_TEXT_BYTES];
        assert_string_equal(knee_fact_text(&cases[i].fact, text), cases[i].text);
    }
}

static void facts_of_every_kind_have_a_line(void **state)
{
    (void)state;
    for (int k = 0; k < KNEE_FACT_KINDS; k++) {
        const struct knee_fact fact = {.kind = (enum knee_fact_kind)k, .name = "x"};
        char text[KNEE_FACT_TEXT_BYTES];
        assert_true(strlen(knee_fact_text(&fact, text)) > 0);
        assert_null(strchr(text, '\n'));
    }
}

static void facts_name_the_limits_that_they_are_about(void **state)
{
    static const struct {
        struct knee_fact fact;
        const char *text;
    } cases[] = {
        {{KNEE_FACT_SLOWED, {7.2, .73, 1}, ""},
         "after 7.2 s throughput fell by 27 % and stayed there, perhaps by other work: the guess "
         "is from the time after it"},
        {{KNEE_FACT_MODES, {16, 3}, ""},
         "3 limits switch between a faster and a slower mode, the lowest at 16: their mean counts"},
        {{KNEE_FACT_MODES, {16, 1}, ""},
         "the limit 16 switches between a faster and a slower mode: their mean counts"},
        {{KNEE_FACT_HANG, {32, 14.2, 1}, ""},
         "at 32 some items had not ended after 14 s: nothing is known of that limit, and the time "
         "for the others was used up"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        char text[KNEE_FACT_TEXT_BYTES];
        assert_string_equal(knee_fact_text(&cases[i].fact, text), cases[i].text);
    }
}

static void facts_about_a_service_are_sentences(void **state)
{
    static const struct {
        struct knee_fact fact;
        const char *text;
    } cases[] = {
        {{KNEE_FACT_FIRST_REQUEST, {.0213, .0211, .0002}, "HTTP/1.1 200, 2 B"},
         "One request took 21 ms, the first byte came after 21 ms, connecting took 200 us: "
         "HTTP/1.1 200, 2 B"},
        {{KNEE_FACT_FIRST_REQUEST, {.0213, NAN, NAN}, ""}, "One request took 21 ms"},
        {{KNEE_FACT_REQUESTS_FAILED, {7, 1300}, "503 Service Unavailable 9 times"},
         "7 of 1,300 requests failed; with those between the windows: 503 Service Unavailable 9 "
         "times"},
        {{KNEE_FACT_MAX_REQUESTS, {1000}, ""},
         "the sweep ended at 1,000 requests (--max-requests)"},
        {{KNEE_FACT_RATE_LIMIT, {25.3, 1}, ""},
         "the service limits the rate, to about 25.3 requests a second or more, and not how many "
         "it "
         "takes at a time: the rest is refused at any level"},
        {{KNEE_FACT_RATE_LIMIT, {100, 0}, ""},
         "the service limits the rate, to about 100 requests a second, and not how many it takes "
         "at a time: no number of connections gets more"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        char text[KNEE_FACT_TEXT_BYTES];
        assert_string_equal(knee_fact_text(&cases[i].fact, text), cases[i].text);
    }
}

static void steal_is_a_condition_with_a_name(void **state)
{
    (void)state;
    const struct knee_fact fact = {KNEE_FACT_STEAL, {.11}, ""};
    char text[KNEE_FACT_TEXT_BYTES];
    assert_string_equal(knee_fact_text(&fact, text),
                        "measured while this virtual machine's host took 11 % of the CPUs (steal)");
}

static void hosts_have_their_lines(void **state)
{
    (void)state;
    char text[KNEE_FACT_TEXT_BYTES];
    const struct knee_fact clients = {KNEE_FACT_CLIENTS, {.52}, ""};
    const struct knee_fact slow = {KNEE_FACT_SLOW_HOST, {3, .4, .31, .49, 8}, "h4"};
    assert_string_equal(knee_fact_text(&clients, text),
                        "The clients are the limit, not the service: half of the hosts give 52 % "
                        "of the throughput with the same number at once.");
    assert_string_equal(
        knee_fact_text(&slow, text),
        "host h4 (rank 3) is slow: at 8 in all it gives 40 % of its share of the throughput (31 to "
        "49 % at 95 % confidence)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_have_their_lines),
        cmocka_unit_test(facts_of_every_kind_have_a_line),
        cmocka_unit_test(facts_name_the_limits_that_they_are_about),
        cmocka_unit_test(facts_about_a_service_are_sentences),
        cmocka_unit_test(steal_is_a_condition_with_a_name),
        cmocka_unit_test(hosts_have_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
