/* SPDX-License-Identifier: MIT */
/* Another user of the host, who found the port of a sweep's loopback server:
 *     prog_garbage PID CONNECTIONS
 * waits for the server of the knee PID, then becomes `nobody` and, until the server ends, keeps
 * this many connections open, sends garbage through each and opens it again if it is closed. Prints
 * how many connections it made, how many bytes it sent, and the most memory that the server used.
 * Needs root: to see whose port it is, and to become somebody else. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOBODY 65534
#define CONNECTIONS_MAX 1000
#define PATIENCE 400 /* looks, 50 ms apart */

struct sent {
    unsigned long connections, bytes;
};

static void pause_ms(long ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* The number after `key` in a file of /proc/PID; 0: none. */
static unsigned long status_of(long pid, const char *key)
{
    char path[64], line[256];
    unsigned long value = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    FILE *in = fopen(path, "re");
    while (in && fgets(line, sizeof line, in))
        if (strncmp(line, key, strlen(key)) == 0)
            value = strtoul(line + strlen(key), NULL, 10);
    if (in)
        fclose(in);
    return value;
}

static bool is_server(long pid, long knee)
{
    char path[64], name[32] = "";
    snprintf(path, sizeof path, "/proc/%ld/comm", pid);
    FILE *in = fopen(path, "re");
    bool read = in && fgets(name, sizeof name, in);
    if (in)
        fclose(in);
    return read && strcmp(name, "knee-server\n") == 0 && status_of(pid, "PPid:") == (unsigned)knee;
}

static long find_server(long knee)
{
    DIR *dir = opendir("/proc");
    long found = 0;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        long pid = strtol(entry->d_name, NULL, 10);
        if (pid > 0 && is_server(pid, knee))
            found = pid;
    }
    if (dir)
        closedir(dir);
    return found;
}

/* The port of the socket that listens and has this inode; 0: none. */
static unsigned port_of_inode(unsigned long inode)
{
    char line[512];
    unsigned port = 0, at, state;
    unsigned long read;
    FILE *in = fopen("/proc/net/tcp", "re");
    while (in && fgets(line, sizeof line, in))
        if (sscanf(line, "%*d: %*x:%x %*x:%*x %x %*s %*s %*s %*s %*s %lu", &at, &state, &read) ==
                3 &&
            state == 0x0a && read == inode)
            port = at;
    if (in)
        fclose(in);
    return port;
}

static unsigned port_of(long server)
{
    char path[64], target[64];
    unsigned port = 0;
    for (int fd = 0; fd < 256 && !port; fd++) {
        snprintf(path, sizeof path, "/proc/%ld/fd/%d", server, fd);
        ssize_t bytes = readlink(path, target, sizeof target - 1);
        if (bytes <= 0)
            continue;
        target[bytes] = '\0';
        if (strncmp(target, "socket:[", 8) == 0)
            port = port_of_inode(strtoul(target + 8, NULL, 10));
    }
    return port;
}

/* Text, a whole token's length of it, a byte, or nothing: whatever, again and again. */
static void send_garbage(int fd, unsigned turn, struct sent *sent)
{
    static const size_t SIZES[] = {1, 16, 4096, 0, 15, 700};
    char bytes[4096];
    memset(bytes, (int)(turn * 37), sizeof bytes);
    ssize_t done = send(fd, bytes, SIZES[turn % 6], MSG_NOSIGNAL | MSG_DONTWAIT);
    sent->bytes += done > 0 ? (unsigned long)done : 0;
}

static int connect_to(unsigned port, struct sent *sent)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
        sent->connections++;
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool is_closed(int fd)
{
    char byte;
    ssize_t got = recv(fd, &byte, 1, MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

static void be_a_nuisance(unsigned port, unsigned count, struct sent *sent)
{
    static int fds[CONNECTIONS_MAX];
    memset(fds, -1, sizeof fds);
    for (unsigned turn = 0;; turn++) {
        unsigned i = turn % count;
        if (fds[i] >= 0 && is_closed(fds[i])) {
            close(fds[i]);
            fds[i] = -1;
        }
        if (fds[i] < 0)
            fds[i] = connect_to(port, sent);
        if (fds[i] >= 0)
            send_garbage(fds[i], turn, sent);
        if (i == 0)
            pause_ms(2); /* the sweep measures on the same CPUs */
    }
}

int main(int argc, char **argv)
{
    long knee = argc == 3 ? strtol(argv[1], NULL, 10) : 0, server = 0;
    unsigned count = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0, port = 0;
    if (knee < 1 || count < 1 || count > CONNECTIONS_MAX) {
        fprintf(stderr, "prog_garbage: PID CONNECTIONS\n");
        return 2;
    }
    for (int i = 0; i < PATIENCE && !port; i++) {
        pause_ms(i ? 50 : 0);
        server = find_server(knee);
        port = server ? port_of(server) : 0;
    }
    struct sent *sent =
        mmap(NULL, sizeof *sent, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!port || sent == MAP_FAILED)
        return 1;
    pid_t stranger = fork();
    if (stranger == 0) {
        if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
            _exit(1);
        prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL); /* setuid() forgets it */
        be_a_nuisance(port, count, sent);
    }
    unsigned long most_kb = 0;
    for (unsigned long kb; (kb = status_of(server, "VmHWM:")) > 0; pause_ms(20))
        most_kb = kb;
    kill(stranger, SIGKILL);
    waitpid(stranger, NULL, 0);
    printf("connections=%lu bytes=%lu server_kb=%lu\n", sent->connections, sent->bytes, most_kb);
    return sent->connections > count && sent->bytes > 0 ? 0 : 1;
}
