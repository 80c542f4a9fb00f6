/* Runs the programs of an image and prints each one's result. Freestanding: system calls are made here. The image begins
   with the address of the shim, of the code that TAIL goes to, of the first instruction after the shim in each program,
   and a zero. */
#define HOST
#include "machine.h"

__attribute__((used)) word shared = 100, words[4] = {7, 8, 9, 10};
__attribute__((used)) word helper(word a, word b) { return a * 3 - b; }

static Machine machine;
static word stack[64];

#ifdef _WIN32
__declspec(dllimport) void *GetStdHandle(unsigned);
__declspec(dllimport) int WriteFile(void *, const void *, unsigned, unsigned *, void *);
__declspec(dllimport) __attribute__((noreturn)) void ExitProcess(unsigned);
static void print(const char *text, unsigned length) {
  unsigned written;
  WriteFile(GetStdHandle(-11U), text, length, &written, 0);
}
static void leave(void) { ExitProcess(0); }
__asm__(".section .stencil,\"xw\"\n.balign 4096\n.globl image\nimage:\n.incbin \"image.bin\"\n.text");
#else
enum {
#if defined(__x86_64__)
  WRITE = 1,
  LEAVE = 60
#elif defined(__aarch64__) || defined(__riscv) || defined(__loongarch__)
  WRITE = 64,
  LEAVE = 93
#else
  WRITE = 4,
  LEAVE = 1
#endif
};
static void system_call(word number, word a, word b, word c) {
#if defined(__x86_64__)
  __asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
#elif defined(__i386__)
  __asm__ volatile("int $0x80" : "+a"(number) : "b"(a), "c"(b), "d"(c) : "memory");
#elif defined(__aarch64__)
  register word x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
#elif defined(__riscv)
  register word a7 __asm__("a7") = number, a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
#elif defined(__loongarch__)
  register word a7 __asm__("$r11") = number, a0 __asm__("$r4") = a, a1 __asm__("$r5") = b, a2 __asm__("$r6") = c;
  __asm__ volatile("syscall 0" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
#elif defined(__s390x__)
  register word r1 __asm__("r1") = number, r2 __asm__("r2") = a, r3 __asm__("r3") = b, r4 __asm__("r4") = c;
  __asm__ volatile("svc 0" : "+d"(r2) : "d"(r1), "d"(r3), "d"(r4) : "memory");
#elif defined(__arm__)
  register word r7 __asm__("r7") = number, r0 __asm__("r0") = a, r1 __asm__("r1") = b, r2 __asm__("r2") = c;
  __asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
#elif defined(__powerpc64__)
  register word r0 __asm__("r0") = number, r3 __asm__("r3") = a, r4 __asm__("r4") = b, r5 __asm__("r5") = c;
  __asm__ volatile("sc" : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5)::"memory", "cr0", "r6", "r7", "r8", "r9", "r10");
#endif
}
static void print(const char *text, unsigned length) { system_call(WRITE, 1, (word)text, length); }
static void leave(void) { system_call(LEAVE, 0, 0, 0); }
__asm__(".section .stencil,\"awx\"\n.balign 4096\n.globl image\nimage:\n.incbin \"image.bin\"\n.text");
#endif

extern word image[];

static void print_word(word value) {
  char text[2 * sizeof(word) + 1];
  for (unsigned i = 0; i < 2 * sizeof(word); i++)
    text[i] = "0123456789abcdef"[value >> (8 * sizeof(word) - 4 * (i + 1)) & 15];
  text[2 * sizeof(word)] = '\n';
  print(text, sizeof text);
}

#if defined(__i386__) || defined(__x86_64__)
__attribute__((force_align_arg_pointer))
#endif
void _start(void) {
  word *(*enter)(Machine *, word *) = (void *)image[0];
  machine.next = (Code *)image[1];
  for (unsigned i = 0; i < 8; i++)
    machine.memory[i] = 1000 + i;
  machine.far = 5;
  (void)enter;
  for (word *program = image + 2; *program; program++) {
    enter = (void *)*program;
    print_word(enter(&machine, stack)[-1]);
  }
  leave();
}
