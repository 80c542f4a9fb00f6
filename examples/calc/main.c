// The calculator's host: reads a program from the command line, compiles it by copying and patching stencils, runs it.
//
//   calc 6 7 '*' print                     prints 42
//   calc 5 [ dup print 1 - ] print         counts down from 5, then prints 0
#include "calc.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { MAX_LENGTH = 256, MEMORY_SIZE = 1 << 16 };

// What the generated header expects of whoever includes it.
typedef struct {
    uintptr_t instruction_starts[MAX_LENGTH];
} jit_state;
#define SYMBOL_MASK_WORDS 1
typedef uint32_t symbol_mask[SYMBOL_MASK_WORDS];

static void
patch_64(unsigned char *location, uint64_t value)
{
    memcpy(location, &value, sizeof(value));
}

static void
patch_32r(unsigned char *location, uint64_t value)
{
    int64_t distance = (int64_t)(value - (uintptr_t)location);
    if (distance != (int32_t)distance) {
        fprintf(stderr, "calc: a jump of %lld bytes is out of range\n", (long long)distance);
        exit(1);
    }
    int32_t encoded = (int32_t)distance;
    memcpy(location, &encoded, sizeof(encoded));
}

#include "jit_stencils.h"

void
calc_print(int64_t value)
{
    printf("%lld\n", (long long)value);
}

// The program as instructions; exits with a message when a word is unknown.
static size_t
parse(int count, char **words, calc_instruction *program)
{
    static const struct {
        const char *word;
        enum calc_opcode opcode;
    } operators[] = {{"+", ADD}, {"-", SUBTRACT}, {"*", MULTIPLY}, {"dup", DUPLICATE}, {"swap", SWAP}, {"print", PRINT}};
    size_t length = 0;
    size_t loop = 0;
    if (count >= MAX_LENGTH) {
        fprintf(stderr, "calc: expected at most %d words, found %d\n", MAX_LENGTH - 1, count);
        exit(1);
    }
    for (int i = 0; i < count; i++) {
        if (!strcmp(words[i], "[")) {
            loop = length;
            continue;
        }
        calc_instruction *instruction = &program[length++];
        memset(instruction, 0, sizeof(*instruction));
        if (!strcmp(words[i], "]")) {
            instruction->opcode = REPEAT_IF_POSITIVE;
            instruction->jump_target = (uint32_t)loop;
            continue;
        }
        size_t known = 0;
        while (known < sizeof(operators) / sizeof(operators[0]) && strcmp(words[i], operators[known].word)) {
            known++;
        }
        char *end;
        if (known < sizeof(operators) / sizeof(operators[0])) {
            instruction->opcode = operators[known].opcode;
        }
        else if (instruction->operand = strtoll(words[i], &end, 10), *end == '\0' && end != words[i]) {
            instruction->opcode = PUSH;
        }
        else {
            fprintf(stderr, "calc: expected a number or one of + - * dup swap print [ ], found '%s'\n", words[i]);
            exit(1);
        }
    }
    program[length++].opcode = RETURN;
    return length;
}

// Copies the shim and a stencil for each instruction one after another, data behind the code, and patches the holes.
static calc_function
compile(const calc_instruction *program, size_t length)
{
    unsigned char *memory =
        mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("calc: mmap");
        exit(1);
    }
    jit_state state;
    size_t code_size = shim.code_size;
    size_t data_size = shim.data_size;
    for (size_t i = 0; i < length; i++) {
        state.instruction_starts[i] = (uintptr_t)memory + code_size;
        code_size += stencil_groups[program[i].opcode].code_size;
        data_size += stencil_groups[program[i].opcode].data_size;
    }
    assert(code_size + data_size <= MEMORY_SIZE);
    unsigned char *code = memory;
    unsigned char *data = memory + code_size;
    shim.emit(code, data, NULL, &state);
    code += shim.code_size;
    data += shim.data_size;
    for (size_t i = 0; i < length; i++) {
        const StencilGroup *group = &stencil_groups[program[i].opcode];
        group->emit(code, data, &program[i], &state);
        code += group->code_size;
        data += group->data_size;
    }
    if (mprotect(memory, MEMORY_SIZE, PROT_READ | PROT_EXEC)) {
        perror("calc: mprotect");
        exit(1);
    }
    return (calc_function)(uintptr_t)memory;
}

int
main(int argc, char **argv)
{
    calc_instruction program[MAX_LENGTH];
    size_t length = parse(argc - 1, argv + 1, program);
    int64_t stack[MAX_LENGTH] = {0};
    // The stack starts at 1, so that RETURN has something to return even for the empty program.
    compile(program, length)(stack + 1);
    return 0;
}
