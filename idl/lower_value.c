/* Values: defaults and constants, from their spelling to a value that fits its type. */
#include "idl/lower.h"

#include <float.h>
#include <math.h>

#include "idl/literal.h"
#include "idl/text.h"

/* A literal, or the value of a constant, before it is made to fit a type. */
typedef struct literal {
    weft__tree_value_kind kind;
    bool is_bool; /* NAME: true or false */
    bool boolean;
    bool is_negative;
    uint64_t magnitude;
    double real; /* INT, too */
    weft_str text;
    weft__idl_span span;
} literal;

static const char *type_article_text(const weft__model_type *type)
{
    static const char *const text[] = {
        "?",      "a bool", "a u8",     "a u16",     "a u32",    "a u64",   "an i8",       "an i16",
        "an i32", "an i64", "an f32",   "an f64",    "a string", "bytes",   "a timestamp", "a duration",
        "a list", "a map",  "an array", "an option", "a struct", "an enum",
    };
    return text[type->kind];
}

static void report_type(weft__lower *l, weft__idl_span span, const weft__model_type *type, const char *hint)
{
    weft__diag(l->diags, VALUE_TYPE, span, "this is no value of %", weft_str_from(type_article_text(type)));
    if (hint)
        weft__diag_hint(l->diags, "%", weft_str_from(hint));
}

/* ---- to a type ---- */

static bool fit_int(weft__lower *l, const literal *lit, const weft__model_type *type, weft__model_value *value)
{
    static const uint64_t max[] = { UINT8_MAX, UINT16_MAX, UINT32_MAX, UINT64_MAX,
                                    INT8_MAX,  INT16_MAX,  INT32_MAX,  INT64_MAX };
    if (lit->kind != WEFT__TREE_VALUE_INT) {
        report_type(l, lit->span, type,
                    lit->kind == WEFT__TREE_VALUE_FLOAT ? "write it without a point or exponent" : NULL);
        return false;
    }
    uint64_t limit = max[type->kind - WEFT__MODEL_U8];
    bool is_signed = type->kind >= WEFT__MODEL_I8;
    bool is_negative = lit->is_negative && lit->magnitude > 0;
    if (is_negative)
        limit = is_signed ? limit + 1 : 0;
    if (lit->magnitude > limit) {
        char buf[WEFT__TEXT_U64_MAX];
        char low_buf[WEFT__TEXT_U64_MAX];
        uint64_t high = max[type->kind - WEFT__MODEL_U8];
        weft__diag(l->diags, VALUE_RANGE, lit->span, "% is from %% to %", weft_str_from(type_article_text(type)),
                   weft_str_from(is_signed ? "-" : ""), weft__text_u64(is_signed ? high + 1 : 0, low_buf),
                   weft__text_u64(high, buf));
        return false;
    }
    value->kind = WEFT__MODEL_VALUE_INT;
    value->negative = is_negative;
    value->magnitude = lit->magnitude;
    return true;
}

static bool fit_float(weft__lower *l, const literal *lit, const weft__model_type *type, weft__model_value *value)
{
    if (lit->kind != WEFT__TREE_VALUE_INT && lit->kind != WEFT__TREE_VALUE_FLOAT) {
        report_type(l, lit->span, type, NULL);
        return false;
    }
    double real = lit->is_negative ? -lit->real : lit->real;
    if (type->kind == WEFT__MODEL_F32) {
        if (fabs(real) > (double)FLT_MAX) {
            weft__diag(l->diags, VALUE_RANGE, lit->span, "this is beyond what an f32 can hold");
            return false;
        }
        real = (double)(float)real;
    }
    value->kind = WEFT__MODEL_VALUE_FLOAT;
    value->real = real;
    return true;
}

static bool is_utf8(weft_str text)
{
    for (size_t i = 0, n; i < text.len; i += n)
        if ((n = weft__utf8_len(text.ptr + i, text.len - i)) == 0)
            return false;
    return true;
}

static bool fit_text(weft__lower *l, const literal *lit, const weft__model_type *type, weft__model_value *value)
{
    if (lit->kind != WEFT__TREE_VALUE_STRING) {
        report_type(l, lit->span, type, NULL);
        return false;
    }
    if (type->kind == WEFT__MODEL_DURATION) {
        if (!weft__literal_duration(lit->text, &value->negative, &value->magnitude)) {
            report_type(l, lit->span, type,
                        "durations look like \"10ns\", \"5us\", \"1500ms\", \"30s\", \"-5m\" or \"1h\"");
            return false;
        }
        value->kind = WEFT__MODEL_VALUE_INT;
        return true;
    }
    if (type->kind == WEFT__MODEL_STRING && !is_utf8(lit->text)) {
        report_type(l, lit->span, type, "a string is valid UTF-8; other bytes are `bytes`");
        return false;
    }
    value->kind = WEFT__MODEL_VALUE_STRING;
    value->text = weft__lower_copy(l, lit->text);
    return true;
}

static bool fit_empty(weft__lower *l, const literal *lit, const weft__model_type *type, weft__model_value *value)
{
    bool is_list = lit->kind == WEFT__TREE_VALUE_LIST;
    bool is_braces = lit->kind == WEFT__TREE_VALUE_BRACES;
    value->kind = WEFT__MODEL_VALUE_EMPTY;
    switch (type->kind) {
    case WEFT__MODEL_LIST:
        if (!is_list)
            report_type(l, lit->span, type, "the only default of a list is `[]`");
        return is_list;
    case WEFT__MODEL_MAP:
        if (!is_braces)
            report_type(l, lit->span, type, "the only default of a map is `{}`");
        return is_braces;
    default:
        if (!is_braces)
            report_type(l, lit->span, type, "the only default of a struct is `{}`: the defaults of its fields");
        return is_braces;
    }
}

/* `{}` of a struct asks for defaults of its fields, which may not be lowered yet. */
static bool fit_struct(weft__lower *l, const literal *lit, const weft__model_type *type, weft__model_value *value)
{
    weft__pending_default *pending = weft__lower_new(l, l->scratch, weft__pending_default, 1);
    if (!pending || !fit_empty(l, lit, type, value))
        return false;
    *pending = (weft__pending_default){ .next = l->pending_defaults, .span = lit->span, .decl = type->decl };
    l->pending_defaults = pending;
    return true;
}

static bool fit(weft__lower *l, const literal *lit, const weft__model_type *type, weft__model_value *value)
{
    value->text = WEFT_STR("");
    value->span = lit->span;
    switch (type->kind) {
    case WEFT__MODEL_BOOL:
        value->kind = WEFT__MODEL_VALUE_BOOL;
        value->boolean = lit->boolean;
        if (!lit->is_bool)
            report_type(l, lit->span, type, "write `true` or `false`");
        return lit->is_bool;
    case WEFT__MODEL_F32:
    case WEFT__MODEL_F64: return fit_float(l, lit, type, value);
    case WEFT__MODEL_STRING:
    case WEFT__MODEL_BYTES:
    case WEFT__MODEL_DURATION: return fit_text(l, lit, type, value);
    case WEFT__MODEL_LIST:
    case WEFT__MODEL_MAP: return fit_empty(l, lit, type, value);
    case WEFT__MODEL_STRUCT: return fit_struct(l, lit, type, value);
    case WEFT__MODEL_TIMESTAMP:
    case WEFT__MODEL_ARRAY:
        report_type(l, lit->span, type, "there are no literals of this type: make it an option");
        return false;
    case WEFT__MODEL_OPTION: report_type(l, lit->span, type, "the only default of an option is `none`"); return false;
    case WEFT__MODEL_ENUM: report_type(l, lit->span, type, "write the name of a variant without payload"); return false;
    default: return fit_int(l, lit, type, value);
    }
}

/* ---- from the tree ---- */

static const weft__entry *entry_of(const weft__lower *l, const weft__model_decl *decl)
{
    for (size_t i = 0; i < l->n_units; i++)
        if (l->units[i]->file == decl->file)
            return weft__symbols_find(&l->units[i]->names, decl->name);
    return NULL;
}

static bool lower_variant(weft__lower *l, const weft__tree_value *tree, const weft__model_type *type,
                          weft__model_value *value)
{
    const weft__entry *entry = entry_of(l, type->decl);
    if (!entry)
        return false;
    weft__name_guess guess;
    weft__name_guess_begin(&guess, tree->text);
    uint32_t place = 0;
    for (const weft__tree_variant *v = entry->tree->variants; v; v = v->next, place++) {
        if (!weft_str_equal(v->name.text, tree->text)) {
            weft__name_guess_try(&guess, v->name.text);
            continue;
        }
        if (v->payload != WEFT__TREE_PAYLOAD_NONE) {
            weft__diag(l->diags, VALUE_VARIANT, tree->span,
                       "variant `%` has a payload: it cannot be written as a value", v->name.text);
            weft__diag_note(l->diags, v->name.span, "it is declared here");
            return false;
        }
        *value = (weft__model_value){
            .kind = WEFT__MODEL_VALUE_VARIANT, .variant = place, .text = WEFT_STR(""), .span = tree->span
        };
        return true;
    }
    weft__diag(l->diags, VALUE_VARIANT, tree->span, "`%` has no variant `%`", type->decl->name, tree->text);
    if (guess.best.len)
        weft__diag_hint(l->diags, "did you mean `%`?", guess.best);
    else
        weft__diag_note(l->diags, type->decl->span, "the enum is declared here");
    return false;
}

static bool literal_of_number(weft__lower *l, const weft__tree_value *tree, literal *lit)
{
    bool is_good = weft__literal_float(tree->text, &lit->real);
    if (is_good && tree->kind == WEFT__TREE_VALUE_INT)
        is_good = weft__literal_int(tree->text, &lit->magnitude);
    if (!is_good)
        weft__diag(l->diags, NUMBER_RANGE, tree->span, "this number is too large for any type");
    return is_good;
}

static bool literal_of_const(weft__lower *l, weft__unit *unit, const weft__tree_value *tree, literal *lit)
{
    weft__entry *entry = weft__resolve(l, unit, tree->text, tree->span, WEFT__USE_CONST);
    const weft__model_value *value = entry ? weft__lower_const(l, entry) : NULL;
    if (!value)
        return false;
    switch (value->kind) {
    case WEFT__MODEL_VALUE_BOOL:
        lit->kind = WEFT__TREE_VALUE_NAME;
        lit->is_bool = true;
        lit->boolean = value->boolean;
        break;
    case WEFT__MODEL_VALUE_INT:
        lit->kind = WEFT__TREE_VALUE_INT;
        lit->is_negative = value->negative;
        lit->magnitude = value->magnitude;
        lit->real = (double)value->magnitude;
        break;
    case WEFT__MODEL_VALUE_FLOAT:
        lit->kind = WEFT__TREE_VALUE_FLOAT;
        lit->is_negative = signbit(value->real) != 0;
        lit->real = fabs(value->real);
        break;
    default:
        lit->kind = WEFT__TREE_VALUE_STRING;
        lit->text = value->text;
        break;
    }
    return true;
}

/* false: reported */
static bool literal_of(weft__lower *l, weft__unit *unit, const weft__tree_value *tree, literal *lit)
{
    *lit = (literal){ .kind = tree->kind, .is_negative = tree->is_negative, .text = tree->text, .span = tree->span };
    if (tree->kind == WEFT__TREE_VALUE_INT || tree->kind == WEFT__TREE_VALUE_FLOAT)
        return literal_of_number(l, tree, lit);
    if (tree->kind != WEFT__TREE_VALUE_NAME)
        return true;
    lit->boolean = weft_str_equal(tree->text, WEFT_STR("true"));
    lit->is_bool = lit->boolean || weft_str_equal(tree->text, WEFT_STR("false"));
    return lit->is_bool || literal_of_const(l, unit, tree, lit);
}

const weft__model_value *weft__lower_value(weft__lower *l, weft__unit *unit, const weft__tree_value *tree,
                                           const weft__model_type *type)
{
    if (tree->is_bad)
        return NULL;
    weft__model_value *value = weft__lower_new(l, l->arena, weft__model_value, 1);
    if (!value)
        return NULL;
    bool is_name = tree->kind == WEFT__TREE_VALUE_NAME;
    if (is_name && type->kind == WEFT__MODEL_ENUM)
        return lower_variant(l, tree, type, value) ? value : NULL;
    bool is_none = is_name && weft_str_equal(tree->text, WEFT_STR("none"));
    if (is_none && type->kind == WEFT__MODEL_OPTION) {
        *value = (weft__model_value){ .kind = WEFT__MODEL_VALUE_EMPTY, .text = WEFT_STR(""), .span = tree->span };
        return value;
    }
    if (is_none) {
        report_type(l, tree->span, type, "only an option can be `none`");
        return NULL;
    }
    literal lit;
    return literal_of(l, unit, tree, &lit) && fit(l, &lit, type, value) ? value : NULL;
}

const weft__model_value *weft__lower_const(weft__lower *l, weft__entry *entry)
{
    if (entry->state == WEFT__ENTRY_DONE)
        return entry->decl->as.constant.value;
    if (entry->state == WEFT__ENTRY_BUSY) {
        weft__diag(l->diags, CONST_CYCLE, entry->tree->name.span, "`%` is defined by way of itself", entry->decl->name);
        entry->state = WEFT__ENTRY_BROKEN;
    }
    if (entry->state == WEFT__ENTRY_BROKEN || !entry->tree->type || !entry->tree->value)
        return NULL;
    if (l->references >= WEFT__REFERENCES_MAX) {
        weft__diag(l->diags, NESTING, entry->tree->name.span, "constants refer to each other at most 64 deep");
        return NULL;
    }
    entry->state = WEFT__ENTRY_BUSY;
    l->references++;
    const weft__model_value *value = NULL;
    const weft__model_type *type = weft__lower_type(l, entry->unit, entry->tree->type);
    if (type && type->kind > WEFT__MODEL_STRING)
        weft__diag(l->diags, CONST_TYPE, entry->tree->type->span,
                   "a constant is a bool, an integer, a float or a string");
    else if (type)
        value = weft__lower_value(l, entry->unit, entry->tree->value, type);
    l->references--;
    if (entry->state == WEFT__ENTRY_BROKEN)
        return NULL;
    entry->state = value ? WEFT__ENTRY_DONE : WEFT__ENTRY_BROKEN;
    entry->decl->as.constant.type = type;
    entry->decl->as.constant.value = value;
    return value;
}
