/* weft/session.h: sessions: their options, events and ends. All functions: on the thread of the loop or engine. */
#ifndef WEFT_SESSION_H
#define WEFT_SESSION_H

#include "weft/connection.h"
#include "weft/limits.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum weft_event_kind {
    WEFT_EVENT_READY = 1,    /* the handshake is done; an accepted session hands over one reference with it, to who has
                                an on_event: without one nobody holds it, and it lives until the counterpart ends it */
    WEFT_EVENT_FAILED = 2,   /* it never became ready: error; CLOSED follows */
    WEFT_EVENT_DRAINING = 3, /* by_peer: the counterpart takes no new work; otherwise weft_session_drain was called */
    WEFT_EVENT_WRITABLE = 4, /* after WEFT_EAGAIN: there is room again */
    WEFT_EVENT_CLOSED = 5,   /* the last one: error->code WEFT_OK after a Goodbye, else what ended it */
    WEFT_EVENT_DISCONNECTED = 6, /* the conduit broke, error says how, and the session goes on without one: what is
                                    asked of it waits. RESUMED, REPLACED or CLOSED follows */
    WEFT_EVENT_RESUMED = 7,      /* there is a conduit again, and nothing was lost or doubled */
    WEFT_EVENT_REPLACED = 8 /* the counterpart had lost the session, and a new one is in its place, with retry: error
                               says why. Connections that retry are opened anew under their handles, others are closed,
                               with code lost */
} weft_event_kind;          /* later versions may add kinds: ignore those you do not know */

typedef struct weft_session_event {
    weft_event_kind kind;
    const weft_error *error; /* never NULL; valid during the callback */
    bool by_peer;            /* the counterpart caused it */
} weft_session_event;

/* What is known of the counterpart without believing it [conn.evidence]. */
typedef struct weft_peer {
    size_t size;
    const char *transport; /* "mem", "tcp", "unix", "fd" */
    const char *address;   /* "127.0.0.1:4711", a path, "" where there is none */
    bool has_unix_ids;
    uint32_t uid, gid;
    int32_t pid;
} weft_peer;

typedef struct weft_session_options {
    size_t size;
    bool ids_odd;                     /* initiator: which ids are ours; the acceptor takes the other ones */
    uint32_t max_frame_size;          /* bytes, 16 KiB to 1 MiB: the longest body that we take. The default, 65 KiB, is
                                         less where connection_window or replay_limit leave less */
    uint32_t max_message_size;        /* bytes, of a whole message; at least 64 KiB */
    uint32_t max_concurrent_requests; /* that we take on one connection; 0: none */
    uint32_t max_connections;         /* that we take at once */
    uint32_t connection_window;       /* bytes, at least max_frame_size + 64 KiB, at most 2^31-1 */
    uint64_t max_queued; /* bytes that wait for the conduit, and arguments that retry keeps; beyond: WEFT_EAGAIN */
    uint64_t handshake_timeout_ns; /* from the conduit's beginning to Ready */
    uint64_t connect_timeout_ns;   /* names, and the conduit's own beginning */
    uint64_t close_timeout_ns;     /* how long a close waits to flush */
    uint64_t call_timeout_ns;      /* default of calls; WEFT_FOREVER: none */
    uint64_t queue_timeout_ns;     /* of calls that wait for a place among max_concurrent_requests; not
                                      in an outage behind which the session is replaced */
    const weft_metadata *metadata; /* in Hello or Welcome; borrowed until the call that takes the options returns */
    const weft_service_type *root_service; /* initiator: the service wanted on the root; NULL: none */
    const weft_open_options *root;         /* what we serve and call on the root; borrowed likewise; NULL: nothing */
    /* A connection is asked for (with root_service of the counterpart: also the root). Decide now, or keep the handle
     * and decide within 30 s (the root: before the handshake's timeout). 0: decided or kept; negative: rejected as
     * internal. NULL: all are rejected, no acceptor.
     */
    int (*on_open)(void *user, weft_session *session, weft_pending pending);
    void (*on_event)(void *user, weft_session *session, const weft_session_event *event); /* NULL: none */
    void *user;
    /* After so long without a byte from the counterpart a ping is sent; where nothing at all comes within
     * keepalive_timeout_ns either, the conduit is dead: CLOSED, WEFT_ETIMEDOUT. Not 0. idle WEFT_FOREVER: no pings;
     * timeout WEFT_FOREVER: pings alone. An interval in which this side had nothing to send is also when the session
     * gives back memory that it keeps for the next call; with idle WEFT_FOREVER it keeps it. */
    uint64_t keepalive_idle_ns;
    uint64_t keepalive_timeout_ns;
    const struct weft_interceptor *const *interceptors; /* what calls and opens pass, in order: weft/intercept.h; */
    size_t n_interceptors;                              /* the array and what it points to outlive the session */
    /* initiator: the session closes by itself (Goodbye, code none) once it has been used and nobody holds its root any
     * more, nor is there a virtual connection, undecided ones included. */
    bool close_when_unused;
    /* initiator: when the conduit breaks, go on over another one, as if nothing had happened, where the counterpart
     * agrees [resume.offer]. Default: false, the session ends with its conduit. */
    bool resumable;
    /* initiator: when the session is lost (it was not resumable, or the counterpart knows it no more), begin another in
     * its place, open those of our connections again whose counterpart agrees, and send their calls of idempotent and
     * persistent methods again [op.retry]. Default: false. */
    bool retry;
    uint64_t max_queued_connection; /* bytes that wait on one connection for its window; beyond: WEFT_EAGAIN for it */
    /* Bytes that the session holds for its application: messages half received, requests and their answers until those
     * have gone out, responses and items until they are delivered. Beyond, new requests are answered
     * RESOURCE_EXHAUSTED, responses end their calls with WEFT_ENOMEM, and the channel that holds most is reset. */
    uint64_t max_buffered;
    uint32_t channel_window; /* bytes, 1 to 2^31-1: of the items of one channel that may be under way to us */
    uint32_t max_channels;   /* that we take on one connection at once; 0: none */
    /* initiator: how long it is tried to have a conduit again; 0: once. WEFT_TIMEOUT_DEFAULT, the default: as long as
     * the counterpart keeps the session (the resume_window of its Welcome), or WEFT_RESUME_WINDOW_DEFAULT where it
     * keeps none. */
    uint64_t recovery_timeout_ns;
    /* initiator: how long the first connect is tried again while nobody listens, or it is answered that the service is
     * not ready, going away, at a limit or out of time. Default: 0, FAILED at once. */
    uint64_t connect_wait_ns;
    /* acceptor: how long a session that asked for it is kept without a conduit; 0: never. Default: 60 s. At most 49
     * days. */
    uint64_t resume_window_ns;
    /* Memory for what was sent and is not acknowledged, which a resumable session keeps to send it again, in bytes; at
     * least 256 KiB, and 4 times max_frame_size. At it nothing more is sent until the counterpart acknowledges. */
    uint64_t replay_limit;
    /* acceptor: the counterpart comes back, with the metadata of its new Hello (a renewed token); from dispatch, before
     * anything has changed, and never before READY. 0: welcome; negative: refused, not resumable, and the session stays
     * as it is. NULL: all are welcome. */
    int (*on_resume)(void *user, weft_session *session, const weft_metadata *metadata);
} weft_session_options;

WEFT_API void weft_session_options_init(weft_session_options *options, size_t size);
static inline weft_session_options weft_session_options_default(void)
{
    weft_session_options o;
    weft_session_options_init(&o, sizeof o);
    return o;
}

/* One reference more; returns session. A session stays to be asked after its end, until the last one is let go. */
WEFT_API weft_session *weft_session_retain(weft_session *session);
/* Letting go of the last reference of a session that is not closed closes it: Goodbye, code none. */
WEFT_API void weft_session_release(weft_session *session_or_null);
/* Orderly end: connections are closed, what is queued is flushed for at most close_timeout_ns, then Goodbye. CLOSED
 * comes once. Before READY: ends at once. A second call does nothing. text is copied. */
WEFT_API void weft_session_close(weft_session *session, uint16_t code, const char *text_or_null);
/* Lets what is under way end: no new connections and no new requests are taken from now on, none are opened here, and
 * opens that are undecided are rejected as going away. Calls of this side on its connections go on, new ones too. When
 * no call, no open and no joined connection (weft/proxy.h: it may be idle, which is not known) is left, or limit_ns
 * has passed (WEFT_FOREVER: no limit), it closes: Goodbye, code going away.
 * The event DRAINING comes once, by_peer false. Again while it drains: a new limit, from now on. Before READY: ends at
 * once. 0; WEFT_ECLOSED: closed, or closing already; WEFT_ENOMEM: it drains, but not everybody has been told; call it
 * again. */
WEFT_API int weft_session_drain(weft_session *session, uint64_t limit_ns);
/* Drops everything and ends at once, without Goodbye: CLOSED comes with WEFT_ECANCELED. Of one that has ended: nothing.
 */
WEFT_API void weft_session_abort(weft_session *session);
/* A number that names the session in the log: a runtime counts its sessions from 1, those that it accepts and those
 * that it begins in one row, also those that never become ready. An engine driven by hand: what its options say. */
WEFT_API uint64_t weft_session_id(const weft_session *session);
/* From READY until it closes. */
WEFT_API bool weft_session_is_ready(const weft_session *session);
/* Valid until the session is freed; before a conduit exists its transport and address are "". */
WEFT_API const weft_peer *weft_session_peer(const weft_session *session);
/* The root connection, borrowed; retain it to make a client of it. NULL before READY and after CLOSED. */
WEFT_API weft_connection *weft_session_root(const weft_session *session);
/* What the counterpart sent in Hello or Welcome; valid from READY (and in on_open for the root) until CLOSED. */
WEFT_API const weft_metadata *weft_session_metadata(const weft_session *session);

#ifdef __cplusplus
}
#endif
#endif
