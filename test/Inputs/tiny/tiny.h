// What the template, the shim and the micro-ops of the tests' interpreter share. No system header is needed.
typedef __UINTPTR_TYPE__ uintptr_t;
typedef struct Machine Machine;
typedef long Code(Machine *machine, long *stack);

// ONE to THREE are for the micro-ops that a test writes itself.
enum { PUSH, ADD, CALL_TWICE, BRANCH, CHECK_A, CHECK_B, COUNT, ONE, TWO, THREE };

long first_helper(long), second_helper(long);
void fail(const char *where, const char *what);

#define PATCH_VALUE(TYPE, NAME, SYMBOL) \
    extern char SYMBOL;                 \
    TYPE NAME = (TYPE)(uintptr_t)&SYMBOL
#define JUMP_TO(SYMBOL)                                       \
    do {                                                      \
        extern Code SYMBOL;                                   \
        __attribute__((musttail)) return SYMBOL(machine, stack); \
    } while (0)
