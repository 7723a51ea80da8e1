# SPDX-License-Identifier: MIT
# Checks the English of comments, messages and pages against the table tests/words.txt:
#   awk -f tests/words.awk tests/words.txt FILE...
# FILE may be `-`: a page (or a commit message) on standard input. Prints FILE:LINE, the words that
# were found, and what to write instead. With -v count=1 it prints how often each row of the table
# was found, and finds no fault.
#
# A comment, a string literal (with those that follow it), or a paragraph is read as one text, so
# that a phrase is found across a line's end. A text that begins with a small letter (the name of
# a field, a part of a sentence) gets a `<` in front, for the exceptions to see.

# ---- the table: PATTERN, INSTEAD and EXCEPT, with two blanks or more between them ----
function read_row(fields, n)
{
    if ($0 ~ /^#/ || $0 ~ /^[ \t]*$/)
        return
    n = split($0, fields, /  +/)
    rows++
    pattern[rows] = "(^|[^a-z_])(" fields[1] ")([^a-z_]|$)"
    shown[rows] = fields[1]
    instead[rows] = fields[2]
    except[rows] = n > 2 ? fields[3] : ""
    any = any (rows > 1 ? "|" : "") fields[1]
}

# ---- one text, from several lines ----
function start_text()
{
    text = ""
    parts = 0
}
function add_text(piece)
{
    parts++
    part_start[parts] = length(text) + 1
    part_line[parts] = FNR
    text = text piece " "
}
function line_of(position, i)
{
    for (i = parts; i > 1 && part_start[i] > position; i--)
        ;
    return part_line[i]
}
function is_excepted(row, all, from, length_of, start, near, at)
{
    if (except[row] == "")
        return 0
    start = from > 40 ? from - 40 : 1
    near = substr(all, start, from - start + length_of + 40)
    at = from - start + 1
    while (match(near, except[row])) {
        if (RSTART < at + length_of && RSTART + RLENGTH > at + 1)
            return 1
        near = substr(near, RSTART + 1)
        at -= RSTART
    }
    return 0
}
function check_text(all, row, rest, before, from, length_of)
{
    if (parts == 0)
        return
    all = (text ~ /^ *[a-z]/ ? "<" : " ") tolower(text)
    gsub(/\t|\\n/, " ", all)
    if (all !~ some) { # one look for all rows takes a tenth of the time
        start_text()
        return
    }
    for (row = 1; row <= rows; row++) {
        before = 0
        rest = all
        while (match(rest, pattern[row])) {
            from = before + RSTART
            length_of = RLENGTH
            if (!is_excepted(row, all, from, length_of))
                complain(row, from, length_of)
            before = from + length_of - 2
            rest = substr(all, before + 1)
        }
    }
    start_text()
}
function complain(row, from, length_of, around)
{
    found[row]++
    bad = 1
    if (count)
        return
    around = substr(text, from > 30 ? from - 30 : 1, length_of + 60)
    gsub(/  +/, " ", around)
    printf "%s:%d: \"%s\": %s: ...%s...\n", file, line_of(from), shown[row], instead[row], around
}

# ---- C: comments and string literals; what lies between literals ends a text, blanks do not ----
function read_c(line, end)
{
    line = $0
    if (line ~ /^[ \t]*#[ \t]*include/)
        return
    while (line != "") {
        if (in_comment) {
            end = index(line, "*/")
            add_text(end ? substr(line, 1, end - 1) : line)
            if (!end)
                return
            check_text()
            in_comment = 0
            line = substr(line, end + 2)
            continue
        }
        if (!match(line, /\/\*|\/\/|"|'[^']*'|'\\''/)) {
            if (line ~ /[^ \t]/)
                check_text()
            return
        }
        if (substr(line, 1, RSTART - 1) ~ /[^ \t]/)
            check_text()
        end = substr(line, RSTART, 2)
        if (end == "/*") {
            check_text()
            in_comment = 1
            line = substr(line, RSTART + 2)
        } else if (end == "//") {
            check_text()
            add_text(substr(line, RSTART + 2))
            check_text()
            return
        } else if (substr(end, 1, 1) == "\"") {
            line = substr(line, RSTART + 1)
            match(line, /^([^"\\]|\\.)*/)
            add_text(substr(line, 1, RLENGTH))
            line = substr(line, RLENGTH + 2)
        } else {
            check_text()
            line = substr(line, RSTART + RLENGTH)
        }
    }
}

# ---- scripts: comments; those on successive lines are one text ----
function read_script(line, at)
{
    line = $0
    at = match(line, /(^|[ \t])#/) ? RSTART : 0
    if (!at || line ~ /^#!/) {
        check_text()
        return
    }
    if (substr(line, 1, at - 1) ~ /[^ \t]/)
        check_text()
    sub(/^.*(^|[ \t])#+/, "", line)
    add_text(line)
    if (line ~ /^[ \t]*$/)
        check_text()
}

# ---- pages: paragraphs, rows of tables and items of lists; code only in its comments ----
function read_page(line)
{
    line = $0
    if (line ~ /^```/) {
        check_text()
        in_code = !in_code
        return
    }
    if (in_code) {
        read_script()
        return
    }
    if (line ~ /^[ \t]*$/ || line ~ /^[ \t]*([-*|#>]|[0-9]+\.)/)
        check_text()
    gsub(/`[^`]*`/, "CODE", line)
    if (line ~ /[^ \t]/)
        add_text(line)
    if (line ~ /^#/)
        check_text()
}

BEGIN { start_text() }
NR == FNR {
    read_row()
    next
}
FNR == 1 {
    if (some == "")
        some = "(^|[^a-z_])(" any ")([^a-z_]|$)"
    check_text()
    file = FILENAME == "" || FILENAME == "-" ? "commit" : FILENAME
    in_comment = in_code = 0
}
FILENAME ~ /\.[ch]$/ {
    read_c()
    next
}
FILENAME ~ /\.(md|txt)$/ || FILENAME == "-" || FILENAME == "" {
    read_page()
    next
}
{ read_script() }
END {
    check_text()
    if (count)
        for (row = 1; row <= rows; row++)
            printf "%6d  %s\n", found[row], shown[row]
    exit count ? 0 : bad
}
