/* What Python/jit.c needs of memory on Windows: enough for -fsyntax-only. */
#pragma once
#include <stddef.h>
#include_next <windows.h>
#define MEM_COMMIT 0x1000
#define MEM_RESERVE 0x2000
#define MEM_RELEASE 0x8000
#define PAGE_READWRITE 4
#define PAGE_EXECUTE_READ 0x20
typedef struct {
  unsigned long dwPageSize;
} SYSTEM_INFO;
void GetSystemInfo(SYSTEM_INFO *);
unsigned long GetLastError(void);
void *GetCurrentProcess(void);
void *VirtualAlloc(void *, size_t, unsigned long, unsigned long);
int VirtualFree(void *, size_t, unsigned long);
int VirtualProtect(void *, size_t, unsigned long,
                   void *old); /* CPython 3.14 passes an int *, which MSVC takes */
int FlushInstructionCache(void *, const void *, size_t);
