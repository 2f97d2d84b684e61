/* What a session holds in memory for its application [memory.buffered]: messages that come in parts, requests until the
 * conduit has taken their responses, responses until they are delivered, items until they are read, connections.
 *
 * Each holder remembers what it was charged, and gives that back when it goes. At the limit of the session, or of the
 * budget that sessions share, what comes next is refused, each kind in its way; nobody else notices. What a refusal
 * itself holds is charged beyond the limit, and has its bound in twice the limit, where the session ends. */
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/session_log.h"
#include "runtime/wire/frame.h"

struct weft_budget {
    weft_allocator allocator;
    uint32_t refs;
    uint64_t limit;
    uint64_t used;
};

int weft_budget_new(const weft_allocator *allocator_or_null, uint64_t limit, weft_budget **ret_budget)
{
    weft_allocator allocator = weft__allocator_of(allocator_or_null);
    weft_budget *budget = weft__alloc_zero(&allocator, sizeof *budget);
    if (!budget)
        return WEFT_ENOMEM;
    budget->allocator = allocator;
    budget->refs = 1;
    budget->limit = limit;
    *ret_budget = budget;
    return 0;
}

weft_budget *weft__budget_retain(weft_budget *budget)
{
    budget->refs++;
    return budget;
}

void weft_budget_release(weft_budget *budget_or_null)
{
    if (!budget_or_null || --budget_or_null->refs > 0)
        return;
    weft_allocator allocator = budget_or_null->allocator;
    weft__free(&allocator, budget_or_null, sizeof *budget_or_null);
}

uint64_t weft_budget_used(const weft_budget *budget)
{
    return budget->used;
}

/* ---- charges ---- */

static bool charge_fits(uint64_t used, uint64_t limit, uint64_t n)
{
    return used <= limit && n <= limit - used;
}

void weft__memory_charge_anyway(weft_engine *engine, uint64_t n)
{
    engine->buffered += n;
    if (engine->budget)
        engine->budget->used += n;
}

bool weft__memory_charge(weft_engine *engine, uint64_t n)
{
    if (!charge_fits(engine->buffered, engine->options.max_buffered, n) ||
        (engine->budget && !charge_fits(engine->budget->used, engine->budget->limit, n)))
        return false;
    weft__memory_charge_anyway(engine, n);
    return true;
}

void weft__budget_give(weft_budget *budget, uint64_t n)
{
    budget->used -= n;
}

bool weft__call_charge(weft__call *call, uint64_t n)
{
    if (!weft__memory_charge(call->engine, n))
        return false;
    call->charged += n;
    return true;
}

void weft__call_charge_anyway(weft__call *call, uint64_t n)
{
    weft__memory_charge_anyway(call->engine, n);
    call->charged += n;
}

void weft__call_give(weft__call *call, uint64_t n)
{
    weft__memory_give(call->engine, n);
    call->charged -= n;
}

/* ---- messages half received ---- */

void weft__conn_drop_rx(weft_connection *conn)
{
    conn->rx_void = false;
    if (!conn->rx)
        return;
    weft__memory_give(conn->engine, conn->rx->charged);
    conn->rx->charged = 0;
    weft__buf_clear(&conn->rx->body, 0);
}

/* conn->rx_kind is set. The connection may be closed afterwards. */
static void rx_refuse(weft_connection *conn, weft_bytes begun)
{
    weft_error error = { WEFT_ENOMEM, 0, WEFT_CODE_LIMIT, "[memory.buffered] a message that cannot be kept" };
    weft__conn_log(conn, WEFT_LOG_WARNING, "[memory.buffered] a message half received cannot be kept",
                   weft__log_text("kind", weft_str_from(weft__kind_name(conn->rx_kind))));
    switch (conn->rx_kind) {
    case WEFT__KIND_REQUEST: weft__call_in_refuse(conn, begun); break;
    case WEFT__KIND_RESPONSE: weft__call_out_refuse(conn, begun); break;
    case WEFT__KIND_ITEM: weft__channel_refuse(conn, begun); break;
    case WEFT__KIND_OPEN:
        weft__conn_reject(conn, WEFT_CODE_LIMIT, WEFT_STR("[memory.buffered] no memory for it"));
        break;
    default: /* without an Accept, or a Schema, nothing on it can be understood */
        if (conn->id == 0)
            weft__session_refuse(conn->engine, WEFT_CODE_LIMIT, "memory.buffered", "a message that cannot be kept");
        else
            weft__conn_close(conn, &error, WEFT_CODE_LIMIT, weft_str_from(error.text), true);
        break;
    }
}

WEFT__COLD weft__half *weft__conn_begin_rx(weft_connection *conn)
{
    conn->rx = weft__alloc(&conn->engine->allocator, sizeof *conn->rx);
    if (!conn->rx)
        return NULL;
    weft__buf_init(&conn->rx->body, &conn->engine->allocator);
    conn->rx->charged = 0;
    return conn->rx;
}

bool weft__conn_hold_rx(weft_connection *conn, weft_bytes part)
{
    if (conn->rx_void)
        return false;
    weft__half *half = conn->rx ? conn->rx : weft__conn_begin_rx(conn);
    uint64_t n = part.len + (half && half->charged == 0 ? WEFT__CHARGE_MESSAGE : 0);
    bool fits = half && weft__memory_charge(conn->engine, n);
    if (half && !fits && conn->rx_kind == WEFT__KIND_ITEM && weft__channels_reset_largest(conn->engine))
        fits = weft__memory_charge(conn->engine, n);
    if (fits) {
        half->charged += (uint32_t)n; /* max_message_size is not longer */
        return true;
    }
    weft_bytes begun = half && half->body.len > 0 ? weft_bytes_of(half->body.data, half->body.len) : part;
    rx_refuse(conn, begun);
    weft__conn_drop_rx(conn);
    conn->rx_void = true;
    return false;
}
