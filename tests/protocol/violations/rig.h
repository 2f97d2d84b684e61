/* A real server on a socket, a counterpart that behaves and one that does not. */
#ifndef WEFT_TESTS_PROTOCOL_VIOLATIONS_RIG_H
#define WEFT_TESTS_PROTOCOL_VIOLATIONS_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/wire_put.h"
#include "weft/runtime.h"

#include <uv.h>

/* Limits of the server, low so that they are reached with few frames. */
enum { VIO_CONNECTIONS = 4, VIO_REQUESTS = 4, VIO_MESSAGE = 64 * 1024 };

/* A counterpart that is nothing but a socket. */
typedef struct vio_client {
    int fd;
    wire_bytes in;
    size_t at;
    bool eof;
} vio_client;

/* One session of the server's application. */
typedef struct vio_session {
    weft_session *session; /* a reference once ready (or, where it connected, at once) */
    bool has_reference;
    pair_side side;
    weft_connection *accepted; /* one reference */
} vio_session;

typedef struct vio_rig {
    uv_loop_t loop;
    weft_test_alloc alloc;
    weft_runtime *runtime; /* NULL once closed */
    weft_listener *listener;
    uint16_t port;
    vio_session sessions[2]; /* of the counterpart that behaves, of the other one */
    int newest;              /* the place that the next session takes */
    vio_client good;
    uint64_t good_request;
} vio_rig;

typedef struct vio_frame {
    weft__frame head;
    weft_bytes body; /* until the next one is read */
} vio_frame;

vio_rig *vio_new(void);
void vio_free(vio_rig *rig);

/* The good client makes a call and gets its answer. */
void vio_serves_others(vio_rig *rig);
/* A new counterpart, connected, nothing said. The session takes place 1. */
void vio_connect(vio_rig *rig, vio_client *client);
/* The same, with the roles reversed: the runtime connects to it. */
void vio_accept(vio_rig *rig, vio_client *client);
void vio_send(vio_rig *rig, const vio_client *client, wire_bytes *bytes);
/* Waits for n bytes and gives them, valid until the next read. false: the end comes first. */
bool vio_read(vio_rig *rig, vio_client *client, size_t n, const uint8_t **ret_bytes);
bool vio_next(vio_rig *rig, vio_client *client, vio_frame *ret_frame);
/* Reads until a frame of this kind. */
vio_frame vio_wait(vio_rig *rig, vio_client *client, uint8_t kind);
/* Nothing more comes but the end. */
void vio_wait_end(vio_rig *rig, vio_client *client);
void vio_close(vio_client *client);
/* Turns of the loop until the counter is n. */
void vio_until(vio_rig *rig, const int *counter, int n);
/* What is left of place 1 is let go. */
void vio_forget(vio_rig *rig);
/* Preamble, Hello, Welcome, Ready. */
void vio_shake(vio_rig *rig, vio_client *client);
/* Connection 1: a request of ours that the handler holds, and a call of the server's that waits for us. */
void vio_begin_calls(vio_rig *rig, vio_client *client);

#endif
