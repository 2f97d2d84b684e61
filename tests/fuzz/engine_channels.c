/* Channels: their two ends as applications use and misuse them, and what each is owed: items in their order, none while
 * it holds back, one end, one room for each that was asked for. */
#include "tests/fuzz/engine_world.h"

typedef void (*fn)(void);

const weft_channel_param fuzz_channel_params[FUZZ_CHANNELS] = {
    { .name = "out", .element = &weft_type_bytes, .place = 0, .window = 4, .direction = WEFT_CHANNEL_TX },
    { .name = "in", .element = &weft_type_bytes, .place = 1, .window = 3, .direction = WEFT_CHANNEL_RX },
    { .name = "shapes",
      .element = &ct_shape_type,
      .place = 2,
      .window = 2,
      .direction = WEFT_CHANNEL_TX,
      .optional = true },
};

static channel *channel_add(side *s, const weft_channel_param *param, bool sends)
{
    if (s->n_channels == CHANNELS_MAX)
        return NULL;
    channel *c = &s->channels[s->n_channels++];
    memset(c, 0, sizeof *c);
    c->side = s;
    c->element = param->element;
    c->sends = sends;
    return c;
}

void channels_served(side *s, const weft_channel *channels)
{
    for (size_t i = 0; i < FUZZ_CHANNELS; i++) {
        FUZZ_CHECK(channels[i].slot || fuzz_channel_params[i].optional);
        channel *c = channels[i].slot
                         ? channel_add(s, &fuzz_channel_params[i], fuzz_channel_params[i].direction == WEFT_CHANNEL_TX)
                         : NULL;
        if (c)
            c->handle = channels[i];
    }
}

/* ---- callbacks ---- */

static void channel_begin(const channel *c)
{
    FUZZ_CHECK(c->side->is_dispatching || c->side->is_freeing);
    FUZZ_CHECK(c->side->n_closed == 0);
}

static bool on_item(fn item, void *user, weft_channel handle, const void *value)
{
    channel *c = user;
    world *w = c->side->world;
    weft_bytes bytes;
    channel_begin(c);
    FUZZ_CHECK(!item && c->is_reading && c->n_ended == 0);
    FUZZ_CHECK(!c->is_paused || weft_channel_pause(handle, true) == WEFT_EALREADY); /* with a connection that is lost */
    FUZZ_CHECK(handle.slot == c->handle.slot && handle.generation == c->handle.generation);
    if (c->element == &weft_type_bytes) {
        memcpy(&bytes, value, sizeof bytes);
        world_read(w, bytes.ptr, bytes.len);
        FUZZ_CHECK(!w->honest || (bytes.len >= 4 && memcmp(bytes.ptr, &c->n_items, 4) == 0));
    } else {
        (void)value_read(w, c->element, value);
        w->is_typed = true;
    }
    c->n_items++;
    uint8_t how = script_byte(&w->script);
    script_run_nested(c->side);
    c->n_held += how % 3 == 2;
    return how % 3 != 2;
}

static void on_end(void *user, const weft_channel_end *end)
{
    channel *c = user;
    channel_begin(c);
    FUZZ_CHECK(c->is_reading && ++c->n_ended == 1);
    FUZZ_CHECK(end->kind >= WEFT_CHANNEL_FINISHED && end->kind <= WEFT_CHANNEL_CANCELLED);
    FUZZ_CHECK((end->code == 0) == (end->kind == WEFT_CHANNEL_FINISHED));
    FUZZ_CHECK(end->code != WEFT_EPROTO || !c->side->world->honest);
    world_read(c->side->world, end->text.ptr, end->text.len);
    script_run_nested(c->side);
}

static void on_sender_end(void *user, const weft_channel_end *end)
{
    channel *c = user;
    channel_begin(c);
    FUZZ_CHECK(c->wants_end && end->kind != WEFT_CHANNEL_FINISHED);
    c->wants_end = false;
    world_read(c->side->world, end->text.ptr, end->text.len);
    script_run_nested(c->side);
}

static void on_room(void *user)
{
    channel *c = user;
    channel_begin(c);
    FUZZ_CHECK(c->wants_room);
    c->wants_room = false;
    script_run_nested(c->side);
}

/* ---- what applications do ---- */

void op_stream(side *s, script *in)
{
    world *w = s->world;
    weft_connection *conn = conn_of(s, in);
    uint8_t how = script_byte(in);
    note *n = conn && w->granted < FUZZ_GRANTED_MAX && s->n_channels + FUZZ_CHANNELS <= CHANNELS_MAX ? world_note(w, s)
                                                                                                     : NULL;
    channel *mine[FUZZ_CHANNELS] = { NULL };
    weft_channel *handles[FUZZ_CHANNELS] = { NULL };
    weft_call_options options = weft_call_options_default();
    if (!n)
        return;
    size_t n_before = s->n_channels;
    for (size_t i = 0; i < FUZZ_CHANNELS; i++) {
        if (how >> i & 1)
            continue;
        mine[i] = channel_add(s, &fuzz_channel_params[i], fuzz_channel_params[i].direction == WEFT_CHANNEL_RX);
        handles[i] = &mine[i]->handle;
    }
    if (how & 16)
        options.timeout_ns = WEFT_NS_PER_MS << (how >> 5);
    n->method = FUZZ_STREAM;
    weft_call call;
    w->granted += 16384;
    int status = weft_gen_stream(conn, &fuzz_service, FUZZ_STREAM, NULL, &options, (fn)fuzz_done, n, &call, handles);
    n->is_owed = n->is_call = status == 0;
    FUZZ_CHECK(!(how & 3) || status < 0); /* these are not optional */
    if (status < 0)
        s->n_channels = n_before;
    else if (s->n_calls < CALLS_MAX)
        s->calls[s->n_calls++] = call;
}

static void channel_send(channel *c, uint8_t n, size_t len)
{
    static uint8_t bytes[40000];
    world *w = c->side->world;
    int status = 0;
    for (n %= 8; status == 0; n--) {
        memcpy(bytes, &c->n_items, 4);
        weft_bytes item = weft_bytes_of(bytes, len);
        const void *value =
            c->element == &weft_type_bytes ? (const void *)&item : value_make(w, c->element, c->n_items);
        status = weft_gen_send(c->handle, c->element, value);
        weft_arena_clear(w->scratch);
        FUZZ_CHECK(status != WEFT_EINVAL || !c->sends || c->element != &weft_type_bytes);
        if (status < 0)
            break;
        FUZZ_CHECK(c->sends);
        c->n_items++;
        w->granted += len * 2 + 4096;
        if (n == 0 || w->granted > FUZZ_GRANTED_MAX)
            break;
    }
    w->granted += 1024;
}

static void channel_stop(channel *c, uint8_t how)
{
    int status = how & 8 ? weft_channel_abort(c->handle, how & 16 ? WEFT_CODE_APPLICATION : 0, "enough")
                         : weft_channel_finish(c->handle);
    if (status == WEFT_EINVAL) {
        FUZZ_CHECK(!c->sends || (how & 8 && !(how & 16)));
        return;
    }
    FUZZ_CHECK(c->sends || status == WEFT_EALREADY);
    if (status < 0) /* it has ended before: what waits for that is told */
        return;
    c->wants_room = false; /* the handle is stale */
    c->wants_end = false;
}

static void channel_read(channel *c)
{
    bool was_reading = c->is_reading;
    int status = weft_gen_receive(c->handle, c->element, on_item, NULL, on_end, c);
    FUZZ_CHECK(status < 0 || (!c->sends && !was_reading));
    c->is_reading |= status == 0;
}

static void channel_pause(channel *c, bool pause)
{
    if (weft_channel_pause(c->handle, pause) == 0) {
        FUZZ_CHECK(!c->sends);
        c->is_paused = pause;
    }
}

static void channel_consume(channel *c, uint8_t how)
{
    uint32_t n = how & 8 ? c->n_held : how >> 4;
    int status = weft_channel_consumed(c->handle, n);
    FUZZ_CHECK(status < 0 || n <= c->n_held);
    c->n_held -= status == 0 ? n : 0;
}

void op_channel(side *s, script *in)
{
    uint8_t how = script_byte(in);
    uint8_t which = script_byte(in);
    size_t len = (size_t)SCRIPT_PICK(in, 4, 10, 100, 1500, 40000);
    if (s->n_channels == 0)
        return;
    channel *c = &s->channels[s->n_channels - 1 - which % s->n_channels];
    int status;
    switch (how % 8) {
    case 0:
        if (s->world->granted < FUZZ_GRANTED_MAX)
            channel_send(c, how >> 3, len);
        break;
    case 1:
        status = weft_gen_on_room(c->handle, on_room, c);
        FUZZ_CHECK(status < 0 || c->sends);
        c->wants_room |= status == 0;
        break;
    case 2: channel_stop(c, how); break;
    case 3:
        status = weft_channel_reset(c->handle, WEFT_CODE_APPLICATION, how & 8 ? "no more" : NULL);
        FUZZ_CHECK(status < 0 || !c->sends);
        if (status == 0)
            c->is_paused = false;
        break;
    case 4: channel_consume(c, how); break;
    case 5: channel_pause(c, how & 8); break;
    case 6: channel_read(c); break;
    default:
        if (how & 8) {
            (void)weft_channel_keep(c->handle);
            break;
        }
        status = weft_channel_on_end(c->handle, on_sender_end, c);
        FUZZ_CHECK(status < 0 || c->sends);
        c->wants_end |= status == 0;
        break;
    }
}

/* ---- the end of all ---- */

void channels_check(const side *s)
{
    for (size_t i = 0; i < s->n_channels; i++) {
        const channel *c = &s->channels[i];
        FUZZ_CHECK(c->n_ended == (c->is_reading ? 1 : 0));
        FUZZ_CHECK(!c->wants_room);
    }
}
