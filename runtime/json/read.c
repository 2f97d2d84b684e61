/* JSON text to a value: jansson parses, the type's table says what is what. */
#include "runtime/json/json.h"

#include <stdio.h>
#include <string.h>

#include "weft/limits.h"

/* A place in the text: a chain up to the root, on the stack of the functions that are inside it. */
typedef struct place {
    const struct place *outer;
    const char *name; /* of a field, payload or key; NULL: index */
    size_t index;
    bool is_key;
} place;

typedef struct reader {
    weft_arena *arena;
    weft_error *error_or_null;
    size_t memory_left; /* for elements and options: in proportion to the text, as for what is decoded (limits.h) */
} reader;

/* ---- errors ---- */

/* "entry.tags[3]" into text of the given size; cut where it is too long. Returns how much of it is used. */
static size_t path_text(const place *at, char *text, size_t size)
{
    const place *places[2 * WEFT_NESTING_MAX + 2];
    size_t n = 0, len = 0;
    for (; at && n < sizeof places / sizeof places[0]; at = at->outer)
        places[n++] = at;
    while (n > 0) {
        const place *next = places[--n];
        int added = next->is_key ? snprintf(text + len, size - len, "[\"%s\"]", next->name)
                    : next->name ? snprintf(text + len, size - len, "%s%s", len ? "." : "", next->name)
                                 : snprintf(text + len, size - len, "[%zu]", next->index);
        if (added < 0 || (size_t)added >= size - len)
            return strlen(text);
        len += (size_t)added;
    }
    return len;
}

/* Cut to whole characters of UTF-8. */
static void cut_text(char *text)
{
    size_t len = strlen(text), n = 0;
    if (len + 1 < WEFT_ERROR_TEXT_MAX)
        return;
    while (n < 3 && len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
        len--, n++;
    if (len > 0 && n > 0)
        text[len - 1] = '\0';
}

static int fail(reader *r, const place *at, const char *reason, const char *more)
{
    weft_error *error = r->error_or_null;
    if (!error)
        return WEFT_EBADMSG;
    char path[128] = "";
    size_t len = path_text(at, path, sizeof path);
    memset(error, 0, sizeof *error);
    error->code = WEFT_EBADMSG;
    (void)snprintf(error->text, sizeof error->text, "%s%s%s%s", path, len ? ": " : "", reason, more);
    cut_text(error->text);
    return WEFT_EBADMSG;
}

static const char *json_name(const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "an array";
    case JSON_STRING: return "a string";
    case JSON_INTEGER:
    case JSON_REAL: return "a number";
    case JSON_TRUE:
    case JSON_FALSE: return "a bool";
    default: return "null";
    }
}

/* expected: "a string". */
static int fail_kind(reader *r, const place *at, const char *expected, const json_t *json)
{
    char reason[96];
    (void)snprintf(reason, sizeof reason, "%s was expected, not ", expected);
    return fail(r, at, reason, json_name(json));
}

static int out_of_memory(reader *r)
{
    if (r->error_or_null) {
        memset(r->error_or_null, 0, sizeof *r->error_or_null);
        r->error_or_null->code = WEFT_ENOMEM;
    }
    return WEFT_ENOMEM;
}

/* Before n elements of that size are made, whatever the text claims. 0 or WEFT_EBADMSG. */
static int take_memory(reader *r, const place *at, size_t n, size_t size)
{
    if (n > r->memory_left / (size ? size : 1))
        return fail(r, at, "it would take too much memory for so short a text", "");
    r->memory_left -= n * size;
    return 0;
}

/* ---- scalars ---- */

static weft_str text_of(const json_t *json)
{
    return weft_str_of(json_string_value(json), json_string_length(json));
}

static int read_str(reader *r, const place *at, weft_value value, const json_t *json)
{
    if (!json_is_string(json))
        return fail_kind(r, at, "a string", json);
    weft_str copy = weft_arena_copy_str(r->arena, text_of(json));
    return copy.ptr ? weft_value_set_str(value, copy) : out_of_memory(r);
}

static int read_bytes(reader *r, const place *at, weft_value value, const json_t *json)
{
    size_t len;
    if (!json_is_string(json))
        return fail_kind(r, at, "a string of base64", json);
    uint8_t *bytes = weft_arena_alloc(r->arena, json_string_length(json) / 4 * 3, 1);
    if (!bytes)
        return out_of_memory(r);
    if (!weft__json_base64(text_of(json), bytes, &len))
        return fail(r, at, "not base64", "");
    return weft_value_set_bytes(value, weft_bytes_of(bytes, len))
               ? fail(r, at, "not as many bytes as the array has", "")
               : 0;
}

static int read_scalar(reader *r, const place *at, weft_value value, const json_t *json)
{
    char expected[64];
    weft_timestamp time;
    weft_duration duration;
    switch (weft_value_kind(value)) {
    case WEFT_KIND_BOOL:
        return json_is_boolean(json) ? weft_value_set_bool(value, json_is_true(json))
                                     : fail_kind(r, at, "a bool", json);
    case WEFT_KIND_STR: return read_str(r, at, value, json);
    case WEFT_KIND_BYTES: return read_bytes(r, at, value, json);
    case WEFT_KIND_TIMESTAMP:
        if (!json_is_string(json))
            return fail_kind(r, at, "a string with a time", json);
        return weft__json_timestamp(text_of(json), &time)
                   ? weft_value_set_timestamp(value, time)
                   : fail(r, at, "not a time as in \"2026-11-21T12:00:00Z\"", "");
    case WEFT_KIND_DURATION:
        if (!json_is_string(json))
            return fail_kind(r, at, "a string with a duration", json);
        return weft__json_duration(text_of(json), &duration) ? weft_value_set_duration(value, duration)
                                                             : fail(r, at, "not a duration as in \"1.5s\"", "");
    case WEFT_KIND_F32:
    case WEFT_KIND_F64:
        if (weft__json_float(value, json))
            return 0;
        return json_is_number(json)
                   ? fail(r, at, "the number is too large for ", weft_kind_name(weft_value_kind(value)))
                   : fail_kind(r, at, "a number", json);
    default:
        if (weft__json_integer(value, json))
            return 0;
        (void)snprintf(expected, sizeof expected, "not an integer of %s", weft_kind_name(weft_value_kind(value)));
        return json_is_number(json) || json_is_string(json) ? fail(r, at, expected, "")
                                                            : fail_kind(r, at, "an integer", json);
    }
}

/* ---- containers ---- */

static int read_value(reader *r, const place *at, weft_value value, const json_t *json, unsigned depth);

/* A field that is left out: the value has its default already, where that is known. */
static int read_missing(reader *r, const place *at, const weft_field *field, weft_value value, unsigned depth)
{
    if (!(field->flags & WEFT_FIELD_DEFAULT))
        return fail(r, at, "it is missing, and has no default", "");
    if (field->flags & WEFT_FIELD_UNTOLD)
        return fail(r, at, "it is missing, and its default is not known here", "");
    if (field->type->kind != WEFT_KIND_STRUCT || field->default_value || depth == 0)
        return 0;
    for (uint32_t i = 0; i < field->type->n; i++) { /* {}: the defaults of its fields */
        place inside = { .outer = at, .name = field->type->fields[i].name };
        int status = read_missing(r, &inside, &field->type->fields[i], weft_value_at(value, i), depth - 1);
        if (status)
            return status;
    }
    return 0;
}

static int refuse_unknown(reader *r, const place *at, weft_value value, const json_t *json)
{
    const char *key;
    json_t *member;
    size_t n_known = 0;
    for (uint32_t i = 0; i < value.type->n; i++)
        n_known += json_object_get(json, value.type->fields[i].name) ? 1 : 0;
    if (n_known == json_object_size(json))
        return 0;
    json_object_foreach((json_t *)json, key, member)
    {
        if (!weft_value_field(value, key).type) {
            place inside = { .outer = at, .name = key };
            return fail(r, &inside, "there is no such field", "");
        }
    }
    return 0;
}

static int read_struct(reader *r, const place *at, weft_value value, const json_t *json, unsigned depth)
{
    if (!json_is_object(json))
        return fail_kind(r, at, "an object", json);
    int status =
        refuse_unknown(r, at, value, json); /* first: of a name that is misspelt the right one is missing, too */
    for (uint32_t i = 0; !status && i < value.type->n; i++) {
        const weft_field *field = &value.type->fields[i];
        place inside = { .outer = at, .name = field->name };
        const json_t *member = json_object_get(json, field->name);
        status = member ? read_value(r, &inside, weft_value_at(value, i), member, depth)
                        : read_missing(r, &inside, field, weft_value_at(value, i), depth);
    }
    return status;
}

static int read_elements(reader *r, const place *at, weft_value value, const json_t *json, unsigned depth)
{
    if (!json_is_array(json))
        return fail_kind(r, at, "an array", json);
    size_t n = json_array_size(json);
    bool is_list = weft_value_kind(value) == WEFT_KIND_LIST;
    if (is_list && take_memory(r, at, n, value.type->element->c_size))
        return WEFT_EBADMSG;
    if (is_list && weft_value_set_count(value, n, r->arena))
        return out_of_memory(r);
    if (n != weft_value_count(value))
        return fail(r, at, "not as many elements as the array has", "");
    for (size_t i = 0; i < n; i++) {
        place inside = { .outer = at, .index = i };
        int status = read_value(r, &inside, weft_value_at(value, i), json_array_get(json, i), depth);
        if (status)
            return status;
    }
    return 0;
}

static int read_key(reader *r, const place *at, weft_value key, const char *text)
{
    weft_str copy;
    switch (weft_value_kind(key)) {
    case WEFT_KIND_STR:
        copy = weft_arena_copy_str(r->arena, weft_str_from(text));
        return copy.ptr ? weft_value_set_str(key, copy) : out_of_memory(r);
    case WEFT_KIND_BOOL:
        if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
            return fail(r, at, "a key that is \"true\" or \"false\" was expected", "");
        return weft_value_set_bool(key, *text == 't');
    default:
        return weft__json_integer_text(key, weft_str_from(text))
                   ? 0
                   : fail(r, at, "not a key that is an integer of ", weft_kind_name(weft_value_kind(key)));
    }
}

static int read_map(reader *r, const place *at, weft_value value, const json_t *json, unsigned depth)
{
    if (!json_is_object(json))
        return fail_kind(r, at, "an object", json);
    if (take_memory(r, at, json_object_size(json), value.type->stride))
        return WEFT_EBADMSG;
    if (weft_value_set_count(value, json_object_size(json), r->arena))
        return out_of_memory(r);
    const char *name;
    json_t *member;
    size_t i = 0;
    json_object_foreach((json_t *)json, name, member)
    {
        place inside = { .outer = at, .name = name, .is_key = true };
        int status = read_key(r, &inside, weft_value_key_at(value, i), name);
        if (!status)
            status = read_value(r, &inside, weft_value_at(value, i), member, depth);
        if (status)
            return status;
        i++;
    }
    return weft_value_sort(value) ? fail(r, at, "a key stands twice", "") : 0;
}

static int read_option(reader *r, const place *at, weft_value value, const json_t *json, unsigned depth)
{
    if (json_is_null(json))
        return weft_value_set_none(value);
    if (depth == 0)
        return fail(r, at, "nested too deeply", "");
    if ((value.type->flags & WEFT_TYPE_INDIRECT) && take_memory(r, at, 1, value.type->element->c_size))
        return WEFT_EBADMSG;
    if (weft_value_set_some(value, r->arena))
        return out_of_memory(r);
    if (value.type->element->kind != WEFT_KIND_OPTION)
        return read_value(r, at, weft_value_inside(value), json, depth - 1);
    if (!json_is_array(json) || json_array_size(json) != 1) /* its none must differ from ours */
        return fail_kind(r, at, "null or an array of one", json);
    place inside = { .outer = at };
    return read_value(r, &inside, weft_value_inside(value), json_array_get(json, 0), depth - 1);
}

static int read_enum(reader *r, const place *at, weft_value value, const json_t *json, unsigned depth)
{
    const char *name = json_string_value(json);
    const json_t *payload = NULL;
    if (json_is_object(json) && json_object_size(json) == 1) {
        void *only = json_object_iter((json_t *)json);
        name = json_object_iter_key(only);
        payload = json_object_iter_value(only);
    }
    if (!name)
        return fail_kind(r, at, "a variant's name, or an object of it and its payload,", json);
    place inside = { .outer = at, .name = name };
    if (weft_value_set_variant(value, name))
        return fail(r, &inside, "there is no such variant", "");
    weft_value carried = weft_value_inside(value);
    if (carried.type && !payload)
        return fail(r, &inside, "a payload is missing", "");
    if (!carried.type)
        return !payload || json_is_null(payload) ? 0 : fail(r, &inside, "the variant has no payload", "");
    return read_value(r, &inside, carried, payload, depth);
}

static int read_value(reader *r, const place *at, weft_value value, const json_t *json, unsigned depth)
{
    weft_kind kind = weft_value_kind(value);
    if (kind < WEFT_KIND_STRUCT)
        return read_scalar(r, at, value, json);
    if (kind == WEFT_KIND_OPTION)
        return read_option(r, at, value, json, depth);
    if (kind == WEFT_KIND_ARRAY && value.type->element->kind == WEFT_KIND_U8)
        return read_bytes(r, at, value, json);
    if (depth == 0)
        return fail(r, at, "nested too deeply", "");
    switch (kind) {
    case WEFT_KIND_STRUCT: return read_struct(r, at, value, json, depth - 1);
    case WEFT_KIND_ENUM: return read_enum(r, at, value, json, depth - 1);
    case WEFT_KIND_MAP: return read_map(r, at, value, json, depth - 1);
    default: return read_elements(r, at, value, json, depth - 1);
    }
}

int weft_json_read(const weft_type *type, weft_str text, weft_arena *arena, weft_value *ret_value,
                   weft_error *error_or_null)
{
    reader r = { .arena = arena, .error_or_null = error_or_null };
    r.memory_left = text.len < (SIZE_MAX - WEFT_DECODED_SPARE) / WEFT_DECODED_FACTOR
                        ? WEFT_DECODED_SPARE + text.len * WEFT_DECODED_FACTOR
                        : SIZE_MAX;
    json_error_t why;
    json_t *json = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
    if (!json) {
        if (json_error_code(&why) == json_error_out_of_memory)
            return out_of_memory(&r);
        char reason[64];
        (void)snprintf(reason, sizeof reason, "line %d, column %d: ", why.line, why.column);
        bool is_overflow = json_error_code(&why) == json_error_numeric_overflow;
        return fail(&r, NULL, reason, is_overflow ? "a number that is too large; a u64 may be a string" : why.text);
    }
    weft_value value;
    int status = weft_value_new(type, arena, &value);
    status = status ? out_of_memory(&r) : read_value(&r, NULL, value, json, WEFT_NESTING_MAX);
    json_decref(json);
    if (!status)
        *ret_value = value;
    return status;
}
