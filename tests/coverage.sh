#!/bin/sh
# Runs the tests on a build that counts what is run, and prints the share of lines and of
# branches (each condition's two ways counted) a folder. The counters lie in files that are
# mapped into the processes, so that children which are killed count, too.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$1
mkdir -p "$build"
counts=$(cd "$build" && pwd)/counts
rm -rf "$counts" && mkdir -p "$counts"
flags="-fprofile-instr-generate -fcoverage-mapping -mllvm -runtime-counter-relocation"
LLVM_PROFILE_FILE="$counts/%m%c.profraw" make --no-print-directory check CC=clang \
    BUILD="$build" HARDEN= HARDEN_LD="-fprofile-instr-generate" CFLAGS="-O1 -g $flags" \
    >"$build.log" 2>&1
tail -1 "$build.log"
llvm-profdata merge -sparse -o "$build/profile" "$counts"/*.profraw || exit 1
llvm-cov export -summary-only -format=lcov "$build/talkbook" -instr-profile="$build/profile" |
    awk -F: -v order="base model md db cmd exchange ui term cli" '
        $1 == "SF" { folder = $2; sub(/\/[^\/]*$/, "", folder); sub(/.*\/src\//, "", folder) }
        { sum[folder, $1] += $2 }
        END {
            for (i = 1; i <= split(order, name, " "); i++) {
                f = name[i]
                if (sum[f, "LF"] > 0 && sum[f, "BRF"] > 0)
                    printf "src/%-10s %6.2f %% of %5d lines, %6.2f %% of %5d branches\n", f,
                        100 * sum[f, "LH"] / sum[f, "LF"], sum[f, "LF"],
                        100 * sum[f, "BRH"] / sum[f, "BRF"], sum[f, "BRF"]
            }
        }'
