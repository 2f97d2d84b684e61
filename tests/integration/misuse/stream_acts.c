/* What is done in callbacks with streams. Where an end is gone, each function says so. */
#include "tests/integration/misuse/world.h"

enum { CODE = WEFT_CODE_APPLICATION + 1 };

/* 0, or it is gone; and then it is gone. */
static bool ended(weft_channel channel, int rc)
{
    assert_true(rc == 0 || rc == WEFT_EALREADY);
    assert_int_equal(weft_channel_finish(channel), WEFT_EALREADY);
    assert_int_equal(weft_channel_abort(channel, CODE, NULL), WEFT_EALREADY);
    assert_int_equal(lt_bytes_send((lt_bytes_tx){ channel }, weft_bytes_of("late", 4)), WEFT_ECLOSED);
    return true;
}

bool world_act_finish_client(world *w)
{
    return w->tx.channel.slot && ended(w->tx.channel, weft_channel_finish(w->tx.channel));
}

bool world_act_abort_client(world *w)
{
    return w->tx.channel.slot && ended(w->tx.channel, weft_channel_abort(w->tx.channel, CODE, "acted"));
}

bool world_act_finish_server(world *w)
{
    return w->server_tx.channel.slot && ended(w->server_tx.channel, weft_channel_finish(w->server_tx.channel));
}

bool world_act_abort_server(world *w)
{
    return w->server_tx.channel.slot &&
           ended(w->server_tx.channel, weft_channel_abort(w->server_tx.channel, CODE, NULL));
}

/* A reader that has reset waits for its end alone. */
static bool reset(weft_channel channel)
{
    if (!channel.slot)
        return false;
    int rc = weft_channel_reset(channel, CODE, "acted");
    assert_true(rc == 0 || rc == WEFT_EALREADY);
    assert_int_equal(weft_channel_reset(channel, CODE, "acted"), WEFT_EALREADY);
    return true;
}

bool world_act_reset_client(world *w)
{
    return reset(w->rx.channel);
}

bool world_act_reset_server(world *w)
{
    return reset(w->server_rx.channel);
}

bool world_act_answer_stream(world *w)
{
    if (!w->streamed.call.slot)
        return false;
    int rc = lt_echo_stream_return(w->streamed, 1);
    assert_true(rc == 0 || rc == WEFT_EALREADY);
    assert_int_equal(lt_echo_stream_return(w->streamed, 1), WEFT_EALREADY);
    return true;
}

bool world_act_drop_stream(world *w)
{
    if (!w->streamed.call.slot)
        return false;
    int rc = weft_call_drop(w->streamed.call);
    assert_true(rc == 0 || rc == WEFT_EALREADY);
    assert_int_equal(weft_call_drop(w->streamed.call), WEFT_EALREADY);
    return true;
}

bool world_act_stream_another(world *w)
{
    int rc = w->client && w->streaming.slot ? world_stream(w) : 0;
    assert_true(rc == 0 || rc == WEFT_ECLOSED || rc == WEFT_EUNAVAILABLE || rc == WEFT_EAGAIN);
    return w->client && w->streaming.slot;
}

/* As many as go, beyond those of the life. */
bool world_act_send(world *w)
{
    int rc = 0;
    while (w->tx.channel.slot && rc == 0) {
        rc = lt_bytes_send(w->tx, weft_bytes_of("more", 4));
        w->n_sent += rc == 0;
    }
    assert_true(rc == 0 || rc == WEFT_EAGAIN || rc == WEFT_ERESET || rc == WEFT_ECLOSED);
    for (rc = 0; w->server_tx.channel.slot && rc == 0;) {
        rc = lt_bytes_send(w->server_tx, weft_bytes_of("more", 4));
        w->n_server_sent += rc == 0;
    }
    assert_true(rc == 0 || rc == WEFT_EAGAIN || rc == WEFT_ERESET || rc == WEFT_ECLOSED);
    return w->tx.channel.slot || w->server_tx.channel.slot;
}

static void roomed(void *user)
{
    world *w = user;
    w->n_roomed++;
}

/* In place of the life's own. */
bool world_act_ask_room(world *w)
{
    if (!w->tx.channel.slot)
        return false;
    for (int i = 0; i < 2; i++) {
        int rc = lt_bytes_on_room(w->tx, roomed, w);
        assert_true(rc == 0 || rc == WEFT_EALREADY);
        w->n_rooms += rc == 0 && w->n_rooms == w->n_roomed;
    }
    return true;
}

bool world_act_pause(world *w)
{
    weft_channel ends[2] = { w->rx.channel, w->server_rx.channel };
    for (int i = 0; i < 2; i++) {
        int rc = weft_channel_pause(ends[i], true);
        assert_true(rc == 0 || rc == WEFT_EALREADY);
        assert_int_equal(weft_channel_pause(ends[i], true), rc);
        if (i == 0)
            assert_int_equal(weft_channel_pause(ends[i], false), rc);
    }
    return ends[0].slot || ends[1].slot;
}

static bool no_item(void *user, lt_bytes_rx rx, weft_bytes item)
{
    (void)user, (void)rx, (void)item;
    fail_msg("a second reader is told of");
    return true;
}

bool world_act_keep(world *w)
{
    static const lt_bytes_reader reader = { sizeof reader, no_item, NULL };
    weft_channel all[4] = { w->tx.channel, w->server_tx.channel, w->rx.channel, w->server_rx.channel };
    int rc;
    for (int i = 0; i < 4; i++) {
        rc = weft_channel_keep(all[i]);
        assert_true(rc == 0 || rc == WEFT_EALREADY);
    }
    if (w->n_reads > 0)
        assert_int_equal(lt_bytes_read(w->rx, &reader, w), WEFT_EALREADY);
    for (int i = 2; i < 4; i++) {
        rc = weft_channel_consumed(all[i], 1u << 30);
        assert_true(rc == WEFT_EINVAL || rc == WEFT_EALREADY);
    }
    return w->n_reads > 0;
}

bool world_act_use_wrong_end(world *w)
{
    static const lt_bytes_reader reader = { sizeof reader, no_item, NULL };
    weft_channel senders[2] = { w->tx.channel, w->server_tx.channel };
    weft_channel readers[2] = { w->rx.channel, w->server_rx.channel };
    for (int i = 0; i < 2; i++) {
        int gone = weft_channel_keep(senders[i]);
        int wrong = gone == 0 ? WEFT_EINVAL : WEFT_EALREADY;
        assert_int_equal(weft_channel_reset(senders[i], CODE, NULL), wrong);
        assert_int_equal(weft_channel_consumed(senders[i], 1), wrong);
        assert_int_equal(weft_channel_pause(senders[i], true), wrong);
        assert_int_equal(lt_bytes_read((lt_bytes_rx){ senders[i] }, &reader, NULL), wrong);
        assert_int_equal(weft_channel_abort(senders[i], WEFT_CODE_NONE, NULL), WEFT_EINVAL);
        gone = weft_channel_keep(readers[i]);
        wrong = gone == 0 ? WEFT_EINVAL : WEFT_EALREADY;
        assert_int_equal(weft_channel_finish(readers[i]), wrong);
        assert_int_equal(weft_channel_abort(readers[i], CODE, NULL), wrong);
        assert_int_equal(weft_channel_on_end(readers[i], NULL, NULL), wrong);
        assert_int_equal(lt_bytes_on_room((lt_bytes_tx){ readers[i] }, roomed, NULL), wrong);
        assert_int_equal(lt_bytes_send((lt_bytes_tx){ readers[i] }, weft_bytes_of("", 0)),
                         gone == 0 ? WEFT_EINVAL : WEFT_ECLOSED);
    }
    return senders[0].slot || senders[1].slot;
}
