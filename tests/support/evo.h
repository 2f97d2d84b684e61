/* Types that change: schemas made at random, changes of them as people make them, their tables as each side's weftc
 * would make them, and values as trees of named things. The reference of what a change means is evo_reference.h. */
#ifndef WEFT_TESTS_SUPPORT_EVO_H
#define WEFT_TESTS_SUPPORT_EVO_H

#include "tests/support/random.h"
#include "weft/gen.h"

enum { EVO_DECLS_MAX = 8, EVO_MEMBERS_MAX = 10, EVO_WAS_MAX = 2, EVO_NAMES = 26 };

typedef struct evo_type {
    weft_kind kind;
    weft_kind key; /* of a map */
    uint32_t n;    /* the length of an array */
    uint32_t decl; /* of a struct or enum: which */
    const struct evo_type *element;
} evo_type;

typedef struct evo_list evo_list;

/* A field or variant; names are letters, by number. */
typedef struct evo_member {
    unsigned name;
    unsigned was[EVO_WAS_MAX];
    uint32_t n_was;
    const evo_type *type; /* NULL: a variant that has no payload, or fields */
    evo_list *fields;     /* of a variant, or NULL */
    bool has_default;
    uint64_t default_seed; /* what it is */
} evo_member;

struct evo_list {
    uint32_t n;
    evo_member members[EVO_MEMBERS_MAX];
};

typedef struct evo_decl {
    bool is_enum;
    bool is_closed;
    unsigned name;
    evo_list list;
} evo_decl;

/* Everything that it points to is in an arena, and not changed once it is there, but for evo_list, of which each
 * schema has its own. */
typedef struct evo_schema {
    uint32_t n;
    uint32_t root; /* a struct that mostly leads to the others */
    evo_decl decls[EVO_DECLS_MAX];
} evo_schema;

/* Fails the test where memory runs out, as all below. */
void evo_random_schema(weft_test_random *random, weft_arena *arena, evo_schema *ret_schema);
/* One change: a member added, removed, moved, renamed with or without @was, or with another type, default or payload;
 * an enum closed or opened; a type renamed, or copied so that recursion need no longer be the same. */
void evo_change(weft_test_random *random, weft_arena *arena, evo_schema *schema);
void evo_copy_schema(const evo_schema *schema, weft_arena *arena, evo_schema *ret_schema);
/* A default that the IDL has a literal for? */
bool evo_may_have_default(const evo_schema *schema, const evo_type *type);

typedef struct evo_tables {
    uint32_t n;
    const weft_type *types[EVO_DECLS_MAX]; /* by declaration */
    const weft_type *sent[EVO_DECLS_MAX];  /* children first, recursive groups together in their order */
} evo_tables;

/* What weftc would make of it. false: it would refuse it (a type that holds itself by value, one that is too large, a
 * default of a struct that cannot have one). */
bool evo_tables_make(const evo_schema *schema, weft_arena *arena, evo_tables *ret_tables);
/* The `types` of a Schema message that brings them all [schema.send]. */
weft_bytes evo_tables_types(const evo_tables *tables, weft_arena *arena);
/* A value as a tree: what it is by name, wherever it stands. */
typedef struct evo_value evo_value;
struct evo_value {
    weft_kind kind;
    union {
        uint64_t bits; /* bool; integers, the signed ones extended; a duration */
        double number; /* f32 and f64 */
        weft_str text; /* string and bytes */
        weft_timestamp time;
    } as;
    uint32_t n;             /* fields, elements; pairs of a map; an option: 0 or 1; an enum: 1 where it has a payload */
    const char **names;     /* struct: of the fields; enum: of the variant, NULL: UNKNOWN */
    const evo_value **keys; /* map */
    const evo_value **items;
};

const evo_value *evo_read(const weft_type *type, const void *value, weft_arena *arena);
/* Structs by the names of their fields, in whatever order; lists, arrays and maps in theirs. */
bool evo_value_equal(const evo_value *a, const evo_value *b);
/* A new value with room for n names, keys and items. */
evo_value *evo_value_new(weft_kind kind, uint32_t n, weft_arena *arena);

#endif
