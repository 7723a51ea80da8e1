/* SPDX-License-Identifier: MIT */
#include "plots/expert_labels.h"

#include "core/base/array.h"
#include "plots/boxes.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHAR_PX 7.5 /* 13 px */
#define LINE_PX 14.0
#define POINT_PX 5.0 /* half of one */
#define USE_PX 9.0

struct plane {
    const struct knee_expert *expert;
    const struct knee_axis *p99;
    double per_px; /* items/s a pixel */
    struct knee_boxes boxes;
};

struct point {
    double x, y;
};

static bool is_known(const struct knee_expert_level *level)
{
    return level->latency_p99_s > 0 && level->throughput_per_s > 0;
}

static struct point point_of(const struct plane *plane, const struct knee_expert_level *level)
{
    return (struct point){knee_axis_px(plane->p99, level->latency_p99_s),
                          level->throughput_per_s / plane->per_px};
}

/* Above, below, right and left of the point, then farther above and below. */
static bool find_place(struct plane *plane, struct point at, double half, double point_px,
                       struct knee_box *box)
{
    static const struct {
        double x, y; /* of the text's middle, in half texts and in px beyond the point */
    } around[] = {{0, 11},  {0, -12}, {1, 0},  {-1, 0}, {1, 8},
                  {-1, -8}, {-1, 8},  {1, -8}, {0, 23}, {0, -24}};
    struct knee_boxes_place places[KNEE_COUNT(around)];
    const size_t count = KNEE_COUNT(around);
    for (size_t i = 0; i < count; i++) {
        double up = around[i].y, beyond = up == 0 ? 0 : copysign(point_px, up);
        places[i].x = at.x + around[i].x * (half + point_px + 2);
        places[i].y = at.y + up + beyond;
    }
    return knee_boxes_place(&plane->boxes, places, count, 2 * half, LINE_PX, false, true, box);
}

static void place_name(struct plane *plane, const struct knee_expert_level *level, FILE *out)
{
    char text[16];
    struct knee_box box;
    bool is_use = level->level == plane->expert->use;
    snprintf(text, sizeof text, "%u", level->level);
    double half = (double)strlen(text) * CHAR_PX / 2 + 1;
    if (!find_place(plane, point_of(plane, level), half, is_use ? USE_PX : POINT_PX, &box))
        return;
    fprintf(out, "set label '%s' at graph ", text);
    knee_script_number(out, (box.left + box.right) / 2 / plane->boxes.width_px);
    fputs(", graph ", out);
    knee_script_number(out, (box.bottom + box.top) / 2 / plane->boxes.height_px);
    fprintf(out, " center font ',13' textcolor rgb %s front\n", is_use ? "orange" : "'#333333'");
}

/* The points and the line between them. */
static void take_points(struct plane *plane)
{
    const struct knee_expert *expert = plane->expert;
    struct point from = {NAN, NAN};
    for (size_t i = 0; i < expert->levels_count; i++) {
        const struct knee_expert_level *level = &expert->levels[i];
        if (!is_known(level))
            continue;
        struct point at = point_of(plane, level);
        double half = level->level == expert->use ? USE_PX : POINT_PX;
        knee_boxes_take(&plane->boxes,
                        (struct knee_box){at.x - half, at.x + half, at.y - half, at.y + half});
        if (isfinite(from.x))
            knee_boxes_draw(&plane->boxes, (struct knee_boxes_line){from.x, from.y, at.x, at.y});
        from = at;
    }
}

void knee_expert_labels(const struct knee_expert *expert, const struct knee_axis *p99,
                        double height_px, double top, FILE *out)
{
    double high = 0;
    uint32_t *levels = calloc(expert->levels_count + 1, sizeof *levels);
    struct plane plane = {
        .expert = expert, .p99 = p99, .boxes = {.width_px = p99->width_px, .height_px = height_px}};
    for (size_t i = 0; levels && i < expert->levels_count; i++) {
        high = fmax(high, expert->levels[i].throughput_per_s);
        levels[i] = expert->levels[i].level;
    }
    plane.per_px = top * high / height_px;
    take_points(&plane);
    for (int weight = 0; levels && weight < 4; weight++)
        for (size_t i = 0; i < expert->levels_count; i++)
            if (is_known(&expert->levels[i]) &&
                knee_axis_weight(levels, expert->levels_count, i, &expert->use, 1) == weight)
                place_name(&plane, &expert->levels[i], out);
    free(levels);
}
