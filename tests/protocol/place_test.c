/* Goal: whoever asks where to read to is told the memory of the message that is coming in: its bytes stay there, and
 * what becomes of it is what becomes of one that was fed from anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/place.h"
#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#include <stdlib.h>

enum { HOLD = 0x1002, ECHO = 0x1001, FRAME = 60000, LEN = 5 * FRAME, MOSTLY = 4 * (FRAME - 4096) };

static uint64_t begin(wire_peer *w)
{
    wire_ready(w, false);
    uint64_t id = wire_theirs(w, 0);
    wire_open(w, id);
    return id;
}

/* What was put goes in as a reader's does, in pieces of at most n bytes. How many bytes were read to the message. */
static size_t read_in(wire_peer *w, size_t n)
{
    wire_bytes out = w->out;
    size_t at = 0, n_placed = 0;
    memset(&w->out, 0, sizeof w->out);
    w->sent += wire_counted(&out);
    while (at < out.len) {
        void *place;
        size_t most = weft_engine_place(w->engine, &place);
        size_t part = out.len - at < n ? out.len - at : n;
        part = part < most ? part : most;
        uint8_t *copy = place ? place : malloc(part);
        assert_non_null(copy);
        memcpy(copy, out.ptr + at, part);
        size_t consumed = 0;
        assert_int_equal(weft_engine_feed(w->engine, copy, part, w->now_ns, &consumed), 0);
        assert_int_equal(consumed, part);
        (void)weft_engine_dispatch(w->engine, w->now_ns, SIZE_MAX);
        if (place)
            n_placed += part;
        else
            free(copy);
        at += part;
    }
    wire_bytes_free(&out);
    wire_run(w);
    return n_placed;
}

static void fragments_are_read_to_their_message(void **state)
{
    /* Goal: all but the beginning of a message of several frames, whatever a read brings; what comes back is what went
     * in. */
    wire_peer w;
    (void)state;
    WEFT_RULE("frame.fragment");
    const struct {
        size_t bytes, placed_min;
    } reads[] = {
        { 100, MOSTLY }, { 5000, MOSTLY }, { FRAME + WEFT__FRAME_HEADER, 240000 }, { 100000, 180000 }, { SIZE_MAX, 0 }
    };
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
        uint64_t id = begin(&w);
        wire_request request = { .request_id = 1, .method_id = ECHO, .len = LEN, .fill = (uint8_t)(i + 1) };
        wire_bytes body = { NULL, 0, 0 };
        wire_put_request_of(&body, id, &request);
        (void)wire_put_cut(&w.out, WEFT__KIND_REQUEST, id, body.ptr + WEFT__FRAME_HEADER, body.len - WEFT__FRAME_HEADER,
                           FRAME, 0);
        wire_bytes_free(&body);
        wire_put_request(&w.out, id, 3, ECHO, 3); /* and goes on behind it */
        assert_in_range(read_in(&w, reads[i].bytes), reads[i].placed_min, LEN + 80);
        wire_bytes got = { NULL, 0, 0 };
        wire_frame frame;
        do {
            frame = wire_expect(&w, WEFT__KIND_RESPONSE, id);
            wire_bytes_add(&got, frame.body.ptr, frame.body.len);
        } while (frame.flags & WEFT__FLAG_MORE);
        assert_true(got.len > LEN);
        for (size_t k = got.len - LEN; k < got.len; k++)
            assert_int_equal(got.ptr[k], i + 1);
        wire_bytes_free(&got);
        (void)wire_expect_response(&w, id, 3, 0);
        wire_fini(&w);
    }
}

static void memory_comes_with_what_has_come(void **state)
{
    /* Goal: a long frame that is announced behind a short one is no reason to have room for it. */
    wire_peer w;
    void *place;
    (void)state;
    WEFT_RULE("frame.fragment");
    uint64_t id = begin(&w);
    assert_true(weft_engine_place(w.engine, &place) == SIZE_MAX && !place);
    (void)wire_put_request_cut(&w.out, id, 1, HOLD, 60000, 1024, 1);
    wire_flush(&w);
    wire_bytes frame = { NULL, 0, 0 };
    uint8_t zeros[FRAME] = { 0 };
    wire_put(&frame, WEFT__KIND_REQUEST, WEFT__FLAG_MORE, id, zeros, sizeof zeros);
    wire_feed(&w, frame.ptr, WEFT__FRAME_HEADER);
    assert_true(weft_engine_place(w.engine, &place) == SIZE_MAX && !place);
    wire_bytes_free(&frame);
    wire_fini(&w);
}

static void message_that_goes_takes_its_place_along(void **state)
{
    /* Goal: the connection ends here while the second frame is read to the first one's message: the rest of it is late,
     * and the session goes on. */
    wire_peer w;
    void *place;
    (void)state;
    WEFT_RULE("id.increasing");
    for (int abrupt = 0; abrupt < 2; abrupt++) {
        uint64_t id = begin(&w);
        (void)wire_put_request_cut(&w.out, id, 1, HOLD, LEN, FRAME, 1);
        (void)read_in(&w, SIZE_MAX);
        wire_bytes frame = { NULL, 0, 0 };
        uint8_t zeros[FRAME] = { 0 };
        wire_put(&frame, WEFT__KIND_REQUEST, WEFT__FLAG_MORE, id, zeros, sizeof zeros);
        wire_feed(&w, frame.ptr, WEFT__FRAME_HEADER);
        size_t most = weft_engine_place(w.engine, &place);
        assert_true(place && most == FRAME + WEFT__FRAME_HEADER);
        memset(place, 0, 30000);
        size_t consumed;
        assert_int_equal(weft_engine_feed(w.engine, place, 30000, w.now_ns, &consumed), 0);
        assert_int_equal(weft_connection_close(w.accepted, WEFT_CODE_NONE, NULL), 0);
        wire_run(&w);
        if (abrupt) {
            w.out.len = 0;
            wire_feed(&w, zeros, 10000);
            assert_true(weft_engine_place(w.engine, &place) == SIZE_MAX && !place);
            wire_feed(&w, zeros, FRAME - 40000);
        } else {
            wire_feed(&w, zeros, FRAME - 30000);
        }
        wire_put_close(&w.out, id, WEFT_CODE_NONE, 0);
        wire_flush(&w);
        (void)wire_expect(&w, WEFT__KIND_CLOSE, id);
        wire_expect_alive(&w);
        wire_bytes_free(&frame);
        wire_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fragments_are_read_to_their_message),
        cmocka_unit_test(memory_comes_with_what_has_come),
        cmocka_unit_test(message_that_goes_takes_its_place_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
