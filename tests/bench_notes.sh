#!/bin/sh
# Notes: saved beside one write that waits for the disk, used in small and large
# libraries, and a very long one: `make bench-notes`, or smaller,
# `NOTES="1000 20000" SAVES=100 MB=1 make bench-notes`. DIR is where the database is
# made, since file systems differ; the machine should do nothing else.
set -eu
build=$1
sizes=${NOTES:-1000 1000000}
saves=${SAVES:-500}
megabytes=${MB:-10}
home=$(mktemp -d "${DIR:-${TMPDIR:-/tmp}}/talkbook-bench.XXXXXX")
trap 'rm -rf "$home"' EXIT
export HOME="$home"
bench() { "$build/tests/bench_notes" "$@"; }

"$build/talkbook" --db "$home/base.db" stats >/dev/null
echo "== $saves saves, each followed by a write of the same size ($(stat -f -c %T "$home"))"
cp "$home/base.db" "$home/save.db"
bench save "$home/save.db" "$saves"
for size in $sizes; do
    echo "== $size notes"
    cp "$home/base.db" "$home/library.db"
    "$build/tests/bench_library" "$home/library.db" "$size"
    bench use "$home/library.db" "$saves"
    rm -f "$home/library.db"*
done
echo "== a large note"
bench large "$home/save.db" "$megabytes"
