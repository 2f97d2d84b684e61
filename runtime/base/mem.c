/* The default allocator, allocation with checked sizes, and marks for AddressSanitizer. */
#include "runtime/base/mem.h"

#include <stdlib.h>

#if WEFT__ASAN
#include <sanitizer/asan_interface.h>
#endif

static void *mem_default_realloc(void *ctx, void *ptr, size_t old_len, size_t new_len)
{
    (void)ctx;
    (void)old_len;
    if (new_len == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, new_len);
}

weft_allocator weft__allocator_of(const weft_allocator *allocator_or_null)
{
    if (allocator_or_null)
        return *allocator_or_null;
    weft_allocator allocator = { mem_default_realloc, NULL };
    return allocator;
}

void *weft__realloc(const weft_allocator *allocator, void *ptr, size_t old_len, size_t new_len)
{
    /* Differences of pointers into the block must fit ptrdiff_t. */
    if (new_len > PTRDIFF_MAX)
        return NULL;
    return allocator->realloc(allocator->ctx, ptr, old_len, new_len);
}

void *weft__alloc(const weft_allocator *allocator, size_t len)
{
    /* 0 would mean "free" to the allocator. */
    return weft__realloc(allocator, NULL, 0, len ? len : 1);
}

void *weft__alloc_zero(const weft_allocator *allocator, size_t len)
{
    void *ptr = weft__alloc(allocator, len);
    if (ptr)
        memset(ptr, 0, len);
    return ptr;
}

void weft__clear(void *ptr, size_t len)
{
    __asm__("" : "+r"(len)); /* no constant: also where this becomes a part of its callers */
    memset(ptr, 0, len);
}

void weft__free(const weft_allocator *allocator, void *ptr, size_t len)
{
    if (ptr)
        (void)allocator->realloc(allocator->ctx, ptr, len ? len : 1, 0);
}

void weft__poison(const void *ptr, size_t len)
{
#if WEFT__ASAN
    ASAN_POISON_MEMORY_REGION(ptr, len);
#else
    (void)ptr;
    (void)len;
#endif
}

void weft__unpoison(const void *ptr, size_t len)
{
#if WEFT__ASAN
    ASAN_UNPOISON_MEMORY_REGION(ptr, len);
#else
    (void)ptr;
    (void)len;
#endif
}
