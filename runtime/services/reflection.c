/* weft.reflection.v1.Reflection: the tables of what is offered, told. */
#include "runtime/services/services.h"

#include "weft/reflection.weft.h"
#include "weft/schema.h"
#include "weft/version.h"

static bool has_docs(const weft_service_type *service)
{
    return service->method_size >= offsetof(weft_method, doc) + sizeof(((const weft_method *)0)->doc);
}

static weft_str doc_of(const weft_service_type *service)
{
    return weft_str_from(has_docs(service) && service->doc ? service->doc : "");
}

static const weft_method *method_at(const weft_service_type *service, uint32_t i)
{
    return (const weft_method *)(const void *)((const char *)service->methods + (size_t)i * service->method_size);
}

static void on_list(void *self, weft_reflection_reflection_list_call call)
{
    const weft__services_asker *asker = self;
    weft_reflection_listing listing;
    weft_reflection_offered *items;
    size_t n = 0;
    for (const weft__offer *at = NULL; (at = weft__offer_next(asker, call.call, at)) != NULL;)
        n++;
    items = weft_arena_array(weft_call_arena(call.call), weft_reflection_offered, n ? n : 1);
    if (!items) {
        (void)weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
        return;
    }
    size_t i = 0;
    for (const weft__offer *at = NULL; i < n && (at = weft__offer_next(asker, call.call, at)) != NULL; i++)
        items[i] = (weft_reflection_offered){ weft_str_from(at->type->name), at->type->id, doc_of(at->type) };
    weft_reflection_listing_init(&listing);
    listing.services = (weft_reflection_offered_list){ items, i };
    listing.weft = weft_str_from(weft_version());
    (void)weft_reflection_reflection_list_return(call, &listing);
}

/* ---- one whole ---- */

/* false: no memory. */
static bool describe_windows(const weft_method *method, weft_arena *arena, weft_u32_list *ret_windows)
{
    uint32_t *windows = weft_arena_array(arena, uint32_t, method->n_channels ? method->n_channels : 1);
    if (!windows)
        return false;
    for (uint32_t i = 0; i < method->n_channels; i++)
        windows[i] = method->channels[i].window;
    *ret_windows = (weft_u32_list){ windows, method->n_channels };
    return true;
}

/* Tables that are described have all of this but, perhaps, docs. */
static bool describe_methods(const weft_service_type *service, weft_arena *arena,
                             weft_reflection_method_list *ret_methods)
{
    weft_reflection_method *methods = weft_arena_array(arena, weft_reflection_method, service->n_methods + 1);
    if (!methods)
        return false;
    for (uint32_t i = 0; i < service->n_methods; i++) {
        const weft_method *method = method_at(service, i);
        weft_reflection_method_init(&methods[i]);
        methods[i].name = weft_str_from(method->name);
        methods[i].doc = weft_str_from(has_docs(service) && method->doc ? method->doc : "");
        if (method->timeout_ns != WEFT_TIMEOUT_DEFAULT && method->timeout_ns <= INT64_MAX) {
            methods[i].timeout.has = true;
            methods[i].timeout.value = (weft_duration){ (int64_t)method->timeout_ns };
        }
        if (!describe_windows(method, arena, &methods[i].windows))
            return false;
    }
    *ret_methods = (weft_reflection_method_list){ methods, service->n_methods };
    return true;
}

static int describe(const weft_service_type *service, weft_arena *arena, weft_reflection_description *ret_description)
{
    weft_schema_source source;
    weft_reflection_default *defaults;
    int rc = weft_schema_describe(&service, 1, arena, &source);
    if (rc < 0)
        return rc;
    defaults = weft_arena_array(arena, weft_reflection_default, source.n_defaults + 1);
    weft_reflection_description_init(ret_description);
    if (!defaults || !describe_methods(service, arena, &ret_description->methods))
        return WEFT_ENOMEM;
    for (size_t i = 0; i < source.n_defaults; i++)
        defaults[i] = (weft_reflection_default){ source.defaults[i].owner, source.defaults[i].variant,
                                                 source.defaults[i].place, source.defaults[i].value };
    ret_description->name = weft_str_from(service->name);
    ret_description->doc = doc_of(service);
    ret_description->service = source.services[0];
    ret_description->types = source.types;
    ret_description->defaults = (weft_reflection_default_list){ defaults, source.n_defaults };
    return 0;
}

static void on_describe(void *self, weft_reflection_reflection_describe_call call,
                        const weft_reflection_reflection_describe_args *args)
{
    const weft__services_asker *asker = self;
    const weft__offer *offer = weft__offer_find(asker->services, args->name);
    weft_reflection_describe_error unknown = weft_reflection_describe_error_make_unknown_service();
    weft_reflection_describe_error untold = weft_reflection_describe_error_make_not_described();
    weft_reflection_description description;
    weft_arena *arena = weft_call_arena(call.call);
    int rc;
    if (!offer || !weft__offer_is_told(asker, call.call, args->name)) {
        (void)weft_reflection_reflection_describe_fail(call, &unknown);
        return;
    }
    rc = arena ? describe(offer->type, arena, &description) : WEFT_ENOMEM;
    if (rc == 0)
        (void)weft_reflection_reflection_describe_return(call, &description);
    else if (rc == WEFT_ENOTSUP)
        (void)weft_reflection_reflection_describe_fail(call, &untold);
    else
        (void)weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, weft_strerror(rc));
}

static const weft_reflection_reflection_handler handler = { sizeof handler, weft__services_on_closed, on_list,
                                                            on_describe };

int weft_services_reflection(weft_services *services)
{
    return weft__services_add_own(services, &weft_reflection_reflection_service, &handler);
}
