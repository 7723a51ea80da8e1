/* SPDX-License-Identifier: MIT */
#ifndef KNEE_TUNER_VERSION_H
#define KNEE_TUNER_VERSION_H

#define KNEE_VERSION "1.0.0"

#endif
