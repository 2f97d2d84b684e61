/* The arena: a bump allocator over blocks that double in size.
 *
 * The first block lies behind the arena itself, so that a small message costs one allocation in all. What is large for
 * the block that would come next gets a block of its own, so that it wastes no room. Clearing frees everything but the
 * first block and one more: the largest ordinary one (the spare), which is used when the first is full. Since a new
 * block is twice the spare, repeating the same work ends after a few rounds with no allocation at all.
 *
 * Where AddressSanitizer looks on, all that is not allocated is poisoned, with a gap behind each allocation. */
#include "runtime/base/inline.h"
#include "runtime/base/mem.h"

#include <stdalign.h>

enum {
    ARENA_ALIGN = 16,
    ARENA_FIRST = 1024,          /* of the arena with its first block */
    ARENA_FIRST_SMALL = 128,     /* the same of one that mostly holds next to nothing */
    ARENA_BLOCK_MAX = 64 * 1024, /* of an ordinary block: no cleared arena keeps more than this */
    ARENA_GAP = WEFT__ASAN ? 8 : 0
};

/* In front of each block but the first. */
typedef struct arena_block {
    struct arena_block *next;
    size_t len; /* with this header */
} arena_block;

struct weft_arena {
    uint8_t *at;         /* in the current block */
    uint8_t *end;        /* of the current block */
    arena_block *blocks; /* ordinary ones but the first and the spare, newest and so largest first */
    arena_block *large;  /* each made for one allocation */
    arena_block *spare;  /* kept for when the first is full, or NULL */
    size_t block_len;    /* of the ordinary block that comes next */
    size_t first_len;    /* ARENA_FIRST… */
    weft_allocator allocator;
    alignas(ARENA_ALIGN) uint8_t first[];
};

static uint8_t *block_bytes(arena_block *block)
{
    return (uint8_t *)block + ARENA_ALIGN;
}

static void arena_use(weft_arena *arena, uint8_t *bytes, size_t len)
{
    arena->at = bytes;
    arena->end = bytes + len;
    weft__poison(bytes, len);
}

static void arena_use_first(weft_arena *arena)
{
    arena_use(arena, arena->first, arena->first_len - offsetof(weft_arena, first));
}

static int arena_new(const weft_allocator *allocator_or_null, size_t first_len, weft_arena **ret_arena)
{
    _Static_assert(sizeof(arena_block) <= ARENA_ALIGN, "a block's bytes begin aligned");
    if (!ret_arena)
        return WEFT_EINVAL;
    weft_allocator allocator = weft__allocator_of(allocator_or_null);
    weft_arena *arena = weft__alloc(&allocator, first_len);
    if (!arena)
        return WEFT_ENOMEM;
    arena->blocks = NULL;
    arena->large = NULL;
    arena->spare = NULL;
    arena->block_len = 2 * first_len;
    arena->first_len = first_len;
    arena->allocator = allocator;
    arena_use_first(arena);
    *ret_arena = arena;
    return 0;
}

int weft_arena_new(const weft_allocator *allocator_or_null, weft_arena **ret_arena)
{
    return arena_new(allocator_or_null, ARENA_FIRST, ret_arena);
}

int weft__arena_new_small(const weft_allocator *allocator, weft_arena **ret_arena)
{
    return arena_new(allocator, ARENA_FIRST_SMALL, ret_arena);
}

static arena_block *arena_add_block(weft_arena *arena, arena_block **list, size_t len)
{
    arena_block *block = weft__alloc(&arena->allocator, len);
    if (!block)
        return NULL;
    block->len = len;
    block->next = *list;
    *list = block;
    return block;
}

/* len bytes at an aligned place of the current block, or NULL where it has not so much room. */
static inline void *arena_bump(weft_arena *arena, size_t len, size_t align)
{
    size_t pad = (size_t)(-(uintptr_t)arena->at & (align - 1));
    size_t room = (size_t)(arena->end - arena->at);
    if (pad > room || len > room - pad)
        return NULL;
    uint8_t *ptr = arena->at + pad;
    size_t taken = pad + len;
    taken = taken + ARENA_GAP > room ? room : taken + ARENA_GAP;
    arena->at += taken;
#if WEFT__ASAN
    weft__unpoison(ptr, len);
#endif
    return ptr;
}

/* The current block is full: one of its own for what is large, else the spare, else a new one. */
static WEFT__COLD void *arena_alloc_slow(weft_arena *arena, size_t len, size_t align)
{
    if (len > arena->block_len / 4) {
        size_t block_len;
        if (!weft__size_add(len, ARENA_ALIGN, &block_len))
            return NULL;
        arena_block *block = arena_add_block(arena, &arena->large, block_len);
        return block ? block_bytes(block) : NULL;
    }
    arena_block *block = arena->spare;
    if (block) {
        arena->spare = NULL;
        block->next = arena->blocks;
        arena->blocks = block;
    } else {
        block = arena_add_block(arena, &arena->blocks, arena->block_len);
        if (!block)
            return NULL;
        if (arena->block_len < ARENA_BLOCK_MAX)
            arena->block_len *= 2;
    }
    /* Holds len: the spare is the largest ordinary block so far, and so at least half of block_len. */
    arena_use(arena, block_bytes(block), block->len - ARENA_ALIGN);
    return arena_bump(arena, len, align);
}

void *weft_arena_alloc(weft_arena *arena, size_t len, size_t align)
{
    if (align == 0 || align > ARENA_ALIGN || (align & (align - 1)) != 0)
        return NULL;
    if (ARENA_GAP != 0 && align < 8)
        align = 8; /* the sanitizer's marks have this grain */
    void *ptr = arena_bump(arena, len, align);
    return ptr ? ptr : arena_alloc_slow(arena, len, align);
}

void *weft_arena_alloc_array(weft_arena *arena, size_t n, size_t size, size_t align)
{
    size_t len;
    return weft__size_mul(n, size, &len) ? weft_arena_alloc(arena, len, align) : NULL;
}

weft_str weft_arena_copy_str(weft_arena *arena, weft_str text)
{
    size_t len;
    char *copy = weft__size_add(text.len, 1, &len) ? weft_arena_alloc(arena, len, 1) : NULL;
    if (!copy)
        return weft_str_of(NULL, 0);
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return weft_str_of(copy, text.len);
}

static void arena_free_block(weft_arena *arena, arena_block *block_or_null)
{
    arena_block *block = block_or_null;
    if (!block)
        return;
    size_t len = block->len;
    weft__unpoison(block, len);
    weft__free(&arena->allocator, block, len);
}

static void arena_free_list(weft_arena *arena, arena_block *block)
{
    while (block) {
        arena_block *next = block->next;
        arena_free_block(arena, block);
        block = next;
    }
}

/* More than its first block was used. */
static __attribute__((noinline)) void arena_give_blocks(weft_arena *arena)
{
    arena_block *newest = arena->blocks;
    if (newest) {
        /* A new ordinary block is taken only when there is no spare. */
        arena_free_list(arena, newest->next);
        arena->blocks = NULL;
        arena->spare = newest;
        weft__poison(block_bytes(newest), newest->len - ARENA_ALIGN);
    }
    arena_free_list(arena, arena->large);
    arena->large = NULL;
}

void weft_arena_clear(weft_arena *arena)
{
    if (arena->blocks || arena->large)
        arena_give_blocks(arena);
    arena_use_first(arena);
}

void weft_arena_free(weft_arena *arena_or_null)
{
    if (!arena_or_null)
        return;
    weft_arena *arena = arena_or_null;
    arena_free_block(arena, arena->spare);
    arena_free_list(arena, arena->blocks);
    arena_free_list(arena, arena->large);
    size_t first_len = arena->first_len;
    weft__unpoison(arena, first_len);
    weft_allocator allocator = arena->allocator;
    weft__free(&allocator, arena, first_len);
}
