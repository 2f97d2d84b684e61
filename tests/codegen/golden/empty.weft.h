/* Made by weftc 0.1.0 from empty.weft. Do not edit. */
#ifndef TEST_EMPTY_V1_EMPTY_WEFT_H
#define TEST_EMPTY_V1_EMPTY_WEFT_H

#include "weft/gen.h"

#if WEFT_GEN_ABI != 1
#error "empty.weft.h was made for another weft: run weftc again"
#endif
#ifndef TEST_EMPTY_V1_API
#define TEST_EMPTY_V1_API /* in front of what the source defines: for export from a library */
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- service Nothing --------------------------------------------------------------------------------------------- */

/* A service without methods. */

/* ---- service Nothing: client ------------------------------------------------------------------------------------- */

extern TEST_EMPTY_V1_API const weft_service_type test_empty_v1_nothing_service;

/* What opened it holds one reference: weft_connection_release. */
typedef struct test_empty_v1_nothing_client {
    weft_connection *connection;
} test_empty_v1_nothing_client;

/* Once: with a client, or without a connection and with the reason. */
typedef void (*test_empty_v1_nothing_opened_fn)(void *user, test_empty_v1_nothing_client client,
                                                const weft_error *error_or_null);
/* As weft_open. */
TEST_EMPTY_V1_API int test_empty_v1_nothing_open(weft_session *session, const weft_open_options *options_or_null,
                                                 test_empty_v1_nothing_opened_fn opened, void *user);

/* ---- service Nothing: blocking client ---------------------------------------------------------------------------- */

/* For any thread, of a weft_blocking: weft/blocking.h, libweft-uv. To be released by weft_blocking_client_release. */
typedef struct test_empty_v1_nothing_sync_client {
    weft_blocking_client *client;
} test_empty_v1_nothing_sync_client;

/* As weft_gen_open_sync. */
static inline int test_empty_v1_nothing_open_sync(weft_blocking_session *session,
                                                  const weft_open_options *options_or_null,
                                                  test_empty_v1_nothing_sync_client *ret_client,
                                                  weft_error *error_or_null)
{
    return weft_gen_open_sync(session, &test_empty_v1_nothing_service, options_or_null, &ret_client->client,
                              error_or_null);
}

/* ---- service Nothing: handlers ----------------------------------------------------------------------------------- */

/* Outlives the connections it serves: make it static const. A missing function is answered unknown method. Arguments
 * live until the function returns. */
typedef struct test_empty_v1_nothing_handler {
    size_t size; /* sizeof(test_empty_v1_nothing_handler): methods of a later weftc lie beyond it */
    void (*closed)(void *self); /* once, last; may be NULL */
} test_empty_v1_nothing_handler;

/* Accepts, as weft_pending_accept. self: handed to each function, until closed. */
TEST_EMPTY_V1_API int test_empty_v1_nothing_serve(weft_pending pending, const test_empty_v1_nothing_handler *handler,
                                                  void *self, weft_connection **ret_connection_or_null);

#ifdef __cplusplus
}
#endif
#endif
