/* SPDX-License-Identifier: MIT */
/* Why a scalability model, or its peak, is refused, in words. Pure. */
#ifndef KNEE_REPORTS_WORDS_REFUSAL_H
#define KNEE_REPORTS_WORDS_REFUSAL_H

#include "tuner/fit/models.h"

#define KNEE_REFUSAL_BYTES 160

/* "3 levels: a model needs at least 6"; "" if nothing is refused. `text` has KNEE_REFUSAL_BYTES and
 * is returned. */
const char *knee_refusal_text(const struct knee_models *models, char *text);

#endif
