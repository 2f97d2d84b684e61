/* What the tests of channels of blocking clients begin with. */
#include "tests/integration/blocking/stream_rig.h"

int rig_setup(void **state)
{
    static rig r;
    memset(&r, 0, sizeof r);
    server_start(&r.server);
    assert_int_equal(weft_blocking_new(NULL, &r.blocking), 0);
    assert_int_equal(weft_blocking_connect(r.blocking, r.server.url, NULL, 10 * SECOND, &r.session, NULL), 0);
    assert_int_equal(bt_streams_open_sync(r.session, NULL, &r.client, NULL), 0);
    assert_int_equal(weft_arena_new(NULL, &r.arena), 0);
    *state = &r;
    return 0;
}

int rig_teardown(void **state)
{
    rig *r = *state;
    weft_blocking_client_release(r->client.client);
    weft_blocking_session_release(r->session);
    assert_int_equal(weft_blocking_free(r->blocking), 0);
    weft_arena_free(r->arena);
    server_stop(&r->server);
    return 0;
}

void poke(rig *r, bt_poke what)
{
    bt_streams_poke_args args;
    bt_streams_poke_reply reply;
    args.what = what;
    assert_int_equal(bt_streams_poke_sync(r->client, &args, NULL, r->arena, &reply), 0);
}

uint64_t sent(rig *r)
{
    bt_streams_sent_reply reply;
    assert_int_equal(bt_streams_sent_sync(r->client, NULL, r->arena, &reply), 0);
    return reply.value;
}

bt_note_sync_rx watch_begin(rig *r, uint64_t n, bt_streams_watch_sync_call *ret_call)
{
    bt_streams_watch_args args = { n };
    bt_note_sync_rx rx = { NULL };
    assert_int_equal(bt_streams_watch_begin_sync(r->client, &args, NULL, ret_call, &rx), 0);
    return rx;
}

bt_note_sync_rx silent_begin(rig *r, bt_streams_silent_sync_call *ret_call)
{
    bt_note_sync_rx rx = { NULL };
    assert_int_equal(bt_streams_silent_begin_sync(r->client, NULL, ret_call, &rx), 0);
    uv_sem_wait(&r->server.waits);
    return rx;
}

bt_note_sync_tx stuck_begin(rig *r, bt_streams_stuck_sync_call *ret_call)
{
    bt_note_sync_tx tx = { NULL };
    assert_int_equal(bt_streams_stuck_begin_sync(r->client, NULL, ret_call, &tx), 0);
    uv_sem_wait(&r->server.waits);
    return tx;
}

bt_note note_of_bytes(size_t len)
{
    static const uint8_t bytes[256 * 1024];
    bt_note note;
    bt_note_init(&note);
    note.key = WEFT_STR("key");
    note.data = weft_bytes_of(bytes, len);
    return note;
}

/* The next one. */
const bt_note *receive(rig *r, bt_note_sync_rx rx)
{
    static const bt_note nothing;
    const bt_note *note = NULL;
    assert_int_equal(bt_note_receive_sync(rx, 10 * SECOND, r->arena, &note), 0);
    assert_non_null(note);
    return note ? note : &nothing;
}

void assert_finished(rig *r, bt_note_sync_rx rx)
{
    static const bt_note something;
    const bt_note *note = &something;
    assert_int_equal(bt_note_receive_sync(rx, 10 * SECOND, r->arena, &note), 0);
    assert_null(note);
    assert_int_equal(bt_note_receive_sync(rx, 10 * SECOND, r->arena, &note), 0);
    assert_null(note);
}

weft_channel_end end_of(weft_blocking_channel *channel)
{
    weft_channel_end end;
    assert_int_equal(weft_blocking_channel_end(channel, &end), 0);
    return end;
}
