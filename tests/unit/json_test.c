/* JSON: what is written is read again, what is not of the type is refused with the place. */
#ifdef WEFT_TEST_JSON

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/alloc.h"
#include "tests/support/codec_types.h"
#include "tests/support/random_value.h"
#include "weft/json.h"

static weft_arena *new_arena(void)
{
    weft_arena *arena;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    return arena;
}

/* ---- round trips ---- */

static void clean(weft_value value);

static void clean_places(weft_value value)
{
    for (size_t i = 0; i < weft_value_count(value); i++)
        clean(weft_value_at(value, i));
}

/* What JSON has not becomes something that it has: the bits of a NaN, what is sensitive. */
static void clean(weft_value value)
{
    double number;
    if (weft_value_get_f64(value, &number) == 0 && number != number)
        assert_int_equal(weft_value_set_f64(value, 0), 0);
    if (value.type == &ct_settings_type)
        assert_int_equal(weft_value_set_str(weft_value_field(value, "secret"), WEFT_STR("***")), 0);
    clean_places(value);
    if (weft_value_inside(value).type)
        clean(weft_value_inside(value));
}

static void json_that_is_written_is_read(void **state)
{
    /* Goal: random values of every type come back equal, and are written the same again. */
    (void)state;
    weft_arena *arena = new_arena();
    weft_test_random random = { 17 };
    for (const weft_type *const *type = ct_types; *type; type++) {
        for (unsigned round = 0; round < 60; round++) {
            weft_value value, read;
            weft_str text, again;
            weft_error error = { 0 };
            assert_int_equal(weft_value_new(*type, arena, &value), 0);
            weft_test_random_value(&random, *type, 12, 60, arena, value.at);
            clean(value);
            assert_int_equal(weft_json_write(value, arena, &text), 0);
            int status = weft_json_read(*type, text, arena, &read, &error);
            if (status && strstr(error.text, "NUL byte in object key")) /* jansson has no such keys */
                continue;
            if (status)
                print_error("%s\n%s\n", error.text, text.ptr);
            assert_int_equal(status, 0);
            assert_true(weft_gen_equal(*type, value.at, read.at));
            assert_int_equal(weft_json_write(read, arena, &again), 0);
            assert_string_equal(again.ptr, text.ptr);
            weft_arena_clear(arena);
        }
    }
    weft_arena_free(arena);
}

/* ---- forms ---- */

/* json is read, and written as expected. */
static void reads(const weft_type *type, const char *json, const char *expected)
{
    weft_arena *arena = new_arena();
    weft_value value;
    weft_str text;
    weft_error error = { 0 };
    if (weft_json_read(type, weft_str_from(json), arena, &value, &error))
        fail_msg("%s: %s", json, error.text);
    assert_int_equal(weft_json_write(value, arena, &text), 0);
    assert_string_equal(text.ptr, expected);
    weft_arena_free(arena);
}

static void refuses(const weft_type *type, const char *json, const char *expected)
{
    weft_arena *arena = new_arena();
    weft_value value = { NULL, NULL };
    weft_error error = { 0 };
    assert_int_equal(weft_json_read(type, weft_str_from(json), arena, &value, &error), WEFT_EBADMSG);
    assert_int_equal(error.code, WEFT_EBADMSG);
    assert_string_equal(error.text, expected);
    assert_null(value.type);
    assert_int_equal(weft_json_read(type, weft_str_from(json), arena, &value, NULL), WEFT_EBADMSG);
    weft_arena_free(arena);
}

static void json_has_several_forms_of_numbers(void **state)
{
    /* Goal: integers as numbers, strings and whole floats, as long as they fit; floats with their three names. */
    (void)state;
    reads(&weft_type_u64, "\"18446744073709551615\"", "\"18446744073709551615\"");
    reads(&weft_type_u64, "9007199254740993", "\"9007199254740993\"");
    reads(&weft_type_u64, "5.0", "5");
    reads(&weft_type_i32, "-1e3", "-1000");
    reads(&weft_type_i64, "\"-9223372036854775808\"", "\"-9223372036854775808\"");
    reads(&weft_type_i8, "\"-0\"", "0");
    reads(&weft_type_f32, "\"-Infinity\"", "\"-Infinity\"");
    reads(&weft_type_f64, "3", "3");
    refuses(&weft_type_u8, "256", "not an integer of u8");
    refuses(&weft_type_u8, "-1", "not an integer of u8");
    refuses(&weft_type_u8, "1.5", "not an integer of u8");
    refuses(&weft_type_i64, "\"9223372036854775808\"", "not an integer of i64");
    refuses(&weft_type_u64, "\"18446744073709551616\"", "not an integer of u64");
    refuses(&weft_type_u64, "\"1x\"", "not an integer of u64");
    refuses(&weft_type_u64, "\"\"", "not an integer of u64");
    refuses(&weft_type_u64, "18446744073709551615",
            "line 1, column 20: a number that is too large; a u64 may be a string");
    refuses(&weft_type_u64, "true", "an integer was expected, not a bool");
    refuses(&weft_type_f32, "1e39", "the number is too large for f32");
    refuses(&weft_type_f64, "\"nan\"", "a number was expected, not a string");
}

static void json_has_floats_that_doubles_lie_between(void **state)
{
    /* Goal: the shortest text of an f32 gives it back, though the double that it is read as lies right between two. */
    (void)state;
    weft_arena *arena = new_arena();
    static const float numbers[] = { 7.038531e-26f, -7.038531e-26f, 1e-45f, 3.4028235e38f, 1.17549435e-38f, 0.1f };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        float number = numbers[i];
        weft_value value = { &weft_type_f32, &number }, read;
        weft_str text;
        assert_int_equal(weft_json_write(value, arena, &text), 0);
        assert_int_equal(weft_json_read(&weft_type_f32, text, arena, &read, NULL), 0);
        assert_memory_equal(read.at, &number, sizeof number);
    }
    weft_arena_free(arena);
}

static void json_has_times_and_bytes(void **state)
{
    /* Goal: times in any zone, durations in any unit, base64 in its one form; each refused where it is none. */
    (void)state;
    reads(&weft_type_timestamp, "\"1969-12-31T23:59:59.9Z\"", "\"1969-12-31T23:59:59.900Z\"");
    reads(&weft_type_timestamp, "\"2024-02-29T01:30:00+01:30\"", "\"2024-02-29T00:00:00Z\"");
    reads(&weft_type_timestamp, "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00Z\"");
    reads(&weft_type_timestamp, "\"@-62135596801.000000001\"", "\"@-62135596801.000000001\"");
    reads(&weft_type_timestamp, "\"@5\"", "\"1970-01-01T00:00:05Z\"");
    static const char *const no_times[] = { "2023-02-29T00:00:00Z",  "2023-13-01T00:00:00Z",
                                            "2023-01-01T24:00:00Z",  "2023-01-01T00:00:60Z",
                                            "2023-01-01T00:00:00",   "2023-1-01T00:00:00Z",
                                            "0000-01-01T00:00:00Z",  "2023-01-01T00:00:00.Z",
                                            "2023-01-01T00:00:00Zx", "@",
                                            "@99999999999999999999", NULL };
    for (size_t i = 0; no_times[i]; i++) {
        char json[64];
        (void)snprintf(json, sizeof json, "\"%s\"", no_times[i]);
        refuses(&weft_type_timestamp, json, "not a time as in \"2026-11-21T12:00:00Z\"");
    }
    reads(&weft_type_duration, "\"1500ms\"", "\"1.500s\"");
    reads(&weft_type_duration, "\"-2h\"", "\"-7200s\"");
    reads(&weft_type_duration, "\"0.000000001s\"", "\"0.000000001s\"");
    reads(&weft_type_duration, "\"-9223372036.854775808s\"", "\"-9223372036.854775808s\"");
    refuses(&weft_type_duration, "\"9223372036.854775808s\"", "not a duration as in \"1.5s\"");
    refuses(&weft_type_duration, "\"1.5ms\"", "not a duration as in \"1.5s\"");
    refuses(&weft_type_duration, "\"5\"", "not a duration as in \"1.5s\"");
    refuses(&weft_type_duration, "5", "a string with a duration was expected, not a number");
    reads(&weft_type_bytes, "\"AP8=\"", "\"AP8=\"");
    reads(&ct_quad_type, "\"AAECAw==\"", "\"AAECAw==\"");
    refuses(&ct_quad_type, "\"AAEC\"", "not as many bytes as the array has");
    refuses(&weft_type_bytes, "\"AP8\"", "not base64");
    refuses(&weft_type_bytes, "\"AP9=\"", "not base64");
    refuses(&weft_type_bytes, "\"A===\"", "not base64");
    refuses(&weft_type_bytes, "\"AP-_\"", "not base64");
}

static void json_names_the_place_of_a_fault(void **state)
{
    /* Goal: defaults fill in what is left out, everything else that does not fit is refused where it stands. */
    (void)state;
    reads(&ct_settings_type, "{\"secret\":\"s\",\"origin\":{\"x\":1}}",
          "{\"verbose\":true,\"name\":\"weft\",\"secret\":\"***\",\"origin\":{\"x\":1,\"y\":7},\"tags\":[]}");
    refuses(&ct_settings_type, "{\"secret\":\"s\",\"origin\":{}}", "origin.x: it is missing, and has no default");
    refuses(&ct_settings_type, "{\"secret\":\"s\",\"origin\":{\"x\":1,\"z\":2}}", "origin.z: there is no such field");
    refuses(&ct_settings_type, "{\"sceret\":\"s\",\"origin\":{\"x\":1}}", "sceret: there is no such field");
    refuses(&ct_settings_type, "{\"secret\":\"s\",\"origin\":{\"x\":1},\"tags\":[\"a\",2]}",
            "tags[1]: a string was expected, not a number");
    refuses(&ct_settings_type, "[]", "an object was expected, not an array");
    refuses(&ct_settings_type, "{\"a\":1,\"a\":2}", "line 1, column 10: duplicate object key near '\"a\"'");
    refuses(&ct_settings_type, "{\n\"a\"", "line 2, column 3: ':' expected near end of file");
    refuses(&ct_settings_type, "", "line 1, column 0: unexpected token near end of file");
    refuses(&weft_type_u8, "1 2", "line 1, column 3: end of file expected near '2'");
    refuses(&ct_node_named_type,
            "{\"a\":{\"value\":1,\"children\":[],\"parent\":null,\"named\":{\"b c\":{\"value\":null}}}}",
            "[\"a\"].named[\"b c\"].value: an integer was expected, not null");
    refuses(&ct_i32_bytes_type, "{\"1\":\"\",\"01\":\"\"}", "a key stands twice");
    refuses(&ct_i32_bytes_type, "{\"one\":\"\"}", "[\"one\"]: not a key that is an integer of i32");
}

static void json_names_variants(void **state)
{
    /* Goal: variants by name, with their payload, which is there or not as the type has it. */
    (void)state;
    reads(&ct_color_type, "\"green\"", "\"green\"");
    reads(&ct_color_type, "{\"green\":null}", "\"green\"");
    refuses(&ct_color_type, "\"blue\"", "blue: there is no such variant");
    refuses(&ct_color_type, "\"UNKNOWN\"", "UNKNOWN: there is no such variant");
    refuses(&ct_color_type, "{\"green\":1}", "green: the variant has no payload");
    refuses(&ct_color_type, "7", "a variant's name, or an object of it and its payload, was expected, not a number");
    refuses(&ct_shape_type, "\"circle\"", "circle: a payload is missing");
    refuses(&ct_shape_type, "{\"circle\":\"x\"}", "circle: a number was expected, not a string");
    reads(&ct_shape_type, "{\"rectangle\":{\"corner\":{\"x\":1},\"width\":2,\"label\":null}}",
          "{\"rectangle\":{\"corner\":{\"x\":1,\"y\":7},\"width\":2,\"label\":null}}");
}

/* ---- what is beyond ---- */

static void json_nested_too_deeply_is_refused(void **state)
{
    /* Goal: depth in the text is an error, not a crash. */
    (void)state;
    enum { DEEP = 5000 };
    char *json = test_malloc((size_t)DEEP * 40);
    size_t len = 0;
    for (int i = 0; i < 40; i++)
        len += (size_t)snprintf(json + len, 64, "{\"value\":1,\"named\":{},\"parent\":null,\"children\":[");
    for (int i = 0; i < 40; i++)
        len += (size_t)snprintf(json + len, 64, "]}");
    weft_arena *arena = new_arena();
    weft_value value;
    weft_error error;
    assert_int_equal(weft_json_read(&ct_node_type, weft_str_of(json, len), arena, &value, &error), WEFT_EBADMSG);
    assert_non_null(strstr(error.text, "nested too deeply"));
    assert_int_equal(strncmp(error.text, "children[0].children[0]", 23), 0);
    memset(json, '[', DEEP);
    assert_int_equal(weft_json_read(&ct_node_type, weft_str_of(json, DEEP), arena, &value, &error), WEFT_EBADMSG);
    weft_arena_free(arena);
    test_free(json);
}

static void json_takes_memory_in_proportion(void **state)
{
    /* Goal: a short text cannot claim much memory, whatever the type makes of it. */
    (void)state;
    enum { N = 20000 };
    char *json = test_malloc((size_t)N * 5 + 2);
    for (int i = 0; i < N; i++)
        (void)snprintf(json + (size_t)i * 5, 7, "%cnull]", i ? ',' : '[');
    refuses(&ct_large_list_type, json, "it would take too much memory for so short a text");
    (void)snprintf(json + 50, 2, "]");
    refuses(&ct_large_list_type, json, "[0]: an object was expected, not null");
    test_free(json);
}

static void read_once(weft_test_alloc *alloc, void *user)
{
    weft_arena *arena;
    weft_error error;
    weft_value value;
    int status = weft_arena_new(&alloc->allocator, &arena);
    if (status) {
        assert_true(alloc->failed);
        return;
    }
    status = weft_json_read(&ct_node_named_type, *(const weft_str *)user, arena, &value, &error);
    assert_true(status == 0 || (alloc->failed && status == WEFT_ENOMEM && error.code == WEFT_ENOMEM));
    weft_arena_free(arena);
}

static void json_out_of_memory_is_said(void **state)
{
    /* Goal: every allocation of the arena that fails is an error. */
    (void)state;
    char json[8192] = "{";
    size_t len = 1;
    for (int i = 0; i < 60; i++)
        len += (size_t)snprintf(json + len, sizeof json - len,
                                "%s\"key %d\":{\"value\":%d,\"parent\":null,\"children\":[],\"named\":{}}",
                                i ? "," : "", i, i);
    (void)snprintf(json + len, sizeof json - len, "}");
    weft_str text = weft_str_from(json);
    weft_test_alloc_each(read_once, &text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_that_is_written_is_read),
        cmocka_unit_test(json_has_several_forms_of_numbers),
        cmocka_unit_test(json_has_floats_that_doubles_lie_between),
        cmocka_unit_test(json_has_times_and_bytes),
        cmocka_unit_test(json_names_the_place_of_a_fault),
        cmocka_unit_test(json_names_variants),
        cmocka_unit_test(json_nested_too_deeply_is_refused),
        cmocka_unit_test(json_takes_memory_in_proportion),
        cmocka_unit_test(json_out_of_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

/* Without jansson: skipped. */
int main(void)
{
    return 77;
}

#endif
