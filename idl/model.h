/* The lowered model: what the front end hands to the back ends. Everything is resolved, no look-ups are left:
   names are pointers, constants are values, aliases are seen through, C names are complete.

   All of a model lies in one arena, is const after weft__idl_load, and dies with weft__model_free; but the sources that
   its spans point at belong to the diagnostics, which outlive it. Every weft_str in it is
   followed by a NUL byte, is never NULL, and is valid UTF-8 (values of kind STRING for bytes excepted). Arrays of
   length 0 may be NULL. Declarations, fields, variants, methods and parameters stand in the order of the source. */
#ifndef WEFT_IDL_MODEL_H
#define WEFT_IDL_MODEL_H

#include "idl/source.h"
#include "weft/base.h"

typedef struct weft__diagnostics weft__diagnostics; /* idl/diagnostics.h */
typedef struct weft__model weft__model;
typedef struct weft__model_file weft__model_file;
typedef struct weft__model_decl weft__model_decl;
typedef struct weft__model_type weft__model_type;

/* ---- types ---- */

typedef enum weft__model_type_kind {
    WEFT__MODEL_BOOL = 1,
    WEFT__MODEL_U8,
    WEFT__MODEL_U16,
    WEFT__MODEL_U32,
    WEFT__MODEL_U64,
    WEFT__MODEL_I8,
    WEFT__MODEL_I16,
    WEFT__MODEL_I32,
    WEFT__MODEL_I64,
    WEFT__MODEL_F32,
    WEFT__MODEL_F64,
    WEFT__MODEL_STRING,
    WEFT__MODEL_BYTES,
    WEFT__MODEL_TIMESTAMP,
    WEFT__MODEL_DURATION,
    WEFT__MODEL_LIST,
    WEFT__MODEL_MAP,
    WEFT__MODEL_ARRAY,
    WEFT__MODEL_OPTION,
    WEFT__MODEL_STRUCT,
    WEFT__MODEL_ENUM
} weft__model_type_kind;

/* One use of a type. Uses of equal types have equal `index`es: compare those, not pointers. */
struct weft__model_type {
    weft__model_type_kind kind;
    uint32_t index; /* below model->n_types; model->types[index] is a use that stands for all of them */
    const weft__model_type *element; /* LIST, ARRAY, OPTION: the element; MAP: the value; else NULL */
    const weft__model_type *key;     /* MAP: an integer, bool or string; else NULL */
    uint32_t n_array;                /* ARRAY: 1 to 65,536; else 0 */
    const weft__model_decl *decl;    /* STRUCT, ENUM: the declaration, perhaps of an imported file; else NULL */
    const weft__model_decl *alias; /* the alias by whose name this use is spelled, or NULL. Means nothing on the wire */
    weft__idl_span span;
};

/* ---- values ---- */

typedef enum weft__model_value_kind {
    WEFT__MODEL_VALUE_BOOL = 1,
    WEFT__MODEL_VALUE_INT,     /* integers; durations, in nanoseconds */
    WEFT__MODEL_VALUE_FLOAT,   /* finite; for f32 already rounded to it */
    WEFT__MODEL_VALUE_STRING,  /* strings and bytes */
    WEFT__MODEL_VALUE_VARIANT, /* of an enum, without payload */
    WEFT__MODEL_VALUE_EMPTY    /* list []; map {}; option none; struct {}: each of its fields has its own default */
} weft__model_value_kind;

/* A value that fits its type: ranges have been checked. */
typedef struct weft__model_value {
    weft__model_value_kind kind;
    bool boolean;       /* BOOL */
    bool negative;      /* INT: the value is -magnitude (never for 0) */
    uint64_t magnitude; /* INT */
    double real;        /* FLOAT */
    weft_str text;      /* STRING; may hold NUL bytes */
    uint32_t variant;   /* VARIANT: place in the enum's variants */
    weft__idl_span span;
} weft__model_value;

/* ---- parts of declarations ---- */

/* The lines of a `///` comment without the slashes and one blank behind them. */
typedef struct weft__model_doc {
    const weft_str *lines;
    size_t n_lines;
} weft__model_doc;

/* A field of a struct, of a variant or, inside weft__model_param, a parameter. */
typedef struct weft__model_field {
    weft_str name;   /* as in the IDL: canonical bytes, JSON */
    weft_str c_name; /* member name: `name` or @c_name, a C or C++ keyword with a trailing underscore */
    weft__model_doc doc;
    const weft__model_type *type;
    const weft__model_value *default_value; /* what the source says behind '=', or NULL */
    bool has_default;                       /* default_value, or the type is an option (then: none) */
    bool sensitive;                         /* never printed or logged */
    bool is_deprecated;
    weft_str deprecated; /* the text of @deprecated */
    const weft_str *was; /* older names, in the order of the source */
    size_t n_was;
    weft__idl_span span; /* of the name */
} weft__model_field;

typedef enum weft__model_payload {
    WEFT__MODEL_PAYLOAD_NONE = 0,
    WEFT__MODEL_PAYLOAD_VALUE, /* removed(string) */
    WEFT__MODEL_PAYLOAD_FIELDS /* put { entry: Entry; }: at least one field */
} weft__model_payload;

typedef struct weft__model_variant {
    weft_str name;
    weft_str c_name;       /* member of the union: `put`, a keyword with a trailing underscore */
    weft_str c_enumerator; /* KV_CHANGE_PUT */
    weft_str c_fields;     /* FIELDS: kv_change_put_fields; else empty */
    weft__model_doc doc;
    uint32_t index; /* on the wire: 0 for the first that is declared. (The C enumerator's value is index + 1.) */
    weft__model_payload payload;
    const weft__model_type *type;    /* VALUE; else NULL */
    const weft__model_field *fields; /* FIELDS */
    size_t n_fields;
    bool is_deprecated;
    weft_str deprecated;
    const weft_str *was;
    size_t n_was;
    weft__idl_span span;
} weft__model_variant;

typedef enum weft__model_channel {
    WEFT__MODEL_CHANNEL_NO = 0,
    WEFT__MODEL_CHANNEL_TX = 1, /* the handler sends */
    WEFT__MODEL_CHANNEL_RX = 2  /* the handler receives */
} weft__model_channel;

typedef struct weft__model_param {
    weft__model_field field; /* type: of a channel that of its elements; has_default: of a channel is_optional */
    weft__model_channel channel;
    uint32_t credit;  /* channels: initial item credit, 1 to 1,048,576; else 0 */
    bool is_optional; /* option<tx<T>> or option<rx<T>>; false for parameters that are no channels */
} weft__model_param;

#define WEFT__MODEL_POLICY_IDEMPOTENT 1u
#define WEFT__MODEL_POLICY_PERSISTENT 2u

typedef struct weft__model_method {
    weft_str name;
    weft_str c_name;   /* kv_store_get */
    weft_str c_member; /* member of the handler table: `get`, a keyword with a trailing underscore */
    weft__model_doc doc;
    const weft__model_param *params; /* channels among them, in order */
    size_t n_params;
    size_t n_channels;              /* how many of the parameters are channels */
    const weft__model_type *result; /* NULL: unit */
    const weft__model_type *error;  /* a struct or enum; NULL: none */
    uint8_t policy;                 /* WEFT__MODEL_POLICY_… bits, as in the protocol's roots */
    uint32_t timeout_ms;            /* @timeout; 0: none said */
    bool is_deprecated;
    weft_str deprecated;
    weft__idl_span span;
} weft__model_method;

/* ---- declarations ---- */

typedef enum weft__model_decl_kind {
    WEFT__MODEL_DECL_CONST = 1,
    WEFT__MODEL_DECL_ALIAS,
    WEFT__MODEL_DECL_STRUCT,
    WEFT__MODEL_DECL_ENUM,
    WEFT__MODEL_DECL_SERVICE
} weft__model_decl_kind;

struct weft__model_decl {
    weft__model_decl_kind kind;
    uint32_t index;               /* among the declarations of its kind in its file, from 0 */
    weft_str name;                /* Entry */
    weft_str full_name;           /* kv.v1.Entry: canonical bytes, method ids */
    weft_str c_name;              /* kv_entry; of a constant KV_MAX_KEY */
    weft_str c_upper;             /* KV_ENTRY: stem of enumerators */
    const weft__model_file *file; /* where it is declared; file->is_imported: its code is made elsewhere, include it */
    weft__model_doc doc;
    bool is_deprecated;
    weft_str deprecated;
    weft__idl_span span;      /* of the name */
    const weft_str *reserved; /* STRUCT, ENUM, SERVICE: names that are not to come back */
    size_t n_reserved;

    /* STRUCT and ENUM */
    bool is_recursive; /* part of a cycle of references, itself included */
    uint32_t
        cycle; /* equal for declarations of one cycle (strongly connected), which all lie in one file; else unique */
    bool is_list_element; /* some list<this> exists, in any file of the model */
    bool has_sensitive;   /* @sensitive on a field of its own */
    size_t c_size_max;    /* upper bound of the C type's size in bytes, on a 64-bit machine: at most 65,536 */

    union {
        struct {
            const weft__model_type *type; /* bool, an integer, a float or string */
            const weft__model_value *value;
        } constant;
        struct {
            const weft__model_type *type; /* resolved: aliases of aliases are seen through */
        } alias;
        struct {
            const weft__model_field *fields; /* may be none: C wants a filler then */
            size_t n_fields;
        } structure;
        struct {
            const weft__model_variant *variants; /* at least one */
            size_t n_variants;
            bool is_closed;
            bool has_payload; /* some variant has one */
        } enumeration;
        struct {
            const weft__model_method *methods;
            size_t n_methods;
        } service;
    } as;
};

/* ---- files ---- */

typedef struct weft__model_import {
    weft_str path; /* as spelled: "kv/common.weft". The C header to include is this with ".h" behind */
    const weft__model_file *file;
    weft__idl_span span;
} weft__model_import;

struct weft__model_file {
    const weft__idl_source *source; /* path and text */
    /* How others import it: as spelled in the first import; for the root of the model its path less the import
       directory that it lies in, else less all directories: kv/common.weft */
    weft_str import_path;
    weft_str package;                  /* kv.v1 */
    weft_str c_prefix;                 /* kv: without trailing underscore */
    weft_str c_prefix_upper;           /* KV */
    weft__model_doc doc;               /* in front of `package` */
    bool is_imported;                  /* false only for the root */
    const weft__model_import *imports; /* in the order of the source */
    size_t n_imports;
    const weft__model_decl *const *decls; /* in the order of the source */
    size_t n_decls;
    /* The structs and enums in an order in which each stands behind all that it holds by value: as field, payload, in
       an array, or in an option of an array. (An option of a struct or enum, list and map hold pointers.) */
    const weft__model_decl *const *layout;
    size_t n_layout;
};

struct weft__model {
    const weft__model_file *root;         /* the file that was asked for: code is made for this one alone */
    const weft__model_file *const *files; /* imports first, each once; the root is last */
    size_t n_files;
    const weft__model_type *const
        *types; /* every different type of all files; elements and keys before what holds them */
    size_t n_types;
    const weft__idl_source *const *sources; /* every file that was read: for depfiles */
    size_t n_sources;
    weft_arena *arena;
};

/* ---- making it ---- */

typedef struct weft__idl_load_options {
    const weft_allocator *allocator; /* NULL: malloc. Borrowed until weft__model_free */
    const char *const *import_dirs;  /* searched in order, after the directory of the importing file */
    size_t n_import_dirs;
    /* The id of a method by its whole name ("kv.v1.Store/get"), to find two in a service that collide; NULL: not
     * checked */
    uint64_t (*method_id)(weft_str full_name);
    const char *root_c_prefix; /* instead of what the root file says, in lower_snake; NULL: as it says */
    /* All sources are parts of this one file, from which no code is made: places are said to be in it, and names in C
     * are not checked. NULL: they are files of their own */
    const char *parts_of;
} weft__idl_load_options;

/* Reads path and all that it imports, checks them, and makes their model. 0: *ret_model is the caller's (diags may have
   warnings). WEFT_EINVAL: diags holds at least one error, be it a file that cannot be read. WEFT_ENOMEM. diags outlives
   the model. options NULL: none. */
int weft__idl_load(const weft__idl_source_reader *io, const char *path, const weft__idl_load_options *options,
                   weft__model **ret_model, weft__diagnostics *diags);
void weft__model_free(weft__model *model_or_null);

/* ---- for back ends ---- */

/* Whether the word is a keyword of C or C++ or a well-known macro, and gets a trailing underscore in C. */
bool weft__model_is_c_keyword(weft_str word);
/* "u32", "list<kv.v1.Entry>": in arena, NUL-terminated, aliases seen through. 0 or WEFT_ENOMEM. */
int weft__model_type_text(const weft__model_type *type, weft_arena *arena, weft_str *ret_text);

#endif
