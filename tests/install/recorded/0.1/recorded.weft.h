/* Made by weftc 0.1.0 from recorded.weft. Do not edit. */
/* A little of everything that generated code is made of. */
#ifndef RECORDED_V1_RECORDED_WEFT_H
#define RECORDED_V1_RECORDED_WEFT_H

#include "weft/gen.h"

#if WEFT_GEN_ABI != 1
#error "recorded.weft.h was made for another weft: run weftc again"
#endif
#ifndef REC_API
#define REC_API /* in front of what the source defines: for export from a library */
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- types ------------------------------------------------------------------------------------------------------- */

typedef struct rec_colour rec_colour;
typedef struct rec_colour_list rec_colour_list;
typedef struct rec_item rec_item;
typedef struct rec_item_list rec_item_list;
typedef struct rec_put_error rec_put_error;
typedef struct rec_put_error_list rec_put_error_list;
typedef struct rec_str_u32_map rec_str_u32_map;
typedef struct rec_str_u32_map_pair rec_str_u32_map_pair;

struct rec_colour_list {
    const rec_colour *items;
    size_t len;
};
struct rec_item_list {
    const rec_item *items;
    size_t len;
};
struct rec_put_error_list {
    const rec_put_error *items;
    size_t len;
};

/* ---- enum Colour ------------------------------------------------------------------------------------------------- */

typedef enum rec_colour_kind {
    REC_COLOUR_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    REC_COLOUR_RED = 1,
    REC_COLOUR_MIXED = 2
} rec_colour_kind;

typedef struct rec_colour_mixed_fields {
    weft_u8_list parts;
} rec_colour_mixed_fields;

extern REC_API const weft_type rec_colour_mixed_fields_type;
static inline void rec_colour_mixed_fields_init(rec_colour_mixed_fields *value)
{
    weft_gen_init(&rec_colour_mixed_fields_type, value);
}

struct rec_colour {
    rec_colour_kind kind;
    union {
        rec_colour_mixed_fields mixed;
    } as;
};

extern REC_API const weft_type rec_colour_type;
static inline void rec_colour_init(rec_colour *value)
{
    weft_gen_init(&rec_colour_type, value);
}
static inline int rec_colour_copy(rec_colour *ret_value, const rec_colour *value, weft_arena *arena)
{
    return weft_gen_copy(&rec_colour_type, ret_value, value, arena);
}
static inline bool rec_colour_equal(const rec_colour *a, const rec_colour *b)
{
    return weft_gen_equal(&rec_colour_type, a, b);
}
static inline int rec_colour_encode(const rec_colour *value, weft_writer *writer)
{
    return weft_gen_encode(&rec_colour_type, value, writer);
}
static inline int rec_colour_decode(rec_colour *ret_value, weft_bytes bytes, weft_arena *arena,
                                    weft_error *error_or_null)
{
    return weft_gen_decode(&rec_colour_type, bytes, arena, ret_value, error_or_null);
}
static inline int rec_colour_print(const rec_colour *value, int (*write)(void *user, const char *text, size_t len),
                                   void *user)
{
    return weft_gen_print(&rec_colour_type, value, write, user);
}
static inline rec_colour rec_colour_make_red(void)
{
    rec_colour made;
    memset(&made, 0, sizeof made);
    made.kind = REC_COLOUR_RED;
    return made;
}
static inline rec_colour rec_colour_make_mixed(const rec_colour_mixed_fields *fields)
{
    rec_colour made;
    memset(&made, 0, sizeof made);
    made.kind = REC_COLOUR_MIXED;
    made.as.mixed = *fields;
    return made;
}

/* ---- struct Item ------------------------------------------------------------------------------------------------- */

/* Ascending by key, each key once: rec_str_u32_map_sort. */
struct rec_str_u32_map {
    const rec_str_u32_map_pair *items;
    size_t len;
};
struct rec_item {
    weft_str name;
    double weight;            /* default 1.5 */
    const rec_colour *colour; /* default none */
    rec_str_u32_map tags;
    const rec_item *parent;   /* default none */
};

extern REC_API const weft_type rec_item_type;
static inline void rec_item_init(rec_item *value)
{
    weft_gen_init(&rec_item_type, value);
}
static inline int rec_item_copy(rec_item *ret_value, const rec_item *value, weft_arena *arena)
{
    return weft_gen_copy(&rec_item_type, ret_value, value, arena);
}
static inline bool rec_item_equal(const rec_item *a, const rec_item *b)
{
    return weft_gen_equal(&rec_item_type, a, b);
}
static inline int rec_item_encode(const rec_item *value, weft_writer *writer)
{
    return weft_gen_encode(&rec_item_type, value, writer);
}
static inline int rec_item_decode(rec_item *ret_value, weft_bytes bytes, weft_arena *arena, weft_error *error_or_null)
{
    return weft_gen_decode(&rec_item_type, bytes, arena, ret_value, error_or_null);
}
static inline int rec_item_print(const rec_item *value, int (*write)(void *user, const char *text, size_t len),
                                 void *user)
{
    return weft_gen_print(&rec_item_type, value, write, user);
}

/* ---- enum PutError ----------------------------------------------------------------------------------------------- */

typedef enum rec_put_error_kind {
    REC_PUT_ERROR_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    REC_PUT_ERROR_TOO_HEAVY = 1
} rec_put_error_kind;

typedef struct rec_put_error_too_heavy_fields {
    double limit;
} rec_put_error_too_heavy_fields;

extern REC_API const weft_type rec_put_error_too_heavy_fields_type;
static inline void rec_put_error_too_heavy_fields_init(rec_put_error_too_heavy_fields *value)
{
    weft_gen_init(&rec_put_error_too_heavy_fields_type, value);
}

struct rec_put_error {
    rec_put_error_kind kind;
    union {
        rec_put_error_too_heavy_fields too_heavy;
    } as;
};

extern REC_API const weft_type rec_put_error_type;
static inline void rec_put_error_init(rec_put_error *value)
{
    weft_gen_init(&rec_put_error_type, value);
}
static inline int rec_put_error_copy(rec_put_error *ret_value, const rec_put_error *value, weft_arena *arena)
{
    return weft_gen_copy(&rec_put_error_type, ret_value, value, arena);
}
static inline bool rec_put_error_equal(const rec_put_error *a, const rec_put_error *b)
{
    return weft_gen_equal(&rec_put_error_type, a, b);
}
static inline int rec_put_error_encode(const rec_put_error *value, weft_writer *writer)
{
    return weft_gen_encode(&rec_put_error_type, value, writer);
}
static inline int rec_put_error_decode(rec_put_error *ret_value, weft_bytes bytes, weft_arena *arena,
                                       weft_error *error_or_null)
{
    return weft_gen_decode(&rec_put_error_type, bytes, arena, ret_value, error_or_null);
}
static inline int rec_put_error_print(const rec_put_error *value,
                                      int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&rec_put_error_type, value, write, user);
}
static inline rec_put_error rec_put_error_make_too_heavy(const rec_put_error_too_heavy_fields *fields)
{
    rec_put_error made;
    memset(&made, 0, sizeof made);
    made.kind = REC_PUT_ERROR_TOO_HEAVY;
    made.as.too_heavy = *fields;
    return made;
}

/* ---- lists, maps, options and arrays ----------------------------------------------------------------------------- */

struct rec_str_u32_map_pair {
    weft_str key;
    uint32_t value;
};
extern REC_API const weft_type rec_str_u32_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int rec_str_u32_map_sort(rec_str_u32_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&rec_str_u32_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const uint32_t *rec_str_u32_map_find(rec_str_u32_map map, weft_str key)
{
    return (const uint32_t *)weft_gen_find(&rec_str_u32_map_type, &map, &key);
}

/* ---- service Store: arguments and replies ------------------------------------------------------------------------ */

/* put */
typedef struct rec_store_put_args {
    rec_item item;
} rec_store_put_args;

extern REC_API const weft_type rec_store_put_args_type;
static inline void rec_store_put_args_init(rec_store_put_args *value)
{
    weft_gen_init(&rec_store_put_args_type, value);
}

typedef struct rec_store_put_reply {
    weft_result result;
    uint32_t value;             /* outcome ok, else zero */
    const rec_put_error *error; /* outcome user error, else NULL */
} rec_store_put_reply;
typedef void (*rec_store_put_fn)(void *user, const rec_store_put_reply *reply);

/* get */
typedef struct rec_store_get_args {
    weft_str name;
} rec_store_get_args;

extern REC_API const weft_type rec_store_get_args_type;
static inline void rec_store_get_args_init(rec_store_get_args *value)
{
    weft_gen_init(&rec_store_get_args_type, value);
}

typedef struct rec_store_get_reply {
    weft_result result;
    const rec_item *value; /* outcome ok, else zero */
} rec_store_get_reply;
typedef void (*rec_store_get_fn)(void *user, const rec_store_get_reply *reply);

/* ---- service Store: client --------------------------------------------------------------------------------------- */

extern REC_API const weft_service_type rec_store_service;

/* What opened it holds one reference: weft_connection_release. */
typedef struct rec_store_client {
    weft_connection *connection;
} rec_store_client;

/* Once: with a client, or without a connection and with the reason. */
typedef void (*rec_store_opened_fn)(void *user, rec_store_client client, const weft_error *error_or_null);
/* As weft_open. */
REC_API int rec_store_open(weft_session *session, const weft_open_options *options_or_null, rec_store_opened_fn opened,
                           void *user);

/* Calls: as weft_gen_call, or weft_gen_stream where there are channels. args: borrowed for the call. After 0 the
 * callback runs exactly once, else never. */
/* Answers how many there are. */
REC_API int rec_store_put(rec_store_client client, const rec_store_put_args *args,
                          const weft_call_options *options_or_null, rec_store_put_fn done_or_null, void *user,
                          weft_call *ret_call_or_null);
REC_API int rec_store_get(rec_store_client client, const rec_store_get_args *args,
                          const weft_call_options *options_or_null, rec_store_get_fn done_or_null, void *user,
                          weft_call *ret_call_or_null);

/* ---- service Store: blocking client ------------------------------------------------------------------------------ */

/* For any thread, of a weft_blocking: weft/blocking.h, libweft-uv. To be released by weft_blocking_client_release. */
typedef struct rec_store_sync_client {
    weft_blocking_client *client;
} rec_store_sync_client;

/* As weft_gen_open_sync. */
static inline int rec_store_open_sync(weft_blocking_session *session, const weft_open_options *options_or_null,
                                      rec_store_sync_client *ret_client, weft_error *error_or_null)
{
    return weft_gen_open_sync(session, &rec_store_service, options_or_null, &ret_client->client, error_or_null);
}
/* A method at once, as weft_gen_call_sync: returns ret_reply->result.code; what the reply points to lies in arena.
 * Or begun and ended apart, as weft_gen_begin_sync and weft_gen_end_sync: the call is to be released by
 * weft_blocking_call_release, and until then what the reply points to lives; channels by
 * weft_blocking_channel_release. */
static inline int rec_store_put_sync(rec_store_sync_client client, const rec_store_put_args *args,
                                     const weft_call_options *options_or_null, weft_arena *arena,
                                     rec_store_put_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &rec_store_service, 0, args, options_or_null, arena, ret_reply);
}
typedef struct rec_store_put_sync_call {
    weft_blocking_call *call;
} rec_store_put_sync_call;
static inline int rec_store_put_begin_sync(rec_store_sync_client client, const rec_store_put_args *args,
                                           const weft_call_options *options_or_null, rec_store_put_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &rec_store_service, 0, args, options_or_null, &ret_call->call, NULL);
}
static inline int rec_store_put_end_sync(rec_store_put_sync_call call, uint64_t timeout_ns,
                                         rec_store_put_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int rec_store_get_sync(rec_store_sync_client client, const rec_store_get_args *args,
                                     const weft_call_options *options_or_null, weft_arena *arena,
                                     rec_store_get_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &rec_store_service, 1, args, options_or_null, arena, ret_reply);
}
typedef struct rec_store_get_sync_call {
    weft_blocking_call *call;
} rec_store_get_sync_call;
static inline int rec_store_get_begin_sync(rec_store_sync_client client, const rec_store_get_args *args,
                                           const weft_call_options *options_or_null, rec_store_get_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &rec_store_service, 1, args, options_or_null, &ret_call->call, NULL);
}
static inline int rec_store_get_end_sync(rec_store_get_sync_call call, uint64_t timeout_ns,
                                         rec_store_get_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}

/* ---- service Store: handlers ------------------------------------------------------------------------------------- */

/* Handles of calls to be answered: stale ones are answered WEFT_EALREADY. */
typedef struct rec_store_put_call {
    weft_call call;
} rec_store_put_call;
typedef struct rec_store_get_call {
    weft_call call;
} rec_store_get_call;

/* Outlives the connections it serves: make it static const. A missing function is answered unknown method. Arguments
 * live until the function returns. */
typedef struct rec_store_handler {
    size_t size; /* sizeof(rec_store_handler): methods of a later weftc lie beyond it */
    void (*closed)(void *self); /* once, last; may be NULL */
    /* Answers how many there are. */
    void (*put)(void *self, rec_store_put_call call, const rec_store_put_args *args);
    void (*get)(void *self, rec_store_get_call call, const rec_store_get_args *args);
} rec_store_handler;

/* Accepts, as weft_pending_accept. self: handed to each function, until closed. */
REC_API int rec_store_serve(weft_pending pending, const rec_store_handler *handler, void *self,
                            weft_connection **ret_connection_or_null);

/* Answers, and keep: the arguments live until the answer, and *args changes. 0, or as weft_gen_return, weft_gen_fail,
 * weft_gen_keep. */
REC_API int rec_store_put_keep(rec_store_put_call call, const rec_store_put_args **args);
REC_API int rec_store_put_return(rec_store_put_call call, uint32_t value);
REC_API int rec_store_put_fail(rec_store_put_call call, const rec_put_error *error);
REC_API int rec_store_get_keep(rec_store_get_call call, const rec_store_get_args **args);
REC_API int rec_store_get_return(rec_store_get_call call, const rec_item *value_or_null);

#ifdef __cplusplus
}
#endif
#endif
