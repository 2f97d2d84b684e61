/* Made by weftc 0.1.0 from streams.weft. Do not edit. */
#include "streams.weft.h"

_Static_assert(sizeof(st_event_kind) == sizeof(int), "an enum as wide as int");
_Static_assert(sizeof(st_stream_error_kind) == sizeof(int), "an enum as wide as int");

static const weft_type st_kv_common_v1_region_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(kv_common_v1_region_list),
    .element = &kv_common_v1_region_type,
};

static const weft_type st_sample_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .flags = WEFT_TYPE_INDIRECT,
    .c_size = sizeof(const st_sample *),
    .element = &st_sample_type,
};

static const weft_type st_sample_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(st_sample_list),
    .element = &st_sample_type,
};

static const weft_type st_u32_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_u32_list),
    .element = &weft_type_u32,
};

const weft_type st_str_u32_list_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(st_str_u32_list_map),
    .offset = offsetof(st_str_u32_list_map_pair, value),
    .stride = sizeof(st_str_u32_list_map_pair),
    .element = &st_u32_list_type,
    .key = &weft_type_str,
};

static const weft_type st_u8_4_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 4,
    .c_size = sizeof(uint8_t[4]),
    .element = &weft_type_u8,
};

static const weft_type st_u16_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(uint16_t[2]),
    .element = &weft_type_u16,
};

static const weft_type st_u16_2_array_3_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 3,
    .c_size = sizeof(uint16_t[3][2]),
    .element = &st_u16_2_array_type,
};

static const weft_type st_sample_opt_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(const st_sample *[2]),
    .element = &st_sample_opt_type,
};

static const weft_type st_sample_opt_2_array_1_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 1,
    .c_size = sizeof(const st_sample *[1][2]),
    .element = &st_sample_opt_2_array_type,
};

static const weft_type st_sample_opt_2_array_1_array_2_array_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ARRAY,
    .n = 2,
    .c_size = sizeof(const st_sample *[2][1][2]),
    .element = &st_sample_opt_2_array_1_array_type,
};

static const weft_type st_u32_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_u32),
    .offset = offsetof(weft_opt_u32, value),
    .element = &weft_type_u32,
};

/* ---- channels of st_str ------------------------------------------------------------------------------------------ */

int st_str_send(st_str_tx tx, weft_str item)
{
    return weft_gen_send(tx.channel, &weft_type_str, &item);
}

int st_str_on_room(st_str_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_str__item_fn)(void *user, st_str_rx rx, weft_str item);

static bool st_str__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_str_rx rx = { channel };
    return ((st_str__item_fn)item)(user, rx, *(const weft_str *)value);
}

int st_str_read(st_str_rx rx, const st_str_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &weft_type_str, st_str__deliver, (void (*)(void))reader->item, reader->end,
                            user);
}

/* ---- channels of st_kv_common_v1_region -------------------------------------------------------------------------- */

int st_kv_common_v1_region_send(st_kv_common_v1_region_tx tx, const kv_common_v1_region *item)
{
    return weft_gen_send(tx.channel, &kv_common_v1_region_type, item);
}

int st_kv_common_v1_region_on_room(st_kv_common_v1_region_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_kv_common_v1_region__item_fn)(void *user, st_kv_common_v1_region_rx rx,
                                                const kv_common_v1_region *item);

static bool st_kv_common_v1_region__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_kv_common_v1_region_rx rx = { channel };
    return ((st_kv_common_v1_region__item_fn)item)(user, rx, value);
}

int st_kv_common_v1_region_read(st_kv_common_v1_region_rx rx, const st_kv_common_v1_region_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &kv_common_v1_region_type, st_kv_common_v1_region__deliver,
                            (void (*)(void))reader->item, reader->end, user);
}

/* ---- channels of st_kv_common_v1_region_list --------------------------------------------------------------------- */

int st_kv_common_v1_region_list_send(st_kv_common_v1_region_list_tx tx, kv_common_v1_region_list item)
{
    return weft_gen_send(tx.channel, &st_kv_common_v1_region_list_type, &item);
}

int st_kv_common_v1_region_list_on_room(st_kv_common_v1_region_list_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_kv_common_v1_region_list__item_fn)(void *user, st_kv_common_v1_region_list_rx rx,
                                                     kv_common_v1_region_list item);

static bool st_kv_common_v1_region_list__deliver(void (*item)(void), void *user, weft_channel channel,
                                                 const void *value)
{
    st_kv_common_v1_region_list_rx rx = { channel };
    return ((st_kv_common_v1_region_list__item_fn)item)(user, rx, *(const kv_common_v1_region_list *)value);
}

int st_kv_common_v1_region_list_read(st_kv_common_v1_region_list_rx rx,
                                     const st_kv_common_v1_region_list_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &st_kv_common_v1_region_list_type, st_kv_common_v1_region_list__deliver,
                            (void (*)(void))reader->item, reader->end, user);
}

/* ---- channels of st_sample --------------------------------------------------------------------------------------- */

int st_sample_send(st_sample_tx tx, const st_sample *item)
{
    return weft_gen_send(tx.channel, &st_sample_type, item);
}

int st_sample_on_room(st_sample_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_sample__item_fn)(void *user, st_sample_rx rx, const st_sample *item);

static bool st_sample__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_sample_rx rx = { channel };
    return ((st_sample__item_fn)item)(user, rx, value);
}

int st_sample_read(st_sample_rx rx, const st_sample_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &st_sample_type, st_sample__deliver, (void (*)(void))reader->item, reader->end,
                            user);
}

/* ---- channels of st_sample_opt ----------------------------------------------------------------------------------- */

int st_sample_opt_send(st_sample_opt_tx tx, const st_sample *item_or_null)
{
    return weft_gen_send(tx.channel, &st_sample_opt_type, &item_or_null);
}

int st_sample_opt_on_room(st_sample_opt_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_sample_opt__item_fn)(void *user, st_sample_opt_rx rx, const st_sample *item_or_null);

static bool st_sample_opt__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_sample_opt_rx rx = { channel };
    return ((st_sample_opt__item_fn)item)(user, rx, *(const st_sample *const *)value);
}

int st_sample_opt_read(st_sample_opt_rx rx, const st_sample_opt_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &st_sample_opt_type, st_sample_opt__deliver, (void (*)(void))reader->item,
                            reader->end, user);
}

/* ---- channels of st_u64 ------------------------------------------------------------------------------------------ */

int st_u64_send(st_u64_tx tx, uint64_t item)
{
    return weft_gen_send(tx.channel, &weft_type_u64, &item);
}

int st_u64_on_room(st_u64_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_u64__item_fn)(void *user, st_u64_rx rx, uint64_t item);

static bool st_u64__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_u64_rx rx = { channel };
    return ((st_u64__item_fn)item)(user, rx, *(const uint64_t *)value);
}

int st_u64_read(st_u64_rx rx, const st_u64_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &weft_type_u64, st_u64__deliver, (void (*)(void))reader->item, reader->end,
                            user);
}

/* ---- channels of st_event ---------------------------------------------------------------------------------------- */

int st_event_send(st_event_tx tx, const st_event *item)
{
    return weft_gen_send(tx.channel, &st_event_type, item);
}

int st_event_on_room(st_event_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_event__item_fn)(void *user, st_event_rx rx, const st_event *item);

static bool st_event__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_event_rx rx = { channel };
    return ((st_event__item_fn)item)(user, rx, value);
}

int st_event_read(st_event_rx rx, const st_event_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &st_event_type, st_event__deliver, (void (*)(void))reader->item, reader->end,
                            user);
}

/* ---- channels of st_sample_list ---------------------------------------------------------------------------------- */

int st_sample_list_send(st_sample_list_tx tx, st_sample_list item)
{
    return weft_gen_send(tx.channel, &st_sample_list_type, &item);
}

int st_sample_list_on_room(st_sample_list_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_sample_list__item_fn)(void *user, st_sample_list_rx rx, st_sample_list item);

static bool st_sample_list__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_sample_list_rx rx = { channel };
    return ((st_sample_list__item_fn)item)(user, rx, *(const st_sample_list *)value);
}

int st_sample_list_read(st_sample_list_rx rx, const st_sample_list_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &st_sample_list_type, st_sample_list__deliver, (void (*)(void))reader->item,
                            reader->end, user);
}

/* ---- channels of st_str_u32_list_map ----------------------------------------------------------------------------- */

int st_str_u32_list_map_send(st_str_u32_list_map_tx tx, st_str_u32_list_map item)
{
    return weft_gen_send(tx.channel, &st_str_u32_list_map_type, &item);
}

int st_str_u32_list_map_on_room(st_str_u32_list_map_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_str_u32_list_map__item_fn)(void *user, st_str_u32_list_map_rx rx, st_str_u32_list_map item);

static bool st_str_u32_list_map__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_str_u32_list_map_rx rx = { channel };
    return ((st_str_u32_list_map__item_fn)item)(user, rx, *(const st_str_u32_list_map *)value);
}

int st_str_u32_list_map_read(st_str_u32_list_map_rx rx, const st_str_u32_list_map_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &st_str_u32_list_map_type, st_str_u32_list_map__deliver,
                            (void (*)(void))reader->item, reader->end, user);
}

/* ---- channels of st_u8_4_array ----------------------------------------------------------------------------------- */

int st_u8_4_array_send(st_u8_4_array_tx tx, const uint8_t item[4])
{
    return weft_gen_send(tx.channel, &st_u8_4_array_type, item);
}

int st_u8_4_array_on_room(st_u8_4_array_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_u8_4_array__item_fn)(void *user, st_u8_4_array_rx rx, const uint8_t item[4]);

static bool st_u8_4_array__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_u8_4_array_rx rx = { channel };
    return ((st_u8_4_array__item_fn)item)(user, rx, value);
}

int st_u8_4_array_read(st_u8_4_array_rx rx, const st_u8_4_array_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &st_u8_4_array_type, st_u8_4_array__deliver, (void (*)(void))reader->item,
                            reader->end, user);
}

/* ---- channels of st_u16_2_array_3_array -------------------------------------------------------------------------- */

int st_u16_2_array_3_array_send(st_u16_2_array_3_array_tx tx, const uint16_t item[3][2])
{
    return weft_gen_send(tx.channel, &st_u16_2_array_3_array_type, item);
}

int st_u16_2_array_3_array_on_room(st_u16_2_array_3_array_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_u16_2_array_3_array__item_fn)(void *user, st_u16_2_array_3_array_rx rx, const uint16_t item[3][2]);

static bool st_u16_2_array_3_array__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_u16_2_array_3_array_rx rx = { channel };
    return ((st_u16_2_array_3_array__item_fn)item)(user, rx, (const uint16_t (*)[2])value);
}

int st_u16_2_array_3_array_read(st_u16_2_array_3_array_rx rx, const st_u16_2_array_3_array_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &st_u16_2_array_3_array_type, st_u16_2_array_3_array__deliver,
                            (void (*)(void))reader->item, reader->end, user);
}

/* ---- channels of st_sample_opt_2_array_1_array_2_array ----------------------------------------------------------- */

int st_sample_opt_2_array_1_array_2_array_send(st_sample_opt_2_array_1_array_2_array_tx tx,
                                               const st_sample *const item[2][1][2])
{
    return weft_gen_send(tx.channel, &st_sample_opt_2_array_1_array_2_array_type, item);
}

int st_sample_opt_2_array_1_array_2_array_on_room(st_sample_opt_2_array_1_array_2_array_tx tx, void (*room)(void *user),
                                                  void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_sample_opt_2_array_1_array_2_array__item_fn)(void *user, st_sample_opt_2_array_1_array_2_array_rx rx,
                                                               const st_sample *const item[2][1][2]);

static bool st_sample_opt_2_array_1_array_2_array__deliver(void (*item)(void), void *user, weft_channel channel,
                                                           const void *value)
{
    st_sample_opt_2_array_1_array_2_array_rx rx = { channel };
    return ((st_sample_opt_2_array_1_array_2_array__item_fn)item)(user, rx, (const st_sample *const (*)[1][2])value);
}

int st_sample_opt_2_array_1_array_2_array_read(st_sample_opt_2_array_1_array_2_array_rx rx,
                                               const st_sample_opt_2_array_1_array_2_array_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &st_sample_opt_2_array_1_array_2_array_type,
                            st_sample_opt_2_array_1_array_2_array__deliver, (void (*)(void))reader->item, reader->end,
                            user);
}

/* ---- channels of st_u32_opt -------------------------------------------------------------------------------------- */

int st_u32_opt_send(st_u32_opt_tx tx, weft_opt_u32 item)
{
    return weft_gen_send(tx.channel, &st_u32_opt_type, &item);
}

int st_u32_opt_on_room(st_u32_opt_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_u32_opt__item_fn)(void *user, st_u32_opt_rx rx, weft_opt_u32 item);

static bool st_u32_opt__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_u32_opt_rx rx = { channel };
    return ((st_u32_opt__item_fn)item)(user, rx, *(const weft_opt_u32 *)value);
}

int st_u32_opt_read(st_u32_opt_rx rx, const st_u32_opt_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &st_u32_opt_type, st_u32_opt__deliver, (void (*)(void))reader->item,
                            reader->end, user);
}

/* ---- channels of st_bytes ---------------------------------------------------------------------------------------- */

int st_bytes_send(st_bytes_tx tx, weft_bytes item)
{
    return weft_gen_send(tx.channel, &weft_type_bytes, &item);
}

int st_bytes_on_room(st_bytes_tx tx, void (*room)(void *user), void *user)
{
    return weft_gen_on_room(tx.channel, room, user);
}

typedef bool (*st_bytes__item_fn)(void *user, st_bytes_rx rx, weft_bytes item);

static bool st_bytes__deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    st_bytes_rx rx = { channel };
    return ((st_bytes__item_fn)item)(user, rx, *(const weft_bytes *)value);
}

int st_bytes_read(st_bytes_rx rx, const st_bytes_reader *reader, void *user)
{
    if (!reader || reader->size < sizeof *reader || !reader->item)
        return WEFT_EINVAL;
    return weft_gen_receive(rx.channel, &weft_type_bytes, st_bytes__deliver, (void (*)(void))reader->item, reader->end,
                            user);
}

/* ---- Sample ------------------------------------------------------------------------------------------------------ */

static const uint8_t st_sample__declaration[] = {
    0x93, 0x01, 0xb1, 0x73, 0x74, 0x72, 0x65, 0x61, 0x6d, 0x73, 0x2e, 0x76, 0x31, 0x2e, 0x53, 0x61,
    0x6d, 0x70, 0x6c, 0x65, 0x93, 0x93, 0xa2, 0x61, 0x74, 0x0e, 0xc2, 0x93, 0xa5, 0x76, 0x61, 0x6c,
    0x75, 0x65, 0x0b, 0xc2, 0x93, 0xa4, 0x6e, 0x6f, 0x74, 0x65, 0x0c, 0xc3,
};

static const weft_field st_sample__fields[] = {
    { "at", &weft_type_timestamp, NULL, offsetof(st_sample, at), 0, NULL },
    { "value", &weft_type_f64, NULL, offsetof(st_sample, value), 0, NULL },
    { "note", &weft_type_str, NULL, offsetof(st_sample, note), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type st_sample_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 3,
    .c_size = sizeof(st_sample),
    .name = "streams.v1.Sample",
    .id = UINT64_C(0x62bbd1049f53fb09),
    .declaration = { st_sample__declaration, sizeof st_sample__declaration },
    .fields = st_sample__fields,
};

/* ---- Event ------------------------------------------------------------------------------------------------------- */

static const uint8_t st_event__declaration[] = {
    0x93, 0x02, 0xb0, 0x73, 0x74, 0x72, 0x65, 0x61, 0x6d, 0x73, 0x2e, 0x76, 0x31, 0x2e, 0x45, 0x76,
    0x65, 0x6e, 0x74, 0x93, 0x93, 0xa7, 0x73, 0x74, 0x61, 0x72, 0x74, 0x65, 0x64, 0x00, 0xc0, 0x93,
    0xa7, 0x73, 0x74, 0x6f, 0x70, 0x70, 0x65, 0x64, 0x01, 0x92, 0x01, 0x0c, 0x93, 0xa5, 0x6d, 0x6f,
    0x76, 0x65, 0x64, 0x02, 0x92, 0x02, 0x92, 0x93, 0xa4, 0x66, 0x72, 0x6f, 0x6d, 0x92, 0x14, 0xcf,
    0x62, 0xbb, 0xd1, 0x04, 0x9f, 0x53, 0xfb, 0x09, 0xc2, 0x93, 0xa2, 0x74, 0x6f, 0x92, 0x13, 0x92,
    0x14, 0xcf, 0x62, 0xbb, 0xd1, 0x04, 0x9f, 0x53, 0xfb, 0x09, 0xc3,
};

static const weft_field st_event_moved_fields__fields[] = {
    { "from", &st_sample_type, NULL, offsetof(st_event_moved_fields, from), 0, NULL },
    { "to", &st_sample_opt_type, NULL, offsetof(st_event_moved_fields, to), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type st_event_moved_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(st_event_moved_fields),
    .fields = st_event_moved_fields__fields,
};

static const weft_variant st_event__variants[] = {
    { "started", NULL, false, NULL },
    { "stopped", &weft_type_str, false, NULL },
    { "moved", &st_event_moved_fields_type, true, NULL },
};

const weft_type st_event_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 3,
    .c_size = sizeof(st_event),
    .offset = offsetof(st_event, as),
    .name = "streams.v1.Event",
    .id = UINT64_C(0xd8b1e04723ba6778),
    .declaration = { st_event__declaration, sizeof st_event__declaration },
    .variants = st_event__variants,
};

/* ---- StreamError ------------------------------------------------------------------------------------------------- */

static const uint8_t st_stream_error__declaration[] = {
    0x93, 0x02, 0xb6, 0x73, 0x74, 0x72, 0x65, 0x61, 0x6d, 0x73, 0x2e, 0x76, 0x31, 0x2e, 0x53, 0x74,
    0x72, 0x65, 0x61, 0x6d, 0x45, 0x72, 0x72, 0x6f, 0x72, 0x92, 0x93, 0xa7, 0x72, 0x65, 0x66, 0x75,
    0x73, 0x65, 0x64, 0x00, 0xc0, 0x93, 0xa6, 0x62, 0x72, 0x6f, 0x6b, 0x65, 0x6e, 0x01, 0x92, 0x02,
    0x91, 0x93, 0xa2, 0x61, 0x74, 0x05, 0xc2,
};

static const weft_field st_stream_error_broken_fields__fields[] = {
    { "at", &weft_type_u64, NULL, offsetof(st_stream_error_broken_fields, at), 0, NULL },
};

const weft_type st_stream_error_broken_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(st_stream_error_broken_fields),
    .fields = st_stream_error_broken_fields__fields,
};

static const weft_variant st_stream_error__variants[] = {
    { "refused", NULL, false, NULL },
    { "broken", &st_stream_error_broken_fields_type, true, NULL },
};

const weft_type st_stream_error_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 2,
    .c_size = sizeof(st_stream_error),
    .offset = offsetof(st_stream_error, as),
    .name = "streams.v1.StreamError",
    .id = UINT64_C(0x98410aacff435720),
    .declaration = { st_stream_error__declaration, sizeof st_stream_error__declaration },
    .variants = st_stream_error__variants,
};

/* ---- service Streams --------------------------------------------------------------------------------------------- */

static const weft_field st_streams_watch_args__fields[] = {
    { "prefix", &weft_type_str, NULL, offsetof(st_streams_watch_args, prefix), 0, NULL },
};

const weft_type st_streams_watch_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(st_streams_watch_args),
    .fields = st_streams_watch_args__fields,
};

static const weft_field st_streams_count_args__fields[] = {
    { "first", &weft_type_u32, NULL, offsetof(st_streams_count_args, first), 0, NULL },
    { "last", &weft_type_u32, NULL, offsetof(st_streams_count_args, last), 0, NULL },
};

const weft_type st_streams_count_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(st_streams_count_args),
    .fields = st_streams_count_args__fields,
};

static const weft_field st_streams_maybe_args__fields[] = {
    { "name", &weft_type_str, NULL, offsetof(st_streams_maybe_args, name), 0, NULL },
};

const weft_type st_streams_maybe_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(st_streams_maybe_args),
    .fields = st_streams_maybe_args__fields,
};

static const weft_field st_streams_plain_args__fields[] = {
    { "number", &weft_type_u32, NULL, offsetof(st_streams_plain_args, number), 0, NULL },
};

const weft_type st_streams_plain_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(st_streams_plain_args),
    .fields = st_streams_plain_args__fields,
};

static const weft_type st_streams__no_args = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .c_size = 1,
};

static const weft_channel_param st_streams_watch__channels[] = {
    {
        .name = "events",
        .element = &st_event_type,
        .place = 1,
        .window = 4,
        .direction = WEFT_CHANNEL_TX,
    },
};

static const weft_channel_param st_streams_load__channels[] = {
    {
        .name = "samples",
        .element = &st_sample_type,
        .place = 0,
        .window = 8,
        .direction = WEFT_CHANNEL_RX,
    },
};

static const weft_channel_param st_streams_echo__channels[] = {
    {
        .name = "input",
        .element = &weft_type_str,
        .place = 0,
        .window = 3,
        .direction = WEFT_CHANNEL_RX,
    },
    {
        .name = "output",
        .element = &weft_type_str,
        .place = 1,
        .window = 3,
        .direction = WEFT_CHANNEL_TX,
    },
};

static const weft_channel_param st_streams_count__channels[] = {
    {
        .name = "numbers",
        .element = &weft_type_u64,
        .place = 1,
        .window = 4,
        .direction = WEFT_CHANNEL_TX,
    },
};

static const weft_channel_param st_streams_maybe__channels[] = {
    {
        .name = "events",
        .element = &st_event_type,
        .place = 0,
        .window = 2,
        .direction = WEFT_CHANNEL_TX,
        .optional = true,
    },
    {
        .name = "samples",
        .element = &st_sample_type,
        .place = 2,
        .window = 2,
        .direction = WEFT_CHANNEL_RX,
        .optional = true,
    },
};

static const weft_channel_param st_streams_lists__channels[] = {
    {
        .name = "rows",
        .element = &st_sample_list_type,
        .place = 0,
        .window = 2,
        .direction = WEFT_CHANNEL_TX,
    },
    {
        .name = "maps",
        .element = &st_str_u32_list_map_type,
        .place = 1,
        .window = 2,
        .direction = WEFT_CHANNEL_RX,
    },
    {
        .name = "digests",
        .element = &st_u8_4_array_type,
        .place = 2,
        .window = 2,
        .direction = WEFT_CHANNEL_TX,
    },
    {
        .name = "grids",
        .element = &st_u16_2_array_3_array_type,
        .place = 3,
        .window = 2,
        .direction = WEFT_CHANNEL_RX,
    },
    {
        .name = "refs",
        .element = &st_sample_opt_2_array_1_array_2_array_type,
        .place = 4,
        .window = 16,
        .direction = WEFT_CHANNEL_TX,
    },
};

static const weft_channel_param st_streams_opts__channels[] = {
    {
        .name = "samples",
        .element = &st_sample_opt_type,
        .place = 0,
        .window = 16,
        .direction = WEFT_CHANNEL_TX,
    },
    {
        .name = "numbers",
        .element = &st_u32_opt_type,
        .place = 1,
        .window = 16,
        .direction = WEFT_CHANNEL_RX,
    },
};

static const weft_channel_param st_streams_regions__channels[] = {
    {
        .name = "wanted",
        .element = &kv_common_v1_region_type,
        .place = 0,
        .window = 2,
        .direction = WEFT_CHANNEL_TX,
    },
    {
        .name = "known",
        .element = &st_kv_common_v1_region_list_type,
        .place = 1,
        .window = 2,
        .direction = WEFT_CHANNEL_RX,
    },
};

static const weft_channel_param st_streams_blobs__channels[] = {
    {
        .name = "blobs",
        .element = &weft_type_bytes,
        .place = 0,
        .window = 2,
        .direction = WEFT_CHANNEL_RX,
    },
};

static void st_streams__closed(const void *table, void *self)
{
    const st_streams_handler *handler = table;
    if (handler->size >= offsetof(st_streams_handler, closed) + sizeof handler->closed && handler->closed)
        handler->closed(self);
}

static int st_streams_watch__dispatch(const void *table, void *self, weft_call call, const void *args,
                                      const weft_channel *channels)
{
    const st_streams_handler *handler = table;
    if (handler->size < offsetof(st_streams_handler, watch) + sizeof handler->watch || !handler->watch)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    st_streams_watch_call typed = { call };
    handler->watch(self, typed, args, (st_event_tx){ channels[0] });
    return 0;
}

static int st_streams_load__dispatch(const void *table, void *self, weft_call call, const void *args,
                                     const weft_channel *channels)
{
    const st_streams_handler *handler = table;
    if (handler->size < offsetof(st_streams_handler, load) + sizeof handler->load || !handler->load)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    st_streams_load_call typed = { call };
    (void)args;
    handler->load(self, typed, (st_sample_rx){ channels[0] });
    return 0;
}

static int st_streams_echo__dispatch(const void *table, void *self, weft_call call, const void *args,
                                     const weft_channel *channels)
{
    const st_streams_handler *handler = table;
    if (handler->size < offsetof(st_streams_handler, echo) + sizeof handler->echo || !handler->echo)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    st_streams_echo_call typed = { call };
    (void)args;
    handler->echo(self, typed, (st_str_rx){ channels[0] }, (st_str_tx){ channels[1] });
    return 0;
}

static int st_streams_count__dispatch(const void *table, void *self, weft_call call, const void *args,
                                      const weft_channel *channels)
{
    const st_streams_handler *handler = table;
    if (handler->size < offsetof(st_streams_handler, count) + sizeof handler->count || !handler->count)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    st_streams_count_call typed = { call };
    handler->count(self, typed, args, (st_u64_tx){ channels[0] });
    return 0;
}

static int st_streams_maybe__dispatch(const void *table, void *self, weft_call call, const void *args,
                                      const weft_channel *channels)
{
    const st_streams_handler *handler = table;
    if (handler->size < offsetof(st_streams_handler, maybe) + sizeof handler->maybe || !handler->maybe)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    st_streams_maybe_call typed = { call };
    handler->maybe(self, typed, args, (st_event_tx){ channels[0] }, (st_sample_rx){ channels[1] });
    return 0;
}

static int st_streams_lists__dispatch(const void *table, void *self, weft_call call, const void *args,
                                      const weft_channel *channels)
{
    const st_streams_handler *handler = table;
    if (handler->size < offsetof(st_streams_handler, lists) + sizeof handler->lists || !handler->lists)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    st_streams_lists_call typed = { call };
    (void)args;
    handler->lists(self, typed, (st_sample_list_tx){ channels[0] }, (st_str_u32_list_map_rx){ channels[1] },
                   (st_u8_4_array_tx){ channels[2] }, (st_u16_2_array_3_array_rx){ channels[3] },
                   (st_sample_opt_2_array_1_array_2_array_tx){ channels[4] });
    return 0;
}

static int st_streams_opts__dispatch(const void *table, void *self, weft_call call, const void *args,
                                     const weft_channel *channels)
{
    const st_streams_handler *handler = table;
    if (handler->size < offsetof(st_streams_handler, opts) + sizeof handler->opts || !handler->opts)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    st_streams_opts_call typed = { call };
    (void)args;
    handler->opts(self, typed, (st_sample_opt_tx){ channels[0] }, (st_u32_opt_rx){ channels[1] });
    return 0;
}

static int st_streams_regions__dispatch(const void *table, void *self, weft_call call, const void *args,
                                        const weft_channel *channels)
{
    const st_streams_handler *handler = table;
    if (handler->size < offsetof(st_streams_handler, regions) + sizeof handler->regions || !handler->regions)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    st_streams_regions_call typed = { call };
    (void)args;
    handler->regions(self, typed, (st_kv_common_v1_region_tx){ channels[0] },
                     (st_kv_common_v1_region_list_rx){ channels[1] });
    return 0;
}

static int st_streams_blobs__dispatch(const void *table, void *self, weft_call call, const void *args,
                                      const weft_channel *channels)
{
    const st_streams_handler *handler = table;
    if (handler->size < offsetof(st_streams_handler, blobs) + sizeof handler->blobs || !handler->blobs)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    st_streams_blobs_call typed = { call };
    (void)args;
    handler->blobs(self, typed, (st_bytes_rx){ channels[0] });
    return 0;
}

static int st_streams_plain__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const st_streams_handler *handler = table;
    if (handler->size < offsetof(st_streams_handler, plain) + sizeof handler->plain || !handler->plain)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    st_streams_plain_call typed = { call };
    handler->plain(self, typed, args);
    return 0;
}

int st_streams_serve(weft_pending pending, const st_streams_handler *handler, void *self,
                     weft_connection **ret_connection_or_null)
{
    return weft_gen_serve(pending, &st_streams_service, handler, self, ret_connection_or_null);
}

int st_streams_watch_keep(st_streams_watch_call call, const st_streams_watch_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int st_streams_watch_return(st_streams_watch_call call)
{
    return weft_gen_return(call.call, &st_streams_service, 0, NULL);
}

int st_streams_load_return(st_streams_load_call call, uint64_t value)
{
    return weft_gen_return(call.call, &st_streams_service, 1, &value);
}

int st_streams_load_fail(st_streams_load_call call, const st_stream_error *error)
{
    return weft_gen_fail(call.call, &st_streams_service, 1, error);
}

int st_streams_echo_return(st_streams_echo_call call)
{
    return weft_gen_return(call.call, &st_streams_service, 2, NULL);
}

int st_streams_count_keep(st_streams_count_call call, const st_streams_count_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int st_streams_count_return(st_streams_count_call call, uint64_t value)
{
    return weft_gen_return(call.call, &st_streams_service, 3, &value);
}

int st_streams_maybe_keep(st_streams_maybe_call call, const st_streams_maybe_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int st_streams_maybe_return(st_streams_maybe_call call, bool value)
{
    return weft_gen_return(call.call, &st_streams_service, 4, &value);
}

int st_streams_lists_return(st_streams_lists_call call)
{
    return weft_gen_return(call.call, &st_streams_service, 5, NULL);
}

int st_streams_opts_return(st_streams_opts_call call)
{
    return weft_gen_return(call.call, &st_streams_service, 6, NULL);
}

int st_streams_regions_return(st_streams_regions_call call)
{
    return weft_gen_return(call.call, &st_streams_service, 7, NULL);
}

int st_streams_blobs_return(st_streams_blobs_call call, uint64_t value)
{
    return weft_gen_return(call.call, &st_streams_service, 8, &value);
}

int st_streams_plain_keep(st_streams_plain_call call, const st_streams_plain_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int st_streams_plain_return(st_streams_plain_call call, uint32_t value)
{
    return weft_gen_return(call.call, &st_streams_service, 9, &value);
}

static void st_streams__opened(void (*opened)(void), void *user, weft_connection *connection_or_null,
                               const weft_error *error_or_null)
{
    st_streams_client client = { connection_or_null };
    ((st_streams_opened_fn)opened)(user, client, error_or_null);
}

static void st_streams_watch__deliver(void (*done)(void), void *user, const void *reply)
{
    ((st_streams_watch_fn)done)(user, reply);
}

static void st_streams_load__deliver(void (*done)(void), void *user, const void *reply)
{
    ((st_streams_load_fn)done)(user, reply);
}

static void st_streams_echo__deliver(void (*done)(void), void *user, const void *reply)
{
    ((st_streams_echo_fn)done)(user, reply);
}

static void st_streams_count__deliver(void (*done)(void), void *user, const void *reply)
{
    ((st_streams_count_fn)done)(user, reply);
}

static void st_streams_maybe__deliver(void (*done)(void), void *user, const void *reply)
{
    ((st_streams_maybe_fn)done)(user, reply);
}

static void st_streams_lists__deliver(void (*done)(void), void *user, const void *reply)
{
    ((st_streams_lists_fn)done)(user, reply);
}

static void st_streams_opts__deliver(void (*done)(void), void *user, const void *reply)
{
    ((st_streams_opts_fn)done)(user, reply);
}

static void st_streams_regions__deliver(void (*done)(void), void *user, const void *reply)
{
    ((st_streams_regions_fn)done)(user, reply);
}

static void st_streams_blobs__deliver(void (*done)(void), void *user, const void *reply)
{
    ((st_streams_blobs_fn)done)(user, reply);
}

static void st_streams_plain__deliver(void (*done)(void), void *user, const void *reply)
{
    ((st_streams_plain_fn)done)(user, reply);
}

int st_streams_open(weft_session *session, const weft_open_options *options_or_null, st_streams_opened_fn opened,
                    void *user)
{
    return weft_gen_open(session, &st_streams_service, options_or_null, (void (*)(void))opened, user);
}

int st_streams_watch(st_streams_client client, const st_streams_watch_args *args,
                     const weft_call_options *options_or_null, st_streams_watch_fn done_or_null, void *user,
                     weft_call *ret_call_or_null, st_event_rx *ret_events)
{
    weft_channel *const channels[] = {
        ret_events ? &ret_events->channel : NULL,
    };
    return weft_gen_stream(client.connection, &st_streams_service, 0, args, options_or_null,
                           (void (*)(void))done_or_null, user, ret_call_or_null, channels);
}

int st_streams_load(st_streams_client client, const weft_call_options *options_or_null, st_streams_load_fn done_or_null,
                    void *user, weft_call *ret_call_or_null, st_sample_tx *ret_samples)
{
    weft_channel *const channels[] = {
        ret_samples ? &ret_samples->channel : NULL,
    };
    return weft_gen_stream(client.connection, &st_streams_service, 1, "", options_or_null, (void (*)(void))done_or_null,
                           user, ret_call_or_null, channels);
}

int st_streams_echo(st_streams_client client, const weft_call_options *options_or_null, st_streams_echo_fn done_or_null,
                    void *user, weft_call *ret_call_or_null, st_str_tx *ret_input, st_str_rx *ret_output)
{
    weft_channel *const channels[] = {
        ret_input ? &ret_input->channel : NULL,
        ret_output ? &ret_output->channel : NULL,
    };
    return weft_gen_stream(client.connection, &st_streams_service, 2, "", options_or_null, (void (*)(void))done_or_null,
                           user, ret_call_or_null, channels);
}

int st_streams_count(st_streams_client client, const st_streams_count_args *args,
                     const weft_call_options *options_or_null, st_streams_count_fn done_or_null, void *user,
                     weft_call *ret_call_or_null, st_u64_rx *ret_numbers)
{
    weft_channel *const channels[] = {
        ret_numbers ? &ret_numbers->channel : NULL,
    };
    return weft_gen_stream(client.connection, &st_streams_service, 3, args, options_or_null,
                           (void (*)(void))done_or_null, user, ret_call_or_null, channels);
}

int st_streams_maybe(st_streams_client client, const st_streams_maybe_args *args,
                     const weft_call_options *options_or_null, st_streams_maybe_fn done_or_null, void *user,
                     weft_call *ret_call_or_null, st_event_rx *ret_events_or_null, st_sample_tx *ret_samples_or_null)
{
    weft_channel *const channels[] = {
        ret_events_or_null ? &ret_events_or_null->channel : NULL,
        ret_samples_or_null ? &ret_samples_or_null->channel : NULL,
    };
    return weft_gen_stream(client.connection, &st_streams_service, 4, args, options_or_null,
                           (void (*)(void))done_or_null, user, ret_call_or_null, channels);
}

int st_streams_lists(st_streams_client client, const weft_call_options *options_or_null,
                     st_streams_lists_fn done_or_null, void *user, weft_call *ret_call_or_null,
                     st_sample_list_rx *ret_rows, st_str_u32_list_map_tx *ret_maps, st_u8_4_array_rx *ret_digests,
                     st_u16_2_array_3_array_tx *ret_grids, st_sample_opt_2_array_1_array_2_array_rx *ret_refs)
{
    weft_channel *const channels[] = {
        ret_rows ? &ret_rows->channel : NULL,
        ret_maps ? &ret_maps->channel : NULL,
        ret_digests ? &ret_digests->channel : NULL,
        ret_grids ? &ret_grids->channel : NULL,
        ret_refs ? &ret_refs->channel : NULL,
    };
    return weft_gen_stream(client.connection, &st_streams_service, 5, "", options_or_null, (void (*)(void))done_or_null,
                           user, ret_call_or_null, channels);
}

int st_streams_opts(st_streams_client client, const weft_call_options *options_or_null, st_streams_opts_fn done_or_null,
                    void *user, weft_call *ret_call_or_null, st_sample_opt_rx *ret_samples, st_u32_opt_tx *ret_numbers)
{
    weft_channel *const channels[] = {
        ret_samples ? &ret_samples->channel : NULL,
        ret_numbers ? &ret_numbers->channel : NULL,
    };
    return weft_gen_stream(client.connection, &st_streams_service, 6, "", options_or_null, (void (*)(void))done_or_null,
                           user, ret_call_or_null, channels);
}

int st_streams_regions(st_streams_client client, const weft_call_options *options_or_null,
                       st_streams_regions_fn done_or_null, void *user, weft_call *ret_call_or_null,
                       st_kv_common_v1_region_rx *ret_wanted, st_kv_common_v1_region_list_tx *ret_known)
{
    weft_channel *const channels[] = {
        ret_wanted ? &ret_wanted->channel : NULL,
        ret_known ? &ret_known->channel : NULL,
    };
    return weft_gen_stream(client.connection, &st_streams_service, 7, "", options_or_null, (void (*)(void))done_or_null,
                           user, ret_call_or_null, channels);
}

int st_streams_blobs(st_streams_client client, const weft_call_options *options_or_null,
                     st_streams_blobs_fn done_or_null, void *user, weft_call *ret_call_or_null, st_bytes_tx *ret_blobs)
{
    weft_channel *const channels[] = {
        ret_blobs ? &ret_blobs->channel : NULL,
    };
    return weft_gen_stream(client.connection, &st_streams_service, 8, "", options_or_null, (void (*)(void))done_or_null,
                           user, ret_call_or_null, channels);
}

int st_streams_plain(st_streams_client client, const st_streams_plain_args *args,
                     const weft_call_options *options_or_null, st_streams_plain_fn done_or_null, void *user,
                     weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &st_streams_service, 9, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

static const uint8_t st_streams_watch__arguments[] = {
    0x92, 0x95, 0xa6, 0x70, 0x72, 0x65, 0x66, 0x69, 0x78, 0x0c, 0xc2, 0x00, 0xc2, 0x95, 0xa6, 0x65,
    0x76, 0x65, 0x6e, 0x74, 0x73, 0xc0, 0xc2, 0x01, 0xc2,
};

static const uint8_t st_streams_watch__results[] = {
    0x94, 0xc0, 0xc0, 0x00, 0x91, 0x92, 0xa6, 0x65, 0x76, 0x65, 0x6e, 0x74, 0x73, 0x92, 0x14, 0xcf,
    0xd8, 0xb1, 0xe0, 0x47, 0x23, 0xba, 0x67, 0x78,
};

static const weft_type *const st_streams_watch__result_types[] = { &st_sample_type, &st_event_type };

static const uint8_t st_streams_load__arguments[] = {
    0x91, 0x95, 0xa7, 0x73, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x73, 0x92, 0x14, 0xcf, 0x62, 0xbb, 0xd1,
    0x04, 0x9f, 0x53, 0xfb, 0x09, 0xc2, 0x02, 0xc2,
};

static const uint8_t st_streams_load__results[] = {
    0x94, 0x05, 0x92, 0x14, 0xcf, 0x98, 0x41, 0x0a, 0xac, 0xff, 0x43, 0x57, 0x20, 0x00, 0x90,
};

static const weft_type *const st_streams_load__argument_types[] = { &st_sample_type };

static const weft_type *const st_streams_load__result_types[] = { &st_stream_error_type };

static const uint8_t st_streams_echo__arguments[] = {
    0x92, 0x95, 0xa5, 0x69, 0x6e, 0x70, 0x75, 0x74, 0x0c, 0xc2, 0x02, 0xc2, 0x95, 0xa6, 0x6f, 0x75,
    0x74, 0x70, 0x75, 0x74, 0xc0, 0xc2, 0x01, 0xc2,
};

static const uint8_t st_streams_echo__results[] = {
    0x94, 0xc0, 0xc0, 0x00, 0x91, 0x92, 0xa6, 0x6f, 0x75, 0x74, 0x70, 0x75, 0x74, 0x0c,
};

static const uint8_t st_streams_count__arguments[] = {
    0x93, 0x95, 0xa5, 0x66, 0x69, 0x72, 0x73, 0x74, 0x04, 0xc2, 0x00, 0xc2, 0x95, 0xa7, 0x6e, 0x75,
    0x6d, 0x62, 0x65, 0x72, 0x73, 0xc0, 0xc2, 0x01, 0xc2, 0x95, 0xa4, 0x6c, 0x61, 0x73, 0x74, 0x04,
    0xc2, 0x00, 0xc2,
};

static const uint8_t st_streams_count__results[] = {
    0x94, 0x05, 0xc0, 0x00, 0x91, 0x92, 0xa7, 0x6e, 0x75, 0x6d, 0x62, 0x65, 0x72, 0x73, 0x05,
};

static const uint8_t st_streams_maybe__arguments[] = {
    0x93, 0x95, 0xa6, 0x65, 0x76, 0x65, 0x6e, 0x74, 0x73, 0xc0, 0xc3, 0x01, 0xc3, 0x95, 0xa4, 0x6e,
    0x61, 0x6d, 0x65, 0x0c, 0xc2, 0x00, 0xc2, 0x95, 0xa7, 0x73, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x73,
    0x92, 0x14, 0xcf, 0x62, 0xbb, 0xd1, 0x04, 0x9f, 0x53, 0xfb, 0x09, 0xc3, 0x02, 0xc3,
};

static const uint8_t st_streams_maybe__results[] = {
    0x94, 0x01, 0xc0, 0x00, 0x91, 0x92, 0xa6, 0x65, 0x76, 0x65, 0x6e, 0x74, 0x73, 0x92, 0x14, 0xcf,
    0xd8, 0xb1, 0xe0, 0x47, 0x23, 0xba, 0x67, 0x78,
};

static const weft_type *const st_streams_maybe__argument_types[] = { &st_sample_type };

static const weft_type *const st_streams_maybe__result_types[] = { &st_sample_type, &st_event_type };

static const uint8_t st_streams_lists__arguments[] = {
    0x95, 0x95, 0xa4, 0x72, 0x6f, 0x77, 0x73, 0xc0, 0xc2, 0x01, 0xc2, 0x95, 0xa4, 0x6d, 0x61, 0x70,
    0x73, 0x93, 0x11, 0x0c, 0x92, 0x10, 0x04, 0xc2, 0x02, 0xc2, 0x95, 0xa7, 0x64, 0x69, 0x67, 0x65,
    0x73, 0x74, 0x73, 0xc0, 0xc2, 0x01, 0xc2, 0x95, 0xa5, 0x67, 0x72, 0x69, 0x64, 0x73, 0x93, 0x12,
    0x03, 0x93, 0x12, 0x02, 0x03, 0xc2, 0x02, 0xc2, 0x95, 0xa4, 0x72, 0x65, 0x66, 0x73, 0xc0, 0xc2,
    0x01, 0xc2,
};

static const uint8_t st_streams_lists__results[] = {
    0x94, 0xc0, 0xc0, 0x00, 0x93, 0x92, 0xa4, 0x72, 0x6f, 0x77, 0x73, 0x92, 0x10, 0x92, 0x14, 0xcf,
    0x62, 0xbb, 0xd1, 0x04, 0x9f, 0x53, 0xfb, 0x09, 0x92, 0xa7, 0x64, 0x69, 0x67, 0x65, 0x73, 0x74,
    0x73, 0x93, 0x12, 0x04, 0x02, 0x92, 0xa4, 0x72, 0x65, 0x66, 0x73, 0x93, 0x12, 0x02, 0x93, 0x12,
    0x01, 0x93, 0x12, 0x02, 0x92, 0x13, 0x92, 0x14, 0xcf, 0x62, 0xbb, 0xd1, 0x04, 0x9f, 0x53, 0xfb,
    0x09,
};

static const weft_type *const st_streams_lists__result_types[] = { &st_sample_type };

static const uint8_t st_streams_opts__arguments[] = {
    0x92, 0x95, 0xa7, 0x73, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x73, 0xc0, 0xc2, 0x01, 0xc2, 0x95, 0xa7,
    0x6e, 0x75, 0x6d, 0x62, 0x65, 0x72, 0x73, 0x92, 0x13, 0x04, 0xc2, 0x02, 0xc2,
};

static const uint8_t st_streams_opts__results[] = {
    0x94, 0xc0, 0xc0, 0x00, 0x91, 0x92, 0xa7, 0x73, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x73, 0x92, 0x13,
    0x92, 0x14, 0xcf, 0x62, 0xbb, 0xd1, 0x04, 0x9f, 0x53, 0xfb, 0x09,
};

static const weft_type *const st_streams_opts__result_types[] = { &st_sample_type };

static const uint8_t st_streams_regions__arguments[] = {
    0x92, 0x95, 0xa6, 0x77, 0x61, 0x6e, 0x74, 0x65, 0x64, 0xc0, 0xc2, 0x01, 0xc2, 0x95, 0xa5, 0x6b,
    0x6e, 0x6f, 0x77, 0x6e, 0x92, 0x10, 0x92, 0x14, 0xcf, 0x04, 0x6c, 0x50, 0xdd, 0x1a, 0xbd, 0x98,
    0x81, 0xc2, 0x02, 0xc2,
};

static const uint8_t st_streams_regions__results[] = {
    0x94, 0xc0, 0xc0, 0x00, 0x91, 0x92, 0xa6, 0x77, 0x61, 0x6e, 0x74, 0x65, 0x64, 0x92, 0x14, 0xcf,
    0x04, 0x6c, 0x50, 0xdd, 0x1a, 0xbd, 0x98, 0x81,
};

static const weft_type *const st_streams_regions__argument_types[] = { &kv_common_v1_region_type };

static const weft_type *const st_streams_regions__result_types[] = { &kv_common_v1_region_type };

static const uint8_t st_streams_blobs__arguments[] = {
    0x91, 0x95, 0xa5, 0x62, 0x6c, 0x6f, 0x62, 0x73, 0x0d, 0xc2, 0x02, 0xc2,
};

static const uint8_t st_streams_blobs__results[] = {
    0x94, 0x05, 0xc0, 0x00, 0x90,
};

static const uint8_t st_streams_plain__arguments[] = {
    0x91, 0x95, 0xa6, 0x6e, 0x75, 0x6d, 0x62, 0x65, 0x72, 0x04, 0xc2, 0x00, 0xc2,
};

static const uint8_t st_streams_plain__results[] = {
    0x94, 0x04, 0xc0, 0x00, 0x90,
};

static const char st_streams_watch__doc[] = "The handler sends, and answers when it has.";

static const char st_streams_load__doc[] = "The handler receives, and answers with the sum.";

static const char st_streams_echo__doc[] = "Both ways at once.";

static const char st_streams_maybe__doc[] = "What a caller may leave out.";

static const char st_streams_lists__doc[] = "Items of types that are put together.";

static const char st_streams_regions__doc[] = "Items of another file's type.";

static const char st_streams_plain__doc[] = "Without channels, beside those that have some.";

static const weft_method st_streams__methods[] = {
    {
        .name = "watch",
        .id = UINT64_C(0xa80400f637dd4270),
        .args = &st_streams_watch_args_type,
        .timeout_ns = WEFT_FOREVER,
        .flags = 0,
        .reply_size = sizeof(st_streams_watch_reply),
        .deliver = st_streams_watch__deliver,
        .roots = { { st_streams_watch__arguments, sizeof st_streams_watch__arguments },
                   { st_streams_watch__results, sizeof st_streams_watch__results } },
        .channels = st_streams_watch__channels,
        .n_channels = 1,
        .dispatch_channels = st_streams_watch__dispatch,
        .types = { NULL, st_streams_watch__result_types },
        .n_types = { 0, 2 },
        .doc = st_streams_watch__doc,
    },
    {
        .name = "load",
        .id = UINT64_C(0x8eac173937660f48),
        .args = &st_streams__no_args,
        .result = &weft_type_u64,
        .error = &st_stream_error_type,
        .timeout_ns = WEFT_FOREVER,
        .flags = 0,
        .reply_size = sizeof(st_streams_load_reply),
        .value_offset = offsetof(st_streams_load_reply, value),
        .error_offset = offsetof(st_streams_load_reply, error),
        .deliver = st_streams_load__deliver,
        .roots = { { st_streams_load__arguments, sizeof st_streams_load__arguments },
                   { st_streams_load__results, sizeof st_streams_load__results } },
        .channels = st_streams_load__channels,
        .n_channels = 1,
        .dispatch_channels = st_streams_load__dispatch,
        .types = { st_streams_load__argument_types, st_streams_load__result_types },
        .n_types = { 1, 1 },
        .doc = st_streams_load__doc,
    },
    {
        .name = "echo",
        .id = UINT64_C(0xae00fd7fcf70f62d),
        .args = &st_streams__no_args,
        .timeout_ns = WEFT_FOREVER,
        .flags = 0,
        .reply_size = sizeof(st_streams_echo_reply),
        .deliver = st_streams_echo__deliver,
        .roots = { { st_streams_echo__arguments, sizeof st_streams_echo__arguments },
                   { st_streams_echo__results, sizeof st_streams_echo__results } },
        .channels = st_streams_echo__channels,
        .n_channels = 2,
        .dispatch_channels = st_streams_echo__dispatch,
        .doc = st_streams_echo__doc,
    },
    {
        .name = "count",
        .id = UINT64_C(0x83cae99bc7f70046),
        .args = &st_streams_count_args_type,
        .result = &weft_type_u64,
        .timeout_ns = UINT64_C(5000000000),
        .flags = 0,
        .reply_size = sizeof(st_streams_count_reply),
        .value_offset = offsetof(st_streams_count_reply, value),
        .deliver = st_streams_count__deliver,
        .roots = { { st_streams_count__arguments, sizeof st_streams_count__arguments },
                   { st_streams_count__results, sizeof st_streams_count__results } },
        .channels = st_streams_count__channels,
        .n_channels = 1,
        .dispatch_channels = st_streams_count__dispatch,
    },
    {
        .name = "maybe",
        .id = UINT64_C(0x6a6b5104ededb36f),
        .args = &st_streams_maybe_args_type,
        .result = &weft_type_bool,
        .timeout_ns = WEFT_FOREVER,
        .flags = 0,
        .reply_size = sizeof(st_streams_maybe_reply),
        .value_offset = offsetof(st_streams_maybe_reply, value),
        .deliver = st_streams_maybe__deliver,
        .roots = { { st_streams_maybe__arguments, sizeof st_streams_maybe__arguments },
                   { st_streams_maybe__results, sizeof st_streams_maybe__results } },
        .channels = st_streams_maybe__channels,
        .n_channels = 2,
        .dispatch_channels = st_streams_maybe__dispatch,
        .types = { st_streams_maybe__argument_types, st_streams_maybe__result_types },
        .n_types = { 1, 2 },
        .doc = st_streams_maybe__doc,
    },
    {
        .name = "lists",
        .id = UINT64_C(0x46ea0b43debe433a),
        .args = &st_streams__no_args,
        .timeout_ns = WEFT_FOREVER,
        .flags = 0,
        .reply_size = sizeof(st_streams_lists_reply),
        .deliver = st_streams_lists__deliver,
        .roots = { { st_streams_lists__arguments, sizeof st_streams_lists__arguments },
                   { st_streams_lists__results, sizeof st_streams_lists__results } },
        .channels = st_streams_lists__channels,
        .n_channels = 5,
        .dispatch_channels = st_streams_lists__dispatch,
        .types = { NULL, st_streams_lists__result_types },
        .n_types = { 0, 1 },
        .doc = st_streams_lists__doc,
    },
    {
        .name = "opts",
        .id = UINT64_C(0xb2ad4e37a28be9b9),
        .args = &st_streams__no_args,
        .timeout_ns = WEFT_FOREVER,
        .flags = 0,
        .reply_size = sizeof(st_streams_opts_reply),
        .deliver = st_streams_opts__deliver,
        .roots = { { st_streams_opts__arguments, sizeof st_streams_opts__arguments },
                   { st_streams_opts__results, sizeof st_streams_opts__results } },
        .channels = st_streams_opts__channels,
        .n_channels = 2,
        .dispatch_channels = st_streams_opts__dispatch,
        .types = { NULL, st_streams_opts__result_types },
        .n_types = { 0, 1 },
    },
    {
        .name = "regions",
        .id = UINT64_C(0x1f17b67febf78110),
        .args = &st_streams__no_args,
        .timeout_ns = WEFT_FOREVER,
        .flags = 0,
        .reply_size = sizeof(st_streams_regions_reply),
        .deliver = st_streams_regions__deliver,
        .roots = { { st_streams_regions__arguments, sizeof st_streams_regions__arguments },
                   { st_streams_regions__results, sizeof st_streams_regions__results } },
        .channels = st_streams_regions__channels,
        .n_channels = 2,
        .dispatch_channels = st_streams_regions__dispatch,
        .types = { st_streams_regions__argument_types, st_streams_regions__result_types },
        .n_types = { 1, 1 },
        .doc = st_streams_regions__doc,
    },
    {
        .name = "blobs",
        .id = UINT64_C(0x93a3545b85e524c4),
        .args = &st_streams__no_args,
        .result = &weft_type_u64,
        .timeout_ns = WEFT_FOREVER,
        .flags = 0,
        .reply_size = sizeof(st_streams_blobs_reply),
        .value_offset = offsetof(st_streams_blobs_reply, value),
        .deliver = st_streams_blobs__deliver,
        .roots = { { st_streams_blobs__arguments, sizeof st_streams_blobs__arguments },
                   { st_streams_blobs__results, sizeof st_streams_blobs__results } },
        .channels = st_streams_blobs__channels,
        .n_channels = 1,
        .dispatch_channels = st_streams_blobs__dispatch,
    },
    {
        .name = "plain",
        .id = UINT64_C(0x318417dc6050668b),
        .args = &st_streams_plain_args_type,
        .result = &weft_type_u32,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(st_streams_plain_reply),
        .value_offset = offsetof(st_streams_plain_reply, value),
        .dispatch = st_streams_plain__dispatch,
        .deliver = st_streams_plain__deliver,
        .roots = { { st_streams_plain__arguments, sizeof st_streams_plain__arguments },
                   { st_streams_plain__results, sizeof st_streams_plain__results } },
        .doc = st_streams_plain__doc,
    },
};

const weft_service_type st_streams_service = {
    .abi = WEFT_GEN_ABI,
    .method_size = sizeof(weft_method),
    .n_methods = 10,
    .name = "streams.v1.Streams",
    .id = UINT64_C(0xe990a2157c71c2a3),
    .methods = st_streams__methods,
    .closed = st_streams__closed,
    .opened = st_streams__opened,
};
