/* SPDX-License-Identifier: MIT */
#include "tuner/store/columns.h"

#include "core/text/parse.h"
#include "core/text/strings.h"

#include <csv.h>
#include <float.h>
#include <math.h>
#include <string.h>

static const void *field(const struct knee_column *column, const void *row)
{
    return (const char *)row + column->offset;
}

bool knee_column_quoted(const struct knee_column *column)
{
    return column->type == KNEE_COLUMN_WORKLOAD || column->type == KNEE_COLUMN_TEXT ||
           column->type == KNEE_COLUMN_MARKS || column->type == KNEE_COLUMN_REASONS ||
           column->type == KNEE_COLUMN_DIGEST;
}

const char *knee_column_text(const struct knee_columns *columns, const struct knee_column *column,
                             const char *workload, const void *row, char *text)
{
    const void *at = field(column, row);
    uint64_t count;
    switch (column->type) {
    case KNEE_COLUMN_WORKLOAD:
        return workload;
    case KNEE_COLUMN_UINT32:
        snprintf(text, KNEE_COLUMN_BYTES, "%u", *(const uint32_t *)at);
        return text;
    case KNEE_COLUMN_UINT64:
        count = *(const uint64_t *)at;
        if (count == UINT64_MAX)
            return "";
        snprintf(text, KNEE_COLUMN_BYTES, "%llu", (unsigned long long)count);
        return text;
    case KNEE_COLUMN_NS:
        return knee_strings_ns(text, *(const uint64_t *)at);
    case KNEE_COLUMN_DOUBLE:
        return knee_strings_number(text, *(const double *)at, columns->digits);
    case KNEE_COLUMN_TEXT:
        return *(const char *const *)at ? *(const char *const *)at : "";
    case KNEE_COLUMN_MARKS:
        return knee_mark_text(*(const uint32_t *)at, text, KNEE_COLUMN_BYTES);
    case KNEE_COLUMN_REASONS:
        return knee_window_reason_text(*(const uint32_t *)at, text, KNEE_COLUMN_BYTES);
    case KNEE_COLUMN_BOOL:
        return *(const bool *)at ? "1" : "0";
    case KNEE_COLUMN_DIGEST:
        return knee_histogram_digest_text(at, text, KNEE_COLUMN_BYTES);
    }
    return "";
}

static int parse_count(const char *text, uint64_t most, uint64_t *count)
{
    return knee_parse_uint("", text, 0, most, count, NULL);
}

/* Seconds with up to nine decimals: whole nanoseconds, exactly. */
static int parse_ns(const char *text, uint64_t *ns)
{
    size_t whole = strcspn(text, "."), decimals = text[whole] ? strlen(text + whole + 1) : 0;
    char digits[32];
    if (decimals > 9 || whole == 0 || whole + 9 >= sizeof digits)
        return -1;
    memcpy(digits, text, whole);
    memset(digits + whole, '0', 9);
    memcpy(digits + whole, text[whole] ? text + whole + 1 : "", decimals);
    digits[whole + 9] = '\0';
    return parse_count(digits, UINT64_MAX, ns);
}

static int parse_double(const char *text, double *value)
{
    if (*text == '\0') {
        *value = NAN;
        return 0;
    }
    return knee_parse_double("", text, -DBL_MAX, DBL_MAX, value, NULL);
}

int knee_column_parse(const struct knee_column *column, const char *text, void *row)
{
    void *at = (char *)row + column->offset;
    uint64_t count = 0;
    uint32_t reasons = 0;
    switch (column->type) {
    case KNEE_COLUMN_UINT32:
        if (parse_count(text, UINT32_MAX, &count) != 0)
            return -1;
        *(uint32_t *)at = (uint32_t)count;
        return 0;
    case KNEE_COLUMN_UINT64:
        if (*text == '\0')
            count = UINT64_MAX;
        else if (parse_count(text, UINT64_MAX, &count) != 0)
            return -1;
        *(uint64_t *)at = count;
        return 0;
    case KNEE_COLUMN_NS:
        return parse_ns(text, at);
    case KNEE_COLUMN_DOUBLE:
        return parse_double(text, at);
    case KNEE_COLUMN_REASONS:
        if (knee_window_reason_parse(text, &reasons) != 0)
            return -1;
        *(uint32_t *)at = reasons;
        return 0;
    case KNEE_COLUMN_BOOL:
        if (parse_count(text, 1, &count) != 0)
            return -1;
        *(bool *)at = count == 1;
        return 0;
    case KNEE_COLUMN_DIGEST:
        return knee_histogram_digest_parse(at, text);
    case KNEE_COLUMN_WORKLOAD:
    case KNEE_COLUMN_TEXT:
    case KNEE_COLUMN_MARKS:
        return 0;
    }
    return -1;
}

static void round_column(const struct knee_columns *columns, const struct knee_column *column,
                         void *row)
{
    char text[KNEE_COLUMN_BYTES];
    if (column->type == KNEE_COLUMN_DOUBLE)
        (void)knee_column_parse(column, knee_column_text(columns, column, "", row, text), row);
}

void knee_columns_round(const struct knee_columns *columns, void *row)
{
    for (size_t i = 0; i < columns->count; i++)
        round_column(columns, &columns->at[i], row);
}

/* A number of so few digits reads back as it is, so a journal's need no rounding: it would take
 * most of the time of reading. */
static bool is_round(const char *text, int digits)
{
    size_t count = 0;
    for (; *text && *text != 'e' && *text != 'E'; text++)
        count += *text >= '0' && *text <= '9' && (count > 0 || *text != '0');
    return count <= (size_t)digits;
}

int knee_column_parse_rounded(const struct knee_columns *columns, const struct knee_column *column,
                              const char *text, void *row)
{
    if (knee_column_parse(column, text, row) != 0)
        return -1;
    if (!is_round(text, columns->digits))
        round_column(columns, column, row);
    return 0;
}

void knee_columns_header(const struct knee_columns *columns, FILE *out)
{
    for (size_t i = 0; i < columns->count; i++)
        fprintf(out, "%s%s", i ? "," : "", columns->at[i].name);
    fputc('\n', out);
}

void knee_columns_row(const struct knee_columns *columns, const char *workload, const void *row,
                      FILE *out)
{
    for (size_t i = 0; i < columns->count; i++) {
        const struct knee_column *column = &columns->at[i];
        char buffer[KNEE_COLUMN_BYTES];
        const char *text = knee_column_text(columns, column, workload, row, buffer);
        if (i > 0)
            fputc(',', out);
        if (*text && knee_column_quoted(column))
            csv_fwrite(out, text, strlen(text));
        else
            fputs(text, out);
    }
    fputc('\n', out);
}

static void document(const struct knee_columns *columns, FILE *out)
{
    fprintf(out, "\n## %s\n\n| column | unit | meaning |\n|---|---|---|\n", columns->file);
    for (size_t i = 0; i < columns->count; i++)
        fprintf(out, "| `%s` | %s | %s |\n", columns->at[i].name, columns->at[i].unit,
                columns->at[i].help);
}

void knee_columns_document(FILE *out)
{
    fputs("# Columns\n\n"
          "CSV as RFC 4180 has it, but lines end with LF. Text is quoted, a number is not; an\n"
          "unknown value is an empty field, and `null` in result.json, whose keys are the same "
          "names.\n"
          "Ratios are 0 to 1, `_s` are seconds, `_bytes` bytes.\n",
          out);
    document(&knee_columns_levels, out);
    document(&knee_columns_samples, out);
}
