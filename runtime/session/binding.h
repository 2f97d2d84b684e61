/* Services of a connection: what this side serves and calls on it, and whether the counterpart means the same by it. */
#ifndef WEFT_RUNTIME_SESSION_BINDING_H
#define WEFT_RUNTIME_SESSION_BINDING_H

#include "runtime/base/list.h"
#include "runtime/session/stats.h"
#include "runtime/wire/messages.h"
#include "weft/engine.h"
#include "weft/gen.h"

typedef struct weft__called {
    const weft_service_type *service;
    weft__method_counts *counts; /* where its calls count, by method */
} weft__called;

/* What this side serves and calls on a connection, and what the counterpart means by the same names [schema.known]:
 * exactly that, or what Schema messages say. Neither: this side's table has no schemas. Connections for which all of it
 * is the same share one, once it is agreed. */
typedef struct weft__binding {
    weft__link link; /* in engine->bindings, once it may be shared */
    uint32_t refs;   /* connections */
    uint32_t n_calls;
    const weft_service_type *serves;
    const void *handler;
    weft__method_counts *serves_counts;     /* by method; NULL: serves nothing */
    uint64_t calls_agreed, calls_exchanged; /* bit i: calls[i] */
    bool serves_agreed, serves_exchanged;
    weft__called calls[];
} weft__binding;

extern const weft__binding weft__binding_none; /* of a connection that has no other */
/* conn->binding, self and on_closed from options; called_or_null: first among the called ones. 0; WEFT_EINVAL: two
 * versions of a service; WEFT_ENOMEM. */
int weft__binding_init(weft_connection *conn, const weft_open_options *options,
                       const weft_service_type *called_or_null);
void weft__binding_fini(weft_connection *conn); /* &weft__binding_none again */
enum { WEFT__BINDING_SERVICES_MAX = WEFT_SERVICES_MAX };
size_t weft__binding_services(const weft__binding *binding, weft__service_ref refs[WEFT__BINDING_SERVICES_MAX]);
/* [schema.known] What becomes of each service, once both sides' lists are there: conn->binding may be another one,
 * which says it. 0; WEFT_ENOMEM; WEFT_EINCOMPATIBLE with both ids in *error: they differ, and this side's table has no
 * schemas. */
int weft__binding_agree(weft_connection *conn, weft__list_slice theirs, weft_error *error);
/* May it be called here, and how? */
typedef enum weft__known { WEFT__KNOWN_NOT, WEFT__KNOWN_AGREED, WEFT__KNOWN_EXCHANGED } weft__known;
weft__known weft__binding_calls(const weft__binding *binding, const weft_service_type *service);
/* [schema.known] Whose counterparts both take for known what is called here, or neither: no schema is missing where
 * they talk to each other. */
bool weft__binding_agrees_alike(const weft__binding *a, const weft__binding *b);
/* Is this a method of the service that is served here? */
bool weft__binding_serves(const weft__binding *binding, uint64_t method_id);

#endif
