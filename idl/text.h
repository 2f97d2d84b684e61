/* Text in small steps: numbers to text, UTF-8, and a growing text in an arena. */
#ifndef WEFT_IDL_TEXT_H
#define WEFT_IDL_TEXT_H

#include "weft/base.h"

/* Room for a u64 and a NUL. */
#define WEFT__TEXT_U64_MAX 21

/* Decimal, in the caller's buffer. */
weft_str weft__text_u64(uint64_t value, char buf[WEFT__TEXT_U64_MAX]);

/* The length of the well-formed UTF-8 sequence at text (shortest form, no surrogates, up to U+10FFFF), or 0. */
size_t weft__utf8_len(const char *text, size_t len);
/* Writes the code point (a scalar value) and returns its length, 1 to 4. */
size_t weft__utf8_put(uint32_t code_point, char out[4]);

/* Copies of the pieces behind each other, NUL-terminated; ptr NULL: out of memory. */
weft_str weft__text_join(weft_arena *arena, const weft_str *pieces, size_t n_pieces);
#define weft__text_concat(arena, ...)                           \
    weft__text_join((arena), (const weft_str[]){ __VA_ARGS__ }, \
                    sizeof((const weft_str[]){ __VA_ARGS__ }) / sizeof(weft_str))

#endif
