/* The clients of a fleet, and what they may be told: calls of every policy, operations that go on in another call. */
#include "tests/simulate/fleet.h"

#include <stdlib.h>

enum { CHUNK = 64, RETRIED_MAX = 3, SERIAL = 8 };

/* ---- the service ---- */

typedef struct reply {
    weft_result result;
    weft_bytes value;
    const weft_bytes *error;
} reply;

typedef void (*done_fn)(void *user, const void *reply);

static void deliver(void (*done)(void), void *user, const void *given)
{
    ((done_fn)done)(user, given);
}

static int handle(const void *table, void *self, weft_call call, const void *args);

static const weft_field fields[] = { { "data", &weft_type_bytes, NULL, 0, 0, NULL } };
static const weft_type args_type = { .abi = WEFT_GEN_ABI,
                                     .kind = WEFT_KIND_STRUCT,
                                     .n = 1,
                                     .c_size = sizeof(weft_bytes),
                                     .fields = fields };
#define METHOD(name_, id_, flags_)                                                                               \
    {                                                                                                            \
        .name = (name_), .id = (id_), .args = &args_type, .result = &weft_type_bytes, .error = &weft_type_bytes, \
        .timeout_ns = WEFT_TIMEOUT_DEFAULT, .flags = (flags_), .reply_size = sizeof(reply),                      \
        .value_offset = offsetof(reply, value), .error_offset = offsetof(reply, error), .dispatch = handle,      \
        .deliver = deliver                                                                                       \
    }
static const weft_method methods[] = {
    METHOD("plain", 0x2001, 0),
    METHOD("again", 0x2002, WEFT_METHOD_IDEMPOTENT),
    METHOD("once", 0x2003, WEFT_METHOD_PERSISTENT),
    METHOD("once_again", 0x2004, WEFT_METHOD_IDEMPOTENT | WEFT_METHOD_PERSISTENT),
};
const weft_service_type fleet_service = { .abi = WEFT_GEN_ABI,
                                          .method_size = sizeof(weft_method),
                                          .n_methods = FLEET_METHODS,
                                          .name = "sim.Fleet",
                                          .id = 0x99,
                                          .methods = methods };

weft_bytes fleet_args(uint64_t serial, uint32_t len, uint8_t *storage)
{
    weft_bytes data = sim_data(serial, len);
    memcpy(storage, &serial, SERIAL);
    memcpy(storage + SERIAL, data.ptr, len);
    return weft_bytes_of(storage, SERIAL + (size_t)len);
}

fleet_call *fleet_call_of(fleet *f, uint64_t serial)
{
    return &f->calls[serial / CHUNK][serial % CHUNK];
}

static fleet_call *call_new(fleet *f)
{
    if (f->n_calls % CHUNK == 0) {
        f->calls = realloc(f->calls, (f->n_calls / CHUNK + 1) * sizeof(fleet_call *));
        f->calls[f->n_calls / CHUNK] = calloc(CHUNK, sizeof(fleet_call));
    }
    fleet_call *call = fleet_call_of(f, f->n_calls);
    call->serial = f->n_calls++;
    return call;
}

/* ---- what holds of a call ---- */

static bool is_idempotent(const fleet_call *call)
{
    return methods[call->method].flags & WEFT_METHOD_IDEMPOTENT;
}

/* [op.policy] [op.id] Of a persistent method, and both sides have agreed: an operation. */
static bool is_operation(const fleet_call *call)
{
    return methods[call->method].flags & WEFT_METHOD_PERSISTENT && call->retries;
}

/* [op.store] Its outcome need not be known any more. */
static bool may_be_expired(const fleet_call *call)
{
    const fleet *f = call->client->fleet;
    return f->has_expired || f->w->now_ns - call->begun_ns >= f->host.ttl_ns; /* or one that began after it */
}

static bool is_retried(const fleet_call *call)
{
    return is_operation(call) || (is_idempotent(call) && call->retries);
}

void fleet_call_said(fleet *f, uint64_t shown_ns, uint64_t serial, weft_bytes args, weft_bytes id)
{
    SIM_CHECK(f->w, serial < f->n_calls, "call.request", "a serial that nobody gave");
    fleet_call *call = fleet_call_of(f, serial);
    uint64_t hash = 1;
    bool is_again = call->n_said > 0 && call->said_last == call->client->n_sessions; /* [resume.exact] the same bytes */
    for (size_t i = 0; i < args.len; i++)
        hash = (hash ^ args.ptr[i]) * UINT64_C(0x100000001b3);
    SIM_CHECK(f->w, call->n_said == 0 || call->said == hash, "op.id", "call %llu is sent again with other arguments",
              (unsigned long long)serial);
    SIM_CHECK(f->w, (id.len == WEFT_OPERATION_ID) == is_operation(call), "op.id", "call %llu has an op of %zu bytes",
              (unsigned long long)serial, id.len);
    SIM_CHECK(f->w, id.len == 0 || (call->has_op && memcmp(id.ptr, call->op, id.len) == 0), "op.id",
              "call %llu is sent with another op", (unsigned long long)serial);
    if (is_again && call->n_continued == 0)
        return;
    SIM_CHECK(f->w, call->n_said < RETRIED_MAX || call->n_continued > 0, "op.retry", "call %llu is sent %u times",
              (unsigned long long)serial, call->n_said + 1);
    SIM_CHECK(f->w, call->n_said == 0 || is_retried(call), "op.retry", "call %llu is sent again",
              (unsigned long long)serial);
    SIM_CHECK(f->w,
              call->n_said == 0 || shown_ns <= call->said_ns + f->host.ttl_ns || !is_operation(call) ||
                  call->n_continued > 0 || call->resumes,
              "op.store", "call %llu is sent again after its outcome has expired", (unsigned long long)serial);
    call->said = hash;
    call->said_ns = call->n_said == 0 ? f->w->now_ns : call->said_ns;
    call->said_last = call->client->n_sessions;
    call->n_said++;
    f->w->coverage->rules[RULE_OP_ID] += id.len > 0;
    f->w->coverage->rules[RULE_OP_RETRY] += call->n_said > 1;
}

/* ---- handlers ---- */

static unsigned runs_where(const fleet_call *call, unsigned process, unsigned lifetime)
{
    unsigned n = 0;
    for (unsigned i = 0; i < call->n_runs && i < FLEET_RUNS; i++)
        n += call->runs[i].lifetime == lifetime && (process == 0 || call->runs[i].process == process);
    return n;
}

/* [op.states] May it run (once more)? */
static void check_run(fleet *f, const fleet_call *call)
{
    const fleet_host *h = &f->host;
    const char *why = NULL;
    unsigned here = runs_where(call, h->process, h->lifetime), ever = runs_where(call, 0, h->lifetime);
    if (call->never_runs)
        why = "its caller was told that it never runs";
    else if (is_operation(call) && !is_idempotent(call) && ever > 0)
        why = "its store knows that it has run";
    else if (is_operation(call) && !is_idempotent(call) && call->n_continued == 0 && call->n_runs > 0)
        why = "it is sent to nobody else";
    else if (is_operation(call) && is_idempotent(call) && here > 0 && !may_be_expired(call))
        why = "it has run in this process";
    else if (!is_operation(call) && !is_retried(call) && call->n_runs > 0)
        why = "it is sent once";
    else if (!is_operation(call) && call->n_runs >= RETRIED_MAX)
        why = "it is sent three times at most";
    SIM_CHECK(f->w, !why, "op.states", "call %llu runs for the %u. time, and %s", (unsigned long long)call->serial,
              call->n_runs + 1, why);
    f->w->coverage->rules[RULE_OP_STATES] += is_operation(call);
    f->w->coverage->rules[RULE_OP_POLICY]++;
}

static int handle(const void *table, void *self, weft_call handle_, const void *args)
{
    fleet *f = self;
    const weft_bytes *data = args;
    uint8_t storage[SERIAL + FLEET_DATA], id[WEFT_OPERATION_ID];
    uint64_t serial = UINT64_MAX;
    (void)table;
    SIM_CHECK(f->w, f->host.is_up && !f->host.is_dying, "callback", "a handler runs in a process that is gone");
    if (data->len >= SERIAL)
        memcpy(&serial, data->ptr, SERIAL);
    SIM_CHECK(f->w, serial < f->n_calls, "call.request", "a serial that nobody gave");
    fleet_call *call = fleet_call_of(f, serial);
    weft_bytes expected = fleet_args(serial, call->len, storage);
    SIM_CHECK(f->w, data->len == expected.len && memcmp(data->ptr, expected.ptr, expected.len) == 0, "call.request",
              "call %llu has other arguments", (unsigned long long)serial);
    SIM_TRACE(f->w, "the host runs %llu", (unsigned long long)serial);
    check_run(f, call);
    int status = weft_call_operation(handle_, id);
    SIM_CHECK(f->w, (status == 0) == is_operation(call), "op.id", "call %llu has an operation: %d",
              (unsigned long long)serial, status);
    if (status == 0) {
        SIM_CHECK(f->w, call->has_op && memcmp(id, call->op, sizeof id) == 0, "op.id", "call %llu has another op",
                  (unsigned long long)serial);
        SIM_CHECK(f->w, !f->host.has_store || fleet_store_has(&f->store, id, sizeof id), "op.order",
                  "call %llu runs, and its store has nothing of it", (unsigned long long)serial);
        f->w->coverage->rules[RULE_OP_ORDER]++;
    }
    unsigned run = call->n_runs++;
    if (run < FLEET_RUNS)
        call->runs[run] = (fleet_run){ f->host.process, f->host.lifetime, ANSWER_NONE };
    fleet_host_hold(f, call, run, handle_, status == 0);
    return 0;
}

/* ---- what callers are told ---- */

static void check_answer(fleet *f, const fleet_call *call, const reply *given)
{
    const fleet_call *runs = call->first ? call->first : call;
    bool is_error = given->result.outcome == WEFT_OUTCOME_USER_ERROR;
    weft_bytes value = is_error ? *given->error : given->value;
    uint64_t serial = 0, run = 0;
    SIM_CHECK(f->w, value.len == 16, "call.response", "call %llu is answered by %zu bytes",
              (unsigned long long)call->serial, value.len);
    memcpy(&serial, value.ptr, 8);
    memcpy(&run, value.ptr + 8, 8);
    SIM_CHECK(f->w, serial == runs->serial && run < runs->n_runs, "call.response", "call %llu has the answer of %llu",
              (unsigned long long)call->serial, (unsigned long long)serial);
    const fleet_run *ran = &runs->runs[run];
    SIM_CHECK(f->w, ran->answer == (is_error ? ANSWER_ERROR : ANSWER_OK), "call.response",
              "call %llu was answered otherwise", (unsigned long long)call->serial);
    SIM_CHECK(f->w,
              !is_operation(call) || !f->host.has_store || may_be_expired(runs) ||
                  fleet_store_has(&f->store, value.ptr, value.len),
              "op.order", "call %llu is answered, and its store has no outcome", (unsigned long long)call->serial);
    SIM_CHECK(f->w, is_idempotent(call) || !is_operation(call) || runs_where(runs, 0, ran->lifetime) == 1, "op.states",
              "call %llu has an outcome and ran %u times", (unsigned long long)call->serial, runs->n_runs);
}

static bool was_answered(const fleet_call *call, uint8_t given)
{
    for (unsigned i = 0; i < call->n_runs && i < FLEET_RUNS; i++)
        if (call->runs[i].answer == given)
            return true;
    return false;
}

static bool outcome_is_explained(const fleet *f, const fleet_call *call, weft_outcome outcome)
{
    const fleet_call *runs = call->first ? call->first : call;
    bool timed = f->w->now_ns >= call->deadline_ns;
    switch (outcome) {
    case WEFT_OUTCOME_INTERNAL: return was_answered(runs, ANSWER_INTERNAL) || was_answered(runs, ANSWER_DROPPED);
    case WEFT_OUTCOME_DEADLINE_EXCEEDED: return timed;
    case WEFT_OUTCOME_INDETERMINATE: {
        bool has_crashed = f->host.has_store && runs->begun_process != f->host.process;
        return is_operation(call) && (call->is_conflict || has_crashed || may_be_expired(runs) || f->has_failed);
    }
    case WEFT_OUTCOME_CONFLICT: return call->is_conflict || runs->has_rival;
    case WEFT_OUTCOME_RESOURCE_EXHAUSTED: return f->has_failed;
    default: return false;
    }
}

static bool failure_is_explained(const fleet *f, const fleet_call *call, const weft_result *result)
{
    const fleet_client *c = call->client;
    bool is_over = c->is_asked_to_end || c->n_closed > 0 || !call->conn->is_open || !call->conn->conn ||
                   !weft_connection_session(call->conn->conn);
    bool has_ended = c->engine && weft_engine_phase(c->engine) == WEFT_PHASE_CLOSED; /* and CLOSED is still to come */
    bool was_lost = c->is_out || has_ended || c->n_losses != call->begun_losses;
    is_over |= has_ended;
    switch (result->code) {
    case WEFT_ECANCELED: return call->is_cancelled || is_over;
    case WEFT_ETIMEDOUT: return f->w->now_ns >= call->deadline_ns || is_over;
    case WEFT_EINDETERMINATE: {
        bool may_retry = is_retried(call) && result->attempts < RETRIED_MAX && !is_over;
        bool is_late = is_operation(call) && f->w->now_ns - call->begun_ns + WEFT_NS_PER_S > f->host.ttl_ns;
        bool is_another =
            is_operation(call) && !is_idempotent(call) && !f->host.has_store && call->met_process != f->host.process;
        return was_lost && result->may_have_run && (!may_retry || is_late || is_another);
    }
    default: return is_over || (was_lost && !is_retried(call)) || (was_lost && result->attempts == RETRIED_MAX);
    }
}

static void call_done(void *user, const void *given)
{
    fleet_call *call = user;
    fleet_client *c = call->client;
    fleet *f = c->fleet;
    const reply *told = given;
    const weft_result *result = &told->result;
    const fleet_call *runs = call->first ? call->first : call;
    SIM_TRACE(f->w, "client %u: call %llu ends, code %d outcome %d, %u attempts%s: %.*s", c->index,
              (unsigned long long)call->serial, result->code, result->outcome, result->attempts,
              result->may_have_run ? "" : ", never ran", (int)result->text.len, result->text.ptr);
    SIM_CHECK(f->w, c->is_dispatching || c->is_freeing, "callback", "outside of dispatch");
    SIM_CHECK(f->w, !call->is_done, "callback", "call %llu is done twice", (unsigned long long)call->serial);
    SIM_CHECK(f->w, !call->is_cancelled || result->code == WEFT_ECANCELED, "call.cancel",
              "a cancelled one ends with %d", result->code);
    SIM_CHECK(f->w, result->attempts <= (is_retried(call) ? RETRIED_MAX : 1), "op.retry", "%u attempts",
              result->attempts);
    call->is_done = true;
    c->n_owed--;
    for (size_t i = 0; i < c->n_calls; i++)
        if (c->calls[i] == call)
            c->calls[i] = c->calls[--c->n_calls];
    if (result->code == 0)
        check_answer(f, call, told);
    else if (result->outcome > WEFT_OUTCOME_USER_ERROR)
        SIM_CHECK(f->w, outcome_is_explained(f, call, result->outcome), "call.outcomes", "call %llu has outcome %d",
                  (unsigned long long)call->serial, result->outcome);
    else
        SIM_CHECK(f->w, failure_is_explained(f, call, result), "call.outcomes", "call %llu ends with %d, %u attempts",
                  (unsigned long long)call->serial, result->code, result->attempts);
    if (result->code != 0 && !result->may_have_run && !call->first && !call->is_conflict && call->n_continued == 0) {
        SIM_CHECK(f->w, runs->n_runs == 0, "call.outcomes", "call %llu ran, and its caller is told that it did not",
                  (unsigned long long)call->serial);
        call->never_runs = true;
    }
    f->w->coverage->indeterminate += result->code == WEFT_EINDETERMINATE;
    f->w->coverage->retried += result->code == 0 && result->attempts > 1;
}

/* ---- what clients do ---- */

static void on_closed(void *user, const weft_error *error)
{
    fleet_conn *conn = user;
    fleet *f = conn->client->fleet;
    SIM_TRACE(f->w, "client %u: a connection is closed, %d %u %s", conn->client->index, error->code, error->remote,
              error->text);
    SIM_CHECK(f->w, conn->closed_owed, "callback", "on_closed is not owed");
    bool may =
        conn->client->is_asked_to_end || conn->client->n_losses > 0 || conn->client->is_out || conn->client->is_freeing;
    SIM_CHECK(f->w, may || weft_engine_phase(conn->client->engine) != WEFT_PHASE_RUNNING, "conn.close",
              "nobody closed the connection: %d %s", error->code, error->text);
    conn->closed_owed = conn->is_open = false;
    conn->client->n_owed--;
}

static void opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    fleet_conn *conn = user;
    fleet *f = conn->client->fleet;
    (void)metadata;
    SIM_TRACE(f->w, "client %u: an open is told %d", conn->client->index, error ? error->code : 0);
    SIM_CHECK(f->w, conn->is_owed, "callback", "opened is not owed");
    conn->is_owed = false;
    conn->client->n_owed--;
    conn->conn = connection;
    if (!connection)
        return;
    conn->is_open = conn->closed_owed = true;
    conn->client->n_owed++;
}

static void act_open(fleet_client *c, fleet_conn *conn)
{
    weft_open_options options = weft_open_options_default();
    weft_connection_release(conn->conn);
    *conn = (fleet_conn){ .client = c };
    options.on_closed = on_closed;
    options.on_closed_user = conn;
    int status = weft_open(c->session, &fleet_service, &options, opened, conn);
    SIM_TRACE(c->fleet->w, "client %u opens: %d", c->index, status);
    conn->is_owed = status == 0;
    c->n_owed += status == 0;
}

/* An operation of this client's that goes on: with another call, or by mistake for another intention. */
static void choose_operation(fleet_client *c, fleet_call *call, weft_call_options *options)
{
    fleet *f = c->fleet;
    if (!is_operation(call) || call->serial == 0 || !one_in(f->w, 4))
        return;
    fleet_call *other = fleet_call_of(f, below(f->w, call->serial));
    other = other->first ? other->first : other;
    if (!other->has_op || other->is_conflict || other->method != call->method)
        return;
    memcpy(call->op, other->op, sizeof call->op);
    options->operation_or_null = call->op;
    call->is_conflict = one_in(f->w, 6);
    other->has_rival |= call->is_conflict;
    if (call->is_conflict)
        return;
    call->first = other;
    other->n_continued++;
    other->never_runs = false;
}

static void act_call_one(fleet_client *c, fleet_conn *conn)
{
    fleet *f = c->fleet;
    world *w = f->w;
    uint8_t storage[SERIAL + FLEET_DATA];
    weft_call_options options = weft_call_options_default();
    if (c->n_calls == FLEET_CALLS || f->n_calls > 20000)
        return;
    fleet_call *call = call_new(f);
    call->client = c;
    call->conn = conn;
    call->retries = c->options.retry && f->host.has_operations;
    call->resumes = c->options.resumable;
    call->method = (uint32_t)below(w, FLEET_METHODS);
    call->len = (uint32_t)below(w, one_in(w, 8) ? FLEET_DATA : 50);
    call->begun_ns = w->now_ns;
    call->begun_process = f->host.process;
    call->begun_losses = c->n_losses;
    call->met_process = c->met_process;
    options.timeout_ns = one_in(w, 6) ? below(w, WEFT_NS_PER_S * 20) : WEFT_FOREVER;
    options.queue_timeout_ns = WEFT_FOREVER;
    call->deadline_ns = options.timeout_ns == WEFT_FOREVER ? WEFT_FOREVER : w->now_ns + options.timeout_ns;
    choose_operation(c, call, &options);
    const fleet_call *said = call->first ? call->first : call;
    weft_bytes args = fleet_args(said->serial, said->len, storage);
    int status = weft_gen_call(conn->conn, &fleet_service, call->method, &args, &options, (void (*)(void))call_done,
                               call, &call->handle);
    SIM_TRACE(w, "client %u calls %llu, method %u, for %llu: %d", c->index, (unsigned long long)call->serial,
              call->method, (unsigned long long)said->serial, status);
    SIM_CHECK(w, status == 0 || status == WEFT_ECLOSED || status == WEFT_EAGAIN || status == WEFT_EBUSY, "status",
              "a call says %d", status);
    if (status < 0) {
        call->is_done = true;
        return;
    }
    c->n_owed++;
    c->calls[c->n_calls++] = call;
    w->coverage->calls++;
    bool has_op = weft_call_operation(call->handle, storage) == 0;
    SIM_CHECK(w, has_op == is_operation(call), "op.id", "call %llu is of an operation: %d",
              (unsigned long long)call->serial, has_op);
    if (has_op && !options.operation_or_null)
        memcpy(call->op, storage, sizeof call->op);
    call->has_op = has_op;
}

void fleet_client_act(fleet_client *c)
{
    world *w = c->fleet->w;
    fleet_conn *conn = &c->conns[below(w, FLEET_CONNS)];
    if (!c->engine || c->n_closed > 0)
        return;
    if (!conn->is_open && !conn->is_owed && !conn->closed_owed)
        act_open(c, conn);
    else if (conn->is_open && !one_in(w, 8))
        act_call_one(c, conn);
    else if (c->n_calls > 0 && one_in(w, 6)) {
        fleet_call *call = c->calls[below(w, c->n_calls)];
        call->is_cancelled |= weft_call_cancel(call->handle) == 0;
    } else if (one_in(w, 200)) {
        SIM_TRACE(w, "client %u closes its session", c->index);
        c->is_asked_to_end = true;
        weft_session_close(c->session, WEFT_CODE_NONE, "done");
    }
}
