/* SPDX-License-Identifier: MIT */
#include "core/text/shell_line.h"

#include "core/text/placeholders.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Digits alone: no quotes are put around them, and none are needed. */
#define NUMBERS (KNEE_PLACEHOLDER_NUMBER | KNEE_PLACEHOLDER_SLOT | KNEE_PLACEHOLDER_LEVEL)

struct scanner {
    char quote;    /* ' or " or `, whose end was not seen yet; 0: none */
    bool ansi;     /* of '...': begun by $', so that a backslash escapes */
    bool comment;  /* up to the end of the line */
    bool document; /* a here-document was announced: where it begins and ends is not followed */
    char before;   /* the byte before, 0 at the start */
};

static const char *judge_place(const struct scanner *scanner)
{
    if (scanner->quote == '`')
        return "inside backquotes; write $(...)";
    if (scanner->quote)
        return "inside quotes; leave them out: values are quoted already";
    if (scanner->comment)
        return "in a comment; remove it";
    if (scanner->document)
        return "after <<; pass it as an argument";
    if (scanner->before == '$')
        return "after $; put a blank between them";
    return NULL;
}

/* Does a # at this place begin a comment? */
static bool begins_word(char before)
{
    return before == '\0' || strchr(" \t\n;&|()", before) != NULL;
}

static void step(struct scanner *scanner, const char *at)
{
    bool quote = *at == '\'' || *at == '"' || *at == '`';
    if (scanner->comment) {
        scanner->comment = *at != '\n';
    } else if (scanner->quote) {
        if (*at == scanner->quote)
            scanner->quote = '\0';
    } else if (quote) {
        scanner->quote = *at;
        scanner->ansi = *at == '\'' && scanner->before == '$';
    } else if (*at == '#' && begins_word(scanner->before)) {
        scanner->comment = true;
    } else if (at[0] == '<' && at[1] == '<') {
        scanner->document = true;
    }
    scanner->before = *at;
}

const char *knee_shell_line_unsafe(const char *line)
{
    struct scanner scanner = {.quote = '\0'};
    for (const char *at = line; *at;) {
        const struct knee_placeholder_word *word = knee_placeholder_at(at);
        bool escapes = *at == '\\' && !scanner.comment && (scanner.quote != '\'' || scanner.ansi);
        if (word) {
            const char *unsafe = word->which & NUMBERS ? NULL : judge_place(&scanner);
            if (unsafe)
                return unsafe;
            scanner.before = 'x';
            at += word->bytes;
        } else if (escapes && at[1]) {
            const struct knee_placeholder_word *next = knee_placeholder_at(at + 1);
            if (next && !(next->which & NUMBERS))
                return "after a backslash; remove that";
            scanner.before = 'x';
            at += 2;
        } else {
            step(&scanner, at++);
        }
    }
    return NULL;
}
