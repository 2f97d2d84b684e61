/* See schema_bytes.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/schema_bytes.h"

#include "runtime/base/mem.h"
#include "runtime/wire/writer.h"

weft_bytes weft_test_schema_types(const weft_type *const *types, uint32_t n)
{
    weft_allocator allocator = weft__allocator_of(NULL);
    weft_writer writer;
    weft__writer_init(&writer, &allocator, (size_t)64 << 20);
    weft__write_array(&writer, n);
    for (uint32_t i = 0; i < n; i++) {
        weft__write_array(&writer, 2);
        weft__write_u64(&writer, types[i]->id);
        weft__write_bin(&writer, types[i]->declaration);
    }
    assert_int_equal(writer.status, 0);
    uint8_t *copy = malloc(writer.buf.len);
    assert_non_null(copy);
    memcpy(copy, writer.buf.data, writer.buf.len);
    weft_bytes bytes = weft_bytes_of(copy, writer.buf.len);
    weft__writer_fini(&writer);
    return bytes;
}
