/* weft_value reads every part of a value, and builds every value, by its table alone. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/codec_types.h"
#include "tests/support/random_value.h"
#include "tests/support/round_trip.h"
#include "weft/value.h"

static weft_arena *new_arena(void)
{
    weft_arena *arena;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    return arena;
}

/* ---- rebuilding: what was read of one value is set in another ---- */

static void rebuild(weft_value from, weft_value to, weft_arena *arena);

#define REBUILD(noun, ctype)                                     \
    do {                                                         \
        ctype part;                                              \
        assert_int_equal(weft_value_get_##noun(from, &part), 0); \
        assert_int_equal(weft_value_set_##noun(to, part), 0);    \
    } while (0)

static void rebuild_integer(weft_value from, weft_value to)
{
    int64_t number;
    uint64_t amount;
    int as_signed = weft_value_get_i64(from, &number), as_unsigned = weft_value_get_u64(from, &amount);
    assert_true(as_signed == 0 || as_unsigned == 0);
    assert_true(as_signed != 0 || as_unsigned == 0 || number < 0);
    if (as_signed == 0)
        assert_int_equal(weft_value_set_i64(to, number), 0);
    if (as_unsigned == 0)
        assert_int_equal(weft_value_set_u64(to, amount), 0);
}

static void rebuild_places(weft_value from, weft_value to, weft_arena *arena)
{
    weft_kind kind = weft_value_kind(from);
    if (kind == WEFT_KIND_LIST || kind == WEFT_KIND_MAP)
        assert_int_equal(weft_value_set_count(to, weft_value_count(from), arena), 0);
    assert_int_equal(weft_value_count(from), weft_value_count(to));
    for (size_t i = 0; i < weft_value_count(from); i++) {
        size_t last_first = weft_value_count(from) - 1 - i; /* maps come to be sorted */
        if (kind == WEFT_KIND_MAP)
            rebuild(weft_value_key_at(from, last_first), weft_value_key_at(to, i), arena);
        size_t place = kind == WEFT_KIND_MAP ? last_first : i;
        rebuild(weft_value_at(from, place), weft_value_at(to, i), arena);
    }
    if (kind == WEFT_KIND_MAP)
        assert_int_equal(weft_value_sort(to), 0);
}

static void rebuild(weft_value from, weft_value to, weft_arena *arena)
{
    switch (weft_value_kind(from)) {
    case WEFT_KIND_BOOL: REBUILD(bool, bool); return;
    case WEFT_KIND_F32:
        if (isnan(*(const float *)from.at)) { /* a signalling one does not come through a double as it is */
            memcpy(to.at, from.at, sizeof(float));
            return;
        }
        REBUILD(f64, double);
        return;
    case WEFT_KIND_F64: REBUILD(f64, double); return;
    case WEFT_KIND_STR: REBUILD(str, weft_str); return;
    case WEFT_KIND_BYTES: REBUILD(bytes, weft_bytes); return;
    case WEFT_KIND_TIMESTAMP: REBUILD(timestamp, weft_timestamp); return;
    case WEFT_KIND_DURATION: REBUILD(duration, weft_duration); return;
    case WEFT_KIND_ENUM: assert_int_equal(weft_value_set_variant(to, weft_value_variant(from)), 0); break;
    case WEFT_KIND_OPTION:
        assert_int_equal(weft_value_set_some(to, arena), 0);
        if (!weft_value_inside(from).type)
            assert_int_equal(weft_value_set_none(to), 0);
        break;
    case WEFT_KIND_STRUCT:
    case WEFT_KIND_LIST:
    case WEFT_KIND_MAP:
    case WEFT_KIND_ARRAY: rebuild_places(from, to, arena); return;
    default: rebuild_integer(from, to); return;
    }
    assert_ptr_equal(weft_value_inside(from).type, weft_value_inside(to).type);
    if (weft_value_inside(from).type)
        rebuild(weft_value_inside(from), weft_value_inside(to), arena);
}

static void value_of_any_type_is_read_and_built(void **state)
{
    /* Goal: a value built of nothing but what was read of another one is equal to it, and has its bytes. */
    (void)state;
    weft_arena *arena = new_arena();
    weft_test_random random = { 5 };
    for (const weft_type *const *type = ct_types; *type; type++) {
        for (unsigned round = 0; round < 60; round++) {
            void *at = weft_arena_alloc(arena, (*type)->c_size, 16);
            weft_test_random_value(&random, *type, 12, 60, arena, at);
            weft_value built, decoded;
            assert_int_equal(weft_value_new(*type, arena, &built), 0);
            rebuild((weft_value){ *type, at }, built, arena);
            assert_true(weft_gen_equal(*type, at, built.at));
            weft_bytes bytes = weft_test_round_trip(*type, built.at, arena);
            assert_int_equal(weft_value_decode(*type, bytes, arena, &decoded, NULL), 0);
            assert_true(weft_gen_equal(*type, at, decoded.at));
            weft_arena_clear(arena);
        }
    }
    weft_arena_free(arena);
}

/* ---- single places ---- */

static void value_begins_with_defaults_and_takes_names(void **state)
{
    /* Goal: a new value has its defaults, fields are found by name, payloads begin with their defaults too. */
    (void)state;
    weft_arena *arena = new_arena();
    weft_value settings, shape;
    bool verbose;
    weft_str name;
    int64_t y;
    assert_int_equal(weft_value_new(&ct_settings_type, arena, &settings), 0);
    assert_int_equal(weft_value_get_bool(weft_value_field(settings, "verbose"), &verbose), 0);
    assert_true(verbose);
    assert_int_equal(weft_value_get_str(weft_value_field(settings, "name"), &name), 0);
    assert_true(weft_str_equal(name, WEFT_STR("weft")));
    assert_null(weft_value_field(settings, "nothing").type);
    assert_null(weft_value_at(settings, 5).type);

    assert_int_equal(weft_value_new(&ct_shape_type, arena, &shape), 0);
    assert_null(weft_value_variant(shape));
    assert_null(weft_value_inside(shape).type);
    assert_int_equal(weft_value_set_variant(shape, "pentagon"), WEFT_ENOENT);
    assert_int_equal(weft_value_set_variant(shape, "rectangle"), 0);
    weft_value corner = weft_value_field(weft_value_inside(shape), "corner");
    assert_int_equal(weft_value_get_i64(weft_value_field(corner, "y"), &y), 0);
    assert_int_equal(y, 7);
    assert_int_equal(((const ct_shape *)shape.at)->as.rectangle.corner.y, 7);
    weft_arena_free(arena);
}

static void value_numbers_must_fit(void **state)
{
    /* Goal: every integer kind takes its extremes and refuses what is one beyond, from either side. */
    (void)state;
    static const struct {
        const weft_type *type;
        int64_t low;
        uint64_t high;
    } kinds[] = { { &weft_type_u8, 0, UINT8_MAX },          { &weft_type_u16, 0, UINT16_MAX },
                  { &weft_type_u32, 0, UINT32_MAX },        { &weft_type_u64, 0, UINT64_MAX },
                  { &weft_type_i8, INT8_MIN, INT8_MAX },    { &weft_type_i16, INT16_MIN, INT16_MAX },
                  { &weft_type_i32, INT32_MIN, INT32_MAX }, { &weft_type_i64, INT64_MIN, INT64_MAX } };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        uint64_t room = 0, amount;
        int64_t number;
        weft_value value = { kinds[i].type, &room };
        assert_int_equal(weft_value_set_i64(value, kinds[i].low), 0);
        assert_int_equal(weft_value_get_i64(value, &number), 0);
        assert_int_equal(number, kinds[i].low);
        if (kinds[i].low < 0)
            assert_int_equal(weft_value_get_u64(value, &amount), WEFT_EMSGSIZE);
        if (kinds[i].low > INT64_MIN)
            assert_int_equal(weft_value_set_i64(value, kinds[i].low - 1), WEFT_EMSGSIZE);
        assert_int_equal(weft_value_set_u64(value, kinds[i].high), 0);
        assert_int_equal(weft_value_get_u64(value, &amount), 0);
        assert_int_equal(amount, kinds[i].high);
        if (kinds[i].high < UINT64_MAX)
            assert_int_equal(weft_value_set_u64(value, kinds[i].high + 1), WEFT_EMSGSIZE);
        else
            assert_int_equal(weft_value_get_i64(value, &number), WEFT_EMSGSIZE);
    }
}

static void value_of_another_kind_is_refused(void **state)
{
    /* Goal: reading and setting what a kind has not is an error, also of no value at all, and changes nothing. */
    (void)state;
    weft_arena *arena = new_arena();
    for (const weft_type *const *type = ct_types; *type; type++) {
        weft_value value, other;
        assert_int_equal(weft_value_new(*type, arena, &value), 0);
        assert_int_equal(weft_value_new(*type, arena, &other), 0);
        weft_kind kind = weft_value_kind(value);
        if (kind != WEFT_KIND_LIST && kind != WEFT_KIND_MAP)
            assert_int_equal(weft_value_set_count(value, 1, arena), WEFT_EINVAL);
        if (kind != WEFT_KIND_OPTION)
            assert_int_equal(weft_value_set_some(value, arena), WEFT_EINVAL);
        if (kind != WEFT_KIND_OPTION)
            assert_int_equal(weft_value_set_none(value), WEFT_EINVAL);
        if (kind != WEFT_KIND_ENUM)
            assert_int_equal(weft_value_set_variant(value, "red"), WEFT_EINVAL);
        if (kind != WEFT_KIND_MAP)
            assert_int_equal(weft_value_sort(value), WEFT_EINVAL);
        if (kind < WEFT_KIND_STRUCT) /* the setter of its own kind fits */
            continue;
        assert_int_equal(weft_value_set_u64(value, 1), WEFT_EINVAL);
        assert_int_equal(weft_value_set_bool(value, true), WEFT_EINVAL);
        assert_int_equal(weft_value_set_str(value, WEFT_STR("x")), WEFT_EINVAL);
        assert_int_equal(weft_value_set_f64(value, 1), WEFT_EINVAL);
        assert_true(weft_gen_equal(*type, value.at, other.at));
    }
    weft_value none = { NULL, NULL };
    weft_bytes bytes;
    uint64_t number;
    assert_int_equal(weft_value_kind(none), 0);
    assert_int_equal(weft_value_count(none), 0);
    assert_int_equal(weft_value_get_u64(none, &number), WEFT_EINVAL);
    assert_int_equal(weft_value_get_bytes(none, &bytes), WEFT_EINVAL);
    assert_null(weft_value_at(none, 0).type);
    assert_null(weft_value_field(weft_value_at(none, 0), "x").type);
    uint8_t four[4] = { 0 };
    assert_int_equal(weft_value_set_bytes((weft_value){ &ct_quad_type, four }, weft_bytes_of("abc", 3)), WEFT_EMSGSIZE);
    weft_arena_free(arena);
}

static void value_map_is_read_by_key(void **state)
{
    /* Goal: a map with string keys is read by them, and a key that stands twice is found. */
    (void)state;
    weft_arena *arena = new_arena();
    weft_value map;
    assert_int_equal(weft_value_new(&ct_node_named_type, arena, &map), 0);
    assert_int_equal(weft_value_set_count(map, 2, arena), 0);
    assert_int_equal(weft_value_set_str(weft_value_key_at(map, 0), WEFT_STR("b")), 0);
    assert_int_equal(weft_value_set_str(weft_value_key_at(map, 1), WEFT_STR("a")), 0);
    assert_int_equal(weft_value_set_i64(weft_value_field(weft_value_at(map, 0), "value"), 11), 0);
    assert_int_equal(weft_value_sort(map), 0);
    int64_t number;
    assert_int_equal(weft_value_get_i64(weft_value_field(weft_value_field(map, "b"), "value"), &number), 0);
    assert_int_equal(number, 11);
    assert_null(weft_value_field(map, "c").type);
    assert_int_equal(weft_value_set_str(weft_value_key_at(map, 0), WEFT_STR("b")), 0);
    assert_int_equal(weft_value_sort(map), WEFT_EINVAL);
    weft_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value_of_any_type_is_read_and_built),
        cmocka_unit_test(value_begins_with_defaults_and_takes_names),
        cmocka_unit_test(value_numbers_must_fit),
        cmocka_unit_test(value_of_another_kind_is_refused),
        cmocka_unit_test(value_map_is_read_by_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
