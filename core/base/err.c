/* SPDX-License-Identifier: MIT */
#include "core/base/err.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

int knee_err_set(struct knee_err *err, int code, const char *format, ...)
{
    if (!err)
        return -1;
    err->code = code;
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    /* A name from the command line may hold a newline: an error stays one line. */
    for (char *c = err->message; *c; c++)
        if (iscntrl((unsigned char)*c))
            *c = '?';
    return -1;
}
