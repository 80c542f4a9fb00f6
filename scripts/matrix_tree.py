"""Trees of CPython out of a git repository, for scripts/matrix: which refs, and the files that stencils need
of one."""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

# What is made from, compiled against, or looked up in a tree. The rest of it (Lib, Doc, ...) is not written.
PATHS = ["Include", "Python", "PC/pyconfig.h", "PC/pyconfig.h.in", "Tools/jit", "configure.ac"]
COMPILED = ("Python/", "Tools/jit/")  # elsewhere headers are enough
# The first release of each version that is checked when no refs are given: its JIT before that was another.
FIRST_RELEASES = {13: (0, "final", 0), 14: (0, "rc", 1), 15: (0, "b", 1)}
PHASES = ["a", "b", "rc", "final"]


class Missing(Exception):
    """A ref or file that the repository does not have."""


def git(repository, *arguments):
    result = subprocess.run(
        ["git", "-C", repository, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    if result.returncode:
        raise Missing(f"{repository}: {result.stderr.strip()}")
    return result.stdout


def release_key(tag):
    """v3.14.0rc1 as (14, 0, 2, 1), which compares as releases follow each other; None for what is no tag of a
    release."""
    match = re.fullmatch(r"v3\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?", tag)
    if not match:
        return None
    return int(match[1]), int(match[2]), PHASES.index(match[3] or "final"), int(match[4] or 0)


def default_refs(tags, branches):
    """The releases with a JIT that stencilgen is for, each version's followed by the head of its branch, and
    main."""
    releases = sorted((key, tag) for tag in tags if (key := release_key(tag)))
    refs = []
    for minor in sorted({key[0] for key, _ in releases if key[0] >= min(FIRST_RELEASES)}):
        micro, phase, number = FIRST_RELEASES.get(minor, (0, "b", 1))
        first = (minor, micro, PHASES.index(phase), number)
        refs += [tag for key, tag in releases if key[0] == minor and key >= first]
        refs += [f"3.{minor}"] if f"3.{minor}" in branches else []
    return refs + (["main"] if "main" in branches else [])


def repository_refs(repository):
    names = git(repository, "for-each-ref", "--format=%(refname)", "refs/tags", "refs/heads").split()
    short = {
        kind: [name[len(prefix) :] for name in names if name.startswith(prefix)]
        for kind, prefix in (("tags", "refs/tags/"), ("branches", "refs/heads/"))
    }
    return default_refs(short["tags"], short["branches"])


def list_files(repository, ref):
    """(mode, object, path) of the files of PATHS, in git's order."""
    listing = git(repository, "ls-tree", "-r", "-z", f"{ref}^{{commit}}", "--", *PATHS)
    entries = []
    for line in filter(None, listing.split("\0")):
        meta, path = line.split("\t", 1)
        mode, kind, name = meta.split()
        if kind == "blob" and (path.startswith(COMPILED) or not path.endswith(".c")):
            entries.append((mode, name, path))
    return entries


def read_objects(repository, names):
    """Yields the bytes of each object, None for one that the repository does not have (a partial clone)."""
    process = subprocess.Popen(
        ["git", "-C", repository, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )

    def ask():
        for name in names:
            process.stdin.write(name.encode() + b"\n")
        process.stdin.close()

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in names:
        header = process.stdout.readline().split()
        if header[-1] == b"missing":
            yield None
            continue
        yield process.stdout.read(int(header[2]))
        process.stdout.read(1)
    asking.join()
    process.wait()


class Tree:
    """A ref's files, written once: `directory` is named by what they contain, so refs with equal files share
    it."""

    def __init__(self, repository, ref, work):
        self.repository, self.ref = repository, ref
        self.commit = git(repository, "rev-parse", "--verify", f"{ref}^{{commit}}").strip()
        self.entries = list_files(repository, ref)
        if not any(path == "Python/jit.c" for _, _, path in self.entries):
            raise Missing(f"{ref}: no Python/jit.c, expected a CPython with a JIT")
        self.digest = self._digest("")
        self.scripts_digest = self._digest("Tools/jit/")
        self.directory = work / "trees" / self.digest[:16]
        if not self.directory.exists():
            self._write(work)
        self.version = self._version()

    def _digest(self, under):
        listing = "".join(
            f"{mode} {name} {path}\n" for mode, name, path in self.entries if path.startswith(under)
        )
        return hashlib.sha256(listing.encode()).hexdigest()

    def _write(self, work):
        """Writes the files beside the directory and renames it when all are there."""
        (work / "trees").mkdir(parents=True, exist_ok=True)
        part = pathlib.Path(tempfile.mkdtemp(dir=work / "trees", prefix="part-"))
        try:
            for (mode, name, path), data in zip(
                self.entries, read_objects(self.repository, [name for _, name, _ in self.entries])
            ):
                if data is None:
                    print(f"matrix: {self.ref}: {path} is not in the repository, left out", file=sys.stderr)
                    continue
                file = part / path
                file.parent.mkdir(parents=True, exist_ok=True)
                if mode == "120000":
                    file.symlink_to(os.fsdecode(data))
                else:
                    file.write_bytes(data)
            part.rename(self.directory)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise

    def _version(self):
        file = self.directory / "Include" / "patchlevel.h"
        text = file.read_text() if file.exists() else ""
        numbers = [
            re.search(rf"^#\s*define\s+PY_{name}_VERSION\s+(\d+)", text, re.M) for name in ("MAJOR", "MINOR")
        ]
        if not all(numbers):
            raise Missing(f"{self.ref}: no version in Include/patchlevel.h")
        return f"{numbers[0][1]}.{numbers[1][1]}"
