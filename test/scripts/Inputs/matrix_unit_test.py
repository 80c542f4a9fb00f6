"""Parts of scripts/matrix alone."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "scripts"))
import headers  # noqa: E402
import matrix_cell  # noqa: E402
import matrix_report  # noqa: E402
import matrix_tree  # noqa: E402
import matrix_upstream  # noqa: E402


def header(
    code="0x01",
    size=1,
    hole="patch_64(code + 0x2, got_symbol_address(0x1, state));",
    symbols=("a", "b"),
    name="ADD",
):
    table = "".join(f"    [{number}] = &{symbol},\n" for number, symbol in enumerate(symbols))
    return (
        f"void\nemit_{name}(\n    unsigned char *code)\n{{\n"
        f"    // 0: nop\n    const unsigned char code_body[{size}] = {{\n"
        f"        {code},\n    }};\n    {hole}\n}}\n\n"
        f"    [{name}] = {{emit_{name}, {size}, 0, {{0x1}}}},\n{table}"
    )


class Headers(unittest.TestCase):
    def only(self, found, key):
        for other, names in found.items():
            self.assertEqual(bool(names), other == key, found)

    def test_equal(self):
        self.only(headers.compare(header(), header()), "equal")

    def test_comments_do_not_count(self):
        self.only(headers.compare(header(), header().replace("// 0: nop", "// 0: other")), "equal")

    def test_slots_are_named_by_their_symbols(self):
        moved = header(hole="patch_64(code + 0x2, got_symbol_address(0x0, state));", symbols=("b", "a"))
        self.only(headers.compare(header(), moved), "equal")
        self.only(headers.compare(header(), header(symbols=("b", "a"))), "other holes")

    def test_trampolines_are_named_by_their_symbols(self):
        jump = "patch_aarch64_trampoline(code + 0x4, {}, state);"
        self.only(
            headers.compare(header(hole=jump.format("0x1")), header(hole=jump.format("0x0"), symbols=("b",))),
            "equal",
        )
        self.only(
            headers.compare(header(hole=jump.format("0x1")), header(hole=jump.format("0x0"))), "other holes"
        )

    def test_differences(self):
        self.only(headers.compare(header(), header(size=2, code="0x01, 0x02")), "shorter")
        self.only(headers.compare(header(size=2, code="0x01, 0x02"), header()), "longer")
        self.only(headers.compare(header(), header(code="0x02")), "other code")
        found = headers.compare(header(), header(name="SUB"))
        self.assertEqual((found["missing"], found["extra"], found["equal"]), (["SUB"], ["ADD"], 0))

    def test_pairs(self):
        one = "patch_aarch64_33rx(code + 0x4, code + 0x10, (uintptr_t)&a);"
        two = (
            "patch_aarch64_21rx(code + 0x4, (uintptr_t)&a);\n"
            "    patch_aarch64_12x(code + 0x10, (uintptr_t)&a);"
        )
        self.only(headers.compare(header(hole=one), header(hole=two)), "paired")
        self.only(headers.compare(header(hole=two), header(hole=one)), "other holes")
        self.only(headers.compare(header(hole=one), header(hole=two.replace("&a", "&b"))), "other holes")
        last = "\n    patch_64(code + 0x20, 1);"
        first = last.strip() + "\n    "
        self.only(headers.compare(header(hole=one + last), header(hole=first + one)), "reordered")
        rows = "0x01,\n        0x02"
        other = header(size=2, code="0x02,\n        0x01", hole=two)
        self.only(headers.compare(header(size=2, code=rows, hole=one), other), "other code")


class Refs(unittest.TestCase):
    def test_order_of_releases(self):
        tags = ["v3.14.10", "v3.14.9", "v3.14.0", "v3.14.0rc2", "v3.14.0b4"]
        self.assertEqual(sorted(tags, key=matrix_tree.release_key), tags[::-1])
        self.assertIsNone(matrix_tree.release_key("v3.14"))
        self.assertIsNone(matrix_tree.release_key("3.14"))

    def test_default(self):
        tags = [
            "v3.12.4",
            "v3.13.0rc3",
            "v3.13.0",
            "v3.13.10",
            "v3.13.9",
            "v3.14.0b4",
            "v3.14.0rc1",
            "v3.15.0a8",
            "v3.15.0b1",
        ]
        self.assertEqual(
            matrix_tree.default_refs(tags, ["3.13", "3.14", "3.12", "main"]),
            ["v3.13.0", "v3.13.9", "v3.13.10", "3.13", "v3.14.0rc1", "3.14", "v3.15.0b1", "main"],
        )


class Changes(unittest.TestCase):
    def cell(self, ref, triple="t", made="ok", sound="ok", compiles="ok", contents="x"):
        return {
            "ref": ref,
            "version": "3.14",
            "triple": triple,
            "kind": "release",
            "llvm": "22",
            "made": made,
            "sound": sound,
            "compiles": compiles,
            "bytes": contents,
        }

    def test_first_ref(self):
        cells = [
            self.cell("1"),
            self.cell("2"),
            self.cell("3", contents="y"),
            self.cell("4", compiles="no"),
            self.cell("5", compiles="no"),
            self.cell("6"),
        ]
        self.assertEqual(
            matrix_report.changes_text(cells).splitlines(),
            [
                "3 after 2 (LLVM 22, release): other bytes: every triple",
                "4 after 3 (LLVM 22, release): first where jit.c does not compile: every triple",
                "6 after 5 (LLVM 22, release): ok again: every triple",
            ],
        )

    def test_series_are_apart(self):
        cells = [
            self.cell("1"),
            self.cell("1", "u", contents="z"),
            self.cell("2"),
            self.cell("2", "u", contents="y"),
        ]
        self.assertEqual(matrix_report.changes_text(cells), "2 after 1 (LLVM 22, release): other bytes: u")

    def test_what_fails(self):
        upstream = {
            "equal": 3,
            "shorter": ["A"],
            "paired": [],
            "reordered": [],
            "longer": [],
            "missing": [],
            "extra": [],
            "other code": [],
            "other holes": [],
        }
        cells = [{**self.cell("1"), "upstream": upstream}]
        self.assertEqual(matrix_report.failures(cells), [])  # what is shorter is told, but no failure
        self.assertEqual(matrix_report.upstream_text(upstream), "3/4 1 shorter")
        cells[0]["upstream"] = {**upstream, "other holes": ["B"]}
        self.assertEqual(matrix_report.failures(cells)[0][2], "1 other holes (B)")


class Cells(unittest.TestCase):
    def test_patch_functions(self):
        declared = matrix_cell.declare_patch_functions(
            "patch_64(code, 1); patch_riscv(code, 2);", "void patch_64(char *p, long v)"
        )
        self.assertEqual(declared, "void patch_riscv();\n")

    def test_profiles_are_merged(self):
        base = {"a": {"b": 1, "c": [1, 2]}, "d": 3}
        self.assertEqual(
            matrix_cell.merged(base, {"a": {"c": [4], "e": {"f": 5}}, "d": None}),
            {"a": {"b": 1, "c": [4], "e": {"f": 5}}},
        )

    def test_first_message(self):
        self.assertEqual(
            matrix_cell.first_message("note\n/a/b/jit.c:3:4: error: no x in /c/d.h\n"),
            "jit.c:3:4: error: no x in d.h",
        )
        self.assertEqual(matrix_cell.first_message(""), "no message")

    def test_tier2_is_the_trees(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder)
            self.assertEqual(matrix_cell.tier2_flags(tree), [])
            (tree / "configure.ac").write_text('tier2_flags="-D_Py_TIER2=1" ;;')
            self.assertEqual(matrix_cell.tier2_flags(tree), ["-D_Py_TIER2=1"])

    def test_llvm_that_scripts_want(self):
        with tempfile.TemporaryDirectory() as folder:
            scripts = pathlib.Path(folder)
            (scripts / "build.py").write_text("")
            (scripts / "_llvm.py").write_text("_LLVM_VERSION = 18\n")
            self.assertEqual(matrix_upstream.wanted_llvm(scripts), ("18", False))
            (scripts / "build.py").write_text('parser.add_argument("--llvm-version")')
            (scripts / "_llvm.py").write_text('_LLVM_VERSION = "21"\n')
            self.assertEqual(matrix_upstream.wanted_llvm(scripts), ("21", True))


unittest.main()
