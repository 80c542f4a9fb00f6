/* sys_icache_invalidate(3) of macOS. */
#include <stddef.h>
void sys_icache_invalidate(void *start, size_t len);
