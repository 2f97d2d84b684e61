/* The registry: which services there are, who may open them, and whether they are ready. */
#include "runtime/services/services.h"

#include "runtime/base/mem.h"
#include "runtime/base/options.h"

int weft_services_new(const weft_allocator *allocator_or_null, weft_services **ret_services)
{
    weft_allocator allocator = weft__allocator_of(allocator_or_null);
    weft_services *services = weft__alloc_zero(&allocator, sizeof *services);
    if (!services)
        return WEFT_ENOMEM;
    services->allocator = allocator;
    services->refs = 1;
    weft__list_init(&services->offers);
    weft__list_init(&services->watchers);
    *ret_services = services;
    return 0;
}

weft_services *weft__services_retain(weft_services *services)
{
    services->refs++;
    return services;
}

void weft__services_release(weft_services *services)
{
    weft_allocator allocator = services->allocator;
    weft__link *link;
    if (--services->refs > 0)
        return;
    while ((link = weft__list_take(&services->offers)) != NULL)
        weft__free(&allocator, weft__container(link, weft__offer, link), sizeof(weft__offer));
    weft__free(&allocator, services, sizeof *services);
}

void weft_services_free(weft_services *services_or_null)
{
    if (services_or_null)
        weft__services_release(services_or_null);
}

/* ---- offers ---- */

weft__offer *weft__offer_find(const weft_services *services, weft_str name)
{
    for (weft__link *link = services->offers.next; link != &services->offers; link = link->next) {
        weft__offer *offer = weft__container(link, weft__offer, link);
        if (weft_str_equal(weft_str_from(offer->type->name), name))
            return offer;
    }
    return NULL;
}

static int services_add(weft_services *services, const weft__offer *like)
{
    weft__offer *offer;
    weft__link *at = services->offers.next;
    if (!like->type || like->type->abi != WEFT_GEN_ABI)
        return WEFT_EINVAL;
    if (weft__offer_find(services, weft_str_from(like->type->name)))
        return WEFT_EALREADY;
    offer = weft__alloc(&services->allocator, sizeof *offer);
    if (!offer)
        return WEFT_ENOMEM;
    *offer = *like;
    offer->is_ready = !services->is_stopped;
    while (at != &services->offers && strcmp(weft__container(at, weft__offer, link)->type->name, like->type->name) < 0)
        at = at->next;
    weft__list_append(at, &offer->link); /* before what comes behind it */
    weft__services_tell_watchers(services);
    return 0;
}

int weft_services_add(weft_services *services, const weft_service_type *service, const void *handler, void *self)
{
    weft__offer offer = { .type = service, .handler = handler, .self = self };
    return weft__options_is_table(handler) ? services_add(services, &offer) : WEFT_EINVAL;
}

int weft_services_add_open(weft_services *services, const weft_service_type *service,
                           int (*open)(void *user, weft_session *session, weft_pending pending), void *user)
{
    weft__offer offer = { .type = service, .open = open, .user = user };
    return open ? services_add(services, &offer) : WEFT_EINVAL;
}

int weft__services_add_own(weft_services *services, const weft_service_type *service, const void *handler)
{
    weft__offer offer = { .type = service, .handler = handler, .is_own = true };
    return services_add(services, &offer);
}

/* ---- who may ---- */

void weft_services_set_filter(weft_services *services, weft_services_filter_fn filter_or_null, void *user)
{
    services->filter = filter_or_null;
    services->filter_user = user;
}

static uint16_t services_ask(const weft_services *services, weft_session *session, weft_str service,
                             const weft_metadata *metadata, bool opens, const char **ret_text)
{
    weft_services_query query = { sizeof query, session, weft_session_peer(session), service, metadata, opens };
    *ret_text = NULL;
    return services->filter ? services->filter(services->filter_user, &query, ret_text) : 0;
}

bool weft__offer_is_told(const weft__services_asker *asker, weft_call call, weft_str service)
{
    const char *text;
    return services_ask(asker->services, asker->session, service, weft_call_metadata(call), false, &text) == 0;
}

const weft__offer *weft__offer_next(const weft__services_asker *asker, weft_call call, const weft__offer *at)
{
    const weft__link *head = &asker->services->offers;
    const weft__link *link = at ? at->link.next : head->next;
    for (; link != head; link = link->next) {
        const weft__offer *offer = weft__container(link, weft__offer, link);
        if (weft__offer_is_told(asker, call, weft_str_from(offer->type->name)))
            return offer;
    }
    return NULL;
}

/* ---- opens ---- */

void weft__services_on_closed(void *self)
{
    weft__services_asker *asker = self;
    weft_services *services = asker->services;
    weft__free(&services->allocator, asker, sizeof *asker);
    weft__services_release(services);
}

static int services_serve_own(weft_services *services, const weft__offer *offer, weft_session *session,
                              weft_pending pending)
{
    weft__services_asker *asker = weft__alloc(&services->allocator, sizeof *asker);
    int rc;
    if (!asker)
        return WEFT_ENOMEM;
    asker->services = weft__services_retain(services);
    asker->session = session;
    rc = weft_gen_serve(pending, offer->type, offer->handler, asker, NULL);
    if (rc < 0)
        weft__services_on_closed(asker);
    return rc;
}

int weft_services_open(void *user, weft_session *session, weft_pending pending)
{
    weft_services *services = user;
    weft_str name = weft_pending_service(pending);
    const weft__offer *offer = weft__offer_find(services, name);
    const char *text = NULL;
    uint16_t code = WEFT_CODE_UNKNOWN_SERVICE;
    if (offer)
        code = services_ask(services, session, name, weft_pending_metadata(pending), true, &text);
    if (code == 0 && !offer->is_ready) {
        code = WEFT_CODE_NOT_READY;
        text = "the service is not ready";
    }
    if (code != 0) /* [conn.reject] */
        return weft_pending_reject(pending, code, text, NULL);
    if (offer->open)
        return offer->open(offer->user, session, pending);
    if (offer->is_own)
        return services_serve_own(services, offer, session, pending);
    return weft_gen_serve(pending, offer->type, offer->handler, offer->self, NULL);
}

/* ---- readiness ---- */

int weft_services_set_ready(weft_services *services, const char *service_or_null, bool ready)
{
    if (service_or_null) {
        weft__offer *offer = weft__offer_find(services, weft_str_from(service_or_null));
        if (!offer)
            return WEFT_ENOENT;
        offer->is_ready = ready;
    }
    for (weft__link *link = services->offers.next; !service_or_null && link != &services->offers; link = link->next) {
        weft__offer *offer = weft__container(link, weft__offer, link);
        offer->is_ready = offer->is_own ? offer->is_ready : ready;
    }
    weft__services_tell_watchers(services);
    return 0;
}

bool weft_services_is_ready(const weft_services *services, const char *service)
{
    const weft__offer *offer = weft__offer_find(services, weft_str_from(service));
    return offer && offer->is_ready;
}

void weft_services_stop(weft_services *services)
{
    services->is_stopped = true;
    (void)weft_services_set_ready(services, NULL, false);
}
