/* What two versions of the same interfaces make of each other: by the runtime's own translation plans [schema.plan], in
 * both directions. What is said here at build time is what connections do. */
#ifndef WEFT_IDL_COMPARE_H
#define WEFT_IDL_COMPARE_H

#include "idl/schema.h"
#include "runtime/schema/plan.h"
#include "runtime/schema/remote.h"

/* Every kind of change: name, spelling. The spellings are stable: scripts look for them. */
#define WEFT__CHANGE_RULES(X)                 \
    X(SERVICE_ADDED, "service-added")         \
    X(SERVICE_REMOVED, "service-removed")     \
    X(METHOD_ADDED, "method-added")           \
    X(METHOD_REMOVED, "method-removed")       \
    X(POLICY_CHANGED, "policy-changed")       \
    X(TIMEOUT_CHANGED, "timeout-changed")     \
    X(RESULT_CHANGED, "result-changed")       \
    X(ERROR_CHANGED, "error-changed")         \
    X(PARAMETER_ADDED, "parameter-added")     \
    X(PARAMETER_REMOVED, "parameter-removed") \
    X(PARAMETER_RENAMED, "parameter-renamed") \
    X(PARAMETER_MOVED, "parameter-moved")     \
    X(CHANNEL_ADDED, "channel-added")         \
    X(CHANNEL_REMOVED, "channel-removed")     \
    X(CHANNEL_RENAMED, "channel-renamed")     \
    X(CHANNEL_CHANGED, "channel-changed")     \
    X(CHANNEL_MOVED, "channel-moved")         \
    X(CREDIT_CHANGED, "credit-changed")       \
    X(TYPE_ADDED, "type-added")               \
    X(TYPE_REMOVED, "type-removed")           \
    X(TYPE_RENAMED, "type-renamed")           \
    X(FIELD_ADDED, "field-added")             \
    X(FIELD_REMOVED, "field-removed")         \
    X(FIELD_RENAMED, "field-renamed")         \
    X(FIELD_MOVED, "field-moved")             \
    X(DEFAULT_CHANGED, "default-changed")     \
    X(VARIANT_ADDED, "variant-added")         \
    X(VARIANT_REMOVED, "variant-removed")     \
    X(VARIANT_RENAMED, "variant-renamed")     \
    X(VARIANT_MOVED, "variant-moved")         \
    X(PAYLOAD_CHANGED, "payload-changed")     \
    X(CLOSED_CHANGED, "closed-changed")       \
    X(TYPE_WIDENED, "type-widened")           \
    X(TYPE_NARROWED, "type-narrowed")         \
    X(TYPE_CHANGED, "type-changed")           \
    X(OPTION_ADDED, "option-added")           \
    X(OPTION_REMOVED, "option-removed")

typedef enum weft__change_rule {
#define WEFT__CHANGE_ENUM(name, spelling) WEFT__CHANGE_##name,
    WEFT__CHANGE_RULES(WEFT__CHANGE_ENUM)
#undef WEFT__CHANGE_ENUM
} weft__change_rule;

/* Who reads whom. */
enum { WEFT__NEW_READS_OLD = 0, WEFT__OLD_READS_NEW = 1 };
/* Who calls whom. */
enum { WEFT__OLD_CALLS_NEW = 0, WEFT__NEW_CALLS_OLD = 1 };

typedef enum weft__change_class {
    WEFT__CHANGE_COMPATIBLE, /* both directions go on */
    WEFT__CHANGE_ONE_WAY,    /* one does */
    WEFT__CHANGE_BREAKING    /* none does */
} weft__change_class;

typedef struct weft__change {
    weft__change_rule rule;
    weft_str subject;        /* "kv.v1.Entry.version", "kv.v1.Store/put.entry" */
    weft__idl_span spans[2]; /* in the old and in the new version; source NULL: it is not there */
    bool fails[2];           /* WEFT__NEW_READS_OLD, WEFT__OLD_READS_NEW; method-removed: both */
    weft__change_class change_class;
    weft_str text;       /* what is different */
    weft_str reasons[2]; /* why a direction fails; else empty */
    weft_str hint;       /* may be empty */
} weft__change;

/* A method that both have. */
typedef struct weft__method_verdict {
    weft_str full_name;
    weft__idl_span spans[2];
    bool fails[2]; /* WEFT__OLD_CALLS_NEW, WEFT__NEW_CALLS_OLD */
    weft__change_class method_class;
} weft__method_verdict;

/* Texts and all of it live in the arena that was given, spans as long as the models. */
typedef struct weft__comparison {
    const weft__change *changes; /* by place: in the new version, or in the old one where there is none */
    size_t n_changes;
    const weft__method_verdict *methods; /* in the order of the new version */
    size_t n_methods;
    weft__change_class worst; /* of changes and methods */
} weft__comparison;

/* One version: of each model what its root file declares, and what that refers to. */
typedef struct weft__compare_side {
    const weft__model *const *models;
    const weft__idl_schema *const *schemas; /* of each model */
    size_t n;
} weft__compare_side;

/* 0; WEFT_ENOMEM; WEFT_EBUSY: a type leads to more than a connection carries, with a text in *error_or_null. */
int weft__idl_compare(const weft__compare_side *old_side, const weft__compare_side *new_side, weft_arena *arena,
                      const weft__comparison **ret_comparison, weft_error *error_or_null);

/* One of the four plans by which two versions of a method read each other. */
typedef struct weft__plan_view {
    const char *method;       /* "kv.v1.Store/get" */
    unsigned direction;       /* WEFT__NEW_READS_OLD, WEFT__OLD_READS_NEW */
    bool is_results;          /* what the method returns; else its arguments */
    const weft_error *failed; /* why there is no plan; or NULL, with: */
    const weft__method_plan *plan;
    const weft_method *remote; /* as it is told */
    const weft_method *local;
    const weft_channel_param *remote_channels; /* that plan's channels are places in */
} weft__plan_view;

/* Shows the four plans of a method that both have: arguments and results where the old version calls the new one, then
 * where the new one calls. name: its whole name or the end of it, "Store/get"
 * or "get". What a view points to lives during visit. 0; WEFT_ENOENT: not both have it; WEFT_EINVAL: several methods
 * are called so; WEFT_ENOMEM; WEFT_EBUSY; with a text. */
int weft__idl_compare_method(const weft__compare_side *old_side, const weft__compare_side *new_side, weft_str name,
                             void (*visit)(void *user, const weft__plan_view *view), void *user,
                             weft_error *error_or_null);

const char *weft__change_spelling(weft__change_rule rule);
const char *weft__change_class_name(weft__change_class change_class); /* "compatible", "one-way", "breaking" */

#endif
