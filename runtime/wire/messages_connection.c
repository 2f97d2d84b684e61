/* Messages about the session and its connections: positional arrays of few elements, Open and Accept. */
#include "runtime/wire/parts.h"

/* [code, text] */
void weft__said_encode(weft_writer *writer, weft__said said)
{
    weft__write_array(writer, 2);
    weft__write_u64(writer, said.code);
    weft__write_text(writer, said.text);
}

int weft__said_decode(weft_bytes body, weft__said *ret_said)
{
    weft__reader reader;
    weft__said said;
    uint32_t n;
    if (weft__body_open(body, 2, &reader, &n) || weft__read_u16(&reader, &said.code) ||
        weft__read_text(&reader, &said.text) || weft__body_close(&reader, n - 2))
        return WEFT_EBADMSG;
    *ret_said = said;
    return 0;
}

void weft__number_encode(weft_writer *writer, uint64_t number)
{
    weft__write_array(writer, 1);
    weft__write_u64(writer, number);
}

int weft__number_decode(weft_bytes body, uint64_t max, uint64_t *ret_number)
{
    weft__reader reader;
    uint64_t number;
    uint32_t n;
    if (weft__body_open(body, 1, &reader, &n) || weft__read_u64_up_to(&reader, max, &number) ||
        weft__body_close(&reader, n - 1))
        return WEFT_EBADMSG;
    *ret_number = number;
    return 0;
}

void weft__drain_encode(weft_writer *writer, weft_str text)
{
    weft__write_array(writer, 1);
    weft__write_text(writer, text);
}

int weft__drain_decode(weft_bytes body, weft_str *ret_text)
{
    weft__reader reader;
    weft_str text;
    uint32_t n;
    if (weft__body_open(body, 1, &reader, &n) || weft__read_text(&reader, &text) || weft__body_close(&reader, n - 1))
        return WEFT_EBADMSG;
    *ret_text = text;
    return 0;
}

/* [settings, metadata, (services)] */
void weft__open_encode(weft_writer *writer, const weft__open_out *open)
{
    weft__write_array(writer, 3);
    weft__write_settings(writer, &open->settings);
    weft__write_metadata(writer, open->metadata, open->requested_or_null);
    weft__write_services(writer, open->services, open->n_services);
}

int weft__open_decode(weft_bytes body, weft__open *ret_open)
{
    weft__reader reader;
    weft__open open;
    uint32_t n;
    if (weft__body_open(body, 2, &reader, &n) || weft__read_settings(&reader, &open.settings) ||
        weft__read_metadata(&reader, &open.metadata))
        return WEFT_EBADMSG;
    open.services = weft__list_empty();
    if (n > 2 && weft__read_services(&reader, &open.services))
        return WEFT_EBADMSG;
    if (weft__body_close(&reader, n > 3 ? n - 3 : 0))
        return WEFT_EBADMSG;
    *ret_open = open;
    return 0;
}

/* [code, text, (metadata)] */
void weft__reject_encode(weft_writer *writer, uint16_t code, weft_str text, weft_metadata metadata)
{
    weft__write_array(writer, 3);
    weft__write_u64(writer, code);
    weft__write_text(writer, text);
    weft__metadata_encode(writer, metadata);
}

/* [code, text, last_request, (metadata)] */
void weft__close_encode(weft_writer *writer, uint16_t code, weft_str text, uint64_t last_request,
                        weft_metadata metadata)
{
    weft__write_array(writer, 4);
    weft__write_u64(writer, code);
    weft__write_text(writer, text);
    weft__write_u64(writer, last_request);
    weft__metadata_encode(writer, metadata);
}

/* Both: Reject lacks last_request. */
static int close_decode(weft_bytes body, bool has_last_request, weft__close *ret_close)
{
    weft__reader reader;
    weft__close close;
    uint32_t n;
    uint32_t least = has_last_request ? 3 : 2;
    if (weft__body_open(body, least, &reader, &n) || weft__read_u16(&reader, &close.code) ||
        weft__read_text(&reader, &close.text))
        return WEFT_EBADMSG;
    close.last_request = 0;
    if (has_last_request && weft__read_u64(&reader, &close.last_request))
        return WEFT_EBADMSG;
    close.metadata = weft__list_empty();
    if (n > least && weft__read_metadata(&reader, &close.metadata))
        return WEFT_EBADMSG;
    if (weft__body_close(&reader, n > least + 1 ? n - least - 1 : 0))
        return WEFT_EBADMSG;
    *ret_close = close;
    return 0;
}

int weft__reject_decode(weft_bytes body, weft__close *ret_reject)
{
    return close_decode(body, false, ret_reject);
}

int weft__close_decode(weft_bytes body, weft__close *ret_close)
{
    return close_decode(body, true, ret_close);
}
