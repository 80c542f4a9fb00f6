"""Writes a header of "stencils" from a file of lines `NAME BYTE...`, in the shape that CPython's have."""


def write_set(definitions, header, longer=""):
    """`longer` names a micro-op that gets one byte more."""
    functions, table, names = [], [], []
    for line in definitions.read_text().splitlines():
        name, *code = line.split()
        code += ["0x90"] if name == longer else []
        body = " ".join(f"{byte}," for byte in code)
        functions.append(
            f"static void\nemit_{name}(\n    unsigned char *code)\n{{\n    // {header.name}\n"
            f"    const unsigned char code_body[{len(code)}] = {{ {body} }};\n    use(code, code_body);\n}}\n"
        )
        table.append(f"    [{name}] = {{emit_{name}, {len(code)}, 0}},\n")
        names.append(name)
    header.write_text(
        "".join(functions) + f"enum {{ {', '.join(names)} }};\n"
        "static const struct { void (*emit)(unsigned char *); int code, data; } stencil_groups[] = {\n"
        + "".join(table)
        + "};\n"
    )
