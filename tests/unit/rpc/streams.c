/* What the handlers and readers of tests/codegen/idl/streams.weft do in the tests, and what they note. */
#include "tests/unit/rpc/streams.h"

#include <stdio.h>

streams_handled handled;
streams_answer answer;

/* ---- handlers ---- */

static void note_call(weft_call call)
{
    int n = handled.n;
    memset(&handled, 0, sizeof handled);
    handled.n = n + 1;
    handled.call = call;
    handled.remaining_ns = weft_call_remaining_ns(call);
}

static void note_text(weft_str text)
{
    snprintf(handled.text, sizeof handled.text, "%.*s", (int)text.len, text.ptr);
}

static void serve_watch(void *self, st_streams_watch_call call, const st_streams_watch_args *args, st_event_tx events)
{
    (void)self;
    note_call(call.call);
    note_text(args->prefix);
    handled.events = events;
}

static void serve_load(void *self, st_streams_load_call call, st_sample_rx samples)
{
    (void)self;
    note_call(call.call);
    handled.samples = samples;
}

static void serve_echo(void *self, st_streams_echo_call call, st_str_rx input, st_str_tx output)
{
    (void)self;
    note_call(call.call);
    handled.input = input;
    handled.output = output;
}

static void serve_count(void *self, st_streams_count_call call, const st_streams_count_args *args, st_u64_tx numbers)
{
    (void)self;
    note_call(call.call);
    handled.numbers = numbers;
    for (uint64_t i = args->first; i <= args->last; i++)
        assert_int_equal(st_u64_send(numbers, i), 0);
}

static void serve_maybe(void *self, st_streams_maybe_call call, const st_streams_maybe_args *args, st_event_tx events,
                        st_sample_rx samples)
{
    (void)self;
    note_call(call.call);
    note_text(args->name);
    handled.events = events;
    handled.samples = samples;
}

static void serve_lists(void *self, st_streams_lists_call call, st_sample_list_tx rows, st_str_u32_list_map_rx maps,
                        st_u8_4_array_tx digests, st_u16_2_array_3_array_rx grids,
                        st_sample_opt_2_array_1_array_2_array_tx refs)
{
    (void)self;
    note_call(call.call);
    handled.rows = rows;
    handled.maps = maps;
    handled.digests = digests;
    handled.grids = grids;
    handled.refs = refs;
}

static void serve_opts(void *self, st_streams_opts_call call, st_sample_opt_tx samples, st_u32_opt_rx numbers)
{
    (void)self;
    note_call(call.call);
    handled.samples_out = samples;
    handled.numbers_in = numbers;
}

static void serve_regions(void *self, st_streams_regions_call call, st_kv_common_v1_region_tx wanted,
                          st_kv_common_v1_region_list_rx known)
{
    (void)self;
    note_call(call.call);
    handled.wanted = wanted;
    handled.known = known;
}

static void serve_blobs(void *self, st_streams_blobs_call call, st_bytes_rx blobs)
{
    (void)self;
    note_call(call.call);
    handled.blobs = blobs;
}

static void serve_plain(void *self, st_streams_plain_call call, const st_streams_plain_args *args)
{
    (void)self;
    note_call(call.call);
    assert_int_equal(st_streams_plain_return(call, args->number), 0);
}

const st_streams_handler streams_handler = {
    .size = sizeof streams_handler,
    .watch = serve_watch,
    .load = serve_load,
    .echo = serve_echo,
    .count = serve_count,
    .maybe = serve_maybe,
    .lists = serve_lists,
    .opts = serve_opts,
    .regions = serve_regions,
    .blobs = serve_blobs,
    .plain = serve_plain,
};

st_streams_client streams_open(rig *r)
{
    st_streams_client client = { rig_open(r, &st_streams_service) };
    return client;
}

void streams_end(rig *r, st_streams_client client)
{
    weft_connection_release(client.connection);
    rig_end(r);
}

/* ---- readers ---- */

void streams_note(streams_notes *notes, weft_str word)
{
    size_t len = strlen(notes->text);
    snprintf(notes->text + len, sizeof notes->text - len, "%.*s ", (int)word.len, word.ptr);
}

static bool note_item(streams_notes *notes, weft_channel rx)
{
    assert_int_equal(notes->n_ended, 0);
    notes->n++;
    notes->rx = rx;
    if (notes->resets)
        assert_int_equal(weft_channel_reset(rx, 300, "enough"), 0);
    return !notes->keeps;
}

static bool on_event(void *user, st_event_rx rx, const st_event *item)
{
    switch (item->kind) {
    case ST_EVENT_STARTED: streams_note(user, WEFT_STR("started")); break;
    case ST_EVENT_STOPPED: streams_note(user, item->as.stopped); break;
    case ST_EVENT_MOVED: streams_note(user, item->as.moved.to ? item->as.moved.to->note : WEFT_STR("nowhere")); break;
    case ST_EVENT_UNKNOWN: fail();
    }
    return note_item(user, rx.channel);
}

static bool on_sample(void *user, st_sample_rx rx, const st_sample *item)
{
    streams_note(user, item->note);
    ((streams_notes *)user)->sum += (uint64_t)item->value;
    return note_item(user, rx.channel);
}

static bool on_str(void *user, st_str_rx rx, weft_str item)
{
    streams_note(user, item);
    return note_item(user, rx.channel);
}

static bool on_u64(void *user, st_u64_rx rx, uint64_t item)
{
    ((streams_notes *)user)->sum += item;
    return note_item(user, rx.channel);
}

static bool on_bytes(void *user, st_bytes_rx rx, weft_bytes item)
{
    ((streams_notes *)user)->sum += item.len;
    return note_item(user, rx.channel);
}

void streams_on_end(void *user, const weft_channel_end *end)
{
    streams_notes *notes = user;
    notes->n_ended++;
    notes->end = *end;
    snprintf(notes->end_text, sizeof notes->end_text, "%.*s", (int)end->text.len, end->text.ptr);
}

const st_event_reader event_reader = { sizeof event_reader, on_event, streams_on_end };
const st_sample_reader sample_reader = { sizeof sample_reader, on_sample, streams_on_end };
const st_str_reader str_reader = { sizeof str_reader, on_str, streams_on_end };
const st_u64_reader u64_reader = { sizeof u64_reader, on_u64, streams_on_end };
const st_bytes_reader bytes_reader = { sizeof bytes_reader, on_bytes, streams_on_end };

void assert_ended(const streams_notes *notes, weft_channel_end_kind kind, int code, uint16_t reason)
{
    assert_int_equal(notes->n_ended, 1);
    assert_int_equal(notes->end.kind, kind);
    assert_int_equal(notes->end.code, code);
    assert_int_equal(notes->end.reason, reason);
}

/* ---- answers ---- */

static void note_answer(const weft_result *result, uint64_t value, bool has_error)
{
    answer.n++;
    answer.code = result->code;
    answer.outcome = result->outcome;
    answer.value = value;
    answer.has_error = has_error;
}

void on_watch(void *user, const st_streams_watch_reply *reply)
{
    (void)user;
    note_answer(&reply->result, 0, false);
}

void on_load(void *user, const st_streams_load_reply *reply)
{
    (void)user;
    note_answer(&reply->result, reply->value, reply->error != NULL);
}

void on_echo(void *user, const st_streams_echo_reply *reply)
{
    (void)user;
    note_answer(&reply->result, 0, false);
}

void on_count(void *user, const st_streams_count_reply *reply)
{
    (void)user;
    note_answer(&reply->result, reply->value, false);
}

void on_maybe(void *user, const st_streams_maybe_reply *reply)
{
    (void)user;
    note_answer(&reply->result, reply->value, false);
}

void on_room(void *user)
{
    ++*(int *)user;
}

/* ---- calls ---- */

st_event_rx streams_watch(rig *r, st_streams_client client, weft_call *ret_call)
{
    st_streams_watch_args args = { WEFT_STR("some") };
    st_event_rx events;
    int n = handled.n;
    assert_int_equal(st_streams_watch(client, &args, NULL, on_watch, NULL, ret_call, &events), 0);
    rig_run(r);
    assert_int_equal(handled.n, n + 1);
    return events;
}

st_sample_tx streams_load(rig *r, st_streams_client client, weft_call *ret_call)
{
    st_sample_tx samples;
    int n = handled.n;
    assert_int_equal(st_streams_load(client, NULL, on_load, NULL, ret_call, &samples), 0);
    rig_run(r);
    assert_int_equal(handled.n, n + 1);
    return samples;
}

int send_event(const char *name)
{
    st_event event = st_event_make_stopped(weft_str_from(name));
    return st_event_send(handled.events, &event);
}

int send_sample(st_sample_tx samples, double value, const char *note)
{
    st_sample sample;
    st_sample_init(&sample);
    sample.value = value;
    sample.note = weft_str_from(note);
    return st_sample_send(samples, &sample);
}
