/* SPDX-License-Identifier: MIT */
#include "tuner/options/output_options.h"

#include "tuner/options/option_readers.h"

#define SECTION "Output"
#define FIELD(name) .offset = offsetof(struct knee_output_options, name)

static int read_size(const struct knee_option *option, const char *text, void *values,
                     struct knee_err *err)
{
    struct knee_output_options *options = values;
    (void)option;
    return knee_picture_size_parse(text, &options->picture, err);
}

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "output", .letter = 'o', .argument = "DIR", .section = SECTION,
     .help = "where the results go: a new or an empty directory",
     .fallback = "sweep: results/DATE-TIME, run: runs/DATE-TIME, and a link `latest` beside it; else none", .read = knee_option_text,
     FIELD(output), .example = "out"},
    {.name = "json", .section = SECTION, .help = "print the result as JSON",
     .read = knee_option_flag, FIELD(json)},
    {.name = "no-plots", .section = SECTION, .help = "draw no charts (they need gnuplot)",
     .read = knee_option_flag, FIELD(no_plots)},
    {.name = "format", .argument = "svg|pdf|png", .section = SECTION,
     .help = "draw the charts in this format, too: pdf and png for papers", .fallback = "svg",
     .read = knee_option_word, FIELD(picture.format), .example = "pdf"},
    {.name = "size", .argument = "WxH", .section = SECTION,
     .help = "size of the charts in pixels (in a PDF 1/96 inch)", .fallback = "960x600 or so",
     .read = read_size, FIELD(picture), .example = "640x400"},
    {.name = "quiet", .letter = 'q', .section = SECTION,
     .help = "no progress and no table: a line for the answer, warnings, errors, files, --json",
     .read = knee_option_flag, FIELD(quiet)},
    {.name = "verbose", .letter = 'v', .section = SECTION, .help = "say more while measuring",
     .read = knee_option_count, FIELD(verbose)},
    {.name = NULL},
};
/* clang-format on */

const struct knee_option_part knee_output_options_part = {.options = OPTIONS};
