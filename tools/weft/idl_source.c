/* Schemas of IDL files, by the front end of weftc: the same bytes that it puts into tables, and the defaults. */
#include "tools/weft/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "codegen/commands.h"
#include "idl/diagnostics.h"
#include "idl/schema.h"
#include "runtime/base/mem.h"
#include "runtime/schema/canonical.h"

typedef struct collector {
    const weft__idl_schema *schema;
    weft_arena *arena;
    weft_writer writer;
    weft_schema_default *defaults;
    size_t n_defaults, room;
    weft_schema_timeout *timeouts; /* room for all methods */
    size_t n_timeouts;
} collector;

/* What was written since the last time, in the arena. */
static weft_bytes written(collector *c)
{
    weft_str copy = weft_arena_copy_str(c->arena, weft_str_of((const char *)c->writer.buf.data, c->writer.buf.len));
    c->writer.buf.len = 0;
    if (!copy.ptr)
        weft__writer_fail(&c->writer, WEFT_ENOMEM);
    return weft_bytes_of((const uint8_t *)copy.ptr, copy.len);
}

/* ---- defaults ---- */

/* false: the only default that there may be. */
static bool write_default(weft_writer *writer, const weft__model_type *type, const weft__model_value *value)
{
    switch (value->kind) {
    case WEFT__MODEL_VALUE_BOOL: weft__write_bool(writer, value->boolean); return true;
    case WEFT__MODEL_VALUE_INT:
        if (value->negative)
            weft__write_i64(writer, -1 - (int64_t)(value->magnitude - 1));
        else
            weft__write_u64(writer, value->magnitude);
        return true;
    case WEFT__MODEL_VALUE_FLOAT:
        if (type->kind == WEFT__MODEL_F32)
            weft__write_f32(writer, (float)value->real);
        else
            weft__write_f64(writer, value->real);
        return true;
    case WEFT__MODEL_VALUE_STRING:
        if (type->kind == WEFT__MODEL_BYTES)
            weft__write_bin(writer, weft_bytes_of((const uint8_t *)value->text.ptr, value->text.len));
        else
            weft__write_str(writer, value->text);
        return true;
    case WEFT__MODEL_VALUE_VARIANT:
        weft__write_array(writer, 2);
        weft__write_u64(writer, value->variant);
        weft__write_nil(writer);
        return true;
    default: return false;
    }
}

static void add_default(collector *c, const weft__model_field *field, weft_schema_default at)
{
    if (!field->default_value || !write_default(&c->writer, field->type, field->default_value))
        return;
    if (c->n_defaults == c->room) {
        size_t room = c->room ? c->room * 2 : 32;
        weft_schema_default *grown = weft_arena_array(c->arena, weft_schema_default, room);
        if (!grown) {
            weft__writer_fail(&c->writer, WEFT_ENOMEM);
            return;
        }
        if (c->n_defaults)
            memcpy(grown, c->defaults, c->n_defaults * sizeof *grown);
        c->defaults = grown;
        c->room = room;
    }
    at.value = written(c);
    c->defaults[c->n_defaults++] = at;
}

static void add_defaults(collector *c, const weft__model_field *fields, size_t n, weft_schema_default at)
{
    for (at.place = 0; at.place < n; at.place++)
        add_default(c, &fields[at.place], at);
}

static void add_type_defaults(collector *c, const weft__idl_schema_type *type)
{
    const weft__model_decl *decl = type->decl;
    weft_schema_default at = { .owner = type->id };
    if (decl->kind == WEFT__MODEL_DECL_STRUCT)
        add_defaults(c, decl->as.structure.fields, decl->as.structure.n_fields, at);
    for (size_t i = 0; decl->kind == WEFT__MODEL_DECL_ENUM && i < decl->as.enumeration.n_variants; i++) {
        at.variant = (uint32_t)i;
        add_defaults(c, decl->as.enumeration.variants[i].fields, decl->as.enumeration.variants[i].n_fields, at);
    }
}

static void add_method_defaults(collector *c, const weft__idl_schema_method *method)
{
    weft_schema_default at = { .owner = method->id };
    if (method->method->timeout_ms > 0)
        c->timeouts[c->n_timeouts++] =
            (weft_schema_timeout){ method->id, (uint64_t)method->method->timeout_ms * WEFT_NS_PER_MS };
    for (; at.place < method->method->n_params; at.place++) {
        if (method->method->params[at.place].channel == WEFT__MODEL_CHANNEL_NO)
            add_default(c, &method->method->params[at.place].field, at);
    }
}

/* ---- types and services ---- */

static weft_bytes types_of(collector *c)
{
    weft__write_array(&c->writer, c->schema->n_types);
    for (size_t i = 0; i < c->schema->n_types; i++) {
        weft__write_array(&c->writer, 2);
        weft__write_u64(&c->writer, c->schema->types[i].id);
        weft__write_bin(&c->writer, c->schema->types[i].declaration);
    }
    return written(c);
}

static int method_compare(const void *a, const void *b)
{
    const weft__idl_schema_method *const *left = a, *const *right = b;
    return strcmp((*left)->method->name.ptr, (*right)->method->name.ptr);
}

static weft_bytes service_of(collector *c, const weft__idl_schema_service *service)
{
    const weft__idl_schema_method **methods =
        weft_arena_array(c->arena, const weft__idl_schema_method *, service->n_methods);
    if (!methods) {
        weft__writer_fail(&c->writer, WEFT_ENOMEM);
        return weft_bytes_of(NULL, 0);
    }
    for (size_t i = 0; i < service->n_methods; i++)
        methods[i] = &service->methods[i];
    qsort((void *)methods, service->n_methods, sizeof(void *), method_compare);
    weft__canon_service(&c->writer, service->decl->full_name, service->n_methods);
    for (size_t i = 0; i < service->n_methods; i++)
        weft__canon_method(&c->writer, methods[i]->method->name, methods[i]->roots[0], methods[i]->roots[1]);
    return written(c);
}

static int collect(collector *c, weft_schema **ret_schema, weft_error *error)
{
    weft_schema_source source = { .size = sizeof source, .n_services = c->schema->n_services };
    weft_bytes *services = weft_arena_array(c->arena, weft_bytes, c->schema->n_services);
    size_t n_methods = 0;
    for (size_t i = 0; i < c->schema->n_services; i++)
        n_methods += c->schema->services[i].n_methods;
    c->timeouts = weft_arena_array(c->arena, weft_schema_timeout, n_methods);
    if (!services || !c->timeouts)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < c->schema->n_types; i++)
        add_type_defaults(c, &c->schema->types[i]);
    for (size_t i = 0; i < c->schema->n_services; i++) {
        services[i] = service_of(c, &c->schema->services[i]);
        for (size_t m = 0; m < c->schema->services[i].n_methods; m++)
            add_method_defaults(c, &c->schema->services[i].methods[m]);
    }
    source.types = types_of(c);
    source.services = services;
    source.defaults = c->defaults;
    source.n_defaults = c->n_defaults;
    source.timeouts = c->timeouts;
    source.n_timeouts = c->n_timeouts;
    return c->writer.status ? c->writer.status : weft_schema_new(NULL, &source, ret_schema, error);
}

static int schema_of_file(const tool_options *options, const char *path, weft__diagnostics *diags,
                          weft_schema **ret_schema, weft_error *error)
{
    weft__idl_load_options load = { .import_dirs = options->import_dirs,
                                    .n_import_dirs = options->n_import_dirs,
                                    .method_id = weft__idl_method_id };
    weft_allocator allocator = weft__allocator_of(NULL);
    weft__model *model = NULL;
    int status = weft__idl_load(weftc_source_reader(), path, &load, &model, diags);
    if (status)
        return status;
    collector c = { .arena = model->arena };
    weft__writer_init(&c.writer, &allocator, SIZE_MAX / 2);
    status = weft__idl_schema_make(model, &c.schema, error);
    if (!status)
        status = collect(&c, ret_schema, error);
    weft__writer_fini(&c.writer);
    weft__model_free(model);
    return status;
}

int tool_schema_of_file(const tool_options *options, const char *path, weft_schema **ret_schema)
{
    weft__diagnostics *diags;
    weft_error error = { 0 };
    if (weft__diagnostics_new(NULL, &diags)) {
        tool_say("%s", weft_strerror(WEFT_ENOMEM));
        return TOOL_EXIT_FAILED;
    }
    int status = schema_of_file(options, path, diags, ret_schema, &error);
    if (weft__diagnostics_n_errors(diags) > 0)
        (void)weftc_print_diagnostics(diags);
    else if (status)
        tool_say("%s: %s", path, error.text[0] ? error.text : weft_strerror(status));
    weft__diagnostics_free(diags);
    return status ? TOOL_EXIT_USAGE : 0;
}
