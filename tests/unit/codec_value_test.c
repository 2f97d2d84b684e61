/* Values as such: defaults, copies, equality, the order of maps, and how they print. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/schema/codec.h"
#include "tests/support/codec_types.h"
#include "tests/support/random.h"
#include "tests/support/round_trip.h"

static int setup(void **state)
{
    weft_arena *arena;
    if (weft_arena_new(NULL, &arena))
        return -1;
    *state = arena;
    return 0;
}

static int teardown(void **state)
{
    weft_arena_free(*state);
    return 0;
}

/* ---- init
 * ---------------------------------------------------------------------------------------------------------------- */

static void init_struct_has_its_defaults(void **state)
{
    /* Goal: fields have their defaults, those of a struct inside too, and everything else is zero. */
    (void)state;
    ct_settings settings;
    memset(&settings, 0xff, sizeof settings);
    weft_gen_init(&ct_settings_type, &settings);
    assert_true(settings.verbose);
    assert_true(weft_str_equal(settings.name, WEFT_STR("weft")));
    assert_int_equal(settings.secret.len, 0);
    assert_int_equal(settings.origin.x, 0);
    assert_int_equal(settings.origin.y, 7);
    assert_null(settings.tags.items);
    ct_mixed mixed;
    memset(&mixed, 0xff, sizeof mixed);
    weft_gen_init(&ct_mixed_type, &mixed);
    assert_int_equal(mixed.points[0].y, 7);
    assert_int_equal(mixed.points[1].y, 7);
    assert_int_equal(mixed.color.kind, CT_COLOR_UNKNOWN);
    assert_false(mixed.twice.has);
    assert_null(mixed.point);
    assert_int_equal(mixed.by_number.len, 0);
}

/* ---- copy and equality
 * ----------------------------------------------------------------------------------------------------- */

static void copy_shares_nothing_with_the_original(void **state)
{
    /* Goal: what the original points at may change afterwards; copying a value onto itself works. */
    char name[] = "name";
    ct_record record = { 1, 2, { name, 4 }, { (const uint8_t *)name, 4 } }, copy;
    assert_int_equal(weft_gen_copy(&ct_record_type, &copy, &record, *state), 0);
    assert_int_equal(weft_gen_copy(&ct_record_type, &record, &record, *state), 0);
    name[0] = 'X';
    assert_true(weft_str_equal(copy.name, WEFT_STR("name")));
    assert_true(weft_str_equal(record.name, WEFT_STR("name")));
    assert_true(weft_gen_equal(&ct_record_type, &copy, &record));
}

static void copy_keeps_unknown_and_refuses_kinds_that_do_not_exist(void **state)
{
    /* Goal: UNKNOWN is a value that may be held; a kind beyond the table is a mistake, since nobody knows its payload.
     */
    ct_shape unknown = { .kind = CT_SHAPE_UNKNOWN }, copy = { .kind = CT_SHAPE_TEXT };
    assert_int_equal(weft_gen_copy(&ct_shape_type, &copy, &unknown, *state), 0);
    assert_int_equal(copy.kind, CT_SHAPE_UNKNOWN);
    unknown.kind = (ct_shape_kind)7;
    assert_int_equal(weft_gen_copy(&ct_shape_type, &copy, &unknown, *state), WEFT_EINVAL);
    assert_int_equal(copy.kind, CT_SHAPE_UNKNOWN);
}

static void copy_gives_empty_strings_a_pointer(void **state)
{
    /* Goal: the promise that a decoded string's ptr is not NULL holds for copies of what was never decoded. */
    ct_record record, copy;
    weft_gen_init(&ct_record_type, &record);
    assert_int_equal(weft_gen_copy(&ct_record_type, &copy, &record, *state), 0);
    assert_non_null(copy.name.ptr);
    assert_non_null(copy.data.ptr);
}

static void equal_numbers_compare_as_documented(void **state)
{
    /* Goal: NaN equals NaN of the same bits and no other number; zeros are equal. */
    (void)state;
    const uint64_t bits[2] = { UINT64_C(0x7ff8000000000000), UINT64_C(0x7ff8000000000001) };
    double nan, other, zero = 0.0, minus = -0.0;
    memcpy(&nan, &bits[0], sizeof nan);
    memcpy(&other, &bits[1], sizeof other);
    assert_true(weft_gen_equal(&weft_type_f64, &nan, &nan));
    assert_false(weft_gen_equal(&weft_type_f64, &nan, &other));
    assert_false(weft_gen_equal(&weft_type_f64, &nan, &zero));
    assert_true(weft_gen_equal(&weft_type_f64, &zero, &minus));
}

static void equal_sees_every_part(void **state)
{
    /* Goal: a difference anywhere is seen: kind, payload, presence, length, key, element. */
    (void)state;
    ct_shape circle = { .kind = CT_SHAPE_CIRCLE, .as.circle = 1 }, other = circle;
    assert_true(weft_gen_equal(&ct_shape_type, &circle, &other));
    other.as.circle = 2;
    assert_false(weft_gen_equal(&ct_shape_type, &circle, &other));
    other.kind = CT_SHAPE_NOTHING;
    assert_false(weft_gen_equal(&ct_shape_type, &circle, &other));
    ct_point one = { 1, 1 }, same = { 1, 1 }, two = { 1, 2 };
    const ct_point *a = &one, *b = &same, *c = &two, *none = NULL;
    assert_true(weft_gen_equal(&ct_maybe_point_type, &a, &b));
    assert_false(weft_gen_equal(&ct_maybe_point_type, &a, &c));
    assert_false(weft_gen_equal(&ct_maybe_point_type, &a, &none));
    assert_true(weft_gen_equal(&ct_maybe_point_type, &none, &none));
    ct_i32_bytes_pair pairs[] = { { 1, { (const uint8_t *)"a", 1 } }, { 2, { (const uint8_t *)"a", 1 } } };
    ct_i32_bytes first = { pairs, 1 }, second = { pairs + 1, 1 }, both = { pairs, 2 };
    assert_false(weft_gen_equal(&ct_i32_bytes_type, &first, &second));
    assert_false(weft_gen_equal(&ct_i32_bytes_type, &first, &both));
    assert_true(weft_gen_equal(&ct_i32_bytes_type, &both, &both));
}

/* ---- maps
 * ------------------------------------------------------------------------------------------------------------------ */

static void sort_orders_pairs_and_finds_duplicates(void **state)
{
    /* Goal: any order of any number of pairs becomes ascending, values stay with their keys, a key twice is an error.
     */
    (void)state;
    weft_test_random random = { 5 };
    enum { N_MAX = 200 };
    ct_i32_bytes_pair pairs[N_MAX];
    static const uint8_t marks[N_MAX];
    for (size_t n = 0; n <= N_MAX; n++) {
        for (size_t i = 0; i < n; i++)
            pairs[i] = (ct_i32_bytes_pair){ (int32_t)i - 100, { marks + i, 1 } };
        for (size_t i = n; i-- > 1;) {
            size_t j = weft_test_random_below(&random, i + 1);
            ct_i32_bytes_pair held = pairs[i];
            pairs[i] = pairs[j];
            pairs[j] = held;
        }
        assert_int_equal(weft_gen_sort(&ct_i32_bytes_type, pairs, n), 0);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(pairs[i].key, (int32_t)i - 100);
            assert_ptr_equal(pairs[i].value.ptr, marks + i);
        }
    }
    pairs[50].key = pairs[120].key;
    assert_int_equal(weft_gen_sort(&ct_i32_bytes_type, pairs, N_MAX), WEFT_EINVAL);
    assert_int_equal(weft_gen_sort(&ct_points_type, pairs, N_MAX), WEFT_EINVAL);
}

static void find_gives_the_value_of_each_key(void **state)
{
    /* Goal: every key of the map is found, others are not, in maps of every length. */
    (void)state;
    ct_i32_bytes_pair pairs[40];
    for (int32_t i = 0; i < 40; i++)
        pairs[i] = (ct_i32_bytes_pair){ i * 2, { NULL, 0 } };
    for (size_t n = 0; n <= 40; n++) {
        ct_i32_bytes map = { pairs, n };
        for (int32_t key = -1; key <= 80; key++) {
            const void *found = weft_gen_find(&ct_i32_bytes_type, &map, &key);
            bool there = key % 2 == 0 && key >= 0 && (size_t)key / 2 < n;
            assert_ptr_equal(found, there ? &pairs[key / 2].value : NULL);
        }
    }
    assert_null(weft_gen_find(&ct_points_type, pairs, pairs));
}

static void keys_compare_by_value_and_bytes(void **state)
{
    /* Goal: numbers by value with their sign, strings by unsigned bytes and then length. */
    (void)state;
    assert_true(weft__key_compare(&weft_type_i8, &(int8_t){ -1 }, &(int8_t){ 0 }) < 0);
    assert_true(weft__key_compare(&weft_type_u8, &(uint8_t){ 255 }, &(uint8_t){ 0 }) > 0);
    assert_true(weft__key_compare(&weft_type_u64, &(uint64_t){ UINT64_MAX }, &(uint64_t){ 1 }) > 0);
    assert_true(weft__key_compare(&weft_type_i64, &(int64_t){ INT64_MIN }, &(int64_t){ 1 }) < 0);
    assert_true(weft__key_compare(&weft_type_bool, &(bool){ false }, &(bool){ true }) < 0);
    weft_str z = WEFT_STR("z"), umlaut = WEFT_STR("\xc3\xa4"), zz = WEFT_STR("zz"), empty = { NULL, 0 };
    assert_true(weft__key_compare(&weft_type_str, &z, &umlaut) < 0);
    assert_true(weft__key_compare(&weft_type_str, &z, &zz) < 0);
    assert_true(weft__key_compare(&weft_type_str, &empty, &z) < 0);
    assert_true(weft__key_compare(&weft_type_str, &empty, &empty) == 0);
}

/* ---- print
 * ------------------------------------------------------------------------------------------------------------------ */

static void prints(void **state, const weft_type *type, const void *value, const char *text)
{
    weft_str got = weft_test_print(type, value, *state);
    assert_string_equal(got.len ? got.ptr : "", text);
    assert_true(weft_test_is_json(got.ptr, got.len));
}

static void print_scalars_as_json(void **state)
{
    /* Goal: each scalar as documented, JSON's own limits respected. */
    prints(state, &weft_type_bool, &(bool){ true }, "true");
    prints(state, &weft_type_u64, &(uint64_t){ UINT64_MAX }, "\"18446744073709551615\"");
    prints(state, &weft_type_u64, &(uint64_t){ UINT64_C(9007199254740991) }, "9007199254740991");
    prints(state, &weft_type_u64, &(uint64_t){ UINT64_C(9007199254740992) }, "\"9007199254740992\"");
    prints(state, &weft_type_i64, &(int64_t){ -INT64_C(9007199254740991) }, "-9007199254740991");
    prints(state, &weft_type_i64, &(int64_t){ -INT64_C(9007199254740992) }, "\"-9007199254740992\"");
    prints(state, &weft_type_i64, &(int64_t){ INT64_MIN }, "\"-9223372036854775808\"");
    prints(state, &weft_type_i8, &(int8_t){ -128 }, "-128");
    prints(state, &weft_type_str, &(weft_str)WEFT_STR_INIT("a\"\\\n\x01\x7f\xc3\xa4"),
           "\"a\\\"\\\\\\n\\u0001\\u007f\xc3\xa4\"");
    prints(state, &weft_type_str,
           &(weft_str)WEFT_STR_INIT("a\xff\xfe"
                                    "b"),
           "\"a\xef\xbf\xbd\xef\xbf\xbd"
           "b\"");
    prints(state, &weft_type_bytes, &(weft_bytes){ (const uint8_t *)"\x00\xff\x10\x83", 4 }, "\"AP8Qgw==\"");
    prints(state, &weft_type_bytes, &(weft_bytes){ (const uint8_t *)"any", 3 }, "\"YW55\"");
    prints(state, &weft_type_bytes, &(weft_bytes){ (const uint8_t *)"ab", 2 }, "\"YWI=\"");
    prints(state, &weft_type_bytes, &(weft_bytes){ NULL, 0 }, "\"\"");
    prints(state, &weft_type_f64, &(double){ 0.1 }, "0.1");
    prints(state, &weft_type_f32, &(float){ 0.1f }, "0.1");
    prints(state, &weft_type_f64, &(double){ -0.0 }, "-0.0");
}

static void print_floats_shortest(void **state)
{
    /* Goal: borders of the format, and that every printed number reads back as the same one. */
    const double subnormal = 5e-324, largest = 1.7976931348623157e308;
    prints(state, &weft_type_f64, &subnormal, "5e-324");
    prints(state, &weft_type_f64, &largest, "1.7976931348623157e308");
    prints(state, &weft_type_f64, &(double){ 9007199254740993.0 }, "9007199254740992");
    prints(state, &weft_type_f64, &(double){ 1e17 }, "1e17");
    prints(state, &weft_type_f64, &(double){ 0.00001 }, "0.00001");
    prints(state, &weft_type_f64, &(double){ 1.5e-6 }, "1.5e-6");
    prints(state, &weft_type_f64, &(double){ 1.5e-5 }, "0.000015");
    const uint64_t specials[] = { UINT64_C(0x7ff0000000000000), UINT64_C(0xfff0000000000000),
                                  UINT64_C(0x7ff8000000000000) };
    const char *const texts[] = { "\"Infinity\"", "\"-Infinity\"", "\"NaN\"" };
    for (size_t i = 0; i < 3; i++)
        prints(state, &weft_type_f64, &specials[i], texts[i]);
    weft_test_random random = { 9 };
    char text[WEFT__FLOAT_TEXT_MAX + 1];
    for (int i = 0; i < 3000; i++) {
        uint64_t bits = weft_test_random_next(&random);
        double number;
        float narrow;
        memcpy(&number, &bits, sizeof number);
        memcpy(&narrow, &bits, sizeof narrow);
        text[weft__format_f64(number, text)] = '\0';
        if (text[0] != '"')
            assert_true(strtod(text, NULL) == number);
        text[weft__format_f32(narrow, text)] = '\0';
        if (text[0] != '"')
            assert_true(strtof(text, NULL) == narrow);
    }
}

static void print_times_as_people_write_them(void **state)
{
    /* Goal: RFC 3339 with leap years and fractions, seconds where no year has four digits; durations in seconds. */
    prints(state, &weft_type_timestamp, &(weft_timestamp){ 0, 0 }, "\"1970-01-01T00:00:00Z\"");
    prints(state, &weft_type_timestamp, &(weft_timestamp){ 951782400, 5000000 }, "\"2000-02-29T00:00:00.005Z\"");
    prints(state, &weft_type_timestamp, &(weft_timestamp){ 4107542400, 1 }, "\"2100-03-01T00:00:00.000000001Z\"");
    prints(state, &weft_type_timestamp, &(weft_timestamp){ -1, 999999000 }, "\"1969-12-31T23:59:59.999999Z\"");
    prints(state, &weft_type_timestamp, &(weft_timestamp){ -62135596800, 0 }, "\"0001-01-01T00:00:00Z\"");
    prints(state, &weft_type_timestamp, &(weft_timestamp){ 253402300799, 0 }, "\"9999-12-31T23:59:59Z\"");
    prints(state, &weft_type_timestamp, &(weft_timestamp){ 253402300800, 7 }, "\"@253402300800.000000007\"");
    prints(state, &weft_type_timestamp, &(weft_timestamp){ INT64_MIN, 0 }, "\"@-9223372036854775808.000000000\"");
    prints(state, &weft_type_duration, &(weft_duration){ 1500000000 }, "\"1.500s\"");
    prints(state, &weft_type_duration, &(weft_duration){ -1 }, "\"-0.000000001s\"");
    prints(state, &weft_type_duration, &(weft_duration){ INT64_MIN }, "\"-9223372036.854775808s\"");
    prints(state, &weft_type_duration, &(weft_duration){ 0 }, "\"0s\"");
}

static void print_hides_what_is_sensitive(void **state)
{
    /* Goal: a sensitive field is "***", whatever it holds. */
    ct_settings settings;
    weft_gen_init(&ct_settings_type, &settings);
    settings.secret = WEFT_STR("hunter2");
    prints(state, &ct_settings_type, &settings,
           "{\"verbose\":true,\"name\":\"weft\",\"secret\":\"***\",\"origin\":{\"x\":0,\"y\":7},\"tags\":[]}");
}

static void print_containers_as_json(void **state)
{
    /* Goal: enums, options, maps and arrays as documented. */
    prints(state, &ct_color_type, &(ct_color){ .kind = CT_COLOR_GREEN }, "\"green\"");
    prints(state, &ct_color_type, &(ct_color){ .kind = CT_COLOR_UNKNOWN }, "\"UNKNOWN\"");
    prints(state, &ct_color_type, &(ct_color){ .kind = (ct_color_kind)99 }, "\"UNKNOWN\"");
    prints(state, &ct_shape_type, &(ct_shape){ .kind = CT_SHAPE_CIRCLE, .as.circle = 1.5 }, "{\"circle\":1.5}");
    ct_shape rectangle = { .kind = CT_SHAPE_RECTANGLE, .as.rectangle = { { 1, 2 }, 3, { false, { NULL, 0 } } } };
    prints(state, &ct_shape_type, &rectangle,
           "{\"rectangle\":{\"corner\":{\"x\":1,\"y\":2},\"width\":3,\"label\":null}}");
    ct_i32_bytes_pair pairs[] = { { -5, { (const uint8_t *)"any", 3 } }, { 5, { NULL, 0 } } };
    prints(state, &ct_i32_bytes_type, &(ct_i32_bytes){ pairs, 2 }, "{\"-5\":\"YW55\",\"5\":\"\"}");
    ct_mixed mixed;
    weft_gen_init(&ct_mixed_type, &mixed);
    mixed.twice = (ct_opt_opt_u8){ true, { false, 0 } };
    weft_str text = weft_test_print(&ct_mixed_type, &mixed, *state);
    assert_non_null(strstr(text.ptr, "\"twice\":[null],\"texts\":null"));
    assert_non_null(strstr(text.ptr, "\"grid\":[[0,0],[0,0],[0,0]]"));
    mixed.twice.value = (weft_opt_u8){ true, 4 };
    text = weft_test_print(&ct_mixed_type, &mixed, *state);
    assert_non_null(strstr(text.ptr, "\"twice\":[4]"));
    assert_true(weft_test_is_json(text.ptr, text.len));
}

typedef struct stopping {
    size_t calls;
    size_t bytes;
} stopping;

static int write_until_full(void *user, const char *text, size_t len)
{
    stopping *out = user;
    (void)text;
    out->calls++;
    out->bytes += len;
    return out->calls < 3 ? 0 : -77;
}

static void print_stops_where_write_says_so(void **state)
{
    /* Goal: what write returns ends the printing and is returned; it is called for pieces, not for characters. */
    (void)state;
    static uint32_t numbers[10000];
    static weft_u32_list lists[100];
    for (size_t i = 0; i < 100; i++)
        lists[i] = (weft_u32_list){ numbers, 10000 };
    ct_u32_list_list all = { lists, 100 };
    stopping out = { 0, 0 };
    assert_int_equal(weft_gen_print(&ct_u32_lists_type, &all, write_until_full, &out), -77);
    assert_int_equal(out.calls, 3);
    assert_true(out.bytes > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_struct_has_its_defaults),
        cmocka_unit_test(copy_shares_nothing_with_the_original),
        cmocka_unit_test(copy_keeps_unknown_and_refuses_kinds_that_do_not_exist),
        cmocka_unit_test(copy_gives_empty_strings_a_pointer),
        cmocka_unit_test(equal_numbers_compare_as_documented),
        cmocka_unit_test(equal_sees_every_part),
        cmocka_unit_test(sort_orders_pairs_and_finds_duplicates),
        cmocka_unit_test(find_gives_the_value_of_each_key),
        cmocka_unit_test(keys_compare_by_value_and_bytes),
        cmocka_unit_test(print_scalars_as_json),
        cmocka_unit_test(print_floats_shortest),
        cmocka_unit_test(print_times_as_people_write_them),
        cmocka_unit_test(print_hides_what_is_sensitive),
        cmocka_unit_test(print_containers_as_json),
        cmocka_unit_test(print_stops_where_write_says_so),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
