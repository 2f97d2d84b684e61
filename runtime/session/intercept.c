/* The chain of interceptors that calls and opens pass. A call keeps how many it has passed (n_intercepted) and a state
 * for each in its arena; each of those is owed its done, once. Where a session has no interceptors nothing here runs.
 */
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/session_log.h"

static const weft_metadata no_metadata = { NULL, 0 };

/* An interceptor of an older program is shorter. */
#define HAS(interceptor, member) \
    ((interceptor)->size >= offsetof(weft_interceptor, member) + sizeof(interceptor)->member && (interceptor)->member)

static void info_init(weft_call_info *info, weft__call *call, const weft_metadata *metadata)
{
    weft_engine *engine = call->engine;
    info->size = sizeof *info;
    info->inbound = call->inbound;
    info->session = engine->session;
    info->peer = &engine->session->peer;
    info->service = call->service ? call->service->name : "";
    info->method = call->method ? call->method->name : "";
    info->timeout_ns = WEFT_FOREVER;
    if (call->deadline_ns != WEFT_FOREVER)
        info->timeout_ns = call->deadline_ns > engine->now_ns ? call->deadline_ns - engine->now_ns : 0;
    info->metadata = metadata;
    info->state = NULL;
    info->inner = NULL;
}

/* 0 or WEFT_ENOMEM */
static int states_new(weft__call *call)
{
    size_t n = call->engine->options.n_interceptors;
    weft_arena *arena = weft__call_arena(call);
    call->intercept_states = arena ? weft_arena_array(arena, void *, n) : NULL;
    if (!call->intercept_states)
        return WEFT_ENOMEM;
    memset(call->intercept_states, 0, n * sizeof(void *)); /* NOLINT(bugprone-sizeof-expression) */
    return 0;
}

/* [call.outcomes] A refusal says that nothing of the call ran. */
static weft_outcome refusal_of(const weft__call *call, weft_outcome outcome)
{
    if (outcome == WEFT_OUTCOME_UNKNOWN_METHOD || outcome == WEFT_OUTCOME_INVALID_PAYLOAD ||
        outcome == WEFT_OUTCOME_UNAVAILABLE || outcome == WEFT_OUTCOME_RESOURCE_EXHAUSTED)
        return outcome;
    weft__call_log(call, WEFT_LOG_WARNING, "an interceptor refuses by an outcome that says more than that nothing ran",
                   weft__log_text("outcome", weft_str_from(weft_outcome_name(outcome))));
    return WEFT_OUTCOME_INTERNAL;
}

/* The chain, first to last: OK, or the outcome that it is refused with and a text that may be NULL. */
static weft_outcome chain_run(weft__call *call, const weft_metadata *metadata, const char **ret_text)
{
    const weft_session_options *options = &call->engine->options;
    weft_call_info info;
    info_init(&info, call, metadata);
    info.inner = call;
    for (size_t i = 0; i < options->n_interceptors; i++) {
        const weft_interceptor *one = options->interceptors[i];
        weft_outcome outcome = WEFT_OUTCOME_OK;
        *ret_text = NULL;
        info.state = &call->intercept_states[i];
        if (call->inbound && HAS(one, call_in))
            outcome = one->call_in(one->user, &info, ret_text);
        else if (!call->inbound && HAS(one, call_out))
            outcome = one->call_out(one->user, &info, ret_text);
        if (outcome != WEFT_OUTCOME_OK)
            return refusal_of(call, outcome);
        call->n_intercepted = (uint32_t)i + 1;
        if (call->inbound && call->state != WEFT__CALL_SERVED)
            break; /* the interceptor has ended the connection or session: nobody is left to go on for */
    }
    return WEFT_OUTCOME_OK;
}

int weft__intercept_out(weft__call *call, weft_metadata *metadata_inout)
{
    const char *text = NULL;
    int status = states_new(call);
    if (status < 0)
        return status;
    call->reply_metadata = *metadata_inout;
    weft_outcome outcome = chain_run(call, &call->reply_metadata, &text);
    *metadata_inout = call->reply_metadata;
    call->reply_metadata = no_metadata;
    if (outcome == WEFT_OUTCOME_OK)
        return 0;
    weft_str copy = weft_arena_copy_str(call->arena, weft_str_from(text ? text : "refused by an interceptor"));
    call->result.code = weft__code_of_outcome((uint8_t)outcome);
    call->result.text = copy.ptr ? copy : WEFT_STR("refused by an interceptor");
    return WEFT__INTERCEPT_REFUSED;
}

int weft__intercept_in(weft__call *call, weft_str *ret_text)
{
    const char *text = NULL;
    if (states_new(call) < 0) {
        *ret_text = WEFT_STR("out of memory");
        return WEFT_OUTCOME_RESOURCE_EXHAUSTED;
    }
    weft_outcome outcome = chain_run(call, weft__call_metadata(call), &text);
    *ret_text = weft_str_from(text ? text : "refused by an interceptor");
    return outcome;
}

void weft__intercept_done(weft__call *call, const weft_result *result)
{
    const weft_session_options *options = &call->engine->options;
    weft_call_info info;
    uint32_t n = call->n_intercepted;
    call->n_intercepted = 0;
    info_init(&info, call, &no_metadata);
    while (n-- > 0) {
        const weft_interceptor *one = options->interceptors[n];
        info.state = &call->intercept_states[n];
        if (HAS(one, done))
            one->done(one->user, &info, result);
    }
}

uint16_t weft__intercept_open(weft_engine *engine, weft_pending pending, const char **ret_text)
{
    const weft_session_options *options = &engine->options;
    for (size_t i = 0; i < options->n_interceptors; i++) {
        const weft_interceptor *one = options->interceptors[i];
        const weft_metadata *metadata = weft_pending_metadata(pending);
        if (!metadata)
            break; /* the interceptor before has ended the session */
        weft_open_info info = { sizeof info,
                                engine->session,
                                &engine->session->peer,
                                weft_pending_service(pending),
                                metadata,
                                weft_pending_is_root(pending) };
        *ret_text = NULL;
        uint16_t code = HAS(one, open_in) ? one->open_in(one->user, &info, ret_text) : 0;
        if (code != 0)
            return code;
    }
    return 0;
}

/* [call.metadata] Behind what is there; nothing of it changes, since it may be somebody else's array. */
int weft__call_add_metadata(weft__call *call, const weft_metadata *more)
{
    weft_metadata whole = { NULL, call->reply_metadata.n + more->n };
    weft_metadata copy;
    if (weft__metadata_check(more) < 0)
        return WEFT_EINVAL;
    weft_arena *arena = weft__call_arena(call);
    weft_metadata_entry *entries = arena ? weft_arena_array(arena, weft_metadata_entry, whole.n) : NULL;
    if (!entries || weft__metadata_copy(more, arena, &copy) < 0)
        return WEFT_ENOMEM;
    whole.n = 0;
    for (size_t i = 0; i < call->reply_metadata.n; i++)
        if (!weft__metadata_replaces(&copy, &call->reply_metadata.entries[i]))
            entries[whole.n++] = call->reply_metadata.entries[i];
    for (size_t i = 0; i < copy.n; i++)
        entries[whole.n++] = copy.entries[i];
    whole.entries = entries;
    if (weft__metadata_check(&whole) < 0)
        return WEFT_EINVAL;
    call->reply_metadata = whole;
    return 0;
}

int weft_call_info_add(const weft_call_info *info, const weft_metadata_entry *entry)
{
    weft__call *call = info->inner;
    weft_metadata one = { entry, 1 };
    if (!call || (call->inbound && call->state != WEFT__CALL_SERVED))
        return WEFT_EINVAL;
    int status = weft__call_add_metadata(call, &one);
    if (status == 0 && call->inbound)
        call->n_added = (uint32_t)call->reply_metadata.n;
    return status;
}
