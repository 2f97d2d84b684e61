/* Types that no compiler has seen get their C side: the codec works by them as by compiled tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/schema/layout.h"
#include "tests/support/alloc.h"
#include "tests/support/bare.h"
#include "tests/support/codec_types.h"
#include "tests/support/random_value.h"
#include "tests/support/round_trip.h"

static weft_arena *arena_of(const weft_allocator *allocator_or_null)
{
    weft_arena *arena;
    assert_int_equal(weft_arena_new(allocator_or_null, &arena), 0);
    return arena;
}

static void layout_of_every_type_serves_the_codec(void **state)
{
    /* Goal: random values of a laid out type go round, and its bytes are those of the compiled type. */
    (void)state;
    weft_arena *tables = arena_of(NULL), *arena = arena_of(NULL);
    weft_test_random random = { 11 };
    for (const weft_type *const *type = ct_types; *type; type++) {
        const weft_type *bare = weft_test_bare(*type, tables);
        assert_int_equal(weft__layout(NULL, bare), 0);
        for (unsigned round = 0; round < 40; round++) {
            void *value = weft_arena_alloc(arena, bare->c_size, 16);
            weft_test_random_value(&random, bare, 12, 60, arena, value);
            weft_bytes bytes = weft_test_round_trip(bare, value, arena);
            void *compiled = weft_arena_alloc(arena, (*type)->c_size, 16);
            assert_int_equal(weft_gen_decode(*type, bytes, arena, compiled, NULL), 0);
            weft_bytes again = weft_test_round_trip(*type, compiled, arena);
            assert_int_equal(again.len, bytes.len);
            assert_memory_equal(again.ptr, bytes.ptr, bytes.len);
            weft_gen_init(bare, value);
            weft_arena_clear(arena);
        }
    }
    weft_arena_free(arena);
    weft_arena_free(tables);
}

static void layout_done_once_stays(void **state)
{
    /* Goal: a second run, also by another way in, changes nothing. */
    (void)state;
    weft_arena *tables = arena_of(NULL);
    for (const weft_type *const *type = ct_types; *type; type++) {
        const weft_type *bare = weft_test_bare(*type, tables);
        assert_int_equal(weft__layout(NULL, bare), 0);
        weft_type before = *bare;
        assert_int_equal(weft__layout(NULL, bare), 0);
        assert_memory_equal(&before, bare, sizeof before);
        assert_int_equal(weft__layout(NULL, *type), 0);
    }
    weft_arena_free(tables);
}

/* ---- what has no layout ---- */

/* struct S { f: field_type; … } n times */
static void struct_of(weft_type *ret_type, weft_field *fields, const weft_type *const *types, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        fields[i] = (weft_field){ .name = "f", .type = types[i] };
    *ret_type = (weft_type){ .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT, .n = n, .fields = fields };
}

static weft_type wrap_of(weft_kind kind, const weft_type *element, uint32_t n)
{
    return (weft_type){ .abi = WEFT_GEN_ABI, .kind = (uint8_t)kind, .n = n, .element = element };
}

static void layout_of_what_holds_itself_is_refused(void **state)
{
    /* Goal: cycles by value, by way of fields, arrays, options of arrays and payloads, are errors that leave the tables
     * as they were; by way of lists and options of structs they are none. */
    (void)state;
    weft_type s = { 0 };
    weft_type array = wrap_of(WEFT_KIND_ARRAY, &s, 2), option = wrap_of(WEFT_KIND_OPTION, &array, 0);
    weft_variant variant = { .name = "v", .payload = &s };
    weft_type choice = { .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_ENUM, .n = 1, .variants = &variant };
    weft_type list = wrap_of(WEFT_KIND_LIST, &array, 0), pointer = wrap_of(WEFT_KIND_OPTION, &s, 0);
    weft_field fields[3];
    const weft_type *const bad[] = { &s, &array, &option, &choice, NULL };
    for (size_t i = 0; bad[i]; i++) {
        struct_of(&s, fields, (const weft_type *[]){ &pointer, &list, bad[i] }, 3);
        assert_int_equal(weft__layout(NULL, &s), WEFT_EINVAL);
        assert_int_equal(weft__layout(NULL, &list), WEFT_EINVAL);
        assert_int_equal(s.c_size | list.c_size | pointer.c_size, 0);
    }
    struct_of(&s, fields, (const weft_type *[]){ &pointer, &list }, 2);
    assert_int_equal(weft__layout(NULL, &s), 0);
    assert_int_equal(s.c_size, 3 * sizeof(void *));
    assert_int_equal(pointer.flags, WEFT_TYPE_INDIRECT);
}

static void layout_of_what_is_too_large_is_refused(void **state)
{
    /* Goal: 64 KiB is the most, for arrays whose product overflows too, for structs that double, for pairs of maps. */
    (void)state;
    weft_type fits = wrap_of(WEFT_KIND_ARRAY, &weft_type_u64, 8192), inner = wrap_of(WEFT_KIND_ARRAY, &weft_type_u8, 1);
    assert_int_equal(weft__layout(NULL, &fits), 0);
    assert_int_equal(fits.c_size, WEFT__LAYOUT_SIZE_MAX);
    weft_type over[] = { wrap_of(WEFT_KIND_ARRAY, &weft_type_u64, 8193), wrap_of(WEFT_KIND_ARRAY, &fits, UINT32_MAX),
                         wrap_of(WEFT_KIND_OPTION, &fits, 0), wrap_of(WEFT_KIND_MAP, &fits, 0) };
    over[3].key = &weft_type_bool;
    for (size_t i = 0; i < sizeof over / sizeof *over; i++)
        assert_int_equal(weft__layout(NULL, &over[i]), WEFT_EMSGSIZE);
    weft_type none = wrap_of(WEFT_KIND_ARRAY, &inner, 0);
    assert_int_equal(weft__layout(NULL, &none), WEFT_EINVAL);
    enum { DOUBLINGS = 20 };
    weft_type types[DOUBLINGS];
    weft_field fields[DOUBLINGS][2];
    struct_of(&types[0], fields[0], (const weft_type *[]){ &weft_type_u8, &weft_type_u8 }, 2);
    for (int i = 1; i < DOUBLINGS; i++)
        struct_of(&types[i], fields[i], (const weft_type *[]){ &types[i - 1], &types[i - 1] }, 2);
    assert_int_equal(weft__layout(NULL, &types[DOUBLINGS - 1]), WEFT_EMSGSIZE);
    assert_int_equal(weft__layout(NULL, &types[15]), 0);
    assert_int_equal(types[15].c_size, 65536);
}

static void layout_of_long_chains_needs_no_stack(void **state)
{
    /* Goal: types that refer to one another 100,000 deep are laid out; by value only some hundreds are taken. */
    (void)state;
    enum { N = 100000 };
    weft_arena *arena = arena_of(NULL);
    weft_type *types = weft_arena_alloc(arena, 2 * (size_t)N * sizeof *types, 8);
    weft_field *fields = weft_arena_alloc(arena, (size_t)N * sizeof *fields, 8);
    struct_of(&types[0], fields, (const weft_type *[]){ &weft_type_u8 }, 1);
    for (int i = 1; i < N; i++) {
        types[N + i] = wrap_of(i % 2 ? WEFT_KIND_LIST : WEFT_KIND_OPTION, &types[i - 1], 0);
        struct_of(&types[i], fields + i, (const weft_type *[]){ &types[N + i] }, 1);
    }
    assert_int_equal(weft__layout(NULL, &types[N - 1]), 0);
    assert_int_not_equal(types[0].c_size, 0);
    for (int i = 1; i < N; i++)
        struct_of(&types[i], fields + i, (const weft_type *[]){ &types[i - 1] }, 1);
    assert_int_equal(weft__layout(NULL, &types[N - 1]), WEFT_EINVAL);
    types[0].c_size = 0;
    assert_int_equal(weft__layout(NULL, &types[WEFT__LAYOUT_DEPTH_MAX]), WEFT_EINVAL);
    assert_int_equal(weft__layout(NULL, &types[WEFT__LAYOUT_DEPTH_MAX - 1]), 0);
    weft_arena_free(arena);
}

static void lay_out_once(weft_test_alloc *alloc, void *user)
{
    weft_arena *arena = arena_of(NULL);
    for (const weft_type *const *type = ct_types; *type; type++) {
        const weft_type *bare = weft_test_bare(*type, arena);
        int status = weft__layout(&alloc->allocator, bare);
        assert_true(status == 0 || (alloc->failed && status == WEFT_ENOMEM));
        assert_int_equal(status != 0, bare->c_size == 0);
    }
    weft_arena_free(arena);
    (void)user;
}

static void layout_out_of_memory_leaves_the_tables(void **state)
{
    /* Goal: each allocation that fails is an error, and nothing is half laid out. */
    (void)state;
    weft_test_alloc_each(lay_out_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout_of_every_type_serves_the_codec),
        cmocka_unit_test(layout_done_once_stays),
        cmocka_unit_test(layout_of_what_holds_itself_is_refused),
        cmocka_unit_test(layout_of_what_is_too_large_is_refused),
        cmocka_unit_test(layout_of_long_chains_needs_no_stack),
        cmocka_unit_test(layout_out_of_memory_leaves_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
