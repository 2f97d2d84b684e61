/* Whole engines over the public interface. The input is a script: how the engines are set up, then operations, one byte
 * each and what it takes: bytes and frames to feed, calls of the API in any order and from within callbacks, time,
 * failing memory, ends. engine_world.h says what is held against it. With WEFT_FUZZ_TRACE in the environment the
 * operations are printed. */
#include "tests/fuzz/engine_world.h"

#include <stdlib.h>

enum { OPERATIONS_MAX = 2000, NESTED_DEPTH_MAX = 4 };

weft_connection *conn_of(side *s, script *in)
{
    uint8_t i = script_byte(in);
    if (side_has_session(s) && (i & 0x80 || s->n_conns == 0))
        return weft_session_root(s->session);
    return s->n_conns > 0 ? s->conns[i % s->n_conns] : NULL;
}

/* ---- bytes ---- */

static void op_receive(side *s, script *in)
{
    size_t len = (size_t)SCRIPT_PICK(in, 1, 7, 16, 17, 100, 1000, 20000, SIZE_MAX);
    (void)side_receive(s, len);
}

static void op_drain(side *s, script *in)
{
    size_t n_max = script_byte(in) % 17;
    size_t len = (size_t)SCRIPT_PICK(in, 0, 1, 15, 16, 100, 5000, SIZE_MAX, SIZE_MAX);
    (void)side_drain(s, n_max, len);
}

static void op_settle(side *s, script *in)
{
    (void)in;
    if (!s->is_dispatching && !world_other(s)->is_dispatching)
        world_settle(s->world);
}

static void op_dispatch(side *s, script *in)
{
    size_t n_max = script_byte(in);
    (void)side_dispatch(s, n_max & 0x80 ? SIZE_MAX : n_max % 8);
}

/* ---- the API ---- */

static void op_open(side *s, script *in)
{
    world *w = s->world;
    uint8_t how = script_byte(in);
    if (!side_has_session(s) || w->granted > FUZZ_GRANTED_MAX)
        return;
    note *n = world_note(w, s);
    note *conn_note = n ? world_note(w, s) : NULL;
    if (!conn_note)
        return;
    weft_open_options options = weft_open_options_default();
    weft_metadata_entry entry = weft_metadata_str(how & 1 ? "weft-x" : "x", WEFT_STR("y"), 0);
    weft_metadata metadata = { &entry, 1 };
    if (how & 2)
        options.metadata = &metadata;
    if (how & 4)
        options.timeout_ns = WEFT_NS_PER_S * (how >> 5);
    if (how & 8) {
        options.serves = &fuzz_service;
        options.handler = &fuzz_handler;
        options.self = conn_note;
    }
    options.on_closed = fuzz_on_closed;
    options.on_closed_user = conn_note;
    n->conn_note = conn_note;
    conn_note->serves = how & 8;
    w->granted += 8192;
    s->n_opened++;
    const weft_service_type *service = how & 16 ? &fuzz_service_changed : &fuzz_service;
    n->is_owed = (how & 4 ? weft_gen_open(s->session, service, &options, (void (*)(void))fuzz_opened, n)
                          : weft_open(s->session, service, &options, fuzz_opened, n)) == 0;
}

static void op_open_many(side *s, script *in)
{
    uint8_t n = script_byte(in) % 40;
    for (const uint8_t *at = in->at; n > 0; n--) {
        in->at = at; /* each in the same way */
        op_open(s, in);
    }
}

static void op_call(side *s, script *in)
{
    static uint8_t bytes[300000];
    world *w = s->world;
    weft_connection *conn = conn_of(s, in);
    uint8_t how = script_byte(in);
    size_t len = (size_t)SCRIPT_PICK(in, 0, 1, 10, 100, 1000, 1500, 20000, 70000, sizeof bytes);
    if (!conn || w->granted > FUZZ_GRANTED_MAX)
        return;
    note *n = how & 1 ? NULL : world_note(w, s);
    weft_call_options options = weft_call_options_default();
    weft_metadata_entry entry = weft_metadata_bytes("b", weft_bytes_of(bytes, len % 300), 0);
    weft_metadata metadata = { &entry, 1 };
    if (how & 2)
        options.metadata = &metadata;
    if (how & 4)
        options.timeout_ns = (const uint64_t[]){ 0, 1, WEFT_NS_PER_MS, WEFT_NS_PER_S }[how >> 6];
    pair_echo_args args = { weft_bytes_of(bytes, len) };
    if (how & 32 && n)
        options.arena = n->arena = w->replies;
    weft_call call;
    w->granted += len * 2 + 4096;
    uint32_t method = (how >> 3 & 3) <= FUZZ_ABSENT ? how >> 3 & 3 : FUZZ_METHODS;
    int status =
        weft_gen_call(conn, &fuzz_service, method, &args, &options, n ? (void (*)(void))fuzz_done : NULL, n, &call);
    FUZZ_CHECK(method < FUZZ_METHODS || status == WEFT_EINVAL);
    if (n)
        n->is_owed = n->is_call = status == 0;
    if (status == 0 && s->n_calls < CALLS_MAX)
        s->calls[s->n_calls++] = call;
}

static void op_cancel(side *s, script *in)
{
    uint8_t i = script_byte(in);
    if (i & 0x80 && s->n_served > 0)
        FUZZ_CHECK(weft_call_cancel(s->served[i % s->n_served].call) == WEFT_EALREADY);
    else if (s->n_calls > 0)
        (void)weft_call_cancel(s->calls[i % s->n_calls]);
}

static void op_answer(side *s, script *in)
{
    uint8_t i = script_byte(in);
    uint8_t how = script_byte(in);
    if (s->n_served == 0)
        return;
    served *call = &s->served[i % s->n_served];
    bool was_let_go = call->let_go;
    int status = served_answer(s, call, how);
    FUZZ_CHECK(!was_let_go || status == WEFT_EALREADY);
}

static void op_served(side *s, script *in)
{
    world *w = s->world;
    uint8_t i = script_byte(in);
    if (s->n_served == 0)
        return;
    weft_call call = s->served[(i >> 3) % s->n_served].call;
    weft_metadata_entry entry = weft_metadata_u64("n", 7, 0);
    weft_metadata metadata = { &entry, 1 };
    weft_arena *arena;
    const void *args;
    switch (i % 8) {
    case 0: (void)weft_call_is_cancelled(call); break;
    case 1: (void)weft_call_remaining_ns(call); break;
    case 2:
        w->granted += 1024;
        arena = weft_call_arena(call);
        if (arena)
            (void)weft_arena_alloc(arena, 100, 8);
        break;
    case 3: fuzz_read_metadata(w, weft_call_metadata(call)); break;
    case 4:
        w->granted += 1024;
        (void)weft_call_reply_metadata(call, &metadata);
        break;
    case 5: (void)weft_call_on_cancel(call, NULL, NULL); break;
    case 6:
        if (weft_gen_keep(call, &args) == 0)
            (void)args_read(w, s->served[(i >> 3) % s->n_served].method, args);
        break;
    default: served_check(s); break;
    }
}

static void op_connection(side *s, script *in)
{
    uint8_t how = script_byte(in);
    weft_connection *conn = conn_of(s, in);
    uint8_t i = 0;
    if (!conn)
        return;
    switch (how % 8) {
    case 0: (void)weft_connection_close(conn, how, "closed by the script"); break;
    case 1: (void)weft_connection_abort(conn, WEFT_CODE_APPLICATION, NULL); break;
    case 2:
        if (s->n_conns < CONNS_MAX)
            s->conns[s->n_conns++] = weft_connection_retain(conn);
        break;
    case 3: (void)weft_connection_session(conn); break;
    default:
        if (s->n_conns == 0)
            break;
        i = script_byte(in) % (uint8_t)s->n_conns;
        conn = s->conns[i];
        s->conns[i] = s->conns[--s->n_conns];
        weft_connection_release(conn);
        break;
    }
}

static void pending_accept(side *s, weft_pending pending, uint8_t how)
{
    note *n = world_note(s->world, s);
    weft_accept_options options = weft_open_options_default();
    if (!n)
        return;
    options.serves = how & 0x10 ? &fuzz_service : NULL;
    options.handler = &fuzz_handler;
    options.self = n;
    options.on_closed = fuzz_on_closed;
    options.on_closed_user = n;
    weft_connection *conn = NULL;
    bool take = how & 0x20 && s->n_conns < CONNS_MAX;
    s->world->granted += 4096;
    if (weft_pending_accept(pending, &options, take ? &conn : NULL) < 0)
        return;
    n->closed_owed = true;
    n->serves = options.serves != NULL;
    if (take)
        s->conns[s->n_conns++] = conn;
}

static void op_pending(side *s, script *in)
{
    uint8_t how = script_byte(in);
    if (s->n_pendings == 0)
        return;
    weft_pending pending = s->pendings[script_byte(in) % s->n_pendings];
    weft_metadata_entry entry = weft_metadata_str("why", WEFT_STR("so"), 0);
    weft_metadata metadata = { &entry, 1 };
    weft_session *session;
    switch (how % 8) {
    case 0: (void)weft_pending_reject(pending, how, "no", how & 8 ? &metadata : NULL); break;
    case 1: (void)weft_pending_drop(pending); break;
    case 2:
        session = weft_pending_session(pending);
        if (session && how & 0x80)
            weft_session_close(session, how, "by way of a pending");
        else if (session && how & 0x40)
            weft_session_abort(session);
        break;
    case 3:
        fuzz_read_metadata(s->world, weft_pending_metadata(pending));
        (void)weft_pending_service(pending);
        (void)weft_pending_peer(pending);
        (void)weft_pending_is_root(pending);
        break;
    default: pending_accept(s, pending, how); break;
    }
}

/* As generated code accepts. */
static void op_serve(side *s, script *in)
{
    uint8_t how = script_byte(in);
    note *n = s->n_pendings > 0 ? world_note(s->world, s) : NULL;
    if (!n)
        return;
    weft_connection *conn = NULL;
    bool take = how & 1 && s->n_conns < CONNS_MAX;
    s->world->granted += 4096;
    if (weft_gen_serve(s->pendings[(how >> 1) % s->n_pendings], &fuzz_service, &fuzz_handler, n, take ? &conn : NULL) <
        0)
        return;
    n->closed_owed = n->no_closed = n->serves = true;
    if (take)
        s->conns[s->n_conns++] = conn;
}

static void op_drain_app(side *s, script *in)
{
    uint8_t how = script_byte(in);
    weft_connection *conn = how & 1 ? conn_of(s, in) : NULL;
    static const uint64_t limits[] = { WEFT_FOREVER, 0, WEFT_NS_PER_MS, WEFT_NS_PER_S };
    s->world->granted += 1024;
    if (conn)
        (void)weft_connection_drain(conn);
    else if (!(how & 1) && side_has_session(s))
        (void)weft_session_drain(s->session, limits[how >> 1 & 3]);
}

/* A call for one that is served here. */
static void op_call_on_behalf(side *s, script *in)
{
    world *w = s->world;
    weft_connection *conn = conn_of(s, in);
    uint8_t how = script_byte(in);
    if (!conn || s->n_served == 0 || w->granted > FUZZ_GRANTED_MAX)
        return;
    note *n = world_note(w, s);
    weft_call_options options = weft_call_options_default();
    pair_echo_args args = { weft_bytes_of("on behalf", 9) };
    options.on_behalf_of = s->served[(how >> 2) % s->n_served].call;
    options.copy_metadata = how & 1;
    if (how & 2)
        options.queue_timeout_ns = WEFT_NS_PER_MS;
    weft_call call;
    w->granted += 16384;
    int status = n ? weft_gen_call(conn, &fuzz_service, PAIR_ECHO, &args, &options, (void (*)(void))fuzz_done, n, &call)
                   : WEFT_ENOMEM;
    if (n)
        n->is_owed = n->is_call = status == 0;
    if (status == 0 && s->n_calls < CALLS_MAX)
        s->calls[s->n_calls++] = call;
}

static void op_session(side *s, script *in)
{
    uint8_t how = script_byte(in);
    if (!side_has_session(s))
        return;
    weft_session *session = s->session;
    switch (how % 8) {
    case 0: weft_session_close(session, how, "closed by the script"); break;
    case 1:
        if (how & 0x80)
            weft_session_abort(session);
        break;
    case 2: side_release(s); break;
    case 3:
        weft_session_retain(session);
        s->refs++;
        break;
    case 4: fuzz_read_metadata(s->world, weft_session_metadata(session)); break;
    case 5:
        world_read(s->world, weft_session_peer(session)->address, strlen(weft_session_peer(session)->address));
        break;
    case 6: (void)weft_session_is_ready(session); break;
    default: (void)weft_session_root(session); break;
    }
}

/* ---- time, memory, ends ---- */

static void op_tick(side *s, script *in)
{
    s->world->now_ns += SCRIPT_PICK(in, 0, 1, WEFT_NS_PER_MS, WEFT_NS_PER_S / 2, WEFT_NS_PER_S, 5 * WEFT_NS_PER_S,
                                    30 * WEFT_NS_PER_S, 301 * WEFT_NS_PER_S);
    side_tick(s);
}

/* To the moment for which this side wants to be told the time. */
static void op_tick_next(side *s, script *in)
{
    (void)in;
    uint64_t next = side_deadline(s);
    if (next != WEFT_FOREVER && next > s->world->now_ns)
        s->world->now_ns = next;
    side_tick(s);
}

static void op_disconnect(side *s, script *in)
{
    uint8_t how = script_byte(in);
    if (how % 4 == 0)
        side_disconnect(s, how & 4 ? WEFT_ECONNRESET : 0);
}

static void op_free(side *s, script *in)
{
    if (script_byte(in) % 4 == 0)
        side_free(s);
}

static void op_fail(side *s, script *in)
{
    uint8_t nth = script_byte(in);
    world_fail_memory(s->world, nth % 64, nth & 0x80);
}

typedef struct operation {
    const char *name;
    void (*run)(side *s, script *in);
    enum {
        LOOP,
        APPLICATION,
        BOTH
    } who; /* of one side, or of both; what an application makes due is told to the loop */
} operation;

/* Some stand twice, to come more often. */
static const operation operations[] = {
    { "receive", op_receive, LOOP },
    { "settle", op_settle, BOTH },
    { "dispatch", op_dispatch, LOOP },
    { "drain", op_drain, LOOP },
    { "feed_frame", op_feed_frame, LOOP },
    { "call", op_call, APPLICATION },
    { "open", op_open, APPLICATION },
    { "answer", op_answer, APPLICATION },
    { "connection", op_connection, APPLICATION },
    { "pending", op_pending, APPLICATION },
    { "cancel", op_cancel, APPLICATION },
    { "served", op_served, LOOP },
    { "tick", op_tick, LOOP },
    { "session", op_session, APPLICATION },
    { "feed_frame", op_feed_frame, LOOP },
    { "feed_body", op_feed_body, LOOP },
    { "feed_raw", op_feed_raw, LOOP },
    { "corrupt", op_corrupt, LOOP },
    { "fail", op_fail, LOOP },
    { "disconnect", op_disconnect, LOOP },
    { "free", op_free, LOOP },
    { "settle", op_settle, BOTH },
    { "call", op_call, APPLICATION },
    { "feed_fragments", op_feed_fragments, LOOP },
    { "call_typed", op_call_typed, APPLICATION },
    { "call_typed", op_call_typed, APPLICATION },
    { "tick_next", op_tick_next, LOOP },
    { "feed_values", op_feed_values, LOOP },
    { "feed_values", op_feed_values, LOOP },
    { "feed_flood", op_feed_flood, LOOP },
    { "open_many", op_open_many, APPLICATION },
    { "serve", op_serve, APPLICATION },
    { "drain_app", op_drain_app, APPLICATION },
    { "call_on_behalf", op_call_on_behalf, APPLICATION },
    { "wrong_call", op_wrong_call, APPLICATION },
    { "wrong_open", op_wrong_open, APPLICATION },
    { "wrong_answer", op_wrong_answer, APPLICATION },
    { "wrong_engine", op_wrong_engine, LOOP },
    { "stream", op_stream, APPLICATION },
    { "channel", op_channel, APPLICATION },
    { "channel", op_channel, APPLICATION },
    { "channel", op_channel, APPLICATION },
    { "feed_channel", op_feed_channel, LOOP },
    { "cut", op_cut, BOTH },
    { "redial", op_redial, BOTH },
    { "redial", op_redial, BOTH },
    { "feed_resume", op_feed_resume, LOOP },
    { "feed_ack", op_feed_ack, LOOP },
    { "feed_operation", op_feed_operation, LOOP },
    { "proxy", op_proxy, APPLICATION },
    { "feed_accept", op_feed_accept, LOOP },
    { "proxy", op_proxy, APPLICATION },
    { "feed_accept", op_feed_accept, LOOP },
};

/* ---- what an application's call has made due is told to the loop ---- */

typedef struct due {
    bool has_events, has_output;
    uint64_t deadline_ns;
} due;

static due due_of(const side *s)
{
    due d = { false, false, 0 };
    if (s->engine && !s->handshake) {
        d.has_events = weft_engine_has_events(s->engine);
        d.has_output = weft_engine_has_output(s->engine);
        d.deadline_ns = weft_engine_deadline(s->engine);
    }
    return d;
}

/* What a side's operation has made due on the other is told to the loop of that one, whatever it was. */
static void due_check_other(const side *other, due before)
{
    due after = due_of(other);
    if (other->is_dispatching || other->is_freeing || other->is_woken || before.deadline_ns == 0 ||
        after.deadline_ns == 0)
        return;
    FUZZ_CHECK(before.has_events || !after.has_events);
    FUZZ_CHECK(before.has_output || !after.has_output);
    FUZZ_CHECK(after.deadline_ns >= before.deadline_ns);
}

static void operation_run(side *s, script *in, const operation *op)
{
    if (s->world->is_traced)
        fprintf(stderr, "%5zu left %*s %s %s\n", (size_t)(in->end - in->at), (int)s->world->depth * 4, "",
                s->initiator ? "initiator" : "acceptor", op->name);
    uint64_t n_operations = ++s->world->n_operations;
    due before = due_of(s), before_other = due_of(world_other(s));
    op->run(s, in);
    if (op->who != BOTH && s->world->n_operations == n_operations) /* those within it have looked for themselves */
        due_check_other(world_other(s), before_other);
    due after = due_of(s);
    if (op->who != APPLICATION || s->is_dispatching || s->is_freeing || s->is_woken || after.deadline_ns == 0)
        return;
    FUZZ_CHECK(before.has_events || !after.has_events);
    FUZZ_CHECK(before.has_output || !after.has_output);
    FUZZ_CHECK(after.deadline_ns >= before.deadline_ns);
}

static void script_run(world *w, script *in)
{
    uint8_t what = script_byte(in);
    operation_run(&w->sides[what >> 7], in, &operations[(what & 0x7f) % (sizeof operations / sizeof *operations)]);
}

void script_run_nested(side *s)
{
    world *w = s->world;
    if (w->depth == NESTED_DEPTH_MAX)
        return;
    w->depth++;
    for (uint8_t n = script_byte(&w->script) % 4; n > 0; n--)
        script_run(w, &w->script);
    w->depth--;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    world *w = malloc(sizeof *w);
    if (!w)
        return 0;
    world_begin(w, data, len);
    for (int n = 0; n < OPERATIONS_MAX && w->script.at < w->script.end; n++)
        script_run(w, &w->script);
    world_end(w);
    free(w);
    return 0;
}
