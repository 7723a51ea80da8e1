/* SPDX-License-Identifier: MIT */
/* hosts.csv: a row for each host and window. */
#include "tuner/sweep/fleet_private.h"

#include "core/base/array.h"
#include "core/base/file.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

int knee_fleet_journal(struct knee_fleet *fleet, const char *dir, struct knee_err *err)
{
    char path[4200];
    snprintf(path, sizeof path, "%.4000s/hosts.csv", dir);
    int file = knee_file_open_append(path);
    if (file < 0)
        return knee_err_set(err, KNEE_FAILED, "%s: %s; name another directory with -o", path,
                            knee_file_reason(errno));
    fleet->journal = lseek(file, 0, SEEK_END) >= 0 ? fdopen(file, "a") : NULL;
    if (!fleet->journal) {
        knee_err_set(err, KNEE_FAILED, "%s: %s; free some space", path, strerror(errno));
        close(file);
        return -1;
    }
    if (ftell(fleet->journal) == 0)
        fputs("workload,block,level,rank,host,share,start_s,window_s,items,failed_items,"
              "throughput_per_s,latency_mean_s,latency_p99_s,cpu_user_s,cpu_system_s,cpus,"
              "foreign_cpus,reason\n",
              fleet->journal);
    fflush(fleet->journal);
    return 0;
}

/* An unknown one is an empty field. */
static void put(FILE *out, int digits, double value)
{
    fputc(',', out);
    if (!isnan(value))
        fprintf(out, "%.*g", digits, value);
}

static void put_row(const struct knee_fleet *fleet, uint32_t level, uint32_t rank)
{
    const struct knee_fleet_row *row = &fleet->rows[rank];
    const struct knee_measured *window = &row->window;
    const double figures[] = {
        window->items,          window->failed_items,  window->throughput_per_s,
        window->latency_mean_s, window->latency_p99_s, window->cpu_user_s,
        window->cpu_system_s};
    char reason[64];
    fprintf(fleet->journal, "\"%s\",%u,%u,%u,\"%s\",%u,%.6f,%.6f", fleet->workload, window->block,
            level, rank, fleet->hosts[rank].name, row->share, knee_clock_to_s(window->start_ns),
            knee_clock_to_s(window->window_ns));
    for (size_t i = 0; i < KNEE_COUNT(figures); i++)
        put(fleet->journal, 6, figures[i]);
    fprintf(fleet->journal, ",%.0f", row->cpus);
    put(fleet->journal, 4,
        knee_fleet_foreign_cpus(fleet->rows, fleet->hosts, fleet->link->size, rank));
    fprintf(fleet->journal, ",%s\n",
            knee_window_reason_text(window->reasons, reason, sizeof reason));
}

void knee_fleet_journal_rows(const struct knee_fleet *fleet, uint32_t level)
{
    for (uint32_t i = 0; i < fleet->link->size && fleet->journal; i++)
        put_row(fleet, level, i);
    if (fleet->journal)
        fflush(fleet->journal);
}
