/* SPDX-License-Identifier: MIT */
#include "plots/expert_labels.h"

#include <math.h>
#include <string.h>

#define CHAR_PX 7.5 /* 13 px */
#define LINE_PX 14.0
#define NAMES_MAX 64
#define POINT_PX 5.0 /* half of one */
#define USE_PX 8.0

struct box {
    double left, right, bottom, top;
};

struct plane {
    const struct knee_expert *expert;
    const struct knee_axis *p99;
    double height_px, per_px; /* items/s a pixel */
    struct box boxes[2 * NAMES_MAX];
    size_t boxes_count;
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

static bool is_known(const struct knee_expert_level *level)
{
    return level->latency_p99_s > 0 && level->throughput_per_s > 0;
}

static void add_box(struct plane *plane, struct box box)
{
    if (plane->boxes_count < sizeof plane->boxes / sizeof plane->boxes[0])
        plane->boxes[plane->boxes_count++] = box;
}

/* Tries above, below, right and left of the point, then farther above and below. */
static void place(struct plane *plane, const struct knee_expert_level *level, FILE *out)
{
    static const struct {
        double x, y; /* of the text's middle, in half texts and in px */
    } places[] = {{0, 16},   {0, -17}, {1, 0},   {-1, 0}, {1, 13},
                  {-1, -13}, {-1, 13}, {1, -13}, {0, 28}, {0, -29}};
    char text[16];
    double x = knee_axis_px(plane->p99, level->latency_p99_s);
    double y = level->throughput_per_s / plane->per_px;
    snprintf(text, sizeof text, "%u", level->level);
    double half = (double)strlen(text) * CHAR_PX / 2 + 1;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        double at_x = x + places[i].x * (half + POINT_PX + 2), at_y = y + places[i].y;
        struct box box = {at_x - half, at_x + half, at_y - LINE_PX / 2, at_y + LINE_PX / 2};
        if (!is_free(plane, &box))
            continue;
        add_box(plane, box);
        fprintf(out, "set label '%s' at graph ", text);
        knee_script_number(out, at_x / plane->p99->width_px);
        fputs(", graph ", out);
        knee_script_number(out, at_y / plane->height_px);
        fprintf(out, " center font ',13' textcolor rgb '%s' front\n",
                level->level == plane->expert->use ? "#D55E00" : "#333333");
        return;
    }
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

void knee_expert_labels(const struct knee_expert *expert, const struct knee_axis *p99,
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
        double x = knee_axis_px(p99, level->latency_p99_s);
        double y = level->throughput_per_s / plane.per_px;
        double half = level->level == expert->use ? USE_PX : POINT_PX;
        add_box(&plane, (struct box){x - half, x + half, y - half, y + half});
    }
    for (int round = 0; round < 4; round++)
        for (size_t i = 0; i < expert->levels_count; i++)
            if (is_known(&expert->levels[i]) && in_round(round, expert, i))
                place(&plane, &expert->levels[i], out);
}
