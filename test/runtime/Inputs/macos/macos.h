/* What macOS has beyond POSIX, as pthread_jit_write_protect_np(3) and mmap(2) say. */
#define MAP_JIT 0x0800
void pthread_jit_write_protect_np(int enabled);
