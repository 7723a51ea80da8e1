/* SPDX-License-Identifier: MIT */
/* Events of simulated machines are read as written, and refused with what to write. */
#include "tuner/simulate/event.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <string.h>

static void events_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct knee_event event;
    } cases[] = {
        {"stall:from=3,for=2", {KNEE_EVENT_STALL, 3, 2, .1}},
        {"stall:for=2,factor=0.25,from=0", {KNEE_EVENT_STALL, 0, 2, .25}},
        {"fail:from=10,for=5", {KNEE_EVENT_FAIL, 10, 5, .5}},
        {"fail:from=10,for=5,factor=100%", {KNEE_EVENT_FAIL, 10, 5, 1}},
    };
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        struct knee_event event;
        struct knee_err err;
        assert_int_equal(knee_event_parse(&event, "--event", cases[i].text, &err), 0);
        assert_int_equal(event.kind, cases[i].event.kind);
        assert_int_equal(event.from, cases[i].event.from);
        assert_int_equal(event.windows, cases[i].event.windows);
        assert_close(event.factor, cases[i].event.factor, 0);
    }
}

static void what_is_not_an_event_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "is not an event; write one like stall:from=3,for=2"},
        {"stall", "is not an event"},
        {"stall:", "is not an event"},
        {"stall:from=3", "is not an event"},
        {"stall:from=3,for=2,", "is not an event"},
        {"stall:from=3,for=2,at=1", "is not an event"},
        {"stal:from=3,for=2", "is not an event"},
        {"stall:from=x,for=2", "--event: from: "},
        {"stall:from=3,for=0", "--event: for: 0 is out of range"},
        {"stall:from=3,for=2,factor=0", "factor must be above 0"},
        {"fail:from=3,for=2,factor=2", "--event: factor: 2 is out of range"},
    };
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        struct knee_event event = {.windows = 77};
        struct knee_err err = {0};
        assert_int_equal(knee_event_parse(&event, "--event", cases[i].text, &err), -1);
        assert_int_equal(err.code, KNEE_USAGE);
        if (!strstr(err.message, cases[i].said))
            fail_msg("\"%s\": %s", cases[i].text, err.message);
        assert_int_equal(event.windows, 77);
    }
}

static void an_event_hits_its_windows(void **state)
{
    (void)state;
    const struct knee_event event = {KNEE_EVENT_STALL, 3, 2, .1};
    for (uint64_t window = 0; window < 8; window++)
        assert_int_equal(knee_event_hits(&event, window), window == 3 || window == 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_read),
        cmocka_unit_test(what_is_not_an_event_is_refused),
        cmocka_unit_test(an_event_hits_its_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
