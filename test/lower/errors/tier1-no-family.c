// RUN: not %stencilgen lower --tier 1 --profile %source_root/examples/rpn/rpn.json %s 2>&1 | FileCheck %s
// CHECK: tier1-no-family.c:6:5: error: DEOPT_IF in 'A', which is in no family: there is nothing to fall back to
// CHECK: tier1-no-family.c:5:6: note: in the body of '_A'

inst(A, (--)) {
    DEOPT_IF(oparg);
}
