/* What the files of the comparison share: compare.c pairs what both versions have, compare_plan.c makes plans,
 * compare_places.c finds what a finding is about, compare_changes.c keeps changes and puts them into words. */
#ifndef WEFT_IDL_COMPARE_INTERNAL_H
#define WEFT_IDL_COMPARE_INTERNAL_H

#include "idl/compare.h"
#include "idl/symbols.h"
#include "idl/tables.h"
#include "idl/text.h"

enum { WEFT__OLD = 0, WEFT__NEW = 1 };

/* ---- compare_places.c ---- */

typedef enum weft__member_kind {
    WEFT__MEMBER_FIELD,
    WEFT__MEMBER_VARIANT,
    WEFT__MEMBER_PARAMETER,
    WEFT__MEMBER_CHANNEL,
    WEFT__MEMBER_RESULT,
    WEFT__MEMBER_ERROR
} weft__member_kind;

/* What has members: a struct, an enum, the fields of a variant; the parameters of a method, or what it returns. */
typedef struct weft__scope_view {
    const weft__model_decl *decl;       /* NULL: of the method */
    const weft__model_variant *variant; /* of decl: its fields; else NULL */
    const weft__idl_schema_method *method;
    bool is_results; /* of the method: result, error and the channels on which the handler sends */
} weft__scope_view;

typedef struct weft__member_view {
    weft__member_kind kind;
    weft_str name;
    const weft_str *was;
    size_t n_was;
    const weft__model_type *type; /* NULL: a variant without payload, or with fields */
    const weft__model_variant *variant;
    const weft__model_param *param; /* of a channel */
    bool has_default;
    const weft__model_value *default_value;
    weft__idl_span span;
} weft__member_view;

size_t weft__scope_size(const weft__scope_view *scope);
weft__member_view weft__scope_member(const weft__scope_view *scope, size_t i);
/* By its name; false: there is none. */
bool weft__scope_find(const weft__scope_view *scope, weft_str name, weft__member_view *ret_member, size_t *ret_at);
weft__idl_span weft__scope_span(const weft__scope_view *scope);

/* A place in both versions. */
typedef struct weft__place {
    weft__scope_view scopes[2];
    bool has_scope[2];
    weft__member_view members[2];
    bool has_member[2];
    weft_str suffix; /* "[]", "{}" …: inside the member's type */
} weft__place;

/* The member that `name`, of either version, means in both: by its name or an older one. */
void weft__place_members(weft__place *place, weft_str name);
/* scopes of place: of the method, in both; changed to those of the owner where there is one. */
void weft__place_find(weft__place *place, const weft__model_decl *const owners[2], weft_str path);

/* Finds the first member that stands behind one that it stood before; false: what both have is in one order. */
bool weft__place_find_moved(const weft__place *place, weft__place *ret_moved);

/* ---- compare_changes.c ---- */

typedef enum weft__change_aspect {
    WEFT__ASPECT_PRESENCE, /* added, removed, renamed */
    WEFT__ASPECT_ORDER,    /* of all members of a scope */
    WEFT__ASPECT_TYPE,
    WEFT__ASPECT_SAID /* of a rule that is given: plans do not see it */
} weft__change_aspect;

/* A change while findings are gathered. */
typedef struct weft__change_node {
    struct weft__change_node *next;
    weft__change_aspect aspect;
    weft__place place;
    uint32_t findings[2]; /* by direction: bits of 1 << weft__plan_rule */
    weft__change change;  /* subject, spans, fails, reasons; of a SAID one everything */
} weft__change_node;

/* A model and all that is made of it. */
typedef struct weft__compare_part {
    weft__idl_tables tables;
    weft__symbols decls;     /* structs and enums of all its files, by their whole names */
    weft__symbols root_only; /* structs, enums and services of the root file */
} weft__compare_part;

typedef struct weft__comparer {
    weft_arena *arena;
    weft_arena *scratch;
    weft_allocator allocator;
    weft__compare_part *parts[2];
    size_t n_parts[2];
    weft__symbols keys;    /* of changes */
    weft__symbols renamed; /* types of the new version that have another name in the old one */
    weft__change_node *first;
    weft__change_node **end;
    size_t n_changes;
    weft__change lost; /* stands for one that there is no memory for */
    weft__method_verdict *methods;
    size_t n_methods;
    size_t n_tried; /* pairs of types, of which one may be the other under a new name */
    int status;
    weft_error *error;
} weft__comparer;

/* NUL-terminated, in the arena; empty where there is no memory, which is remembered. */
weft_str weft__compare_text(weft__comparer *c, const weft_str *pieces, size_t n);
#define weft__compare_concat(c, ...)                           \
    weft__compare_text((c), (const weft_str[]){ __VA_ARGS__ }, \
                       sizeof((const weft_str[]){ __VA_ARGS__ }) / sizeof(weft_str))
weft_str weft__compare_type_text(weft__comparer *c, const weft__model_type *type_or_null);

void weft__change_found(weft__comparer *c, const weft__place *place, unsigned direction,
                        const weft__plan_finding *finding);
/* One that plans do not see; compatible, unless fails say otherwise. */
weft__change *weft__change_say(weft__comparer *c, weft__change_rule rule, weft_str subject, weft__idl_span old_span,
                               weft__idl_span new_span, weft_str text);
/* Puts all into words and order. */
void weft__changes_finish(weft__comparer *c, weft__comparison *comparison);

/* ---- compare_plan.c ---- */

/* What both versions have, and the plans made of it. */
typedef struct weft__compare_pair {
    weft__comparer *c;
    weft__compare_part *parts[2];
    const weft__idl_schema_method *methods[2]; /* or NULL, with: */
    const weft__model_decl *decls[2];
    unsigned direction;
    bool is_results;
    bool fails;
    bool is_silent; /* finds, and keeps nothing */
    bool has_found;
    void (*visit)(void *user, const weft__plan_view *view); /* or NULL */
    void *user;
} weft__compare_pair;

/* All four plans of p->methods. ret_fails, which are only ever set: WEFT__OLD_CALLS_NEW, WEFT__NEW_CALLS_OLD. */
void weft__pair_plan_method(weft__compare_pair *p, bool ret_fails[2]);
/* Of two structs or enums, in both directions. */
void weft__pair_plan_types(weft__compare_pair *p, const weft__model_decl *old, const weft__model_decl *new);

/* ---- compare_said.c ---- */

void weft__compare_said_method(weft__comparer *c, const weft__idl_schema_method *const methods[2]);
void weft__compare_said_type(weft__comparer *c, const weft__model_decl *const decls[2]);

static inline weft__change_class weft__class_of(const bool fails[2])
{
    return fails[0] && fails[1]   ? WEFT__CHANGE_BREAKING
           : fails[0] || fails[1] ? WEFT__CHANGE_ONE_WAY
                                  : WEFT__CHANGE_COMPATIBLE;
}

#endif
