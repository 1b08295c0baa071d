# SPDX-License-Identifier: Apache-2.0
# The verbs; Meson and the scripts in tools/ do the work.
#
#   make demo [ONCE=1]          build, check a scenario for conflicts, run a node and three parties through their stories; they stay until Ctrl-C
#   make test [RECORDINGS=DIR]  every test, sanitizers and the second machine included
#   make build lint bench fuzz soak install clean

RECORDINGS ?=
ONCE ?=
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60

.PHONY: build demo test lint bench fuzz soak install clean
.DEFAULT_GOAL := build

build:
	@tools/setup build
	@tools/build build

demo:
	@tools/setup build
	@tools/build build
	@ONCE="$(ONCE)" tools/demo

test:
	@tools/setup build test
	@RECORDINGS="$(RECORDINGS)" tools/test

lint:
	@tools/setup build test lint
	@tools/lint

bench:
	@tools/setup build test
	@tools/build build -Dtests=true
	@RECORDINGS="$(RECORDINGS)" tools/bench

fuzz:
	@tools/setup build test fuzz
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tools/fuzz

soak:
	@tools/setup build test
	@tools/build build -Dtests=true
	@RECORDINGS="$(RECORDINGS)" tools/soak

install:
	@tools/setup build
	@tools/build build -Dprefix=$(PREFIX)
	meson install -C build --no-rebuild

clean:
	rm -rf build build-*
