// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: override-nothing.c:7:13: error: '_LOAT' overrides nothing: there is no definition before it
// CHECK: override-nothing.c:7:13: note: did you mean '_LOAD'?

op(_LOAD, (--)) {
}
override op(_LOAT, (--)) {
}
