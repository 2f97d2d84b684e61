/* What a session that may be resumed keeps of what it sends: random frames, conduits that take what they like and break
 * where they like, and a counterpart that is compared with a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/session/out.h"
#include "runtime/wire/frame.h"
#include "tests/support/alloc.h"
#include "tests/support/random.h"
#include "tests/support/rules.h"

enum { FRAMES = 400, BODY_MAX = 9000, LIMIT = 1 << 20 };

typedef struct world {
    weft_test_alloc alloc;
    weft__out out;
    weft_test_random random;
    uint32_t n_sent, n_received;    /* counted frames: the id of each is its place */
    uint64_t ends[FRAMES + 1];      /* offset behind the nth */
    uint32_t n_aside, newest_aside; /* what stood aside and arrived comes in order, each once */
    uint8_t in[WEFT__FRAME_HEADER + BODY_MAX];
    size_t in_len; /* of the frame that is coming in */
    uint32_t acked;
} world;

static uint8_t fill_of(uint32_t n, bool aside)
{
    return (uint8_t)(n * 7 + (aside ? 3 : 0));
}

static void put_header(uint8_t header[WEFT__FRAME_HEADER], uint32_t n, size_t len, bool aside)
{
    weft__frame frame = { (uint32_t)len, aside ? WEFT__KIND_PING : WEFT__KIND_REQUEST, 0, 0, n };
    weft__frame_write(&frame, header);
}

static void send_counted(world *w)
{
    uint8_t header[WEFT__FRAME_HEADER];
    size_t len = weft_test_random_below(&w->random, weft_test_random_below(&w->random, 4) ? 60 : BODY_MAX);
    if (w->n_sent == FRAMES)
        return;
    put_header(header, w->n_sent, len, false);
    assert_int_equal(weft__out_copy(&w->out, header, sizeof header), 0);
    uint8_t *body = malloc(len ? len : 1);
    memset(body, fill_of(w->n_sent, false), len);
    if (len > WEFT__OUT_COPY_MAX) { /* referred to, in two parts */
        weft__buf buf;
        weft__buf_init(&buf, &w->alloc.allocator);
        assert_int_equal(weft__buf_append(&buf, body, len), 0);
        weft__piece *owner = weft__out_owner_new(&w->out);
        assert_int_equal(weft__out_refer(&w->out, buf.data, 1000), 0);
        assert_int_equal(weft__out_refer(&w->out, buf.data + 1000, len - 1000), 0);
        weft__out_own(&w->out, owner, &buf, len);
    } else {
        assert_int_equal(weft__out_copy(&w->out, body, len), 0);
    }
    free(body);
    w->ends[++w->n_sent] = w->out.end;
}

static void send_aside(world *w)
{
    uint8_t header[WEFT__FRAME_HEADER], body[80];
    size_t len = weft_test_random_below(&w->random, sizeof body);
    put_header(header, ++w->n_aside, len, true);
    memset(body, fill_of(w->n_aside, true), len);
    assert_int_equal(weft__out_aside(&w->out, header, sizeof header, weft_bytes_of(body, len), true), 0);
}

static void receive(world *w, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        assert_true(w->in_len < sizeof w->in);
        w->in[w->in_len++] = bytes[i];
        if (w->in_len < WEFT__FRAME_HEADER)
            continue;
        weft__frame frame = weft__frame_read(w->in);
        assert_true(frame.len <= BODY_MAX);
        if (w->in_len < WEFT__FRAME_HEADER + frame.len)
            continue;
        bool aside = frame.kind == WEFT__KIND_PING;
        for (size_t at = WEFT__FRAME_HEADER; at < w->in_len; at++)
            assert_int_equal(w->in[at], fill_of((uint32_t)frame.connection, aside));
        w->in_len = 0;
        if (aside) {
            assert_true(frame.connection > w->newest_aside);
            w->newest_aside = (uint32_t)frame.connection;
        } else {
            assert_int_equal(frame.kind, WEFT__KIND_REQUEST);
            assert_int_equal(frame.connection, w->n_received);
            w->n_received++;
        }
    }
}

/* The conduit takes some of what it is given; told: and says so. */
static void carry(world *w, size_t max, bool told)
{
    weft_slice slices[4];
    size_t n = weft__out_drain(&w->out, slices, 4);
    size_t taken = 0;
    for (size_t i = 0; i < n && max > 0; i++) {
        size_t part = slices[i].len < max ? slices[i].len : max;
        assert_true(slices[i].len > 0);
        receive(w, slices[i].ptr, part);
        taken += part;
        max -= part;
    }
    if (told)
        weft__out_drained(&w->out, taken);
}

static void acknowledge(world *w)
{
    if (w->n_received <= w->acked)
        return;
    w->acked += 1 + (uint32_t)weft_test_random_below(&w->random, w->n_received - w->acked);
    assert_true(weft__out_may_ack(&w->out, w->ends[w->acked]));
    assert_true(weft__out_acked(&w->out, w->ends[w->acked]));
}

static void break_conduit(world *w)
{
    weft__out handshake;
    if (weft_test_random_below(&w->random, 2)) /* the conduit took something, and never said so */
        carry(w, weft_test_random_below(&w->random, 3000), false);
    w->in_len = 0; /* a partial frame is forgotten */
    w->acked = w->n_received;
    weft__out_cut(&w->out);
    assert_true(weft__out_may_ack(&w->out, w->ends[w->n_received]));
    (void)weft__out_acked(&w->out, w->ends[w->n_received]);
    weft__out_cut(&w->out);
    weft__out_init(&handshake, &w->alloc.allocator);
    uint8_t header[WEFT__FRAME_HEADER];
    put_header(header, ++w->n_aside, 0, true);
    assert_int_equal(weft__out_copy(&handshake, header, sizeof header), 0);
    weft__out_take_aside(&w->out, &handshake);
}

static void random_run(uint64_t seed)
{
    world *w = calloc(1, sizeof *w);
    weft_test_alloc_init(&w->alloc);
    w->random = (weft_test_random){ seed };
    weft__out_init(&w->out, &w->alloc.allocator);
    assert_int_equal(weft__out_keep(&w->out, LIMIT), 0);
    while (w->n_received < FRAMES) {
        switch (weft_test_random_below(&w->random, 12)) {
        case 0: send_aside(w); break;
        case 1: acknowledge(w); break;
        case 2:
            if (weft_test_random_below(&w->random, 4) == 0)
                break_conduit(w);
            break;
        case 3:
        case 4:
        case 5:
        case 6: carry(w, weft_test_random_below(&w->random, 8000), true); break;
        default: send_counted(w); break;
        }
        assert_int_equal(w->out.replay->begin,
                         w->ends[w->acked] <= w->out.taken ? w->ends[w->acked] : w->out.replay->begin);
    }
    carry(w, SIZE_MAX, true);
    (void)weft__out_acked(&w->out, w->out.end);
    while (!weft__out_is_empty(&w->out))
        carry(w, SIZE_MAX, true);
    assert_int_equal(w->out.replay->begin, w->out.end);
    assert_int_equal(w->out.replay->memory, 0);
    weft__out_fini(&w->out);
    weft_test_alloc_assert_empty(&w->alloc);
    free(w);
}

static void whatever_conduits_do_each_frame_arrives_once(void **unused)
{
    (void)unused;
    WEFT_RULE("resume.exact");
    for (uint64_t seed = 1; seed <= 300; seed++)
        random_run(seed);
}

/* Three frames of 100 bytes are out; which counts may a counterpart say? */
static void count_must_be_the_end_of_a_frame_that_was_handed_out(void **unused)
{
    weft_test_alloc alloc;
    weft__out out;
    weft_slice slices[2];
    uint8_t frame[100] = { 84 };
    (void)unused;
    WEFT_RULE("resume.count");
    weft_test_alloc_init(&alloc);
    weft__out_init(&out, &alloc.allocator);
    assert_int_equal(weft__out_keep(&out, LIMIT), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(weft__out_copy(&out, frame, sizeof frame), 0);
    assert_false(weft__out_may_ack(&out, 100)); /* nothing was handed out */
    assert_true(weft__out_may_ack(&out, 0));
    assert_int_equal(weft__out_drain(&out, slices, 2), 1);
    weft__out_drained(&out, 250);
    for (uint64_t count = 0; count < 400; count++)
        assert_true(weft__out_may_ack(&out, count) == (count % 100 == 0 && count <= 300));
    assert_true(weft__out_acked(&out, 200));
    for (uint64_t count = 0; count < 400; count++) /* it may not go back */
        assert_true(weft__out_may_ack(&out, count) == (count == 200 || count == 300));
    weft__out_fini(&out);
    weft_test_alloc_assert_empty(&alloc);
}

/* A number aside while much of a resumption waits: it comes behind the frame that is on its way, not behind all. */
static void what_stands_aside_does_not_wait_for_a_resumption(void **unused)
{
    weft_test_alloc alloc;
    weft__out out;
    weft_slice slices[64];
    uint8_t frame[10000] = { 0x00, 0x27 }; /* 9,984 bytes of body */
    uint8_t number[WEFT__FRAME_HEADER] = { 0, 0, 0, 0, WEFT__KIND_PONG };
    (void)unused;
    WEFT_RULE("session.ping");
    weft_test_alloc_init(&alloc);
    weft__out_init(&out, &alloc.allocator);
    assert_int_equal(weft__out_keep(&out, LIMIT), 0);
    for (int i = 0; i < 50; i++)
        assert_int_equal(weft__out_copy(&out, frame, sizeof frame), 0);
    assert_true(weft__out_drain(&out, slices, 1) == 1);
    assert_int_equal(weft__out_aside(&out, number, sizeof number, weft_bytes_of("", 0), true), 0);
    assert_int_equal(weft__out_aside(&out, number, sizeof number, weft_bytes_of("", 0), false), 0); /* a last word */
    size_t n = weft__out_drain(&out, slices, 64), at = 0;
    for (size_t i = 0; i < n && slices[i].len != sizeof number; i++)
        at += slices[i].len;
    assert_int_equal(at, sizeof frame);
    assert_int_equal(out.replay->aside_last->at, out.end);
    weft__out_fini(&out);
    weft_test_alloc_assert_empty(&alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_conduits_do_each_frame_arrives_once),
        cmocka_unit_test(count_must_be_the_end_of_a_frame_that_was_handed_out),
        cmocka_unit_test(what_stands_aside_does_not_wait_for_a_resumption),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
