/* SPDX-License-Identifier: MIT */
#include "core/base/decimal.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define DIGITS_MAX 999999
#define DIGITS_BITS 20u /* hold it */
#define DIGITS_MASK ((UINT32_C(1) << DIGITS_BITS) - 1)
#define EXPONENT_MASK UINT32_C(0x3ff)
#define EXPONENT_BIAS 400 /* the smallest double is 5e-324 */
#define SIGN (UINT32_C(1) << 30)
#define WHOLE (UINT32_C(1) << 31)
#define WHOLE_MAX (WHOLE - 2) /* with all bits set it would be unknown */
#define LOG10_OF_2 .30102999566398120

/* All powers of ten that a double holds exactly. Then one product or quotient with at most six
 * digits, which it holds as well, is rounded once: it is what strtod makes of the text. */
static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
#define POWER_MAX 22

/* digits × 10^exponent */
static double value_of(uint32_t digits, int exponent)
{
    char text[32];
    if (exponent >= 0 && exponent <= POWER_MAX)
        return digits * POWERS[exponent];
    if (exponent < 0 && exponent >= -POWER_MAX)
        return digits / POWERS[-exponent];
    snprintf(text, sizeof text, "%ue%d", (unsigned)digits, exponent);
    return strtod(text, NULL);
}

static struct knee_decimal make(bool negative, uint32_t digits, int exponent)
{
    return (struct knee_decimal){(negative ? SIGN : 0) |
                                 (uint32_t)(exponent + EXPONENT_BIAS) << DIGITS_BITS | digits};
}

/* The digits of a value that has no more than six, without printing them. */
static bool find_digits(double value, uint32_t *digits, int *exponent)
{
    int tens = (int)floor(ilogb(value) * LOG10_OF_2); /* of the first digit, or one too few */
    for (int i = 0; i < 2; i++, tens++) {
        int scale = tens + 1 - KNEE_DECIMAL_DIGITS;
        if (scale < -POWER_MAX || scale > POWER_MAX)
            return false;
        double scaled = rint(scale < 0 ? value * POWERS[-scale] : value / POWERS[scale]);
        if (scaled > DIGITS_MAX)
            continue;
        *digits = (uint32_t)scaled;
        *exponent = scale;
        return value_of(*digits, scale) == value;
    }
    return false;
}

struct knee_decimal knee_decimal_of(double value)
{
    char text[32];
    uint32_t digits;
    int exponent;
    if (!isfinite(value))
        return KNEE_DECIMAL_UNKNOWN;
    bool negative = signbit(value);
    value = fabs(value);
    if (value <= 0)
        return make(negative, 0, 0);
    if (!negative && value > DIGITS_MAX + .5 && round(value) <= WHOLE_MAX)
        return (struct knee_decimal){WHOLE | (uint32_t)round(value)};
    if (find_digits(value, &digits, &exponent))
        return make(negative, digits, exponent);
    /* d.ddddde+xx */
    snprintf(text, sizeof text, "%.*e", KNEE_DECIMAL_DIGITS - 1, value);
    text[1] = text[0];
    char *end;
    digits = (uint32_t)strtoul(text + 1, &end, 10);
    exponent = (int)strtol(end + 1, NULL, 10) + 1 - KNEE_DECIMAL_DIGITS;
    return make(negative, digits, exponent);
}

double knee_decimal_value(struct knee_decimal decimal)
{
    if (decimal.bits == UINT32_MAX)
        return NAN;
    if (decimal.bits & WHOLE)
        return decimal.bits & ~WHOLE;
    int exponent = (int)(decimal.bits >> DIGITS_BITS & EXPONENT_MASK) - EXPONENT_BIAS;
    double value = value_of(decimal.bits & DIGITS_MASK, exponent);
    return decimal.bits & SIGN ? -value : value;
}
