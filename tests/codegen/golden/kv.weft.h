/* Made by weftc 0.1.0 from kv.weft. Do not edit. */
#ifndef KV_V1_KV_WEFT_H
#define KV_V1_KV_WEFT_H

#include "weft/gen.h"
#include "kv/common.weft.h"

#if WEFT_GEN_ABI != 1
#error "kv.weft.h was made for another weft: run weftc again"
#endif
#ifndef KV_API
#define KV_API /* in front of what the source defines: for export from a library */
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- constants --------------------------------------------------------------------------------------------------- */

#define KV_MAX_KEY ((uint32_t)1024)

/* ---- types ------------------------------------------------------------------------------------------------------- */

typedef struct kv_entry kv_entry;
typedef struct kv_entry_list kv_entry_list;
typedef struct kv_change kv_change;
typedef struct kv_change_list kv_change_list;
typedef struct kv_put_error kv_put_error;
typedef struct kv_put_error_list kv_put_error_list;
typedef struct kv_str_u32_map kv_str_u32_map;
typedef struct kv_str_u32_map_pair kv_str_u32_map_pair;
typedef struct kv_str_kv_common_v1_region_list_map kv_str_kv_common_v1_region_list_map;
typedef struct kv_str_kv_common_v1_region_list_map_pair kv_str_kv_common_v1_region_list_map_pair;

struct kv_entry_list {
    const kv_entry *items;
    size_t len;
};
struct kv_change_list {
    const kv_change *items;
    size_t len;
};
struct kv_put_error_list {
    const kv_put_error *items;
    size_t len;
};

/* ---- struct Entry ------------------------------------------------------------------------------------------------ */

/* Ascending by key, each key once: kv_str_u32_map_sort. */
struct kv_str_u32_map {
    const kv_str_u32_map_pair *items;
    size_t len;
};
/* One stored value. */
struct kv_entry {
    weft_str key;
    weft_bytes value;
    uint64_t version;                 /* default 0 */
    weft_str_list tags;               /* default [] */
    weft_opt_timestamp expires;       /* default none */
    const kv_common_v1_region *place; /* default none */
    kv_str_u32_map attrs;             /* default {} */
};

extern KV_API const weft_type kv_entry_type;
static inline void kv_entry_init(kv_entry *value)
{
    weft_gen_init(&kv_entry_type, value);
}
static inline int kv_entry_copy(kv_entry *ret_value, const kv_entry *value, weft_arena *arena)
{
    return weft_gen_copy(&kv_entry_type, ret_value, value, arena);
}
static inline bool kv_entry_equal(const kv_entry *a, const kv_entry *b)
{
    return weft_gen_equal(&kv_entry_type, a, b);
}
static inline int kv_entry_encode(const kv_entry *value, weft_writer *writer)
{
    return weft_gen_encode(&kv_entry_type, value, writer);
}
static inline int kv_entry_decode(kv_entry *ret_value, weft_bytes bytes, weft_arena *arena, weft_error *error_or_null)
{
    return weft_gen_decode(&kv_entry_type, bytes, arena, ret_value, error_or_null);
}
static inline int kv_entry_print(const kv_entry *value, int (*write)(void *user, const char *text, size_t len),
                                 void *user)
{
    return weft_gen_print(&kv_entry_type, value, write, user);
}

/* ---- enum Change ------------------------------------------------------------------------------------------------- */

typedef enum kv_change_kind {
    KV_CHANGE_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    KV_CHANGE_CLEARED = 1,
    KV_CHANGE_REMOVED = 2,
    KV_CHANGE_PUT = 3
} kv_change_kind;

typedef struct kv_change_put_fields {
    kv_entry entry;
    const kv_entry *previous; /* default none */
} kv_change_put_fields;

extern KV_API const weft_type kv_change_put_fields_type;
static inline void kv_change_put_fields_init(kv_change_put_fields *value)
{
    weft_gen_init(&kv_change_put_fields_type, value);
}

struct kv_change {
    kv_change_kind kind;
    union {
        weft_str removed;
        kv_change_put_fields put;
    } as;
};

extern KV_API const weft_type kv_change_type;
static inline void kv_change_init(kv_change *value)
{
    weft_gen_init(&kv_change_type, value);
}
static inline int kv_change_copy(kv_change *ret_value, const kv_change *value, weft_arena *arena)
{
    return weft_gen_copy(&kv_change_type, ret_value, value, arena);
}
static inline bool kv_change_equal(const kv_change *a, const kv_change *b)
{
    return weft_gen_equal(&kv_change_type, a, b);
}
static inline int kv_change_encode(const kv_change *value, weft_writer *writer)
{
    return weft_gen_encode(&kv_change_type, value, writer);
}
static inline int kv_change_decode(kv_change *ret_value, weft_bytes bytes, weft_arena *arena, weft_error *error_or_null)
{
    return weft_gen_decode(&kv_change_type, bytes, arena, ret_value, error_or_null);
}
static inline int kv_change_print(const kv_change *value, int (*write)(void *user, const char *text, size_t len),
                                  void *user)
{
    return weft_gen_print(&kv_change_type, value, write, user);
}
static inline kv_change kv_change_make_cleared(void)
{
    kv_change made;
    memset(&made, 0, sizeof made);
    made.kind = KV_CHANGE_CLEARED;
    return made;
}
static inline kv_change kv_change_make_removed(weft_str payload)
{
    kv_change made;
    memset(&made, 0, sizeof made);
    made.kind = KV_CHANGE_REMOVED;
    made.as.removed = payload;
    return made;
}
static inline kv_change kv_change_make_put(const kv_change_put_fields *fields)
{
    kv_change made;
    memset(&made, 0, sizeof made);
    made.kind = KV_CHANGE_PUT;
    made.as.put = *fields;
    return made;
}

/* ---- enum PutError ----------------------------------------------------------------------------------------------- */

typedef enum kv_put_error_kind {
    KV_PUT_ERROR_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    KV_PUT_ERROR_TOO_LARGE = 1,
    KV_PUT_ERROR_READ_ONLY = 2
} kv_put_error_kind;

typedef struct kv_put_error_too_large_fields {
    uint64_t limit;
} kv_put_error_too_large_fields;

extern KV_API const weft_type kv_put_error_too_large_fields_type;
static inline void kv_put_error_too_large_fields_init(kv_put_error_too_large_fields *value)
{
    weft_gen_init(&kv_put_error_too_large_fields_type, value);
}

struct kv_put_error {
    kv_put_error_kind kind;
    union {
        kv_put_error_too_large_fields too_large;
    } as;
};

extern KV_API const weft_type kv_put_error_type;
static inline void kv_put_error_init(kv_put_error *value)
{
    weft_gen_init(&kv_put_error_type, value);
}
static inline int kv_put_error_copy(kv_put_error *ret_value, const kv_put_error *value, weft_arena *arena)
{
    return weft_gen_copy(&kv_put_error_type, ret_value, value, arena);
}
static inline bool kv_put_error_equal(const kv_put_error *a, const kv_put_error *b)
{
    return weft_gen_equal(&kv_put_error_type, a, b);
}
static inline int kv_put_error_encode(const kv_put_error *value, weft_writer *writer)
{
    return weft_gen_encode(&kv_put_error_type, value, writer);
}
static inline int kv_put_error_decode(kv_put_error *ret_value, weft_bytes bytes, weft_arena *arena,
                                      weft_error *error_or_null)
{
    return weft_gen_decode(&kv_put_error_type, bytes, arena, ret_value, error_or_null);
}
static inline int kv_put_error_print(const kv_put_error *value, int (*write)(void *user, const char *text, size_t len),
                                     void *user)
{
    return weft_gen_print(&kv_put_error_type, value, write, user);
}
static inline kv_put_error kv_put_error_make_too_large(const kv_put_error_too_large_fields *fields)
{
    kv_put_error made;
    memset(&made, 0, sizeof made);
    made.kind = KV_PUT_ERROR_TOO_LARGE;
    made.as.too_large = *fields;
    return made;
}
static inline kv_put_error kv_put_error_make_read_only(void)
{
    kv_put_error made;
    memset(&made, 0, sizeof made);
    made.kind = KV_PUT_ERROR_READ_ONLY;
    return made;
}

/* ---- lists, maps, options and arrays ----------------------------------------------------------------------------- */

struct kv_str_u32_map_pair {
    weft_str key;
    uint32_t value;
};
extern KV_API const weft_type kv_str_u32_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int kv_str_u32_map_sort(kv_str_u32_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&kv_str_u32_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const uint32_t *kv_str_u32_map_find(kv_str_u32_map map, weft_str key)
{
    return (const uint32_t *)weft_gen_find(&kv_str_u32_map_type, &map, &key);
}
/* Ascending by key, each key once: kv_str_kv_common_v1_region_list_map_sort. */
struct kv_str_kv_common_v1_region_list_map {
    const kv_str_kv_common_v1_region_list_map_pair *items;
    size_t len;
};
struct kv_str_kv_common_v1_region_list_map_pair {
    weft_str key;
    kv_common_v1_region_list value;
};
extern KV_API const weft_type kv_str_kv_common_v1_region_list_map_type;
/* 0; WEFT_EINVAL: a key stands twice. */
static inline int kv_str_kv_common_v1_region_list_map_sort(kv_str_kv_common_v1_region_list_map_pair *pairs, size_t n)
{
    return weft_gen_sort(&kv_str_kv_common_v1_region_list_map_type, pairs, n);
}
/* NULL: there is none. The map is in order. */
static inline const kv_common_v1_region_list *kv_str_kv_common_v1_region_list_map_find(
        kv_str_kv_common_v1_region_list_map map, weft_str key)
{
    return (const kv_common_v1_region_list *)weft_gen_find(&kv_str_kv_common_v1_region_list_map_type, &map, &key);
}

/* ---- service Store: arguments and replies ------------------------------------------------------------------------ */

/* get */
typedef struct kv_store_get_args {
    weft_str key;
} kv_store_get_args;

extern KV_API const weft_type kv_store_get_args_type;
static inline void kv_store_get_args_init(kv_store_get_args *value)
{
    weft_gen_init(&kv_store_get_args_type, value);
}

typedef struct kv_store_get_reply {
    weft_result result;
    const kv_entry *value; /* outcome ok, else zero */
} kv_store_get_reply;
typedef void (*kv_store_get_fn)(void *user, const kv_store_get_reply *reply);

/* put */
typedef struct kv_store_put_args {
    kv_entry entry;
} kv_store_put_args;

extern KV_API const weft_type kv_store_put_args_type;
static inline void kv_store_put_args_init(kv_store_put_args *value)
{
    weft_gen_init(&kv_store_put_args_type, value);
}

typedef struct kv_store_put_reply {
    weft_result result;
    uint64_t value;            /* outcome ok, else zero */
    const kv_put_error *error; /* outcome user error, else NULL */
} kv_store_put_reply;
typedef void (*kv_store_put_fn)(void *user, const kv_store_put_reply *reply);

/* remove */
typedef struct kv_store_remove_args {
    weft_str key;
} kv_store_remove_args;

extern KV_API const weft_type kv_store_remove_args_type;
static inline void kv_store_remove_args_init(kv_store_remove_args *value)
{
    weft_gen_init(&kv_store_remove_args_type, value);
}

typedef struct kv_store_remove_reply {
    weft_result result;
    bool value; /* outcome ok, else zero */
} kv_store_remove_reply;
typedef void (*kv_store_remove_fn)(void *user, const kv_store_remove_reply *reply);

/* regions */
typedef struct kv_store_regions_reply {
    weft_result result;
    kv_str_kv_common_v1_region_list_map value; /* outcome ok, else zero */
} kv_store_regions_reply;
typedef void (*kv_store_regions_fn)(void *user, const kv_store_regions_reply *reply);

/* history */
typedef struct kv_store_history_args {
    weft_str key;
} kv_store_history_args;

extern KV_API const weft_type kv_store_history_args_type;
static inline void kv_store_history_args_init(kv_store_history_args *value)
{
    weft_gen_init(&kv_store_history_args_type, value);
}

typedef struct kv_store_history_reply {
    weft_result result;
    kv_change_list value; /* outcome ok, else zero */
} kv_store_history_reply;
typedef void (*kv_store_history_fn)(void *user, const kv_store_history_reply *reply);

/* ---- service Store: client --------------------------------------------------------------------------------------- */

extern KV_API const weft_service_type kv_store_service;

/* What opened it holds one reference: weft_connection_release. */
typedef struct kv_store_client {
    weft_connection *connection;
} kv_store_client;

/* Once: with a client, or without a connection and with the reason. */
typedef void (*kv_store_opened_fn)(void *user, kv_store_client client, const weft_error *error_or_null);
/* As weft_open. */
KV_API int kv_store_open(weft_session *session, const weft_open_options *options_or_null, kv_store_opened_fn opened,
                         void *user);

/* Calls: as weft_gen_call, or weft_gen_stream where there are channels. args: borrowed for the call. After 0 the
 * callback runs exactly once, else never. */
/* Returns the entry, or nothing. */
KV_API int kv_store_get(kv_store_client client, const kv_store_get_args *args, const weft_call_options *options_or_null,
                        kv_store_get_fn done_or_null, void *user, weft_call *ret_call_or_null);
KV_API int kv_store_put(kv_store_client client, const kv_store_put_args *args, const weft_call_options *options_or_null,
                        kv_store_put_fn done_or_null, void *user, weft_call *ret_call_or_null);
KV_API int kv_store_remove(kv_store_client client, const kv_store_remove_args *args,
                           const weft_call_options *options_or_null, kv_store_remove_fn done_or_null, void *user,
                           weft_call *ret_call_or_null);
KV_API int kv_store_regions(kv_store_client client, const weft_call_options *options_or_null,
                            kv_store_regions_fn done_or_null, void *user, weft_call *ret_call_or_null);
KV_API int kv_store_history(kv_store_client client, const kv_store_history_args *args,
                            const weft_call_options *options_or_null, kv_store_history_fn done_or_null, void *user,
                            weft_call *ret_call_or_null);

/* ---- service Store: blocking client ------------------------------------------------------------------------------ */

/* For any thread, of a weft_blocking: weft/blocking.h, libweft-uv. To be released by weft_blocking_client_release. */
typedef struct kv_store_sync_client {
    weft_blocking_client *client;
} kv_store_sync_client;

/* As weft_gen_open_sync. */
static inline int kv_store_open_sync(weft_blocking_session *session, const weft_open_options *options_or_null,
                                     kv_store_sync_client *ret_client, weft_error *error_or_null)
{
    return weft_gen_open_sync(session, &kv_store_service, options_or_null, &ret_client->client, error_or_null);
}
/* A method at once, as weft_gen_call_sync: returns ret_reply->result.code; what the reply points to lies in arena.
 * Or begun and ended apart, as weft_gen_begin_sync and weft_gen_end_sync: the call is to be released by
 * weft_blocking_call_release, and until then what the reply points to lives; channels by
 * weft_blocking_channel_release. */
static inline int kv_store_get_sync(kv_store_sync_client client, const kv_store_get_args *args,
                                    const weft_call_options *options_or_null, weft_arena *arena,
                                    kv_store_get_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &kv_store_service, 0, args, options_or_null, arena, ret_reply);
}
typedef struct kv_store_get_sync_call {
    weft_blocking_call *call;
} kv_store_get_sync_call;
static inline int kv_store_get_begin_sync(kv_store_sync_client client, const kv_store_get_args *args,
                                          const weft_call_options *options_or_null, kv_store_get_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &kv_store_service, 0, args, options_or_null, &ret_call->call, NULL);
}
static inline int kv_store_get_end_sync(kv_store_get_sync_call call, uint64_t timeout_ns, kv_store_get_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int kv_store_put_sync(kv_store_sync_client client, const kv_store_put_args *args,
                                    const weft_call_options *options_or_null, weft_arena *arena,
                                    kv_store_put_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &kv_store_service, 1, args, options_or_null, arena, ret_reply);
}
typedef struct kv_store_put_sync_call {
    weft_blocking_call *call;
} kv_store_put_sync_call;
static inline int kv_store_put_begin_sync(kv_store_sync_client client, const kv_store_put_args *args,
                                          const weft_call_options *options_or_null, kv_store_put_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &kv_store_service, 1, args, options_or_null, &ret_call->call, NULL);
}
static inline int kv_store_put_end_sync(kv_store_put_sync_call call, uint64_t timeout_ns, kv_store_put_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int kv_store_remove_sync(kv_store_sync_client client, const kv_store_remove_args *args,
                                       const weft_call_options *options_or_null, weft_arena *arena,
                                       kv_store_remove_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &kv_store_service, 2, args, options_or_null, arena, ret_reply);
}
typedef struct kv_store_remove_sync_call {
    weft_blocking_call *call;
} kv_store_remove_sync_call;
static inline int kv_store_remove_begin_sync(kv_store_sync_client client, const kv_store_remove_args *args,
                                             const weft_call_options *options_or_null,
                                             kv_store_remove_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &kv_store_service, 2, args, options_or_null, &ret_call->call, NULL);
}
static inline int kv_store_remove_end_sync(kv_store_remove_sync_call call, uint64_t timeout_ns,
                                           kv_store_remove_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int kv_store_regions_sync(kv_store_sync_client client, const weft_call_options *options_or_null,
                                        weft_arena *arena, kv_store_regions_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &kv_store_service, 3, "", options_or_null, arena, ret_reply);
}
typedef struct kv_store_regions_sync_call {
    weft_blocking_call *call;
} kv_store_regions_sync_call;
static inline int kv_store_regions_begin_sync(kv_store_sync_client client, const weft_call_options *options_or_null,
                                              kv_store_regions_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &kv_store_service, 3, NULL, options_or_null, &ret_call->call, NULL);
}
static inline int kv_store_regions_end_sync(kv_store_regions_sync_call call, uint64_t timeout_ns,
                                            kv_store_regions_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int kv_store_history_sync(kv_store_sync_client client, const kv_store_history_args *args,
                                        const weft_call_options *options_or_null, weft_arena *arena,
                                        kv_store_history_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &kv_store_service, 4, args, options_or_null, arena, ret_reply);
}
typedef struct kv_store_history_sync_call {
    weft_blocking_call *call;
} kv_store_history_sync_call;
static inline int kv_store_history_begin_sync(kv_store_sync_client client, const kv_store_history_args *args,
                                              const weft_call_options *options_or_null,
                                              kv_store_history_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &kv_store_service, 4, args, options_or_null, &ret_call->call, NULL);
}
static inline int kv_store_history_end_sync(kv_store_history_sync_call call, uint64_t timeout_ns,
                                            kv_store_history_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}

/* ---- service Store: handlers ------------------------------------------------------------------------------------- */

/* Handles of calls to be answered: stale ones are answered WEFT_EALREADY. */
typedef struct kv_store_get_call {
    weft_call call;
} kv_store_get_call;
typedef struct kv_store_put_call {
    weft_call call;
} kv_store_put_call;
typedef struct kv_store_remove_call {
    weft_call call;
} kv_store_remove_call;
typedef struct kv_store_regions_call {
    weft_call call;
} kv_store_regions_call;
typedef struct kv_store_history_call {
    weft_call call;
} kv_store_history_call;

/* Outlives the connections it serves: make it static const. A missing function is answered unknown method. Arguments
 * live until the function returns. */
typedef struct kv_store_handler {
    size_t size; /* sizeof(kv_store_handler): methods of a later weftc lie beyond it */
    void (*closed)(void *self); /* once, last; may be NULL */
    /* Returns the entry, or nothing. */
    void (*get)(void *self, kv_store_get_call call, const kv_store_get_args *args);
    void (*put)(void *self, kv_store_put_call call, const kv_store_put_args *args);
    void (*remove)(void *self, kv_store_remove_call call, const kv_store_remove_args *args);
    void (*regions)(void *self, kv_store_regions_call call);
    void (*history)(void *self, kv_store_history_call call, const kv_store_history_args *args);
} kv_store_handler;

/* Accepts, as weft_pending_accept. self: handed to each function, until closed. */
KV_API int kv_store_serve(weft_pending pending, const kv_store_handler *handler, void *self,
                          weft_connection **ret_connection_or_null);

/* Answers, and keep: the arguments live until the answer, and *args changes. 0, or as weft_gen_return, weft_gen_fail,
 * weft_gen_keep. */
KV_API int kv_store_get_keep(kv_store_get_call call, const kv_store_get_args **args);
KV_API int kv_store_get_return(kv_store_get_call call, const kv_entry *value_or_null);
KV_API int kv_store_put_keep(kv_store_put_call call, const kv_store_put_args **args);
KV_API int kv_store_put_return(kv_store_put_call call, uint64_t value);
KV_API int kv_store_put_fail(kv_store_put_call call, const kv_put_error *error);
KV_API int kv_store_remove_keep(kv_store_remove_call call, const kv_store_remove_args **args);
KV_API int kv_store_remove_return(kv_store_remove_call call, bool value);
KV_API int kv_store_regions_return(kv_store_regions_call call, kv_str_kv_common_v1_region_list_map value);
KV_API int kv_store_history_keep(kv_store_history_call call, const kv_store_history_args **args);
KV_API int kv_store_history_return(kv_store_history_call call, kv_change_list value);

#ifdef __cplusplus
}
#endif
#endif
