#!/bin/sh
# Measures start, key to repaint and memory beside other programs. A fresh
# database with the catalog that comes with the program.
set -eu
build=$1
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
db="$home/bench.db"
talkbook() { "$build/talkbook" --db "$db" "$@"; }
talkbook stats >/dev/null
# The text of every talk, for the programs that read files.
for id in $(talkbook list --json | sed -n 's/.*"id":\([0-9]*\),"key".*/\1/p'); do
    talkbook show "$id"
done >"$home/talks.txt"
measure() { "$build/tests/bench_tty" --talkbook "$build/talkbook" --db "$db" --text "$home/talks.txt" --reader-keys "j\\t" "$@"; }
echo "== 80 x 24"
measure
echo "== 100 x 30"
measure --size 100x30
