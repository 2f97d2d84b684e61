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
        status = weft__stats_service(stats, binding->calls[i], &binding->calls_counts[i]);
    return status;
}

/* The service that was opened stands first among the called ones. */
int weft__binding_init(weft_connection *conn, const weft_open_options *options, const weft_service_type *called_or_null)
{
    weft__binding *binding = &conn->binding;
    size_t n = options->n_calls + (called_or_null ? 1 : 0);
    const weft_service_type **calls = NULL;
    if (n > 0) {
        calls = weft__alloc(&conn->allocator, n * POINTER_SIZE);
        if (!calls)
            return WEFT_ENOMEM;
        size_t i = 0;
        if (called_or_null)
            calls[i++] = called_or_null;
        for (size_t k = 0; k < options->n_calls; k++)
            calls[i++] = options->calls[k];
    }
    weft__binding_fini(conn);
    binding->calls = calls;
    binding->calls_counts = calls ? (weft__method_counts **)(calls + n) : NULL;
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
    weft__free(&conn->allocator, conn->binding.calls, (size_t)conn->binding.n_calls * POINTER_SIZE);
    memset(&conn->binding, 0, sizeof conn->binding);
}

size_t weft__binding_services(const weft__binding *binding, weft__service_ref refs[WEFT__BINDING_SERVICES_MAX])
{
    size_t n = 0;
    for (uint32_t i = 0; i <= binding->n_calls && n < WEFT__BINDING_SERVICES_MAX; i++) {
        const weft_service_type *service = i < binding->n_calls ? binding->calls[i] : binding->serves;
        if (!service)
            continue;
        refs[n].name = weft_str_from(service->name);
        refs[n].id = service->id;
        bool twice = false;
        for (size_t k = 0; k < n; k++)
            twice = twice || weft_str_equal(refs[k].name, refs[n].name);
        n += twice ? 0 : 1;
    }
    return n;
}

/* 1: listed with the same id; 0: not listed; WEFT_EINCOMPATIBLE */
static int service_agree(const weft_service_type *service, weft__list_slice theirs, weft_error *error)
{
    weft__service_ref ref;
    while (weft__services_next(&theirs, &ref)) {
        if (!weft_str_equal(ref.name, weft_str_from(service->name)))
            continue;
        if (ref.id == service->id)
            return 1;
        weft__error_set(error, WEFT_EINCOMPATIBLE, "[schema.known] ");
        weft__error_add_text(error, ref.name);
        weft__error_add_text(error, WEFT_STR(": here "));
        weft__error_add_id(error, service->id);
        weft__error_add_text(error, WEFT_STR(", there "));
        weft__error_add_id(error, ref.id);
        return WEFT_EINCOMPATIBLE;
    }
    return 0;
}

int weft__binding_agree(weft__binding *binding, weft__list_slice theirs, weft_error *error)
{
    for (uint32_t i = 0; i < binding->n_calls; i++) {
        int agreed = service_agree(binding->calls[i], theirs, error);
        if (agreed < 0)
            return agreed;
        if (agreed)
            binding->calls_agreed |= (uint64_t)1 << i;
    }
    int agreed = binding->serves ? service_agree(binding->serves, theirs, error) : 0;
    binding->serves_agreed = agreed > 0;
    return agreed < 0 ? agreed : 0;
}

bool weft__binding_calls(const weft__binding *binding, const weft_service_type *service)
{
    for (uint32_t i = 0; i < binding->n_calls; i++)
        if ((binding->calls[i] == service || binding->calls[i]->id == service->id) &&
            (binding->calls_agreed & ((uint64_t)1 << i)))
            return true;
    return false;
}
