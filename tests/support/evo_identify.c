/* Ids of tables, in the plainest way that docs/protocol.md, section 11, can be followed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "runtime/base/hash.h"
#include "runtime/schema/canonical.h"
#include "tests/support/evo_internal.h"

typedef struct identifier {
    weft_type *types;
    uint32_t n;
    weft_arena *arena;
    weft_writer *writer;
    bool leads[EVO_DECLS_MAX][EVO_DECLS_MAX]; /* from … to …, directly or not */
    bool known[EVO_DECLS_MAX];
    uint32_t place[EVO_DECLS_MAX];
    bool first; /* the pass in which members of the group are [20, 0] */
    uint32_t self;
} identifier;

static bool is_one_group(const identifier *d, uint32_t a, uint32_t b)
{
    return d->leads[a][b] && d->leads[b][a];
}

static void put_type(identifier *d, const weft_type *type)
{
    weft_writer *w = d->writer;
    switch (type->kind) {
    case WEFT_KIND_LIST: weft__canon_list(w); break;
    case WEFT_KIND_MAP:
        weft__canon_map(w);
        put_type(d, type->key);
        break;
    case WEFT_KIND_ARRAY: weft__canon_array(w, type->n); break;
    case WEFT_KIND_OPTION: weft__canon_option(w); break;
    case WEFT_KIND_STRUCT:
    case WEFT_KIND_ENUM: {
        uint32_t i = (uint32_t)(type - d->types);
        if (!is_one_group(d, d->self, i))
            weft__canon_type(w, type->id);
        else if (d->first)
            weft__canon_type(w, 0);
        else
            weft__canon_place(w, d->place[i]);
        return;
    }
    default: weft__canon_scalar(w, type->kind); return;
    }
    put_type(d, type->element);
}

static void put_fields(identifier *d, const weft_type *type)
{
    for (uint32_t i = 0; i < type->n; i++) {
        weft__canon_field_begin(d->writer, weft_str_from(type->fields[i].name));
        put_type(d, type->fields[i].type);
        weft__canon_field_end(d->writer, type->fields[i].flags & WEFT_FIELD_DEFAULT);
    }
}

static weft_bytes declare(identifier *d, uint32_t i, bool first)
{
    const weft_type *type = &d->types[i];
    d->self = i;
    d->first = first;
    weft_writer_clear(d->writer);
    if (type->kind == WEFT_KIND_STRUCT) {
        weft__canon_struct(d->writer, weft_str_from(type->name), type->n);
        put_fields(d, type);
    } else {
        weft__canon_enum(d->writer, weft_str_from(type->name), type->n);
    }
    for (uint32_t j = 0; type->kind == WEFT_KIND_ENUM && j < type->n; j++) {
        const weft_variant *variant = &type->variants[j];
        weft__canon_variant(d->writer, weft_str_from(variant->name), j);
        if (variant->has_fields) {
            weft__canon_payload_fields(d->writer, variant->payload->n);
            put_fields(d, variant->payload);
        } else if (variant->payload) {
            weft__canon_payload_value(d->writer);
            put_type(d, variant->payload);
        } else {
            weft__canon_payload_none(d->writer);
        }
    }
    weft_bytes bytes = weft_writer_bytes(d->writer);
    uint8_t *copy = evo_room(d->arena, bytes.len, 1);
    memcpy(copy, bytes.ptr, bytes.len);
    return weft_bytes_of(copy, bytes.len);
}

static void find_leads(identifier *d, uint32_t from, const weft_type *type)
{
    if (type->kind == WEFT_KIND_ENUM || type->kind == WEFT_KIND_STRUCT)
        d->leads[from][type - d->types] = true;
    else if (type->element)
        find_leads(d, from, type->element);
}

static void find_groups(identifier *d)
{
    for (uint32_t i = 0; i < d->n; i++) {
        const weft_type *type = &d->types[i];
        for (uint32_t j = 0; type->kind == WEFT_KIND_STRUCT && j < type->n; j++)
            find_leads(d, i, type->fields[j].type);
        for (uint32_t j = 0; type->kind == WEFT_KIND_ENUM && j < type->n; j++) {
            const weft_variant *variant = &type->variants[j];
            if (variant->payload && !variant->has_fields)
                find_leads(d, i, variant->payload);
            const weft_type *fields = variant->has_fields ? variant->payload : NULL;
            for (uint32_t k = 0; fields && k < fields->n; k++)
                find_leads(d, i, fields->fields[k].type);
        }
    }
    for (uint32_t by = 0; by < d->n; by++) {
        for (uint32_t a = 0; a < d->n; a++) {
            for (uint32_t b = 0; b < d->n; b++)
                d->leads[a][b] |= d->leads[a][by] && d->leads[by][b];
        }
    }
}

/* Everything outside the group that it leads to is known. */
static bool is_ready(const identifier *d, uint32_t i)
{
    for (uint32_t j = 0; j < d->n; j++) {
        if (d->leads[i][j] && !is_one_group(d, i, j) && !d->known[j])
            return false;
    }
    return !d->known[i];
}

static void identify_group(identifier *d, uint32_t i, const weft_type **sent, uint32_t *n_sent)
{
    uint32_t members[EVO_DECLS_MAX], n = 0;
    weft_bytes first[EVO_DECLS_MAX] = { { NULL, 0 } }, declarations[EVO_DECLS_MAX] = { { NULL, 0 } };
    uint64_t ids[EVO_DECLS_MAX];
    for (uint32_t j = 0; j < d->n; j++) {
        if (j != i && !is_one_group(d, i, j))
            continue;
        uint32_t at = n++;
        first[j] = declare(d, j, true);
        for (; at > 0; at--) {
            uint32_t before = members[at - 1];
            if (weft__canon_first_compare(first[before], weft__hash64(first[before]), first[j],
                                          weft__hash64(first[j])) < 0)
                break;
            members[at] = before;
        }
        members[at] = j;
    }
    for (uint32_t j = 0; j < n; j++)
        d->place[members[j]] = j;
    for (uint32_t j = 0; j < n; j++)
        declarations[j] = declare(d, members[j], false);
    if (is_one_group(d, i, i))
        assert_int_equal(weft__canon_group_ids(d->writer, declarations, n, ids), 0);
    else
        ids[0] = weft__hash64(declarations[0]);
    for (uint32_t j = 0; j < n; j++) {
        weft_type *type = &d->types[members[j]];
        type->id = ids[j];
        type->declaration = declarations[j];
        d->known[members[j]] = true;
        sent[(*n_sent)++] = type;
    }
}

void evo_identify(weft_type *types, uint32_t n, weft_arena *arena, const weft_type **ret_sent)
{
    identifier d = { .types = types, .n = n, .arena = arena };
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &d.writer), 0);
    find_groups(&d);
    for (uint32_t n_sent = 0; n_sent < n;) {
        for (uint32_t i = 0; i < n; i++) {
            if (is_ready(&d, i))
                identify_group(&d, i, ret_sent, &n_sent);
        }
    }
    weft_writer_free(d.writer);
}

weft_bytes evo_tables_types(const evo_tables *tables, weft_arena *arena)
{
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &writer), 0);
    weft__write_array(writer, tables->n);
    for (uint32_t i = 0; i < tables->n; i++) {
        weft__write_array(writer, 2);
        weft__write_u64(writer, tables->sent[i]->id);
        weft__write_bin(writer, tables->sent[i]->declaration);
    }
    weft_bytes bytes = weft_writer_bytes(writer);
    assert_int_equal(writer->status, 0);
    uint8_t *copy = evo_room(arena, bytes.len, 1);
    memcpy(copy, bytes.ptr, bytes.len);
    weft_writer_free(writer);
    return weft_bytes_of(copy, bytes.len);
}
