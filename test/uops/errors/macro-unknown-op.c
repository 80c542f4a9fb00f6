// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: macro-unknown-op.c:7:12: error: macro 'A' names '_LOAD_FEST', which is not a micro-op
// CHECK: macro-unknown-op.c:7:12: note: did you mean '_LOAD_FAST'?

op(_LOAD_FAST, (--)) {
}
macro(A) = _LOAD_FEST;
