/* Bodies of messages: the layouts of section 10 of docs/protocol.md. Decoding gives slices of the body and allocates
 * nothing; a malformed body is WEFT_EBADMSG, *ret untouched (but for Request and Response, which are read in place:
 * what stands there then is not said). Arrays that are longer are taken and the rest is skipped; shorter ones are
 * malformed but for the elements that may be absent. Bytes behind the body are malformed. Encoding appends to a writer,
 * whose status tells of failure. Texts longer than 1,024 bytes are cut when sent, malformed when received. */
#ifndef WEFT_RUNTIME_WIRE_MESSAGES_H
#define WEFT_RUNTIME_WIRE_MESSAGES_H

#include "runtime/wire/reader.h"
#include "runtime/wire/writer.h"
#include "weft/limits.h"
#include "weft/metadata.h"

#include <string.h>

/* A list that has been checked, still in its encoding: n elements in raw (without the array's header). */
typedef struct weft__list_slice {
    weft_bytes raw;
    uint32_t n;
} weft__list_slice;

/* Whose operations they are [op.id]: all zero where nobody says. */
typedef struct weft__identity {
    uint8_t bytes[WEFT_OPERATIONS_IDENTITY];
} weft__identity;

static inline bool weft__identity_is_none(const weft__identity *identity)
{
    const weft__identity none = { { 0 } };
    return memcmp(identity, &none, sizeof none) == 0;
}

/* What is remembered of one, by which it is told from others. 0: there is none, which is the same as no other. */
uint64_t weft__identity_tag(const weft__identity *identity);

typedef struct weft__settings { /* end to end */
    bool odd;                   /* parity: 1 odd, 0 even; anything else is malformed */
    uint32_t max_concurrent_requests;
    uint32_t max_message_size;
    uint32_t channel_window;
    uint32_t max_channels;
    weft__list_slice features; /* of str */
    uint32_t operation_ttl_ms;
    weft__identity operations; /* that the sender keeps */
} weft__settings;

typedef struct weft__session_settings { /* hop by hop */
    uint32_t max_frame_size;
    uint32_t connection_window;
    uint32_t max_connections;
} weft__session_settings;

typedef struct weft__service_ref {
    weft_str name; /* "kv.v1.Store" */
    uint64_t id;
} weft__service_ref;

/* Hello and Welcome: maps with string keys; unknown keys are skipped, a missing settings, session, metadata, services,
 * features or wire is WEFT_EBADMSG with the key's name in *ret_missing, which is NULL where something else is wrong. */
typedef struct weft__hello {
    weft__settings settings;
    weft__session_settings session;
    weft__list_slice metadata; /* checked: decode with weft__metadata_decode */
    weft__list_slice services; /* checked: read with weft__services_next */
    weft__list_slice features;
    uint64_t wire;
    bool has_resume;
    weft_bytes resume_key;
    uint64_t resume_received;
    uint32_t resume_window_ms; /* Welcome alone */
} weft__hello;

int weft__hello_decode(weft_bytes body, weft__hello *ret_hello, const char **ret_missing);

typedef struct weft__hello_out {
    weft__settings settings; /* features.raw already encoded */
    weft__session_settings session;
    weft_metadata metadata;
    const weft__service_ref *requested_or_null; /* gives the metadata entry weft-service */
    const weft__service_ref *services;
    size_t n_services;
    uint64_t wire;
    bool has_resume; /* [resume.offer] */
    weft_bytes resume_key;
    uint64_t resume_received;
    uint32_t resume_window_ms; /* Welcome alone; 0: absent */
} weft__hello_out;

void weft__hello_encode(weft_writer *writer, const weft__hello_out *hello);

void weft__ready_encode(weft_writer *writer);
int weft__ready_decode(weft_bytes body);

/* Sorry (a map), ProtocolError, Goodbye (arrays): code and text. */
typedef struct weft__said {
    uint16_t code;
    weft_str text;
} weft__said;

void weft__sorry_encode(weft_writer *writer, weft__said said);
int weft__sorry_decode(weft_bytes body, weft__said *ret_said);
void weft__said_encode(weft_writer *writer, weft__said said);
int weft__said_decode(weft_bytes body, weft__said *ret_said);

/* Ping, Pong, Ack, Window (u32), Cancel: one number. */
void weft__number_encode(weft_writer *writer, uint64_t number);
/* The same without a writer: how many bytes. */
enum { WEFT__NUMBER_MAX = 1 + 9 };
size_t weft__number_write(uint8_t out[WEFT__NUMBER_MAX], uint64_t number);
int weft__number_decode(weft_bytes body, uint64_t max, uint64_t *ret_number);

/* Drain */
void weft__drain_encode(weft_writer *writer, weft_str text);
int weft__drain_decode(weft_bytes body, weft_str *ret_text);

/* Open and Accept */
typedef struct weft__open {
    weft__settings settings;
    weft__list_slice metadata;
    weft__list_slice services;
} weft__open;

typedef struct weft__open_out {
    weft__settings settings;
    weft_metadata metadata;
    const weft__service_ref *requested_or_null; /* Open: gives weft-service */
    const weft__service_ref *services;
    size_t n_services;
} weft__open_out;

void weft__open_encode(weft_writer *writer, const weft__open_out *open);
int weft__open_decode(weft_bytes body, weft__open *ret_open);

/* Reject, and Close, which has last_request too */
typedef struct weft__close {
    uint16_t code;
    weft_str text;
    uint64_t last_request;
    weft__list_slice metadata;
} weft__close;

void weft__reject_encode(weft_writer *writer, uint16_t code, weft_str text, weft_metadata metadata);
int weft__reject_decode(weft_bytes body, weft__close *ret_reject);
void weft__close_encode(weft_writer *writer, uint16_t code, weft_str text, uint64_t last_request,
                        weft_metadata metadata);
int weft__close_decode(weft_bytes body, weft__close *ret_close);

/* Request: its head (array header, id, method, timeout) is written when it goes out, in front of its tail (args,
 * channels, metadata, and op or not; flags are absent). */
enum { WEFT__REQUEST_HEAD_MAX = 1 + 9 + 9 + 5 };
/* Writes the head so that it ends at end (24 bytes of room before it): its length. */
size_t weft__request_head_write(uint8_t *end, uint64_t request_id, uint64_t method_id, uint32_t timeout_ms);
typedef struct weft__announced {
    uint64_t id;
    uint32_t items;
} weft__announced;
enum { WEFT__REQUEST_OP_LEN = 2 + 24 };
/* Behind the tail: op, of 24 bytes; the head, at its first byte, is to say so once it is written. */
void weft__request_op_encode(weft_writer *writer, const uint8_t *op);
void weft__request_head_has_op(uint8_t *head);
/* The part of the tail behind the args: the channels and the metadata. */
void weft__request_tail_encode(weft_writer *writer, const weft__announced *channels, size_t n_channels,
                               weft_metadata metadata);

typedef struct weft__request {
    uint64_t request_id;
    uint64_t method_id;
    uint32_t timeout_ms;
    weft_bytes args; /* one well-formed array, however deep it nests: too deep fails the call alone [call.errors] */
    weft__list_slice channels;
    weft__list_slice metadata;
    weft_bytes op; /* ptr NULL: nil or absent; else 24 bytes */
    uint32_t flags;
} weft__request;

int weft__request_decode(weft_bytes body, weft__request *ret_request);
/* [frame.abort] [violation.scope] The request id alone, from a first fragment that may be cut anywhere behind it. */
int weft__request_peek(weft_bytes fragment, uint64_t *ret_request_id);
/* The same of a Response, and of an Item. */
int weft__response_peek(weft_bytes fragment, uint64_t *ret_request_id);
int weft__item_peek(weft_bytes fragment, uint64_t *ret_channel_id);

/* Response: head, then the value (or a text for outcomes from 2 on), then metadata where there is some. */
void weft__response_head_encode(weft_writer *writer, bool has_metadata, uint64_t request_id, uint8_t outcome);

typedef struct weft__response {
    uint64_t request_id;
    uint8_t outcome;
    weft_bytes value; /* one well-formed value, however deep it nests: too deep fails the call alone */
    weft__list_slice metadata;
} weft__response;

int weft__response_decode(weft_bytes body, weft__response *ret_response);
int weft__response_peek(weft_bytes fragment, uint64_t *ret_request_id);

/* Schema: its head, then so many types, then the root [schema.send]. */
void weft__schema_head_encode(weft_writer *writer, uint64_t method_id, unsigned direction, uint32_t n_types);
void weft__schema_type_encode(weft_writer *writer, uint64_t id, weft_bytes declaration);

typedef struct weft__schema {
    uint64_t method_id;
    uint8_t direction; /* 0 or 1 */
    weft_bytes types;  /* one well-formed value each: what is in them is runtime/schema's business */
    weft_bytes root;
} weft__schema;

int weft__schema_decode(weft_bytes body, weft__schema *ret_schema);

/* Item: its head, then the value. */
void weft__item_head_encode(weft_writer *writer, uint64_t channel_id);
/* *ret_value: one well-formed value, however deep it nests: too deep ends the channel alone. */
int weft__item_decode(weft_bytes body, uint64_t *ret_channel_id, weft_bytes *ret_value);

/* ChannelClose and ChannelReset; metadata is checked and not given. */
void weft__channel_end_encode(weft_writer *writer, uint64_t channel_id, uint16_t code, weft_str text);
int weft__channel_end_decode(weft_bytes body, uint64_t *ret_channel_id, weft__said *ret_said);

typedef struct weft__credit {
    uint64_t channel_id;
    uint32_t items;
    uint32_t bytes;
} weft__credit;

void weft__credit_encode(weft_writer *writer, weft__credit credit);
int weft__credit_decode(weft_bytes body, weft__credit *ret_credit);

/* ---- lists ---- */

/* Entries into an array from arena. Its slices point into the message. 0 or WEFT_ENOMEM. */
int weft__metadata_decode(weft__list_slice list, weft_arena *arena, weft_metadata *ret_metadata);
/* A deep copy into arena. 0, or WEFT_ENOMEM with *ret_metadata untouched. */
int weft__metadata_copy(const weft_metadata *metadata, weft_arena *arena, weft_metadata *ret_metadata);
/* What an application wants to send: at most 64 entries and 8 KiB, keys not empty, UTF-8, not of "weft-": 0 or
 * WEFT_EINVAL. The entries that weft adds count too: where they do not fit an encoder fails its writer with
 * WEFT_EINVAL. */
int weft__metadata_check(const weft_metadata *metadata_or_null);
/* Does it begin with "weft-"? */
bool weft__key_is_reserved(weft_str key);
/* Finds one entry without decoding the rest. */
bool weft__metadata_peek(weft__list_slice list, weft_str key, weft_metadata_entry *ret_entry);
/* Is the entry a weft-trace, and among newer there is another? A call has one: that of its newest span. */
bool weft__metadata_replaces(const weft_metadata *newer, const weft_metadata_entry *entry);
void weft__metadata_encode(weft_writer *writer, weft_metadata metadata);

/* The next channel of a checked list; false at the end. */
bool weft__channels_next(weft__list_slice *list, weft__announced *ret_channel);

/* The next feature of a checked list; false at the end. */
bool weft__features_next(weft__list_slice *list, weft_str *ret_feature);

/* The next service of a checked list; false at the end. */
bool weft__services_next(weft__list_slice *list, weft__service_ref *ret_service);

#endif
