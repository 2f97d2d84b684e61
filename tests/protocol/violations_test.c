/* Each violation of the protocol, over a real socket: the offender is told the right thing with the right scope,
 * everything that was pending ends once, and the server serves others as before. One row of a table is one violation.
 */
#include "tests/protocol/violations/rig.h"
#include "tests/protocol/violations/steps.h"
#include "tests/support/rules.h"

typedef enum stage {
    PREAMBLE,   /* connected, nothing said */
    HELLO,      /* the preambles are exchanged */
    READY_WAIT, /* Welcome is here */
    READY,      /* connection 1 is open, and calls are under way on it both ways */
    WELCOME     /* the roles reversed: the runtime has connected, and waits for Welcome */
} stage;

/* Whose end is said. */
typedef enum says {
    REFUSES = 0, /* the preamble's code */
    SORRY = WEFT__KIND_SORRY,
    SESSION = WEFT__KIND_PROTOCOL_ERROR,
    REJECT = WEFT__KIND_REJECT,
    CLOSE = WEFT__KIND_CLOSE
} says;

typedef struct row {
    const char *what;
    stage stage;
    says says;
    uint64_t connection;
    uint16_t code;
    const char *rule; /* stands in the text */
    vio_step steps[8];
} row;

enum { PROTOCOL = WEFT_CODE_PROTOCOL, MORE = WEFT__FLAG_MORE, ABORT = WEFT__FLAG_ABORT };
enum { HI = WEFT__KIND_HELLO, WEL = WEFT__KIND_WELCOME, RDY = WEFT__KIND_READY, SRY = WEFT__KIND_SORRY };
enum { PING = WEFT__KIND_PING, PONG = WEFT__KIND_PONG, DRAIN = WEFT__KIND_DRAIN, ACK = WEFT__KIND_ACK };
enum { BYE = WEFT__KIND_GOODBYE, OPEN = WEFT__KIND_OPEN, ACC = WEFT__KIND_ACCEPT, REJ = WEFT__KIND_REJECT };
enum { CLO = WEFT__KIND_CLOSE, WIN = WEFT__KIND_WINDOW, REQ = WEFT__KIND_REQUEST, RES = WEFT__KIND_RESPONSE };
enum { CAN = WEFT__KIND_CANCEL, ITEM = WEFT__KIND_ITEM, CRE = WEFT__KIND_CREDIT, SCH = WEFT__KIND_SCHEMA };
enum { CCL = WEFT__KIND_CHANNEL_CLOSE, CRS = WEFT__KIND_CHANNEL_RESET, PER = WEFT__KIND_PROTOCOL_ERROR };

/* clang-format off */
#define ANY(kind, id, number) { VIO_ANY, kind, 0, id, number, 0, NULL, 0 }
#define FRAME(kind, flags, id, lit) { VIO_FRAME, kind, flags, id, 0, 0, lit, sizeof(lit) - 1 }
#define ZEROS(kind, flags, id, n) { VIO_FRAME, kind, flags, id, n, 0, "", 0 }
#define HEAD(kind, flags, id, claims) { VIO_HEAD, kind, flags, id, claims, 0, NULL, 0 }
#define RESERVED(kind, id, n) { VIO_HEAD, kind, 0, id, 0, n, NULL, 0 }
#define PART(id, request, n) { VIO_PART, 0, 0, id, n, request, NULL, 0 }
#define LONG(id, request, n) { VIO_LONG, 0, 0, id, n, request, NULL, 0 }
#define KEEP(id) { VIO_KEEP, 0, 0, id, 0, 0, NULL, 0 }
#define LONGOPEN(id, n) { VIO_OPEN_LONG, 0, 0, id, n, 0, NULL, 0 }
#define HELLO_OF(kind, change) { VIO_HELLO, kind, 0, 0, change, 0, NULL, 0 }
#define BYTES(lit) { VIO_BYTES, 0, 0, 0, 0, 0, lit, sizeof(lit) - 1 }

/* An Open whose settings are damaged. */
#define SETTINGS_PARITY_2 "\x93\x96\x02\x01\xce\x00\x01\x00\x00\x01\x01\x90\x90\x90"
#define SETTINGS_MESSAGE_LOW "\x93\x96\x01\x01\xcd\xff\xff\x01\x01\x90\x90\x90"
#define SETTINGS_SHORT "\x93\x95\x01\x01\xce\x00\x01\x00\x00\x01\x01\x90\x90"
/* [id 3, method, timeout, args, channels, metadata] and what is wrong with it */
#define REQUEST_ARGS_NOT_ARRAY "\x96\x03\x01\x00\xc0\x90\x90"
#define REQUEST_METADATA_NOT_LIST "\x96\x03\x01\x00\x90\x90\xc0"
#define REQUEST_EMPTY_KEY "\x96\x03\x01\x00\x90\x90\x91\x93\xa0\xa0\x00"
#define REQUEST_BEHIND "\x96\x03\x01\x00\x90\x90\x90\xc0"
#define REQUEST_OP_SHORT "\x97\x03\x01\x00\x90\x90\x90\xc4\x01\x00"
#define REQUEST_HUGE_COUNT "\x96\x03\x01\x00\xdd\xff\xff\xff\xff"

static const row rows[] = {
    /* ---- the preamble: each byte, other protocols, versions */
    { "byte 0", PREAMBLE, REFUSES, 0, PROTOCOL, "", { BYTES("XEFT\1\1\0\0") } },
    { "byte 1", PREAMBLE, REFUSES, 0, PROTOCOL, "", { BYTES("WXFT\1\1\0\0") } },
    { "byte 2", PREAMBLE, REFUSES, 0, PROTOCOL, "", { BYTES("WEXT\1\1\0\0") } },
    { "byte 3", PREAMBLE, REFUSES, 0, PROTOCOL, "", { BYTES("WEFX\1\1\0\0") } },
    { "no version in common, too high", PREAMBLE, REFUSES, 0, WEFT_CODE_VERSION, "", { BYTES("WEFT\3\2\0\0") } },
    { "no version in common, too low", PREAMBLE, REFUSES, 0, WEFT_CODE_VERSION, "", { BYTES("WEFT\0\0\0\0") } },
    { "byte 6", PREAMBLE, REFUSES, 0, PROTOCOL, "", { BYTES("WEFT\1\1\1\0") } },
    { "byte 7", PREAMBLE, REFUSES, 0, PROTOCOL, "", { BYTES("WEFT\1\1\0\1") } },
    { "TLS", PREAMBLE, REFUSES, 0, PROTOCOL, "", { BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03") } },
    { "HTTP", PREAMBLE, REFUSES, 0, PROTOCOL, "", { BYTES("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") } },

    /* ---- the handshake, by an initiator */
    { "Ping before Hello", HELLO, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(PING, 0, 1) } },
    { "Ready before Hello", HELLO, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(RDY, 0, 0) } },
    { "Welcome by the initiator", HELLO, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(WEL, 0, 1) } },
    { "Open before Hello", HELLO, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(OPEN, 1, 1) } },
    { "Hello on connection 1", HELLO, SORRY, 0, PROTOCOL, "[violation.scope]", { ANY(HI, 1, 1) } },
    { "Hello in fragments", HELLO, SORRY, 0, PROTOCOL, "[frame.fragment]", { HEAD(HI, MORE, 0, 2000) } },
    { "Hello above 64 KiB", HELLO, SORRY, 0, PROTOCOL, "[frame.max]", { HEAD(HI, 0, 0, 65537) } },
    { "reserved bytes", HELLO, SORRY, 0, PROTOCOL, "[frame.", { RESERVED(HI, 0, 1) } },
    { "an unknown flag", HELLO, SORRY, 0, PROTOCOL, "[frame.max]", { HEAD(HI, 4, 0, 10) } },
    { "an unknown kind", HELLO, SORRY, 0, PROTOCOL, "[frame.max]", { HEAD(100, 0, 0, 1) } },
    { "Hello not a map", HELLO, SORRY, 0, PROTOCOL, "[session.handshake]", { FRAME(HI, 0, 0, "\x90") } },
    { "Hello empty", HELLO, SORRY, 0, PROTOCOL, "[session.handshake]", { FRAME(HI, 0, 0, "") } },
    { "Hello with nothing in it", HELLO, SORRY, 0, PROTOCOL, "missing: settings", { FRAME(HI, 0, 0, "\x80") } },
    { "no settings", HELLO, SORRY, 0, PROTOCOL, "missing: settings", { HELLO_OF(HI, VIO_WITHOUT + 1) } },
    { "no session", HELLO, SORRY, 0, PROTOCOL, "missing: session", { HELLO_OF(HI, VIO_WITHOUT + 2) } },
    { "no metadata", HELLO, SORRY, 0, PROTOCOL, "missing: metadata", { HELLO_OF(HI, VIO_WITHOUT + 3) } },
    { "no services", HELLO, SORRY, 0, PROTOCOL, "missing: services", { HELLO_OF(HI, VIO_WITHOUT + 4) } },
    { "no features", HELLO, SORRY, 0, PROTOCOL, "missing: features", { HELLO_OF(HI, VIO_WITHOUT + 5) } },
    { "no wire", HELLO, SORRY, 0, PROTOCOL, "missing: wire", { HELLO_OF(HI, VIO_WITHOUT + 6) } },
    { "max_frame_size too low", HELLO, SORRY, 0, PROTOCOL, "[frame.max]", { HELLO_OF(HI, VIO_FRAME_SIZE_LOW) } },
    { "max_frame_size too high", HELLO, SORRY, 0, PROTOCOL, "[frame.max]", { HELLO_OF(HI, VIO_FRAME_SIZE_HIGH) } },
    { "max_message_size too low", HELLO, SORRY, 0, PROTOCOL, "[session.handshake]", { HELLO_OF(HI, VIO_MESSAGE_LOW) } },
    { "window too low", HELLO, SORRY, 0, PROTOCOL, "[flow.window]", { HELLO_OF(HI, VIO_WINDOW_LOW) } },
    { "window too high", HELLO, SORRY, 0, PROTOCOL, "[flow.window]", { HELLO_OF(HI, VIO_WINDOW_HIGH) } },
    { "an unknown service on the root", HELLO, SORRY, 0, WEFT_CODE_UNKNOWN_SERVICE, "",
      { HELLO_OF(HI, VIO_ROOT_UNKNOWN) } },
    { "another version of the service on the root, of a table without schemas", HELLO, SORRY, 0,
      WEFT_CODE_INCOMPATIBLE, "[schema.known]", { HELLO_OF(HI, VIO_ROOT_INCOMPATIBLE) } },
    { "Hello twice", READY_WAIT, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(HI, 0, 1) } },
    { "Ping before Ready", READY_WAIT, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(PING, 0, 1) } },
    { "Open before Ready", READY_WAIT, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(OPEN, 1, 1) } },
    { "Request before Ready", READY_WAIT, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(REQ, 0, 1) } },
    { "Ready not a map", READY_WAIT, SORRY, 0, PROTOCOL, "[session.handshake]", { FRAME(RDY, 0, 0, "\x90") } },
    { "Ready with bytes behind", READY_WAIT, SORRY, 0, PROTOCOL, "[session.handshake]",
      { FRAME(RDY, 0, 0, "\x80\x80") } },
    { "malformed Sorry", READY_WAIT, SORRY, 0, PROTOCOL, "[session.handshake]", { FRAME(SRY, 0, 0, "\x90") } },

    /* ---- the handshake, by an acceptor */
    { "Welcome of the same parity", WELCOME, SORRY, 0, PROTOCOL, "[session.parity]",
      { HELLO_OF(WEL, VIO_PARITY_SAME) } },
    { "Ping before Welcome", WELCOME, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(PING, 0, 1) } },
    { "Hello by the acceptor", WELCOME, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(HI, 0, 0) } },
    { "Ready by the acceptor", WELCOME, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(RDY, 0, 0) } },
    { "Welcome without session", WELCOME, SORRY, 0, PROTOCOL, "missing: session", { HELLO_OF(WEL, VIO_WITHOUT + 2) } },
    { "Welcome, max_frame_size too low", WELCOME, SORRY, 0, PROTOCOL, "[frame.max]",
      { HELLO_OF(WEL, VIO_FRAME_SIZE_LOW) } },

    /* ---- headers */
    { "reserved bytes", READY, SESSION, 0, PROTOCOL, "[frame.", { RESERVED(PING, 0, 256) } },
    { "kind 0", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(0, 0, 0, 0) } },
    { "kind 11", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(11, 0, 0, 0) } },
    { "kind 64 of a feature nobody named", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(64, 0, 1, 0) } },
    { "kind 191", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(191, 0, 1, 0) } },
    { "flag 4", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(REQ, 4, 1, 10) } },
    { "flag 16", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(REQ, 16, 1, 10) } },
    { "flag 128", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(200, 128, 1, 10) } },
    { "Request above max_frame_size", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(REQ, 0, 1, 65537) } },
    { "skippable above max_frame_size", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(200, 0, 1, 65537) } },
    { "4 GiB", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(REQ, 0, 1, UINT32_MAX) } },
    { "Ping above 16 KiB", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(PING, 0, 0, 16385) } },
    { "Close above 16 KiB", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(CLO, 0, 1, 16385) } },
    { "Ping with MORE", READY, SESSION, 0, PROTOCOL, "[frame.fragment]", { HEAD(PING, MORE, 0, 2000) } },
    { "Close with MORE", READY, SESSION, 0, PROTOCOL, "[frame.fragment]", { HEAD(CLO, MORE, 1, 2000) } },
    { "MORE below 1,024", READY, SESSION, 0, PROTOCOL, "[frame.fragment]", { HEAD(REQ, MORE, 1, 1023) } },
    { "ABORT with a body", READY, SESSION, 0, PROTOCOL, "[frame.abort]", { PART(1, 3, 1), HEAD(REQ, ABORT, 1, 1) } },
    { "ABORT with MORE", READY, SESSION, 0, PROTOCOL, "[frame.", { PART(1, 3, 1), HEAD(REQ, ABORT | MORE, 1, 0) } },
    { "ABORT of a Ping", READY, SESSION, 0, PROTOCOL, "[frame.abort]", { HEAD(PING, ABORT, 0, 0) } },
    { "Ping on a connection", READY, SESSION, 0, PROTOCOL, "[violation.scope]", { ANY(PING, 1, 1) } },
    { "Goodbye on a connection", READY, SESSION, 0, PROTOCOL, "[violation.scope]", { ANY(BYE, 1, 0) } },
    { "ProtocolError on a connection", READY, SESSION, 0, PROTOCOL, "[violation.scope]", { ANY(PER, 1, 1) } },
    { "Ack without resumption", READY, SESSION, 0, PROTOCOL, "Ack", { ANY(ACK, 0, 1) } },
    { "Hello after the handshake", READY, SESSION, 0, PROTOCOL, "Hello", { ANY(HI, 0, 1) } },
    { "Welcome after the handshake", READY, SESSION, 0, PROTOCOL, "Welcome", { ANY(WEL, 0, 1) } },
    { "Ready after the handshake", READY, SESSION, 0, PROTOCOL, "Ready", { ANY(RDY, 0, 1) } },
    { "Sorry after the handshake", READY, SESSION, 0, PROTOCOL, "Sorry", { ANY(SRY, 0, 1) } },

    /* ---- messages in fragments */
    { "another message in between", READY, CLOSE, 1, PROTOCOL, "[frame.order]", { PART(1, 3, 2), ANY(RES, 1, 2) } },
    { "Close in between", READY, CLOSE, 1, PROTOCOL, "[frame.order]", { PART(1, 3, 2), ANY(CLO, 1, 0) } },
    { "Drain in between", READY, CLOSE, 1, PROTOCOL, "[frame.order]", { PART(1, 3, 2), ANY(DRAIN, 1, 0) } },
    { "Goodbye within a message on the root", READY, SESSION, 0, PROTOCOL, "[frame.order]",
      { PART(0, 3, 2), ANY(BYE, 0, 0) } },
    { "Drain within a message on the root", READY, SESSION, 0, PROTOCOL, "[frame.order]",
      { PART(0, 3, 2), ANY(DRAIN, 0, 0) } },
    { "another message within one on the root", READY, SESSION, 0, PROTOCOL, "[frame.order]",
      { PART(0, 3, 2), ANY(RES, 0, 2) } },
    { "ABORT of nothing", READY, CLOSE, 1, PROTOCOL, "[frame.abort]", { HEAD(REQ, ABORT, 1, 0) } },
    { "ABORT of another kind", READY, CLOSE, 1, PROTOCOL, "[frame.abort]", { PART(1, 3, 2), HEAD(RES, ABORT, 1, 0) } },
    { "ABORT of nothing on the root", READY, SESSION, 0, PROTOCOL, "[frame.abort]", { HEAD(REQ, ABORT, 0, 0) } },
    { "ABORT of an Open not begun", READY, REJECT, 3, PROTOCOL, "[frame.abort]", { HEAD(OPEN, ABORT, 3, 0) } },
    { "Request above max_message_size", READY, CLOSE, 1, PROTOCOL, "[frame.fragment]", { LONG(1, 3, 70000) } },
    { "the same on the root", READY, SESSION, 0, PROTOCOL, "[frame.fragment]", { LONG(0, 3, 70000) } },
    { "Open above 64 KiB", READY, REJECT, 3, PROTOCOL, "[frame.fragment]", { LONGOPEN(3, 70000) } },
    { "an aborted Request of a used id", READY, CLOSE, 1, PROTOCOL, "[id.increasing]",
      { PART(1, 1, 2), HEAD(REQ, ABORT, 1, 0) } },
    { "the id of an aborted Request again", READY, CLOSE, 1, PROTOCOL, "[id.increasing]",
      { PART(1, 3, 2), HEAD(REQ, ABORT, 1, 0), ANY(REQ, 1, 3) } },

    /* ---- Open */
    { "Open of our parity", READY, SESSION, 0, PROTOCOL, "Open", { ANY(OPEN, 2, 1) } },
    { "Open on 0", READY, SESSION, 0, PROTOCOL, "[conn.open]", { ANY(OPEN, 0, 1) } },
    { "Open on an open one", READY, SESSION, 0, PROTOCOL, "Open", { ANY(OPEN, 1, 1) } },
    { "Open below the highest", READY, SESSION, 0, PROTOCOL, "Open", { ANY(OPEN, 5, 1), ANY(OPEN, 3, 1) } },
    { "Open on one that was closed", READY, SESSION, 0, PROTOCOL, "Open",
      { ANY(OPEN, 3, 1), ANY(CLO, 3, 0), ANY(OPEN, 3, 1) } },
    { "Open again before it is decided", READY, SESSION, 0, PROTOCOL, "Open", { KEEP(3), KEEP(3) } },
    { "Request before Accept", READY, REJECT, 3, PROTOCOL, "Request", { KEEP(3), ANY(REQ, 3, 1) } },
    { "Window before Accept", READY, REJECT, 3, PROTOCOL, "Window", { KEEP(3), ANY(WIN, 3, 1) } },
    { "Accept of one's own Open", READY, REJECT, 3, PROTOCOL, "Accept", { KEEP(3), ANY(ACC, 3, 0) } },
    { "Accept on an open one of one's own", READY, CLOSE, 1, PROTOCOL, "Accept", { ANY(ACC, 1, 0) } },
    { "Reject of one's own", READY, CLOSE, 1, PROTOCOL, "Reject", { ANY(REJ, 1, 0) } },
    { "malformed Open", READY, REJECT, 3, PROTOCOL, "[conn.open]", { FRAME(OPEN, 0, 3, "\x90") } },
    { "Open of parity 2", READY, REJECT, 3, PROTOCOL, "[conn.open]", { FRAME(OPEN, 0, 3, SETTINGS_PARITY_2) } },
    { "Open with max_message_size too low", READY, REJECT, 3, PROTOCOL, "[conn.open]",
      { FRAME(OPEN, 0, 3, SETTINGS_MESSAGE_LOW) } },
    { "Open with short settings", READY, REJECT, 3, PROTOCOL, "[conn.open]", { FRAME(OPEN, 0, 3, SETTINGS_SHORT) } },
    { "Open with an empty body", READY, REJECT, 3, PROTOCOL, "[conn.open]", { FRAME(OPEN, 0, 3, "") } },
    { "more than max_connections", READY, REJECT, 9, PROTOCOL, "[conn.limits]",
      { KEEP(3), KEEP(5), KEEP(7), KEEP(9) } },
    { "Accept on 0", READY, SESSION, 0, PROTOCOL, "[conn.accept]", { ANY(ACC, 0, 1) } },
    { "Reject on 0", READY, SESSION, 0, PROTOCOL, "[conn.reject]", { ANY(REJ, 0, 1) } },
    { "Close of the root", READY, SESSION, 0, PROTOCOL, "[conn.root]", { ANY(CLO, 0, 0) } },

    /* ---- ids never opened */
    { "Request on one never opened", READY, SESSION, 0, PROTOCOL, "Request", { ANY(REQ, 3, 1) } },
    { "Response on one never opened", READY, SESSION, 0, PROTOCOL, "Response", { ANY(RES, 3, 1) } },
    { "Close on one never opened", READY, SESSION, 0, PROTOCOL, "Close", { ANY(CLO, 3, 0) } },
    { "Accept on one never opened", READY, SESSION, 0, PROTOCOL, "Accept", { ANY(ACC, 2, 0) } },
    { "Window on one never opened", READY, SESSION, 0, PROTOCOL, "Window", { ANY(WIN, 2, 1) } },
    { "Cancel on one never opened", READY, SESSION, 0, PROTOCOL, "Cancel", { ANY(CAN, 4, 1) } },
    { "Item on one never opened", READY, SESSION, 0, PROTOCOL, "Item", { ANY(ITEM, 3, 1) } },
    { "Drain on one never opened", READY, SESSION, 0, PROTOCOL, "Drain", { ANY(DRAIN, 3, 1) } },

    /* ---- calls */
    { "Request id again", READY, CLOSE, 1, PROTOCOL, "[id.increasing]", { ANY(REQ, 1, 1) } },
    { "Request id below the highest", READY, CLOSE, 1, PROTOCOL, "[id.increasing]",
      { ANY(REQ, 1, 5), ANY(REQ, 1, 3) } },
    { "Request id 0", READY, CLOSE, 1, PROTOCOL, "[conn.parity]", { ANY(REQ, 1, 0) } },
    { "Request id of our parity", READY, CLOSE, 1, PROTOCOL, "[conn.parity]", { ANY(REQ, 1, 4) } },
    { "Request id of our parity on the root", READY, SESSION, 0, PROTOCOL, "[conn.parity]", { ANY(REQ, 0, 2) } },
    { "more than max_concurrent_requests", READY, CLOSE, 1, PROTOCOL, "[call.concurrent]",
      { LONG(1, 3, 10), LONG(1, 5, 10), LONG(1, 7, 10), LONG(1, 9, 10) } },
    { "Response to a request never made", READY, CLOSE, 1, PROTOCOL, "[call.response]", { ANY(RES, 1, 4) } },
    { "Response to one's own request", READY, CLOSE, 1, PROTOCOL, "[call.response]", { ANY(RES, 1, 1) } },
    { "Response to request 0", READY, CLOSE, 1, PROTOCOL, "[call.response]", { ANY(RES, 1, 0) } },
    { "Response never asked for on the root", READY, SESSION, 0, PROTOCOL, "[call.response]", { ANY(RES, 0, 2) } },
    { "Cancel of a request never sent", READY, CLOSE, 1, PROTOCOL, "[call.cancel]", { ANY(CAN, 1, 3) } },
    { "Cancel of a request half sent", READY, CLOSE, 1, PROTOCOL, "[call.cancel]", { PART(1, 3, 2), ANY(CAN, 1, 3) } },
    { "Cancel of the server's own", READY, CLOSE, 1, PROTOCOL, "[call.cancel]", { ANY(CAN, 1, 2) } },
    { "Cancel of 0", READY, CLOSE, 1, PROTOCOL, "[call.cancel]", { ANY(CAN, 1, 0) } },
    { "Cancel on the root, never sent", READY, SESSION, 0, PROTOCOL, "[call.cancel]", { ANY(CAN, 0, 1) } },

    /* ---- bodies */
    { "malformed Ping", READY, SESSION, 0, PROTOCOL, "[session.ping]", { FRAME(PING, 0, 0, "\x90") } },
    { "Ping with bytes behind", READY, SESSION, 0, PROTOCOL, "[session.ping]", { FRAME(PING, 0, 0, "\x91\x01\x01") } },
    { "malformed Pong", READY, SESSION, 0, PROTOCOL, "[session.ping]", { FRAME(PONG, 0, 0, "\x91\xa0") } },
    { "malformed Drain", READY, SESSION, 0, PROTOCOL, "[session.drain]", { FRAME(DRAIN, 0, 0, "\x91\x01") } },
    { "malformed Drain of a connection", READY, CLOSE, 1, PROTOCOL, "[session.drain]", { FRAME(DRAIN, 0, 1, "\x90") } },
    { "malformed Goodbye", READY, SESSION, 0, PROTOCOL, "[session.goodbye]", { FRAME(BYE, 0, 0, "\x91\x00") } },
    { "malformed Close", READY, CLOSE, 1, PROTOCOL, "[conn.close]", { FRAME(CLO, 0, 1, "\x92\x00\xa0") } },
    { "malformed Window", READY, CLOSE, 1, PROTOCOL, "[flow.window]", { FRAME(WIN, 0, 1, "\x91\xc0") } },
    { "malformed Request", READY, CLOSE, 1, PROTOCOL, "[call.request]", { FRAME(REQ, 0, 1, "\x91\x03") } },
    { "Request, args no array", READY, CLOSE, 1, PROTOCOL, "[call.request]",
      { FRAME(REQ, 0, 1, REQUEST_ARGS_NOT_ARRAY) } },
    { "Request, metadata no list", READY, CLOSE, 1, PROTOCOL, "[call.request]",
      { FRAME(REQ, 0, 1, REQUEST_METADATA_NOT_LIST) } },
    { "Request, empty key", READY, CLOSE, 1, PROTOCOL, "[call.request]", { FRAME(REQ, 0, 1, REQUEST_EMPTY_KEY) } },
    { "Request, bytes behind", READY, CLOSE, 1, PROTOCOL, "[call.request]", { FRAME(REQ, 0, 1, REQUEST_BEHIND) } },
    { "Request, short op", READY, CLOSE, 1, PROTOCOL, "[call.request]", { FRAME(REQ, 0, 1, REQUEST_OP_SHORT) } },
    { "Request, 4 Gi args", READY, CLOSE, 1, PROTOCOL, "[call.request]", { FRAME(REQ, 0, 1, REQUEST_HUGE_COUNT) } },
    { "malformed Request on the root", READY, SESSION, 0, PROTOCOL, "[call.request]", { FRAME(REQ, 0, 0, "\xc0") } },
    { "malformed Response", READY, CLOSE, 1, PROTOCOL, "[call.response]", { FRAME(RES, 0, 1, "\x92\x02\x00") } },
    { "Response, outcome without text", READY, CLOSE, 1, PROTOCOL, "[call.response]",
      { FRAME(RES, 0, 1, "\x93\x02\x09\xc0") } },
    { "malformed Cancel", READY, CLOSE, 1, PROTOCOL, "[call.cancel]", { FRAME(CAN, 0, 1, "\x91\xff") } },

    /* ---- flow, and what later issues bring */
    { "Window of 0", READY, CLOSE, 1, PROTOCOL, "[flow.window]", { ANY(WIN, 1, 0) } },
    { "Window of more than was spent", READY, CLOSE, 1, PROTOCOL, "[flow.window]", { ANY(WIN, 1, 100000) } },
    { "Window of 0 on the root", READY, SESSION, 0, PROTOCOL, "[flow.window]", { ANY(WIN, 0, 0) } },
    { "Item of a channel never announced", READY, CLOSE, 1, PROTOCOL, "[chan.item]", { ANY(ITEM, 1, 1) } },
    { "ChannelClose of one never announced", READY, CLOSE, 1, PROTOCOL, "[chan.close]", { ANY(CCL, 1, 1) } },
    { "ChannelReset of one never announced", READY, CLOSE, 1, PROTOCOL, "[chan.reset]", { ANY(CRS, 1, 1) } },
    { "Credit of one never announced", READY, CLOSE, 1, PROTOCOL, "[chan.credit]", { ANY(CRE, 1, 1) } },
    { "Item on the root", READY, SESSION, 0, PROTOCOL, "[chan.item]", { ANY(ITEM, 0, 1) } },
    { "malformed Item", READY, CLOSE, 1, PROTOCOL, "[chan.item]", { FRAME(ITEM, 0, 1, "\x91\x01") } },
    { "malformed ChannelClose", READY, CLOSE, 1, PROTOCOL, "[chan.close]", { FRAME(CCL, 0, 1, "\x92\x01\x00") } },
    { "malformed ChannelReset", READY, CLOSE, 1, PROTOCOL, "[chan.reset]", { FRAME(CRS, 0, 1, "\x93\x01\x00\x00") } },
    { "malformed Credit", READY, CLOSE, 1, PROTOCOL, "[chan.credit]", { FRAME(CRE, 0, 1, "\x92\x01\x01") } },
    { "Credit of nothing", READY, CLOSE, 1, PROTOCOL, "[chan.credit]", { FRAME(CRE, 0, 1, "\x93\x01\x00\x00") } },
    { "malformed Schema", READY, CLOSE, 1, PROTOCOL, "[schema.send]", { FRAME(SCH, 0, 1, "\x93\x01\x00\x90") } },
    { "malformed Schema on the root", READY, SESSION, 0, PROTOCOL, "[schema.send]", { FRAME(SCH, 0, 0, "\xc0") } },
    { "a Schema of direction 2", READY, CLOSE, 1, PROTOCOL, "[schema.send]",
      { FRAME(SCH, 0, 1, "\x94\x01\x02\x90\x90") } },
    { "a second Schema", READY, CLOSE, 1, PROTOCOL, "[schema.send]", { ANY(SCH, 1, 9), ANY(SCH, 1, 9) } },
    { "a Schema that refers to a type that never came", READY, CLOSE, 1, PROTOCOL, "[schema.required]",
      { FRAME(SCH, 0, 1, "\x94\x01\x00\x90\x91\x95\xa1x\x92\x14\x07\xc2\x00\xc2") } },
    { "a Schema with an id that lies", READY, CLOSE, 1, PROTOCOL, "[schema.required]",
      { FRAME(SCH, 0, 1, "\x94\x01\x00\x91\x92\x07\xc4\x05\x93\x01\xa1T\x90\x90") } },
    { "a channel id of 0", READY, CLOSE, 1, PROTOCOL, "[conn.parity]",
      { FRAME(REQ, 0, 1, "\x96\x03\xcd\x10\x01\x00\x90\x91\x92\x00\x01\x90") } },
    { "a channel id of the wrong parity", READY, CLOSE, 1, PROTOCOL, "[conn.parity]",
      { FRAME(REQ, 0, 1, "\x96\x03\xcd\x10\x01\x00\x90\x91\x92\x02\x01\x90") } },
    { "a channel id twice", READY, CLOSE, 1, PROTOCOL, "[id.increasing]",
      { FRAME(REQ, 0, 1, "\x96\x03\xcd\x10\x01\x00\x90\x92\x92\x01\x01\x92\x01\x01\x90") } },
};
/* clang-format on */

/* ---- running a row ---- */

static void bring(vio_rig *rig, vio_client *client, stage to)
{
    wire_bytes out = { NULL, 0, 0 };
    const uint8_t *bytes;
    if (to == WELCOME) {
        vio_accept(rig, client);
        assert_true(vio_read(rig, client, WEFT__PREAMBLE, &bytes));
        client->at += WEFT__PREAMBLE;
        (void)vio_wait(rig, client, WEFT__KIND_HELLO);
        wire_put_preamble(&out, false);
        vio_send(rig, client, &out);
        return;
    }
    vio_connect(rig, client);
    if (to == READY) {
        vio_shake(rig, client);
        vio_begin_calls(rig, client);
        return;
    }
    if (to == PREAMBLE)
        return;
    wire_put_preamble(&out, true);
    if (to == READY_WAIT)
        wire_put_hello(&out, WEFT__KIND_HELLO, true, false);
    vio_send(rig, client, &out);
    assert_true(vio_read(rig, client, WEFT__PREAMBLE, &bytes));
    client->at += WEFT__PREAMBLE;
    if (to == READY_WAIT)
        (void)vio_wait(rig, client, WEFT__KIND_WELCOME);
}

static void assert_refused(vio_rig *rig, vio_client *client, const row *r)
{
    const uint8_t *bytes;
    assert_true(vio_read(rig, client, WEFT__PREAMBLE, &bytes));
    assert_memory_equal(bytes, "WEFT\1", 5);
    assert_int_equal(bytes[5], r->code);
    assert_memory_equal(bytes + 6, "\0\0", 2);
    client->at += WEFT__PREAMBLE;
}

/* The frame that ends something, whatever comes before it. */
static void assert_said(vio_rig *rig, vio_client *client, const row *r)
{
    vio_frame frame;
    weft__close close = { 0 };
    weft__said said = { 0, { "", 0 } };
    char text[WEFT__TEXT_MAX + 1];
    int status = 0;
    do {
        if (!vio_next(rig, client, &frame))
            fail_msg("%s: nothing was said", r->what);
    } while (frame.head.kind != SORRY && frame.head.kind != SESSION && frame.head.kind != REJECT &&
             frame.head.kind != CLOSE);
    if (frame.head.kind == SORRY)
        status = weft__sorry_decode(frame.body, &said);
    else if (frame.head.kind == SESSION)
        status = weft__said_decode(frame.body, &said);
    else if (frame.head.kind == REJECT)
        status = weft__reject_decode(frame.body, &close);
    else
        status = weft__close_decode(frame.body, &close);
    assert_int_equal(status, 0);
    if (frame.head.kind == REJECT || frame.head.kind == CLOSE)
        said = (weft__said){ close.code, close.text };
    memcpy(text, said.text.ptr, said.text.len);
    text[said.text.len] = '\0';
    if (frame.head.kind != r->says || frame.head.connection != r->connection || said.code != r->code ||
        !strstr(text, r->rule))
        fail_msg("%s: %s on %d, code %d, \"%s\"", r->what, weft__kind_name(frame.head.kind), (int)frame.head.connection,
                 said.code, text);
}

/* What the application was told of the call that it had under way, and of the one that it held. */
static void assert_told(const vio_session *s, bool ended, int code)
{
    assert_int_equal(s->side.n_done, ended ? 1 : 0);
    assert_int_equal(s->side.done_times[0], ended ? 1 : 0);
    assert_int_equal(s->side.n_cancelled, ended ? 1 : 0);
    if (ended)
        assert_int_equal(s->side.results[0].code, code);
}

/* The connection that the violation did not concern, and the session, go on. */
static void assert_goes_on(vio_rig *rig, vio_client *client, const row *r)
{
    wire_bytes out = { NULL, 0, 0 };
    vio_session *s = &rig->sessions[1];
    wire_put_number(&out, WEFT__KIND_PING, 0, 9);
    vio_send(rig, client, &out);
    (void)vio_wait(rig, client, WEFT__KIND_PONG);
    assert_int_equal(s->side.n_closed, 0);
    assert_told(s, r->connection == 1, WEFT_EPROTO);
    assert_int_equal(s->side.n_conn_closed, r->connection == 1 ? 1 : 0);
    if (r->connection == 1)
        return;
    wire_put_request(&out, 1, 101, pair_service.methods[PAIR_ECHO].id, 5);
    vio_send(rig, client, &out);
    (void)vio_wait(rig, client, WEFT__KIND_RESPONSE);
}

static void run_row(vio_rig *rig, const row *r)
{
    vio_client client;
    wire_bytes out = { NULL, 0, 0 };
    vio_session *s = &rig->sessions[1];
    bool of_session = r->says == REFUSES || r->says == SORRY || r->says == SESSION;
    bring(rig, &client, r->stage);
    for (const vio_step *step = r->steps; step->op != VIO_END; step++)
        vio_put_step(&out, step);
    vio_send(rig, &client, &out);
    if (r->says == REFUSES)
        assert_refused(rig, &client, r);
    else
        assert_said(rig, &client, r);
    if (of_session)
        vio_wait_end(rig, &client); /* [conduit.last-word] */
    else
        assert_goes_on(rig, &client, r);
    vio_close(&client);
    if (r->stage == READY) {
        vio_until(rig, &s->side.n_closed, 1);
        assert_int_equal(s->side.end.code == WEFT_EPROTO, of_session);
        if (of_session)
            assert_told(s, true, WEFT_EPROTO);
        assert_int_equal(s->side.done_times[0], 1);
        assert_int_equal(s->side.n_cancelled, 1);
        assert_int_equal(s->side.n_conn_closed, s->side.n_serve_closed);
        assert_true(s->side.n_conn_closed >= 1);
    } else if (r->stage == WELCOME) {
        vio_until(rig, &s->side.n_closed, 1);
        assert_int_equal(s->side.n_failed, 1);
        assert_int_equal(s->side.end.code, WEFT_EPROTO);
    } else {
        assert_int_equal(s->side.n_ready + s->side.n_closed, 0);
    }
    vio_forget(rig);
}

static void violation_of_each_kind_right_scope_and_others_served(void **state)
{
    /* Goal: what breaks the protocol ends what section 1 says, with the code and the rule, and nothing else. */
    vio_rig *rig = vio_new();
    (void)state;
    WEFT_RULE("violation.scope");
    WEFT_RULE("frame.header");
    WEFT_RULE("frame.max");
    WEFT_RULE("frame.fragment");
    WEFT_RULE("frame.abort");
    WEFT_RULE("frame.order");
    WEFT_RULE("preamble");
    WEFT_RULE("session.handshake");
    WEFT_RULE("session.protocol-error");
    WEFT_RULE("conduit.last-word");
    WEFT_RULE("conn.open");
    WEFT_RULE("conn.limits");
    WEFT_RULE("conn.parity");
    WEFT_RULE("id.increasing");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].what);
        vio_serves_others(rig);
        run_row(rig, &rows[i]);
        vio_serves_others(rig);
    }
    vio_free(rig);
}

static void violation_with_much_behind_it_last_word_arrives(void **state)
{
    /* Goal: what an offender goes on sending does not destroy what it is told. */
    static uint8_t junk[900000];
    static const row cases[] = {
        { "HTTP with a body", PREAMBLE, REFUSES, 0, PROTOCOL, "", { BYTES("POST / HTTP/1.1\r\n\r\n") } },
        { "a kind that is not, and more", READY, SESSION, 0, PROTOCOL, "[frame.max]", { HEAD(100, 0, 0, 0) } },
        { "Ping before Hello, and more", HELLO, SORRY, 0, PROTOCOL, "[session.handshake]", { ANY(PING, 0, 1) } },
    };
    vio_rig *rig = vio_new();
    (void)state;
    WEFT_RULE("conduit.last-word");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vio_client client;
        wire_bytes out = { NULL, 0, 0 };
        bring(rig, &client, cases[i].stage);
        vio_put_step(&out, &cases[i].steps[0]);
        wire_bytes_add(&out, junk, sizeof junk);
        vio_send(rig, &client, &out);
        if (cases[i].says == REFUSES)
            assert_refused(rig, &client, &cases[i]);
        else
            assert_said(rig, &client, &cases[i]);
        vio_wait_end(rig, &client);
        vio_close(&client);
        if (cases[i].stage == READY)
            vio_until(rig, &rig->sessions[1].side.n_closed, 1);
        vio_serves_others(rig);
        vio_forget(rig);
    }
    vio_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(violation_with_much_behind_it_last_word_arrives),
        cmocka_unit_test(violation_of_each_kind_right_scope_and_others_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
