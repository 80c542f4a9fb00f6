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
    """(code and data, sorted calls that fill holes) of an emit function, as lines, with each call for a pair
    of instructions as the two calls that fill the same holes."""
    body = PAIR.sub(r"\1patch_aarch64_21rx(\2, \4);\n\1patch_aarch64_12x(\3, \4);", body)
    lines = [line.strip() for line in body.splitlines()]
    calls = sorted(line for line in lines if line.startswith("patch_"))
    return [line for line in lines if not line.startswith("patch_")], calls


def same_holes(mine, other):
    """How two emit functions that fill the same holes of the same code differ: "reordered", in the order of
    the calls; "paired", the first has all pairs of the second and more, so that the JIT can leave out a load
    where the address is near. None: in something else."""
    my_pairs, other_pairs = set(PAIR.findall(mine)), set(PAIR.findall(other))
    if not my_pairs >= other_pairs or apart(mine) != apart(other):
        return None
    return "reordered" if my_pairs == other_pairs else "paired"


def compare(ours, theirs):
    """Compares two headers, micro-op by micro-op: {"equal": count, "shorter": [name, ...], "paired": ...,
    "reordered": ..., "longer": ..., "other code": ..., "other holes": ..., "missing": ..., "extra": ...},
    ours as seen from theirs."""
    mine, other = emit_functions(ours), emit_functions(theirs)
    my_sizes, other_sizes = code_sizes(ours), code_sizes(theirs)
    found = {
        "equal": 0,
        "shorter": [],
        "paired": [],
        "reordered": [],
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
        if same := same_holes(mine[name], other[name]):
            found[same].append(name)
            continue
        difference = my_sizes.get(name, (0, 0))[0] - other_sizes.get(name, (0, 0))[0]
        if difference:
            found["shorter" if difference < 0 else "longer"].append(name)
        else:
            found[
                "other holes" if code_bytes(mine[name]) == code_bytes(other[name]) else "other code"
            ].append(name)
    return found
