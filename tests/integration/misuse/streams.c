/* The world's call with a stream each way, and what calls and opens pass. The client sends some items; the server sends
 * each back twice, and wants no more after the last. Both windows are too small for that. */
#include "tests/integration/misuse/world.h"

enum { N_ITEMS = 6, N_BACK = 2 * N_ITEMS, ENOUGH = WEFT_CODE_APPLICATION + 44 };

/* What a channel's end may say of itself. */
static void assert_channel(int rc)
{
    assert_true(rc == 0 || rc == WEFT_EALREADY);
}

static void assert_sent(int rc)
{
    assert_true(rc == 0 || rc == WEFT_ERESET || rc == WEFT_ECLOSED);
}

static void assert_end(const weft_channel_end *end)
{
    assert_true(end->kind >= WEFT_CHANNEL_FINISHED && end->kind <= WEFT_CHANNEL_CANCELLED);
    assert_true((end->kind == WEFT_CHANNEL_FINISHED) == (end->code == 0));
}

/* ---- the server ---- */

static void server_room(void *user);

static void server_pump(world *w)
{
    int rc = 0;
    while (rc == 0 && w->n_server_sent < 2 * w->n_server_items) {
        rc = lt_bytes_send(w->server_tx, weft_bytes_of("back", 4));
        w->n_server_sent += rc == 0;
    }
    if (rc == WEFT_EAGAIN) {
        assert_int_equal(lt_bytes_on_room(w->server_tx, server_room, w), 0);
        w->n_server_rooms += w->n_server_rooms == w->n_server_roomed; /* a second one replaces the first */
        return;
    }
    assert_sent(rc);
    if (!w->has_read)
        return;
    assert_channel(weft_channel_finish(w->server_tx.channel));
    assert_int_equal(weft_channel_finish(w->server_tx.channel), WEFT_EALREADY);
    assert_channel(lt_echo_stream_return(w->streamed, (uint64_t)w->n_server_items));
}

static void server_room(void *user)
{
    world *w = user;
    w->n_server_roomed++;
    world_now(w, AT_SERVER_ROOM);
    server_pump(w);
}

static bool server_item(void *user, lt_bytes_rx rx, weft_bytes item)
{
    world *w = user;
    assert_int_equal(item.len, 4);
    assert_int_equal(w->n_server_read_ends, 0);
    w->n_server_items++;
    world_now(w, AT_SERVER_ITEM);
    if (w->n_server_items == N_ITEMS)
        assert_channel(weft_channel_reset(rx.channel, ENOUGH, "enough"));
    server_pump(w);
    return true;
}

static void server_read_end(void *user, const weft_channel_end *end)
{
    world *w = user;
    assert_end(end);
    w->n_server_read_ends++;
    w->has_read = true;
    if (end->kind == WEFT_CHANNEL_FINISHED)
        assert_int_equal(w->n_server_items, w->n_sent);
    world_now(w, AT_SERVER_READ_END);
    assert_int_equal(weft_channel_reset(w->server_rx.channel, ENOUGH, NULL), WEFT_EALREADY);
    server_pump(w);
}

void world_on_stream(void *self, lt_echo_stream_call call, lt_bytes_rx input, lt_bytes_tx output)
{
    static const lt_bytes_reader reader = { sizeof reader, server_item, server_read_end };
    world *w = self;
    if (w->streamed.call.slot) { /* an act's */
        (void)weft_call_drop(call.call);
        return;
    }
    w->streamed = call;
    w->server_rx = input;
    w->server_tx = output;
    world_now(w, AT_HANDLER_STREAM);
    int rc = lt_bytes_read(input, &reader, w);
    assert_channel(rc);
    w->n_server_reads += rc == 0;
    if (rc == 0)
        assert_int_equal(lt_bytes_read(input, &reader, w), WEFT_EALREADY);
}

/* ---- the client ---- */

static void client_room(void *user);

static void client_pump(world *w)
{
    int rc = 0;
    while (rc == 0 && w->n_sent < N_ITEMS) {
        rc = lt_bytes_send(w->tx, weft_bytes_of("item", 4));
        w->n_sent += rc == 0;
    }
    if (rc == WEFT_EAGAIN) {
        assert_int_equal(lt_bytes_on_room(w->tx, client_room, w), 0);
        w->n_rooms += w->n_rooms == w->n_roomed;
        return;
    }
    assert_sent(rc);
}

static void client_room(void *user)
{
    world *w = user;
    w->n_roomed++;
    world_now(w, AT_CLIENT_ROOM);
    client_pump(w);
}

static void client_send_end(void *user, const weft_channel_end *end)
{
    world *w = user;
    assert_end(end);
    assert_int_not_equal(end->code, 0);
    w->n_send_ends++;
    assert_int_equal(weft_channel_finish(w->tx.channel), WEFT_EALREADY);
    world_now(w, AT_CLIENT_SEND_END);
}

static bool client_item(void *user, lt_bytes_rx rx, weft_bytes item)
{
    world *w = user;
    (void)rx;
    assert_int_equal(item.len, 4);
    assert_int_equal(w->n_read_ends, 0);
    w->n_items++;
    world_now(w, AT_CLIENT_ITEM);
    return true;
}

static void client_read_end(void *user, const weft_channel_end *end)
{
    world *w = user;
    assert_end(end);
    w->n_read_ends++;
    if (end->kind == WEFT_CHANNEL_FINISHED)
        assert_int_equal(w->n_items, w->n_server_sent);
    world_now(w, AT_CLIENT_READ_END);
}

static void on_streamed(void *user, const lt_echo_stream_reply *reply)
{
    world *w = user;
    (void)reply;
    w->n_done++;
    if (w->streamed_all) /* an act's */
        return;
    world_now(w, AT_CLIENT_STREAMED);
    world_over(w, &w->streamed_all);
}

int world_stream(world *w)
{
    static const lt_bytes_reader reader = { sizeof reader, client_item, client_read_end };
    lt_echo_client client = { w->client };
    lt_bytes_tx tx = { { NULL, 0 } };
    lt_bytes_rx rx = { { NULL, 0 } };
    bool first = !w->streaming.slot;
    int rc = lt_echo_stream(client, NULL, on_streamed, w, first ? &w->streaming : NULL, &tx, &rx);
    w->n_calls += rc == 0;
    if (rc < 0 || !first)
        return rc;
    w->tx = tx;
    w->rx = rx;
    assert_int_equal(lt_bytes_read(rx, &reader, w), 0);
    w->n_reads++;
    assert_int_equal(weft_channel_on_end(tx.channel, client_send_end, w), 0);
    client_pump(w);
    return 0;
}

/* ---- interceptors ---- */

static weft_outcome call_out(void *user, const weft_call_info *info, const char **ret_text)
{
    world *w = user;
    (void)ret_text;
    assert_false(info->inbound);
    *info->state = w;
    w->n_passed++;
    return WEFT_OUTCOME_OK;
}

static weft_outcome call_in(void *user, const weft_call_info *info, const char **ret_text)
{
    world *w = user;
    (void)ret_text;
    assert_true(info->inbound);
    *info->state = w;
    w->n_passed++;
    world_now(w, AT_SERVER_CALL_IN);
    return WEFT_OUTCOME_OK;
}

static void call_done(void *user, const weft_call_info *info, const weft_result *result)
{
    world *w = user;
    assert_non_null(result);
    assert_ptr_equal(*info->state, w);
    w->n_passed_done++;
    world_now(w, info->inbound ? AT_SERVER_CALL_DONE : AT_CLIENT_CALL_DONE);
}

static uint16_t open_in(void *user, const weft_open_info *info, const char **ret_text)
{
    (void)ret_text;
    assert_false(info->is_root);
    world_now(user, AT_SERVER_OPEN_IN);
    return WEFT_CODE_NONE;
}

void world_intercept(world *w, weft_session_options *options)
{
    w->interceptor = (weft_interceptor){ sizeof w->interceptor, w, call_out, call_in, call_done, open_in };
    w->chain[0] = &w->interceptor;
    options->interceptors = w->chain;
    options->n_interceptors = 1;
}

/* ---- what came of it ---- */

void world_assert_streams(const world *w)
{
    assert_int_equal(w->n_passed_done, w->n_passed);
    assert_int_equal(w->n_read_ends, w->n_reads);
    assert_int_equal(w->n_server_read_ends, w->n_server_reads);
    assert_true(w->n_items <= w->n_server_sent);
    assert_true(w->n_server_items <= w->n_sent);
    assert_true(w->n_roomed <= w->n_rooms);
    assert_true(w->n_server_roomed <= w->n_server_rooms);
    assert_true(w->n_send_ends <= w->n_reads);
    assert_true(w->n_drainings <= 2); /* of its own, and of the counterpart's */
    assert_true(w->n_server_drainings <= 2);
    if (w->act || !w->came || w->n_failed > 0)
        return;
    assert_int_equal(w->n_sent, N_ITEMS);
    assert_int_equal(w->n_server_items, N_ITEMS);
    assert_int_equal(w->n_items, N_BACK);
    assert_int_equal(w->n_send_ends, 1);
    assert_int_equal(w->n_roomed, w->n_rooms);
    assert_int_equal(w->n_server_roomed, w->n_server_rooms);
    assert_int_equal(w->n_drainings, 1);
    assert_int_equal(w->n_server_drainings, 1);
    assert_int_equal(w->n_writable > 0, w->at == AT_CLIENT_WRITABLE);
}
