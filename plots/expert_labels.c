/* SPDX-License-Identifier: MIT */
#include "plots/expert_labels.h"

#include <math.h>
#include <string.h>

#define CHAR_PX 7.5 /* 13 px */
#define LINE_PX 14.0
#define NAMES_MAX 64
#define POINT_PX 5.0 /* half of one */
#define USE_PX 9.0

struct box {
    double left, right, bottom, top;
};

struct point {
    double x, y;
};

struct plane {
    const struct knee_expert *expert;
    const struct knee_script_axis *p99;
    double height_px, per_px; /* items/s a pixel */
    struct box boxes[2 * NAMES_MAX];
    size_t boxes_count;
    struct point points[NAMES_MAX]; /* of the line */
    size_t points_count;
};

static bool overlap(const struct box *a, const struct box *b)
{
    return a->left < b->right && b->left < a->right && a->bottom < b->top && b->bottom < a->top;
}

static bool is_free(const struct plane *plane, const struct box *box)
{
    if (box->left < 0 || box->right > plane->p99->width_px || box->bottom < 0 ||
        box->top > plane->height_px)
        return false;
    for (size_t i = 0; i < plane->boxes_count; i++)
        if (overlap(box, &plane->boxes[i]))
            return false;
    return true;
}

/* Whether the line from one point to another passes through the box: Liang and Barsky's clipping.
 */
static bool is_crossed(const struct box *box, const struct point *from, const struct point *to)
{
    double dx = to->x - from->x, dy = to->y - from->y, enter = 0, leave = 1;
    const double steps[4] = {-dx, dx, -dy, dy};
    const double room[4] = {from->x - box->left, box->right - from->x, from->y - box->bottom,
                            box->top - from->y};
    for (int i = 0; i < 4; i++) {
        if (steps[i] == 0 && room[i] < 0)
            return false;
        if (steps[i] < 0)
            enter = fmax(enter, room[i] / steps[i]);
        if (steps[i] > 0)
            leave = fmin(leave, room[i] / steps[i]);
    }
    return enter < leave;
}

static bool is_on_line(const struct plane *plane, const struct box *box)
{
    for (size_t i = 0; i + 1 < plane->points_count; i++)
        if (is_crossed(box, &plane->points[i], &plane->points[i + 1]))
            return true;
    return false;
}

static bool is_known(const struct knee_expert_level *level)
{
    return level->latency_p99_s > 0 && level->throughput_per_s > 0;
}

static struct point point_of(const struct plane *plane, const struct knee_expert_level *level)
{
    return (struct point){knee_script_axis_px(plane->p99, level->latency_p99_s),
                          level->throughput_per_s / plane->per_px};
}

static void add_box(struct plane *plane, struct box box)
{
    if (plane->boxes_count < sizeof plane->boxes / sizeof plane->boxes[0])
        plane->boxes[plane->boxes_count++] = box;
}

/* Tries above, below, right and left of the point, then farther above and below: first for a place
 * off the line, then for any. */
static bool find_place(const struct plane *plane, struct point at, double half, double point_px,
                       struct box *box)
{
    static const struct {
        double x, y; /* of the text's middle, in half texts and in px beyond the point */
    } places[] = {{0, 11},  {0, -12}, {1, 0},  {-1, 0}, {1, 8},
                  {-1, -8}, {-1, 8},  {1, -8}, {0, 23}, {0, -24}};
    const size_t count = sizeof places / sizeof places[0];
    for (size_t i = 0; i < 2 * count; i++) {
        double away_y = places[i % count].y,
               beyond_y = away_y == 0 ? 0 : copysign(point_px, away_y);
        double x = at.x + places[i % count].x * (half + point_px + 2), y = at.y + away_y + beyond_y;
        *box = (struct box){x - half, x + half, y - LINE_PX / 2, y + LINE_PX / 2};
        if (is_free(plane, box) && (i >= count || !is_on_line(plane, box)))
            return true;
    }
    return false;
}

static void place(struct plane *plane, const struct knee_expert_level *level, FILE *out)
{
    char text[16];
    struct box box;
    bool is_use = level->level == plane->expert->use;
    snprintf(text, sizeof text, "%u", level->level);
    double half = (double)strlen(text) * CHAR_PX / 2 + 1;
    if (!find_place(plane, point_of(plane, level), half, is_use ? USE_PX : POINT_PX, &box))
        return;
    add_box(plane, box);
    fprintf(out, "set label '%s' at graph ", text);
    knee_script_number(out, (box.left + box.right) / 2 / plane->p99->width_px);
    fputs(", graph ", out);
    knee_script_number(out, (box.bottom + box.top) / 2 / plane->height_px);
    fprintf(out, " center font ',13' textcolor rgb '%s' front\n", is_use ? "#D55E00" : "#333333");
}

static bool in_round(int round, const struct knee_expert *expert, size_t i)
{
    uint32_t level = expert->levels[i].level;
    int weight = level == expert->use                      ? 0
                 : i == 0 || i + 1 == expert->levels_count ? 1
                 : (level & (level - 1)) == 0              ? 2
                                                           : 3;
    return weight == round;
}

void knee_expert_labels(const struct knee_expert *expert, const struct knee_script_axis *p99,
                        double height_px, double top, FILE *out)
{
    double high = 0;
    for (size_t i = 0; i < expert->levels_count; i++)
        high = fmax(high, expert->levels[i].throughput_per_s);
    struct plane plane = {
        .expert = expert, .p99 = p99, .height_px = height_px, .per_px = top * high / height_px};
    for (size_t i = 0; i < expert->levels_count && i < NAMES_MAX; i++) {
        const struct knee_expert_level *level = &expert->levels[i];
        if (!is_known(level))
            continue;
        struct point at = point_of(&plane, level);
        double half = level->level == expert->use ? USE_PX : POINT_PX;
        add_box(&plane, (struct box){at.x - half, at.x + half, at.y - half, at.y + half});
        plane.points[plane.points_count++] = at;
    }
    for (int round = 0; round < 4; round++)
        for (size_t i = 0; i < expert->levels_count; i++)
            if (is_known(&expert->levels[i]) && in_round(round, expert, i))
                place(&plane, &expert->levels[i], out);
}
