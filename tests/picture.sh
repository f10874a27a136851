#!/bin/sh
# Draws the README's pictures from the program's own output: man/talkbook.svg is
# the browser, man/render.svg the page that uses everything.
set -eu
build=$1
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
db="$home/picture.db"
talkbook() { "$build/talkbook" --db "$db" "$@"; }
talkbook star nogil 'design pressure' 'Who Tests' >/dev/null
talkbook watch nogil 'PyArrow' >/dev/null
talkbook rate nogil 5
talkbook tag nogil threads
"$build/tests/screenshot" -c 112 -r 34 -T talkbook -e HOME="$home" -e TZ=UTC \
    -w "by theme" -k jjj -w "Alvaro Duran" -o man/talkbook.svg -- "$build/talkbook" --db "$db"
talkbook render --color=truecolor --style=dark --width 80 --no-pager tests/golden/everything.md |
    sed -n '/What the speaker/,/ccc/p' >"$home/page"
"$build/tests/screenshot" -c 82 -r "$(($(wc -l <"$home/page") + 1))" -T 'talkbook render' \
    -e HOME="$home" -w "ccc" -o man/render.svg -- sh -c 'cat "$1"; read -r end' - "$home/page"
