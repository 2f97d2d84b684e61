/* weft/proxy.h: virtual connections that are joined to others, without a look at what goes through them. All functions:
 * on the thread of the loop or engine, which both sessions share.
 *
 * What one side sends on a joined connection reaches the other as it was sent: calls, items, schemas, credits, cancels.
 * Each leg has a flow window of its own, so that a slow side slows its own pair alone. When either side closes, fails
 * or drains, the other is told with the same words. A session that may be resumed and has no conduit is a pause. */
#ifndef WEFT_PROXY_H
#define WEFT_PROXY_H

#include "weft/connection.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_proxy_options { /* NULL: all defaults */
    size_t size;
    uint64_t timeout_ns; /* until the other side has decided; default: WEFT_FOREVER, 30 s by the opener's side */
    /* Once, last, from dispatch, for a call that returned 0: the pair is over. error->code WEFT_ECONNCLOSED and in
     * remote the code that was said, whichever side it was and if it was this one: WEFT_CODE_LOST where a session was
     * lost. Of an open that never was joined: why, as its opener is told. NULL: none. */
    void (*on_closed)(void *user, const weft_error *error);
    void *user;
} weft_proxy_options;

WEFT_API void weft_proxy_options_init(weft_proxy_options *options, size_t size);
static inline weft_proxy_options weft_proxy_options_default(void)
{
    weft_proxy_options o;
    weft_proxy_options_init(&o, sizeof o);
    return o;
}

/* An acceptor's decision: the connection is opened again on another session, or on the one that it came by, with the
 * same service, settings and metadata (less the entries that are NO_PROPAGATE), and is accepted or rejected as that one
 * is: 0 means that it was passed on, not that it was joined. pending is stale then, and the pair is the engine's: the
 * application holds nothing of it. WEFT_EREJECTED: it went through too many proxies (weft-hops above WEFT_HOPS_MAX), or
 * is too long with what a proxy adds, and has been rejected so. Otherwise it is undecided still: WEFT_EALREADY: stale;
 * WEFT_EINVAL: the root; WEFT_ECLOSED: the session is closed or closing; WEFT_EUNAVAILABLE: it drains; WEFT_EBUSY: its
 * max_connections are reached; WEFT_ENOMEM. */
WEFT_API int weft_proxy_open(weft_pending pending, weft_session *to, const weft_proxy_options *options_or_null);
/* Two opens that meet: each is accepted with what the other said. 0: both are stale, and the pair is the engine's.
 * WEFT_EINVAL: a root, or both of one parity (weft_session_options.ids_odd of who opened them), so that their request
 * ids would clash; WEFT_EALREADY, WEFT_ENOMEM: both undecided still. */
WEFT_API int weft_proxy_meet(weft_pending left, weft_pending right, const weft_proxy_options *options_or_null);
/* Two open connections on which nothing has been sent yet, which were opened or accepted to serve and call nothing
 * here, are joined. Their references stay the application's: to close them, and to be released; the on_closed that they
 * were opened or accepted with are called as ever. 0; WEFT_EINVAL: a root, both ends here of one parity, something was
 * sent or is served, one of them drains; or the two sides were told different things: what one may send (requests,
 * channels, lengths, the ttl of operations) is more than the other takes, only one has `retry` in force, or both, and
 * one was told of operations kept here, or a service that one was told to mean the same is another version, or unknown,
 * to the other. WEFT_ECLOSED; WEFT_ENOMEM. */
WEFT_API int weft_proxy_join(weft_connection *left, weft_connection *right, const weft_proxy_options *options_or_null);
/* Through how many proxies the open came: what is known of its opener (weft_pending_peer) is known of the last one. 0:
 * none, or stale. */
WEFT_API uint64_t weft_pending_hops(weft_pending pending);

#ifdef __cplusplus
}
#endif
#endif
