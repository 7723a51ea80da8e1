/* SPDX-License-Identifier: MIT */
#include "plots/expert_band.h"

#include "plots/script.h"

#include <math.h>

static void put_row(const struct knee_expert_band *at, double bottom_per_s, FILE *out)
{
    knee_script_number(out, at->level);
    fputc(',', out);
    knee_script_number(out, fmax(at->low_per_s, bottom_per_s));
    fputc(',', out);
    knee_script_number(out, fmax(at->high_per_s, bottom_per_s));
    fputc('\n', out);
}

/* The share of the way at which the panel's lower end is crossed, as a straight line on the
 * logarithmic axis does it; 0: it is not. */
static double find_crossing(double from_per_s, double to_per_s, double bottom_per_s)
{
    if ((from_per_s < bottom_per_s) == (to_per_s < bottom_per_s))
        return 0;
    return (bottom_per_s - from_per_s) / (to_per_s - from_per_s);
}

static struct knee_expert_band between(const struct knee_expert_band *from,
                                       const struct knee_expert_band *to, double share)
{
    return (struct knee_expert_band){
        .level = from->level * pow(to->level / from->level, share),
        .low_per_s = from->low_per_s + share * (to->low_per_s - from->low_per_s),
        .high_per_s = from->high_per_s + share * (to->high_per_s - from->high_per_s)};
}

void knee_expert_band_put(const struct knee_expert *expert, double bottom_per_s, FILE *out)
{
    const struct knee_expert_band *at = expert->band;
    for (size_t i = 0; i < expert->band_count; i++) {
        put_row(&at[i], bottom_per_s, out);
        if (i + 1 == expert->band_count)
            break;
        const double low = find_crossing(at[i].low_per_s, at[i + 1].low_per_s, bottom_per_s);
        const double high = find_crossing(at[i].high_per_s, at[i + 1].high_per_s, bottom_per_s);
        const double shares[] = {fmin(low, high), fmax(low, high)};
        for (size_t c = 0; c < 2; c++) {
            struct knee_expert_band corner = between(&at[i], &at[i + 1], shares[c]);
            if (shares[c] > 0)
                put_row(&corner, bottom_per_s, out);
        }
    }
}
