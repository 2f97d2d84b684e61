/* What back ends ask of a model: the text of a type. */
#include "idl/model.h"

#include "idl/text.h"

/* Appends pieces to out, or only counts them where out is NULL. Types nest at most 64 deep. */
static size_t put(char *out, size_t at, weft_str piece)
{
    if (out)
        memcpy(out + at, piece.ptr, piece.len);
    return at + piece.len;
}

static size_t put_type(char *out, size_t at, const weft__model_type *type)
{
    static const char *const names[] = { "?",         "bool",     "u8",   "u16", "u32",   "u64",    "i8",
                                         "i16",       "i32",      "i64",  "f32", "f64",   "string", "bytes",
                                         "timestamp", "duration", "list", "map", "array", "option" };
    char buf[WEFT__TEXT_U64_MAX];
    if (type->kind == WEFT__MODEL_STRUCT || type->kind == WEFT__MODEL_ENUM)
        return put(out, at, type->decl->full_name);
    at = put(out, at, weft_str_from(names[type->kind]));
    if (!type->element)
        return at;
    at = put(out, at, WEFT_STR("<"));
    if (type->key) {
        at = put_type(out, at, type->key);
        at = put(out, at, WEFT_STR(", "));
    }
    at = put_type(out, at, type->element);
    if (type->kind == WEFT__MODEL_ARRAY) {
        at = put(out, at, WEFT_STR(", "));
        at = put(out, at, weft__text_u64(type->n_array, buf));
    }
    return put(out, at, WEFT_STR(">"));
}

int weft__model_type_text(const weft__model_type *type, weft_arena *arena, weft_str *ret_text)
{
    size_t len = put_type(NULL, 0, type);
    char *text = weft_arena_alloc(arena, len + 1, 1);
    if (!text)
        return WEFT_ENOMEM;
    put_type(text, 0, type);
    text[len] = '\0';
    *ret_text = weft_str_of(text, len);
    return 0;
}
