/* SPDX-License-Identifier: MIT */
#include "tuner/options/work_options.h"

#include "tuner/options/option_readers.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTION "The work"
#define FIELD(name) .offset = offsetof(struct knee_work_options, name)
#define LIST(name, most)                                                                           \
    FIELD(name), .count_offset = offsetof(struct knee_work_options, name##_count), .max = (most)

/* A directory that takes files, looked at before anything is made. */
static int read_dir(const struct knee_option *option, const char *text, void *values,
                    struct knee_err *err)
{
    struct stat found;
    if (stat(text, &found) == 0 && !S_ISDIR(found.st_mode))
        errno = ENOTDIR;
    else if (access(text, W_OK | X_OK) == 0)
        return knee_option_text(option, text, values, err);
    return knee_err_set(err, KNEE_USAGE,
                        "--dir: cannot make files in %s: %s; choose another directory", text,
                        strerror(errno));
}

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "param", .argument = "NAME=VALUE", .section = SECTION,
     .help = "set a parameter of the workload; repeatable; `knee list workloads` shows them",
     .read = knee_option_setting, LIST(settings, KNEE_WORK_SETTINGS_MAX), .example = "work=5ms"},
    {.name = "dir", .argument = "DIR", .section = SECTION,
     .help = "where files are made that the work needs", .fallback = "where the results go",
     .read = read_dir, FIELD(dir), .example = "/var/tmp"},
    {.name = "pin", .argument = "none|core|pu|numa", .section = SECTION,
     .help = "bind each worker, and what it starts, to a core, a PU or a NUMA node in turn",
     .fallback = "none", .read = knee_option_word,
     FIELD(pin), .example = "core"},
    {.name = "total", .argument = "N", .section = SECTION,
     .help = "add to every level the time that this many items would take",
     .read = knee_option_uint64, FIELD(total), .min = 1, .max = 1e15, .example = "40000"},
    {.name = NULL},
};
/* clang-format on */

const struct knee_option_part knee_work_options_part = {.options = OPTIONS};
