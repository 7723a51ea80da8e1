/* SPDX-License-Identifier: MIT */
#error "ncurses is left out: include this only #if defined KNEE_WITH_NCURSES"
