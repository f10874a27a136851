#!/usr/bin/env python3
"""Writes unicode.def: `python3 src/base/unicode.py > src/base/unicode.def`.

Widths are glibc's wcwidth in C.UTF-8, so that they agree with what ncurses
will do with the same code points; word characters and folds come from the
Unicode database (word characters are the categories L*, N*, Co and M*)."""
import ctypes
import locale
import unicodedata as U

locale.setlocale(locale.LC_ALL, "C.UTF-8")
libc = ctypes.CDLL("libc.so.6")
libc.setlocale(6, b"C.UTF-8")
ALL = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def ranges(test):
    out = []
    for c in ALL:
        if test(c):
            if out and out[-1][1] == c - 1:
                out[-1][1] = c
            else:
                out.append([c, c])
    return out


def fold(c):
    s = chr(c).casefold()
    s = U.normalize("NFD", s)
    base = [x for x in s if U.category(x) not in ("Mn", "Me")]
    if len(base) == 0:
        return c
    return ord(base[0]) if len(base) == 1 else c


def table(name, rows, per):
    print(f"#ifdef {name}")
    for i in range(0, len(rows), per):
        print("".join(rows[i : i + per]))
    print(f"#undef {name}\n#endif")


print("/* Made by src/base/unicode.py from Unicode", U.unidata_version, "and glibc's wcwidth; not edited by hand. */")
print("/* clang-format off */")
width = {c: libc.wcwidth(c) for c in ALL}
rows = [(a, b, w) for w in (0, 2, -1) for a, b in ranges(lambda c: width[c] == w and c > 0x7F)]
table("UNICODE_WIDTH", [f"UNICODE_WIDTH(0x{a:X},0x{b:X},{w})" for a, b, w in sorted(rows)], 8)
word = ranges(lambda c: c > 0x7F and U.category(chr(c))[0] in "LNM" or U.category(chr(c)) == "Co")
table("UNICODE_WORD", [f"UNICODE_WORD(0x{a:X},0x{b:X})" for a, b in word], 10)
folds = [(c, fold(c)) for c in ALL if c > 0x7F and fold(c) != c and not 0xAC00 <= c < 0xD7B0]
table("UNICODE_FOLD", [f"UNICODE_FOLD(0x{a:X},0x{b:X})" for a, b in folds], 12)
