// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: header-no-name.c:4:6: error: expected identifier for the name of the inst, found '('

inst((--)) {
}
