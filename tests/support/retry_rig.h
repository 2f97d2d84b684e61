/* A client that retries and a server that remembers operations, whose conduits break: each session that the server
 * accepts is a new one. */
#ifndef WEFT_TESTS_SUPPORT_RETRY_RIG_H
#define WEFT_TESTS_SUPPORT_RETRY_RIG_H

#include "tests/support/pair.h"
#include "weft/operation.h"

typedef struct retry_rig {
    weft_test_alloc alloc;
    pair p;
    weft_connection *conn; /* the client's, of pair_service; one reference */
} retry_rig;

/* ttl_ns: of operations; 0: the server keeps none, and so does not retry. */
retry_rig *retry_rig_new(weft_session_options client, uint64_t ttl_ns);
/* Retries, and is ready; conn is open. */
retry_rig *retry_rig_ready(uint64_t ttl_ns);
/* The conduit fails, for both; the server's session is over. */
void retry_cut(retry_rig *r);
/* Until an attempt is due, at most so long; then it is made, and has come as far as it can. */
void retry_connect(retry_rig *r);
/* Frees all; asserts that nothing is left. */
void retry_rig_free(retry_rig *r);

#endif
