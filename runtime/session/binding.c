/* What this side of a connection serves and calls, and whether the counterpart means the same by it. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"

enum { SHARED_LOOKED_AT = 8 }; /* of those that others have, the newest */

const weft__binding weft__binding_none;

static size_t binding_size(uint32_t n_calls)
{
    return sizeof(weft__binding) + n_calls * sizeof(weft__called);
}

static weft__binding *binding_new(const weft_connection *conn, uint32_t n_calls)
{
    weft__binding *binding = weft__alloc_zero(weft__conn_allocator(conn), binding_size(n_calls));
    if (!binding)
        return NULL;
    binding->refs = 1;
    binding->n_calls = n_calls;
    return binding;
}

/* The connection's own, or one that it shares. */
static weft__binding *binding_of(const weft_connection *conn)
{
    return conn->binding == &weft__binding_none ? NULL : (weft__binding *)conn->binding;
}

static void binding_set(weft_connection *conn, const weft__binding *binding)
{
    weft__binding *before = binding_of(conn);
    conn->binding = binding;
    if (!before || --before->refs > 0)
        return;
    weft__list_remove(&before->link);
    weft__free(weft__conn_allocator(conn), before, binding_size(before->n_calls));
}

/* Where its calls count. 0 or WEFT_ENOMEM. */
static int binding_count(const weft_connection *conn, weft__binding *binding)
{
    weft_stats *stats = conn->engine->stats;
    int status = binding->serves ? weft__stats_service(stats, binding->serves, &binding->serves_counts) : 0;
    for (uint32_t i = 0; i < binding->n_calls && status == 0; i++)
        status = weft__stats_service(stats, binding->calls[i].service, &binding->calls[i].counts);
    return status;
}

static bool names_equal(const weft_service_type *a, const weft_service_type *b)
{
    return strcmp(a->name, b->name) == 0;
}

/* [schema.send] A method has one declaration for each direction of a connection: of a service that is called there is
 * one version. */
static bool binding_is_clear(const weft__binding *binding)
{
    for (size_t i = 0; i < binding->n_calls; i++)
        for (size_t k = 0; k < i; k++)
            if (binding->calls[i].service->id != binding->calls[k].service->id &&
                names_equal(binding->calls[i].service, binding->calls[k].service))
                return false;
    return true;
}

/* The service that was opened stands first among the called ones. */
int weft__binding_init(weft_connection *conn, const weft_open_options *options, const weft_service_type *called_or_null)
{
    uint32_t i = 0, n_calls = (uint32_t)options->n_calls + (called_or_null ? 1 : 0);
    conn->self = options->self;
    conn->on_closed = options->on_closed;
    conn->on_closed_user = options->on_closed_user;
    binding_set(conn, &weft__binding_none);
    if (n_calls == 0 && !options->serves)
        return 0;
    weft__binding *binding = binding_new(conn, n_calls);
    if (!binding)
        return WEFT_ENOMEM;
    binding_set(conn, binding);
    if (called_or_null)
        binding->calls[i++].service = called_or_null;
    for (size_t k = 0; k < options->n_calls; k++)
        binding->calls[i++].service = options->calls[k];
    binding->serves = options->serves;
    binding->handler = options->handler;
    int status = binding_is_clear(binding) ? binding_count(conn, binding) : WEFT_EINVAL;
    if (status < 0)
        weft__binding_fini(conn);
    return status;
}

void weft__binding_fini(weft_connection *conn)
{
    binding_set(conn, &weft__binding_none);
    conn->self = NULL;
    conn->on_closed = NULL;
}

/* Tables of an earlier weftc, and some that no weftc has made, do not know their schemas. */
static bool service_has_schemas(const weft_service_type *service)
{
    size_t needed = offsetof(weft_method, n_types) + sizeof(((const weft_method *)0)->n_types);
    for (uint32_t i = 0; i < service->n_methods; i++) {
        const weft_method *method = weft__method_at(service, i);
        if (service->method_size < needed || method->roots[0].len == 0 || method->roots[1].len == 0)
            return false;
    }
    return true;
}

static const weft_service_type *binding_service(const weft__binding *binding, uint32_t i)
{
    return i < binding->n_calls ? binding->calls[i].service : binding->serves;
}

size_t weft__binding_services(const weft__binding *binding, weft__service_ref refs[WEFT__BINDING_SERVICES_MAX])
{
    size_t n = 0;
    for (uint32_t i = 0; i <= binding->n_calls && n < WEFT__BINDING_SERVICES_MAX; i++) {
        const weft_service_type *service = binding_service(binding, i);
        if (!service)
            continue;
        refs[n].name = weft_str_from(service->name);
        refs[n].id = service->id;
        bool twice = false;
        for (size_t k = 0; k < n; k++)
            twice = twice || (refs[k].id == refs[n].id && weft_str_equal(refs[k].name, refs[n].name));
        n += twice ? 0 : 1;
    }
    return n;
}

/* What the two lists make of one service. */
typedef enum listed { LISTED_HERE, LISTED_SAME, LISTED_OTHER } listed;

/* [schema.known] Both must come to the same: so a name that either side lists with several ids is not the same one for
 * anybody. *ret_id: the other one. */
static listed service_listed(const weft__binding *binding, const weft_service_type *service, weft__list_slice theirs,
                             uint64_t *ret_id)
{
    listed result = LISTED_HERE;
    weft__service_ref ref;
    uint32_t n = binding->n_calls + (binding->serves ? 1 : 0);
    for (uint32_t i = 0; i < n; i++) {
        const weft_service_type *own = binding_service(binding, i);
        if (own->id != service->id && names_equal(own, service)) {
            *ret_id = own->id;
            return LISTED_OTHER;
        }
    }
    while (result != LISTED_OTHER && weft__services_next(&theirs, &ref)) {
        if (!weft_str_equal(ref.name, weft_str_from(service->name)))
            continue;
        result = ref.id == service->id ? LISTED_SAME : LISTED_OTHER;
        *ret_id = ref.id;
    }
    return result;
}

static int service_agree(const weft__binding *binding, const weft_service_type *service, weft__list_slice theirs,
                         bool *ret_agreed, bool *ret_exchanged, weft_error *error)
{
    uint64_t other = 0;
    listed result = service_listed(binding, service, theirs, &other);
    *ret_agreed = result == LISTED_SAME;
    *ret_exchanged = result != LISTED_SAME && service_has_schemas(service);
    if (result != LISTED_OTHER || *ret_exchanged)
        return 0;
    weft__error_set(error, WEFT_EINCOMPATIBLE, "[schema.known] ");
    weft__error_add_text(error, weft_str_from(service->name));
    weft__error_add_text(error, WEFT_STR(": here "));
    weft__error_add_id(error, service->id);
    weft__error_add_text(error, WEFT_STR(", without schemas, there "));
    weft__error_add_id(error, other);
    return WEFT_EINCOMPATIBLE;
}

/* Is it what wanted is, agreement included? */
static bool binding_equals(const weft__binding *binding, const weft__binding *wanted)
{
    if (binding->serves != wanted->serves || binding->handler != wanted->handler ||
        binding->n_calls != wanted->n_calls || binding->serves_agreed != wanted->serves_agreed ||
        binding->serves_exchanged != wanted->serves_exchanged || binding->calls_agreed != wanted->calls_agreed ||
        binding->calls_exchanged != wanted->calls_exchanged)
        return false;
    for (uint32_t i = 0; i < binding->n_calls; i++)
        if (binding->calls[i].service != wanted->calls[i].service)
            return false;
    return true;
}

/* own, which is the connection's alone, goes where another one says the same; else others may share it from now on. */
static void binding_share(weft_connection *conn, weft__binding *own)
{
    weft__link *shared = &conn->engine->bindings;
    uint32_t n = 0;
    for (weft__link *link = shared->next; link != shared && n < SHARED_LOOKED_AT; link = link->next, n++) {
        weft__binding *other = weft__container(link, weft__binding, link);
        if (other == own || !binding_equals(other, own))
            continue;
        other->refs++;
        binding_set(conn, other);
        return;
    }
    if (!weft__link_is_in(&own->link))
        weft__list_prepend(shared, &own->link);
}

/* One that is the connection's alone. NULL: out of memory */
static weft__binding *binding_own(weft_connection *conn)
{
    weft__binding *binding = binding_of(conn);
    if (binding->refs == 1)
        return binding;
    weft__binding *copy = binding_new(conn, binding->n_calls);
    if (!copy)
        return NULL;
    copy->serves = binding->serves;
    copy->handler = binding->handler;
    copy->serves_counts = binding->serves_counts;
    for (uint32_t i = 0; i < binding->n_calls; i++)
        copy->calls[i] = binding->calls[i];
    binding_set(conn, copy);
    return copy;
}

int weft__binding_agree(weft_connection *conn, weft__list_slice theirs, weft_error *error)
{
    bool agreed, exchanged;
    int status = 0;
    if (!binding_of(conn))
        return 0;
    weft__binding *binding = binding_own(conn);
    if (!binding)
        return WEFT_ENOMEM;
    binding->calls_agreed = binding->calls_exchanged = 0;
    for (uint32_t i = 0; i < binding->n_calls && status == 0; i++) {
        status = service_agree(binding, binding->calls[i].service, theirs, &agreed, &exchanged, error);
        binding->calls_agreed |= agreed ? (uint64_t)1 << i : 0;
        binding->calls_exchanged |= exchanged ? (uint64_t)1 << i : 0;
    }
    if (status == 0 && binding->serves) {
        status = service_agree(binding, binding->serves, theirs, &agreed, &exchanged, error);
        binding->serves_agreed = agreed;
        binding->serves_exchanged = exchanged;
    }
    if (status == 0)
        binding_share(conn, binding);
    return status;
}

weft__known weft__binding_calls(const weft__binding *binding, const weft_service_type *service)
{
    uint32_t i = 0;
    while (i < binding->n_calls && binding->calls[i].service != service && binding->calls[i].service->id != service->id)
        i++;
    if (i == binding->n_calls)
        return WEFT__KNOWN_NOT;
    if (binding->calls_agreed >> i & 1)
        return WEFT__KNOWN_AGREED;
    if (binding->calls[i].service != service && !service_has_schemas(service))
        return WEFT__KNOWN_NOT; /* the same, as an earlier weftc made it: there is nothing to say of it */
    return binding->calls_exchanged >> i & 1 ? WEFT__KNOWN_EXCHANGED : WEFT__KNOWN_NOT;
}

/* All that a's counterpart takes for known, b's does. */
static bool agrees_within(const weft__binding *a, const weft__binding *b)
{
    for (uint32_t i = 0; i < a->n_calls; i++)
        if (a->calls_agreed >> i & 1 && weft__binding_calls(b, a->calls[i].service) != WEFT__KNOWN_AGREED)
            return false;
    return true;
}

bool weft__binding_agrees_alike(const weft__binding *a, const weft__binding *b)
{
    return agrees_within(a, b) && agrees_within(b, a);
}

bool weft__binding_serves(const weft__binding *binding, uint64_t method_id)
{
    for (uint32_t i = 0; binding->serves && i < binding->serves->n_methods; i++)
        if (weft__method_at(binding->serves, i)->id == method_id)
            return true;
    return false;
}
