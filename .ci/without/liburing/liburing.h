/* SPDX-License-Identifier: MIT */
#error "liburing is left out: include this only #if defined KNEE_WITH_LIBURING"
