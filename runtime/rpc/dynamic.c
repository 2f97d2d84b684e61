/* weft_schema: tables of services from canonical bytes. The types and roots are parsed as those of a counterpart are
 * (remote.h), laid out (layout.h), and given the functions that stand in for what weftc generates. */
#include "weft/schema.h"

#include "runtime/base/error.h"
#include "runtime/base/hash.h"
#include "runtime/base/mem.h"
#include "runtime/rpc/rpc.h"
#include "runtime/schema/codec.h"
#include "runtime/schema/layout.h"
#include "runtime/schema/remote.h"
#include "runtime/wire/reader.h"

/* What the IDL takes where a channel says nothing: 16 items. */
enum { WINDOW_DEFAULT = 16 };
/* A table of a method is long, and its bytes may be short. */
enum { METHODS_MAX = 4096 };

struct weft_schema {
    weft_allocator allocator;
    weft__remote *remote;
    weft_arena *arena;
    const weft_type **types; /* in the order of the source */
    uint32_t n_types;
    weft_service_type *services;
    size_t n_services;
};

/* ---- what weftc would generate ---- */

static int dynamic_dispatch_channels(const void *table, void *self, weft_call handle, const void *args,
                                     const weft_channel *channels)
{
    const weft_dynamic_handler *handler = table;
    const weft__call *call = weft__call_of(handle);
    if (!call || !handler->on_call)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    const weft_service_type *service = call->service;
    return handler->on_call(self, handle, service, (uint32_t)(call->method - service->methods), args, channels);
}

static int dynamic_dispatch(const void *table, void *self, weft_call handle, const void *args)
{
    return dynamic_dispatch_channels(table, self, handle, args, NULL);
}

static void dynamic_deliver(void (*done)(void), void *user, const void *reply)
{
    ((weft_dynamic_done_fn)done)(user, reply);
}

static void dynamic_closed(const void *table, void *self)
{
    const weft_dynamic_handler *handler = table;
    if (handler->size >= sizeof *handler && handler->closed)
        handler->closed(self);
}

static void dynamic_opened(void (*opened)(void), void *user, weft_connection *connection_or_null,
                           const weft_error *error_or_null)
{
    ((weft_dynamic_opened_fn)opened)(user, connection_or_null, error_or_null);
}

/* ---- reading the source ---- */

static int malformed(weft_error *error, const char *what)
{
    return weft__error_set(error, WEFT_EPROTO, what);
}

static int read_types(weft_schema *schema, weft_bytes types, weft_error *error)
{
    weft__reader reader;
    uint32_t n;
    uint64_t id;
    weft_bytes declaration;
    if (types.len == 0)
        return 0;
    reader = weft__reader_of(types);
    int status = weft__remote_add(schema->remote, types, error);
    if (status)
        return status;
    if (weft__read_array(&reader, &n))
        return malformed(error, "types: an array was expected");
    schema->types = weft_arena_array(schema->arena, const weft_type *, n);
    if (!schema->types)
        return weft__error_set(error, WEFT_ENOMEM, NULL);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t n_parts;
        if (weft__read_array_open(&reader, &n_parts) || n_parts < 2 || weft__read_u64(&reader, &id) ||
            weft__read_bin(&reader, &declaration))
            return malformed(error, "types: [id, declaration] was expected");
        for (; n_parts > 2; n_parts--)
            (void)weft__read_skip(&reader, WEFT_NESTING_MAX);
        schema->types[i] = weft__remote_type(schema->remote, id);
        schema->n_types = i + 1;
    }
    return 0;
}

static int lay_out(weft_schema *schema, const weft_type *type_or_null, const char *name, weft_error *error)
{
    int status = type_or_null ? weft__layout(&schema->allocator, type_or_null) : 0;
    if (!status)
        return 0;
    weft__error_set(error, status, "");
    weft__error_add_text(error, weft_str_from(name));
    weft__error_add_text(error, WEFT_STR(": "));
    weft__error_add_text(error, weft_str_from(status == WEFT_EMSGSIZE ? "a value of it is too large"
                                              : status == WEFT_EINVAL ? "it holds itself, or nests too deeply"
                                                                      : weft_strerror(status)));
    return status;
}

static int lay_out_types(weft_schema *schema, weft_error *error)
{
    int status = 0;
    for (uint32_t i = 0; i < schema->n_types && !status; i++)
        status = lay_out(schema, schema->types[i], schema->types[i]->name, error);
    return status;
}

/* The initial credit, and the elements of tx channels, which the other root has. */
static int finish_channels(weft_method *method, const weft__remote_tx *tx, weft_error *error)
{
    weft_channel_param *channels = (weft_channel_param *)method->channels;
    uint32_t n_tx = 0;
    for (uint32_t i = 0; i < method->n_channels; i++) {
        channels[i].window = WINDOW_DEFAULT;
        if (channels[i].direction != WEFT_CHANNEL_TX)
            continue;
        if (n_tx == tx->n || strcmp(tx->channels[n_tx].name, channels[i].name) != 0)
            return malformed(error, "the two roots of a method do not fit");
        channels[i].element = tx->channels[n_tx++].element;
    }
    return n_tx == tx->n ? 0 : malformed(error, "the two roots of a method do not fit");
}

static int lay_out_method(weft_schema *schema, const weft_method *method, weft_error *error)
{
    int status = lay_out(schema, method->args, method->name, error);
    if (!status)
        status = lay_out(schema, method->result, method->name, error);
    if (!status)
        status = lay_out(schema, method->error, method->name, error);
    for (uint32_t i = 0; i < method->n_channels && !status; i++)
        status = lay_out(schema, method->channels[i].element, method->name, error);
    return status;
}

/* name: of the service. A method's id is the hash of "kv.v1.Store/get" [call.method-id]. */
static uint64_t method_id(weft_str service, weft_str name)
{
    weft__hash hash;
    weft__hash_begin(&hash);
    weft__hash_add(&hash, weft_bytes_of((const uint8_t *)service.ptr, service.len));
    weft__hash_add(&hash, weft_bytes_of((const uint8_t *)"/", 1));
    weft__hash_add(&hash, weft_bytes_of((const uint8_t *)name.ptr, name.len));
    return weft__hash_end64(&hash);
}

static int read_method(weft_schema *schema, weft_str service, weft__reader *reader, weft_method *method,
                       weft_error *error)
{
    uint32_t n;
    weft_str name;
    weft_bytes roots[2];
    weft__remote_tx tx = { NULL, 0 };
    if (weft__read_array(reader, &n) || n != 3 || weft__read_str(reader, &name) ||
        weft__read_value(reader, WEFT_NESTING_MAX, &roots[0]) || weft__read_value(reader, WEFT_NESTING_MAX, &roots[1]))
        return malformed(error, "a service: [name, root 0, root 1] was expected of a method");
    weft_str copy = weft_arena_copy_str(schema->arena, name);
    if (!copy.ptr)
        return weft__error_set(error, WEFT_ENOMEM, NULL);
    int status = weft__remote_args(schema->remote, roots[0], method, error);
    if (!status)
        status = weft__remote_results(schema->remote, roots[1], method, &tx, error);
    if (!status)
        status = finish_channels(method, &tx, error);
    if (status)
        return status;
    method->name = copy.ptr;
    method->id = method_id(service, name);
    method->timeout_ns = WEFT_TIMEOUT_DEFAULT;
    method->flags |= method->result ? WEFT_METHOD_VALUE_POINTER : 0;
    method->reply_size = sizeof(weft_dynamic_reply);
    method->value_offset = offsetof(weft_dynamic_reply, value);
    method->error_offset = offsetof(weft_dynamic_reply, error);
    method->dispatch = dynamic_dispatch;
    method->dispatch_channels = method->n_channels ? dynamic_dispatch_channels : NULL;
    method->deliver = dynamic_deliver;
    for (int i = 0; i < 2; i++) { /* all of them: more than it leads to is fine [schema.send] */
        method->types[i] = schema->types;
        method->n_types[i] = schema->n_types;
    }
    return lay_out_method(schema, method, error);
}

static int read_service(weft_schema *schema, weft_bytes bytes, weft_service_type *service, weft_error *error)
{
    weft__reader reader = weft__reader_of(bytes);
    uint32_t n_parts, n_methods;
    weft_str name;
    if (weft__read_array(&reader, &n_parts) || n_parts != 2 || weft__read_str(&reader, &name) ||
        weft__read_array(&reader, &n_methods))
        return malformed(error, "a service: [name, methods] was expected");
    if (n_methods > METHODS_MAX)
        return weft__error_set(error, WEFT_EBUSY, "a service has too many methods");
    weft_method *methods = weft_arena_array(schema->arena, weft_method, n_methods);
    weft_str copy = weft_arena_copy_str(schema->arena, name);
    if (!methods || !copy.ptr)
        return weft__error_set(error, WEFT_ENOMEM, NULL);
    memset(methods, 0, n_methods * sizeof *methods);
    for (uint32_t i = 0; i < n_methods; i++) {
        int status = read_method(schema, name, &reader, &methods[i], error);
        if (status)
            return status;
    }
    if (reader.at != reader.end)
        return malformed(error, "a service: bytes behind it");
    *service = (weft_service_type){ .abi = WEFT_GEN_ABI,
                                    .method_size = sizeof(weft_method),
                                    .n_methods = n_methods,
                                    .name = copy.ptr,
                                    .id = weft__hash64(bytes), /* [schema.service-id] */
                                    .methods = methods,
                                    .closed = dynamic_closed,
                                    .opened = dynamic_opened };
    return 0;
}

/* ---- defaults ---- */

/* The fields that a default's owner and variant name; NULL: not known here. */
static const weft_type *fields_of(const weft_schema *schema, const weft_schema_default *told, uint32_t *place_inout)
{
    const weft_type *owner = weft__remote_type(schema->remote, told->owner);
    if (owner && owner->kind == WEFT_KIND_STRUCT)
        return owner;
    if (owner)
        return told->variant < owner->n && owner->variants[told->variant].has_fields
                   ? owner->variants[told->variant].payload
                   : NULL;
    for (size_t i = 0; i < schema->n_services; i++) {
        for (uint32_t m = 0; m < schema->services[i].n_methods; m++) {
            const weft_method *method = &schema->services[i].methods[m];
            if (method->id != told->owner)
                continue;
            uint32_t before = 0;
            for (uint32_t c = 0; c < method->n_channels; c++) {
                if (method->channels[c].place == told->place)
                    return NULL;
                before += method->channels[c].place < told->place ? 1 : 0;
            }
            *place_inout -= before;
            return method->args;
        }
    }
    return NULL;
}

static int tell_default(weft_schema *schema, const weft_schema_default *told, weft_error *error)
{
    uint32_t place = told->place;
    const weft_type *owner = fields_of(schema, told, &place);
    if (!owner || place >= owner->n || !(owner->fields[place].flags & WEFT_FIELD_DEFAULT))
        return 0;
    weft_field *field = (weft_field *)&owner->fields[place];
    weft_str copy = weft_arena_copy_str(schema->arena, weft_str_of((const char *)told->value.ptr, told->value.len));
    weft_value value = { NULL, NULL };
    int status = copy.ptr ? weft_value_decode(field->type, weft_bytes_of((const uint8_t *)copy.ptr, copy.len),
                                              schema->arena, &value, error)
                          : weft__error_set(error, WEFT_ENOMEM, NULL);
    if (!status)
        field->default_value = value.at;
    return status;
}

/* What has a default that is neither told nor the only one that there may be. */
static void mark_untold(const weft_type *owner)
{
    for (uint32_t i = 0; owner && i < owner->n; i++) {
        weft_field *field = (weft_field *)&owner->fields[i];
        bool is_scalar = field->type->kind < WEFT_KIND_STRUCT || field->type->kind == WEFT_KIND_ENUM;
        if ((field->flags & WEFT_FIELD_DEFAULT) && !field->default_value && is_scalar)
            field->flags |= WEFT_FIELD_UNTOLD;
    }
}

static void mark_all_untold(const weft_schema *schema)
{
    for (uint32_t i = 0; i < schema->n_types; i++) {
        const weft_type *type = schema->types[i];
        if (type->kind == WEFT_KIND_STRUCT)
            mark_untold(type);
        for (uint32_t v = 0; type->kind == WEFT_KIND_ENUM && v < type->n; v++)
            mark_untold(type->variants[v].has_fields ? type->variants[v].payload : NULL);
    }
    for (size_t i = 0; i < schema->n_services; i++) {
        for (uint32_t m = 0; m < schema->services[i].n_methods; m++)
            mark_untold(schema->services[i].methods[m].args);
    }
}

static void tell_timeout(const weft_schema *schema, const weft_schema_timeout *told)
{
    for (size_t i = 0; i < schema->n_services; i++) {
        for (uint32_t m = 0; m < schema->services[i].n_methods; m++) {
            weft_method *method = (weft_method *)&schema->services[i].methods[m];
            if (method->id == told->method)
                method->timeout_ns = told->timeout_ns;
        }
    }
}

/* ---- names ---- */

/* As the IDL has them: who prints them need not look. */
static bool is_name(const char *name)
{
    for (; *name; name++) {
        bool is_letter = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z');
        if (!is_letter && !(*name >= '0' && *name <= '9') && *name != '_' && *name != '.')
            return false;
    }
    return true;
}

static bool has_names(const weft_type *owner)
{
    bool good = !owner->name || is_name(owner->name);
    for (uint32_t i = 0; i < owner->n && good; i++) {
        if (owner->kind == WEFT_KIND_STRUCT) {
            good = is_name(owner->fields[i].name);
            continue;
        }
        good = is_name(owner->variants[i].name) &&
               (!owner->variants[i].has_fields || has_names(owner->variants[i].payload));
    }
    return good;
}

static bool method_has_names(const weft_method *method)
{
    bool good = is_name(method->name) && has_names(method->args);
    for (uint32_t i = 0; i < method->n_channels && good; i++)
        good = is_name(method->channels[i].name);
    return good;
}

static int check_names(const weft_schema *schema, weft_error *error)
{
    bool good = true;
    for (uint32_t i = 0; i < schema->n_types && good; i++)
        good = has_names(schema->types[i]);
    for (size_t i = 0; i < schema->n_services && good; i++) {
        good = is_name(schema->services[i].name);
        for (uint32_t m = 0; m < schema->services[i].n_methods && good; m++)
            good = method_has_names(&schema->services[i].methods[m]);
    }
    return good ? 0 : malformed(error, "a name that no IDL file can have");
}

/* ---- the schema ---- */

static int schema_fill(weft_schema *schema, const weft_schema_source *source, weft_error *error)
{
    int status = read_types(schema, source->types, error);
    if (!status)
        status = lay_out_types(schema, error);
    if (status)
        return status;
    schema->services = weft_arena_array(schema->arena, weft_service_type, source->n_services);
    if (!schema->services)
        return weft__error_set(error, WEFT_ENOMEM, NULL);
    for (size_t i = 0; i < source->n_services && !status; i++) {
        status = read_service(schema, source->services[i], &schema->services[i], error);
        schema->n_services += status ? 0 : 1;
    }
    if (!status)
        status = check_names(schema, error);
    for (size_t i = 0; i < source->n_defaults && !status; i++)
        status = tell_default(schema, &source->defaults[i], error);
    for (size_t i = 0; i < source->n_timeouts && !status; i++)
        tell_timeout(schema, &source->timeouts[i]);
    if (!status)
        mark_all_untold(schema);
    return status;
}

int weft_schema_new(const weft_allocator *allocator_or_null, const weft_schema_source *source, weft_schema **ret_schema,
                    weft_error *error_or_null)
{
    weft_allocator allocator = weft__allocator_of(allocator_or_null);
    if (source->size < sizeof *source)
        return weft__error_set(error_or_null, WEFT_EINVAL, "the source's size is not set");
    weft_schema *schema = weft__alloc_zero(&allocator, sizeof *schema);
    if (!schema)
        return weft__error_set(error_or_null, WEFT_ENOMEM, NULL);
    schema->allocator = allocator;
    int status = weft_arena_new(&allocator, &schema->arena);
    if (!status)
        status = weft__remote_new(&allocator, &schema->remote);
    if (status)
        weft__error_set(error_or_null, status, NULL);
    else
        status = schema_fill(schema, source, error_or_null);
    if (status)
        weft_schema_free(schema);
    else
        *ret_schema = schema;
    return status;
}

void weft_schema_free(weft_schema *schema_or_null)
{
    weft_schema *schema = schema_or_null;
    if (!schema)
        return;
    weft_allocator allocator = schema->allocator;
    weft__remote_free(schema->remote);
    weft_arena_free(schema->arena);
    weft__free(&allocator, schema, sizeof *schema);
}

const weft_service_type *weft_schema_service(const weft_schema *schema, size_t place)
{
    return place < schema->n_services ? &schema->services[place] : NULL;
}

const weft_type *weft_schema_type(const weft_schema *schema, const char *name)
{
    for (uint32_t i = 0; i < schema->n_types; i++) {
        if (strcmp(schema->types[i]->name, name) == 0)
            return schema->types[i];
    }
    return NULL;
}
