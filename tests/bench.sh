#!/bin/sh
# Measures start, key to repaint and memory beside other programs. A fresh
# database with the catalog that comes with the program.
set -eu
build=$1
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
db="$home/bench.db"
"$build/talkbook" --db "$db" stats >/dev/null
exec_bench() { "$build/tests/bench_tty" --talkbook "$build/talkbook" --db "$db" "$@"; }
echo "== 80 x 24"
exec_bench
echo "== 100 x 30"
exec_bench --size 100x30
