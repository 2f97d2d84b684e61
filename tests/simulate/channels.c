/* What the applications do with channels, and what they are told: items as they were sent, in order, and one end that
 * tells the truth. */
#include "tests/simulate/chain.h"

static void chan_trace(const chan_end *end, const char *what, int status)
{
    const world *w = end->side->world;
    SIM_TRACE(w, "%u%c channel %llu.%llu: %s, %d", end->side->link->index, end->side->name,
              (unsigned long long)end->note->call->serial, (unsigned long long)end->note->serial % 2, what, status);
}

/* Of the caller's end, or of the handler's. */
static const sim_version *version_of(const call_note *call, int which)
{
    const conn_note *conn = call->from->note;
    return which == 0 ? call->from->version : conn->ends[call->from == conn->ends].version;
}

static const sim_version *end_version(const chan_end *end)
{
    return version_of(end->note->call, end != end->note->ends);
}

/* ---- beginning ---- */

void chan_choose(call_note *note, weft_channel *channels[2])
{
    world *w = note->from->side->world;
    for (uint32_t i = 0; i < sim_n_channels(note->method); i++) {
        const weft_channel_param *param = sim_channel(note->method, i);
        chan_note *channel = &note->channels[i];
        channel->call = note;
        channel->serial = note->serial * 2 + i;
        channel->window = param->window;
        channel->handler_sends = param->direction == WEFT_CHANNEL_TX;
        channel->is_there = !param->optional || !one_in(w, 3);
        for (int end = 0; end < 2; end++) {
            channel->ends[end].note = channel;
            channel->ends[end].sends = channel->handler_sends == (end == 1);
        }
        if (channel->is_there)
            channels[note->from->version->places[note->method][i]] = &channel->ends[0].handle;
    }
}

static void chan_forget(chan_end *end)
{
    side *s = end->side;
    end->is_over = true;
    for (size_t i = 0; i < s->n_channels; i++)
        if (s->channels[i] == end)
            s->channels[i] = s->channels[--s->n_channels];
}

/* Nothing is owed any more, and the handle may be anything. */
static void chan_dismiss(chan_end *end)
{
    side *s = end->side;
    s->n_owed -= (uint64_t)end->room_owed + (uint64_t)end->end_owed;
    end->room_owed = end->end_owed = false;
    chan_forget(end);
}

void chan_begin(side *s, call_note *note, int which, const weft_channel *handles)
{
    for (uint32_t i = 0; i < 2; i++) {
        chan_note *channel = &note->channels[i];
        chan_end *end = &channel->ends[which];
        const weft_channel *handle = handles ? &handles[version_of(note, which)->places[note->method][i]] : NULL;
        if (handle && channel->call)
            SIM_CHECK(s->world, !!handle->slot == channel->is_there, "chan.types", "channel %u of call %llu", i,
                      (unsigned long long)note->serial);
        if (!channel->is_there || s->n_channels == CHANNELS_MAX)
            continue;
        if (handle)
            end->handle = *handle;
        end->side = s;
        end->is_touched = which == 0;
        s->channels[s->n_channels++] = end;
        s->world->coverage->channels++;
    }
}

/* ---- what may have ended it ---- */

/* Its call failed or was given up, a handler left it alone, or its connection is gone. */
static bool chan_may_be_over(const chan_end *end)
{
    const call_note *call = end->note->call;
    const conn_note *conn = call->from->note;
    const conn_end *mine = call->from->side == end->side ? call->from : &conn->ends[call->from == conn->ends];
    const side *s = end->side;
    bool lost = (side_phase(s) != WEFT_PHASE_RUNNING && !s->link->resumes) || !mine->is_open || !mine->conn ||
                s->is_gone || s->monitor.stage != MON_READY || !monitor_conn((monitor *)&s->monitor, conn->tag) ||
                !weft_connection_session(mine->conn); /* closed here, and on_closed is still to come */
    bool failed = call->is_cancelled || (call->is_done && !call->is_answered) ||
                  (call->answer != ANSWER_NONE && call->answer != ANSWER_OK && call->answer != ANSWER_ERROR);
    bool timed = call->deadline_ns != WEFT_FOREVER && s->world->now_ns >= call->deadline_ns;
    bool unsent =
        !end->note->is_announced && (conn_any(conn, s, side_drains) || conn->ends[0].drains || conn->ends[1].drains ||
                                     s->world->now_ns - call->begun_ns >= call->queued_ns);
    /* What interceptors have seen, and was then not taken, ends like a call that was. */
    unsent |= !end->note->is_announced && call->from->side->n_chain > 0;
    unsent |= !sim_results_fit(call->method, version_of(call, 1), version_of(call, 0)); /* [schema.plan.errors] */
    return conn->is_hostile || failed || timed || unsent || call_is_orphan(call) || end->is_stale || call->is_refused ||
           end->note->is_left_alone || lost || conn_any(conn, NULL, side_is_short) || s->is_asked_to_end;
}

/* ---- sending ---- */

static void on_room(void *user)
{
    chan_end *end = user;
    callback_begin(end->side, "room");
    chan_trace(end, "room", 0);
    SIM_CHECK(end->side->world, end->room_owed || end->may_have_room, "callback", "room is not owed");
    end->side->n_owed -= end->room_owed;
    end->room_owed = end->may_have_room = false;
    if (!end->is_over && one_in(end->side->world, 2))
        chan_act(end->side);
}

static void check_end_of_sender(const chan_end *end, const weft_channel_end *told)
{
    const chan_note *note = end->note;
    world *w = end->side->world;
    const chan_end *reader = &note->ends[end == note->ends];
    switch (told->kind) {
    case WEFT_CHANNEL_RESET:
        SIM_CHECK(w, reader->is_resetting || chan_may_be_over(end), "chan.reset", "nobody reset channel %llu",
                  (unsigned long long)note->serial);
        break;
    case WEFT_CHANNEL_LOST:
    case WEFT_CHANNEL_REFUSED:
    case WEFT_CHANNEL_CANCELLED:
        SIM_CHECK(w, chan_may_be_over(end), "chan.ends", "channel %llu ended by itself, kind %d",
                  (unsigned long long)note->serial, told->kind);
        break;
    default: sim_fail(w, "chan.ends", "a sender is told %d", told->kind);
    }
}

static void on_end_of_sender(void *user, const weft_channel_end *told)
{
    chan_end *end = user;
    callback_begin(end->side, "ended");
    chan_trace(end, "the sender is told its end", (int)told->kind);
    SIM_CHECK(end->side->world, end->end_owed && !end->is_over, "callback", "a sender's end is not owed");
    check_end_of_sender(end, told);
    end->end_owed = false;
    end->side->n_owed--;
    chan_forget(end);
    app_act_nested(end->side);
}

static uint32_t item_len(world *w)
{
    if (one_in(w, w->large_one_in))
        return (uint32_t)below(w, one_in(w, 8) ? ARGS_MAX : 40000);
    return (uint32_t)below(w, one_in(w, 4) ? 2000 : 100);
}

static void act_send(chan_end *end)
{
    chan_note *note = end->note;
    world *w = end->side->world;
    uint32_t len = item_len(w);
    uint64_t serial = note->serial * 31 + note->n_sent;
    const sim_version *version = end_version(end);
    uint64_t item[SIM_STORAGE];
    sim_value value;
    sim_value_make(version, serial, sim_data(serial, len), &value);
    version->shape->put_item(note->call->method, &value, item);
    int status = weft_gen_send(end->handle, sim_item_type(version, note->call->method), item);
    chan_trace(end, "send", status);
    switch (status) {
    case 0:
        note->lens[note->n_sent++ % ITEMS_MAX] = len;
        SIM_CHECK(w, note->n_sent - note->n_delivered <= ITEMS_MAX || note->ends[end == note->ends].is_over,
                  "chan.item", "more than the window is under way");
        w->coverage->items++;
        break;
    case WEFT_EAGAIN: break;
    case WEFT_EMSGSIZE:
        SIM_CHECK(w, len + 100 > WEFT_MESSAGE_SIZE_MIN, "frame.fragment", "an item of %u bytes is too long", len);
        break;
    case WEFT_ERESET:
    case WEFT_ECLOSED:
        SIM_CHECK(w, chan_may_be_over(end) || note->ends[end == note->ends].is_resetting, "chan.ends",
                  "channel %llu says %d", (unsigned long long)note->serial, status);
        end->is_stale |= !end->end_owed;
        if (!end->end_owed && !end->room_owed)
            chan_forget(end);
        break;
    default: {
        bool is_held = end->side->is_short && conn_is_mixed(note->call->from->note); /* schemas are [memory.buffered] */
        SIM_CHECK(w, status == WEFT_ENOMEM && (end->side->is_faulted || is_held), "chan.item", "a send says %d",
                  status);
    }
    }
}

static void act_wait(chan_end *end)
{
    int status = weft_gen_on_room(end->handle, on_room, end);
    chan_trace(end, "on_room", status);
    bool may_be_over = chan_may_be_over(end) || end->note->ends[end == end->note->ends].is_resetting;
    SIM_CHECK(end->side->world, status == 0 || (status == WEFT_EALREADY && may_be_over), "chan.item", "on_room says %d",
              status);
    if (status == 0 && !end->room_owed) {
        end->room_owed = true;
        end->side->n_owed++;
    }
}

static void act_watch_end(chan_end *end)
{
    int status = weft_channel_on_end(end->handle, on_end_of_sender, end);
    chan_trace(end, "on_end", status);
    SIM_CHECK(end->side->world, status == 0 || (status == WEFT_EALREADY && chan_may_be_over(end)), "chan.ends",
              "on_end says %d", status);
    if (status == 0 && !end->end_owed) {
        end->end_owed = true;
        end->side->n_owed++;
    }
}

static void act_finish(chan_end *end)
{
    chan_note *note = end->note;
    world *w = end->side->world;
    uint16_t code = (uint16_t)(500 + below(w, 3));
    bool abort = one_in(w, 3) && !w->settling;
    int status = abort ? weft_channel_abort(end->handle, code, "gave up") : weft_channel_finish(end->handle);
    chan_trace(end, abort ? "abort" : "finish", status);
    SIM_CHECK(w,
              status == 0 ||
                  (status == WEFT_EALREADY && (chan_may_be_over(end) || note->ends[end == note->ends].is_resetting)),
              "chan.close", "%d", status);
    if (status == 0) {
        note->is_aborted = abort;
        note->is_finished = !abort;
        note->code = code;
    }
    if (status < 0 && !end->is_stale && (end->end_owed || end->room_owed))
        return;                                        /* what is owed still comes */
    end->may_have_room = status < 0 && end->room_owed; /* its handle was stale, or its room is forgotten now */
    if (end->is_stale)
        chan_forget(end);
    else
        chan_dismiss(end);
    status = weft_channel_finish(end->handle);
    SIM_CHECK(w, status == WEFT_EALREADY, "handles", "a finished channel says %d", status);
}

/* ---- reading ---- */

typedef bool (*item_fn)(void *user, const void *item);

static bool deliver_item(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    (void)channel;
    return ((item_fn)item)(user, value);
}

static bool on_item(void *user, const void *item)
{
    chan_end *end = user;
    chan_note *note = end->note;
    side *s = end->side;
    world *w = s->world;
    callback_begin(s, "item");
    /* Nothing is held back any more once the connection is gone, which is told later. */
    bool is_held_back =
        end->is_paused && !chan_may_be_over(end) && weft_channel_pause(end->handle, true) != WEFT_EALREADY;
    SIM_CHECK(w, end->is_reading && !is_held_back && !end->is_over && !end->is_resetting, "callback",
              "an item of channel %llu is not wanted", (unsigned long long)note->serial);
    SIM_CHECK(w, note->n_delivered < note->n_sent, "chan.item", "an item of channel %llu that nobody sent",
              (unsigned long long)note->serial);
    uint64_t serial = note->serial * 31 + note->n_delivered;
    weft_bytes data = sim_data(serial, note->lens[note->n_delivered % ITEMS_MAX]);
    sim_value is = { 0 }, expected;
    end_version(end)->shape->get_item(note->call->method, item, &is);
    sim_value_expect(end_version(&note->ends[end == note->ends]), end_version(end), serial, data, &expected);
    SIM_CHECK(w, sim_value_equal(end_version(end), &is, &expected), "chan.item",
              "item %llu of channel %llu is another one, of %zu bytes instead of %zu",
              (unsigned long long)note->n_delivered, (unsigned long long)note->serial, is.data.len, data.len);
    note->n_delivered++;
    chan_trace(end, "item", (int)is.data.len);
    bool consumed = w->settling || one_in(w, 2);
    end->n_consumed += consumed;
    app_act_nested(s);
    end->unconsumed += !consumed;
    return consumed;
}

static void check_end_of_reader(const chan_end *end, const weft_channel_end *told)
{
    const chan_note *note = end->note;
    world *w = end->side->world;
    bool all = note->n_delivered == note->n_sent;
    switch (told->kind) {
    case WEFT_CHANNEL_FINISHED:
        SIM_CHECK(w, (note->is_finished || chan_may_be_over(end)) && (all || end->is_resetting), "chan.ends",
                  "channel %llu is finished after %llu of %llu items", (unsigned long long)note->serial,
                  (unsigned long long)note->n_delivered, (unsigned long long)note->n_sent);
        break;
    case WEFT_CHANNEL_ABORTED:
        SIM_CHECK(
            w, (note->is_aborted && told->reason == note->code && (all || end->is_resetting)) || chan_may_be_over(end),
            "chan.ends", "channel %llu is aborted, %u", (unsigned long long)note->serial, told->reason);
        break;
    case WEFT_CHANNEL_RESET:
        SIM_CHECK(w,
                  end->is_resetting || end->side->is_short ||
                      !sim_results_fit(note->call->method, version_of(note->call, 1), version_of(note->call, 0)),
                  "chan.ends", "channel %llu was not reset", (unsigned long long)note->serial);
        break;
    default:
        SIM_CHECK(w, chan_may_be_over(end), "chan.ends", "channel %llu ended by itself, kind %d",
                  (unsigned long long)note->serial, told->kind);
    }
    w->coverage->rules[RULE_CHAN_ENDS]++;
}

static void on_end_of_reader(void *user, const weft_channel_end *told)
{
    chan_end *end = user;
    callback_begin(end->side, "end");
    chan_trace(end, "the reader is told its end", (int)told->kind);
    SIM_CHECK(end->side->world, end->end_owed && !end->is_over, "callback", "a reader's end is not owed");
    check_end_of_reader(end, told);
    end->end_owed = false;
    end->side->n_owed--;
    chan_forget(end);
    app_act_nested(end->side);
}

static void act_read(chan_end *end)
{
    int status = weft_gen_receive(end->handle, sim_item_type(end_version(end), end->note->call->method), deliver_item,
                                  (void (*)(void))on_item, on_end_of_reader, end);
    chan_trace(end, "read", status);
    SIM_CHECK(end->side->world, status == 0 || (status == WEFT_EALREADY && chan_may_be_over(end)), "chan.early",
              "reading says %d", status);
    if (status < 0) {
        chan_forget(end);
        return;
    }
    end->is_reading = true;
    end->end_owed = true;
    end->side->n_owed++;
}

static void act_pause(chan_end *end, bool paused)
{
    int status = weft_channel_pause(end->handle, paused);
    chan_trace(end, paused ? "pause" : "go on", status);
    SIM_CHECK(end->side->world, status == 0 || (status == WEFT_EALREADY && chan_may_be_over(end)), "chan.credit",
              "pausing says %d", status);
    end->is_paused = status == 0 && paused;
}

static void act_consume(chan_end *end, uint32_t n)
{
    int status = weft_channel_consumed(end->handle, n);
    chan_trace(end, "consumed", status);
    SIM_CHECK(end->side->world,
              (status == WEFT_EALREADY && chan_may_be_over(end)) || status == (n <= end->unconsumed ? 0 : WEFT_EINVAL),
              "chan.credit", "consuming %u of %u says %d", n, end->unconsumed, status);
    if (status < 0)
        return;
    end->unconsumed -= n;
    end->n_consumed += n;
}

static void act_reset(chan_end *end)
{
    int status = weft_channel_reset(end->handle, 600, "enough");
    chan_trace(end, "reset", status);
    SIM_CHECK(end->side->world, status == 0 || (status == WEFT_EALREADY && chan_may_be_over(end)), "chan.reset", "%d",
              status);
    end->is_resetting = true;
    end->is_paused = false;
    if (!end->is_reading)
        chan_forget(end);
}

/* ---- choosing ---- */

static void chan_act_on(chan_end *end)
{
    world *w = end->side->world;
    end->is_touched = true;
    unsigned how = (unsigned)below(w, 24);
    if (how == 0)
        SIM_CHECK(w, end->sends ? weft_channel_pause(end->handle, true) != 0 : weft_channel_finish(end->handle) != 0,
                  "handles", "the wrong end");
    else if (end->sends && how < 3)
        act_finish(end);
    else if (end->sends && how < 6)
        act_wait(end);
    else if (end->sends && how < 8)
        act_watch_end(end);
    else if (end->sends)
        for (uint64_t n = 1 + below(w, 4); n > 0 && !end->is_over; n--)
            act_send(end);
    else if (!end->is_reading && !end->is_resetting)
        act_read(end);
    else if (end->is_resetting)
        SIM_CHECK(w, weft_channel_reset(end->handle, 1, NULL) == WEFT_EALREADY, "handles", "a second reset");
    else if (how < 5)
        act_pause(end, !end->is_paused);
    else if (how == 5)
        act_reset(end);
    else
        act_consume(end, (uint32_t)below(w, end->unconsumed + 2));
}

void chan_act(side *s)
{
    if (s->n_channels > 0)
        chan_act_on(s->channels[below(s->world, s->n_channels)]);
}

/* ---- settling ---- */

void chan_settle(side *s)
{
    for (size_t i = s->n_channels; i > 0; i--) {
        chan_end *end = i <= s->n_channels ? s->channels[i - 1] : NULL;
        if (!end)
            continue;
        end->is_touched = true;
        if (end->sends) {
            act_finish(end);
            continue;
        }
        if (!end->is_reading && !end->is_resetting)
            act_read(end);
        if (end->is_over || end->is_resetting)
            continue;
        if (end->is_paused)
            act_pause(end, false);
        act_consume(end, end->unconsumed);
    }
}

void chan_check(side *s)
{
    world *w = s->world;
    for (size_t i = 0; i < s->n_channels; i++) {
        const chan_end *end = s->channels[i];
        const chan_note *note = end->note;
        const mon_conn *conn = monitor_conn(&s->monitor, note->call->from->note->tag);
        const mon_channel *seen = conn ? mon_channel_of(conn, note->serial) : NULL;
        if (end->sends) {
            SIM_CHECK(w, !end->room_owed || !seen || seen->items <= 0 || seen->bytes <= 0, "chan.item",
                      "%u%c: channel %llu has room, and nobody is told", s->link->index, s->name,
                      (unsigned long long)note->serial);
            continue;
        }
        bool waits = !end->is_reading || end->is_paused || end->is_over;
        bool is_cut = !conn_is_whole(note->call->from->note);
        SIM_CHECK(w, waits || end->is_resetting || note->n_delivered == note->n_sent || !seen || is_cut,
                  "flow.never-stall", "%u%c: channel %llu has delivered %llu of %llu items", s->link->index, s->name,
                  (unsigned long long)note->serial, (unsigned long long)note->n_delivered,
                  (unsigned long long)note->n_sent);
        SIM_CHECK(w, waits || seen || !note->is_announced || chan_may_be_over(end), "chan.ends",
                  "%u%c: channel %llu is over, and nobody is told", s->link->index, s->name,
                  (unsigned long long)note->serial);
        SIM_CHECK(w, waits || end->unconsumed > 0 || !seen || (seen->items > 0 && seen->bytes > 0), "chan.credit",
                  "%u%c: all items of channel %llu are consumed, and it has no credit", s->link->index, s->name,
                  (unsigned long long)note->serial);
    }
}

void chan_answered(call_note *note)
{
    for (int i = 0; i < 2; i++)
        note->channels[i].is_left_alone = !note->channels[i].ends[1].is_touched;
}

void chan_release(side *s)
{
    s->n_channels = 0;
}
