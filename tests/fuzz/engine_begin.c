/* Bringing the engines of engine_fuzz up, as the script's first bytes say. */
#include "tests/fuzz/engine_world.h"

#include <stdlib.h>

static uint64_t clock_now(void *user)
{
    return ((world *)user)->now_ns;
}

static weft_session_options session_options(world *w, side *s)
{
    script *in = &w->script;
    weft_session_options options = weft_session_options_default();
    uint8_t how = script_byte(in);
    options.on_open = how & 1 && how & 2 ? NULL : fuzz_on_open;
    options.on_event = fuzz_on_event;
    options.user = s;
    options.ids_odd = how & 4;
    if (how & 8)
        options.max_frame_size = WEFT_FRAME_SIZE_MIN;
    if (how & 16)
        options.connection_window = options.max_frame_size + WEFT_CONNECTION_WINDOW_MARGIN;
    if (how & 32)
        options.max_message_size = 64 * 1024;
    how = script_byte(in);
    options.max_concurrent_requests = (const uint32_t[]){ 1024, 1, 2, 0 }[how & 3];
    options.max_connections = (const uint32_t[]){ 16384, 1, 2, 4 }[how >> 2 & 3];
    options.max_queued = how & 16 ? 2000 : WEFT_QUEUED_DEFAULT;
    options.call_timeout_ns = how & 32 ? WEFT_NS_PER_S : WEFT_FOREVER;
    options.queue_timeout_ns = how & 64 ? WEFT_NS_PER_S / 2 : WEFT_QUEUE_TIMEOUT_DEFAULT;
    options.root_service = !(how & 128) ? NULL : how & 127 ? &fuzz_service : &fuzz_service_changed;
    return options;
}

static void session_options_more(side *s, weft_session_options *options)
{
    static const weft_metadata_entry entry = { .key = WEFT_STR_INIT("app"),
                                               .kind = WEFT_METADATA_BYTES,
                                               .bytes = { (const uint8_t *)"\0\1", 2 } };
    static const weft_metadata metadata = { &entry, 1 };
    script *in = &s->world->script;
    uint8_t how = script_byte(in);
    if (how & 1)
        options->metadata = &metadata;
    options->close_when_unused = how & 2;
    if (how & 4)
        options->keepalive_idle_ns = how & 8 ? WEFT_NS_PER_S : WEFT_FOREVER;
    if (how & 16) {
        s->interceptor = fuzz_interceptor(s);
        s->interceptors[0] = s->interceptors[1] = &s->interceptor;
        options->interceptors = s->interceptors;
        options->n_interceptors = 2;
    }
    if (how & 32)
        options->max_message_size = WEFT_MESSAGE_SIZE_MIN + script_byte(in);
    if (how & 64)
        options->close_timeout_ns = options->handshake_timeout_ns = WEFT_NS_PER_MS;
}

static void side_begin(world *w, side *s, uint8_t bits)
{
    weft_engine_options engine;
    weft_peer peer = { sizeof peer, "mem", "fuzz", false, 0, 0, 0 };
    note *n = world_note(w, s);
    weft_session_options options = session_options(w, s);
    if (bits & 64)
        session_options_more(s, &options);
    s->max_requests = options.max_concurrent_requests;
    s->max_connections = options.max_connections;
    s->max_channels = options.max_channels = 6;
    weft_engine_options_init(&engine, sizeof engine);
    engine.allocator = &w->alloc.allocator;
    engine.log = w->is_quiet ? NULL : fuzz_log; /* frames that nobody logs have ways of their own */
    engine.log_user = w;
    engine.log_classes = WEFT_LOG_ALL;
    engine.log_level = WEFT_LOG_DEBUG;
    engine.clock = bits & 16 ? clock_now : NULL;
    engine.clock_user = w;
    engine.peer = &peer;
    engine.handles = w->handles;
    engine.seed[0] = s->initiator;
    s->root = weft_open_options_default();
    s->root.serves = &fuzz_service;
    s->root.handler = &fuzz_handler;
    s->root.self = n;
    s->root.on_closed = fuzz_on_closed;
    s->root.on_closed_user = n;
    options.root = &s->root;
    outage_options(s, &engine, &options);
    n->may_be_silent = true;
    n->serves = true;
    int status;
    if (s->initiator) {
        status = weft_engine_new(&engine, &options, w->now_ns, &s->engine);
        if (status == 0) {
            s->session = weft_session_retain(weft_engine_session(s->engine));
            s->refs = 1;
            weft_engine_on_wake(s->engine, side_on_wake, s);
            status = weft_engine_reconnect(s->engine, &peer, w->now_ns, &s->handshake);
            s->is_gone = status < 0;
        }
    } else {
        status = weft_handshake_new(&engine, &options, w->now_ns, &s->handshake);
    }
    FUZZ_CHECK(status == 0 || (status == WEFT_ENOMEM && w->may_starve));
    if (s->handshake)
        weft_handshake_on_wake(s->handshake, side_on_wake, s);
}

void world_begin(world *w, const uint8_t *data, size_t len)
{
    memset(w, 0, sizeof *w);
    w->script.at = data;
    w->script.end = data + len;
    w->now_ns = WEFT_NS_PER_S;
    w->honest = true;
    w->is_traced = getenv("WEFT_FUZZ_TRACE") != NULL;
    weft_test_alloc_init(&w->alloc);
    FUZZ_CHECK(weft_arena_new(NULL, &w->scratch) == 0 && weft_arena_new(NULL, &w->replies) == 0);
    uint8_t mode = script_byte(&w->script);
    uint8_t bits = script_byte(&w->script);
    w->is_pair = mode % 4 == 0 || mode % 4 == 3;
    w->is_proxy = !w->is_pair && mode & 128;
    w->is_quiet = mode & 4;
    w->reads_placed = mode & 8;
    w->reads_few = mode & 16;
    w->is_orderly = bits & 1;
    w->survives = bits & 128;
    if (bits & 2)
        FUZZ_CHECK(weft_handles_new(&w->alloc.allocator, &w->handles) == 0);
    if (bits & 4)
        world_fail_memory(w, script_u16(&w->script) % 600, bits & 8);
    if (w->survives)
        outage_begin(w);
    for (int i = 0; i < 2; i++) {
        side *s = &w->sides[i];
        s->world = w;
        s->initiator = i == 0;
        if (w->is_pair || w->is_proxy || mode % 4 == i + 1)
            side_begin(w, s, bits);
        else
            s->is_gone = true;
    }
    w->honest = w->is_pair;
    if (bits & 32)
        return;
    if (w->is_pair)
        world_settle(w);
    for (int i = 0; i < 2; i++)
        if (w->is_proxy || mode % 4 == i + 1)
            side_shake(&w->sides[i]);
    if (w->is_proxy && mode & 64)
        proxy_begin(w);
}
