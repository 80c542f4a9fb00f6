"""Compares two files of generated switch cases token for token.

Usage: token_diff.py EXPECTED ACTUAL [--count N]

Layout does not count; comments do, except those before the first preprocessor line, which name the generator. Prints the
first difference with the case it is in and exits with 1; prints how many cases and tokens are equal otherwise. --count
says how many cases there have to be.
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


def tokens(path):
    text = open(path).read()
    text = text[text.index("#") if "#" in text else 0 :]
    case, depth = "(before the first case)", 0
    result = []
    for match in TOKEN.finditer(text):
        spelling = match.group()
        if match.lastgroup in ("comment", "directive"):
            spelling = " ".join(spelling.split())
        depth += (spelling == "{") - (spelling == "}")
        if depth == 0 and result and result[-1][0] == "case":
            case = spelling
        result.append((spelling, case))
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("expected")
    parser.add_argument("actual")
    parser.add_argument("--count", type=int)
    arguments = parser.parse_args()
    expected, actual = tokens(arguments.expected), tokens(arguments.actual)
    for index in range(max(len(expected), len(actual))):
        want = expected[index : index + 1]
        have = actual[index : index + 1]
        if want and have and want[0][0] == have[0][0]:
            continue
        print(f"token {index} differs in {(want or have)[0][1]}")
        for name, side in (("expected", expected), ("actual", actual)):
            around = " ".join(token[0] for token in side[max(0, index - 12) : index + 12])
            print(f"  {name}: ... {around} ...")
        return 1
    cases = len({token[1] for token in expected}) - 1
    print(f"equal: {cases} cases, {len(expected)} tokens")
    if arguments.count is not None and arguments.count != cases:
        print(f"expected {arguments.count} cases")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
