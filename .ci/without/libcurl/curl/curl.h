/* SPDX-License-Identifier: MIT */
#error "libcurl is left out: include this only #if defined KNEE_WITH_LIBCURL"
