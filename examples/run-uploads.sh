#!/bin/sh
# SPDX-License-Identifier: MIT
# Uploads to a server that takes 6 at a time, refuses one in ten, and hangs on one in a hundred:
# retries with pauses, a timeout relative to the others, and a directory to go on from.
#
#   examples/run-uploads.sh [COUNT] [RUN OPTION...]     default: 200 uploads
set -eu
count=${1:-200}
[ $# -eq 0 ] || shift
for need in python3 curl; do
    command -v $need >/dev/null || { echo "run-uploads.sh: needs $need" >&2; exit 77; }
done
knee=${KNEE:-knee}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill $server 2>/dev/null; rm -rf "$work"' EXIT INT TERM
cat >"$work/server.py" <<'PY'
import http.server, os, random, socketserver, sys, threading, time
pool = threading.Semaphore(6)
random.seed(7)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        luck = random.random()
        with pool:
            time.sleep(0.05)
        if luck < 0.01:
            time.sleep(20)
        self.send_response(503 if luck < 0.1 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *ignored):
        pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 256
server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, file=open(sys.argv[1] + ".new", "w"), flush=True)
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
PY
python3 "$work/server.py" "$work/port" &
server=$!
tries=0
while [ ! -s "$work/port" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
port=$(cat "$work/port")
echo "content" >"$work/file"
seq "$count" | "$knee" run --retries 5 --timeout 1000% "$@" -- \
    curl -sf -H Expect: -T "$work/file" "http://127.0.0.1:$port/{}"
