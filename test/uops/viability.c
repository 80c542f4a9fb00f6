// Tier 2 says which micro-ops it leaves out, and why.
// RUN: %stencilgen lower %s | FileCheck %s

// CHECK-NOT: case
// CHECK: /* _INSTRUMENTED_CALL is not a viable micro-op for tier 2 because it is instrumented */
op(_INSTRUMENTED_CALL, (--)) {
}
// CHECK: /* _B is not a viable micro-op for tier 2 because it is replaced */
replaced op(_B, (--)) {
}
// CHECK: /* _C is not a viable micro-op for tier 2 because it uses the 'this_instr' variable */
op(_C, (--)) {
    x = this_instr;
}
// CHECK: /* _D is not a viable micro-op for tier 2 because it has too many cache entries */
op(_D, (a/1, b/2, c/4 --)) {
    x = a + b + c;
}
// CHECK: /* _E is not a viable micro-op for tier 2 because it has both popping and not-popping errors */
op(_E, (--)) {
    if (x) {
        ERROR_NO_POP();
    }
    ERROR_IF(y);
}
// Nothing is said of micro-ops that exist in tier 1 only.
// CHECK-NOT: _F
tier1 op(_F, (--)) {
}
specializing op(_FF, (--)) {
}
// CHECK: case _G: {
tier2 op(_G, (--)) {
}
