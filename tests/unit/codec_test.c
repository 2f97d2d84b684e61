/* The codec: which bytes are which value, what is refused and with which words, and what hostile bytes cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/schema/codec.h"
#include "tests/support/alloc.h"
#include "tests/support/codec_types.h"
#include "tests/support/random_value.h"
#include "tests/support/round_trip.h"
#include "tests/support/rules.h"
#include "weft/limits.h"

#define BYTES(...) weft_bytes_of((const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

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

static void refuses(weft_arena *arena, const weft_type *type, weft_bytes bytes, const char *text)
{
    weft_error error = { 0 };
    uint8_t *out = weft_arena_alloc(arena, type->c_size, 16);
    memset(out, 0x5a, type->c_size);
    assert_int_equal(weft_gen_decode(type, bytes, arena, out, &error), WEFT_EBADMSG);
    assert_int_equal(error.code, WEFT_EBADMSG);
    assert_string_equal(error.text, text);
    for (size_t i = 0; i < type->c_size; i++)
        assert_int_equal(out[i], 0x5a);
    assert_int_equal(weft_gen_decode(type, bytes, arena, out, NULL), WEFT_EBADMSG);
}

static void takes(weft_arena *arena, const weft_type *type, weft_bytes bytes, const void *value)
{
    void *out = weft_arena_alloc(arena, type->c_size, 16);
    weft_error error = { 0 };
    if (weft_gen_decode(type, bytes, arena, out, &error))
        fail_msg("%s: %s", weft_test_hex(bytes), error.text);
    assert_true(weft_gen_equal(type, out, value));
}

static void writes(const weft_type *type, const void *value, weft_bytes bytes)
{
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, 1 << 20, &writer), 0);
    assert_int_equal(weft_gen_encode(type, value, writer), 0);
    weft_bytes got = weft_writer_bytes(writer);
    assert_int_equal(got.len, bytes.len);
    assert_memory_equal(got.ptr, bytes.ptr, bytes.len);
    weft_writer_free(writer);
}

/* ---- layouts
 * ---------------------------------------------------------------------------------------------------------- */

static void codec_values_have_the_layouts_of_the_protocol(void **state)
{
    /* Goal: each kind of value is written as section 10 says, byte for byte. */
    weft_arena *arena = *state;
    WEFT_RULE("schema.positional");
    ct_point point = { -1, 300 };
    writes(&ct_point_type, &point, BYTES(0x92, 0xff, 0xcd, 0x01, 0x2c));
    ct_color green = { .kind = CT_COLOR_GREEN };
    writes(&ct_color_type, &green, BYTES(0x92, 0x01, 0xc0));
    ct_shape shape = { .kind = CT_SHAPE_RECTANGLE, .as.rectangle = { { 1, 2 }, 3, { true, WEFT_STR_INIT("ab") } } };
    weft_bytes rectangle = BYTES(0x92, 0x05, 0x93, 0x92, 0x01, 0x02, 0x03, 0x91, 0xa2, 'a', 'b');
    writes(&ct_shape_type, &shape, rectangle);
    takes(arena, &ct_shape_type, rectangle, &shape);
    const ct_point *maybe = &point;
    writes(&ct_maybe_point_type, &maybe, BYTES(0x91, 0x92, 0xff, 0xcd, 0x01, 0x2c));
    maybe = NULL;
    writes(&ct_maybe_point_type, &maybe, BYTES(0xc0));
    uint8_t quad[4] = { 1, 2, 3, 4 };
    writes(&ct_quad_type, quad, BYTES(0xc4, 4, 1, 2, 3, 4));
    ct_i32_bytes_pair pairs[] = { { -5, { (const uint8_t *)"x", 1 } }, { 5, { (const uint8_t *)"", 0 } } };
    ct_i32_bytes map = { pairs, 2 };
    writes(&ct_i32_bytes_type, &map, BYTES(0x82, 0xfb, 0xc4, 1, 'x', 0x05, 0xc4, 0));
    ct_empty empty = { 0 };
    writes(&ct_empty_type, &empty, BYTES(0x90));
    weft_duration duration = { -2 };
    writes(&weft_type_duration, &duration, BYTES(0xfe));
    float half = 0.5f;
    writes(&weft_type_f32, &half, BYTES(0xca, 0x3f, 0, 0, 0));
    weft_timestamp time = { 1, 0 };
    writes(&weft_type_timestamp, &time, BYTES(0xd6, 0xff, 0, 0, 0, 1));
}

static void codec_integers_are_read_in_any_form_that_fits(void **state)
{
    /* Goal: the form does not matter, the range does, for every width and sign. */
    weft_arena *arena = *state;
    takes(arena, &weft_type_u8, BYTES(0xcf, 0, 0, 0, 0, 0, 0, 0, 0xff), &(uint8_t){ 255 });
    takes(arena, &weft_type_u8, BYTES(0xd1, 0, 0xff), &(uint8_t){ 255 });
    refuses(arena, &weft_type_u8, BYTES(0xcd, 1, 0), "not a valid u8");
    refuses(arena, &weft_type_u8, BYTES(0xff), "not a valid u8");
    takes(arena, &weft_type_i8, BYTES(0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x80), &(int8_t){ -128 });
    refuses(arena, &weft_type_i8, BYTES(0xcc, 0x80), "not a valid i8");
    refuses(arena, &weft_type_i8, BYTES(0xd1, 0xff, 0x7f), "not a valid i8");
    takes(arena, &weft_type_i16, BYTES(0xd1, 0x80, 0), &(int16_t){ INT16_MIN });
    refuses(arena, &weft_type_i16, BYTES(0xcd, 0x80, 0), "not a valid i16");
    refuses(arena, &weft_type_u16, BYTES(0xce, 0, 1, 0, 0), "not a valid u16");
    takes(arena, &weft_type_i32, BYTES(0xd2, 0x80, 0, 0, 0), &(int32_t){ INT32_MIN });
    refuses(arena, &weft_type_i32, BYTES(0xce, 0x80, 0, 0, 0), "not a valid i32");
    refuses(arena, &weft_type_u32, BYTES(0xcf, 0, 0, 0, 1, 0, 0, 0, 0), "not a valid u32");
    takes(arena, &weft_type_u64, BYTES(0xcf, 255, 255, 255, 255, 255, 255, 255, 255), &(uint64_t){ UINT64_MAX });
    refuses(arena, &weft_type_i64, BYTES(0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0), "not a valid i64");
    refuses(arena, &weft_type_u64, BYTES(0xca, 0, 0, 0, 0), "not a valid u64");
    takes(arena, &weft_type_f64, BYTES(0xca, 0x3f, 0, 0, 0), &(double){ 0.5 });
    refuses(arena, &weft_type_f32, BYTES(0xcb, 0, 0, 0, 0, 0, 0, 0, 0), "not a valid f32");
    refuses(arena, &weft_type_f64, BYTES(0x01), "not a valid f64");
    refuses(arena, &weft_type_bool, BYTES(0x01), "not a valid bool");
}

static void codec_malformed_values_say_where_and_why(void **state)
{
    /* Goal: what is refused names the path from the outside in, and the reason. */
    weft_arena *arena = *state;
    refuses(arena, &ct_point_type, BYTES(0x91, 0x01), "a struct with another number of fields");
    refuses(arena, &ct_point_type, BYTES(0x93, 1, 2, 3), "a struct with another number of fields");
    refuses(arena, &ct_point_type, BYTES(0x92, 1, 0xc3), "y: not a valid i32");
    refuses(arena, &ct_point_type, BYTES(0x92, 1, 2, 0xc0), "bytes behind the value");
    refuses(arena, &ct_point_type, BYTES(0x82, 1, 2), "not a valid struct");
    refuses(arena, &ct_point_type, BYTES(0xdc, 0), "not a valid struct");
    refuses(arena, &ct_points_type, BYTES(0x92, 0x92, 1, 2, 0x92, 1, 0xc0), "[1].y: not a valid i32");
    refuses(arena, &weft_type_str, BYTES(0xa2, 0xc3, 0x28), "not a valid string");
    refuses(arena, &weft_type_str, BYTES(0xc4, 1, 'a'), "not a valid string");
    refuses(arena, &weft_type_bytes, BYTES(0xa1, 'a'), "not a valid bytes");
    refuses(arena, &weft_type_timestamp, BYTES(0xd7, 0xff, 0xee, 0x6b, 0x28, 0, 0, 0, 0, 0), "not a valid timestamp");
    refuses(arena, &ct_quad_type, BYTES(0xc4, 3, 1, 2, 3), "an array of another length");
    refuses(arena, &ct_quad_type, BYTES(0x94, 1, 2, 3, 4), "not a valid bytes");
    refuses(arena, &ct_maybe_point_type, BYTES(0x92, 0xc0, 0xc0), "neither nil nor one value");
    refuses(arena, &ct_maybe_point_type, BYTES(0x90), "neither nil nor one value");
    refuses(arena, &ct_shape_type, BYTES(0x92, 0x05, 0x93, 0x92, 1, 2, 3, 0x91, 0x01),
            "rectangle.label: not a valid string");
    refuses(arena, &ct_shape_type, BYTES(0x92, 0x00, 0x01), "nothing: a payload where there is none");
    refuses(arena, &ct_shape_type, BYTES(0x93, 0x00, 0xc0, 0xc0), "not an enum's index and payload");
    refuses(arena, &ct_i32_bytes_type, BYTES(0x82, 2, 0xc4, 0, 1, 0xc4, 0), "[1]: keys are not strictly ascending");
    refuses(arena, &ct_i32_bytes_type, BYTES(0x82, 1, 0xc4, 0, 1, 0xc4, 0), "[1]: keys are not strictly ascending");
    refuses(arena, &ct_node_type,
            BYTES(0x94, 1, 0x90, 0xc0, 0x82, 0xa1, 'a', 0x94, 1, 0x90, 0xc0, 0x80, 0xa1, 'b', 0x94, 1, 0x91, 0x94, 1,
                  0x90, 0x91, 0x94, 1, 0xc0, 0xc0, 0x80, 0x80, 0xc0, 0x80),
            "named[1].children[0].parent.children: not a valid list");
    refuses(arena, &ct_point_type, weft_bytes_of("", 0), "the value ends too early");
    refuses(arena, &ct_point_type, BYTES(0x92, 1), "not a valid struct");
}

static void codec_unknown_variant_is_unknown_or_fails(void **state)
{
    /* Goal: a variant that this side has not is UNKNOWN, its payload skipped; a closed enum refuses it. */
    weft_arena *arena = *state;
    WEFT_RULE("schema.plan.errors");
    ct_shape shape;
    memset(&shape, 0xff, sizeof shape);
    weft_bytes bytes = BYTES(0x92, 0x07, 0x92, 0x81, 0xa1, 'k', 0xc4, 1, 9, 0xca, 0, 0, 0, 0);
    assert_int_equal(weft_gen_decode(&ct_shape_type, bytes, arena, &shape, NULL), 0);
    assert_int_equal(shape.kind, CT_SHAPE_UNKNOWN);
    bytes = BYTES(0x92, 0xcf, 1, 0, 0, 0, 0, 0, 0, 0, 0xc0);
    assert_int_equal(weft_gen_decode(&ct_shape_type, bytes, arena, &shape, NULL), 0);
    assert_int_equal(shape.kind, CT_SHAPE_UNKNOWN);
    refuses(arena, &ct_shape_type, BYTES(0x92, 0x07, 0xc1),
            "the payload of an unknown variant is malformed or nested too deeply");
    refuses(arena, &ct_shape_type, BYTES(0x92, 0xff, 0xc0), "not an enum's index and payload");
    refuses(arena, &ct_way_type, BYTES(0x92, 0x02, 0xc0), "an unknown variant of a closed enum");
}

static void codec_empty_containers_decode_to_nothing(void **state)
{
    /* Goal: strings of length 0 have a pointer, lists none, and none of them allocates. */
    weft_arena *arena = *state;
    weft_str text = { NULL, 9 };
    assert_int_equal(weft_gen_decode(&weft_type_str, BYTES(0xa0), arena, &text, NULL), 0);
    assert_non_null(text.ptr);
    assert_int_equal(text.len, 0);
    ct_point_list list = { NULL, 9 };
    assert_int_equal(weft_gen_decode(&ct_points_type, BYTES(0x90), arena, &list, NULL), 0);
    assert_null(list.items);
    assert_int_equal(list.len, 0);
}

/* ---- bounds
 * -------------------------------------------------------------------------------------------------------------- */

/* n nodes in one another by option<Node>: 2 n containers. */
static weft_bytes nested_nodes(weft_arena *arena, size_t n)
{
    uint8_t *bytes = weft_arena_alloc(arena, n * 5, 1);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        const uint8_t open[] = { 0x94, 0x01, 0x90, 0x91 };
        memcpy(bytes + at, open, sizeof open);
        at += sizeof open;
    }
    bytes[at - 1] = 0xc0; /* the innermost has no parent */
    for (size_t i = 0; i < n; i++)
        bytes[at++] = 0x80;
    return weft_bytes_of(bytes, at);
}

static int write_nowhere(void *user, const char *text, size_t len)
{
    (void)user;
    (void)text;
    (void)len;
    return 0;
}

static void codec_nesting_ends_at_64_in_every_function(void **state)
{
    /* Goal: decode, encode, copy, equal and print agree on what is too deep. */
    weft_arena *arena = *state;
    WEFT_RULE("schema.plan.errors");
    ct_node node, copy;
    assert_int_equal(weft_gen_decode(&ct_node_type, nested_nodes(arena, 32), arena, &node, NULL), 0);
    weft_test_round_trip(&ct_node_type, &node, arena); /* 63 containers, an empty list and map in the last one */
    /* The path keeps its beginning, as far as it leaves room for the reason. */
    char text[WEFT_ERROR_TEXT_MAX] = "";
    for (int i = 0; i < 30; i++)
        memcpy(text + strlen(text), i > 0 ? ".parent" : "parent", i > 0 ? sizeof ".parent" : sizeof "parent");
    memcpy(text + strlen(text), "...: nested too deeply", sizeof "...: nested too deeply");
    refuses(arena, &ct_node_type, nested_nodes(arena, 33), text);
    ct_node deeper = { .parent = &node };
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, 1 << 20, &writer), 0);
    assert_int_equal(weft_gen_encode(&ct_node_type, &deeper, writer), WEFT_EINVAL);
    assert_int_equal(weft_writer_bytes(writer).len, 0);
    weft_writer_free(writer);
    memset(&copy, 0x77, sizeof copy);
    ct_node before = copy;
    assert_int_equal(weft_gen_copy(&ct_node_type, &copy, &deeper, arena), WEFT_EINVAL);
    assert_memory_equal(&copy, &before, sizeof copy);
    assert_false(weft_gen_equal(&ct_node_type, &deeper, &deeper));
    assert_int_equal(weft_gen_print(&ct_node_type, &deeper, write_nowhere, NULL), WEFT_EINVAL);
}

static void codec_empty_elements_of_a_large_type_are_bounded(void **state)
{
    /* Goal: bytes that say "none" cannot take thousands of times their number in memory. */
    typedef struct many {
        bool has;
        uint64_t value[4096];
    } many;
    static const weft_type array = {
        .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_ARRAY, .n = 4096, .c_size = 4096 * 8, .element = &weft_type_u64
    };
    static const weft_type option = { .abi = WEFT_GEN_ABI,
                                      .kind = WEFT_KIND_OPTION,
                                      .c_size = sizeof(many),
                                      .offset = offsetof(many, value),
                                      .element = &array };
    static const weft_type list = {
        .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_LIST, .c_size = sizeof(weft_u64_list), .element = &option
    };
    weft_arena *arena = *state;
    uint8_t bytes[3 + 2000];
    weft_u64_list value;
    weft_error error;
    memset(bytes, 0xc0, sizeof bytes);
    bytes[0] = 0xdc;
    bytes[1] = 2000 >> 8;
    bytes[2] = 2000 & 0xff;
    assert_int_equal(weft_gen_decode(&list, weft_bytes_of(bytes, sizeof bytes), arena, &value, &error), WEFT_EBADMSG);
    assert_non_null(strstr(error.text, "memory"));
    bytes[1] = 0;
    bytes[2] = 20; /* some are nobody's harm */
    assert_int_equal(weft_gen_decode(&list, weft_bytes_of(bytes, 23), arena, &value, &error), 0);
    assert_int_equal(value.len, 20);
    /* Nor can many lists, each of which would pass. */
    static const weft_type lists = {
        .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_LIST, .c_size = sizeof(weft_u64_list), .element = &list
    };
    for (size_t i = 0; i < 80; i++) {
        bytes[3 + 21 * i] = 0xdc;
        bytes[3 + 21 * i + 1] = 0;
        bytes[3 + 21 * i + 2] = 18;
    }
    bytes[2] = 80;
    assert_int_equal(weft_gen_decode(&lists, weft_bytes_of(bytes, 3 + 21 * 80), arena, &value, &error), WEFT_EBADMSG);
    assert_non_null(strstr(error.text, "memory"));
}

static void codec_hostile_counts_allocate_nothing_much(void **state)
{
    /* Goal: a header that claims 2^32 elements, nesting without end, and large elements from few bytes cost nothing. */
    (void)state;
    weft_test_alloc alloc;
    weft_arena *arena;
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft_arena_new(&alloc.allocator, &arena), 0);
    size_t before = alloc.peak_bytes;
    uint8_t deep[10000];
    memset(deep, 0x91, sizeof deep);
    refuses(arena, &ct_points_type, BYTES(0xdd, 0xff, 0xff, 0xff, 0xff), "not a valid list");
    refuses(arena, &ct_u32_lists_type, BYTES(0xdd, 0x10, 0, 0, 0), "not a valid list");
    refuses(arena, &ct_i32_bytes_type, BYTES(0xdf, 0x08, 0, 0, 0), "not a valid map");
    refuses(arena, &weft_type_str, BYTES(0xdb, 0xff, 0xff, 0xff, 0xff), "not a valid string");
    refuses(arena, &weft_type_bytes, BYTES(0xc6, 0xff, 0xff, 0xff, 0xff), "not a valid bytes");
    refuses(arena, &ct_u32_lists_type, weft_bytes_of(deep, sizeof deep), "[0][0]: not a valid u32");
    refuses(arena, &ct_points_type, weft_bytes_of(deep, 4), "[0]: a struct with another number of fields");
    /* 60 structs of 4,800 bytes each are announced in 62 bytes. */
    deep[0] = 0xdc, deep[1] = 0, deep[2] = 60;
    refuses(arena, &ct_large_list_type, weft_bytes_of(deep, 63), "more elements are announced than the bytes can hold");
    refuses(arena, &ct_large_type, weft_bytes_of(deep, 63), "more elements are announced than the bytes can hold");
    assert_true(alloc.peak_bytes < before + (size_t)16 * 1024); /* the places that refuses() takes */
    weft_arena_free(arena);
    weft_test_alloc_assert_empty(&alloc);
}

static void codec_unknown_payload_counts_its_nesting(void **state)
{
    /* Goal: what is skipped may nest no deeper than what is decoded. */
    weft_arena *arena = *state;
    uint8_t bytes[80] = { 0x92, 0x20 };
    memset(bytes + 2, 0x91, 63);
    bytes[65] = 0xc0;
    ct_color color;
    assert_int_equal(weft_gen_decode(&ct_color_type, weft_bytes_of(bytes, 66), arena, &color, NULL), 0);
    bytes[65] = 0x91;
    bytes[66] = 0xc0;
    refuses(arena, &ct_color_type, weft_bytes_of(bytes, 67),
            "the payload of an unknown variant is malformed or nested too deeply");
}

/* ---- encoding what has no encoding
 * ----------------------------------------------------------------------------------------- */

static void encode_refuses(const weft_type *type, const void *value)
{
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, 1 << 20, &writer), 0);
    assert_int_equal(weft_gen_encode(&weft_type_bool, &(bool){ true }, writer), 0);
    assert_int_equal(weft_gen_encode(type, value, writer), WEFT_EINVAL);
    weft_bytes bytes = weft_writer_bytes(writer);
    assert_int_equal(bytes.len, 1);
    assert_int_equal(bytes.ptr[0], 0xc3);
    assert_int_equal(weft_gen_encode(&weft_type_bool, &(bool){ false }, writer), 0);
    assert_int_equal(weft_writer_bytes(writer).len, 2);
    weft_writer_free(writer);
}

static void encode_value_without_encoding_leaves_the_writer(void **state)
{
    /* Goal: each kind of impossible value is refused, and the writer is as it was before. */
    (void)state;
    encode_refuses(&ct_color_type, &(ct_color){ .kind = CT_COLOR_UNKNOWN });
    encode_refuses(&ct_color_type, &(ct_color){ .kind = (ct_color_kind)3 });
    encode_refuses(&weft_type_str, &(weft_str)WEFT_STR_INIT("a\xc3"));
    encode_refuses(&weft_type_timestamp, &(weft_timestamp){ 0, 1000000000 });
    ct_i32_bytes_pair pairs[] = { { 2, { NULL, 0 } }, { 1, { NULL, 0 } }, { 1, { NULL, 0 } } };
    encode_refuses(&ct_i32_bytes_type, &(ct_i32_bytes){ pairs, 2 });
    encode_refuses(&ct_i32_bytes_type, &(ct_i32_bytes){ pairs + 1, 2 });
}

static void encode_beyond_the_maximum_leaves_the_writer(void **state)
{
    /* Goal: a value that is too long is WEFT_EMSGSIZE, and a shorter one still fits afterwards. */
    (void)state;
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, 8, &writer), 0);
    assert_int_equal(weft_gen_encode(&weft_type_str, &(weft_str)WEFT_STR_INIT("eight by"), writer), WEFT_EMSGSIZE);
    assert_int_equal(weft_writer_bytes(writer).len, 0);
    assert_int_equal(weft_gen_encode(&weft_type_str, &(weft_str)WEFT_STR_INIT("seven b"), writer), 0);
    assert_int_equal(weft_writer_bytes(writer).len, 8);
    weft_writer_clear(writer);
    assert_int_equal(weft_writer_bytes(writer).len, 0);
    weft_writer_free(writer);
    weft_writer_free(NULL);
}

/* ---- refused memory
 * -------------------------------------------------------------------------------------------------------- */

static weft_bytes mixed_bytes(weft_arena *arena)
{
    weft_test_random random = { 11 };
    ct_mixed mixed;
    weft_test_random_value(&random, &ct_mixed_type, 10, 400, arena, &mixed);
    return weft_test_round_trip(&ct_mixed_type, &mixed, arena);
}

static void work_with_little_memory(weft_test_alloc *alloc, void *user)
{
    const weft_bytes *bytes = user;
    weft_arena *arena;
    weft_writer *writer;
    ct_mixed mixed, copy;
    memset(&mixed, 0x11, sizeof mixed);
    memset(&copy, 0x11, sizeof copy);
    ct_mixed before = copy;
    int status = weft_arena_new(&alloc->allocator, &arena);
    if (status) {
        assert_int_equal(status, WEFT_ENOMEM);
        return;
    }
    weft_error error = { 0 };
    status = weft_gen_decode(&ct_mixed_type, *bytes, arena, &mixed, &error);
    if (status) {
        assert_memory_equal(&mixed, &before, sizeof mixed);
        assert_int_equal(error.code, WEFT_ENOMEM);
    } else {
        status = weft_gen_copy(&ct_mixed_type, &copy, &mixed, arena);
        if (status)
            assert_memory_equal(&copy, &before, sizeof copy);
    }
    if (!status && !(status = weft_writer_new(&alloc->allocator, SIZE_MAX, &writer))) {
        status = weft_gen_encode(&ct_mixed_type, &copy, writer);
        assert_int_equal(weft_writer_bytes(writer).len, status ? 0 : bytes->len);
        weft_writer_free(writer);
    }
    assert_int_equal(status, alloc->failed ? WEFT_ENOMEM : 0);
    weft_arena_free(arena);
}

static void codec_every_refused_allocation_is_an_error(void **state)
{
    /* Goal: whichever allocation fails, the answer is WEFT_ENOMEM, outputs are untouched, and nothing leaks. */
    weft_bytes bytes = mixed_bytes(*state);
    weft_test_alloc_each(work_with_little_memory, &bytes);
}

static void codec_flat_struct_allocates_nothing(void **state)
{
    /* Goal: decoding a struct of scalars, strings and bytes takes no memory at all. */
    (void)state;
    weft_test_alloc alloc;
    weft_arena *arena;
    ct_record record;
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft_arena_new(&alloc.allocator, &arena), 0);
    weft_bytes bytes = BYTES(0x94, 1, 2, 0xa1, 'n', 0xc4, 1, 'd');
    for (int i = 0; i < 10000; i++)
        assert_int_equal(weft_gen_decode(&ct_record_type, bytes, arena, &record, NULL), 0);
    assert_int_equal(alloc.n_requests, 1);
    weft_arena_free(arena);
}

static void decode_table_of_another_runtime_is_refused(void **state)
{
    /* Goal: what this runtime cannot work with is an error, not a guess. */
    weft_arena *arena = *state;
    weft_type other = weft_type_bool;
    bool flag = false;
    other.abi = WEFT_GEN_ABI + 1;
    assert_int_equal(weft_gen_decode(&other, BYTES(0xc3), arena, &flag, NULL), WEFT_EINVAL);
    assert_false(flag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codec_values_have_the_layouts_of_the_protocol),
        cmocka_unit_test(codec_integers_are_read_in_any_form_that_fits),
        cmocka_unit_test(codec_malformed_values_say_where_and_why),
        cmocka_unit_test(codec_unknown_variant_is_unknown_or_fails),
        cmocka_unit_test(codec_empty_containers_decode_to_nothing),
        cmocka_unit_test(codec_nesting_ends_at_64_in_every_function),
        cmocka_unit_test(codec_hostile_counts_allocate_nothing_much),
        cmocka_unit_test(codec_empty_elements_of_a_large_type_are_bounded),
        cmocka_unit_test(codec_unknown_payload_counts_its_nesting),
        cmocka_unit_test(encode_value_without_encoding_leaves_the_writer),
        cmocka_unit_test(encode_beyond_the_maximum_leaves_the_writer),
        cmocka_unit_test(codec_every_refused_allocation_is_an_error),
        cmocka_unit_test(codec_flat_struct_allocates_nothing),
        cmocka_unit_test(decode_table_of_another_runtime_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
