# The lit suite: folders mirror the rooms of the project; %stencilgen is the tool under test.
import glob
import os
import platform
import shutil
import subprocess
import sys

import lit.formats

config.name = "stencilgen"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".test", ".c", ".s", ".ll"]
config.excludes = ["Inputs", "CMakeLists.txt", "programs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.build_root, "test")

config.environment["PATH"] = os.pathsep.join(
    [config.stencilgen_dir, config.llvm_tools_dir, config.environment["PATH"]]
)
if "tools" in lit_config.params:  # programs in place of those that tests name: scripts/update-expected
    config.environment["PATH"] = lit_config.params["tools"] + os.pathsep + config.environment["PATH"]
config.environment["LC_ALL"] = "C"
expect_status = "sh " + os.path.join(config.test_source_root, "Inputs", "expect-status")
config.substitutions += [
    ("%stencilgen", os.path.join(config.stencilgen_dir, "stencilgen")),
    # "%fails COMMAND": it must exit with status 1, bad input; "%misused COMMAND": with 2, wrong usage.
    ("%fails", expect_status + " 1"),
    ("%misused", expect_status + " 2"),
    ("%unit_tests", os.path.join(config.build_root, "test", "unit", "stencilgen_unit_tests")),
    # The interpreter of the tests: a profile, a template, four micro-ops, a shim.
    ("%tiny", os.path.join(config.test_source_root, "Inputs", "tiny")),
    ("%triple", "x86_64-unknown-linux-gnu"),
    ("%python", sys.executable),
    # "%listing MANIFEST [NAME...]": stencils as their header's comments list them.
    ("%listing", sys.executable + " " + os.path.join(config.test_source_root, "Inputs", "listing.py")),
    ("%clang", os.path.join(config.llvm_tools_dir, "clang")),
]
config.substitutions.append(("%source_root", config.source_root))

# The example interpreter, where it can be built: "%both PROGRAM NUMBER" runs one of its programs, "%bothfile
# FILE" any, by interpreter and JIT.
pebble = os.path.join(config.build_root, "examples", "pebble", "pebble")
programs = os.path.join(config.source_root, "examples", "pebble", "programs")
both = "sh " + os.path.join(config.test_source_root, "examples", "Inputs", "both") + " " + pebble
if shutil.which("gdb"):
    config.available_features.add("gdb")
if os.path.exists(pebble):
    config.available_features.add("pebble")
# Machines that it can be built for and run on: a compiler with a C library, and qemu-user.
for architecture, compiler in (
    ("aarch64", "aarch64-linux-gnu"),
    ("arm", "arm-linux-gnueabihf"),
    ("i386", "i686-linux-gnu"),
    ("ppc64le", "powerpc64le-linux-gnu"),
    ("riscv64", "riscv64-linux-gnu"),
    ("s390x", "s390x-linux-gnu"),
):
    if shutil.which(compiler + "-gcc") and shutil.which("qemu-" + architecture + "-static"):
        config.available_features.add("cross-" + architecture)
config.substitutions += [
    ("%bothfile", both),
    (r"%both (\w+)", both + " " + programs + r"/\1.peb"),
    ("%pebble", pebble),
    # A process that sanitizers watch takes ten times as long to start.
    ("%random_count", "30" if config.sanitized else "150"),
    ("%programs", programs),
    ("%generated", os.path.dirname(pebble)),
    ("%patched_code", os.path.join(config.build_root, "test", "programs", "stencilgen-patched-code")),
    ("%prove_mutants", os.path.join(config.build_root, "test", "programs", "stencilgen-prove-mutants")),
    ("%fork_stress", os.path.join(config.build_root, "test", "programs", "stencilgen-fork-stress")),
    (
        "%runtime_tests",
        os.path.join(config.build_root, "test", "unit", "runtime", "stencilgen_runtime_tests"),
    ),
]

# "%compare_with_lld OBJECT ...": its sections, patched with the fixups that stencilgen decodes, are those
# ld.lld links.
apply_fixup = [
    os.path.join(config.build_root, "test", "programs", "stencilgen-apply-fixup"),
    os.path.join(config.source_root, "formats", "FixupKinds.def"),
]


def patching_script(room, name, *more):
    """A script that decodes with stencilgen, patches with the project's C code, and takes the names of
    further programs."""
    script = os.path.join(config.test_source_root, room, "Inputs", name)
    return " ".join(
        [sys.executable, script, os.path.join(config.stencilgen_dir, "stencilgen"), *apply_fixup, *more]
    )


config.substitutions += [
    # The same for Mach-O and COFF: "%compare_with_lld_fixed OBJECT TRIPLE"; before the shorter name, which it
    # begins with.
    ("%compare_with_lld_fixed", patching_script("formats", "compare_with_lld_fixed.py", "llvm-mc")),
    ("%compare_with_lld", patching_script("formats", "compare_with_lld.py")),
    # "%run_stencils TRIPLE WORK [OPTION]...": programs of stencils, patched with the fixup formulas and run.
    ("%run_stencils", patching_script("execution", "run_stencils.py", "clang-19")),
]
if shutil.which("ld.lld-19"):
    config.available_features.add("lld")
config.environment["PATH"] += os.pathsep + "/usr/lib/wine"
for program in (
    "clang-19",
    "wine64",
    "x86_64-w64-mingw32-gcc",
    *(
        f"qemu-{cpu}-static"
        for cpu in ("aarch64", "arm", "i386", "loongarch64", "ppc64le", "riscv64", "s390x")
    ),
):
    if shutil.which(program, path=config.environment["PATH"]):
        config.available_features.add(program)
if platform.machine() == "x86_64":
    config.available_features.add("x86_64-host")
if (
    shutil.which("unshare")
    and not subprocess.run(["unshare", "-r", "true"], stderr=subprocess.DEVNULL).returncode
):
    config.available_features.add("user-namespaces")
# C libraries of other processors: where their headers are.
for libc, headers in {
    "libc-arm64": "/usr/aarch64-linux-gnu/include",
    "libc-armhf": "/usr/arm-linux-gnueabihf/include",
    "libc-i386": "/usr/i686-linux-gnu/include",
    "libc-ppc64el": "/usr/powerpc64le-linux-gnu/include",
    "libc-riscv64": "/usr/riscv64-linux-gnu/include",
    "libc-s390x": "/usr/s390x-linux-gnu/include",
    "libc-musl": "/usr/include/x86_64-linux-musl",
}.items():
    if os.path.exists(os.path.join(headers, "pthread.h")):
        config.available_features.add(libc)
config.available_features.add("llvm-" + config.llvm_version)
if config.sanitized:
    config.available_features.add("sanitizer")

# Real CPython trees, where the developer has them: tests that need one say REQUIRES: cpython-3.14.
for version in ("3.13", "3.14", "3.15", "main"):
    for suffix in ("", "_BUILD"):
        name = "STENCILGEN_CPYTHON_" + version.upper().replace(".", "_") + suffix
        if name in os.environ:
            config.environment[name] = os.environ[name]
            config.available_features.add("cpython-" + version + suffix.lower().replace("_", "-"))
# A git repository of CPython with its tags, for scripts/matrix.
if "STENCILGEN_CPYTHON_REPOSITORY" in os.environ:
    config.environment["STENCILGEN_CPYTHON_REPOSITORY"] = os.environ["STENCILGEN_CPYTHON_REPOSITORY"]
    config.available_features.add("cpython-repository")
# A main tree with upstream's own template and shim: some trees have the JIT's folder exchanged.
main = os.environ.get("STENCILGEN_CPYTHON_MAIN")
if main and os.path.exists(os.path.join(main, "Tools", "jit", "jit.h")):
    config.available_features.add("cpython-main-jit")

# A CPython with a JIT in its build directory, and a browser.
jit_build = os.environ.get("STENCILGEN_CPYTHON_3_14_BUILD", "")
if os.access(os.path.join(jit_build, "python"), os.X_OK) and glob.glob(
    os.path.join(jit_build, "jit_stencils-*.h")
):
    config.available_features.add("cpython-3.14-jit")
if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
    config.available_features.add("chromium")
if shutil.which("man"):
    config.available_features.add("man")
if shutil.which("strace"):
    config.available_features.add("strace")
# What scripts/lint needs.
if shutil.which("clang-format-19"):
    config.available_features.add("clang-format-19")
if os.path.exists(os.path.join(config.source_root, ".git")) and shutil.which("git"):
    config.available_features.add("git-checkout")
