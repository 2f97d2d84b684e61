/* `weftc describe --json`: what tests/vectors/check_ids.py recomputes ids from. Names and scalars need no escapes: they
 * are identifiers. */
#include "codegen/describe.h"

#include <inttypes.h>

static void put_type(const weft__model_type *type_or_null, FILE *out)
{
    if (!type_or_null) {
        fputs("null", out);
        return;
    }
    const weft__model_type *type = type_or_null;
    const char *name = weftc_describe_name(type);
    if (name) {
        fprintf(out, type->decl ? "{\"type\": \"%s\"}" : "\"%s\"", name);
        return;
    }
    switch (type->kind) {
    case WEFT__MODEL_LIST:
        fputs("{\"list\": ", out);
        put_type(type->element, out);
        break;
    case WEFT__MODEL_MAP:
        fputs("{\"map\": [", out);
        put_type(type->key, out);
        fputs(", ", out);
        put_type(type->element, out);
        fputs("]", out);
        break;
    case WEFT__MODEL_ARRAY:
        fprintf(out, "{\"array\": [%" PRIu32 ", ", type->n_array);
        put_type(type->element, out);
        fputs("]", out);
        break;
    default:
        fputs("{\"option\": ", out);
        put_type(type->element, out);
        break;
    }
    fputs("}", out);
}

static void put_hex(weft_bytes bytes, FILE *out)
{
    fputs("\"", out);
    for (size_t i = 0; i < bytes.len; i++)
        fprintf(out, "%02x", bytes.ptr[i]);
    fputs("\"", out);
}

static const char *bool_text(bool value)
{
    return value ? "true" : "false";
}

static void put_fields(const weft__model_field *fields, size_t n, const char *indent, FILE *out)
{
    fputs("\"fields\": [", out);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%s\n%s{\"name\": \"%s\", \"type\": ", i ? "," : "", indent, fields[i].name.ptr);
        put_type(fields[i].type, out);
        fprintf(out, ", \"default\": %s}", bool_text(fields[i].has_default));
    }
    fputs("]", out);
}

static void put_variants(const weft__model_decl *decl, FILE *out)
{
    fprintf(out, "\"closed\": %s, \"variants\": [", bool_text(decl->as.enumeration.is_closed));
    for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        fprintf(out, "%s\n        {\"name\": \"%s\", \"index\": %" PRIu32 ", \"payload\": ", i ? "," : "",
                variant->name.ptr, variant->index);
        if (variant->payload == WEFT__MODEL_PAYLOAD_NONE) {
            fputs("null}", out);
            continue;
        }
        fputs("{", out);
        if (variant->payload == WEFT__MODEL_PAYLOAD_VALUE) {
            fputs("\"type\": ", out);
            put_type(variant->type, out);
        } else {
            put_fields(variant->fields, variant->n_fields, "            ", out);
        }
        fputs("}}", out);
    }
    fputs("]", out);
}

static void put_declared_type(const weft__idl_schema *schema, size_t at, FILE *out)
{
    const weft__idl_schema_type *type = &schema->types[at];
    bool is_struct = type->decl->kind == WEFT__MODEL_DECL_STRUCT;
    fprintf(out, "    {\"name\": \"%s\", \"kind\": \"%s\", \"imported\": %s, \"id\": \"%016" PRIx64 "\",\n",
            type->decl->full_name.ptr, is_struct ? "struct" : "enum", bool_text(type->decl->file->is_imported),
            type->id);
    fputs("      \"group\": [", out);
    for (uint32_t i = 0; i < type->n_group; i++)
        fprintf(out, "%s\"%s\"", i ? ", " : "", schema->types[at - type->place + i].decl->full_name.ptr);
    fputs("],\n      \"declaration\": ", out);
    put_hex(type->declaration, out);
    fputs(",\n      ", out);
    if (is_struct)
        put_fields(type->decl->as.structure.fields, type->decl->as.structure.n_fields, "        ", out);
    else
        put_variants(type->decl, out);
    fputs("}", out);
}

static void put_param(const weft__model_param *param, FILE *out)
{
    static const char *const channels[] = { "no", "tx", "rx" };
    fprintf(out, "{\"name\": \"%s\", \"type\": ", param->field.name.ptr);
    put_type(param->field.type, out);
    fprintf(out, ", \"default\": %s, \"channel\": \"%s\", \"option\": %s", bool_text(param->field.has_default),
            channels[param->channel], bool_text(param->is_optional));
    if (param->channel)
        fprintf(out, ", \"credit\": %" PRIu32, param->credit);
    fputs("}", out);
}

static void put_method(const weft__idl_schema_method *made, FILE *out)
{
    const weft__model_method *method = made->method;
    fprintf(out, "        {\"name\": \"%s\", \"id\": \"%016" PRIx64 "\",\n          \"policy\": [%s%s%s]",
            method->name.ptr, made->id, method->policy & WEFT__MODEL_POLICY_IDEMPOTENT ? "\"idempotent\"" : "",
            method->policy == (WEFT__MODEL_POLICY_IDEMPOTENT | WEFT__MODEL_POLICY_PERSISTENT) ? ", " : "",
            method->policy & WEFT__MODEL_POLICY_PERSISTENT ? "\"persistent\"" : "");
    fprintf(out, ", \"timeout_ms\": %" PRIu32 ",\n          \"params\": [", method->timeout_ms);
    for (size_t i = 0; i < method->n_params; i++) {
        fprintf(out, "%s\n            ", i ? "," : "");
        put_param(&method->params[i], out);
    }
    fputs("],\n          \"result\": ", out);
    put_type(method->result, out);
    fputs(", \"error\": ", out);
    put_type(method->error, out);
    fputs(",\n          \"roots\": [", out);
    put_hex(made->roots[0], out);
    fputs(",\n                    ", out);
    put_hex(made->roots[1], out);
    fputs("]}", out);
}

void weftc_describe_json(const weft__model *model, const weft__idl_schema *schema, FILE *out)
{
    fprintf(out, "{\n  \"format\": 1,\n  \"package\": \"%s\",\n  \"types\": [", model->root->package.ptr);
    for (size_t i = 0; i < schema->n_types; i++) {
        fputs(i ? ",\n" : "\n", out);
        put_declared_type(schema, i, out);
    }
    fputs("],\n  \"services\": [", out);
    for (size_t i = 0; i < schema->n_services; i++) {
        const weft__idl_schema_service *service = &schema->services[i];
        fprintf(out, "%s\n    {\"name\": \"%s\", \"imported\": %s, \"id\": \"%016" PRIx64 "\",\n      \"methods\": [",
                i ? "," : "", service->decl->full_name.ptr, bool_text(service->decl->file->is_imported), service->id);
        for (size_t j = 0; j < service->n_methods; j++) {
            fputs(j ? ",\n" : "\n", out);
            put_method(&service->methods[j], out);
        }
        fputs("]}", out);
    }
    fputs("]\n}\n", out);
}
