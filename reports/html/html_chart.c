/* SPDX-License-Identifier: MIT */
#include "reports/html/html_chart.h"

#include "core/text/human.h"
#include "reports/html/html.h"

#include <math.h>
#include <string.h>

/* The picture, in px of its own coordinates; a phone shows it at two thirds. */
#define WIDTH 480
#define HEIGHT 372
#define LEFT 52.0
#define RIGHT 470.0
#define FULL_Y 58.0  /* 100 % */
#define ZERO_Y 230.0 /* 0 % */
#define TOP_Y 26.0
#define LATENCY_TOP_Y 262.0
#define LATENCY_ZERO_Y 326.0
#define CHAR_PX 8.2    /* at the 15 px of a phone */
#define MARGIN_PX 16.0 /* between the frame and the first and last level */
#define TICKS_MAX 64

struct chart {
    const struct knee_workload_result *workload;
    FILE *out;
    double low, high; /* of the level axis */
    double latency_max_s;
};

static double x_of(const struct chart *chart, double level)
{
    double from = LEFT + MARGIN_PX, to = RIGHT - MARGIN_PX;
    if (!(chart->high > chart->low))
        return (from + to) / 2;
    return from + (to - from) * log(level / chart->low) / log(chart->high / chart->low);
}

/* NAN where the share is not known. */
static double y_of(double of_best)
{
    return isfinite(of_best) ? ZERO_Y - (ZERO_Y - FULL_Y) * fmax(of_best, 0) : NAN;
}

static double latency_y(const struct chart *chart, double s)
{
    return LATENCY_ZERO_Y - (LATENCY_ZERO_Y - LATENCY_TOP_Y - 6) * s / chart->latency_max_s;
}

/* Text at a level, set so that it stays inside of the frame. */
static void text_at(const struct chart *chart, double x, double y, const char *class,
                    const char *text)
{
    double half = (double)strlen(text) * CHAR_PX / 2;
    const char *anchor = x - half < LEFT ? "start" : x + half > RIGHT ? "end" : "middle";
    double at = x - half < LEFT ? LEFT + 3 : x + half > RIGHT ? RIGHT - 3 : x;
    fprintf(chart->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s%s%s>", at, y, anchor,
            *class ? " class=\"" : "", class, *class ? "\"" : "");
    knee_html_text(chart->out, text);
    fputs("</text>\n", chart->out);
}

static double of_best(const struct chart *chart, const struct knee_level *level)
{
    return level ? knee_workload_result_of_best(chart->workload, level) : NAN;
}

static void frames(const struct chart *chart)
{
    double tolerance = chart->workload->decision.tolerance_ratio;
    char text[96], best[KNEE_HUMAN_BYTES];
    double full = y_of(1 - (tolerance > 0 ? tolerance : .02));
    fprintf(chart->out,
            "<rect class=\"full\" x=\"%.0f\" y=\"%.1f\" width=\"%.0f\" height=\"%.1f\"/>\n"
            "<path class=\"frame\" d=\"M%.0f %.0fV%.0fH%.0fM%.0f %.0fV%.0fH%.0f\"/>\n",
            LEFT, FULL_Y, RIGHT - LEFT, full - FULL_Y, LEFT, TOP_Y, ZERO_Y, RIGHT, LEFT,
            LATENCY_TOP_Y, LATENCY_ZERO_Y, RIGHT);
    for (int percent = 0; percent <= 100; percent += 50)
        fprintf(chart->out,
                "<text class=\"soft\" x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>\n",
                LEFT - 5, y_of(percent / 100.) + 4, percent);
    for (size_t i = 0; i < chart->workload->levels_count; i++) {
        const struct knee_level *level = &chart->workload->levels[i];
        double share = of_best(chart, level);
        if (share > 0) {
            snprintf(text, sizeof text, "100 %% = %s items/s",
                     knee_human_rate(best, level->throughput_per_s / share));
            fprintf(chart->out, "<text class=\"soft\" x=\"%.0f\" y=\"14\">%s</text>\n", 4.0, text);
            break;
        }
    }
    fprintf(chart->out,
            "<text class=\"soft\" x=\"%.0f\" y=\"%.0f\">p95 latency</text>\n"
            "<text class=\"soft\" x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">items at once "
            "(logarithmic)</text>\n",
            LEFT + 4, LATENCY_TOP_Y - 6, (LEFT + RIGHT) / 2, HEIGHT - 6);
}

static void band(const struct chart *chart)
{
    const struct knee_workload_result *workload = chart->workload;
    bool open = false;
    for (int side = 0; side < 2; side++)
        for (size_t n = 0; n < workload->levels_count; n++) {
            const struct knee_level *level =
                &workload->levels[side ? workload->levels_count - 1 - n : n];
            double bound = side ? level->throughput_ci_low_per_s : level->throughput_ci_high_per_s;
            double share = bound / level->throughput_per_s * of_best(chart, level);
            if (!isfinite(share))
                continue;
            double y = y_of(fmin(share, 1.15));
            fputs(open ? " " : "<polygon class=\"band\" points=\"", chart->out);
            open = true;
            fprintf(chart->out, "%.1f,%.1f", x_of(chart, level->level), y);
        }
    fputs(open ? "\"/>\n" : "", chart->out);
}

/* The line and its points: of throughput, or of latency. */
static void curve(const struct chart *chart, bool latency)
{
    const struct knee_workload_result *workload = chart->workload;
    bool open = false;
    for (int points = 0; points < 2; points++)
        for (size_t i = 0; i < workload->levels_count; i++) {
            const struct knee_level *level = &workload->levels[i];
            double x = x_of(chart, level->level);
            double y =
                latency ? latency_y(chart, level->latency_p95_s) : y_of(of_best(chart, level));
            if (!isfinite(y))
                continue;
            if (points) {
                fprintf(chart->out,
                        "%s<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.6\"/>\n",
                        open ? "\"/>\n" : "", x, y);
                open = false;
                continue;
            }
            fputs(open      ? " "
                  : latency ? "<polyline class=\"curve latency\" points=\""
                            : "<polyline class=\"curve\" points=\"",
                  chart->out);
            open = true;
            fprintf(chart->out, "%.1f,%.1f", x, y);
        }
}

static bool still_rises(const struct chart *chart, uint32_t level)
{
    const struct knee_workload_result *workload = chart->workload;
    for (size_t i = 0; i + 1 < workload->levels_count; i++)
        if (workload->levels[i].level == level)
            return of_best(chart, &workload->levels[i + 1]) >
                   of_best(chart, &workload->levels[i]) + .04;
    return false;
}

static void hollow(const struct chart *chart, uint32_t level, const char *name)
{
    double y = y_of(of_best(chart, knee_workload_result_at(chart->workload, level)));
    char text[64];
    if (!isfinite(y))
        return;
    double x = x_of(chart, level);
    bool left = still_rises(chart, level); /* the curve then lies above */
    snprintf(text, sizeof text, "%s %u", name, level);
    fprintf(chart->out, "<circle class=\"hollow\" cx=\"%.1f\" cy=\"%.1f\" r=\"5.5\"/>\n", x, y);
    double below = left ? 16 : 24;
    text_at(chart, x + (left ? 10 + (double)strlen(text) * CHAR_PX / 2 : 0),
            y + below < ZERO_Y ? y + below : y - 12, "", text);
}

/* The answer: a dot, or a bracket where it is not known. */
static void answer(const struct chart *chart)
{
    const struct knee_workload_result *workload = chart->workload;
    const struct knee_decision *decision = &workload->decision;
    uint32_t use = knee_workload_result_use(workload);
    double y = y_of(of_best(chart, knee_workload_result_at(workload, use)));
    char text[96];
    /* Under another objective the limit may be none of the knee's candidates. */
    bool bracket = decision->verdict == KNEE_VERDICT_UNRESOLVED && decision->knee_low > 0 &&
                   decision->knee_low < decision->knee_high && use >= decision->knee_low &&
                   use <= decision->knee_high;
    if (bracket) {
        bool open = decision->knee_high > chart->high; /* beyond what was measured it points on */
        double from = x_of(chart, decision->knee_low);
        double to = open ? RIGHT : x_of(chart, decision->knee_high);
        fprintf(chart->out, "<path class=\"bracket\" d=\"M%.1f %.0fv10m0 -5H%.1fm%s\"/>\n", from,
                FULL_Y - 15, to, open ? "-7 -6l7 6l-7 6" : "0 -5v10");
        snprintf(text, sizeof text, "between %u and %u", decision->knee_low, decision->knee_high);
        text_at(chart, (from + to) / 2, FULL_Y - 20, "use", text);
    } else if (isfinite(y) && knee_workload_result_measured(workload)) {
        fprintf(chart->out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"8\"/>\n",
                x_of(chart, use), y);
        snprintf(text, sizeof text, "USE %u%s", use,
                 decision->verdict == KNEE_VERDICT_UNRESOLVED ? "?" : "");
        /* Not on the curve that goes on to full speed. */
        double above = y - 13 < FULL_Y + 16 ? fmin(y - 13, FULL_Y - 10) : y - 13;
        text_at(chart, x_of(chart, use), above, "use", text);
    }
}

static void others(const struct chart *chart)
{
    const struct knee_workload_result *workload = chart->workload;
    uint32_t use = knee_workload_result_measured(workload) ? knee_workload_result_use(workload) : 0;
    uint32_t current = workload->current, rule = workload->decision.rule_of_thumb;
    if (current > 0 && current != use)
        hollow(chart, current, current == rule ? "now, rule of thumb" : "now");
    if (rule > 0 && rule != use && rule != current)
        hollow(chart, rule, "rule of thumb");
}

/* In order of weight: the limit, the ends, powers of two, the rest, as many as fit. */
static void ticks(const struct chart *chart)
{
    const struct knee_workload_result *workload = chart->workload;
    uint32_t use = knee_workload_result_use(workload);
    double placed[TICKS_MAX];
    size_t count = 0;
    for (int round = 0; round < 4; round++)
        for (size_t i = 0; i < workload->levels_count && count < TICKS_MAX; i++) {
            uint32_t level = workload->levels[i].level;
            bool end = i == 0 || i + 1 == workload->levels_count;
            int weight = level == use ? 0 : end ? 1 : (level & (level - 1)) == 0 ? 2 : 3;
            double x = x_of(chart, level), room = CHAR_PX * (1 + floor(log10(level))) + 8;
            bool free = weight == round;
            for (size_t p = 0; p < count && free; p++)
                free = fabs(placed[p] - x) >= room;
            if (!free)
                continue;
            placed[count++] = x;
            fprintf(chart->out,
                    "<path class=\"frame\" d=\"M%.1f %.0fv4\"/><text x=\"%.1f\" y=\"%.0f\" "
                    "text-anchor=\"middle\">%u</text>\n",
                    x, LATENCY_ZERO_Y, x, LATENCY_ZERO_Y + 18, level);
        }
}

static void latency_panel(const struct chart *chart)
{
    char text[KNEE_HUMAN_BYTES];
    if (!(chart->latency_max_s > 0))
        return;
    fprintf(chart->out,
            "<text class=\"soft\" x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%s at most</text>\n",
            RIGHT, LATENCY_TOP_Y - 6, knee_human_latency(text, chart->latency_max_s));
    curve(chart, true);
}

bool knee_html_chart(const struct knee_workload_result *workload, const char *about, FILE *out)
{
    struct chart chart = {.workload = workload, .out = out};
    bool known = false;
    for (size_t i = 0; i < workload->levels_count; i++) {
        known |= of_best(&chart, &workload->levels[i]) > 0;
        chart.latency_max_s = fmax(chart.latency_max_s, workload->levels[i].latency_p95_s);
    }
    if (!known)
        return false;
    chart.low = workload->levels[0].level;
    chart.high = workload->levels[workload->levels_count - 1].level;
    fprintf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
    knee_html_text(out, about);
    fputs("\">\n", out);
    frames(&chart);
    ticks(&chart);
    band(&chart);
    curve(&chart, false);
    others(&chart);
    answer(&chart);
    latency_panel(&chart);
    fputs("</svg>\n", out);
    return true;
}
