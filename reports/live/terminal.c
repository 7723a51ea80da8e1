/* SPDX-License-Identifier: MIT */
#include "reports/live/terminal.h"

#include "core/text/builder.h"
#include "reports/live/terminal_guard.h"
#include "reports/live/terminfo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define KEYS_READ 64
#define ESCAPE '\033'

struct knee_terminal {
    int in, out; /* `in` never waits */
    struct knee_terminfo info;
    struct knee_terminal_guard guard;
    bool color, utf8, on;
    struct termios before, ours;
    size_t columns, rows; /* when it was drawn */
    struct knee_canvas shown;
};

/* ---- open ---- */
static bool read_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *term = getenv("TERM"), *value = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && (!value || !*value); i++)
        value = getenv(names[i]);
    return value && (strcasestr(value, "utf-8") || strcasestr(value, "utf8")) &&
           !(term && strcmp(term, "linux") == 0);
}

static int open_tty(int flags)
{
    flags |= O_NOCTTY | O_CLOEXEC;
    int fd = isatty(STDERR_FILENO) ? open("/proc/self/fd/2", flags) : -1;
    return fd >= 0 ? fd : open("/dev/tty", flags);
}

static void free_terminal(struct knee_terminal *terminal)
{
    knee_terminal_guard_close(&terminal->guard);
    if (terminal->in >= 0)
        close(terminal->in);
    if (terminal->out >= 0)
        close(terminal->out);
    free(terminal);
}

int knee_terminal_open(struct knee_terminal **terminal, struct knee_err *err)
{
    struct knee_terminal *made = calloc(1, sizeof *made);
    const char *no_color = getenv("NO_COLOR");
    if (!made)
        return knee_err_memory(err, "dashboard");
    made->in = open_tty(O_RDONLY | O_NONBLOCK);
    made->out = open_tty(O_WRONLY);
    int status = 0;
    if (!knee_terminfo_exists())
        status = knee_terminfo_read(&made->info, made->out, err);
    else if (made->in < 0 || made->out < 0 || tcgetattr(made->in, &made->before) != 0)
        status = knee_err_set(err, KNEE_USAGE,
                              "--dashboard on: there is no terminal to draw on; drop the option, a "
                              "line each --report-interval is printed then");
    if (status || knee_terminfo_read(&made->info, made->out, err) ||
        knee_terminal_guard_open(&made->guard, made->out, err)) {
        free_terminal(made);
        return -1;
    }
    made->color = made->info.colors && !(no_color && *no_color);
    made->utf8 = read_utf8();
    *terminal = made;
    return 0;
}

void knee_terminal_close(struct knee_terminal *terminal)
{
    if (!terminal)
        return;
    knee_terminal_clear(terminal);
    free_terminal(terminal);
}

bool knee_terminal_has_utf8(const struct knee_terminal *terminal)
{
    return terminal->utf8;
}

void knee_terminal_size(const struct knee_terminal *terminal, size_t *columns, size_t *rows)
{
    struct winsize size = {0};
    *columns = *rows = 0;
    if (ioctl(terminal->out, TIOCGWINSZ, &size) != 0)
        return;
    *columns = size.ws_col;
    *rows = size.ws_row;
}

bool knee_terminal_is_ready(const struct knee_terminal *terminal)
{
    struct pollfd one = {.fd = terminal->out, .events = POLLOUT};
    pid_t group = tcgetpgrp(terminal->out);
    if (group >= 0 ? group != getpgrp() : errno != ENOTTY)
        return false;
    return poll(&one, 1, 0) == 1 && one.revents == POLLOUT;
}

bool knee_terminal_is_in_place(const struct knee_terminal *terminal)
{
    size_t columns, rows;
    if (!terminal->on)
        return false;
    knee_terminal_size(terminal, &columns, &rows);
    return columns == terminal->columns && rows == terminal->rows;
}

/* ---- draw ---- */
static void add(const struct knee_terminal *terminal, struct knee_builder *text,
                enum knee_terminfo_string which)
{
    const char *string = terminal->info.strings[which];
    knee_builder_append(text, string, strlen(string));
}

static void add_filled(const struct knee_terminal *terminal, struct knee_builder *text,
                       enum knee_terminfo_string which, size_t first, size_t second)
{
    char filled[KNEE_TERMINFO_BYTES];
    knee_terminfo_fill(&terminal->info, which, (int)first, (int)second, filled);
    knee_builder_append(text, filled, strlen(filled));
}

/* The whole screen scrolls again, and everything below the cursor goes. */
static void add_reset(const struct knee_terminal *terminal, struct knee_builder *text, size_t rows)
{
    add(terminal, text, KNEE_TERMINFO_SAVE);
    add_filled(terminal, text, KNEE_TERMINFO_REGION, 0, rows - 1);
    add(terminal, text, KNEE_TERMINFO_RESTORE);
    add(terminal, text, KNEE_TERMINFO_PLAIN);
    add(terminal, text, KNEE_TERMINFO_ERASE);
    add(terminal, text, KNEE_TERMINFO_SHOW);
}

/* Makes room below the cursor, which keeps its column: a vertical tab goes down, and scrolls, as a
 * line feed does, but the terminal's driver adds no carriage return to it. */
static void add_room(const struct knee_terminal *terminal, struct knee_builder *text, size_t rows,
                     size_t ours)
{
    for (size_t i = 0; i < ours; i++)
        knee_builder_append(text, "\v", 1);
    add_filled(terminal, text, KNEE_TERMINFO_UP, ours, 0);
    add(terminal, text, KNEE_TERMINFO_SAVE);
    add_filled(terminal, text, KNEE_TERMINFO_REGION, 0, rows - ours - 1);
    add(terminal, text, KNEE_TERMINFO_RESTORE);
    add(terminal, text, KNEE_TERMINFO_HIDE);
}

static void add_style(const struct knee_terminal *terminal, struct knee_builder *text,
                      uint32_t style)
{
    enum { NO_COLOR = -1, RED = 1, GREEN = 2, YELLOW = 3, MAGENTA = 5, CYAN = 6 };
    static const struct {
        int color;
        bool bold, dim;
    } looks[KNEE_CANVAS_STYLES] = {
        [KNEE_CANVAS_PLAIN] = {.color = NO_COLOR},
        [KNEE_CANVAS_DIM] = {.color = NO_COLOR, .dim = true},
        [KNEE_CANVAS_BOLD] = {.color = NO_COLOR, .bold = true},
        [KNEE_CANVAS_GOOD] = {.color = GREEN},
        [KNEE_CANVAS_BAD] = {.color = RED, .bold = true},
        [KNEE_CANVAS_WARN] = {.color = YELLOW, .bold = true},
        [KNEE_CANVAS_SPEED] = {.color = CYAN},
        [KNEE_CANVAS_LIMIT] = {.color = MAGENTA},
    };
    add(terminal, text, KNEE_TERMINFO_PLAIN);
    if (looks[style].bold)
        add(terminal, text, KNEE_TERMINFO_BOLD);
    if (looks[style].dim)
        add(terminal, text, KNEE_TERMINFO_DIM);
    if (terminal->color && looks[style].color != NO_COLOR)
        add_filled(terminal, text, KNEE_TERMINFO_COLOR, (size_t)looks[style].color, 0);
}

static void add_row(const struct knee_terminal *terminal, struct knee_builder *text,
                    const struct knee_canvas *canvas, size_t row)
{
    uint32_t style = KNEE_CANVAS_PLAIN;
    size_t end = canvas->columns;
    while (end > 0 && canvas->cells[row][end - 1].code == ' ')
        end--;
    add_filled(terminal, text, KNEE_TERMINFO_MOVE, terminal->rows - canvas->rows + row, 0);
    add(terminal, text, KNEE_TERMINFO_PLAIN);
    for (size_t i = 0; i < end; i++) {
        const struct knee_canvas_cell *cell = &canvas->cells[row][i];
        char bytes[4];
        if (cell->code == 0)
            continue;
        if (cell->style != style)
            add_style(terminal, text, cell->style);
        style = cell->style;
        knee_builder_append(text, bytes, knee_canvas_encode(cell->code, bytes));
    }
    add(terminal, text, KNEE_TERMINFO_PLAIN);
    add(terminal, text, KNEE_TERMINFO_ERASE_LINE);
}

static void send(const struct knee_terminal *terminal, struct knee_builder *text)
{
    const char *at = text->text;
    size_t left = text->failed ? 0 : text->length;
    while (left > 0) {
        ssize_t done = write(terminal->out, at, left);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            break; /* the terminal is gone; the run goes on */
        at += done;
        left -= (size_t)done;
    }
    knee_builder_release(text);
}

/* From now on the companion would have this to put back. */
static void arm(struct knee_terminal *terminal)
{
    struct knee_terminal_guard_page *page = terminal->guard.page;
    struct knee_builder reset = {0};
    knee_builder_over(&reset, page->reset, sizeof page->reset);
    add_reset(terminal, &reset, terminal->rows);
    page->bytes = reset.length;
    page->before = terminal->before;
    page->ours = terminal->ours;
    atomic_store_explicit(&page->on, 1, memory_order_release);
}

static void take_keys(struct knee_terminal *terminal)
{
    if (terminal->on || tcgetattr(terminal->in, &terminal->before) != 0)
        return;
    terminal->ours = terminal->before;
    terminal->ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    terminal->ours.c_cc[VMIN] = 1;
    terminal->ours.c_cc[VTIME] = 0;
}

void knee_terminal_draw(struct knee_terminal *terminal, const struct knee_canvas *canvas)
{
    struct knee_builder text = {0};
    size_t columns, rows;
    knee_terminal_size(terminal, &columns, &rows);
    if (canvas->rows == 0 || canvas->rows >= rows) {
        knee_terminal_clear(terminal);
        return;
    }
    bool anew = !terminal->on || columns != terminal->columns || rows != terminal->rows ||
                canvas->rows != terminal->shown.rows || canvas->columns != terminal->shown.columns;
    if (anew) {
        take_keys(terminal);
        terminal->columns = columns;
        terminal->rows = rows;
        arm(terminal);
        tcsetattr(terminal->in, TCSANOW, &terminal->ours);
        if (terminal->on)
            add_reset(terminal, &text, rows);
        add_room(terminal, &text, rows, canvas->rows);
    }
    terminal->on = true;
    add(terminal, &text, KNEE_TERMINFO_SAVE);
    size_t empty = text.length;
    for (size_t row = 0; row < canvas->rows; row++)
        if (anew || memcmp(canvas->cells[row], terminal->shown.cells[row],
                           canvas->columns * sizeof canvas->cells[row][0]) != 0)
            add_row(terminal, &text, canvas, row);
    bool changed = anew || text.length > empty;
    add(terminal, &text, KNEE_TERMINFO_RESTORE);
    terminal->shown = *canvas;
    if (changed)
        send(terminal, &text);
    knee_builder_release(&text);
}

void knee_terminal_clear(struct knee_terminal *terminal)
{
    struct knee_builder text = {0};
    size_t columns, rows;
    if (!terminal->on)
        return;
    terminal->on = false;
    knee_terminal_size(terminal, &columns, &rows);
    pid_t group = tcgetpgrp(terminal->out);
    if (group < 0 || group == getpgrp()) /* in the background it is another's */
        tcsetattr(terminal->in, TCSANOW, &terminal->before);
    add_reset(terminal, &text, rows ? rows : terminal->rows);
    send(terminal, &text);
    atomic_store_explicit(&terminal->guard.page->on, 0, memory_order_release);
}

/* The bytes of a key that sends several: ESC, then [ or O, numbers, and a last letter. */
static size_t escape_bytes(const char *typed, size_t count)
{
    size_t bytes = 1;
    if (bytes == count || (typed[bytes] != '[' && typed[bytes] != 'O'))
        return bytes;
    do
        bytes++;
    while (bytes < count && (unsigned char)typed[bytes] < '@');
    return bytes < count ? bytes + 1 : count;
}

size_t knee_terminal_keys(struct knee_terminal *terminal, char *keys, size_t keys_max)
{
    char typed[KEYS_READ];
    size_t count = 0;
    ssize_t got = terminal->on ? read(terminal->in, typed, sizeof typed) : 0;
    size_t end = got > 0 ? (size_t)got : 0;
    for (size_t i = 0; i < end && count < keys_max;) {
        if (typed[i] == ESCAPE)
            i += escape_bytes(typed + i, end - i);
        else
            keys[count++] = typed[i++];
    }
    return count;
}
