/* The size of a page, for Python/jit.c. */
#pragma once
#include_next <unistd.h>
#define _SC_PAGESIZE 30
long sysconf(int);
