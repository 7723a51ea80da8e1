# SPDX-License-Identifier: MIT
# One Makefile, not recursive, out of tree: build/VARIANT, and the program at build/knee.
# It finds a new .c file in a folder of core, workloads, tuner, reports, plots or tests by itself.
#   tests/*/test_*.c        a cmocka program each
#   tests/bench/bench_*.c   a program each for `make bench`, writing CSV rows on standard output
#   tests/support/prog_*.c  programs that tests run
#   tests/support/*.c       the rest is linked into every test (bench_openmp.c into every bench)
#   tuner/cli/docs/*.c      programs that print the man page, the completion and docs/columns.md

.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/sh

# ---- what the user may set ----
# Variants have an -O of their own; in CI nobody debugs, and -g1 has the lines for the sanitizers.
CFLAGS ?= $(if $(VARIANT_FLAGS),,-O2) $(if $(CI),-g1,-g)
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
DOCDIR ?= $(DATADIR)/doc/knee
COMPLETIONDIR ?= $(DATADIR)/bash-completion/completions
ZSHDIR ?= $(DATADIR)/zsh/site-functions
FISHDIR ?= $(DATADIR)/fish/vendor_completions.d
PKG_CONFIG ?= pkg-config
CLANG_TIDY ?= clang-tidy
CLANG_FORMAT ?= clang-format
CPPCHECK ?= cppcheck
TIMEOUT ?= 300# seconds for one test program
T ?= *# which test programs: make test T=parse
NOT ?=# and which of these not: make test NOT='search_quality*'

# ---- variants ----
VARIANT := release
ifneq ($(filter 1 address,$(SAN)),)
VARIANT := asan
VARIANT_FLAGS := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else ifneq ($(filter thread,$(SAN)),)
VARIANT := tsan
VARIANT_FLAGS := -O1 -fsanitize=thread -fno-omit-frame-pointer
else ifneq ($(SAN),)
$(error SAN=$(SAN) is unknown: use SAN=1 (address, undefined) or SAN=thread)
else ifneq ($(COV),)
VARIANT := cov
VARIANT_FLAGS := -O0 --coverage -fprofile-update=atomic
else ifneq ($(STATIC),)
VARIANT := static
WITHOUT ?= $(OPTIONAL)
endif
B := build/$(VARIANT)

# ---- flags: ours first, then the user's, so the user's win ----
# In CI a warning is an error, except with instrumentation, which makes compilers warn of nothing.
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
    -Wwrite-strings -Wvla -Wundef -Wconversion -Wno-sign-conversion $(if $(CI),$(if $(VARIANT_FLAGS),,-Werror))
KNEE_CPPFLAGS := -I. -D_GNU_SOURCE
KNEE_CFLAGS := -std=c17 -pthread $(WARNINGS)
KNEE_LIBS := -lm -ldl

# Hardened as Debian builds: PIE, full RELRO, stack protector, and, if the user's CFLAGS optimise,
# checked calls of the C library. Not in the variants, whose own checks they would get in the way of.
ifneq ($(filter release static,$(VARIANT)),)
HARDENING := -fPIE -fstack-protector-strong \
    $(if $(filter -O1 -O2 -O3 -Os,$(CFLAGS)),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
HARDENING_LINK := -pie -Wl,-z,relro -Wl,-z,now
endif

# Libraries are looked up when the first recipe needs them: after `deps`, and never for `clean`.
PACKAGES := hwloc jansson gsl
# Built in if they are found, with -DKNEE_WITH_LIBCURL=1 and so on; the program does without the rest.
# `make WITHOUT=libcurl` builds as if it were not there: its headers are then those in .ci/without,
# which end the compilation.
OPTIONAL := ncursesw libcurl libpq liburing
WITHOUT ?=
LEFT_OUT = $(patsubst ncurses,ncursesw,$(WITHOUT))
ifneq ($(filter-out $(OPTIONAL) ncurses,$(WITHOUT)),)
$(error WITHOUT=$(WITHOUT): $(filter-out $(OPTIONAL) ncurses,$(WITHOUT)) cannot be left out; \
    write some of ncurses libcurl libpq liburing)
endif
APT_LINE := make deps   (or: apt-get install gcc libc6-dev pkg-config libhwloc-dev libjansson-dev libcsv-dev libgsl-dev libcmocka-dev)
find_libraries = $(if $(shell { $(PKG_CONFIG) --exists $(PACKAGES) && \
    printf '\#include <csv.h>\n' | $(CC) $(CPPFLAGS) -E -xc - && echo found; } 2>&1 | grep -x found),,\
    $(error no $(CC), $(PKG_CONFIG) or one of the libraries $(PACKAGES) csv: install them with: $(APT_LINE)))
FOUND = $(eval FOUND := $$(shell for library in $(filter-out $(LEFT_OUT),$(OPTIONAL)); do \
    $(PKG_CONFIG) --exists $$$$library && echo $$$$library; done))$(FOUND)
WITH = $(shell for library in $(FOUND); do printf ' -DKNEE_WITH_%s=1' "$$library"; done | \
    sed 's/ncursesw/NCURSES/; s/libcurl/LIBCURL/; s/libpq/LIBPQ/; s/liburing/LIBURING/')
PACKAGE_CFLAGS = $(eval PACKAGE_CFLAGS := $$(call find_libraries)$$(shell $(PKG_CONFIG) --cflags $(PACKAGES) $$(FOUND))$$(WITH))$(PACKAGE_CFLAGS)
PACKAGE_LIBS = $(eval PACKAGE_LIBS := $$(shell $(PKG_CONFIG) --libs $(PACKAGES) $$(FOUND)) -lcsv)$(PACKAGE_LIBS)
CMOCKA_CFLAGS = $(eval CMOCKA_CFLAGS := $$(shell $(PKG_CONFIG) --cflags cmocka))$(CMOCKA_CFLAGS)
CMOCKA_LIBS = $(eval CMOCKA_LIBS := $$(shell $(PKG_CONFIG) --libs cmocka || echo -lcmocka))$(CMOCKA_LIBS)

COMPILE = $(CC) $(KNEE_CPPFLAGS) $(LEFT_OUT:%=-I.ci/without/%) $(CPPFLAGS) $(KNEE_CFLAGS) $(HARDENING) $(PACKAGE_CFLAGS) $(VARIANT_FLAGS) \
    $(FILE_CFLAGS) $(CFLAGS)
LINK = $(CC) $(KNEE_CFLAGS) $(HARDENING) $(HARDENING_LINK) $(VARIANT_FLAGS) $(CFLAGS) $(LDFLAGS)
LIBS = -Wl,--as-needed $(PACKAGE_LIBS) $(KNEE_LIBS) $(LDLIBS)

# ---- files ----
# tuner/cli/docs has programs of its own.
FOLDERS := core/* workloads workloads/* tuner/* $(addprefix tuner/cli/,run compare plan simulate) reports reports/* plots
# Of knee-mpi alone, in the place of core/fleet/link_alone.c: the only file that needs MPI.
MPI_SOURCE := core/fleet/link_mpi.c
SOURCES := $(filter-out $(MPI_SOURCE),$(wildcard $(FOLDERS:%=%/*.c)))
HEADERS := $(wildcard $(FOLDERS:%=%/*.h) tests/*/*.h)
SCRIPTS := $(wildcard plots/templates/*.gp)
STYLES := $(wildcard reports/html/*.css)
MAIN := tuner/cli/main.c
DOC_SOURCES := $(wildcard tuner/cli/docs/*.c)
TEST_SOURCES := $(wildcard tests/*/test_*.c)
BENCH_PARTS := tests/bench/bench_openmp.c
BENCH_SOURCES := $(filter-out $(BENCH_PARTS),$(wildcard tests/bench/bench_*.c))
PROG_SOURCES := $(wildcard tests/support/prog_*.c)
SUPPORT := $(filter-out $(PROG_SOURCES),$(wildcard tests/support/*.c))

GENERATED := $(if $(SCRIPTS),$(B)/gen/plots_gp.o) $(if $(STYLES),$(B)/gen/reports_css.o)
LIBRARY := $(B)/libknee.a
LIBRARY_OBJECTS := $(patsubst %.c,$(B)/%.o,$(filter-out $(MAIN),$(SOURCES))) $(GENERATED)
TESTS := $(TEST_SOURCES:%.c=$(B)/%)
named = $(foreach test,$(TESTS),$(if $(filter $(addprefix test_,$(subst *,%,$(1))),$(notdir $(test))),$(test)))
CHOSEN := $(filter-out $(call named,$(NOT)),$(call named,$(T)))
BENCHES := $(BENCH_SOURCES:%.c=$(B)/%)
PROGS := $(PROG_SOURCES:%.c=$(B)/%)
DOC_PROGS := $(DOC_SOURCES:%.c=$(B)/%)
SUPPORT_OBJECTS := $(SUPPORT:%.c=$(B)/%.o)
BENCH_OBJECTS := $(BENCH_PARTS:%.c=$(B)/%.o)
PROGRAM := $(if $(filter release,$(VARIANT)),build/knee,$(B)/knee)
INSTALL_PROGRAM ?= $(PROGRAM)

# `make deps sweep`, also with -j: compiling waits for the other goals that install something.
AFTER := $(filter deps deps-test deps-bench deps-lint deps-mpi,$(MAKECMDGOALS))

# V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $@)

.PHONY: all
all: $(PROGRAM) ## build the program: build/knee

$(LIBRARY): $(LIBRARY_OBJECTS) $(B)/objects
	$(call say,ar)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $(LIBRARY_OBJECTS)

$(B)/knee: $(MAIN:%.c=$(B)/%.o) $(LIBRARY)
	$(call say,link)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

build/knee: build/release/knee
	@ln -f $< $@

# One sweep from several hosts: the same objects and one file. Built by whatever mpicc there is.
MPICC ?= mpicc
MPI_PROGRAM ?= build/knee-mpi
.PHONY: mpi
mpi: $(MPI_PROGRAM) ## build knee-mpi, for a sweep from several hosts (needs an mpicc)
$(MPI_PROGRAM): $(MPI_SOURCE) $(MAIN:%.c=$(B)/%.o) $(LIBRARY)
	@command -v $(MPICC) >/dev/null || { echo "mpi: no $(MPICC); on Debian: apt-get install openmpi-bin libopenmpi-dev" >&2; exit 2; }
	$(call say,mpicc)
	$(Q)$(MPICC) $(KNEE_CPPFLAGS) $(CPPFLAGS) $(KNEE_CFLAGS) $(HARDENING) $(HARDENING_LINK) $(CFLAGS) $(LDFLAGS) \
	    -o $@ $^ $(LIBS)

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

$(B)/tests/%.o: private FILE_CFLAGS = $(CMOCKA_CFLAGS)
$(B)/tests/bench/bench_openmp.o: private FILE_CFLAGS = -fopenmp -ftree-vectorize
$(PROG_SOURCES:%.c=$(B)/%.o): private FILE_CFLAGS =

$(TESTS): $(B)/tests/%: $(B)/tests/%.o $(SUPPORT_OBJECTS) $(LIBRARY)
	$(call say,link)
	$(Q)$(LINK) -o $@ $^ $(CMOCKA_LIBS) $(LIBS)

$(BENCHES): $(B)/tests/%: $(B)/tests/%.o $(BENCH_OBJECTS) $(LIBRARY)
	$(call say,link)
	$(Q)$(LINK) $(if $(BENCH_OBJECTS),-fopenmp) -o $@ $^ $(LIBS)

$(PROGS) $(DOC_PROGS): $(B)/%: $(B)/%.o $(LIBRARY)
	$(call say,link)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

# plots/templates/NAME.gp -> const char knee_plot_NAME_gp[], reports/html/NAME.css -> const char knee_NAME_css[]
# (a `-` in the name becomes `_`): text_of(files, prefix)
define text_of
	@mkdir -p $(@D)
	@for file in $(1); do \
	    name=$(2)$$(basename $$file | tr .- __); \
	    printf 'extern const char %s[];\nconst char %s[] =\n' $$name $$name; \
	    sed -e 's/[\\"]/\\&/g' -e 's/^/    "/' -e 's/$$/\\n"/' $$file; \
	    echo '    ;'; \
	done > $@
endef
$(B)/gen/plots_gp.c: $(SCRIPTS)
	$(call text_of,$(SCRIPTS),knee_plot_)
$(B)/gen/reports_css.c: $(STYLES)
	$(call text_of,$(STYLES),knee_)

$(B)/gen/%.o: $(B)/gen/%.c $(B)/flags
	$(call say,cc)
	$(Q)$(COMPILE) -c -o $@ $<

# Stamps: touched only when their content changes.
define stamp
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(1))' > $@
endef
.PHONY: FORCE
$(B)/flags: FORCE | $(AFTER)
	$(call stamp,$(COMPILE) $(LDFLAGS))
$(B)/objects: FORCE
	$(call stamp,$(LIBRARY_OBJECTS))

-include $(shell find $(B) -type f -name '*.d' 2>/dev/null)

# ---- tests and benches ----
# knee-mpi is tested if it can be built.
TESTED_MPI = $(if $(filter release,$(VARIANT)),$(if $(shell command -v $(MPICC)),$(MPI_PROGRAM)))
.PHONY: test
test: $(CHOSEN) $(PROGS) $(PROGRAM) $(TESTED_MPI) ## build and run the tests; T=NAME for some, NOT=NAME for all others, SAN=1, SAN=thread, COV=1
	@KNEE='$(CURDIR)/$(PROGRAM)' TIMEOUT='$(TIMEOUT)' BESIDE='$(if $(SAN),2)' tests/run.sh $(B)/tests $(CHOSEN)
ifeq ($(VARIANT),cov)
	@find $(B) -name '*.gcda' -not -path '*/tests/*' | xargs gcov -n 2>/dev/null | awk -F "[':% ]+" \
	    '/^File/ { name = $$2 } \
	    /^Lines/ && name !~ /^\/|\.h$$/ { \
	        printf "%6s%% of %4d lines  %s\n", $$3, $$5, name | "sort -n"; \
	        all += $$5; run += $$3 * $$5 / 100; name = "/" } \
	    END { close("sort -n"); printf "%6.2f%% of %d lines are run by the tests\n", 100 * run / all, all }'
endif

# Everything that the optional libraries change is tested without all of them, too. Such a build has
# a folder of its own, and is not optimised: compiling is most of the work.
TESTED_WITHOUT := without install cli commands arguments workloads io plan_parameters url_fill \
    http http_options postgres postgres_script reason_client dashboard run_dashboard
.PHONY: test-without
test-without: | $(AFTER) ## build without the optional libraries, in build/without, and run the tests of what they bring
	@$(MAKE) --no-print-directory VARIANT=without WITHOUT='$(OPTIONAL)' CFLAGS=-O0 T='$(TESTED_WITHOUT)' test

# libFuzzer (clang) on every reader, FUZZ_TIME seconds each; what it finds is left in build/fuzz.
FUZZ_TIME ?= 60
FUZZ_TARGETS = $(notdir $(wildcard tests/fuzz/corpus/*))
FUZZ_FLAGS := -g -O2 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
.PHONY: fuzz
fuzz: build/fuzz/fuzz ## feed each reader of files and options what libFuzzer invents; FUZZ_TIME=60
	@for target in $(FUZZ_TARGETS); do \
	    mkdir -p build/fuzz/$$target; \
	    (cd build/fuzz && FUZZ_TARGET=$$target ASAN_OPTIONS=quarantine_size_mb=1:malloc_context_size=0 ./fuzz -max_total_time=$(FUZZ_TIME) -verbosity=0 \
	        -print_final_stats=1 -max_len=4096 -timeout=10 -rss_limit_mb=2000 -artifact_prefix=$$target- \
	        $$target ../../tests/fuzz/corpus/$$target 2>&1 | \
	        awk -v target=$$target '/ERROR|SUMMARY|runtime error/ { print; bad = 1 } \
	            /number_of_executed_units/ { n = $$2 } \
	            END { printf "%-14s %10d executions\n", target, n; exit bad || n == 0 }') || exit 1; \
	done
FUZZ_OBJECTS := $(patsubst %.c,build/fuzz/objects/%.o,tests/fuzz/fuzz.c tests/fuzz/kernel.c \
    $(wildcard tests/support/fuzz_*.c))
FUZZ_WRAPPED := open close access pread pwrite ftruncate socketpair send recv epoll_ctl epoll_wait timerfd_settime
# An archive, so that only what the readers need is linked: libFuzzer looks at the counter of each
# branch of the program after each input.
build/fuzz/libknee.a: $(patsubst %.c,build/fuzz/objects/%.o,$(filter-out $(MAIN),$(SOURCES))) $(GENERATED)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^
build/fuzz/fuzz: $(FUZZ_OBJECTS) build/fuzz/libknee.a
	$(call say,link)
	$(Q)clang -pthread $(FUZZ_FLAGS) $(FUZZ_WRAPPED:%=-Wl,--wrap=%) -o $@ $^ $(LIBS)
# Numbers that are computed, not read: the comparisons in these tell libFuzzer nothing, but noting
# them takes half of the time.
FUZZ_NUMERIC := core/base/histogram.c core/base/histogram_digest.c core/base/stats.c core/base/random.c \
    core/text/suggest.c tuner/decide/decision.c \
    tuner/decide/evidence.c tuner/decide/refine.c \
    $(filter-out tuner/fit/measurements%,$(wildcard tuner/fit/*.c tuner/search/*.c tuner/posterior/*.c tuner/compare/*.c))
$(FUZZ_NUMERIC:%.c=build/fuzz/objects/%.o): private FUZZ_FLAGS += -fno-sanitize-coverage=trace-cmp
build/fuzz/objects/tests/fuzz/kernel.o: private FUZZ_FLAGS := -g -O2
build/fuzz/objects/%.o: %.c
	@mkdir -p $(@D)
	$(call say,clang)
	$(Q)clang $(KNEE_CPPFLAGS) -std=c17 -pthread -w $(PACKAGE_CFLAGS) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<
-include $(shell find build/fuzz/objects -type f -name '*.d' 2>/dev/null)

# Each bench writes rows `bench,subject,width,value,unit` without a header.
.PHONY: bench
bench: $(BENCHES) $(PROGS) $(PROGRAM) ## compare our speed with other tools: a table, and build/bench.csv
	@{ echo bench,subject,width,value,unit; \
	   for bench in $(BENCHES); do KNEE='$(CURDIR)/$(PROGRAM)' $$bench || exit; done; } > build/bench.csv.new
	@mv build/bench.csv.new build/bench.csv
	@awk -F, '{ printf "%-16s %-12s %6s %14s  %s\n", $$1, $$2, $$3, $$4, $$5 }' build/bench.csv

.PHONY: bench-mpi
bench-mpi: $(MPI_PROGRAM) ## what a window costs with 4 and 16 ranks, in the same rows
	@KNEE_MPI='$(MPI_PROGRAM)' tests/bench/fleet_overhead.sh

.PHONY: sweep
sweep: $(PROGRAM) ## a CI-sized sweep of this machine: make sweep ARGS="cpu --budget 20s" OUT=DIR
	@$(PROGRAM) sweep --quick $(if $(OUT),-o '$(OUT)') $(ARGS)

.PHONY: docs
docs: $(B)/tuner/cli/docs/columns_md ## write docs/columns.md again, from the tables of columns
	@mkdir -p docs
	$(B)/tuner/cli/docs/columns_md > docs/columns.md

# ---- checks ----
C_FILES := $(SOURCES) $(DOC_SOURCES) $(wildcard tests/*/*.c)
JOBS = $(shell nproc 2>/dev/null || echo 2)
LINT_FLAGS = $(KNEE_CPPFLAGS) $(KNEE_CFLAGS) $(PACKAGE_CFLAGS)
ifneq ($(filter lint,$(MAKECMDGOALS)),)
MAKEFLAGS += -k -j$(JOBS) --output-sync=target
endif

.PHONY: lint lint-headers lint-layers lint-words lint-format lint-musl lint-cppcheck lint-tidy
lint: lint-layers lint-words lint-format lint-headers lint-musl lint-cppcheck lint-tidy ## layers, words, format, headers alone, musl, cppcheck, clang-tidy
	@echo "lint: clean"

lint-layers: | $(AFTER)
	@awk -f tests/layers.awk $(C_FILES) $(HEADERS)

# The English of comments, messages, pages and the last commit's message: tests/words.txt.
WORDED_FILES := README.md $(wildcard docs/*.md) Makefile .ci/run .ci/install $(wildcard .ci/*/*.c) \
    $(wildcard examples/*.sh examples/ci/*.yml tests/*.awk tests/*.sh) \
    $(C_FILES) $(HEADERS) $(SCRIPTS) $(STYLES)
lint-words: | $(AFTER)
	@awk -f tests/words.awk tests/words.txt $(WORDED_FILES)
	@if subject=$$(git log -1 --format=%s 2>/dev/null); then \
	    git log -1 --format='%s%n%n%b' | awk -f tests/words.awk tests/words.txt - || exit 1; \
	    [ $${#subject} -le 72 ] || { echo "commit: the subject has more than 72 characters"; exit 1; }; fi

lint-format: | $(AFTER)
	@bad=$$($(CLANG_FORMAT) --dry-run --Werror $(C_FILES) $(HEADERS) 2>&1 | \
	    sed -n 's/^\([^ :]*\):[0-9]*:[0-9]*: error:.*/\1/p' | sort -u); \
	    [ -z "$$bad" ] || { echo "not laid out as .clang-format says; run make format:" $$bad; exit 1; }

lint-headers: | $(AFTER)
	@printf '%s\n' $(HEADERS) | xargs -P $(JOBS) -I '{}' \
	    $(CC) $(LINT_FLAGS) -Werror -fsyntax-only -include '{}' -xc /dev/null

# Another C library shows what is glibc's own. Kernel headers and libraries are the system's.
MUSL_CC ?= musl-gcc
lint-musl: | $(AFTER)
	@command -v $(MUSL_CC) >/dev/null || { echo "lint: no $(MUSL_CC), so musl is not checked"; exit 0; }; \
	    printf '%s\n' $(filter core/% workloads/%,$(SOURCES)) | xargs -P $(JOBS) -I '{}' \
	    $(MUSL_CC) $(KNEE_CPPFLAGS) -std=c17 -Wall -Wextra -Werror -fsyntax-only -idirafter /usr/include \
	    -idirafter /usr/include/$$($(CC) -dumpmachine) '{}'

lint-cppcheck: | $(AFTER)
	@mkdir -p build/cppcheck
	@$(CPPCHECK) -q -j $(JOBS) --cppcheck-build-dir=build/cppcheck --std=c11 --error-exitcode=1 \
	    --enable=warning,performance,portability --inline-suppr \
	    --suppress=missingIncludeSystem --suppress=invalidPointerCast -I. -D_GNU_SOURCE $(C_FILES)

# With this limit the analyzer takes a tenth of the time, and finds the same.
# $(MPI_SOURCE) needs mpi.h, and its requests are waited for in one function, which the analyzer of
# MPI does not follow. Some files at a time save a fifth; but after others, the checker of va_list is
# wrong, so files that read one are looked at alone.
TIDY := $(CLANG_TIDY) --quiet $(addprefix --extra-arg=,-Xclang -analyzer-config -Xclang max-nodes=20000)
TIDY_FILES = $(filter-out $(MPI_SOURCE),$(C_FILES))
tidy = xargs -r -P $(JOBS) -n $(1) sh -c \
    'said=$$($(TIDY) $(2) "$$@" -- $(LINT_FLAGS) -fopenmp 2>&1) || { printf "%s\n" "$$said"; exit 1; }' tidy
lint-tidy: | $(AFTER)
	@grep -l va_ $(TIDY_FILES) | $(call tidy,1)
	@grep -L va_ $(TIDY_FILES) | $(call tidy,8,--checks=-clang-analyzer-valist.*)

# Not a part of lint: it takes minutes. Other compilers have no such option.
ANALYZER ?= gcc
.PHONY: analyze
analyze: | $(AFTER) ## gcc -fanalyzer over the program; a finding fails
	@printf '%s\n' $(SOURCES) | xargs -P $(JOBS) -n 1 $(ANALYZER) $(KNEE_CPPFLAGS) -std=c17 -pthread -O2 \
	    $(PACKAGE_CFLAGS) -fanalyzer -Werror -c -o /dev/null
	@echo "analyze: clean"

.PHONY: format
format: ## lay out all C files as .clang-format says
	$(CLANG_FORMAT) -i $(C_FILES) $(HEADERS)

# ---- what must be installed: PACKAGE, or PROGRAM=PACKAGE if any package with the program will do ----
DEPS_OPTIONAL := libncurses-dev libcurl4-openssl-dev libpq-dev liburing-dev
DEPS := cc=gcc libc6-dev $(PKG_CONFIG)=pkg-config libhwloc-dev libjansson-dev libcsv-dev libgsl-dev libcmocka-dev gnuplot=gnuplot-nox $(DEPS_OPTIONAL)
# Servers that tests start, each one of its own, and what checks the files that knee writes for
# others; tests skip what is missing.
DEPS_TEST := nginx=nginx-light nghttpd=nghttp2-server openssl=openssl setpriv=util-linux postgresql \
    promtool=prometheus xmllint=libxml2-utils yamllint=yamllint shellcheck=shellcheck
DEPS_BENCH := fio=fio nginx=nginx-light wrk=wrk likwid-bench=likwid parallel=parallel xargs=findutils \
    hyperfine=hyperfine jq=jq
DEPS_LINT := $(CLANG_TIDY)=clang-tidy $(CLANG_FORMAT)=clang-format $(CPPCHECK)=cppcheck $(MUSL_CC)=musl-tools

DEPS_MPI := mpirun=openmpi-bin $(MPICC)=libopenmpi-dev

.PHONY: deps deps-test deps-bench deps-lint deps-mpi
deps: ## install what is missing to build, test and draw charts (apt-get; through sudo unless root)
	@.ci/install $(DEPS)
deps-test: ## install what tests use: nginx, nghttpd, PostgreSQL, and checkers of files (promtool, ...)
	@.ci/install $(DEPS_TEST)
deps-bench: ## install the programs that `make bench` compares with
	@.ci/install $(DEPS_BENCH)
deps-mpi: ## install what `make mpi` needs
	@.ci/install $(DEPS_MPI)
deps-lint: ## install what `make lint` runs
	@.ci/install $(DEPS_LINT)
# So that no two of them run apt-get at the same time.
deps-test: | $(filter deps,$(MAKECMDGOALS))
deps-bench: | $(filter deps deps-test,$(MAKECMDGOALS))
deps-lint: | $(filter deps deps-test deps-bench,$(MAKECMDGOALS))
deps-mpi: | $(filter deps deps-test deps-bench deps-lint,$(MAKECMDGOALS))

# ---- install ----
# The program contains its gnuplot templates; the installed copies are for reading and changing.
MAN := $(B)/doc/knee.1
COMPLETIONS := $(foreach shell,bash zsh fish,$(B)/doc/knee.$(shell))
$(MAN): $(B)/tuner/cli/docs/man
	@mkdir -p $(@D)
	@$< > $@
$(COMPLETIONS): $(B)/doc/knee.%: $(B)/tuner/cli/docs/completion
	@mkdir -p $(@D)
	@$< $* > $@

INSTALLED = $(BINDIR)/knee $(MANDIR)/man1/knee.1 $(COMPLETIONDIR)/knee $(ZSHDIR)/_knee $(FISHDIR)/knee.fish \
    $(DATADIR)/knee $(DOCDIR) \
    $(BINDIR)/knee-mpi $(MANDIR)/man1/knee-mpi.1 $(COMPLETIONDIR)/knee-mpi $(FISHDIR)/knee-mpi.fish
# knee-mpi, if it was built, with its links to knee's man page and completions (zsh needs none). It is
# not built with instrumentation.
INSTALL_MPI ?= $(if $(filter release,$(VARIANT)),$(wildcard $(MPI_PROGRAM)))
.PHONY: install uninstall dist
install: $(INSTALL_PROGRAM) $(INSTALL_MPI) $(MAN) $(COMPLETIONS) ## install under PREFIX (/usr/local), below DESTDIR; knee-mpi, too, after `make mpi`
	install -D -m 755 $(INSTALL_PROGRAM) '$(DESTDIR)$(BINDIR)/knee'
	install -D -m 644 $(MAN) '$(DESTDIR)$(MANDIR)/man1/knee.1'
	install -D -m 644 $(B)/doc/knee.bash '$(DESTDIR)$(COMPLETIONDIR)/knee'
	install -D -m 644 $(B)/doc/knee.zsh '$(DESTDIR)$(ZSHDIR)/_knee'
	install -D -m 644 $(B)/doc/knee.fish '$(DESTDIR)$(FISHDIR)/knee.fish'
	install -d '$(DESTDIR)$(DATADIR)/knee/plots' '$(DESTDIR)$(DOCDIR)/docs/img' '$(DESTDIR)$(DOCDIR)/examples'
	install -m 644 $(SCRIPTS) '$(DESTDIR)$(DATADIR)/knee/plots'
	install -m 644 LICENSE README.md reports/json/result.schema.json '$(DESTDIR)$(DOCDIR)'
	install -m 644 $(wildcard docs/*.md) '$(DESTDIR)$(DOCDIR)/docs'
	install -m 644 $(wildcard docs/img/*) '$(DESTDIR)$(DOCDIR)/docs/img'
	install -m 755 $(wildcard examples/*.sh) '$(DESTDIR)$(DOCDIR)/examples'
	cp -R examples/ci '$(DESTDIR)$(DOCDIR)/examples'
ifneq ($(INSTALL_MPI),)
	install -D -m 755 $(INSTALL_MPI) '$(DESTDIR)$(BINDIR)/knee-mpi'
	ln -sf knee.1 '$(DESTDIR)$(MANDIR)/man1/knee-mpi.1'
	ln -sf knee '$(DESTDIR)$(COMPLETIONDIR)/knee-mpi'
	ln -sf knee.fish '$(DESTDIR)$(FISHDIR)/knee-mpi.fish'
endif
uninstall: ## remove what install put there
	rm -rf $(foreach path,$(INSTALLED),'$(DESTDIR)$(path)')

# A program that only needs libc: everything else is linked in. The optional libraries need many more
# libraries, which change from system to system: it is built without them, in a variant of its own.
STATIC_LIBS = -Wl,-Bstatic -lhwloc -ljansson -lgsl -lgslcblas -lcsv -Wl,-Bdynamic $(KNEE_LIBS)
$(B)/dist/knee: $(MAIN:%.c=$(B)/%.o) $(B)/.ci/dist/no_udev.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(LINK) -s -o $@ $^ $(STATIC_LIBS) $(LDLIBS)

VERSION = $(shell sed -n 's/.*KNEE_VERSION "\(.*\)"/\1/p' core/base/version.h)
DIST = knee-$(VERSION)-linux-$(shell uname -m)
ifeq ($(VARIANT),release)
dist: ## build/NAME.tar.gz: unpack it anywhere and run bin/knee; without the optional libraries
	@$(MAKE) --no-print-directory STATIC=1 dist
else
dist: $(B)/dist/knee $(MAN) $(COMPLETIONS)
	@rm -rf '$(B)/dist/$(DIST)'
	@$(MAKE) --no-print-directory install INSTALL_PROGRAM=$(B)/dist/knee INSTALL_MPI= DESTDIR='$(B)/dist/' \
	    PREFIX='$(DIST)' >/dev/null
	@tar -C $(B)/dist --sort=name --owner=0 --group=0 --numeric-owner -czf build/$(DIST).tar.gz '$(DIST)'
	@echo build/$(DIST).tar.gz
endif

# Debian packages of the tree as it is, built in a copy of it: build/knee_VERSION_ARCH.deb and that of
# knee-mpi. Everything that debian/control asks for: apt-get build-dep ./
.PHONY: deb
deb: ## build Debian packages of knee and knee-mpi (needs debhelper)
	@command -v dh >/dev/null || { echo "deb: no debhelper; apt-get install debhelper, or apt-get build-dep ./" >&2; exit 2; }
	@rm -rf build/deb && mkdir -p build/deb/knee-$(VERSION)
	@tar -c --exclude=./build --exclude=./.git . | tar -x -C build/deb/knee-$(VERSION)
	@cd build/deb/knee-$(VERSION) && dpkg-buildpackage -b -us -uc >../log 2>&1 || { tail -n 30 ../log >&2; exit 1; }
	@mv build/deb/*.deb build/ && ls build/*.deb

.PHONY: clean
clean: ## remove build/
	rm -rf build

.PHONY: help
help: ## this text
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile
