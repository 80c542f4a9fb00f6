/* Executable memory: regions near the program's code, many traces a page.
 *
 * A region's pieces are kept in an array sorted by offset, beside the memory and not in it: code pages hold
 * code only, and looking up an address is a binary search. New pieces go behind the last; when a region is
 * full, gaps are filled, from where the last one was found. One lock guards an arena; patching happens
 * outside it.
 *
 * A region that is mapped twice is shared with a child after fork(2). From then on both processes leave its
 * bytes as they are, and run them; the one that wants to write there moves to a copy first, at the same
 * addresses. So it costs nothing to fork and execute another program. */
#include "internal.h"
#include "lock.h"
#include <stdlib.h>
#include <string.h>

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
  size_t writing;     /* count of blocks without a trace */
  int data;
  int shared; /* with a process that was forked, or forked this one: not to be written */
} region;

enum { SPARE_LIMIT = 16 << 20 }; /* bytes; a larger region goes back to the system as soon as it is empty */

struct sg_arena {
  sg_lock lock;
  sg_fork_member fork_member;
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

/* Adds a region for at least `size` bytes, as the last one, with the lock held. */
static sg_result add_region(sg_arena *a, size_t size, int data) {
  if (a->count == a->capacity) {
    const size_t capacity = a->capacity ? 2 * a->capacity : 8;
    region **regions = realloc(a->regions, capacity * sizeof(*regions));
    if (regions == NULL)
      return SG_NO_MEMORY;
    a->regions = regions;
    a->capacity = capacity;
  }
  region *r = calloc(1, sizeof(*r));
  if (r == NULL)
    return SG_NO_MEMORY;
  const size_t wanted = round_up(size > a->region_size ? size : a->region_size, a->page_size);
  const sg_result result = sg_pages_reserve(wanted, a->home, a->protection, data, &r->pages);
  if (result != SG_OK) {
    free(r);
    return result;
  }
  r->data = data;
  a->regions[a->count++] = r;
  return SG_OK;
}

static void remove_region(sg_arena *a, region *r) {
  size_t i = 0;
  while (a->regions[i] != r)
    i++;
  a->count--;
  memmove(&a->regions[i], &a->regions[i + 1], (a->count - i) * sizeof(*a->regions));
}

/* Takes up a protection with a first region, when the system lets it be written and then executed. */
static sg_result try_protection(sg_arena *a, sg_protection protection) {
  a->protection = protection;
  /* While pages are writable again, no thread can execute them: traces must not share them. */
  a->granule = protection == SG_PROTECTION_SWITCH ? (uint32_t)a->page_size : SG_GRANULE;
  sg_result result = add_region(a, 1, 0);
  if (result != SG_OK)
    return result;
  const sg_region_pages *pages = &a->regions[0]->pages;
  result = sg_pages_begin_write(pages->run, a->page_size, protection);
  if (result == SG_OK) {
    *(volatile uint8_t *)pages->write = 0;
    result = sg_pages_end_write(pages->run, a->page_size, protection);
  }
  if (result != SG_OK)
    destroy_region(a->regions[--a->count]);
  return result;
}

sg_result sg_arena_create(const sg_arena_options *options, sg_arena **result) {
  static const sg_protection choices[] = {SG_PROTECTION_DUAL, SG_PROTECTION_THREAD, SG_PROTECTION_SWITCH};
  sg_arena *a = calloc(1, sizeof(*a));
  *result = NULL;
  if (a == NULL)
    return SG_NO_MEMORY;
  sg_lock_init(&a->lock);
  a->page_size = sg_page_size();
  a->region_size =
      round_up(options && options->region_size ? options->region_size : (size_t)1 << 20, a->page_size);
  a->home = options && options->home ? options->home : (const void *)(uintptr_t)&sg_arena_create;
  a->data_apart = options && options->data_apart;
  const sg_protection asked = options ? options->protection : SG_PROTECTION_BEST;
  sg_result status = SG_NO_MEMORY;
  if (a->region_size <= UINT32_MAX / 2)
    for (size_t i = 0; status != SG_OK && i < sizeof(choices) / sizeof(choices[0]); i++)
      if (asked == SG_PROTECTION_BEST || asked == choices[i])
        status = try_protection(a, choices[i]);
  if (status == SG_OK)
    status = sg_fork_watch(&a->fork_member, a);
  if (status != SG_OK) {
    sg_arena_destroy(a);
    return status;
  }
  *result = a;
  return SG_OK;
}

void sg_arena_destroy(sg_arena *a) {
  if (a == NULL)
    return;
  sg_fork_forget(&a->fork_member);
  for (size_t i = 0; i < a->count; i++)
    for (size_t j = 0; j < a->regions[i]->count; j++)
      if (!a->regions[i]->data)
        free(a->regions[i]->blocks[j].trace);
  for (size_t i = 0; i < a->count; i++)
    destroy_region(a->regions[i]);
  free(a->regions);
  sg_lock_destroy(&a->lock);
  free(a);
}

sg_protection sg_arena_protection(const sg_arena *a) { return a->protection; }
int sg_arena_keeps_data_apart(const sg_arena *a) { return a->data_apart; }

sg_arena_statistics sg_arena_get_statistics(sg_arena *a) {
  sg_arena_statistics s = {0};
  sg_lock_acquire(&a->lock);
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
  sg_lock_release(&a->lock);
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
  r->writing++;
  if (offset + size > r->touched)
    r->touched = offset + size;
  return 1;
}

/* Gives this process a copy of its own of a region that is shared, with the lock held. */
static sg_result unshare(region *r) {
  sg_region_pages own;
  const sg_result result = sg_pages_reserve(r->pages.size, NULL, SG_PROTECTION_DUAL, 0, &own);
  if (result != SG_OK)
    return result;
  for (const block *b = r->blocks, *end = b + r->count; b < end; b++)
    memcpy(own.write + b->offset, r->pages.run + b->offset, b->size);
  /* Threads may run what is there as soon as it is in its place. */
  sg_pages_flush(own.run, end_before(r, r->count));
  const sg_result replaced = sg_pages_replace(&r->pages, &own);
  r->shared = replaced != SG_OK;
  return replaced;
}

/* The region with room for `size` bytes, and the index a block there would have, with the lock held. NULL:
 * there is no such region, or it is shared and could not be copied. */
static region *find_region(sg_arena *a, uint32_t size, int data, size_t *index) {
  for (int shared = 0; shared < 2; shared++)
    for (size_t i = a->count; i-- > 0;) {
      region *r = a->regions[i];
      /* What is being written in a shared region would be lost on the way to a copy. */
      if (r->data == data && r->shared == shared && !(shared && r->writing > 0) &&
          (*index = find_room(r, size)) != SIZE_MAX && (!shared || unshare(r) == SG_OK))
        return r;
    }
  return NULL;
}

sg_result sg_arena_allocate(sg_arena *a, size_t requested, int data, sg_piece *piece) {
  if (requested == 0 || requested > UINT32_MAX / 4)
    return SG_NO_MEMORY;
  const uint32_t size = (uint32_t)round_up(requested, data ? SG_GRANULE : a->granule);
  size_t index = 0;
  sg_result result = SG_OK;
  sg_lock_acquire(&a->lock);
  region *found = find_region(a, size, data, &index);
  if (found == NULL && (result = add_region(a, size, data)) == SG_OK) {
    found = a->regions[a->count - 1];
    index = 0;
  }
  if (result == SG_OK && !insert_block(found, index, size, (uint32_t)requested))
    result = SG_NO_MEMORY;
  if (result == SG_OK) {
    const uint32_t offset = found->blocks[index].offset;
    *piece = (sg_piece){found->pages.write + offset, found->pages.run + offset, requested};
  }
  sg_lock_release(&a->lock);
  if (result == SG_OK && !data) {
    result = sg_pages_begin_write(piece->run, size, a->protection);
    if (result != SG_OK)
      sg_arena_release(a, piece->run, data);
  }
  return result;
}

static region *region_of(sg_arena *a, const uint8_t *run) {
  for (size_t i = 0; i < a->count; i++)
    if (run >= a->regions[i]->pages.run &&
        (size_t)(run - a->regions[i]->pages.run) < a->regions[i]->pages.size)
      return a->regions[i];
  return NULL;
}

/* The index of the last block that begins at or before `offset`; count if no block does. */
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
    const sg_result result = sg_pages_end_write(piece->run, round_up(piece->size, a->granule), a->protection);
    if (result != SG_OK)
      return result;
  }
  if (trace == NULL)
    return SG_OK;
  sg_lock_acquire(&a->lock);
  region *r = region_of(a, piece->run);
  r->blocks[block_at(r, (uint32_t)(piece->run - r->pages.run))].trace = trace;
  r->writing--;
  sg_lock_release(&a->lock);
  return SG_OK;
}

static void remove_block(region *r, size_t index) {
  r->writing -= r->blocks[index].trace == NULL;
  memmove(&r->blocks[index], &r->blocks[index + 1], (r->count - index - 1) * sizeof(block));
  r->count--;
  r->cursor = index < r->count ? index : 0;
  const uint32_t gap = index < r->count ? r->blocks[index].offset - end_before(r, index) : 0;
  r->gap_limit = gap > r->gap_limit ? gap : r->gap_limit;
}

/* Of the empty regions of one sort the largest is kept, because the next trace would ask for it again. Takes
 * another one out of the arena and returns it, to go back to the system; NULL: no other is empty. */
static region *take_spare(sg_arena *a, int data) {
  region *largest = NULL, *other = NULL;
  size_t alike = 0;
  for (size_t i = 0; i < a->count; i++) {
    region *r = a->regions[i];
    alike += r->data == data;
    if (r->data != data || r->count > 0)
      continue;
    if (largest == NULL || r->pages.size > largest->pages.size) {
      other = largest;
      largest = r;
    } else {
      other = r;
    }
  }
  if (largest != NULL && alike > 1 && largest->pages.size > SPARE_LIMIT)
    other = largest;
  if (other != NULL)
    remove_region(a, other);
  return other;
}

void sg_arena_release(sg_arena *a, const void *run, int data) {
  region *spare = NULL;
  sg_lock_acquire(&a->lock);
  region *r = region_of(a, run);
  const size_t index = r ? block_at(r, (uint32_t)((const uint8_t *)run - r->pages.run)) : 0;
  if (r != NULL && index < r->count) {
    remove_block(r, index);
    if (r->count == 0)
      spare = take_spare(a, data);
  }
  sg_lock_release(&a->lock);
  if (spare != NULL)
    destroy_region(spare);
}

void sg_arena_before_fork(sg_arena *a) { sg_lock_acquire(&a->lock); }

void sg_arena_after_fork(sg_arena *a, int in_child) {
  for (size_t i = 0; i < a->count; i++) {
    region *r = a->regions[i];
    r->shared |= a->protection == SG_PROTECTION_DUAL && !r->data;
    /* What other threads were writing has no writer in the child, and no one who would free it. */
    for (size_t j = r->count; in_child && r->writing > 0 && j-- > 0;)
      if (r->blocks[j].trace == NULL)
        remove_block(r, j);
  }
  sg_lock_release(&a->lock);
}

const sg_trace *sg_arena_find(sg_arena *a, const void *address) {
  const sg_trace *trace = NULL;
  sg_lock_acquire(&a->lock);
  const region *r = region_of(a, address);
  if (r != NULL && !r->data) {
    const uint32_t offset = (uint32_t)((const uint8_t *)address - r->pages.run);
    const size_t index = block_at(r, offset);
    if (index < r->count && offset - r->blocks[index].offset < r->blocks[index].requested)
      trace = r->blocks[index].trace;
  }
  sg_lock_release(&a->lock);
  return trace;
}
