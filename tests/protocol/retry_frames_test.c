/* What is said on the wire of operations, of a session that is replaced, and of a connection that is opened again: the
 * counterpart is written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_resume.h"

enum { CLIENT_PART = 16 };

static void ready(wire_peer *w, bool resumable, bool retries)
{
    wire_init(w, true);
    if (resumable)
        wire_survivor(w);
    w->root_service = true;
    w->options.retry = true;
    if (retries) {
        wire_settings_retry(&w->hello.settings);
        w->hello.settings.operation_ttl_ms = 60000;
    }
    wire_shake(w);
}

/* The engine dials, and is welcomed as new. */
static void begin_anew(wire_peer *w)
{
    wire_hello_resume resume = { weft_bytes_of(w->key, sizeof w->key), 0, w->window_ms };
    wire_dial(w);
    weft__hello hello = wire_read_hello(w);
    assert_int_equal(hello.has_resume, w->resumes);
    assert_int_equal(hello.resume_key.len, 0);
    wire_put_preamble(&w->out, false);
    wire_put_hello_resume(&w->out, WEFT__KIND_WELCOME, &w->hello, w->resumes ? &resume : NULL);
    wire_flush(w);
    (void)wire_expect(w, WEFT__KIND_READY, 0);
    assert_null(w->handshake);
}

/* A request as it was read; its bytes are kept. */
typedef struct heard {
    weft__request request;
    uint8_t body[4096];
} heard;

static void hear(wire_peer *w, uint64_t connection, heard *ret)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_REQUEST, connection);
    assert_true(frame.body.len <= sizeof ret->body);
    memcpy(ret->body, frame.body.ptr, frame.body.len);
    assert_int_equal(weft__request_decode(weft_bytes_of(ret->body, frame.body.len), &ret->request), 0);
}

static weft_call call_root(wire_peer *w, uint32_t method, int index, const uint8_t *operation_or_null)
{
    weft_call handle;
    weft_call_options options = weft_call_options_default();
    options.operation_or_null = operation_or_null;
    int status = pair_call_with(&w->side, weft_session_root(w->session), method, 100, index, &options, &handle);
    assert_int_equal(status, 0);
    wire_run(w);
    return handle;
}

static void answer(wire_peer *w, uint64_t connection, const heard *request)
{
    wire_put_response(&w->out, connection, request->request.request_id, WEFT_OUTCOME_OK, 4);
    wire_flush(w);
}

static void assert_same_attempt(const heard *a, const heard *b)
{
    assert_int_equal(a->request.method_id, b->request.method_id);
    assert_int_equal(a->request.args.len, b->request.args.len);
    assert_memory_equal(a->request.args.ptr, b->request.args.ptr, a->request.args.len);
    assert_int_equal(a->request.metadata.n, b->request.metadata.n);
    assert_int_equal(a->request.op.len, b->request.op.len);
    if (a->request.op.ptr)
        assert_memory_equal(a->request.op.ptr, b->request.op.ptr, WEFT_OPERATION_ID);
}

static void attempts_carry_the_same(void **state)
{
    /* Goal: all attempts of a call have the same op and the same bytes of args, under new request ids. */
    (void)state;
    WEFT_RULE("op.id");
    WEFT_RULE("op.retry");
    static const uint32_t methods[] = { PAIR_AGAIN, PAIR_ONCE, PAIR_ONCE_AGAIN };
    for (size_t i = 0; i < 3; i++) {
        wire_peer w;
        heard first, second;
        uint8_t op[WEFT_OPERATION_ID];
        ready(&w, false, true);
        weft_call handle = call_root(&w, methods[i], 3, NULL);
        hear(&w, 0, &first);
        bool persistent = methods[i] != PAIR_AGAIN;
        assert_int_equal(first.request.op.ptr != NULL, persistent);
        assert_int_equal(weft_call_operation(handle, op), persistent ? 0 : WEFT_EINVAL);
        if (persistent)
            assert_memory_equal(op, first.request.op.ptr, sizeof op);
        wire_cut(&w);
        assert_int_equal(w.side.n_done, 0);
        begin_anew(&w);
        hear(&w, 0, &second);
        assert_true(second.request.request_id > first.request.request_id);
        assert_same_attempt(&first, &second);
        answer(&w, 0, &second);
        assert_int_equal(w.side.results[3].code, 0);
        assert_int_equal(w.side.results[3].attempts, 2);
        assert_int_equal(weft_call_operation(handle, op), WEFT_EALREADY);
        wire_fini(&w);
    }
}

static void operations_are_counted(void **state)
{
    /* Goal: each call to a persistent method is an operation of its own, of one client; another session's is another.
     */
    (void)state;
    WEFT_RULE("op.id");
    uint8_t clients[2][CLIENT_PART];
    for (uint8_t seed = 0; seed < 2; seed++) {
        wire_peer w;
        heard one;
        wire_init(&w, true);
        w.seed = seed;
        w.root_service = true;
        w.options.retry = true;
        wire_settings_retry(&w.hello.settings);
        wire_shake(&w);
        for (int i = 0; i < 300; i++) {
            (void)call_root(&w, PAIR_ONCE, 0, NULL);
            hear(&w, 0, &one);
            const uint8_t *op = one.request.op.ptr;
            if (i == 0)
                memcpy(clients[seed], op, CLIENT_PART);
            assert_memory_equal(op, clients[seed], CLIENT_PART);
            assert_int_equal(op[CLIENT_PART] | op[CLIENT_PART + 1] << 8, i + 1);
            for (int k = CLIENT_PART + 2; k < WEFT_OPERATION_ID; k++)
                assert_int_equal(op[k], 0);
            answer(&w, 0, &one);
            assert_int_equal(w.side.done_times[0], 1);
            w.side.done_times[0] = 0;
        }
        wire_fini(&w);
    }
    assert_memory_not_equal(clients[0], clients[1], CLIENT_PART);
}

static void operation_of_the_application(void **state)
{
    /* Goal: an application that has stored an id goes on with it; where it would mean nothing the call is refused. */
    (void)state;
    WEFT_RULE("op.id");
    wire_peer w;
    heard one;
    static const uint8_t seed[32] = { 9 };
    uint8_t id[WEFT_OPERATION_ID], next[WEFT_OPERATION_ID];
    weft_operation_id_new(seed, id);
    memcpy(next, id, sizeof id);
    weft_operation_id_next(next);
    assert_memory_equal(id, next, CLIENT_PART);
    assert_int_equal(id[CLIENT_PART], 1);
    assert_int_equal(next[CLIENT_PART], 2);
    id[CLIENT_PART] = 0xff;
    memcpy(next, id, sizeof id);
    weft_operation_id_next(next);
    assert_int_equal(next[CLIENT_PART], 0);
    assert_int_equal(next[CLIENT_PART + 1], 1);
    ready(&w, false, true);
    (void)call_root(&w, PAIR_ONCE, 0, id);
    hear(&w, 0, &one);
    assert_memory_equal(one.request.op.ptr, id, sizeof id);
    weft_call_options options = weft_call_options_default();
    options.operation_or_null = id;
    weft_connection *root = weft_session_root(w.session);
    assert_int_equal(pair_call_with(&w.side, root, PAIR_AGAIN, 1, 1, &options, NULL), WEFT_EINVAL);
    assert_int_equal(pair_call_with(&w.side, root, PAIR_HOLD, 1, 1, &options, NULL), WEFT_EINVAL);
    answer(&w, 0, &one);
    wire_fini(&w);
    ready(&w, false, false);
    assert_int_equal(pair_call_with(&w.side, weft_session_root(w.session), PAIR_ONCE, 1, 1, &options, NULL),
                     WEFT_EINVAL);
    (void)call_root(&w, PAIR_ONCE, 0, NULL);
    hear(&w, 0, &one);
    assert_null(one.request.op.ptr); /* the counterpart does not name retry */
    answer(&w, 0, &one);
    wire_fini(&w);
}

/* An Open as it was read. */
static size_t hear_open(wire_peer *w, uint64_t connection, uint8_t *ret_body, size_t cap)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_OPEN, connection);
    assert_true(frame.body.len <= cap);
    memcpy(ret_body, frame.body.ptr, frame.body.len);
    return frame.body.len;
}

static void accept_open(wire_peer *w, uint64_t connection)
{
    weft__open_out open = wire_open_defaults(false);
    wire_settings_retry(&open.settings);
    wire_put_open_of(&w->out, WEFT__KIND_ACCEPT, connection, &open);
    wire_flush(w);
}

static weft_connection *opens_retrying(wire_peer *w, uint64_t *ret_id, uint8_t *ret_body, size_t *ret_len)
{
    size_t at = w->in_at;
    *ret_id = wire_opens(w);
    w->in_at = at;
    *ret_len = hear_open(w, *ret_id, ret_body, 4096);
    accept_open(w, *ret_id);
    assert_non_null(w->side.opened);
    return w->side.opened;
}

static void opens_are_the_same_again(void **state)
{
    /* Goal: a connection of a session that was lost is asked for byte for byte as before, in the order of ids; nothing
     * is sent on it before it is accepted, and its calls then. */
    (void)state;
    WEFT_RULE("op.retry");
    wire_peer w;
    heard one;
    uint64_t ids[3];
    weft_connection *conns[3];
    uint8_t opens[3][4096], again[4096];
    size_t lens[3];
    ready(&w, false, true);
    for (int i = 0; i < 3; i++)
        conns[i] = opens_retrying(&w, &ids[i], opens[i], &lens[i]);
    wire_cut(&w);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pair_call(&w.side, conns[i], PAIR_HOLD, 10, i, NULL), 0);
    begin_anew(&w);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(hear_open(&w, ids[i], again, sizeof again), lens[i]);
        assert_memory_equal(again, opens[i], lens[i]);
    }
    wire_expect_none(&w);
    for (int i = 2; i >= 0; i--) {
        accept_open(&w, ids[i]);
        hear(&w, ids[i], &one);
        answer(&w, ids[i], &one);
        assert_int_equal(w.side.results[i].code, 0);
        assert_int_equal(w.side.results[i].attempts, 1);
    }
    assert_int_equal(w.side.n_conn_closed, 0);
    for (int i = 0; i < 3; i++)
        weft_connection_release(conns[i]);
    wire_fini(&w);
}

/* The engine's next Open, on the id that follows: how long that took. */
static uint64_t expect_reopened(wire_peer *w, uint64_t *id_inout, const uint8_t *open, size_t len)
{
    uint8_t again[4096];
    uint64_t begin_ns = w->now_ns;
    while (w->in_at == w->in.len) {
        assert_true(weft_engine_deadline(w->engine) < begin_ns + 10 * WEFT_NS_PER_S);
        wire_advance(w, weft_engine_deadline(w->engine) - w->now_ns);
    }
    wire_frame frame = { 0 };
    size_t at = w->in_at;
    assert_true(wire_next(w, &frame));
    assert_int_equal(frame.kind, WEFT__KIND_OPEN);
    assert_true(frame.connection > *id_inout);
    w->in_at = at;
    *id_inout = frame.connection;
    assert_int_equal(hear_open(w, frame.connection, again, sizeof again), len);
    assert_memory_equal(again, open, len);
    return w->now_ns - begin_ns;
}

static void lost_connection_is_opened_again(void **state)
{
    /* Goal: a connection that its counterpart closes, lost, as a proxy does, is opened again in the same session, under
     * its handle; each time that it is lost soon it waits longer. What still comes for the old id is late. */
    (void)state;
    WEFT_RULE("op.retry");
    wire_peer w;
    heard one;
    uint64_t id;
    uint8_t open[4096];
    size_t len;
    ready(&w, false, true);
    weft_connection *conn = opens_retrying(&w, &id, open, &len);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pair_call(&w.side, conn, PAIR_ONCE, 10, 10 + i, NULL), 0);
        assert_int_equal(pair_call(&w.side, conn, PAIR_HOLD, 10, 20 + i, NULL), 0);
        wire_run(&w);
        hear(&w, id, &one);
        (void)wire_expect_request(&w, id);
        wire_put_close(&w.out, id, WEFT_CODE_LOST, UINT64_MAX);
        uint64_t old = id;
        wire_flush(&w);
        assert_int_equal(w.side.results[20 + i].code, WEFT_EINDETERMINATE);
        assert_true(w.side.results[20 + i].may_have_run);
        uint64_t waited = expect_reopened(&w, &id, open, len);
        assert_in_range(waited, (WEFT_BACKOFF_MIN << i) / 2, WEFT_BACKOFF_MIN << i);
        wire_put_response(&w.out, old, one.request.request_id, WEFT_OUTCOME_OK, 4);
        wire_flush(&w);
        wire_expect_alive(&w);
        accept_open(&w, id);
        heard again;
        hear(&w, id, &again);
        assert_same_attempt(&one, &again);
        answer(&w, id, &again);
        assert_int_equal(w.side.results[10 + i].code, 0);
        assert_int_equal(w.side.results[10 + i].attempts, 2);
    }
    assert_int_equal(w.side.n_disconnected, 0);
    assert_int_equal(w.side.n_conn_closed, 0);
    wire_advance(&w, WEFT_BACKOFF_MAX);
    wire_put_close(&w.out, id, WEFT_CODE_LOST, UINT64_MAX);
    wire_flush(&w);
    assert_int_equal(expect_reopened(&w, &id, open, len), 0);
    wire_put_close(&w.out, id, WEFT_CODE_INTERNAL, UINT64_MAX); /* undecided: another end than lost is one */
    wire_put_reject(&w.out, id, WEFT_CODE_UNREACHABLE, "nobody behind the proxy");
    wire_flush(&w);
    assert_int_equal(w.side.n_conn_closed, 1);
    weft_connection_release(conn);
    wire_fini(&w);
}

static void last_request_tells_what_has_not_run(void **state)
{
    /* Goal: of a connection that is closed as lost, what lies above last_request has not run: a volatile call says so.
     */
    (void)state;
    WEFT_RULE("op.retry");
    wire_peer w;
    uint64_t id;
    uint8_t open[4096];
    size_t len;
    ready(&w, false, true);
    weft_connection *conn = opens_retrying(&w, &id, open, &len);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pair_call(&w.side, conn, PAIR_HOLD, 10, i, NULL), 0);
    wire_run(&w);
    uint64_t first = wire_expect_request(&w, id);
    (void)wire_expect_request(&w, id);
    wire_put_close(&w.out, id, WEFT_CODE_LOST, first);
    wire_flush(&w);
    assert_int_equal(w.side.results[0].code, WEFT_EINDETERMINATE);
    assert_int_equal(w.side.results[1].code, WEFT_ECONNCLOSED);
    assert_false(w.side.results[1].may_have_run);
    weft_connection_release(conn);
    wire_fini(&w);
}

static void refused_resumption_becomes_another_session(void **state)
{
    /* Goal: a counterpart that knows the session no more is asked for another one at once, and what may be sent again
     * goes there. */
    (void)state;
    WEFT_RULE("op.retry");
    WEFT_RULE("resume.refuse");
    wire_peer w;
    heard first, second;
    ready(&w, true, true);
    (void)call_root(&w, PAIR_ONCE, 0, NULL);
    (void)call_root(&w, PAIR_HOLD, 1, NULL);
    hear(&w, 0, &first);
    wire_cut(&w);
    assert_int_equal(w.side.n_done, 0); /* it may be resumed */
    (void)call_root(&w, PAIR_HOLD, 2, NULL);
    wire_dial(&w);
    weft__hello hello = wire_read_hello(&w);
    assert_int_equal(hello.resume_key.len, WIRE_KEY);
    wire_put_preamble(&w.out, false);
    wire_put_said(&w.out, WEFT__KIND_SORRY, WEFT_CODE_NOT_RESUMABLE, "who are you?");
    wire_flush(&w);
    wire_hang_up(&w);
    assert_true(weft_engine_wants_conduit(w.engine));
    assert_int_equal(w.side.results[1].code, WEFT_EINDETERMINATE);
    assert_int_equal(w.side.results[2].code, WEFT_ECONNCLOSED);
    assert_int_equal(w.side.n_replaced, 0);
    begin_anew(&w);
    assert_int_equal(w.side.n_disconnected, 1);
    assert_int_equal(w.side.n_resumed, 0);
    assert_int_equal(w.side.n_replaced, 1);
    assert_int_equal(w.side.outage.remote, WEFT_CODE_NOT_RESUMABLE);
    hear(&w, 0, &second);
    assert_same_attempt(&first, &second);
    answer(&w, 0, &second);
    assert_int_equal(w.side.results[0].attempts, 2);
    w.sent = wire_counted(&w.out);
    wire_survivor_fini(&w);
}

static void resumption_is_no_attempt(void **state)
{
    /* Goal: what goes on over another conduit is the same attempt; the session is not another. */
    (void)state;
    WEFT_RULE("op.retry");
    wire_peer w;
    heard first;
    ready(&w, true, true);
    (void)call_root(&w, PAIR_ONCE, 0, NULL);
    hear(&w, 0, &first);
    wire_cut(&w);
    wire_resume(&w);
    assert_int_equal(w.side.n_resumed, 1);
    assert_int_equal(w.side.n_replaced, 0);
    wire_expect_none(&w);
    answer(&w, 0, &first);
    assert_int_equal(w.side.results[0].code, 0);
    assert_int_equal(w.side.results[0].attempts, 1);
    wire_survivor_fini(&w);
}

static void without_retry_a_refused_resumption_is_the_end(void **state)
{
    /* Goal: an application that did not ask for another session is told that its own is gone. */
    (void)state;
    WEFT_RULE("resume.refuse");
    wire_peer w;
    wire_survivor_ready(&w, true);
    wire_cut(&w);
    wire_dial(&w);
    wire_put_preamble(&w.out, false);
    wire_put_said(&w.out, WEFT__KIND_SORRY, WEFT_CODE_NOT_RESUMABLE, "who are you?");
    wire_flush(&w);
    wire_hang_up(&w);
    assert_int_equal(w.side.n_closed, 1);
    assert_int_equal(w.side.end.remote, WEFT_CODE_NOT_RESUMABLE);
    wire_survivor_fini(&w);
}

static void cut_before_it_is_told(wire_peer *w, bool is_new)
{
    (void)is_new;
    w->finished = NULL;
    weft_engine_disconnected(w->engine, WEFT_ECONNRESET, NULL, w->now_ns);
}

static void outages_that_follow_at_once_are_told_as_one(void **state)
{
    /* Goal: an application that has not heard of an outage's end when the next one begins hears of one outage; and that
     * the session is another, once that is so. */
    (void)state;
    WEFT_RULE("resume.visible");
    wire_peer w;
    ready(&w, false, true);
    wire_cut(&w);
    w.finished = cut_before_it_is_told;
    wire_dial(&w);
    wire_put_preamble(&w.out, false);
    wire_put_hello_of(&w.out, WEFT__KIND_WELCOME, &w.hello);
    wire_flush(&w);
    assert_null(w.finished);
    assert_int_equal(w.side.n_disconnected, 1);
    assert_int_equal(w.side.n_replaced, 0);
    begin_anew(&w);
    assert_int_equal(w.side.n_disconnected, 1);
    assert_int_equal(w.side.n_replaced, 1);
    wire_fini(&w);
}

static void counts_begin_anew(void **state)
{
    /* Goal: on a connection that is opened again nothing has been received and nothing been spent: Close names no
     * request of the session before, and the whole window may be used. */
    (void)state;
    WEFT_RULE("op.retry");
    WEFT_RULE("flow.window");
    enum { LEN = 60000, BEFORE = 7, AFTER = 16 }; /* the window is 1 MiB, given back by halves */
    wire_peer w;
    uint64_t id;
    uint8_t open[4096];
    size_t len;
    ready(&w, false, true);
    weft_connection *conn = opens_retrying(&w, &id, open, &len);
    for (uint64_t i = 1; i <= BEFORE; i++)
        wire_put_request(&w.out, id, 2 * i, pair_service.methods[PAIR_HOLD].id, LEN);
    wire_flush(&w);
    assert_int_equal(w.side.n_handled, BEFORE);
    wire_cut(&w);
    assert_int_equal(w.side.n_cancelled, BEFORE);
    begin_anew(&w);
    assert_int_equal(hear_open(&w, id, open, sizeof open), len);
    accept_open(&w, id);
    w.hold_output = true;
    for (uint64_t i = 1; i <= AFTER; i++)
        wire_put_request(&w.out, id, 2 * i, pair_service.methods[PAIR_HOLD].id, LEN);
    wire_flush(&w);
    w.hold_output = false;
    assert_int_equal(w.side.n_handled, BEFORE + AFTER);
    for (int i = 0; i < BEFORE + AFTER; i++)
        (void)weft_call_drop(w.side.held[i]);
    wire_cut(&w);
    begin_anew(&w);
    assert_int_equal(hear_open(&w, id, open, sizeof open), len);
    accept_open(&w, id);
    assert_int_equal(weft_connection_close(conn, WEFT_CODE_NONE, NULL), 0);
    wire_run(&w);
    wire_frame frame = wire_expect(&w, WEFT__KIND_CLOSE, id);
    weft__close close;
    assert_int_equal(weft__close_decode(frame.body, &close), 0);
    assert_int_equal(close.last_request, 0);
    weft_connection_release(conn);
    wire_fini(&w);
}

static void persistent_call_that_waited_gets_its_operation(void **state)
{
    /* Goal: a call that was made while nobody retried carries an operation where the new counterpart does. */
    (void)state;
    WEFT_RULE("op.id");
    wire_peer w;
    heard one;
    uint8_t op[WEFT_OPERATION_ID];
    ready(&w, false, false);
    wire_cut(&w);
    weft_call handle = call_root(&w, PAIR_ONCE, 0, NULL);
    assert_int_equal(weft_call_operation(handle, op), WEFT_EINVAL);
    wire_settings_retry(&w.hello.settings);
    begin_anew(&w);
    hear(&w, 0, &one);
    assert_non_null(one.request.op.ptr);
    assert_int_equal(weft_call_operation(handle, op), 0);
    assert_memory_equal(op, one.request.op.ptr, sizeof op);
    wire_cut(&w);
    begin_anew(&w);
    hear(&w, 0, &one);
    assert_memory_equal(op, one.request.op.ptr, sizeof op);
    answer(&w, 0, &one);
    assert_int_equal(w.side.results[0].attempts, 2);
    wire_fini(&w);
}

static void hold_output(wire_peer *w, bool is_new)
{
    (void)is_new;
    w->finished = NULL;
    w->hold_output = true;
}

static void forgotten_call_makes_room(void **state)
{
    /* Goal: a call whose time to go again passes before the conduit takes it leaves its place to who waits for one. */
    (void)state;
    WEFT_RULE("call.concurrent");
    wire_peer w;
    heard one;
    wire_init(&w, true);
    w.root_service = true;
    w.options.retry = true;
    wire_settings_retry(&w.hello.settings);
    w.hello.settings.operation_ttl_ms = 5000;
    w.hello.settings.max_concurrent_requests = 1;
    wire_shake(&w);
    (void)call_root(&w, PAIR_ONCE, 0, NULL);
    hear(&w, 0, &one);
    wire_cut(&w);
    w.finished = hold_output;
    wire_dial(&w);
    wire_put_preamble(&w.out, false);
    wire_put_hello_of(&w.out, WEFT__KIND_WELCOME, &w.hello);
    wire_flush(&w);
    (void)call_root(&w, PAIR_HOLD, 1, NULL);
    wire_advance(&w, 6 * WEFT_NS_PER_S);
    assert_int_equal(w.side.results[0].code, WEFT_EINDETERMINATE);
    assert_int_equal(w.side.done_times[1], 0);
    w.hold_output = false;
    wire_run(&w);
    (void)wire_read_hello(&w);
    (void)wire_expect(&w, WEFT__KIND_READY, 0);
    hear(&w, 0, &one);
    answer(&w, 0, &one);
    assert_int_equal(w.side.results[1].code, 0);
    wire_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attempts_carry_the_same),
        cmocka_unit_test(operations_are_counted),
        cmocka_unit_test(operation_of_the_application),
        cmocka_unit_test(opens_are_the_same_again),
        cmocka_unit_test(lost_connection_is_opened_again),
        cmocka_unit_test(last_request_tells_what_has_not_run),
        cmocka_unit_test(refused_resumption_becomes_another_session),
        cmocka_unit_test(resumption_is_no_attempt),
        cmocka_unit_test(without_retry_a_refused_resumption_is_the_end),
        cmocka_unit_test(outages_that_follow_at_once_are_told_as_one),
        cmocka_unit_test(counts_begin_anew),
        cmocka_unit_test(persistent_call_that_waited_gets_its_operation),
        cmocka_unit_test(forgotten_call_makes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
