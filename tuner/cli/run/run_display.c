/* SPDX-License-Identifier: MIT */
#include "tuner/cli/run/run_display.h"

#include "core/base/clock.h"
#include "reports/live/dashboard.h"
#include "reports/text/run_text.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DRAW_EVERY_S .2
#define MIDWAY_NS                                                                                  \
    (300 * KNEE_NS_PER_MS) /* then a line that has not ended is taken for the last                 \
                            */
#define KEYS_MAX 64
#define CTRL_L '\f'

/* A mutable global, as only that can be reached from a handler: Ctrl-Z was pressed. */
static volatile sig_atomic_t suspended;

static void on_suspend(int signal_number)
{
    (void)signal_number;
    suspended = 1;
}

static void catch_suspend(bool catches)
{
    struct sigaction action = {.sa_handler = catches ? on_suspend : SIG_DFL,
                               .sa_flags = SA_RESTART};
    struct sigaction before;
    if (sigaction(SIGTSTP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(SIGTSTP, &action, NULL);
}

/* ---- lines ---- */
/* The run does not wait for whoever reads its progress. */
static bool is_read(FILE *log)
{
    struct pollfd one = {.fd = fileno(log), .events = POLLOUT};
    return one.fd < 0 || poll(&one, 1, 0) != 0;
}

static void say(struct knee_run_display *display, const struct knee_run_live *live)
{
    struct knee_builder text = {0};
    if (!display->lines || live->phase == KNEE_RUN_FINISHED ||
        live->time_s - display->said_s < display->every_s || !is_read(display->log))
        return;
    display->said_s = live->time_s;
    knee_run_text_progress(&text, live);
    char *line = knee_builder_take(&text);
    if (line)
        fputs(line, display->log);
    free(line);
}

/* ---- the dashboard ---- */
/* True when a key was pressed: it may change the drawing. */
static bool read_keys(struct knee_run_display *display, struct knee_run_wish *wish)
{
    char keys[KEYS_MAX];
    size_t count = knee_terminal_keys(display->terminal, keys, KEYS_MAX);
    for (size_t i = 0; i < count; i++) {
        switch (keys[i]) {
        case '+':
        case '=':
            wish->limit_steps++;
            break;
        case '-':
            wish->limit_steps--;
            break;
        case 'p':
            wish->toggle_pause = !wish->toggle_pause;
            break;
        case 'q':
            wish->stop = display->stopped = true;
            break;
        case '?':
            display->help = !display->help;
            break;
        case CTRL_L:
            knee_terminal_clear(display->terminal);
            break;
        default:
            break;
        }
    }
    return count > 0;
}

/* A drawing between two parts of a line could split a character or a terminal's command. */
static bool may_draw(const struct knee_run_display *display)
{
    return !display->midway || knee_clock_now_ns() - display->printed_ns > MIDWAY_NS;
}

static void draw(struct knee_run_display *display, const struct knee_run_live *live)
{
    size_t columns, rows;
    knee_terminal_size(display->terminal, &columns, &rows);
    const struct knee_dashboard_params params = {
        /* The last column stays free: a character there may make the terminal go to a new line. */
        .columns = columns ? columns - 1 : 0,
        .rows = knee_dashboard_rows(rows, display->above),
        .utf8 = knee_terminal_has_utf8(display->terminal),
        .with_lines = !display->above,
        .help = display->help};
    display->drawn_s = live->time_s;
    knee_dashboard_layout(&display->canvas, live, &params);
    knee_terminal_draw(display->terminal, &display->canvas);
}

/* Stops us, as Ctrl-Z asks, on a terminal as it was; returns when we are to go on. */
static void suspend(struct knee_run_display *display)
{
    suspended = 0;
    knee_terminal_clear(display->terminal);
    fflush(display->log);
    kill(getpid(), SIGSTOP);
}

/* With the lock. False when nothing can be seen. */
static bool show_terminal(struct knee_run_display *display, const struct knee_run_live *live,
                          struct knee_run_wish *wish)
{
    if (suspended)
        suspend(display);
    if (live->phase == KNEE_RUN_FINISHED) {
        knee_terminal_clear(display->terminal);
        return true;
    }
    if (!knee_terminal_is_ready(display->terminal))
        return false;
    bool at_once = read_keys(display, wish) || !knee_terminal_is_in_place(display->terminal);
    if ((at_once || live->time_s - display->drawn_s >= DRAW_EVERY_S) && may_draw(display))
        draw(display, live);
    return true;
}

static void show(void *context, const struct knee_run_live *live, struct knee_run_wish *wish)
{
    struct knee_run_display *display = context;
    if (!display->terminal) {
        say(display, live);
        return;
    }
    /* Somebody prints, and may wait for the terminal: the run does not. */
    if (live->phase == KNEE_RUN_FINISHED)
        pthread_mutex_lock(&display->lock);
    else if (pthread_mutex_trylock(&display->lock) != 0)
        return;
    bool seen = show_terminal(display, live, wish);
    pthread_mutex_unlock(&display->lock);
    if (!seen)
        say(display, live);
}

static void before_print(void *context, int fd)
{
    struct knee_run_display *display = context;
    if (fd < 0 || fd > STDERR_FILENO || !display->tty[fd])
        return;
    pthread_mutex_lock(&display->lock);
    /* The terminal has another size, and may have moved the drawing. */
    if (!knee_terminal_is_in_place(display->terminal))
        knee_terminal_clear(display->terminal);
}

static void after_print(void *context, int fd, bool whole)
{
    struct knee_run_display *display = context;
    if (fd < 0 || fd > STDERR_FILENO || !display->tty[fd])
        return;
    display->midway = !whole;
    if (!whole)
        display->printed_ns = knee_clock_now_ns();
    pthread_mutex_unlock(&display->lock);
}

static int open_terminal(struct knee_run_display *display, const struct knee_run_options *options,
                         struct knee_err *err)
{
    const char *term = getenv("TERM");
    bool asked = options->dashboard == KNEE_RUN_OPTIONS_DASHBOARD_ON;
    bool fits = display->tty[STDERR_FILENO] && term && strcmp(term, "dumb") != 0;
    struct knee_err why = {0};
    if (options->dashboard == KNEE_RUN_OPTIONS_DASHBOARD_OFF)
        return 0;
    if (!asked && (!fits || options->output.quiet))
        return 0;
    if (knee_terminal_open(&display->terminal, &why) && asked) {
        *err = why;
        return -1;
    }
    return 0;
}

int knee_run_display_open(struct knee_run_display *display, const struct knee_run_options *options,
                          bool lines_only, FILE *log, struct knee_err *err)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        display->tty[fd] = isatty(fd);
    if (!lines_only && open_terminal(display, options, err))
        return -1;
    display->log = log;
    display->lines = !options->output.quiet;
    display->every_s = knee_clock_to_s(options->report_interval_ns);
    display->above = display->tty[STDOUT_FILENO] && !options->command.output_dir;
    pthread_mutex_init(&display->lock, NULL);
    display->view = (struct knee_run_view){.context = display, .show = show};
    if (display->terminal) {
        display->view.before_print = before_print;
        display->view.after_print = after_print;
        suspended = 0;
        catch_suspend(true);
    }
    return 0;
}

void knee_run_display_close(struct knee_run_display *display)
{
    if (!display->view.show)
        return;
    if (display->terminal)
        catch_suspend(false);
    knee_terminal_close(display->terminal);
    display->terminal = NULL;
    pthread_mutex_destroy(&display->lock);
    display->view.show = NULL;
}
