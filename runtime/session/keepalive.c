/* Is the counterpart still there? Whatever comes in is a sign of life; after an idle interval without one a Ping asks
 * for it, and where nothing at all comes in time either, the conduit is dead [session.keepalive].
 *
 * An interval in which this side had nothing to send is also when it gives back what it keeps for the next call.
 *
 * One timer, which bytes that come in do not move: when it rings it looks at when the last ones came. */
#include "runtime/session/parts.h"

static void keepalive_arm(weft_engine *engine, uint64_t from_ns, uint64_t wait_ns)
{
    weft__timers_arm(&engine->timers, &engine->keepalive_timer, weft__time_add(from_ns, wait_ns));
}

void weft__keepalive_begin(weft_engine *engine)
{
    engine->heard = false;
    engine->pinged = false;
    engine->ping_owed = false;
    keepalive_arm(engine, engine->now_ns, engine->options.keepalive_idle_ns);
}

void weft__keepalive_end(weft_engine *engine)
{
    weft__timers_disarm(&engine->timers, &engine->keepalive_timer);
    engine->ping_owed = false;
}

void weft__keepalive_on_timer(weft_engine *engine)
{
    const weft_session_options *options = &engine->options;
    if (!engine->busy)
        weft__engine_trim(engine);
    engine->busy = false;
    if (engine->heard) {
        engine->heard = false;
        engine->pinged = false;
        keepalive_arm(engine, engine->heard_ns, options->keepalive_idle_ns);
    } else if (engine->pinged && options->keepalive_timeout_ns != WEFT_FOREVER) {
        weft_engine_disconnected(engine, WEFT_ETIMEDOUT,
                                 "[session.keepalive] nothing came, and no answer to a ping either", engine->now_ns);
    } else {
        engine->pinged = true;
        engine->ping_owed = true;
        engine->ping_nonce++;
        keepalive_arm(engine, engine->now_ns,
                      options->keepalive_timeout_ns != WEFT_FOREVER ? options->keepalive_timeout_ns
                                                                    : options->keepalive_idle_ns);
    }
}
