/* SPDX-License-Identifier: MIT */
#include "reports/scripts/snippet_pools.h"

#include "reports/scripts/snippet_parts.h"

int knee_snippet_pools_gitlab(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_comment(snippet, "# ", out);
    fprintf(out, "variables:\n  KNEE_LIMIT: \"%u\"\n", snippet->limit);
    return 0;
}

int knee_snippet_pools_hikari(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_comment(snippet, "# ", out);
    fprintf(out,
            "# in hikari.properties; Spring Boot: spring.datasource.hikari.maximum-pool-size=%u\n"
            "maximumPoolSize=%u\n",
            snippet->limit, snippet->limit);
    return 0;
}

int knee_snippet_pools_pgbouncer(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_comment(snippet, "; ", out);
    fprintf(out, "[pgbouncer]\ndefault_pool_size = %u\n", snippet->limit);
    return 0;
}

/* Without the zone each worker process of nginx would count on its own. */
int knee_snippet_pools_nginx(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_comment(snippet, "# ", out);
    fprintf(out,
            "# in http { }, with the server's own address\n"
            "upstream knee_backend {\n"
            "    zone knee_backend 64k;\n"
            "    server 127.0.0.1:8080 max_conns=%u;\n"
            "}\n",
            snippet->limit);
    return 0;
}

int knee_snippet_pools_python(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_comment(snippet, "# ", out);
    fprintf(out,
            "# concurrent.futures.ThreadPoolExecutor(max_workers=KNEE_LIMIT)\n"
            "KNEE_LIMIT = %u\n",
            snippet->limit);
    return 0;
}

int knee_snippet_pools_node(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_comment(snippet, "// ", out);
    fprintf(out,
            "// with p-limit: const limit = pLimit(KNEE_LIMIT);\n"
            "const KNEE_LIMIT = %u;\n",
            snippet->limit);
    return 0;
}

int knee_snippet_pools_systemd(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_comment(snippet, "# ", out);
    fprintf(out, "[Service]\nEnvironment=KNEE_LIMIT=%u\n", snippet->limit);
    return 0;
}
