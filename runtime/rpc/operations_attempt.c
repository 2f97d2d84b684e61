/* What becomes of a request of a persistent method [op.states]: it is the first of its operation, which is recorded and
 * run; or it attaches to that, gets its outcome again, or is refused. */
#include "runtime/rpc/operations.h"

#include "runtime/base/error.h"
#include "runtime/session/session_log.h"

static const weft__hooks apart_hooks = {
    .request = weft__operation_run,
    .ended = weft__rpc_ended,
    .sealed = weft__operation_sealed,
};

static void answer_text(weft__call *call, weft_outcome outcome, weft_str text)
{
    (void)weft__call_answer_text(call, (uint8_t)outcome, text); /* where it fails the caller's session ends */
}

void weft__operation_answer_all(weft__operation *operation, weft_outcome outcome, weft_str text)
{
    weft__call *call;
    operation->runner = NULL;
    while ((call = weft__call_in_take_waiter(&operation->waiters)) != NULL)
        answer_text(call, outcome, text);
}

void weft__operation_refuse(weft__operation *operation, weft_outcome outcome, weft_str text)
{
    operation->operations->stats.refused++;
    weft__operation_answer_all(operation, outcome, text);
    weft__operation_free(operation);
}

/* Its record may be durable, or on its way there: nothing of it has run. */
static void operation_forget(weft__operation *operation, weft_outcome outcome, weft_str text)
{
    if (operation->ran_before) {
        weft__operation_set_state(operation, WEFT__OPERATION_INDETERMINATE);
        weft__operation_keep_for(operation, operation->operations->options.ttl_ns);
        weft__operation_answer_all(operation, WEFT_OUTCOME_INDETERMINATE, text);
        weft__operation_others_look_again(operation);
        return;
    }
    if (operation->operations->has_store)
        weft__operation_remove(operation);
    weft__operation_answer_all(operation, outcome, text);
    weft__operation_free(operation);
}

/* ---- running ---- */

static void operation_start(weft__operation *operation, const weft__call *runner)
{
    operation->runner = NULL;
    operation->handler = runner->conn->binding->handler;
    operation->self = runner->conn->self;
    weft__operation_set_state(operation, WEFT__OPERATION_RUNNING);
    weft__apart_run(operation->run, runner->conn->peer_max_message); /* the operation may be gone */
}

/* One of those that wait begins it, from its engine's dispatch: with its handler table, which must be the one that the
 * args were read for. */
static void operation_find_runner(weft__operation *operation)
{
    for (weft__link *link = operation->waiters.next; link != &operation->waiters; link = link->next) {
        weft__call *call = weft__container(link, weft__call, link);
        if (call->service != operation->run->service)
            continue;
        operation->runner = call;
        weft__call_in_tell_operation(call);
        return;
    }
    operation_forget(operation, WEFT_OUTCOME_UNAVAILABLE, WEFT_STR("whoever began the operation has gone; try again"));
}

void weft__operation_is_recorded(weft__operation *operation)
{
    weft__operation_set_state(operation, WEFT__OPERATION_READY);
    operation_find_runner(operation);
}

void weft__operation_begin(weft__call *call)
{
    if (call->operation->state == WEFT__OPERATION_ELSEWHERE)
        weft__operation_look_again(call->operation);
    else
        operation_start(call->operation, call);
}

void weft__operation_detach(weft__call *call)
{
    weft__operation *operation = call->operation;
    bool was_runner = operation->runner == call;
    if (operation->state == WEFT__OPERATION_ELSEWHERE) {
        weft__operation_stand_in_left(operation);
        return;
    }
    if (was_runner)
        operation->runner = NULL;
    if (operation->state > WEFT__OPERATION_READY)
        return; /* [op.order] it goes on without */
    if (weft__list_is_empty(&operation->waiters))
        operation_forget(operation, WEFT_OUTCOME_CANCELLED, WEFT_STR("")); /* to nobody */
    else if (was_runner)
        operation_find_runner(operation);
}

void weft__operation_run(weft__call *run)
{
    weft__operation *operation = run->operation;
    weft_call handle = weft__call_handle(run);
    int outcome = run->method->dispatch(operation->handler, operation->self, handle, run->args);
    run = weft__call_of(handle); /* the handler may have answered */
    if (!run)
        return;
    if (outcome) {
        run->args = NULL;
        weft__rpc_refuse(run, outcome, WEFT_STR("the handler does not implement this method"));
    } else if (!run->kept) {
        run->args = NULL;
        weft__operation_count_bytes(operation, 0); /* they go */
    }
}

/* ---- sealing ---- */

/* [call.outcomes] Outcomes that say that nothing ran are none of an operation. */
static bool outcome_is_refusal(weft_outcome outcome)
{
    return outcome == WEFT_OUTCOME_UNKNOWN_METHOD || outcome == WEFT_OUTCOME_INVALID_PAYLOAD ||
           outcome == WEFT_OUTCOME_UNAVAILABLE || outcome == WEFT_OUTCOME_RESOURCE_EXHAUSTED;
}

void weft__operation_unkept(uint8_t *ret_outcome, weft_bytes *ret_value)
{
    static const char text[] = "\xd9\x4a[op.store] it ran, and the callee had no room to remember its long outcome";
    *ret_outcome = WEFT_OUTCOME_INDETERMINATE;
    *ret_value = weft_bytes_of(text, sizeof text - 1);
}

/* [op.store] */
static void operation_weigh(weft__operation *operation)
{
    const weft_operations *operations = operation->operations;
    weft__operation_count_bytes(operation, 0);
    operation->is_unkept = operations->stats.bytes + operation->answer.len > operations->options.max_bytes;
    if (!operation->is_unkept)
        weft__operation_count_bytes(operation, operation->answer.len);
}

void weft__operation_sealed(weft__call *run)
{
    weft__operation *operation = run->operation;
    if (!operation) { /* its thread has left the group, and it is theirs */
        run->op = NULL;
        weft__list_remove(&run->link);
        return;
    }
    weft_operations *operations = operation->operations;
    weft__response response = { .value = { NULL, 0 } };
    weft_outcome outcome = run->result.outcome;
    operation->run = NULL;
    run->op = NULL;
    if (outcome_is_refusal(outcome)) {
        operation_forget(operation, outcome, WEFT_STR("the callee could not begin it"));
        return;
    }
    operation->answer = run->message.body;
    weft__buf_init(&run->message.body, operation->answer.allocator);
    if (weft__response_decode(weft_bytes_of(operation->answer.data, operation->answer.len), &response) < 0)
        outcome = WEFT_OUTCOME_INTERNAL; /* there was no memory for it */
    operation->outcome = (uint8_t)outcome;
    operation->value = response.value;
    operation->metadata = response.metadata;
    operation->at_ms = weft__operations_wall_ms(operations);
    weft__operation_set_state(operation, WEFT__OPERATION_SEALING);
    operation_weigh(operation);
    if (outcome <= WEFT_OUTCOME_USER_ERROR &&
        weft__op_results_of(operations, run->service, run->method, &operation->results) < 0)
        operation->results = 0; /* a version with other results will not know how to read it */
    if (!operations->has_store) {
        weft__operation_is_sealed(operation);
        return;
    }
    weft__operation_save(operation);
}

void weft__operation_is_sealed(weft__operation *operation)
{
    weft_operations *operations = operation->operations;
    weft__call *call;
    weft__operation_set_state(operation, WEFT__OPERATION_SEALED);
    weft__operation_keep_for(operation, operations->options.ttl_ns);
    while ((call = weft__call_in_take_waiter(&operation->waiters)) != NULL)
        weft__operation_answer(operation, call);
    weft__operation_tell_others(operation);
    if (operation->is_unkept) {
        weft__operation_unkept(&operation->outcome, &operation->value);
        operation->metadata.n = 0;
    } else if (operations->has_store) {
        operation->is_stored = true; /* it can be read again */
    } else {
        return;
    }
    weft__buf_fini(&operation->answer);
}

/* ---- attempts ---- */

static bool operations_have_room(const weft_operations *operations, const weft__op_client *client_or_null, size_t len)
{
    const weft_operations_options *options = &operations->options;
    return operations->stats.records < options->max_records && operations->stats.bytes < options->max_bytes &&
           len < options->max_bytes - operations->stats.bytes &&
           (!client_or_null || client_or_null->n_live < options->max_live_client);
}

static int attempt_refuse(weft_operations *operations, int outcome, weft_error *error, const char *text)
{
    operations->stats.refused++;
    weft__error_set(error, WEFT_EEXHAUSTED, text);
    return outcome;
}

/* What the handler will be given, so that what cannot be read is never recorded. 0, or the outcome to answer. */
static int attempt_make_run(weft__operation *operation, weft__call *call, weft_error *error)
{
    weft_operations *operations = operation->operations;
    if (!operations->apart &&
        weft__apart_new(&operations->allocator, &apart_hooks, &operations->log, &operations->apart) < 0)
        return attempt_refuse(operations, WEFT_OUTCOME_RESOURCE_EXHAUSTED, error, "out of memory");
    weft__call *run = weft__apart_call(operations->apart, call, operation);
    if (!run)
        return attempt_refuse(operations, WEFT_OUTCOME_RESOURCE_EXHAUSTED, error, "out of memory");
    int outcome = weft__rpc_args(call, run, error);
    if (outcome) {
        weft__apart_drop(run);
        return outcome;
    }
    run->op = operation->id;
    operation->run = run;
    weft__operation_count_bytes(operation, call->value.len + call->metadata_raw.raw.len);
    return 0;
}

/* 0, the outcome to answer, or WEFT_EALREADY: another thread has it since a moment ago. */
static int attempt_record(weft_operations *operations, weft__call *call, weft__operation **ret_operation,
                          weft_error *error)
{
    const weft__op_client *client = weft__operations_client(operations, call->op);
    if (weft__operations_has_expired(operations, call->op)) {
        weft__error_set(error, WEFT_EINDETERMINATE, WEFT__OP_EXPIRED);
        return WEFT_OUTCOME_INDETERMINATE;
    }
    if (!operations_have_room(operations, client, call->value.len))
        return attempt_refuse(operations, WEFT_OUTCOME_RESOURCE_EXHAUSTED, error,
                              "[op.store] the callee keeps as many operations as it may");
    weft__operation *operation;
    int status = weft__operations_add(operations, call->op, &operation);
    if (status == WEFT_EALREADY)
        return status;
    if (status < 0)
        return attempt_refuse(operations, WEFT_OUTCOME_RESOURCE_EXHAUSTED, error, "out of memory");
    operation->method_id = call->method_id;
    weft__hash_digest(call->value, operation->digest);
    operation->at_ms = operations->has_store ? weft__operations_wall_ms(operations) : 0;
    int outcome = attempt_make_run(operation, call, error);
    if (!outcome && operations->has_store && weft__operation_put(operation) < 0)
        outcome = attempt_refuse(operations, WEFT_OUTCOME_RESOURCE_EXHAUSTED, error,
                                 "[op.store] the callee cannot store the operation");
    if (outcome) {
        weft__operation_free(operation);
        return outcome;
    }
    *ret_operation = operation;
    return 0;
}

/* false: another thread has it since a moment ago. */
static bool attempt_first(weft_operations *operations, weft__call *call)
{
    weft__operation *operation;
    weft_error error;
    error.text[0] = '\0';
    int outcome = attempt_record(operations, call, &operation, &error);
    if (outcome == WEFT_EALREADY)
        return false;
    if (outcome) {
        answer_text(call, (weft_outcome)outcome, weft_str_from(error.text));
        return true;
    }
    operations->stats.recorded++;
    call->op = operation->id;
    weft__call_in_wait(call, operation, &operation->waiters);
    if (operations->has_store) { /* [op.order] */
        operations->is_changed = true;
        weft__list_append(&operations->changed, &operation->change);
        return true;
    }
    weft__operation_set_state(operation, WEFT__OPERATION_READY);
    operation_start(operation, call);
    return true;
}

/* Found as a crash has left it: where running it twice does no harm it is run again. */
static void attempt_indeterminate(weft__operation *operation, weft__call *call)
{
    weft_error error;
    error.text[0] = '\0';
    if (!(call->method->flags & WEFT_METHOD_IDEMPOTENT)) {
        answer_text(call, WEFT_OUTCOME_INDETERMINATE, WEFT_STR(WEFT__OP_STOPPED));
        return;
    }
    int outcome = attempt_make_run(operation, call, &error);
    if (outcome) {
        answer_text(call, (weft_outcome)outcome, weft_str_from(error.text));
        return;
    }
    weft__timers_disarm(&operation->operations->timers, &operation->expiry);
    operation->ran_before = true;
    call->op = operation->id;
    weft__call_in_wait(call, operation, &operation->waiters);
    operation_start(operation, call);
}

static void attempt_again(weft__operation *operation, weft__call *call)
{
    weft_operations *operations = operation->operations;
    uint8_t digest[WEFT__DIGEST];
    weft__hash_digest(call->value, digest);
    if (operation->method_id != call->method_id || memcmp(operation->digest, digest, sizeof digest) != 0) {
        operations->stats.conflicts++;
        weft__call_log(call, WEFT_LOG_WARNING, "an operation's id is used for another call",
                       weft__log_text("service", weft__call_service_name(call)),
                       weft__log_text("method", weft__call_method_name(call)));
        answer_text(call, WEFT_OUTCOME_CONFLICT, WEFT_STR(WEFT__OP_CONFLICT));
    } else if (operation->state == WEFT__OPERATION_SEALED) {
        operations->stats.replayed++;
        weft__operation_answer(operation, call);
    } else if (operation->state == WEFT__OPERATION_INDETERMINATE) {
        attempt_indeterminate(operation, call);
    } else {
        operations->stats.attached++;
        weft__operation_is_asked(operation);
        call->op = operation->id;
        weft__call_in_wait(call, operation, &operation->waiters);
    }
}

void weft__operation_attempt(weft__call *call)
{
    weft_operations *operations = call->engine->operations;
    weft__operations_time(operations, call->engine->now_ns);
    weft__call_in_unhold(call);
    weft__operation *operation = weft__operations_find(operations, call->op);
    if (operation) {
        attempt_again(operation, call);
        return;
    }
    while (!weft__operation_ask(call) && !attempt_first(operations, call))
        continue;
}
