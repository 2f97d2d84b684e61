/* weft/gen.h: what generated code stands on: const tables of types and services, and the functions that work by them.
 * Applications use the typed functions that weftc writes instead. All functions that take a connection, session,
 * pending, call or channel: on the thread of its loop or engine; the others on any thread. */
#ifndef WEFT_GEN_H
#define WEFT_GEN_H

#include "weft/call.h"
#include "weft/channel.h"
#include "weft/connection.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A table made for another number does not fit this runtime. */
#define WEFT_GEN_ABI 1

/* ---- types ------------------------------------------------------------------------------------------------------
 * How a value looks in C, by kind:
 *   scalars          bool, uint8_t … double, weft_str, weft_bytes, weft_timestamp, weft_duration
 *   struct           a C struct; fields at their offsets
 *   enum             struct { int kind; union { … } as; }: kind 0 is UNKNOWN, variant i of the table is kind i + 1;
 *                    all payloads begin at offset
 *   list             struct { const T *items; size_t len; }
 *   map              the same of pairs { K key; V value; }, strictly ascending; value at offset, a pair is stride long
 *   array            T[n]
 *   option           of a struct or enum (WEFT_TYPE_INDIRECT): const T *, NULL is none; else struct { bool has; T
 * value; } with the value at offset */

typedef enum weft_kind {
    WEFT_KIND_BOOL = 1,
    WEFT_KIND_U8,
    WEFT_KIND_U16,
    WEFT_KIND_U32,
    WEFT_KIND_U64,
    WEFT_KIND_I8,
    WEFT_KIND_I16,
    WEFT_KIND_I32,
    WEFT_KIND_I64,
    WEFT_KIND_F32,
    WEFT_KIND_F64,
    WEFT_KIND_STR,
    WEFT_KIND_BYTES,
    WEFT_KIND_TIMESTAMP,
    WEFT_KIND_DURATION,
    WEFT_KIND_STRUCT,
    WEFT_KIND_ENUM,
    WEFT_KIND_LIST,
    WEFT_KIND_MAP,
    WEFT_KIND_ARRAY,
    WEFT_KIND_OPTION
} weft_kind;

typedef struct weft_type weft_type;

#define WEFT_FIELD_DEFAULT 1u   /* has a default: default_value, or all zero where that is NULL */
#define WEFT_FIELD_SENSITIVE 2u /* printed as "***" */
/* Has a default that this table does not know: it was made of a schema, which does not say it. */
#define WEFT_FIELD_UNTOLD 4u

typedef struct weft_field {
    const char *name;
    const weft_type *type;
    const void *default_value; /* a C value of the type, or NULL */
    uint32_t offset;
    uint32_t flags;         /* WEFT_FIELD_… */
    const char *const *was; /* older names [schema.plan], NULL behind the last; or NULL */
} weft_field;

typedef struct weft_variant {
    const char *name;
    const weft_type *payload; /* NULL: none; the one value's type; or, with fields, a struct type with id 0 */
    bool has_fields;
    const char *const *was; /* as a field's */
} weft_variant;

#define WEFT_TYPE_CLOSED 1u   /* enum: an unknown variant is an error */
#define WEFT_TYPE_INDIRECT 2u /* option: a pointer */

struct weft_type {
    uint16_t abi;             /* WEFT_GEN_ABI */
    uint8_t kind;             /* weft_kind */
    uint8_t flags;            /* WEFT_TYPE_… */
    uint32_t n;               /* fields, variants; the length of an array */
    uint32_t c_size;          /* sizeof the C value */
    uint32_t offset;          /* enum: of the payloads; option: of the value; map: of the value in a pair */
    uint32_t stride;          /* map: sizeof a pair */
    const char *name;         /* struct, enum: "kv.v1.Entry"; others, and structs with id 0: NULL */
    uint64_t id;              /* [schema.type-id]; struct, enum */
    const weft_type *element; /* list, array, option, map: of the value */
    const weft_type *key;     /* map */
    const weft_field *fields;
    const weft_variant *variants;
    weft_bytes declaration; /* canonical bytes; struct, enum */
};

#define WEFT_DECLARE_TYPE(name, ctype) extern WEFT_API const weft_type weft_type_##name;
WEFT_BUILTIN_TYPES(WEFT_DECLARE_TYPE)
#undef WEFT_DECLARE_TYPE

/* Nothing is half filled: on failure *ret_value is untouched. Nesting is at most 64. */

/* Defaults of a struct; zero (the empty string, list, none; UNKNOWN) for everything else. */
WEFT_API void weft_gen_init(const weft_type *type, void *value);
/* A deep copy into arena. 0, WEFT_ENOMEM, WEFT_EINVAL: nested too deeply. */
WEFT_API int weft_gen_copy(const weft_type *type, void *ret_value, const void *value, weft_arena *arena);
/* NaN equals NaN of the same bits; maps are compared in their order. */
WEFT_API bool weft_gen_equal(const weft_type *type, const void *a, const void *b);

typedef struct weft_writer weft_writer;
/* Bytes that grow to at most max. 0, WEFT_ENOMEM. */
WEFT_API int weft_writer_new(const weft_allocator *allocator_or_null, size_t max, weft_writer **ret_writer);
/* Valid until the next change. */
WEFT_API weft_bytes weft_writer_bytes(const weft_writer *writer);
WEFT_API void weft_writer_clear(weft_writer *writer);
WEFT_API void weft_writer_free(weft_writer *writer_or_null);

/* Appends. 0; WEFT_ENOMEM; WEFT_EMSGSIZE; WEFT_EINVAL: a value that has no encoding (UNKNOWN or a kind that does not
 * exist, invalid UTF-8, map not ascending, nanoseconds of 10^9 and more, nested too deeply): the writer is as it was
 * before. */
WEFT_API int weft_gen_encode(const weft_type *type, const void *value, weft_writer *writer);
/* Decodes one value that fills bytes. Strings and bytes point into bytes, everything else is in arena. 0; WEFT_ENOMEM;
 * WEFT_EBADMSG with the path and the reason in *error_or_null. */
WEFT_API int weft_gen_decode(const weft_type *type, weft_bytes bytes, weft_arena *arena, void *ret_value,
                             weft_error *error_or_null);
/* As JSON, sensitive fields as "***". write: 0 to go on; anything else ends it and is returned. */
WEFT_API int weft_gen_print(const weft_type *type, const void *value,
                            int (*write)(void *user, const char *text, size_t len), void *user);
/* Sorts the n pairs of a map in place. 0; WEFT_EINVAL: a key stands twice. */
WEFT_API int weft_gen_sort(const weft_type *map, void *pairs, size_t n);
/* The value of a key, or NULL: map is a C value of the type, key a C value of the key's type. */
WEFT_API const void *weft_gen_find(const weft_type *map_type, const void *map, const void *key);

/* ---- services ---- */

#define WEFT_METHOD_IDEMPOTENT 1u
#define WEFT_METHOD_PERSISTENT 2u
#define WEFT_METHOD_VALUE_POINTER 4u /* in the reply, and for return: const T *, since T is a struct or an enum */

#define WEFT_CHANNEL_TX 1u /* the handler sends */
#define WEFT_CHANNEL_RX 2u /* the handler receives */

/* A parameter that is a channel [chan.types]. */
typedef struct weft_channel_param {
    const char *name;
    const weft_type *element;
    uint32_t place;         /* among all parameters of the method */
    uint32_t window;        /* N: items that may be under way */
    uint8_t direction;      /* WEFT_CHANNEL_TX or RX */
    bool optional;          /* option<tx<T, N>> */
    const char *const *was; /* as a field's */
} weft_channel_param;

#define WEFT_METHOD_CHANNELS_MAX 16

typedef struct weft_method {
    const char *name;        /* "get" */
    uint64_t id;             /* [call.method-id] */
    const weft_type *args;   /* a struct type with id 0, of the parameters that are no channels; never NULL */
    const weft_type *result; /* NULL: unit */
    const weft_type *error;  /* NULL: none; else a struct or enum, in the reply const E * */
    uint64_t timeout_ns;     /* @timeout; WEFT_TIMEOUT_DEFAULT: none said */
    uint32_t flags;          /* WEFT_METHOD_… */
    uint32_t reply_size;     /* sizeof the reply struct, which begins with a weft_result */
    uint32_t value_offset;   /* in it, where there is a result */
    uint32_t error_offset;   /* in it, where there is an error */
    /* Calls the handler's function: 0, or WEFT_OUTCOME_UNKNOWN_METHOD where the table has none. */
    int (*dispatch)(const void *table, void *self, weft_call call, const void *args);
    /* Casts done back to its own type and calls it with the reply struct. */
    void (*deliver)(void (*done)(void), void *user, const void *reply);
    weft_bytes roots[2]; /* canonical: arguments; result, error and policy */
    /* Below: absent where method_size says so. */
    const weft_channel_param *channels; /* by place; NULL: none */
    uint32_t n_channels;                /* at most WEFT_METHOD_CHANNELS_MAX */
    /* Instead of dispatch, where there are channels: channels[i] is this side's end of channel i, {0} where an optional
     * one is absent. */
    int (*dispatch_channels)(const void *table, void *self, weft_call call, const void *args,
                             const weft_channel *channels);
    /* [schema.send] By direction: every struct and enum with an id that roots[direction] leads to, in the order in
     * which a Schema carries them: children first, a recursive group together. */
    const weft_type *const *types[2];
    uint32_t n_types[2];
    const char *doc; /* the lines of its comment in the IDL, for people; NULL: none */
} weft_method;

struct weft_service_type {
    uint16_t abi;         /* WEFT_GEN_ABI */
    uint16_t method_size; /* sizeof(weft_method) of the weftc that made it */
    uint32_t n_methods;
    const char *name; /* "kv.v1.Store" */
    uint64_t id;      /* [schema.service-id] */
    const weft_method *methods;
    /* Calls the handler table's closed, where it has one. */
    void (*closed)(const void *table, void *self);
    /* Casts opened back to its own type and calls it with a client of the connection. */
    void (*opened)(void (*opened)(void), void *user, weft_connection *connection_or_null,
                   const weft_error *error_or_null);
    const char *doc; /* as a method's; there where method_size has that */
};

/* weft_open with a typed callback. */
WEFT_API int weft_gen_open(weft_session *session, const weft_service_type *service,
                           const weft_open_options *options_or_null, void (*opened)(void), void *user);
/* Calls method number `method` of the service. args: a C value of its args type, borrowed for the call. done: kept in
 * its general form, may be NULL; if 0 is returned it runs exactly once. 0; WEFT_EINVAL: the connection was not opened
 * or accepted to call this service, or args have no encoding; WEFT_EMSGSIZE: they, or the schemas that go in front of
 * them, are longer than the counterpart takes; WEFT_ECLOSED: the connection or session is closed;
 * WEFT_EBUSY: too many wait, or the counterpart takes no requests; WEFT_EUNAVAILABLE: it drains; WEFT_EAGAIN:
 * max_queued; WEFT_EALREADY: on_behalf_of is stale; WEFT_ENOMEM. */
WEFT_API int weft_gen_call(weft_connection *connection, const weft_service_type *service, uint32_t method,
                           const void *args, const weft_call_options *options_or_null, void (*done)(void), void *user,
                           weft_call *ret_call_or_null);
/* weft_gen_call of a method with channels. ret_channels: for each channel parameter, in order, where this side's end of
 * it goes: set before anything can be delivered on it; NULL: an optional one is absent (for others: WEFT_EINVAL).
 * WEFT_EBUSY: also where the counterpart's max_channels are live. */
WEFT_API int weft_gen_stream(weft_connection *connection, const weft_service_type *service, uint32_t method,
                             const void *args, const weft_call_options *options_or_null, void (*done)(void), void *user,
                             weft_call *ret_call_or_null, weft_channel *const *ret_channels);
/* Sends one item. 0: it is under way; WEFT_EAGAIN: it is not, there is no credit or too much waits for the conduit:
 * weft_gen_on_room tells when to try again; WEFT_ERESET: the reader wants no more; WEFT_ECLOSED: the channel has ended
 * otherwise, or the handle is stale; WEFT_EINVAL: a reader's end, or item has no encoding; WEFT_EMSGSIZE: longer than
 * the counterpart's max_message_size; WEFT_ENOMEM. */
WEFT_API int weft_gen_send(weft_channel channel, const weft_type *element, const void *item);
/* Runs room once, from dispatch, when an item may be sent, or when the channel has ended (then a send says why); not
 * after this side's finish or abort. A second one replaces the first. 0; WEFT_EALREADY: stale; WEFT_EINVAL: a reader's
 * end. */
WEFT_API int weft_gen_on_room(weft_channel channel, void (*room)(void *user), void *user);
/* Begins to read: deliver(item, user, channel, value) for each item, from dispatch; value lives until it returns; true:
 * it is consumed, false: weft_channel_consumed will say so. Then end, which may be NULL, once, last. The items that
 * came before wait for it. 0; WEFT_EALREADY: stale, or read already; WEFT_EINVAL: a sender's end. */
WEFT_API int weft_gen_receive(weft_channel channel, const weft_type *element,
                              bool (*deliver)(void (*item)(void), void *user, weft_channel channel, const void *value),
                              void (*item)(void), void (*end)(void *user, const weft_channel_end *end), void *user);
/* Accepts with the handler table of a service, and lists the service as called too where ret_connection_or_null is
 * given. As weft_pending_accept; WEFT_EINVAL: also a handler whose size was not set. */
WEFT_API int weft_gen_serve(weft_pending pending, const weft_service_type *service, const void *handler, void *self,
                            weft_connection **ret_connection_or_null);
/* Answers ok: value is a pointer to a C value of the result type (as a pointer to T where VALUE_POINTER), NULL for
 * unit; or the method's error. 0; WEFT_EALREADY: stale; WEFT_EINVAL: no encoding (the call is still to be answered);
 * WEFT_EMSGSIZE: too long for the caller, who has been told internal; WEFT_ENOMEM. */
WEFT_API int weft_gen_return(weft_call call, const weft_service_type *service, uint32_t method, const void *value);
WEFT_API int weft_gen_fail(weft_call call, const weft_service_type *service, uint32_t method, const void *error);
/* The args live until the call is answered or dropped: *args_inout changes, as the bytes move. 0, WEFT_EALREADY,
 * WEFT_ENOMEM. */
WEFT_API int weft_gen_keep(weft_call call, const void **args_inout);

/* ---- blocking clients: any thread, see weft/blocking.h. These are in libweft-uv; generated code refers to them from
 * inline functions alone, so that who does not use those needs libweft only. ---- */

typedef struct weft_blocking_session weft_blocking_session;
typedef struct weft_blocking_client weft_blocking_client;
typedef struct weft_blocking_call weft_blocking_call;
typedef struct weft_blocking_channel weft_blocking_channel;

/* weft_open, waiting until it is decided. options are borrowed for the call, handler tables longer. 0: *ret_client is
 * to be released by weft_blocking_client_release; WEFT_ETIMEDOUT, WEFT_EDEADLK; or why there is none, with more in
 * *error_or_null. */
WEFT_API int weft_gen_open_sync(weft_blocking_session *session, const weft_service_type *service,
                                const weft_open_options *options_or_null, weft_blocking_client **ret_client,
                                weft_error *error_or_null);
/* weft_gen_call, waiting for the reply. All arguments are borrowed for the call. The reply is written to *ret_reply (of
 * the method's reply_size), and what it points to lies in arena; options->arena is not looked at. Returns
 * reply->result.code: 0 is the method's own answer, value or error. Unlike other outputs *ret_reply is always set:
 * where there is no answer its result says what is known, also of a call that was never sent (WEFT_EDEADLK,
 * WEFT_EINVAL, WEFT_ECLOSED, WEFT_ENOMEM…). */
WEFT_API int weft_gen_call_sync(weft_blocking_client *client, const weft_service_type *service, uint32_t method,
                                const void *args, const weft_call_options *options_or_null, weft_arena *arena,
                                void *ret_reply);
/* weft_gen_call or weft_gen_stream without waiting for the reply. All arguments are borrowed for the call. ret_channels
 * as for weft_gen_stream (NULL where the method has none): this side's ends, each to be released by
 * weft_blocking_channel_release. 0: the call is under way, and *ret_call to be released by weft_blocking_call_release;
 * WEFT_EDEADLK, WEFT_ETIMEDOUT, and what weft_gen_call says: nothing was begun. */
WEFT_API int weft_gen_begin_sync(weft_blocking_client *client, const weft_service_type *service, uint32_t method,
                                 const void *args, const weft_call_options *options_or_null,
                                 weft_blocking_call **ret_call, weft_blocking_channel **const *ret_channels);
/* Waits for the reply of a call that was begun. Beyond timeout_ns it gives the call up: behind it the call has ended in
 * any case but WEFT_EDEADLK, and who asks again gets the same. *ret_reply as for weft_gen_call_sync, but that what it
 * points to lives until the call is released. */
WEFT_API int weft_gen_end_sync(weft_blocking_call *call, uint64_t timeout_ns, void *ret_reply);
/* weft_gen_send, waiting for room. item is borrowed for the call. 0; WEFT_ETIMEDOUT: it was not sent, and may be tried
 * again; WEFT_EDEADLK; what weft_gen_send says. */
WEFT_API int weft_gen_send_sync(weft_blocking_channel *channel, const void *item, uint64_t timeout_ns);
/* Waits for an item, and lets the sender send another. 0: *ret_item is an item, in arena, or NULL: the sender has
 * finished, and all have come. WEFT_ETIMEDOUT: none came, and it may be tried again; WEFT_ENOMEM: likewise;
 * WEFT_EDEADLK, WEFT_EINVAL; otherwise the end's code (weft_blocking_channel_end has more): behind all items that came
 * before it. */
WEFT_API int weft_gen_receive_sync(weft_blocking_channel *channel, uint64_t timeout_ns, weft_arena *arena,
                                   const void **ret_item);

#ifdef __cplusplus
}
#endif
#endif
