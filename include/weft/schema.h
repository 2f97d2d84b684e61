/* weft/schema.h: services and types that were not compiled in, from their canonical bytes (docs/protocol.md, section
 * 11): what an endpoint says of itself by reflection, or what a compiler makes of an IDL file. The tables work like
 * those of weftc, with all of weft/gen.h; since ids are hashes of the same bytes, nothing is exchanged with who
 * compiled them. */
#ifndef WEFT_SCHEMA_H
#define WEFT_SCHEMA_H

#include "weft/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A default, which the canonical bytes do not hold: they say only that there is one. */
typedef struct weft_schema_default {
    uint64_t owner;   /* the id of a struct or enum; of a method, for a parameter */
    uint32_t variant; /* of an enum: the variant whose field it is of, by place; else 0 */
    uint32_t place;   /* of the field; of the parameter, among all of the method */
    weft_bytes value; /* encoded */
} weft_schema_default;

/* A method's time limit, @timeout, which the canonical bytes do not hold either. */
typedef struct weft_schema_timeout {
    uint64_t method; /* its id */
    uint64_t timeout_ns;
} weft_schema_timeout;

typedef struct weft_schema_source {
    size_t size;
    weft_bytes types;           /* the array of [id, declaration] of a Schema message; empty: none */
    const weft_bytes *services; /* the bytes of each */
    size_t n_services;
    const weft_schema_default *defaults; /* of scalars and enums: of others there is only one */
    size_t n_defaults;
    const weft_schema_timeout *timeouts; /* these, and defaults, of what is not known are passed over */
    size_t n_timeouts;
} weft_schema_source;

typedef struct weft_schema weft_schema;

/* All of source is borrowed for the call. The schema does not change: any thread may use it and what it has given,
 * until it is freed. 0; WEFT_EINVAL: size; WEFT_EPROTO: malformed, or an id is not that of its declaration;
 * WEFT_EBADMSG: a default that does not decode; WEFT_EBUSY: beyond a limit of Schema messages; WEFT_EMSGSIZE: a type
 * too large for C; WEFT_ENOMEM. A field whose default is not among defaults has WEFT_FIELD_UNTOLD. */
WEFT_API int weft_schema_new(const weft_allocator *allocator_or_null, const weft_schema_source *source,
                             weft_schema **ret_schema, weft_error *error_or_null);
WEFT_API void weft_schema_free(weft_schema *schema_or_null);

/* In the order of the source; NULL: no more. A channel's window is that of an IDL that says nothing of it. handler
 * tables: weft_dynamic_handler; callbacks: weft_dynamic_opened_fn, weft_dynamic_done_fn. */
WEFT_API const weft_service_type *weft_schema_service(const weft_schema *schema, size_t place);
/* A struct or enum: "kv.v1.Entry"; NULL: none. */
WEFT_API const weft_type *weft_schema_type(const weft_schema *schema, const char *name);

/* The other way: the source of services that were compiled in, or opened here. *ret_source lies in arena. 0;
 * WEFT_ENOTSUP: tables of a weftc that listed no types; WEFT_EINVAL: of another runtime; WEFT_ENOMEM. */
WEFT_API int weft_schema_describe(const weft_service_type *const *services, size_t n_services, weft_arena *arena,
                                  weft_schema_source *ret_source);

/* ---- calling and serving by such a service: casts for weft/gen.h ---- */

/* weft_gen_open(session, service, options, (void (*)(void))opened, user) */
typedef void (*weft_dynamic_opened_fn)(void *user, weft_connection *connection_or_null,
                                       const weft_error *error_or_null);

typedef struct weft_dynamic_reply {
    weft_result result;
    const void *value; /* a C value of the method's result; NULL: unit, or no answer */
    const void *error; /* a C value of the method's error; NULL: it has answered otherwise */
} weft_dynamic_reply;
/* weft_gen_call(connection, service, method, args, options, (void (*)(void))done, user, …) */
typedef void (*weft_dynamic_done_fn)(void *user, const weft_dynamic_reply *reply);

/* weft_gen_serve(pending, service, handler, self, …) */
typedef struct weft_dynamic_handler {
    size_t size;
    /* Each call: answered by weft_gen_return(call, service, method, value) or weft_gen_fail. channels: this side's
     * ends, one for each of the method's; NULL: it has none. args live until it returns, or weft_gen_keep. 0, or
     * WEFT_OUTCOME_UNKNOWN_METHOD. */
    int (*on_call)(void *self, weft_call call, const weft_service_type *service, uint32_t method, const void *args,
                   const weft_channel *channels_or_null);
    void (*closed)(void *self); /* once, last; NULL: none */
} weft_dynamic_handler;

#ifdef __cplusplus
}
#endif
#endif
