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

typedef struct server {
    weft_runtime *runtime;
    weft_listener *listener;
    weft_poster *poster;
    weft_session *session; /* of the latest open: the thread's */
    uv_thread_t thread;
    uv_sem_t waits; /* posted for each call of wait that has come */
    char url[256];
} server;

void server_start(server *s);
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
