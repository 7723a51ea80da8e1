/* SPDX-License-Identifier: MIT */
#include "plots/expert_marks.h"

#include "plots/script.h"

#include <math.h>
#include <string.h>

#define SMALL_CHAR_PX 6.5 /* 12 px */
#define TICK_GAP_PX 10.0

const struct knee_expert_level *knee_expert_marks_use(const struct knee_expert *expert)
{
    for (size_t i = 0; i < expert->levels_count; i++)
        if (expert->levels[i].level == expert->use)
            return &expert->levels[i];
    return NULL;
}

/* The middle of a word at `level` that stays inside of the panel. */
static double middle_of(const struct knee_axis *axis, double level, double half_px)
{
    return fmax(half_px, fmin(knee_axis_px(axis, level), axis->width_px - half_px));
}

/* Words above the panel: the machine's levels, each with a tick. They make way for "USE". */
static void draw_machine(const struct knee_expert *expert, const struct knee_axis *axis,
                         double use_px, double use_half_px, FILE *out)
{
    double taken = -INFINITY;
    for (size_t i = 0; i < expert->levels_count; i++) {
        const struct knee_expert_level *level = &expert->levels[i];
        char text[96];
        if (!level->machine || !*level->machine)
            continue;
        fprintf(out,
                "set arrow from first %u, graph 1 to first %u, screen from_top(top - 8) nohead "
                "lw 2 lc rgb '#333333'\n",
                level->level, level->level);
        snprintf(text, sizeof text, "%u %s", level->level, level->machine);
        double half = ((double)strlen(text) * SMALL_CHAR_PX + TICK_GAP_PX) / 2;
        double middle = middle_of(axis, level->level, half);
        if (middle - half < taken || fabs(middle - use_px) < half + use_half_px)
            continue;
        taken = middle + half;
        fputs("set label ", out);
        knee_script_string(out, text, 0);
        fputs(" at graph ", out);
        knee_script_number(out, middle / axis->width_px);
        fputs(", screen from_top(top - 16) center font ',12' textcolor rgb '#333333'\n", out);
    }
}

void knee_expert_marks_draw(const struct knee_expert *expert, const struct knee_axis *axis,
                            FILE *out)
{
    const struct knee_expert_level *use = knee_expert_marks_use(expert);
    char text[32];
    snprintf(text, sizeof text, "USE %u%s", expert->use, expert->open ? "?" : "");
    double half = ((double)strlen(text) * SMALL_CHAR_PX + TICK_GAP_PX) / 2;
    double middle = use ? middle_of(axis, expert->use, half) : -1e9;
    draw_machine(expert, axis, middle, half, out);
    if (!use)
        return;
    fprintf(out,
            "set arrow 1000 from first %u, graph 0 to first %u, graph 1 nohead dt 3 lc rgb grey "
            "back\nuse_level = %u\nset label 1001 '%s' at graph ",
            expert->use, expert->use, expert->use, text);
    knee_script_number(out, middle / axis->width_px);
    fputs(", screen from_top(top - 16) center font ',13' textcolor rgb orange\n", out);
}
