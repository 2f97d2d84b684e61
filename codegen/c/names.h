/* What each type of a model is called in C, and the state that all parts of the back end share.
 *
 * A list, map, option or array has no name in the language. Its C name comes from its structure, read from inside to
 * outside: list<list<u32>> is PREFIX_u32_list_list, map<string, option<u64>> is PREFIX_str_u64_opt_map. So equal types
 * of a file are one C type. Those over built-in types stand in weft/base.h (weft_u32_list, weft_opt_u32); lists of a
 * struct or enum stand with it, in the header of the file that declares it. */
#ifndef WEFT_CODEGEN_C_NAMES_H
#define WEFT_CODEGEN_C_NAMES_H

#include "codegen/c/backend.h"
#include "codegen/c/out.h"

typedef struct weft__c_type {
    bool is_used;        /* by a declaration of the root file: its C type is needed */
    bool is_tabled;      /* composites: a table of it is needed in the source */
    bool is_made;        /* composites: this file makes its C type */
    bool has_wrapper;    /* arrays: a list's or map's element, so that a struct around it is needed */
    bool is_written;     /* while the header is written: its C type is complete above */
    const char *stem;    /* u32, point, u32_list_list */
    const char *base;    /* the C type; of arrays that of the innermost element */
    const char *dims;    /* arrays: [3][2]; else empty */
    const char *name;    /* the C type where it must be one word: as base, of arrays the wrapper's */
    const char *table;   /* its weft_type: weft_type_u32, kv_entry_type */
    const char *channel; /* kv_change: stem of kv_change_tx; NULL: no channel of the root file has such items */
} weft__c_type;

/* The fields of a struct or variant, or the parameters of a method that are no channels. */
typedef struct weft__c_fields {
    const weft__model_field *const *items;
    size_t n;
} weft__c_fields;

typedef struct weft__c_unit {
    const weft__model *model;
    const weft__model_file *file; /* the root */
    const weft__idl_schema *schema;
    weft_arena *arena;   /* the model's */
    weft__c_type *types; /* by the index of a model's type */
    const char *export_macro;
    weft__out out; /* of the file being written; its rc is that of the whole unit */
} weft__c_unit;

/* Names all types. 0 or WEFT_ENOMEM. The unit's other members are set before. */
int weft__c_name_types(weft__c_unit *unit);

static inline weft__c_type *weft__c_type_of(const weft__c_unit *unit, const weft__model_type *type)
{
    return &unit->types[type->index];
}

/* Room for n texts in the unit's arena. NULL: out of memory, and the unit's rc says so. */
const char **weft__c_texts(weft__c_unit *unit, size_t n);

/* Formats into the unit's arena. Out of memory: "", and the unit's rc says so. */
const char *weft__c_text(weft__c_unit *unit, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The pattern with name for each '@'. */
const char *weft__c_expand(weft__c_unit *unit, const char *pattern, const char *name);

/* `uint32_t name`, `const kv_entry *name`, `uint8_t name[32]`: as member of a struct. */
const char *weft__c_member(weft__c_unit *unit, const weft__model_type *type, const char *name);
/* `const T *name` for a pointer to a value inside a list or map. */
const char *weft__c_element_pointer(weft__c_unit *unit, const weft__model_type *type, const char *name);
/* As parameter of a function: structs and enums by pointer, arrays as such, everything else by value. */
const char *weft__c_parameter(weft__c_unit *unit, const weft__model_type *type, const char *name);
/* What gives the address of the C value of such a parameter: `&value` or `value`. */
const char *weft__c_address(weft__c_unit *unit, const weft__model_type *type, const char *name);

bool weft__c_is_decl(const weft__model_type *type);      /* struct or enum */
bool weft__c_is_scalar(const weft__model_type *type);    /* built in */
bool weft__c_is_composite(const weft__model_type *type); /* list, map, array, option */
bool weft__c_is_indirect(const weft__model_type *type);  /* option of a struct or enum: a pointer */

weft__c_fields weft__c_struct_fields(weft__c_unit *unit, const weft__model_field *fields, size_t n_fields);
weft__c_fields weft__c_method_args(weft__c_unit *unit, const weft__model_method *method);

/* "Entry" as a word of a macro: letters and digits in upper case, everything else '_'. */
const char *weft__c_upper(weft__c_unit *unit, weft_str text);

#endif
