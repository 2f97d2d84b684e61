/* Generated code at work: defaults, round trips, makers, maps, and what the tables say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "all.weft.h"
#include "corners.weft.h"
#include "kv.weft.h"

typedef struct fixture {
    weft_arena *arena;
    weft_writer *writer;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    *state = &f;
    return weft_arena_new(NULL, &f.arena) < 0 || weft_writer_new(NULL, 1 << 20, &f.writer) < 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    weft_writer_free(f->writer);
    weft_arena_free(f->arena);
    return 0;
}

/* ---- defaults ---- */

static void generated_init_sets_what_the_source_says(void **state)
{
    /* Goal: every kind of default reaches the C value. */
    (void)state;
    tall_defaults v;
    tall_defaults_init(&v);
    assert_true(v.flag && v.enabled);
    assert_int_equal(v.a8, 255);
    assert_int_equal(v.a16, 0xffff);
    assert_int_equal(v.a32, 1000000);
    assert_true(v.a64 == UINT64_MAX && v.b64 == INT64_MIN);
    assert_int_equal(v.b8, -128);
    assert_int_equal(v.b16, -32768);
    assert_int_equal(v.b32, -1);
    assert_true(v.answer == TALL_ANSWER && v.c32 == TALL_HALF && v.c64 == TALL_PI);
    assert_true(v.huge_ == -1.5e300 && v.whole == 3.0);
    assert_true(weft_str_equal(v.text, WEFT_STR("two\nlines, a tab\t, a \\ and a \xf0\x9f\x98\x80")));
    assert_true(weft_str_equal(v.greeting, WEFT_STR(TALL_GREETING)));
    assert_int_equal(v.empty.len, 0);
    assert_int_equal(v.raw.len, 4);
    assert_memory_equal(v.raw.ptr, "\x00\x01\xfe\xff", 4);
    assert_true(v.lasts.ns == 1500000000);
    assert_int_equal(v.color.kind, TALL_COLOR_GREEN);
    assert_int_equal(v.shape.kind, TALL_SHAPE_NOTHING);
    assert_int_equal(v.list_of.len + v.points.len + v.map_of.len, 0);
    assert_true(!v.nested.verbose && v.nested.level == 3);
    assert_false(v.maybe.has);
}

static void generated_init_of_nested_defaults_reaches_inside(void **state)
{
    /* Goal: `= {}` of a struct carries the defaults of its fields, strings and bytes too, also for parameters and the
     * fields of a variant. */
    (void)state;
    corner_outer outer;
    corner_outer_init(&outer);
    assert_true(weft_str_equal(outer.inner.name, WEFT_STR("inner")));
    assert_memory_equal(outer.inner.raw.ptr, "\x00\xff", 2);
    assert_int_equal(outer.inner.level, -7);
    assert_true(outer.inner.wait.ns == -1500000000);
    assert_true(weft_str_equal(outer.question, WEFT_STR("*/ what?\?/")));
    corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args args;
    corner_corners_a_method_with_a_name_that_is_so_long_that_every_line_with_it_needs_care_args_init(&args);
    assert_int_equal(args.a_parameter_with_a_long_name_as_well, 7);
    assert_int_equal(args.another.inner.level, -7);
    tall_shape_rectangle_fields rectangle;
    tall_shape_rectangle_fields_init(&rectangle);
    assert_int_equal(rectangle.height, 1);
}

/* ---- values ---- */

static void generated_struct_survives_a_round_trip(void **state)
{
    /* Goal: encode, decode, equal and copy of one type work together. */
    fixture *f = *state;
    kv_entry entry;
    kv_entry_init(&entry);
    const weft_str tags[] = { WEFT_STR("red"), WEFT_STR("blue") };
    kv_common_v1_region place = kv_common_v1_region_make_asia();
    entry.key = WEFT_STR("k");
    entry.value = weft_bytes_of("\x01\x02", 2);
    entry.tags = (weft_str_list){ tags, 2 };
    entry.expires = (weft_opt_timestamp){ true, { 12, 34 } };
    entry.place = &place;

    kv_entry decoded;
    weft_error error;
    assert_int_equal(kv_entry_encode(&entry, f->writer), 0);
    assert_int_equal(kv_entry_decode(&decoded, weft_writer_bytes(f->writer), f->arena, &error), 0);
    assert_true(kv_entry_equal(&entry, &decoded));
    assert_int_equal(decoded.place->kind, KV_COMMON_V1_REGION_ASIA);

    kv_entry copy;
    assert_int_equal(kv_entry_copy(&copy, &decoded, f->arena), 0);
    weft_writer_clear(f->writer);
    assert_true(kv_entry_equal(&entry, &copy));
    copy.expires.value.nsec++;
    assert_false(kv_entry_equal(&entry, &copy));
}

static void generated_map_sorts_and_finds(void **state)
{
    /* Goal: a map's helpers order its pairs, refuse a key that stands twice, and find values. */
    fixture *f = *state;
    kv_str_u32_map_pair pairs[] = { { WEFT_STR("b"), 2 }, { WEFT_STR("a"), 1 }, { WEFT_STR("c"), 3 } };
    assert_int_equal(kv_str_u32_map_sort(pairs, 3), 0);
    kv_str_u32_map map = { pairs, 3 };
    assert_int_equal(*kv_str_u32_map_find(map, WEFT_STR("a")), 1);
    assert_int_equal(*kv_str_u32_map_find(map, WEFT_STR("c")), 3);
    assert_null(kv_str_u32_map_find(map, WEFT_STR("d")));

    kv_entry entry;
    kv_entry_init(&entry);
    entry.attrs = map;
    assert_int_equal(kv_entry_encode(&entry, f->writer), 0);
    pairs[1].key = WEFT_STR("a");
    assert_int_equal(kv_str_u32_map_sort(pairs, 3), WEFT_EINVAL);
}

static void generated_makers_set_kind_and_payload(void **state)
{
    /* Goal: each form of payload can be made, and reads back. */
    fixture *f = *state;
    const uint8_t digest[32] = { 1, [31] = 9 };
    tall_point point = { 3, 4 };
    tall_shape_tagged_fields tagged;
    tall_shape_tagged_fields_init(&tagged);
    const tall_shape shapes[] = { tall_shape_make_nothing(),      tall_shape_make_circle(0.5),
                                  tall_shape_make_point(&point),  tall_shape_make_maybe_point(&point),
                                  tall_shape_make_digest(digest), tall_shape_make_tagged(&tagged) };
    assert_int_equal(shapes[4].as.digest[31], 9);
    assert_int_equal(shapes[5].as.tagged.color.kind, TALL_COLOR_BLUE);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        tall_shape decoded;
        weft_writer_clear(f->writer);
        assert_int_equal(tall_shape_encode(&shapes[i], f->writer), 0);
        assert_int_equal(tall_shape_decode(&decoded, weft_writer_bytes(f->writer), f->arena, NULL), 0);
        assert_true(tall_shape_equal(&shapes[i], &decoded));
    }
}

static void generated_deep_composites_survive_a_round_trip(void **state)
{
    /* Goal: arrays of arrays, options of options, lists of lists have the shape that the codec takes them to have. */
    fixture *f = *state;
    corner_deep deep;
    corner_deep_init(&deep);
    corner_inner inner;
    corner_inner_init(&inner);
    const corner_u16_2_array_3_array grid = { { { 1, 2 }, { 3, 4 }, { 5, 6 } } };
    const corner_u64_u32_2_array_2_array_map_pair pair = { 7, { { { 1, 2 }, { 3, 4 } } } };
    deep.grid[3][2][1] = 5;
    deep.grids = (corner_u16_2_array_3_array_list){ &grid, 1 };
    deep.by_digest = (corner_u64_u32_2_array_2_array_map){ &pair, 1 };
    deep.opts.has = deep.opts.value.has = true;
    deep.pointers[1] = &inner;
    corner_deep decoded;
    assert_int_equal(corner_deep_encode(&deep, f->writer), 0);
    assert_int_equal(corner_deep_decode(&decoded, weft_writer_bytes(f->writer), f->arena, NULL), 0);
    assert_true(corner_deep_equal(&deep, &decoded));
    assert_int_equal(decoded.grid[3][2][1], 5);
    assert_int_equal(decoded.grids.items[0].items[2][1], 6);
    assert_int_equal(corner_u64_u32_2_array_2_array_map_find(decoded.by_digest, 7)->items[1][0], 3);
    assert_true(decoded.opts.value.has && !decoded.opts.value.value.has);
    assert_int_equal(decoded.pointers[1]->level, -7);
}

static int append(void *user, const char *text, size_t len)
{
    strncat(user, text, len);
    return 0;
}

static void generated_print_hides_sensitive_fields(void **state)
{
    /* Goal: @sensitive reaches the table. */
    (void)state;
    char text[512] = "";
    tall_annotated value;
    tall_annotated_init(&value);
    value.password = WEFT_STR("secret");
    value.id_number = 5;
    assert_int_equal(tall_annotated_print(&value, append, text), 0);
    assert_null(strstr(text, "secret"));
    assert_non_null(strstr(text, "\"***\""));
    assert_non_null(strstr(text, "\"id\""));
}

/* ---- services ---- */

static const weft_method *method_of(const char *name)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < tall_all_service.n_methods; i++)
        found = strcmp(tall_all_service.methods[i].name, name) == 0 ? i : found;
    assert_string_equal(tall_all_service.methods[found].name, name);
    return &tall_all_service.methods[found];
}

static void generated_service_table_says_what_the_source_says(void **state)
{
    /* Goal: names, policy, timeout, types and offsets of methods. */
    (void)state;
    assert_string_equal(tall_all_service.name, "test.all.v1.All");
    assert_int_equal(tall_all_service.method_size, sizeof(weft_method));
    for (uint32_t i = 0; i < tall_all_service.n_methods; i++) {
        const weft_method *method = &tall_all_service.methods[i];
        assert_true(method->id != 0 && method->roots[0].len > 0 && method->roots[1].len > 0);
    }
    const weft_method *store = method_of("store");
    const weft_method *locate = method_of("locate");
    const weft_method *ping = method_of("ping");
    assert_int_equal(store->flags, WEFT_METHOD_PERSISTENT);
    assert_true(store->timeout_ns == 30 * WEFT_NS_PER_S && ping->timeout_ns == WEFT_TIMEOUT_DEFAULT);
    assert_ptr_equal(store->args, &tall_all_store_args_type);
    assert_ptr_equal(store->error, &tall_failure_type);
    assert_int_equal(store->value_offset, offsetof(tall_all_store_reply, value));
    assert_int_equal(locate->error_offset, offsetof(tall_all_locate_reply, error));
    assert_int_equal(locate->reply_size, sizeof(tall_all_locate_reply));
    assert_true(!ping->result && ping->args->n == 0);
}

static void on_ping(void *self, tall_all_ping_call call)
{
    (void)call;
    ++*(int *)self;
}

static void on_closed(void *self)
{
    *(int *)self += 100;
}

static void generated_dispatch_calls_only_what_the_table_has(void **state)
{
    /* Goal: a missing function, one beyond the table's size, and a present one. */
    (void)state;
    int n_calls = 0;
    const weft_method *ping = &tall_all_service.methods[0];
    tall_all_handler handler = { .size = sizeof handler, .closed = on_closed, .ping = on_ping };
    assert_int_equal(ping->dispatch(&handler, &n_calls, (weft_call){ 0 }, NULL), 0);
    assert_int_equal(n_calls, 1);
    assert_int_equal(ping[1].dispatch(&handler, &n_calls, (weft_call){ 0 }, NULL), WEFT_OUTCOME_UNKNOWN_METHOD);
    handler.size = offsetof(tall_all_handler, ping);
    assert_int_equal(ping->dispatch(&handler, &n_calls, (weft_call){ 0 }, NULL), WEFT_OUTCOME_UNKNOWN_METHOD);
    tall_all_service.closed(&handler, &n_calls);
    assert_int_equal(n_calls, 101);
    handler.closed = NULL;
    tall_all_service.closed(&handler, &n_calls);
    assert_int_equal(n_calls, 101);
}

static void on_flags(void *user, const tall_all_flags_reply *reply)
{
    *(bool *)user = reply->value[7];
}

static void generated_deliver_calls_the_typed_callback(void **state)
{
    /* Goal: a callback stored in its general form gets its own reply type. */
    (void)state;
    tall_all_flags_reply reply = { .value = { [7] = true } };
    bool is_last_set = false;
    method_of("flags")->deliver((void (*)(void))on_flags, &is_last_set, &reply);
    assert_true(is_last_set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(generated_init_sets_what_the_source_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generated_init_of_nested_defaults_reaches_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generated_struct_survives_a_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generated_map_sorts_and_finds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generated_makers_set_kind_and_payload, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generated_deep_composites_survive_a_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generated_print_hides_sensitive_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generated_service_table_says_what_the_source_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generated_dispatch_calls_only_what_the_table_has, set_up, tear_down),
        cmocka_unit_test_setup_teardown(generated_deliver_calls_the_typed_callback, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
