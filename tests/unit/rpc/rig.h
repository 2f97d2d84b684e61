/* Two engines, one conduit in memory and a clock of its own: what the tests of the rpc layer stand on. */
#ifndef WEFT_TESTS_UNIT_RPC_RIG_H
#define WEFT_TESTS_UNIT_RPC_RIG_H

#include "tests/support/alloc.h"
#include "weft/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rpc.weft.h"

typedef struct rig {
    weft_test_alloc alloc; /* of both engines */
    uint64_t now_ns;
    weft_engine *client;
    weft_engine *server;
    weft_session *client_session;
    weft_session *server_session;
    bool is_cut;

    /* What the server does with an open. */
    const weft_service_type *serves;
    const void *handler;
    const weft_service_type *server_calls; /* NULL: nothing */
    bool wants_connection;
    weft_connection *server_connection;

    /* What the client wants on the root; NULL: nothing. Takes effect with rig_restart. */
    const weft_service_type *root_service;
    /* What the client serves on the connections that it opens. */
    const weft_service_type *client_serves;
    const void *client_handler;
    weft_connection *opened;
    weft_error open_error;
    int n_opened;

    /* What handlers note. */
    int n_handled;
    int n_notified;
    int n_closed;
    uint64_t remaining_ns;
    bool keeps;
    trpc_basic_later_call later;
    const trpc_basic_later_args *later_args;
} rig;

/* With both sessions ready. Everything fails the test where it cannot be. */
rig *rig_new(void);
void rig_free(rig *r);
/* Moves bytes and runs callbacks until nothing is left to do. */
void rig_run(rig *r);
/* A connection of the client's, with one reference; NULL: refused, r->open_error says why. */
weft_connection *rig_open(rig *r, const weft_service_type *service);
/* The conduit fails; both sides are told. */
void rig_cut(rig *r);
/* Frees both engines, with all that is owed. */
void rig_end(rig *r);
/* End, and two new engines. */
void rig_restart(rig *r);

#endif
