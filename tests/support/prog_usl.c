/* SPDX-License-Identifier: MIT */
/* A command whose throughput follows the Universal Scalability Law with sigma .05 and kappa .004:
 *     prog_usl N MS    with N in flight an item takes MS x (1 + sigma (N-1) + kappa N (N-1))
 * so that N / time is the law's X(N). Its peak is at sqrt((1 - sigma) / kappa) = 15.4. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SIGMA .05
#define KAPPA .004

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "prog_usl: N MS\n");
        return 2;
    }
    double n = strtod(argv[1], NULL), ms = strtod(argv[2], NULL);
    double s = 1e-3 * ms * (1 + SIGMA * (n - 1) + KAPPA * n * (n - 1));
    struct timespec time = {.tv_sec = (time_t)s};
    time.tv_nsec = (long)(1e9 * (s - (double)time.tv_sec));
    nanosleep(&time, NULL);
    return 0;
}
