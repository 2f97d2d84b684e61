/* Writing the types of Schema messages. */
#include "tests/support/schema_put.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "runtime/base/hash.h"

void schema_put_init(schema_put *put)
{
    put->n = 0;
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &put->declaration), 0);
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &put->entries), 0);
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &put->scratch), 0);
}

void schema_put_fini(schema_put *put)
{
    weft_writer_free(put->declaration);
    weft_writer_free(put->entries);
    weft_writer_free(put->scratch);
}

void schema_put_clear(schema_put *put)
{
    put->n = 0;
    weft_writer_clear(put->entries);
}

weft_writer *schema_put_begin(schema_put *put)
{
    weft_writer_clear(put->declaration);
    return put->declaration;
}

static void put_entry(schema_put *put, uint64_t id, weft_bytes declaration)
{
    weft__write_array(put->entries, 2);
    weft__write_u64(put->entries, id);
    weft__write_bin(put->entries, declaration);
    assert_int_equal(put->entries->status, 0);
    put->n++;
}

void schema_put_end_as(schema_put *put, uint64_t id)
{
    put_entry(put, id, weft_writer_bytes(put->declaration));
}

uint64_t schema_put_end(schema_put *put)
{
    uint64_t id = weft__hash64(weft_writer_bytes(put->declaration));
    schema_put_end_as(put, id);
    return id;
}

uint64_t schema_put_end_recursive(schema_put *put)
{
    uint64_t id;
    weft_bytes declaration = weft_writer_bytes(put->declaration);
    schema_put_group(put, &declaration, 1, &id);
    return id;
}

void schema_put_group(schema_put *put, const weft_bytes *declarations, uint32_t n, uint64_t *ret_ids)
{
    assert_int_equal(weft__canon_group_ids(put->scratch, declarations, n, ret_ids), 0);
    for (uint32_t i = 0; i < n; i++)
        put_entry(put, ret_ids[i], declarations[i]);
}

void schema_put_field(weft_writer *writer, weft_str name, unsigned scalar, bool has_default)
{
    weft__canon_field_begin(writer, name);
    weft__canon_scalar(writer, scalar);
    weft__canon_field_end(writer, has_default);
}

weft_bytes schema_put_types(schema_put *put)
{
    weft_writer_clear(put->scratch);
    weft__write_array(put->scratch, put->n);
    weft__write_raw(put->scratch, weft_writer_bytes(put->entries));
    assert_int_equal(put->scratch->status, 0);
    return weft_writer_bytes(put->scratch);
}
