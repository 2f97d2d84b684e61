/* What an offender sends, as data: one step is one frame, or raw bytes. */
#ifndef WEFT_TESTS_PROTOCOL_VIOLATIONS_STEPS_H
#define WEFT_TESTS_PROTOCOL_VIOLATIONS_STEPS_H

#include "tests/support/wire_put.h"

typedef enum vio_op {
    VIO_END = 0,
    VIO_ANY,       /* a well-formed frame: wire_put_any(kind, connection, number) */
    VIO_FRAME,     /* a frame with this body, and number zero bytes behind it */
    VIO_HEAD,      /* a header alone: number is the length that it claims, reserved what stands there */
    VIO_PART,      /* the first `number` pieces of a request of four, of 1,024 bytes; its id is in reserved */
    VIO_LONG,      /* a request in fragments, number bytes in all; its id is in reserved */
    VIO_KEEP,      /* an Open that the acceptor leaves undecided */
    VIO_OPEN_LONG, /* an Open of number bytes in fragments */
    VIO_HELLO,     /* a Hello or Welcome, changed as number says: vio_change */
    VIO_BYTES      /* body as it is, no frame */
} vio_op;

typedef enum vio_change {
    VIO_FRAME_SIZE_LOW = 1,
    VIO_FRAME_SIZE_HIGH,
    VIO_MESSAGE_LOW,
    VIO_WINDOW_LOW,
    VIO_WINDOW_HIGH,
    VIO_PARITY_SAME,
    VIO_ROOT_UNKNOWN,      /* asks for a service that is not there */
    VIO_ROOT_INCOMPATIBLE, /* asks for one that is, with another id */
    VIO_WITHOUT            /* and n: without the nth key */
} vio_change;

typedef struct vio_step {
    vio_op op;
    uint8_t kind, flags;
    uint64_t connection;
    uint64_t number;
    uint16_t reserved;
    const char *body;
    size_t len;
} vio_step;

void vio_put_step(wire_bytes *out, const vio_step *step);

#endif
