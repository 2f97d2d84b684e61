/* Hello, Welcome, Ready, Sorry: maps with string keys. [session.handshake] */
#include "runtime/wire/parts.h"

typedef enum hello_key {
    HELLO_SETTINGS,
    HELLO_SESSION,
    HELLO_METADATA,
    HELLO_SERVICES,
    HELLO_FEATURES,
    HELLO_WIRE,
    HELLO_REQUIRED, /* those before are */
    HELLO_RESUME = HELLO_REQUIRED,
    HELLO_RESUME_WINDOW,
    HELLO_KEYS
} hello_key;

static const weft_str hello_keys[HELLO_KEYS] = {
    [HELLO_SETTINGS] = WEFT_STR_INIT("settings"), [HELLO_SESSION] = WEFT_STR_INIT("session"),
    [HELLO_METADATA] = WEFT_STR_INIT("metadata"), [HELLO_SERVICES] = WEFT_STR_INIT("services"),
    [HELLO_FEATURES] = WEFT_STR_INIT("features"), [HELLO_WIRE] = WEFT_STR_INIT("wire"),
    [HELLO_RESUME] = WEFT_STR_INIT("resume"),     [HELLO_RESUME_WINDOW] = WEFT_STR_INIT("resume_window_ms"),
};

static const weft_str resume_keys[2] = { WEFT_STR_INIT("key"), WEFT_STR_INIT("received") };

/* The index of the name among the n, or n. */
static unsigned key_find(const weft_str *names, unsigned n, weft_str name)
{
    unsigned i = 0;
    while (i < n && !weft_str_equal(names[i], name))
        i++;
    return i;
}

/* Reads a key and marks it as seen; a known one twice is malformed. */
static int key_read(weft__reader *reader, const weft_str *names, unsigned n, unsigned *seen, unsigned *ret_key)
{
    weft_str name;
    if (weft__read_str(reader, &name))
        return WEFT_EBADMSG;
    unsigned key = key_find(names, n, name);
    if (key < n) {
        if (*seen & 1u << key)
            return WEFT_EBADMSG;
        *seen |= 1u << key;
    }
    *ret_key = key;
    return 0;
}

/* nil, or {key, received} */
static int resume_read(weft__reader *reader, weft__hello *hello)
{
    unsigned seen = 0;
    uint32_t n;
    if (weft__read_nil(reader))
        return 0;
    if (weft__read_map(reader, &n))
        return WEFT_EBADMSG;
    for (uint32_t i = 0; i < n; i++) {
        unsigned key;
        int status = key_read(reader, resume_keys, 2, &seen, &key);
        if (status)
            return status;
        if (key == 0)
            status = weft__read_bin(reader, &hello->resume_key);
        else if (key == 1)
            status = weft__read_u64(reader, &hello->resume_received);
        else
            status = weft__read_skip(reader, WEFT_NESTING_MAX);
        if (status)
            return status;
    }
    hello->has_resume = true;
    return seen == 3 ? 0 : WEFT_EBADMSG;
}

static int hello_read_value(weft__reader *reader, unsigned key, weft__hello *hello)
{
    switch (key) {
    case HELLO_SETTINGS: return weft__read_settings(reader, &hello->settings);
    case HELLO_SESSION: return weft__read_session_settings(reader, &hello->session);
    case HELLO_METADATA: return weft__read_metadata(reader, &hello->metadata);
    case HELLO_SERVICES: return weft__read_services(reader, &hello->services);
    case HELLO_FEATURES: return weft__read_features(reader, &hello->features);
    case HELLO_WIRE: return weft__read_u64(reader, &hello->wire);
    case HELLO_RESUME: return resume_read(reader, hello);
    case HELLO_RESUME_WINDOW: return weft__read_u32(reader, &hello->resume_window_ms);
    default: return weft__read_skip(reader, WEFT_NESTING_MAX);
    }
}

int weft__hello_decode(weft_bytes body, weft__hello *ret_hello, const char **ret_missing)
{
    weft__reader reader = weft__reader_of(body);
    weft__hello hello = { .resume_key = weft_bytes_of("", 0) };
    unsigned seen = 0;
    uint32_t n;
    *ret_missing = NULL;
    if (weft__read_map(&reader, &n))
        return WEFT_EBADMSG;
    for (uint32_t i = 0; i < n; i++) {
        unsigned key;
        if (key_read(&reader, hello_keys, HELLO_KEYS, &seen, &key) || hello_read_value(&reader, key, &hello))
            return WEFT_EBADMSG;
    }
    if (weft__reader_left(&reader) > 0)
        return WEFT_EBADMSG;
    for (unsigned key = 0; key < HELLO_REQUIRED; key++) {
        if (!(seen & 1u << key)) {
            *ret_missing = hello_keys[key].ptr;
            return WEFT_EBADMSG;
        }
    }
    *ret_hello = hello;
    return 0;
}

void weft__hello_encode(weft_writer *writer, const weft__hello_out *hello)
{
    bool has_window = hello->has_resume && hello->resume_window_ms > 0;
    weft__write_map(writer, HELLO_REQUIRED + (hello->has_resume ? 1u : 0u) + (has_window ? 1u : 0u));
    weft__write_str(writer, hello_keys[HELLO_SETTINGS]);
    weft__write_settings(writer, &hello->settings);
    weft__write_str(writer, hello_keys[HELLO_SESSION]);
    weft__write_session_settings(writer, &hello->session);
    weft__write_str(writer, hello_keys[HELLO_METADATA]);
    weft__write_metadata(writer, hello->metadata, hello->requested_or_null);
    weft__write_str(writer, hello_keys[HELLO_SERVICES]);
    weft__write_services(writer, hello->services, hello->n_services);
    weft__write_str(writer, hello_keys[HELLO_FEATURES]);
    weft__write_array(writer, 0); /* [session.hello] none of the session exists in version 1 */
    weft__write_str(writer, hello_keys[HELLO_WIRE]);
    weft__write_u64(writer, hello->wire);
    if (hello->has_resume) {
        weft__write_str(writer, hello_keys[HELLO_RESUME]);
        weft__write_map(writer, 2);
        weft__write_str(writer, resume_keys[0]);
        weft__write_bin(writer, hello->resume_key);
        weft__write_str(writer, resume_keys[1]);
        weft__write_u64(writer, hello->resume_received);
    }
    if (has_window) {
        weft__write_str(writer, hello_keys[HELLO_RESUME_WINDOW]);
        weft__write_u64(writer, hello->resume_window_ms);
    }
}

void weft__ready_encode(weft_writer *writer)
{
    weft__write_map(writer, 0);
}

int weft__ready_decode(weft_bytes body)
{
    weft__reader reader = weft__reader_of(body);
    uint32_t n;
    if (weft__read_map(&reader, &n))
        return WEFT_EBADMSG;
    for (uint32_t i = 0; i < n; i++) {
        weft_str name;
        if (weft__read_str(&reader, &name) || weft__read_skip(&reader, WEFT_NESTING_MAX))
            return WEFT_EBADMSG;
    }
    return weft__reader_left(&reader) > 0 ? WEFT_EBADMSG : 0;
}

void weft__sorry_encode(weft_writer *writer, weft__said said)
{
    weft__write_map(writer, 3);
    weft__write_str(writer, WEFT_STR("code"));
    weft__write_u64(writer, said.code);
    weft__write_str(writer, WEFT_STR("text"));
    weft__write_text(writer, said.text);
    weft__write_str(writer, WEFT_STR("detail"));
    weft__write_nil(writer);
}

int weft__sorry_decode(weft_bytes body, weft__said *ret_said)
{
    static const weft_str names[2] = { WEFT_STR_INIT("code"), WEFT_STR_INIT("text") };
    weft__reader reader = weft__reader_of(body);
    weft__said said = { 0, { "", 0 } };
    unsigned seen = 0;
    uint32_t n;
    if (weft__read_map(&reader, &n))
        return WEFT_EBADMSG;
    for (uint32_t i = 0; i < n; i++) {
        unsigned key;
        int status = key_read(&reader, names, 2, &seen, &key);
        if (status)
            return status;
        if (key == 0)
            status = weft__read_u16(&reader, &said.code);
        else if (key == 1)
            status = weft__read_text(&reader, &said.text);
        else
            status = weft__read_skip(&reader, WEFT_NESTING_MAX);
        if (status)
            return status;
    }
    if (seen != 3 || weft__reader_left(&reader) > 0)
        return WEFT_EBADMSG;
    *ret_said = said;
    return 0;
}
