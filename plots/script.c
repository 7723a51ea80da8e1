/* SPDX-License-Identifier: MIT */
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* plots/templates/head.gp, as the build turns it into text. */
extern const char knee_plot_head_gp[];

#define TITLE_CHAR_RATIO .575 /* a character's width: of the size of the font */
#define TITLE_MAX_PX 19
#define TITLE_MIN_PX 13
#define TITLE_MARGIN_PX 22

/* Bytes of the character at `c` if it is printable UTF-8, else 0. */
static size_t character_bytes(const unsigned char *c)
{
    if (*c < 0x80)
        return *c >= 0x20 && *c != 0x7F;
    size_t length = *c >= 0xF0 ? 4 : *c >= 0xE0 ? 3 : 2;
    if (*c < 0xC2 || *c > 0xF4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

static size_t width_of(const char *text)
{
    size_t columns = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; columns++) {
        size_t length = character_bytes(c);
        c += length ? length : 1;
    }
    return columns;
}

void knee_script_string(FILE *out, const char *text, size_t columns)
{
    bool cut = columns > 3 && width_of(text) > columns;
    size_t left = cut ? columns - 3 : SIZE_MAX;
    fputc('\'', out);
    for (const unsigned char *c = (const unsigned char *)text; *c && left > 0; left--) {
        size_t length = character_bytes(c);
        if (length == 0)
            fputc('?', out);
        else if (*c == '\'')
            fputs("'.\"\\047\".'", out);
        else
            fwrite(c, 1, length, out);
        c += length ? length : 1;
    }
    fputs(cut ? "...'" : "'", out);
}

void knee_script_number(FILE *out, double value)
{
    char text[48];
    snprintf(text, sizeof text, "%.9g", isfinite(value) ? value : 0);
    for (char *c = text; *c; c++)
        if (!strchr("0123456789+-e", *c))
            *c = '.';
    fputs(text, out);
}

void knee_script_set_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s = ", name);
    knee_script_string(out, text, 0);
    fputc('\n', out);
}

void knee_script_set_number(FILE *out, const char *name, double value)
{
    fprintf(out, "%s = ", name);
    if (isfinite(value))
        knee_script_number(out, value);
    else
        fputs("NaN", out);
    fputc('\n', out);
}

/* In a narrow picture a smaller font comes first; only then the title is cut. */
static void put_title(FILE *out, const char *title, uint32_t width_px)
{
    double room_px = width_px - 2 * TITLE_MARGIN_PX;
    size_t columns = width_of(title);
    double size_px = floor(room_px / TITLE_CHAR_RATIO / (double)(columns ? columns : 1));
    size_px = fmax(TITLE_MIN_PX, fmin(size_px, TITLE_MAX_PX));
    fputs("title_text = ", out);
    knee_script_string(out, title, (size_t)(room_px / TITLE_CHAR_RATIO / size_px));
    fprintf(out, "\ntitle_size = %.0f", size_px);
}

void knee_script_begin(FILE *out, const struct knee_script_head *head)
{
    const struct knee_picture *picture = &head->picture;
    knee_script_set_text(out, "name", head->name);
    knee_script_set_text(out, "csv", head->csv);
    put_title(out, head->title, picture->width_px);
    /* `gnuplot -e "format='pdf'" NAME.gp` draws another format. */
    fprintf(out, "\nif (!exists('format')) format = '%s'\nwidth = %u\nheight = %u\n\n",
            knee_picture_format_text(picture->format), picture->width_px, picture->height_px);
    fputs(knee_plot_head_gp, out);
    fputc('\n', out);
}

void knee_script_points(FILE *out, const char *name, const struct knee_script_point *points,
                        size_t count)
{
    static const struct knee_script_point unknown = {NAN, NAN, NAN, NAN};
    fprintf(out, "$%s << END\nx,y,low,high\n", name);
    for (size_t i = 0; i < count || i == 0; i++) {
        const struct knee_script_point *point = count ? &points[i] : &unknown;
        const double values[] = {point->x, point->y, point->low, point->high};
        for (size_t j = 0; j < 4; j++) {
            if (isfinite(values[j]))
                knee_script_number(out, values[j]);
            else
                fputs("NaN", out);
            fputc(j < 3 ? ',' : '\n', out);
        }
    }
    fputs("END\n", out);
}

void knee_script_ticks(FILE *out, const struct knee_axis *axis, const uint32_t *levels,
                       size_t count, const uint32_t *wanted, size_t wanted_count)
{
    bool *numbered = calloc(count + 1, sizeof *numbered);
    if (numbered && count > 0) {
        knee_axis_number(axis, KNEE_SCRIPT_DIGIT_PX, levels, count, wanted, wanted_count, numbered);
        fputs("set xtics (", out);
        for (size_t i = 0; i < count; i++)
            fprintf(out, numbered[i] ? "%s%u" : "%s'' %u 1", i ? ", " : "", levels[i]);
        fputs(")\n", out);
    }
    free(numbered);
}
