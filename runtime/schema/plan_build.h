/* Building plans: the pairs of types and the rules by which a pair is matched. */
#ifndef WEFT_RUNTIME_SCHEMA_PLAN_BUILD_H
#define WEFT_RUNTIME_SCHEMA_PLAN_BUILD_H

#include "runtime/schema/plan_report.h"
#include "runtime/schema/pool.h"

struct weft__plans {
    weft__pool pool;   /* the plans with all that they hold */
    weft__plan **all;  /* in the order in which their pairs were met */
    uint32_t *buckets; /* a power of two of them: index + 1 into all, 0: none */
    uint32_t n;
    uint32_t cap;   /* of all, and how many buckets */
    uint64_t looks; /* at fields and variants: what building has cost so far */
};

/* One run: from one root to all pairs inside it. */
typedef struct weft__plan_builder {
    weft__plans *plans;
    weft__plan_reporter report;
} weft__plan_builder;

/* The plan of a pair, at a place: found, or made and built later. *ret_plan NULL: the identity; also where there is no
 * plan and a sink wants to hear more. 0; WEFT_EINCOMPATIBLE; WEFT_EBUSY; WEFT_ENOMEM. */
int weft__plan_pair(weft__plan_builder *b, weft__plan_place place, const weft_type *remote, const weft_type *local,
                    const weft__plan **ret_plan);
/* Finds the pair among those that there are; else it makes one. */
int weft__plan_intern(weft__plan_builder *b, weft__plan_place place, weft__plan_op op, const weft_type *remote,
                      const weft_type *local, const weft__plan **ret_plan);
/* Everything inside a plan that was made. Errors as weft__plan_pair. */
int weft__plan_fill(weft__plan_builder *b, weft__plan *plan);

/* What the paths of a run begin with: a name, or ""; and then "[]" for the items of a channel, or "". service and
 * method are for errors; NULL: none. */
typedef struct weft__plan_root {
    const char *name;
    const char *step;
    const char *service;
    const char *method;
} weft__plan_root;

/* What weft__plan_make does, for paths with this beginning. */
int weft__plan_run(weft__plans *plans, const weft_type *remote, const weft_type *local,
                   const weft__plan_sink *sink_or_null, weft__plan_root root, const weft__plan **ret_plan,
                   weft_error *error_or_null);

#endif
