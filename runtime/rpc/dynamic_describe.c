/* weft_schema_describe: what the tables of services hold, as the bytes that weft_schema_new reads. */
#include "weft/schema.h"

#include "runtime/base/mem.h"
#include "runtime/base/table.h"
#include "runtime/rpc/rpc.h"
#include "runtime/schema/canonical.h"
#include "weft/limits.h"

typedef struct describer {
    weft_arena *arena;
    weft_writer writer;
    const weft_type **types; /* each once, children first */
    size_t n_types, types_room;
    weft_schema_default *defaults;
    size_t n_defaults, defaults_room;
    weft_schema_timeout *timeouts;
    size_t n_timeouts, timeouts_room;
} describer;

/* Room for one more in an array that lies in the arena, which frees all at once. */
static void *with_room(describer *d, void *items, size_t n, size_t *room_inout, size_t size)
{
    if (n < *room_inout)
        return items;
    size_t room = *room_inout ? *room_inout * 2 : 16;
    void *grown = weft_arena_alloc_array(d->arena, room, size, 16);
    if (!grown)
        return NULL;
    if (n)
        memcpy(grown, items, n * size);
    *room_inout = room;
    return grown;
}

/* What the writer holds, in the arena; the writer is empty afterwards. ptr NULL: why is in *status. */
static weft_bytes take_written(describer *d, int *status)
{
    weft_str copy = { NULL, 0 };
    *status = d->writer.status;
    if (!*status)
        copy = weft_arena_copy_str(d->arena, weft_str_of((const char *)d->writer.buf.data, d->writer.buf.len));
    if (!*status && !copy.ptr)
        *status = WEFT_ENOMEM;
    weft_writer_clear(&d->writer);
    return weft_bytes_of((const uint8_t *)copy.ptr, copy.len);
}

/* ---- defaults ---- */

static int add_default(describer *d, const weft_field *field, const weft_schema_default *at)
{
    static const uint64_t zero[2]; /* a default that is NULL */
    bool is_scalar = field->type->kind < WEFT_KIND_STRUCT || field->type->kind == WEFT_KIND_ENUM;
    if (!(field->flags & WEFT_FIELD_DEFAULT) || (field->flags & WEFT_FIELD_UNTOLD) || !is_scalar)
        return 0;
    const void *value = field->default_value ? field->default_value : zero;
    int status = weft_gen_encode(field->type, value, &d->writer);
    if (status)
        return status;
    weft_bytes bytes = take_written(d, &status);
    weft_schema_default *defaults = with_room(d, d->defaults, d->n_defaults, &d->defaults_room, sizeof *d->defaults);
    if (status || !defaults)
        return status ? status : WEFT_ENOMEM;
    d->defaults = defaults;
    defaults[d->n_defaults] = *at;
    defaults[d->n_defaults++].value = bytes;
    return 0;
}

static int add_defaults_of(describer *d, const weft_type *owner, weft_schema_default at)
{
    int status = 0;
    for (uint32_t i = 0; i < owner->n && !status; i++) {
        at.place = i;
        status = add_default(d, &owner->fields[i], &at);
    }
    return status;
}

static int add_type_defaults(describer *d, const weft_type *type)
{
    weft_schema_default at = { .owner = type->id };
    int status = 0;
    if (type->kind == WEFT_KIND_STRUCT)
        return add_defaults_of(d, type, at);
    for (uint32_t i = 0; i < type->n && !status; i++) {
        at.variant = i;
        if (type->variants[i].has_fields)
            status = add_defaults_of(d, type->variants[i].payload, at);
    }
    return status;
}

static int add_parameter_defaults(describer *d, const weft_service_type *service, const weft_method *method)
{
    const weft_channel_param *channels = NULL;
    uint32_t n_channels = weft__method_channels(service, method, &channels), channel = 0;
    weft_schema_default at = { .owner = method->id };
    int status = 0;
    for (uint32_t field = 0; field < method->args->n && !status; at.place++) {
        if (channel < n_channels && channels[channel].place == at.place)
            channel++;
        else
            status = add_default(d, &method->args->fields[field++], &at);
    }
    return status;
}

static int add_timeout(describer *d, const weft_method *method)
{
    if (method->timeout_ns == WEFT_TIMEOUT_DEFAULT)
        return 0;
    weft_schema_timeout *timeouts = with_room(d, d->timeouts, d->n_timeouts, &d->timeouts_room, sizeof *d->timeouts);
    if (!timeouts)
        return WEFT_ENOMEM;
    d->timeouts = timeouts;
    timeouts[d->n_timeouts++] = (weft_schema_timeout){ method->id, method->timeout_ns };
    return 0;
}

/* ---- types and services ---- */

static bool has_type(const describer *d, uint64_t id)
{
    for (size_t i = 0; i < d->n_types; i++) {
        if (d->types[i]->id == id)
            return true;
    }
    return false;
}

static int add_types(describer *d, const weft_method *method)
{
    for (int direction = 0; direction < 2; direction++) {
        for (uint32_t i = 0; i < method->n_types[direction]; i++) {
            const weft_type *type = method->types[direction][i];
            if (has_type(d, type->id))
                continue;
            const weft_type **types = with_room(d, d->types, d->n_types, &d->types_room, sizeof(void *));
            if (!types)
                return WEFT_ENOMEM;
            d->types = types;
            types[d->n_types++] = type;
            int status = add_type_defaults(d, type);
            if (status)
                return status;
        }
    }
    return 0;
}

/* The method whose name comes next behind `last`, in the order of bytes; NULL: none. */
static const weft_method *next_method(const weft_service_type *service, const char *last_or_null)
{
    const weft_method *next = NULL;
    for (uint32_t i = 0; i < service->n_methods; i++) {
        const weft_method *method = weft__method_at(service, i);
        if ((!last_or_null || strcmp(method->name, last_or_null) > 0) &&
            (!next || strcmp(method->name, next->name) < 0))
            next = method;
    }
    return next;
}

static int add_service(describer *d, const weft_service_type *service, weft_bytes *ret_bytes)
{
    if (!weft__service_is_usable(service))
        return WEFT_EINVAL;
    if (service->method_size < offsetof(weft_method, n_types) + sizeof((weft_method *)0)->n_types)
        return WEFT_ENOTSUP;
    for (uint32_t i = 0; i < service->n_methods; i++) {
        const weft_method *method = weft__method_at(service, i);
        int status = add_types(d, method);
        if (!status)
            status = add_parameter_defaults(d, service, method);
        if (!status)
            status = add_timeout(d, method);
        if (status)
            return status;
    }
    weft__canon_service(&d->writer, weft_str_from(service->name), service->n_methods);
    for (const weft_method *method = next_method(service, NULL); method; method = next_method(service, method->name))
        weft__canon_method(&d->writer, weft_str_from(method->name), method->roots[0], method->roots[1]);
    int status;
    *ret_bytes = take_written(d, &status);
    return status;
}

static int describe(describer *d, const weft_service_type *const *services, size_t n_services,
                    weft_schema_source *ret_source)
{
    weft_bytes *bytes = weft_arena_array(d->arena, weft_bytes, n_services);
    int status = bytes ? 0 : WEFT_ENOMEM;
    for (size_t i = 0; i < n_services && !status; i++)
        status = add_service(d, services[i], &bytes[i]);
    if (status)
        return status;
    weft__write_array(&d->writer, d->n_types);
    for (size_t i = 0; i < d->n_types; i++) {
        weft__write_array(&d->writer, 2);
        weft__write_u64(&d->writer, d->types[i]->id);
        weft__write_bin(&d->writer, d->types[i]->declaration);
    }
    weft_bytes types = take_written(d, &status);
    if (!status)
        *ret_source = (weft_schema_source){ .size = sizeof *ret_source,
                                            .types = types,
                                            .services = bytes,
                                            .n_services = n_services,
                                            .defaults = d->defaults,
                                            .n_defaults = d->n_defaults,
                                            .timeouts = d->timeouts,
                                            .n_timeouts = d->n_timeouts };
    return status;
}

int weft_schema_describe(const weft_service_type *const *services, size_t n_services, weft_arena *arena,
                         weft_schema_source *ret_source)
{
    weft_allocator allocator = weft__allocator_of(NULL);
    describer d = { .arena = arena };
    weft__writer_init(&d.writer, &allocator, SIZE_MAX / 2);
    int status = describe(&d, services, n_services, ret_source);
    weft__writer_fini(&d.writer);
    return status;
}
