/* Memory from the allocator that an object was given, with sizes that cannot overflow. */
#ifndef WEFT_RUNTIME_BASE_MEM_H
#define WEFT_RUNTIME_BASE_MEM_H

#include "weft/base.h"

/* A copy of *allocator_or_null, or of the one over realloc and free. */
weft_allocator weft__allocator_of(const weft_allocator *allocator_or_null);

/* NULL: out of memory. The memory is not cleared by alloc, and is by alloc_zero. */
void *weft__alloc(const weft_allocator *allocator, size_t len);
void *weft__alloc_zero(const weft_allocator *allocator, size_t len);
/* On failure NULL, and ptr stays as it was. */
void *weft__realloc(const weft_allocator *allocator, void *ptr, size_t old_len, size_t new_len);
/* Fills with zeros by the C library's memset, which is faster for some hundred bytes than the string instruction that
 * compilers make of a constant length. */
void weft__clear(void *ptr, size_t len);
/* len: what it was allocated with. ptr may be NULL. */
void weft__free(const weft_allocator *allocator, void *ptr, size_t len);
/* weft_arena_new of 128 bytes instead of 1 KiB to begin with: for what there are many of, and mostly empty. */
int weft__arena_new_small(const weft_allocator *allocator, weft_arena **ret_arena);

/* false: overflow, *ret untouched. */
static inline bool weft__size_mul(size_t a, size_t b, size_t *ret)
{
    return !__builtin_mul_overflow(a, b, ret);
}
static inline bool weft__size_add(size_t a, size_t b, size_t *ret)
{
    return !__builtin_add_overflow(a, b, ret);
}

/* Our own invariants: holds in release builds too. Input never reaches one. Debug builds trap where it fails. */
#ifdef NDEBUG
#define WEFT_CHECK(condition) (__builtin_expect(!!(condition), 1))
#else
#define WEFT_CHECK(condition) (__builtin_expect(!!(condition), 1) ? 1 : (__builtin_trap(), 0))
#endif

#if defined __SANITIZE_ADDRESS__
#define WEFT__ASAN 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define WEFT__ASAN 1
#endif
#endif
#ifndef WEFT__ASAN
#define WEFT__ASAN 0
#endif

/* Marks memory that must not be read (or may be again) for AddressSanitizer; nothing in other builds. */
void weft__poison(const void *ptr, size_t len);
void weft__unpoison(const void *ptr, size_t len);

#endif
