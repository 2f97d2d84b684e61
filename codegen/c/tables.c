/* Const tables of the source: see tables.h. */
#include "codegen/c/tables.h"
#include "codegen/c/comments.h"
#include "codegen/c/services.h"
#include "codegen/c/values.h"

#include <inttypes.h>

/* By kind. */
static const char *const kinds[] = {
    [WEFT__MODEL_LIST] = "LIST",
    [WEFT__MODEL_MAP] = "MAP",
    [WEFT__MODEL_ARRAY] = "ARRAY",
    [WEFT__MODEL_OPTION] = "OPTION",
};

void weft__c_emit_asserts(weft__c_unit *unit)
{
    for (size_t i = 0; i < unit->file->n_layout; i++) {
        const weft__model_decl *decl = unit->file->layout[i];
        if (decl->kind == WEFT__MODEL_DECL_ENUM)
            weft__out_f(&unit->out, "\n_Static_assert(sizeof(%s_kind) == sizeof(int), \"an enum as wide as int\");",
                        decl->c_name.ptr);
    }
    weft__out_f(&unit->out, "\n");
}

static void emit_blob(weft__c_unit *unit, const char *name, weft_bytes bytes)
{
    weft__out_f(&unit->out, "\nstatic const uint8_t %s[] = {\n", name);
    weft__out_bytes(&unit->out, bytes);
    weft__out_f(&unit->out, "};\n");
}

/* ---- composites ---- */

static void emit_composite_table(weft__c_unit *unit, const weft__model_type *type)
{
    const weft__c_type *c = weft__c_type_of(unit, type);
    weft__out *out = &unit->out;
    bool is_map = type->kind == WEFT__MODEL_MAP;
    weft__out_f(out, "\n%sconst weft_type %s = {\n", is_map ? "" : "static ", c->table);
    weft__out_f(out, "    .abi = WEFT_GEN_ABI,\n    .kind = WEFT_KIND_%s,\n", kinds[type->kind]);
    if (weft__c_is_indirect(type))
        weft__out_f(out, "    .flags = WEFT_TYPE_INDIRECT,\n");
    if (type->kind == WEFT__MODEL_ARRAY)
        weft__out_f(out, "    .n = %u,\n", (unsigned)type->n_array);
    weft__out_f(out, "    .c_size = sizeof(%s%s),\n", c->base, c->dims);
    if (is_map)
        weft__out_f(out, "    .offset = offsetof(%s_pair, value),\n    .stride = sizeof(%s_pair),\n", c->name, c->name);
    else if (type->kind == WEFT__MODEL_OPTION && !weft__c_is_indirect(type))
        weft__out_f(out, "    .offset = offsetof(%s, value),\n", c->name);
    weft__out_f(out, "    .element = &%s,\n", weft__c_type_of(unit, type->element)->table);
    if (type->key)
        weft__out_f(out, "    .key = &%s,\n", weft__c_type_of(unit, type->key)->table);
    weft__out_f(out, "};\n");
}

void weft__c_emit_composite_tables(weft__c_unit *unit)
{
    for (size_t i = 0; i < unit->model->n_types; i++) {
        const weft__model_type *type = unit->model->types[i];
        if (weft__c_type_of(unit, type)->is_tabled)
            emit_composite_table(unit, type);
    }
}

const char *weft__c_emit_was(weft__c_unit *unit, const char *name, const weft_str *was, size_t n_was)
{
    const char **items = n_was > 0 ? weft__c_texts(unit, n_was + 1) : NULL;
    if (!items)
        return "NULL";
    for (size_t i = 0; i < n_was; i++)
        items[i] = weft__c_text(unit, "\"%s\"", was[i].ptr);
    items[n_was] = "NULL";
    weft__out_list(&unit->out, weft__c_text(unit, "\nstatic const char *const %s[] = { ", name), items, n_was + 1,
                   " };\n");
    return name;
}

/* ---- structs ---- */

static void emit_field_table(weft__c_unit *unit, const char *record, const weft__c_fields *fields)
{
    const char **was = weft__c_texts(unit, fields->n);
    if (!was)
        return;
    for (size_t i = 0; i < fields->n; i++)
        was[i] = weft__c_emit_was(unit, weft__c_text(unit, "%s__%s_was", record, fields->items[i]->c_name.ptr),
                                  fields->items[i]->was, fields->items[i]->n_was);
    weft__out_f(&unit->out, "\nstatic const weft_field %s__fields[] = {\n", record);
    for (size_t i = 0; i < fields->n; i++) {
        const weft__model_field *field = fields->items[i];
        const char *name = field->c_name.ptr;
        const weft__model_value *value = field->default_value;
        const char *flags = field->has_default && field->sensitive ? "WEFT_FIELD_DEFAULT | WEFT_FIELD_SENSITIVE"
                            : field->has_default                   ? "WEFT_FIELD_DEFAULT"
                            : field->sensitive                     ? "WEFT_FIELD_SENSITIVE"
                                                                   : "0";
        const char *initial = value && !weft__c_value_is_zero(field->type, value)
                                  ? weft__c_text(unit, "&%s__%s_default", record, name)
                                  : "NULL";
        const char *items[] = { weft__c_text(unit, "\"%s\"", field->name.ptr),
                                weft__c_text(unit, "&%s", weft__c_type_of(unit, field->type)->table),
                                initial,
                                weft__c_text(unit, "offsetof(%s, %s)", record, name),
                                flags,
                                was[i] };
        weft__out_list(&unit->out, "    { ", items, sizeof items / sizeof items[0], " },\n");
    }
    weft__out_f(&unit->out, "};\n");
}

/* A record without a name in the language: fields of a variant, arguments of a method. */
static void emit_record_table(weft__c_unit *unit, const char *record, const weft__c_fields *fields)
{
    weft__c_emit_defaults(unit, record, fields);
    emit_field_table(unit, record, fields);
    weft__out_f(&unit->out, "\nconst weft_type %s_type = {\n", record);
    weft__out_f(&unit->out, "    .abi = WEFT_GEN_ABI,\n    .kind = WEFT_KIND_STRUCT,\n    .n = %zu,\n", fields->n);
    weft__out_f(&unit->out, "    .c_size = sizeof(%s),\n    .fields = %s__fields,\n};\n", record, record);
}

/* What structs and enums have in common, behind `.c_size`. */
static void emit_identity(weft__c_unit *unit, const weft__model_decl *decl, uint64_t id)
{
    const char *name = decl->c_name.ptr;
    weft__out_f(&unit->out, "    .name = \"%s\",\n    .id = UINT64_C(0x%016" PRIx64 "),\n", decl->full_name.ptr, id);
    weft__out_f(&unit->out, "    .declaration = { %s__declaration, sizeof %s__declaration },\n", name, name);
}

static void emit_struct_table(weft__c_unit *unit, const weft__model_decl *decl, uint64_t id)
{
    const char *name = decl->c_name.ptr;
    weft__c_fields fields = weft__c_struct_fields(unit, decl->as.structure.fields, decl->as.structure.n_fields);
    weft__c_emit_defaults(unit, name, &fields);
    if (fields.n > 0)
        emit_field_table(unit, name, &fields);
    weft__out_f(&unit->out, "\nconst weft_type %s_type = {\n    .abi = WEFT_GEN_ABI,\n", name);
    weft__out_f(&unit->out, "    .kind = WEFT_KIND_STRUCT,\n    .n = %zu,\n    .c_size = sizeof(%s),\n", fields.n,
                name);
    emit_identity(unit, decl, id);
    if (fields.n > 0)
        weft__out_f(&unit->out, "    .fields = %s__fields,\n", name);
    weft__out_f(&unit->out, "};\n");
}

/* ---- enums ---- */

static void emit_variant_table(weft__c_unit *unit, const weft__model_decl *decl)
{
    size_t n = decl->as.enumeration.n_variants;
    const char **was = weft__c_texts(unit, n);
    if (!was)
        return;
    for (size_t i = 0; i < n; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        was[i] = weft__c_emit_was(unit, weft__c_text(unit, "%s__%s_was", decl->c_name.ptr, variant->c_name.ptr),
                                  variant->was, variant->n_was);
    }
    weft__out_f(&unit->out, "\nstatic const weft_variant %s__variants[] = {\n", decl->c_name.ptr);
    for (size_t i = 0; i < n; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        bool has_fields = variant->payload == WEFT__MODEL_PAYLOAD_FIELDS;
        const char *payload = "NULL";
        if (has_fields)
            payload = weft__c_text(unit, "&%s_type", variant->c_fields.ptr);
        else if (variant->type)
            payload = weft__c_text(unit, "&%s", weft__c_type_of(unit, variant->type)->table);
        const char *items[] = { weft__c_text(unit, "\"%s\"", variant->name.ptr), payload, has_fields ? "true" : "false",
                                was[i] };
        weft__out_list(&unit->out, "    { ", items, sizeof items / sizeof items[0], " },\n");
    }
    weft__out_f(&unit->out, "};\n");
}

static void emit_enum_table(weft__c_unit *unit, const weft__model_decl *decl, uint64_t id)
{
    const char *name = decl->c_name.ptr;
    for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        weft__c_fields fields = weft__c_struct_fields(unit, variant->fields, variant->n_fields);
        if (variant->payload == WEFT__MODEL_PAYLOAD_FIELDS)
            emit_record_table(unit, variant->c_fields.ptr, &fields);
    }
    emit_variant_table(unit, decl);
    weft__out_f(&unit->out, "\nconst weft_type %s_type = {\n    .abi = WEFT_GEN_ABI,\n", name);
    weft__out_f(&unit->out, "    .kind = WEFT_KIND_ENUM,\n");
    if (decl->as.enumeration.is_closed)
        weft__out_f(&unit->out, "    .flags = WEFT_TYPE_CLOSED,\n");
    weft__out_f(&unit->out, "    .n = %zu,\n    .c_size = sizeof(%s),\n", decl->as.enumeration.n_variants, name);
    if (decl->as.enumeration.has_payload)
        weft__out_f(&unit->out, "    .offset = offsetof(%s, as),\n", name);
    emit_identity(unit, decl, id);
    weft__out_f(&unit->out, "    .variants = %s__variants,\n};\n", name);
}

void weft__c_emit_type_table(weft__c_unit *unit, const weft__model_decl *decl)
{
    const weft__idl_schema_type *schema = weft__idl_schema_type_of(unit->schema, decl);
    emit_blob(unit, weft__c_text(unit, "%s__declaration", decl->c_name.ptr), schema->declaration);
    if (decl->kind == WEFT__MODEL_DECL_STRUCT)
        emit_struct_table(unit, decl, schema->id);
    else
        emit_enum_table(unit, decl, schema->id);
}

/* ---- services ---- */

void weft__c_emit_args_tables(weft__c_unit *unit, const weft__model_decl *service)
{
    bool has_empty = false;
    for (size_t i = 0; i < service->as.service.n_methods; i++) {
        const weft__model_method *method = &service->as.service.methods[i];
        weft__c_fields fields = weft__c_method_args(unit, method);
        has_empty |= fields.n == 0;
        if (fields.n > 0)
            emit_record_table(unit, weft__c_text(unit, "%s_args", method->c_name.ptr), &fields);
    }
    if (has_empty)
        weft__out_f(&unit->out,
                    "\nstatic const weft_type %s__no_args = {\n    .abi = WEFT_GEN_ABI,\n    .kind = "
                    "WEFT_KIND_STRUCT,\n    .c_size = 1,\n};\n",
                    service->c_name.ptr);
}

static const char *method_flags(weft__c_unit *unit, const weft__model_method *method)
{
    const char *flags = "";
    if (method->policy & WEFT__MODEL_POLICY_IDEMPOTENT)
        flags = " | WEFT_METHOD_IDEMPOTENT";
    if (method->policy & WEFT__MODEL_POLICY_PERSISTENT)
        flags = weft__c_text(unit, "%s | WEFT_METHOD_PERSISTENT", flags);
    if (method->result && weft__c_is_decl(method->result))
        flags = weft__c_text(unit, "%s | WEFT_METHOD_VALUE_POINTER", flags);
    return flags[0] ? flags + 3 : "0";
}

/* [schema.send] */
static const char *types_name(weft__c_unit *unit, const weft__idl_schema_method *method, unsigned direction)
{
    if (method->n_types[direction] == 0)
        return "NULL";
    return weft__c_text(unit, "%s__%s_types", method->method->c_name.ptr, direction == 0 ? "argument" : "result");
}

static void emit_types(weft__c_unit *unit, const weft__idl_schema_method *method, unsigned direction)
{
    size_t n = method->n_types[direction];
    const char **items = n > 0 ? weft__c_texts(unit, n) : NULL;
    if (!items)
        return;
    for (size_t i = 0; i < n; i++)
        items[i] = weft__c_text(unit, "&%s_type", method->types[direction][i]->decl->c_name.ptr);
    const char *name = types_name(unit, method, direction);
    weft__out_list(&unit->out, weft__c_text(unit, "\nstatic const weft_type *const %s[] = { ", name), items, n,
                   " };\n");
}

static weft_str doc_of(weft__c_unit *unit, const weft__model_method *method)
{
    return weft__c_doc_text(unit, &method->doc, method->is_deprecated, method->deprecated);
}

static void emit_method(weft__c_unit *unit, const weft__model_decl *service, const weft__idl_schema_method *schema)
{
    const weft__model_method *method = schema->method;
    weft__out *out = &unit->out;
    const char *name = method->c_name.ptr;
    weft__out_f(out, "    {\n        .name = \"%s\",\n        .id = UINT64_C(0x%016" PRIx64 "),\n", method->name.ptr,
                schema->id);
    if (weft__c_n_args(method) > 0)
        weft__out_f(out, "        .args = &%s_args_type,\n", name);
    else
        weft__out_f(out, "        .args = &%s__no_args,\n", service->c_name.ptr);
    if (method->result)
        weft__out_f(out, "        .result = &%s,\n", weft__c_type_of(unit, method->result)->table);
    if (method->error)
        weft__out_f(out, "        .error = &%s,\n", weft__c_type_of(unit, method->error)->table);
    if (method->timeout_ms > 0)
        weft__out_f(out, "        .timeout_ns = UINT64_C(%" PRIu64 "),\n", (uint64_t)method->timeout_ms * 1000000u);
    else /* [call.deadline] */
        weft__out_f(out, "        .timeout_ns = %s,\n", method->n_channels ? "WEFT_FOREVER" : "WEFT_TIMEOUT_DEFAULT");
    weft__out_f(out, "        .flags = %s,\n", method_flags(unit, method));
    weft__out_f(out, "        .reply_size = sizeof(%s_reply),\n", name);
    if (method->result)
        weft__out_f(out, "        .value_offset = offsetof(%s_reply, value),\n", name);
    if (method->error)
        weft__out_f(out, "        .error_offset = offsetof(%s_reply, error),\n", name);
    if (method->n_channels == 0)
        weft__out_f(out, "        .dispatch = %s__dispatch,\n", name);
    weft__out_f(out, "        .deliver = %s__deliver,\n", name);
    weft__out_f(out, "        .roots = { { %s__arguments, sizeof %s__arguments },\n", name, name);
    weft__out_f(out, "                   { %s__results, sizeof %s__results } },\n", name, name);
    if (method->n_channels > 0)
        weft__out_f(out,
                    "        .channels = %s__channels,\n        .n_channels = %zu,\n        .dispatch_channels = "
                    "%s__dispatch,\n",
                    name, method->n_channels, name);
    if (schema->n_types[0] + schema->n_types[1] > 0) {
        weft__out_f(out, "        .types = { %s, %s },\n", types_name(unit, schema, 0), types_name(unit, schema, 1));
        weft__out_f(out, "        .n_types = { %zu, %zu },\n", schema->n_types[0], schema->n_types[1]);
    }
    if (doc_of(unit, method).len > 0)
        weft__out_f(out, "        .doc = %s__doc,\n", name);
    weft__out_f(out, "    },\n");
}

static void emit_docs(weft__c_unit *unit, const weft__model_decl *service)
{
    weft_str text = weft__c_doc_text(unit, &service->doc, service->is_deprecated, service->deprecated);
    if (text.len > 0) {
        weft__out_f(&unit->out, "\n");
        weft__c_emit_chars(unit, weft__c_text(unit, "%s__doc", service->c_name.ptr), text);
    }
    for (size_t i = 0; i < service->as.service.n_methods; i++) {
        const weft__model_method *method = &service->as.service.methods[i];
        text = doc_of(unit, method);
        if (text.len == 0)
            continue;
        weft__out_f(&unit->out, "\n");
        weft__c_emit_chars(unit, weft__c_text(unit, "%s__doc", method->c_name.ptr), text);
    }
}

void weft__c_emit_service_table(weft__c_unit *unit, const weft__model_decl *service)
{
    const weft__idl_schema_service *schema = weft__idl_schema_service_of(unit->schema, service);
    const char *name = service->c_name.ptr;
    size_t n = service->as.service.n_methods;
    for (size_t i = 0; i < n; i++) {
        const char *method = service->as.service.methods[i].c_name.ptr;
        emit_blob(unit, weft__c_text(unit, "%s__arguments", method), schema->methods[i].roots[0]);
        emit_blob(unit, weft__c_text(unit, "%s__results", method), schema->methods[i].roots[1]);
        emit_types(unit, &schema->methods[i], 0);
        emit_types(unit, &schema->methods[i], 1);
    }
    emit_docs(unit, service);
    if (n > 0) {
        weft__out_f(&unit->out, "\nstatic const weft_method %s__methods[] = {\n", name);
        for (size_t i = 0; i < n; i++)
            emit_method(unit, service, &schema->methods[i]);
        weft__out_f(&unit->out, "};\n");
    }
    weft__out_f(&unit->out, "\nconst weft_service_type %s_service = {\n    .abi = WEFT_GEN_ABI,\n", name);
    weft__out_f(&unit->out, "    .method_size = sizeof(weft_method),\n    .n_methods = %zu,\n", n);
    weft__out_f(&unit->out, "    .name = \"%s\",\n    .id = UINT64_C(0x%016" PRIx64 "),\n", service->full_name.ptr,
                schema->id);
    if (n > 0)
        weft__out_f(&unit->out, "    .methods = %s__methods,\n", name);
    weft__out_f(&unit->out, "    .closed = %s__closed,\n    .opened = %s__opened,\n", name, name);
    if (weft__c_doc_text(unit, &service->doc, service->is_deprecated, service->deprecated).len > 0)
        weft__out_f(&unit->out, "    .doc = %s__doc,\n", name);
    weft__out_f(&unit->out, "};\n");
}
