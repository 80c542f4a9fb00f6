"""Reads the headers of stencils for scripts/bench and scripts/matrix: those of Tools/jit/build.py and of
stencilgen."""

import re


def emit_functions(text):
    """{micro-op: body of its emit function without comments and blank lines, slots and trampolines of symbols
    by the symbols' names}."""
    symbols = re.findall(r"^ *\[\d+\] = &(\w+),$", text, re.M)

    def name(match):
        ordinal = int(match[2], 16)
        return match[1] + (symbols[ordinal] if ordinal < len(symbols) else match[2])

    functions = {}
    for micro_op, body in re.findall(r"^emit_(\w+)\(\n(?: [^\n]*\n)*\{\n(.*?)^\}$", text, re.M | re.S):
        lines = [line for line in body.splitlines() if line.strip() and not line.lstrip().startswith("//")]
        body = "\n".join(lines)
        body = re.sub(r"(got_symbol_address\(|patch_got_symbol\(state, )(0x[0-9a-f]+)", name, body)
        functions[micro_op] = re.sub(r"(_trampoline\([^,\n]+, )(0x[0-9a-f]+)(?=, state\))", name, body)
    return functions


def code_bytes(body):
    """The bytes of an emit function's code."""
    code = re.search(r" code_body\[\d+\] = \{(.*?)\}", body, re.S)
    return re.findall(r"0x[0-9a-f]+", code[1]) if code else []


def code_sizes(text):
    """{micro-op: (bytes of code, bytes of data)} of the table of stencils."""
    rows = re.findall(r" = \{emit_(\w+), (\d+), (\d+)[,}]", text)
    return {micro_op: (int(code), int(data)) for micro_op, code, data in rows}


PAIR = re.compile(r"( *)patch_aarch64_33rx\(([^,\n]+), ([^,\n]+), ([^\n]+)\);")


def apart(body):
    """The lines of an emit function, sorted, with each call for a pair of instructions as the two calls that
    fill the same holes."""
    return sorted(PAIR.sub(r"\1patch_aarch64_21rx(\2, \4);\n\1patch_aarch64_12x(\3, \4);", body).splitlines())


def has_more_pairs(mine, other):
    """Whether two emit functions differ in the pairs alone, and the first has at least as many: the JIT can
    then leave out a load where the address is near."""
    return apart(mine) == apart(other) and len(PAIR.findall(mine)) >= len(PAIR.findall(other))


def compare(ours, theirs):
    """Compares two headers, micro-op by micro-op: {"equal": count, "shorter": [name, ...], "paired": ...,
    "longer": ..., "other code": ..., "other holes": ..., "missing": ..., "extra": ...}, ours as seen from
    theirs."""
    mine, other = emit_functions(ours), emit_functions(theirs)
    my_sizes, other_sizes = code_sizes(ours), code_sizes(theirs)
    found = {
        "equal": 0,
        "shorter": [],
        "paired": [],
        "longer": [],
        "other code": [],
        "other holes": [],
        "missing": sorted(other.keys() - mine.keys()),
        "extra": sorted(mine.keys() - other.keys()),
    }
    for name in sorted(mine.keys() & other.keys()):
        if mine[name] == other[name]:
            found["equal"] += 1
            continue
        if has_more_pairs(mine[name], other[name]):
            found["paired"].append(name)
            continue
        difference = my_sizes.get(name, (0, 0))[0] - other_sizes.get(name, (0, 0))[0]
        if difference:
            found["shorter" if difference < 0 else "longer"].append(name)
        else:
            found[
                "other holes" if code_bytes(mine[name]) == code_bytes(other[name]) else "other code"
            ].append(name)
    return found
