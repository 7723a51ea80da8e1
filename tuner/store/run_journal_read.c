/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/text/parse.h"
#include "tuner/store/run_journal.h"

#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_MAX 100000000u
#define TIME_MAX 1e12

/* The columns that a resumed run needs. */
enum { ITEM, ATTEMPT, STATE, END, ARGUMENT, COLUMNS };
static const char *const columns[COLUMNS] = {"item", "attempt", "state", "end_s", "argument"};

struct reader {
    struct knee_run_past *past;
    const char *path;
    size_t room, line, field;
    size_t place[COLUMNS]; /* field of each column; SIZE_MAX: not there */
    uint64_t item, attempt;
    int state; /* -1: none read */
    double end_s;
    uint32_t hash;
    bool failed;
    struct knee_err *err;
};

uint32_t knee_run_past_hash(const char *argument)
{
    uint32_t hash = 2166136261u; /* FNV-1a, Fowler, Noll and Vo */
    for (; *argument; argument++)
        hash = (hash ^ (unsigned char)*argument) * 16777619u;
    return hash;
}

static void fail(struct reader *reader, const char *what)
{
    if (!reader->failed)
        knee_err_set(reader->err, KNEE_USAGE, "%.200s: line %zu: %s; correct that line",
                     reader->path, reader->line + 1, what);
    reader->failed = true;
}

static int find_state(const char *text)
{
    for (int i = 0; i < KNEE_RUN_STATES; i++)
        if (strcmp(text, knee_run_state_name(i)) == 0)
            return i;
    return -1;
}

static void read_value(struct reader *reader, const char *text)
{
    const char *what = reader->path;
    if (reader->field == reader->place[ITEM])
        reader->failed |=
            knee_parse_uint(what, text, 1, ITEMS_MAX, &reader->item, reader->err) != 0;
    else if (reader->field == reader->place[ATTEMPT])
        reader->failed |=
            knee_parse_uint(what, text, 0, UINT32_MAX, &reader->attempt, reader->err) != 0;
    else if (reader->field == reader->place[STATE])
        reader->state = find_state(text);
    else if (reader->field == reader->place[END] && *text)
        reader->failed |=
            knee_parse_double(what, text, 0, TIME_MAX, &reader->end_s, reader->err) != 0;
    else if (reader->field == reader->place[ARGUMENT])
        reader->hash = knee_run_past_hash(text);
}

static void on_field(void *text, size_t bytes, void *context)
{
    struct reader *reader = context;
    (void)bytes;
    if (!reader->failed && reader->line == 0) {
        for (size_t i = 0; i < COLUMNS; i++)
            if (text && strcmp(text, columns[i]) == 0)
                reader->place[i] = reader->field;
    } else if (!reader->failed && text) {
        read_value(reader, text);
    }
    reader->field++;
}

static bool make_room(struct reader *reader)
{
    struct knee_run_past *past = reader->past;
    if (reader->item > reader->room) {
        /* From calloc, so that a far number, which any order of items may begin with, takes no
         * memory for those before it. */
        size_t room = reader->item > 2 * reader->room ? reader->item + 1024 : 2 * reader->room;
        struct knee_run_past_item *grown = calloc(room, sizeof *grown);
        if (!grown)
            return false;
        if (past->count > 0)
            memcpy(grown, past->at, past->count * sizeof *grown);
        free(past->at);
        past->at = grown;
        reader->room = room;
    }
    if (reader->item > past->count)
        past->count = reader->item;
    return true;
}

static void keep(struct reader *reader)
{
    if (reader->item == 0 || reader->state < 0 || !make_room(reader)) {
        fail(reader, reader->item == 0 || reader->state < 0 ? "not a row of a run's journal"
                                                            : "out of memory");
        return;
    }
    struct knee_run_past_item *item = &reader->past->at[reader->item - 1];
    bool skipped = reader->state == KNEE_RUN_STATE_SKIPPED;
    if (!skipped) /* what an item was before holds */
        item->state = (uint8_t)reader->state;
    if (reader->attempt > item->attempts)
        item->attempts = (uint8_t)(reader->attempt < 255 ? reader->attempt : 255);
    item->hash = reader->hash;
    if (reader->end_s > reader->past->end_s)
        reader->past->end_s = reader->end_s;
}

static void on_row(int end, void *context)
{
    struct reader *reader = context;
    /* The last row without its line feed was cut off: its attempt has ended, but how is not known.
     */
    bool torn = end < 0;
    if (!reader->failed && reader->line == 0) {
        for (size_t i = 0; i < COLUMNS; i++)
            if (reader->place[i] == SIZE_MAX)
                fail(reader, "the header is not that of a run's journal");
    } else if (!reader->failed && !torn && reader->field > 1) {
        keep(reader);
    }
    reader->field = 0;
    reader->item = reader->attempt = 0;
    reader->state = -1;
    reader->end_s = 0.;
    reader->line++;
}

static void parse(struct reader *reader, FILE *file, struct csv_parser *parser)
{
    char buffer[16384];
    size_t bytes;
    while (!reader->failed && (bytes = fread(buffer, 1, sizeof buffer, file)) > 0)
        if (csv_parse(parser, buffer, bytes, on_field, on_row, reader) != bytes)
            fail(reader, csv_strerror(csv_error(parser)));
    if (!reader->failed && ferror(file))
        fail(reader, knee_file_reason(errno));
    csv_fini(parser, on_field, on_row, reader); /* a torn row is dropped */
}

int knee_run_past_read_from(struct knee_run_past *past, FILE *in, const char *path,
                            struct knee_err *err)
{
    struct knee_run_past read = {0};
    struct csv_parser parser;
    struct reader reader = {.past = &read, .path = path, .state = -1, .err = err};
    memset(reader.place, 0xff, sizeof reader.place);
    if (csv_init(&parser, CSV_APPEND_NULL) != 0)
        return knee_err_set(err, KNEE_FAILED, "%.200s: out of memory", path);
    parse(&reader, in, &parser);
    csv_free(&parser);
    if (!reader.failed && reader.line == 0)
        fail(&reader, "the file is empty");
    if (reader.failed) {
        knee_run_past_release(&read);
        return -1;
    }
    *past = read;
    return 0;
}

int knee_run_past_read(struct knee_run_past *past, const char *dir, struct knee_err *err)
{
    char path[4200];
    snprintf(path, sizeof path, "%.4000s/%s", dir, KNEE_RUN_JOURNAL_FILE);
    FILE *in = knee_file_open_regular(path, true);
    if (!in)
        return knee_err_set(err, KNEE_USAGE, "--resume: %.200s: %s; name the directory of a run",
                            path, knee_file_reason(errno));
    int failed = knee_run_past_read_from(past, in, path, err);
    fclose(in);
    return failed;
}

const struct knee_run_past_item *knee_run_past_find(const struct knee_run_past *past,
                                                    uint64_t number)
{
    if (number < 1 || number > past->count || past->at[number - 1].attempts == 0)
        return NULL;
    return &past->at[number - 1];
}

void knee_run_past_release(struct knee_run_past *past)
{
    free(past->at);
    *past = (struct knee_run_past){0};
}
