/* SPDX-License-Identifier: MIT */
#ifndef KNEE_CORE_BASE_VERSION_H
#define KNEE_CORE_BASE_VERSION_H

#define KNEE_VERSION "1.0.0"
#define KNEE_VERSION_DATE "2026-11-25" /* of the man page */

#endif
