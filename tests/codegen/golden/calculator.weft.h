/* Made by weftc 0.1.0 from calculator.weft. Do not edit. */
/* Arithmetic over the network. */
#ifndef CALCULATOR_V1_CALCULATOR_WEFT_H
#define CALCULATOR_V1_CALCULATOR_WEFT_H

#include "weft/gen.h"

#if WEFT_GEN_ABI != 1
#error "calculator.weft.h was made for another weft: run weftc again"
#endif
#ifndef CALC_API
#define CALC_API /* in front of what the source defines: for export from a library */
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- types ------------------------------------------------------------------------------------------------------- */

typedef struct calc_divide_error calc_divide_error;
typedef struct calc_divide_error_list calc_divide_error_list;

struct calc_divide_error_list {
    const calc_divide_error *items;
    size_t len;
};

/* ---- enum DivideError -------------------------------------------------------------------------------------------- */

typedef enum calc_divide_error_kind {
    CALC_DIVIDE_ERROR_UNKNOWN = 0, /* a variant that this program does not know: never sent */
    CALC_DIVIDE_ERROR_BY_ZERO = 1,
    CALC_DIVIDE_ERROR_OVERFLOW = 2
} calc_divide_error_kind;

typedef struct calc_divide_error_overflow_fields {
    int64_t dividend;
} calc_divide_error_overflow_fields;

extern CALC_API const weft_type calc_divide_error_overflow_fields_type;
static inline void calc_divide_error_overflow_fields_init(calc_divide_error_overflow_fields *value)
{
    weft_gen_init(&calc_divide_error_overflow_fields_type, value);
}

struct calc_divide_error {
    calc_divide_error_kind kind;
    union {
        calc_divide_error_overflow_fields overflow;
    } as;
};

extern CALC_API const weft_type calc_divide_error_type;
static inline void calc_divide_error_init(calc_divide_error *value)
{
    weft_gen_init(&calc_divide_error_type, value);
}
static inline int calc_divide_error_copy(calc_divide_error *ret_value, const calc_divide_error *value,
                                         weft_arena *arena)
{
    return weft_gen_copy(&calc_divide_error_type, ret_value, value, arena);
}
static inline bool calc_divide_error_equal(const calc_divide_error *a, const calc_divide_error *b)
{
    return weft_gen_equal(&calc_divide_error_type, a, b);
}
static inline int calc_divide_error_encode(const calc_divide_error *value, weft_writer *writer)
{
    return weft_gen_encode(&calc_divide_error_type, value, writer);
}
static inline int calc_divide_error_decode(calc_divide_error *ret_value, weft_bytes bytes, weft_arena *arena,
                                           weft_error *error_or_null)
{
    return weft_gen_decode(&calc_divide_error_type, bytes, arena, ret_value, error_or_null);
}
static inline int calc_divide_error_print(const calc_divide_error *value,
                                          int (*write)(void *user, const char *text, size_t len), void *user)
{
    return weft_gen_print(&calc_divide_error_type, value, write, user);
}
static inline calc_divide_error calc_divide_error_make_by_zero(void)
{
    calc_divide_error made;
    memset(&made, 0, sizeof made);
    made.kind = CALC_DIVIDE_ERROR_BY_ZERO;
    return made;
}
static inline calc_divide_error calc_divide_error_make_overflow(const calc_divide_error_overflow_fields *fields)
{
    calc_divide_error made;
    memset(&made, 0, sizeof made);
    made.kind = CALC_DIVIDE_ERROR_OVERFLOW;
    made.as.overflow = *fields;
    return made;
}

/* ---- service Calculator: arguments and replies ------------------------------------------------------------------- */

/* Adds, divides and takes means. */

/* add */
typedef struct calc_calculator_add_args {
    int64_t left;
    int64_t right;
} calc_calculator_add_args;

extern CALC_API const weft_type calc_calculator_add_args_type;
static inline void calc_calculator_add_args_init(calc_calculator_add_args *value)
{
    weft_gen_init(&calc_calculator_add_args_type, value);
}

typedef struct calc_calculator_add_reply {
    weft_result result;
    int64_t value; /* outcome ok, else zero */
} calc_calculator_add_reply;
typedef void (*calc_calculator_add_fn)(void *user, const calc_calculator_add_reply *reply);

/* divide */
typedef struct calc_calculator_divide_args {
    int64_t dividend;
    int64_t divisor;
} calc_calculator_divide_args;

extern CALC_API const weft_type calc_calculator_divide_args_type;
static inline void calc_calculator_divide_args_init(calc_calculator_divide_args *value)
{
    weft_gen_init(&calc_calculator_divide_args_type, value);
}

typedef struct calc_calculator_divide_reply {
    weft_result result;
    int64_t value;                  /* outcome ok, else zero */
    const calc_divide_error *error; /* outcome user error, else NULL */
} calc_calculator_divide_reply;
typedef void (*calc_calculator_divide_fn)(void *user, const calc_calculator_divide_reply *reply);

/* mean */
typedef struct calc_calculator_mean_args {
    weft_f64_list numbers;
} calc_calculator_mean_args;

extern CALC_API const weft_type calc_calculator_mean_args_type;
static inline void calc_calculator_mean_args_init(calc_calculator_mean_args *value)
{
    weft_gen_init(&calc_calculator_mean_args_type, value);
}

typedef struct calc_calculator_mean_reply {
    weft_result result;
    weft_opt_f64 value; /* outcome ok, else zero */
} calc_calculator_mean_reply;
typedef void (*calc_calculator_mean_fn)(void *user, const calc_calculator_mean_reply *reply);

/* ---- service Calculator: client ---------------------------------------------------------------------------------- */

extern CALC_API const weft_service_type calc_calculator_service;

/* What opened it holds one reference: weft_connection_release. */
typedef struct calc_calculator_client {
    weft_connection *connection;
} calc_calculator_client;

/* Once: with a client, or without a connection and with the reason. */
typedef void (*calc_calculator_opened_fn)(void *user, calc_calculator_client client, const weft_error *error_or_null);
/* As weft_open. */
CALC_API int calc_calculator_open(weft_session *session, const weft_open_options *options_or_null,
                                  calc_calculator_opened_fn opened, void *user);

/* Calls: as weft_gen_call, or weft_gen_stream where there are channels. args: borrowed for the call. After 0 the
 * callback runs exactly once, else never. */
CALC_API int calc_calculator_add(calc_calculator_client client, const calc_calculator_add_args *args,
                                 const weft_call_options *options_or_null, calc_calculator_add_fn done_or_null,
                                 void *user, weft_call *ret_call_or_null);
/* Rounds towards zero. */
CALC_API int calc_calculator_divide(calc_calculator_client client, const calc_calculator_divide_args *args,
                                    const weft_call_options *options_or_null, calc_calculator_divide_fn done_or_null,
                                    void *user, weft_call *ret_call_or_null);
CALC_API int calc_calculator_mean(calc_calculator_client client, const calc_calculator_mean_args *args,
                                  const weft_call_options *options_or_null, calc_calculator_mean_fn done_or_null,
                                  void *user, weft_call *ret_call_or_null);

/* ---- service Calculator: blocking client ------------------------------------------------------------------------- */

/* For any thread, of a weft_blocking: weft/blocking.h, libweft-uv. To be released by weft_blocking_client_release. */
typedef struct calc_calculator_sync_client {
    weft_blocking_client *client;
} calc_calculator_sync_client;

/* As weft_gen_open_sync. */
static inline int calc_calculator_open_sync(weft_blocking_session *session, const weft_open_options *options_or_null,
                                            calc_calculator_sync_client *ret_client, weft_error *error_or_null)
{
    return weft_gen_open_sync(session, &calc_calculator_service, options_or_null, &ret_client->client, error_or_null);
}
/* A method at once, as weft_gen_call_sync: returns ret_reply->result.code; what the reply points to lies in arena.
 * Or begun and ended apart, as weft_gen_begin_sync and weft_gen_end_sync: the call is to be released by
 * weft_blocking_call_release, and until then what the reply points to lives; channels by
 * weft_blocking_channel_release. */
static inline int calc_calculator_add_sync(calc_calculator_sync_client client, const calc_calculator_add_args *args,
                                           const weft_call_options *options_or_null, weft_arena *arena,
                                           calc_calculator_add_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &calc_calculator_service, 0, args, options_or_null, arena, ret_reply);
}
typedef struct calc_calculator_add_sync_call {
    weft_blocking_call *call;
} calc_calculator_add_sync_call;
static inline int calc_calculator_add_begin_sync(calc_calculator_sync_client client,
                                                 const calc_calculator_add_args *args,
                                                 const weft_call_options *options_or_null,
                                                 calc_calculator_add_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &calc_calculator_service, 0, args, options_or_null, &ret_call->call,
                               NULL);
}
static inline int calc_calculator_add_end_sync(calc_calculator_add_sync_call call, uint64_t timeout_ns,
                                               calc_calculator_add_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int calc_calculator_divide_sync(calc_calculator_sync_client client,
                                              const calc_calculator_divide_args *args,
                                              const weft_call_options *options_or_null, weft_arena *arena,
                                              calc_calculator_divide_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &calc_calculator_service, 1, args, options_or_null, arena, ret_reply);
}
typedef struct calc_calculator_divide_sync_call {
    weft_blocking_call *call;
} calc_calculator_divide_sync_call;
static inline int calc_calculator_divide_begin_sync(calc_calculator_sync_client client,
                                                    const calc_calculator_divide_args *args,
                                                    const weft_call_options *options_or_null,
                                                    calc_calculator_divide_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &calc_calculator_service, 1, args, options_or_null, &ret_call->call,
                               NULL);
}
static inline int calc_calculator_divide_end_sync(calc_calculator_divide_sync_call call, uint64_t timeout_ns,
                                                  calc_calculator_divide_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}
static inline int calc_calculator_mean_sync(calc_calculator_sync_client client, const calc_calculator_mean_args *args,
                                            const weft_call_options *options_or_null, weft_arena *arena,
                                            calc_calculator_mean_reply *ret_reply)
{
    return weft_gen_call_sync(client.client, &calc_calculator_service, 2, args, options_or_null, arena, ret_reply);
}
typedef struct calc_calculator_mean_sync_call {
    weft_blocking_call *call;
} calc_calculator_mean_sync_call;
static inline int calc_calculator_mean_begin_sync(calc_calculator_sync_client client,
                                                  const calc_calculator_mean_args *args,
                                                  const weft_call_options *options_or_null,
                                                  calc_calculator_mean_sync_call *ret_call)
{
    return weft_gen_begin_sync(client.client, &calc_calculator_service, 2, args, options_or_null, &ret_call->call,
                               NULL);
}
static inline int calc_calculator_mean_end_sync(calc_calculator_mean_sync_call call, uint64_t timeout_ns,
                                                calc_calculator_mean_reply *ret_reply)
{
    return weft_gen_end_sync(call.call, timeout_ns, ret_reply);
}

/* ---- service Calculator: handlers -------------------------------------------------------------------------------- */

/* Handles of calls to be answered: stale ones are answered WEFT_EALREADY. */
typedef struct calc_calculator_add_call {
    weft_call call;
} calc_calculator_add_call;
typedef struct calc_calculator_divide_call {
    weft_call call;
} calc_calculator_divide_call;
typedef struct calc_calculator_mean_call {
    weft_call call;
} calc_calculator_mean_call;

/* Outlives the connections it serves: make it static const. A missing function is answered unknown method. Arguments
 * live until the function returns. */
typedef struct calc_calculator_handler {
    size_t size; /* sizeof(calc_calculator_handler): methods of a later weftc lie beyond it */
    void (*closed)(void *self); /* once, last; may be NULL */
    void (*add)(void *self, calc_calculator_add_call call, const calc_calculator_add_args *args);
    /* Rounds towards zero. */
    void (*divide)(void *self, calc_calculator_divide_call call, const calc_calculator_divide_args *args);
    void (*mean)(void *self, calc_calculator_mean_call call, const calc_calculator_mean_args *args);
} calc_calculator_handler;

/* Accepts, as weft_pending_accept. self: handed to each function, until closed. */
CALC_API int calc_calculator_serve(weft_pending pending, const calc_calculator_handler *handler, void *self,
                                   weft_connection **ret_connection_or_null);

/* Answers, and keep: the arguments live until the answer, and *args changes. 0, or as weft_gen_return, weft_gen_fail,
 * weft_gen_keep. */
CALC_API int calc_calculator_add_keep(calc_calculator_add_call call, const calc_calculator_add_args **args);
CALC_API int calc_calculator_add_return(calc_calculator_add_call call, int64_t value);
CALC_API int calc_calculator_divide_keep(calc_calculator_divide_call call, const calc_calculator_divide_args **args);
CALC_API int calc_calculator_divide_return(calc_calculator_divide_call call, int64_t value);
CALC_API int calc_calculator_divide_fail(calc_calculator_divide_call call, const calc_divide_error *error);
CALC_API int calc_calculator_mean_keep(calc_calculator_mean_call call, const calc_calculator_mean_args **args);
CALC_API int calc_calculator_mean_return(calc_calculator_mean_call call, weft_opt_f64 value);

#ifdef __cplusplus
}
#endif
#endif
