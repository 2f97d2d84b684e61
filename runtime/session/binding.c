/* What this side of a connection serves and calls, and whether the counterpart means the same by it. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"

enum { POINTER_SIZE = 2 * sizeof(void *) }; /* of the array of tables, and of that of their counts behind it */

/* Where its calls count. 0 or WEFT_ENOMEM. */
static int binding_count(const weft_connection *conn, weft__binding *binding)
{
    weft_stats *stats = conn->engine->stats;
    int status = binding->serves ? weft__stats_service(stats, binding->serves, &binding->serves_counts) : 0;
    for (uint32_t i = 0; i < binding->n_calls && status == 0; i++)
        status = weft__stats_service(stats, binding->calls[i], &weft__binding_calls_counts(binding)[i]);
    return status;
}

static bool names_equal(const weft_service_type *a, const weft_service_type *b)
{
    return strcmp(a->name, b->name) == 0;
}

/* [schema.send] A method has one declaration for each direction of a connection: of a service that is called there is
 * one version. */
static bool binding_is_clear(const weft_service_type *const *calls, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (calls[i]->id != calls[k]->id && names_equal(calls[i], calls[k]))
                return false;
    return true;
}

/* The service that was opened stands first among the called ones. */
int weft__binding_init(weft_connection *conn, const weft_open_options *options, const weft_service_type *called_or_null)
{
    weft__binding *binding = &conn->binding;
    size_t n = options->n_calls + (called_or_null ? 1 : 0);
    const weft_service_type **calls = NULL;
    if (n > 0) {
        calls = weft__alloc(weft__conn_allocator(conn), n * POINTER_SIZE);
        if (!calls)
            return WEFT_ENOMEM;
        size_t i = 0;
        if (called_or_null)
            calls[i++] = called_or_null;
        for (size_t k = 0; k < options->n_calls; k++)
            calls[i++] = options->calls[k];
        if (!binding_is_clear(calls, n)) {
            weft__free(weft__conn_allocator(conn), calls, n * POINTER_SIZE);
            return WEFT_EINVAL;
        }
    }
    weft__binding_fini(conn);
    binding->calls = calls;
    binding->n_calls = (uint32_t)n;
    binding->serves = options->serves;
    binding->handler = options->handler;
    binding->self = options->self;
    binding->on_closed = options->on_closed;
    binding->on_closed_user = options->on_closed_user;
    int status = binding_count(conn, binding);
    if (status < 0)
        weft__binding_fini(conn);
    return status;
}

void weft__binding_fini(weft_connection *conn)
{
    weft__free(weft__conn_allocator(conn), conn->binding.calls, (size_t)conn->binding.n_calls * POINTER_SIZE);
    memset(&conn->binding, 0, sizeof conn->binding);
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
    return i < binding->n_calls ? binding->calls[i] : binding->serves;
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

int weft__binding_agree(weft__binding *binding, weft__list_slice theirs, weft_error *error)
{
    bool agreed, exchanged;
    int status = 0;
    binding->calls_agreed = binding->calls_exchanged = 0;
    for (uint32_t i = 0; i < binding->n_calls && status == 0; i++) {
        status = service_agree(binding, binding->calls[i], theirs, &agreed, &exchanged, error);
        binding->calls_agreed |= agreed ? (uint64_t)1 << i : 0;
        binding->calls_exchanged |= exchanged ? (uint64_t)1 << i : 0;
    }
    if (status == 0 && binding->serves) {
        status = service_agree(binding, binding->serves, theirs, &agreed, &exchanged, error);
        binding->serves_agreed = agreed;
        binding->serves_exchanged = exchanged;
    }
    return status;
}

weft__known weft__binding_calls(const weft__binding *binding, const weft_service_type *service)
{
    uint32_t i = 0;
    while (i < binding->n_calls && binding->calls[i] != service && binding->calls[i]->id != service->id)
        i++;
    if (i == binding->n_calls)
        return WEFT__KNOWN_NOT;
    if (binding->calls_agreed >> i & 1)
        return WEFT__KNOWN_AGREED;
    if (binding->calls[i] != service && !service_has_schemas(service))
        return WEFT__KNOWN_NOT; /* the same, as an earlier weftc made it: there is nothing to say of it */
    return binding->calls_exchanged >> i & 1 ? WEFT__KNOWN_EXCHANGED : WEFT__KNOWN_NOT;
}

bool weft__binding_serves(const weft__binding *binding, uint64_t method_id)
{
    for (uint32_t i = 0; binding->serves && i < binding->serves->n_methods; i++)
        if (weft__method_at(binding->serves, i)->id == method_id)
            return true;
    return false;
}
