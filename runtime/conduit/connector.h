/* Making the conduit of a connecting session: names, addresses in turn, a time limit over all. */
#ifndef WEFT_RUNTIME_CONDUIT_CONNECTOR_H
#define WEFT_RUNTIME_CONDUIT_CONNECTOR_H

#include "runtime/conduit/conduit.h"
#include "runtime/conduit/url.h"

typedef struct weft__connector weft__connector;

/* Once: with a conduit, which is the receiver's; or NULL and why. */
typedef void (*weft__connected_fn)(void *user, weft__conduit *conduit_or_null, const weft_error *error_or_null);

/* For tcp, unix and abstract URLs. timeout_ns: from now until connected, WEFT_FOREVER: none. On 0, connected comes
 * once, maybe before this returns, unless it is cancelled first. WEFT_ENOMEM, WEFT_E…: it never comes. */
int weft__connector_start(weft__env *env, const weft__url *url, uint64_t timeout_ns, weft__connected_fn connected,
                          void *user, weft__connector **ret_connector);
/* connected does not come any more. Only before it has come. */
void weft__connector_cancel(weft__connector *connector);

#endif
