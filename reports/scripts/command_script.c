/* SPDX-License-Identifier: MIT */
#include "reports/scripts/command_script.h"

#include "core/text/builder.h"
#include "core/text/placeholders.h"
#include "core/text/strings.h"

#include <stdlib.h>
#include <string.h>

#define UNKNOWN_TO_ALL (KNEE_PLACEHOLDER_OUT | KNEE_PLACEHOLDER_NUMBER | KNEE_PLACEHOLDER_SLOT)

bool knee_command_script_is_needed(const struct knee_command_words *words,
                                   enum knee_command_script_runner runner)
{
    bool parallel = runner == KNEE_COMMAND_SCRIPT_PARALLEL;
    uint32_t unknown = UNKNOWN_TO_ALL | (parallel ? 0 : KNEE_PLACEHOLDER_PARTS);
    return (words->placeholders & unknown) || words->environment_count > 0 ||
           (words->retries > 0 && !parallel);
}

/* The variable that a placeholder becomes; NULL: the level, which is filled in before. */
static const char *variable_of(enum knee_placeholder which)
{
    switch (which) {
    case KNEE_PLACEHOLDER_ITEM:
    case KNEE_PLACEHOLDER_COPY:
        return "\"$1\"";
    case KNEE_PLACEHOLDER_NUMBER:
        return "\"$2\"";
    case KNEE_PLACEHOLDER_SLOT:
        return "\"$KNEE_SLOT\"";
    case KNEE_PLACEHOLDER_OUT:
        return "\"$out\"";
    case KNEE_PLACEHOLDER_STEM:
        return "\"${1%\"$base\"}${base%.*}\"";
    case KNEE_PLACEHOLDER_BASE:
        return "\"$base\"";
    case KNEE_PLACEHOLDER_FOLDER:
        return "\"$folder\"";
    case KNEE_PLACEHOLDER_BASE_STEM:
        return "\"${base%.*}\"";
    case KNEE_PLACEHOLDER_LEVEL:
    case KNEE_PLACEHOLDER_PARTS:
    case KNEE_PLACEHOLDER_OF_ITEM:
        break;
    }
    return NULL;
}

/* The first placeholder in `text` that becomes a variable; NULL: none. */
static const struct knee_placeholder_word *find_variable(const char *text, const char **at)
{
    for (*at = strchr(text, '{'); *at; *at = strchr(*at + 1, '{')) {
        const struct knee_placeholder_word *word = knee_placeholder_at(*at);
        if (word && variable_of(word->which))
            return word;
    }
    return NULL;
}

/* The pieces between placeholders are quoted, or, with `raw`, taken as they are: a shell line. */
static int add_word(struct knee_builder *script, const char *text, bool raw)
{
    if (*text == '\0' && !raw)
        knee_builder_add(script, "''");
    while (*text) {
        const char *at = NULL;
        const struct knee_placeholder_word *word = find_variable(text, &at);
        size_t length = at ? (size_t)(at - text) : strlen(text);
        char *piece = strndup(text, length);
        char *quoted = piece && !raw && length > 0 ? knee_strings_shell(1, &piece) : NULL;
        bool failed = !piece || (!raw && length > 0 && !quoted);
        if (!failed)
            knee_builder_add(script, "%s", quoted ? quoted : piece);
        free(quoted);
        free(piece);
        if (failed)
            return -1;
        if (!word)
            break;
        knee_builder_add(script, "%s", variable_of(word->which));
        text = at + word->bytes;
    }
    return 0;
}

/* env takes any name, and keeps the shell from taking the command's name for a word of its own; a
 * shell line has no command that env could run. */
static int add_settings(struct knee_builder *script, const struct knee_command_words *words,
                        uint32_t level)
{
    int failed = 0;
    for (size_t i = 0; i < words->environment_count; i++) {
        char *const one[] = {(char *)words->environment[i]};
        const struct knee_command_words alone = {.argv = one, .argc = 1};
        char *filled = knee_command_words_at(&alone, 0, level);
        knee_builder_add(script, "%s", words->shell ? "export " : i == 0 ? "env " : "");
        failed |= !filled || add_word(script, filled, false);
        knee_builder_add(script, "%s", words->shell ? "; " : " ");
        free(filled);
    }
    return failed;
}

static int add_command(struct knee_builder *script, const struct knee_command_words *words,
                       uint32_t level)
{
    int failed = add_settings(script, words, level);
    if (words->environment_count == 0)
        knee_builder_add(script, "%s", knee_command_words_env(words));
    for (size_t i = 0; i < words->argc; i++) {
        char *filled = knee_command_words_at(words, i, level);
        knee_builder_add(script, "%s", i ? " " : "");
        failed |= !filled || add_word(script, filled, words->shell);
        free(filled);
    }
    if (knee_command_words_append(words))
        knee_builder_add(script, " ${1+\"$1\"}");
    return failed;
}

/* The parts of the item, and the path of {out}: a file for each item, in $OUT. */
static void add_variables(struct knee_builder *script, const struct knee_command_words *words)
{
    uint32_t placeholders = words->placeholders;
    if (placeholders & (KNEE_PLACEHOLDER_PARTS & ~(uint32_t)KNEE_PLACEHOLDER_FOLDER))
        knee_builder_add(script, "base=${1##*/}; export base; ");
    if (placeholders & KNEE_PLACEHOLDER_FOLDER)
        knee_builder_add(script, "folder=$(dirname -- \"$1\"); export folder; ");
    if (!(placeholders & KNEE_PLACEHOLDER_OUT))
        return;
    knee_builder_add(script, words->has_items ? "out=$OUT/$(printf %%s \"$1\" | tr / _); "
                                              : "out=$OUT/$$; ");
    knee_builder_add(script, "export out; ");
}

/* A shell line that is to be timed or tried again runs in a shell of its own: it may hold anything.
 */
static int add_shell_in_shell(struct knee_builder *script, const struct knee_command_words *words,
                              uint32_t level)
{
    struct knee_builder line = {.text = NULL};
    int failed = add_command(&line, words, level);
    char *text = knee_builder_take(&line);
    char *quoted = text && !failed ? knee_strings_shell(1, &text) : NULL;
    if (quoted)
        knee_builder_add(script, "sh -c %s sh ${1+\"$@\"}", quoted);
    failed |= !quoted;
    free(quoted);
    free(text);
    return failed;
}

char *knee_command_script_make(const struct knee_command_words *words,
                               enum knee_command_script_runner runner, uint32_t level)
{
    struct knee_builder script = {.text = NULL};
    bool care = runner == KNEE_COMMAND_SCRIPT_XARGS;
    bool tries = care && words->retries > 0, timed = care && words->timeout_ns > 0;
    char timeout[48];
    add_variables(&script, words);
    knee_builder_add(&script, "%s%s", tries ? "tries=0; until " : "",
                     timed ? knee_command_words_timeout(words, timeout) : "");
    int failed = words->shell && (tries || timed) ? add_shell_in_shell(&script, words, level)
                                                  : add_command(&script, words, level);
    if (tries)
        knee_builder_add(&script,
                         "; do code=$?; tries=$((tries + 1)); [ $tries -le %u ] || exit $code; "
                         "sleep $tries; done",
                         words->retries);
    if (!failed)
        return knee_builder_take(&script);
    knee_builder_release(&script);
    return NULL;
}
