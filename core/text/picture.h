/* SPDX-License-Identifier: MIT */
/* The format and the size of a chart, as users write them: `--format pdf`, `--size 640x400`. */
#ifndef KNEE_CORE_TEXT_PICTURE_H
#define KNEE_CORE_TEXT_PICTURE_H

#include "core/base/err.h"

#include <stdint.h>

enum knee_picture_format {
    KNEE_PICTURE_SVG,
    KNEE_PICTURE_PDF,
    KNEE_PICTURE_PNG,
    KNEE_PICTURE_FORMATS, /* how many */
};

struct knee_picture {
    enum knee_picture_format format;
    uint32_t width_px, height_px; /* 0: the size that each chart has by itself */
};

/* Also the ending of the file's name: "svg". */
const char *knee_picture_format_text(enum knee_picture_format format);

/* "640x400": pixels, or in a PDF 1/96 inch. From 400x300, so that words have room, to 8192x8192. */
int knee_picture_size_parse(const char *text, struct knee_picture *picture, struct knee_err *err);

#endif
