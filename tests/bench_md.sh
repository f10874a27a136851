#!/bin/sh
# Measures Markdown on 10 MB files made from the CommonMark spec and from talks'
# descriptions, with raw HTML escaped and fences left out of the descriptions:
# one that nobody closed would swallow the rest.
set -eu
build=$1
shared=${SHARED:-../shared}
if [ ! -e "$shared/corpora/commonmark-spec/spec.txt" ]; then
    echo "skip: no $shared/corpora to make large Markdown files from"
    exit 0
fi
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
size=10000000
for i in 1 2 3 4 5 6 7 8 9 10; do
    for j in 1 2 3 4 5; do cat "$shared/corpora/commonmark-spec/spec.txt"; echo; done
done | sed 's/</\&lt;/g' | head -c $size >"$home/spec.md"
tar -xzOf "$shared/data/pyvideo-all.tar.gz" --wildcards '*/videos/*.json' |
    sed -n 's/^ *"description": "\(.*\)",\{0,1\}$/\1\\n\\n/p' |
    sed 's/\\n/\n/g; s/\\r//g; s/\\t/ /g; s/\\"/"/g; s/\\\\/\\/g; s/</\&lt;/g' |
    sed 's/^ *\(```\|~~~\).*//' | head -c $size >"$home/descriptions.md"
{ head -c $((size / 2)) "$home/spec.md"; printf '\n\n'; head -c $((size / 2)) "$home/descriptions.md"; } \
    >"$home/both.md"
talk=$("$build/talkbook" --db "$home/md.db" list --json | sed -n 's/.*"id":\([0-9]*\),"key".*/\1/p' | head -1)
"$build/talkbook" --db "$home/md.db" note add "$talk" -F "$home/both.md" >/dev/null
echo "== Markdown"
"$build/tests/bench_md" "$build/talkbook" "$home/md.db" "$home/both.md" "$home/spec.md" "$home/descriptions.md"
