#!/bin/sh
# Runs the test programs named, then the script checks, and closes with the
# counts. A skipped test says why on its own line.
set -u
passed=0 failed=0 skipped=0 broken=
out=$(mktemp)
trap 'rm -f "$out"' EXIT
export TALKBOOK="${BUILD:=build}/talkbook"
export ASAN_OPTIONS="detect_leaks=1:abort_on_error=0:${ASAN_OPTIONS:-}"
unset TALKBOOK_DB TALKBOOK_CONFIG NO_COLOR COLORTERM XDG_DATA_HOME XDG_STATE_HOME XDG_CONFIG_HOME

count() { grep -cE "$1" "$out" || true; }

for name in "$@"; do
    "$BUILD/tests/$name" >"$out" 2>&1
    status=$?
    p=$(count '^\[       OK \]') f=$(count '^\[  FAILED  \] [A-Za-z_]+$') s=$(count '^\[  SKIPPED \] [A-Za-z_]+')
    ran=$(count '^\[ RUN      \]')
    [ "$s" -gt $((ran - p)) ] && s=$((ran - p))
    f=$((ran - p - s))
    if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
    if [ "$ran" -eq 0 ]; then f=1; fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    printf '%-24s %4d passed, %d failed, %d skipped\n' "$name" "$p" "$f" "$s"
    grep -E '^(skip|figure):' "$out"
    if [ "$f" -ne 0 ]; then
        broken="$broken $name"
        grep -vE '^\[ (RUN|      OK)' "$out" | tail -60
    fi
done

for script in tests/check_*.sh; do
    [ -e "$script" ] || continue
    name=$(basename "$script" .sh)
    if sh "$script" >"$out" 2>&1; then
        passed=$((passed + 1))
        printf '%-24s %4d passed, 0 failed, 0 skipped\n' "$name" 1
    else
        failed=$((failed + 1)) broken="$broken $name"
        printf '%-24s %4d passed, 1 failed, 0 skipped\n' "$name" 0
        tail -60 "$out"
    fi
done

[ -z "$broken" ] || echo "failed:$broken"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
