#!/bin/sh
# Draws man/talkbook.svg from the program's own screen.
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
