/* A conduit: bytes between two peers, in order, once, until it fails; after its end it says nothing more.
 * [conduit.reliable]
 *
 * Promises, for every kind of conduit:
 *   1. No event comes from within a function of the conduit; all come from the loop.
 *   2. After close only on_written (where a write was outstanding) and on_closed come, in this order, each once. The
 * conduit's memory is freed when on_closed returns.
 *   3. on_end comes at most once; after it no on_read. The sending half may still work after an orderly end.
 *   4. A failed function has no effect and brings no event. */
#ifndef WEFT_RUNTIME_CONDUIT_CONDUIT_H
#define WEFT_RUNTIME_CONDUIT_CONDUIT_H

#include "runtime/conduit/env.h"
#include "weft/engine.h"

/* "[", an IPv6 address with its scope, "]:65535"; or a unix path. */
#define WEFT__ADDRESS_MAX 128

typedef struct weft__conduit weft__conduit;

/* Of the user of a conduit. */
typedef struct weft__conduit_events {
    /* Memory for what comes next: the conduit's from now until on_read or on_end returns, or until nothing came. */
    void (*read_buffer)(void *user, uint8_t **ret_data, size_t *ret_len);
    /* len > 0 bytes, in the memory of read_buffer. */
    void (*on_read)(void *user, const uint8_t *data, size_t len);
    /* Nothing more comes in. cause: 0 for an orderly end, else WEFT_E…; sys: errno. */
    void (*on_end)(void *user, int cause, int sys);
    /* The write that was outstanding is over: 0, or WEFT_E…. */
    void (*on_written)(void *user, int status);
    void (*on_closed)(void *user);
} weft__conduit_events;

typedef struct weft__conduit_ops {
    /* Begins reading; once. 0, or WEFT_E…. */
    int (*read_start)(weft__conduit *conduit);
    /* Hands over what there is room for now: *ret_taken, which may be 0. While a write is outstanding it takes nothing.
     * The slices are borrowed for the call. 0; otherwise the sending half has failed. */
    int (*try_write)(weft__conduit *conduit, const weft_slice *slices, size_t n, size_t *ret_taken);
    /* Sends all of data, which the caller leaves untouched until on_written; at most one is outstanding. On failure
     * on_written does not come, and data is the caller's again. */
    int (*write)(weft__conduit *conduit, const uint8_t *data, size_t len);
    /* Ends the sending half behind everything that was written; nothing is written after it. Once. */
    int (*shutdown)(weft__conduit *conduit);
    /* Ends everything at once. Exactly once. */
    void (*close)(weft__conduit *conduit);
} weft__conduit_ops;

struct weft__conduit {
    const weft__conduit_ops *ops;
    const weft__conduit_events *events; /* the user's, set by attach */
    void *user;
    weft_peer peer; /* [conn.evidence]; address points at the array below */
    char address[WEFT__ADDRESS_MAX];
};

/* Says whose the conduit is; before read_start, try_write or write. */
static inline void weft__conduit_attach(weft__conduit *conduit, const weft__conduit_events *events, void *user)
{
    conduit->events = events;
    conduit->user = user;
}

/* A conduit over a connected stream socket. transport: "tcp", "unix" or "fd", a constant. On success fd belongs to the
 * conduit; on failure it is the caller's still. 0, WEFT_ENOMEM, WEFT_EBADF: not a connected stream socket, WEFT_E…. */
int weft__stream_new(weft__env *env, int fd, const char *transport, weft__conduit **ret_conduit);
/* Another descriptor of its socket, the caller's, over which the conversation goes on when the conduit has closed. 0;
 * WEFT_EINVAL: it has none; or what the system says. */
int weft__stream_dup(const weft__conduit *conduit, int *ret_fd);

#endif
