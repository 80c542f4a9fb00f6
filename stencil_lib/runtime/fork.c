/* What fork(2) means for arenas.
 *
 * A child has only the thread that forked. Locks must be free in it, so they are held during the fork
 * (pthread_atfork(3)). What other threads were writing belongs to no thread of the child. Memory that is
 * mapped twice (SG_PROTECTION_DUAL) is a shared mapping, which fork(2) does not double: sg_arena_after_fork
 * says how each process gets its own. vfork(2) and posix_spawn(3) do not run this and do not need it. */
#include "internal.h"
#include "lock.h"

#ifdef _WIN32

sg_result sg_fork_watch(sg_fork_member *member, sg_arena *arena) {
  member->arena = arena;
  return SG_OK;
}
void sg_fork_forget(sg_fork_member *member) { (void)member; }

#else

static sg_lock members_lock = SG_LOCK_FREE;
static sg_fork_member *members;

/* Locks are taken in one order: this list's, each arena's, the debugger's. Nothing else holds two of them. */
static void before_fork(void) {
  sg_lock_acquire(&members_lock);
  for (sg_fork_member *m = members; m != NULL; m = m->next)
    sg_arena_before_fork(m->arena);
  sg_gdb_before_fork();
}

static void after_fork(int in_child) {
  sg_gdb_after_fork();
  for (sg_fork_member *m = members; m != NULL; m = m->next)
    sg_arena_after_fork(m->arena, in_child);
  sg_lock_release(&members_lock);
}

static void after_fork_in_parent(void) { after_fork(0); }
static void after_fork_in_child(void) { after_fork(1); }

static int handlers_error = -1;
static void add_handlers(void) {
  handlers_error = pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

sg_result sg_fork_watch(sg_fork_member *member, sg_arena *arena) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, add_handlers);
  if (handlers_error != 0)
    return SG_NO_MEMORY;
  member->arena = arena;
  member->previous = NULL;
  sg_lock_acquire(&members_lock);
  member->next = members;
  if (members != NULL)
    members->previous = member;
  members = member;
  sg_lock_release(&members_lock);
  return SG_OK;
}

void sg_fork_forget(sg_fork_member *member) {
  if (member->arena == NULL)
    return;
  sg_lock_acquire(&members_lock);
  if (member->next != NULL)
    member->next->previous = member->previous;
  if (member->previous != NULL)
    member->previous->next = member->next;
  else
    members = member->next;
  sg_lock_release(&members_lock);
}

#endif
