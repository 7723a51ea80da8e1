/* SPDX-License-Identifier: MIT */
#include "core/text/strings.h"

#include "core/text/placeholders.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE_MAX 9007199254740992.0 /* 2^53 */

/* printf follows LC_NUMERIC: turns the locale's decimal point back into a point. */
static void decimal_point(char *text)
{
    char *out = text;
    bool point = false;
    for (const char *in = text; *in; in++) {
        bool plain = (*in >= '0' && *in <= '9') || strchr("+-e", *in);
        if (plain || !point)
            *out++ = plain ? *in : '.';
        point = !plain;
    }
    *out = '\0';
}

const char *knee_strings_number(char *text, double value, int digits)
{
    text[0] = '\0';
    if (!isfinite(value))
        return text;
    if (digits && fabs(value) >= pow(10, digits))
        value = round(value);
    if (value == floor(value) && fabs(value) <= WHOLE_MAX) {
        snprintf(text, KNEE_STRING_NUMBER_BYTES, "%lld", (long long)value);
        return text;
    }
    int from = digits ? digits : 15, to = digits ? digits : 17;
    for (int d = from; d <= to; d++) {
        snprintf(text, KNEE_STRING_NUMBER_BYTES, "%.*g", d, value);
        if (d == to || strtod(text, NULL) == value)
            break;
    }
    decimal_point(text);
    return text;
}

const char *knee_strings_ns(char *text, uint64_t ns)
{
    snprintf(text, KNEE_STRING_NUMBER_BYTES, "%llu.%09llu", (unsigned long long)(ns / 1000000000u),
             (unsigned long long)(ns % 1000000000u));
    return text;
}

/* Bytes of the well-formed UTF-8 character at `c` (RFC 3629); 0 if there is none. */
static size_t utf8_length(const unsigned char *c)
{
    if (c[0] < 0x80)
        return 1;
    size_t length = c[0] >= 0xF0 ? 4 : c[0] >= 0xE0 ? 3 : 2;
    if (c[0] < 0xC2 || c[0] > 0xF4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xF0 && c[1] < 0x90);
    bool beyond = (c[0] == 0xED && c[1] > 0x9F) || (c[0] == 0xF4 && c[1] > 0x8F);
    return overlong || beyond ? 0 : length;
}

const char *knee_strings_utf8(char *text, size_t text_bytes, const char *source, bool controls)
{
    const unsigned char *in = (const unsigned char *)source;
    size_t used = 0;
    while (*in) {
        size_t length = utf8_length(in), step = length ? length : 1;
        const char *put = (const char *)in;
        if (length == 0) {
            put = "\xEF\xBF\xBD";
            length = 3;
        } else if (!controls && (iscntrl(*in) || (in[0] == 0xC2 && in[1] < 0xA0))) {
            put = "?";
            length = 1;
        }
        if (used + length >= text_bytes)
            break;
        memcpy(text + used, put, length);
        used += length;
        in += step;
    }
    text[used] = '\0';
    return text;
}

const char *knee_strings_name(char *text, size_t text_bytes, const char *source)
{
    knee_strings_utf8(text, text_bytes, source, false);
    for (char *c = strchr(text, '"'); c; c = strchr(c, '"'))
        *c = '\'';
    return text;
}

size_t knee_strings_width(const char *text)
{
    size_t columns = 0;
    for (; *text; text++)
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

void knee_strings_clip(char *text, size_t columns)
{
    if (knee_strings_width(text) <= columns)
        return;
    size_t dots = columns < 3 ? columns : 3, keep = columns - dots, at = 0;
    for (size_t seen = 0; text[at]; at++) {
        bool starts = ((unsigned char)text[at] & 0xC0) != 0x80;
        if (starts && seen++ == keep)
            break;
    }
    while (at > 0 && text[at - 1] == ' ')
        at--;
    memcpy(text + at, "...", dots);
    text[at + dots] = '\0';
}

const char *knee_strings_file_name(char *text, size_t text_bytes, const char *name)
{
    size_t used = 0;
    for (; *name && used + 1 < text_bytes; name++) {
        bool plain = isalnum((unsigned char)*name) || *name == '_';
        bool inner = used > 0 && (*name == '.' || *name == '-');
        text[used++] = (char)((plain || inner) && (unsigned char)*name < 0x80 ? *name : '_');
    }
    if (used == 0 && text_bytes > 1)
        text[used++] = '_';
    text[used] = '\0';
    return text;
}

const char *knee_strings_variable(char *text, size_t text_bytes, const char *name)
{
    knee_strings_file_name(text, text_bytes, name);
    for (char *c = text; *c; c++)
        *c = (char)(isalnum((unsigned char)*c) ? toupper((unsigned char)*c) : '_');
    return text;
}

/* A placeholder may stay plain: no shell does anything with such braces. */
static size_t placeholder_length(const unsigned char *c)
{
    const struct knee_placeholder_word *word = knee_placeholder_at((const char *)c);
    return word ? word->bytes : 0;
}

static void shell_word(FILE *out, const char *word)
{
    const unsigned char *c = (const unsigned char *)word;
    bool plain = *c != '\0', odd = false;
    for (size_t length; *c; c += length ? length : 1) {
        length = placeholder_length(c);
        if (length)
            continue;
        length = utf8_length(c);
        plain = plain && *c < 0x80 && (isalnum(*c) || strchr("_-./:=,+@%^", *c));
        odd = odd || length == 0 || iscntrl(*c);
    }
    if (plain) {
        fputs(word, out);
        return;
    }
    fputs(odd ? "$'" : "'", out);
    for (c = (const unsigned char *)word; *c; c++) {
        if (!odd && *c == '\'')
            fputs("'\\''", out);
        else if (odd && (iscntrl(*c) || *c >= 0x80))
            fprintf(out, "\\%03o", *c);
        else if (odd && (*c == '\'' || *c == '\\'))
            fprintf(out, "\\%c", *c);
        else
            fputc(*c, out);
    }
    fputc('\'', out);
}

char *knee_strings_shell(int argc, char *const *argv)
{
    char *text = NULL;
    size_t text_bytes = 0;
    FILE *out = open_memstream(&text, &text_bytes);
    if (!out)
        return NULL;
    for (int i = 0; i < argc; i++) {
        if (i > 0)
            fputc(' ', out);
        shell_word(out, argv[i]);
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
