#!/bin/sh
# SPDX-License-Identifier: MIT
# How many curl at once, if the server has a pool of 4 and takes 50 ms for a request?
#
#   examples/fetch.sh [SWEEP OPTION...]     default: --budget 40s
#
# USE 5, resolved. With 4, one slot of the pool is idle while a curl starts up (87 % of the best).
# With more than 5, requests only queue: 32 at once gave the same, with five times the latency.
# Then use it:   xargs -n 1 -P 5 curl -sfO <urls.txt
set -eu
[ $# -gt 0 ] || set -- --budget 40s
for need in python3 curl; do
    command -v $need >/dev/null || { echo "fetch.sh: needs $need" >&2; exit 77; }
done
knee=${KNEE:-knee}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill $server 2>/dev/null; rm -rf "$work"' EXIT INT TERM
cat >"$work/server.py" <<'PY'
import http.server, socketserver, sys, threading, time
pool = threading.Semaphore(4)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with pool:
            time.sleep(0.05)
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"done\n")
    def log_message(self, *ignored):
        pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 256
server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, file=open(sys.argv[1] + ".new", "w"), flush=True)
import os
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
PY
python3 "$work/server.py" "$work/port" &
server=$!
tries=0
while [ ! -s "$work/port" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
port=$(cat "$work/port")
for i in $(seq 100); do echo "http://127.0.0.1:$port/$i"; done |
    "$knee" sweep --items - --max-level 32 --timeout 10s "$@" -- curl -sf -o /dev/null {}
