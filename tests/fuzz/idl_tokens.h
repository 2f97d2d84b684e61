/* Texts of the IDL of tokens, so that many of them mean something. */
#ifndef WEFT_TESTS_FUZZ_IDL_TOKENS_H
#define WEFT_TESTS_FUZZ_IDL_TOKENS_H

#include <stddef.h>
#include <stdint.h>

/* A token for each byte, with a space behind it, as many as there is room for, and a zero: the length. */
size_t idl_tokens_text(const uint8_t *data, size_t len, char *text, size_t room);

#endif
