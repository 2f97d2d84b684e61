/* Literals: from their spelling to their value. */
#ifndef WEFT_IDL_LITERAL_H
#define WEFT_IDL_LITERAL_H

#include "weft/base.h"

/* A well-formed INT token. false: above 2^64-1. */
bool weft__literal_int(weft_str text, uint64_t *ret_value);
/* A well-formed INT or FLOAT token. false: beyond what an f64 can hold, or absurdly long. */
bool weft__literal_float(weft_str text, double *ret_value);

typedef enum weft__literal_fault {
    WEFT__LITERAL_FINE = 0,
    WEFT__LITERAL_BAD_ESCAPE,
    WEFT__LITERAL_BAD_CODE_POINT
} weft__literal_fault;

/* A STRING token with its quotes, into out (text.len bytes are always enough). A fault is at *ret_at, *ret_at_len long.
 */
weft__literal_fault weft__literal_string(weft_str text, char *out, size_t *ret_len, size_t *ret_at, size_t *ret_at_len);

/* "1500ms", "-2s", "90m", "1h", "5us", "10ns": to nanoseconds. false: no duration, or out of range. */
bool weft__literal_duration(weft_str text, bool *ret_negative, uint64_t *ret_ns);

#endif
