# The front door. Everything happens in build/ (BUILD=… for another folder); cmake and ninja may be called by hand as well.
BUILD ?= build
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
# A terminal sees ninja's one line of progress; a log sees nothing but what goes wrong.
NINJA := $(shell test -t 2 || echo --quiet)

.PHONY: build clang demo test test-all bench install setup notices clean
.DEFAULT_GOAL := build

setup:
	@tools/setup test

# The program alone: build/bin/redtag, without any shared library. `make clang` adds its companion for C and C++.
build:
	@tools/setup build
	@cmake -S . -B $(BUILD) -G Ninja --log-level=WARNING >/dev/null
	@cmake --build $(BUILD) --target redtag -- -j $(JOBS) $(NINJA)

# build/bin/redtag-clang, linked from Clang's libraries: what redtag starts, if it is beside it, when C or C++ changed.
clang:
	@tools/setup test
	@cmake -S . -B $(BUILD) -G Ninja --log-level=WARNING >/dev/null
	@cmake --build $(BUILD) --target redtag-clang -- -j $(JOBS) $(NINJA)

# Checks the bundled change of testdata/demo/, shows and explains that the merge is held.
demo: build
	@tools/demo $(BUILD)

# Builds all, runs everything, closes with `N passed, N failed`.
test:
	@tools/setup test
	@cmake -S . -B $(BUILD) -G Ninja --log-level=WARNING >/dev/null
	@cmake --build $(BUILD) -- -j $(JOBS) $(NINJA)
	@tests/run --build $(BUILD) --jobs $(JOBS)

# The same with clang, under sanitizers, and with long fuzzing (five minutes for each target).
test-all: test
	@tools/setup test-all
	@tests/run-all --jobs $(JOBS)

# What users wait for, beside git and the bare parsers, then single parts. docs/benchmarks.md holds such a table.
bench:
	@tools/setup build
	@cmake -S . -B $(BUILD) -G Ninja --log-level=WARNING -DREDTAG_BENCH=ON >/dev/null
	@cmake --build $(BUILD) -- -j $(JOBS) $(NINJA)
	@tests/bench/run --build $(BUILD)
	@$(BUILD)/bin/bench-parts

install: build
	@cmake --install $(BUILD) --prefix $(PREFIX) --strip

# Regenerates docs/third-party-notices.md.
notices:
	@tools/setup test
	@tools/notices > docs/third-party-notices.md

clean:
	rm -rf $(BUILD)
