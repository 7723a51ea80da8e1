/* SPDX-License-Identifier: MIT */
#error "libpq is left out: include this only #if defined KNEE_WITH_LIBPQ"
