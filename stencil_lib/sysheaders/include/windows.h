/* Declarations-only <windows.h>: the types CPython's headers name. */
#ifndef STENCILGEN_WINDOWS_H
#define STENCILGEN_WINDOWS_H
#include <intrin.h>
#include <stencilgen_libc.h>
#define NTDDI_VISTA 0x06000000
#define NTDDI_WINBLUE 0x06030000
#define NTDDI_WIN10 0x0A000000
typedef void *HANDLE;
typedef int BOOL;
typedef long LONG;
typedef unsigned long DWORD;
typedef __int64 LONG64, LONGLONG;
typedef struct {
  void *Ptr;
} SRWLOCK, CONDITION_VARIABLE;
#endif
