// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: duplicate-label.c:7:7: error: label 'l' defined twice
// CHECK: duplicate-label.c:5:7: note: the first definition is here

label(l) {
}
label(l) {
}
