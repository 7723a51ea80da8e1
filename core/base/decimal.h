/* SPDX-License-Identifier: MIT */
/* A number of up to six significant digits, or a whole one from a million to two billion, in four
 * bytes: half of a double, and nothing is lost. It reads back as the very double that the digits
 * read as. A plain value. */
#ifndef KNEE_CORE_BASE_DECIMAL_H
#define KNEE_CORE_BASE_DECIMAL_H

#include <stdint.h>

/* The highest bit and 31 bits of a whole number; or a sign, 10 bits of exponent and 20 of digits.
 * KNEE_DECIMAL_UNKNOWN: no number. */
struct knee_decimal {
    uint32_t bits;
};

#define KNEE_DECIMAL_DIGITS 6
#define KNEE_DECIMAL_UNKNOWN ((struct knee_decimal){UINT32_MAX})

/* Rounds to six digits, and from a million on to a whole number, as tables do
 * (knee_strings_number()). NAN and infinity are unknown. */
struct knee_decimal knee_decimal_of(double value);

/* The double that is nearest to the digits; NAN: unknown. */
double knee_decimal_value(struct knee_decimal decimal);

#endif
