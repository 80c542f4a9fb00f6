// Every stage can print its product.
// RUN: %stencilgen lower --stage=tokens %s | FileCheck --check-prefix=TOKENS %s
// RUN: %stencilgen lower --stage=ast %s | FileCheck --check-prefix=AST %s
// RUN: %stencilgen lower --stage=uops %s | FileCheck --check-prefix=UOPS %s
// RUN: %stencilgen lower --stage=cases %s | FileCheck --check-prefix=CASES %s
// RUN: %stencilgen lower --lines %s | FileCheck --check-prefix=LINES %s

// BEGIN BYTECODES //
pure replicate(1:3) op(_ADD, (version/2, left, right[oparg] -- sum: int *)) {
#ifdef CHECKS
    assert(version); // a comment
#else
    if (left) {
        call("text", 'c');
    }
    else if (right) {
        for (int i = 0; i < 3; i++) {
            f[i](i);
        }
    }
#endif
    sum = 0x1fUL;
    INPUTS_DEAD();
}
macro(ADD) = unused/1 + _ADD + flush;
family(ADD, 3) = { ADD_INT };
inst(ADD_INT, (unused/3, left, right[oparg] -- sum)) {
    INPUTS_DEAD();
    sum = 1;
}
pseudo(ADD_ANY, (a, b -- c), (HAS_ARG)) = { ADD, ADD_INT };
pseudo(ADD_ALL, (a, b -- c)) = [ ADD, ADD_INT ];
spilled label(out) {
    RELOAD_STACK();
}
// END BYTECODES //
this is not read

// TOKENS: stages.c:9:1: identifier pure
// TOKENS-NEXT: stages.c:9:6: identifier replicate
// TOKENS-NEXT: stages.c:9:15: '(' (
// TOKENS-NEXT: stages.c:9:16: number 1
// TOKENS: stages.c:9:61: '--' --
// TOKENS: stages.c:10:1: #if #ifdef CHECKS
// TOKENS-NEXT: stages.c:11:5: identifier assert
// TOKENS: stages.c:11:22: comment // a comment
// TOKENS: string \"text\"
// TOKENS: character 'c'
// TOKENS: number 0x1fUL
// TOKENS-NOT: not
// TOKENS: end of file

// AST: stages.c:9: pure replicate(1:3) op _ADD (version/2, left, right[oparg] -- sum: int *)
// AST-NEXT: preprocessor: #ifdef CHECKS
// AST-NEXT:   simple: assert ( version ) ;
// AST-NEXT: preprocessor: #else
// AST-NEXT:   if ( left )
// AST-NEXT:     block
// AST-NEXT:       simple: call ( \"text\" , 'c' ) ;
// AST-NEXT:   else
// AST-NEXT:     if ( right )
// AST-NEXT:       block
// AST-NEXT:         for ( int i = 0 ; i < 3 ; i ++ )
// AST-NEXT:           block
// AST-NEXT:             simple: f [ i ] ( i ) ;
// AST-NEXT: simple: sum = 0x1fUL ;
// AST-NEXT: simple: INPUTS_DEAD ( ) ;
// AST-NEXT: macro ADD = unused/1 _ADD flush
// AST-NEXT: family ADD, 3 = ADD_INT
// AST-NEXT: inst ADD_INT (unused/3, left, right[oparg] -- sum)
// AST: pseudo ADD_ANY (a, b -- c) flags (HAS_ARG) one of ADD, ADD_INT
// AST: pseudo ADD_ALL (a, b -- c) flags () sequence of ADD, ADD_INT
// AST: spilled label out

// UOPS: uop _ADD_1 (left, right[oparg] -- sum) version/2 id={{[0-9]+}} replica of _ADD
// UOPS-NEXT: properties: escapes pure oparg=1
// UOPS-NEXT: escaping calls: call ]
// UOPS: uop _ADD_2
// UOPS: uop _ADD (
// UOPS-NEXT: properties: escapes oparg pure
// UOPS: uop _ADD_INT (left unused, right[oparg] unused -- sum)
// UOPS: instruction ADD_INT = skip/3 _ADD_INT size=4 pops=1 + oparg pushes=1 opcode={{[0-9]+}} family=ADD
// UOPS: instruction ADD = skip/1 _ADD flush size=4 pops=1 + oparg pushes=1 opcode={{[0-9]+}} target
// UOPS: family ADD size=3: ADD_INT
// UOPS: pseudo ADD_ANY (a unused, b unused -- c unused) one of ADD ADD_INT opcode=257
// UOPS: pseudo ADD_ALL {{.*}} sequence of ADD ADD_INT opcode=256
// UOPS: spilled label out

// CASES: _ADD_1 at {{.*}}stages.c:9
// CASES-NEXT: micro-op _ADD_1 defined at {{.*}}stages.c:9 opcode {{[0-9]+}}
// CASES-NEXT: effect (left, right[oparg] -- sum) operands (version/2) properties (escapes, pure)
// CASES-NEXT: case _ADD_1: {

// LINES: case _ADD_1: {
// LINES: #line 10 "{{.*}}stages.c"
// LINES-NEXT: #ifdef CHECKS
// LINES: #line 14 "{{.*}}stages.c"
// LINES-NEXT: call("text", 'c');
