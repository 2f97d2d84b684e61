/* Frames as a counterpart writes them, well-formed or not, put together in a buffer: what tests feed to an engine or
 * send over a socket. The service they speak is pair_service (pair.h). */
#ifndef WEFT_TESTS_SUPPORT_WIRE_PUT_H
#define WEFT_TESTS_SUPPORT_WIRE_PUT_H

#include "runtime/wire/frame.h"
#include "runtime/wire/messages.h"

/* Bytes that grow without limit; out of memory fails the test. */
typedef struct wire_bytes {
    uint8_t *ptr;
    size_t len, cap;
} wire_bytes;

void wire_bytes_add(wire_bytes *out, const void *bytes, size_t len);
void wire_bytes_free(wire_bytes *out);

/* A frame of any kind, flags and body; the length in its header is len. */
void wire_put(wire_bytes *out, uint8_t kind, uint8_t flags, uint64_t connection, const void *body, size_t len);
/* The preamble of an initiator, or of an acceptor that welcomes. */
void wire_put_preamble(wire_bytes *out, bool initiator);
/* Hello or Welcome with the defaults, pair_service among the services, and, where wants_root, asked for on the root. */
void wire_put_hello(wire_bytes *out, uint8_t kind, bool odd, bool wants_root);
weft__hello_out wire_hello_defaults(bool odd);
/* The same as wire_put_hello, of what the test has changed. */
void wire_put_hello_of(wire_bytes *out, uint8_t kind, const weft__hello_out *hello);
/* And with `resume` in it, and resume_window_ms where it is not 0. */
typedef struct wire_hello_resume {
    weft_bytes key;
    uint64_t received;
    uint32_t window_ms;
} wire_hello_resume;
void wire_put_hello_resume(wire_bytes *out, uint8_t kind, const weft__hello_out *hello,
                           const wire_hello_resume *resume_or_null);
/* The settings name the feature retry. */
void wire_settings_retry(weft__settings *settings);
void wire_put_ready(wire_bytes *out);
/* Open or Accept: odd is the parity of the sender's request ids. */
void wire_put_open(wire_bytes *out, uint8_t kind, uint64_t connection, bool odd);
weft__open_out wire_open_defaults(bool odd);
void wire_put_open_of(wire_bytes *out, uint8_t kind, uint64_t connection, const weft__open_out *open);
void wire_put_close(wire_bytes *out, uint64_t connection, uint16_t code, uint64_t last_request);
void wire_put_reject(wire_bytes *out, uint64_t connection, uint16_t code, const char *text);
/* Ping, Pong, Ack, Window, Cancel */
void wire_put_number(wire_bytes *out, uint8_t kind, uint64_t connection, uint64_t number);
/* Goodbye, ProtocolError, Sorry */
void wire_put_said(wire_bytes *out, uint8_t kind, uint16_t code, const char *text);
/* The method takes one argument of len zero bytes. */
void wire_put_request(wire_bytes *out, uint64_t connection, uint64_t request_id, uint64_t method_id, size_t len);
typedef struct wire_request {
    uint64_t request_id, method_id;
    uint32_t timeout_ms;
    size_t len;    /* of the argument, */
    uint8_t fill;  /* whose every byte this is */
    weft_bytes op; /* ptr NULL: absent; else any bytes, a bin */
} wire_request;
void wire_put_request_of(wire_bytes *out, uint64_t connection, const wire_request *request);
/* In fragments of at most piece bytes, of which only the first n are put (0: all). Returns how many there are. */
size_t wire_put_request_cut(wire_bytes *out, uint64_t connection, uint64_t request_id, uint64_t method_id, size_t len,
                            size_t piece, size_t n);
/* Outcome 0: a value of len zero bytes; from 2 on: a text. */
void wire_put_response(wire_bytes *out, uint64_t connection, uint64_t request_id, uint8_t outcome, size_t len);
/* A body as fragments of at most piece bytes, the first n of them (0: all); the last one without MORE. */
size_t wire_put_cut(wire_bytes *out, uint8_t kind, uint64_t connection, const void *body, size_t len, size_t piece,
                    size_t n);
/* A well-formed frame of any kind that section 10 has, and of any other. number: the parity in Open and Accept,
 * last_request in Close, the method in Schema, else the first number of the body. */
void wire_put_any(wire_bytes *out, uint8_t kind, uint64_t connection, uint64_t number);

#endif
