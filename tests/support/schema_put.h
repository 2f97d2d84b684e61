/* The types of Schema messages, declaration by declaration, as good or as bad as a test wants them. */
#ifndef WEFT_TESTS_SUPPORT_SCHEMA_PUT_H
#define WEFT_TESTS_SUPPORT_SCHEMA_PUT_H

#include "runtime/schema/canonical.h"
#include "weft/gen.h"

typedef struct schema_put {
    weft_writer *declaration; /* the one that is being written */
    weft_writer *entries;     /* [id, declaration]… */
    weft_writer *scratch;
    uint32_t n;
} schema_put;

void schema_put_init(schema_put *put);
void schema_put_fini(schema_put *put);
/* Nothing is there. */
void schema_put_clear(schema_put *put);
/* A declaration begins: its parts follow, written by canonical.h. */
weft_writer *schema_put_begin(schema_put *put);
/* It has ended, and its id is that of a type that is not recursive, of one that is a group by itself, or this one. */
uint64_t schema_put_end(schema_put *put);
uint64_t schema_put_end_recursive(schema_put *put);
void schema_put_end_as(schema_put *put, uint64_t id);
/* A whole group: its declarations in their order, and where their ids go. */
void schema_put_group(schema_put *put, const weft_bytes *declarations, uint32_t n, uint64_t *ret_ids);
/* A field of a type without parts. */
void schema_put_field(weft_writer *writer, weft_str name, unsigned scalar, bool has_default);
/* The bytes of `types`; valid until the next call. */
weft_bytes schema_put_types(schema_put *put);

#endif
