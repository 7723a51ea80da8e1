/* SPDX-License-Identifier: MIT */
/* Real servers for tests, on 127.0.0.1 and in folders of their own. Each ends with the test. */
#ifndef KNEE_TESTS_SUPPORT_SERVICE_H
#define KNEE_TESTS_SUPPORT_SERVICE_H

#include <stdbool.h>
#include <sys/types.h>

struct service {
    pid_t pid;
    unsigned port;
    int signal;    /* that ends it; 0: SIGTERM */
    char dir[128]; /* "": none */
};

/* Is the program in PATH, /usr/sbin or `more` (may be NULL)? `path` (1024 bytes) gets its place. */
bool service_find(const char *program, const char *more, char *path);

/* Skips the test with a line if the program is missing. */
void service_need(const char *program);

/* $PROGS/prog_upstream with these arguments after the file: "20 12". */
void service_start_upstream(struct service *service, const char *arguments);

/* nginx with `http` in its http block, in which PORT is its port and DIR its folder. Fails the test
 * if it does not come up. */
void service_start_nginx(struct service *service, const char *http);

/* nghttpd, which speaks HTTP/2 alone and without TLS; / is a short page. */
void service_start_nghttpd(struct service *service);

/* Is there a PostgreSQL server to start? `path` (1024 bytes) gets the place of initdb. */
bool service_find_postgres(char *path);

/* PostgreSQL with a cluster of its own, as a plain user, and with these options ("-c
 * max_connections=30"); its socket is in `dir`, its superuser is `me`. Fails the test if it does
 * not come up. */
void service_start_postgres(struct service *service, const char *options);

void service_stop(struct service *service); /* safe on a zeroed one */

#endif
