/* What calls of both directions share: the pool, the body they point into, metadata, handles.
 *
 * A call goes back to its engine's pool with its arena and its message's buffer, so that in steady state a call
 * allocates nothing. With WEFT_POOLS 0 (sanitizers) each is allocated and freed for itself. */
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/session_log.h"

#ifndef WEFT_POOLS
#define WEFT_POOLS 1
#endif

enum {
    POOL_MAX = 256,       /* calls kept by an engine, and as many weft__calls */
    POOL_LOG2_MAX = 10,   /* a larger table is given back */
    POOL_BODY_MAX = 4096, /* a larger buffer is given back */
};

static void call_reset(weft__call *call)
{
    size_t kept = offsetof(weft__call, message) + sizeof call->message.body;
    weft__clear((uint8_t *)call + kept, sizeof *call - kept);
    weft__buf_init(&call->body_owned, &call->engine->allocator);
    call->message.call = call;
    call->timer.kind = WEFT__TIMER_CALL;
    call->begin_offset = UINT64_MAX;
    call->deadline_ns = WEFT_FOREVER;
}

/* ---- what a connection has of calls ---- */

const weft__calls weft__calls_none = {
    .waiting = { (weft__link *)&weft__calls_none.waiting, (weft__link *)&weft__calls_none.waiting },
    .cancels = { (weft__link *)&weft__calls_none.cancels, (weft__link *)&weft__calls_none.cancels },
};

static WEFT__COLD weft__calls *calls_new(const weft_engine *engine)
{
    weft__calls *calls = weft__alloc_zero(&engine->allocator, sizeof *calls);
    if (!calls)
        return NULL;
    weft__list_init(&calls->waiting);
    weft__list_init(&calls->cancels);
    return calls;
}

static WEFT__COLD void calls_destroy(const weft_engine *engine, weft__calls *calls)
{
    weft__table_fini(&calls->by_id, &engine->allocator);
    weft__free(&engine->allocator, calls, sizeof *calls);
}

/* The first call of the connection. false: out of memory */
static __attribute__((noinline)) bool conn_take_calls(weft_engine *engine, weft_connection *conn)
{
    weft__calls *calls = engine->spare_calls;
    if (calls) {
        engine->n_spare_calls--;
        engine->spare_calls = calls->next;
    } else {
        calls = calls_new(engine);
    }
    if (!calls)
        return false;
    conn->calls = calls;
    return true;
}

/* The last one is gone. */
static __attribute__((noinline)) void conn_give_calls(weft_engine *engine, weft_connection *conn)
{
    weft__calls *calls = conn->calls;
    conn->calls = weft__conn_no_calls();
    if (WEFT_POOLS && engine->n_spare_calls < POOL_MAX && calls->by_id.log2_cap <= POOL_LOG2_MAX) {
        calls->next = engine->spare_calls;
        engine->spare_calls = calls;
        engine->n_spare_calls++;
    } else {
        calls_destroy(engine, calls);
    }
}

/* ---- the pool ---- */

static WEFT__COLD weft__call *call_alloc(weft_engine *engine)
{
    if (weft__timers_reserve(&engine->timers, &engine->allocator, 1) < 0)
        return NULL;
    weft__call *call = weft__alloc_zero(&engine->allocator, sizeof *call);
    if (!call) {
        weft__timers_release(&engine->timers, 1);
        return NULL;
    }
    call->engine = engine;
    weft__buf_init(&call->message.body, &engine->allocator);
    return call;
}

weft__call *weft__call_new(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    weft__call *call;
    if (conn->calls->n == 0 && !conn_take_calls(engine, conn))
        return NULL;
    weft__link *link = weft__list_take(&engine->free_calls);
    if (link) {
        engine->n_free_calls--;
        call = weft__container(link, weft__call, link);
    } else {
        call = call_alloc(engine);
    }
    if (!call) {
        if (conn->calls->n == 0)
            conn_give_calls(engine, conn);
        return NULL;
    }
    call_reset(call);
    call->conn = conn;
    conn->calls->n++;
    conn->holds++;
    engine->n_calls++;
    return call;
}

static void call_destroy(weft_engine *engine, weft__call *call)
{
    weft__timers_release(&engine->timers, 1);
    weft_arena_free(call->arena);
    weft__buf_fini(&call->message.body);
    weft__free(&engine->allocator, call, sizeof *call);
}

/* Out of every list and table already, but for its timer, event and handle. */
void weft__call_free(weft__call *call)
{
    weft_engine *engine = call->engine;
    weft_connection *conn = call->conn;
    engine->n_calls--;
    weft__memory_give(engine, call->charged);
    weft__call_drop_again(call);
    weft__call_leave_family(call);
    weft__timers_disarm(&engine->timers, &call->timer);
    weft__event_remove(&call->event);
    weft__list_remove(&call->link);
    if (call->handle.slot)
        weft__slots_give(engine->slots, call->handle);
    if (call->channels)
        weft__call_free_channels(call);
    if (call->message.owner) /* parts of its body are on their way out */
        weft__message_free(engine, &call->message);
    weft__buf_give(&engine->spare_body, &call->body_owned, &engine->allocator);
    if (WEFT_POOLS && engine->n_free_calls < POOL_MAX) {
        if (call->arena)
            weft_arena_clear(call->arena);
        weft__buf_clear(&call->message.body, POOL_BODY_MAX);
        call->handle.slot = NULL;
        weft__list_prepend(&engine->free_calls, &call->link); /* the one that is still in the cache comes first */
        engine->n_free_calls++;
    } else {
        call_destroy(engine, call);
    }
    if (--conn->calls->n == 0)
        conn_give_calls(engine, conn);
    weft__conn_unhold(conn);
}

void weft__call_pool_trim(weft_engine *engine)
{
    weft__link *link;
    while ((link = weft__list_take(&engine->free_calls)) != NULL)
        call_destroy(engine, weft__container(link, weft__call, link));
    for (weft__calls *next, *calls = engine->spare_calls; calls; calls = next) {
        next = calls->next;
        calls_destroy(engine, calls);
    }
    engine->spare_calls = NULL;
    engine->n_free_calls = engine->n_spare_calls = 0;
}

/* When the engine goes: also those that handlers never let go of. */
void weft__call_pool_fini(weft_engine *engine)
{
    weft__link *link;
    while ((link = weft__list_first(&engine->over)) != NULL) {
        weft__call *call = weft__container(link, weft__call, link);
        weft__call_log(call, WEFT_LOG_WARNING, "a handler never let go of a call",
                       weft__log_text("service", weft__call_service_name(call)),
                       weft__log_text("method", weft__call_method_name(call)));
        weft__call_free(call);
    }
    weft__call_pool_trim(engine);
}

/* ---- the body that a call's slices point into ---- */

/* part becomes call->value; owned: the body that it lies in, taken over; NULL: it is borrowed until dispatch returns.
 */
void weft__call_set_body(weft__call *call, weft_bytes part, weft__buf *owned)
{
    call->value = part;
    if (owned) {
        weft__buf_fini(&call->body_owned);
        call->body_owned = *owned;
        weft__buf_init(owned, &call->engine->allocator);
    }
    call->body_borrowed = owned == NULL;
    call->engine->has_borrowed = call->engine->has_borrowed || call->body_borrowed;
}

/* Copies what is borrowed. 0 or WEFT_ENOMEM. */
int weft__call_own_body(weft__call *call)
{
    if (!call->body_borrowed)
        return 0;
    size_t value_len = call->value.len;
    size_t metadata_len = call->metadata_raw.raw.len;
    weft__buf copy;
    weft__buf_init(&copy, &call->engine->allocator);
    int status = weft__buf_append(&copy, call->value.ptr, value_len);
    if (status == 0)
        status = weft__buf_append(&copy, call->metadata_raw.raw.ptr, metadata_len);
    bool has_op = call->inbound && call->op;
    if (status == 0 && has_op)
        status = weft__buf_append(&copy, call->op, WEFT_OPERATION_ID);
    if (status < 0) {
        weft__buf_fini(&copy);
        return status;
    }
    weft__buf_fini(&call->body_owned);
    call->body_owned = copy;
    call->value = weft_bytes_of(copy.data, value_len);
    call->metadata_raw.raw = weft_bytes_of(copy.data + value_len, metadata_len);
    if (has_op)
        call->op = copy.data + value_len + metadata_len;
    call->body_borrowed = false;
    return 0;
}

/* Where there is no memory to own it: what is borrowed goes, and with it the answer, where it was one. */
void weft__call_lose_body(weft__call *call)
{
    weft_result lost = { WEFT_ENOMEM, WEFT_OUTCOME_NONE, true, call->result.attempts, WEFT_STR_INIT("out of memory"),
                         NULL };
    call->value = weft_bytes_of(NULL, 0);
    call->metadata_raw.n = 0;
    call->body_borrowed = false;
    if (call->inbound)
        call->op = NULL;
    if (!call->inbound)
        call->result = lost;
}

weft_arena *weft__call_arena_new(weft__call *call)
{
    return weft_arena_new(&call->engine->allocator, &call->arena) < 0 ? NULL : call->arena;
}

const weft_metadata *weft__call_metadata(weft__call *call)
{
    if (!call->metadata_decoded && call->metadata_raw.n > 0 && weft__call_arena(call))
        (void)weft__metadata_decode(call->metadata_raw, call->arena, &call->metadata);
    call->metadata_decoded = true;
    return &call->metadata;
}

const char *weft_outcome_name(weft_outcome outcome)
{
    static const char *const names[] = {
        "ok",
        "user error",
        "unknown method",
        "invalid payload",
        "cancelled",
        "indeterminate",
        "deadline exceeded",
        "unavailable",
        "resource exhausted",
        "internal",
        "conflict",
    };
    if (outcome == WEFT_OUTCOME_NONE)
        return "none";
    return (size_t)outcome < sizeof names / sizeof *names ? names[outcome] : "unknown";
}

/* ---- handles ---- */

static weft__call *call_get(weft_call handle)
{
    weft__handle internal = { handle.slot, handle.generation };
    return weft__handle_get(internal, WEFT__SLOT_CALL);
}

weft__call *weft__call_of(weft_call handle)
{
    weft__call *call = call_get(handle);
    return call && call->inbound && call->state == WEFT__CALL_SERVED ? call : NULL;
}

/* One that handlers may still look at, though the answer may be of no use to anybody. */
weft__call *weft__call_held(weft_call handle)
{
    weft__call *call = call_get(handle);
    return call && call->inbound ? call : NULL;
}

bool weft_call_is_cancelled(weft_call call)
{
    weft__call *inner = weft__call_held(call);
    return !inner || inner->cancelled;
}

int weft_call_operation(weft_call call, uint8_t ret_id[WEFT_OPERATION_ID])
{
    const weft__call *inner = call_get(call);
    if (!inner)
        return WEFT_EALREADY;
    if (!inner->op)
        return WEFT_EINVAL;
    memcpy(ret_id, inner->op, WEFT_OPERATION_ID);
    return 0;
}

uint64_t weft_call_remaining_ns(weft_call call)
{
    weft__call *inner = weft__call_held(call);
    if (!inner || inner->state != WEFT__CALL_SERVED)
        return 0;
    if (inner->deadline_ns == WEFT_FOREVER)
        return WEFT_FOREVER;
    weft__engine_refresh(inner->engine);
    uint64_t now_ns = inner->engine->now_ns;
    return inner->deadline_ns > now_ns ? inner->deadline_ns - now_ns : 0;
}

weft_arena *weft_call_arena(weft_call call)
{
    weft__call *inner = weft__call_held(call);
    return inner ? weft__call_arena(inner) : NULL;
}

const weft_metadata *weft_call_metadata(weft_call call)
{
    weft__call *inner = weft__call_held(call);
    return inner ? weft__call_metadata(inner) : NULL;
}

void weft__call_on_timer(weft__call *call)
{
    if (call->inbound)
        weft__call_in_on_timer(call);
    else
        weft__call_out_on_timer(call);
}

/* [call.concurrent] An inbound request's place is free once the conduit has taken the last byte of its response. */
void weft__output_taken(weft_engine *engine)
{
    weft__link *link;
    while ((link = weft__list_first(&engine->taking)) != NULL) {
        weft__call *call = weft__container(link, weft__call, link);
        if (call->end_offset > engine->out.taken)
            break;
        weft__list_remove(link);
        weft__call_in_taken(call);
    }
}
