/* SPDX-License-Identifier: MIT */
/* knee-mpi with several ranks on this machine. */
#ifndef KNEE_TESTS_SUPPORT_FLEET_H
#define KNEE_TESTS_SUPPORT_FLEET_H

/* Runs a script in a folder of its own, and fails the test unless it prints just that, with exit
 * code 0. Skips the test without mpirun or knee-mpi, or if the script ends with 77. In the script
 *   $FLEET -np N ...    starts ranks, $KNEE_MPI is the program
 *   $BARE               likewise, but signals to it reach mpirun
 *   until_rows N FILE   waits until FILE has more than that many lines
 *   rank N              prints the process of that rank of this folder's fleet */
void fleet_check(const char *script, const char *expected);

#endif
