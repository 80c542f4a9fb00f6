#include <stencilgen_libc.h>
