/* How often a call may run, and what it carries for that: the policy that both sides hold a method to [op.policy], and
 * the operation that a call to a persistent method is an attempt of [op.id]. */
#include "runtime/base/hash.h"
#include "runtime/session/parts.h"
#include "runtime/session/schemas.h"

enum { CLIENT_PART = 16 }; /* of an operation's id; the counter, little-endian, is behind it */

/* ---- policy ---- */

/* As long as the callee has said nothing of the method, the weakest. */
static uint32_t policy_there(const weft__call *call)
{
    if (!call->exchanged)
        return call->method->flags;
    const weft__schema_method *said = weft__schema_method_of(call->conn, call->method_id);
    return said ? said->policy : 0;
}

weft__policy weft__call_policy(const weft__call *call)
{
    if (!call->conn->retries || call->has_channels)
        return WEFT__POLICY_VOLATILE;
    if (call->method->flags & policy_there(call) & WEFT_METHOD_PERSISTENT)
        return WEFT__POLICY_PERSISTENT;
    /* One that is persistent there and merely idempotent here carries no op: there it would run again. */
    return weft__call_may_run_again(call) ? WEFT__POLICY_IDEMPOTENT : WEFT__POLICY_VOLATILE;
}

bool weft__call_may_run_again(const weft__call *call)
{
    return (call->method->flags & (WEFT_METHOD_PERSISTENT | WEFT_METHOD_IDEMPOTENT)) &&
           (policy_there(call) & WEFT_METHOD_IDEMPOTENT);
}

/* Whatever the callee may say of the method later. */
bool weft__call_may_go_again(const weft__call *call)
{
    return call->conn->retries && call->conn->ours && !call->has_channels &&
           (call->method->flags & (WEFT_METHOD_PERSISTENT | WEFT_METHOD_IDEMPOTENT));
}

/* ---- what stays for another attempt ---- */

/* Up to so much is kept from call to call anyway. */
enum { UNTRIMMED_MAX = 4096 };

bool weft__call_has_room_again(const weft__call *call)
{
    weft_engine *engine = call->engine;
    if (engine->again_bytes == 0 || engine->again_bytes < engine->options.max_queued || !weft__call_may_go_again(call))
        return true;
    engine->want_again = true;
    return false;
}

static void call_uncount(weft__call *call)
{
    weft_engine *engine = call->engine;
    engine->again_bytes -= call->again_bytes;
    call->again_bytes = 0;
    if (!engine->want_again || engine->again_bytes > engine->options.max_queued / 2 ||
        engine->state == WEFT__SESSION_ENDED)
        return;
    engine->want_again = false;
    weft__event_add(engine, &engine->writable_event, WEFT__EVENT_SESSION_WRITABLE);
}

void weft__call_keep_again(weft__call *call)
{
    weft__buf *body = &call->message.body;
    call_uncount(call);
    call->message.keeps = weft__call_may_go_again(call);
    if (!call->message.keeps)
        return;
    if (body->cap > UNTRIMMED_MAX)
        weft__buf_trim(body);
    call->again_bytes = body->cap;
    call->engine->again_bytes += body->cap;
}

void weft__call_drop_again(weft__call *call)
{
    if (!call->message.keeps)
        return;
    call->op = NULL;
    weft__buf_clear(&call->message.body, UNTRIMMED_MAX);
    call_uncount(call);
}

/* ---- operations ---- */

bool weft__call_is_persistent(const weft__call *call)
{
    return call->conn->retries && !call->has_channels && (call->method->flags & WEFT_METHOD_PERSISTENT);
}

void weft__call_write_op(weft__call *call, const uint8_t *given_or_null, weft_writer *writer)
{
    uint8_t *own = call->engine->op;
    if (!given_or_null)
        weft_operation_id_next(own);
    weft__request_op_encode(writer, given_or_null ? given_or_null : own);
    call->op = own; /* weft__call_find_op, once the body is whole */
}

/* It is the last element of the body. */
void weft__call_find_op(weft__call *call)
{
    call->op = call->message.body.data + call->message.body.len - WEFT_OPERATION_ID;
}

void weft__call_begin_op(weft__call *call, uint8_t *head)
{
    weft_engine *engine = call->engine;
    weft__request_head_has_op(head);
    if (call->result.attempts == 0)
        call->first_ns = engine->now_ns;
    if (call->ran_before) /* the attempt is made: from here on its deadline alone ends it */
        weft__timers_arm(&engine->timers, &call->timer, call->deadline_ns);
}

void weft_operation_id_new(const uint8_t seed[32], uint8_t ret_id[WEFT_OPERATION_ID])
{
    weft__derive(seed, WEFT__DERIVE_OPERATIONS, ret_id, CLIENT_PART);
    memset(ret_id + CLIENT_PART, 0, WEFT_OPERATION_ID - CLIENT_PART);
    ret_id[CLIENT_PART] = 1;
}

void weft_operation_id_next(uint8_t id[WEFT_OPERATION_ID])
{
    for (size_t i = CLIENT_PART; i < WEFT_OPERATION_ID && ++id[i] == 0; i++)
        continue;
}
