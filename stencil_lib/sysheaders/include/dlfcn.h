#include <stencilgen_libc.h>
#define RTLD_LAZY 1
#define RTLD_NOW 2
