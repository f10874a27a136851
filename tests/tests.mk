# The tests. `make check` installs what they need, builds and runs them all.
TEST_NAMES = $(patsubst tests/%.c,%,$(wildcard tests/test_*.c))
TEST_PROGRAMS = $(TEST_NAMES:%=$(BUILD)/tests/%)
# What several tests share; each takes what it needs from the archive.
SUPPORT = $(filter-out $(wildcard tests/test_*.c) tests/fuzz_main.c tests/screenshot.c \
	$(wildcard tests/preload_*.c) \
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

SEARCH_BENCHES = $(addprefix $(BUILD)/tests/bench_,library search save plain notes)
$(SEARCH_BENCHES): %: %.o $(OBJECTS)
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/tests/bench_type: $(BUILD)/tests/bench_type.o $(SUPPORT_LIB) $(OBJECTS)
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(BUILD)/tests/bench_md: $(BUILD)/tests/bench_md.o $(SUPPORT_LIB) $(OBJECTS)
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(BUILD)/tests/gendoc: $(BUILD)/tests/gendoc.o $(OBJECTS)
	@$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# What is loaded before the program to make its calls fail.
PRELOADS = $(patsubst tests/%.c,$(BUILD)/tests/%.so,$(wildcard tests/preload_*.c))
$(BUILD)/tests/preload_%.so: tests/preload_%.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) -std=c11 -D_GNU_SOURCE $(WARN) $(CFLAGS) $(if $(SAN),-DWITHOUT_MEMORY) -pthread \
	  -fPIC -shared -o $@ $< -ldl

test-programs: $(PRELOADS) $(PROGRAM) $(TEST_PROGRAMS) $(BUILD)/tests/gendoc
	@:

check:
	@sh .ci/packages check
	@$(MAKE) --no-print-directory test-programs
	@BUILD=$(BUILD) sh tests/run.sh $(TEST_NAMES)

# The tests of trust, whole: every note kept, nothing injected, the terminal restored.
# N is in percent of what is promised: `make torture N=1` takes a hundredth.
N = 100
TORTURE_NAMES = $(filter test_torture_%,$(TEST_NAMES))
torture:
	@sh .ci/packages check
	@$(MAKE) --no-print-directory $(PRELOADS) $(PROGRAM) $(TORTURE_NAMES:%=$(BUILD)/tests/%)
	@TORTURE=$(N) BUILD=$(BUILD) sh tests/run.sh $(TORTURE_NAMES)

# Three analysers over the sources, and the shares of lines and branches that tests run.
analyze: $(BUILD)/embedded.c
	@sh .ci/packages analyze
	@BUILD=$(BUILD) sh tests/analyze.sh

coverage:
	@sh .ci/packages check
	@sh tests/coverage.sh $(BUILD)/coverage

golden: $(GOLDEN_NAMES:%=$(BUILD)/tests/%)
	@for t in $(GOLDEN_NAMES); do GOLDEN_UPDATE=1 $(BUILD)/tests/$$t >/dev/null; done

# The generated parts of the manual and the README.
docs: $(BUILD)/tests/gendoc
	@sh tests/docs.sh write $(BUILD)/tests/gendoc

bench: bench-tty bench-md bench-search bench-notes

bench-tty: $(PROGRAM) $(BUILD)/tests/bench_tty
	@sh tests/bench.sh $(BUILD)

bench-md: $(PROGRAM) $(BUILD)/tests/bench_md
	@sh tests/bench_md.sh $(BUILD)

bench-search: $(PROGRAM) $(SEARCH_BENCHES) $(BUILD)/tests/bench_type
	@sh tests/bench_search.sh $(BUILD)

bench-notes: $(PROGRAM) $(BUILD)/tests/bench_library $(BUILD)/tests/bench_notes
	@sh tests/bench_notes.sh $(BUILD)

# Fuzzes everything in tests/fuzz.h, or what FUZZ names, each for T seconds from the
# inputs that were kept; clang alone. `make fuzz-keep` keeps of what was found what is new.
FUZZ = $(patsubst tests/fuzz_%.c,%,$(filter-out tests/fuzz_main.c,$(wildcard tests/fuzz_*.c)))
T = 600
FUZZ_DICTIONARY = $(wildcard ../shared/corpora/cmark/fuzz/dictionary)
FUZZ_FLAGS = -max_total_time=$(T) -max_len=4096 -timeout=120 -rss_limit_mb=4096
FUZZ_CC = clang $(ALL_CPPFLAGS) -Itests $(PKG_FLAGS) -std=c11 -pthread -O1 -g \
	-fno-sanitize-recover=all
FUZZ_OBJECTS = $(patsubst %.c,$(BUILD)/fuzz/%.o,$(SOURCES) tests/md_check.c tests/box_check.c $(BUILD)/embedded.c)
$(BUILD)/fuzz/%.o: %.c | $(BUILD)/packages
	@mkdir -p $(@D)
	@$(FUZZ_CC) -fsanitize=fuzzer-no-link,address,undefined -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/fuzz_%: tests/fuzz_main.c $(BUILD)/fuzz/tests/fuzz_%.o $(FUZZ_OBJECTS)
	@echo "  FUZZ  $*"
	@$(FUZZ_CC) -DFUZZ=fuzz_$* -fsanitize=fuzzer,address,undefined -o $@ $^ $(PKG_LIBS)

fuzz: $(FUZZ:%=$(BUILD)/fuzz/fuzz_%)
	@for t in $(FUZZ); do mkdir -p $(BUILD)/fuzz/found/$$t tests/fuzz/$$t; \
	  dictionary=; [ $$t = md ] && dictionary="$(FUZZ_DICTIONARY:%=-dict=%)"; \
	  $(BUILD)/fuzz/fuzz_$$t $(FUZZ_FLAGS) -artifact_prefix=$(BUILD)/fuzz/$$t- $$dictionary \
	    $(BUILD)/fuzz/found/$$t tests/fuzz/$$t 2>$(BUILD)/fuzz/$$t.log; \
	  status=$$?; tail -1 $(BUILD)/fuzz/$$t.log; [ $$status -eq 0 ] || exit 1; done

fuzz-keep:
	@for t in $(FUZZ); do mkdir -p tests/fuzz/$$t; \
	  $(BUILD)/fuzz/fuzz_$$t -merge=1 -max_len=400 tests/fuzz/$$t $(BUILD)/fuzz/found/$$t \
	    2>$(BUILD)/fuzz/$$t.log || exit 1; done

# The README's pictures, from the program's own output.
picture: $(PROGRAM) $(BUILD)/tests/screenshot
	@sh tests/picture.sh $(BUILD)

format:
	clang-format -i src/*/*.[ch] tests/*.[ch]

-include $(wildcard $(BUILD)/tests/*.d $(BUILD)/fuzz/*/*.d $(BUILD)/fuzz/*/*/*.d)
.PHONY: test-programs check torture analyze coverage golden docs bench bench-tty bench-md bench-search bench-notes picture format \
	fuzz fuzz-keep
.SECONDARY:
