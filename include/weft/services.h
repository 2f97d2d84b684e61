/* weft/services.h: what an endpoint offers, as a registry: decides opens by name, says whether services are ready, and
 * tells of itself by weft.reflection.v1.Reflection and weft.health.v1.Health, one line each. All functions: on the
 * thread of the loop or engine whose sessions use it; for several loops make several. */
#ifndef WEFT_SERVICES_H
#define WEFT_SERVICES_H

#include "weft/session.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_services weft_services;

/* Empty: all opens are rejected as unknown service. 0, WEFT_ENOMEM. */
WEFT_API int weft_services_new(const weft_allocator *allocator_or_null, weft_services **ret_services);
/* Lets go of it, at the end of what opens by it: a listener, a session. Connections that it has opened go on. NULL does
 * nothing. */
WEFT_API void weft_services_free(weft_services *services_or_null);

/* Offers a service, ready from now on: opens of it are served with this handler and self. service and handler outlive
 * all that opens by it and its connections; self is handed to the handler's closed(self) once for each connection. 0;
 * WEFT_EALREADY: one of that name is offered; WEFT_EINVAL: a table of another runtime, or a handler whose size was
 * not set; WEFT_ENOMEM. */
WEFT_API int weft_services_add(weft_services *services, const weft_service_type *service, const void *handler,
                               void *self);
/* The same, where an open is decided by a function, such as one that makes a self for each connection, or wants to call
 * the counterpart: as on_open of the session options, and called for this service alone, when it is ready and may be
 * opened. */
WEFT_API int weft_services_add_open(weft_services *services, const weft_service_type *service,
                                    int (*open)(void *user, weft_session *session, weft_pending pending), void *user);

/* Offers weft.reflection.v1.Reflection and weft.health.v1.Health (weft/reflection.weft.h, weft/health.weft.h). Both
 * tell a counterpart of the services that it may open, and of no others. Errors as weft_services_add. */
WEFT_API int weft_services_reflection(weft_services *services);
WEFT_API int weft_services_health(weft_services *services);

/* Who wants to open a service, or to hear of it. All of it is borrowed, and valid during the function. */
typedef struct weft_services_query {
    size_t size;
    weft_session *session;
    const weft_peer *peer; /* what is known of the counterpart without believing it */
    weft_str service;
    const weft_metadata
        *metadata; /* of the Open (of the root: of Hello); of the call that asks, where opens is false */
    bool opens;    /* false: reflection or health asks whether to tell of it */
} weft_services_query;
/* May it? 0: yes. Another one rejects the open with it and *ret_text (NULL at first; valid until the function runs
 * again), WEFT_CODE_UNKNOWN_SERVICE, WEFT_CODE_FORBIDDEN, …, and hides the service from reflection and health. Asked
 * before anything else is told of the service, of weft's own two as well. */
typedef uint16_t (*weft_services_filter_fn)(void *user, const weft_services_query *query, const char **ret_text);
/* NULL: everybody may open everything, as at first. */
WEFT_API void weft_services_set_filter(weft_services *services, weft_services_filter_fn filter_or_null, void *user);

/* The on_open of session options, whose user is the weft_services (or to be called by an on_open of the application's):
 * unknown, or one that the filter refuses, is rejected; one that is not ready is rejected with WEFT_CODE_NOT_READY,
 * which openers may try again; otherwise it is served. 0, or as weft_gen_serve. */
WEFT_API int weft_services_open(void *services, weft_session *session, weft_pending pending);

/* Says whether a service is ready: new opens follow it, watchers of Health are told; connections that are open stay.
 * service NULL: all that the application offers. 0; WEFT_ENOENT: it is not offered. */
WEFT_API int weft_services_set_ready(weft_services *services, const char *service_or_null, bool ready);
/* false: it is not ready, or not offered. */
WEFT_API bool weft_services_is_ready(const weft_services *services, const char *service);
/* The endpoint is about to end (weft_runtime_drain): nothing is ready any more, watchers of Health are told, and their
 * streams finished, which would hold up a drain; so are those that begin later. */
WEFT_API void weft_services_stop(weft_services *services);

#ifdef __cplusplus
}
#endif
#endif
