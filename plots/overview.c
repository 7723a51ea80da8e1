/* SPDX-License-Identifier: MIT */
#include "plots/overview.h"

#include "core/base/file.h"
#include "plots/script.h"

#include <math.h>

/* plots/templates/overview.gp, as the build turns it into text. */
extern const char knee_plot_overview_gp[];

#define WIDTH_PX 960
#define HEIGHT_PX 600
#define LEFT_PX 100
#define RIGHT_PX 34
#define KEY_ENTRY_PX 290 /* a line of the key holds as many as fit */
#define KEY_LINE_PX 20
#define NOTE_COLUMNS 120 /* of a picture of that width */

static void list_labels(FILE *out, const struct knee_overview *overview)
{
    fprintf(out, "array label_text[%zu] = [", overview->curves_count);
    for (size_t i = 0; i < overview->curves_count; i++) {
        fputs(i ? ", " : "", out);
        knee_script_string(out, overview->curves[i].label, KNEE_OVERVIEW_LABEL_COLUMNS);
    }
    fputs("]\n", out);
}

static void list_numbers(FILE *out, const char *name, const struct knee_overview *overview,
                         double (*get)(const struct knee_overview_curve *curve))
{
    fprintf(out, "array %s[%zu] = [", name, overview->curves_count);
    for (size_t i = 0; i < overview->curves_count; i++) {
        fputs(i ? ", " : "", out);
        knee_script_number(out, get(&overview->curves[i]));
    }
    fputs("]\n", out);
}

static double get_first_row(const struct knee_overview_curve *curve)
{
    return (double)curve->first_row;
}

static double get_last_row(const struct knee_overview_curve *curve)
{
    return (double)curve->first_row + (double)curve->rows - 1;
}

static double get_best(const struct knee_overview_curve *curve)
{
    return curve->best_per_s;
}

static double get_use(const struct knee_overview_curve *curve)
{
    return curve->use;
}

static double get_proven(const struct knee_overview_curve *curve)
{
    return curve->proven;
}

static double get_proven_percent(const struct knee_overview_curve *curve)
{
    return curve->proven_percent;
}

static double get_percent(const struct knee_overview_curve *curve)
{
    return curve->use_percent;
}

static bool is_marked(const struct knee_overview_curve *curve)
{
    return isfinite(curve->use_percent);
}

static bool is_ringed(const struct knee_overview_curve *curve)
{
    return curve->proven > 0 && isfinite(curve->proven_percent);
}

/* The numbers of the curves that have it, from 1, with blanks between them. */
static void list_those(FILE *out, const char *name, const struct knee_overview *overview,
                       bool (*has)(const struct knee_overview_curve *curve))
{
    size_t count = 0;
    fprintf(out, "%s = '", name);
    for (size_t i = 0; i < overview->curves_count; i++)
        if (has(&overview->curves[i]))
            fprintf(out, count++ ? " %zu" : "%zu", i + 1);
    fputs("'\n", out);
}

static void write_script(const struct knee_overview *overview, struct knee_picture picture,
                         FILE *out)
{
    uint32_t last = overview->levels[overview->levels_count - 1];
    struct knee_axis axis =
        knee_axis_make(overview->levels[0], last, picture.width_px - (LEFT_PX + RIGHT_PX));
    size_t columns = (picture.width_px - 2 * RIGHT_PX) / KEY_ENTRY_PX;
    columns = columns > 4 ? 4 : columns < 1 ? 1 : columns;
    bool rings = false;
    for (size_t i = 0; i < overview->curves_count; i++)
        rings |= is_ringed(&overview->curves[i]);
    size_t lines = (overview->curves_count + rings + columns - 1) / columns;
    knee_script_begin(out, &(struct knee_script_head){.name = overview->name,
                                                      .csv = overview->csv,
                                                      .title = overview->title,
                                                      .picture = picture});
    knee_script_set_number(out, "x_low", axis.low);
    knee_script_set_number(out, "x_high", axis.high);
    fprintf(out, "left = %d\nright = %d\nkey_columns = %zu\nkey_px = %zu\n", LEFT_PX, RIGHT_PX,
            columns, (lines + 1) * KEY_LINE_PX);
    list_labels(out, overview);
    list_numbers(out, "row_first", overview, get_first_row);
    list_numbers(out, "row_last", overview, get_last_row);
    list_numbers(out, "best_per_s", overview, get_best);
    list_numbers(out, "use_level", overview, get_use);
    list_numbers(out, "use_percent", overview, get_percent);
    list_numbers(out, "proven_level", overview, get_proven);
    list_numbers(out, "proven_percent", overview, get_proven_percent);
    list_those(out, "marked", overview, is_marked);
    list_those(out, "ringed", overview, is_ringed);
    fputs("note_text = ", out);
    knee_script_string(out, overview->note, NOTE_COLUMNS * picture.width_px / WIDTH_PX);
    fputc('\n', out);
    knee_script_ticks(out, &axis, overview->levels, overview->levels_count, NULL, 0);
    fputc('\n', out);
    fputs(knee_plot_overview_gp, out);
}

int knee_overview_write(const struct knee_overview *overview, const char *dir, struct knee_err *err)
{
    char name[160];
    struct knee_file file;
    struct knee_picture picture = overview->picture;
    if (overview->levels_count == 0 || overview->curves_count == 0)
        return knee_err_set(err, KNEE_FAILED, "%.80s: no level was measured; sweep again",
                            overview->name);
    if (picture.width_px == 0) {
        picture.width_px = WIDTH_PX;
        picture.height_px = HEIGHT_PX;
    }
    snprintf(name, sizeof name, "%.120s.gp", overview->name);
    if (knee_file_open(&file, dir, name, err) != 0)
        return -1;
    write_script(overview, picture, file.out);
    return knee_file_close(&file, err);
}
