#!/bin/sh
# Puts the generated parts into the manual and the README (write), or fails
# where they differ (check). Usage: docs.sh write|check GENDOC
set -u
mode=$1 gendoc=$2 status=0
new=$(mktemp) part=$(mktemp)
trap 'rm -f "$new" "$part"' EXIT

# A line that holds "generated: NAME" opens a part, "generated: end" closes it.
renew() {
    cp "$1" "$new"
    for name in $(sed -n 's/.*generated: \([a-z-]*\).*/\1/p' "$1" | grep -v '^end$'); do
        "$gendoc" "$name" >"$part" || return 1
        awk -v name="$name" -v part="$part" '
            index($0, "generated: " name) { print; while ((getline line < part) > 0) print line; skip = 1; next }
            /generated: end/ { skip = 0 }
            !skip { print }' "$new" >"$new.2" && mv "$new.2" "$new"
    done
}

for file in man/talkbook.1 README.md; do
    renew "$file" || exit 1
    if [ "$mode" = write ]; then
        cmp -s "$new" "$file" || cat "$new" >"$file"
    elif ! cmp -s "$new" "$file"; then
        echo "$file differs from the program's tables; run make docs"
        diff "$file" "$new" | head -20
        status=1
    fi
done
exit $status
