/* SPDX-License-Identifier: MIT */
/* One kept connection to a knee_server: a blocking socket, for one thread. */
#ifndef KNEE_WORKLOADS_SERVER_NET_CLIENT_H
#define KNEE_WORKLOADS_SERVER_NET_CLIENT_H

#include "workloads/server/server.h"

#include <stddef.h>
#include <stdint.h>

/* Must be opened before use; a zeroed one is not empty (0 is a file). */
struct knee_net_client {
    int fd; /* -1: broken or not yet connected */
    uint16_t port;
    struct knee_server_token token;
    uint32_t request_bytes, response_bytes;
    char *buffer; /* for requests and answers */
    size_t buffer_bytes;
};

/* Connects. 0 or an errno; on failure there is nothing to release. */
int knee_net_client_open(struct knee_net_client *client, const struct knee_server *server,
                         uint32_t request_bytes, uint32_t response_bytes);

/* One request and its answer, on a new connection if the last one broke. 0 or an errno: EREMOTEIO
 * the server answered with an error, EBUSY it refused, ECONNRESET it is gone. */
int knee_net_client_request(struct knee_net_client *client);

void knee_net_client_close(struct knee_net_client *client);

#endif
