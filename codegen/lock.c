/* weft.lock: writing it. */
#include "codegen/lock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "codegen/c/out.h"
#include "codegen/describe.h"
#include "idl/format.h"
#include "idl/text.h"
#include "runtime/base/mem.h"

/* One package while it is written. */
typedef struct section {
    weft__out out;
    const weft__model_file *file;
    const weft__idl_schema *schema;
} section;

static const char *text_of(weft_str text)
{
    return text.ptr;
}

/* ---- types and values ---- */

static void put_type(section *s, const weft__model_type *type)
{
    static const char *const names[] = { [WEFT__MODEL_LIST] = "list",
                                         [WEFT__MODEL_MAP] = "map",
                                         [WEFT__MODEL_ARRAY] = "array",
                                         [WEFT__MODEL_OPTION] = "option" };
    if (type->decl) {
        bool is_own = weft_str_equal(type->decl->file->package, s->file->package);
        weft__out_f(&s->out, "%s", text_of(is_own ? type->decl->name : type->decl->full_name));
        return;
    }
    if (type->kind <= WEFT__MODEL_DURATION) {
        weft__out_f(&s->out, "%s", weftc_describe_name(type));
        return;
    }
    weft__out_f(&s->out, "%s<", names[type->kind]);
    if (type->key) {
        put_type(s, type->key);
        weft__out_f(&s->out, ", ");
    }
    put_type(s, type->element);
    if (type->kind == WEFT__MODEL_ARRAY)
        weft__out_f(&s->out, ", %" PRIu32, type->n_array);
    weft__out_f(&s->out, ">");
}

/* A literal that the lexer reads back: what is no printable ASCII by its bytes, or, in a string, as it is. */
static void put_string(section *s, weft_str text, bool is_bytes)
{
    weft__out_f(&s->out, "\"");
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '"' || c == '\\')
            weft__out_f(&s->out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f || (c >= 0x80 && is_bytes))
            weft__out_f(&s->out, "\\x%02X", c);
        else
            weft__out_f(&s->out, "%c", c);
    }
    weft__out_f(&s->out, "\"");
}

static void put_value(section *s, const weft__model_type *type, const weft__model_value *value)
{
    char real[WEFT__TEXT_REAL_MAX];
    switch (value->kind) {
    case WEFT__MODEL_VALUE_BOOL: weft__out_f(&s->out, value->boolean ? "true" : "false"); break;
    case WEFT__MODEL_VALUE_INT:
        weft__out_f(&s->out, type->kind == WEFT__MODEL_DURATION ? "\"%s%" PRIu64 "ns\"" : "%s%" PRIu64,
                    value->negative ? "-" : "", value->magnitude);
        break;
    case WEFT__MODEL_VALUE_FLOAT:
        weft__text_real(value->real, type->kind == WEFT__MODEL_F32, real);
        weft__out_f(&s->out, "%s", real);
        break;
    case WEFT__MODEL_VALUE_STRING: put_string(s, value->text, type->kind == WEFT__MODEL_BYTES); break;
    case WEFT__MODEL_VALUE_VARIANT:
        weft__out_f(&s->out, "%s", text_of(type->decl->as.enumeration.variants[value->variant].name));
        break;
    case WEFT__MODEL_VALUE_EMPTY:
        weft__out_f(&s->out, "%s",
                    type->kind == WEFT__MODEL_OPTION ? "none"
                    : type->kind == WEFT__MODEL_LIST ? "[]"
                                                     : "{}");
        break;
    }
}

/* ---- declarations ---- */

static void put_was(section *s, const weft_str *was, size_t n)
{
    for (size_t i = 0; i < n; i++)
        weft__out_f(&s->out, "@was(\"%s\") ", text_of(was[i]));
}

static void put_field(section *s, const weft__model_field *field)
{
    put_was(s, field->was, field->n_was);
    weft__out_f(&s->out, "%s: ", text_of(field->name));
    put_type(s, field->type);
    if (!field->default_value || field->type->kind == WEFT__MODEL_OPTION)
        return;
    weft__out_f(&s->out, " = ");
    put_value(s, field->type, field->default_value);
}

static void put_fields(section *s, const weft__model_field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        put_field(s, &fields[i]);
        weft__out_f(&s->out, ";\n");
    }
}

static void put_reserved(section *s, const weft__model_decl *decl)
{
    for (size_t i = 0; i < decl->n_reserved; i++)
        weft__out_f(&s->out, "reserved %s;\n", text_of(decl->reserved[i]));
}

static void put_struct(section *s, const weft__model_decl *decl)
{
    weft__out_f(&s->out, "struct %s {\n", text_of(decl->name));
    put_fields(s, decl->as.structure.fields, decl->as.structure.n_fields);
}

static void put_enum(section *s, const weft__model_decl *decl)
{
    weft__out_f(&s->out, "%senum %s {\n", decl->as.enumeration.is_closed ? "@closed " : "", text_of(decl->name));
    for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        put_was(s, variant->was, variant->n_was);
        weft__out_f(&s->out, "%s", text_of(variant->name));
        if (variant->payload == WEFT__MODEL_PAYLOAD_VALUE) {
            weft__out_f(&s->out, "(");
            put_type(s, variant->type);
            weft__out_f(&s->out, ")");
        } else if (variant->payload == WEFT__MODEL_PAYLOAD_FIELDS) {
            weft__out_f(&s->out, " {\n");
            put_fields(s, variant->fields, variant->n_fields);
            weft__out_f(&s->out, "}");
        }
        weft__out_f(&s->out, ";\n");
    }
}

static void put_param(section *s, const weft__model_param *param)
{
    if (!param->channel) {
        put_field(s, &param->field);
        return;
    }
    put_was(s, param->field.was, param->field.n_was);
    weft__out_f(&s->out, "%s: %s%s<", text_of(param->field.name), param->is_optional ? "option<" : "",
                param->channel == WEFT__MODEL_CHANNEL_TX ? "tx" : "rx");
    put_type(s, param->field.type);
    weft__out_f(&s->out, ", %" PRIu32 ">%s", param->credit, param->is_optional ? ">" : "");
}

static void put_method(section *s, const weft__idl_schema_method *made)
{
    const weft__model_method *method = made->method;
    weft__out_f(&s->out, "// id %016" PRIx64 "\n", made->id);
    if (method->policy & WEFT__MODEL_POLICY_IDEMPOTENT)
        weft__out_f(&s->out, "@idempotent ");
    if (method->policy & WEFT__MODEL_POLICY_PERSISTENT)
        weft__out_f(&s->out, "@persistent ");
    if (method->timeout_ms)
        weft__out_f(&s->out, "@timeout(\"%" PRIu32 "ms\") ", method->timeout_ms);
    weft__out_f(&s->out, "%s(", text_of(method->name));
    for (size_t i = 0; i < method->n_params; i++) {
        weft__out_f(&s->out, i ? ", " : "");
        put_param(s, &method->params[i]);
    }
    weft__out_f(&s->out, ")");
    if (method->result || method->error)
        weft__out_f(&s->out, " -> ");
    if (method->result)
        put_type(s, method->result);
    else if (method->error)
        weft__out_f(&s->out, "unit");
    if (method->error) {
        weft__out_f(&s->out, " ! ");
        put_type(s, method->error);
    }
    weft__out_f(&s->out, ";\n");
}

static int by_method_name(const void *a, const void *b)
{
    return strcmp((*(const weft__idl_schema_method *const *)a)->method->name.ptr,
                  (*(const weft__idl_schema_method *const *)b)->method->name.ptr);
}

static int put_service(section *s, const weft__model_decl *decl, weft_arena *arena)
{
    const weft__idl_schema_service *service = weft__idl_schema_service_of(s->schema, decl);
    const weft__idl_schema_method **methods =
        weft_arena_array(arena, const weft__idl_schema_method *, service->n_methods);
    if (!methods)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < service->n_methods; i++)
        methods[i] = &service->methods[i];
    if (service->n_methods > 1)
        qsort(methods, service->n_methods, sizeof(const weft__idl_schema_method *), by_method_name);
    weft__out_f(&s->out, "// id %016" PRIx64 "\nservice %s {\n", service->id, text_of(decl->name));
    for (size_t i = 0; i < service->n_methods; i++)
        put_method(s, methods[i]);
    return 0;
}

static int put_decl(section *s, const weft__model_decl *decl, weft_arena *arena)
{
    int status = 0;
    weft__out_f(&s->out, "\n");
    if (decl->kind == WEFT__MODEL_DECL_SERVICE) {
        status = put_service(s, decl, arena);
    } else {
        weft__out_f(&s->out, "// id %016" PRIx64 "\n", weft__idl_schema_type_of(s->schema, decl)->id);
        if (decl->kind == WEFT__MODEL_DECL_STRUCT)
            put_struct(s, decl);
        else
            put_enum(s, decl);
    }
    put_reserved(s, decl);
    weft__out_f(&s->out, "}\n");
    return status;
}

/* ---- packages ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const weft__model_decl *const *)a)->name.ptr, (*(const weft__model_decl *const *)b)->name.ptr);
}

static int by_package(const void *a, const void *b)
{
    return strcmp((*(const weft__model_import *const *)a)->file->package.ptr,
                  (*(const weft__model_import *const *)b)->file->package.ptr);
}

static int put_imports(section *s, weft_arena *arena)
{
    const weft__model_import **imports = weft_arena_array(arena, const weft__model_import *, s->file->n_imports);
    if (!imports)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < s->file->n_imports; i++)
        imports[i] = &s->file->imports[i];
    if (s->file->n_imports > 1)
        qsort(imports, s->file->n_imports, sizeof(const weft__model_import *), by_package);
    weft__out_f(&s->out, "package %s;\n\n", text_of(s->file->package));
    for (size_t i = 0; i < s->file->n_imports; i++)
        weft__out_f(&s->out, "import \"%s.weft\";\n", text_of(imports[i]->file->package));
    return 0;
}

static int put_package(section *s, weft_arena *arena)
{
    size_t n = 0;
    const weft__model_decl **decls = weft_arena_array(arena, const weft__model_decl *, s->file->n_decls);
    int status = decls ? put_imports(s, arena) : WEFT_ENOMEM;
    for (size_t i = 0; i < s->file->n_decls && status == 0; i++)
        if (s->file->decls[i]->kind != WEFT__MODEL_DECL_CONST && s->file->decls[i]->kind != WEFT__MODEL_DECL_ALIAS)
            decls[n++] = s->file->decls[i];
    if (n > 1)
        qsort(decls, n, sizeof(const weft__model_decl *), by_name);
    for (size_t i = 0; i < n && status == 0; i++)
        status = put_decl(s, decls[i], arena);
    return status ? status : s->out.rc;
}

/* In the one layout. */
static int package_text(const weft__model_file *file, const weft__idl_schema *schema, weft_arena *arena,
                        weft_str *ret_text)
{
    weft_allocator allocator = weft__allocator_of(NULL);
    weft__diagnostics *diags = NULL;
    section s = { .file = file, .schema = schema };
    weft__out_init(&s.out, &allocator);
    int status = weft__diagnostics_new(NULL, &diags);
    if (status == 0)
        status = put_package(&s, arena);
    if (status == 0) {
        weft__idl_source source = { .path = file->package, .text = weft_str_of((char *)s.out.buf.data, s.out.buf.len) };
        status = weft__idl_format(&source, arena, diags, ret_text);
    }
    weft__diagnostics_free(diags);
    weft__out_fini(&s.out);
    return status;
}

typedef struct package {
    const weft__model_file *file;
    const weft__idl_schema *schema;
} package;

static int by_package_name(const void *a, const void *b)
{
    return strcmp(((const package *)a)->file->package.ptr, ((const package *)b)->file->package.ptr);
}

/* Every package of the side once, imported ones too. */
static package *packages_of(const weftc_side *side, size_t *ret_n)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < side->n_files; i++)
        n += side->files[i].model->n_files;
    package *packages = weft_arena_array(side->arena, package, n);
    if (!packages)
        return NULL;
    n = 0;
    for (size_t i = 0; i < side->n_files; i++)
        for (size_t j = 0; j < side->files[i].model->n_files; j++)
            packages[n++] = (package){ side->files[i].model->files[j], side->files[i].schema };
    if (n > 1)
        qsort(packages, n, sizeof *packages, by_package_name);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || by_package_name(&packages[kept - 1], &packages[i]) != 0)
            packages[kept++] = packages[i];
    *ret_n = kept;
    return packages;
}

int weftc_lock_text(const weftc_side *side, weft_str *ret_text)
{
    static const char head[] =
        "// Made by `weftc lock`: what has been published. `weftc check` holds the files against "
        "it.\n// Do not edit it: change the files, and run `weftc lock` again.\n";
    size_t n = 0;
    package *packages = packages_of(side, &n);
    weft_str *pieces = packages ? weft_arena_array(side->arena, weft_str, 2 * n + 1) : NULL;
    int status = pieces ? 0 : WEFT_ENOMEM;
    for (size_t i = 0; i < n && status == 0; i++) {
        pieces[2 * i + 1] = WEFT_STR("\n");
        status = package_text(packages[i].file, packages[i].schema, side->arena, &pieces[2 * i + 2]);
    }
    if (status == 0) {
        pieces[0] = weft_str_of(head, sizeof head - 1);
        *ret_text = weft__text_join(side->arena, pieces, 2 * n + 1);
        status = ret_text->ptr ? 0 : WEFT_ENOMEM;
    }
    if (status < 0)
        fprintf(stderr, "weftc: the lock cannot be made: %s\n", weft_strerror(status));
    return status;
}
