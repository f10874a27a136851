#!/bin/sh
# Searching as it is typed at several sizes, beside other programs:
# `make bench-search`, `SIZES="22000" make bench-search`. With ../shared/data the
# talks are pyvideo's, else the catalog's own. The machine should do nothing else.
set -eu
build=$1
sizes=${SIZES:-22000 200000 1000000}
queries=tests/queries.txt
every=8
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME="$home"
data=../shared/data/pyvideo-all.tar.gz
talkbook() { "$build/talkbook" --db "$home/base.db" "$@"; }

has() { command -v "$1" >/dev/null 2>&1; }

# Seconds that a command takes, from a clock of nanoseconds.
seconds() {
    start=$(date +%s%N)
    "$@" >/dev/null 2>&1 || true
    end=$(date +%s%N)
    echo "$start $end" | awk '{ printf "%.3f", ($2 - $1) / 1e9 }'
}

read_with_jq() {
    find "$home/pyvideo" -path '*/videos/*.json' -print0 | xargs -0 jq -c .
}

talkbook stats >/dev/null
if [ -f "$data" ]; then
    mkdir "$home/pyvideo"
    tar xzf "$data" -C "$home/pyvideo"
    echo "== importing $(find "$home/pyvideo" -path '*/videos/*.json' | wc -l) records, 3 runs each"
    for run in 1 2 3; do
        cp "$home/base.db" "$home/import.db"
        own=$(seconds "$build/talkbook" --db "$home/import.db" import "$home/pyvideo")
        again=$(seconds "$build/talkbook" --db "$home/import.db" import "$home/pyvideo")
        has jq && jq=$(seconds read_with_jq) || jq=-
        echo "talkbook $own s, again $again s, jq -c . $jq s"
    done
    talkbook import "$home/pyvideo" >/dev/null
fi

# The middle and the longest of what a command takes over the queries.
each_query() {
    awk -v every="$every" 'NR % every == 1' "$queries" | while read -r query; do
        seconds "$@" "$query"
        echo
    done | sort -n | awk '{ t[NR] = $1 * 1000 }
        END { printf "p50 %.1f ms, max %.1f ms a query\n", t[int((NR + 1) / 2)], t[NR] }'
}
fzf_in() { fzf --filter "$2" <"$1"; }
rg_in() { rg -i -F -c "$2" "$1"; }

for size in $sizes; do
    echo "== $size notes"
    cp "$home/base.db" "$home/lib.db"
    "$build/tests/bench_library" "$home/lib.db" "$size" "$home"
    echo "engine:        $("$build/tests/bench_search" "$home/lib.db" $queries)"
    echo "browser:       $("$build/tests/bench_type" "$build/talkbook" "$home/lib.db" $queries $every)"
    has fzf && echo "fzf, titles:   $(each_query fzf_in "$home/titles")"
    has fzf && echo "fzf, text:     $(each_query fzf_in "$home/text")"
    has rg && echo "rg, one file:  $(each_query rg_in "$home/text")"
    if has rg && [ "$size" -le "${FILES_MAX:-200000}" ]; then
        mkdir "$home/files"
        (cd "$home/files" && split -l 1 -a 5 "$home/text")
        echo "rg, a file each: $(each_query rg_in "$home/files")"
        rm -rf "$home/files"
    fi
    echo "plain FTS5:    $("$build/tests/bench_plain" "$home/lib.db" "$home/plain.db" $queries $every)"
    rm -f "$home/plain.db"*
    echo "saving:        $("$build/tests/bench_save" "$home/lib.db" 2000)"
    rm -f "$home/lib.db"*
done
