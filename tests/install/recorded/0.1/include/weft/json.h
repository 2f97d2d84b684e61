/* weft/json.h: values to and from JSON, by their tables: any type, compiled in or not. A library of its own,
 * libweft-json, since it stands on jansson. Any thread.
 *
 *   struct                    an object; a field that has a default may be left out
 *   enum                      the variant's name, or an object of it and its payload: "cleared", {"removed": "k"}
 *   list, array               an array
 *   map                       an object; keys that are numbers or bools as strings
 *   option                    null or the value; an option right inside an option: null or an array of the one
 *   integers                  numbers; beyond 2^53 - 1 on either side strings, since many readers take numbers for
 *                             doubles (RFC 7493); both forms are read, whatever the size
 *   f32, f64                  numbers; "NaN", "Infinity", "-Infinity"
 *   bytes, array<u8, N>       base64
 *   timestamp                 RFC 3339, written in UTC: "2026-11-21T12:00:00.5Z"; outside the years 1 to 9999
 *                             "@seconds.nanoseconds"
 *   duration                  "1.5s"; read as an integer with ns, us, ms, m or h too
 *
 * What is written is read again as an equal value, but for the bits of a NaN, UNKNOWN variants, and what is sensitive.
 */
#ifndef WEFT_JSON_H
#define WEFT_JSON_H

#include "weft/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads the one JSON value that fills text. *ret_value and all that it points to are in arena; text is not needed any
 * more. 0; WEFT_ENOMEM; WEFT_EBADMSG: malformed, with line and column, or not a value of the type, with the place and
 * what was expected ("entry.tags[3]: a string was expected, not a number"), in *error_or_null. Names that the type has
 * not are refused, and so is a field left out that has no default, or one that is not known (weft/schema.h). Elements
 * may take as much memory as those of a value that is decoded: WEFT_DECODED_FACTOR times the text, and a spare. */
WEFT_API int weft_json_read(const weft_type *type, weft_str text, weft_arena *arena, weft_value *ret_value,
                            weft_error *error_or_null);

/* One line without an end, in arena and NUL-terminated; sensitive fields as "***". (weft_gen_print, which needs no
 * jansson, writes the same piece by piece.) 0; WEFT_EINVAL: no value, or nested too deeply; WEFT_ENOMEM. */
WEFT_API int weft_json_write(weft_value value, weft_arena *arena, weft_str *ret_text);

#ifdef __cplusplus
}
#endif
#endif
