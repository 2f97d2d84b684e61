/* Every code that a diagnostic of the language may carry: name, spelling, severity. Each has a golden file
   tests/idl/bad/SPELLING.weft, and a row in docs/idl.md. */
#ifndef WEFT_IDL_DIAGNOSTIC_CODES_H
#define WEFT_IDL_DIAGNOSTIC_CODES_H

#define WEFT__DIAG_CODES(X)                              \
    /* files */                                          \
    X(FILE_UNREADABLE, "file-unreadable", ERROR)         \
    X(FILE_TOO_LONG, "file-too-long", ERROR)             \
    X(IMPORT_NOT_FOUND, "import-not-found", ERROR)       \
    X(IMPORT_PATH, "import-path", ERROR)                 \
    X(IMPORT_CYCLE, "import-cycle", ERROR)               \
    X(IMPORT_TWICE, "import-twice", ERROR)               \
    X(IMPORT_UNUSED, "import-unused", WARNING)           \
    X(PACKAGE_CLASH, "package-clash", ERROR)             \
    X(PREFIX_CLASH, "prefix-clash", ERROR)               \
    /* characters and words */                           \
    X(BAD_UTF8, "bad-utf8", ERROR)                       \
    X(BAD_CHARACTER, "bad-character", ERROR)             \
    X(BLOCK_COMMENT, "block-comment", ERROR)             \
    X(STRING_UNFINISHED, "string-unfinished", ERROR)     \
    X(STRING_ESCAPE, "string-escape", ERROR)             \
    X(NUMBER_MALFORMED, "number-malformed", ERROR)       \
    X(NUMBER_RANGE, "number-range", ERROR)               \
    /* syntax */                                         \
    X(SYNTAX, "syntax", ERROR)                           \
    X(UNCLOSED, "unclosed", ERROR)                       \
    X(NESTING, "nesting", ERROR)                         \
    X(TOO_MANY, "too-many", ERROR)                       \
    X(PACKAGE_MISSING, "package-missing", ERROR)         \
    X(ORDER, "order", ERROR)                             \
    X(DOC_LOST, "doc-lost", WARNING)                     \
    /* names */                                          \
    X(NAME_CASE, "name-case", ERROR)                     \
    X(NAME_LENGTH, "name-length", ERROR)                 \
    X(NAME_TWICE, "name-twice", ERROR)                   \
    X(NAME_RESERVED, "name-reserved", ERROR)             \
    X(NAME_CLASH, "name-clash", ERROR)                   \
    X(OPTION, "option", ERROR)                           \
    X(METHOD_ID_CLASH, "method-id-clash", ERROR)         \
    /* types */                                          \
    X(TYPE_UNKNOWN, "type-unknown", ERROR)               \
    X(TYPE_AMBIGUOUS, "type-ambiguous", ERROR)           \
    X(TYPE_KIND, "type-kind", ERROR)                     \
    X(TYPE_ARGUMENTS, "type-arguments", ERROR)           \
    X(MAP_KEY, "map-key", ERROR)                         \
    X(ARRAY_SIZE, "array-size", ERROR)                   \
    X(UNIT_PLACE, "unit-place", ERROR)                   \
    X(ERROR_TYPE, "error-type", ERROR)                   \
    X(CHANNEL_PLACE, "channel-place", ERROR)             \
    X(CHANNEL_CREDIT, "channel-credit", ERROR)           \
    X(ALIAS_CYCLE, "alias-cycle", ERROR)                 \
    X(INFINITE_SIZE, "infinite-size", ERROR)             \
    X(TOO_LARGE, "too-large", ERROR)                     \
    X(ENUM_EMPTY, "enum-empty", ERROR)                   \
    X(VARIANT_EMPTY, "variant-empty", ERROR)             \
    /* values */                                         \
    X(CONST_UNKNOWN, "const-unknown", ERROR)             \
    X(CONST_CYCLE, "const-cycle", ERROR)                 \
    X(CONST_TYPE, "const-type", ERROR)                   \
    X(VALUE_TYPE, "value-type", ERROR)                   \
    X(VALUE_RANGE, "value-range", ERROR)                 \
    X(VALUE_VARIANT, "value-variant", ERROR)             \
    X(DEFAULT_PLACE, "default-place", ERROR)             \
    /* annotations */                                    \
    X(ANNOTATION_UNKNOWN, "annotation-unknown", ERROR)   \
    X(ANNOTATION_PLACE, "annotation-place", ERROR)       \
    X(ANNOTATION_ARGUMENT, "annotation-argument", ERROR) \
    X(ANNOTATION_TWICE, "annotation-twice", ERROR)       \
    X(WAS_CLASH, "was-clash", ERROR)                     \
    X(PERSISTENT_CHANNEL, "persistent-channel", ERROR)

typedef enum weft__diag_code {
#define WEFT__DIAG_ENUM(name, spelling, severity) WEFT__DIAG_##name,
    WEFT__DIAG_CODES(WEFT__DIAG_ENUM)
#undef WEFT__DIAG_ENUM
        WEFT__DIAG_N
} weft__diag_code;

#endif
