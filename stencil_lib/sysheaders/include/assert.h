/* May be included again, when it goes by NDEBUG anew and takes back what a program made of assert (C11, 7.2).
 * The functions that report a failure are real symbols of each libc. */
#undef assert
#ifndef static_assert
#define static_assert _Static_assert
#endif
#ifdef NDEBUG
#define assert(e) ((void)0)
#elif defined(_WIN32)
__declspec(dllimport) void __cdecl _wassert(const __WCHAR_TYPE__ *, const __WCHAR_TYPE__ *, unsigned);
#ifndef STENCILGEN_W
#define STENCILGEN_W2(s) L##s
#define STENCILGEN_W(s) STENCILGEN_W2(s)
#endif
#define assert(e) ((void)((e) || (_wassert(STENCILGEN_W(#e), STENCILGEN_W(__FILE__), __LINE__), 0)))
#elif defined(__APPLE__)
void __assert_rtn(const char *, const char *, int, const char *) __attribute__((noreturn));
#define assert(e) ((e) ? (void)0 : __assert_rtn(__func__, __FILE__, __LINE__, #e))
#elif defined(__FreeBSD__)
void __assert(const char *, const char *, int, const char *) __attribute__((noreturn));
#define assert(e) ((e) ? (void)0 : __assert(__func__, __FILE__, __LINE__, #e))
#else
void __assert_fail(const char *, const char *, unsigned, const char *) __attribute__((noreturn));
#define assert(e) ((e) ? (void)0 : __assert_fail(#e, __FILE__, __LINE__, __func__))
#endif
