/* Bytes that no counterpart of good will sends: each is answered, or ends what section 1 says, at once; it costs no
 * memory but in proportion to what came; it is the same however the bytes were cut; and others are served as before.
 * First against one engine, then over real sockets. */
#include "tests/protocol/violations/rig.h"
#include "tests/support/hostile.h"
#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#include <stdio.h>
#include <sys/socket.h>

enum { REQ = WEFT__KIND_REQUEST, RES = WEFT__KIND_RESPONSE };

/* What all that came may cost: a call, a connection, a chunk of output, and the buffers of what came, which double. */
enum { MEMORY_SPARE = 16 * 1024, MEMORY_FACTOR = 4 };

/* ---- one engine ---- */

/* Connection 1 is open, and a call of the engine's (request 2) waits there for its answer. */
static void begin(wire_peer *w)
{
    wire_init(w, false);
    w->options.max_message_size = WEFT_MESSAGE_SIZE_MIN;
    wire_shake(w);
    wire_open(w, 1);
    assert_int_equal(pair_call(&w->side, w->accepted, PAIR_HOLD, 3, 0, NULL), 0);
    wire_run(w);
    assert_int_equal(wire_expect_request(w, 1), 2);
    w->in.len = w->in_at = 0;
    w->alloc.peak_bytes = w->alloc.live_bytes;
}

static void end(wire_peer *w)
{
    bool was_open = w->accepted != NULL;
    weft_connection_release(w->accepted);
    w->accepted = NULL;
    wire_disconnect(w, WEFT_ECONNRESET);
    assert_int_equal(w->side.done_times[0], was_open ? 1 : 0);
    assert_int_equal(w->side.n_conn_closed, w->side.n_serve_closed);
    wire_fini(w);
}

static void assert_memory(const char *what, size_t before, size_t peak, size_t came)
{
    if (peak - before > MEMORY_SPARE + MEMORY_FACTOR * came)
        fail_msg("%s: %zu bytes of memory for %zu that came", what, peak - before, came);
}

typedef struct said {
    int n_session, n_connection, n_responses; /* ends of each, answers */
} said;

/* What the engine has said. */
static said listen_to(wire_peer *w)
{
    said s = { 0, 0, 0 };
    wire_frame frame;
    while (wire_next(w, &frame)) {
        s.n_session += frame.kind == WEFT__KIND_PROTOCOL_ERROR || frame.kind == WEFT__KIND_GOODBYE;
        s.n_connection += frame.kind == WEFT__KIND_CLOSE || frame.kind == WEFT__KIND_REJECT;
        s.n_responses += frame.kind == RES;
    }
    return s;
}

static void assert_lives_or_ended(wire_peer *w)
{
    if (wire_phase(w) == WEFT_PHASE_RUNNING)
        wire_expect_alive(w);
    else
        assert_int_equal(w->side.n_closed, 1);
}

/* Feeds the bytes whole and one by one. same: the same is said, as is where nothing is said of several frames in sum.
 * Gives what was said. */
static said feed_both_ways(const char *what, const wire_bytes *bytes, bool same)
{
    wire_peer whole, single;
    begin(&whole);
    begin(&single);
    size_t before = whole.alloc.live_bytes, single_before = single.alloc.live_bytes;
    wire_feed(&whole, bytes->ptr, bytes->len);
    for (size_t i = 0; i < bytes->len; i++)
        wire_feed(&single, bytes->ptr + i, 1);
    assert_memory(what, before, whole.alloc.peak_bytes, bytes->len);
    assert_memory(what, single_before, single.alloc.peak_bytes, bytes->len);
    if (same && (whole.in.len != single.in.len || memcmp(whole.in.ptr, single.in.ptr, whole.in.len) != 0))
        fail_msg("%s: cut into bytes it is answered otherwise", what);
    said s = listen_to(&whole);
    (void)listen_to(&single);
    assert_lives_or_ended(&whole);
    assert_lives_or_ended(&single);
    if (wire_phase(&whole) != WEFT_PHASE_RUNNING && s.n_session == 0)
        s.n_session = 1; /* without a word: a ProtocolError is not answered */
    end(&whole);
    end(&single);
    return s;
}

/* One malformed frame: exactly one answer or end, and none for what is skipped. */
static void assert_answered_once(const char *what, uint8_t kind, const wire_bytes *bytes)
{
    said s = feed_both_ways(what, bytes, true);
    if (s.n_session + s.n_connection + s.n_responses != (kind == HOSTILE_SKIPPED ? 0 : 1))
        fail_msg("%s in %s: %d ends of the session, %d of the connection, %d responses", what, weft__kind_name(kind),
                 s.n_session, s.n_connection, s.n_responses);
}

static void body_malformed_each_kind_answered_once(void **state)
{
    /* Goal: any malformed body, in any kind on any connection, is one end of what it concerns, at once. */
    (void)state;
    WEFT_RULE("violation.scope");
    WEFT_RULE("frame.max");
    for (size_t i = 0; i < HOSTILE_BODIES; i++) {
        for (size_t k = 0; k <= HOSTILE_KINDS; k++) {
            uint8_t kind = k < HOSTILE_KINDS ? hostile_kinds[k] : HOSTILE_SKIPPED;
            for (uint64_t connection = 0; connection <= 3; connection += connection ? 2 : 1) {
                wire_bytes body = { NULL, 0, 0 };
                wire_bytes out = { NULL, 0, 0 };
                hostile_put(&body, i);
                wire_put(&out, kind, 0, connection, body.ptr, body.len);
                assert_answered_once(hostile_name(i), kind, &out);
                wire_bytes_free(&out);
                wire_bytes_free(&body);
            }
        }
    }
}

static void body_cut_or_too_long_each_kind_answered_once(void **state)
{
    /* Goal: a body that ends at any byte, or goes on behind its end, is malformed; whatever its kind. */
    (void)state;
    for (size_t k = 0; k < HOSTILE_KINDS; k++) {
        uint64_t connection = weft__kind_traits(hostile_kinds[k]) & WEFT__KIND_OF_ROOT ? 0
                              : hostile_kinds[k] == WEFT__KIND_OPEN                    ? 3
                                                                                       : 1;
        wire_bytes whole = { NULL, 0, 0 };
        wire_put_any(&whole, hostile_kinds[k], connection, hostile_kinds[k] == RES ? 2 : 3);
        size_t len = whole.len - WEFT__FRAME_HEADER;
        wire_bytes_add(&whole, "\xc0", 1);
        for (size_t cut = 0; cut <= len + 1; cut++) {
            wire_bytes out = { NULL, 0, 0 };
            if (cut == len)
                continue;
            wire_put(&out, hostile_kinds[k], 0, connection, whole.ptr + WEFT__FRAME_HEADER, cut);
            assert_answered_once(cut < len ? "a body cut short" : "a byte behind the body", hostile_kinds[k], &out);
            wire_bytes_free(&out);
        }
        wire_bytes_free(&whole);
    }
}

/* The frame with element n of its body, an array or the values of a map, replaced by hostile body i; false: it has
 * none. */
static bool put_replaced(wire_bytes *out, uint8_t kind, uint64_t connection, uint32_t n, size_t i)
{
    wire_bytes whole = { NULL, 0, 0 };
    wire_bytes body = { NULL, 0, 0 };
    uint32_t n_elements = 0;
    bool replaced = false;
    wire_put_any(&whole, kind, connection, kind == RES ? 2 : 3);
    weft__reader reader =
        weft__reader_of(weft_bytes_of(whole.ptr + WEFT__FRAME_HEADER, whole.len - WEFT__FRAME_HEADER));
    bool is_map = weft__read_array(&reader, &n_elements) < 0;
    if (is_map)
        assert_int_equal(weft__read_map(&reader, &n_elements), 0);
    wire_bytes_add(&body, whole.ptr + WEFT__FRAME_HEADER, (size_t)(reader.at - whole.ptr) - WEFT__FRAME_HEADER);
    for (uint32_t k = 0; k < n_elements; k++) {
        weft_bytes key = { NULL, 0 }, value;
        if (is_map)
            assert_int_equal(weft__read_value(&reader, 2, &key), 0);
        assert_int_equal(weft__read_value(&reader, 64, &value), 0);
        wire_bytes_add(&body, key.ptr, key.len);
        replaced = replaced || k == n;
        if (k == n)
            hostile_put(&body, i);
        else
            wire_bytes_add(&body, value.ptr, value.len);
    }
    wire_put(out, kind, 0, connection, body.ptr, body.len);
    wire_bytes_free(&body);
    wire_bytes_free(&whole);
    return replaced;
}

static void element_malformed_each_kind_answered_once(void **state)
{
    /* Goal: the same of each element of each body: counts, texts, metadata, lists of channels and services. */
    (void)state;
    for (size_t k = 0; k < HOSTILE_KINDS; k++) {
        uint64_t connection = weft__kind_traits(hostile_kinds[k]) & WEFT__KIND_OF_ROOT ? 0
                              : hostile_kinds[k] == WEFT__KIND_OPEN                    ? 3
                                                                                       : 1;
        bool more = true;
        for (uint32_t n = 0; more; n++) {
            for (size_t i = 0; i < HOSTILE_BODIES; i++) {
                wire_bytes out = { NULL, 0, 0 };
                more = put_replaced(&out, hostile_kinds[k], connection, n, i);
                if (more && hostile_kinds[k] != RES) /* whose value is told of to the caller alone */
                    assert_answered_once(hostile_name(i), hostile_kinds[k], &out);
                else if (more)
                    (void)feed_both_ways(hostile_name(i), &out, true);
                wire_bytes_free(&out);
            }
        }
    }
}

static void value_malformed_fails_that_call_alone(void **state)
{
    /* Goal: arguments and values that are no such thing fail their call, or, where no frame can hold them, the
     * connection; nothing else. */
    (void)state;
    WEFT_RULE("call.errors");
    for (size_t i = 0; i < HOSTILE_BODIES; i++) {
        wire_bytes out = { NULL, 0, 0 };
        hostile_put_request(&out, 1, 3, i);
        said s = feed_both_ways(hostile_name(i), &out, true);
        assert_int_equal(s.n_session, 0);
        assert_int_equal(s.n_connection + s.n_responses, 1);
        wire_bytes_free(&out);
    }
    for (size_t i = 0; i < HOSTILE_BODIES; i++) {
        wire_peer w;
        begin(&w);
        hostile_put_response(&w.out, 1, 2, i);
        wire_flush(&w);
        assert_int_equal(w.side.done_times[0], 1);
        assert_true(w.side.results[0].code == WEFT_EBADMSG || w.side.results[0].code == WEFT_EPROTO);
        assert_int_equal(listen_to(&w).n_session, 0);
        wire_expect_alive(&w);
        end(&w);
    }
}

static void header_announces_4_gib_nothing_is_kept(void **state)
{
    /* Goal: no length in a header costs memory: of kinds that are, that are not, and within a message. */
    static const uint32_t lens[] = { UINT32_MAX, 0x80000000u, 0x7fffffffu, WEFT_FRAME_SIZE_DEFAULT + 1 };
    (void)state;
    WEFT_RULE("frame.max");
    for (size_t k = 0; k < 256; k++) {
        for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
            weft__frame head = { lens[i], (uint8_t)k, k % 3 == 0 ? WEFT__FLAG_MORE : 0, 0, k & 1 };
            uint8_t header[WEFT__FRAME_HEADER];
            wire_bytes out = { NULL, 0, 0 };
            weft__frame_write(&head, header);
            wire_bytes_add(&out, header, sizeof header);
            assert_int_equal(feed_both_ways("a long frame", &out, true).n_session, 1);
            wire_bytes_free(&out);
        }
    }
}

static void fragments_without_end_are_bounded(void **state)
{
    /* Goal: a message without an end costs at most max_message_size, at which it is refused, though each fragment is
     * legal; a connection more costs as much more, and no byte of them is needed. */
    wire_peer w;
    static uint8_t junk[16384];
    static const size_t pieces[] = { WEFT__MORE_MIN, 5000, sizeof junk };
    const uint32_t most = WEFT_MESSAGE_SIZE_MIN;
    (void)state;
    WEFT_RULE("frame.fragment");
    for (size_t i = 0; i < 3; i++) {
        size_t came = 0;
        begin(&w);
        size_t before = w.alloc.live_bytes;
        while (came + pieces[i] <= most) {
            wire_put(&w.out, REQ, WEFT__FLAG_MORE, 1, junk, pieces[i]);
            wire_flush(&w);
            came += pieces[i];
            assert_int_equal(listen_to(&w).n_connection, 0);
            assert_memory("fragments without end", before, w.alloc.peak_bytes, came);
        }
        wire_put(&w.out, REQ, WEFT__FLAG_MORE, 1, junk, pieces[i]);
        wire_flush(&w);
        wire_expect_end(&w, WEFT__KIND_CLOSE, 1, WEFT_CODE_PROTOCOL, "[frame.fragment]");
        assert_memory("fragments without end", before, w.alloc.peak_bytes, came + pieces[i]);
        assert_true(w.alloc.live_bytes < before + MEMORY_SPARE);
        wire_put(&w.out, REQ, WEFT__FLAG_MORE, 1, junk, pieces[i]); /* late */
        wire_flush(&w);
        wire_expect_alive(&w);
        end(&w);
    }
}

static void fragments_of_a_byte_end_the_session(void **state)
{
    /* Goal: fragments below 1,024 bytes, which would cost more than they carry, are refused by their header. */
    (void)state;
    WEFT_RULE("frame.fragment");
    for (size_t k = 0; k < HOSTILE_KINDS; k++) {
        wire_bytes out = { NULL, 0, 0 };
        wire_put(&out, hostile_kinds[k], WEFT__FLAG_MORE, 1, "\x90", 1);
        assert_int_equal(feed_both_ways("a fragment of a byte", &out, true).n_session, 1);
        wire_bytes_free(&out);
    }
}

static void frames_random_live_or_ended_never_more(void **state)
{
    /* Goal: whatever frames come in whatever order, the session answers pings, or has ended once with all that was
     * under way. The seed is in the failure. */
    char what[32];
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        weft_test_random random = { seed };
        wire_bytes out = { NULL, 0, 0 };
        for (int i = 0; i < 40; i++)
            hostile_put_random(&out, &random);
        (void)snprintf(what, sizeof what, "seed %d", (int)seed);
        print_message("%s\n", what);
        (void)feed_both_ways(what, &out, false);
        wire_bytes_free(&out);
    }
}

/* ---- over sockets ---- */

/* Sends the bytes, and a Ping behind them: what comes is the Pong, or an end. The one beside is served. */
static void send_hostile(vio_rig *rig, const char *what, wire_bytes *bytes)
{
    vio_client client;
    vio_frame frame;
    vio_session *s = &rig->sessions[1];
    size_t came = bytes->len;
    vio_connect(rig, &client);
    vio_shake(rig, &client);
    vio_begin_calls(rig, &client);
    rig->alloc.peak_bytes = rig->alloc.live_bytes;
    size_t before = rig->alloc.live_bytes;
    vio_send(rig, &client, bytes);
    wire_put_number(bytes, WEFT__KIND_PING, 0, 9);
    vio_send(rig, &client, bytes);
    while (vio_next(rig, &client, &frame) && frame.head.kind != WEFT__KIND_PONG)
        continue;
    assert_memory(what, before, rig->alloc.peak_bytes, came);
    vio_serves_others(rig);
    vio_close(&client);
    vio_until(rig, &s->side.n_closed, 1);
    assert_int_equal(s->side.done_times[0], 1);
    assert_int_equal(s->side.n_cancelled, 1);
    assert_int_equal(s->side.n_conn_closed, s->side.n_serve_closed);
    vio_forget(rig);
    assert_int_equal(rig->sessions[0].side.n_closed, 0);
}

static void hostile_over_sockets_others_are_served(void **state)
{
    /* Goal: malformed bodies, lengths that lie, fragments of a byte and without end, and random frames: over a real
     * socket each ends its own session at most, costs no memory, and the client beside it is answered. */
    static uint8_t junk[16384];
    vio_rig *rig = vio_new();
    wire_bytes out = { NULL, 0, 0 };
    (void)state;
    for (size_t i = 0; i < HOSTILE_BODIES; i++) {
        for (size_t k = 0; k < HOSTILE_KINDS; k += k % 2 ? 3 : 1) {
            wire_bytes body = { NULL, 0, 0 };
            hostile_put(&body, i);
            wire_put(&out, hostile_kinds[k], 0, i % 3, body.ptr, body.len);
            wire_bytes_free(&body);
            send_hostile(rig, hostile_name(i), &out);
        }
        hostile_put_request(&out, 1, 3, i);
        send_hostile(rig, hostile_name(i), &out);
        hostile_put_response(&out, 1, 2, i);
        send_hostile(rig, hostile_name(i), &out);
    }
    for (size_t i = 0; i < 2; i++) {
        weft__frame head = { UINT32_MAX, i ? REQ : HOSTILE_SKIPPED, 0, 0, 1 };
        uint8_t header[WEFT__FRAME_HEADER];
        weft__frame_write(&head, header);
        wire_bytes_add(&out, header, sizeof header);
        wire_bytes_add(&out, junk, sizeof junk);
        send_hostile(rig, "4 GiB", &out);
    }
    for (int i = 0; i < 40; i++)
        wire_put(&out, REQ, WEFT__FLAG_MORE, 1, junk, sizeof junk);
    send_hostile(rig, "fragments without end", &out);
    for (int i = 0; i < 40; i++)
        wire_put(&out, REQ, WEFT__FLAG_MORE, 1, junk, 1);
    send_hostile(rig, "fragments of a byte", &out);
    vio_free(rig);
}

static void random_over_sockets_others_are_served(void **state)
{
    /* Goal: the same of random frames, and of random bytes where a preamble or Hello is due. */
    char what[32];
    vio_rig *rig = vio_new();
    wire_bytes out = { NULL, 0, 0 };
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        weft_test_random random = { seed };
        vio_client client;
        const uint8_t *bytes;
        (void)snprintf(what, sizeof what, "seed %d", (int)seed);
        print_message("%s\n", what);
        for (int i = 0; i < 20; i++)
            hostile_put_random(&out, &random);
        send_hostile(rig, what, &out);
        vio_connect(rig, &client);
        if (seed % 2)
            wire_put_preamble(&out, true);
        for (int i = 0; i < 20; i++)
            hostile_put_random(&out, &random);
        vio_send(rig, &client, &out);
        (void)shutdown(client.fd, SHUT_WR);
        while (vio_read(rig, &client, 1, &bytes))
            client.at++;
        vio_close(&client);
        vio_forget(rig);
        vio_serves_others(rig);
    }
    vio_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(body_malformed_each_kind_answered_once),
        cmocka_unit_test(body_cut_or_too_long_each_kind_answered_once),
        cmocka_unit_test(element_malformed_each_kind_answered_once),
        cmocka_unit_test(value_malformed_fails_that_call_alone),
        cmocka_unit_test(header_announces_4_gib_nothing_is_kept),
        cmocka_unit_test(fragments_without_end_are_bounded),
        cmocka_unit_test(fragments_of_a_byte_end_the_session),
        cmocka_unit_test(frames_random_live_or_ended_never_more),
        cmocka_unit_test(hostile_over_sockets_others_are_served),
        cmocka_unit_test(random_over_sockets_others_are_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
