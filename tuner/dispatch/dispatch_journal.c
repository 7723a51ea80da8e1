/* SPDX-License-Identifier: MIT */
/* The files that a run writes while it goes on: items.csv, limits.csv, the job log. */
#include "tuner/dispatch/dispatch_journal.h"

#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LIMITS_FILE "limits.csv"
#define LIMITS_HEADER "time_s,limit,throughput_per_s,reason\n"
#define JOBLOG_HEADER "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"
#define LINE_BYTES 4096u

/* All of it in one write; a row that was cut (a full disk) is taken back. 0 or an errno. */
static int append(int fd, const char *text, size_t bytes)
{
    ssize_t done;
    do
        done = write(fd, text, bytes);
    while (done < 0 && errno == EINTR);
    if (done == (ssize_t)bytes)
        return 0;
    int error = done < 0 ? errno : ENOSPC;
    if (done > 0) {
        off_t end = lseek(fd, 0, SEEK_END);
        (void)!ftruncate(fd, end - done);
    }
    return error;
}

/* Drops a last row that was cut off. */
static void drop_torn(int fd)
{
    char tail[4096];
    off_t end = lseek(fd, 0, SEEK_END);
    off_t from = end > (off_t)sizeof tail ? end - (off_t)sizeof tail : 0;
    ssize_t got = pread(fd, tail, (size_t)(end - from), from);
    while (got > 0 && tail[got - 1] != '\n')
        got--;
    if (got > 0 && from + got < end)
        (void)!ftruncate(fd, from + got);
}

/* `own`: a file of the run's directory, where another user may have put something else. */
static int open_file(int *fd, const char *path, bool own, const char *header, struct knee_err *err)
{
    struct stat info = {.st_size = 0};
    *fd = own ? knee_file_open_append(path)
              : open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    int error = *fd < 0 || fstat(*fd, &info) != 0 ? errno : 0;
    if (!error && info.st_size > 0)
        drop_torn(*fd);
    else if (!error)
        error = append(*fd, header, strlen(header));
    if (error)
        return knee_err_set(err, KNEE_FAILED, "%.200s: %s; %s", path, knee_file_reason(error),
                            knee_file_advice(error, "name another place"));
    return 0;
}

int knee_dispatch_journal_open(struct knee_dispatch *run, struct knee_err *err)
{
    char path[4200], header[KNEE_RUN_JOURNAL_ROW_BYTES];
    const char *directory = run->params.directory;
    knee_run_journal_header(header);
    snprintf(path, sizeof path, "%.4000s/%s", directory, KNEE_RUN_JOURNAL_FILE);
    if (open_file(&run->journal_fd, path, true, header, err))
        return -1;
    if (flock(run->journal_fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return knee_err_set(err, KNEE_USAGE,
                            "%.200s: another run is at work there; wait until it has ended",
                            directory);
    snprintf(path, sizeof path, "%.4000s/%s", directory, LIMITS_FILE);
    if (open_file(&run->limits_fd, path, true, LIMITS_HEADER, err))
        return -1;
    return run->params.joblog
               ? open_file(&run->joblog_fd, run->params.joblog, false, JOBLOG_HEADER, err)
               : 0;
}

void knee_dispatch_journal_close(struct knee_dispatch *run)
{
    int *const fds[] = {&run->journal_fd, &run->limits_fd, &run->joblog_fd};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (*fds[i] < 0)
            continue;
        /* Only items.csv is needed to go on after a power cut; each of these takes milliseconds. */
        if (i == 0)
            fsync(*fds[i]);
        close(*fds[i]);
        *fds[i] = -1;
    }
}

/* Room for a row with that argument. */
static int make_room(struct knee_dispatch_slot *slot, size_t argument_bytes)
{
    size_t room = KNEE_RUN_JOURNAL_ROW_BYTES + 2 * argument_bytes + LINE_BYTES;
    if (room <= slot->row_room)
        return 0;
    char *grown = realloc(slot->row, room);
    if (!grown)
        return ENOMEM;
    slot->row = grown;
    slot->row_room = room;
    return 0;
}

static int write_row(struct knee_dispatch_slot *slot, const struct knee_run_row *row)
{
    int error = make_room(slot, strlen(row->argument));
    if (error)
        return error;
    return append(slot->run->journal_fd, slot->row, knee_run_journal_row(row, slot->row));
}

int knee_dispatch_journal_started(struct knee_dispatch_slot *slot)
{
    const struct knee_run_row row = {.item = slot->item.number,
                                     .attempt = slot->item.attempt,
                                     .state = KNEE_RUN_STATE_STARTED,
                                     .start_s = slot->start_s,
                                     .wait_s = slot->wait_s,
                                     .level = slot->level,
                                     .slot = slot->index + 1,
                                     .host = slot->host,
                                     .argument = slot->item.text};
    return write_row(slot, &row);
}

/* GNU parallel's line: Host is ":" if there is one alone, nothing is sent or received. */
static int log_job(struct knee_dispatch_slot *slot, const struct knee_dispatch_end *end)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    double runtime_s = end->end_s - slot->start_s;
    double ago_s = knee_dispatch_now_s(slot->run) - slot->start_s;
    double start_s = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec - ago_s;
    int code = end->how.exit_code < 0 ? (end->how.started ? 0 : 127) : end->how.exit_code;
    int used = snprintf(slot->row, slot->row_room, "%" PRIu64 "\t%s\t%.3f\t%10.3f\t0\t0\t%d\t%d\t",
                        slot->item.number, slot->host ? slot->host : ":", start_s, runtime_s, code,
                        end->how.signal_number < 0 ? 0 : end->how.signal_number);
    char *line = slot->row + used;
    if (slot->host)
        snprintf(line, slot->row_room - (size_t)used - 1, "%s", slot->line);
    else
        knee_actor_line(slot->actor, line, slot->row_room - (size_t)used - 1);
    for (char *at = line; *at; at++)
        if (*at == '\n' || *at == '\t')
            *at = ' ';
    size_t bytes = strlen(slot->row);
    slot->row[bytes++] = '\n';
    return append(slot->run->joblog_fd, slot->row, bytes);
}

int knee_dispatch_journal_ended(struct knee_dispatch_slot *slot,
                                const struct knee_dispatch_end *end)
{
    const struct knee_run_row row = {.item = slot->item.number,
                                     .attempt = slot->item.attempt,
                                     .state = end->state,
                                     .start_s = slot->start_s,
                                     .end_s = end->end_s,
                                     .wait_s = slot->wait_s,
                                     .exit_code = end->how.exit_code,
                                     .signal_number = end->how.signal_number,
                                     .cpu_user_s = end->cpu_user_s,
                                     .cpu_system_s = end->cpu_system_s,
                                     .max_rss_bytes = end->rss_bytes,
                                     .level = slot->level,
                                     .slot = slot->index + 1,
                                     .host = slot->host,
                                     .argument = slot->item.text};
    int error = write_row(slot, &row);
    bool final = end->state == KNEE_RUN_STATE_DONE || end->state == KNEE_RUN_STATE_FAILED ||
                 end->state == KNEE_RUN_STATE_TIMEOUT;
    if (!error && final && slot->run->joblog_fd >= 0)
        error = log_job(slot, end);
    return error;
}

int knee_dispatch_journal_skipped(struct knee_dispatch *run,
                                  const struct knee_item_source_item *item)
{
    const struct knee_run_row row = {
        .item = item->number, .state = KNEE_RUN_STATE_SKIPPED, .argument = item->text};
    char small[1024];
    size_t room = KNEE_RUN_JOURNAL_ROW_BYTES + 2 * item->bytes + 4;
    char *text = room <= sizeof small ? small : malloc(room);
    if (!text)
        return ENOMEM;
    int error = append(run->journal_fd, text, knee_run_journal_row(&row, text));
    if (text != small)
        free(text);
    return error;
}

void knee_dispatch_journal_limit(struct knee_dispatch *run,
                                 const struct knee_run_decision *decision)
{
    char text[160], throughput[32] = "";
    if (!isnan(decision->throughput_per_s))
        snprintf(throughput, sizeof throughput, "%.6g", decision->throughput_per_s);
    int bytes = snprintf(text, sizeof text, "%.3f,%" PRIu32 ",%s,%s\n", decision->time_s,
                         decision->to, throughput, knee_run_reason_name(decision->reason));
    int error = append(run->limits_fd, text, (size_t)bytes);
    if (error)
        knee_dispatch_break(run, KNEE_FAILED, LIMITS_FILE, error);
}
