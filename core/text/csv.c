/* SPDX-License-Identifier: MIT */
#include "core/text/csv.h"

#include <csv.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES 4096 /* of a buffer, which doubles up to KNEE_CSV_ROW_BYTES */

struct knee_csv {
    struct knee_csv_params params;
    struct csv_parser parser;
    char *input; /* read from the file, not yet parsed: from `at` to `end`; owned */
    size_t at, end, input_bytes;
    bool begun, ended; /* the first bytes were read; the file has no more */
    bool finished;     /* the parser knows that */
    bool torn;
    size_t line, next_line; /* first line of the row; the line at `at` */
    size_t bytes;           /* of the file that were parsed */
    bool mid_row;           /* fields of a row whose end is not parsed yet */
    char *text;             /* the fields of the row, each ended by NUL; owned */
    size_t used, text_bytes;
    uint32_t fields[KNEE_CSV_FIELDS_MAX]; /* where each begins in `text` */
    size_t count;
    bool row_complete;
    const char *bad; /* what is wrong with the row; NULL: nothing */
};

int knee_csv_open(struct knee_csv **csv, const struct knee_csv_params *params, struct knee_err *err)
{
    struct knee_csv *made = calloc(1, sizeof *made);
    if (!made || csv_init(&made->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        free(made);
        return knee_err_memory(err, params->path);
    }
    made->input = malloc(FIRST_BYTES);
    made->text = malloc(FIRST_BYTES);
    if (!made->input || !made->text) {
        knee_csv_close(made);
        return knee_err_memory(err, params->path);
    }
    made->input_bytes = made->text_bytes = FIRST_BYTES;
    made->params = *params;
    made->next_line = 1;
    *csv = made;
    return 0;
}

void knee_csv_close(struct knee_csv *csv)
{
    if (!csv)
        return;
    csv_free(&csv->parser);
    free(csv->input);
    free(csv->text);
    free(csv);
}

/* Room for `needed` bytes, of which there are at most KNEE_CSV_ROW_BYTES. */
static bool grow(char **buffer, size_t *bytes, size_t needed)
{
    size_t room = *bytes;
    while (room < needed)
        room *= 2;
    if (room == *bytes)
        return true;
    char *grown = realloc(*buffer, room);
    if (!grown)
        return false;
    *buffer = grown;
    *bytes = room;
    return true;
}

int knee_csv_fail(const struct knee_csv *csv, struct knee_err *err, const char *format, ...)
{
    char what[300];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return knee_err_set(err, csv->params.code, "%.150s: line %zu: %s; %s", csv->params.path,
                        csv->line, what, csv->params.advice);
}

static void on_field(void *text, size_t bytes, void *context)
{
    struct knee_csv *csv = context;
    if (csv->count == KNEE_CSV_FIELDS_MAX)
        return;
    if (bytes + 1 > KNEE_CSV_ROW_BYTES - csv->used) {
        csv->bad = "too long; is it a CSV file?";
        return;
    }
    if (!grow(&csv->text, &csv->text_bytes, csv->used + bytes + 1)) {
        csv->bad = "out of memory";
        return;
    }
    if (bytes > 0 && memchr(text, '\0', bytes))
        csv->bad = "a NUL byte; is it a CSV file?";
    char *to = csv->text + csv->used;
    if (bytes > 0)
        memcpy(to, text, bytes);
    to[bytes] = '\0';
    csv->fields[csv->count++] = (uint32_t)csv->used;
    csv->used += bytes + 1;
}

static void on_row(int end, void *context)
{
    struct knee_csv *csv = context;
    (void)end;
    csv->row_complete = true;
}

/* The separator that the first line has most of. */
static unsigned char guess_separator(const char *text, size_t bytes)
{
    static const char separators[] = {',', ';', '\t'};
    size_t counts[3] = {0}, best = 0;
    for (size_t i = 0; i < bytes && text[i] != '\n'; i++)
        for (size_t j = 0; j < 3; j++)
            counts[j] += text[i] == separators[j];
    for (size_t j = 1; j < 3; j++)
        best = counts[j] > counts[best] ? j : best;
    return (unsigned char)separators[best];
}

static void begin(struct knee_csv *csv)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* that some programs put before UTF-8 */
    if (csv->end >= 3 && memcmp(csv->input, mark, 3) == 0)
        csv->at = csv->bytes = 3;
    if (csv->params.any_separator)
        csv_set_delim(&csv->parser, guess_separator(csv->input + csv->at, csv->end - csv->at));
    csv->begun = true;
}

/* Moves the rest to the front and reads more after it. 0, or -1 with errno. */
static int fill(struct knee_csv *csv)
{
    if (csv->end - csv->at == csv->input_bytes &&
        !grow(&csv->input, &csv->input_bytes, csv->input_bytes + 1))
        return -1;
    memmove(csv->input, csv->input + csv->at, csv->end - csv->at);
    csv->end -= csv->at;
    csv->at = 0;
    size_t room = csv->input_bytes - csv->end;
    size_t got = fread(csv->input + csv->end, 1, room, csv->params.in);
    csv->end += got;
    csv->ended = got < room;
    if (!csv->begun)
        begin(csv);
    return ferror(csv->params.in) ? -1 : 0;
}

/* Bytes up to and including the end of the line at `at`; 0: its end is not in the input. */
static size_t line_bytes(const struct knee_csv *csv)
{
    const char *from = csv->input + csv->at, *end = csv->input + csv->end;
    const char *feed = memchr(from, '\n', (size_t)(end - from));
    const char *stop = feed ? feed : end;
    const char *back = memchr(from, '\r', (size_t)(stop - from));
    if (back && back + 1 == feed)
        back = NULL;
    if (back && (back + 1 < end || csv->ended))
        return (size_t)(back + 1 - from);
    return feed ? (size_t)(feed + 1 - from) : 0;
}

/* Parses one line, of `bytes`. */
static void parse_line(struct knee_csv *csv, size_t bytes)
{
    if (!csv->mid_row)
        csv->line = csv->next_line;
    if (csv_parse(&csv->parser, csv->input + csv->at, bytes, on_field, on_row, csv) != bytes)
        csv->bad = csv_strerror(csv_error(&csv->parser));
    csv->mid_row = csv->parser.pstate != 0; /* libcsv's word for "between rows" is 0 */
    csv->at += bytes;
    csv->bytes += bytes;
    csv->next_line++;
}

/* The next line into the parser. 1; 0 at the end of the file; -1 with `err` filled. */
static int read_line(struct knee_csv *csv, struct knee_err *err)
{
    size_t bytes = line_bytes(csv);
    while (bytes == 0 && !csv->ended && csv->end - csv->at < KNEE_CSV_ROW_BYTES) {
        if (fill(csv) != 0)
            return knee_err_set(err, csv->params.code, "%s: %s; %s", csv->params.path,
                                strerror(errno), csv->params.advice);
        bytes = line_bytes(csv);
    }
    if (bytes == 0 && !csv->ended) {
        csv->line = csv->mid_row ? csv->line : csv->next_line;
        return knee_csv_fail(csv, err, "longer than %d bytes; is it a CSV file?",
                             KNEE_CSV_ROW_BYTES);
    }
    if (bytes == 0 && csv->at < csv->end && csv->params.whole_lines) {
        csv->torn = true;
        return 0;
    }
    if (bytes == 0)
        bytes = csv->end - csv->at;
    if (bytes == 0)
        return 0;
    parse_line(csv, bytes);
    return 1;
}

/* At the end of the file: the row of a last line without its LF. */
static int finish(struct knee_csv *csv)
{
    if (csv->finished)
        return 0;
    csv->finished = true;
    if (csv_fini(&csv->parser, on_field, on_row, csv) != 0)
        csv->bad = csv_strerror(csv_error(&csv->parser));
    return csv->row_complete || csv->bad;
}

int knee_csv_next(struct knee_csv *csv, struct knee_err *err)
{
    csv->count = csv->used = 0;
    csv->row_complete = false;
    int got = 1;
    while (got > 0 && !csv->row_complete && !csv->bad)
        got = read_line(csv, err);
    if (got < 0)
        return -1;
    if (got == 0 && !csv->torn && !finish(csv))
        return 0;
    if (csv->bad) {
        const char *bad = csv->bad;
        csv->bad = NULL;
        return knee_csv_fail(csv, err, "%s", bad);
    }
    return csv->row_complete ? 1 : 0;
}

bool knee_csv_at_end(struct knee_csv *csv)
{
    while (line_bytes(csv) == 0 && !csv->ended && csv->end - csv->at < KNEE_CSV_ROW_BYTES &&
           fill(csv) == 0)
        continue;
    return line_bytes(csv) == 0 && csv->ended && (csv->at == csv->end || csv->params.whole_lines);
}

size_t knee_csv_line(const struct knee_csv *csv)
{
    return csv->line;
}

size_t knee_csv_fields(const struct knee_csv *csv)
{
    return csv->count;
}

const char *knee_csv_field(const struct knee_csv *csv, size_t index)
{
    return index < csv->count ? csv->text + csv->fields[index] : "";
}

size_t knee_csv_find(const struct knee_csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->count; i++)
        if (strcmp(csv->text + csv->fields[i], name) == 0)
            return i;
    return SIZE_MAX;
}

size_t knee_csv_bytes(const struct knee_csv *csv)
{
    return csv->bytes;
}

bool knee_csv_torn(const struct knee_csv *csv)
{
    return csv->torn;
}
