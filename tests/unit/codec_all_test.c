/* Round trips of random values of every type of tests/idl/good/all.weft, through the code that weftc makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "all.weft.h"
#include "tests/support/random_value.h"
#include "tests/support/round_trip.h"
#include "tests/support/rules.h"
#include "tests/support/type_set.h"

enum { DEPTH = 14, SIZE = 80 };

static const weft_test_type_set *all_types(void)
{
    static weft_test_type_set set;
    if (set.n == 0) {
        weft_test_type_set_add(&set, &tall_everything_type);
        weft_test_type_set_add(&set, &tall_legacy_type);
        weft_test_type_set_add(&set, &tall_renamed_struct_type);
        weft_test_type_set_add_service(&set, &tall_all_service);
    }
    return &set;
}

static void round_trips(uint64_t seed, unsigned rounds, unsigned depth, unsigned size)
{
    weft_arena *arena;
    weft_test_random random = { seed };
    const weft_test_type_set *set = all_types();
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    for (unsigned round = 0; round < rounds; round++) {
        for (size_t i = 0; i < set->n; i++) {
            void *value = weft_arena_alloc(arena, set->types[i]->c_size, 16);
            weft_test_random_value(&random, set->types[i], depth, size, arena, value);
            weft_test_round_trip(set->types[i], value, arena);
            weft_arena_clear(arena);
        }
    }
    weft_arena_free(arena);
}

static void all_types_are_met(void **state)
{
    /* Goal: the walk reaches the types of the whole file, so that the other tests mean what they say. */
    (void)state;
    const weft_test_type_set *set = all_types();
    bool kinds[WEFT_KIND_OPTION + 1] = { false };
    size_t n_named = 0;
    for (size_t i = 0; i < set->n; i++) {
        kinds[set->types[i]->kind] = true;
        n_named += set->types[i]->name != NULL;
        assert_int_equal(set->types[i]->abi, WEFT_GEN_ABI);
    }
    for (int kind = WEFT_KIND_BOOL; kind <= WEFT_KIND_OPTION; kind++)
        assert_true(kinds[kind]);
    assert_true(n_named >= 25);
    assert_true(set->n < WEFT_TEST_TYPES_MAX);
}

static void all_random_values_go_round(void **state)
{
    /* Goal: bytes equal msgpack-c's, values come back equal, for fixed seeds and one that nobody chose. */
    (void)state;
    WEFT_RULE("schema.positional");
    round_trips(1, 12, DEPTH, SIZE);
    round_trips(2, 2, 64, SIZE * 10);
    round_trips(weft_test_fresh_seed(), 8, DEPTH, SIZE);
}

static void all_defaults_are_values(void **state)
{
    /* Goal: what init makes prints and is equal to itself; a struct without enums in it goes round. */
    (void)state;
    weft_arena *arena;
    const weft_test_type_set *set = all_types();
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    for (size_t i = 0; i < set->n; i++) {
        void *value = weft_arena_alloc(arena, set->types[i]->c_size, 16);
        weft_gen_init(set->types[i], value);
        assert_true(weft_gen_equal(set->types[i], value, value));
        weft_str text = weft_test_print(set->types[i], value, arena);
        assert_true(weft_test_is_json(text.ptr, text.len));
        weft_arena_clear(arena);
    }
    tall_defaults defaults;
    weft_gen_init(&tall_defaults_type, &defaults);
    weft_test_round_trip(&tall_defaults_type, &defaults, arena);
    assert_int_equal(defaults.nested.level, 3);
    assert_int_equal(defaults.color.kind, TALL_COLOR_GREEN);
    assert_true(defaults.b64 == INT64_MIN && defaults.a64 == UINT64_MAX && defaults.flag);
    weft_arena_free(arena);
}

static void all_broken_bytes_are_refused_or_go_round(void **state)
{
    /* Goal: cut or changed bytes never half fill a value of any of these types. */
    (void)state;
    weft_arena *arena;
    weft_test_random random = { 4 };
    const weft_test_type_set *set = all_types();
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    for (size_t i = 0; i < set->n; i++) {
        void *value = weft_arena_alloc(arena, set->types[i]->c_size, 16);
        weft_test_random_value(&random, set->types[i], 8, 6, arena, value);
        weft_bytes bytes = weft_test_round_trip(set->types[i], value, arena);
        if (bytes.len <= 2048)
            weft_test_break(set->types[i], bytes, i, arena);
        weft_arena_clear(arena);
    }
    weft_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_types_are_met),
        cmocka_unit_test(all_random_values_go_round),
        cmocka_unit_test(all_defaults_are_values),
        cmocka_unit_test(all_broken_bytes_are_refused_or_go_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
