/* Pages from the system.
 *
 * Linux: the same pages mapped twice. They are those of memfd_create(2); if that is refused or a limit on
 * file sizes forbids it, anonymous pages whose mapping mremap(2) doubles. If both are refused, anonymous
 * pages that mprotect(2) switches. macOS on arm64: MAP_JIT and pthread_jit_write_protect_np (Apple: "Porting
 * just-in-time compilers to Apple silicon"). Windows: VirtualAlloc and VirtualProtect, FlushInstructionCache.
 * Memory is asked for near the program's code, step by step away from it, so that calls reach it: 2 GiB on
 * x86-64, 128 MiB on AArch64. */
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

sg_result sg_pages_reserve(size_t size, const void *home, sg_protection protection, int data,
                           sg_region_pages *pages) {
  (void)data;
  if (protection != SG_PROTECTION_SWITCH)
    return SG_DENIED;
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
    return SG_NO_MEMORY;
  pages->write = pages->run = memory;
  pages->size = size;
  return SG_OK;
}

void sg_pages_release(const sg_region_pages *pages) { VirtualFree(pages->run, 0, MEM_RELEASE); }

static sg_result protect(uint8_t *start, size_t size, DWORD protection) {
  DWORD old;
  if (VirtualProtect(start, size, protection, &old))
    return SG_OK;
  /* 1655, ERROR_DYNAMIC_CODE_BLOCKED: a process whose policy is Arbitrary Code Guard. */
  const DWORD error = GetLastError();
  return error == ERROR_ACCESS_DENIED || error == 1655 ? SG_DENIED : SG_NO_MEMORY;
}

sg_result sg_pages_begin_write(uint8_t *start, size_t size, sg_protection protection) {
  (void)protection;
  return protect(start, size, PAGE_READWRITE);
}

sg_result sg_pages_end_write(uint8_t *start, size_t size, sg_protection protection) {
  (void)protection;
  return protect(start, size, PAGE_EXECUTE_READ);
}

sg_result sg_pages_replace(const sg_region_pages *pages, const sg_region_pages *by) {
  (void)pages;
  sg_pages_release(by);
  return SG_DENIED;
}

void sg_pages_flush(uint8_t *run, size_t size) { FlushInstructionCache(GetCurrentProcess(), run, size); }

#else

#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __APPLE__
#include <TargetConditionals.h>
#include <libkern/OSCacheControl.h>
#include <pthread.h>
#endif

size_t sg_page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

/* What the system meant by errno. */
static sg_result refusal(void) { return errno == ENOMEM || errno == EAGAIN ? SG_NO_MEMORY : SG_DENIED; }

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
      /* Right above address 0 a place is refused for its own sake; elsewhere it would be all of them. */
      if (memory == MAP_FAILED && (errno == EACCES || (errno == EPERM && wanted > (uintptr_t)1 << 20)))
        return NULL;
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
/* Two views of a file in memory. A file longer than RLIMIT_FSIZE would end the process (SIGXFSZ). */
static sg_result map_file_twice(size_t size, const void *home, sg_region_pages *pages) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && size > limit.rlim_cur)
    return SG_DENIED;
  const int file = memfd_create("stencils", MFD_CLOEXEC);
  if (file < 0)
    return refusal();
  sg_result result = SG_OK;
  pages->run = ftruncate(file, (off_t)size) == 0
                   ? map_within_reach(size, home, PROT_READ | PROT_EXEC, MAP_SHARED, file)
                   : NULL;
  if (pages->run == NULL) {
    result = refusal();
  } else {
    pages->write = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (pages->write == MAP_FAILED) {
      result = refusal();
      munmap(pages->run, size);
    }
  }
  close(file);
  return result;
}

/* Two views of pages without a file: mremap(2) with an old size of 0 maps a shared mapping once more and
 * moves no byte. Neither view gains the right to be executed, which policies may forbid. */
static sg_result map_anonymous_twice(size_t size, const void *home, sg_region_pages *pages) {
  pages->run = map_within_reach(size, home, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1);
  if (pages->run == NULL)
    return refusal();
  pages->write = mremap(pages->run, 0, size, MREMAP_MAYMOVE);
  if (pages->write != MAP_FAILED && mprotect(pages->write, size, PROT_READ | PROT_WRITE) == 0)
    return SG_OK;
  const sg_result result = refusal();
  if (pages->write != MAP_FAILED)
    munmap(pages->write, size);
  munmap(pages->run, size);
  return result;
}

static sg_result reserve_dual(size_t size, const void *home, sg_region_pages *pages) {
  pages->size = size;
  return map_file_twice(size, home, pages) == SG_OK ? SG_OK : map_anonymous_twice(size, home, pages);
}

sg_result sg_pages_replace(const sg_region_pages *pages, const sg_region_pages *by) {
  /* A thread that comes here meanwhile waits in its page fault: the system holds the lock of this memory
     from taking the old pages away to putting the new ones in. When the second view cannot be moved, the
     first has the right bytes still. */
  if (mremap(by->run, by->size, by->size, MREMAP_MAYMOVE | MREMAP_FIXED, pages->run) == MAP_FAILED) {
    sg_pages_release(by);
    return SG_NO_MEMORY;
  }
  if (mremap(by->write, by->size, by->size, MREMAP_MAYMOVE | MREMAP_FIXED, pages->write) == MAP_FAILED) {
    munmap(by->write, by->size);
    return SG_NO_MEMORY;
  }
  return SG_OK;
}
#else
static sg_result reserve_dual(size_t size, const void *home, sg_region_pages *pages) {
  (void)size, (void)home, (void)pages;
  return SG_DENIED;
}

sg_result sg_pages_replace(const sg_region_pages *pages, const sg_region_pages *by) {
  (void)pages;
  sg_pages_release(by);
  return SG_DENIED;
}
#endif

sg_result sg_pages_reserve(size_t size, const void *home, sg_protection protection, int data,
                           sg_region_pages *pages) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS, access = PROT_READ | PROT_WRITE;
  if (protection == SG_PROTECTION_DUAL && !data)
    return reserve_dual(size, home, pages);
  if (protection == SG_PROTECTION_THREAD && !data) {
#if defined(__APPLE__) && defined(__aarch64__) && !TARGET_OS_IPHONE
    flags |= MAP_JIT;
    access |= PROT_EXEC;
#else
    return SG_DENIED;
#endif
  }
  pages->write = pages->run = map_within_reach(size, home, access, flags, -1);
  pages->size = size;
  return pages->run != NULL ? SG_OK : refusal();
}

void sg_pages_release(const sg_region_pages *pages) {
  munmap(pages->run, pages->size);
  if (pages->write != pages->run)
    munmap(pages->write, pages->size);
}

static sg_result protect(uint8_t *start, size_t size, int protection) {
  return mprotect(start, size, protection) == 0 ? SG_OK : refusal();
}

sg_result sg_pages_begin_write(uint8_t *start, size_t size, sg_protection protection) {
#if defined(__APPLE__) && defined(__aarch64__) && !TARGET_OS_IPHONE
  if (protection == SG_PROTECTION_THREAD) {
    pthread_jit_write_protect_np(0);
    return SG_OK;
  }
#endif
  return protection == SG_PROTECTION_SWITCH ? protect(start, size, PROT_READ | PROT_WRITE) : SG_OK;
}

sg_result sg_pages_end_write(uint8_t *start, size_t size, sg_protection protection) {
#if defined(__APPLE__) && defined(__aarch64__) && !TARGET_OS_IPHONE
  if (protection == SG_PROTECTION_THREAD) {
    pthread_jit_write_protect_np(1);
    return SG_OK;
  }
#endif
  return protection == SG_PROTECTION_SWITCH ? protect(start, size, PROT_READ | PROT_EXEC) : SG_OK;
}

void sg_pages_flush(uint8_t *run, size_t size) {
#ifdef __APPLE__
  sys_icache_invalidate(run, size);
#else
  __builtin___clear_cache((char *)run, (char *)run + size);
#endif
}

#endif
