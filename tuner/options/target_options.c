/* SPDX-License-Identifier: MIT */
#include "tuner/options/target_options.h"

#include "tuner/options/option_readers.h"

#include <ctype.h>
#include <string.h>

#define SECTION "A service"
#define EXPECTED "200-299"
#define METHOD_BYTES_MAX 32u
#define FIELD(name) .offset = offsetof(struct knee_target_options, name)

/* The libraries that are missing. */
#if defined KNEE_WITH_LIBCURL
#define HTTP_LACKS NULL
#else
#define HTTP_LACKS "libcurl"
#endif
#if defined KNEE_WITH_LIBCURL || defined KNEE_WITH_LIBPQ
#define ALL_LACK NULL
#else
#define ALL_LACK "libcurl" /* libpq would do, too */
#endif

static int read_expect(const struct knee_option *option, const char *text, void *values,
                       struct knee_err *err)
{
    struct knee_target_options *options = values;
    if (knee_status_set_parse(&options->expect, text) == 0)
        return 0;
    return knee_err_set(err, KNEE_USAGE,
                        "--%s: \"%.80s\" is not a list of status codes; write --%s 200-299,304",
                        option->name, text, option->name);
}

static int read_method(const struct knee_option *option, const char *text, void *values,
                       struct knee_err *err)
{
    size_t letters = 0;
    while (isupper((unsigned char)text[letters]))
        letters++;
    if (text[letters] || letters == 0 || letters > METHOD_BYTES_MAX)
        return knee_err_set(err, KNEE_USAGE,
                            "--%s: \"%.40s\" is not a method; write it in capitals: --%s POST",
                            option->name, text, option->name);
    return knee_option_text(option, text, values, err);
}

static int read_header(const struct knee_option *option, const char *text, void *values,
                       struct knee_err *err)
{
    bool named = text[0] == '@' ? text[1] != '\0' : text[0] != ':' && strpbrk(text, ":;");
    if (!named)
        return knee_err_set(err, KNEE_USAGE,
                            "--%s: no name; write NAME:VALUE, or @FILE with such lines",
                            option->name);
    return knee_option_list(option, text, values, err);
}

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "method", .argument = "METHOD", .section = SECTION,
     .help = "how to ask an http:// or https:// URL; methods beyond GET and HEAD may change things "
             "there, again and again",
     .fallback = "GET", .read = read_method, FIELD(method), .example = "POST", .lacks = HTTP_LACKS},
    {.name = "header", .argument = "NAME:VALUE|@FILE", .section = SECTION,
     .help = "a header to send, or a file with one a line; repeatable. Values are not kept in the "
             "results, and only those from a file are hidden from ps",
     .read = read_header, FIELD(headers),
     .count_offset = offsetof(struct knee_target_options, headers_count),
     .max = KNEE_TARGET_HEADERS_MAX, .example = "Accept:text/html", .lacks = HTTP_LACKS},
    {.name = "data", .argument = "FILE", .section = SECTION,
     .help = "a file to send, with --method", .read = knee_option_text, FIELD(data),
     .example = "body.json", .lacks = HTTP_LACKS},
    {.name = "expect", .argument = "CODES", .section = SECTION,
     .help = "the status codes of a success", .fallback = EXPECTED, .read = read_expect,
     FIELD(expect), .example = "200-299,304", .lacks = HTTP_LACKS},
    {.name = "user-file", .argument = "FILE", .section = SECTION,
     .help = "a file whose first line is USER:PASSWORD", .read = knee_option_text,
     FIELD(user_file), .example = "secret", .lacks = HTTP_LACKS},
    {.name = "connections", .argument = "keep|new", .section = SECTION,
     .help = "each slot keeps its connection, or makes a new one for each request",
     .fallback = "keep", .read = knee_option_word, FIELD(connections), .example = "new",
     .lacks = HTTP_LACKS},
    {.name = "location", .section = SECTION, .help = "follow redirects",
     .read = knee_option_flag, FIELD(location), .lacks = HTTP_LACKS},
    {.name = "insecure", .section = SECTION, .help = "do not check the server's certificate",
     .read = knee_option_flag, FIELD(insecure), .lacks = HTTP_LACKS},
    {.name = "max-requests", .argument = "N", .section = SECTION,
     .help = "end when this many requests have been made", .read = knee_option_uint64,
     FIELD(max_requests), .min = 1, .max = 1e15, .example = "100000", .lacks = ALL_LACK},
    {.name = NULL},
};
/* clang-format on */

static void init(void *values)
{
    struct knee_target_options *options = values;
    knee_status_set_parse(&options->expect, EXPECTED);
}

const struct knee_option_part knee_target_options_part = {.options = OPTIONS, .init = init};

bool knee_target_option_is_http(const struct knee_option *option)
{
    return knee_option_is_of(option, &knee_target_options_part) &&
           strcmp(option->name, "max-requests") != 0;
}
