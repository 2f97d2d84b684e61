/* What the parts of a weft_services have of each other.
 *
 *   weft_services ── offers, in the order of their names: the application's, and weft's own two
 *        │           watchers: channels of Health.watch, each with the state that it was told last
 *        └── references: the application's, each connection's to an own service, each watcher's
 *
 * A connection to an own service has a self of its own: who asks is what the filter wants to know. A watcher keeps no
 * queue: when there is room it is told what is true then, so that a slow one costs what it costs at its beginning. */
#ifndef WEFT_RUNTIME_SERVICES_SERVICES_H
#define WEFT_RUNTIME_SERVICES_SERVICES_H

#include "runtime/base/list.h"
#include "weft/gen.h"
#include "weft/services.h"

typedef struct weft__offer {
    weft__link link;
    const weft_service_type *type;
    const void *handler;
    void *self;
    int (*open)(void *user, weft_session *session, weft_pending pending); /* NULL: by handler and self */
    void *user;
    bool is_own; /* one of weft's: with a weft__services_asker as self */
    bool is_ready;
} weft__offer;

struct weft_services {
    weft_allocator allocator;
    uint32_t refs;
    weft__link offers;
    weft_services_filter_fn filter; /* NULL: none */
    void *filter_user;
    weft__link watchers;
    bool is_stopped;
};

/* A connection to an own service. */
typedef struct weft__services_asker {
    weft_services *services; /* one reference */
    weft_session *session;   /* borrowed: the connection is within it */
} weft__services_asker;

/* ---- services.c ---- */
weft_services *weft__services_retain(weft_services *services);
void weft__services_release(weft_services *services);
int weft__services_add_own(weft_services *services, const weft_service_type *service, const void *handler);
/* The closed of own handlers. */
void weft__services_on_closed(void *self);
/* NULL: it is not offered. */
weft__offer *weft__offer_find(const weft_services *services, weft_str name);
/* May the counterpart hear of it, as the filter says? */
bool weft__offer_is_told(const weft__services_asker *asker, weft_call call, weft_str service);
/* The next offer that it may hear of; NULL: none. at: NULL for the first. */
const weft__offer *weft__offer_next(const weft__services_asker *asker, weft_call call, const weft__offer *at);

/* ---- health.c ---- */
/* Something may have changed. */
void weft__services_tell_watchers(weft_services *services);

#endif
