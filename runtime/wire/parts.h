/* What several messages are made of: texts, settings, and lists that are checked and left in their encoding. Reads
 * follow runtime/wire/reader.h: a failed one is WEFT_EBADMSG; where the reader then stands is not said. */
#ifndef WEFT_RUNTIME_WIRE_PARTS_H
#define WEFT_RUNTIME_WIRE_PARTS_H

#include "runtime/wire/messages.h"

/* At most WEFT_TEXT_MAX bytes. */
int weft__read_text(weft__reader *reader, weft_str *ret_text);
/* Cut to WEFT_TEXT_MAX bytes, and before what is not UTF-8: an application's text never makes a malformed message. */
void weft__write_text(weft_writer *writer, weft_str text);

/* Over n more elements of a control array: those of a later version. */
int weft__skip_elements(weft__reader *reader, uint32_t n);
/* An array of at least least elements. */
int weft__read_array_of(weft__reader *reader, uint32_t least, uint32_t *ret_n);
/* Begins the array that is all of body. Inline: each message goes through it. */
static inline int weft__body_open(weft_bytes body, uint32_t least, weft__reader *ret_reader, uint32_t *ret_n)
{
    *ret_reader = weft__reader_of(body);
    return weft__read_array(ret_reader, ret_n) || *ret_n < least ? WEFT_EBADMSG : 0;
}
/* Over the n elements that are left of it; bytes behind it are malformed. */
static inline int weft__body_close(weft__reader *reader, uint32_t n)
{
    if (__builtin_expect(n > 0, 0) && weft__skip_elements(reader, n))
        return WEFT_EBADMSG;
    return weft__reader_left(reader) > 0 ? WEFT_EBADMSG : 0;
}

int weft__read_settings(weft__reader *reader, weft__settings *ret_settings);
void weft__write_settings(weft_writer *writer, const weft__settings *settings);
int weft__read_session_settings(weft__reader *reader, weft__session_settings *ret_session);
void weft__write_session_settings(weft_writer *writer, const weft__session_settings *session);

/* Reads one element of a list. */
typedef int (*weft__element_fn)(weft__reader *reader);
/* An array of at most n_max elements. */
int weft__read_list(weft__reader *reader, uint32_t n_max, weft__element_fn element, weft__list_slice *ret_list);
/* Is a list of none next? Then it is taken. */
static inline bool weft__read_no_list(weft__reader *reader, weft__list_slice *ret_list)
{
    if (reader->at == reader->end || *reader->at != 0x90)
        return false;
    reader->at++;
    ret_list->raw = weft_bytes_of(reader->at, 0);
    ret_list->n = 0;
    return true;
}
/* A list of none. */
weft__list_slice weft__list_empty(void);
int weft__read_features(weft__reader *reader, weft__list_slice *ret_features);
int weft__read_services(weft__reader *reader, weft__list_slice *ret_services);
void weft__write_services(weft_writer *writer, const weft__service_ref *services, size_t n);
int weft__read_metadata(weft__reader *reader, weft__list_slice *ret_metadata);
/* With the entry weft-service in front, where requested is not NULL; more than WEFT_METADATA_ENTRIES_MAX entries or
 * WEFT_METADATA_BYTES_MAX bytes, this one included, make the writer fail with WEFT_EINVAL. */
void weft__write_metadata(weft_writer *writer, weft_metadata metadata, const weft__service_ref *requested_or_null);

/* The channels of a Request: any number. */
int weft__read_channels(weft__reader *reader, weft__list_slice *ret_channels);

#endif
