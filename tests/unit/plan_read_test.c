/* Reading by plans: values that old.weft encodes, as new.weft decodes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "new.weft.h"
#include "old.weft.h"
#include "runtime/schema/plan.h"
#include "tests/support/alloc.h"
#include "tests/support/round_trip.h"
#include "tests/support/rules.h"
#include "weft/limits.h"

#define BYTES(...) weft_bytes_of((const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))
#define ITEMS(...) .items = __VA_ARGS__, .len = sizeof(__VA_ARGS__) / sizeof *(__VA_ARGS__)

typedef struct world {
    weft_arena *arena;
    weft__plans *plans;
} world;

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    *state = w;
    return w && weft_arena_new(NULL, &w->arena) == 0 && weft__plans_new(NULL, &w->plans) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    world *w = *state;
    weft_arena_free(w->arena);
    weft__plans_free(w->plans);
    free(w);
    return 0;
}

static weft_bytes encoded(const weft_type *type, const void *value)
{
    static uint8_t held[65536];
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, sizeof held, &writer), 0);
    assert_int_equal(weft_gen_encode(type, value, writer), 0);
    weft_bytes bytes = weft_writer_bytes(writer);
    memcpy(held, bytes.ptr, bytes.len);
    weft_bytes copy = weft_bytes_of(held, bytes.len);
    weft_writer_free(writer);
    return copy;
}

static const weft__plan *plan_of(world *w, const weft_type *remote, const weft_type *local)
{
    const weft__plan *plan = NULL;
    weft_error error;
    if (weft__plan_make(w->plans, remote, local, NULL, &plan, &error))
        fail_msg("%s", error.text);
    return plan;
}

/* The bytes of a remote value, read as the local type, print as text. */
static void reads_bytes(world *w, const weft_type *remote, weft_bytes bytes, const weft_type *local, const char *text)
{
    weft_error error;
    void *out = weft_arena_alloc(w->arena, local->c_size, 16);
    if (weft__decode(local, plan_of(w, remote, local), bytes, w->arena, out, &error))
        fail_msg("%s", error.text);
    assert_string_equal(weft_test_print(local, out, w->arena).ptr, text);
    if (!strstr(text, "null, \"unknown\""))
        (void)encoded(local, out);
}

static void reads(world *w, const weft_type *remote, const void *value, const weft_type *local, const char *text)
{
    reads_bytes(w, remote, encoded(remote, value), local, text);
}

/* The bytes are refused, with these words, and nothing is written. */
static void refuses(world *w, const weft_type *remote, weft_bytes bytes, const weft_type *local, const char *text)
{
    weft_error error = { 0 };
    uint8_t *out = weft_arena_alloc(w->arena, local->c_size, 16);
    memset(out, 0x5a, local->c_size);
    assert_int_equal(weft__decode(local, plan_of(w, remote, local), bytes, w->arena, out, &error), WEFT_EBADMSG);
    assert_string_equal(error.text, text);
    for (size_t i = 0; i < local->c_size; i++)
        assert_int_equal(out[i], 0x5a);
}

static void plan_fields_by_name(void **state)
{
    /* Goal: order is free, what is unknown is skipped, older names count. */
    world *w = *state;
    WEFT_RULE("schema.plan");
    uint16_t third[] = { 3, 300 };
    reads(w, &old_order_type, &(old_order){ 1, WEFT_STR("two"), { third, 2 } }, &new_order_type,
          "{\"third\":[3,300],\"first\":1,\"second\":\"two\"}");
    uint8_t bytes[] = { 1, 255 };
    old_str_u8_list_map_pair gone[] = { { WEFT_STR("k"), { bytes, 2 } } };
    old_skip skip = { { gone, 1 }, WEFT_STR("kept"), 200, WEFT_STR("text"), 70000 };
    reads(w, &old_skip_type, &skip, &new_skip_type, "{\"last\":70000,\"kept\":\"kept\"}");
    reads(w, &old_renamed_type, &(old_renamed){ 1, 2, 3 }, &new_renamed_type, "{\"three\":3,\"two_new\":2,\"uno\":1}");
}

static void plan_missing_fields_defaulted(void **state)
{
    /* Goal: each kind of default, and those of options, which need none. */
    world *w = *state;
    WEFT_RULE("schema.plan");
    reads(w, &old_absent_type, &(old_absent){ 5 }, &new_absent_type,
          "{\"number\":7,\"kept\":5,\"text\":\"absent\",\"tags\":[],\"maybe\":null,\"leaf\":null,\"way\":null,"
          "\"color\":\"green\"}");
}

static void plan_numbers_widen(void **state)
{
    /* Goal: unsigned to unsigned and to larger signed, signed to signed, f32 to f64; also as elements and keys. */
    world *w = *state;
    WEFT_RULE("schema.plan");
    uint16_t list[] = { 65535 };
    old_u8_u8_map_pair map[] = { { 0, 255 }, { 128, 1 }, { 255, 0 } };
    old_wide wide = { .a = 255,
                      .b = 255,
                      .c = 65535,
                      .d = UINT32_MAX,
                      .e = -128,
                      .f = -32768,
                      .g = 0.5f,
                      .h = { list, 1 },
                      .i = { map, 3 },
                      .j = { 0, 128, 255 },
                      .k = { 254, 255 },
                      .l = { true, 255 } };
    reads(w, &old_wide_type, &wide, &new_wide_type,
          "{\"a\":255,\"b\":255,\"c\":65535,\"d\":4294967295,\"e\":-128,\"f\":-32768,\"g\":0.5,\"h\":[65535],"
          "\"i\":{\"0\":255,\"128\":1,\"255\":0},\"j\":[0,128,255],\"k\":[254,255],\"l\":255}");
}

static void plan_options_read_what_they_hold(void **state)
{
    /* Goal: option<T> reads T: in place, behind a pointer, twice, and where the inner value changes too. */
    world *w = *state;
    WEFT_RULE("schema.plan");
    old_optional value = { 1, { -2 }, WEFT_STR("three"), { true, 4 } };
    reads(w, &old_optional_type, &value, &new_optional_type, "{\"a\":1,\"b\":{\"x\":-2},\"c\":[\"three\"],\"d\":[4]}");
    new_optional out;
    weft_bytes bytes = encoded(&old_optional_type, &value);
    assert_int_equal(weft__decode(&new_optional_type, plan_of(w, &old_optional_type, &new_optional_type), bytes,
                                  w->arena, &out, NULL),
                     0);
    assert_true(out.c.has && out.c.value.has && out.d.has && out.d.value.has);
    value.d.has = false;
    bytes = encoded(&old_optional_type, &value);
    assert_int_equal(weft__decode(&new_optional_type, plan_of(w, &old_optional_type, &new_optional_type), bytes,
                                  w->arena, &out, NULL),
                     0);
    assert_false(out.d.has);
}

static void plan_variants_by_name(void **state)
{
    /* Goal: variants find each other by name and older name, whatever their payloads become. */
    world *w = *state;
    WEFT_RULE("schema.plan");
    old_shape shape = { .kind = OLD_SHAPE_NONE };
    reads(w, &old_shape_type, &shape, &new_shape_type, "\"none\"");
    shape = (old_shape){ .kind = OLD_SHAPE_CIRCLE, .as.circle = 9 };
    reads(w, &old_shape_type, &shape, &new_shape_type, "{\"circle\":9}");
    shape = (old_shape){ .kind = OLD_SHAPE_SQUARE, .as.square = { 4, WEFT_STR("s") } };
    reads(w, &old_shape_type, &shape, &new_shape_type, "{\"box\":{\"name\":\"s\",\"side\":4,\"depth\":9}}");
    shape = (old_shape){ .kind = OLD_SHAPE_BARE };
    reads(w, &old_shape_type, &shape, &new_shape_type, "{\"bare\":{\"a\":5,\"b\":\"b\"}}");
    shape = (old_shape){ .kind = OLD_SHAPE_FULL, .as.full = { 1 } };
    reads(w, &old_shape_type, &shape, &new_shape_type, "\"full\"");
    reads(w, &old_color_type, &(old_color){ .kind = OLD_COLOR_GREEN }, &new_color_type, "\"green\"");
    reads(w, &old_color_type, &(old_color){ .kind = OLD_COLOR_RED }, &new_color_type, "\"red\"");
}

static void plan_unknown_variants(void **state)
{
    /* Goal: UNKNOWN, its payload skipped; in a closed enum a failure of this message, of no other. */
    world *w = *state;
    WEFT_RULE("schema.plan.errors");
    weft_str name = WEFT_STR("x");
    weft_str_list names = { &name, 1 };
    old_shape shape = { .kind = OLD_SHAPE_STRANGE, .as.strange.a = { (const weft_str_list *)&names, 1 } };
    new_shape out;
    assert_int_equal(weft__decode(&new_shape_type, plan_of(w, &old_shape_type, &new_shape_type),
                                  encoded(&old_shape_type, &shape), w->arena, &out, NULL),
                     0);
    assert_int_equal(out.kind, NEW_SHAPE_UNKNOWN);
    /* An index that the counterpart's own type has not. */
    assert_int_equal(weft__decode(&new_shape_type, plan_of(w, &old_shape_type, &new_shape_type), BYTES(0x92, 99, 0xc0),
                                  w->arena, &out, NULL),
                     0);
    assert_int_equal(out.kind, NEW_SHAPE_UNKNOWN);
    refuses(w, &old_way_type, encoded(&old_way_type, &(old_way){ .kind = OLD_WAY_SIDEWAYS }), &new_way_type,
            "an unknown variant of a closed enum");
    reads(w, &old_way_type, &(old_way){ .kind = OLD_WAY_DOWN }, &new_way_type, "\"down\"");
}

static void plan_inside_everything(void **state)
{
    /* Goal: what a plan reads stands in lists, maps, arrays and options as by itself. */
    world *w = *state;
    old_shape list[] = { { .kind = OLD_SHAPE_NONE }, { .kind = OLD_SHAPE_CIRCLE, .as.circle = 1 } };
    old_shape first = { .kind = OLD_SHAPE_SQUARE, .as.square = { 4, WEFT_STR("s") } };
    old_str_shape_map_pair named[] = { { WEFT_STR("a"), { .kind = OLD_SHAPE_BARE } },
                                       { WEFT_STR("b"), { .kind = OLD_SHAPE_FULL } } };
    old_shapes shapes = { { list, 2 }, &first, { named, 2 }, { list[1], list[0] } };
    reads(w, &old_shapes_type, &shapes, &new_shapes_type,
          "{\"first\":{\"box\":{\"name\":\"s\",\"side\":4,\"depth\":9}},\"pair\":[{\"circle\":1},\"none\"],"
          "\"named\":{\"a\":{\"bare\":{\"a\":5,\"b\":\"b\"}},\"b\":\"full\"},\"shapes\":[\"none\",{\"circle\":1}]}");
    shapes.first = NULL;
    shapes.shapes.len = 0;
    shapes.named.len = 0;
    reads(w, &old_shapes_type, &shapes, &new_shapes_type,
          "{\"first\":null,\"pair\":[{\"circle\":1},\"none\"],\"named\":{},\"shapes\":[]}");
}

static void plan_recursive(void **state)
{
    /* Goal: recursive types are planned once and read to their ends. */
    world *w = *state;
    WEFT_RULE("schema.plan");
    old_tree up = { .value = 9 };
    old_tree children[] = { { .value = 2, .note = WEFT_STR("n") }, { .value = 3 } };
    old_u8_tree_map_pair named[] = { { 200, { .value = 4, .up = &up } } };
    old_tree tree = { .value = 1, .children = { children, 2 }, .named = { named, 1 }, .up = &up };
    reads(w, &old_tree_type, &tree, &new_tree_type,
          "{\"up\":{\"up\":null,\"value\":9,\"named\":{},\"children\":[],\"size\":3},\"value\":1,\"named\":{\"200\":"
          "{\"up\":{\"up\":null,\"value\":9,\"named\":{},\"children\":[],\"size\":3},\"value\":4,\"named\":{},"
          "\"children\":[],\"size\":3}},\"children\":[{\"up\":null,\"value\":2,\"named\":{},\"children\":[],\"size\":3}"
          ",{\"up\":null,\"value\":3,\"named\":{},\"children\":[],\"size\":3}],\"size\":3}");
}

static void plan_identity_where_nothing_differs(void **state)
{
    /* Goal: equal ids, and types that differ in name or width alone, need no plan; others do. */
    world *w = *state;
    WEFT_RULE("schema.plan");
    assert_null(plan_of(w, &old_leaf_type, &old_leaf_type));
    assert_null(plan_of(w, &old_leaf_type, &new_leaf_type));
    assert_null(plan_of(w, &old_same_widened_type, &new_same_widened_type));
    assert_null(plan_of(w, &weft_type_u8, &weft_type_i16));
    assert_non_null(plan_of(w, &old_same_type, &new_same_type));
    /* The same pair is the same plan. */
    assert_ptr_equal(plan_of(w, &old_same_type, &new_same_type), plan_of(w, &old_same_type, &new_same_type));
}

/* n options of Nested in one another: 92 91 92 91 … c0 00 … */
static size_t nest(uint8_t *out, unsigned n)
{
    size_t len = 0;
    for (unsigned i = 0; i < n; i++) {
        out[len++] = 0x92;
        if (i + 1 < n)
            out[len++] = 0x91;
    }
    out[len++] = 0xc0;
    for (unsigned i = 0; i < n; i++)
        out[len++] = 0;
    return len;
}

/* An old_skip whose first field is n arrays in one another. */
static size_t nest_skipped(uint8_t *out, unsigned n)
{
    static const uint8_t rest[] = { 0xc0, 0xa0, 0, 0xa0, 0 };
    out[0] = 0x95;
    memset(out + 1, 0x91, n);
    memcpy(out + 1 + n, rest, sizeof rest);
    return 1 + n + sizeof rest;
}

static void plan_nesting_ends_at_64(void **state)
{
    /* Goal: 64 containers are read, one more is refused: read, skipped, or added by an option. */
    world *w = *state;
    WEFT_RULE("schema.plan.errors");
    uint8_t bytes[512];
    new_nested out;
    const weft__plan *plan = plan_of(w, &old_nested_type, &new_nested_type);
    weft_error error;
    assert_non_null(plan);
    /* A struct and an option each: the 32nd struct is the 63rd container. */
    size_t len = nest(bytes, 32);
    assert_int_equal(weft__decode(&new_nested_type, plan, weft_bytes_of(bytes, len), w->arena, &out, &error), 0);
    len = nest(bytes, 33);
    assert_int_equal(weft__decode(&new_nested_type, plan, weft_bytes_of(bytes, len), w->arena, &out, &error),
                     WEFT_EBADMSG);
    assert_non_null(strstr(error.text, "nested too deeply"));
    /* In a field that is skipped. */
    new_skip skip;
    plan = plan_of(w, &old_skip_type, &new_skip_type);
    len = nest_skipped(bytes, 63);
    assert_int_equal(weft__decode(&new_skip_type, plan, weft_bytes_of(bytes, len), w->arena, &skip, &error), 0);
    len = nest_skipped(bytes, 64);
    refuses(w, &old_skip_type, weft_bytes_of(bytes, len), &new_skip_type,
            "gone: a value to be skipped is malformed or nested too deeply");
}

static void plan_added_options_count_as_nesting(void **state)
{
    /* Goal: what is decoded can be encoded: 21 times struct, option and list are 63 containers, 22 times are 66. */
    world *w = *state;
    WEFT_RULE("schema.plan.errors");
    uint8_t bytes[64];
    weft_error error;
    new_chain out;
    const weft__plan *plan = plan_of(w, &old_chain_type, &new_chain_type);
    memset(bytes, 0x91, sizeof bytes);
    bytes[2 * 21 - 1] = 0x90;
    assert_int_equal(weft__decode(&new_chain_type, plan, weft_bytes_of(bytes, (size_t)2 * 21), w->arena, &out, &error),
                     0);
    (void)encoded(&new_chain_type, &out);
    bytes[2 * 21 - 1] = 0x91;
    bytes[2 * 22 - 1] = 0x90;
    assert_int_equal(weft__decode(&new_chain_type, plan, weft_bytes_of(bytes, (size_t)2 * 22), w->arena, &out, &error),
                     WEFT_EBADMSG);
    assert_non_null(strstr(error.text, "nested too deeply"));
}

static void plan_malformed_values_refused(void **state)
{
    /* Goal: what no counterpart encodes is refused with its place, and writes nothing. */
    world *w = *state;
    refuses(w, &old_order_type, BYTES(0x92, 1, 0xa0), &new_order_type, "a struct with another number of fields");
    refuses(w, &old_order_type, BYTES(0x94, 1, 0xa0, 0x90, 0), &new_order_type,
            "a struct with another number of fields");
    refuses(w, &old_order_type, BYTES(0x93, 0xa0, 0xa0, 0x90), &new_order_type, "first: not a valid u32");
    refuses(w, &old_skip_type, BYTES(0x95, 0xc1, 0xa0, 0, 0xa0, 0), &new_skip_type,
            "gone: a value to be skipped is malformed or nested too deeply");
    refuses(w, &old_skip_type, BYTES(0x95, 0x80, 0xa0, 0, 0xa5), &new_skip_type, "not a valid struct");
    refuses(w, &old_shape_type, BYTES(0x92, 0, 1), &new_shape_type, "none: a payload where there is none");
    refuses(w, &old_shape_type, BYTES(0x92, 3, 0x90), &new_shape_type, "bare: a payload where there is none");
    refuses(w, &old_shape_type, BYTES(0x92, 2, 0xc0), &new_shape_type, "box: not a valid struct");
    refuses(w, &old_shape_type, BYTES(0x92, 5, 0xc1), &new_shape_type,
            "the payload of an unknown variant is malformed or nested too deeply");
    refuses(
        w, &old_wide_type,
        BYTES(0x9c, 1, 1, 1, 1, 1, 1, 0xca, 0, 0, 0, 0, 0x90, 0x82, 2, 0, 1, 0, 0xc4, 3, 1, 2, 3, 0xc4, 2, 1, 2, 0xc0),
        &new_wide_type, "i[1]: keys are not strictly ascending");
    refuses(w, &old_wide_type,
            BYTES(0x9c, 1, 1, 1, 1, 1, 1, 0xca, 0, 0, 0, 0, 0x90, 0x80, 0xc4, 2, 1, 2, 0xc4, 2, 1, 2, 0xc0),
            &new_wide_type, "j: an array of another length");
}

static void plan_every_cut_refused(void **state)
{
    /* Goal: a value cut at any byte is refused, and nothing is half filled. */
    world *w = *state;
    old_shape list[] = { { .kind = OLD_SHAPE_NONE }, { .kind = OLD_SHAPE_CIRCLE, .as.circle = 1000 } };
    old_shape first = { .kind = OLD_SHAPE_SQUARE, .as.square = { 4, WEFT_STR("s") } };
    old_str_shape_map_pair named[] = { { WEFT_STR("a"), { .kind = OLD_SHAPE_STRANGE } } };
    old_shapes shapes = { { list, 2 }, &first, { named, 1 }, { list[1], list[0] } };
    weft_bytes bytes = encoded(&old_shapes_type, &shapes);
    const weft__plan *plan = plan_of(w, &old_shapes_type, &new_shapes_type);
    for (size_t len = 0; len < bytes.len; len++) {
        uint8_t *cut = malloc(len ? len : 1); /* of its own: reading behind the end is found out */
        new_shapes out, before;
        assert_non_null(cut);
        memcpy(cut, bytes.ptr, len);
        memset(&out, 0x5a, sizeof out);
        memset(&before, 0x5a, sizeof before);
        assert_int_equal(weft__decode(&new_shapes_type, plan, weft_bytes_of(cut, len), w->arena, &out, NULL),
                         WEFT_EBADMSG);
        assert_memory_equal(&out, &before, sizeof out);
        free(cut);
    }
}

static void plan_memory_of_defaulted_elements_bounded(void **state)
{
    /* Goal: elements of no bytes to speak of that are large here cannot be made to fill the memory. */
    (void)state;
    weft_test_alloc alloc;
    world w;
    enum { N = 1000000 };
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft_arena_new(&alloc.allocator, &w.arena), 0);
    assert_int_equal(weft__plans_new(NULL, &w.plans), 0);
    const weft__plan *plan = plan_of(&w, &old_skeleton_type, &new_skeleton_type);
    uint8_t *bytes = malloc(6 + N);
    assert_non_null(bytes);
    const uint8_t head[] = { 0x91, 0xdd, 0, N >> 16, (N >> 8) & 255, N & 255 };
    memcpy(bytes, head, sizeof head);
    memset(bytes + sizeof head, 0x90, N);
    new_skeleton out;
    weft_error error;
    assert_int_equal(
        weft__decode(&new_skeleton_type, plan, weft_bytes_of(bytes, sizeof head + N), w.arena, &out, &error),
        WEFT_EBADMSG);
    assert_string_equal(error.text, "a: it would take far more memory than its bytes");
    assert_true(alloc.peak_bytes < WEFT_DECODED_SPARE + WEFT_DECODED_FACTOR * (sizeof head + N) + 4096);
    /* A count that the remote type's bytes cannot hold is refused before anything is allocated for it. */
    assert_int_equal(weft__decode(&new_skeleton_type, plan, BYTES(0x91, 0xdc, 0x10, 0, 0x90), w.arena, &out, &error),
                     WEFT_EBADMSG);
    free(bytes);
    weft__plans_free(w.plans);
    weft_arena_free(w.arena);
    weft_test_alloc_assert_empty(&alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plan_fields_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_missing_fields_defaulted, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_numbers_widen, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_options_read_what_they_hold, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_variants_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_unknown_variants, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_inside_everything, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_recursive, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_identity_where_nothing_differs, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_nesting_ends_at_64, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_added_options_count_as_nesting, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_malformed_values_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_every_cut_refused, setup, teardown),
        cmocka_unit_test(plan_memory_of_defaulted_elements_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
