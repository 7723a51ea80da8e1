/* SPDX-License-Identifier: MIT */
/* The items of a run, from its journal. */
#include "core/base/array.h"
#include "core/base/file.h"
#include "tuner/store/run_journal.h"
#include "tuner/store/run_record_private.h"
#include "tuner/store/run_record_sums.h"

#include <csv.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_MAX 100000000u
#define STEPS_MAX 20000u
#define STATES_FEW (1u << 20)

enum {
    ITEM,
    ATTEMPT,
    STATE,
    START,
    END,
    EXIT_CODE,
    SIGNAL,
    CPU_USER,
    CPU_SYSTEM,
    RSS,
    LEVEL,
    ARGUMENT,
    COLUMNS
};
static const char *const columns[COLUMNS] = {
    [ITEM] = "item",         [ATTEMPT] = "attempt",     [STATE] = "state",
    [START] = "start_s",     [END] = "end_s",           [EXIT_CODE] = "exit_code",
    [SIGNAL] = "signal",     [CPU_USER] = "cpu_user_s", [CPU_SYSTEM] = "cpu_system_s",
    [RSS] = "max_rss_bytes", [LEVEL] = "level",         [ARGUMENT] = "argument",
};

struct reader {
    struct knee_run_record *record;
    const char *path;
    size_t line, field, place[COLUMNS];
    double values[COLUMNS]; /* NAN: empty */
    char state[16], argument[120];
    uint8_t *states; /* owned: of each item, enum knee_run_state + 1 */
    size_t states_room, steps_room;
    uint64_t most; /* the highest number */
    struct knee_run_record_sums sums;
    double mean_s, square; /* over the done ones, by Welford */
    bool failed;
    struct knee_err *err;
};

static void fail(struct reader *reader, const char *what)
{
    if (!reader->failed)
        knee_err_set(reader->err, KNEE_USAGE, "%.200s: line %zu: %s; correct that line",
                     reader->path, reader->line + 1, what);
    reader->failed = true;
}

static void on_field(void *text, size_t bytes, void *context)
{
    struct reader *reader = context;
    (void)bytes;
    for (size_t i = 0; i < COLUMNS && text; i++) {
        if (reader->line == 0) {
            if (strcmp(text, columns[i]) == 0)
                reader->place[i] = reader->field;
        } else if (reader->field != reader->place[i]) {
            continue;
        } else if (i == STATE) {
            snprintf(reader->state, sizeof reader->state, "%s", (const char *)text);
        } else if (i == ARGUMENT) {
            snprintf(reader->argument, sizeof reader->argument, "%s", (const char *)text);
        } else if (*(const char *)text) {
            reader->values[i] = strtod(text, NULL);
        }
    }
    reader->field++;
}

/* ---- one row ---- */
static int find_state(const char *text)
{
    for (int i = 0; i < KNEE_RUN_STATES; i++)
        if (strcmp(text, knee_run_state_name(i)) == 0)
            return i;
    return -1;
}

/* Keeps the list sorted, most first. */
static void rank(struct knee_run_record_item *list, size_t *count, size_t room,
                 const struct knee_run_record_item *item, double by, size_t offset)
{
    size_t at = *count;
    while (at > 0 && by > *(const double *)((const char *)&list[at - 1] + offset))
        at--;
    if (at == room || isnan(by))
        return;
    *count += *count < room;
    memmove(&list[at + 1], &list[at], (*count - at - 1) * sizeof *list);
    list[at] = *item;
}

static void name_failure(struct reader *reader, int state)
{
    struct knee_run_result *result = &reader->record->result;
    if (result->failures_count == KNEE_RUN_FAILURES_TOLD)
        return;
    struct knee_run_failure *failure = &result->failures[result->failures_count++];
    *failure = (struct knee_run_failure){.number = (uint64_t)reader->values[ITEM]};
    snprintf(failure->item, sizeof failure->item, "%s", reader->argument);
    if (state == KNEE_RUN_STATE_TIMEOUT)
        snprintf(failure->how, sizeof failure->how, "ran longer than --timeout");
    else if (!isnan(reader->values[SIGNAL]))
        snprintf(failure->how, sizeof failure->how, "was ended by signal %.0f",
                 reader->values[SIGNAL]);
    else if (!isnan(reader->values[EXIT_CODE]))
        snprintf(failure->how, sizeof failure->how, "exit code %.0f", reader->values[EXIT_CODE]);
    else
        snprintf(failure->how, sizeof failure->how, "could not be started");
}

/* It failed in an earlier run, and runs again. */
static void unname_failure(struct reader *reader)
{
    struct knee_run_result *result = &reader->record->result;
    for (size_t i = 0; i < result->failures_count; i++)
        if (result->failures[i].number == (uint64_t)reader->values[ITEM]) {
            memmove(&result->failures[i], &result->failures[i + 1],
                    (result->failures_count - i - 1) * sizeof result->failures[0]);
            result->failures_count--;
            return;
        }
}

static void add_length(struct reader *reader, double length_s)
{
    struct knee_run_result *result = &reader->record->result;
    double before = reader->mean_s;
    result->done++; /* attempts for now; items in the end */
    reader->mean_s += (length_s - before) / (double)result->done;
    reader->square += (length_s - before) * (length_s - reader->mean_s);
}

static bool is_end(int state)
{
    return state == KNEE_RUN_STATE_DONE || state == KNEE_RUN_STATE_FAILED ||
           state == KNEE_RUN_STATE_TIMEOUT || state == KNEE_RUN_STATE_RETRIED;
}

static void add_attempt(struct reader *reader, int state)
{
    struct knee_run_record *record = reader->record;
    const double *values = reader->values;
    double length_s = values[END] - values[START], level = values[LEVEL];
    bool done = state == KNEE_RUN_STATE_DONE;
    record->result.retries += state == KNEE_RUN_STATE_RETRIED;
    knee_run_timeline_add(&record->timeline, values[START], values[END], done);
    if (!is_end(state) || !(length_s >= 0.) || !(level >= 1.) || !(level < UINT32_MAX))
        return;
    struct knee_run_record_item item = {.number = (uint64_t)values[ITEM],
                                        .length_s = length_s,
                                        .cpu_s = values[CPU_USER] + values[CPU_SYSTEM],
                                        .rss_bytes = values[RSS]};
    snprintf(item.item, sizeof item.item, "%s", reader->argument);
    rank(record->slowest, &record->slowest_count, KNEE_RUN_RECORD_SLOWEST, &item, item.length_s,
         offsetof(struct knee_run_record_item, length_s));
    rank(record->hungriest, &record->hungriest_count, KNEE_RUN_RECORD_HUNGRIEST, &item,
         item.rss_bytes, offsetof(struct knee_run_record_item, rss_bytes));
    if (!knee_run_record_sums_add(&reader->sums, (uint32_t)level, &item, done))
        fail(reader, "out of memory");
    else if (done)
        add_length(reader, length_s);
}

/* One number far away (a changed file) must not cost as much memory as a list that long: pages that
 * are not written to take none. */
static bool note_state(struct reader *reader, int state)
{
    uint64_t number = (uint64_t)reader->values[ITEM];
    if (number > reader->states_room) {
        size_t room = number > STATES_FEW ? ITEMS_MAX : STATES_FEW;
        uint8_t *more = calloc(room, 1);
        if (!more)
            return false;
        if (reader->states)
            memcpy(more, reader->states, reader->states_room);
        free(reader->states);
        reader->states = more;
        reader->states_room = room;
    }
    reader->most = number > reader->most ? number : reader->most;
    if (state != KNEE_RUN_STATE_SKIPPED)
        reader->states[number - 1] = (uint8_t)(state + 1);
    return true;
}

/* Rows of neighbours may change places when the limit moves: an older one says nothing new. */
static bool note_step(struct reader *reader)
{
    struct knee_run_record *record = reader->record;
    double at_s = reader->values[START], level = reader->values[LEVEL];
    const struct knee_run_record_step *last =
        record->tried && record->tried_count ? &record->tried[record->tried_count - 1] : NULL;
    if (!(level >= 1.) || !(level < UINT32_MAX) || isnan(at_s) ||
        record->tried_count == STEPS_MAX ||
        (last && (last->level == (uint32_t)level || at_s <= last->time_s)))
        return true;
    if (!record->tried || record->tried_count == reader->steps_room) {
        size_t room = 2 * reader->steps_room + 64;
        void *grown = knee_array_resize(record->tried, room, sizeof *record->tried);
        if (!grown)
            return false;
        record->tried = grown;
        reader->steps_room = room;
    }
    record->tried[record->tried_count++] =
        (struct knee_run_record_step){.time_s = at_s, .level = (uint32_t)level};
    return true;
}

static void add_row(struct reader *reader)
{
    int state = find_state(reader->state);
    double item = reader->values[ITEM];
    if (state < 0 || !(item >= 1.) || item > ITEMS_MAX) {
        fail(reader, "not a row of a run's journal");
        return;
    }
    if (!note_state(reader, state) || (state == KNEE_RUN_STATE_STARTED && !note_step(reader))) {
        fail(reader, "out of memory");
        return;
    }
    if (state == KNEE_RUN_STATE_STARTED)
        unname_failure(reader);
    else if (state != KNEE_RUN_STATE_SKIPPED)
        add_attempt(reader, state);
    if (state == KNEE_RUN_STATE_FAILED || state == KNEE_RUN_STATE_TIMEOUT)
        name_failure(reader, state);
}

static void on_row(int end, void *context)
{
    struct reader *reader = context;
    bool torn = end < 0; /* cut off: how the attempt ended is not known */
    for (size_t i = 0; i < COLUMNS && reader->line == 0; i++)
        if (reader->place[i] == SIZE_MAX)
            fail(reader, "the header is not that of a run's journal");
    if (!reader->failed && !torn && reader->line > 0 && reader->field > 1)
        add_row(reader);
    for (size_t i = 0; i < COLUMNS; i++)
        reader->values[i] = NAN;
    reader->state[0] = reader->argument[0] = '\0';
    reader->field = 0;
    reader->line++;
}

/* ---- all rows ---- */
static void count_items(struct reader *reader)
{
    struct knee_run_result *result = &reader->record->result;
    uint64_t attempts = result->done;
    result->item_mean_s = attempts ? reader->mean_s : NAN;
    result->item_cv = attempts > 1 && reader->mean_s > 0.
                          ? sqrt(reader->square / (double)(attempts - 1)) / reader->mean_s
                          : NAN;
    result->done = 0;
    for (uint64_t i = 0; i < reader->most; i++) {
        if (reader->states[i] == 0)
            continue;
        int state = reader->states[i] - 1;
        result->items++;
        result->done += state == KNEE_RUN_STATE_DONE;
        result->failed += state == KNEE_RUN_STATE_FAILED || state == KNEE_RUN_STATE_TIMEOUT;
    }
    result->interrupted = result->items - result->done - result->failed;
    result->elapsed_s = reader->record->timeline.end_s;
    result->throughput_per_s =
        result->elapsed_s > 0. ? (double)result->done / result->elapsed_s : NAN;
}

static void parse(struct reader *reader, FILE *file, struct csv_parser *parser)
{
    char buffer[65536];
    size_t bytes;
    while (!reader->failed && (bytes = fread(buffer, 1, sizeof buffer, file)) > 0)
        if (csv_parse(parser, buffer, bytes, on_field, on_row, reader) != bytes)
            fail(reader, csv_strerror(csv_error(parser)));
    if (!reader->failed && ferror(file))
        fail(reader, knee_file_reason(errno));
    csv_fini(parser, on_field, on_row, reader); /* a torn row is dropped */
}

int knee_run_record_read_items(struct knee_run_record *record, const char *dir,
                               struct knee_err *err)
{
    char path[4200];
    struct csv_parser parser;
    snprintf(path, sizeof path, "%.4000s/%s", dir, KNEE_RUN_JOURNAL_FILE);
    struct reader reader = {.record = record, .path = path, .err = err};
    memset(reader.place, 0xff, sizeof reader.place);
    FILE *file = knee_file_open_regular(path, true);
    if (!file)
        return knee_err_set(err, KNEE_USAGE, "%.200s: %s; no item of this run has begun", path,
                            knee_file_reason(errno));
    if (csv_init(&parser, CSV_APPEND_NULL) != 0) {
        fclose(file);
        return knee_err_memory(err, path);
    }
    parse(&reader, file, &parser);
    csv_free(&parser);
    fclose(file);
    if (!reader.failed) {
        count_items(&reader);
        if (!knee_run_record_sums_conclude(&reader.sums, record))
            fail(&reader, "out of memory");
    }
    knee_run_record_sums_release(&reader.sums);
    free(reader.states);
    return reader.failed ? -1 : 0;
}
