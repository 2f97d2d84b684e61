/* Round trips held against msgpack-c, and a small judge of JSON. */
#include "tests/support/round_trip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <msgpack.h>

#include "runtime/base/mem.h"
#include "runtime/schema/codec.h"
#include "tests/support/random_value.h"

enum { UNPACKER_DEPTH = 32, HEX_MAX = 96 };

const char *weft_test_hex(weft_bytes bytes)
{
    static char text[HEX_MAX * 3 + 4];
    size_t at = 0;
    for (size_t i = 0; i < bytes.len && i < HEX_MAX; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%02x ", bytes.ptr[i]);
    snprintf(text + at, sizeof text - at, bytes.len > HEX_MAX ? "..." : "");
    return text;
}

/* ---- the packer
 * ------------------------------------------------------------------------------------------------------- */

static unsigned pack(msgpack_packer *packer, const weft_type *type, const void *value);

static unsigned deeper(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static unsigned pack_elements(msgpack_packer *packer, const weft_type *element, const void *items, size_t n)
{
    unsigned deepest = 0;
    msgpack_pack_array(packer, n);
    for (size_t i = 0; i < n; i++)
        deepest = deeper(deepest, pack(packer, element, (const char *)items + i * element->c_size));
    return deepest + 1;
}

static unsigned pack_map(msgpack_packer *packer, const weft_type *type, const weft__list_value *map)
{
    unsigned deepest = 0;
    msgpack_pack_map(packer, map->len);
    for (size_t i = 0; i < map->len; i++) {
        const char *pair = (const char *)map->items + i * type->stride;
        pack(packer, type->key, pair);
        deepest = deeper(deepest, pack(packer, type->element, pair + type->offset));
    }
    return deepest + 1;
}

static unsigned pack_struct(msgpack_packer *packer, const weft_type *type, const void *value)
{
    unsigned deepest = 0;
    msgpack_pack_array(packer, type->n);
    for (uint32_t i = 0; i < type->n; i++)
        deepest = deeper(deepest, pack(packer, type->fields[i].type, (const char *)value + type->fields[i].offset));
    return deepest + 1;
}

static unsigned pack_enum(msgpack_packer *packer, const weft_type *type, const void *value)
{
    int kind = *(const int *)value;
    assert_in_range(kind, 1, type->n);
    const weft_type *payload = type->variants[kind - 1].payload;
    msgpack_pack_array(packer, 2);
    msgpack_pack_int(packer, kind - 1);
    if (payload)
        return 1 + pack(packer, payload, (const char *)value + type->offset);
    msgpack_pack_nil(packer);
    return 1;
}

static unsigned pack_option(msgpack_packer *packer, const weft_type *type, const void *value)
{
    const void *inside;
    if (type->flags & WEFT_TYPE_INDIRECT)
        inside = *(const void *const *)value;
    else
        inside = *(const bool *)value ? (const char *)value + type->offset : NULL;
    if (!inside) {
        msgpack_pack_nil(packer);
        return 0;
    }
    msgpack_pack_array(packer, 1);
    return 1 + pack(packer, type->element, inside);
}

static unsigned pack_container(msgpack_packer *packer, const weft_type *type, const void *value)
{
    const weft__list_value *list = value;
    switch (type->kind) {
    case WEFT_KIND_STRUCT: return pack_struct(packer, type, value);
    case WEFT_KIND_ENUM: return pack_enum(packer, type, value);
    case WEFT_KIND_LIST: return pack_elements(packer, type->element, list->items, list->len);
    case WEFT_KIND_MAP: return pack_map(packer, type, list);
    case WEFT_KIND_OPTION: return pack_option(packer, type, value);
    case WEFT_KIND_ARRAY:
        if (type->element->kind != WEFT_KIND_U8)
            return pack_elements(packer, type->element, value, type->n);
        msgpack_pack_bin(packer, type->n);
        msgpack_pack_bin_body(packer, value, type->n);
        return 0;
    default: fail_msg("kind %d", type->kind); return 0;
    }
}

/* How deep containers nest in it. */
static unsigned pack(msgpack_packer *packer, const weft_type *type, const void *value)
{
    const weft_str *text = value;
    const weft_bytes *bytes = value;
    const weft_timestamp *time = value;
    switch (type->kind) {
    case WEFT_KIND_BOOL: *(const bool *)value ? msgpack_pack_true(packer) : msgpack_pack_false(packer); break;
    case WEFT_KIND_U8: msgpack_pack_uint8(packer, *(const uint8_t *)value); break;
    case WEFT_KIND_U16: msgpack_pack_uint16(packer, *(const uint16_t *)value); break;
    case WEFT_KIND_U32: msgpack_pack_uint32(packer, *(const uint32_t *)value); break;
    case WEFT_KIND_U64: msgpack_pack_uint64(packer, *(const uint64_t *)value); break;
    case WEFT_KIND_I8: msgpack_pack_int8(packer, *(const int8_t *)value); break;
    case WEFT_KIND_I16: msgpack_pack_int16(packer, *(const int16_t *)value); break;
    case WEFT_KIND_I32: msgpack_pack_int32(packer, *(const int32_t *)value); break;
    case WEFT_KIND_I64: msgpack_pack_int64(packer, *(const int64_t *)value); break;
    case WEFT_KIND_F32: msgpack_pack_float(packer, *(const float *)value); break;
    case WEFT_KIND_F64: msgpack_pack_double(packer, *(const double *)value); break;
    case WEFT_KIND_STR:
        msgpack_pack_str(packer, text->len);
        msgpack_pack_str_body(packer, text->ptr, text->len);
        break;
    case WEFT_KIND_BYTES:
        msgpack_pack_bin(packer, bytes->len);
        msgpack_pack_bin_body(packer, bytes->ptr, bytes->len);
        break;
    case WEFT_KIND_TIMESTAMP: {
        msgpack_timestamp theirs = { time->sec, time->nsec };
        msgpack_pack_timestamp(packer, &theirs);
        break;
    }
    case WEFT_KIND_DURATION: msgpack_pack_int64(packer, ((const weft_duration *)value)->ns); break;
    default: return pack_container(packer, type, value);
    }
    return 0;
}

static void assert_as_packed(const weft_type *type, const void *value, weft_bytes bytes)
{
    msgpack_sbuffer theirs;
    msgpack_packer packer;
    msgpack_sbuffer_init(&theirs);
    msgpack_packer_init(&packer, &theirs, msgpack_sbuffer_write);
    unsigned depth = pack(&packer, type, value);
    assert_int_equal(theirs.size, bytes.len);
    assert_memory_equal(theirs.data, bytes.ptr, bytes.len);
    msgpack_sbuffer_destroy(&theirs);
    if (depth > UNPACKER_DEPTH)
        return;
    msgpack_unpacked unpacked;
    size_t at = 0;
    msgpack_unpacked_init(&unpacked);
    assert_int_equal(msgpack_unpack_next(&unpacked, (const char *)bytes.ptr, bytes.len, &at), MSGPACK_UNPACK_SUCCESS);
    assert_int_equal(at, bytes.len);
    msgpack_unpacked_destroy(&unpacked);
}

/* ---- JSON
 * ---------------------------------------------------------------------------------------------------------------- */

typedef struct json {
    const char *at;
    const char *end;
} json;

static bool json_take(json *j, const char *text)
{
    size_t len = strlen(text);
    if ((size_t)(j->end - j->at) < len || memcmp(j->at, text, len) != 0)
        return false;
    j->at += len;
    return true;
}

static bool json_digits(json *j)
{
    const char *from = j->at;
    while (j->at < j->end && *j->at >= '0' && *j->at <= '9')
        j->at++;
    return j->at > from;
}

static bool json_number(json *j)
{
    json_take(j, "-");
    if (!json_take(j, "0") && !json_digits(j))
        return false;
    if (json_take(j, ".") && !json_digits(j))
        return false;
    if (!json_take(j, "e"))
        return true;
    if (!json_take(j, "-"))
        json_take(j, "+");
    return json_digits(j);
}

static bool json_string(json *j)
{
    if (!json_take(j, "\""))
        return false;
    while (j->at < j->end && *j->at != '"') {
        if ((unsigned char)*j->at < 0x20)
            return false;
        if (*j->at++ != '\\')
            continue;
        if (j->at == j->end || !strchr("\"\\/bfnrtu", *j->at))
            return false;
        if (*j->at++ == 'u') {
            for (int i = 0; i < 4; i++, j->at++) {
                if (j->at == j->end || !strchr("0123456789abcdef", *j->at))
                    return false;
            }
        }
    }
    return json_take(j, "\"");
}

static bool json_value(json *j);

static bool json_members(json *j, const char *close, bool with_keys)
{
    if (json_take(j, close))
        return true;
    do {
        if (with_keys && (!json_string(j) || !json_take(j, ":")))
            return false;
        if (!json_value(j))
            return false;
    } while (json_take(j, ","));
    return json_take(j, close);
}

static bool json_value(json *j)
{
    if (json_take(j, "null") || json_take(j, "true") || json_take(j, "false"))
        return true;
    if (json_take(j, "["))
        return json_members(j, "]", false);
    if (json_take(j, "{"))
        return json_members(j, "}", true);
    return j->at < j->end && *j->at == '"' ? json_string(j) : json_number(j);
}

bool weft_test_is_json(const char *text, size_t len)
{
    json j = { text, text + len };
    return json_value(&j) && j.at == j.end;
}

/* ---- printing
 * ----------------------------------------------------------------------------------------------------------- */

typedef struct printed {
    weft_arena *arena;
    weft_str text;
    size_t cap;
} printed;

static int printed_write(void *user, const char *text, size_t len)
{
    printed *out = user;
    if (len + 1 > out->cap - out->text.len) {
        size_t cap = (out->cap + len + 1) * 2;
        char *grown = weft_arena_alloc(out->arena, cap, 1);
        assert_non_null(grown);
        if (out->text.len > 0)
            memcpy(grown, out->text.ptr, out->text.len);
        out->text.ptr = grown;
        out->cap = cap;
    }
    char *end;
    memcpy(&end, &out->text.ptr, sizeof end); /* our own memory: const in a weft_str alone */
    end += out->text.len;
    memcpy(end, text, len);
    end[len] = '\0';
    out->text.len += len;
    return 0;
}

weft_str weft_test_print(const weft_type *type, const void *value, weft_arena *arena)
{
    printed out = { arena, { "", 0 }, 0 };
    assert_int_equal(weft_gen_print(type, value, printed_write, &out), 0);
    return out.text;
}

/* ---- round trips
 * ------------------------------------------------------------------------------------------------------------ */

static void *place(const weft_type *type, weft_arena *arena)
{
    void *value = weft_arena_alloc(arena, type->c_size, 16);
    assert_non_null(value);
    return value;
}

static weft_bytes encode(const weft_type *type, const void *value, weft_arena *arena)
{
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &writer), 0);
    assert_int_equal(weft_gen_encode(type, value, writer), 0);
    weft_bytes bytes = weft_writer_bytes(writer);
    uint8_t *copy = weft_arena_alloc(arena, bytes.len, 1);
    assert_non_null(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    weft_writer_free(writer);
    return weft_bytes_of(copy, bytes.len);
}

/* A copy is equal, and stands on nothing of the original's. */
static void assert_copies(const weft_type *type, weft_bytes bytes, const void *value, weft_arena *arena)
{
    void *copy = place(type, arena), *original = place(type, arena);
    weft_arena *gone;
    assert_int_equal(weft_arena_new(NULL, &gone), 0);
    uint8_t *gone_bytes = weft_arena_alloc(gone, bytes.len, 1);
    memcpy(gone_bytes, bytes.ptr, bytes.len);
    assert_int_equal(weft_gen_decode(type, weft_bytes_of(gone_bytes, bytes.len), gone, original, NULL), 0);
    assert_int_equal(weft_gen_copy(type, copy, original, arena), 0);
    weft_arena_free(gone);
    assert_true(weft_gen_equal(type, copy, value));
}

weft_bytes weft_test_round_trip(const weft_type *type, const void *value, weft_arena *arena)
{
    weft_bytes bytes = encode(type, value, arena);
    assert_as_packed(type, value, bytes);
    void *back = place(type, arena);
    weft_error error = { 0 };
    if (weft_gen_decode(type, bytes, arena, back, &error))
        fail_msg("does not decode: %s: %s", error.text, weft_test_hex(bytes));
    assert_true(weft_gen_equal(type, value, value));
    assert_true(weft_gen_equal(type, value, back));
    weft_bytes again = encode(type, back, arena);
    assert_int_equal(again.len, bytes.len);
    assert_memory_equal(again.ptr, bytes.ptr, bytes.len);
    assert_copies(type, bytes, value, arena);
    weft_str text = weft_test_print(type, value, arena);
    if (!weft_test_is_json(text.ptr, text.len))
        fail_msg("not JSON: %s", text.ptr);
    return bytes;
}

/* ---- breaking
 * ---------------------------------------------------------------------------------------------------------------- */

/* Decodes from memory that ends where the bytes do, into a place that tells whether it was touched. */
static int decode_closely(const weft_type *type, weft_bytes bytes, weft_arena *arena, void *out)
{
    weft_error error = { 0 };
    uint8_t *close = weft_arena_alloc(arena, bytes.len, 1);
    assert_non_null(close);
    if (bytes.len > 0)
        memcpy(close, bytes.ptr, bytes.len);
    memset(out, 0xa5, type->c_size);
    int status = weft_gen_decode(type, weft_bytes_of(close, bytes.len), arena, out, &error);
    if (status == 0)
        return 0;
    assert_int_equal(status, WEFT_EBADMSG);
    assert_int_equal(error.code, WEFT_EBADMSG);
    assert_true(error.text[0] != '\0' && memchr(error.text, '\0', sizeof error.text));
    for (size_t i = 0; i < type->c_size; i++)
        assert_int_equal(((const uint8_t *)out)[i], 0xa5);
    return status;
}

void weft_test_break(const weft_type *type, weft_bytes bytes, uint64_t seed, weft_arena *arena)
{
    weft_test_random random = { seed };
    weft_arena *scratch;
    weft_writer *writer;
    assert_int_equal(weft_arena_new(NULL, &scratch), 0);
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &writer), 0);
    void *out = place(type, arena);
    for (size_t len = 0; len < bytes.len; len++) {
        assert_int_equal(decode_closely(type, weft_bytes_of(bytes.ptr, len), scratch, out), WEFT_EBADMSG);
        weft_arena_clear(scratch);
    }
    uint8_t *changed = weft_arena_alloc(arena, bytes.len + 1, 1);
    assert_non_null(changed);
    memcpy(changed, bytes.ptr, bytes.len);
    changed[bytes.len] = 0xc0;
    assert_int_equal(decode_closely(type, weft_bytes_of(changed, bytes.len + 1), scratch, out), WEFT_EBADMSG);
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t held = changed[i];
        changed[i] = (uint8_t)weft_test_random_next(&random);
        weft_bytes broken = weft_bytes_of(changed, bytes.len);
        weft_writer_clear(writer);
        if (decode_closely(type, broken, scratch, out) == 0 && weft_gen_encode(type, out, writer) == 0)
            weft_test_round_trip(type, out, scratch);
        weft_arena_clear(scratch);
        changed[i] = held;
    }
    weft_writer_free(writer);
    weft_arena_free(scratch);
}
