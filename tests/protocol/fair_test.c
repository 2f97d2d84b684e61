/* Goal: [frame.fair], proved by counting, not by clocks: between the moment a small message is queued and its last byte
 * is taken, at most one turn of each other busy connection passes, and what is left of the one frame that is on its
 * way, or of what was cut for who was alone; wherever the conduit has stopped, and however many they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/random.h"
#include "tests/support/rules.h"
#include "tests/support/wire_resume.h"

#include <stdlib.h>

enum { TURN = 16 * 1024, AHEAD_MAX = 256 * 1024, ECHO = 0x1001, HOLD = 0x1002, BUSY_MAX = 1000, LAST = BUSY_MAX };

/* Connections 1, 3, 5 …: the busy ones, and behind them the one of the small message. */
typedef struct fair {
    wire_peer w;
    weft_connection *connections[BUSY_MAX + 1];
    int n_busy;
    size_t passed[BUSY_MAX + 1]; /* of each since the small message was queued */
    size_t ahead;                /* cut for one that was alone, before it was queued */
} fair;

static uint64_t id_of(int i)
{
    return 2 * (uint64_t)i + 1;
}

static void begin_with(fair *f, int n_busy, bool survives)
{
    memset(f, 0, sizeof *f);
    wire_init(&f->w, false);
    if (survives)
        wire_survivor(&f->w);
    f->n_busy = n_busy;
    f->w.options.max_queued = (uint64_t)1 << 40;
    f->w.peer_window = INT32_MAX; /* flow is not what is tested here */
    wire_shake(&f->w);
    for (int i = 0; i <= n_busy; i++) {
        wire_open(&f->w, id_of(i));
        f->connections[i] = weft_connection_retain(f->w.accepted);
    }
    f->w.in.len = f->w.in_at = 0;
    f->w.hold_output = true;
}

static void begin(fair *f, int n_busy)
{
    begin_with(f, n_busy, false);
}

static void end(fair *f)
{
    for (int i = 0; i <= f->n_busy; i++)
        weft_connection_release(f->connections[i]);
    for (int i = 0; i < f->w.side.n_held && i < PAIR_CALLS_MAX; i++)
        (void)weft_call_drop(f->w.side.held[i]);
    weft_session_abort(f->w.session);
    f->w.hold_output = false;
    wire_run(&f->w);
    wire_survivor_fini(&f->w);
}

/* Cut, and not taken. */
static size_t offered(fair *f)
{
    weft_slice slices[16];
    size_t n = weft_engine_drain(f->w.engine, slices, 16);
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += slices[i].len;
    return len;
}

/* The conduit takes at most n bytes. */
static size_t take(fair *f, size_t n)
{
    weft_slice slices[16];
    size_t n_slices = weft_engine_drain(f->w.engine, slices, 16);
    size_t len = 0;
    for (size_t i = 0; i < n_slices && len < n; i++) {
        size_t part = slices[i].len < n - len ? slices[i].len : n - len;
        wire_bytes_add(&f->w.in, slices[i].ptr, part);
        len += part;
    }
    weft_engine_drained(f->w.engine, len, f->w.now_ns);
    (void)weft_engine_dispatch(f->w.engine, f->w.now_ns, SIZE_MAX);
    return len;
}

/* A message that goes with done and result to nobody. */
static void call_unnoted(fair *f, int i, size_t len)
{
    uint8_t *bytes = calloc(1, len);
    pair_echo_args args = { weft_bytes_of(bytes, len) };
    assert_non_null(bytes);
    assert_int_equal(weft_gen_call(f->connections[i], &pair_service, PAIR_ECHO, &args, NULL, NULL, NULL, NULL), 0);
    free(bytes);
}

/* Takes the rest in pieces until the small message on the last connection is out: at most a turn of each other passes,
 * but for the first frame, where it was on its way already. */
static void assert_small_is_out_soon(fair *f, size_t piece)
{
    size_t queued_at = f->w.in.len;
    size_t bound = ((size_t)f->n_busy + 2) * TURN + (size_t)WEFT_FRAME_SIZE_MAX;
    bool seen = false;
    memset(f->passed, 0, sizeof f->passed);
    size_t at = 0; /* of the next frame in what was taken */
    bool first = true;
    while (!seen) {
        size_t n = take(f, piece);
        assert_true(n > 0 && f->w.in.len - queued_at < bound);
        while (!seen && f->w.in.len - at >= WEFT__FRAME_HEADER) {
            weft__frame frame = weft__frame_read(f->w.in.ptr + at);
            size_t len = WEFT__FRAME_HEADER + (size_t)frame.len;
            if (f->w.in.len - at < len)
                break;
            at += len;
            if (at <= queued_at || at - len < queued_at + f->ahead)
                continue;
            size_t i = (size_t)frame.connection / 2;
            assert_true(i <= (size_t)f->n_busy);
            seen = i == (size_t)f->n_busy;
            if (!first && !seen) {
                assert_true(len <= TURN); /* while another one waits no frame is longer */
                f->passed[i] += len;
            }
            first = false;
        }
    }
    for (int i = 0; i < f->n_busy; i++)
        assert_true(f->passed[i] <= TURN);
}

static size_t random_piece(weft_test_random *random)
{
    const size_t sizes[] = { 1, 15, 1000, 5000, TURN, 40000, 65536, 200000 };
    return sizes[weft_test_random_below(random, sizeof sizes / sizeof *sizes)];
}

static void small_call_beside_large_ones(void **state)
{
    /* Goal: beside one, eight and a thousand connections that send large messages. */
    (void)state;
    WEFT_RULE("frame.fair");
    const int busy[] = { 1, 2, 8, 1000 };
    weft_test_random random = { 1 };
    fair *f = malloc(sizeof *f);
    assert_non_null(f);
    for (int b = 0; b < 4; b++) {
        for (int round = 0; round < (busy[b] > 8 ? 2 : 40); round++) {
            begin(f, busy[b]);
            for (int i = 0; i < busy[b]; i++) {
                if (round % 2)
                    call_unnoted(f, i, 50);
                call_unnoted(f, i, busy[b] > 8 ? 40000 : 400000);
            }
            size_t n = weft_test_random_below(&random, 6);
            for (size_t i = 0; i < n; i++)
                (void)take(f, random_piece(&random));
            if (busy[b] == 1)
                f->ahead = offered(f);
            assert_true(f->ahead <= AHEAD_MAX);
            call_unnoted(f, busy[b], 3);
            assert_small_is_out_soon(f, random_piece(&random) + 1);
            end(f);
        }
    }
    free(f);
}

static void small_call_beside_many_small_ones(void **state)
{
    /* Goal: the same beside connections that send many small messages, and send on while it waits. */
    (void)state;
    WEFT_RULE("frame.fair");
    const int busy[] = { 1, 3, 20 };
    weft_test_random random = { 2 };
    fair *f = malloc(sizeof *f);
    assert_non_null(f);
    for (int b = 0; b < 3; b++) {
        for (int round = 0; round < 20; round++) {
            begin(f, busy[b]);
            for (int i = 0; i < busy[b]; i++)
                for (int k = 0; k < 200; k++)
                    call_unnoted(f, i, 10 + weft_test_random_below(&random, 1500));
            size_t n = weft_test_random_below(&random, 6);
            for (size_t i = 0; i < n; i++) {
                (void)take(f, random_piece(&random));
                call_unnoted(f, 0, 100);
            }
            if (busy[b] == 1)
                f->ahead = offered(f);
            assert_true(f->ahead <= AHEAD_MAX);
            call_unnoted(f, busy[b], 3);
            for (int i = 0; i < busy[b]; i++)
                call_unnoted(f, i, 2000);
            assert_small_is_out_soon(f, random_piece(&random) + 1);
            end(f);
        }
    }
    free(f);
}

static void small_answer_beside_large_ones(void **state)
{
    /* Goal: responses are data like requests. */
    (void)state;
    WEFT_RULE("frame.fair");
    weft_test_random random = { 3 };
    fair *f = malloc(sizeof *f);
    uint8_t *large = calloc(1, 300000);
    assert_true(f && large);
    for (int round = 0; round < 20; round++) {
        begin(f, 8);
        for (int i = 0; i < 8; i++)
            wire_put_request(&f->w.out, id_of(i), 1, HOLD, 3);
        wire_flush(&f->w);
        weft_bytes value = weft_bytes_of(large, 300000);
        for (int i = 0; i < 8; i++)
            assert_int_equal(weft_gen_return(f->w.side.held[i], &pair_service, PAIR_HOLD, &value), 0);
        (void)take(f, random_piece(&random));
        wire_put_request(&f->w.out, id_of(8), 1, ECHO, 3);
        wire_flush(&f->w);
        assert_small_is_out_soon(f, random_piece(&random) + 1);
        end(f);
    }
    free(large);
    free(f);
}

static void alone_a_frame_is_long_and_one_at_a_time(void **state)
{
    /* Goal: who is alone sends frames as long as the counterpart takes; nothing is cut ahead of the one that is out. */
    (void)state;
    WEFT_RULE("frame.fair");
    fair *f = malloc(sizeof *f);
    assert_non_null(f);
    begin(f, 1);
    call_unnoted(f, 0, 1000000);
    size_t len = offered(f);
    assert_int_equal(len, WEFT__FRAME_HEADER + f->w.hello.session.max_frame_size);
    assert_int_equal(take(f, len - 1), len - 1);
    assert_int_equal(take(f, len), 1);
    assert_int_equal(take(f, SIZE_MAX), WEFT__FRAME_HEADER + f->w.hello.session.max_frame_size);
    end(f);
    free(f);
}

static void alone_as_much_is_cut_as_the_conduit_took(void **state)
{
    /* Goal: who is alone has as many frames cut as the conduit took at once before it stopped, never more than 256 KiB;
     * where it takes less they are fewer again, and a copy that a driver makes when it has stopped says nothing. That
     * the session may be resumed changes nothing. */
    (void)state;
    WEFT_RULE("frame.fair");
    fair *f = malloc(sizeof *f);
    assert_non_null(f);
    for (int survives = 0; survives < 2; survives++) {
        begin_with(f, 1, survives);
        call_unnoted(f, 0, 4000000);
        size_t frame = WEFT__FRAME_HEADER + (size_t)f->w.hello.session.max_frame_size;
        size_t taken = take(f, SIZE_MAX) + take(f, SIZE_MAX);
        assert_int_equal(taken, 2 * frame);
        assert_int_equal(offered(f), 2 * frame);
        for (int i = 0; i < 10; i++)
            assert_true(take(f, SIZE_MAX) <= AHEAD_MAX);
        assert_int_equal(offered(f), AHEAD_MAX / frame * frame);
        for (int i = 0; i < 20; i++) { /* a copy when it has stopped, and little behind it */
            (void)take(f, TURN);
            (void)take(f, 1000);
        }
        assert_true(offered(f) <= frame);
        end(f);
    }
    free(f);
}

static void session_and_small_kinds_come_first(void **state)
{
    /* Goal: a Pong, then a Window and a Cancel, pass all data that is not on its way. */
    (void)state;
    WEFT_RULE("frame.fair");
    fair *f = malloc(sizeof *f);
    weft_call call;
    assert_non_null(f);
    begin(f, 8);
    assert_int_equal(pair_call(&f->w.side, f->connections[8], PAIR_ECHO, 3, 0, &call), 0);
    while (take(f, SIZE_MAX) > 0)
        continue;
    f->w.in.len = f->w.in_at = 0;
    for (int i = 0; i < 8; i++)
        call_unnoted(f, i, 100000);
    assert_int_equal(weft_call_cancel(call), 0);
    wire_put_number(&f->w.out, WEFT__KIND_PING, 0, 5);
    wire_flush(&f->w);
    while (take(f, SIZE_MAX) > 0)
        continue;
    (void)wire_expect(&f->w, WEFT__KIND_PONG, 0);
    (void)wire_expect(&f->w, WEFT__KIND_CANCEL, id_of(8));
    (void)wire_expect(&f->w, WEFT__KIND_REQUEST, id_of(0));
    end(f);
    free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_call_beside_large_ones),
        cmocka_unit_test(small_call_beside_many_small_ones),
        cmocka_unit_test(small_answer_beside_large_ones),
        cmocka_unit_test(alone_a_frame_is_long_and_one_at_a_time),
        cmocka_unit_test(alone_as_much_is_cut_as_the_conduit_took),
        cmocka_unit_test(session_and_small_kinds_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
