# SPDX-License-Identifier: MIT
# Checks the layers against the include lines: a folder may include only itself and the folders
# named here. An entry includes the folders below it. tuner/cli, which puts everything together, and
# tests may include anything; nothing else may include these two.
# Also checks that pure folders call nothing that has effects, and that nobody calls a banned
# function.
function may(folder, others)
{
    allowed[folder] = others
}
BEGIN {
    may("core/base", "")
    may("core/text", "core/base")
    may("core/host", "core/base core/text")
    may("core/engine", "core/base core/text core/host")

    may("core/fleet", "core/base core/text core/host")

    may("workloads/process", "core")
    may("workloads/parts", "core workloads/process")
    may("workloads/command", "core workloads/process")
    may("workloads/target", "core workloads/command")
    may("workloads/server", "core workloads/process workloads/parts")
    may("workloads", "core workloads")

    may("tuner/levels", "core")
    may("tuner/fit", "core tuner/levels")
    may("tuner/decide", "core tuner/levels tuner/fit")
    may("tuner/posterior", "core tuner/levels tuner/fit")
    pure = "core tuner/levels tuner/fit tuner/decide"
    may("tuner/search", pure " tuner/posterior")
    may("tuner/result", pure)
    may("tuner/compare", pure " tuner/result")
    may("tuner/forecast", pure " tuner/result")
    may("tuner/simulate", pure " tuner/search tuner/result tuner/compare tuner/run")
    may("tuner/store", pure " tuner/search tuner/result tuner/run tuner/options")
    may("tuner/run", "core tuner/levels")
    may("tuner/options", "core tuner/levels tuner/decide tuner/search")
    finished = pure " tuner/search tuner/result tuner/compare tuner/run tuner/simulate tuner/options tuner/store"
    may("tuner/sweep", finished " workloads")
    may("tuner/dispatch", finished " workloads")

    may("plots", "core")
    may("reports/words", finished)
    may("reports/json", finished " reports/words")
    may("reports/scripts", finished)
    may("reports/text", finished " reports/words reports/scripts")
    may("reports/markdown", finished " reports/words reports/scripts")
    may("reports/html", finished " plots reports/words reports/scripts reports/charts")
    may("reports/charts", "core plots tuner/result reports/words")
    may("reports/compare", finished " plots reports/html")
    may("reports/live", "core tuner/run workloads/process reports/text")
    may("reports/forecast", finished " tuner/forecast plots reports/words reports/text reports/html reports/charts")
    may("reports/ci", finished)
    may("reports/run", finished " plots reports/text reports/html")
    may("reports", finished " reports")

    # Pure: values in, values out. Types of core/host are fine here, calls that read the host are
    # not.
    split("tuner/levels tuner/fit tuner/decide tuner/posterior tuner/search tuner/result " \
          "tuner/compare tuner/forecast tuner/run", list, " ")
    for (i in list)
        is_pure[list[i]] = 1
}
# The folder of a path, without its last component.
function folder_of(path)
{
    sub(/\/[^\/]*$/, "", path)
    return path
}
function covers(entry, path)
{
    return path == entry || index(path "/", entry "/") == 1
}
function is_allowed(from, to, parts, n, i)
{
    if (folder_of(to) == from)
        return 1
    n = split(allowed[from], parts, " ")
    for (i = 1; i <= n; i++)
        if (covers(parts[i], to))
            return 1
    return 0
}
function complain(text)
{
    printf "%s:%d: %s\n", FILENAME, FNR, text
    bad = 1
}
FNR == 1 {
    folder = folder_of(FILENAME)
    root = FILENAME ~ /^(tests|tuner\/cli)\//
    if (!root && !(folder in allowed))
        complain("the folder " folder " has no line in tests/layers.awk")
}
!root && /^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\"")
    if (!is_allowed(folder, quoted[2]))
        complain(folder " may not include " quoted[2])
}
folder in is_pure && FILENAME !~ /_read\.c$/ &&
/(^|[^a-zA-Z0-9_])(knee_clock_(now|sleep)[a-z_]*|knee_(file|host|topology|cgroup)_[a-z_]*|f?open|fopen|getenv|time|clock_gettime|getpid)\(/ {
    complain(folder " is pure and may not call this: " $0)
}
/(^|[^a-zA-Z0-9_])(sprintf|strcpy|strcat|strtok|atoi|atol|atof|gets|alloca)\(/ {
    complain("a banned function: " $0)
}
END { exit bad }
