/* SPDX-License-Identifier: MIT */
#include "workloads/server/net_client.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES 65536u /* larger messages go in pieces */

static void hang_up(struct knee_net_client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
}

static int dial(struct knee_net_client *client)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(client->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->fd < 0)
        return errno;
    int yes = 1;
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(client->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        send(client->fd, &client->token, sizeof client->token, MSG_NOSIGNAL) < 0) {
        int error = errno;
        hang_up(client);
        return error;
    }
    return 0;
}

int knee_net_client_open(struct knee_net_client *client, const struct knee_server *server,
                         uint32_t request_bytes, uint32_t response_bytes)
{
    size_t bytes = request_bytes > response_bytes ? request_bytes : response_bytes;
    *client = (struct knee_net_client){
        .fd = -1,
        .port = server->port,
        .token = server->token,
        .request_bytes = request_bytes,
        .response_bytes = response_bytes,
        .buffer_bytes = bytes < BUFFER_BYTES ? bytes : BUFFER_BYTES,
    };
    client->buffer = calloc(1, client->buffer_bytes);
    if (!client->buffer)
        return ENOMEM;
    int error = dial(client);
    if (error)
        knee_net_client_close(client);
    return error;
}

static int send_all(struct knee_net_client *client)
{
    for (uint32_t left = client->request_bytes; left > 0;) {
        size_t piece = left < client->buffer_bytes ? left : client->buffer_bytes;
        ssize_t sent = send(client->fd, client->buffer, piece, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return errno;
        left -= sent > 0 ? (uint32_t)sent : 0;
    }
    return 0;
}

static int receive_all(struct knee_net_client *client, enum knee_server_status *status)
{
    for (uint32_t left = client->response_bytes; left > 0;) {
        size_t piece = left < client->buffer_bytes ? left : client->buffer_bytes;
        ssize_t got = recv(client->fd, client->buffer, piece, MSG_WAITALL);
        if (got == 0)
            return ECONNRESET;
        if (got < 0 && errno != EINTR)
            return errno;
        if (got > 0 && left == client->response_bytes)
            *status = (enum knee_server_status)client->buffer[0];
        left -= got > 0 ? (uint32_t)got : 0;
    }
    return 0;
}

int knee_net_client_request(struct knee_net_client *client)
{
    int error = client->fd < 0 ? dial(client) : 0;
    if (error)
        return error;
    enum knee_server_status status = KNEE_SERVER_ERROR;
    error = send_all(client);
    if (!error)
        error = receive_all(client, &status);
    if (error) {
        hang_up(client);
        return error == EPIPE ? ECONNRESET : error;
    }
    if (status == KNEE_SERVER_OK)
        return 0;
    return status == KNEE_SERVER_REFUSED ? EBUSY : EREMOTEIO;
}

void knee_net_client_close(struct knee_net_client *client)
{
    hang_up(client);
    free(client->buffer);
    client->buffer = NULL;
}
