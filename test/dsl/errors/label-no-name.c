// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: label-no-name.c:4:7: error: expected identifier for the name of the label, found ')'

label() {
}
