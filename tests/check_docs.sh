#!/bin/sh
# Documents that drift: the generated parts, the man pages' form, the README's
# commands, the completions.
set -u
status=0
sh tests/docs.sh check "$BUILD/tests/gendoc" || status=1
mandoc -Tlint -W warning man/*.[15] || status=1

# Every `$ talkbook …` line of the README and the manual's examples runs.
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
# A data set of one record for the example that imports one.
mkdir -p "$home/pyvideo/con-2020/videos"
echo '{"title": "Con 2020"}' >"$home/pyvideo/con-2020/category.json"
echo '{"title": "A talk"}' >"$home/pyvideo/con-2020/videos/a-talk.json"
bin=$(cd "$(dirname "$TALKBOOK")" && pwd)
examples=$(sed -n 's/^\$ \(talkbook .*\)/\1/p' README.md; sed -n 's/^\.Dl \$ \(talkbook .*\)/\1/p' man/talkbook.1)
count=0
while IFS= read -r line; do
    [ -n "$line" ] || continue
    count=$((count + 1))
    line=$(printf '%s\n' "$line" | sed 's/\\(aq/'"'"'/g; s/\\-/-/g; s/\\(dq/"/g')
    (cd "$home" && HOME="$home" PATH="$bin:$PATH" sh -c "$line" </dev/null >"$home/out" 2>&1) || {
        echo "the example does not run: $line"
        cat "$home/out"
        status=1
    }
done <<EOF
$examples
EOF
[ "$count" -ge 10 ] || { echo "only $count examples found"; status=1; }

for shell in bash zsh fish; do
    "$TALKBOOK" completion $shell >"$home/completion.$shell" || status=1
done
bash -n "$home/completion.bash" || status=1
for name in $(sed -n 's/^SUBCOMMAND([a-z]*, "\([a-z]*\)".*/\1/p' src/cli/subcommands.def); do
    for shell in bash zsh fish; do
        grep -q "$name" "$home/completion.$shell" || { echo "$shell completes no $name"; status=1; }
    done
done
exit $status
