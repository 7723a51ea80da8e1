/* SPDX-License-Identifier: MIT */
#include "reports/live/canvas.h"

#include "core/base/array.h"

#include <string.h>

#define HARMLESS '?'
#define ELLIPSIS 0x2026u

struct range {
    uint32_t first, last;
};

/* Of two columns: the blocks that East Asian Width (Unicode annex 11) calls wide, and emoji. */
static const struct range WIDE[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
    {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

/* Of none: they combine with the one before, or only steer how text is shown. */
static const struct range WIDTHLESS[] = {
    {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
    {0x64b, 0x65f},   {0xe31, 0xe31},   {0xe34, 0xe3a},   {0xe47, 0xe4e},
    {0x1ab0, 0x1aff}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x2069},
    {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xe0000, 0xe0fff},
};

static bool is_in(const struct range *ranges, size_t count, uint32_t code)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

/* The next character of `text`, which moves on; 0 at the end. */
static uint32_t next_code(const char **text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)*text;
    if (!*at)
        return 0;
    size_t bytes = *at < 0x80 ? 1 : *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : *at >= 0xc0 ? 2 : 0;
    uint32_t code = bytes == 1 ? *at : bytes ? *at & (0xffu >> (bytes + 1)) : 0;
    for (size_t i = 1; i < bytes; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            bytes = 0;
            break;
        }
        code = code << 6 | (at[i] & 0x3f);
    }
    *text += bytes ? bytes : 1;
    bool bad =
        bytes == 0 || code < least[bytes] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
    return bad || code < 0x20 || (code >= 0x7f && code < 0xa0) ? HARMLESS : code;
}

static size_t width_of(const struct knee_canvas *canvas, uint32_t code)
{
    if (code < 0x300 || !canvas->utf8)
        return 1;
    if (is_in(WIDTHLESS, KNEE_COUNT(WIDTHLESS), code))
        return 0;
    return is_in(WIDE, KNEE_COUNT(WIDE), code) ? 2 : 1;
}

void knee_canvas_init(struct knee_canvas *canvas, size_t columns, size_t rows, bool utf8)
{
    canvas->columns = columns < KNEE_CANVAS_COLUMNS ? columns : KNEE_CANVAS_COLUMNS;
    canvas->rows = rows < KNEE_CANVAS_ROWS ? rows : KNEE_CANVAS_ROWS;
    canvas->utf8 = utf8;
    for (size_t row = 0; row < KNEE_CANVAS_ROWS; row++)
        for (size_t column = 0; column < KNEE_CANVAS_COLUMNS; column++)
            canvas->cells[row][column] =
                (struct knee_canvas_cell){.code = ' ', .style = KNEE_CANVAS_PLAIN};
}

void knee_canvas_set(struct knee_canvas *canvas, size_t row, size_t column, uint32_t code,
                     enum knee_canvas_style style)
{
    if (row < canvas->rows && column < canvas->columns)
        canvas->cells[row][column] =
            (struct knee_canvas_cell){.code = code, .style = (uint32_t)style};
}

size_t knee_canvas_width(const struct knee_canvas *canvas, const char *text)
{
    size_t width = 0;
    for (uint32_t code = next_code(&text); code; code = next_code(&text))
        width += width_of(canvas, code);
    return width;
}

size_t knee_canvas_put(struct knee_canvas *canvas, size_t row, size_t column, size_t width,
                       enum knee_canvas_style style, const char *text)
{
    if (row >= canvas->rows || column >= canvas->columns)
        return 0;
    size_t room = canvas->columns - column < width ? canvas->columns - column : width;
    size_t mark = canvas->utf8 ? 1 : 2, used = 0;
    bool cut = knee_canvas_width(canvas, text) > room;
    size_t most = !cut ? room : room > mark ? room - mark : 0;
    for (uint32_t code = next_code(&text); code; code = next_code(&text)) {
        size_t wide = width_of(canvas, code);
        if (wide == 0)
            continue;
        if (used + wide > most)
            break;
        if (!canvas->utf8 && code > 0x7e)
            code = HARMLESS;
        knee_canvas_set(canvas, row, column + used, code, style);
        if (wide == 2)
            knee_canvas_set(canvas, row, column + used + 1, 0, style);
        used += wide;
    }
    for (size_t i = 0; cut && i < mark && used < room; i++)
        knee_canvas_set(canvas, row, column + used++, canvas->utf8 ? ELLIPSIS : '.', style);
    return used;
}

size_t knee_canvas_put_end(struct knee_canvas *canvas, size_t row, size_t column, size_t width,
                           enum knee_canvas_style style, const char *text)
{
    size_t needed = knee_canvas_width(canvas, text), mark = canvas->utf8 ? 1 : 2;
    if (needed <= width || width <= mark)
        return knee_canvas_put(canvas, row, column, width, style, text);
    while (needed > width - mark) {
        uint32_t code = next_code(&text);
        needed -= width_of(canvas, code);
    }
    for (size_t i = 0; i < mark; i++)
        knee_canvas_set(canvas, row, column + i, canvas->utf8 ? ELLIPSIS : '.', style);
    return mark + knee_canvas_put(canvas, row, column + mark, width - mark, style, text);
}

void knee_canvas_put_right(struct knee_canvas *canvas, size_t row, size_t column, size_t width,
                           enum knee_canvas_style style, const char *text)
{
    size_t needed = knee_canvas_width(canvas, text);
    size_t skip = needed < width ? width - needed : 0;
    knee_canvas_put(canvas, row, column + skip, width - skip, style, text);
}

size_t knee_canvas_encode(uint32_t code, char *bytes)
{
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        bytes[0] = (char)(0xc0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        bytes[0] = (char)(0xe0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    bytes[0] = (char)(0xf0 | code >> 18);
    bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
    bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
    bytes[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

const char *knee_canvas_text(const struct knee_canvas *canvas, size_t row, char *text,
                             size_t text_bytes)
{
    size_t used = 0, kept = 0;
    for (size_t i = 0; row < canvas->rows && i < canvas->columns && used + 5 < text_bytes; i++) {
        uint32_t code = canvas->cells[row][i].code;
        if (code == 0)
            continue;
        used += knee_canvas_encode(code, text + used);
        if (code != ' ')
            kept = used;
    }
    text[kept] = '\0';
    return text;
}
