/* What the session layer gives to rpc, and what it expects of it. rpc includes this and session.h's weft__call,
 * weft__binding and weft__hooks; it touches only the members of a call that are named here. */
#ifndef WEFT_RUNTIME_SESSION_RPC_HOOKS_H
#define WEFT_RUNTIME_SESSION_RPC_HOOKS_H

#include "runtime/session/session.h"

/* ---- making engines: weft_engine_new and weft_handshake_new (weft/engine.h) are rpc's, one line each ---- */

int weft__engine_new(const weft_engine_options *engine_options, const weft_session_options *session_options,
                     const weft__hooks *hooks, uint64_t now_ns, weft_engine **ret_engine);
int weft__handshake_new(const weft_engine_options *engine_options, const weft_session_options *session_options,
                        const weft__hooks *hooks, uint64_t now_ns, weft_handshake **ret_handshake);

/* weft_open is the session's; weft_gen_open calls weft__session_open: with gen_opened, the result is told through
 * service->opened(gen_opened, user, connection, error). */
int weft__session_open(weft_session *session, const weft_service_type *service,
                       const weft_open_options *options_or_null, weft_opened_fn opened, void (*gen_opened)(void),
                       void *user);

/* ---- calls made here: weft_gen_call is rpc's --------------------------------------------------------------------
 * 1. weft__call_begin: checks that the connection is open and the service is agreed, takes a call from the pool, and
 *    sets a writer up with room for the head.
 * 2. rpc encodes the args array into the writer, and sets call->service, method, method_id, done, user,
 *    reply_arena_or_null, counts.
 * 3. weft__call_submit appends the tail, queues, and sets the handle; or weft__call_discard.
 * 4. Later, from dispatch, hooks->ended(call), once: call->result holds code, outcome, may_have_run, attempts; where a
 *    response came, call->value is the value's bytes (for outcomes 0 and 1 to be decoded; from 2 on result.text is set
 * already) and weft__call_metadata(call) its metadata. rpc decodes into call->arena (weft__call_arena: cleared when the
 * call goes back to the pool) or reply_arena_or_null, and calls method->deliver. The session frees the call after ended
 * returns. A value that does not decode: code WEFT_EBADMSG, outcome as it came, may_have_run true. Without a metadata,
 * result.metadata points to an empty one. */

/* Where calls of a method are counted, for call->counts. service: one that weft__call_begin has taken. */
static inline weft__method_counts *weft__binding_counts(const weft__binding *binding, const weft_service_type *service,
                                                        uint32_t method)
{
    size_t i = 0;
    while (binding->calls[i].service != service && binding->calls[i].service->id != service->id)
        i++;
    return binding->calls[i].counts + method;
}

/* 0; WEFT_ECLOSED: session or connection is closed (or its session gone); WEFT_EINVAL: the service is not agreed;
 * WEFT_EBUSY: too many wait, or the counterpart takes none; WEFT_EAGAIN: max_queued; WEFT_EUNAVAILABLE: the counterpart
 * drains; WEFT_ENOMEM. */
int weft__call_begin(weft_connection *connection, const weft_service_type *service, weft_writer *ret_writer,
                     weft__call **ret_call);
/* writer: from begin, with the args behind; taken over in any case. On an error (WEFT_EMSGSIZE, WEFT_ENOMEM,
 * WEFT_EINVAL of metadata) the call is gone. */
int weft__call_submit(weft__call *call, weft_writer *writer, const weft_call_options *options_or_null,
                      weft_call *ret_call_or_null);
void weft__call_discard(weft__call *call, weft_writer *writer);

/* ---- calls of the counterpart's ------------------------------------------------------------------------------------
 * hooks->request(call): call->method_id, call->value (the args, well-formed MessagePack, not decoded),
 * *call->conn->binding. rpc finds the method among binding->serves (only where serves_agreed), sets call->service
 * and method, decodes into weft__call_arena(call), sets call->args, and calls method->dispatch(binding->handler,
 * conn->self, handle, args); or answers by weft__call_answer_text. After request returns, call->value and args are no
 * longer valid unless weft__call_keep was called. The handler may have answered meanwhile: then the call may be gone;
 * look it up again by its handle before touching it. */

/* Interceptors, before args are decoded: 0, or the outcome to answer with *ret_text. The connection may be gone
 * afterwards: look the call up by its handle. Only where engine->options.n_interceptors > 0. */
int weft__intercept_in(weft__call *call, weft_str *ret_text);
/* And when a call made here has ended, where call->n_intercepted > 0, with what its callback is told, before that. */
void weft__intercept_done(weft__call *call, const weft_result *result);

/* The call of a live handle that is the counterpart's and unanswered (weft_gen_return, fail, keep), or NULL:
 * WEFT_EALREADY. */
weft__call *weft__call_of(weft_call handle);
/* What weft_gen_return and fail do where weft__call_of gives NULL: a handler that answers too late (its caller is gone,
 * or its deadline has passed) lets go of the call by it, and of what it kept. Returns WEFT_EALREADY. */
int weft__call_let_go(weft_call handle);
static inline weft_call weft__call_handle(const weft__call *call)
{
    weft_call handle = { call->handle.slot, call->handle.generation };
    return handle;
}
/* NULL: out of memory. */
weft_arena *weft__call_arena_new(weft__call *call);
static inline weft_arena *weft__call_arena(weft__call *call)
{
    return call->arena ? call->arena : weft__call_arena_new(call);
}
/* Decoded at the first use; never NULL; empty where there is no memory. */
const weft_metadata *weft__call_metadata(weft__call *call);
/* A writer for a response with this outcome, its head written; rpc appends one value. 0 or WEFT_ENOMEM. */
int weft__call_answer_begin(weft__call *call, uint8_t outcome, weft_writer *ret_writer);
/* Queues the response and takes the writer over. The handle turns stale. 0; on a writer's failure the call is still to
 * be answered for WEFT_EINVAL and WEFT_ENOMEM; for WEFT_EMSGSIZE it has been answered internal. */
int weft__call_answer_end(weft__call *call, weft_writer *writer);
/* Outcomes from 2 on, with a text. 0 or WEFT_ENOMEM (the connection then is aborted, so that nothing hangs). */
int weft__call_answer_text(weft__call *call, uint8_t outcome, weft_str text);
/* Metadata for the answer, behind what is there. 0, WEFT_EINVAL, WEFT_ENOMEM. */
int weft__call_add_metadata(weft__call *call, const weft_metadata *more);
/* Makes call->value stay valid until the answer: copied into weft__call_arena where it was borrowed. 0 or WEFT_ENOMEM.
 */
int weft__call_keep(weft__call *call);

/* ---- operations [op.states] ----------------------------------------------------------------------------------------
 * An attempt is a call of the counterpart's with call->op. Until hooks->request returns it may be made to wait: then it
 * has no handle, and is answered by weft__call_answer_begin and _end or _text, from anywhere; hooks->detach says when
 * it has been, or is gone. What the handler of the operation is given is another call, apart from any session, so that
 * it outlives its callers. */

/* In SERVED, from here on it has no handle. */
void weft__call_in_unhold(weft__call *call);
/* Behind what waits in waiters already, which is operation's. */
void weft__call_in_wait(weft__call *call, struct weft__operation *operation, weft__link *waiters);
/* The first one waits no more, and hooks->detach does not say so; NULL: none does. */
weft__call *weft__call_in_take_waiter(weft__link *waiters);
/* An attempt that waits: hooks->operation(call) comes from its engine's dispatch, unless it is detached before. */
void weft__call_in_tell_operation(weft__call *call);

/* apart.c: where calls live that no session carries: an engine that is never connected. hooks: request, ended, sealed.
 * 0 or WEFT_ENOMEM. */
int weft__apart_new(const weft_allocator *allocator, const weft__hooks *hooks, const weft__log *log,
                    weft_engine **ret_apart);
void weft__apart_free(weft_engine *apart_or_null); /* once all its calls are gone */
/* A call with a copy of what an attempt brought, for that operation; nothing of it has run. NULL: out of memory. */
weft__call *weft__apart_call(weft_engine *apart, const weft__call *attempt, struct weft__operation *operation);
/* hooks->request(call). From dispatch of any engine. max: bytes that an answer may be long. It may be gone then. */
void weft__apart_run(weft__call *call, uint32_t answer_max);
/* One that is not answered, and never will be. */
void weft__apart_drop(weft__call *call);

/* ---- channels ---- */

/* Of a call that has begun, in the order of its parameters: this side's end of one more channel, gone with the call
 * where that is discarded. window: N. 0; WEFT_EBUSY: the counterpart's max_channels are live; WEFT_ENOMEM. */
int weft__call_add_channel(weft__call *call, bool sends, uint32_t window, weft__channel **ret_channel);
/* In hooks->request: how many the caller has announced; and what they are, as many. 0; WEFT_ENOMEM; WEFT_EPROTO: what
 * has come on one breaks the protocol, and the connection is closed. */
uint32_t weft__call_n_channels(const weft__call *call);
int weft__call_bind_channels(weft__call *call, const bool *sends, weft_channel *ret_handles);
/* The plan of its items, where the service's declarations are exchanged. The handle is live. */
void weft__channel_read_by(weft_channel handle, const struct weft__plan *plan);
static inline weft_channel weft__channel_handle(const weft__channel *channel)
{
    weft_channel handle = { channel->handle.slot, channel->handle.generation };
    return handle;
}
/* A writer for an Item, its head written; rpc appends one value, and ends it in any case. Errors as weft_gen_send. */
int weft__channel_send_begin(weft_channel handle, weft_writer *ret_writer, weft__channel **ret_channel);
int weft__channel_send_end(weft__channel *channel, weft_writer *writer);
int weft__channel_on_room(weft_channel handle, void (*room)(void *user), void *user);
typedef struct weft__channel_reader { /* as weft_gen_receive has them; hooks->item finds them in the channel */
    const weft_type *element;
    bool (*deliver)(void (*item)(void), void *user, weft_channel channel, const void *value);
    void (*item)(void);
    void (*end)(void *user, const weft_channel_end *end);
    void *user;
} weft__channel_reader;
int weft__channel_read(weft_channel handle, const weft__channel_reader *reader);

#endif
