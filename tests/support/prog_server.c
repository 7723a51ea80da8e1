/* SPDX-License-Identifier: MIT */
/* A server that uses CPU time for what it is asked, and its client:
 *     prog_server serve PATH MS       listens on the socket PATH and burns MS for each request
 *     prog_server serve PATH MS fork  in a child of its own for each
 *     prog_server ask PATH            asks once, and waits for the answer */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int fail(const char *what)
{
    fprintf(stderr, "prog_server: %s: %s\n", what, strerror(errno));
    return 1;
}

static int open_socket(const char *path, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(address->sun_path, sizeof address->sun_path, "%s", path);
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

static void burn(long ms)
{
    struct timespec used;
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < ms);
}

static void burn_more(long ms)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    burn(used.tv_sec * 1000 + used.tv_nsec / 1000000 + ms);
}

static void answer(int client, long ms)
{
    burn_more(ms);
    (void)!write(client, "x", 1);
}

static int serve(const char *path, long ms, int forks)
{
    struct sockaddr_un address;
    int listener = open_socket(path, &address);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(listener, 128) < 0)
        return fail(path);
    signal(SIGPIPE, SIG_IGN);
    for (int client; (client = accept(listener, NULL, NULL)) >= 0; close(client)) {
        pid_t child = forks ? fork() : -1;
        if (!forks)
            answer(client, ms);
        else if (child == 0)
            answer(client, ms), _exit(0);
        while (forks && waitpid(-1, NULL, WNOHANG) > 0)
            continue;
    }
    return fail("accept");
}

static int ask(const char *path)
{
    struct sockaddr_un address;
    char byte;
    int server = open_socket(path, &address);
    if (connect(server, (struct sockaddr *)&address, sizeof address) < 0)
        return fail(path);
    return read(server, &byte, 1) == 1 ? 0 : fail("read");
}

int main(int argc, char **argv)
{
    if (argc >= 4 && strcmp(argv[1], "serve") == 0)
        return serve(argv[2], strtol(argv[3], NULL, 10), argc > 4);
    if (argc == 3 && strcmp(argv[1], "ask") == 0)
        return ask(argv[2]);
    fprintf(stderr, "prog_server: serve PATH MS [fork] | ask PATH\n");
    return 2;
}
