/* What has been said of schemas on one connection, both ways [schema.send] [schema.scope]: which methods and types the
 * counterpart was told of, and which of its own it has told. A connection on which nothing is exchanged has none of it.
 * What the counterpart's types mean is rpc's to know: it keeps what it makes of them here, and this layer frees it. */
#ifndef WEFT_RUNTIME_SESSION_SCHEMAS_H
#define WEFT_RUNTIME_SESSION_SCHEMAS_H

#include "runtime/session/session.h"

/* [schema.required] Of one connection, each way: messages, bytes of them, types. */
enum { WEFT__SCHEMAS_MESSAGES_MAX = 1024, WEFT__SCHEMAS_BYTES_MAX = 1 << 20, WEFT__SCHEMAS_TYPES_MAX = 4096 };

/* Directions of a method. */
enum { WEFT__SCHEMA_ARGS = 0, WEFT__SCHEMA_RESULTS = 1 };

/* One method, by its id. */
typedef struct weft__schema_method {
    /* What this side says, by direction: something waits that needs it; it stands in the queue or is out. */
    bool wanted[2], sent[2];
    bool *types[2]; /* of the types that no other method had wanted before: are they sent? */
    uint32_t n_types[2];
    bool came[2];                  /* what the counterpart has said */
    uint8_t policy;                /* and of that WEFT_METHOD_IDEMPOTENT, PERSISTENT; rpc sets it */
    struct weft__rpc_method *made; /* rpc's, of what came; NULL: nothing yet */
} weft__schema_method;

typedef struct weft__schemas {
    weft_connection *conn;
    const weft__hooks *hooks; /* the engine's, which may go first */
    weft_allocator allocator; /* for all of it, rpc's too: what it takes is charged [memory.buffered] */
    uint64_t charged;
    bool charges;          /* the connection still counts */
    uint64_t seed;         /* of the tables */
    weft__table methods;   /* weft__schema_method, by id */
    weft__table types;     /* wanted here: the place of each in a weft__schema_method's types, by id */
    uint32_t n_wanted;     /* Schema messages of this side, those that are still to be sent included */
    size_t wanted_len;     /* their bytes, at most */
    uint32_t n_came;       /* Schema messages of the counterpart's */
    struct weft__rpc *rpc; /* rpc's, of the connection; NULL: nothing yet */
} weft__schemas;

/* Another counterpart is there: nothing has been said. What was made of what the one before had said stays, as what it
 * sent may still be read. */
void weft__schemas_renew(weft_connection *conn);

/* NULL: nothing is known of the method. */
static inline weft__schema_method *weft__schema_method_of(const weft_connection *conn, uint64_t method_id)
{
    const weft__schemas *schemas = conn->schemas;
    return schemas ? weft__table_find(&schemas->methods, schemas->seed, method_id) : NULL;
}

#endif
