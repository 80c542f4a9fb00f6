# make_repository.sh DIR: a git repository with what scripts/matrix looks at of CPython: releases 3.14.0 to 3.14.3, the head of 3.14.
set -e
inputs=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/Include" "$1/Python" "$1/Tools/jit" "$1/Lib" && cd "$1"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_CONFIG_GLOBAL=/dev/null
git init -q -b 3.14
commit() { git add . && git commit -q -m "$1" && { [ "$1" = head ] || git tag "$1"; }; }
printf '#define PY_MAJOR_VERSION 3\n#define PY_MINOR_VERSION 14\n' > Include/patchlevel.h
printf '_LLVM_VERSION = 19\n' > Tools/jit/_llvm.py
printf 'def get_target(triple):\n    assert "linux" in triple\n' > Tools/jit/_targets.py
cat > Tools/jit/build.py <<BUILD
import pathlib, sys
sys.path.insert(0, "$inputs")
import fake_set
tree = pathlib.Path(__file__).resolve().parent.parent.parent
fake_set.write_set(tree / "Python" / "bytecodes.c", pathlib.Path(f"jit_stencils-{sys.argv[1]}.h"), longer="ADD")
BUILD
printf 'not looked at\n' > Lib/os.py
printf 'PUSH 0x01 0x02\nADD 0x03\n' > Python/bytecodes.c
cat > Python/jit.c <<'JIT'
#include "pyconfig.h"
#include <sys/mman.h>
static void use(unsigned char *code, const unsigned char *body) { *code = *body; }
#include "jit_stencils.h"
int emit(int i, unsigned char *code) { stencil_groups[i].emit(code); return PROT_READ; }
JIT
commit v3.14.0rc1
printf 'ADD 0x04\nPUSH 0x01 0x02\n' > Python/bytecodes.c
commit v3.14.0
printf 'still not\n' > Lib/os.py
commit v3.14.1
printf 'PUSH 0x01 0x02\nUNSOUND 0x05\n' > Python/bytecodes.c
printf '# changed\n' >> Tools/jit/_llvm.py
commit v3.14.2
printf 'UNKNOWN\n' > Python/bytecodes.c
commit v3.14.3
printf 'PUSH 0x07 0x02\nADD 0x03\n' > Python/bytecodes.c
printf 'int other = patch_32r(0, 0);\n' >> Python/jit.c
commit head
