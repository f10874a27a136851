# talkbook. `make run` and `make check` install what they need; `make` builds.
PREFIX ?= /usr/local
BUILD ?= build
PKG_CONFIG ?= pkg-config
VERSION = 0.1.0

WARN = -Wall -Wextra -pedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wswitch-enum -Wvla -Wformat=2
# FORTIFY_SOURCE 3 counts as 2 where the compiler has no more.
HARDEN = -fPIE -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE \
	-D_FORTIFY_SOURCE=3
HARDEN_LD = -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed
ifdef SAN
HARDEN = -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDEN_LD = -fsanitize=$(SAN)
endif
CFLAGS ?= -O2 -g
PACKAGES = ncursesw sqlite3 libcmark
ALL_CPPFLAGS = -Isrc -I$(BUILD) -D_GNU_SOURCE \
	-DTALKBOOK_VERSION='"$(VERSION)"' $(CPPFLAGS)
ALL_CFLAGS = -std=c11 -pthread $(WARN) $(HARDEN) $(CFLAGS)
# Asked once a build, and only where something is compiled.
PKG_FLAGS = $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS = $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lm -pthread
TEST_PACKAGES = cmocka vterm
TEST_FLAGS = $(shell $(PKG_CONFIG) --cflags $(TEST_PACKAGES) 2>/dev/null)
TEST_LIBS = $(shell $(PKG_CONFIG) --libs $(TEST_PACKAGES) 2>/dev/null)

MAINS = src/cli/main.c
SOURCES = $(filter-out $(MAINS),$(wildcard src/*/*.c))
OBJECTS = $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/embedded.o
PROGRAM = $(BUILD)/talkbook

all: $(PROGRAM)
	@:

$(PROGRAM): $(BUILD)/src/cli/main.o $(OBJECTS)
	@echo "  LD    $@"
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/src/%.o: src/%.c | $(BUILD)/packages
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(ALL_CPPFLAGS) $(PKG_FLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/embedded.o: $(BUILD)/embedded.c
	@$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

# Bytes rather than string literals: C11 promises no more than 4,095 characters.
$(BUILD)/embedded.c: schema.sql data/pycon-us-2025.json Makefile
	@mkdir -p $(@D)
	@{ echo '#include "db/embedded.h"'; \
	  bytes() { od -An -v -tx1 "$$1" | sed 's/ \(..\)/0x\1,/g'; }; \
	  echo 'const char embedded_schema[] = {'; bytes schema.sql; echo '0};'; \
	  echo 'const char embedded_catalog[] = {'; bytes data/pycon-us-2025.json; echo '0};'; \
	  echo "const char embedded_catalog_digest[] = \"$$(cksum <data/pycon-us-2025.json)\";"; \
	} | sed 's/0x\([89a-f]\)\(.\),/(char)0x\1\2,/g' >$@.tmp && mv $@.tmp $@

# A clear word before the first compilation where something is missing.
$(BUILD)/packages:
	@mkdir -p $(@D)
	@$(PKG_CONFIG) --exists $(PACKAGES) 2>/dev/null || { \
	  echo "make: ncursesw, sqlite3, cmark or pkg-config is missing;" \
	    "'make deps' installs what is needed, 'make run' does everything" >&2; exit 1; }
	@touch $@

deps:
	@sh .ci/packages run

run:
	@sh .ci/packages run
	@$(MAKE) --no-print-directory all
	@if [ -t 0 ] && [ -t 1 ]; then exec $(PROGRAM); else \
	  $(PROGRAM) stats >/dev/null && \
	  echo "talkbook is ready: start $(PROGRAM) in a terminal"; fi

include tests/tests.mk

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	  $(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/talkbook \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/talkbook
	install -m 644 man/talkbook.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 man/talkbook-catalog.5 $(DESTDIR)$(PREFIX)/share/man/man5/
	install -m 644 data/pycon-us-2025.json $(DESTDIR)$(PREFIX)/share/talkbook/
	$(PROGRAM) completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/talkbook
	$(PROGRAM) completion zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_talkbook
	$(PROGRAM) completion fish >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/talkbook.fish

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/talkbook $(DESTDIR)$(PREFIX)/share/man/man1/talkbook.1 \
	  $(DESTDIR)$(PREFIX)/share/man/man5/talkbook-catalog.5 \
	  $(DESTDIR)$(PREFIX)/share/talkbook/pycon-us-2025.json \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/talkbook \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_talkbook \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/talkbook.fish
	-rmdir $(DESTDIR)$(PREFIX)/share/talkbook 2>/dev/null || true

DIST = talkbook-$(VERSION)
dist:
	rm -rf $(BUILD)/$(DIST)
	mkdir -p $(BUILD)/$(DIST)
	cp -R Makefile README.md LICENSE schema.sql .clang-format .gitignore .ci src data tests man \
	  $(BUILD)/$(DIST)/
	tar -C $(BUILD) -czf $(DIST).tar.gz $(DIST)
	rm -rf $(BUILD)/$(DIST)

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(BUILD)/src/cli/main.d
.PHONY: all deps run install uninstall dist clean
.DELETE_ON_ERROR:
