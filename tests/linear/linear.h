/* Patterns of work that may cost no more than in proportion. */
#ifndef WEFT_TESTS_LINEAR_LINEAR_H
#define WEFT_TESTS_LINEAR_LINEAR_H

#include "tests/support/wire_peer.h"

typedef struct linear {
    size_t n; /* the size */
    wire_peer w;
    wire_bytes bytes;
    weft_handshake *handshake; /* of patterns that need another one */
    void *own;                 /* what a pattern's prepare has made, and its end takes away */
} linear;

/* A pattern: what it does n or 4n times. The engine of l->w is ready, connection 1 open, with l->w.accepted to call the
 * counterpart. */
typedef struct linear_pattern {
    const char *name;
    size_t n;
    void (*prepare)(linear *l); /* not counted; NULL: nothing */
    void (*run)(linear *l);     /* counted */
    void (*end)(linear *l);     /* not counted; NULL: nothing */
} linear_pattern;

/* Each ends with one without a name. */
extern const linear_pattern linear_patterns[], linear_channel_patterns[], linear_schema_patterns[],
    linear_loop_patterns[], linear_outage_patterns[];

/* Feeds in pieces of at most this length, each followed by a turn. */
void linear_feed(linear *l, const uint8_t *bytes, size_t len, size_t piece);
/* Dispatches, and takes all output. */
void linear_turn(linear *l);
/* An Open for more requests at once than there are. */
void linear_put_open(wire_bytes *out, uint64_t connection);

#endif
