/* A lock between threads; no part of the runtime's interface. */
#ifndef SG_LOCK_H
#define SG_LOCK_H

#ifdef _WIN32
#include <windows.h>
typedef SRWLOCK sg_lock;
#define SG_LOCK_FREE SRWLOCK_INIT
static inline void sg_lock_init(sg_lock *lock) { InitializeSRWLock(lock); }
static inline void sg_lock_acquire(sg_lock *lock) { AcquireSRWLockExclusive(lock); }
static inline void sg_lock_release(sg_lock *lock) { ReleaseSRWLockExclusive(lock); }
static inline void sg_lock_destroy(sg_lock *lock) { (void)lock; }
#else
#include <pthread.h>
typedef pthread_mutex_t sg_lock;
#define SG_LOCK_FREE PTHREAD_MUTEX_INITIALIZER
static inline void sg_lock_init(sg_lock *lock) { pthread_mutex_init(lock, NULL); }
static inline void sg_lock_acquire(sg_lock *lock) { pthread_mutex_lock(lock); }
static inline void sg_lock_release(sg_lock *lock) { pthread_mutex_unlock(lock); }
static inline void sg_lock_destroy(sg_lock *lock) { pthread_mutex_destroy(lock); }
#endif

#endif
