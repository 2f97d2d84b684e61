/* weft.health.v1.Health: what weft_services_set_ready said, and a stream of its changes. */
#include "runtime/services/services.h"

#include "runtime/base/mem.h"
#include "weft/health.weft.h"

/* The longest name of a service: of its package, a point, and its own. */
#define HEALTH_NAME_MAX 385

typedef struct watcher {
    weft__link link;
    weft_services *services; /* one reference */
    weft_health_state_tx states;
    weft_health_state_kind told; /* of the last state that was sent; UNKNOWN: none */
    bool waits;                  /* for room */
    bool may_hear;               /* as the filter said when it began */
    size_t name_len;
    char name[]; /* empty: of all together */
} watcher;

static weft_health_state state_of_offer(const weft__offer *offer)
{
    return offer->is_ready ? weft_health_state_make_serving() : weft_health_state_make_not_ready();
}

/* Of all that the application offers. */
static weft_health_state state_of_all(const weft_services *services)
{
    for (const weft__link *link = services->offers.next; link != &services->offers; link = link->next) {
        const weft__offer *offer = weft__container(link, weft__offer, link);
        if (!offer->is_own && !offer->is_ready)
            return weft_health_state_make_not_ready();
    }
    return services->is_stopped ? weft_health_state_make_not_ready() : weft_health_state_make_serving();
}

static weft_health_state state_of(const weft_services *services, weft_str name, bool may_hear)
{
    const weft__offer *offer;
    if (name.len == 0)
        return state_of_all(services);
    offer = may_hear ? weft__offer_find(services, name) : NULL;
    return offer ? state_of_offer(offer) : weft_health_state_make_not_offered();
}

/* ---- watchers ---- */

static void watcher_free(watcher *w)
{
    weft_services *services = w->services;
    weft__list_remove(&w->link);
    weft__free(&services->allocator, w, sizeof *w + w->name_len);
    weft__services_release(services);
}

/* The caller wants no more, or is gone. */
static void watcher_on_end(void *user, const weft_channel_end *end)
{
    (void)end;
    watcher_free(user);
}

static void watcher_on_room(void *user);

/* Says what is true now, where that was not said last. w may be gone afterwards. */
static void watcher_tell(watcher *w)
{
    weft_health_state state = state_of(w->services, weft_str_of(w->name, w->name_len), w->may_hear);
    if (!w->waits && state.kind != w->told) {
        int rc = weft_health_state_send(w->states, &state);
        if (rc == 0)
            w->told = state.kind;
        w->waits = rc == WEFT_EAGAIN && weft_health_state_on_room(w->states, watcher_on_room, w) == 0;
    }
    /* On any other error the channel has ended, and on_end comes. */
    if (w->services->is_stopped && weft_channel_finish(w->states.channel) == 0)
        watcher_free(w);
}

static void watcher_on_room(void *user)
{
    watcher *w = user;
    w->waits = false;
    watcher_tell(w);
}

void weft__services_tell_watchers(weft_services *services)
{
    for (weft__link *link = services->watchers.next, *next; link != &services->watchers; link = next) {
        next = link->next;
        watcher_tell(weft__container(link, watcher, link));
    }
}

/* ---- the handler ---- */

static void on_check(void *self, weft_health_health_check_call call, const weft_health_health_check_args *args)
{
    const weft__services_asker *asker = self;
    bool may_hear = args->service.len == 0 || weft__offer_is_told(asker, call.call, args->service);
    weft_health_state state = state_of(asker->services, args->service, may_hear);
    (void)weft_health_health_check_return(call, &state);
}

static void on_list(void *self, weft_health_health_list_call call)
{
    const weft__services_asker *asker = self;
    weft_health_status *items;
    size_t n = 0;
    for (const weft__offer *at = NULL; (at = weft__offer_next(asker, call.call, at)) != NULL;)
        n++;
    items = weft_arena_array(weft_call_arena(call.call), weft_health_status, n ? n : 1);
    if (!items) {
        (void)weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
        return;
    }
    size_t i = 0;
    for (const weft__offer *at = NULL; i < n && (at = weft__offer_next(asker, call.call, at)) != NULL; i++)
        items[i] = (weft_health_status){ weft_str_from(at->type->name), state_of_offer(at) };
    (void)weft_health_health_list_return(call, (weft_health_status_list){ items, i });
}

static void on_watch(void *self, weft_health_health_watch_call call, const weft_health_health_watch_args *args,
                     weft_health_state_tx states)
{
    const weft__services_asker *asker = self;
    weft_services *services = asker->services;
    watcher *w = NULL;
    if (args->service.len <= HEALTH_NAME_MAX)
        w = weft__alloc_zero(&services->allocator, sizeof *w + args->service.len);
    if (!w) {
        (void)weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory, or no name of a service");
        return;
    }
    w->services = weft__services_retain(services);
    w->states = states;
    w->name_len = args->service.len;
    memcpy(w->name, args->service.ptr, args->service.len);
    w->may_hear = weft__offer_is_told(asker, call.call, args->service);
    weft__list_append(&services->watchers, &w->link);
    if (weft_channel_on_end(states.channel, watcher_on_end, w) < 0) { /* it has ended already */
        watcher_free(w);
        (void)weft_call_drop(call.call);
        return;
    }
    (void)weft_health_health_watch_return(call); /* it has begun; the channel goes on without the call */
    watcher_tell(w);
}

static const weft_health_health_handler handler = { sizeof handler, weft__services_on_closed, on_check, on_list,
                                                    on_watch };

int weft_services_health(weft_services *services)
{
    return weft__services_add_own(services, &weft_health_health_service, &handler);
}
