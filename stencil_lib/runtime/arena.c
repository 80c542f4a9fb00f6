/* Executable memory: regions near the program's code, many traces a page.
 *
 * A region's pieces are kept in an array sorted by offset, beside the memory and not in it: code pages hold
 * code only, and looking up an address is a binary search. New pieces go behind the last; when a region is
 * full, gaps are filled, from where the last one was found. One lock guards an arena; patching happens
 * outside it. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <windows.h>
typedef SRWLOCK lock_t;
#define LOCK_INIT(lock) InitializeSRWLock(lock)
#define LOCK(lock) AcquireSRWLockExclusive(lock)
#define UNLOCK(lock) ReleaseSRWLockExclusive(lock)
#define LOCK_DESTROY(lock) ((void)(lock))
#else
#include <pthread.h>
typedef pthread_mutex_t lock_t;
#define LOCK_INIT(lock) pthread_mutex_init(lock, NULL)
#define LOCK(lock) pthread_mutex_lock(lock)
#define UNLOCK(lock) pthread_mutex_unlock(lock)
#define LOCK_DESTROY(lock) pthread_mutex_destroy(lock)
#endif

typedef struct block {
  uint32_t offset, size; /* bytes; the size is a multiple of the granule */
  uint32_t requested;
  sg_trace *trace; /* NULL while it is written */
} block;

typedef struct region {
  sg_region_pages pages;
  block *blocks;
  size_t count, capacity;
  size_t cursor;      /* the index of the block before which a gap was found last */
  uint32_t touched;   /* bytes, from the start */
  uint32_t gap_limit; /* no gap before the last block is larger */
  int data;
} region;

struct sg_arena {
  lock_t lock;
  sg_protection protection;
  const void *home;
  size_t region_size, page_size;
  uint32_t granule;
  int data_apart;
  region **regions;
  size_t count, capacity;
};

static size_t round_up(size_t size, size_t granule) { return (size + granule - 1) / granule * granule; }

static void destroy_region(region *r) {
  sg_pages_release(&r->pages);
  free(r->blocks);
  free(r);
}

/* A region for at least `size` bytes, with the lock held. */
static region *add_region(sg_arena *a, size_t size, int data) {
  if (a->count == a->capacity) {
    const size_t capacity = a->capacity ? 2 * a->capacity : 8;
    region **regions = realloc(a->regions, capacity * sizeof(*regions));
    if (regions == NULL)
      return NULL;
    a->regions = regions;
    a->capacity = capacity;
  }
  region *r = calloc(1, sizeof(*r));
  if (r == NULL)
    return NULL;
  const size_t wanted = round_up(size > a->region_size ? size : a->region_size, a->page_size);
  if (!sg_pages_reserve(wanted, a->home, a->protection, data, &r->pages)) {
    free(r);
    return NULL;
  }
  r->data = data;
  a->regions[a->count++] = r;
  return r;
}

sg_result sg_arena_create(const sg_arena_options *options, sg_arena **result) {
  static const sg_protection choices[] = {SG_PROTECTION_DUAL, SG_PROTECTION_THREAD, SG_PROTECTION_SWITCH};
  sg_arena *a = calloc(1, sizeof(*a));
  *result = NULL;
  if (a == NULL)
    return SG_NO_MEMORY;
  LOCK_INIT(&a->lock);
  a->page_size = sg_page_size();
  a->region_size =
      round_up(options && options->region_size ? options->region_size : (size_t)1 << 20, a->page_size);
  a->home = options && options->home ? options->home : (const void *)(uintptr_t)&sg_arena_create;
  a->data_apart = options && options->data_apart;
  const sg_protection asked = options ? options->protection : SG_PROTECTION_BEST;
  region *first = NULL;
  if (a->region_size <= UINT32_MAX / 2) {
    for (size_t i = 0; first == NULL && i < sizeof(choices) / sizeof(choices[0]); i++) {
      if (asked != SG_PROTECTION_BEST && asked != choices[i])
        continue;
      a->protection = choices[i];
      /* Pages that are writable again are executable for nobody meanwhile: traces must not share them. */
      a->granule = a->protection == SG_PROTECTION_SWITCH ? (uint32_t)a->page_size : SG_GRANULE;
      first = add_region(a, 1, 0);
    }
  }
  if (first == NULL) {
    sg_arena_destroy(a);
    return SG_NO_MEMORY;
  }
  *result = a;
  return SG_OK;
}

void sg_arena_destroy(sg_arena *a) {
  if (a == NULL)
    return;
  for (size_t i = 0; i < a->count; i++)
    for (size_t j = 0; j < a->regions[i]->count; j++)
      if (!a->regions[i]->data)
        free(a->regions[i]->blocks[j].trace);
  for (size_t i = 0; i < a->count; i++)
    destroy_region(a->regions[i]);
  free(a->regions);
  LOCK_DESTROY(&a->lock);
  free(a);
}

sg_protection sg_arena_protection(const sg_arena *a) { return a->protection; }
int sg_arena_keeps_data_apart(const sg_arena *a) { return a->data_apart; }

sg_arena_statistics sg_arena_get_statistics(sg_arena *a) {
  sg_arena_statistics s = {0};
  LOCK(&a->lock);
  s.regions = a->count;
  for (size_t i = 0; i < a->count; i++) {
    const region *r = a->regions[i];
    s.reserved += r->pages.size;
    s.touched += round_up(r->touched, a->page_size);
    s.traces += r->data ? 0 : r->count;
    for (size_t j = 0; j < r->count; j++) {
      s.allocated += r->blocks[j].size;
      s.requested += r->blocks[j].requested;
    }
  }
  UNLOCK(&a->lock);
  return s;
}

/* The end of the block before index i, 0 before the first. */
static uint32_t end_before(const region *r, size_t i) {
  return i == 0 ? 0 : r->blocks[i - 1].offset + r->blocks[i - 1].size;
}

/* Where `size` bytes fit: the index a block there would have. SIZE_MAX: nowhere. */
static size_t find_room(region *r, uint32_t size) {
  if (r->pages.size - end_before(r, r->count) >= size)
    return r->count;
  if (r->gap_limit < size)
    return SIZE_MAX;
  uint32_t largest = 0;
  for (size_t step = 0; step < r->count; step++) {
    const size_t i = (r->cursor + step) % r->count;
    const uint32_t gap = r->blocks[i].offset - end_before(r, i);
    if (gap >= size)
      return r->cursor = i;
    largest = gap > largest ? gap : largest;
  }
  r->gap_limit = largest;
  return SIZE_MAX;
}

static int insert_block(region *r, size_t index, uint32_t size, uint32_t requested) {
  if (r->count == r->capacity) {
    const size_t capacity = r->capacity ? 2 * r->capacity : 64;
    block *blocks = realloc(r->blocks, capacity * sizeof(*blocks));
    if (blocks == NULL)
      return 0;
    r->blocks = blocks;
    r->capacity = capacity;
  }
  const uint32_t offset = end_before(r, index);
  memmove(&r->blocks[index + 1], &r->blocks[index], (r->count - index) * sizeof(block));
  r->count++;
  r->blocks[index] = (block){offset, size, requested, NULL};
  if (offset + size > r->touched)
    r->touched = offset + size;
  return 1;
}

sg_result sg_arena_allocate(sg_arena *a, size_t requested, int data, sg_piece *piece) {
  if (requested == 0 || requested > UINT32_MAX / 4)
    return SG_NO_MEMORY;
  const uint32_t size = (uint32_t)round_up(requested, data ? SG_GRANULE : a->granule);
  region *found = NULL;
  size_t index = SIZE_MAX;
  LOCK(&a->lock);
  for (size_t i = a->count; i-- > 0 && index == SIZE_MAX;) {
    found = a->regions[i];
    if (found->data == data)
      index = find_room(found, size);
  }
  if (index == SIZE_MAX) {
    found = add_region(a, size, data);
    index = 0;
  }
  int good = found != NULL && insert_block(found, index, size, (uint32_t)requested);
  if (good) {
    const uint32_t offset = found->blocks[index].offset;
    *piece = (sg_piece){found->pages.write + offset, found->pages.run + offset, requested};
  }
  UNLOCK(&a->lock);
  if (good && !data && !sg_pages_begin_write(piece->run, size, a->protection)) {
    sg_arena_release(a, piece->run, data);
    good = 0;
  }
  return good ? SG_OK : SG_NO_MEMORY;
}

static region *region_of(sg_arena *a, const uint8_t *run) {
  for (size_t i = 0; i < a->count; i++)
    if (run >= a->regions[i]->pages.run &&
        (size_t)(run - a->regions[i]->pages.run) < a->regions[i]->pages.size)
      return a->regions[i];
  return NULL;
}

/* The index of the last block that begins at or before `offset`; count when there is none. */
static size_t block_at(const region *r, uint32_t offset) {
  size_t low = 0, high = r->count;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (r->blocks[middle].offset <= offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low == 0 ? r->count : low - 1;
}

sg_result sg_arena_finish(sg_arena *a, const sg_piece *piece, sg_trace *trace, int data) {
  if (!data) {
    sg_pages_flush(piece->run, piece->size);
    if (!sg_pages_end_write(piece->run, round_up(piece->size, a->granule), a->protection))
      return SG_NO_MEMORY;
  }
  LOCK(&a->lock);
  region *r = region_of(a, piece->run);
  r->blocks[block_at(r, (uint32_t)(piece->run - r->pages.run))].trace = trace;
  UNLOCK(&a->lock);
  return SG_OK;
}

void sg_arena_release(sg_arena *a, const void *run, int data) {
  region *empty = NULL;
  LOCK(&a->lock);
  region *r = region_of(a, run);
  const size_t index = r ? block_at(r, (uint32_t)((const uint8_t *)run - r->pages.run)) : 0;
  if (r != NULL && index < r->count) {
    memmove(&r->blocks[index], &r->blocks[index + 1], (r->count - index - 1) * sizeof(block));
    r->count--;
    r->cursor = index < r->count ? index : 0;
    const uint32_t gap = index < r->count ? r->blocks[index].offset - end_before(r, index) : 0;
    r->gap_limit = gap > r->gap_limit ? gap : r->gap_limit;
    /* Empty regions go back to the system, except the last one of its sort: the next trace would ask for it
     * again. */
    size_t alike = 0;
    for (size_t i = 0; i < a->count; i++)
      alike += a->regions[i]->data == data;
    if (r->count == 0 && alike > 1) {
      empty = r;
      for (size_t i = 0; i < a->count; i++)
        if (a->regions[i] == r)
          memmove(&a->regions[i], &a->regions[i + 1], (a->count-- - i - 1) * sizeof(*a->regions));
    }
  }
  UNLOCK(&a->lock);
  if (empty != NULL)
    destroy_region(empty);
}

const sg_trace *sg_arena_find(sg_arena *a, const void *address) {
  const sg_trace *trace = NULL;
  LOCK(&a->lock);
  const region *r = region_of(a, address);
  if (r != NULL && !r->data) {
    const uint32_t offset = (uint32_t)((const uint8_t *)address - r->pages.run);
    const size_t index = block_at(r, offset);
    if (index < r->count && offset - r->blocks[index].offset < r->blocks[index].requested)
      trace = r->blocks[index].trace;
  }
  UNLOCK(&a->lock);
  return trace;
}
