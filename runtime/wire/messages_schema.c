/* Schema. */
#include "runtime/wire/parts.h"

/* ---- [method_id, direction, types, root] ---- */

void weft__schema_head_encode(weft_writer *writer, uint64_t method_id, unsigned direction, uint32_t n_types)
{
    weft__write_array(writer, 4);
    weft__write_u64(writer, method_id);
    weft__write_u64(writer, direction);
    weft__write_array(writer, n_types);
}

void weft__schema_type_encode(weft_writer *writer, uint64_t id, weft_bytes declaration)
{
    weft__write_array(writer, 2);
    weft__write_u64(writer, id);
    weft__write_bin(writer, declaration);
}

int weft__schema_decode(weft_bytes body, weft__schema *ret_schema)
{
    weft__reader reader;
    weft__schema schema;
    uint32_t n;
    if (weft__body_open(body, 4, &reader, &n) || weft__read_u64(&reader, &schema.method_id) ||
        weft__read_u8(&reader, &schema.direction) || schema.direction > 1 || weft__read_any(&reader, &schema.types) ||
        weft__read_any(&reader, &schema.root) || weft__body_close(&reader, n - 4))
        return WEFT_EBADMSG;
    *ret_schema = schema;
    return 0;
}
