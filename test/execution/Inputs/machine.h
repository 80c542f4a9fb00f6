/* What template, shim, micro-ops and host of the execution tests share. No system header is needed. */
typedef __INTPTR_TYPE__ word;
typedef struct Machine Machine;

/* Where the convention does not exist, the compiler ignores the attribute. */
typedef word *Code(Machine *machine, word *stack) __attribute__((preserve_none));

struct Machine {
  word memory[8];
  Code *next; /* where TAIL goes */
  char gap[0x123450];
  word far;
};

enum { PUSH, ADD, MIX, LOAD, STORE, FAR, CALL, GLOBAL, CONSTANT, POINTER, COUNT, BRANCH, TAIL, EXIT };

/* Values have no place, and Windows's code reaches what is in another file through a pointer. */
#if defined(_WIN32) && !defined(HOST)
#define IMPORTED __declspec(dllimport)
#else
#define IMPORTED
#endif

IMPORTED word helper(word a, word b);
extern word shared, words[4];

#define PATCH_VALUE(TYPE, NAME, SYMBOL)                                                                                \
  extern IMPORTED char SYMBOL;                                                                                         \
  TYPE NAME = (TYPE)(__UINTPTR_TYPE__)&SYMBOL
#define JUMP_TO(SYMBOL)                                                                                                \
  do {                                                                                                                 \
    extern Code SYMBOL;                                                                                                \
    __attribute__((musttail)) return SYMBOL(machine, stack);                                                           \
  } while (0)
