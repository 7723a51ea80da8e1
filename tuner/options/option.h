/* SPDX-License-Identifier: MIT */
/* tuner/options turns a command line into values. An option belongs to a part: a table of options
 * and the struct that they fill. A command lists the parts that it takes, and has one struct that
 * holds theirs. Parsing, --help, the man page, completion and "did you mean" read the same tables.
 *
 * To add an option: one line in its part's table, one member in that part's struct. To add a part:
 * a table and a struct, in a file of its own or in the command's if no other command takes it. */
#ifndef KNEE_TUNER_OPTIONS_OPTION_H
#define KNEE_TUNER_OPTIONS_OPTION_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct knee_option;

/* Reads `text` into `values`, the struct of the option's part; `option` says what may be written.
 * `text` is NULL for a flag. Fails with a usage error that begins with the option's name. */
typedef int knee_option_read(const struct knee_option *option, const char *text, void *values,
                             struct knee_err *err);

/* One line of a part's table. */
struct knee_option {
    const char *name;     /* long name, without dashes */
    char letter;          /* short name; 0: none */
    const char *argument; /* "TIME", "FILE", "none|core|pu"; NULL: a flag */
    const char *section;  /* heading in --help: "Levels", "Output", ... */
    const char *help;     /* one line, without its default */
    const char *fallback; /* the default as people read it; NULL: none to name */
    knee_option_read *read;
    size_t offset;       /* of the member in the part's struct */
    size_t count_offset; /* of a list's count */
    double min, max;     /* of a number, in base units (ns, bytes, ratio), inclusive */
    const char *example; /* a value, for error texts */
    /* A library that this knee was built without, so that the option is of no use here: it is read,
     * since an earlier command line may have it, but no text names it. NULL: none. */
    const char *lacks;
};

struct knee_option_part {
    const struct knee_option *options; /* in the order that help shows; ends with a name of NULL */
    void (*init)(void *values); /* fills in the defaults; NULL: zero bytes are the defaults */
    /* Gets the words after `--`, which are the user's command; NULL: not wanted. */
    void (*take_command)(void *values, char **words, size_t count);
};

/* A part in a command's list. */
struct knee_option_use {
    const struct knee_option_part *part;
    size_t offset;    /* of the part's struct in the command's */
    const char *only; /* the names that the command takes, between blanks; NULL: all */
};

/* Is `option` a line of the part's table? */
bool knee_option_is_of(const struct knee_option *option, const struct knee_option_part *part);

#endif
