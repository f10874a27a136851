#!/bin/sh
# The program is built as its defaults promise: position-independent, its tables read-only
# once they are bound, no executable stack, stack guards, checked copies. Read from the
# binary; a sanitizer's build has guards of its own.
set -u
program=${TALKBOOK:-build/talkbook}
if nm -D "$program" | grep -qE ' __(asan|tsan)_init'; then
    echo "a sanitizer's build"
    exit 0
fi
status=0
headers=$(readelf -W -h -l -d "$program")
symbols=$(nm -D "$program" | sed 's/@.*//')
# what, whether it is there
need() {
    if [ "$2" -eq 0 ]; then echo "$1: yes"; else echo "$1: no"; status=1; fi
}
has() { printf '%s\n' "$headers" | grep -qE "$1"; }
uses() { printf '%s\n' "$symbols" | grep -qE "$1"; }
has 'Type: +DYN'; need "position-independent" $?
has 'FLAGS_1.*PIE'; need "an executable, not a library" $?
has '^ +GNU_RELRO'; need "read-only relocations" $?
has 'BIND_NOW|FLAGS_1.*NOW'; need "bound at the start" $?
! has '^ +GNU_STACK.*E '; need "stack not executable" $?
uses ' U __stack_chk_fail$'; need "stack guards" $?
uses ' U __[a-z]+_chk$'; need "checked copies" $?
exit $status
