/* Pages from the system.
 *
 * Linux: memfd_create(2), the same file mapped twice, writable and executable; where that is refused (no
 * memfd, or a policy against executable files), anonymous pages that mprotect(2) switches. macOS on arm64:
 * MAP_JIT and pthread_jit_write_protect_np (Apple: "Porting just-in-time compilers to Apple silicon").
 * Windows: VirtualAlloc and VirtualProtect, FlushInstructionCache. Memory is asked for near the program's
 * code, step by step away from it, so that calls reach it: 2 GiB on x86-64, 128 MiB on AArch64. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "internal.h"

#ifdef _WIN32

#include <windows.h>

size_t sg_page_size(void) {
  SYSTEM_INFO info;
  GetSystemInfo(&info);
  return info.dwPageSize;
}

int sg_pages_reserve(size_t size, const void *home, sg_protection protection, int data,
                     sg_region_pages *pages) {
  (void)data;
  if (protection != SG_PROTECTION_SWITCH)
    return 0;
  void *memory = NULL;
  /* VirtualAlloc wants multiples of the allocation granularity, 64 KiB, and does not search near an address
   * itself. */
  const uintptr_t step = 1 << 24, base = (uintptr_t)home & ~(uintptr_t)0xffff;
  for (uintptr_t distance = step; memory == NULL && distance < (uintptr_t)0x70000000; distance += step) {
    memory = base > distance
                 ? VirtualAlloc((void *)(base - distance), size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE)
                 : NULL;
    if (memory == NULL)
      memory = VirtualAlloc((void *)(base + distance), size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
  }
  if (memory == NULL)
    memory = VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
  if (memory == NULL)
    return 0;
  pages->write = pages->run = memory;
  pages->size = size;
  return 1;
}

void sg_pages_release(const sg_region_pages *pages) { VirtualFree(pages->run, 0, MEM_RELEASE); }

int sg_pages_begin_write(uint8_t *start, size_t size, sg_protection protection) {
  DWORD old;
  (void)protection;
  return VirtualProtect(start, size, PAGE_READWRITE, &old) != 0;
}

int sg_pages_end_write(uint8_t *start, size_t size, sg_protection protection) {
  DWORD old;
  (void)protection;
  return VirtualProtect(start, size, PAGE_EXECUTE_READ, &old) != 0;
}

void sg_pages_flush(uint8_t *run, size_t size) { FlushInstructionCache(GetCurrentProcess(), run, size); }

#else

#include <sys/mman.h>
#include <unistd.h>
#ifdef __APPLE__
#include <TargetConditionals.h>
#include <libkern/OSCacheControl.h>
#include <pthread.h>
#endif

size_t sg_page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

/* Maps `size` bytes where branches from and to `home` reach, or else anywhere. */
static uint8_t *map_within_reach(size_t size, const void *home, int protection, int flags, int file) {
#ifdef __aarch64__
  const uintptr_t reach = (uintptr_t)120 << 20;
#else
  const uintptr_t reach = (uintptr_t)0x70000000;
#endif
  const uintptr_t step = size > ((uintptr_t)1 << 21) ? size : (uintptr_t)1 << 21;
  const uintptr_t base = (uintptr_t)home & ~(uintptr_t)(sg_page_size() - 1);
  int fixed = 0;
#ifdef MAP_FIXED_NOREPLACE
  fixed = MAP_FIXED_NOREPLACE;
#endif
  for (uintptr_t distance = step; home != NULL && distance + size < reach; distance += step) {
    /* The side with the heap is tried last: it grows. */
    for (int side = 0; side < 2; side++) {
      if (side == 0 && base <= distance)
        continue;
      const uintptr_t wanted = side == 0 ? base - distance : base + distance;
      uint8_t *memory = mmap((void *)wanted, size, protection, flags | fixed, file, 0);
      if (memory == MAP_FAILED)
        continue;
      if ((uintptr_t)memory == wanted)
        return memory;
      munmap(memory, size); /* a system that takes the address for a hint, and had no room there */
    }
  }
  uint8_t *memory = mmap(NULL, size, protection, flags, file, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

#ifdef __linux__
static int reserve_dual(size_t size, const void *home, sg_region_pages *pages) {
  const int file = memfd_create("stencils", MFD_CLOEXEC);
  if (file < 0)
    return 0;
  int good = ftruncate(file, (off_t)size) == 0;
  pages->run = good ? map_within_reach(size, home, PROT_READ | PROT_EXEC, MAP_SHARED, file) : NULL;
  pages->write = NULL;
  if (pages->run != NULL) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    pages->write = memory == MAP_FAILED ? NULL : memory;
    if (pages->write == NULL)
      munmap(pages->run, size);
  }
  close(file);
  pages->size = size;
  return pages->write != NULL;
}
#endif

int sg_pages_reserve(size_t size, const void *home, sg_protection protection, int data,
                     sg_region_pages *pages) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS, access = PROT_READ | PROT_WRITE;
#ifdef __linux__
  if (protection == SG_PROTECTION_DUAL && !data)
    return reserve_dual(size, home, pages);
#else
  if (protection == SG_PROTECTION_DUAL)
    return 0;
#endif
  if (protection == SG_PROTECTION_THREAD && !data) {
#if defined(__APPLE__) && defined(__aarch64__) && !TARGET_OS_IPHONE
    flags |= MAP_JIT;
    access |= PROT_EXEC;
#else
    return 0;
#endif
  }
  pages->write = pages->run = map_within_reach(size, home, access, flags, -1);
  pages->size = size;
  return pages->run != NULL;
}

void sg_pages_release(const sg_region_pages *pages) {
  munmap(pages->run, pages->size);
  if (pages->write != pages->run)
    munmap(pages->write, pages->size);
}

int sg_pages_begin_write(uint8_t *start, size_t size, sg_protection protection) {
#if defined(__APPLE__) && defined(__aarch64__) && !TARGET_OS_IPHONE
  if (protection == SG_PROTECTION_THREAD) {
    pthread_jit_write_protect_np(0);
    return 1;
  }
#endif
  return protection != SG_PROTECTION_SWITCH || mprotect(start, size, PROT_READ | PROT_WRITE) == 0;
}

int sg_pages_end_write(uint8_t *start, size_t size, sg_protection protection) {
#if defined(__APPLE__) && defined(__aarch64__) && !TARGET_OS_IPHONE
  if (protection == SG_PROTECTION_THREAD) {
    pthread_jit_write_protect_np(1);
    return 1;
  }
#endif
  return protection != SG_PROTECTION_SWITCH || mprotect(start, size, PROT_READ | PROT_EXEC) == 0;
}

void sg_pages_flush(uint8_t *run, size_t size) {
#ifdef __APPLE__
  sys_icache_invalidate(run, size);
#else
  __builtin___clear_cache((char *)run, (char *)run + size);
#endif
}

#endif
