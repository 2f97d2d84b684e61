/* The canonical encoding of declarations, roots and services, and the ids over it [schema.type-id] [schema.service-id]:
 * docs/protocol.md, section 7, has it in full. Writing is a matter of calling the functions below in the order in which
 * the parts stand; every number is in its shortest form, so that equal declarations are equal bytes. */
#ifndef WEFT_RUNTIME_SCHEMA_CANONICAL_H
#define WEFT_RUNTIME_SCHEMA_CANONICAL_H

#include "runtime/wire/reader.h"
#include "runtime/wire/writer.h"

/* What a type begins with. Scalars (1 to 15) are the number alone, the others arrays that begin with it. */
enum {
    WEFT__CANON_BOOL = 1,
    WEFT__CANON_U8 = 2,
    WEFT__CANON_U16 = 3,
    WEFT__CANON_U32 = 4,
    WEFT__CANON_U64 = 5,
    WEFT__CANON_I8 = 6,
    WEFT__CANON_I16 = 7,
    WEFT__CANON_I32 = 8,
    WEFT__CANON_I64 = 9,
    WEFT__CANON_F32 = 10,
    WEFT__CANON_F64 = 11,
    WEFT__CANON_STRING = 12,
    WEFT__CANON_BYTES = 13,
    WEFT__CANON_TIMESTAMP = 14,
    WEFT__CANON_DURATION = 15,
    WEFT__CANON_LIST = 16,   /* [16, element] */
    WEFT__CANON_MAP = 17,    /* [17, key, value] */
    WEFT__CANON_ARRAY = 18,  /* [18, length, element] */
    WEFT__CANON_OPTION = 19, /* [19, element] */
    WEFT__CANON_TYPE = 20,   /* [20, id]: a struct or enum outside the own recursive group */
    WEFT__CANON_PLACE = 21   /* [21, place]: one inside */
};

/* What a declaration begins with. */
enum {
    WEFT__CANON_STRUCT = 1, /* [1, name, [field…]] */
    WEFT__CANON_ENUM = 2    /* [2, name, [variant…]] */
};

/* A variant's payload: nil, [1, type], or [2, [field…]]. */
enum { WEFT__CANON_PAYLOAD_VALUE = 1, WEFT__CANON_PAYLOAD_FIELDS = 2 };

/* How deep types may be written out in one another, references counted: list<map<u8, Entry>> is 3 [schema.required]. */
#define WEFT__SCHEMA_DEPTH_MAX 32

/* ---- types ---- */

void weft__canon_scalar(weft_writer *writer, unsigned code); /* 1 to 15 */
void weft__canon_list(weft_writer *writer);                  /* the element follows */
void weft__canon_map(weft_writer *writer);                   /* key and value follow */
void weft__canon_array(weft_writer *writer, uint32_t n);     /* the element follows */
void weft__canon_option(weft_writer *writer);                /* the element follows */
void weft__canon_type(weft_writer *writer, uint64_t id);
void weft__canon_place(weft_writer *writer, uint32_t place);

/* ---- declarations ---- */

void weft__canon_struct(weft_writer *writer, weft_str name, size_t n_fields); /* the fields follow */
void weft__canon_field_begin(weft_writer *writer, weft_str name);             /* its type follows, then the end */
void weft__canon_field_end(weft_writer *writer, bool has_default);
void weft__canon_enum(weft_writer *writer, weft_str name, size_t n_variants); /* the variants follow */
void weft__canon_variant(weft_writer *writer, weft_str name, uint32_t index); /* one of the next three follows */
void weft__canon_payload_none(weft_writer *writer);
void weft__canon_payload_value(weft_writer *writer);                   /* its type follows */
void weft__canon_payload_fields(weft_writer *writer, size_t n_fields); /* the fields follow */

/* ---- roots and services ---- */

void weft__canon_arguments(weft_writer *writer, size_t n_params); /* root 0; the parameters follow */
/* Its type follows, or nil where it is a channel on which the handler sends; then the end. channel: 0 no, 1 tx, 2 rx */
void weft__canon_param_begin(weft_writer *writer, weft_str name);
void weft__canon_param_end(weft_writer *writer, bool has_default, unsigned channel, bool is_optional);
/* Root 1; the types of result and error follow, or nil; then the policy; then for each tx parameter a name and type. */
void weft__canon_results(weft_writer *writer);
void weft__canon_policy(weft_writer *writer, unsigned policy, size_t n_tx);
void weft__canon_tx(weft_writer *writer, weft_str name);
/* The methods follow, in the order of their names' bytes. */
void weft__canon_service(weft_writer *writer, weft_str name, size_t n_methods);
void weft__canon_method(weft_writer *writer, weft_str name, weft_bytes root_0, weft_bytes root_1);

/* ---- ids ---- */

/* The ids of the n members of a recursive group, from their declarations in their order. scratch is cleared and used.
 * 0 or WEFT_ENOMEM. */
int weft__canon_group_ids(weft_writer *scratch, const weft_bytes *declarations, uint32_t n, uint64_t *ret_ids);
/* The order of a recursive group: by first hash, then by the bytes that were hashed. Below, equal to or above 0. */
int weft__canon_first_compare(weft_bytes a, uint64_t hash_a, weft_bytes b, uint64_t hash_b);

/* Fields of a struct or variant, variants of an enum. */
#define WEFT__SCHEMA_FIELDS_MAX 1024
/* Types of one connection. */
#define WEFT__SCHEMA_TYPES_MAX 4096

/* Checks the form and the limits of one declaration that a counterpart sent. (Whether numbers stand in their shortest
 * form does not matter: the id is over the bytes that came, so that others make another type.) 0, with how many members
 * its group has at least in *ret_n_group (one more than the highest place named; 0: none is); WEFT_EBADMSG: malformed;
 * WEFT_EBUSY: beyond a limit (depth, WEFT__SCHEMA_FIELDS_MAX). */
int weft__canon_check(weft_bytes declaration, uint32_t *ret_n_group);
/* Finds the recursive group that begins at the first of n declarations: how many belong together, 1 for one that is not
 * recursive (*ret_is_recursive). Errors as above; WEFT_EBADMSG too where the group has more members than there are. */
int weft__canon_group(const weft_bytes *declarations, uint32_t n, uint32_t *ret_n_group, bool *ret_is_recursive);

#endif
