/* Pairs in a row, joined by proxies: the client of the first, the server of the last, and between pair k and pair k+1 a
 * proxy, which has the server of the one and the client of the other. */
#ifndef WEFT_TESTS_SUPPORT_ROW_H
#define WEFT_TESTS_SUPPORT_ROW_H

#include "tests/support/pair.h"
#include "weft/proxy.h"

enum { ROW_PAIRS_MAX = 12 };

/* The proxy behind a pair. */
typedef struct row_proxy {
    bool by_hand; /* opens are left to the test to pass on */
    int status;   /* of the newest weft_proxy_open */
    int n_over;   /* joins that are over */
    weft_error over;
} row_proxy;

typedef struct row {
    pair p[ROW_PAIRS_MAX];
    row_proxy proxy[ROW_PAIRS_MAX];
    size_t n;
} row;

/* n pairs, all ready. frame_size: of both sides of each pair; NULL: the default. */
void row_ready(row *c, weft_test_alloc *alloc, size_t n, const uint32_t *frame_size_or_null);
/* The same, of sessions that go on over another conduit; the registry is the caller's. */
void row_ready_resumable(row *c, weft_test_alloc *alloc, size_t n, weft_registry *registry);
/* The conduit of pair i breaks, and the session goes on over another one. */
void row_break(row *c, size_t i);
/* Until nothing moves anywhere; opens that have come to a proxy are passed on to the next pair. A pair that is cut
 * (pair.cut) moves nothing. */
void row_run(row *c);
void row_advance(row *c, uint64_t ns);
/* The first client opens, through to the last server: its connection, or NULL. */
weft_connection *row_open(row *c);
static inline pair_side *row_client(row *c)
{
    return &c->p[0].c;
}
static inline pair_side *row_server(row *c)
{
    return &c->p[c->n - 1].s;
}
/* The options of a join whose end the proxy notes. */
weft_proxy_options row_options(row_proxy *proxy);
void row_fini(row *c);

#endif
