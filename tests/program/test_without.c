/* SPDX-License-Identifier: MIT */
/* A knee that was built without an optional library refuses by name what the library brings, and
 * names it nowhere else. `make test WITHOUT=...` gives these tests something to do. */
#include "tests/support/shell.h"
#include "tests/support/target_sweep.h"
#include "tests/support/test.h"

#include "core/base/array.h"

#include <stdio.h>

enum {
#if defined KNEE_WITH_LIBCURL
    HAS_LIBCURL = 1,
#else
    HAS_LIBCURL = 0,
#endif
#if defined KNEE_WITH_LIBPQ
    HAS_LIBPQ = 1,
#else
    HAS_LIBPQ = 0,
#endif
#if defined KNEE_WITH_LIBURING
    HAS_LIBURING = 1,
#else
    HAS_LIBURING = 0,
#endif
#if defined KNEE_WITH_NCURSES
    HAS_NCURSES = 1,
#else
    HAS_NCURSES = 0,
#endif
};

#define WITHOUT "this knee was built without "

static void need_a_missing_library(void)
{
    if (!HAS_LIBCURL || !HAS_LIBPQ || !HAS_LIBURING || !HAS_NCURSES)
        return;
    print_message("every optional library is built in: not tested\n");
    skip();
}

static void what_is_missing_is_refused_by_name(void **state)
{
    static const struct {
        bool built_in;
        const char *arguments, *what;
    } CASES[] = {
        {HAS_LIBCURL, "sweep http://127.0.0.1/", WITHOUT "libcurl, and so without http://"},
        {HAS_LIBCURL, "sweep https://127.0.0.1/", WITHOUT "libcurl, and so without https://"},
        {HAS_LIBCURL, "analyze http://127.0.0.1/", WITHOUT "libcurl, and so without http://"},
        {HAS_LIBCURL, "sweep http", WITHOUT "libcurl, and so without http;"},
        {HAS_LIBCURL, "sweep cpu http", WITHOUT "libcurl, and so without http;"},
        {HAS_LIBCURL, "sweep --method POST http://127.0.0.1/", WITHOUT "libcurl"},
        {HAS_LIBCURL, "sweep cpu --header A:b", WITHOUT "libcurl, and so without --header"},
        {HAS_LIBCURL, "analyze --insecure -- true", WITHOUT "libcurl, and so without --insecure"},
        {HAS_LIBCURL, "run --insecure -- true", "unknown option --insecure"},
        {HAS_LIBCURL || !HAS_LIBPQ, "sweep --insecure postgres://127.0.0.1/x",
         WITHOUT "libcurl, and so without --insecure"},
        {HAS_LIBCURL || !HAS_LIBPQ, "sweep cpu --max-requests 3", "knee sweep postgres://USER@"},
        {HAS_LIBCURL || HAS_LIBPQ, "sweep cpu --max-requests 3",
         WITHOUT "libcurl, and so without --max-requests"},
        {HAS_LIBCURL || HAS_LIBPQ, "sweep ftp://127.0.0.1/", WITHOUT "libcurl and libpq"},
        {HAS_LIBPQ, "sweep postgres://127.0.0.1/x", WITHOUT "libpq, and so without postgres://"},
        {HAS_LIBPQ, "sweep postgresql://127.0.0.1/x", WITHOUT "libpq, and so without postgresql"},
        /* There may be a program of that name. */
        {HAS_LIBPQ, "sweep postgres", WITHOUT "libpq, and so without postgres;"},
        {HAS_LIBURING, "sweep io --param engine=uring", WITHOUT "liburing, and so without engine"},
        {HAS_LIBURING, "sweep cpu --param engine=uring", "no workload of this sweep has it"},
        {HAS_NCURSES, "run --dashboard on -- true ::: 1", WITHOUT "ncurses"},
    };
    (void)state;
    need_a_missing_library();
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        char command[256];
        snprintf(command, sizeof command, "$KNEE %s", CASES[i].arguments);
        if (!CASES[i].built_in)
            target_sweep_expect_line(command, 2, CASES[i].what);
    }
}

/* `texts` prints them, run in `dir`; if it fails it prints $words, which are found then. */
static void expect_nothing_missing_in(const char *dir, const char *texts)
{
    static const struct {
        bool built_in;
        const char *words; /* a regular expression */
    } CASES[] = {
        {HAS_LIBCURL, "http|curl|--method|--header|--insecure"},
        {HAS_LIBPQ, "postgres|libpq"},
        {HAS_LIBCURL || HAS_LIBPQ, "URL|--max-requests"},
        {HAS_LIBURING, "io_uring|liburing|engine="},
        {HAS_NCURSES, "dashboard|curses"},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        char command[1024];
        struct shell_run run;
        if (CASES[i].built_in)
            continue;
        snprintf(command, sizeof command, "words='%s'; { %s; } | grep -E -e \"$words\"",
                 CASES[i].words, texts);
        shell_run(&run, dir, command);
        if (run.status != 1)
            fail_msg("%d: %s%s", run.status, run.out, run.err);
        shell_run_release(&run);
    }
}

static void no_text_names_what_is_missing(void **state)
{
    (void)state;
    need_a_missing_library();
    expect_nothing_missing_in(
        NULL,
        "($KNEE --help && for list in workloads formats targets; do $KNEE list $list || exit; "
        "done && for command in sweep run analyze compare plan report limit recommend; do "
        "$KNEE $command --help || exit; done) || echo \"$words\"");
}

/* The man page has `\-` for each `-`. */
static void no_installed_text_names_what_is_missing(void **state)
{
    char dir[128], command[256];
    struct shell_run run;
    (void)state;
    need_a_missing_library();
    shell_dir_make(dir, sizeof dir);
    snprintf(command, sizeof command, "make --no-print-directory install DESTDIR='%s' PREFIX=/usr",
             dir);
    shell_run(&run, NULL, command);
    if (run.status != 0)
        fail_msg("%s%s", run.out, run.err);
    shell_run_release(&run);
    expect_nothing_missing_in(
        dir, "cd usr/share && cat man/man1/knee.1 bash-completion/completions/knee "
             "zsh/site-functions/_knee fish/vendor_completions.d/knee.fish >texts && "
             "sed 's/[\\]//g' texts || echo \"$words\"");
    shell_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_refused_by_name),
        cmocka_unit_test(no_text_names_what_is_missing),
        cmocka_unit_test(no_installed_text_names_what_is_missing),
    };
    return cmocka_run_group_tests_name("without", tests, NULL, NULL);
}
