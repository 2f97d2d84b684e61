/* How a plan looks: what plan.c builds and decode_plan.c walks. */
#ifndef WEFT_RUNTIME_SCHEMA_PLAN_TABLE_H
#define WEFT_RUNTIME_SCHEMA_PLAN_TABLE_H

#include "runtime/schema/plan.h"

typedef enum weft__plan_op {
    WEFT__PLAN_STRUCT = 1,
    WEFT__PLAN_ENUM,
    WEFT__PLAN_LIST,
    WEFT__PLAN_MAP,
    WEFT__PLAN_ARRAY,
    WEFT__PLAN_BIN_ARRAY, /* array<u8, N>, which is bin, into an array of something wider */
    WEFT__PLAN_OPTION,    /* an option from an option */
    WEFT__PLAN_WRAP       /* an option from what it would hold */
} weft__plan_op;

/* What becomes of one field of the remote struct. */
typedef struct weft__plan_step {
    const weft_field *field; /* the local one; NULL: skipped */
    const weft__plan *plan;  /* of its value; NULL: as the local type says */
} weft__plan_step;

/* What becomes of one variant of the remote enum. */
typedef struct weft__plan_variant {
    const weft_variant *variant; /* the local one; NULL: unknown */
    const weft_type *payload;    /* what its payload is read as; NULL: nil, there is none */
    const weft__plan *plan;      /* of the payload */
    uint32_t kind;
    bool is_empty; /* nil comes, fields with defaults are made: plan has them */
} weft__plan_variant;

struct weft__plan {
    const weft_type *remote;
    const weft_type *local;
    uint8_t op;        /* weft__plan_op */
    bool is_identity;  /* found out once it is built: reads what the local table alone would */
    uint32_t n;        /* of steps or variants: fields or variants of the remote type */
    uint32_t n_absent; /* of absent */
    const weft__plan_step *steps;
    const weft__plan_variant *variants;
    const weft_field *const *absent; /* local fields that get their defaults */
    const weft__plan *inside;        /* of elements, of a map's values, of what an option holds */

    /* Of the builder: where the pair was met first, and the next of its bucket (index + 1; 0: none). */
    const weft__plan *from; /* NULL: the root */
    const char *step;       /* a name; or "[]", "{}"; or "": the same place */
    uint32_t next;
};

/* A payload of none, held against fields: a struct of no fields. */
extern const weft_type weft__plan_no_fields;

#endif
