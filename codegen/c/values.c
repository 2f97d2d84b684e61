/* Constants and defaults: see values.h. */
#include "codegen/c/values.h"
#include "codegen/c/comments.h"

#include <inttypes.h>
#include <math.h>

/* Compilers need to take 4,095 characters in a literal, not more. */
#define LITERAL_MAX ((size_t)4000)

/* ---- scalars ---- */

/* An integer constant expression of the value. */
static const char *integer_text(weft__c_unit *unit, const weft__model_value *value)
{
    uint64_t magnitude = value->magnitude;
    if (value->negative && magnitude > (uint64_t)INT64_MAX)
        return "INT64_MIN";
    if (value->negative)
        return weft__c_text(unit, magnitude > INT32_MAX ? "-INT64_C(%" PRIu64 ")" : "-%" PRIu64, magnitude);
    if (magnitude > (uint64_t)INT64_MAX)
        return weft__c_text(unit, "UINT64_C(%" PRIu64 ")", magnitude);
    return weft__c_text(unit, magnitude > INT32_MAX ? "INT64_C(%" PRIu64 ")" : "%" PRIu64, magnitude);
}

static const char *real_text(weft__c_unit *unit, const weft__model_type *type, const weft__model_value *value)
{
    char text[WEFT__TEXT_REAL_MAX];
    bool is_f32 = type->kind == WEFT__MODEL_F32;
    weft__text_real(value->real, is_f32, text);
    return weft__c_text(unit, "%s%s", text, is_f32 ? "f" : "");
}

/* ---- constants ---- */

void weft__c_emit_constant(weft__c_unit *unit, const weft__model_decl *decl)
{
    const weft__model_type *type = decl->as.constant.type;
    const weft__model_value *value = decl->as.constant.value;
    weft__c_emit_doc(unit, 0, &decl->doc, decl->is_deprecated, decl->deprecated);
    weft__out_f(&unit->out, "#define %s", decl->c_name.ptr);
    if (value->kind == WEFT__MODEL_VALUE_STRING) {
        weft__out_literal(&unit->out, value->text, " \\\n");
    } else if (value->kind == WEFT__MODEL_VALUE_BOOL) {
        weft__out_f(&unit->out, " %s", value->boolean ? "true" : "false");
    } else if (value->kind == WEFT__MODEL_VALUE_FLOAT) {
        const char *text = real_text(unit, type, value);
        weft__out_f(&unit->out, text[0] == '-' ? " (%s)" : " %s", text);
    } else {
        const char *text = integer_text(unit, value);
        weft__out_f(&unit->out, " ((%s)%s)", weft__c_type_of(unit, type)->base, text);
    }
    weft__out_f(&unit->out, "\n");
}

/* ---- defaults ---- */

static bool fields_are_zero(const weft__model_decl *decl)
{
    for (size_t i = 0; i < decl->as.structure.n_fields; i++) {
        const weft__model_field *field = &decl->as.structure.fields[i];
        if (field->default_value && !weft__c_value_is_zero(field->type, field->default_value))
            return false;
    }
    return true;
}

bool weft__c_value_is_zero(const weft__model_type *type, const weft__model_value *value)
{
    switch (value->kind) {
    case WEFT__MODEL_VALUE_BOOL: return !value->boolean;
    case WEFT__MODEL_VALUE_INT: return value->magnitude == 0;
    case WEFT__MODEL_VALUE_FLOAT: return value->real == 0 && !signbit(value->real);
    case WEFT__MODEL_VALUE_STRING: return value->text.len == 0;
    case WEFT__MODEL_VALUE_VARIANT: return false;
    case WEFT__MODEL_VALUE_EMPTY: break;
    }
    return type->kind != WEFT__MODEL_STRUCT || fields_are_zero(type->decl);
}

/* Where an initializer stands, and what the objects are called that hold its characters. */
typedef struct place {
    const char *path;
    int indent;
} place;

static void emit_initializer(weft__c_unit *unit, const weft__model_type *type, const weft__model_value *value,
                             place at);

static void emit_struct_initializer(weft__c_unit *unit, const weft__model_decl *decl, place at)
{
    weft__out_f(&unit->out, "{\n");
    for (size_t i = 0; i < decl->as.structure.n_fields; i++) {
        const weft__model_field *field = &decl->as.structure.fields[i];
        if (!field->default_value || weft__c_value_is_zero(field->type, field->default_value))
            continue;
        place inside = { weft__c_text(unit, "%s_%s", at.path, field->c_name.ptr), at.indent + 4 };
        weft__out_f(&unit->out, "%*s.%s = ", inside.indent, "", field->c_name.ptr);
        emit_initializer(unit, field->type, field->default_value, inside);
        weft__out_f(&unit->out, ",\n");
    }
    weft__out_f(&unit->out, "%*s}", at.indent, "");
}

static void emit_initializer(weft__c_unit *unit, const weft__model_type *type, const weft__model_value *value, place at)
{
    switch (value->kind) {
    case WEFT__MODEL_VALUE_BOOL: weft__out_f(&unit->out, "%s", value->boolean ? "true" : "false"); break;
    case WEFT__MODEL_VALUE_INT:
        weft__out_f(&unit->out, type->kind == WEFT__MODEL_DURATION ? "{ %s }" : "%s", integer_text(unit, value));
        break;
    case WEFT__MODEL_VALUE_FLOAT: weft__out_f(&unit->out, "%s", real_text(unit, type, value)); break;
    case WEFT__MODEL_VALUE_STRING: weft__out_f(&unit->out, "{ %s, %zu }", at.path, value->text.len); break;
    case WEFT__MODEL_VALUE_VARIANT:
        weft__out_f(&unit->out, "{ .kind = %s }", type->decl->as.enumeration.variants[value->variant].c_enumerator.ptr);
        break;
    case WEFT__MODEL_VALUE_EMPTY: emit_struct_initializer(unit, type->decl, at); break;
    }
}

void weft__c_emit_chars(weft__c_unit *unit, const char *name, weft_str text)
{
    if (text.len > LITERAL_MAX) {
        weft__out_f(&unit->out, "static const char %s[] = {\n", name);
        weft__out_chars(&unit->out, text);
        weft__out_f(&unit->out, "    '\\0',\n};\n");
    } else {
        weft__out_f(&unit->out, "static const char %s[] =", name);
        weft__out_literal(&unit->out, text, "\n");
        weft__out_f(&unit->out, ";\n");
    }
}

/* Characters and bytes stand in arrays of their own, so that their literals cannot be too long, nor an initializer be
 * no constant. They are named by the path to the field. */
static void emit_texts(weft__c_unit *unit, const weft__model_type *type, const weft__model_value *value,
                       const char *path)
{
    if (weft__c_value_is_zero(type, value))
        return;
    if (value->kind == WEFT__MODEL_VALUE_EMPTY) {
        for (size_t i = 0; i < type->decl->as.structure.n_fields; i++) {
            const weft__model_field *field = &type->decl->as.structure.fields[i];
            if (field->default_value)
                emit_texts(unit, field->type, field->default_value,
                           weft__c_text(unit, "%s_%s", path, field->c_name.ptr));
        }
    }
    if (value->kind != WEFT__MODEL_VALUE_STRING)
        return;
    if (type->kind == WEFT__MODEL_BYTES) {
        weft__out_f(&unit->out, "static const uint8_t %s[] = {\n", path);
        weft__out_bytes(&unit->out, weft_bytes_of(value->text.ptr, value->text.len));
        weft__out_f(&unit->out, "};\n");
    } else {
        weft__c_emit_chars(unit, path, value->text);
    }
}

void weft__c_emit_defaults(weft__c_unit *unit, const char *record, const weft__c_fields *fields)
{
    for (size_t i = 0; i < fields->n; i++) {
        const weft__model_field *field = fields->items[i];
        if (!field->default_value || weft__c_value_is_zero(field->type, field->default_value))
            continue;
        /* Two, so that field c of kv_a_b and field b_c of kv_a do not share a name. */
        const char *path = weft__c_text(unit, "%s__%s", record, field->c_name.ptr);
        place at = { weft__c_text(unit, "%s_text", path), 0 };
        emit_texts(unit, field->type, field->default_value, at.path);
        weft__out_f(&unit->out,
                    "static const %s = ", weft__c_member(unit, field->type, weft__c_text(unit, "%s_default", path)));
        emit_initializer(unit, field->type, field->default_value, at);
        weft__out_f(&unit->out, ";\n");
    }
}
