/* SPDX-License-Identifier: MIT */
/* Appends its arguments to the file named by the first one: in hexadecimal, one line per run. */
#include <stdio.h>

int main(int argc, char **argv)
{
    FILE *out = argc > 1 ? fopen(argv[1], "ae") : NULL;
    char line[8192];
    size_t used = 0;
    if (!out)
        return 1;
    for (int i = 2; i < argc; i++) {
        for (const unsigned char *c = (const unsigned char *)argv[i]; *c && used < 8000; c++)
            used += (size_t)snprintf(line + used, sizeof line - used, "%02x", *c);
        used += (size_t)snprintf(line + used, sizeof line - used, i + 1 < argc ? " " : "\n");
    }
    setvbuf(out, NULL, _IOFBF, sizeof line);
    fwrite(line, 1, used, out);
    return fclose(out) ? 1 : 0;
}
