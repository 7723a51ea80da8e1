/* SPDX-License-Identifier: MIT */
#include "plots/plots.h"

#include "core/base/file.h"
#include "plots/script.h"

/* plots/templates/overview.gp, as the build turns it into text. */
extern const char knee_plot_overview_gp[];

#define PANEL_PX 844.0   /* of plots/templates/overview.gp */
#define LABEL_COLUMNS 24 /* four to a line of the key */

static void list_labels(FILE *out, const struct knee_overview *overview)
{
    fprintf(out, "array label_text[%zu] = [", overview->curves_count);
    for (size_t i = 0; i < overview->curves_count; i++) {
        fputs(i ? ", " : "", out);
        knee_script_string(out, overview->curves[i].label, LABEL_COLUMNS);
    }
    fputs("]\n", out);
}

static void list_numbers(FILE *out, const char *name, const struct knee_overview *overview,
                         double (*get)(const struct knee_chart_curve *curve))
{
    fprintf(out, "array %s[%zu] = [", name, overview->curves_count);
    for (size_t i = 0; i < overview->curves_count; i++) {
        fputs(i ? ", " : "", out);
        knee_script_number(out, get(&overview->curves[i]));
    }
    fputs("]\n", out);
}

static double get_first_row(const struct knee_chart_curve *curve)
{
    return (double)curve->first_row;
}

static double get_last_row(const struct knee_chart_curve *curve)
{
    return (double)curve->first_row + (double)curve->rows - 1;
}

static double get_best(const struct knee_chart_curve *curve)
{
    return curve->best_per_s;
}

static double get_use(const struct knee_chart_curve *curve)
{
    return curve->use;
}

static double get_percent(const struct knee_chart_curve *curve)
{
    return curve->use_percent;
}

static void write_script(const struct knee_overview *overview, FILE *out)
{
    uint32_t last = overview->levels[overview->levels_count - 1];
    struct knee_script_axis axis = knee_script_axis_make(overview->levels[0], last, PANEL_PX);
    fputs("name = ", out);
    knee_script_string(out, overview->name, 0);
    fputs("\ntitle_text = ", out);
    knee_script_string(out, overview->title, KNEE_SCRIPT_TITLE_COLUMNS);
    fputs("\ncsv = ", out);
    knee_script_string(out, overview->csv, 0);
    fputs("\nx_low = ", out);
    knee_script_number(out, axis.low);
    fputs("\nx_high = ", out);
    knee_script_number(out, axis.high);
    fputc('\n', out);
    list_labels(out, overview);
    list_numbers(out, "row_first", overview, get_first_row);
    list_numbers(out, "row_last", overview, get_last_row);
    list_numbers(out, "best_per_s", overview, get_best);
    list_numbers(out, "use_level", overview, get_use);
    list_numbers(out, "use_percent", overview, get_percent);
    knee_script_ticks(out, &axis, overview->levels, overview->levels_count, NULL, 0);
    fputc('\n', out);
    fputs(knee_plot_overview_gp, out);
}

int knee_overview_write(const struct knee_overview *overview, const char *dir, struct knee_err *err)
{
    char name[160];
    struct knee_file file;
    if (overview->levels_count == 0 || overview->curves_count == 0)
        return knee_err_set(err, KNEE_FAILED, "%.80s: no level was measured; sweep again",
                            overview->name);
    snprintf(name, sizeof name, "%.120s.gp", overview->name);
    if (knee_file_open(&file, dir, name, err) != 0)
        return -1;
    write_script(overview, file.out);
    return knee_file_close(&file, err);
}
