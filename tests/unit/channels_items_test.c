/* Items of every type through generated code: as parameter of send and of the item function, in both directions. */
#include "tests/unit/rpc/streams.h"

static int setup(void **state)
{
    rig *r = rig_new();
    memset(&handled, 0, sizeof handled);
    r->serves = &st_streams_service;
    r->handler = &streams_handler;
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    rig_free(*state);
    return 0;
}

static int n_items; /* of all readers below */

/* ---- lists ---- */

static bool on_rows(void *user, st_sample_list_rx rx, st_sample_list item)
{
    (void)user, (void)rx;
    n_items++;
    assert_int_equal(item.len, 2);
    assert_true(weft_str_equal(item.items[1].note, WEFT_STR("second")));
    return true;
}

static bool on_maps(void *user, st_str_u32_list_map_rx rx, st_str_u32_list_map item)
{
    (void)user, (void)rx;
    n_items++;
    const weft_u32_list *found = st_str_u32_list_map_find(item, WEFT_STR("b"));
    assert_non_null(found);
    assert_int_equal(found->len, 3);
    assert_int_equal(found->items[2], 30);
    return true;
}

static bool on_digests(void *user, st_u8_4_array_rx rx, const uint8_t item[4])
{
    (void)user, (void)rx;
    n_items++;
    assert_memory_equal(item, "\x01\x02\x03\xff", 4);
    return true;
}

static bool on_grids(void *user, st_u16_2_array_3_array_rx rx, const uint16_t item[3][2])
{
    (void)user, (void)rx;
    n_items++;
    assert_int_equal(item[0][1], 2);
    assert_int_equal(item[2][1], 6);
    return true;
}

static bool on_refs(void *user, st_sample_opt_2_array_1_array_2_array_rx rx, const st_sample *const item[2][1][2])
{
    (void)user, (void)rx;
    n_items++;
    assert_null(item[0][0][0]);
    assert_true(weft_str_equal(item[1][0][1]->note, WEFT_STR("deep")));
    return true;
}

static void items_of_composites_arrive(void **state)
{
    /* Goal: lists, maps and arrays of arrays are handed over as such, on five channels of one call. */
    rig *r = *state;
    static const st_sample_list_reader rows_reader = { sizeof rows_reader, on_rows, NULL };
    static const st_str_u32_list_map_reader maps_reader = { sizeof maps_reader, on_maps, NULL };
    static const st_u8_4_array_reader digests_reader = { sizeof digests_reader, on_digests, NULL };
    static const st_u16_2_array_3_array_reader grids_reader = { sizeof grids_reader, on_grids, NULL };
    static const st_sample_opt_2_array_1_array_2_array_reader refs_reader = { sizeof refs_reader, on_refs, NULL };
    st_streams_client client = streams_open(r);
    st_sample_list_rx rows;
    st_str_u32_list_map_tx maps;
    st_u8_4_array_rx digests;
    st_u16_2_array_3_array_tx grids;
    st_sample_opt_2_array_1_array_2_array_rx refs;
    assert_int_equal(st_streams_lists(client, NULL, NULL, NULL, NULL, &rows, &maps, &digests, &grids, &refs), 0);
    rig_run(r);
    assert_int_equal(st_sample_list_read(rows, &rows_reader, NULL), 0);
    assert_int_equal(st_str_u32_list_map_read(handled.maps, &maps_reader, NULL), 0);
    assert_int_equal(st_u8_4_array_read(digests, &digests_reader, NULL), 0);
    assert_int_equal(st_u16_2_array_3_array_read(handled.grids, &grids_reader, NULL), 0);
    assert_int_equal(st_sample_opt_2_array_1_array_2_array_read(refs, &refs_reader, NULL), 0);

    st_sample samples[2];
    st_sample_init(&samples[0]);
    st_sample_init(&samples[1]);
    samples[1].note = WEFT_STR("second");
    const uint32_t numbers[] = { 10, 20, 30 };
    st_str_u32_list_map_pair pairs[] = { { WEFT_STR("a"), { numbers, 1 } }, { WEFT_STR("b"), { numbers, 3 } } };
    const uint8_t digest[4] = { 1, 2, 3, 255 };
    const uint16_t grid[3][2] = { { 1, 2 }, { 3, 4 }, { 5, 6 } };
    st_sample deep;
    st_sample_init(&deep);
    deep.note = WEFT_STR("deep");
    const st_sample *const all[2][1][2] = { { { NULL, NULL } }, { { NULL, &deep } } };
    n_items = 0;
    assert_int_equal(st_sample_list_send(handled.rows, (st_sample_list){ samples, 2 }), 0);
    assert_int_equal(st_str_u32_list_map_send(maps, (st_str_u32_list_map){ pairs, 2 }), 0);
    assert_int_equal(st_u8_4_array_send(handled.digests, digest), 0);
    assert_int_equal(st_u16_2_array_3_array_send(grids, grid), 0);
    assert_int_equal(st_sample_opt_2_array_1_array_2_array_send(handled.refs, all), 0);
    rig_run(r);
    assert_int_equal(n_items, 5);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

/* ---- options ---- */

static bool on_sample_opt(void *user, st_sample_opt_rx rx, const st_sample *item_or_null)
{
    (void)rx;
    streams_note(user, item_or_null ? item_or_null->note : WEFT_STR("none"));
    return true;
}

static bool on_u32_opt(void *user, st_u32_opt_rx rx, weft_opt_u32 item)
{
    (void)rx;
    streams_note(user, item.has ? WEFT_STR("some") : WEFT_STR("none"));
    return true;
}

static void items_of_options_arrive(void **state)
{
    /* Goal: none is an item like others: a NULL for structs, {false} for scalars. */
    rig *r = *state;
    static const st_sample_opt_reader samples_reader = { sizeof samples_reader, on_sample_opt, NULL };
    static const st_u32_opt_reader numbers_reader = { sizeof numbers_reader, on_u32_opt, NULL };
    streams_notes samples_notes = { 0 }, numbers_notes = { 0 };
    st_streams_client client = streams_open(r);
    st_sample_opt_rx samples;
    st_u32_opt_tx numbers;
    assert_int_equal(st_streams_opts(client, NULL, NULL, NULL, NULL, &samples, &numbers), 0);
    rig_run(r);
    assert_int_equal(st_sample_opt_read(samples, &samples_reader, &samples_notes), 0);
    assert_int_equal(st_u32_opt_read(handled.numbers_in, &numbers_reader, &numbers_notes), 0);
    st_sample sample;
    st_sample_init(&sample);
    sample.note = WEFT_STR("one");
    assert_int_equal(st_sample_opt_send(handled.samples_out, NULL), 0);
    assert_int_equal(st_sample_opt_send(handled.samples_out, &sample), 0);
    assert_int_equal(st_u32_opt_send(numbers, (weft_opt_u32){ true, 7 }), 0);
    assert_int_equal(st_u32_opt_send(numbers, (weft_opt_u32){ false, 0 }), 0);
    rig_run(r);
    assert_string_equal(samples_notes.text, "none one ");
    assert_string_equal(numbers_notes.text, "some none ");
    weft_call_drop(handled.call);
    streams_end(r, client);
}

/* ---- imported types ---- */

static bool on_region(void *user, st_kv_common_v1_region_rx rx, const kv_common_v1_region *item)
{
    (void)user, (void)rx;
    n_items++;
    assert_int_equal(item->kind, KV_COMMON_V1_REGION_ASIA);
    return true;
}

static bool on_regions(void *user, st_kv_common_v1_region_list_rx rx, kv_common_v1_region_list item)
{
    (void)user, (void)rx;
    n_items++;
    assert_int_equal(item.len, 2);
    assert_int_equal(item.items[1].kind, KV_COMMON_V1_REGION_EUROPE);
    return true;
}

static void items_of_imported_types_arrive(void **state)
{
    /* Goal: the types of another file are items like the file's own. */
    rig *r = *state;
    static const st_kv_common_v1_region_reader wanted_reader = { sizeof wanted_reader, on_region, NULL };
    static const st_kv_common_v1_region_list_reader known_reader = { sizeof known_reader, on_regions, NULL };
    st_streams_client client = streams_open(r);
    st_kv_common_v1_region_rx wanted;
    st_kv_common_v1_region_list_tx known;
    assert_int_equal(st_streams_regions(client, NULL, NULL, NULL, NULL, &wanted, &known), 0);
    rig_run(r);
    assert_int_equal(st_kv_common_v1_region_read(wanted, &wanted_reader, NULL), 0);
    assert_int_equal(st_kv_common_v1_region_list_read(handled.known, &known_reader, NULL), 0);
    const kv_common_v1_region regions[] = { kv_common_v1_region_make_asia(), kv_common_v1_region_make_europe() };
    n_items = 0;
    assert_int_equal(st_kv_common_v1_region_send(handled.wanted, &regions[0]), 0);
    assert_int_equal(st_kv_common_v1_region_list_send(known, (kv_common_v1_region_list){ regions, 2 }), 0);
    rig_run(r);
    assert_int_equal(n_items, 2);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

/* ---- large items ---- */

static uint8_t large[1u << 20]; /* many frames, and four times the channel's window of bytes */

static bool on_large(void *user, st_bytes_rx rx, weft_bytes item)
{
    (void)user, (void)rx;
    n_items++;
    assert_int_equal(item.len, sizeof large);
    assert_memory_equal(item.ptr, large, sizeof large);
    return true;
}

static void items_larger_than_a_frame_arrive_whole(void **state)
{
    /* Goal: an item of many frames arrives as one, and the next waits until its bytes are consumed. */
    rig *r = *state;
    static const st_bytes_reader reader = { sizeof reader, on_large, streams_on_end };
    streams_notes notes = { 0 };
    st_streams_client client = streams_open(r);
    st_bytes_tx blobs;
    int n_room = 0;
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (uint8_t)(i * 7 + (i >> 8));
    assert_int_equal(st_streams_blobs(client, NULL, NULL, NULL, NULL, &blobs), 0);
    n_items = 0;
    assert_int_equal(st_bytes_send(blobs, weft_bytes_of(large, sizeof large)), 0);
    assert_int_equal(st_bytes_send(blobs, weft_bytes_of(large, sizeof large)), WEFT_EAGAIN); /* items left, bytes not */
    assert_int_equal(st_bytes_on_room(blobs, on_room, &n_room), 0);
    rig_run(r);
    assert_int_equal(n_room, 0);
    assert_int_equal(st_bytes_read(handled.blobs, &reader, &notes), 0);
    rig_run(r);
    assert_int_equal(n_items, 1);
    assert_int_equal(n_room, 1);
    assert_int_equal(st_bytes_send(blobs, weft_bytes_of(large, sizeof large)), 0);
    assert_int_equal(weft_channel_finish(blobs.channel), 0);
    rig_run(r);
    assert_int_equal(n_items, 2);
    assert_ended(&notes, WEFT_CHANNEL_FINISHED, 0, 0);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(items_of_composites_arrive),
        TEST(items_of_options_arrive),
        TEST(items_of_imported_types_arrive),
        TEST(items_larger_than_a_frame_arrive_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
