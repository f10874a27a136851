# The tests. `make check` installs what they need, builds and runs them all.
TEST_NAMES = $(patsubst tests/%.c,%,$(wildcard tests/test_*.c))
TEST_PROGRAMS = $(TEST_NAMES:%=$(BUILD)/tests/%)
# What several tests share; each takes what it needs from the archive.
SUPPORT = $(filter-out $(wildcard tests/test_*.c tests/fuzz_*.c) tests/screenshot.c \
	$(wildcard tests/bench_*.c) tests/gendoc.c,$(wildcard tests/*.c))
SUPPORT_LIB = $(BUILD)/tests/libsupport.a
GOLDEN_NAMES = test_md test_md_golden test_screen

$(BUILD)/tests/%.o: tests/%.c | $(BUILD)/packages
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(ALL_CPPFLAGS) -Itests $(PKG_FLAGS) $(TEST_FLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(SUPPORT_LIB): $(SUPPORT:%.c=$(BUILD)/%.o)
	@rm -f $@
	@$(AR) rcs $@ $^

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(OBJECTS) $(SUPPORT_LIB)
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(BUILD)/tests/screenshot: $(BUILD)/tests/screenshot.o $(SUPPORT_LIB) $(OBJECTS)
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(BUILD)/tests/bench_tty: $(BUILD)/tests/bench_tty.o $(BUILD)/tests/bench_fixture.o $(SUPPORT_LIB) $(OBJECTS)
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

SEARCH_BENCHES = $(addprefix $(BUILD)/tests/bench_,library search save plain)
$(SEARCH_BENCHES): %: %.o $(OBJECTS)
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/tests/bench_type: $(BUILD)/tests/bench_type.o $(SUPPORT_LIB) $(OBJECTS)
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(BUILD)/tests/bench_md: $(BUILD)/tests/bench_md.o $(SUPPORT_LIB) $(OBJECTS)
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(BUILD)/tests/gendoc: $(BUILD)/tests/gendoc.o $(OBJECTS)
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

test-programs: $(PROGRAM) $(TEST_PROGRAMS) $(BUILD)/tests/gendoc
	@:

check:
	@sh .ci/packages check
	@$(MAKE) --no-print-directory test-programs
	@BUILD=$(BUILD) sh tests/run.sh $(TEST_NAMES)

golden: $(GOLDEN_NAMES:%=$(BUILD)/tests/%)
	@for t in $(GOLDEN_NAMES); do GOLDEN_UPDATE=1 $(BUILD)/tests/$$t >/dev/null; done

# The generated parts of the manual and the README.
docs: $(BUILD)/tests/gendoc
	@sh tests/docs.sh write $(BUILD)/tests/gendoc

bench: bench-tty bench-md bench-search

bench-tty: $(PROGRAM) $(BUILD)/tests/bench_tty
	@sh tests/bench.sh $(BUILD)

bench-md: $(PROGRAM) $(BUILD)/tests/bench_md
	@sh tests/bench_md.sh $(BUILD)

bench-search: $(PROGRAM) $(SEARCH_BENCHES) $(BUILD)/tests/bench_type
	@sh tests/bench_search.sh $(BUILD)

# Fuzzes Markdown for FUZZ_SECONDS, from the inputs that were kept; clang alone.
FUZZ_SECONDS = 600
FUZZ_DICTIONARY = $(wildcard ../shared/corpora/cmark/fuzz/dictionary)
FUZZ_SOURCES = tests/fuzz_md.c tests/md_check.c $(wildcard src/md/*.c) \
	src/base/buf.c src/base/mem.c src/base/sink.c src/base/utf8.c src/base/err.c src/base/log.c
fuzz-md:
	@mkdir -p $(BUILD)/fuzz/found
	@clang $(ALL_CPPFLAGS) -Itests $(PKG_FLAGS) -std=c11 -O1 -g -fno-sanitize-recover=all \
	  -fsanitize=fuzzer,address,undefined -o $(BUILD)/fuzz/fuzz_md $(FUZZ_SOURCES) $(PKG_LIBS)
	$(BUILD)/fuzz/fuzz_md -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=10 \
	  -artifact_prefix=$(BUILD)/fuzz/ $(FUZZ_DICTIONARY:%=-dict=%) $(BUILD)/fuzz/found tests/fuzz/md
# Keeps of what was found what is new.
fuzz-md-keep:
	$(BUILD)/fuzz/fuzz_md -merge=1 -max_len=400 tests/fuzz/md $(BUILD)/fuzz/found

# The README's pictures, from the program's own output.
picture: $(PROGRAM) $(BUILD)/tests/screenshot
	@sh tests/picture.sh $(BUILD)

format:
	clang-format -i src/*/*.[ch] tests/*.[ch]

-include $(wildcard $(BUILD)/tests/*.d)
.PHONY: test-programs check golden docs bench bench-tty bench-md bench-search picture format \
	fuzz-md fuzz-md-keep
.SECONDARY:
