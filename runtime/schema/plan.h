/* Translation plans [schema.plan]: how a value of one type is read into the C value of another. The same builder says
 * at build time what two versions make of each other (weftc check) and at run time how to decode. */
#ifndef WEFT_RUNTIME_SCHEMA_PLAN_H
#define WEFT_RUNTIME_SCHEMA_PLAN_H

#include "runtime/schema/codec.h"

/* Plans of the pairs that were asked for and of all pairs inside them, each built once. What a make that failed had
 * begun is forgotten. */
typedef struct weft__plans weft__plans;

/* What the builder finds, by the rule that it applies. */
typedef enum weft__plan_rule {
    /* The plan goes on. */
    WEFT__PLAN_SKIPPED = 1,     /* a remote field that is unknown here */
    WEFT__PLAN_DEFAULTED,       /* a field that is missing there: the local default */
    WEFT__PLAN_RENAMED,         /* matched by @was */
    WEFT__PLAN_MOVED,           /* another place */
    WEFT__PLAN_WIDENED,         /* u8 read as u32 … */
    WEFT__PLAN_OPTION_ADDED,    /* option<T> reads T */
    WEFT__PLAN_VARIANT_UNKNOWN, /* a remote variant that becomes UNKNOWN */
    WEFT__PLAN_VARIANT_CLOSED,  /* one that fails the message that holds it: the local enum is @closed */
    WEFT__PLAN_VARIANT_UNUSED,  /* a local variant that the remote has not */
    /* There is no plan. */
    WEFT__PLAN_MISSING,      /* a field without default that the remote has not */
    WEFT__PLAN_INCOMPATIBLE, /* kinds, lengths of arrays, keys of maps, payloads that do not fit */
    WEFT__PLAN_CHANNEL       /* a channel of another direction, or where none is, or required and missing */
} weft__plan_rule;

typedef struct weft__plan_finding {
    weft__plan_rule rule;
    weft_str path;           /* "entry.tags[]": from the root to the place; the key of a map "{}", its value "[]" */
    const weft_type *remote; /* of the place, where there is one, else NULL; the types that hold it: */
    const weft_type *local;
    const weft_type *remote_owner; /* the innermost named types around it; NULL: arguments */
    const weft_type *local_owner;
    const char *text; /* a sentence without path */
} weft__plan_finding;

/* finding and what it points to live for the call, but for the types. */
typedef struct weft__plan_sink {
    void (*found)(void *user, const weft__plan_finding *finding);
    void *user;
} weft__plan_sink;

/* 0 or WEFT_ENOMEM. Both sides' tables must live as long as the plans. */
int weft__plans_new(const weft_allocator *allocator_or_null, weft__plans **ret_plans);
void weft__plans_free(weft__plans *plans_or_null);

/* The plan by which a value of the remote type is read as the local one; NULL is the identity, also where the ids are
 * equal or nothing would be read otherwise. Without a sink it ends at the first thing that makes a plan impossible;
 * with one, everything is reported, from the root inwards, each pair of types once. 0; WEFT_EINCOMPATIBLE, with path,
 * both types, both ids and the rule in *error_or_null [schema.plan.errors]; WEFT_EBUSY: more than this side builds for
 * one connection; WEFT_ENOMEM. */
int weft__plan_make(weft__plans *plans, const weft_type *remote, const weft_type *local,
                    const weft__plan_sink *sink_or_null, const weft__plan **ret_plan, weft_error *error_or_null);

#define WEFT__PLAN_NO_CHANNEL UINT8_MAX

/* One direction of a method. */
typedef struct weft__method_plan {
    const weft__plan *args;                               /* direction 0 */
    const weft__plan *result, *error;                     /* direction 1 */
    uint8_t channels[WEFT_METHOD_CHANNELS_MAX];           /* by local channel: which remote one (direction 1: of tx), or
                                                           * NO_CHANNEL: an optional one that the remote has not */
    const weft__plan *elements[WEFT_METHOD_CHANNELS_MAX]; /* by local channel: of direction 0 those of rx, of 1 of tx */
} weft__method_plan;

/* Channels are matched in both directions: NO_CHANNEL in direction 1 is a tx channel on which nothing can come, and an
 * rx one. Paths begin with the parameter, "result" or "error"; the items of a channel are "channel[]".
 * Direction 0: read by the callee, remote is the caller's. Direction 1: read by the caller, remote is the callee's, of
 * which tx are the channels. (unit is read as unit alone; an error type of the callee that the caller has not, and the
 * other way, are WEFT__PLAN_INCOMPATIBLE.) Errors as weft__plan_make. */
int weft__plan_args(weft__plans *plans, const weft_method *remote, const weft_service_type *service,
                    const weft_method *local, const weft__plan_sink *sink_or_null, weft__method_plan *ret_plan,
                    weft_error *error_or_null);
int weft__plan_results(weft__plans *plans, const weft_method *remote, const weft_channel_param *remote_tx,
                       uint32_t n_remote_tx, const weft_service_type *service, const weft_method *local,
                       const weft__plan_sink *sink_or_null, weft__method_plan *ret_plan, weft_error *error_or_null);

/* Reads a remote value by its plan: weft__decode (codec.h). */

#endif
