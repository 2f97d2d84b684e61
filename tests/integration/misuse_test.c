/* Anything may be closed, ended or let go in any callback: each act in each kind of callback, over memory and over TCP.
 */
#include "tests/integration/misuse/world.h"

/* ---- the matrix ---- */

static void live_matrix(const char *url, bool all_come)
{
    int times[WORLD_ACTS_MAX] = { 0 };
    for (int at = 0; at < N_MOMENTS; at++) {
        world w;
        world_live(&w, url, (moment)at, NULL);
        if (all_come && !w.came)
            fail_msg("%s does not come", world_moment_name((moment)at));
        for (size_t i = 0; world_acts[i].name; i++) {
            print_message("%s: %s\n", world_moment_name((moment)at), world_acts[i].name);
            world_live(&w, url, (moment)at, world_acts[i].act);
            times[i] += w.acted;
        }
    }
    for (size_t i = 0; world_acts[i].name; i++)
        assert_true(times[i] > 0);
}

static void callback_of_each_kind_takes_each_act_memory(void **state)
{
    /* Goal: whatever is done in whichever callback, what was begun ends once and nothing is left. */
    (void)state;
    live_matrix("mem://misuse", true);
}

static void callback_of_each_kind_takes_each_act_tcp(void **state)
{
    /* Goal: the same where a socket is between them. */
    (void)state;
    live_matrix("tcp://127.0.0.1:0", false);
}

/* ---- handles that are nothing, or something else ---- */

static void nothing(void *user)
{
    (void)user;
    fail_msg("a stale call is told of");
}

static void assert_stale_call(weft_call call)
{
    weft_metadata none = { NULL, 0 };
    lt_echo_wait_call wait = { call };
    lt_echo_echo_call echo = { call };
    const lt_echo_echo_args *args = NULL;
    assert_int_equal(weft_call_cancel(call), WEFT_EALREADY);
    assert_true(weft_call_is_cancelled(call));
    assert_true(weft_call_remaining_ns(call) == 0);
    assert_null(weft_call_arena(call));
    assert_null(weft_call_metadata(call));
    assert_int_equal(weft_call_reply_metadata(call, &none), WEFT_EALREADY);
    assert_int_equal(weft_call_on_cancel(call, nothing, NULL), WEFT_EALREADY);
    assert_int_equal(weft_call_fail(call, WEFT_OUTCOME_INTERNAL, "no"), WEFT_EALREADY);
    assert_int_equal(weft_call_drop(call), WEFT_EALREADY);
    assert_int_equal(lt_echo_wait_return(wait, true), WEFT_EALREADY);
    assert_int_equal(lt_echo_echo_return(echo, weft_bytes_of("", 0)), WEFT_EALREADY);
    assert_int_equal(lt_echo_echo_keep(echo, &args), WEFT_EALREADY);
}

static void assert_stale_pending(weft_pending pending)
{
    static const lt_echo_handler handler = { sizeof handler, NULL, NULL, NULL, NULL };
    weft_connection *conn = NULL;
    assert_int_equal(weft_pending_service(pending).len, 0);
    assert_null(weft_pending_metadata(pending));
    assert_null(weft_pending_session(pending));
    assert_null(weft_pending_peer(pending));
    assert_false(weft_pending_is_root(pending));
    assert_int_equal(weft_pending_accept(pending, NULL, &conn), WEFT_EALREADY);
    assert_int_equal(weft_pending_reject(pending, WEFT_CODE_REFUSED, NULL, NULL), WEFT_EALREADY);
    assert_int_equal(weft_pending_reject(pending, WEFT_CODE_NONE, NULL, NULL), WEFT_EALREADY);
    assert_int_equal(weft_pending_drop(pending), WEFT_EALREADY);
    assert_int_equal(lt_echo_serve(pending, &handler, NULL, NULL), WEFT_EALREADY);
    assert_null(conn);
}

static void channel_room(void *user)
{
    (void)user;
    fail_msg("a stale channel is told of");
}

static void channel_end(void *user, const weft_channel_end *end)
{
    (void)end;
    channel_room(user);
}

static bool channel_item(void *user, lt_bytes_rx rx, weft_bytes item)
{
    (void)rx, (void)item;
    channel_room(user);
    return true;
}

static void assert_stale_channel(weft_channel channel)
{
    static const lt_bytes_reader reader = { sizeof reader, channel_item, channel_end };
    lt_bytes_tx tx = { channel };
    lt_bytes_rx rx = { channel };
    assert_int_equal(weft_channel_finish(channel), WEFT_EALREADY);
    assert_int_equal(weft_channel_abort(channel, WEFT_CODE_INTERNAL, "no"), WEFT_EALREADY);
    assert_int_equal(weft_channel_on_end(channel, channel_end, NULL), WEFT_EALREADY);
    assert_int_equal(weft_channel_reset(channel, WEFT_CODE_INTERNAL, "no"), WEFT_EALREADY);
    assert_int_equal(weft_channel_consumed(channel, 0), WEFT_EALREADY);
    assert_int_equal(weft_channel_pause(channel, true), WEFT_EALREADY);
    assert_int_equal(weft_channel_keep(channel), WEFT_EALREADY);
    assert_int_equal(lt_bytes_send(tx, weft_bytes_of("", 0)), WEFT_ECLOSED);
    assert_int_equal(lt_bytes_on_room(tx, channel_room, NULL), WEFT_EALREADY);
    assert_int_equal(lt_bytes_read(rx, &reader, NULL), WEFT_EALREADY);
}

/* While the handler of the streams runs. */
static bool use_wrong_channels(world *w)
{
    weft_channel null_channel = { NULL, 0 }, later = w->server_rx.channel;
    weft_channel as_channel = { w->streamed.call.slot, w->streamed.call.generation };
    weft_call as_call = { w->server_tx.channel.slot, w->server_tx.channel.generation };
    weft_pending as_pending = { w->server_rx.channel.slot, w->server_rx.channel.generation };
    later.generation++;
    assert_stale_channel(null_channel);
    assert_stale_channel(later);
    assert_stale_channel(as_channel);
    assert_stale_call(as_call);
    assert_stale_pending(as_pending);
    assert_int_equal(weft_channel_keep(w->server_tx.channel), 0); /* nothing happened to them */
    assert_int_equal(weft_channel_keep(w->server_rx.channel), 0);
    return true;
}

static bool use_ended_channels(world *w)
{
    assert_stale_channel(w->rx.channel);
    assert_stale_channel(w->tx.channel);
    assert_stale_channel(w->server_rx.channel);
    assert_stale_channel(w->server_tx.channel);
    return true;
}

/* While the call waits at the server: handles that are nothing, and each kind where another is due. */
static bool use_wrong_handles(world *w)
{
    weft_call null_call = { NULL, 0 }, later = w->held.call, as_call = { w->pending.slot, w->pending.generation };
    weft_pending null_pending = { NULL, 0 }, as_pending = { w->held.call.slot, w->held.call.generation };
    later.generation++;
    assert_stale_call(null_call);
    assert_stale_call(later);
    assert_stale_call(as_call);
    assert_stale_pending(null_pending);
    assert_stale_pending(as_pending);
    assert_stale_pending(w->pending);                                /* decided */
    assert_int_equal(weft_call_cancel(w->held.call), WEFT_EALREADY); /* it is the counterpart's */
    assert_int_equal(weft_call_drop(w->waiting), WEFT_EALREADY);     /* and this is our own */
    assert_int_equal(weft_call_fail(w->held.call, WEFT_OUTCOME_OK, NULL), WEFT_EINVAL);
    return !weft_call_is_cancelled(w->held.call);
}

static bool use_answered(world *w)
{
    (void)weft_call_drop(w->held.call);
    assert_stale_call(w->held.call);
    assert_stale_call(w->waiting);
    return true;
}

static void handle_stale_null_or_of_another_kind_says_so(void **state)
{
    /* Goal: each function that takes a handle answers one that leads nowhere, and nothing happens. */
    world w;
    (void)state;
    world_live(&w, "mem://misuse", AT_HANDLER_KEEPING, use_wrong_handles);
    assert_true(w.acted);
    world_live(&w, "mem://misuse", AT_CALL_CANCELLED, use_answered);
    assert_true(w.acted);
    world_live(&w, "mem://misuse", AT_HANDLER_STREAM, use_wrong_channels);
    assert_true(w.acted);
    world_live(&w, "mem://misuse", AT_CLIENT_CLOSED, use_ended_channels);
    assert_true(w.acted);
}

/* ---- ends from outside of callbacks ---- */

typedef struct counts {
    weft_connection *client;
    int n_handled, n_opened, n_failed_opens, n_done, n_closed, n_handlers_closed;
    bool keep; /* opens stay undecided */
} counts;

static void counts_on_echo(void *self, lt_echo_echo_call call, const lt_echo_echo_args *args)
{
    (void)self;
    (void)lt_echo_echo_return(call, args->data);
}

static void counts_on_wait(void *self, lt_echo_wait_call call)
{
    counts *c = self;
    (void)call;
    c->n_handled++;
}

static void counts_on_handler_closed(void *self)
{
    counts *c = self;
    c->n_handlers_closed++;
}

static int counts_on_open(void *user, weft_session *session, weft_pending pending)
{
    static const lt_echo_handler handler = { sizeof handler, counts_on_handler_closed, counts_on_echo, counts_on_wait,
                                             NULL };
    counts *c = user;
    (void)session;
    return c->keep ? 0 : lt_echo_serve(pending, &handler, c, NULL);
}

static void counts_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    counts *c = user;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    c->n_closed++;
    weft_session_release(session);
}

static void counts_on_waited(void *user, const lt_echo_wait_reply *reply)
{
    counts *c = user;
    assert_int_not_equal(reply->result.code, 0);
    c->n_done++;
}

static void counts_on_opened(void *user, lt_echo_client client, const weft_error *error_or_null)
{
    counts *c = user;
    c->client = client.connection;
    c->n_opened += error_or_null == NULL;
    c->n_failed_opens += error_or_null != NULL;
}

static weft_session *counts_begin(counts *c, weft_runtime *runtime, const char *url)
{
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    weft_session *session;
    char bound[64];
    options.on_open = counts_on_open;
    options.on_event = counts_on_event;
    options.user = c;
    assert_int_equal(weft_listen(runtime, url, &options, &listener, NULL), 0);
    assert_int_equal(weft_listener_url(listener, bound, sizeof bound), 0);
    assert_int_equal(weft_connect(runtime, bound, &options, &session, NULL), 0);
    assert_int_equal(lt_echo_open(session, NULL, counts_on_opened, c), 0);
    return session;
}

static void runtime_freed_with_calls_in_flight_ends_them(void **state)
{
    /* Goal: weft_runtime_free of a runtime with its own loop ends all that lives on it, calls that wait included. */
    static const char *const urls[] = { "mem://freed", "tcp://127.0.0.1:0" };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        counts c = { .client = NULL };
        weft_runtime *runtime;
        assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
        (void)counts_begin(&c, runtime, urls[i]);
        while (!c.client)
            (void)uv_run(weft_runtime_loop(runtime), UV_RUN_ONCE);
        lt_echo_client client = { c.client };
        for (int k = 0; k < 10; k++)
            assert_int_equal(lt_echo_wait(client, NULL, counts_on_waited, &c, NULL), 0);
        while (c.n_handled < 5 + (int)i * 5) /* what is under way in memory, too */
            (void)uv_run(weft_runtime_loop(runtime), UV_RUN_ONCE);
        assert_int_equal(c.n_done, 0);
        weft_connection_release(c.client);
        weft_runtime_free(runtime);
        assert_int_equal(c.n_done, 10);
        assert_int_equal(c.n_closed, 2);
        assert_int_equal(c.n_handlers_closed, 1);
    }
}

static void runtime_freed_with_opens_undecided_ends_them(void **state)
{
    /* Goal: opens that wait for somebody's decision, and such as have not gone out yet, end with an error. */
    (void)state;
    for (int turns = 0; turns < 30; turns += 3) {
        counts c = { .keep = true };
        weft_runtime *runtime;
        assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
        weft_session *session = counts_begin(&c, runtime, "tcp://127.0.0.1:0");
        for (int i = 0; i < turns; i++)
            (void)uv_run(weft_runtime_loop(runtime), UV_RUN_NOWAIT);
        assert_int_equal(lt_echo_open(session, NULL, counts_on_opened, &c), 0);
        weft_runtime_free(runtime);
        assert_int_equal(c.n_failed_opens, 2);
        assert_int_equal(c.n_opened, 0);
        assert_true(c.n_closed == 1 || c.n_closed == 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callback_of_each_kind_takes_each_act_memory),
        cmocka_unit_test(callback_of_each_kind_takes_each_act_tcp),
        cmocka_unit_test(handle_stale_null_or_of_another_kind_says_so),
        cmocka_unit_test(runtime_freed_with_calls_in_flight_ends_them),
        cmocka_unit_test(runtime_freed_with_opens_undecided_ends_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
