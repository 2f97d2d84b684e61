/* Made by weftc 0.1.0 from streams.weft. Do not edit. */
/* Channels of every kind of item, in both directions. */
#ifndef STREAMS_V1_STREAMS_WEFT_H
#define STREAMS_V1_STREAMS_WEFT_H

#include "weft/gen.h"
#include "kv/common.weft.h"

#if WEFT_GEN_ABI != 1
#error "streams.weft.h was made for another weft: run weftc again"
#endif
#ifndef ST_API
#define ST_API /* in front of what the source defines: for export from a library */
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- types ------------------------------------------------------------------------------------------------------- */

typedef struct st_sample st_sample;
typedef struct st_sample_list st_sample_list;
typedef struct st_event st_event;
typedef struct st_event_list st_event_list;
typedef struct st_stream_error st_stream_error;
typedef struct st_stream_error_list st_stream_error_list;
typedef struct st_str_u32_list_map st_str_u32_list_map;
typedef struct st_str_u32_list_map_pair st_str_u32_list_map_pair;

struct st_sample_list {
    const st_sample *items;
    size_t len;
};
struct st_event_list {
    const st_event *items;
    size_t len;
};
struct st_stream_error_list {
    const st_stream_error *items;
    size_t len;
};

/* ---- struct Sample ----------------------------------------------------------------------------------------------- */

struct st_sample {
    weft_timestamp at;
    double value;
    weft_str note; /* default "" */
};

extern ST_API const weft_type st_sample_type;
static inline void st_sample_init(st_sample *value)
{
    weft_gen_init(&st_sample_type, value);
}
static inline int st_sample_copy(st_sample *ret_value, const st_sample *value, weft_arena *arena)
{
    return weft_gen_copy(&st_sample_type, ret_value, value, arena);
}
static inline bool st_sample_equal(const st_sample *a, const st_sample *b)
{
    return weft_gen_equal(&st_sample_type, a, b);
}
static inline int st_sample_encode(const st_sample *value, weft_writer *writer)
{
    return weft_gen_encode(&st_sample_type, value, writer);
}
static inline int st_sample_decode(st_sample *ret_value, weft_bytes bytes, weft_arena *arena, weft_error *error_or_null)
{
    return weft_gen_decode(&st_sample_type, bytes, arena, ret_value, error_or_null);
}
static inline int st_sample_print(const st_sample *value, int (*write)(void *user, const char *text, size_t len),
                                  void *user)
{
    return weft_gen_print(&st_sample_type, value, write, user);
}

/* ---- enum Event -------------------------------------------------------------------------------------------------- */

typedef enum st_event_kind {
    ST_EVENT_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    ST_EVENT_STARTED = 1,
    ST_EVENT_STOPPED = 2,
    ST_EVENT_MOVED = 3
} st_event_kind;

typedef struct st_event_moved_fields {
    st_sample from;
    const st_sample *to; /* default none */
} st_event_moved_fields;

extern ST_API const weft_type st_event_moved_fields_type;
static inline void st_event_moved_fields_init(st_event_moved_fields *value)
{
    weft_gen_init(&st_event_moved_fields_type, value);
}

struct st_event {
    st_event_kind kind;
    union {
        weft_str stopped;
        st_event_moved_fields moved;
    } as;
};

extern ST_API const weft_type st_event_type;
static inline void st_event_init(st_event *value)
{
    weft_gen_init(&st_event_type, value);
}
static inline int st_event_copy(st_event *ret_value, const st_event *value, weft_arena *arena)
{
    return weft_gen_copy(&st_event_type, ret_value, value, arena);
}
static inline bool st_event_equal(const st_event *a, const st_event *b)
{
    return weft_gen_equal(&st_event_type, a, b);
}
static inline int st_event_encode(const st_event *value, weft_writer *writer)
{
    return weft_gen_encode(&st_event_type, value, writer);
}
static inline int st_event_decode(st_event *ret_value, weft_bytes bytes, weft_arena *arena, weft_error *error_or_null)
{
    return weft_gen_decode(&st_event_type, bytes, arena, ret_value, error_or_null);
}
static inline int st_event_print(const st_event *value, int (*write)(void *user, const char *text, size_t len),
                                 void *user)
{
    return weft_gen_print(&st_event_type, value, write, user);
}
static inline st_event st_event_make_started(void)
{
    st_event made;
    memset(&made, 0, sizeof made);
    made.kind = ST_EVENT_STARTED;
    return made;
}
static inline st_event st_event_make_stopped(weft_str payload)
{
    st_event made;
    memset(&made, 0, sizeof made);
    made.kind = ST_EVENT_STOPPED;
    made.as.stopped = payload;
    return made;
}
static inline st_event st_event_make_moved(const st_event_moved_fields *fields)
{
    st_event made;
    memset(&made, 0, sizeof made);
    made.kind = ST_EVENT_MOVED;
    made.as.moved = *fields;
    return made;
}

/* ---- enum StreamError -------------------------------------------------------------------------------------------- */

typedef enum st_stream_error_kind {
    ST_STREAM_ERROR_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    ST_STREAM_ERROR_REFUSED = 1,
    ST_STREAM_ERROR_BROKEN = 2
} st_stream_error_kind;

typedef struct st_stream_error_broken_fields {
    uint64_t at;
} st_stream_error_broken_fields;

extern ST_API const weft_type st_stream_error_broken_fields_type;
static inline void st_stream_error_broken_fields_init(st_stream_error_broken_fields *value)
{
    weft_gen_init(&st_stream_error_broken_fields_type, value);
}

struct st_stream_error {
    st_stream_error_kind kind;
    union {
        st_stream_error_broken_fields broken;
    } as;
};

extern ST_API const weft_type st_stream_error_type;
static inline void st_stream_error_init(st_stream_error *value)
{
    weft_gen_init(&st_stream_error_type, value);
}
static inline int st_stream_error_copy(st_stream_error *ret_value, const st_stream_error *value, weft_arena *arena)
{
    return weft_gen_copy(&st_stream_error_type, ret_value, value, arena);
}
static inline bool st_stream_error_equal(const st_stream_error *a, const st_stream_error *b)
{
    return weft_gen_equal(&st_stream_error_type, a, b);
}
static inline int st_stream_error_encode(const st_stream_error *value, weft_writer *writer)
{
    return weft_gen_encode(&st_stream_error_type, value, writer);
}
static inline int st_stream_error_decode(st_stream_error *ret_value, weft_bytes bytes, weft_arena *arena,
                                         weft_error *error_or_null)
{
    return weft_gen_decode(&st_stream_error_type, bytes, arena, ret_value, error_or_null);
}
static inline int st_stream_error_print(const st_stream_error *value,
                                        int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&st_stream_error_type, value, write, user);
}
static inline st_stream_error st_stream_error_make_refused(void)
{
    st_stream_error made;
    memset(&made, 0, sizeof made);
    made.kind = ST_STREAM_ERROR_REFUSED;
    return made;
}
static inline st_stream_error st_stream_error_make_broken(const st_stream_error_broken_fields *fields)
{
    st_stream_error made;
    memset(&made, 0, sizeof made);
    made.kind = ST_STREAM_ERROR_BROKEN;
    made.as.broken = *fields;
    return made;
}

/* ---- lists, maps, options and arrays ----------------------------------------------------------------------------- */

/* Ascending by key, each key once: st_str_u32_list_map_sort. */
struct st_str_u32_list_map {
    const st_str_u32_list_map_pair *items;
    size_t len;
};
struct st_str_u32_list_map_pair {
    weft_str key;
    weft_u32_list value;
};
extern ST_API const weft_type st_str_u32_list_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int st_str_u32_list_map_sort(st_str_u32_list_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&st_str_u32_list_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const weft_u32_list *st_str_u32_list_map_find(st_str_u32_list_map map, weft_str key)
{
    return (const weft_u32_list *)weft_gen_find(&st_str_u32_list_map_type, &map, &key);
}

/* ---- channels ---------------------------------------------------------------------------------------------------- */

/* Handles, to be copied freely; stale ones are safe. With _tx this program sends, with _rx it receives.
 * send: as weft_gen_send; on_room: as weft_gen_on_room. read: as weft_gen_receive, WEFT_EINVAL also without an item
 * function; the reader is borrowed for the call. item: once for each; it returns true where the item is consumed, false
 * where weft_channel_consumed will say so. end: once, last; may be NULL.
 * Those with _sync are a blocking client's, for any thread: as weft_gen_send_sync and weft_gen_receive_sync. */

typedef struct st_str_tx {
    weft_channel channel;
} st_str_tx;
typedef struct st_str_rx {
    weft_channel channel;
} st_str_rx;
typedef struct st_str_reader {
    size_t size; /* sizeof(st_str_reader) */
    bool (*item)(void *user, st_str_rx rx, weft_str item);
    void (*end)(void *user, const weft_channel_end *end);
} st_str_reader;
ST_API int st_str_send(st_str_tx tx, weft_str item);
ST_API int st_str_on_room(st_str_tx tx, void (*room)(void *user), void *user);
ST_API int st_str_read(st_str_rx rx, const st_str_reader *reader, void *user);
typedef struct st_str_sync_tx {
    weft_blocking_channel *channel;
} st_str_sync_tx;
static inline int st_str_send_sync(st_str_sync_tx tx, weft_str item, uint64_t timeout_ns)
{
    return weft_gen_send_sync(tx.channel, &item, timeout_ns);
}
typedef struct st_str_sync_rx {
    weft_blocking_channel *channel;
} st_str_sync_rx;
static inline int st_str_receive_sync(st_str_sync_rx rx, uint64_t timeout_ns, weft_arena *arena,
                                      const weft_str **ret_item)
{
    const void *item = NULL;
    int rc = weft_gen_receive_sync(rx.channel, timeout_ns, arena, &item);
    if (rc == 0)
        *ret_item = (const weft_str *)item;
    return rc;
}

typedef struct st_kv_common_v1_region_tx {
    weft_channel channel;
} st_kv_common_v1_region_tx;
typedef struct st_kv_common_v1_region_rx {
    weft_channel channel;
} st_kv_common_v1_region_rx;
typedef struct st_kv_common_v1_region_reader {
    size_t size; /* sizeof(st_kv_common_v1_region_reader) */
    bool (*item)(void *user, st_kv_common_v1_region_rx rx, const kv_common_v1_region *item);
    void (*end)(void *user, const weft_channel_end *end);
} st_kv_common_v1_region_reader;
ST_API int st_kv_common_v1_region_send(st_kv_common_v1_region_tx tx, const kv_common_v1_region *item);
ST_API int st_kv_common_v1_region_on_room(st_kv_common_v1_region_tx tx, void (*room)(void *user), void *user);
ST_API int st_kv_common_v1_region_read(st_kv_common_v1_region_rx rx, const st_kv_common_v1_region_reader *reader,
                                       void *user);
typedef struct st_kv_common_v1_region_sync_rx {
    weft_blocking_channel *channel;
} st_kv_common_v1_region_sync_rx;
static inline int st_kv_common_v1_region_receive_sync(st_kv_common_v1_region_sync_rx rx, uint64_t timeout_ns,
                                                      weft_arena *arena, const kv_common_v1_region **ret_item)
{
    const void *item = NULL;
    int rc = weft_gen_receive_sync(rx.channel, timeout_ns, arena, &item);
    if (rc == 0)
        *ret_item = (const kv_common_v1_region *)item;
    return rc;
}

typedef struct st_kv_common_v1_region_list_tx {
    weft_channel channel;
} st_kv_common_v1_region_list_tx;
typedef struct st_kv_common_v1_region_list_rx {
    weft_channel channel;
} st_kv_common_v1_region_list_rx;
typedef struct st_kv_common_v1_region_list_reader {
    size_t size; /* sizeof(st_kv_common_v1_region_list_reader) */
    bool (*item)(void *user, st_kv_common_v1_region_list_rx rx, kv_common_v1_region_list item);
    void (*end)(void *user, const weft_channel_end *end);
} st_kv_common_v1_region_list_reader;
ST_API int st_kv_common_v1_region_list_send(st_kv_common_v1_region_list_tx tx, kv_common_v1_region_list item);
ST_API int st_kv_common_v1_region_list_on_room(st_kv_common_v1_region_list_tx tx, void (*room)(void *user), void *user);
ST_API int st_kv_common_v1_region_list_read(st_kv_common_v1_region_list_rx rx,
                                            const st_kv_common_v1_region_list_reader *reader, void *user);
typedef struct st_kv_common_v1_region_list_sync_tx {
    weft_blocking_channel *channel;
} st_kv_common_v1_region_list_sync_tx;
static inline int st_kv_common_v1_region_list_send_sync(st_kv_common_v1_region_list_sync_tx tx,
                                                        kv_common_v1_region_list item, uint64_t timeout_ns)
{
    return weft_gen_send_sync(tx.channel, &item, timeout_ns);
}

typedef struct st_sample_tx {
    weft_channel channel;
} st_sample_tx;
typedef struct st_sample_rx {
    weft_channel channel;
} st_sample_rx;
typedef struct st_sample_reader {
    size_t size; /* sizeof(st_sample_reader) */
    bool (*item)(void *user, st_sample_rx rx, const st_sample *item);
    void (*end)(void *user, const weft_channel_end *end);
} st_sample_reader;
ST_API int st_sample_send(st_sample_tx tx, const st_sample *item);
ST_API int st_sample_on_room(st_sample_tx tx, void (*room)(void *user), void *user);
ST_API int st_sample_read(st_sample_rx rx, const st_sample_reader *reader, void *user);
typedef struct st_sample_sync_tx {
    weft_blocking_channel *channel;
} st_sample_sync_tx;
static inline int st_sample_send_sync(st_sample_sync_tx tx, const st_sample *item, uint64_t timeout_ns)
{
    return weft_gen_send_sync(tx.channel, item, timeout_ns);
}

typedef struct st_sample_opt_tx {
    weft_channel channel;
} st_sample_opt_tx;
typedef struct st_sample_opt_rx {
    weft_channel channel;
} st_sample_opt_rx;
typedef struct st_sample_opt_reader {
    size_t size; /* sizeof(st_sample_opt_reader) */
    bool (*item)(void *user, st_sample_opt_rx rx, const st_sample *item_or_null);
    void (*end)(void *user, const weft_channel_end *end);
} st_sample_opt_reader;
ST_API int st_sample_opt_send(st_sample_opt_tx tx, const st_sample *item_or_null);
ST_API int st_sample_opt_on_room(st_sample_opt_tx tx, void (*room)(void *user), void *user);
ST_API int st_sample_opt_read(st_sample_opt_rx rx, const st_sample_opt_reader *reader, void *user);
typedef struct st_sample_opt_sync_rx {
    weft_blocking_channel *channel;
} st_sample_opt_sync_rx;
static inline int st_sample_opt_receive_sync(st_sample_opt_sync_rx rx, uint64_t timeout_ns, weft_arena *arena,
                                             const st_sample *const **ret_item)
{
    const void *item = NULL;
    int rc = weft_gen_receive_sync(rx.channel, timeout_ns, arena, &item);
    if (rc == 0)
        *ret_item = (const st_sample *const *)item;
    return rc;
}

typedef struct st_u64_tx {
    weft_channel channel;
} st_u64_tx;
typedef struct st_u64_rx {
    weft_channel channel;
} st_u64_rx;
typedef struct st_u64_reader {
    size_t size; /* sizeof(st_u64_reader) */
    bool (*item)(void *user, st_u64_rx rx, uint64_t item);
    void (*end)(void *user, const weft_channel_end *end);
} st_u64_reader;
ST_API int st_u64_send(st_u64_tx tx, uint64_t item);
ST_API int st_u64_on_room(st_u64_tx tx, void (*room)(void *user), void *user);
ST_API int st_u64_read(st_u64_rx rx, const st_u64_reader *reader, void *user);
typedef struct st_u64_sync_rx {
    weft_blocking_channel *channel;
} st_u64_sync_rx;
static inline int st_u64_receive_sync(st_u64_sync_rx rx, uint64_t timeout_ns, weft_arena *arena,
                                      const uint64_t **ret_item)
{
    const void *item = NULL;
    int rc = weft_gen_receive_sync(rx.channel, timeout_ns, arena, &item);
    if (rc == 0)
        *ret_item = (const uint64_t *)item;
    return rc;
}

typedef struct st_event_tx {
    weft_channel channel;
} st_event_tx;
typedef struct st_event_rx {
    weft_channel channel;
} st_event_rx;
typedef struct st_event_reader {
    size_t size; /* sizeof(st_event_reader) */
    bool (*item)(void *user, st_event_rx rx, const st_event *item);
    void (*end)(void *user, const weft_channel_end *end);
} st_event_reader;
ST_API int st_event_send(st_event_tx tx, const st_event *item);
ST_API int st_event_on_room(st_event_tx tx, void (*room)(void *user), void *user);
ST_API int st_event_read(st_event_rx rx, const st_event_reader *reader, void *user);
typedef struct st_event_sync_rx {
    weft_blocking_channel *channel;
} st_event_sync_rx;
static inline int st_event_receive_sync(st_event_sync_rx rx, uint64_t timeout_ns, weft_arena *arena,
                                        const st_event **ret_item)
{
    const void *item = NULL;
    int rc = weft_gen_receive_sync(rx.channel, timeout_ns, arena, &item);
    if (rc == 0)
        *ret_item = (const st_event *)item;
    return rc;
}

typedef struct st_sample_list_tx {
    weft_channel channel;
} st_sample_list_tx;
typedef struct st_sample_list_rx {
    weft_channel channel;
} st_sample_list_rx;
typedef struct st_sample_list_reader {
    size_t size; /* sizeof(st_sample_list_reader) */
    bool (*item)(void *user, st_sample_list_rx rx, st_sample_list item);
    void (*end)(void *user, const weft_channel_end *end);
} st_sample_list_reader;
ST_API int st_sample_list_send(st_sample_list_tx tx, st_sample_list item);
ST_API int st_sample_list_on_room(st_sample_list_tx tx, void (*room)(void *user), void *user);
ST_API int st_sample_list_read(st_sample_list_rx rx, const st_sample_list_reader *reader, void *user);
typedef struct st_sample_list_sync_rx {
    weft_blocking_channel *channel;
} st_sample_list_sync_rx;
static inline int st_sample_list_receive_sync(st_sample_list_sync_rx rx, uint64_t timeout_ns, weft_arena *arena,
                                              const st_sample_list **ret_item)
{
    const void *item = NULL;
    int rc = weft_gen_receive_sync(rx.channel, timeout_ns, arena, &item);
    if (rc == 0)
        *ret_item = (const st_sample_list *)item;
    return rc;
}

typedef struct st_str_u32_list_map_tx {
    weft_channel channel;
} st_str_u32_list_map_tx;
typedef struct st_str_u32_list_map_rx {
    weft_channel channel;
} st_str_u32_list_map_rx;
typedef struct st_str_u32_list_map_reader {
    size_t size; /* sizeof(st_str_u32_list_map_reader) */
    bool (*item)(void *user, st_str_u32_list_map_rx rx, st_str_u32_list_map item);
    void (*end)(void *user, const weft_channel_end *end);
} st_str_u32_list_map_reader;
ST_API int st_str_u32_list_map_send(st_str_u32_list_map_tx tx, st_str_u32_list_map item);
ST_API int st_str_u32_list_map_on_room(st_str_u32_list_map_tx tx, void (*room)(void *user), void *user);
ST_API int st_str_u32_list_map_read(st_str_u32_list_map_rx rx, const st_str_u32_list_map_reader *reader, void *user);
typedef struct st_str_u32_list_map_sync_tx {
    weft_blocking_channel *channel;
} st_str_u32_list_map_sync_tx;
static inline int st_str_u32_list_map_send_sync(st_str_u32_list_map_sync_tx tx, st_str_u32_list_map item,
                                                uint64_t timeout_ns)
{
    return weft_gen_send_sync(tx.channel, &item, timeout_ns);
}

typedef struct st_u8_4_array_tx {
    weft_channel channel;
} st_u8_4_array_tx;
typedef struct st_u8_4_array_rx {
    weft_channel channel;
} st_u8_4_array_rx;
typedef struct st_u8_4_array_reader {
    size_t size; /* sizeof(st_u8_4_array_reader) */
    bool (*item)(void *user, st_u8_4_array_rx rx, const uint8_t item[4]);
    void (*end)(void *user, const weft_channel_end *end);
} st_u8_4_array_reader;
ST_API int st_u8_4_array_send(st_u8_4_array_tx tx, const uint8_t item[4]);
ST_API int st_u8_4_array_on_room(st_u8_4_array_tx tx, void (*room)(void *user), void *user);
ST_API int st_u8_4_array_read(st_u8_4_array_rx rx, const st_u8_4_array_reader *reader, void *user);
typedef struct st_u8_4_array_sync_rx {
    weft_blocking_channel *channel;
} st_u8_4_array_sync_rx;
static inline int st_u8_4_array_receive_sync(st_u8_4_array_sync_rx rx, uint64_t timeout_ns, weft_arena *arena,
                                             const uint8_t **ret_item)
{
    const void *item = NULL;
    int rc = weft_gen_receive_sync(rx.channel, timeout_ns, arena, &item);
    if (rc == 0)
        *ret_item = (const uint8_t *)item;
    return rc;
}

typedef struct st_u16_2_array_3_array_tx {
    weft_channel channel;
} st_u16_2_array_3_array_tx;
typedef struct st_u16_2_array_3_array_rx {
    weft_channel channel;
} st_u16_2_array_3_array_rx;
typedef struct st_u16_2_array_3_array_reader {
    size_t size; /* sizeof(st_u16_2_array_3_array_reader) */
    bool (*item)(void *user, st_u16_2_array_3_array_rx rx, const uint16_t item[3][2]);
    void (*end)(void *user, const weft_channel_end *end);
} st_u16_2_array_3_array_reader;
ST_API int st_u16_2_array_3_array_send(st_u16_2_array_3_array_tx tx, const uint16_t item[3][2]);
ST_API int st_u16_2_array_3_array_on_room(st_u16_2_array_3_array_tx tx, void (*room)(void *user), void *user);
ST_API int st_u16_2_array_3_array_read(st_u16_2_array_3_array_rx rx, const st_u16_2_array_3_array_reader *reader,
                                       void *user);
typedef struct st_u16_2_array_3_array_sync_tx {
    weft_blocking_channel *channel;
} st_u16_2_array_3_array_sync_tx;
static inline int st_u16_2_array_3_array_send_sync(st_u16_2_array_3_array_sync_tx tx, const uint16_t item[3][2],
                                                   uint64_t timeout_ns)
{
    return weft_gen_send_sync(tx.channel, item, timeout_ns);
}

typedef struct st_sample_opt_2_array_1_array_2_array_tx {
    weft_channel channel;
} st_sample_opt_2_array_1_array_2_array_tx;
typedef struct st_sample_opt_2_array_1_array_2_array_rx {
    weft_channel channel;
} st_sample_opt_2_array_1_array_2_array_rx;
typedef struct st_sample_opt_2_array_1_array_2_array_reader {
    size_t size; /* sizeof(st_sample_opt_2_array_1_array_2_array_reader) */
    bool (*item)(void *user, st_sample_opt_2_array_1_array_2_array_rx rx, const st_sample *const item[2][1][2]);
    void (*end)(void *user, const weft_channel_end *end);
} st_sample_opt_2_array_1_array_2_array_reader;
ST_API int st_sample_opt_2_array_1_array_2_array_send(st_sample_opt_2_array_1_array_2_array_tx tx,
                                                      const st_sample *const item[2][1][2]);
ST_API int st_sample_opt_2_array_1_array_2_array_on_room(st_sample_opt_2_array_1_array_2_array_tx tx,
                                                         void (*room)(void *user), void *user);
ST_API int st_sample_opt_2_array_1_array_2_array_read(st_sample_opt_2_array_1_array_2_array_rx rx,
                                                      const st_sample_opt_2_array_1_array_2_array_reader *reader,
                                                      void *user);
typedef struct st_sample_opt_2_array_1_array_2_array_sync_rx {
    weft_blocking_channel *channel;
} st_sample_opt_2_array_1_array_2_array_sync_rx;
static inline int st_sample_opt_2_array_1_array_2_array_receive_sync(st_sample_opt_2_array_1_array_2_array_sync_rx rx,
                                                                     uint64_t timeout_ns, weft_arena *arena,
                                                                     const st_sample *const (**ret_item)[1][2])
{
    const void *item = NULL;
    int rc = weft_gen_receive_sync(rx.channel, timeout_ns, arena, &item);
    if (rc == 0)
        *ret_item = (const st_sample *const (*)[1][2])item;
    return rc;
}

typedef struct st_u32_opt_tx {
    weft_channel channel;
} st_u32_opt_tx;
typedef struct st_u32_opt_rx {
    weft_channel channel;
} st_u32_opt_rx;
typedef struct st_u32_opt_reader {
    size_t size; /* sizeof(st_u32_opt_reader) */
    bool (*item)(void *user, st_u32_opt_rx rx, weft_opt_u32 item);
    void (*end)(void *user, const weft_channel_end *end);
} st_u32_opt_reader;
ST_API int st_u32_opt_send(st_u32_opt_tx tx, weft_opt_u32 item);
ST_API int st_u32_opt_on_room(st_u32_opt_tx tx, void (*room)(void *user), void *user);
ST_API int st_u32_opt_read(st_u32_opt_rx rx, const st_u32_opt_reader *reader, void *user);
typedef struct st_u32_opt_sync_tx {
    weft_blocking_channel *channel;
} st_u32_opt_sync_tx;
static inline int st_u32_opt_send_sync(st_u32_opt_sync_tx tx, weft_opt_u32 item, uint64_t timeout_ns)
{
    return weft_gen_send_sync(tx.channel, &item, timeout_ns);
}

typedef struct st_bytes_tx {
    weft_channel channel;
} st_bytes_tx;
typedef struct st_bytes_rx {
    weft_channel channel;
} st_bytes_rx;
typedef struct st_bytes_reader {
    size_t size; /* sizeof(st_bytes_reader) */
    bool (*item)(void *user, st_bytes_rx rx, weft_bytes item);
    void (*end)(void *user, const weft_channel_end *end);
} st_bytes_reader;
ST_API int st_bytes_send(st_bytes_tx tx, weft_bytes item);
ST_API int st_bytes_on_room(st_bytes_tx tx, void (*room)(void *user), void *user);
ST_API int st_bytes_read(st_bytes_rx rx, const st_bytes_reader *reader, void *user);
typedef struct st_bytes_sync_tx {
    weft_blocking_channel *channel;
} st_bytes_sync_tx;
static inline int st_bytes_send_sync(st_bytes_sync_tx tx, weft_bytes item, uint64_t timeout_ns)
{
    return weft_gen_send_sync(tx.channel, &item, timeout_ns);
}

/* ---- service Streams: arguments and replies ---------------------------------------------------------------------- */

/* watch */
typedef struct st_streams_watch_args {
    weft_str prefix;
} st_streams_watch_args;

extern ST_API const weft_type st_streams_watch_args_type;
static inline void st_streams_watch_args_init(st_streams_watch_args *value)
{
    weft_gen_init(&st_streams_watch_args_type, value);
}

typedef struct st_streams_watch_reply {
    weft_result result;
} st_streams_watch_reply;
typedef void (*st_streams_watch_fn)(void *user, const st_streams_watch_reply *reply);

/* load */
typedef struct st_streams_load_reply {
    weft_result result;
    uint64_t value;               /* outcome ok, else zero */
    const st_stream_error *error; /* outcome user error, else NULL */
} st_streams_load_reply;
typedef void (*st_streams_load_fn)(void *user, const st_streams_load_reply *reply);

/* echo */
typedef struct st_streams_echo_reply {
    weft_result result;
} st_streams_echo_reply;
typedef void (*st_streams_echo_fn)(void *user, const st_streams_echo_reply *reply);

/* count */
typedef struct st_streams_count_args {
    uint32_t first;
    uint32_t last;
} st_streams_count_args;

extern ST_API const weft_type st_streams_count_args_type;
static inline void st_streams_count_args_init(st_streams_count_args *value)
{
    weft_gen_init(&st_streams_count_args_type, value);
}

typedef struct st_streams_count_reply {
    weft_result result;
    uint64_t value; /* outcome ok, else zero */
} st_streams_count_reply;
typedef void (*st_streams_count_fn)(void *user, const st_streams_count_reply *reply);

/* maybe */
typedef struct st_streams_maybe_args {
    weft_str name;
} st_streams_maybe_args;

extern ST_API const weft_type st_streams_maybe_args_type;
static inline void st_streams_maybe_args_init(st_streams_maybe_args *value)
{
    weft_gen_init(&st_streams_maybe_args_type, value);
}

typedef struct st_streams_maybe_reply {
    weft_result result;
    bool value; /* outcome ok, else zero */
} st_streams_maybe_reply;
typedef void (*st_streams_maybe_fn)(void *user, const st_streams_maybe_reply *reply);

/* lists */
typedef struct st_streams_lists_reply {
    weft_result result;
} st_streams_lists_reply;
typedef void (*st_streams_lists_fn)(void *user, const st_streams_lists_reply *reply);

/* opts */
typedef struct st_streams_opts_reply {
    weft_result result;
} st_streams_opts_reply;
typedef void (*st_streams_opts_fn)(void *user, const st_streams_opts_reply *reply);

/* regions */
typedef struct st_streams_regions_reply {
    weft_result result;
} st_streams_regions_reply;
typedef void (*st_streams_regions_fn)(void *user, const st_streams_regions_reply *reply);

/* blobs */
typedef struct st_streams_blobs_reply {
    weft_result result;
    uint64_t value; /* outcome ok, else zero */
} st_streams_blobs_reply;
typedef void (*st_streams_blobs_fn)(void *user, const st_streams_blobs_reply *reply);

/* plain */
typedef struct st_streams_plain_args {
    uint32_t number;
} st_streams_plain_args;

extern ST_API const weft_type st_streams_plain_args_type;
static inline void st_streams_plain_args_init(st_streams_plain_args *value)
{
    weft_gen_init(&st_streams_plain_args_type, value);
}

typedef struct st_streams_plain_reply {
    weft_result result;
    uint32_t value; /* outcome ok, else zero */
} st_streams_plain_reply;
typedef void (*st_streams_plain_fn)(void *user, const st_streams_plain_reply *reply);

/* ---- service Streams: client ------------------------------------------------------------------------------------- */

extern ST_API const weft_service_type st_streams_service;

/* What opened it holds one reference: weft_connection_release. */
typedef struct st_streams_client {
    weft_connection *connection;
} st_streams_client;

/* Once: with a client, or without a connection and with the reason. */
typedef void (*st_streams_opened_fn)(void *user, st_streams_client client, const weft_error *error_or_null);
/* As weft_open. */
ST_API int st_streams_open(weft_session *session, const weft_open_options *options_or_null, st_streams_opened_fn opened,
                           void *user);

/* Calls: as weft_gen_call, or weft_gen_stream where there are channels. args: borrowed for the call. After 0 the
 * callback runs exactly once, else never. */
/* The handler sends, and answers when it has. */
ST_API int st_streams_watch(st_streams_client client, const st_streams_watch_args *args,
                            const weft_call_options *options_or_null, st_streams_watch_fn done_or_null, void *user,
                            weft_call *ret_call_or_null, st_event_rx *ret_events);
/* The handler receives, and answers with the sum. */
ST_API int st_streams_load(st_streams_client client, const weft_call_options *options_or_null,
                           st_streams_load_fn done_or_null, void *user, weft_call *ret_call_or_null,
                           st_sample_tx *ret_samples);
/* Both ways at once. */
ST_API int st_streams_echo(st_streams_client client, const weft_call_options *options_or_null,
                           st_streams_echo_fn done_or_null, void *user, weft_call *ret_call_or_null,
                           st_str_tx *ret_input, st_str_rx *ret_output);
ST_API int st_streams_count(st_streams_client client, const st_streams_count_args *args,
                            const weft_call_options *options_or_null, st_streams_count_fn done_or_null, void *user,
                            weft_call *ret_call_or_null, st_u64_rx *ret_numbers);
/* What a caller may leave out. */
ST_API int st_streams_maybe(st_streams_client client, const st_streams_maybe_args *args,
                            const weft_call_options *options_or_null, st_streams_maybe_fn done_or_null, void *user,
                            weft_call *ret_call_or_null, st_event_rx *ret_events_or_null,
                            st_sample_tx *ret_samples_or_null);
/* Items of types that are put together. */
ST_API int st_streams_lists(st_streams_client client, const weft_call_options *options_or_null,
                            st_streams_lists_fn done_or_null, void *user, weft_call *ret_call_or_null,
                            st_sample_list_rx *ret_rows, st_str_u32_list_map_tx *ret_maps,
                            st_u8_4_array_rx *ret_digests, st_u16_2_array_3_array_tx *ret_grids,
                            st_sample_opt_2_array_1_array_2_array_rx *ret_refs);
ST_API int st_streams_opts(st_streams_client client, const weft_call_options *options_or_null,
                           st_streams_opts_fn done_or_null, void *user, weft_call *ret_call_or_null,
                           st_sample_opt_rx *ret_samples, st_u32_opt_tx *ret_numbers);
/* Items of another file's type. */
ST_API int st_streams_regions(st_streams_client client, const weft_call_options *options_or_null,
                              st_streams_regions_fn done_or_null, void *user, weft_call *ret_call_or_null,
                              st_kv_common_v1_region_rx *ret_wanted, st_kv_common_v1_region_list_tx *ret_known);
ST_API int st_streams_blobs(st_streams_client client, const weft_call_options *options_or_null,
                            st_streams_blobs_fn done_or_null, void *user, weft_call *ret_call_or_null,
                            st_bytes_tx *ret_blobs);
/* Without channels, beside those that have some. */
ST_API int st_streams_plain(st_streams_client client, const st_streams_plain_args *args,
                            const weft_call_options *options_or_null, st_streams_plain_fn done_or_null, void *user,
                            weft_call *ret_call_or_null);

/* ---- service Streams: blocking client ---------------------------------------------------------------------------- */

/* For any thread, of a weft_blocking: weft/blocking.h, libweft-uv. To be released by weft_blocking_client_release. */
typedef struct st_streams_sync_client {
    weft_blocking_client *client;
} st_streams_sync_client;

/* As weft_gen_open_sync. */
static inline int st_streams_open_sync(weft_blocking_session *session, const weft_open_options *options_or_null,
                                       st_streams_sync_client *ret_client, weft_error *error_or_null)
{
    return weft_gen_open_sync(session, &st_streams_service, options_or_null, &ret_client->client, error_or_null);
}
/* A method at once, as weft_gen_call_sync: returns ret_reply->result.code; what the reply points to lies in arena.
 * Or begun and ended apart, as weft_gen_begin_sync and weft_gen_end_sync: the call is to be released by
 * weft_blocking_call_release, and until then what the reply points to lives; channels by
 * weft_blocking_channel_release. */
typedef struct st_streams_watch_sync_call {
    weft_blocking_call *call;
} st_streams_watch_sync_call;
static inline int st_streams_watch_begin_sync(st_streams_sync_client client, const st_streams_watch_args *args,
                                              const weft_call_options *options_or_null,
                                              st_streams_watch_sync_call *ret_call, st_event_sync_rx *ret_events)
{
    weft_blocking_channel **const channels[] = { &ret_events->channel };
    return weft_gen_begin_sync(client.client, &st_streams_service, 0, args, options_or_null, &ret_call->call, channels);
}
static inline int st_streams_watch_end_sync(st_streams_watch_sync_call call, uint64_t timeout_ns,
                                            st_streams_watch_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
typedef struct st_streams_load_sync_call {
    weft_blocking_call *call;
} st_streams_load_sync_call;
static inline int st_streams_load_begin_sync(st_streams_sync_client client, const weft_call_options *options_or_null,
                                             st_streams_load_sync_call *ret_call, st_sample_sync_tx *ret_samples)
{
    weft_blocking_channel **const channels[] = { &ret_samples->channel };
    return weft_gen_begin_sync(client.client, &st_streams_service, 1, NULL, options_or_null, &ret_call->call, channels);
}
static inline int st_streams_load_end_sync(st_streams_load_sync_call call, uint64_t timeout_ns,
                                           st_streams_load_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
typedef struct st_streams_echo_sync_call {
    weft_blocking_call *call;
} st_streams_echo_sync_call;
static inline int st_streams_echo_begin_sync(st_streams_sync_client client, const weft_call_options *options_or_null,
                                             st_streams_echo_sync_call *ret_call, st_str_sync_tx *ret_input,
                                             st_str_sync_rx *ret_output)
{
    weft_blocking_channel **const channels[] = { &ret_input->channel, &ret_output->channel };
    return weft_gen_begin_sync(client.client, &st_streams_service, 2, NULL, options_or_null, &ret_call->call, channels);
}
static inline int st_streams_echo_end_sync(st_streams_echo_sync_call call, uint64_t timeout_ns,
                                           st_streams_echo_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
typedef struct st_streams_count_sync_call {
    weft_blocking_call *call;
} st_streams_count_sync_call;
static inline int st_streams_count_begin_sync(st_streams_sync_client client, const st_streams_count_args *args,
                                              const weft_call_options *options_or_null,
                                              st_streams_count_sync_call *ret_call, st_u64_sync_rx *ret_numbers)
{
    weft_blocking_channel **const channels[] = { &ret_numbers->channel };
    return weft_gen_begin_sync(client.client, &st_streams_service, 3, args, options_or_null, &ret_call->call, channels);
}
static inline int st_streams_count_end_sync(st_streams_count_sync_call call, uint64_t timeout_ns,
                                            st_streams_count_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
typedef struct st_streams_maybe_sync_call {
    weft_blocking_call *call;
} st_streams_maybe_sync_call;
static inline int st_streams_maybe_begin_sync(st_streams_sync_client client, const st_streams_maybe_args *args,
                                              const weft_call_options *options_or_null,
                                              st_streams_maybe_sync_call *ret_call,
                                              st_event_sync_rx *ret_events_or_null,
                                              st_sample_sync_tx *ret_samples_or_null)
{
    weft_blocking_channel **const channels[] = { ret_events_or_null ? &ret_events_or_null->channel : NULL,
                                                 ret_samples_or_null ? &ret_samples_or_null->channel : NULL };
    return weft_gen_begin_sync(client.client, &st_streams_service, 4, args, options_or_null, &ret_call->call, channels);
}
static inline int st_streams_maybe_end_sync(st_streams_maybe_sync_call call, uint64_t timeout_ns,
                                            st_streams_maybe_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
typedef struct st_streams_lists_sync_call {
    weft_blocking_call *call;
} st_streams_lists_sync_call;
static inline int st_streams_lists_begin_sync(st_streams_sync_client client, const weft_call_options *options_or_null,
                                              st_streams_lists_sync_call *ret_call, st_sample_list_sync_rx *ret_rows,
                                              st_str_u32_list_map_sync_tx *ret_maps, st_u8_4_array_sync_rx *ret_digests,
                                              st_u16_2_array_3_array_sync_tx *ret_grids,
                                              st_sample_opt_2_array_1_array_2_array_sync_rx *ret_refs)
{
    weft_blocking_channel **const channels[] = { &ret_rows->channel, &ret_maps->channel, &ret_digests->channel,
                                                 &ret_grids->channel, &ret_refs->channel };
    return weft_gen_begin_sync(client.client, &st_streams_service, 5, NULL, options_or_null, &ret_call->call, channels);
}
static inline int st_streams_lists_end_sync(st_streams_lists_sync_call call, uint64_t timeout_ns,
                                            st_streams_lists_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
typedef struct st_streams_opts_sync_call {
    weft_blocking_call *call;
} st_streams_opts_sync_call;
static inline int st_streams_opts_begin_sync(st_streams_sync_client client, const weft_call_options *options_or_null,
                                             st_streams_opts_sync_call *ret_call, st_sample_opt_sync_rx *ret_samples,
                                             st_u32_opt_sync_tx *ret_numbers)
{
    weft_blocking_channel **const channels[] = { &ret_samples->channel, &ret_numbers->channel };
    return weft_gen_begin_sync(client.client, &st_streams_service, 6, NULL, options_or_null, &ret_call->call, channels);
}
static inline int st_streams_opts_end_sync(st_streams_opts_sync_call call, uint64_t timeout_ns,
                                           st_streams_opts_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
typedef struct st_streams_regions_sync_call {
    weft_blocking_call *call;
} st_streams_regions_sync_call;
static inline int st_streams_regions_begin_sync(st_streams_sync_client client, const weft_call_options *options_or_null,
                                                st_streams_regions_sync_call *ret_call,
                                                st_kv_common_v1_region_sync_rx *ret_wanted,
                                                st_kv_common_v1_region_list_sync_tx *ret_known)
{
    weft_blocking_channel **const channels[] = { &ret_wanted->channel, &ret_known->channel };
    return weft_gen_begin_sync(client.client, &st_streams_service, 7, NULL, options_or_null, &ret_call->call, channels);
}
static inline int st_streams_regions_end_sync(st_streams_regions_sync_call call, uint64_t timeout_ns,
                                              st_streams_regions_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
typedef struct st_streams_blobs_sync_call {
    weft_blocking_call *call;
} st_streams_blobs_sync_call;
static inline int st_streams_blobs_begin_sync(st_streams_sync_client client, const weft_call_options *options_or_null,
                                              st_streams_blobs_sync_call *ret_call, st_bytes_sync_tx *ret_blobs)
{
    weft_blocking_channel **const channels[] = { &ret_blobs->channel };
    return weft_gen_begin_sync(client.client, &st_streams_service, 8, NULL, options_or_null, &ret_call->call, channels);
}
static inline int st_streams_blobs_end_sync(st_streams_blobs_sync_call call, uint64_t timeout_ns,
                                            st_streams_blobs_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int st_streams_plain_sync(st_streams_sync_client client, const st_streams_plain_args *args,
                                        const weft_call_options *options_or_null, weft_arena *arena,
                                        st_streams_plain_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &st_streams_service, 9, args, options_or_null, arena, ret_reply);
}
typedef struct st_streams_plain_sync_call {
    weft_blocking_call *call;
} st_streams_plain_sync_call;
static inline int st_streams_plain_begin_sync(st_streams_sync_client client, const st_streams_plain_args *args,
                                              const weft_call_options *options_or_null,
                                              st_streams_plain_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &st_streams_service, 9, args, options_or_null, &ret_call->call, NULL);
}
static inline int st_streams_plain_end_sync(st_streams_plain_sync_call call, uint64_t timeout_ns,
                                            st_streams_plain_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}

/* ---- service Streams: handlers ----------------------------------------------------------------------------------- */

/* Handles of calls to be answered: stale ones are answered WEFT_EALREADY. */
typedef struct st_streams_watch_call {
    weft_call call;
} st_streams_watch_call;
typedef struct st_streams_load_call {
    weft_call call;
} st_streams_load_call;
typedef struct st_streams_echo_call {
    weft_call call;
} st_streams_echo_call;
typedef struct st_streams_count_call {
    weft_call call;
} st_streams_count_call;
typedef struct st_streams_maybe_call {
    weft_call call;
} st_streams_maybe_call;
typedef struct st_streams_lists_call {
    weft_call call;
} st_streams_lists_call;
typedef struct st_streams_opts_call {
    weft_call call;
} st_streams_opts_call;
typedef struct st_streams_regions_call {
    weft_call call;
} st_streams_regions_call;
typedef struct st_streams_blobs_call {
    weft_call call;
} st_streams_blobs_call;
typedef struct st_streams_plain_call {
    weft_call call;
} st_streams_plain_call;

/* Outlives the connections it serves: make it static const. A missing function is answered unknown method. Arguments
 * live until the function returns. */
typedef struct st_streams_handler {
    size_t size; /* sizeof(st_streams_handler): methods of a later weftc lie beyond it */
    void (*closed)(void *self); /* once, last; may be NULL */
    /* The handler sends, and answers when it has. */
    void (*watch)(void *self, st_streams_watch_call call, const st_streams_watch_args *args, st_event_tx events);
    /* The handler receives, and answers with the sum. */
    void (*load)(void *self, st_streams_load_call call, st_sample_rx samples);
    /* Both ways at once. */
    void (*echo)(void *self, st_streams_echo_call call, st_str_rx input, st_str_tx output);
    void (*count)(void *self, st_streams_count_call call, const st_streams_count_args *args, st_u64_tx numbers);
    /* What a caller may leave out. */
    void (*maybe)(void *self, st_streams_maybe_call call, const st_streams_maybe_args *args, st_event_tx events,
                  st_sample_rx samples);
    /* Items of types that are put together. */
    void (*lists)(void *self, st_streams_lists_call call, st_sample_list_tx rows, st_str_u32_list_map_rx maps,
                  st_u8_4_array_tx digests, st_u16_2_array_3_array_rx grids,
                  st_sample_opt_2_array_1_array_2_array_tx refs);
    void (*opts)(void *self, st_streams_opts_call call, st_sample_opt_tx samples, st_u32_opt_rx numbers);
    /* Items of another file's type. */
    void (*regions)(void *self, st_streams_regions_call call, st_kv_common_v1_region_tx wanted,
                    st_kv_common_v1_region_list_rx known);
    void (*blobs)(void *self, st_streams_blobs_call call, st_bytes_rx blobs);
    /* Without channels, beside those that have some. */
    void (*plain)(void *self, st_streams_plain_call call, const st_streams_plain_args *args);
} st_streams_handler;

/* Accepts, as weft_pending_accept. self: handed to each function, until closed. */
ST_API int st_streams_serve(weft_pending pending, const st_streams_handler *handler, void *self,
                            weft_connection **ret_connection_or_null);

/* Answers, and keep: the arguments live until the answer, and *args changes. 0, or as weft_gen_return, weft_gen_fail,
 * weft_gen_keep. */
ST_API int st_streams_watch_keep(st_streams_watch_call call, const st_streams_watch_args **args);
ST_API int st_streams_watch_return(st_streams_watch_call call);
ST_API int st_streams_load_return(st_streams_load_call call, uint64_t value);
ST_API int st_streams_load_fail(st_streams_load_call call, const st_stream_error *error);
ST_API int st_streams_echo_return(st_streams_echo_call call);
ST_API int st_streams_count_keep(st_streams_count_call call, const st_streams_count_args **args);
ST_API int st_streams_count_return(st_streams_count_call call, uint64_t value);
ST_API int st_streams_maybe_keep(st_streams_maybe_call call, const st_streams_maybe_args **args);
ST_API int st_streams_maybe_return(st_streams_maybe_call call, bool value);
ST_API int st_streams_lists_return(st_streams_lists_call call);
ST_API int st_streams_opts_return(st_streams_opts_call call);
ST_API int st_streams_regions_return(st_streams_regions_call call);
ST_API int st_streams_blobs_return(st_streams_blobs_call call, uint64_t value);
ST_API int st_streams_plain_keep(st_streams_plain_call call, const st_streams_plain_args **args);
ST_API int st_streams_plain_return(st_streams_plain_call call, uint32_t value);

#ifdef __cplusplus
}
#endif
#endif
