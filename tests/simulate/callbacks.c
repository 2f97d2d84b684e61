/* What the applications are told, and whether that can be true: each callback once, in a legal order, from dispatch
 * alone, and with what the other application has done. */
#include "tests/simulate/chain.h"

void callback_begin(side *s, const char *what)
{
    SIM_CHECK(s->world, s->is_dispatching || s->is_freeing, "callback", "%s outside of dispatch", what);
    SIM_CHECK(s->world, s->n_closed == 0, "callback", "%s after CLOSED", what);
    sim_note(s->world, (uint64_t)what[0] << 8 | (uint64_t)what[1], (uint64_t)s->name);
}

/* Of a connection, or of the root: of the session. */
static void check_error(const side *s, const conn_note *note, const weft_error *error)
{
    world *w = s->world;
    if (note->is_hostile)
        return;
    bool is_limit = error->remote == WEFT_CODE_LIMIT && conn_any(note, NULL, side_is_short); /* [memory.buffered] */
    bool blames = error->code == WEFT_EINTERNAL || error->remote == WEFT_CODE_PROTOCOL ||
                  (error->code == WEFT_EPROTO && error->remote != WEFT_CODE_TIMEOUT && !is_limit);
    SIM_CHECK(w, error->code <= 0 && !blames, "violation", "%u%c is told %d: %s", s->link->index, s->name, error->code,
              error->text);
    SIM_CHECK(w, error->code != WEFT_ENOMEM || s->is_short, "memory", "ENOMEM, and none was refused");
}

/* ---- the session ---- */

/* [conn.root] Who asks for a service on the root is told what the acceptor decided; who does not is not decided on. */
static void check_root(const side *s, const weft_error *refusal_or_null)
{
    world *w = s->world;
    const conn_note *root = link_conn(s->link, 0);
    const side *initiator = s->initiator ? s : s->other;
    decision wanted = initiator->options.root_service ? ACCEPTED : UNDECIDED;
    w->coverage->rules[RULE_CONN_ROOT]++;
    if (!refusal_or_null)
        SIM_CHECK(w, root->decision == wanted, "conn.root", "%u%c is ready, and its root was decided so: %d",
                  s->link->index, s->name, root->decision);
    else if (root->decision == REJECTED && refusal_or_null->remote != 0 && !s->link->is_faulted)
        SIM_CHECK(w, refusal_or_null->remote == root->code, "conn.root", "%u%c is refused by %u instead of %u",
                  s->link->index, s->name, refusal_or_null->remote, root->code);
}

static void root_is_open(side *s, weft_session *session)
{
    conn_end *root = s->ends[0];
    weft_connection *conn = weft_session_root(session);
    if (conn && !s->options.close_when_unused)
        root->conn = weft_connection_retain(conn);
    s->is_asked_to_end |= s->options.close_when_unused; /* at any time from now on */
    root->is_open = conn != NULL;
    if (root->is_told) /* accepted by the application: owed from there on */
        return;
    root->is_told = true;
    root->closed_owed = true;
    root->serve_closed_owed = root->serves;
    s->n_owed += 1 + (unsigned)root->serves;
}

void app_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    side *s = user;
    world *w = s->world;
    callback_begin(s, "event");
    SIM_TRACE(w, "%u%c event %d, %d %s", s->link->index, s->name, event->kind, event->error->code, event->error->text);
    switch (event->kind) {
    case WEFT_EVENT_READY:
        SIM_CHECK(w, ++s->n_ready == 1 && s->n_failed == 0, "callback", "READY twice");
        if (!s->initiator) {
            s->session = session;
            s->has_ref = true;
            s->n_owed++; /* CLOSED */
        }
        check_root(s, NULL);
        root_is_open(s, session);
        break;
    case WEFT_EVENT_FAILED:
        SIM_CHECK(w, ++s->n_failed == 1 && s->n_ready == 0, "callback", "FAILED after READY");
        s->n_owed += !s->initiator;
        check_error(s, link_conn(s->link, 0), event->error);
        check_root(s, event->error);
        break;
    case WEFT_EVENT_DRAINING:
        SIM_CHECK(w, (event->by_peer ? s->other : s)->is_draining && ++s->n_draining[event->by_peer] == 1,
                  "session.drain", "DRAINING that nobody asked for");
        break;
    case WEFT_EVENT_WRITABLE:
        SIM_CHECK(w, ++s->n_writable <= s->n_again, "memory.queued", "WRITABLE that was not asked for");
        s->wants_room = false;
        w->coverage->rules[RULE_QUEUED]++;
        break;
    case WEFT_EVENT_DISCONNECTED:
    case WEFT_EVENT_RESUMED:
    case WEFT_EVENT_REPLACED: outage_on_event(s, event->kind, event->error); break;
    case WEFT_EVENT_CLOSED:
        SIM_CHECK(w, s->n_ready + s->n_failed == 1, "callback", "CLOSED before READY or FAILED");
        check_error(s, link_conn(s->link, 0), event->error);
        s->end = *event->error;
        SIM_CHECK(w,
                  s->n_ready == 0 || s->end.code != WEFT_ETIMEDOUT || s->outage.n > 0 ||
                      w->now_ns >= s->heard_ns + s->options.keepalive_timeout_ns,
                  "session.keepalive", "given up %llu ns after the last byte",
                  (unsigned long long)(w->now_ns - s->heard_ns));
        s->n_owed--;
        SIM_CHECK(w, s->n_owed == 0, "callback", "CLOSED, and %llu callbacks are still owed",
                  (unsigned long long)s->n_owed);
        app_act_nested(s);
        s->n_closed++;
        return;
    }
    app_act_nested(s);
}

void app_on_closed(void *user, const weft_error *error)
{
    conn_end *end = user;
    side *s = end->side;
    callback_begin(s, "closed");
    SIM_TRACE(s->world, "%u%c: tag %llu is closed, %d %s", s->link->index, s->name, (unsigned long long)end->note->tag,
              error->code, error->text);
    check_error(s, end->note, error);
    SIM_CHECK(s->world, end->closed_owed && ++end->n_closed == 1 && end->is_told, "callback", "on_closed is not owed");
    for (size_t i = 0; i < s->n_channels; i++)
        SIM_CHECK(s->world, s->channels[i]->note->call->from->note != end->note || !s->channels[i]->end_owed,
                  "callback", "on_closed of tag %llu before the end of a channel", (unsigned long long)end->note->tag);
    end->closed_owed = false;
    end->is_open = false;
    s->n_owed--;
    app_act_nested(s);
    side_forget_end(s, end);
}

/* ---- opens ---- */

void app_accept_options(weft_accept_options *options, conn_end *end)
{
    end->calls[0] = &end->version->calls;
    options->serves = end->serves ? &end->version->serves : NULL;
    options->handler = &sim_handler;
    options->self = end;
    options->calls = end->calls;
    options->n_calls = 1;
    options->on_closed = app_on_closed;
    options->on_closed_user = end;
}

int app_on_open(void *user, weft_session *session, weft_pending pending)
{
    side *s = user;
    world *w = s->world;
    uint64_t tag = 0;
    callback_begin(s, "on_open");
    SIM_CHECK(w, weft_pending_session(pending) == session, "conn.pending", "another session");
    if (!weft_pending_is_root(pending)) {
        SIM_CHECK(w, weft_metadata_get_u64(weft_pending_metadata(pending), "tag", &tag) && tag < s->link->book->n_conns,
                  "conn.open", "its metadata is lost");
        SIM_CHECK(w, weft_str_equal(weft_pending_service(pending), WEFT_STR("sim.v1.Work")), "conn.open",
                  "its service is lost");
    }
    conn_note *note = link_conn(s->link, tag);
    SIM_CHECK(w, note->decision == UNDECIDED && (!note->ends[1].is_told || note->is_meet), "conn.pending",
              "tag %llu is asked for twice", (unsigned long long)tag);
    if (s->n_pendings == CONNS_MAX)
        return WEFT_EBUSY;
    s->pendings[s->n_pendings] = pending;
    s->pending_notes[s->n_pendings++] = note;
    app_act_nested(s);
    if (one_in(w, 3))
        return 0; /* decided later, or never */
    for (size_t i = 0; i < s->n_pendings; i++)
        if (s->pending_notes[i] == note) {
            app_decide(s, i);
            break;
        }
    return 0;
}

static void check_refusal(side *s, const conn_note *note, const weft_error *error)
{
    world *w = s->world;
    check_error(s, note, error);
    if (error->code != WEFT_EREJECTED || chain_may_refuse(note, error->remote))
        return;
    SIM_CHECK(w, note->decision != ACCEPTED, "conn.reject", "tag %llu was accepted", (unsigned long long)note->tag);
    SIM_CHECK(w, note->decision != REJECTED || error->remote == note->code, "conn.reject", "code %u instead of %u",
              error->remote, note->code);
    w->coverage->rules[RULE_CONN_REJECT]++;
}

void app_opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    conn_end *end = user;
    side *s = end->side;
    world *w = s->world;
    (void)metadata;
    callback_begin(s, "opened");
    SIM_TRACE(w, "%u%c: tag %llu is %s, %d", s->link->index, s->name, (unsigned long long)end->note->tag,
              connection ? "open" : "refused", error ? error->code : 0);
    SIM_CHECK(w, end->is_owed && ++end->n_opened == 1, "callback", "opened is not owed");
    SIM_CHECK(w, (connection == NULL) == (error != NULL), "callback", "opened with both or none");
    end->is_owed = false;
    s->n_owed--;
    end->is_told = true;
    if (error) {
        check_refusal(s, end->note, error);
    } else {
        SIM_CHECK(w, end->note->decision == ACCEPTED || end->note->is_join, "conn.accept", "nobody accepted tag %llu",
                  (unsigned long long)end->note->tag);
        end->conn = connection;
        end->is_open = true;
        end->closed_owed = true;
        end->serve_closed_owed = end->serves;
        s->n_owed += 1 + (unsigned)end->serves;
    }
    app_act_nested(s);
    side_forget_end(s, end);
}

/* ---- handlers ---- */

static void on_cancel(void *user)
{
    side *s = user;
    callback_begin(s, "cancelled");
    app_act_nested(s);
}

static void check_args(side *s, const conn_end *end, const call_note *note, const sim_value *args, weft_call call)
{
    world *w = s->world;
    sim_value expected;
    uint64_t serial;
    SIM_CHECK(w, note->from && note->from->note == end->note && note->from != end, "call.request",
              "call %llu reached another connection", (unsigned long long)note->serial);
    SIM_CHECK(w, !note->has_run, "call.response", "call %llu runs twice", (unsigned long long)note->serial);
    SIM_CHECK(w, !note->never_runs, "call.outcomes", "call %llu runs, and its caller was told that it never will",
              (unsigned long long)note->serial);
    sim_value_expect(note->from->version, end->version, note->serial, sim_data(note->serial, note->len), &expected);
    SIM_CHECK(w, sim_value_equal(end->version, args, &expected), "call.request", "call %llu has other arguments",
              (unsigned long long)note->serial);
    w->coverage->rules[RULE_PLAN] += note->from->version->is_new != end->version->is_new;
    SIM_CHECK(w, end->last_seen <= note->serial, "frame.order", "call %llu comes after %llu",
              (unsigned long long)note->serial, (unsigned long long)end->last_seen - 1);
    const mon_conn *seen = monitor_conn(&s->monitor, end->note->tag);
    const mon_request *request = seen ? mon_request_of(&seen->requests[MON_RX], note->serial) : NULL;
    SIM_CHECK(w, !request || !request->is_behind_drain, "session.drain", "call %llu came behind the Drain, and runs",
              (unsigned long long)note->serial);
    SIM_CHECK(w, !end->is_over && end->n_serve_closed == 0, "callback", "a handler runs after closed(self)");
    intercept_check(s, weft_call_metadata(call), note->added, "out");
    SIM_CHECK(w, note->refused == 0, "intercept", "call %llu runs, and was refused", (unsigned long long)note->serial);
    SIM_CHECK(w, note->passed[1] == s->n_chain, "intercept", "call %llu has passed %u of %zu",
              (unsigned long long)note->serial, note->passed[1], s->n_chain);
    SIM_CHECK(w, note->method != METHOD_MISFIT, "call.errors", "arguments that cannot be decoded reach a handler");
    if (weft_metadata_get_u64(weft_call_metadata(call), "serial", &serial))
        SIM_CHECK(w, serial == note->serial, "call.metadata", "of another call");
    SIM_CHECK(w, note->deadline_ns == WEFT_FOREVER || weft_call_remaining_ns(call) != WEFT_FOREVER, "call.deadline",
              "it did not travel");
    w->coverage->rules[RULE_CALL_DEADLINE]++;
}

int work_begin(void *self, weft_call call, const void *args, uint32_t method, const weft_channel *channels)
{
    conn_end *end = self;
    side *s = end->side;
    world *w = s->world;
    sim_value is = { 0 };
    callback_begin(s, "handler");
    end->version->shape->get_args(method, args, &is);
    SIM_CHECK(w, is.serial < s->link->book->n_calls, "call.request", "a serial that nobody gave");
    call_note *note = link_call(s->link, is.serial);
    check_args(s, end, note, &is, call);
    SIM_CHECK(w, note->method == method, "call.request", "another method");
    SIM_TRACE(w, "%u%c handles %llu", s->link->index, s->name, (unsigned long long)note->serial);
    note->has_run = true;
    end->last_seen = note->serial + 1;
    if (channels)
        chan_begin(s, note, 1, channels);
    if (s->n_held == HELD_MAX)
        app_held_answer(s, below(w, s->n_held));
    held *h = &s->held[s->n_held++];
    *h = (held){ call, note, end, NULL, false };
    if (one_in(w, 3))
        (void)weft_call_on_cancel(call, on_cancel, s);
    const void *kept = args;
    if (one_in(w, 4) && weft_gen_keep(call, &kept) == 0)
        h->kept = kept;
    app_act_nested(s);
    if (note->is_probe || !one_in(w, 3)) /* the others are answered later, or never */
        for (size_t i = 0; i < s->n_held; i++)
            if (s->held[i].note == note) {
                app_held_answer(s, i);
                break;
            }
    return 0;
}

void work_closed(void *self)
{
    conn_end *end = self;
    side *s = end->side;
    callback_begin(s, "served");
    SIM_CHECK(s->world, end->serve_closed_owed && ++end->n_serve_closed == 1, "callback",
              "%u%c: closed(self) of tag %llu is not owed", s->link->index, s->name,
              (unsigned long long)end->note->tag);
    end->serve_closed_owed = false;
    end->is_over = true;
    s->n_owed--;
    app_act_nested(s);
    side_forget_end(s, end);
}

/* ---- replies ---- */

/* The result or error, as the caller's version has it. */
static void read_reply(const call_note *note, const void *reply, bool is_error, sim_value *ret_value)
{
    const sim_version *version = note->from->version;
    const weft_method *method = &version->calls.methods[note->method];
    const uint8_t *at = (const uint8_t *)reply + (is_error ? method->error_offset : method->value_offset);
    const void *value = at;
    if (is_error || method->flags & WEFT_METHOD_VALUE_POINTER)
        memcpy(&value, at, sizeof value);
    *ret_value = (sim_value){ 0 };
    if (is_error && value)
        version->shape->get_error(value, ret_value);
    else if (!is_error)
        version->shape->get_answer(note->method, value, ret_value);
}

static void check_answer(side *s, const call_note *note, const void *reply)
{
    world *w = s->world;
    const weft_result *result = reply;
    const conn_note *conn = note->from->note;
    const sim_version *callee = conn->ends[note->from == conn->ends].version;
    uint64_t serial = note->serial;
    sim_value is, expected;
    SIM_CHECK(w, note->has_run, "call.outcomes", "call %llu is answered, and never ran", (unsigned long long)serial);
    intercept_check(s, result->metadata, note->added_back, "back");
    bool is_error = result->outcome == WEFT_OUTCOME_USER_ERROR;
    SIM_CHECK(w, !conn_is_mixed(conn) || sim_results_fit(note->method, callee, note->from->version),
              "schema.plan.errors", "call %llu is answered by what its caller cannot read", (unsigned long long)serial);
    SIM_CHECK(w, note->answer == (is_error ? ANSWER_ERROR : ANSWER_OK), "call.response",
              "call %llu was answered otherwise", (unsigned long long)serial);
    bool has_value = note->method == METHOD_WORK || note->method == METHOD_LOAD || note->method == METHOD_BOTH;
    if (!is_error && !has_value)
        return;
    read_reply(note, reply, is_error, &is);
    sim_value_expect(callee, note->from->version, serial + 1, sim_data(serial + 1, note->answer_len), &expected);
    SIM_CHECK(w, is_error ? is.serial == serial : sim_value_equal(note->from->version, &is, &expected), "call.response",
              "call %llu has another value", (unsigned long long)serial);
}

/* What the callee's runtime says of itself, or its handler said. */
static bool outcome_is_explained(const side *s, const call_note *note, weft_outcome outcome)
{
    const conn_note *conn = note->from->note;
    const conn_end *there = &note->from->note->ends[note->from == note->from->note->ends];
    bool timed = note->deadline_ns != WEFT_FOREVER && s->world->now_ns >= note->deadline_ns;
    if (note->refused == outcome && !note->is_refused_here)
        return !note->has_run;
    switch (outcome) {
    case WEFT_OUTCOME_UNKNOWN_METHOD:
        return !note->has_run && (note->method == METHOD_ABSENT || !there->serves || conn->is_join);
    case WEFT_OUTCOME_INVALID_PAYLOAD: return !note->has_run && note->method == METHOD_MISFIT;
    case WEFT_OUTCOME_CANCELLED: return note->answer == ANSWER_CANCELLED;
    case WEFT_OUTCOME_DEADLINE_EXCEEDED: return note->answer == ANSWER_DEADLINE || timed;
    case WEFT_OUTCOME_INTERNAL:
        return note->answer == ANSWER_INTERNAL || note->answer == ANSWER_DROPPED || note->answer == ANSWER_TOO_LONG ||
               conn_any(conn, s, side_is_short);
    case WEFT_OUTCOME_UNAVAILABLE: return !note->has_run && (conn_any(conn, s, side_is_asked_to_end) || there->drains);
    case WEFT_OUTCOME_RESOURCE_EXHAUSTED: return !note->has_run && conn_any(conn, s, side_is_short);
    default: return false;
    }
}

static int code_of_refusal(uint8_t outcome)
{
    switch (outcome) {
    case WEFT_OUTCOME_UNKNOWN_METHOD: return WEFT_ENOSYS;
    case WEFT_OUTCOME_INVALID_PAYLOAD: return WEFT_EBADMSG;
    case WEFT_OUTCOME_UNAVAILABLE: return WEFT_EUNAVAILABLE;
    case WEFT_OUTCOME_RESOURCE_EXHAUSTED: return WEFT_EEXHAUSTED;
    default: return WEFT_EREMOTE;
    }
}

/* Can the caller read what its callee's version answers? */
static bool answer_fits(const call_note *note)
{
    const conn_note *conn = note->from->note;
    return sim_results_fit(note->method, conn->ends[note->from == conn->ends].version, note->from->version);
}

static bool failure_is_explained(const side *s, const call_note *note, int code)
{
    const conn_end *end = note->from;
    bool ended = !end->conn || !weft_connection_session(end->conn);
    bool queued = s->world->now_ns - note->begun_ns >= note->queued_ns;
    if (note->is_refused_here)
        return code == code_of_refusal(note->refused);
    switch (code) {
    case WEFT_ECANCELED: return note->is_cancelled || ended || call_is_orphan(note) || call_awaits_close(note);
    case WEFT_ETIMEDOUT: return queued || ended || s->world->now_ns >= note->deadline_ns || note->has_foreign_parent;
    case WEFT_EUNAVAILABLE:
        return conn_any(end->note, s, side_drains) || end->note->ends[end == end->note->ends].drains;
    case WEFT_ENOMEM: return s->is_short;
    case WEFT_EINCOMPATIBLE: return !answer_fits(note) && note->has_run; /* [schema.plan.errors] */
    case WEFT_EBADMSG: return s->is_faulted || (note->method == METHOD_GARBLED && note->answer == ANSWER_OK);
    case WEFT_EMSGSIZE:
    case WEFT_EAGAIN:
    case WEFT_EBUSY: /* too many were parked */
        if (s->link->resumes && (ended || s->is_asked_to_end))
            return true;
        return s->n_chain > 0 && !note->is_begun;
    case WEFT_EINVAL:
        return s->n_chain > 0 && !note->is_begun; /* said by the callback once interceptors have seen it */
    default: return ended || s->is_asked_to_end;
    }
}

static void count_rules(const call_note *note, const weft_result *result)
{
    uint64_t *rules = note->from->side->world->coverage->rules;
    bool is_absent = result->outcome == WEFT_OUTCOME_UNKNOWN_METHOD && note->method == METHOD_ABSENT;
    rules[RULE_CALL_ERRORS] += is_absent || result->code == WEFT_EBADMSG;
    rules[RULE_PLAN_ERRORS] += result->code == WEFT_EINCOMPATIBLE;
    rules[RULE_BUFFERED] += result->outcome == WEFT_OUTCOME_RESOURCE_EXHAUSTED && note->refused == 0;
}

void work_done(void *user, const void *reply)
{
    call_note *note = user;
    side *s = note->from->side;
    world *w = s->world;
    const weft_result *result = reply;
    callback_begin(s, "done");
    SIM_TRACE(w, "%u%c: call %llu ends, code %d outcome %d%s", s->link->index, s->name,
              (unsigned long long)note->serial, result->code, result->outcome,
              result->may_have_run ? "" : ", never ran");
    SIM_CHECK(w, !note->is_done, "callback", "call %llu is done twice", (unsigned long long)note->serial);
    note->is_done = true;
    s->n_owed--;
    SIM_CHECK(w, !note->is_cancelled || result->code == WEFT_ECANCELED, "call.cancel", "a cancelled call ends with %d",
              result->code);
    SIM_CHECK(w, result->attempts <= 1 && (!note->has_run || result->attempts == 1), "call.response", "%u attempts",
              result->attempts);
    SIM_CHECK(w, note->passed[0] == 0, "intercept", "call %llu ends before its interceptors are told",
              (unsigned long long)note->serial);
    note->is_answered = result->code == 0;
    count_rules(note, result);
    if (result->code == 0)
        check_answer(s, note, reply);
    else if (result->outcome > WEFT_OUTCOME_USER_ERROR)
        SIM_CHECK(w, outcome_is_explained(s, note, result->outcome) || s->is_faulted || note->from->note->is_hostile,
                  "call.outcomes", "call %llu has outcome %d, its handler said %d", (unsigned long long)note->serial,
                  result->outcome, note->answer);
    else
        SIM_CHECK(w, failure_is_explained(s, note, result->code), "call.outcomes", "call %llu ends with %d: %.*s",
                  (unsigned long long)note->serial, result->code, (int)result->text.len, result->text.ptr);
    if (result->code != 0 && !result->may_have_run) {
        SIM_CHECK(w, !note->has_run, "call.outcomes", "call %llu ran, and its caller is told that it did not",
                  (unsigned long long)note->serial);
        SIM_CHECK(w, !note->is_begun || result->outcome != WEFT_OUTCOME_NONE || result->code == WEFT_ECONNCLOSED,
                  "call.outcomes", "call %llu was given to the conduit, and its caller is told that it cannot have run",
                  (unsigned long long)note->serial);
        note->never_runs = true;
    }
    w->coverage->rules[RULE_CALL_OUTCOMES]++;
    side_forget_call(s, note);
    s->stale[s->n_stale++ % STALE_MAX] = note->handle;
    app_act_nested(s);
}
