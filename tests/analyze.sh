#!/bin/sh
# Reads the program's sources with three analysers; each must have nothing to say. What
# is switched off, and why:
#
# clang-tidy
#   bugprone-easily-swappable-parameters  finds a third of all functions: (text, len) and
#                                         (row, col) are what the names are for
#   bugprone-narrowing-conversions        cells are int, bytes size_t; where they meet the
#                                         values are bounded before
#   bugprone-reserved-identifier, cert-dcl37-c, cert-dcl51-cpp
#                                         the house's X__COUNT marks an enum's end
#   bugprone-macro-parentheses            .def tables hold initialisers, not expressions
#   bugprone-suspicious-missing-comma     SQL in tables is long and stands on several lines
#   bugprone-sizeof-expression            lists of pointers are grown by a pointer's size
#   bugprone-branch-clone                 two reasons for one outcome have a line each
#   clang-analyzer-optin.performance.Padding
#                                         members stand in the order in which they are read
#   cert-err33-c                          wants snprintf()'s and fclose()'s results used
#                                         where a short text or an end is all there can be
#   clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling
#                                         wants memcpy_s(), which glibc does not have
#   clang-analyzer-valist.Uninitialized   version 14 does not see va_start() through a call
#   clang-analyzer-core.NullDereference, clang-analyzer-core.NonNullParamChecker
#                                         do not see that a count above 0 says a list is
#                                         there, nor that a true result fills a pointer;
#                                         gcc's analyser, below, looks for the same
# cppcheck
#   missingIncludeSystem                  it is not shown the system's headers
#   ctuuninitvar in library_record.c      takes what is filled for what is read
set -u
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build}
jobs=$(nproc 2>/dev/null || echo 1)
status=0
flags="-std=c11 -Isrc -I$build -D_GNU_SOURCE -DTALKBOOK_VERSION=\"0\" $(pkg-config --cflags ncursesw sqlite3 libcmark)"
out=$(mktemp)
trap 'rm -f "$out"' EXIT

tell() {
    if [ -s "$out" ]; then
        status=1 failed=$((failed + 1))
        cat "$out"
    else
        passed=$((passed + 1))
    fi
    echo "$1: $(wc -l <"$out") lines of findings"
}
passed=0 failed=0

cppcheck --std=c11 --enable=warning,portability,performance --inline-suppr --quiet -j "$jobs" \
    -Isrc -I"$build" -D_GNU_SOURCE --suppress=missingIncludeSystem \
    --suppress=ctuuninitvar:src/db/library_record.c src >"$out" 2>&1
tell cppcheck

export flags
ls src/*/*.c | xargs -P "$jobs" -I FILE sh -c \
    "gcc $flags -O1 -fanalyzer -c -o /dev/null FILE 2>&1 | grep -A3 'warning:'" >"$out"
tell "gcc -fanalyzer"

checks='-*,bugprone-*,cert-*,clang-analyzer-*'
for off in bugprone-easily-swappable-parameters bugprone-narrowing-conversions \
    bugprone-reserved-identifier cert-dcl37-c cert-dcl51-cpp bugprone-macro-parentheses \
    cert-err33-c clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling \
    clang-analyzer-valist.Uninitialized clang-analyzer-core.NullDereference \
    clang-analyzer-core.NonNullParamChecker clang-analyzer-optin.performance.Padding \
    bugprone-branch-clone bugprone-sizeof-expression bugprone-suspicious-missing-comma; do
    checks="$checks,-$off"
done
ls src/*/*.c | xargs -P "$jobs" -I FILE sh -c \
    "clang-tidy --quiet --checks='$checks' FILE -- $flags 2>/dev/null" >"$out"
tell clang-tidy

echo "$passed passed, $failed failed, 0 skipped"
exit $status
