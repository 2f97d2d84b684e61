/* The syntax tree: what the parser found, each node with its place, nothing resolved yet. Lists are linked through
   `next`, in the order of the source, with their lengths beside them. All in one arena; texts of names point into it,
   NUL-terminated. */
#ifndef WEFT_IDL_TREE_H
#define WEFT_IDL_TREE_H

#include "idl/source.h"

/* Limits of one file, against trees that eat memory; the language's own limits are tighter for most. */
#define WEFT__TREE_DECLS_MAX 16384u
#define WEFT__TREE_MEMBERS_MAX 1024u /* fields, variants, methods, parameters, reserved names, imports */
#define WEFT__TREE_ANNOTATIONS_MAX 64u
#define WEFT__TREE_NESTING_MAX 32u

typedef struct weft__tree_name {
    weft_str text;
    weft__idl_span span;
} weft__tree_name;

typedef struct weft__tree_doc {
    const weft_str *lines;
    size_t n_lines;
} weft__tree_doc;

typedef enum weft__tree_value_kind {
    WEFT__TREE_VALUE_INT = 1,
    WEFT__TREE_VALUE_FLOAT,
    WEFT__TREE_VALUE_STRING,
    WEFT__TREE_VALUE_NAME,  /* a constant, a variant, true, false, none */
    WEFT__TREE_VALUE_LIST,  /* [] */
    WEFT__TREE_VALUE_BRACES /* {} */
} weft__tree_value_kind;

typedef struct weft__tree_value {
    const struct weft__tree_value *next; /* in the arguments of an annotation */
    weft__tree_value_kind kind;
    bool is_negative;
    bool is_bad;   /* was reported: has no value */
    weft_str text; /* as spelled, without the sign; of a string what it means, which may hold NUL bytes */
    weft__idl_span span;
} weft__tree_value;

/* name, name<arg, …>, or as an argument an integer. */
typedef struct weft__tree_type {
    const struct weft__tree_type *next; /* in the arguments */
    bool is_int;
    weft__tree_name name; /* perhaps with dots; of an integer its digits */
    const struct weft__tree_type *args;
    size_t n_args;
    bool has_args; /* "<" stood there */
    weft__idl_span span;
} weft__tree_type;

typedef struct weft__tree_annotation {
    const struct weft__tree_annotation *next;
    weft__tree_name name; /* without '@'; the span is with it */
    const weft__tree_value *args;
    size_t n_args;
} weft__tree_annotation;

/* What stands in front of declarations and members. */
typedef struct weft__tree_lead {
    weft__tree_doc doc;
    const weft__tree_annotation *annotations;
} weft__tree_lead;

/* A field or parameter. */
typedef struct weft__tree_field {
    const struct weft__tree_field *next;
    weft__tree_lead lead;
    weft__tree_name name;
    const weft__tree_type *type;
    const weft__tree_value *value; /* NULL: no default */
} weft__tree_field;

typedef enum weft__tree_payload {
    WEFT__TREE_PAYLOAD_NONE = 0,
    WEFT__TREE_PAYLOAD_VALUE,
    WEFT__TREE_PAYLOAD_FIELDS
} weft__tree_payload;

typedef struct weft__tree_variant {
    const struct weft__tree_variant *next;
    weft__tree_lead lead;
    weft__tree_name name;
    weft__tree_payload payload;
    const weft__tree_type *type;
    const weft__tree_field *fields;
    size_t n_fields;
} weft__tree_variant;

typedef struct weft__tree_method {
    const struct weft__tree_method *next;
    weft__tree_lead lead;
    weft__tree_name name;
    const weft__tree_field *params;
    size_t n_params;
    const weft__tree_type *result; /* NULL: no "->" */
    const weft__tree_type *error;  /* NULL: no "!" */
} weft__tree_method;

typedef struct weft__tree_reserved {
    const struct weft__tree_reserved *next;
    weft__tree_name name;
} weft__tree_reserved;

typedef enum weft__tree_decl_kind {
    WEFT__TREE_CONST = 1,
    WEFT__TREE_ALIAS,
    WEFT__TREE_STRUCT,
    WEFT__TREE_ENUM,
    WEFT__TREE_SERVICE
} weft__tree_decl_kind;

typedef struct weft__tree_decl {
    const struct weft__tree_decl *next;
    weft__tree_decl_kind kind;
    weft__tree_lead lead;
    weft__tree_name name;
    const weft__tree_type *type;        /* CONST, ALIAS */
    const weft__tree_value *value;      /* CONST */
    const weft__tree_field *fields;     /* STRUCT */
    const weft__tree_variant *variants; /* ENUM */
    const weft__tree_method *methods;   /* SERVICE */
    size_t n_members;
    const weft__tree_reserved *reserved;
} weft__tree_decl;

typedef struct weft__tree_import {
    const struct weft__tree_import *next;
    weft_str path;
    weft__idl_span span; /* of the string */
} weft__tree_import;

typedef struct weft__tree_option {
    const struct weft__tree_option *next;
    weft__tree_name name;
    const weft__tree_value *value;
} weft__tree_option;

typedef struct weft__tree_file {
    const weft__idl_source *source;
    weft__tree_doc doc;
    weft__tree_name package; /* span without source: there is none */
    const weft__tree_import *imports;
    size_t n_imports;
    const weft__tree_option *options;
    const weft__tree_decl *decls;
    size_t n_decls;
    bool has_lost_decls;    /* a declaration is missing from the tree: unknown names are no news */
    bool has_syntax_errors; /* something may be missing from the tree */
} weft__tree_file;

#endif
