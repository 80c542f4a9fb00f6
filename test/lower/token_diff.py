"""Compares two files of generated switch cases micro-op by micro-op, token for token.

Usage: token_diff.py EXPECTED ACTUAL [--at-least N]

Layout does not count; comments do, except those before the first preprocessor line, which name the generator.
Numbers that differ in the suffix of unsigned ones alone (6 and 6u) are the same, but are counted. Prints how
many micro-ops are equal, and with a difference the first one, the names of all, and exits with 1. --at-least
says how many micro-ops there have to be.
"""

import argparse
import re
import sys

TOKEN = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<directive> ^[ \t]*\#[^\n]*(?:\\\n[^\n]*)* )
  | (?P<string> "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' )
  | (?P<word> [A-Za-z_]\w* )
  | (?P<number> \.?\d(?:[eEpP][+-]|[\w.])* )
  | (?P<operator> <<=|>>=|\.\.\.|->|\+\+|--|[-+*/%&|^<>=!]=|<<|>>|&&|\|\||\#\# | \S )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
OUTSIDE = "(outside the cases)"


def cases(path):
    """The tokens of each case, and under OUTSIDE those of no case."""
    text = open(path).read()
    text = text[text.index("#") if "#" in text else 0 :]
    result, case, depth, previous = {OUTSIDE: []}, OUTSIDE, 0, ""
    for match in TOKEN.finditer(text):
        spelling = match.group()
        if match.lastgroup in ("comment", "directive"):
            spelling = " ".join(spelling.split())
        if depth == 0 and previous == "case":
            result[OUTSIDE].pop()
            case = spelling
        result.setdefault(case, []).append(spelling)
        depth += (spelling == "{") - (spelling == "}")
        if spelling == "}" and depth == 0:
            case = OUTSIDE
        previous = spelling
    return result


def without_suffix(tokens):
    return [token.rstrip("uU") if token[0].isdigit() else token for token in tokens]


def show(name, expected, actual):
    index = next(
        (i for i, pair in enumerate(zip(expected, actual)) if pair[0] != pair[1]),
        min(len(expected), len(actual)),
    )
    print(f"token {index} differs in {name}")
    for title, side in (("expected", expected), ("actual", actual)):
        print(f"  {title}: ... {' '.join(side[max(0, index - 12) : index + 12])} ...")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("expected")
    parser.add_argument("actual")
    parser.add_argument("--at-least", type=int, default=1)
    arguments = parser.parse_args()
    expected, actual = cases(arguments.expected), cases(arguments.actual)
    names = list(dict.fromkeys([*expected, *actual]))
    suffixes, different = 0, []
    for name in names:
        want, have = expected.get(name, []), actual.get(name, [])
        if without_suffix(want) != without_suffix(have):
            if not different:
                show(name, want, have)
            different.append(name)
        else:
            suffixes += sum(pair[0] != pair[1] for pair in zip(want, have))
    if different:
        print("different: " + " ".join(different))
    count = len(expected) - 1
    equal = count - sum(name in expected and name != OUTSIDE for name in different)
    note = f", {suffixes} numbers with another suffix" if suffixes else ""
    print(f"equal: {equal} of {count} micro-ops, {sum(map(len, expected.values()))} tokens{note}")
    if count < arguments.at_least:
        print(f"expected {arguments.at_least} micro-ops or more")
    return 1 if different or count < arguments.at_least else 0


if __name__ == "__main__":
    sys.exit(main())
