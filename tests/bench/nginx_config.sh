# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# For scripts that start nginx: `. tests/bench/nginx_config.sh`.

# nginx_config DIR LINES: one worker, all of whose files are in DIR; LINES stand inside of `http`.
nginx_config() {
    cat <<END
worker_processes 1; daemon off; pid $1/nginx.pid; error_log $1/error.log;
events { worker_connections 4096; }
http {
    access_log off; client_body_temp_path $1/temp; proxy_temp_path $1/temp; fastcgi_temp_path $1/temp;
    uwsgi_temp_path $1/temp; scgi_temp_path $1/temp;
$2
}
END
}
