/* SPDX-License-Identifier: MIT */
#include "core/text/picture.h"

#include <string.h>

#define WIDTH_MIN 400
#define HEIGHT_MIN 300
#define SIDE_MAX 8192

static const char *const formats[KNEE_PICTURE_FORMATS] = {
    [KNEE_PICTURE_SVG] = "svg", [KNEE_PICTURE_PDF] = "pdf", [KNEE_PICTURE_PNG] = "png"};

const char *knee_picture_format_text(enum knee_picture_format format)
{
    return formats[format];
}

/* Digits alone; 0 for anything else, and for a number beyond SIDE_MAX. */
static uint32_t side_of(const char *text, size_t length)
{
    uint32_t side = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || side > SIDE_MAX)
            return 0;
        side = 10 * side + (uint32_t)(text[i] - '0');
    }
    return side > SIDE_MAX ? 0 : side;
}

int knee_picture_size_parse(const char *text, struct knee_picture *picture, struct knee_err *err)
{
    size_t length = strcspn(text, "x");
    uint32_t width = side_of(text, length);
    uint32_t height = text[length] ? side_of(text + length + 1, strlen(text + length + 1)) : 0;
    if (width < WIDTH_MIN || height < HEIGHT_MIN)
        return knee_err_set(
            err, KNEE_USAGE,
            "--size %.40s: not a size of charts; write WIDTHxHEIGHT, as 640x400, from "
            "%dx%d to %dx%d",
            text, WIDTH_MIN, HEIGHT_MIN, SIDE_MAX, SIDE_MAX);
    picture->width_px = width;
    picture->height_px = height;
    return 0;
}
