/* Conduits in memory, between two peers on one loop: mem://name. */
#ifndef WEFT_RUNTIME_CONDUIT_MEM_H
#define WEFT_RUNTIME_CONDUIT_MEM_H

#include "runtime/base/list.h"
#include "runtime/conduit/conduit.h"

/* The names and the work of one runtime's conduits in memory. What they have to say waits until weft__mem_hub_run, so
 * that they are no more re-entrant than sockets. */
typedef struct weft__mem_hub {
    weft__env *env;
    weft__link names;
    weft__link ready;         /* conduits with something to do */
    void (*wake)(void *user); /* something has become ready; may be called often */
    void *user;
} weft__mem_hub;

typedef struct weft__mem_name weft__mem_name;
/* Takes a conduit over: 0; or WEFT_E…: it stays the caller's, and the connecting side is told. */
typedef int (*weft__mem_accept_fn)(void *user, weft__conduit *conduit);

void weft__mem_hub_init(weft__mem_hub *hub, weft__env *env, void (*wake)(void *user), void *user);
/* Does what is ready now; what becomes ready meanwhile waits for the next run. */
void weft__mem_hub_run(weft__mem_hub *hub);
bool weft__mem_hub_has_work(const weft__mem_hub *hub);

/* 0, WEFT_EADDRINUSE, WEFT_ENOMEM. name: NUL-terminated, copied. */
int weft__mem_listen(weft__mem_hub *hub, const char *name, weft__mem_accept_fn accept, void *user,
                     weft__mem_name **ret_name);
/* NULL does nothing. */
void weft__mem_unlisten(weft__mem_hub *hub, weft__mem_name *name_or_null);
/* 0 with the connecting end; WEFT_ECONNREFUSED: nobody listens there; WEFT_ENOMEM, or what accept said. */
int weft__mem_connect(weft__mem_hub *hub, const char *name, weft__conduit **ret_conduit);
/* Two ends that are connected. 0, WEFT_ENOMEM. */
int weft__mem_pair(weft__mem_hub *hub, weft__conduit **ret_one, weft__conduit **ret_other);

#endif
