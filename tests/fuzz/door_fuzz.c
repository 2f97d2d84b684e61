/* The first bytes of a conduit: whether they are let on, or why they are refused, is compared with a second opinion, in
 * one piece and byte by byte. What follows the preamble is the engine fuzzer's. */
#include "tests/fuzz/fuzz.h"
#include "weft/engine.h"

#include <string.h>

enum { PREAMBLE = 8 };

/* How many of the bytes could begin a preamble. */
static size_t possible(const uint8_t *data, size_t len)
{
    static const uint8_t form[PREAMBLE] = { 'W', 'E', 'F', 'T', 0, 0, 0, 0 };
    size_t n = 0;
    while (n < len && n < PREAMBLE && (n == 4 || n == 5 || data[n] == form[n]))
        n++;
    return n;
}

/* What may be said of bytes that cannot begin one. */
static bool is_told_apart(const uint8_t *data, size_t len, weft_refusal refusal)
{
    static const char methods[] = { 'G', 'H', 'P', 'D', 'O', 'T', 'C' };
    if (refusal == WEFT_REFUSAL_TLS)
        return data[0] == 0x16 && (len < 2 || data[1] == 3);
    if (refusal == WEFT_REFUSAL_HTTP)
        return len >= 3 && memchr(methods, data[0], sizeof methods) != NULL;
    return refusal == WEFT_REFUSAL_NOT_WEFT && !(len >= 2 && data[0] == 0x16 && data[1] == 3) &&
           !(len >= 4 && memcmp(data, "GET ", 4) == 0);
}

/* How many were fed before it was decided. */
static size_t feed(weft_handshake *handshake, const uint8_t *data, size_t len, size_t step)
{
    size_t fed = 0;
    while (fed < len && weft_handshake_phase(handshake) == WEFT_PHASE_RUNNING) {
        size_t part = len - fed < step ? len - fed : step, consumed = 0;
        FUZZ_CHECK(weft_handshake_feed(handshake, data + fed, part, 1, &consumed) == 0);
        FUZZ_CHECK(consumed <= part);
        fed += consumed;
    }
    return fed;
}

static void assert_answer(weft_handshake *handshake, uint8_t code)
{
    const uint8_t expected[PREAMBLE] = { 'W', 'E', 'F', 'T', 1, code, 0, 0 };
    weft_slice slices[4];
    size_t n = weft_handshake_drain(handshake, slices, 4);
    FUZZ_CHECK(n > 0 && slices[0].len >= PREAMBLE && memcmp(slices[0].ptr, expected, PREAMBLE) == 0);
}

static void open_door(const uint8_t *data, size_t len, size_t step)
{
    weft_engine_options engine_options;
    weft_session_options options = weft_session_options_default();
    weft_handshake *handshake;
    size_t begins = possible(data, len);
    weft_refusal refusal;
    weft_engine_options_init(&engine_options, sizeof engine_options);
    if (weft_handshake_new(&engine_options, &options, 1, &handshake) < 0)
        return;
    (void)feed(handshake, data, len, step);
    refusal = weft_handshake_refusal(handshake);
    if (begins < len && begins < PREAMBLE) {
        size_t seen = step == 1 ? begins + 1 : len < PREAMBLE ? len : PREAMBLE;
        FUZZ_CHECK(is_told_apart(data, seen, refusal));
        assert_answer(handshake, WEFT_CODE_PROTOCOL);
    } else if (begins < PREAMBLE) {
        FUZZ_CHECK(refusal == WEFT_REFUSAL_NONE && weft_handshake_deadline(handshake) == 1 + WEFT_PREAMBLE_TIMEOUT);
        weft_handshake_tick(handshake, 1 + WEFT_PREAMBLE_TIMEOUT);
        FUZZ_CHECK(weft_handshake_refusal(handshake) == WEFT_REFUSAL_SILENT);
    } else if (data[4] < 1 || data[5] > 1) {
        FUZZ_CHECK(refusal == WEFT_REFUSAL_VERSION);
        assert_answer(handshake, WEFT_CODE_VERSION);
    } else {
        assert_answer(handshake, WEFT_CODE_NONE);
        FUZZ_CHECK(refusal == WEFT_REFUSAL_NONE || refusal > WEFT_REFUSAL_VERSION);
    }
    weft_handshake_free(handshake);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    open_door(data, len, SIZE_MAX);
    open_door(data, len, 1);
    return 0;
}
