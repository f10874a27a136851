#!/bin/sh
# The house's one direction of knowledge: an include that runs back fails, and
# so does a library's header outside its one folder.
set -u
status=0
allowed() {
    case $1 in
    base) echo "base" ;;
    model) echo "base model" ;;
    md) echo "base md" ;;
    cmd) echo "base cmd" ;;
    db) echo "base model db" ;;
    exchange) echo "base model md db exchange" ;;
    ui) echo "base model md cmd db exchange ui" ;;
    term) echo "base model md cmd db exchange ui term" ;;
    cli) echo "base model md cmd db exchange ui term cli" ;;
    esac
}
for dir in src/*/; do
    layer=$(basename "$dir")
    ok=" $(allowed "$layer") "
    bad=$(grep -nE '^#include "' "$dir"*.[ch] | while IFS=: read -r file line text; do
        target=$(echo "$text" | sed -E 's/#include "([a-z]+)\/.*/\1/')
        case "$ok" in *" $target "*) ;; *) echo "$file:$line: $text: $layer must not know $target" ;; esac
    done)
    [ -z "$bad" ] || { echo "$bad"; status=1; }
done
for pair in curses.h:src/term sqlite3.h:src/db cmark.h:src/md; do
    bad=$(grep -lE "include *[<\"](ncursesw/|ncurses)?${pair%%:*}" src/*/*.[ch] | grep -v "^${pair##*:}/")
    [ -z "$bad" ] || { echo "${pair%%:*} outside ${pair##*:}: $bad"; status=1; }
done
long=$(wc -l src/*/*.[ch] tests/*.[ch] | awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines, more than 500" }')
[ -z "$long" ] || { echo "$long"; status=1; }
long=$(for f in src/*/*.c tests/*.c; do
    awk -v f="$f" '/^\{/ { start = NR } /^\}/ { if (start && NR - start > 60) print f ":" start ": a function of " NR - start " lines"; start = 0 }' "$f"
done)
[ -z "$long" ] || { echo "$long"; status=1; }
exit $status
