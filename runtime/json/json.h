/* What the files of libweft-json share. It stands on public headers and jansson alone. */
#ifndef WEFT_RUNTIME_JSON_JSON_H
#define WEFT_RUNTIME_JSON_JSON_H

#include <jansson.h>

#include "weft/json.h"

/* Scalars. true: value has become what json says; false: json is none of the type. text: what is read of a string. */
bool weft__json_integer(weft_value value, const json_t *json);
bool weft__json_integer_text(weft_value value, weft_str text);
bool weft__json_float(weft_value value, const json_t *json);
bool weft__json_timestamp(weft_str text, weft_timestamp *ret_time);
bool weft__json_duration(weft_str text, weft_duration *ret_duration);
/* ret: room for text.len / 4 * 3 bytes. */
bool weft__json_base64(weft_str text, uint8_t *ret, size_t *ret_len);

#endif
