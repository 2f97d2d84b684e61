/* Filling a weft_error without stdio. */
#ifndef WEFT_RUNTIME_BASE_ERROR_H
#define WEFT_RUNTIME_BASE_ERROR_H

#include "runtime/base/inline.h"
#include "weft/base.h"

/* Sets code and text (NULL: that of weft_strerror), and sys and remote to 0; a text that is too long is cut at a
 * character's border. error may be NULL. Returns code. */
WEFT__COLD int weft__error_set(weft_error *error, int code, const char *text_or_null);
/* Appends to the text: a string, a number in decimal, an id as 16 hex digits. error may be NULL. */
WEFT__COLD void weft__error_add_text(weft_error *error, weft_str text);
WEFT__COLD void weft__error_add_number(weft_error *error, uint64_t number);
WEFT__COLD void weft__error_add_id(weft_error *error, uint64_t id);

/* Valid UTF-8 without surrogates and overlong forms? (NUL is allowed.) */
bool weft__utf8_is_valid(weft_str text);
/* Bytes before the first that is not valid: text.len where all are. */
size_t weft__utf8_valid_len(weft_str text);
/* The longest prefix of at most max bytes that does not cut a character. */
weft_str weft__utf8_cut(weft_str text, size_t max);

/* Decimal digits of number into out (at least 20 bytes): how many. */
size_t weft__format_u64(uint64_t number, char *out);
/* 16 lower-case hex digits. */
void weft__format_id(uint64_t id, char out[16]);

#endif
