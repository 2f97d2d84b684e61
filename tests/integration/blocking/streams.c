/* The handlers of Streams, on the server's thread. */
#include "tests/integration/blocking/server.h"

/* ---- watch ---- */

typedef struct watch {
    server *server;
    bt_streams_watch_call call;
    bt_note_tx tx;
    uint64_t n, next;
} watch;

static bt_note note_of(uint64_t n)
{
    static const weft_str tags[] = { WEFT_STR_INIT("one"), WEFT_STR_INIT("two") };
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    bt_note note;
    bt_note_init(&note);
    note.key = weft_str_of(letters + n % 26, 1);
    note.data = weft_bytes_of(letters, n % 26);
    note.tags.items = tags;
    note.tags.len = 2;
    return note;
}

static void watch_pump(void *user)
{
    watch *w = user;
    int rc = 0;
    while (w->next < w->n && rc == 0) {
        bt_note note = note_of(w->next);
        rc = bt_note_send(w->tx, &note);
        w->next += rc == 0;
        w->server->streams.n_sent += rc == 0;
    }
    if (rc == WEFT_EAGAIN && bt_note_on_room(w->tx, watch_pump, w) == 0)
        return;
    (void)weft_channel_finish(w->tx.channel);
    (void)bt_streams_watch_return(w->call, w->next);
}

static void on_watch(void *self, bt_streams_watch_call call, const bt_streams_watch_args *args, bt_note_tx notes)
{
    server *s = self;
    watch *w = weft_arena_array(weft_call_arena(call.call), watch, 1);
    if (!w) {
        (void)weft_call_drop(call.call);
        return;
    }
    *w = (watch){ s, call, notes, args->n, 0 };
    s->streams.n_sent = 0;
    watch_pump(w);
}

static void on_sent(void *self, bt_streams_sent_call call)
{
    server *s = self;
    (void)bt_streams_sent_return(call, s->streams.n_sent);
}

/* ---- load ---- */

typedef struct load {
    bt_streams_load_call call;
    uint64_t n_bytes;
} load;

static bool load_on_item(void *user, bt_note_rx rx, const bt_note *item)
{
    load *l = user;
    (void)rx;
    l->n_bytes += item->data.len;
    return true;
}

static void load_on_end(void *user, const weft_channel_end *end)
{
    load *l = user;
    bt_store_error_too_long_fields fields = { end->reason, end->text };
    bt_store_error error = bt_store_error_make_too_long(&fields);
    if (end->kind == WEFT_CHANNEL_FINISHED)
        (void)bt_streams_load_return(l->call, l->n_bytes);
    else
        (void)bt_streams_load_fail(l->call, &error);
}

static void on_load(void *self, bt_streams_load_call call, bt_note_rx notes)
{
    static const bt_note_reader reader = { sizeof reader, load_on_item, load_on_end };
    load *l = weft_arena_array(weft_call_arena(call.call), load, 1);
    (void)self;
    if (!l || bt_note_read(notes, &reader, l) < 0) {
        (void)weft_call_drop(call.call);
        return;
    }
    *l = (load){ call, 0 };
}

/* ---- silent, stuck, poke ---- */

static void on_silent(void *self, bt_streams_silent_call call, bt_note_tx notes)
{
    server *s = self;
    (void)weft_channel_keep(notes.channel);
    s->streams.silent_call = call;
    s->streams.silent = notes;
    uv_sem_post(&s->waits);
}

static void on_stuck(void *self, bt_streams_stuck_call call, bt_note_rx notes)
{
    server *s = self;
    (void)weft_channel_keep(notes.channel);
    s->streams.stuck_call = call;
    s->streams.stuck = notes;
    uv_sem_post(&s->waits);
}

static bool stuck_on_item(void *user, bt_note_rx rx, const bt_note *item)
{
    (void)user, (void)rx, (void)item;
    return true;
}

static void on_poke(void *self, bt_streams_poke_call call, const bt_streams_poke_args *args)
{
    static const bt_note_reader reader = { sizeof reader, stuck_on_item, NULL };
    server *s = self;
    bt_note note = note_of(3);
    int rc = 0;
    switch (args->what.kind) {
    case BT_POKE_NOTE: rc = bt_note_send(s->streams.silent, &note); break;
    case BT_POKE_ABORT:
        rc = weft_channel_abort(s->streams.silent.channel, (uint16_t)args->what.as.abort, "gone bad");
        break;
    case BT_POKE_FINISH: rc = weft_channel_finish(s->streams.silent.channel); break;
    case BT_POKE_RESET: rc = weft_channel_reset(s->streams.stuck.channel, 300, "enough"); break;
    case BT_POKE_READ: rc = bt_note_read(s->streams.stuck, &reader, NULL); break;
    case BT_POKE_ANSWER:
        (void)bt_streams_silent_return(s->streams.silent_call);
        (void)bt_streams_stuck_return(s->streams.stuck_call);
        break;
    default: rc = WEFT_EINVAL; break;
    }
    if (rc < 0)
        (void)weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, weft_err_name(rc));
    else
        (void)bt_streams_poke_return(call);
}

/* ---- echo, maybe ---- */

typedef struct echo {
    bt_streams_echo_call call;
    bt_str_rx rx;
    bt_str_tx tx;
    weft_str waits; /* what could not be sent yet */
} echo;

static void echo_on_room(void *user)
{
    echo *e = user;
    if (bt_str_send(e->tx, e->waits) == WEFT_EAGAIN) {
        (void)bt_str_on_room(e->tx, echo_on_room, e);
        return;
    }
    (void)weft_channel_consumed(e->rx.channel, 1);
    (void)weft_channel_pause(e->rx.channel, false);
}

static bool echo_on_item(void *user, bt_str_rx rx, weft_str item)
{
    echo *e = user;
    (void)rx;
    if (bt_str_send(e->tx, item) != WEFT_EAGAIN)
        return true;
    e->waits = weft_arena_copy_str(weft_call_arena(e->call.call), item);
    (void)weft_channel_pause(e->rx.channel, true);
    (void)bt_str_on_room(e->tx, echo_on_room, e);
    return false;
}

static void echo_on_end(void *user, const weft_channel_end *end)
{
    echo *e = user;
    (void)end;
    (void)weft_channel_finish(e->tx.channel);
    (void)bt_streams_echo_return(e->call);
}

static void on_echo(void *self, bt_streams_echo_call call, bt_str_rx input, bt_str_tx output)
{
    static const bt_str_reader reader = { sizeof reader, echo_on_item, echo_on_end };
    echo *e = weft_arena_array(weft_call_arena(call.call), echo, 1);
    (void)self;
    if (!e || bt_str_read(input, &reader, e) < 0) {
        (void)weft_call_drop(call.call);
        return;
    }
    *e = (echo){ call, input, output, WEFT_STR_INIT("") };
}

static void on_maybe(void *self, bt_streams_maybe_call call, bt_str_rx input, bt_str_tx output)
{
    uint32_t n = 0;
    (void)self;
    n += weft_channel_keep(input.channel) == 0;
    n += weft_channel_finish(output.channel) == 0;
    (void)weft_channel_reset(input.channel, WEFT_CODE_NONE, NULL);
    (void)bt_streams_maybe_return(call, n);
}

static const bt_streams_handler handler = {
    .size = sizeof handler,
    .watch = on_watch,
    .sent = on_sent,
    .load = on_load,
    .silent = on_silent,
    .stuck = on_stuck,
    .poke = on_poke,
    .echo = on_echo,
    .maybe = on_maybe,
};

int server_accept_streams(server *s, weft_pending pending)
{
    return bt_streams_serve(pending, &handler, s, NULL);
}
