/* SPDX-License-Identifier: MIT */
#include "plots/expert_marks.h"

#include "plots/script.h"

#include <math.h>
#include <string.h>

#define CHAR_PX 7.5       /* 13 px */
#define SMALL_CHAR_PX 6.5 /* 12 px */
#define TICK_GAP_PX 12.0
#define TICK_PX 7  /* above the panel */
#define WORD_PX 18 /* its middle */

static const struct knee_expert_level *find_level(const struct knee_expert *expert, uint32_t level)
{
    for (size_t i = 0; i < expert->levels_count; i++)
        if (expert->levels[i].level == level)
            return &expert->levels[i];
    return NULL;
}

const struct knee_expert_level *knee_expert_marks_use(const struct knee_expert *expert)
{
    return find_level(expert, expert->use);
}

const char *knee_expert_marks_use_text(const struct knee_expert *expert, char *text)
{
    if (expert->proven > 0 && expert->proven == expert->use)
        snprintf(text, KNEE_EXPERT_MARKS_BYTES, "USE %u, proven at %.4g %%", expert->use,
                 100 * expert->proven_ratio);
    else
        snprintf(text, KNEE_EXPERT_MARKS_BYTES, "USE %u%s", expert->use, expert->open ? "?" : "");
    return text;
}

const struct knee_expert_level *knee_expert_marks_proven(const struct knee_expert *expert,
                                                         char *text)
{
    snprintf(text, KNEE_EXPERT_MARKS_BYTES, "%u proven at %.4g %%", expert->proven,
             100 * expert->proven_ratio);
    return expert->proven == expert->use ? NULL : find_level(expert, expert->proven);
}

/* A word above the panel: its middle and half of its width, the gap to the next one included. */
struct word {
    double middle_px, half_px;
};

static double half_px_of(const char *text, double char_px)
{
    return ((double)strlen(text) * char_px + TICK_GAP_PX) / 2;
}

/* The middle of a word at `level` that stays inside of the panel. */
static double middle_of(const struct knee_axis *axis, double level, double half_px)
{
    return fmax(half_px, fmin(knee_axis_px(axis, level), axis->width_px - half_px));
}

static bool overlap(const struct word *a, const struct word *b)
{
    return fabs(a->middle_px - b->middle_px) < a->half_px + b->half_px;
}

static bool is_inside(const struct word *word, double width_px)
{
    return word->middle_px >= word->half_px && word->middle_px <= width_px - word->half_px;
}

static void put_word(const struct knee_axis *axis, const struct word *word, const char *text,
                     const char *look, FILE *out)
{
    fputs("set label ", out);
    knee_script_string(out, text, 0);
    fputs(" at graph ", out);
    knee_script_number(out, word->middle_px / axis->width_px);
    fprintf(out, ", screen from_top(top - %d) center %s\n", WORD_PX, look);
}

/* The machine's levels, each with a tick. They make way for the words so far. */
static void draw_machine(const struct knee_expert *expert, const struct knee_axis *axis,
                         const struct word *words, size_t words_count, FILE *out)
{
    double taken = -INFINITY;
    for (size_t i = 0; i < expert->levels_count; i++) {
        const struct knee_expert_level *level = &expert->levels[i];
        char text[96];
        if (!level->machine || !*level->machine)
            continue;
        fprintf(out,
                "set arrow from first %u, graph 1 to first %u, screen from_top(top - %d) nohead "
                "lw 2 lc rgb '#333333'\n",
                level->level, level->level, TICK_PX);
        snprintf(text, sizeof text, "%u %s", level->level, level->machine);
        struct word word = {.half_px = half_px_of(text, SMALL_CHAR_PX)};
        word.middle_px = middle_of(axis, level->level, word.half_px);
        bool free = word.middle_px - word.half_px >= taken;
        for (size_t j = 0; j < words_count; j++)
            free &= !overlap(&word, &words[j]);
        if (!free)
            continue;
        taken = word.middle_px + word.half_px;
        put_word(axis, &word, text, "font ',12' textcolor rgb '#333333'", out);
    }
}

static void draw_line(uint32_t level, const char *name, int tag, FILE *out)
{
    fprintf(out,
            "set arrow %d from first %u, graph 0 to first %u, graph 1 nohead dt 3 lc rgb grey "
            "back\n%s = %u\n",
            tag, level, level, name, level);
}

/* Beside `use` if they would overlap: on its own side of it, or, without room there, on the other.
 * False: it fits nowhere. */
static bool make_way(struct word *word, const struct word *use, double width_px)
{
    double apart_px = use->half_px + word->half_px;
    double side = word->middle_px > use->middle_px ? 1 : -1;
    if (!overlap(word, use))
        return true;
    word->middle_px = use->middle_px + side * apart_px;
    if (is_inside(word, width_px))
        return true;
    word->middle_px = use->middle_px - side * apart_px;
    return is_inside(word, width_px);
}

void knee_expert_marks_draw(const struct knee_expert *expert, const struct knee_axis *axis,
                            FILE *out)
{
    char text[KNEE_EXPERT_MARKS_BYTES], proven_text[KNEE_EXPERT_MARKS_BYTES];
    const struct knee_expert_level *use = knee_expert_marks_use(expert);
    const struct knee_expert_level *proven = knee_expert_marks_proven(expert, proven_text);
    struct word words[2];
    size_t count = 0;
    if (use) {
        double half = half_px_of(knee_expert_marks_use_text(expert, text), CHAR_PX);
        words[count++] = (struct word){middle_of(axis, expert->use, half), half};
        draw_line(expert->use, "use_level", 1000, out);
        put_word(axis, &words[0], text, "font ',13' textcolor rgb orange", out);
    }
    if (proven) {
        double half = half_px_of(proven_text, CHAR_PX);
        struct word word = {middle_of(axis, expert->proven, half), half};
        draw_line(expert->proven, "proven_level", 1001, out);
        if (!use || make_way(&word, &words[0], axis->width_px)) {
            words[count++] = word;
            put_word(axis, &word, proven_text, "font ',13' textcolor rgb '#333333'", out);
        }
    }
    draw_machine(expert, axis, words, count, out);
}
