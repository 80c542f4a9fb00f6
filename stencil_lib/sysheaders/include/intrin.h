/* Only the compiler intrinsics that CPython's (and mimalloc's) headers name; clang expands all of them
 * inline. */
#ifndef STENCILGEN_INTRIN_H
#define STENCILGEN_INTRIN_H
long _InterlockedExchangeAdd(long volatile *, long);
long _InterlockedAnd(long volatile *, long);
long _InterlockedOr(long volatile *, long);
long _InterlockedExchange(long volatile *, long);
long _InterlockedCompareExchange(long volatile *, long, long);
__int64 _InterlockedCompareExchange64(__int64 volatile *, __int64, __int64);
#ifdef _WIN64
__int64 _InterlockedExchangeAdd64(__int64 volatile *, __int64);
__int64 _InterlockedAnd64(__int64 volatile *, __int64);
__int64 _InterlockedOr64(__int64 volatile *, __int64);
__int64 _InterlockedExchange64(__int64 volatile *, __int64);
unsigned char _BitScanForward64(unsigned long *, unsigned __int64);
unsigned char _BitScanReverse64(unsigned long *, unsigned __int64);
#endif
unsigned char _BitScanForward(unsigned long *, unsigned long);
unsigned char _BitScanReverse(unsigned long *, unsigned long);
void _ReadWriteBarrier(void);
__int64 InterlockedExchange64(__int64 volatile *, __int64);
#define InterlockedCompareExchange64 _InterlockedCompareExchange64
#if defined(_M_IX86) || defined(_M_X64)
void __movsb(unsigned char *, unsigned char const *, size_t);
void __stosb(unsigned char *, unsigned char, size_t);
void *_AddressOfReturnAddress(void);
#ifdef _M_X64
unsigned __int64 __readgsqword(unsigned long);
#else
unsigned long __readfsdword(unsigned long);
#endif
#define YieldProcessor() __builtin_ia32_pause()
#else
unsigned __int64 __getReg(int);
#define YieldProcessor() __builtin_arm_yield()
#endif
#endif
