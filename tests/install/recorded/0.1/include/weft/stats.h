/* weft/stats.h: counters, to look at or to scrape. A reader passes a struct and its size, and gets a snapshot: counters
 * only grow, "now" says what is a state. All functions: on the thread of the loop or engine. */
#ifndef WEFT_STATS_H
#define WEFT_STATS_H

#include "weft/call.h"
#include "weft/channel.h"
#include "weft/session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Calls by how they ended: by their weft_outcome. A call made here that ended without a response counts for the outcome
 * that its code belongs to (WEFT_ECANCELED: CANCELLED, WEFT_ETIMEDOUT: DEADLINE_EXCEEDED, …), else as lost, as does a
 * call of the counterpart's whose connection went before it was answered. */
#define WEFT_STATS_LOST 11
#define WEFT_STATS_OUTCOMES 16 /* places; those that have no meaning are 0 */

/* Of a session, or of many. Bytes are those of the conduit, handshake and headers included; messages are those of
 * connections, once they are whole; "out" is what this side sends, opens and calls, "in" the counterpart. */
typedef struct weft_session_stats {
    size_t size;
    uint64_t bytes_in, bytes_out;
    uint64_t messages_in, messages_out;
    uint64_t items_in, items_out; /* of channels; among the messages */
    uint64_t late;                /* frames and responses for ids that are gone: dropped */
    uint64_t violations;          /* of the protocol, by the counterpart */
    uint64_t opens_in, opens_out;
    uint64_t opens_in_accepted, opens_out_accepted;
    uint64_t opens_in_rejected, opens_out_rejected;
    uint64_t calls_in, calls_out; /* begun */
    uint64_t calls_in_ended[WEFT_STATS_OUTCOMES], calls_out_ended[WEFT_STATS_OUTCOMES];
    /* now */
    uint64_t connections_in, connections_out; /* undecided ones included, without the root */
    uint64_t channels_in, channels_out;       /* that the counterpart's calls made; that calls made here did */
    uint64_t calls_in_active;                 /* not answered */
    uint64_t calls_out_active;                /* not ended, waiting ones included */
    uint64_t calls_waiting;                   /* for a place among the counterpart's max_concurrent_requests */
    uint64_t calls_held;                      /* answered or lost, and a handler has not let go of them */
    uint64_t queued_bytes;                    /* that wait in connections' queues */
    uint64_t buffered_bytes;                  /* that are held for the application: what max_buffered bounds */
    uint64_t unsent_bytes;                    /* cut into frames, and not yet taken by the conduit */
    /* where the two sides were built from different declarations; they only grow */
    uint64_t schemas_in, schemas_out; /* among the messages */
    uint64_t plans;                   /* translations made, one for each method and direction of a connection */
    uint64_t plans_failed;            /* that came to nothing, since the declarations do not fit */
    /* conduits that broke while the session went on; how it did, the counterpart knowing it or not */
    uint64_t disconnected, resumed, replaced;
    uint64_t kept_bytes;  /* now: memory of what was sent and is not acknowledged: what replay_limit bounds */
    uint64_t retry_bytes; /* now: arguments of calls that may be sent again, until they are answered */
} weft_session_stats;

/* Of one connection; the root too. Bytes: of its frames, headers included. */
typedef struct weft_connection_stats {
    size_t size;
    uint64_t id; /* on the wire */
    uint64_t bytes_in, bytes_out;
    uint64_t messages_in, messages_out;
    uint64_t calls_in, calls_out; /* requests that have been given an id, by the ids */
    /* now */
    uint64_t calls_in_active, calls_out_active; /* in flight */
    uint64_t calls_waiting;
    uint64_t channels_in, channels_out;
    uint64_t queued_bytes;
    uint64_t half_received_bytes;  /* of a message that is not whole */
    int64_t window_in, window_out; /* bytes that may still be sent this way; negative: overdrawn */
    bool blocked;                  /* what is queued waits for the counterpart's window */
    bool peer_drains;              /* the counterpart takes no new calls */
} weft_connection_stats;

/* Of one end of a channel, now. */
typedef struct weft_channel_stats {
    size_t size;
    uint64_t id;           /* on the wire; 0: not given yet */
    bool sends;            /* this side does */
    uint64_t items;        /* sender: that wait to go out; reader: that have come and are not delivered */
    uint64_t items_held;   /* reader: delivered, and not consumed */
    uint64_t credit_items; /* that may still be sent, by either side */
    int64_t credit_bytes;  /* likewise; may fall below 0 by one item [chan.item] */
} weft_channel_stats;

/* Why a handshake came to nothing. */
typedef enum weft_handshake_failure {
    WEFT_HANDSHAKE_TIMEOUT = 0,
    WEFT_HANDSHAKE_PROTOCOL = 1,     /* not weft, or not by its rules */
    WEFT_HANDSHAKE_VERSION = 2,      /* no common version */
    WEFT_HANDSHAKE_INCOMPATIBLE = 3, /* declarations of the root's service that do not fit */
    WEFT_HANDSHAKE_REFUSED = 4,      /* by an application or interceptor, on either side */
    WEFT_HANDSHAKE_LOST = 5,         /* the conduit ended or failed */
    WEFT_HANDSHAKE_CANCELLED = 6,    /* closed here: also by a listener with too many */
    WEFT_HANDSHAKE_OTHER = 7         /* no memory */
} weft_handshake_failure;
#define WEFT_STATS_HANDSHAKES 16 /* places */

/* What became of a conduit that a listener accepted and that became no session. */
typedef enum weft_refusal {
    WEFT_REFUSAL_NONE = 0,           /* it was not refused, or not yet */
    WEFT_REFUSAL_SILENT = 1,         /* no whole preamble in time */
    WEFT_REFUSAL_SLOW = 2,           /* the handshake was not done in time */
    WEFT_REFUSAL_TLS = 3,            /* first bytes of TLS */
    WEFT_REFUSAL_HTTP = 4,           /* of HTTP */
    WEFT_REFUSAL_NOT_WEFT = 5,       /* of something else */
    WEFT_REFUSAL_VERSION = 6,        /* no common version */
    WEFT_REFUSAL_PROTOCOL = 7,       /* it broke the rules of the handshake */
    WEFT_REFUSAL_SERVICE = 8,        /* the root's service is unknown, or nobody accepts any */
    WEFT_REFUSAL_INCOMPATIBLE = 9,   /* the root's declarations do not fit */
    WEFT_REFUSAL_FORBIDDEN = 10,     /* not for this counterpart */
    WEFT_REFUSAL_NOT_READY = 11,     /* the root's service is not ready */
    WEFT_REFUSAL_RESUMPTION = 12,    /* the session that it asked for cannot be resumed */
    WEFT_REFUSAL_APPLICATION = 13,   /* by the application or an interceptor, with another code */
    WEFT_REFUSAL_LIMIT = 14,         /* as many sessions as there may be */
    WEFT_REFUSAL_ADDRESS_LIMIT = 15, /* of its address */
    WEFT_REFUSAL_TOO_MANY = 16,      /* closed before READY, since others were more */
    WEFT_REFUSAL_DESCRIPTORS = 17,   /* what is kept of the process's descriptors would have been touched */
    WEFT_REFUSAL_SHED = 18,          /* no descriptors for long: let in by the spare one, and reset */
    WEFT_REFUSAL_LOST = 19,          /* the conduit ended or failed */
    WEFT_REFUSAL_CLOSED = 20,        /* the listener or runtime closed meanwhile */
    WEFT_REFUSAL_OTHER = 21          /* no memory or descriptor for it, or no room to hand it to another loop */
} weft_refusal;
#define WEFT_STATS_REFUSALS 32 /* places */
/* "tls": lower case, words joined by _; "" for NONE and unknown ones. */
WEFT_API const char *weft_refusal_name(weft_refusal refusal);

/* Of all sessions that share a weft_stats: those that are gone included. */
typedef struct weft_totals {
    size_t size;
    uint64_t sessions_in, sessions_out;                /* that became ready: accepted here; begun here */
    uint64_t sessions_failed;                          /* begun here, and never ready */
    uint64_t sessions_ended;                           /* after a Goodbye */
    uint64_t sessions_lost;                            /* otherwise, having been ready */
    uint64_t handshakes_failed[WEFT_STATS_HANDSHAKES]; /* by weft_handshake_failure */
    uint64_t sessions_now;                             /* ready */
    weft_session_stats all;                            /* the sum */
} weft_totals;

/* One method, one direction. */
typedef struct weft_method_stats {
    size_t size;
    const char *service; /* "kv.v1.Store"; "": of requests on connections where nothing is served */
    const char *method;  /* "get"; "": requests of an unknown method, or answered before it was looked up */
    bool inbound;
    uint64_t ended[WEFT_STATS_OUTCOMES];
} weft_method_stats;

/* Where engines count together: a runtime has one, which weft_runtime_stats gives; who drives engines by hand may make
 * one for several of them (weft_engine_options.stats). Services stay in it once they have been served or called. */
typedef struct weft_stats weft_stats;
/* One reference for the caller; engines hold their own. 0, WEFT_ENOMEM. */
WEFT_API int weft_stats_new(const weft_allocator *allocator_or_null, weft_stats **ret_stats);
WEFT_API void weft_stats_release(weft_stats *stats_or_null);

/* Fill the first size bytes of what the caller has: size is sizeof *ret_stats of the application; what a newer caller
 * has beyond what this library knows stays as it was, and ret_stats->size says how much was filled. 0. A connection
 * that is closed, or a session whose engine is gone (on a loop soon after CLOSED), of which the caller still holds a
 * reference: WEFT_ECLOSED, and nothing is touched. */
WEFT_API int weft_session_stats_read(const weft_session *session, weft_session_stats *ret_stats, size_t size);
WEFT_API int weft_connection_stats_read(const weft_connection *connection, weft_connection_stats *ret_stats,
                                        size_t size);
/* A stale or null handle: WEFT_EALREADY. */
WEFT_API int weft_channel_stats_read(weft_channel channel, weft_channel_stats *ret_stats, size_t size);
/* Cannot fail. Also while sessions end: what they counted is in it from then on for good. */
WEFT_API void weft_stats_read(const weft_stats *stats, weft_totals *ret_totals, size_t size);
/* Each method of which a call has ended, in each direction, in no particular order: each returns 0 to go on; anything
 * else ends it, and is returned. It may call nothing of weft but getters. Names are valid as long as stats; the struct
 * during each. 0 behind the last. */
WEFT_API int weft_stats_each_method(const weft_stats *stats, int (*each)(void *user, const weft_method_stats *method),
                                    void *user);

/* All of it in the text format of Prometheus (version 0.0.4), piece by piece: write, whose text is valid during it, not
 * NUL-terminated, returns 0 to go on; anything else ends it, and is returned. 0: all was written. Allocates nothing.
 * Names and labels stay as they are; later versions may add some. Of a runtime: weft_runtime_prometheus, which has its
 * listeners too. */
WEFT_API int weft_stats_prometheus(const weft_stats *stats, int (*write)(void *user, const char *text, size_t len),
                                   void *user);

#ifdef __cplusplus
}
#endif
#endif
