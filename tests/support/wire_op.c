/* Attempts of operations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/wire_op.h"

wire_op wire_op_of(uint8_t client, uint64_t counter)
{
    wire_op op;
    memset(op.bytes, client, 16);
    for (int i = 0; i < 8; i++)
        op.bytes[16 + i] = (uint8_t)(counter >> 8 * i);
    return op;
}

weft_operations *wire_op_operations(const weft_operations_options *options)
{
    weft_operations *operations;
    assert_int_equal(weft_operations_new(options, &operations, NULL), 0);
    return operations;
}

void wire_op_open(wire_peer *w, uint64_t connection)
{
    weft__open_out open = wire_open_defaults(true);
    open.requested_or_null = open.services;
    wire_settings_retry(&open.settings);
    wire_put_open_of(&w->out, WEFT__KIND_OPEN, connection, &open);
    wire_flush(w);
    (void)wire_expect(w, WEFT__KIND_ACCEPT, connection);
}

void wire_op_run(wire_peer *w)
{
    wire_run(w);
    while (w->operations && weft_operations_want_sync(w->operations)) {
        weft_operations_sync(w->operations);
        wire_run(w);
    }
}

void wire_op_request(wire_peer *w, uint64_t connection, uint64_t request_id, uint64_t method_id, const wire_op *op,
                     uint8_t fill)
{
    wire_request request = { request_id, method_id, 0, 3, fill, weft_bytes_of(op->bytes, sizeof op->bytes) };
    wire_put_request_of(&w->out, connection, &request);
    wire_flush(w);
    wire_op_run(w);
}

bool wire_names_retry(const weft__settings *settings)
{
    weft__reader reader = weft__reader_of(settings->features.raw);
    weft_str name;
    for (uint32_t i = 0; i < settings->features.n; i++)
        if (weft__read_str(&reader, &name) == 0 && weft_str_equal(name, WEFT_STR("retry")))
            return true;
    return false;
}
