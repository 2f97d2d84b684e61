/* Two engines over a conduit in memory: the service, what is noted, moving bytes. */
#include "tests/support/pair.h"

#include "tests/support/place.h"

#include <stdlib.h>

/* ---- the service ---- */

typedef struct pair_handler {
    size_t size;
} pair_handler;

static const pair_handler handler = { sizeof handler };

static const weft_field echo_fields[] = {
    { "data", &weft_type_bytes, NULL, offsetof(pair_echo_args, data), 0, NULL },
};
const weft_type pair_echo_args_type = { .abi = WEFT_GEN_ABI,
                                        .kind = WEFT_KIND_STRUCT,
                                        .n = 1,
                                        .c_size = sizeof(pair_echo_args),
                                        .fields = echo_fields };

static int echo_dispatch(const void *table, void *self, weft_call call, const void *args)
{
    pair_side *side = self;
    const pair_echo_args *echo = args;
    (void)table;
    side->n_handled++;
    return weft_gen_return(call, &pair_service, PAIR_ECHO, &echo->data) == WEFT_ENOMEM ? weft_call_drop(call) : 0;
}

static void hold_cancelled(void *user)
{
    pair_side *side = user;
    side->n_cancelled++;
}

static int hold_dispatch(const void *table, void *self, weft_call call, const void *args)
{
    pair_side *side = self;
    const pair_echo_args *held = args;
    (void)table;
    side->n_handled++;
    if (side->keep_calls) {
        side->held_metadata = weft_call_metadata(call);
        (void)weft_gen_keep(call, &args);
    }
    (void)weft_call_on_cancel(call, hold_cancelled, side);
    side->held_index[side->n_held % PAIR_CALLS_MAX] = held->data.len > 0 ? held->data.ptr[0] : -1;
    side->held[side->n_held++ % PAIR_CALLS_MAX] = call;
    return 0;
}

/* side and index travel in one pointer's memory */
typedef struct noted {
    pair_side *side;
    int index;
} noted;

static void done_bytes(void *user, const pair_echo_reply *reply)
{
    noted *note = user;
    pair_side *side = note->side;
    int i = note->index;
    free(note);
    side->n_done++;
    side->done_times[i]++;
    side->results[i] = reply->result;
    size_t len =
        reply->result.text.len < sizeof side->texts[i] - 1 ? reply->result.text.len : sizeof side->texts[i] - 1;
    if (len > 0)
        memcpy(side->texts[i], reply->result.text.ptr, len);
    side->texts[i][len] = '\0';
    if (reply->result.code == 0) {
        side->value_len[i] = reply->value.len;
        side->value_first[i] = reply->value.len > 0 ? reply->value.ptr[0] : 0;
    }
}

typedef void (*done_fn)(void *user, const pair_echo_reply *reply);

static void deliver(void (*done)(void), void *user, const void *reply)
{
    ((done_fn)done)(user, reply);
}

static void serve_closed(const void *table, void *self)
{
    pair_side *side = self;
    (void)table;
    side->n_serve_closed++;
}

#define METHOD(name_, id_, flags_, dispatch_)                                                         \
    {                                                                                                 \
        .name = (name_), .id = (id_), .args = &pair_echo_args_type, .result = &weft_type_bytes,       \
        .timeout_ns = WEFT_TIMEOUT_DEFAULT, .flags = (flags_), .reply_size = sizeof(pair_echo_reply), \
        .value_offset = offsetof(pair_echo_reply, value), .dispatch = (dispatch_), .deliver = deliver \
    }
#define STREAM(name_, id_, args_, channels_, dispatch_)                                                                \
    {                                                                                                                  \
        .name = (name_), .id = (id_), .args = (args_), .result = &weft_type_bytes, .timeout_ns = WEFT_TIMEOUT_DEFAULT, \
        .reply_size = sizeof(pair_echo_reply), .value_offset = offsetof(pair_echo_reply, value), .deliver = deliver,   \
        .channels = (channels_), .n_channels = sizeof(channels_) / sizeof(weft_channel_param),                         \
        .dispatch_channels = (dispatch_)                                                                               \
    }
static const weft_type no_args_type = { .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT };
static const weft_channel_param watch_channels[] = { { "out", &weft_type_bytes, 1, PAIR_WINDOW, WEFT_CHANNEL_TX, false,
                                                       NULL } };
static const weft_channel_param load_channels[] = { { "in", &weft_type_bytes, 0, PAIR_WINDOW, WEFT_CHANNEL_RX, false,
                                                      NULL } };
static const weft_channel_param both_channels[] = {
    { "out", &weft_type_bytes, 0, PAIR_WINDOW, WEFT_CHANNEL_TX, true, NULL },
    { "in", &weft_type_bytes, 2, 2 * PAIR_WINDOW, WEFT_CHANNEL_RX, true, NULL },
};
static const weft_method methods[] = {
    METHOD("echo", 0x1001, 0, echo_dispatch),
    METHOD("hold", 0x1002, 0, hold_dispatch),
    STREAM("watch", PAIR_WATCH_ID, &pair_echo_args_type, watch_channels, pair_watch_dispatch),
    STREAM("load", PAIR_LOAD_ID, &no_args_type, load_channels, pair_load_dispatch),
    STREAM("both", PAIR_BOTH_ID, &pair_echo_args_type, both_channels, pair_both_dispatch),
    METHOD("again", 0x1006, WEFT_METHOD_IDEMPOTENT, hold_dispatch),
    METHOD("once", 0x1007, WEFT_METHOD_PERSISTENT, hold_dispatch),
    METHOD("once_again", 0x1008, WEFT_METHOD_IDEMPOTENT | WEFT_METHOD_PERSISTENT, hold_dispatch),
};
enum { N_METHODS = sizeof methods / sizeof *methods };

const weft_service_type pair_service = { .abi = WEFT_GEN_ABI,
                                         .method_size = sizeof(weft_method),
                                         .n_methods = N_METHODS,
                                         .name = "test.Pair",
                                         .id = 0x77,
                                         .methods = methods,
                                         .closed = serve_closed };
const weft_service_type pair_service_changed = { .abi = WEFT_GEN_ABI,
                                                 .method_size = sizeof(weft_method),
                                                 .n_methods = N_METHODS,
                                                 .name = "test.Pair",
                                                 .id = 0x78,
                                                 .methods = methods,
                                                 .closed = serve_closed };

/* ---- what is noted ---- */

void pair_note_outage(pair_side *side, const weft_session_event *event)
{
    switch (event->kind) {
    case WEFT_EVENT_DISCONNECTED: side->n_disconnected++; break;
    case WEFT_EVENT_RESUMED: side->n_resumed++; return;
    case WEFT_EVENT_REPLACED: side->n_replaced++; break;
    default: return;
    }
    side->outage = *event->error;
}

static void side_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    pair_side *side = user;
    switch (event->kind) {
    case WEFT_EVENT_READY:
        side->n_ready++;
        if (side->has_reference && side->session != session) /* of a server's session that is over */
            weft_session_release(side->session);
        side->has_reference = side->has_reference || !side->session;
        side->session = session;
        break;
    case WEFT_EVENT_FAILED: side->n_failed++; break;
    case WEFT_EVENT_DRAINING: (*(event->by_peer ? &side->n_draining : &side->n_drains))++; break;
    case WEFT_EVENT_WRITABLE: side->n_writable++; break;
    case WEFT_EVENT_CLOSED:
        side->n_closed++;
        side->end = *event->error;
        break;
    default: pair_note_outage(side, event); break;
    }
}

static void conn_on_closed(void *user, const weft_error *error)
{
    pair_side *side = user;
    side->n_conn_closed++;
    side->conn_end = *error;
}

static int side_on_open(void *user, weft_session *session, weft_pending pending)
{
    pair_side *side = user;
    (void)session;
    side->n_open_asked++;
    side->pending = pending;
    if (side->keep_pending)
        return 0;
    if (side->refuse_code)
        return weft_pending_reject(pending, side->refuse_code, "no", NULL);
    weft_accept_options options = weft_open_options_default();
    options.serves = side->serves;
    options.handler = &handler;
    options.self = side;
    options.on_closed = conn_on_closed;
    options.on_closed_user = side;
    return weft_pending_accept(pending, &options, NULL);
}

/* ---- both engines ---- */

void pair_init(pair *p, weft_test_alloc *alloc)
{
    memset(p, 0, sizeof *p);
    p->alloc = alloc;
    p->now_ns = WEFT_NS_PER_S;
    p->client_max = p->server_max = SIZE_MAX;
    p->s.serves = p->c.serves = &pair_service;
}

static void options_of(weft_session_options *options, pair_side *side)
{
    options->on_open = side_on_open;
    options->on_event = side_on_event;
    options->user = side;
}

static const weft_peer pair_peer = { sizeof pair_peer, "mem", "pair", false, 0, 0, 0 };

static weft_engine_options engine_options(const pair *p)
{
    weft_engine_options options;
    weft_engine_options_init(&options, sizeof options);
    options.allocator = &p->alloc->allocator;
    options.peer = &pair_peer;
    options.handles = p->handles;
    options.log = p->log;
    options.log_user = p->log_user;
    options.log_level = WEFT_LOG_DEBUG;
    return options;
}

int pair_begin_client(pair *p, weft_session_options client, weft_session_options server)
{
    weft_engine_options options = engine_options(p);
    options.session_id = 1;
    options.stats = p->client_stats;
    options.seed[0] = p->client_seed;
    options_of(&client, &p->c);
    options_of(&server, &p->s);
    p->server_options = server;
    p->status = weft_engine_new(&options, &client, p->now_ns, &p->client);
    if (p->status < 0)
        return p->status;
    p->c.session = weft_session_retain(weft_engine_session(p->client));
    p->c.has_reference = true;
    return 0;
}

int pair_reconnect(pair *p)
{
    weft_engine_options options = engine_options(p);
    weft_handshake_free(p->client_handshake);
    weft_handshake_free(p->server_handshake);
    p->client_handshake = p->server_handshake = NULL;
    if (p->server && weft_engine_phase(p->server) == WEFT_PHASE_CLOSED) {
        weft_engine_free(p->server);
        p->server = NULL;
    }
    p->cut = false;
    p->status = weft_engine_reconnect(p->client, &pair_peer, p->now_ns, &p->client_handshake);
    options.seed[0] = ++p->n_conduits;
    options.session_id = 2;
    options.stats = p->server_stats;
    options.registry = p->registry;
    options.operations = p->operations;
    if (p->status == 0)
        p->status = weft_handshake_new(&options, &p->server_options, p->now_ns, &p->server_handshake);
    return p->status;
}

int pair_begin(pair *p, weft_session_options client, weft_session_options server)
{
    int status = pair_begin_client(p, client, server);
    return status < 0 ? status : pair_reconnect(p);
}

static size_t side_drain(weft_engine *engine, weft_handshake *handshake, weft_slice *slices, size_t n)
{
    return handshake ? weft_handshake_drain(handshake, slices, n) : engine ? weft_engine_drain(engine, slices, n) : 0;
}

static void side_finish(weft_engine **engine, weft_handshake **handshake)
{
    weft_engine *before = *engine;
    if (*handshake && weft_handshake_phase(*handshake) == WEFT_PHASE_DONE &&
        weft_handshake_finish(*handshake, engine) == 0) {
        weft_handshake_free(*handshake);
        *handshake = NULL;
        if (before != *engine) /* a session that waited to be resumed, and another one came instead */
            weft_engine_free(before);
    }
}

static size_t side_dispatch_some(const pair *p, weft_engine *engine, weft_handshake *handshake, size_t n_max)
{
    return handshake ? weft_handshake_dispatch(handshake, p->now_ns, n_max)
           : engine  ? weft_engine_dispatch(engine, p->now_ns, n_max)
                     : 0;
}

static void side_dispatch(pair *p, weft_engine *engine, weft_handshake *handshake)
{
    if (!p->each)
        (void)side_dispatch_some(p, engine, handshake, SIZE_MAX);
    while (p->each && side_dispatch_some(p, engine, handshake, 1) > 0)
        p->each(p->each_user);
}

/* Some bytes from one side to the other, in memory that is gone afterwards: true where something moved. */
static bool move(pair *p, weft_engine **from, weft_handshake **from_hs, weft_engine **to, weft_handshake **to_hs,
                 size_t *sent, size_t max)
{
    weft_slice slices[16];
    size_t n = side_drain(*from, *from_hs, slices, 16);
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += slices[i].len;
    if (p->step > 0 && len > p->step)
        len = p->step;
    if (len > max - *sent) {
        len = max - *sent;
        p->cut = true;
    }
    if (len == 0)
        return false;
    uint8_t *bytes = malloc(len);
    size_t at = 0;
    for (size_t i = 0; i < n && at < len; i++) {
        size_t part = slices[i].len < len - at ? slices[i].len : len - at;
        memcpy(bytes + at, slices[i].ptr, part);
        at += part;
    }
    if (*from_hs)
        weft_handshake_drained(*from_hs, len);
    else
        weft_engine_drained(*from, len, p->now_ns);
    *sent += len;
    if (p->tap)
        p->tap(p->tap_user, sent == &p->client_sent, bytes, len);
    size_t consumed = 0;
    if (*to_hs)
        (void)weft_handshake_feed(*to_hs, bytes, len, p->now_ns, &consumed);
    side_finish(to, to_hs);
    if (!*to_hs && *to && consumed < len)
        (void)weft_test_feed_read(*to, bytes + consumed, len - consumed, p->now_ns, &consumed);
    side_dispatch(p, *to, *to_hs);
    free(bytes);
    side_finish(from, from_hs);
    side_finish(to, to_hs);
    return true;
}

void pair_run(pair *p)
{
    for (bool moved = true; moved;) {
        side_finish(&p->client, &p->client_handshake);
        side_finish(&p->server, &p->server_handshake);
        side_dispatch(p, p->client, p->client_handshake);
        side_dispatch(p, p->server, p->server_handshake);
        moved = !p->cut && move(p, &p->client, &p->client_handshake, &p->server, &p->server_handshake, &p->client_sent,
                                p->client_max);
        moved = (!p->cut && move(p, &p->server, &p->server_handshake, &p->client, &p->client_handshake, &p->server_sent,
                                 p->server_max)) ||
                moved;
    }
}

void pair_advance(pair *p, uint64_t ns)
{
    p->now_ns += ns;
    if (p->client_handshake)
        weft_handshake_tick(p->client_handshake, p->now_ns);
    if (p->client)
        weft_engine_tick(p->client, p->now_ns);
    if (p->server_handshake)
        weft_handshake_tick(p->server_handshake, p->now_ns);
    if (p->server)
        weft_engine_tick(p->server, p->now_ns);
    pair_run(p);
}

void pair_ready(pair *p, weft_test_alloc *alloc)
{
    pair_init(p, alloc);
    if (pair_begin(p, weft_session_options_default(), weft_session_options_default()) == 0)
        pair_run(p);
}

static void pair_opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    pair_side *side = user;
    (void)metadata;
    if (connection)
        side->n_opened++;
    else
        side->n_refused++;
    side->opened = connection;
    if (error)
        side->open_error = *error;
}

weft_connection *pair_open(pair *p)
{
    weft_open_options options = weft_open_options_default();
    options.on_closed = conn_on_closed;
    options.on_closed_user = &p->c;
    p->c.opened = NULL;
    int status = weft_open(p->c.session, &pair_service, &options, pair_opened, &p->c);
    if (status < 0) {
        p->status = status;
        return NULL;
    }
    pair_run(p);
    return p->c.opened;
}

int pair_call_with(pair_side *side, weft_connection *connection, uint32_t method, size_t len, int index,
                   const weft_call_options *options, weft_call *ret_call)
{
    return pair_call_channels(side, connection, method, len, index, options, NULL, ret_call);
}

int pair_call_channels(pair_side *side, weft_connection *connection, uint32_t method, size_t len, int index,
                       const weft_call_options *options, weft_channel *const *channels, weft_call *ret_call)
{
    noted *note = malloc(sizeof *note);
    uint8_t *bytes = malloc(len ? len : 1);
    memset(bytes, index, len);
    pair_echo_args args = { weft_bytes_of(bytes, len) };
    note->side = side;
    note->index = index;
    int status = weft_gen_stream(connection, &pair_service, method, &args, options, (void (*)(void))done_bytes, note,
                                 ret_call, channels);
    free(bytes);
    if (status < 0)
        free(note);
    return status;
}

int pair_call(pair_side *side, weft_connection *connection, uint32_t method, size_t len, int index, weft_call *ret_call)
{
    return pair_call_with(side, connection, method, len, index, NULL, ret_call);
}

void pair_disconnect(pair *p, int cause)
{
    p->cut = true;
    if (p->client_handshake)
        weft_handshake_disconnected(p->client_handshake, cause, p->now_ns);
    else if (p->client)
        weft_engine_disconnected(p->client, cause, NULL, p->now_ns);
    if (p->server_handshake)
        weft_handshake_disconnected(p->server_handshake, cause, p->now_ns);
    else if (p->server)
        weft_engine_disconnected(p->server, cause, NULL, p->now_ns);
    pair_run(p);
}

void pair_fini(pair *p)
{
    weft_handshake_free(p->client_handshake);
    weft_handshake_free(p->server_handshake);
    weft_engine_free(p->client);
    weft_engine_free(p->server);
    if (p->c.has_reference)
        weft_session_release(p->c.session);
    if (p->s.has_reference)
        weft_session_release(p->s.session);
}
