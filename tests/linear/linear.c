/* What a counterpart sends, and what the application ends, at one size and at four times that, so that `linear.py` can
 * count the instructions of each and see whether they grow faster than the work. Between the two calls of measured()
 * everything else is made ready, which is not counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/linear/linear.h"

#include <stdio.h>

void linear_feed(linear *l, const uint8_t *bytes, size_t len, size_t piece)
{
    for (size_t at = 0; at < len && weft_engine_phase(l->w.engine) != WEFT_PHASE_CLOSED;) {
        size_t part = len - at < piece ? len - at : piece;
        size_t consumed = 0;
        (void)weft_engine_feed(l->w.engine, bytes + at, part, l->w.now_ns, &consumed);
        linear_turn(l);
        at += part;
    }
}

void linear_turn(linear *l)
{
    weft_slice slices[16];
    size_t n;
    do {
        while (weft_engine_dispatch(l->w.engine, l->w.now_ns, 8192) > 0)
            continue;
        n = weft_engine_drain(l->w.engine, slices, 16);
        size_t len = 0;
        for (size_t i = 0; i < n; i++)
            len += slices[i].len;
        weft_engine_drained(l->w.engine, len, l->w.now_ns);
    } while (n > 0);
}

/* A session without limits worth the name, connection 1 open. */
static void world_begin(linear *l, size_t n)
{
    memset(l, 0, sizeof *l);
    l->n = n;
    wire_init(&l->w, false);
    l->w.options.max_frame_size = WEFT_FRAME_SIZE_MAX;
    l->w.options.max_connections = l->w.options.max_concurrent_requests = 1u << 20;
    l->w.options.connection_window = INT32_MAX;
    l->w.options.call_timeout_ns = WEFT_NS_PER_S;
    l->w.peer_window = INT32_MAX;
    l->w.no_caller = true;
    wire_shake(&l->w);
    l->w.no_caller = false;
    linear_put_open(&l->bytes, 1);
    linear_feed(l, l->bytes.ptr, l->bytes.len, SIZE_MAX);
    assert_non_null(l->w.accepted);
    l->w.no_caller = true;
    l->bytes.len = 0;
}

static void world_end(linear *l)
{
    weft_connection_release(l->w.accepted);
    weft_handshake_free(l->handshake);
    weft_engine_free(l->w.engine);
    if (l->w.side.has_reference)
        weft_session_release(l->w.side.session);
    weft_test_alloc_assert_empty(&l->w.alloc);
    wire_bytes_free(&l->w.in);
    wire_bytes_free(&l->w.out);
    wire_bytes_free(&l->bytes);
}

void linear_put_open(wire_bytes *out, uint64_t connection)
{
    weft__open_out open = wire_open_defaults(true);
    open.requested_or_null = open.services;
    open.settings.max_concurrent_requests = 1u << 20;
    wire_put_open_of(out, WEFT__KIND_OPEN, connection, &open);
}

/* Counting begins where this is entered, and a count is written where it is left. */
__attribute__((noinline)) void measured(const linear_pattern *pattern, linear *l);

void measured(const linear_pattern *pattern, linear *l)
{
    pattern->run(l);
}

static void do_patterns(const linear_pattern *patterns)
{
    for (const linear_pattern *pattern = patterns; pattern->name; pattern++) {
        for (int scale = 1; scale <= 4; scale *= 4) {
            linear l;
            world_begin(&l, pattern->n * (size_t)scale);
            if (pattern->prepare)
                pattern->prepare(&l);
            measured(pattern, &l);
            if (pattern->end)
                pattern->end(&l);
            world_end(&l);
        }
        printf("%s\n", pattern->name);
    }
}

int main(void)
{
    do_patterns(linear_patterns);
    do_patterns(linear_channel_patterns);
    do_patterns(linear_schema_patterns);
    do_patterns(linear_loop_patterns);
    do_patterns(linear_outage_patterns);
    return 0;
}
