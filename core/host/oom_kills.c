/* SPDX-License-Identifier: MIT */
#include "core/host/oom_kills.h"

#include "core/host/hostfile.h"

#include <signal.h>

#define SHELL_SIGNALS 128

uint64_t knee_oom_kills(const char *root)
{
    char text[16384];
    uint64_t kills = 0;
    if (!knee_hostfile_read(root, "/proc", "vmstat", text, sizeof text) ||
        !knee_hostfile_value(text, "oom_kill", &kills))
        return 0;
    return kills;
}

bool knee_oom_kills_ended(int signal_number, int exit_code)
{
    return signal_number == SIGKILL || exit_code == SHELL_SIGNALS + SIGKILL;
}
