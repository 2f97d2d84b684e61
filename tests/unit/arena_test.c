/* The arena: alignment, growth, what clear keeps, and lack of memory. */
#include "runtime/base/mem.h"
#include "tests/support/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Many sizes and alignments: each piece aligned, none over another, all intact at the end. */
static void arena_use(weft_test_alloc *alloc, void *user)
{
    const bool *is_small = user;
    enum { PIECES = 400 };
    static uint8_t *pieces[PIECES];
    static size_t lens[PIECES];
    weft_arena *arena = NULL;
    int status =
        *is_small ? weft__arena_new_small(&alloc->allocator, &arena) : weft_arena_new(&alloc->allocator, &arena);
    if (status == 0)
        assert_int_equal(alloc->live_bytes, *is_small ? 128 : 1024);
    if (alloc->failed) {
        assert_int_equal(status, WEFT_ENOMEM);
        assert_null(arena);
        return;
    }
    assert_int_equal(status, 0);
    for (size_t i = 0; i < PIECES; i++) {
        lens[i] = i % 50 == 49 ? 3000 * (i / 50 + 1) : i * 7 % 97;
        size_t align = (size_t)1 << i % 5;
        pieces[i] = weft_arena_alloc(arena, lens[i], align);
        if (!pieces[i]) {
            assert_true(alloc->failed);
            lens[i] = 0;
            continue;
        }
        assert_int_equal((uintptr_t)pieces[i] & (align - 1), 0);
        memset(pieces[i], (int)(i & 0xff), lens[i]);
    }
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t at = 0; at < lens[i]; at++)
            assert_int_equal(pieces[i][at], i & 0xff);
    }
    weft_arena_clear(arena);
    weft_arena_free(arena);
}

static void arena_pieces_are_aligned_and_apart(void **state)
{
    /* Goal: what is allocated is aligned, apart and lasting, and no failing allocation leaks or crashes. */
    (void)state;
    for (int small = 0; small < 2; small++) {
        bool is_small = small == 1;
        weft_test_alloc_each(arena_use, &is_small);
    }
}

static void arena_same_work_again_allocates_nothing(void **state)
{
    /* Goal: after a few rounds of the same work a cleared arena asks its allocator for nothing more. */
    (void)state;
    weft_test_alloc alloc;
    weft_arena *arena;
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft_arena_new(&alloc.allocator, &arena), 0);
    for (unsigned round = 0; round < 12; round++) {
        if (round == 8)
            weft_test_alloc_fail(&alloc, 1, true);
        for (unsigned i = 0; i < 300; i++)
            assert_non_null(weft_arena_alloc(arena, 40, 8));
        weft_arena_clear(arena);
    }
    assert_int_equal(alloc.n_requests, 0);
    weft_arena_free(arena);
    weft_test_alloc_assert_empty(&alloc);
}

/* An allocator that knows where its newest blocks lie. */
typedef struct known_blocks {
    struct {
        uint8_t *at;
        size_t len;
    } blocks[4];
    size_t n;
} known_blocks;

static void *known_realloc(void *ctx, void *ptr, size_t old_len, size_t new_len)
{
    known_blocks *known = ctx;
    (void)old_len;
    if (new_len == 0) {
        free(ptr);
        return NULL;
    }
    assert_null(ptr);
    assert_true(known->n < 4);
    known->blocks[known->n].len = new_len;
    known->blocks[known->n].at = malloc(new_len);
    return known->blocks[known->n++].at;
}

static void arena_alignment_at_the_end_of_a_block_stays_inside(void **state)
{
    /* Goal: where alignment takes what is left of a block, the piece comes from the next one. */
    (void)state;
    for (size_t len = 800; len < 1024; len++) {
        known_blocks known = { .n = 0 };
        weft_allocator allocator = { known_realloc, &known };
        weft_arena *arena;
        bool inside = false;
        assert_int_equal(weft_arena_new(&allocator, &arena), 0);
        assert_non_null(weft_arena_alloc(arena, len, 1));
        uint8_t *piece = weft_arena_alloc(arena, 8, 16);
        for (size_t i = 0; i < known.n; i++)
            inside = inside || (piece >= known.blocks[i].at && piece + 8 <= known.blocks[i].at + known.blocks[i].len);
        assert_true(inside);
        weft_arena_free(arena);
    }
}

static void arena_small_work_is_one_allocation(void **state)
{
    /* Goal: an arena with little in it costs a single allocation. */
    (void)state;
    weft_test_alloc alloc;
    weft_arena *arena;
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft_arena_new(&alloc.allocator, &arena), 0);
    assert_non_null(weft_arena_alloc(arena, 500, 16));
    assert_int_equal(alloc.n_requests, 1);
    weft_arena_free(arena);
}

static void arena_clear_gives_large_blocks_back(void **state)
{
    /* Goal: what a cleared arena keeps is bounded, whatever was in it. */
    (void)state;
    weft_test_alloc alloc;
    weft_arena *arena;
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft_arena_new(&alloc.allocator, &arena), 0);
    for (unsigned i = 0; i < 100; i++) {
        assert_non_null(weft_arena_alloc(arena, 1000000, 16));
        for (unsigned j = 0; j < 1000; j++)
            assert_non_null(weft_arena_alloc(arena, 100, 1));
    }
    weft_arena_clear(arena);
    assert_true(alloc.live_bytes <= 70000);
    weft_arena_free(arena);
    weft_test_alloc_assert_empty(&alloc);
}

static void arena_impossible_sizes_are_refused(void **state)
{
    /* Goal: overflowing sizes and alignments that are none give NULL and nothing else. */
    (void)state;
    weft_arena *arena;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    assert_null(weft_arena_alloc(arena, SIZE_MAX, 1));
    assert_null(weft_arena_alloc(arena, SIZE_MAX - 8, 16));
    assert_null(weft_arena_alloc(arena, (size_t)PTRDIFF_MAX + 1, 8));
    assert_null(weft_arena_alloc_array(arena, SIZE_MAX / 2, 4, 8));
    assert_null(weft_arena_alloc(arena, 8, 3));
    assert_null(weft_arena_alloc(arena, 8, 0));
    assert_null(weft_arena_alloc(arena, 8, 32));
    assert_null(weft_arena_copy_str(arena, weft_str_of("x", SIZE_MAX)).ptr);
    assert_non_null(weft_arena_alloc(arena, 0, 1));
    assert_non_null(weft_arena_alloc(arena, 8, 8));
    weft_arena_free(arena);
    weft_arena_free(NULL);
}

static void arena_copy_str_ends_in_nul(void **state)
{
    /* Goal: a copied string is equal, elsewhere, and NUL-terminated; also an empty one. */
    (void)state;
    weft_arena *arena;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    weft_str text = WEFT_STR("mended");
    weft_str copy = weft_arena_copy_str(arena, text);
    assert_true(weft_str_equal(copy, text));
    assert_ptr_not_equal(copy.ptr, text.ptr);
    assert_int_equal(copy.ptr[copy.len], '\0');
    copy = weft_arena_copy_str(arena, weft_str_of(NULL, 0));
    assert_int_equal(copy.len, 0);
    assert_int_equal(copy.ptr[0], '\0');
    weft_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_pieces_are_aligned_and_apart),
        cmocka_unit_test(arena_same_work_again_allocates_nothing),
        cmocka_unit_test(arena_small_work_is_one_allocation),
        cmocka_unit_test(arena_clear_gives_large_blocks_back),
        cmocka_unit_test(arena_impossible_sizes_are_refused),
        cmocka_unit_test(arena_copy_str_ends_in_nul),
        cmocka_unit_test(arena_alignment_at_the_end_of_a_block_stays_inside),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
