/* A program of a recorded version: two engines over memory, and the service of recorded.weft between them. Compiled
 * with the headers of that version, linked with the libraries of this one. Exit 0: everything came out as expected. */
#include "recorded.weft.h"

#include "weft/engine.h"
#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                            \
    do {                                                            \
        if (!(condition)) {                                         \
            fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
            exit(1);                                                \
        }                                                           \
    } while (0)

typedef struct side {
    weft_engine *engine;
    weft_handshake *handshake;
} side;

static uint64_t now_ns = 1;
static rec_store_client client;
static int n_put, n_refused, n_got, n_closed;

/* ---- the service ---- */

static void on_put(void *self, rec_store_put_call call, const rec_store_put_args *args)
{
    CHECK(self == &n_put);
    if (args->item.weight > 10) {
        const rec_put_error_too_heavy_fields fields = { 10 };
        const rec_put_error error = rec_put_error_make_too_heavy(&fields);
        CHECK(rec_store_put_fail(call, &error) == 0);
        return;
    }
    const uint32_t *tag = rec_str_u32_map_find(args->item.tags, WEFT_STR("b"));
    CHECK(tag && *tag == 2 && args->item.weight == 1.5 && args->item.parent);
    CHECK(args->item.colour && args->item.colour->kind == REC_COLOUR_MIXED);
    CHECK(args->item.colour->as.mixed.parts.len == 2 && args->item.colour->as.mixed.parts.items[1] == 9);
    CHECK(weft_str_equal(args->item.parent->name, WEFT_STR("box")));
    CHECK(rec_store_put_return(call, 41) == 0);
}

static void on_get(void *self, rec_store_get_call call, const rec_store_get_args *args)
{
    (void)self;
    rec_item item;
    rec_item_init(&item);
    item.name = args->name;
    CHECK(item.weight == 1.5);
    CHECK(rec_store_get_return(call, args->name.len > 0 ? &item : NULL) == 0);
}

static void on_served_closed(void *self)
{
    CHECK(self == &n_put);
    n_closed++;
}

static const rec_store_handler handler = { sizeof handler, on_served_closed, on_put, on_get };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    return rec_store_serve(pending, &handler, &n_put, NULL);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    if (event->kind == WEFT_EVENT_CLOSED && user) /* the acceptor's reference, from READY */
        weft_session_release(session);
}

/* ---- the client ---- */

static void on_opened(void *user, rec_store_client opened, const weft_error *error_or_null)
{
    (void)user;
    CHECK(!error_or_null);
    client = opened;
}

static void on_put_done(void *user, const rec_store_put_reply *reply)
{
    (void)user;
    CHECK(reply->result.code == 0 && reply->result.attempts == 1 && reply->result.metadata);
    if (reply->error) {
        CHECK(reply->result.outcome == WEFT_OUTCOME_USER_ERROR);
        CHECK(reply->error->kind == REC_PUT_ERROR_TOO_HEAVY && reply->error->as.too_heavy.limit == 10);
        n_refused++;
    } else {
        CHECK(reply->value == 41);
        n_put++;
    }
}

static void on_get_done(void *user, const rec_store_get_reply *reply)
{
    CHECK(reply->result.code == 0 && !reply->value == !user);
    CHECK(!user || (weft_str_equal(reply->value->name, WEFT_STR("cup")) && !reply->value->colour));
    n_got++;
}

static void call(void)
{
    static const uint8_t parts[] = { 7, 9 };
    static rec_str_u32_map_pair tags[] = { { WEFT_STR_INIT("b"), 2 }, { WEFT_STR_INIT("a"), 1 } };
    const rec_colour_mixed_fields mixed = { { parts, 2 } };
    const rec_colour colour = rec_colour_make_mixed(&mixed);
    rec_item box;
    rec_store_put_args put;
    weft_call_options options = weft_call_options_default();
    CHECK(rec_str_u32_map_sort(tags, 2) == 0);
    rec_item_init(&box);
    box.name = WEFT_STR("box");
    rec_store_put_args_init(&put);
    put.item.name = WEFT_STR("cup");
    put.item.colour = &colour;
    put.item.tags.items = tags;
    put.item.tags.len = 2;
    put.item.parent = &box;
    CHECK(rec_store_put(client, &put, NULL, on_put_done, NULL, NULL) == 0);
    put.item.weight = 11;
    options.timeout_ns = WEFT_NS_PER_S;
    CHECK(rec_store_put(client, &put, &options, on_put_done, NULL, NULL) == 0);
    CHECK(rec_store_get(client, &(rec_store_get_args){ WEFT_STR("cup") }, NULL, on_get_done, &n_got, NULL) == 0);
    CHECK(rec_store_get(client, &(rec_store_get_args){ WEFT_STR("") }, NULL, on_get_done, NULL, NULL) == 0);
}

/* ---- the conduit ---- */

/* What one side has to say now, into bytes. */
static size_t drain(side *from, uint8_t *bytes, size_t cap)
{
    weft_slice slices[4];
    size_t len = 0;
    size_t n = from->handshake ? weft_handshake_drain(from->handshake, slices, 4)
               : from->engine  ? weft_engine_drain(from->engine, slices, 4)
                               : 0;
    for (size_t i = 0; i < n && len + slices[i].len <= cap; i++) {
        memcpy(bytes + len, slices[i].ptr, slices[i].len);
        len += slices[i].len;
    }
    if (from->handshake)
        weft_handshake_drained(from->handshake, len);
    else if (from->engine)
        weft_engine_drained(from->engine, len, now_ns);
    return len;
}

static bool move(side *from, side *to)
{
    static uint8_t bytes[256 * 1024];
    size_t len = drain(from, bytes, sizeof bytes), consumed = 0;
    if (to->handshake) {
        CHECK(weft_handshake_feed(to->handshake, bytes, len, now_ns, &consumed) == 0);
        weft_handshake_dispatch(to->handshake, now_ns, SIZE_MAX);
        if (weft_handshake_phase(to->handshake) == WEFT_PHASE_DONE) {
            CHECK(weft_handshake_finish(to->handshake, &to->engine) == 0);
            weft_handshake_free(to->handshake);
            to->handshake = NULL;
        }
    }
    if (!to->handshake) {
        CHECK(weft_engine_feed(to->engine, bytes + consumed, len - consumed, now_ns, &consumed) == 0);
        weft_engine_dispatch(to->engine, now_ns, SIZE_MAX);
    }
    return len > 0;
}

static void move_all(side *a, side *b)
{
    bool moved = true;
    while (moved) {
        moved = move(a, b);
        moved = move(b, a) || moved;
    }
}

int main(void)
{
    side a = { 0 }, b = { 0 };
    weft_engine_options options;
    weft_session_options client_options = weft_session_options_default();
    weft_session_options server_options = weft_session_options_default();
    weft_engine_options_init(&options, sizeof options);
    client_options.on_event = on_event;
    server_options.on_open = on_open;
    server_options.on_event = on_event;
    server_options.user = &n_closed;
    CHECK(weft_engine_new(&options, &client_options, now_ns, &a.engine) == 0);
    CHECK(weft_engine_reconnect(a.engine, NULL, now_ns, &a.handshake) == 0);
    CHECK(weft_handshake_new(&options, &server_options, now_ns, &b.handshake) == 0);
    weft_session *session = weft_session_retain(weft_engine_session(a.engine));
    CHECK(rec_store_open(session, NULL, on_opened, NULL) == 0);
    move_all(&a, &b);
    CHECK(client.connection);
    call();
    move_all(&a, &b);
    CHECK(n_put == 1 && n_refused == 1 && n_got == 2);
    weft_connection_release(client.connection);
    weft_session_close(session, WEFT_CODE_NONE, NULL);
    move_all(&a, &b);
    CHECK(n_closed == 1 && weft_engine_phase(a.engine) != WEFT_PHASE_RUNNING);
    weft_session_release(session);
    weft_engine_free(a.engine);
    weft_engine_free(b.engine);
    printf("made for %s, runs with %s\n", WEFT_VERSION, weft_version());
    return 0;
}
