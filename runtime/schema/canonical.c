/* Writing canonical declarations, and the ids over them. Checking those that others wrote is in canonical_check.c. */
#include "runtime/schema/canonical.h"

#include "runtime/base/hash.h"

#include <string.h>

static void tagged(weft_writer *writer, size_t n, unsigned tag)
{
    weft__write_array(writer, n);
    weft__write_u64(writer, tag);
}

/* ---- types ---- */

void weft__canon_scalar(weft_writer *writer, unsigned code)
{
    weft__write_u64(writer, code);
}

void weft__canon_list(weft_writer *writer)
{
    tagged(writer, 2, WEFT__CANON_LIST);
}

void weft__canon_map(weft_writer *writer)
{
    tagged(writer, 3, WEFT__CANON_MAP);
}

void weft__canon_array(weft_writer *writer, uint32_t n)
{
    tagged(writer, 3, WEFT__CANON_ARRAY);
    weft__write_u64(writer, n);
}

void weft__canon_option(weft_writer *writer)
{
    tagged(writer, 2, WEFT__CANON_OPTION);
}

void weft__canon_type(weft_writer *writer, uint64_t id)
{
    tagged(writer, 2, WEFT__CANON_TYPE);
    weft__write_u64(writer, id);
}

void weft__canon_place(weft_writer *writer, uint32_t place)
{
    tagged(writer, 2, WEFT__CANON_PLACE);
    weft__write_u64(writer, place);
}

/* ---- declarations ---- */

void weft__canon_struct(weft_writer *writer, weft_str name, size_t n_fields)
{
    tagged(writer, 3, WEFT__CANON_STRUCT);
    weft__write_str(writer, name);
    weft__write_array(writer, n_fields);
}

void weft__canon_field_begin(weft_writer *writer, weft_str name)
{
    weft__write_array(writer, 3);
    weft__write_str(writer, name);
}

void weft__canon_field_end(weft_writer *writer, bool has_default)
{
    weft__write_bool(writer, has_default);
}

void weft__canon_enum(weft_writer *writer, weft_str name, size_t n_variants)
{
    tagged(writer, 3, WEFT__CANON_ENUM);
    weft__write_str(writer, name);
    weft__write_array(writer, n_variants);
}

void weft__canon_variant(weft_writer *writer, weft_str name, uint32_t index)
{
    weft__write_array(writer, 3);
    weft__write_str(writer, name);
    weft__write_u64(writer, index);
}

void weft__canon_payload_none(weft_writer *writer)
{
    weft__write_nil(writer);
}

void weft__canon_payload_value(weft_writer *writer)
{
    tagged(writer, 2, WEFT__CANON_PAYLOAD_VALUE);
}

void weft__canon_payload_fields(weft_writer *writer, size_t n_fields)
{
    tagged(writer, 2, WEFT__CANON_PAYLOAD_FIELDS);
    weft__write_array(writer, n_fields);
}

/* ---- roots and services ---- */

void weft__canon_arguments(weft_writer *writer, size_t n_params)
{
    weft__write_array(writer, n_params);
}

void weft__canon_param_begin(weft_writer *writer, weft_str name)
{
    weft__write_array(writer, 5);
    weft__write_str(writer, name);
}

void weft__canon_param_end(weft_writer *writer, bool has_default, unsigned channel, bool is_optional)
{
    weft__write_bool(writer, has_default);
    weft__write_u64(writer, channel);
    weft__write_bool(writer, is_optional);
}

void weft__canon_results(weft_writer *writer)
{
    weft__write_array(writer, 4);
}

void weft__canon_policy(weft_writer *writer, unsigned policy, size_t n_tx)
{
    weft__write_u64(writer, policy);
    weft__write_array(writer, n_tx);
}

void weft__canon_tx(weft_writer *writer, weft_str name)
{
    weft__write_array(writer, 2);
    weft__write_str(writer, name);
}

void weft__canon_service(weft_writer *writer, weft_str name, size_t n_methods)
{
    weft__write_array(writer, 2);
    weft__write_str(writer, name);
    weft__write_array(writer, n_methods);
}

void weft__canon_method(weft_writer *writer, weft_str name, weft_bytes root_0, weft_bytes root_1)
{
    weft__write_array(writer, 3);
    weft__write_str(writer, name);
    weft__write_raw(writer, root_0);
    weft__write_raw(writer, root_1);
}

/* ---- ids ---- */

/* [schema.type-id] One hash over [declaration…, place] for each place, the declarations hashed but once: linear,
 * whatever a counterpart claims to be one group. */
int weft__canon_group_ids(weft_writer *scratch, const weft_bytes *declarations, uint32_t n, uint64_t *ret_ids)
{
    weft__hash head;
    scratch->buf.len = 0;
    scratch->status = 0;
    weft__write_array(scratch, (size_t)n + 1);
    if (scratch->status)
        return scratch->status;
    weft__hash_begin(&head);
    weft__hash_add(&head, weft_bytes_of(scratch->buf.data, scratch->buf.len));
    for (uint32_t i = 0; i < n; i++)
        weft__hash_add(&head, declarations[i]);
    for (uint32_t place = 0; place < n; place++) {
        weft__hash whole = head;
        scratch->buf.len = 0;
        weft__write_u64(scratch, place);
        if (scratch->status)
            return scratch->status;
        weft__hash_add(&whole, weft_bytes_of(scratch->buf.data, scratch->buf.len));
        ret_ids[place] = weft__hash_end64(&whole);
    }
    return 0;
}

int weft__canon_first_compare(weft_bytes a, uint64_t hash_a, weft_bytes b, uint64_t hash_b)
{
    if (hash_a != hash_b)
        return hash_a < hash_b ? -1 : 1;
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.ptr, b.ptr, len) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}
