/* A server on a thread of its own, and an allocator for many threads: what the tests of blocking clients stand on. */
#ifndef WEFT_TESTS_INTEGRATION_BLOCKING_SERVER_H
#define WEFT_TESTS_INTEGRATION_BLOCKING_SERVER_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "blocking.weft.h"
#include "weft/uv.h"
#include "weft/weft.h"

/* What the handlers of Streams hold, on the server's thread. */
typedef struct streams {
    uint64_t n_sent;
    bt_streams_silent_call silent_call;
    bt_note_tx silent;
    bt_streams_stuck_call stuck_call;
    bt_note_rx stuck;
} streams;

typedef struct server {
    weft_runtime *runtime;
    weft_listener *listener;
    weft_poster *poster;
    weft_session *session;       /* of the latest open: the thread's */
    weft_connection *connection; /* the latest accepted by server_accept: the thread's, one reference */
    streams streams;
    uv_thread_t thread;
    uv_sem_t waits;   /* posted for each call of wait, silent and stuck that has come */
    uv_sem_t cancels; /* posted for each call of wait that was given up */
    char url[256];
} server;

/* At tcp://127.0.0.1:0. */
void server_start(server *s);
/* With options of the test's: on_open NULL is the usual one; on_event and user are the server's, which on_open gets. */
void server_start_with(server *s, const char *url, const weft_session_options *options_or_null);
/* Serves Notes, and calls the opener's Mirror. */
int server_accept(server *s, weft_pending pending, const weft_metadata *metadata_or_null);
/* Serves Streams: streams.c. */
int server_accept_streams(server *s, weft_pending pending);
/* run(s) on the server's thread, some time before stop returns. */
void server_post(server *s, weft_post_fn run);
/* Closes it with all its sessions. */
void server_stop(server *s);

/* Counts what is live; fails one request. */
typedef struct shared_alloc {
    weft_allocator allocator;
    uv_mutex_t mutex;
    size_t live_bytes;
    uint64_t n_requests;
    uint64_t fail_at; /* 0: none */
    bool failed;
} shared_alloc;

void shared_alloc_init(shared_alloc *alloc, uint64_t fail_at);
/* Fails the test where something is live. */
void shared_alloc_fini(shared_alloc *alloc);

#endif
