/* A store of operations in memory that a test is the disk of: it says when a sync is done and how, and what a crash
 * leaves. And requests that are attempts of operations, over a wire_peer. */
#ifndef WEFT_TESTS_SUPPORT_OP_STORE_H
#define WEFT_TESTS_SUPPORT_OP_STORE_H

#include "tests/support/wire_peer.h"
#include "weft/operation.h"

typedef struct op_record {
    uint8_t *key, *value; /* value NULL: a remove */
    size_t key_len, value_len;
} op_record;

typedef struct op_records {
    op_record *at;
    size_t n, cap;
} op_records;

typedef struct op_store {
    op_records durable;
    op_records pending; /* put and removed since the last sync, in order */
    op_records syncing;
    bool hold;    /* done does not come by itself, but from op_store_done */
    int fail_put; /* the status of every put and remove; 0: they are taken */
    int fail_sync;
    size_t fail_over; /* a sync with a value longer than that finds no room; 0: none */
    int fail_scan, fail_read;
    int n_syncs;
    uint8_t identity[WEFT_OPERATIONS_IDENTITY];
    void (*done)(void *user, int status, const char *text);
    void *done_user;
} op_store;

extern const weft_operation_store op_store_functions;

void op_store_init(op_store *store);
void op_store_free(op_store *store);
/* What is under way is done, by fail_sync. */
void op_store_done(op_store *store);
/* What is not durable is gone, and what was under way with it, or not. */
void op_store_crash(op_store *store, bool loses_syncing);
/* Durable records whose key begins so. */
size_t op_store_count(const op_store *store, char kind);
/* The first of these; value NULL: none. */
op_record *op_store_first(op_store *store, char kind);

/* Operations over it, as options say but for the store; they are released by the caller. */
weft_operations *op_operations(const weft_operations_options *options_or_null, op_store *store_or_null);

/* An acceptor with pair_service on its root, retries in force, and these operations. */
void op_peer_ready(wire_peer *w, weft_operations *operations);
typedef struct op_id {
    uint8_t bytes[WEFT_OPERATION_ID];
} op_id;
op_id op_id_of(uint8_t client, uint64_t counter);
enum { OP_ONCE = 0x1007, OP_ONCE_AGAIN = 0x1008, OP_HOLD = 0x1002 };
/* A request on the root of that method with that operation; its id: the nth of the test's. fill and len: its argument.
 */
typedef struct op_attempt {
    uint64_t n, method_id;
    op_id id;
    uint8_t fill;
    size_t len;
    uint32_t timeout_ms;
} op_attempt;
void op_send(wire_peer *w, const op_attempt *attempt);
/* As a loop does once a turn: syncs until there is nothing to sync, or the store holds. */
void op_sync(wire_peer *w);
/* The handler's newest call, or the nth, answers with len bytes. */
void op_return(wire_peer *w, int held, size_t len);
weft_bytes op_expect(wire_peer *w, uint64_t n, uint8_t outcome);

#endif
