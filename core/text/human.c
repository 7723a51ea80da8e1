/* SPDX-License-Identifier: MIT */
#include "core/text/human.h"

#include "core/text/units.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Fixed decimals, thousands separated, a point in every locale. */
static const char *grouped(char *text, double value, int decimals)
{
    char plain[KNEE_HUMAN_BYTES];
    if (!isfinite(value) || fabs(value) >= 1e15) {
        snprintf(text, KNEE_HUMAN_BYTES, "%s", isfinite(value) ? "many" : "-");
        return text;
    }
    double scaled = value * pow(10, decimals);
    unsigned long long digits = (unsigned long long)llround(fabs(scaled));
    int length = snprintf(plain, sizeof plain, "%0*llu", decimals + 1, digits);
    int whole = length - decimals, used = 0;
    if (value < 0 && digits > 0)
        text[used++] = '-';
    for (int i = 0; i < length; i++) {
        if (i == whole)
            text[used++] = '.';
        else if (i > 0 && i < whole && (whole - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = plain[i];
    }
    text[used] = '\0';
    return text;
}

static const char *with_unit(char *text, double value, int decimals, const char *unit)
{
    char number[KNEE_HUMAN_BYTES];
    snprintf(text, KNEE_HUMAN_BYTES, "%.36s %s", grouped(number, value, decimals), unit);
    return text;
}

static const char *unknown(char *text)
{
    memcpy(text, "-", 2);
    return text;
}

const char *knee_human_count(char *text, double count)
{
    return grouped(text, count, 0);
}

const char *knee_human_rate(char *text, double per_s)
{
    int decimals = 0;
    double below = 99.95; /* rounds to less than three digits before the point */
    while (per_s > 0 && decimals < 4 && per_s < below) {
        decimals++;
        below /= 10;
    }
    return grouped(text, per_s, decimals);
}

const char *knee_human_latency(char *text, double s)
{
    if (!isfinite(s))
        return unknown(text);
    const struct knee_unit *unit = knee_units_find(knee_units_times, "s");
    while (unit->base > 1 && s < .9995 * unit->base / 1e9) /* .9995 rounds to 1.00 */
        unit++;
    const double value = s * (1e9 / unit->base);
    return with_unit(text, value, value < 9.95 && unit->base > 1 ? 1 : 0, unit->title);
}

/* "2 h 5 min"; the second part is left out if it is 0. */
static const char *two_parts(char *text, double whole, double per, const char *unit,
                             const char *part_unit)
{
    char first[KNEE_HUMAN_BYTES];
    double units = floor(whole / per), parts = whole - units * per;
    grouped(first, units, 0);
    if (parts > 0)
        snprintf(text, KNEE_HUMAN_BYTES, "%.24s %s %.0f %s", first, unit, parts, part_unit);
    else
        snprintf(text, KNEE_HUMAN_BYTES, "%.24s %s", first, unit);
    return text;
}

const char *knee_human_duration(char *text, double s)
{
    if (!isfinite(s) || s < 0)
        return unknown(text);
    if (s < .9995)
        return knee_human_latency(text, s);
    if (s < 59.5)
        return with_unit(text, s, s < 9.95 ? 1 : 0, "s");
    if (round(s) < 3600)
        return two_parts(text, round(s), 60, "min", "s");
    return two_parts(text, round(s / 60), 60, "h", "min");
}

const char *knee_human_size(char *text, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    if (!isfinite(bytes))
        return unknown(text);
    size_t u = 0;
    while (u < 5 && bytes >= 1023.5) {
        bytes /= 1024;
        u++;
    }
    bool fraction = u > 0 && bytes < 9.95 && bytes != floor(bytes);
    return with_unit(text, bytes, fraction ? 1 : 0, units[u]);
}

const char *knee_human_percent(char *text, double ratio)
{
    return isfinite(ratio) ? with_unit(text, 100 * ratio, 0, "%") : unknown(text);
}

const char *knee_human_tenths(char *text, double ratio)
{
    if (!isfinite(ratio))
        return unknown(text);
    double tenths = round(1000 * ratio);
    return with_unit(text, 100 * ratio, ratio < .0995 && fmod(tenths, 10) != 0 ? 1 : 0, "%");
}

const char *knee_human_bound(char *text, double ratio)
{
    if (!isfinite(ratio))
        return unknown(text);
    double tenths = floor(1000 * ratio + 1e-9) / 10;
    return with_unit(text, tenths, tenths == floor(tenths) ? 0 : 1, "%");
}
