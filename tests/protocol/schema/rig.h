/* Two engines whose programs were built from two versions of one package (older.weft, newer.weft), over a conduit in
 * memory, with a clock of its own. What each side says is kept, frame by frame. */
#ifndef WEFT_TESTS_PROTOCOL_SCHEMA_RIG_H
#define WEFT_TESTS_PROTOCOL_SCHEMA_RIG_H

#include "tests/support/alloc.h"
#include "weft/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "newer.weft.h"
#include "older.weft.h"

enum { MIX_CLIENT = 0, MIX_SERVER = 1 };

typedef struct mix_frame {
    uint8_t kind, flags;
    uint64_t connection;
    uint8_t *body;
    uint32_t len;
} mix_frame;

/* What one side has said. */
typedef struct mix_said {
    mix_frame *frames;
    size_t n, cap;
    size_t looked;  /* frames that mix_said has told of */
    uint8_t *bytes; /* from the first that is no whole frame yet */
    size_t n_bytes;
    bool behind_preamble;
    bool hold; /* it stays where it is for now */
} mix_said;

typedef struct mix {
    weft_test_alloc *alloc; /* of both engines */
    weft_test_alloc own_alloc;
    uint64_t now_ns;
    /* Set before mix_begin. */
    weft_session_options options[2];
    const weft_service_type *serves; /* on connections that the client opens; its handler and self: the mix */
    const void *handler;
    const weft_service_type *server_calls; /* back; NULL: nothing */
    bool serves_root;                      /* the client asks for old_mix_service there */
    weft_operations *operations;           /* the server's; the caller's; NULL: none */
    /* What is there. */
    weft_engine *engines[2];
    weft_session *sessions[2];
    weft_connection *server_connection; /* the newest, where server_calls; one reference */
    mix_said said[2];
    int n_opened;
    weft_connection *opened;
    weft_error open_error;
    int n_closed; /* connections, as the client is told */
    weft_error closed;
    /* What handlers note. */
    int n_handled;
    uint64_t number; /* the last one that came */
    char text[64];
    bool has_extra; /* an optional channel was there */
    int n_items, n_ends;
    char items[256]; /* what came, put together */
    weft_channel_end_kind end;
    weft_call held; /* of a call whose channels are read: answered at their end */
    bool holds;     /* handlers of `same` keep their calls: the newest here */
    bool keeps;     /* handlers of the newer `echo` keep their arguments */
    const new_mix_echo_args *kept;
} mix;

extern const old_mix_handler mix_old_handler;
extern const new_mix_handler mix_new_handler;

/* Defaults: newer's Mix is served, by mix_new_handler. */
void mix_init(mix *m);
/* Both sessions are ready. */
void mix_begin(mix *m);
/* The same where memory may lack: 0, or they are not. */
int mix_try_begin(mix *m);
/* The conduit fails, and another session takes the place of the client's, which retries; what it serves may be another
 * version by then. */
void mix_replace(mix *m);
/* Moves bytes and runs callbacks until nothing is left to do. */
void mix_run(mix *m);
void mix_advance(mix *m, uint64_t ns);
/* A connection of the client's, with one reference, on which it calls service, and serves `serves`, if that is not
 * NULL; NULL: open_error says why. */
weft_connection *mix_open(mix *m, const weft_service_type *service, const weft_service_type *serves,
                          const void *handler);
/* An older client's, where memory may lack. */
weft_connection *mix_try_open(mix *m, const weft_service_type *service);
/* Frees all; nothing may be left. */
void mix_end(mix *m);

/* What a side has said on a connection since this was asked last, in short: "S0:3" a Schema of direction 0 with 3
 * types, Q Request, R Response, I Item, F ChannelClose, X ChannelReset, L Cancel, C Close; others are left out, and a +
 * stands behind what goes on in the next frame. Until the next call. */
const char *mix_said_on(mix *m, int side, uint64_t connection);
/* Forgets what has been said so far. */
void mix_forget(mix *m);

#endif
