/* SPDX-License-Identifier: MIT */
/* The dashboard of `knee run` on a terminal, in tmux and in screen: it is complete, keys work,
 * that the output of the items stays whole above it, and that the terminal is left as it was,
 * however the run ends. */
#include "reports/live/terminfo.h"
#include "tests/support/pty.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UTF8 "unset NO_COLOR LC_ALL; export TERM=xterm LANG=C.UTF-8; "
/* A sanitizer would turn these two signals into an exit of its own. */
#define DIES                                                                                       \
    "export ASAN_OPTIONS=handle_segv=0:handle_abort=0 TSAN_OPTIONS=handle_segv=0:handle_abort=0; "
#define RUN "$KNEE run -o r --dashboard on --limit 2 "
#define SLEEPS "-- sh -c 'sleep 0.2; echo item-$1-done' sh"
#define LONG_LIST "$(seq 3000)"

struct stage {
    char dir[128];
    struct pty pty;
};

static void need_ncurses(void)
{
    if (knee_terminfo_exists())
        return;
    print_message("built without ncurses: not tested\n");
    skip();
}

static void start(struct stage *stage, const char *line, unsigned columns, unsigned rows)
{
    need_ncurses();
    shell_dir_make(stage->dir, sizeof stage->dir);
    pty_start(&stage->pty, stage->dir, line, columns, rows);
}

static void end(struct stage *stage)
{
    pty_release(&stage->pty);
    shell_dir_remove(stage->dir);
}

/* The whole screen scrolls again, everything below the cursor is gone, and the cursor is shown. */
static void check_reset(const struct stage *stage, const char *region)
{
    const char *text = stage->pty.text, *last = NULL;
    for (const char *at = strstr(text, "\033["); at; at = strstr(at + 1, "\033["))
        if (at[2] >= '0' && at[2] <= '9' && at[strspn(at + 2, "0123456789;") + 2] == 'r')
            last = at;
    assert_non_null(last);
    if (!last)
        return;
    assert_memory_equal(last, region, strlen(region));
    assert_non_null(strstr(last, "\033[J"));
    assert_non_null(strstr(last, "\033[?25h"));
}

static void it_is_drawn_below_the_output_and_taken_away(void **state)
{
    (void)state;
    struct stage stage;
    start(&stage, UTF8 "exec " RUN SLEEPS " ::: 1 2 3 4 5 6", 80, 24);
    size_t at = pty_wait(&stage.pty, 0, "\033[1;12r"); /* twelve rows for the output */
    pty_wait(&stage.pty, at, "stop soon");
    pty_wait_settings(&stage.pty, false);
    assert_int_equal(pty_end(&stage.pty), 0);
    for (int i = 1; i <= 6; i++) {
        char line[32];
        snprintf(line, sizeof line, "item-%d-done\r\n", i);
        assert_non_null(strstr(stage.pty.text, line));
    }
    check_reset(&stage, "\033[1;24r");
    const char *last = strstr(stage.pty.text, "knee: 6 items done");
    assert_non_null(last);
    assert_null(strstr(last, "\033"));
    pty_wait_settings(&stage.pty, true);
    end(&stage);
}

static void keys_are_obeyed(void **state)
{
    (void)state;
    struct stage stage;
    start(&stage, UTF8 "exec " RUN SLEEPS " ::: " LONG_LIST, 80, 24);
    size_t at = pty_wait(&stage.pty, 0, "2: the start");
    pty_type(&stage.pty, "++");
    at = pty_wait(&stage.pty, at, "2 -> 4: as asked");
    pty_type(&stage.pty, "\033[A"); /* an arrow is none of its keys */
    pty_type(&stage.pty, "?");
    at = pty_wait(&stage.pty, at, "Ctrl-Z");
    pty_type(&stage.pty, "?");
    at = pty_wait(&stage.pty, at, "slowest");
    pty_type(&stage.pty, "-");
    at = pty_wait(&stage.pty, at, "4 -> 3: as asked");
    pty_type(&stage.pty, "p");
    at = pty_wait(&stage.pty, at, "go on");
    pty_type(&stage.pty, "p");
    pty_wait(&stage.pty, at, "pause");
    pty_type(&stage.pty, "q");
    assert_int_equal(pty_end(&stage.pty), 7);
    assert_non_null(strstr(stage.pty.text, "stopped by q; to go on: knee run --resume r"));
    pty_wait_settings(&stage.pty, true);
    end(&stage);
}

static void keys_move_a_limit_that_tunes_itself(void **state)
{
    (void)state;
    struct stage stage;
    start(&stage,
          UTF8 "exec $KNEE run -o r --dashboard on --max-level 64 " SLEEPS " ::: " LONG_LIST, 80,
          24);
    size_t at = pty_wait(&stage.pty, 0, "the start");
    pty_type(&stage.pty, "+++++++++++++++++++++++++++++++");
    pty_wait(&stage.pty, at, "as asked");
    pty_type(&stage.pty, "q");
    assert_int_equal(pty_end(&stage.pty), 7);
    end(&stage);
}

static void it_stops_and_goes_on(void **state)
{
    (void)state;
    struct stage stage;
    start(&stage, UTF8 "exec " RUN SLEEPS " ::: " LONG_LIST, 80, 24);
    size_t at = pty_wait(&stage.pty, 0, "stop soon");
    pty_wait_settings(&stage.pty, false);
    kill(stage.pty.pid, SIGTSTP); /* as Ctrl-Z does */
    pty_wait_stopped(&stage.pty);
    pty_wait_settings(&stage.pty, true);
    at = pty_wait(&stage.pty, at, "\033[1;24r");
    kill(stage.pty.pid, SIGCONT);
    at = pty_wait(&stage.pty, at, "\033[1;12r");
    pty_wait(&stage.pty, at, "stop soon");
    pty_wait_settings(&stage.pty, false);
    pty_type(&stage.pty, "q");
    assert_int_equal(pty_end(&stage.pty), 7);
    pty_wait_settings(&stage.pty, true);
    end(&stage);
}

static void the_terminal_is_put_back_after_any_end(void **state)
{
    (void)state;
    static const struct {
        int signal_number, status;
    } ends[] = {{SIGTERM, 143}, {SIGINT, 130}, {SIGKILL, 137}, {SIGSEGV, 139}, {SIGABRT, 134}};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct stage stage;
        start(&stage, "ulimit -c 0; " DIES UTF8 "exec " RUN SLEEPS " ::: " LONG_LIST, 80, 24);
        size_t at = pty_wait(&stage.pty, 0, "stop soon");
        pty_wait_settings(&stage.pty, false);
        kill(stage.pty.pid, ends[i].signal_number);
        assert_int_equal(pty_end(&stage.pty), ends[i].status);
        pty_wait_settings(&stage.pty, true);
        pty_wait(&stage.pty, at, "\033[?25h");
        check_reset(&stage, "\033[1;24r");
        end(&stage);
    }
}

static void every_size_works_and_changes_are_followed(void **state)
{
    (void)state;
    struct stage stage;
    start(&stage, UTF8 "exec " RUN SLEEPS " ::: " LONG_LIST, 80, 24);
    size_t at = pty_wait(&stage.pty, 0, "\033[1;12r");
    pty_resize(&stage.pty, 200, 60);
    at = pty_wait(&stage.pty, at, "\033[1;40r");
    at = pty_wait(&stage.pty, at, "pressure");
    pty_resize(&stage.pty, 40, 10);
    at = pty_wait(&stage.pty, at, "\033[1;5r");
    pty_resize(&stage.pty, 12, 3);
    at = pty_wait(&stage.pty, at, "\033[1;2r");
    pty_resize(&stage.pty, 1, 1); /* nothing can be drawn */
    at = pty_wait(&stage.pty, at, "\033[?25h");
    pty_resize(&stage.pty, 80, 24);
    pty_wait(&stage.pty, at, "\033[1;12r");
    pty_type(&stage.pty, "q");
    assert_int_equal(pty_end(&stage.pty), 7);
    pty_wait_settings(&stage.pty, true);
    end(&stage);
}

static unsigned beyond_ascii(const char *text)
{
    unsigned count = 0;
    for (; *text; text++)
        count += (unsigned char)*text > 0x7e;
    return count;
}

static void colours_and_signs_are_as_the_user_wants_them(void **state)
{
    (void)state;
    struct stage stage;
    start(&stage, UTF8 "exec " RUN SLEEPS " ::: 1 2 3 4 5 6 7 8 9", 80, 24);
    assert_int_equal(pty_end(&stage.pty), 0);
    assert_non_null(strstr(stage.pty.text, "\033[32m"));
    assert_true(beyond_ascii(stage.pty.text) > 0);
    end(&stage);
    start(&stage,
          "export TERM=xterm LC_ALL=C NO_COLOR=1; exec " RUN SLEEPS " ::: 1 2 3 4 5 6 7 8 9", 80,
          24);
    assert_int_equal(pty_end(&stage.pty), 0);
    assert_null(strstr(stage.pty.text, "\033[3"));
    assert_int_equal(beyond_ascii(stage.pty.text), 0);
    end(&stage);
}

static void output_goes_where_it_was_told(void **state)
{
    (void)state;
    struct stage stage;
    start(&stage, UTF8 "seq 9 | " RUN SLEEPS " | sort >sorted; wc -l <sorted", 80, 24);
    pty_wait(&stage.pty, 0, "latest output");
    assert_int_equal(pty_end(&stage.pty), 0);
    assert_non_null(strstr(stage.pty.text, "9\r\n"));
    assert_null(strstr(stage.pty.text, "item-3-done\r\n"));
    end(&stage);
    start(&stage, UTF8 "exec " RUN "--output-dir out " SLEEPS " ::: 1 2 3 4 5 6", 80, 24);
    size_t at = pty_wait(&stage.pty, 0, "latest output");
    pty_wait(&stage.pty, at, "item-2-done");
    assert_int_equal(pty_end(&stage.pty), 0);
    end(&stage);
}

static void where_there_can_be_none_lines_are_printed(void **state)
{
    (void)state;
    struct stage stage;
    start(&stage,
          "export TERM=dumb; $KNEE run -o r --limit 2 --report-interval 300ms " SLEEPS
          " ::: 1 2 3 4 5 6; $KNEE run -o s --dashboard on -- true ::: a; ls -d s",
          80, 24);
    assert_int_equal(pty_end(&stage.pty), 2);
    assert_null(strstr(stage.pty.text, "\033"));
    assert_non_null(strstr(stage.pty.text, "of 6 done; "));
    assert_non_null(strstr(stage.pty.text, "cannot keep rows at its bottom"));
    end(&stage);
}

static void one_line_says_why_there_is_none(void **state)
{
    (void)state;
    struct shell_run done;
    shell_run(&done, NULL, "setsid -w $KNEE run -o /nowhere/r --dashboard on -- true ::: a");
    assert_int_equal(done.status, 2);
    assert_non_null(strstr(done.err, knee_terminfo_exists() ? "no terminal to draw on; drop"
                                                            : "built without ncurses; install"));
    shell_run_release(&done);
}

/* ---- in tmux and screen, which show what a terminal would ---- */
static void need(const char *program)
{
    char line[64];
    struct shell_run found;
    need_ncurses();
    snprintf(line, sizeof line, "command -v %s", program);
    shell_run(&found, NULL, line);
    int status = found.status;
    shell_run_release(&found);
    if (status != 0) {
        print_message("no %s\n", program);
        skip();
    }
}

/* A run that prints 90 lines in some seconds while its terminal changes its size; then all that is
 * to be seen, and what has scrolled away. */
static const char TMUX[] =
    "T='tmux -S ./socket'; unset TMUX; export LANG=C.UTF-8\n"
    "seen() { i=0; until $T capture-pane -p >seen && grep -q \"$1\" seen && grep -q \"$2\" seen; "
    "do [ $((i += 1)) -le 600 ] || break; sleep 0.05; done; }\n"
    "cat >go <<'E'\n"
    "seq 90 | $KNEE run -o r --limit 3 -- sh -c 'sleep 0.1; echo item-$1-done' sh\n"
    "echo at the end\nsleep 60\nE\n"
    "$T -f /dev/null new-session -d -x 80 -y 24 'sh go' || exit 9\n"
    "seen 'item-[0-9]*-done' 'stop soon'; mv seen middle\n"
    "for size in '-x 120 -y 40' '-x 50 -y 12' '-x 80 -y 24'; do\n"
    "    $T resize-window $size; sleep 0.4\ndone\n"
    "seen 'at the end' .\n"
    "$T capture-pane -p -S - >all; $T kill-server\n"
    "grep -c 'stop soon' middle; tail -n 1 middle | cut -c 1-5; wc -l <middle\n"
    "grep -xc 'item-[0-9]*-done' all; grep -c 'items/s  \\|stop soon\\|hungriest' all\n"
    "grep -c '90 items done' all\n";

static void in_tmux_all_output_stays_whole_above_it(void **state)
{
    (void)state;
    need("tmux");
    struct shell_run done;
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    shell_run(&done, dir, TMUX);
    if (done.status == 9)
        print_message("tmux does not start here: %s\n", done.err);
    else if (strcmp(done.out, "1\n + - \n24\n90\n0\n1\n") != 0)
        fail_msg("%s%s", done.out, done.err);
    shell_run_release(&done);
    shell_dir_remove(dir);
}

static void in_screen_it_looks_the_same(void **state)
{
    (void)state;
    need("screen");
    struct shell_run done;
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    shell_run(
        &done, dir,
        "export LANG=C.UTF-8 SCREENDIR=$PWD/s; mkdir -m 700 s; echo 'termcapinfo * hs@' >rc\n"
        "cat >go <<'E'\n"
        "seq 4000 | $KNEE run -o r --limit 3 -- sh -c 'sleep 0.1; echo item-$1-done' sh\nE\n"
        "screen -c rc -U -dmS knee sh go || exit 9\n"
        "for i in $(seq 300); do sleep 0.1; screen -S knee -X hardcopy $PWD/seen\n"
        "    grep -q 'item-[0-9]*-done' seen 2>/dev/null && grep -q 'stop soon' seen && break\n"
        "done; grep -c 'stop soon' seen; screen -S knee -X quit");
    if (done.status != 9 && strcmp(done.out, "1\n") != 0)
        fail_msg("%s%s", done.out, done.err);
    shell_run_release(&done);
    shell_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_drawn_below_the_output_and_taken_away),
        cmocka_unit_test(keys_are_obeyed),
        cmocka_unit_test(keys_move_a_limit_that_tunes_itself),
        cmocka_unit_test(it_stops_and_goes_on),
        cmocka_unit_test(the_terminal_is_put_back_after_any_end),
        cmocka_unit_test(every_size_works_and_changes_are_followed),
        cmocka_unit_test(colours_and_signs_are_as_the_user_wants_them),
        cmocka_unit_test(output_goes_where_it_was_told),
        cmocka_unit_test(where_there_can_be_none_lines_are_printed),
        cmocka_unit_test(one_line_says_why_there_is_none),
        cmocka_unit_test(in_tmux_all_output_stays_whole_above_it),
        cmocka_unit_test(in_screen_it_looks_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
