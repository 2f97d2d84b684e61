/* Texts, settings and lists of services. */
#include "runtime/wire/parts.h"

#include "runtime/base/error.h"
#include "runtime/base/hash.h"

int weft__read_text(weft__reader *reader, weft_str *ret_text)
{
    weft_str text;
    if (weft__read_str(reader, &text) || text.len > WEFT_TEXT_MAX)
        return WEFT_EBADMSG;
    *ret_text = text;
    return 0;
}

void weft__write_text(weft_writer *writer, weft_str text)
{
    weft_str cut = weft__utf8_cut(text, WEFT_TEXT_MAX);
    weft__write_str(writer, weft_str_of(cut.ptr, weft__utf8_valid_len(cut)));
}

int weft__skip_elements(weft__reader *reader, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (weft__read_skip(reader, WEFT_NESTING_MAX))
            return WEFT_EBADMSG;
    }
    return 0;
}

int weft__read_array_of(weft__reader *reader, uint32_t least, uint32_t *ret_n)
{
    uint32_t n;
    if (weft__read_array(reader, &n) || n < least)
        return WEFT_EBADMSG;
    *ret_n = n;
    return 0;
}

uint64_t weft__identity_tag(const weft__identity *identity)
{
    return weft__identity_is_none(identity) ? 0 : weft__hash64(weft_bytes_of(identity->bytes, sizeof identity->bytes));
}

/* Whole, or none. */
static int read_identity(weft__reader *reader, weft__identity *ret_identity)
{
    weft_bytes bytes;
    if (weft__read_nil(reader))
        return 0;
    if (weft__read_bin(reader, &bytes) || (bytes.len != 0 && bytes.len != sizeof ret_identity->bytes))
        return WEFT_EBADMSG;
    if (bytes.len > 0)
        memcpy(ret_identity->bytes, bytes.ptr, bytes.len);
    return 0;
}

/* [parity, max_concurrent_requests, max_message_size, channel_window, max_channels, features, (operation_ttl_ms),
 * (operations)] */
int weft__read_settings(weft__reader *reader, weft__settings *ret_settings)
{
    weft__settings settings = { 0 };
    uint64_t parity;
    uint32_t n;
    if (weft__read_array_of(reader, 6, &n) || weft__read_u64_up_to(reader, 1, &parity) ||
        weft__read_u32(reader, &settings.max_concurrent_requests) ||
        weft__read_u32(reader, &settings.max_message_size) || weft__read_u32(reader, &settings.channel_window) ||
        weft__read_u32(reader, &settings.max_channels) || weft__read_features(reader, &settings.features))
        return WEFT_EBADMSG;
    settings.odd = parity == 1;
    if (settings.max_message_size < WEFT_MESSAGE_SIZE_MIN) /* an answer in words must fit */
        return WEFT_EBADMSG;
    if (settings.channel_window > INT32_MAX) /* [chan.credit] no sum may be above */
        return WEFT_EBADMSG;
    if (n > 6 && weft__read_u32(reader, &settings.operation_ttl_ms))
        return WEFT_EBADMSG;
    if (n > 7 && read_identity(reader, &settings.operations))
        return WEFT_EBADMSG;
    if (n > 8 && weft__skip_elements(reader, n - 8))
        return WEFT_EBADMSG;
    *ret_settings = settings;
    return 0;
}

void weft__write_settings(weft_writer *writer, const weft__settings *settings)
{
    bool has_identity = !weft__identity_is_none(&settings->operations);
    weft__write_array(writer, has_identity ? 8 : 7);
    weft__write_u64(writer, settings->odd ? 1 : 0);
    weft__write_u64(writer, settings->max_concurrent_requests);
    weft__write_u64(writer, settings->max_message_size);
    weft__write_u64(writer, settings->channel_window);
    weft__write_u64(writer, settings->max_channels);
    weft__write_array(writer, settings->features.n);
    weft__write_raw(writer, settings->features.raw);
    weft__write_u64(writer, settings->operation_ttl_ms);
    if (has_identity)
        weft__write_bin(writer, weft_bytes_of(settings->operations.bytes, sizeof settings->operations.bytes));
}

/* [max_frame_size, connection_window, max_connections] */
int weft__read_session_settings(weft__reader *reader, weft__session_settings *ret_session)
{
    weft__session_settings session;
    uint32_t n;
    if (weft__read_array_of(reader, 3, &n) || weft__read_u32(reader, &session.max_frame_size) ||
        weft__read_u32(reader, &session.connection_window) || weft__read_u32(reader, &session.max_connections) ||
        weft__skip_elements(reader, n - 3))
        return WEFT_EBADMSG;
    *ret_session = session;
    return 0;
}

void weft__write_session_settings(weft_writer *writer, const weft__session_settings *session)
{
    weft__write_array(writer, 3);
    weft__write_u64(writer, session->max_frame_size);
    weft__write_u64(writer, session->connection_window);
    weft__write_u64(writer, session->max_connections);
}

int weft__read_list(weft__reader *reader, uint32_t n_max, weft__element_fn element, weft__list_slice *ret_list)
{
    uint32_t n;
    if (weft__read_array(reader, &n) || n > n_max)
        return WEFT_EBADMSG;
    const uint8_t *from = reader->at;
    for (uint32_t i = 0; i < n; i++) {
        if (element(reader))
            return WEFT_EBADMSG;
    }
    ret_list->raw = weft_bytes_of(from, (size_t)(reader->at - from));
    ret_list->n = n;
    return 0;
}

weft__list_slice weft__list_empty(void)
{
    weft__list_slice list = { weft_bytes_of("", 0), 0 };
    return list;
}

static int feature_read(weft__reader *reader)
{
    weft_str name;
    return weft__read_text(reader, &name);
}

int weft__read_features(weft__reader *reader, weft__list_slice *ret_features)
{
    return weft__read_list(reader, WEFT_FEATURES_MAX, feature_read, ret_features);
}

bool weft__features_next(weft__list_slice *list, weft_str *ret_feature)
{
    weft__reader reader = weft__reader_of(list->raw);
    if (list->n == 0 || weft__read_text(&reader, ret_feature))
        return false;
    list->n--;
    list->raw = weft_bytes_of(reader.at, weft__reader_left(&reader));
    return true;
}

/* [name, id] */
static int service_read_into(weft__reader *reader, weft__service_ref *ret_service)
{
    uint32_t n;
    if (weft__read_array_of(reader, 2, &n) || weft__read_text(reader, &ret_service->name) ||
        weft__read_u64(reader, &ret_service->id))
        return WEFT_EBADMSG;
    return weft__skip_elements(reader, n - 2);
}

static int service_read(weft__reader *reader)
{
    weft__service_ref service;
    return service_read_into(reader, &service);
}

int weft__read_services(weft__reader *reader, weft__list_slice *ret_services)
{
    return weft__read_list(reader, WEFT_SERVICES_MAX, service_read, ret_services);
}

bool weft__services_next(weft__list_slice *list, weft__service_ref *ret_service)
{
    weft__reader reader = weft__reader_of(list->raw);
    weft__service_ref service;
    if (list->n == 0 || service_read_into(&reader, &service))
        return false;
    list->n--;
    list->raw = weft_bytes_of(reader.at, weft__reader_left(&reader));
    *ret_service = service;
    return true;
}

void weft__write_services(weft_writer *writer, const weft__service_ref *services, size_t n)
{
    if (n > WEFT_SERVICES_MAX) {
        weft__writer_fail(writer, WEFT_EINVAL);
        return;
    }
    weft__write_array(writer, n);
    for (size_t i = 0; i < n; i++) {
        if (services[i].name.len > WEFT_TEXT_MAX)
            weft__writer_fail(writer, WEFT_EINVAL);
        weft__write_array(writer, 2);
        weft__write_str(writer, services[i].name);
        weft__write_u64(writer, services[i].id);
    }
}
