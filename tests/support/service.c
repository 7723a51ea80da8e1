/* SPDX-License-Identifier: MIT */
#include "tests/support/service.h"

#include "core/base/clock.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_NS (20 * KNEE_NS_PER_S)
#define PATH_BYTES 1024

bool service_find(const char *program, const char *more, char *path)
{
    char folders[4 * PATH_BYTES];
    const char *own = getenv("PATH");
    snprintf(folders, sizeof folders, "%.3000s:/usr/sbin:%.900s", own ? own : "", more ? more : "");
    char *state = NULL;
    for (char *at = strtok_r(folders, ":", &state); at; at = strtok_r(NULL, ":", &state)) {
        snprintf(path, PATH_BYTES, "%.900s/%.100s", at, program);
        if (access(path, X_OK) == 0)
            return true;
    }
    return false;
}

void service_need(const char *program)
{
    char path[PATH_BYTES];
    if (service_find(program, NULL, path))
        return;
    print_message("there is no %s: not tested\n", program);
    skip();
}

static bool is_reachable(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int status = connect(fd, (struct sockaddr *)&address, sizeof address);
    close(fd);
    return status == 0;
}

static unsigned free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, bytes), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &bytes), 0);
    close(fd);
    return ntohs(address.sin_port);
}

/* Runs a shell line, which must become the server by exec. */
static void start(struct service *service, const char *line)
{
    pid_t parent = getpid();
    service->pid = fork();
    assert_true(service->pid >= 0);
    if (service->pid > 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent)
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(127);
}

static void wait_until_reachable(struct service *service, const char *what)
{
    uint64_t give_up_ns = knee_clock_now_ns() + PATIENCE_NS;
    while (service->port == 0 || !is_reachable(service->port)) {
        if (waitpid(service->pid, NULL, WNOHANG) != 0 || knee_clock_now_ns() > give_up_ns)
            fail_msg("%s does not come up", what);
        knee_clock_sleep_until_ns(knee_clock_now_ns() + 5 * KNEE_NS_PER_MS);
        if (service->port > 0)
            continue;
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/port", service->dir);
        FILE *in = fopen(path, "re");
        char digits[16] = "";
        if (in && fgets(digits, sizeof digits, in))
            service->port = (unsigned)strtoul(digits, NULL, 10);
        if (in)
            fclose(in);
    }
}

void service_start_upstream(struct service *service, const char *arguments)
{
    char line[PATH_BYTES];
    *service = (struct service){0};
    shell_dir_make(service->dir, sizeof service->dir);
    snprintf(line, sizeof line, "exec \"$PROGS/prog_upstream\" %s/port %s", service->dir,
             arguments);
    start(service, line);
    wait_until_reachable(service, "prog_upstream");
}

/* Copies `from` with PORT and DIR filled in. */
static void fill(const struct service *service, const char *from, FILE *out)
{
    while (*from) {
        if (strncmp(from, "PORT", 4) == 0) {
            fprintf(out, "%u", service->port);
            from += 4;
        } else if (strncmp(from, "DIR", 3) == 0) {
            fputs(service->dir, out);
            from += 3;
        } else {
            fputc(*from++, out);
        }
    }
}

void service_start_nginx(struct service *service, const char *http)
{
    static const char frame[] =
        "daemon off; master_process off; pid DIR/pid; error_log /dev/null crit;\n"
        "events { worker_connections 512; }\n"
        "http { access_log off; keepalive_requests 1000000000;\n"
        "client_body_temp_path DIR/1; proxy_temp_path DIR/2; fastcgi_temp_path DIR/3;\n"
        "uwsgi_temp_path DIR/4; scgi_temp_path DIR/5;\n";
    char path[PATH_BYTES], line[4 * PATH_BYTES], program[PATH_BYTES];
    *service = (struct service){.port = free_port()};
    shell_dir_make(service->dir, sizeof service->dir);
    snprintf(path, sizeof path, "%s/nginx.conf", service->dir);
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    fill(service, frame, out);
    fill(service, http, out);
    fputs("}\n", out);
    assert_int_equal(fclose(out), 0);
    assert_true(service_find("nginx", NULL, program));
    snprintf(line, sizeof line, "exec %s -c %s -e /dev/null", program, path);
    start(service, line);
    wait_until_reachable(service, "nginx");
}

void service_start_nghttpd(struct service *service)
{
    char line[PATH_BYTES];
    *service = (struct service){.port = free_port()};
    shell_dir_make(service->dir, sizeof service->dir);
    snprintf(line, sizeof line,
             "cd %s && echo ok >index.html && exec nghttpd --no-tls -a 127.0.0.1 -d . %u",
             service->dir, service->port);
    start(service, line);
    wait_until_reachable(service, "nghttpd");
}

/* The programs beside it are of the same server; a link to it may have none of them beside it. */
static void follow_links(char *path)
{
    char *real = realpath(path, NULL);
    if (real)
        snprintf(path, PATH_BYTES, "%s", real);
    free(real);
}

bool service_find_postgres(char *path)
{
    char command[PATH_BYTES], found[PATH_BYTES] = "";
    if (service_find("initdb", NULL, path)) {
        follow_links(path);
        return true;
    }
    snprintf(command, sizeof command, "ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1");
    FILE *in = popen(command, "r");
    if (in && fgets(found, sizeof found, in))
        found[strcspn(found, "\n")] = '\0';
    if (in)
        pclose(in);
    return found[0] && service_find("initdb", found, path);
}

/* The server refuses to run as root. */
#define NOBODY "65534"

void service_start_postgres(struct service *service, const char *options)
{
    char initdb[PATH_BYTES], bin[PATH_BYTES], command[8 * PATH_BYTES];
    const char *as =
        geteuid() == 0 ? "setpriv --reuid=" NOBODY " --regid=" NOBODY " --clear-groups" : "";
    struct shell_run run;
    /* SIGINT: it ends at once, and does not wait for its clients. */
    *service = (struct service){.port = free_port(), .signal = SIGINT};
    shell_dir_make(service->dir, sizeof service->dir);
    assert_true(service_find_postgres(initdb));
    snprintf(bin, sizeof bin, "%.*s", (int)(strrchr(initdb, '/') - initdb), initdb);
    snprintf(command, sizeof command,
             "{ [ -z '%s' ] || chown " NOBODY " .; } && %s %s -D data -A trust -U me --no-sync -E "
             "UTF8 --locale=C >log 2>&1 || { cat log >&2; exit 1; }",
             as, as, initdb);
    shell_run(&run, service->dir, command);
    if (run.status != 0)
        fail_msg("initdb: %s", run.err);
    shell_run_release(&run);
    snprintf(command, sizeof command,
             "cd %s && exec %s %s/postgres -D data -k %s -p %u -c listen_addresses=127.0.0.1 -c "
             "fsync=off -c shared_buffers=16MB %s >>log 2>&1",
             service->dir, as, bin, service->dir, service->port, options);
    start(service, command);
    wait_until_reachable(service, "postgres");
    snprintf(
        command, sizeof command,
        "i=0; until %s/pg_isready -q -h %s -p %u || [ $((i += 1)) -gt 200 ]; do sleep .1; done",
        bin, service->dir, service->port);
    shell_run(&run, NULL, command);
    shell_run_release(&run);
}

void service_stop(struct service *service)
{
    if (service->pid > 0) {
        kill(service->pid, service->signal ? service->signal : SIGTERM);
        waitpid(service->pid, NULL, 0);
    }
    if (service->dir[0])
        shell_dir_remove(service->dir);
    *service = (struct service){0};
}
