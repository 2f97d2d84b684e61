/* `weftc describe` for people. */
#include "codegen/describe.h"

#include <inttypes.h>

static const char *const scalar_names[] = { NULL,  "bool", "u8",  "u16", "u32",    "u64",   "i8",        "i16",
                                            "i32", "i64",  "f32", "f64", "string", "bytes", "timestamp", "duration" };

const char *weftc_describe_name(const weft__model_type *type)
{
    if (type->decl)
        return type->decl->full_name.ptr;
    return type->kind <= WEFT__MODEL_DURATION ? scalar_names[type->kind] : NULL;
}

static void put_type(const weft__model_type *type, FILE *out)
{
    const char *name = weftc_describe_name(type);
    if (name) {
        fputs(name, out);
        return;
    }
    switch (type->kind) {
    case WEFT__MODEL_LIST: fputs("list<", out); break;
    case WEFT__MODEL_MAP:
        fputs("map<", out);
        put_type(type->key, out);
        fputs(", ", out);
        break;
    case WEFT__MODEL_ARRAY: fputs("array<", out); break;
    default: fputs("option<", out); break;
    }
    put_type(type->element, out);
    if (type->kind == WEFT__MODEL_ARRAY)
        fprintf(out, ", %" PRIu32, type->n_array);
    fputs(">", out);
}

static void put_hex(weft_bytes bytes, FILE *out)
{
    for (size_t i = 0; i < bytes.len; i++)
        fprintf(out, "%02x", bytes.ptr[i]);
}

static void put_fields(const weft__model_field *fields, size_t n, const char *indent, FILE *out)
{
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%s%s: ", indent, fields[i].name.ptr);
        put_type(fields[i].type, out);
        fputs(fields[i].has_default ? " = default\n" : "\n", out);
    }
}

static void put_variants(const weft__model_decl *decl, FILE *out)
{
    for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        fprintf(out, "    %" PRIu32 " %s", variant->index, variant->name.ptr);
        if (variant->payload == WEFT__MODEL_PAYLOAD_VALUE) {
            fputs("(", out);
            put_type(variant->type, out);
            fputs(")", out);
        }
        fputs("\n", out);
        if (variant->payload == WEFT__MODEL_PAYLOAD_FIELDS)
            put_fields(variant->fields, variant->n_fields, "        ", out);
    }
}

static void put_declared_type(const weft__idl_schema_type *type, FILE *out)
{
    const weft__model_decl *decl = type->decl;
    bool is_struct = decl->kind == WEFT__MODEL_DECL_STRUCT;
    fprintf(out, "\n%s %s\n    id %016" PRIx64, is_struct ? "struct" : "enum", decl->full_name.ptr, type->id);
    if (type->n_group)
        fprintf(out, ", place %" PRIu32 " in a recursive group of %" PRIu32, type->place, type->n_group);
    fputs("\n    declaration ", out);
    put_hex(type->declaration, out);
    fputs("\n", out);
    if (is_struct)
        put_fields(decl->as.structure.fields, decl->as.structure.n_fields, "    ", out);
    else
        put_variants(decl, out);
}

static void put_param(const weft__model_param *param, FILE *out)
{
    fprintf(out, "%s: ", param->field.name.ptr);
    if (param->is_optional)
        fputs("option<", out);
    if (param->channel)
        fputs(param->channel == WEFT__MODEL_CHANNEL_TX ? "tx<" : "rx<", out);
    put_type(param->field.type, out);
    if (param->channel)
        fprintf(out, ", %" PRIu32 ">", param->credit);
    if (param->is_optional)
        fputs(">", out);
    if (param->field.has_default && !param->is_optional)
        fputs(" = default", out);
}

static void put_method(const weft__idl_schema_method *made, FILE *out)
{
    const weft__model_method *method = made->method;
    fprintf(out, "    %s(", method->name.ptr);
    for (size_t i = 0; i < method->n_params; i++) {
        fputs(i ? ", " : "", out);
        put_param(&method->params[i], out);
    }
    fputs(")", out);
    if (method->result || method->error) {
        fputs(" -> ", out);
        if (method->result)
            put_type(method->result, out);
        else
            fputs("unit", out);
    }
    if (method->error) {
        fputs(" ! ", out);
        put_type(method->error, out);
    }
    fprintf(out, "\n        id %016" PRIx64 ", %s%s%s%s", made->id, method->policy ? "" : "volatile",
            method->policy & WEFT__MODEL_POLICY_IDEMPOTENT ? "idempotent" : "",
            method->policy == (WEFT__MODEL_POLICY_IDEMPOTENT | WEFT__MODEL_POLICY_PERSISTENT) ? ", " : "",
            method->policy & WEFT__MODEL_POLICY_PERSISTENT ? "persistent" : "");
    if (method->timeout_ms)
        fprintf(out, ", timeout %" PRIu32 " ms", method->timeout_ms);
    fputs("\n        root 0 ", out);
    put_hex(made->roots[0], out);
    fputs("\n        root 1 ", out);
    put_hex(made->roots[1], out);
    fputs("\n", out);
}

void weftc_describe_text(const weft__model *model, const weft__idl_schema *schema, FILE *out)
{
    fprintf(out, "package %s (%s)\n", model->root->package.ptr, model->root->source->path.ptr);
    for (size_t i = 0; i < model->root->n_decls; i++) {
        const weft__model_decl *decl = model->root->decls[i];
        if (decl->kind == WEFT__MODEL_DECL_STRUCT || decl->kind == WEFT__MODEL_DECL_ENUM)
            put_declared_type(weft__idl_schema_type_of(schema, decl), out);
    }
    for (size_t i = 0; i < schema->n_services; i++) {
        const weft__idl_schema_service *service = &schema->services[i];
        if (service->decl->file->is_imported)
            continue;
        fprintf(out, "\nservice %s\n    id %016" PRIx64 "\n", service->decl->full_name.ptr, service->id);
        for (size_t j = 0; j < service->n_methods; j++)
            put_method(&service->methods[j], out);
    }
}
