/* Declarations-only C library for compiling CPython micro-ops to stencils.
   Hand written.  Types that CPython embeds by value in its structures have the
   size and the alignment of the target's ABI; all other types are opaque. */
#ifndef STENCILGEN_LIBC_H
#define STENCILGEN_LIBC_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* ---- <stdint.h>, <inttypes.h>, <limits.h> ---- */
typedef __INT8_TYPE__ int8_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __INT16_TYPE__ int16_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __INT32_TYPE__ int32_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTMAX_TYPE__ intmax_t;
typedef __UINTMAX_TYPE__ uintmax_t;
#define STENCILGEN_LF(n)                                                                                     \
  typedef __INT_LEAST##n##_TYPE__ int_least##n##_t;                                                          \
  typedef __UINT_LEAST##n##_TYPE__ uint_least##n##_t;                                                        \
  typedef __INT_FAST##n##_TYPE__ int_fast##n##_t;                                                            \
  typedef __UINT_FAST##n##_TYPE__ uint_fast##n##_t;
STENCILGEN_LF(8)
STENCILGEN_LF(16)
STENCILGEN_LF(32)
STENCILGEN_LF(64)
#define INT8_MAX __INT8_MAX__
#define INT8_MIN (-INT8_MAX - 1)
#define UINT8_MAX __UINT8_MAX__
#define INT16_MAX __INT16_MAX__
#define INT16_MIN (-INT16_MAX - 1)
#define UINT16_MAX __UINT16_MAX__
#define INT32_MAX __INT32_MAX__
#define INT32_MIN (-INT32_MAX - 1)
#define UINT32_MAX __UINT32_MAX__
#define INT64_MAX __INT64_MAX__
#define INT64_MIN (-INT64_MAX - 1)
#define UINT64_MAX __UINT64_MAX__
#define INTPTR_MAX __INTPTR_MAX__
#define INTPTR_MIN (-INTPTR_MAX - 1)
#define UINTPTR_MAX __UINTPTR_MAX__
#define SIZE_MAX __SIZE_MAX__
#define PTRDIFF_MAX __PTRDIFF_MAX__
#define PTRDIFF_MIN (-PTRDIFF_MAX - 1)
#define CHAR_BIT __CHAR_BIT__
#define SCHAR_MAX __SCHAR_MAX__
#define SCHAR_MIN (-SCHAR_MAX - 1)
#define UCHAR_MAX (SCHAR_MAX * 2 + 1)
#ifdef __CHAR_UNSIGNED__
#define CHAR_MIN 0
#define CHAR_MAX UCHAR_MAX
#else
#define CHAR_MIN SCHAR_MIN
#define CHAR_MAX SCHAR_MAX
#endif
#define SHRT_MAX __SHRT_MAX__
#define SHRT_MIN (-SHRT_MAX - 1)
#define USHRT_MAX (SHRT_MAX * 2 + 1)
#define INT_MAX __INT_MAX__
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX (INT_MAX * 2U + 1U)
#define LONG_MAX __LONG_MAX__
#define LONG_MIN (-LONG_MAX - 1L)
#define ULONG_MAX (LONG_MAX * 2UL + 1UL)
#define LLONG_MAX __LONG_LONG_MAX__
#define LLONG_MIN (-LLONG_MAX - 1LL)
#define ULLONG_MAX (LLONG_MAX * 2ULL + 1ULL)
#ifdef __LP64__
#define SSIZE_MAX LONG_MAX
#else
#define SSIZE_MAX INT_MAX
#endif
#define PATH_MAX 4096

#include <assert.h>

/* ---- <sys/types.h> ---- */
#ifndef _WIN32
#ifdef __LP64__
typedef long ssize_t;
#else
typedef int ssize_t;
#endif
typedef int pid_t;
typedef unsigned uid_t, gid_t, id_t;
typedef int clockid_t;
#if defined(__APPLE__)
typedef int32_t dev_t;
typedef uint64_t ino_t;
typedef uint16_t mode_t;
typedef int64_t off_t;
typedef long time_t;
#elif defined(__FreeBSD__)
typedef uint64_t dev_t;
typedef uint64_t ino_t;
typedef uint16_t mode_t;
typedef int64_t off_t;
#if defined(__i386__)
typedef int32_t time_t;
#else
typedef int64_t time_t;
#endif
#else /* Linux with _FILE_OFFSET_BITS=64, as CPython's pyconfig.h asks */
typedef uint64_t dev_t;
typedef uint32_t mode_t;
#if defined(__LP64__) || !defined(__GLIBC__)
typedef __UINT64_TYPE__ ino_t;
typedef __INT64_TYPE__ off_t;
#else
typedef uint64_t ino_t;
typedef int64_t off_t;
#endif
#ifdef STENCILGEN_MUSL
typedef int64_t time_t;
#else
typedef long time_t;
#endif
#endif
#else /* _WIN32 */
typedef __INT64_TYPE__ time_t;
typedef long off_t;
typedef unsigned dev_t;
typedef unsigned short ino_t;
#endif
struct timespec {
  time_t tv_sec;
  long tv_nsec;
};
struct timeval {
  time_t tv_sec;
  long tv_usec;
};
struct tm {
  int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
  long tm_gmtoff;
  const char *tm_zone;
};
#ifdef __APPLE__
#define CLOCK_MONOTONIC 6
#elif defined(__FreeBSD__)
#define CLOCK_MONOTONIC 4
#elif !defined(_WIN32)
#define CLOCK_MONOTONIC 1
#endif
struct stat;

/* ---- <sys/stat.h> ---- */
#define S_IFMT 0170000
#define S_IFREG 0100000
#define S_IFDIR 0040000
#define S_IFCHR 0020000

/* ---- <pthread.h>: sizes are ABI ---- */
#define STENCILGEN_OPAQUE(name, size, type)                                                                  \
  typedef union {                                                                                            \
    type align;                                                                                              \
    unsigned char opaque[size];                                                                              \
  } name
#if defined(__APPLE__)
typedef struct stencilgen_pthread *pthread_t;
typedef unsigned long pthread_key_t;
STENCILGEN_OPAQUE(pthread_mutex_t, 64, long);
STENCILGEN_OPAQUE(pthread_cond_t, 48, long long);
STENCILGEN_OPAQUE(pthread_condattr_t, 16, long);
#elif defined(__FreeBSD__)
typedef struct stencilgen_pthread *pthread_t;
typedef int pthread_key_t;
typedef struct stencilgen_mutex *pthread_mutex_t;
typedef struct stencilgen_cond *pthread_cond_t;
typedef struct stencilgen_condattr *pthread_condattr_t;
#elif !defined(_WIN32)
typedef unsigned long pthread_t;
typedef unsigned pthread_key_t;
#if defined(__aarch64__) && defined(__LP64__) && !defined(STENCILGEN_MUSL)
STENCILGEN_OPAQUE(pthread_mutex_t, 48, long);
STENCILGEN_OPAQUE(pthread_condattr_t, 8, int);
#elif defined(__LP64__)
STENCILGEN_OPAQUE(pthread_mutex_t, 40, long);
STENCILGEN_OPAQUE(pthread_condattr_t, 4, int);
#else
STENCILGEN_OPAQUE(pthread_mutex_t, 24, int);
STENCILGEN_OPAQUE(pthread_condattr_t, 4, int);
#endif
#if defined(STENCILGEN_MUSL) && !defined(__LP64__)
STENCILGEN_OPAQUE(pthread_cond_t, 48, int);
#else
STENCILGEN_OPAQUE(pthread_cond_t, 48, long long);
#endif
#define _POSIX_THREADS 200809L
#endif
#if defined(__APPLE__) || defined(__FreeBSD__)
#define _POSIX_THREADS 200112L
#endif

/* ---- <signal.h>: NSIG is the length of an array in _PyRuntime ---- */
typedef int sig_atomic_t;
#ifndef _WIN32
#if defined(__APPLE__)
#define NSIG 32
typedef struct {
  void *ss_sp;
  size_t ss_size;
  int ss_flags;
} stack_t;
#elif defined(__FreeBSD__)
#define _SIG_MAXSIG 128
typedef struct {
  void *ss_sp;
  size_t ss_size;
  int ss_flags;
} stack_t;
#else
#define NSIG 65
typedef struct {
  void *ss_sp;
  int ss_flags;
  size_t ss_size;
} stack_t;
#endif
struct sigaction {
  void (*sa_handler)(int);
#if defined(__APPLE__)
  uint32_t sa_mask;
  int sa_flags;
#elif defined(__FreeBSD__)
  int sa_flags;
  uint32_t sa_mask[4];
#else
  unsigned long sa_mask[128 / sizeof(long)];
  int sa_flags;
  void (*sa_restorer)(void);
#endif
};
#else
#define NSIG 23
#endif

/* ---- <errno.h> ---- */
#if defined(__APPLE__) || defined(__FreeBSD__)
int *__error(void);
#define errno (*__error())
#elif defined(_WIN32)
__declspec(dllimport) int *__cdecl _errno(void);
#define errno (*_errno())
#else
int *__errno_location(void);
#define errno (*__errno_location())
#endif
#define ERANGE 34
#define EINTR 4
#define EAGAIN 11
#define ENOMEM 12
#define EINVAL 22

/* ---- <stdio.h>, <stdlib.h>, <string.h>, <ctype.h>, <math.h>, <wchar.h>, <locale.h> ---- */
typedef struct stencilgen_file FILE;
typedef __WINT_TYPE__ wint_t;
typedef struct {
  _Alignas(8) char opaque[8];
} mbstate_t;
struct lconv;
void *malloc(size_t);
void *calloc(size_t, size_t);
void *realloc(void *, size_t);
void free(void *);
void abort(void) __attribute__((noreturn));
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
void *memchr(const void *, int, size_t);
size_t strlen(const char *);
int strcmp(const char *, const char *);
size_t wcslen(const wchar_t *);
int printf(const char *, ...);
int fprintf(FILE *, const char *, ...);
int snprintf(char *, size_t, const char *, ...);
int sprintf(char *, const char *, ...);
int tolower(int);
int toupper(int);
int isalnum(int);
double frexp(double, int *);
double ldexp(double, int);
double floor(double);
double fmod(double, double);
double pow(double, double);
double fabs(double);
double ceil(double);
double copysign(double, double);
#define HUGE_VAL __builtin_huge_val()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
#define signbit(x) __builtin_signbit(x)
int sched_yield(void);
unsigned sleep(unsigned);
#ifdef _WIN32
typedef void(__cdecl *_invalid_parameter_handler)(const wchar_t *, const wchar_t *, const wchar_t *, unsigned,
                                                  uintptr_t);
__declspec(dllimport)
_invalid_parameter_handler __cdecl _set_thread_local_invalid_parameter_handler(_invalid_parameter_handler);
#endif
#endif
