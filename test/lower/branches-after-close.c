// What is known of a closed item does not grow with each join: this ends in no time.
// RUN: %stencilgen lower %s | FileCheck %s

// CHECK: case A: {
// CHECK: PyStackRef_CLOSE(a);
op(A, (a --)) {
    PyStackRef_CLOSE(a);
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
    if (x) {
        y = 1;
    }
}
