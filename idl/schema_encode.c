/* Canonical bytes of a model's declarations, roots and services: docs/protocol.md, section 7. */
#include "idl/schema_internal.h"

#include "runtime/base/error.h"
#include "runtime/base/hash.h"

/* One thing being written. */
typedef struct encoder {
    weft__schema_maker *maker;
    weft_writer *writer;
    const weft__schema_node *self; /* NULL: a root */
    weft__schema_pass pass;
    int status;
} encoder;

/* The model's kinds of scalars are the protocol's codes. */
_Static_assert((int)WEFT__MODEL_BOOL == (int)WEFT__CANON_BOOL, "scalars are numbered alike");
_Static_assert((int)WEFT__MODEL_DURATION == (int)WEFT__CANON_DURATION, "scalars are numbered alike");

static void put_reference(encoder *e, const weft__model_decl *decl)
{
    const weft__schema_node *node = weft__schema_node_of(e->maker, decl);
    const weft__schema_group *group = &e->maker->groups[node->group];
    bool is_inside = e->self && e->self->group == node->group && group->is_recursive;
    if (!is_inside)
        weft__canon_type(e->writer, node->id);
    else if (e->pass == WEFT__SCHEMA_FIRST)
        weft__canon_type(e->writer, 0);
    else
        weft__canon_place(e->writer, node->place);
}

static void put_type(encoder *e, const weft__model_type *type, unsigned depth)
{
    if (depth > WEFT__SCHEMA_DEPTH_MAX) { /* [schema.required] */
        e->status = WEFT_EINVAL;
        return;
    }
    switch (type->kind) {
    case WEFT__MODEL_LIST:
        weft__canon_list(e->writer);
        put_type(e, type->element, depth + 1);
        return;
    case WEFT__MODEL_MAP:
        weft__canon_map(e->writer);
        put_type(e, type->key, depth + 1);
        put_type(e, type->element, depth + 1);
        return;
    case WEFT__MODEL_ARRAY:
        weft__canon_array(e->writer, type->n_array);
        put_type(e, type->element, depth + 1);
        return;
    case WEFT__MODEL_OPTION:
        weft__canon_option(e->writer);
        put_type(e, type->element, depth + 1);
        return;
    case WEFT__MODEL_STRUCT:
    case WEFT__MODEL_ENUM: put_reference(e, type->decl); return;
    default: weft__canon_scalar(e->writer, (unsigned)type->kind); return;
    }
}

static void put_type_or_nil(encoder *e, const weft__model_type *type_or_null)
{
    if (type_or_null)
        put_type(e, type_or_null, 1);
    else
        weft__write_nil(e->writer);
}

static void put_fields(encoder *e, const weft__model_field *fields, size_t n_fields)
{
    for (size_t i = 0; i < n_fields; i++) {
        weft__canon_field_begin(e->writer, fields[i].name);
        put_type(e, fields[i].type, 1);
        weft__canon_field_end(e->writer, fields[i].has_default);
    }
}

static void put_variant(encoder *e, const weft__model_variant *variant)
{
    weft__canon_variant(e->writer, variant->name, variant->index);
    switch (variant->payload) {
    case WEFT__MODEL_PAYLOAD_VALUE:
        weft__canon_payload_value(e->writer);
        put_type(e, variant->type, 1);
        return;
    case WEFT__MODEL_PAYLOAD_FIELDS:
        weft__canon_payload_fields(e->writer, variant->n_fields);
        put_fields(e, variant->fields, variant->n_fields);
        return;
    default: weft__canon_payload_none(e->writer); return;
    }
}

static encoder encoder_begin(weft__schema_maker *maker, const weft__schema_node *self, weft__schema_pass pass)
{
    maker->writer.buf.len = 0;
    maker->writer.status = 0;
    return (encoder){ maker, &maker->writer, self, pass, 0 };
}

/* What was written; name says of what, where it cannot be. */
static int encoder_end(encoder *e, weft_str name, weft_arena *arena, weft_bytes *ret_bytes)
{
    if (e->status == WEFT_EINVAL) {
        weft__error_set(e->maker->error, WEFT_EINVAL, "");
        weft__error_add_text(e->maker->error, name);
        weft__error_add_text(e->maker->error, WEFT_STR(": a type is nested more than "));
        weft__error_add_number(e->maker->error, WEFT__SCHEMA_DEPTH_MAX);
        weft__error_add_text(e->maker->error, WEFT_STR(" deep"));
        return WEFT_EINVAL;
    }
    if (e->writer->status)
        return e->writer->status;
    uint8_t *copy = weft_arena_alloc(arena, e->writer->buf.len, 1);
    if (!copy)
        return WEFT_ENOMEM;
    memcpy(copy, e->writer->buf.data, e->writer->buf.len);
    *ret_bytes = weft_bytes_of(copy, e->writer->buf.len);
    return 0;
}

int weft__schema_put_declaration(weft__schema_maker *maker, const weft__schema_node *node, weft__schema_pass pass,
                                 weft_arena *arena, weft_bytes *ret_bytes)
{
    encoder e = encoder_begin(maker, node, pass);
    const weft__model_decl *decl = node->decl;
    if (decl->kind == WEFT__MODEL_DECL_STRUCT) {
        weft__canon_struct(e.writer, decl->full_name, decl->as.structure.n_fields);
        put_fields(&e, decl->as.structure.fields, decl->as.structure.n_fields);
    } else {
        weft__canon_enum(e.writer, decl->full_name, decl->as.enumeration.n_variants);
        for (size_t i = 0; i < decl->as.enumeration.n_variants; i++)
            put_variant(&e, &decl->as.enumeration.variants[i]);
    }
    return encoder_end(&e, decl->full_name, arena, ret_bytes);
}

static void put_arguments(encoder *e, const weft__model_method *method)
{
    weft__canon_arguments(e->writer, method->n_params);
    for (size_t i = 0; i < method->n_params; i++) {
        const weft__model_param *param = &method->params[i];
        weft__canon_param_begin(e->writer, param->field.name);
        put_type_or_nil(e, param->channel == WEFT__MODEL_CHANNEL_TX ? NULL : param->field.type);
        weft__canon_param_end(e->writer, param->field.has_default, (unsigned)param->channel, param->is_optional);
    }
}

static void put_results(encoder *e, const weft__model_method *method)
{
    size_t n_tx = 0;
    for (size_t i = 0; i < method->n_params; i++)
        n_tx += method->params[i].channel == WEFT__MODEL_CHANNEL_TX;
    weft__canon_results(e->writer);
    put_type_or_nil(e, method->result);
    put_type_or_nil(e, method->error);
    weft__canon_policy(e->writer, method->policy, n_tx);
    for (size_t i = 0; i < method->n_params; i++) {
        const weft__model_param *param = &method->params[i];
        if (param->channel != WEFT__MODEL_CHANNEL_TX)
            continue;
        weft__canon_tx(e->writer, param->field.name);
        put_type(e, param->field.type, 1);
    }
}

int weft__schema_put_root(weft__schema_maker *maker, const weft__model_method *method, unsigned direction,
                          weft_bytes *ret_bytes)
{
    encoder e = encoder_begin(maker, NULL, WEFT__SCHEMA_FINAL);
    if (direction == 0)
        put_arguments(&e, method);
    else
        put_results(&e, method);
    return encoder_end(&e, method->name, maker->arena, ret_bytes);
}

int weft__schema_put_service(weft__schema_maker *maker, const weft__model_decl *decl,
                             const weft__idl_schema_method *const *methods, size_t n_methods, uint64_t *ret_id)
{
    encoder e = encoder_begin(maker, NULL, WEFT__SCHEMA_FINAL);
    weft__canon_service(e.writer, decl->full_name, n_methods);
    for (size_t i = 0; i < n_methods; i++)
        weft__canon_method(e.writer, methods[i]->method->name, methods[i]->roots[0], methods[i]->roots[1]);
    if (e.writer->status)
        return e.writer->status;
    *ret_id = weft__hash64(weft_bytes_of(e.writer->buf.data, e.writer->buf.len)); /* [schema.service-id] */
    return 0;
}

/* ---- references ---- */

static int each_in_type(const weft__model_type *type, int (*visit)(void *ctx, const weft__model_decl *referred),
                        void *ctx)
{
    while (!type->decl && type->element)
        type = type->element; /* a map's key is a scalar */
    return type->decl ? visit(ctx, type->decl) : 0;
}

static int each_in_fields(const weft__model_field *fields, size_t n,
                          int (*visit)(void *ctx, const weft__model_decl *referred), void *ctx)
{
    int err = 0;
    for (size_t i = 0; !err && i < n; i++)
        err = each_in_type(fields[i].type, visit, ctx);
    return err;
}

int weft__schema_each_reference(const weft__model_decl *decl, int (*visit)(void *ctx, const weft__model_decl *referred),
                                void *ctx)
{
    int err = 0;
    if (decl->kind == WEFT__MODEL_DECL_STRUCT)
        return each_in_fields(decl->as.structure.fields, decl->as.structure.n_fields, visit, ctx);
    for (size_t i = 0; !err && i < decl->as.enumeration.n_variants; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        if (variant->payload == WEFT__MODEL_PAYLOAD_VALUE)
            err = each_in_type(variant->type, visit, ctx);
        else if (variant->payload == WEFT__MODEL_PAYLOAD_FIELDS)
            err = each_in_fields(variant->fields, variant->n_fields, visit, ctx);
    }
    return err;
}

int weft__schema_each_of_root(const weft__model_method *method, unsigned direction,
                              int (*visit)(void *ctx, const weft__model_decl *referred), void *ctx)
{
    int err = 0;
    for (size_t i = 0; !err && i < method->n_params; i++) {
        bool is_result = method->params[i].channel == WEFT__MODEL_CHANNEL_TX;
        if (is_result == (direction == 1))
            err = each_in_type(method->params[i].field.type, visit, ctx);
    }
    if (!err && direction == 1 && method->result)
        err = each_in_type(method->result, visit, ctx);
    if (!err && direction == 1 && method->error)
        err = each_in_type(method->error, visit, ctx);
    return err;
}
