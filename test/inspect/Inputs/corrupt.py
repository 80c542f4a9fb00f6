# Corrupts a good manifest in one way after another and asks `stencilgen verify` what it thinks of each.
#
# corrupt.py STENCILGEN MANIFEST DIRECTORY
#
# A corruption is a name, a function that changes the document (or returns another text), and what verify must
# say of it. Each must be refused, with a message that no other corruption of the list expects.
import copy
import json
import re
import subprocess
import sys

stencilgen, manifest, directory = sys.argv[1:]
good_text = open(manifest).read()
good = json.loads(good_text)


def stencil(doc, name):
    return next(s for s in doc["stencils"] if s["name"] == name)


def holes(doc, name, part="code"):
    return stencil(doc, name)[part]["holes"]


def hole(doc, name, kind, part="code"):
    return next(h for h in holes(doc, name, part) if h["kind"].startswith(kind))


def patch(doc, name, offset, digits, part="code"):
    """Overwrites bytes of a stencil."""
    text = stencil(doc, name)[part]["bytes"]
    stencil(doc, name)[part]["bytes"] = text[: 2 * offset] + digits + text[2 * offset + len(digits) :]


def append(doc, name, digits, part="code"):
    stencil(doc, name)[part]["bytes"] += digits


def prepend(doc, name, digits):
    """Puts instructions before the code, whose holes move."""
    code = stencil(doc, name)["code"]
    code["bytes"] = digits + code["bytes"]
    for h in code["holes"]:
        h["offset"] += len(digits) // 2


def first_branch(doc, name):
    """Where a short conditional jump of BRANCH is: 74 or 75 and a distance of 8 bits."""
    code = bytes.fromhex(stencil(doc, name)["code"]["bytes"])
    return next(i for i, b in enumerate(code) if b in (0x74, 0x75))


corruptions = []


def corruption(expected):
    def add(function):
        corruptions.append((function.__name__, function, expected))
        return function

    return add


# ---- the document --------------------------------------------------------------------------------------
@corruption(r"not a JSON document$")
def truncated(doc):
    return good_text[: len(good_text) // 2]


@corruption(r"not a JSON document: it has a zero byte")
def zero_byte(doc):
    return good_text + "\0"


@corruption(r"expected a JSON object")
def no_object(doc):
    return "[]"


@corruption(r"/manifest: expected version 1")
def other_version(doc):
    doc["manifest"] = 2


@corruption(r"/stencils: expected an array of objects")
def no_stencils(doc):
    del doc["stencils"]


@corruption(r"/target/triple: expected a string")
def no_triple(doc):
    del doc["target"]["triple"]


@corruption(r"LLVM has no target for pdp11-dec-unix")
def unknown_triple(doc):
    doc["target"]["triple"] = "pdp11-dec-unix"


@corruption(r"/debug: expected true or false")
def debug_is_text(doc):
    doc["debug"] = "no"


@corruption(r"/stencils/0/code/bytes: expected bytes as pairs of hexadecimal digits")
def odd_digits(doc):
    append(doc, "ADD", "9")


@corruption(r"/stencils/1/code/bytes: expected bytes as pairs of hexadecimal digits")
def no_digits(doc):
    patch(doc, "BRANCH", 0, "zz")


@corruption(r"/holes/0/offset: expected a whole number")
def negative_offset(doc):
    holes(doc, "ADD")[0]["offset"] = -1


@corruption(r"/kind: expected a fixup kind, found 'abs65'")
def unknown_kind(doc):
    hole(doc, "PUSH", "abs64")["kind"] = "abs65"


@corruption(r"/addend: expected a whole number of -2\^63 to 2\^63 - 1")
def addend_is_fraction(doc):
    hole(doc, "PUSH", "abs64")["addend"] = 0.5


@corruption(r"/note: unknown member")
def unknown_member(doc):
    doc["note"] = "hello"


@corruption(r"/stencils/0/code/colour: unknown member")
def unknown_member_of_stencil(doc):
    stencil(doc, "ADD")["code"]["colour"] = "red"


@corruption(r"/symbols has 1 elements, expected 3")
def symbols_cut(doc):
    doc["symbols"] = doc["symbols"][:1]


@corruption(r'/symbols/0 is "zebra", expected "fail"')
def symbol_renamed_in_list(doc):
    doc["symbols"][0] = "zebra"


@corruption(r"the digest 0{64} is not that of the inputs, flags and versions in it")
def other_digest(doc):
    doc["digest"] = "0" * 64


@corruption(r"the digest (?!0{64})[0-9a-f]{64} is not that of the inputs, flags and versions in it")
def other_input(doc):
    doc["inputs"][0]["sha256"] = "f" * 64


# ---- stencils and holes --------------------------------------------------------------------------------
@corruption(r"micro-op 'ADD': another stencil has this name")
def name_twice(doc):
    stencil(doc, "BRANCH")["name"] = "ADD"


@corruption(r"micro-op 'A-B': expected a C identifier as its name")
def name_is_no_identifier(doc):
    stencil(doc, "ADD")["name"] = "A-B"


@corruption(r"micro-op 'ADD': comes after 'BRANCH', expected stencils sorted by name")
def not_sorted(doc):
    doc["stencils"][0], doc["stencils"][1] = doc["stencils"][1], doc["stencils"][0]


@corruption(r"of 8 bytes lies outside the \d+ bytes of the code")
def hole_outside(doc):
    hole(doc, "PUSH", "abs64")["offset"] = 10000


@corruption(r"of 8 bytes lies outside the \d+ bytes of the data")
def slot_outside(doc):
    hole(doc, "ADD", "abs64", "data")["offset"] = 1


@corruption(r"micro-op 'PUSH': code hole at offset 0x4 overlaps the hole before it, or is out of order")
def holes_overlap(doc):
    extra = copy.deepcopy(holes(doc, "PUSH")[0])
    extra["offset"] += 2
    holes(doc, "PUSH").insert(1, extra)


@corruption(r"micro-op 'CHECK_A': code hole at offset 0x\w+ overlaps the hole before it, or is out of order")
def holes_out_of_order(doc):
    holes(doc, "CHECK_A").reverse()


@corruption(r"has the unknown hole value 'OPARGH'")
def unknown_value(doc):
    hole(doc, "PUSH", "abs64")["value"] = "OPARGH"


@corruption(r"has the symbol 'no-name', expected a C identifier")
def symbol_is_no_identifier(doc):
    next(h for h in holes(doc, "CALL_TWICE", "data") if h.get("symbol"))["symbol"] = "no-name"


@corruption(r"has the fixup kind aarch64_branch26, which the header has no patch function for")
def kind_without_function(doc):
    hole(doc, "PUSH", "abs64")["kind"] = "aarch64_branch26"


@corruption(r"which x86_64-unknown-linux-gnu does not have")
def kind_of_other_target(doc):
    doc["header"]["patchFunctions"]["i386_branch32"] = "patch_32r"
    hole(doc, "BRANCH", "x86_64")["kind"] = "i386_branch32"


@corruption(r"data hole at offset 0x0 has the fixup kind x86_64_branch32, expected one for data")
def branch_in_data(doc):
    hole(doc, "ADD", "abs64", "data")["kind"] = "x86_64_branch32"


@corruption(r"points to DATA \+ 4096, outside its \d+ bytes")
def data_outside(doc):
    next(h for h in holes(doc, "ADD") if h.get("value") == "DATA")["addend"] = 4096


@corruption(r"micro-op 'CHECK_A': .* reads the data slot DATA \+ 0x\w+, which does not exist")
def slot_missing(doc):
    del holes(doc, "CHECK_A", "data")[-1]


@corruption(r"micro-op 'ADD': data of 9 bytes, expected a multiple of 8")
def data_too_long(doc):
    append(doc, "ADD", "00", "data")


# ---- instructions --------------------------------------------------------------------------------------
@corruption(r"micro-op 'ADD': code at 0x0: the byte 0x6 begins no instruction")
def undecodable(doc):
    patch(doc, "ADD", 0, "06")


@corruption(r"micro-op 'ADD': code at 0x12: the byte 0xf begins no instruction")
def cut_in_instruction(doc):
    append(doc, "ADD", "0f")


@corruption(r"is not an operand of 8 bytes of the instruction at 0x0 \('movabsq")
def hole_on_opcode(doc):
    hole(doc, "PUSH", "abs64")["offset"] = 1


@corruption(r"of 8 bytes reaches past the instruction at 0x0 \('movabsq")
def hole_past_instruction(doc):
    hole(doc, "PUSH", "abs64")["offset"] = 3


@corruption(r"is not an operand of 4 bytes of the instruction")
def hole_too_narrow(doc):
    hole(doc, "PUSH", "abs64")["kind"] = "abs32"


@corruption(r"is not empty, expected zeros for the JIT to fill")
def hole_filled(doc):
    patch(doc, "PUSH", holes(doc, "PUSH")[0]["offset"], "01")


@corruption(r"has the fixup kind x86_64_branch32 in the instruction .*, expected a branch")
def branch_kind_in_load(doc):
    for h in holes(doc, "CHECK_A"):
        if (
            h["kind"] == "x86_64_got_pcrel32_relax"
            or h["kind"] == "pcrel32"
            or h["kind"] == "x86_64_got_pcrel32_relax_rex"
        ):
            h["kind"] = "x86_64_branch32"
            return
    raise SystemExit("no load in CHECK_A")


@corruption(r"micro-op 'BRANCH': leads outside the \d+ bytes of the code")
def branch_outside(doc):
    patch(doc, "BRANCH", first_branch(doc, "BRANCH") + 1, "7f")


@corruption(r"micro-op 'BRANCH': leads into the middle of an instruction")
def branch_into_instruction(doc):
    patch(doc, "BRANCH", first_branch(doc, "BRANCH") + 1, "01")


def direct(doc, name, opcode, addend):
    """Makes the last instruction, a jump by a data slot (ff 25), one that goes there itself."""
    at = len(stencil(doc, name)["code"]["bytes"]) // 2 - 6
    assert stencil(doc, name)["code"]["bytes"][2 * at :].startswith("ff25")
    patch(doc, name, at, "90" + opcode)
    next(h for h in holes(doc, name) if h["offset"] == at + 2).update(
        kind="x86_64_branch32", value="CONTINUE", addend=addend
    )


@corruption(r"leads 1 bytes beside CONTINUE at 0x")
def branch_beside(doc):
    direct(doc, "ADD", "e9", -3)


@corruption(r"calls the code that follows at 0x")
def continuation_called(doc):
    direct(doc, "ADD", "e8", -4)


@corruption(r"no path leads to the instruction at 0x")
def dead_code(doc):
    patch(doc, "ADD", 0, "c3")  # retq in place of the first byte: the rest decodes, but is never reached


@corruption(r"shim: runs past its end, expected a return or a jump")
def shim_without_return(doc):
    text = doc["shim"]["code"]["bytes"]
    assert text.endswith("c3")
    doc["shim"]["code"]["bytes"] = text[:-2] + "90"


@corruption(r"leaves 8 bytes on the stack at 0x")
def stack_pointer_moved(doc):
    append(doc, "COUNT", "")
    prepend(doc, "COUNT", "50")  # pushq %rax


@corruption(r"takes more from the stack than it put there at 0x0 \('popq %rax'\)")
def stack_taken(doc):
    prepend(doc, "COUNT", "58")


@corruption(r"uses the frame pointer at 0x0 \('movq %rbp, %rax'\), which the flags reserve")
def frame_pointer_used(doc):
    doc["flags"].append("-mframe-pointer=reserved")
    prepend(doc, "COUNT", "4889e8")


@corruption(r"data hole at offset 0x0 has the address of CODE \+ 1, where no instruction begins")
def address_in_instruction(doc):
    hole(doc, "ADD", "abs64", "data").update(value="CODE", addend=1)


@corruption(r"micro-op 'BRANCH': has the opcode 7 of 'ADD'")
def opcode_twice(doc):
    for name in ("ADD", "BRANCH"):
        stencil(doc, name)["uop"] = {
            "name": name,
            "opcode": 7,
            "inputs": [],
            "outputs": [],
            "operands": [],
            "properties": [],
        }


# ---- what does not belong there ------------------------------------------------------------------------
@corruption(r"has the absolute path '/home/someone/tree/cases\.c'")
def path_in_data(doc):
    text = b"/home/someone/tree/cases.c\0".ljust(32, b"\0").hex()
    data = stencil(doc, "COUNT")["data"]
    data["bytes"] += text


@corruption(r"the flag '-I/usr/include/tiny' names an absolute path")
def path_in_flag(doc):
    doc["flags"].append("-I/usr/include/tiny")


@corruption(r"the command names the absolute path '/opt/tiny/profile\.json'")
def path_in_command(doc):
    doc["command"] += " /opt/tiny/profile.json"


@corruption(r"micro-op 'ADD': its definition is in the absolute path '/src/tiny/cases\.c'")
def path_of_definition(doc):
    stencil(doc, "ADD")["definition"]["file"] = "/src/tiny/cases.c"


@corruption(r"the input '/src/tiny/tiny\.h' of the root 'source' is an absolute path")
def path_of_input(doc):
    doc["inputs"][-1].update(root="source", path="/src/tiny/tiny.h")


@corruption(r"the symbol 'unheard_of', which 'CALL_TWICE' uses, is not in ")
def unknown_symbol(doc):
    next(h for h in holes(doc, "CALL_TWICE", "data") if h.get("symbol"))["symbol"] = "unheard_of"


@corruption(r"the header is not that of its manifest, which gives '//\s+0:\s+hole abs64: CONTINUE \+ 0x1'")
def header_of_other_manifest(doc):
    hole(doc, "ADD", "abs64", "data")["addend"] = 1


failures, messages = 0, {}
for name, change, expected in corruptions:
    doc = copy.deepcopy(good)
    text = change(doc)
    if text is None:
        text = json.dumps(doc, indent=1) + "\n"
    path = f"{directory}/jit_stencils-x86_64-unknown-linux-gnu.json"
    open(path, "w").write(text)
    done = subprocess.run(
        [
            stencilgen,
            "verify",
            path,
            "--profile",
            f"{directory}/profile.json",
            "--symbols",
            f"{directory}/symbols.o",
        ],
        capture_output=True,
        text=True,
    )
    lines = done.stderr.splitlines()
    hits = [line for line in lines if re.search(expected, line)]
    others = [
        other
        for other, _, pattern in corruptions
        if other != name and any(re.search(pattern, h) for h in hits)
    ]
    if done.returncode != 1 or not hits or others:
        failures += 1
        print(
            f"{name}: status {done.returncode}, expected {expected!r}"
            + (f", also expected by {others}" if others else "")
        )
        print("  " + "\n  ".join(lines[:6] or ["(no message)"]))
    messages[name] = hits[0] if hits else ""

print(
    f"{len(corruptions)} corruptions, {len(corruptions) - failures} caught, "
    f"{len(set(messages.values()))} messages"
)
sys.exit(1 if failures else 0)
