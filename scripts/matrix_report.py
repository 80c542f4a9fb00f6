"""What scripts/matrix says of its cells: a table, what failed, and where along the refs something changed."""

STEPS = ("made", "sound", "compiles")
FAILING = {
    "made": "the set is not made",
    "sound": "the set is not sound",
    "compiles": "jit.c does not compile",
}
NAMED = {
    "shorter": "Shorter than build.py's",
    "paired": "The same code as build.py's, with more pairs of instructions that the JIT can relax",
    "reordered": "The same as build.py's, with the holes filled in another order",
}


def failures(cells):
    """(cell, step, message) of everything that is not ok."""
    found = []
    for cell in cells:
        for step in STEPS:
            if cell.get(step, "ok") != "ok":
                found.append((cell, step, cell[step]))
        upstream = cell.get("upstream", {})
        if "error" in upstream:
            found.append((cell, "upstream", upstream["error"]))
        elif any(upstream.get(key) for key in ("longer", "missing", "extra", "other code", "other holes")):
            parts = [
                f"{len(upstream[key])} {key} ({upstream[key][0]})"
                for key in ("longer", "missing", "extra", "other code", "other holes")
                if upstream[key]
            ]
            found.append((cell, "upstream", ", ".join(parts)))
    return found


def upstream_text(upstream):
    """286/286, or what else there is beside equal ones."""
    if "error" in upstream:
        return "failed"
    others = {key: len(names) for key, names in upstream.items() if key != "equal" and names}
    total = upstream["equal"] + sum(count for key, count in others.items() if key != "extra")
    return f"{upstream['equal']}/{total}" + "".join(f" {count} {key}" for key, count in others.items())


def rows(cells):
    """Cells in groups of ref, LLVM and kind, in their order."""
    groups = {}
    for cell in cells:
        groups.setdefault((cell["ref"], cell["llvm"], cell["kind"]), []).append(cell)
    return groups


def table(cells):
    lines = [
        f"{'ref':<12}{'LLVM':>5}  {'kind':<14}{'triples':>8}{'made':>6}{'sound':>7}"
        f"{'compiles':>10}{'notes':>7}  equal to build.py's"
    ]
    for (ref, llvm, kind), group in rows(cells).items():
        counts = [sum(cell.get(step) == "ok" for cell in group) for step in STEPS]
        notes = sum("notes" in cell for cell in group)
        compared = [
            f"{cell['triple']} {upstream_text(cell['upstream'])}" for cell in group if "upstream" in cell
        ]
        lines.append(
            f"{ref:<12}{llvm:>5}  {kind:<14}{len(group):>8}{counts[0]:>6}{counts[1]:>7}"
            f"{counts[2]:>10}{notes:>7}  "
            f"{', '.join(compared) or '-'}"
        )
    return "\n".join(lines)


def state(cell):
    """ok, or the first step that is not."""
    return next((step for step in STEPS if cell.get(step) != "ok"), "ok")


def changes(cells):
    """What is first seen at a ref: {(ref, the one before, what, LLVM, kind): [triple, ...]}; `what` says that
    a step fails or works again, or that bytes differ. A series is one version's refs for one triple, kind and
    LLVM."""
    found, last = {}, {}
    for cell in cells:
        series = (cell["version"], cell["triple"], cell["kind"], cell["llvm"])
        before, last[series] = last.get(series), cell
        if before is None:
            continue
        was, now = state(before), state(cell)
        what = None
        if was != now:
            what = "ok again" if now == "ok" else f"first where {FAILING[now]}"
        elif now == "ok" and before["bytes"] != cell["bytes"]:
            what = "other bytes"
        if what:
            found.setdefault((cell["ref"], before["ref"], what, cell["llvm"], cell["kind"]), []).append(
                cell["triple"]
            )
    return found


def changes_text(cells):
    triples = {key: len(group) for key, group in rows(cells).items()}
    lines = []
    for (ref, before, what, llvm, kind), names in changes(cells).items():
        which = "every triple" if len(names) == triples[ref, llvm, kind] else ", ".join(names)
        lines.append(f"{ref} after {before} (LLVM {llvm}, {kind}): {what}: {which}")
    return "\n".join(lines)


def named_text(cells, key):
    """The emit functions that differ from upstream's in one way that is no failure, by name."""
    return "\n".join(
        f"{cell['ref']} {cell['triple']} LLVM {cell['llvm']}: {', '.join(cell['upstream'][key])}"
        for cell in cells
        if cell.get("upstream", {}).get(key)
    )


def summary(cells):
    """One line of key=value figures."""
    compared = [cell["upstream"] for cell in cells if "upstream" in cell]
    figures = {
        "cells": len(cells),
        **{step: sum(cell.get(step) == "ok" for cell in cells) for step in STEPS},
        "compared": len(compared),
        "equal": sum(upstream.get("equal", 0) for upstream in compared),
        "failed": len({id(cell) for cell, _, _ in failures(cells)}),
    }
    return " ".join(f"{key}={value}" for key, value in figures.items())


def report(cells):
    """The whole text."""
    parts = [table(cells)]
    if changed := changes_text(cells):
        parts.append("What changed:\n" + changed)
    for key, title in NAMED.items():
        if named := named_text(cells, key):
            parts.append(title + ":\n" + named)
    if failed := failures(cells):
        parts.append(
            "What failed:\n"
            + "\n".join(
                f"{cell['ref']} {cell['triple']} LLVM {cell['llvm']} {cell['kind']}: {step}: {message}"
                for cell, step, message in failed
            )
        )
    return "\n\n".join([*parts, summary(cells)])
