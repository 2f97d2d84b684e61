/* What the builder of plans finds, told to a sink or put into an error. */
#ifndef WEFT_RUNTIME_SCHEMA_PLAN_REPORT_H
#define WEFT_RUNTIME_SCHEMA_PLAN_REPORT_H

#include "runtime/schema/plan_table.h"

/* One run of the builder, as far as reports go. */
typedef struct weft__plan_reporter {
    const weft_allocator *allocator;
    const weft__plan_sink *sink; /* NULL: the first thing that makes a plan impossible ends it */
    weft_error *error;           /* or NULL */
    const char *root;            /* what the path begins with; "": nothing */
    const char *service;         /* whose method is planned; NULL: none */
    const char *method;
    bool failed; /* there is no plan: error is set */
} weft__plan_reporter;

/* A place: one step behind a pair. from NULL: the root itself. */
typedef struct weft__plan_place {
    const weft__plan *from;
    const char *step; /* as weft__plan.step */
} weft__plan_place;

/* remote_or_null, local_or_null: of the place. 0: go on; WEFT_EINCOMPATIBLE: there is no plan, and no sink;
 * WEFT_ENOMEM. */
int weft__plan_report(weft__plan_reporter *reporter, weft__plan_rule rule, weft__plan_place place,
                      const weft_type *remote_or_null, const weft_type *local_or_null, const char *text);

#endif
