/* JSON of any kind, read as a value of some type: what is taken goes round. */
#include "tests/fuzz/fuzz.h"

#include "tests/support/codec_types.h"
#include "weft/json.h"

/* The first byte is the type, the others the text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    weft_arena *arena;
    weft_value value, again;
    weft_str text, same;
    size_t n = 0;
    while (ct_types[n])
        n++;
    if (n == 0 || size == 0 || weft_arena_new(NULL, &arena))
        return 0;
    const weft_type *type = ct_types[data[0] % n];
    weft_str json = weft_str_of((const char *)data + 1, size - 1);
    weft_error error = { 0 };
    int status = weft_json_read(type, json, arena, &value, &error);
    FUZZ_CHECK(status == 0 || (status == WEFT_EBADMSG && error.text[0]) || status == WEFT_ENOMEM);
    if (status == 0) {
        FUZZ_CHECK(weft_json_write(value, arena, &text) == 0);
        FUZZ_CHECK(weft_json_read(type, text, arena, &again, &error) == 0);
        FUZZ_CHECK(weft_json_write(again, arena, &same) == 0);
        FUZZ_CHECK(weft_str_equal(text, same));
    }
    weft_arena_free(arena);
    return 0;
}
