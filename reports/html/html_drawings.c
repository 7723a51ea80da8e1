/* SPDX-License-Identifier: MIT */
#include "reports/html/html_drawings.h"

#include "core/base/file.h"
#include "core/text/strings.h"
#include "plots/expert.h"
#include "reports/html/html.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 4648, with padding. */
static void put_base64(FILE *in, FILE *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char three[3];
    size_t got;
    while ((got = fread(three, 1, sizeof three, in)) > 0) {
        uint32_t bits = (uint32_t)three[0] << 16 | (got > 1 ? (uint32_t)three[1] << 8 : 0) |
                        (got > 2 ? (uint32_t)three[2] : 0);
        for (size_t i = 0; i < 4; i++)
            fputc(i <= got ? digits[bits >> (18 - 6 * i) & 63] : '=', out);
    }
}

/* A figure of DIR/NAME.svg; false if it is not there. `before` is written first. A link is not
 * followed: in a directory of another user it would put any file into the page. */
static bool put_figure(const char *dir, const char *name, const char *caption, const char *before,
                       FILE *out)
{
    char path[4096];
    snprintf(path, sizeof path, "%.3900s/%s.svg", dir, name);
    FILE *in = knee_file_open_regular(path, false);
    if (!in)
        return false;
    fprintf(out, "%s<figure><img alt=\"Chart: ", before);
    knee_html_text(out, caption);
    fputs("\" src=\"data:image/svg+xml;base64,", out);
    put_base64(in, out);
    fputs("\"><figcaption>", out);
    knee_html_text(out, caption);
    fprintf(out, " (%s.gp draws it)</figcaption></figure>\n", name);
    fclose(in); /* it was only read */
    return true;
}

void knee_html_drawings_experts(const struct knee_workload_result *workload, const char *dir,
                                FILE *out)
{
    char base[80], name[128];
    bool open = false;
    if (!dir)
        return;
    knee_strings_file_name(base, sizeof base, workload->name);
    for (size_t i = 0; i < knee_expert_charts_count; i++) {
        const struct knee_expert_chart *chart = &knee_expert_charts[i];
        snprintf(name, sizeof name, "%s-%s", base, chart->suffix);
        const char *before =
            open ? "" : "<details>\n<summary>Expert charts</summary>\n<div class=\"experts\">\n";
        open |= put_figure(dir, name, chart->title, before, out);
    }
    fputs(open ? "</div></details>\n" : "", out);
}

void knee_html_drawings_overview(const char *dir, FILE *out)
{
    if (dir)
        put_figure(dir, "overview", "all workloads, each as a share of its best", "", out);
}

void knee_html_drawings_figure(const char *dir, const char *name, const char *caption, FILE *out)
{
    if (dir)
        put_figure(dir, name, caption, "", out);
}
