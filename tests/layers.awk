# SPDX-License-Identifier: MIT
# Checks the layers from the include lines: each directory includes only itself and what is named
# here. The composition root, tuner/main.c and tuner/cmd_*, and the tests may include everything.
# Checks for the functions that are banned everywhere, too.
BEGIN {
    allowed["core"] = " core "
    allowed["workloads"] = " workloads core "
    allowed["tuner"] = " tuner core "
    allowed["reports"] = " reports core tuner "
    allowed["plots"] = " plots core "
}
FNR == 1 {
    split(FILENAME, part, "/")
    layer = part[1]
    root = FILENAME ~ /^(tests\/.*|tuner\/(main\.c|cmd_[^\/]*))$/
}
!root && /^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\"")
    split(quoted[2], target, "/")
    if (index(allowed[layer], " " target[1] " ") == 0) {
        printf "%s:%d: %s may not include %s\n", FILENAME, FNR, layer, quoted[2]
        bad = 1
    }
}
/(^|[^a-zA-Z0-9_])(sprintf|strcpy|strcat|strtok|atoi|atol|atof|gets|alloca)\(/ {
    printf "%s:%d: a banned function: %s\n", FILENAME, FNR, $0
    bad = 1
}
END { exit bad }
