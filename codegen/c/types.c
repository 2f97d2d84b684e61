/* Types of the header: see types.h. */
#include "codegen/c/types.h"
#include "codegen/c/comments.h"

/* ---- functions over types ---- */

typedef struct inline_function {
    const char *result;
    const char *suffix;
    const char *params[4];
    size_t n_params;
    const char *body;
} inline_function;

static const inline_function type_functions[] = {
    { "void", "init", { "@ *value" }, 1, "weft_gen_init(&@_type, value);" },
    { "int",
      "copy",
      { "@ *ret_value", "const @ *value", "weft_arena *arena" },
      3,
      "return weft_gen_copy(&@_type, ret_value, value, arena);" },
    { "bool", "equal", { "const @ *a", "const @ *b" }, 2, "return weft_gen_equal(&@_type, a, b);" },
    { "int",
      "encode",
      { "const @ *value", "weft_writer *writer" },
      2,
      "return weft_gen_encode(&@_type, value, writer);" },
    { "int",
      "decode",
      { "@ *ret_value", "weft_bytes bytes", "weft_arena *arena", "weft_error *error_or_null" },
      4,
      "return weft_gen_decode(&@_type, bytes, arena, ret_value, error_or_null);" },
    { "int",
      "print",
      { "const @ *value", "int (*write)(void *user, const char *text, size_t len)", "void *user" },
      3,
      "return weft_gen_print(&@_type, value, write, user);" },
};

void weft__c_emit_inline(weft__c_unit *unit, const char *name, const char *result, const char *suffix,
                         const char *const *params, size_t n_params, const char *body)
{
    const char *expanded[4];
    for (size_t i = 0; i < n_params; i++)
        expanded[i] = weft__c_expand(unit, params[i], name);
    size_t len = strlen(result);
    bool is_pointer = len > 0 && result[len - 1] == '*';
    const char *head = weft__c_text(unit, "static inline %s%s%s_%s(", weft__c_expand(unit, result, name),
                                    is_pointer ? "" : " ", name, suffix);
    weft__out_list(&unit->out, head, expanded, n_params, ")\n{\n");
    weft__out_f(&unit->out, "    %s\n}\n", weft__c_expand(unit, body, name));
}

static void emit_type_functions(weft__c_unit *unit, const char *name)
{
    weft__out_f(&unit->out, "\nextern %s const weft_type %s_type;\n", unit->export_macro, name);
    for (size_t i = 0; i < sizeof type_functions / sizeof type_functions[0]; i++) {
        const inline_function *f = &type_functions[i];
        weft__c_emit_inline(unit, name, f->result, f->suffix, f->params, f->n_params, f->body);
    }
}

void weft__c_emit_init(weft__c_unit *unit, const char *name)
{
    const inline_function *f = &type_functions[0];
    weft__out_f(&unit->out, "\nextern %s const weft_type %s_type;\n", unit->export_macro, name);
    weft__c_emit_inline(unit, name, f->result, f->suffix, f->params, f->n_params, f->body);
}

/* ---- composites ---- */

/* Their names stand in the forward declarations. */
static void emit_pointer_struct(weft__c_unit *unit, const char *name, const char *items)
{
    weft__out_f(&unit->out, "struct %s {\n    %s;\n    size_t len;\n};\n", name, items);
}

/* Writes the C type, and first those that it holds by value, where it is not there yet. */
static void complete(weft__c_unit *unit, const weft__model_type *type)
{
    weft__c_type *c = weft__c_type_of(unit, type);
    if (!weft__c_is_composite(type) || c->is_written)
        return;
    c->is_written = true;
    if (type->kind == WEFT__MODEL_OPTION || type->kind == WEFT__MODEL_ARRAY)
        complete(unit, type->element);
    if (!c->is_made)
        return;
    if (type->kind == WEFT__MODEL_LIST) {
        emit_pointer_struct(unit, c->name, weft__c_element_pointer(unit, type->element, "items"));
    } else if (type->kind == WEFT__MODEL_MAP) {
        weft__out_f(&unit->out, "/* Ascending by key, each key once: %s_sort. */\n", c->name);
        emit_pointer_struct(unit, c->name, weft__c_text(unit, "const %s_pair *items", c->name));
    } else {
        weft__out_f(&unit->out, "struct %s {\n    bool has;\n    %s;\n};\n", c->name,
                    weft__c_member(unit, type->element, "value"));
    }
}

static void emit_pair(weft__c_unit *unit, const weft__model_type *type)
{
    const char *name = weft__c_type_of(unit, type)->name;
    const weft__c_type *element = weft__c_type_of(unit, type->element);
    bool is_pointer = weft__c_is_indirect(type->element);
    weft__out_f(&unit->out, "struct %s_pair {\n    %s;\n    %s%svalue;\n};\n", name,
                weft__c_member(unit, type->key, "key"), element->name, is_pointer ? "" : " ");
    weft__out_f(&unit->out, "extern %s const weft_type %s_type;\n", unit->export_macro, name);
    static const char *const sort_params[] = { "@_pair *pairs", "size_t n" };
    weft__out_f(&unit->out, "/* 0; WEFT_EINVAL: a key stands twice. */\n");
    weft__c_emit_inline(unit, name, "int", "sort", sort_params, 2, "return weft_gen_sort(&@_type, pairs, n);");
    const char *find_params[] = { "@ map", weft__c_member(unit, type->key, "key") };
    const char *result = weft__c_element_pointer(unit, type->element, "");
    weft__out_f(&unit->out, "/* NULL: there is none. The map is in order. */\n");
    weft__c_emit_inline(unit, name, result, "find", find_params, 2,
                        weft__c_text(unit, "return (%s)weft_gen_find(&@_type, &map, &key);", result));
}

void weft__c_emit_composites(weft__c_unit *unit)
{
    bool is_needed = false;
    for (size_t i = 0; i < unit->model->n_types; i++) {
        const weft__c_type *c = &unit->types[i];
        is_needed |= c->is_used && ((c->is_made && !c->is_written) || c->has_wrapper ||
                                    unit->model->types[i]->kind == WEFT__MODEL_MAP);
    }
    if (is_needed)
        weft__c_emit_section(unit, "lists, maps, options and arrays");
    for (size_t i = 0; i < unit->model->n_types; i++) {
        const weft__model_type *type = unit->model->types[i];
        const weft__c_type *c = weft__c_type_of(unit, type);
        if (!c->is_used)
            continue;
        complete(unit, type);
        if (c->has_wrapper)
            weft__out_f(&unit->out, "struct %s {\n    %s;\n};\n", c->name, weft__c_member(unit, type, "items"));
        if (type->kind == WEFT__MODEL_MAP)
            emit_pair(unit, type);
    }
}

void weft__c_emit_aliases(weft__c_unit *unit)
{
    for (size_t i = 0; i < unit->file->n_decls; i++) {
        const weft__model_decl *decl = unit->file->decls[i];
        if (decl->kind != WEFT__MODEL_DECL_ALIAS)
            continue;
        weft__c_emit_doc(unit, 0, &decl->doc, decl->is_deprecated, decl->deprecated);
        weft__out_f(&unit->out, "typedef %s;\n", weft__c_member(unit, decl->as.alias.type, decl->c_name.ptr));
    }
}

/* ---- forward declarations ---- */

static void emit_forward(weft__c_unit *unit, const char *name)
{
    weft__out_f(&unit->out, "typedef struct %s %s;\n", name, name);
}

void weft__c_emit_forward(weft__c_unit *unit)
{
    bool is_needed = unit->file->n_layout > 0;
    for (size_t i = 0; i < unit->model->n_types; i++)
        is_needed |= unit->types[i].is_used && (unit->types[i].is_made || unit->types[i].has_wrapper);
    if (is_needed)
        weft__c_emit_section(unit, "types");
    for (size_t i = 0; i < unit->file->n_layout; i++) {
        emit_forward(unit, unit->file->layout[i]->c_name.ptr);
        emit_forward(unit, weft__c_text(unit, "%s_list", unit->file->layout[i]->c_name.ptr));
    }
    for (size_t i = 0; i < unit->model->n_types; i++) {
        const weft__model_type *type = unit->model->types[i];
        const weft__c_type *c = weft__c_type_of(unit, type);
        if (c->is_used && (c->is_made || c->has_wrapper))
            emit_forward(unit, c->name);
        if (c->is_used && type->kind == WEFT__MODEL_MAP)
            emit_forward(unit, weft__c_text(unit, "%s_pair", c->name));
    }
    if (unit->file->n_layout > 0)
        weft__out_f(&unit->out, "\n");
    for (size_t i = 0; i < unit->file->n_layout; i++) {
        const char *name = unit->file->layout[i]->c_name.ptr;
        emit_pointer_struct(unit, weft__c_text(unit, "%s_list", name), weft__c_text(unit, "const %s *items", name));
    }
}

/* ---- structs ---- */

/* What a reader of the struct wants to know of a field, or "". */
static const char *field_note(weft__c_unit *unit, const weft__model_field *field)
{
    const char *note = weft__c_default_note(unit, field);
    return field->sensitive ? weft__c_text(unit, "%s%ssensitive", note, note[0] ? ", " : "") : note;
}

/* Notes stand in one column. */
static void emit_members(weft__c_unit *unit, const weft__c_fields *fields)
{
    size_t width = 0;
    for (size_t i = 0; i < fields->n; i++) {
        const weft__model_field *field = fields->items[i];
        size_t len = strlen(weft__c_member(unit, field->type, field->c_name.ptr));
        if (field_note(unit, field)[0] && len > width)
            width = len;
    }
    for (size_t i = 0; i < fields->n; i++) {
        const weft__model_field *field = fields->items[i];
        const char *member = weft__c_member(unit, field->type, field->c_name.ptr);
        const char *note = field_note(unit, field);
        weft__c_emit_doc(unit, 4, &field->doc, field->is_deprecated, field->deprecated);
        weft__out_f(&unit->out, "    %s;", member);
        if (note[0])
            weft__out_f(&unit->out, "%*s /* %s */", (int)(width - strlen(member)), "", note);
        weft__out_f(&unit->out, "\n");
    }
    if (fields->n == 0)
        weft__out_f(&unit->out, "    char unused_; /* C has no empty struct */\n");
}

static void complete_fields(weft__c_unit *unit, const weft__model_field *fields, size_t n_fields)
{
    for (size_t i = 0; i < n_fields; i++)
        complete(unit, fields[i].type);
}

void weft__c_emit_record(weft__c_unit *unit, const char *name, const weft__c_fields *fields)
{
    weft__out_f(&unit->out, "typedef struct %s {\n", name);
    emit_members(unit, fields);
    weft__out_f(&unit->out, "} %s;\n", name);
}

static void emit_struct(weft__c_unit *unit, const weft__model_decl *decl)
{
    weft__c_emit_section(unit, weft__c_text(unit, "struct %s", decl->name.ptr));
    complete_fields(unit, decl->as.structure.fields, decl->as.structure.n_fields);
    weft__c_emit_doc(unit, 0, &decl->doc, decl->is_deprecated, decl->deprecated);
    weft__c_fields fields = weft__c_struct_fields(unit, decl->as.structure.fields, decl->as.structure.n_fields);
    weft__out_f(&unit->out, "struct %s {\n", decl->c_name.ptr);
    emit_members(unit, &fields);
    weft__out_f(&unit->out, "};\n");
    emit_type_functions(unit, decl->c_name.ptr);
}

/* ---- enums ---- */

static void emit_kinds(weft__c_unit *unit, const weft__model_decl *decl)
{
    const char *name = decl->c_name.ptr;
    weft__out_f(&unit->out, "typedef enum %s_kind {\n", name);
    const char *note = decl->as.enumeration.is_closed ? "not set; never in a value that was decoded"
                                                      : "a variant that this program does not know: never sent";
    weft__out_f(&unit->out, "    %s_UNKNOWN = 0, /* %s */\n", decl->c_upper.ptr, note);
    for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        weft__c_emit_doc(unit, 4, &variant->doc, variant->is_deprecated, variant->deprecated);
        weft__out_f(&unit->out, "    %s = %u%s\n", variant->c_enumerator.ptr, (unsigned)variant->index + 1,
                    i + 1 < decl->as.enumeration.n_variants ? "," : "");
    }
    weft__out_f(&unit->out, "} %s_kind;\n\n", name);
}

static const char *payload_member(weft__c_unit *unit, const weft__model_variant *variant, const char *name)
{
    if (variant->payload == WEFT__MODEL_PAYLOAD_FIELDS)
        return weft__c_text(unit, "%s %s", variant->c_fields.ptr, name);
    return weft__c_member(unit, variant->type, name);
}

static void emit_enum_struct(weft__c_unit *unit, const weft__model_decl *decl)
{
    const char *name = decl->c_name.ptr;
    weft__c_emit_doc(unit, 0, &decl->doc, decl->is_deprecated, decl->deprecated);
    weft__out_f(&unit->out, "struct %s {\n    %s_kind kind;\n", name, name);
    if (decl->as.enumeration.has_payload) {
        weft__out_f(&unit->out, "    union {\n");
        for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
            const weft__model_variant *variant = &decl->as.enumeration.variants[i];
            if (variant->payload != WEFT__MODEL_PAYLOAD_NONE)
                weft__out_f(&unit->out, "        %s;\n", payload_member(unit, variant, variant->c_name.ptr));
        }
        weft__out_f(&unit->out, "    } as;\n");
    }
    weft__out_f(&unit->out, "};\n");
}

/* kv_change_make_put; a keyword needs no underscore behind such a name. */
static const char *make_name(weft__c_unit *unit, const weft__model_decl *decl, const weft__model_variant *variant)
{
    bool is_keyword = variant->c_name.len == variant->name.len + 1 &&
                      memcmp(variant->c_name.ptr, variant->name.ptr, variant->name.len) == 0;
    return weft__c_text(unit, "%s_make_%s", decl->c_name.ptr, is_keyword ? variant->name.ptr : variant->c_name.ptr);
}

static void emit_make(weft__c_unit *unit, const weft__model_decl *decl, const weft__model_variant *variant)
{
    const char *name = decl->c_name.ptr;
    const char *param = "void";
    const char *set = "";
    if (variant->payload == WEFT__MODEL_PAYLOAD_FIELDS) {
        param = weft__c_text(unit, "const %s *fields", variant->c_fields.ptr);
        set = weft__c_text(unit, "    made.as.%s = *fields;\n", variant->c_name.ptr);
    } else if (variant->payload == WEFT__MODEL_PAYLOAD_VALUE && variant->type) {
        bool is_array = variant->type->kind == WEFT__MODEL_ARRAY;
        const char *star = weft__c_is_decl(variant->type) ? "*" : "";
        param = weft__c_parameter(unit, variant->type, "payload");
        set = is_array ? weft__c_text(unit, "    memcpy(made.as.%s, payload, sizeof made.as.%s);\n",
                                      variant->c_name.ptr, variant->c_name.ptr)
                       : weft__c_text(unit, "    made.as.%s = %spayload;\n", variant->c_name.ptr, star);
    }
    weft__out_list(&unit->out, weft__c_text(unit, "static inline %s %s(", name, make_name(unit, decl, variant)), &param,
                   1, ")\n{\n");
    weft__out_f(&unit->out, "    %s made;\n    memset(&made, 0, sizeof made);\n    made.kind = %s;\n%s", name,
                variant->c_enumerator.ptr, set);
    weft__out_f(&unit->out, "    return made;\n}\n");
}

static void emit_enum(weft__c_unit *unit, const weft__model_decl *decl)
{
    weft__c_emit_section(unit, weft__c_text(unit, "enum %s", decl->name.ptr));
    emit_kinds(unit, decl);
    for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        if (variant->type)
            complete(unit, variant->type);
        complete_fields(unit, variant->fields, variant->n_fields);
        weft__c_fields fields = weft__c_struct_fields(unit, variant->fields, variant->n_fields);
        if (variant->payload == WEFT__MODEL_PAYLOAD_FIELDS) {
            weft__c_emit_record(unit, variant->c_fields.ptr, &fields);
            weft__c_emit_init(unit, variant->c_fields.ptr);
            weft__out_f(&unit->out, "\n");
        }
    }
    emit_enum_struct(unit, decl);
    emit_type_functions(unit, decl->c_name.ptr);
    for (size_t i = 0; i < decl->as.enumeration.n_variants; i++)
        emit_make(unit, decl, &decl->as.enumeration.variants[i]);
}

void weft__c_emit_types(weft__c_unit *unit)
{
    for (size_t i = 0; i < unit->file->n_layout; i++) {
        const weft__model_decl *decl = unit->file->layout[i];
        if (decl->kind == WEFT__MODEL_DECL_STRUCT)
            emit_struct(unit, decl);
        else
            emit_enum(unit, decl);
    }
}
