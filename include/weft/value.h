/* weft/value.h: values of types that were not compiled in. A weft_value is a type and a C value of it, as weft/gen.h
 * lays it out: so what is read and built here goes through the same encode, decode, copy, equal and print, and a value
 * of a compiled type is a weft_value too. It owns nothing: what it points at lies in an arena, or where the caller has
 * it. Any thread, as long as nobody changes the value. */
#ifndef WEFT_VALUE_H
#define WEFT_VALUE_H

#include "weft/gen.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_value {
    const weft_type *type; /* NULL: there is no such value */
    void *at;              /* the C value */
} weft_value;

/* ---- whole values ---- */

/* A new one in arena: the type's defaults, zero for everything else (weft_gen_init). 0 or WEFT_ENOMEM. */
WEFT_API int weft_value_new(const weft_type *type, weft_arena *arena, weft_value *ret_value);
/* One that is decoded from bytes, which must outlive it. As weft_gen_decode. */
WEFT_API int weft_value_decode(const weft_type *type, weft_bytes bytes, weft_arena *arena, weft_value *ret_value,
                               weft_error *error_or_null);
/* As weft_gen_encode; WEFT_EINVAL also for no value. */
WEFT_API int weft_value_encode(weft_value value, weft_writer *writer);

/* ---- reading ----------------------------------------------------------------------------------------------------
 * Whatever does not fit is WEFT_EINVAL, or no value: {NULL, NULL}, of which nothing can be read. */

/* 0: no value. */
WEFT_API weft_kind weft_value_kind(weft_value value);
/* A kind as the IDL calls it: "u32", "struct". Static. */
WEFT_API const char *weft_kind_name(weft_kind kind);

WEFT_API int weft_value_get_bool(weft_value value, bool *ret);
/* Any integer that fits; WEFT_EMSGSIZE: one that does not. */
WEFT_API int weft_value_get_u64(weft_value value, uint64_t *ret);
WEFT_API int weft_value_get_i64(weft_value value, int64_t *ret);
WEFT_API int weft_value_get_f64(weft_value value, double *ret); /* f32 too */
WEFT_API int weft_value_get_str(weft_value value, weft_str *ret);
WEFT_API int weft_value_get_bytes(weft_value value, weft_bytes *ret); /* array<u8, N> too */
WEFT_API int weft_value_get_timestamp(weft_value value, weft_timestamp *ret);
WEFT_API int weft_value_get_duration(weft_value value, weft_duration *ret);

/* How many fields a struct, elements a list or array, pairs a map has; of others 0. */
WEFT_API size_t weft_value_count(weft_value value);
/* The field, element, or value of the pair at a place below the count. */
WEFT_API weft_value weft_value_at(weft_value value, size_t place);
/* The key of a map's pair. */
WEFT_API weft_value weft_value_key_at(weft_value map, size_t place);
/* A struct's field by its name in the IDL; a map's value by its key, where keys are strings. */
WEFT_API weft_value weft_value_field(weft_value value, const char *name);
/* The name of an enum's variant; NULL: UNKNOWN, or no enum. */
WEFT_API const char *weft_value_variant(weft_value value);
/* What an enum's variant carries (fields: a struct), or what an option holds. No value: nothing, or none. */
WEFT_API weft_value weft_value_inside(weft_value value);

/* ---- building ---------------------------------------------------------------------------------------------------
 * Of values in memory that may be written: made here, decoded, or the caller's own. Integers and floats go into every
 * kind that can hold them: WEFT_EMSGSIZE where the number does not fit. WEFT_EINVAL: another kind. */

WEFT_API int weft_value_set_bool(weft_value value, bool to);
WEFT_API int weft_value_set_u64(weft_value value, uint64_t to);
WEFT_API int weft_value_set_i64(weft_value value, int64_t to);
WEFT_API int weft_value_set_f64(weft_value value, double to); /* f32: rounded */
/* Borrowed: to lives as long as the value. */
WEFT_API int weft_value_set_str(weft_value value, weft_str to);
WEFT_API int weft_value_set_bytes(weft_value value, weft_bytes to); /* array<u8, N>: copied; WEFT_EMSGSIZE: not N */
WEFT_API int weft_value_set_timestamp(weft_value value, weft_timestamp to);
WEFT_API int weft_value_set_duration(weft_value value, weft_duration to);

/* A list or map of n elements, or pairs, in arena: each as weft_value_new makes it. The pairs of a map are sorted by
 * weft_value_sort once their keys are set. 0; WEFT_ENOMEM. */
WEFT_API int weft_value_set_count(weft_value value, size_t n, weft_arena *arena);
/* WEFT_EINVAL: a key stands twice. */
WEFT_API int weft_value_sort(weft_value map);
/* Makes the enum this variant, with the payload's defaults: weft_value_inside has it. WEFT_ENOENT: none of this name.
 */
WEFT_API int weft_value_set_variant(weft_value value, const char *name);
/* Makes the option hold a value, in arena: weft_value_inside has it. 0; WEFT_ENOMEM. */
WEFT_API int weft_value_set_some(weft_value option, weft_arena *arena);
WEFT_API int weft_value_set_none(weft_value option);

#ifdef __cplusplus
}
#endif
#endif
