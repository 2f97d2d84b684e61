/* One value: two bytes choose the type (of tests/idl/good/all.weft, and those with tables by hand), the rest is
 * decoded. What decodes must be encoded, unless it holds an UNKNOWN, and decode to an equal value; a copy is equal; it
 * prints as JSON. */
#include "all.weft.h"
#include "runtime/schema/codec.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/codec_types.h"
#include "tests/support/round_trip.h"
#include "tests/support/type_set.h"

static const weft_test_type_set *fuzz_types(void)
{
    static weft_test_type_set set;
    if (set.n == 0) {
        for (const weft_type *const *type = ct_types; *type; type++)
            weft_test_type_set_add(&set, *type);
        weft_test_type_set_add(&set, &tall_everything_type);
        weft_test_type_set_add_service(&set, &tall_all_service);
    }
    return &set;
}

/* An UNKNOWN cannot be encoded, and nothing else that was decoded is refused. */
static void reencode_try(const weft_type *type, const void *value, weft_arena *arena)
{
    weft_writer *writer;
    void *again = weft_arena_alloc(arena, type->c_size, 16);
    if (!again || weft_writer_new(NULL, SIZE_MAX, &writer))
        return;
    int status = weft_gen_encode(type, value, writer);
    weft_str text = weft_test_print(type, value, arena);
    FUZZ_CHECK(weft_test_is_json(text.ptr, text.len));
    if (status == 0) {
        FUZZ_CHECK(weft_gen_decode(type, weft_writer_bytes(writer), arena, again, NULL) == 0);
        FUZZ_CHECK(weft_gen_equal(type, value, again));
    } else {
        FUZZ_CHECK(status == WEFT_EINVAL && strstr(text.ptr, "\"UNKNOWN\""));
    }
    weft_writer_free(writer);
    FUZZ_CHECK(weft_gen_copy(type, again, value, arena) == 0);
    FUZZ_CHECK(weft_gen_equal(type, value, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const weft_test_type_set *set = fuzz_types();
    weft_arena *arena;
    weft_error error;
    if (len < 2 || weft_arena_new(NULL, &arena))
        return 0;
    const weft_type *type = set->types[((size_t)data[0] << 8 | data[1]) % set->n];
    void *value = weft_arena_alloc(arena, type->c_size, 16);
    int status = value ? weft_gen_decode(type, weft_bytes_of(data + 2, len - 2), arena, value, &error) : WEFT_ENOMEM;
    if (status == 0)
        reencode_try(type, value, arena);
    else if (status == WEFT_EBADMSG)
        FUZZ_CHECK(error.code == status && error.text[0] && strlen(error.text) < sizeof error.text);
    else
        FUZZ_CHECK(status == WEFT_ENOMEM);
    weft_arena_free(arena);
    return 0;
}
