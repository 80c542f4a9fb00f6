/* What Python/jit.c does with standard output. */
#pragma once
#include_next <stdio.h>
#ifndef stdout
extern FILE *stdout;
int fflush(FILE *);
#endif
