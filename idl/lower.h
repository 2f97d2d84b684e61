/* What the files of the checker share. The checker makes the model from the trees: first all names are declared, then
   constants and aliases resolved (on demand), then declarations lowered, then what only shows from afar is checked.

   Errors are reported and give way: a function that returns a pointer returns NULL after it has reported an error, or
   when memory ran out, which the context remembers; whoever gets NULL leaves its node out and goes on. */
#ifndef WEFT_IDL_LOWER_H
#define WEFT_IDL_LOWER_H

#include "idl/diagnostics.h"
#include "idl/model.h"
#include "idl/names.h"
#include "idl/symbols.h"
#include "idl/tree.h"

/* Files of one model, and how deep imports, constants and aliases may refer to each other. */
#define WEFT__FILES_MAX 1024u
#define WEFT__REFERENCES_MAX 64u
#define WEFT__TYPE_NESTING_MAX 32u  /* of a type as it is written, aliases seen through: what a Schema may carry */
#define WEFT__VALUE_NESTING_MAX 64u /* of a value on the wire */
#define WEFT__C_SIZE_MAX 65536u
#define WEFT__ARRAY_MAX 65536u
#define WEFT__CREDIT_MAX 1048576u
#define WEFT__CREDIT_DEFAULT 16u
#define WEFT__CHANNELS_MAX 16u /* of a method: WEFT_METHOD_CHANNELS_MAX of the runtime */

typedef struct weft__unit weft__unit;

typedef enum weft__entry_state {
    WEFT__ENTRY_NEW = 0,
    WEFT__ENTRY_BUSY, /* being resolved: meeting it again is a cycle */
    WEFT__ENTRY_DONE,
    WEFT__ENTRY_BROKEN /* reported */
} weft__entry_state;

/* A declaration on its way from tree to model. */
typedef struct weft__entry {
    const weft__tree_decl *tree;
    weft__model_decl *decl;
    weft__unit *unit;
    weft__entry_state state; /* of constants and aliases */
    uint32_t node;           /* structs and enums: number in the graph of references */
} weft__entry;

typedef struct weft__unit_import {
    const weft__tree_import *tree;
    weft__unit *unit; /* NULL: could not be read */
    bool is_used;
} weft__unit_import;

/* A file on its way. */
struct weft__unit {
    const weft__idl_source *source;
    weft_str path; /* that it was read from */
    weft__tree_file *tree;
    weft__model_file *file;
    weft__unit_import *imports;
    size_t n_imports;
    weft__entry *entries; /* one for each declaration of the tree */
    size_t n_entries;
    weft__symbols names; /* to entries */
    bool is_busy;        /* its imports are being read */
    bool is_incomplete;  /* names may be missing: not knowing one is no news */
    weft__unit *importer;
    weft__idl_span imported_at;
};

/* A struct default `{}` to look at once all is lowered. */
typedef struct weft__pending_default {
    struct weft__pending_default *next;
    weft__idl_span span;
    const weft__model_decl *decl;
} weft__pending_default;

typedef struct weft__lower {
    const weft__idl_source_reader *io;
    const weft__idl_load_options *options;
    weft__diagnostics *diags;
    weft_arena *arena;   /* of the model */
    weft_arena *scratch; /* trees and tables: gone at the end */
    weft__unit **units;  /* imports before what imports them, once the loading is over */
    size_t n_units;
    size_t n_read; /* files read, and sources made */
    weft__symbols by_path;
    const weft__idl_source **sources;
    weft__symbols type_table; /* to the type that stands for all equal ones */
    const weft__model_type **types;
    uint32_t *type_depths; /* how deep it nests, structs and enums counting 1 */
    size_t n_types;
    size_t cap_types;
    uint32_t references; /* constants and aliases being resolved */
    weft__pending_default *pending_defaults;
    bool is_out_of_memory;
} weft__lower;

/* Cleared. NULL: out of memory (remembered). */
void *weft__lower_alloc(weft__lower *l, weft_arena *arena, size_t n, size_t size);
#define weft__lower_new(l, arena, type, n) ((type *)weft__lower_alloc((l), (arena), (n), sizeof(type)))
/* In the model's arena; ptr "" when out of memory (remembered). */
weft_str weft__lower_copy(weft__lower *l, weft_str text);
/* The concatenation, likewise. */
weft_str weft__lower_join(weft__lower *l, const weft_str *pieces, size_t n);
#define weft__lower_concat(l, ...)                           \
    weft__lower_join((l), (const weft_str[]){ __VA_ARGS__ }, \
                     sizeof((const weft_str[]){ __VA_ARGS__ }) / sizeof(weft_str))
weft__model_doc weft__lower_doc(weft__lower *l, const weft__tree_doc *doc);

/* ---- load_files.c ---- */

/* Reads and parses path and its imports into l->units. 0, or WEFT_ENOMEM; what cannot be read is reported. */
int weft__lower_read(weft__lower *l, const char *path);

/* ---- declare.c ---- */

/* Names of the file: package, prefix, options, declarations. */
void weft__lower_declare(weft__lower *l, weft__unit *unit);
/* Checks the form and length of a name; false: reported. what: "field". */
bool weft__lower_check_name(weft__lower *l, const weft__tree_name *name, weft__name_form form, const char *what);

/* Names of one struct, enum, service, … */
typedef struct weft__scope {
    weft__symbols names; /* to spans */
    const weft__tree_reserved *reserved;
} weft__scope;
void weft__scope_begin(weft__lower *l, weft__scope *scope, const weft__tree_reserved *reserved);
/* Reports a name that stands in it already, or is reserved. */
void weft__scope_add(weft__lower *l, weft__scope *scope, const weft__tree_name *name, const char *what);
/* Reports the older names that are names in the scope. */
void weft__scope_check_was(weft__lower *l, weft__scope *scope, const weft__tree_lead *lead);

/* ---- resolve.c ---- */

typedef enum weft__name_use { WEFT__USE_TYPE, WEFT__USE_CONST } weft__name_use;

/* The declaration that the (perhaps dotted) name means in this file; NULL: reported. */
weft__entry *weft__resolve(weft__lower *l, weft__unit *unit, weft_str name, weft__idl_span span, weft__name_use use);
/* NULL: no built-in type of this name. */
const char *weft__builtin_hint(weft_str name);
/* The scalar of this name, or 0. */
weft__model_type_kind weft__builtin_kind(weft_str name);

/* ---- lower_type.c ---- */

typedef enum weft__type_place {
    WEFT__PLACE_OTHER, /* fields, payloads, aliases, elements: neither unit nor channel */
    WEFT__PLACE_RESULT /* unit is said to be out of place by the caller */
} weft__type_place;

const weft__model_type *weft__lower_type(weft__lower *l, weft__unit *unit, const weft__tree_type *tree);
/* The target of an alias; NULL: reported. */
const weft__model_type *weft__lower_alias(weft__lower *l, weft__entry *entry);
/* The type that stands for all equal to this one, with its index. */
const weft__model_type *weft__type_intern(weft__lower *l, const weft__model_type *type);
/* An integer, spelled or the name of a constant, as argument of a type. false: reported. */
bool weft__lower_type_number(weft__lower *l, weft__unit *unit, const weft__tree_type *tree, weft__diag_code code,
                             uint64_t min, uint64_t max, const char *what, uint64_t *ret_number);

/* ---- lower_value.c ---- */

/* A value that fits the type; NULL: reported. */
const weft__model_value *weft__lower_value(weft__lower *l, weft__unit *unit, const weft__tree_value *tree,
                                           const weft__model_type *type);
/* The value of a constant; NULL: reported. */
const weft__model_value *weft__lower_const(weft__lower *l, weft__entry *entry);

/* ---- annotations.c ---- */

#define WEFT__AT_CONST 1u
#define WEFT__AT_ALIAS 2u
#define WEFT__AT_STRUCT 4u
#define WEFT__AT_ENUM 8u
#define WEFT__AT_SERVICE 16u
#define WEFT__AT_FIELD 32u
#define WEFT__AT_VARIANT 64u
#define WEFT__AT_METHOD 128u
#define WEFT__AT_PARAM 256u

typedef struct weft__annotations {
    bool is_deprecated;
    weft_str deprecated;
    weft_str c_name; /* empty: none */
    bool is_sensitive;
    bool is_closed;
    uint8_t policy;
    weft__idl_span persistent; /* where @persistent stands */
    uint32_t timeout_ms;
    const weft_str *was;
    size_t n_was;
} weft__annotations;

void weft__lower_annotations(weft__lower *l, const weft__tree_lead *lead, unsigned place, weft__annotations *ret);

/* ---- lower_decl.c, lower_service.c ---- */

/* Fills entry->decl->as from the tree. */
void weft__lower_decl(weft__lower *l, weft__entry *entry);
void weft__lower_service(weft__lower *l, weft__entry *entry);
/* One field into *ret, but for its place in a scope. Its type stays NULL where that was reported. */
void weft__lower_field(weft__lower *l, weft__unit *unit, const weft__tree_field *tree, const char *what,
                       weft__model_field *ret);
/* The name of a member in C. */
weft_str weft__lower_c_member(weft__lower *l, weft_str name, const weft__annotations *annotations);

/* ---- cycles.c, c_size.c, c_names.c: what only shows from afar; only where there was no error before
 * ------------------ */

void weft__check_cycles(weft__lower *l);
/* In the order of layout: sizes in C and nesting. */
void weft__check_sizes(weft__lower *l, weft__unit *unit);
void weft__check_c_names(weft__lower *l);

#endif
