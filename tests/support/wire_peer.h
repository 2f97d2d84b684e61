/* One engine under test, and in place of its counterpart the test itself, which writes and reads frames. Memory, and a
 * clock that moves when told to. The engine's application is a pair_side (pair.h): it serves pair_service, and may call
 * it. */
#ifndef WEFT_TESTS_SUPPORT_WIRE_PEER_H
#define WEFT_TESTS_SUPPORT_WIRE_PEER_H

#include "tests/support/pair.h"
#include "tests/support/wire_put.h"

enum { WIRE_KEY = 32 };

typedef struct wire_frame {
    uint8_t kind, flags;
    uint64_t connection;
    weft_bytes body; /* until the next frame is fed or read behind another run */
} wire_frame;

typedef struct wire_peer {
    weft_test_alloc alloc;
    weft_session_options options;
    uint32_t peer_window; /* connection_window of the test's side; 0: the default */
    uint32_t window_ms;   /* resume_window_ms of the Welcome, sent or received */
    int n_taken;          /* how often the engine has let go of its conduit for another */
    weft_peer evidence;   /* what the engine is told of its counterpart */
    bool initiator;       /* the engine under test is */
    uint8_t seed;         /* of the engine's */
    bool root_service;    /* the root carries pair_service, both ways */
    bool no_acceptor;
    bool no_caller;    /* accepts without taking a reference in `accepted` */
    bool own_registry; /* registry is wire_survivor's */
    bool resumes;      /* resume is in the test's Hello or Welcome, there with key and window_ms */
    bool hold_output;  /* nothing is drained: the conduit takes nothing */
    uint64_t now_ns;
    pair_side side; /* the application; keep_pending and refuse_code say how it decides */
    weft_engine *engine;
    weft_handshake *handshake;
    weft_session *session;
    weft_budget *budget;                                                    /* borrowed; NULL: none */
    int (*decide)(void *user, weft_session *session, weft_pending pending); /* instead; user: the wire_peer */
    uint64_t open_timeout_ns;                                               /* of wire_opens; 0: none */
    weft_connection *accepted; /* the newest one, with one reference, to call the test's side */
    wire_bytes out;            /* to be fed by wire_flush */
    wire_bytes in;             /* what the engine has sent */
    size_t in_at;              /* what the test has read of it */
    size_t turn;               /* drained at once; 0: all */
    weft_error refused;        /* why the handshake failed */
    /* Sessions that survive their conduit: wire_resume.h */
    weft_registry *registry;     /* acceptor; borrowed, unless own_registry; NULL: none */
    weft_operations *operations; /* borrowed; NULL: none */
    weft__hello_out hello;       /* what the test's Hello or Welcome says; wire_shake sets some of it */
    uint8_t key[WIRE_KEY];       /* the newest that was issued */
    uint64_t sent, received; /* counted bytes: of the frames that wire_flush fed, that wire_next read [resume.count] */
    void (*finished)(struct wire_peer *w, bool is_new); /* a handshake is, and not freed yet; NULL: nothing more */
} wire_peer;

/* Defaults; the test may change options before begin. */
void wire_init(wire_peer *w, bool initiator);
/* The engine or handshake. An initiator's preamble and Hello are in `in`. */
void wire_begin(wire_peer *w);
/* An acceptor's: the handshake of another conduit. */
void wire_accept(wire_peer *w);
/* Begins and shakes hands; what was said is taken out of `in`. The test's side has the other parity of the engine's. */
void wire_shake(wire_peer *w);
/* wire_init, wire_shake */
void wire_ready(wire_peer *w, bool initiator);
/* Lets the engine dispatch and send until nothing moves. */
void wire_run(wire_peer *w);
/* Feeds bytes in memory that is gone afterwards, dispatches, runs. */
void wire_feed(wire_peer *w, const void *bytes, size_t len);
/* Feeds what was put into w->out. */
void wire_flush(wire_peer *w);
/* The clock goes on, and the engine ticks and runs. */
void wire_advance(wire_peer *w, uint64_t ns);
/* The conduit ends or fails; cause as weft_engine_disconnected has it. */
void wire_disconnect(wire_peer *w, int cause);
weft_phase wire_phase(const wire_peer *w);
/* Frees everything, and asserts that nothing is left and that callbacks came once. */
void wire_fini(wire_peer *w);

/* The next frame that the engine has sent; false: there is none. */
bool wire_next(wire_peer *w, wire_frame *ret_frame);
/* The preamble, and Hello (Welcome) behind it, which is valid like a frame's body; the key of a Welcome goes into key.
 */
weft__hello wire_read_hello(wire_peer *w);
/* Counted bytes of the whole frames there, behind a preamble where there is one. */
uint64_t wire_counted(const wire_bytes *bytes);
/* The next one must be of this kind on this connection. */
wire_frame wire_expect(wire_peer *w, uint8_t kind, uint64_t connection);
void wire_expect_none(wire_peer *w);
/* The next frame is ProtocolError (during the handshake: Sorry), Close, or Reject, with this code and the rule in its
 * text. */
void wire_expect_end(wire_peer *w, uint8_t kind, uint64_t connection, uint16_t code, const char *rule);
/* The engine answers a ping, and says nothing else. */
void wire_expect_alive(wire_peer *w);
/* A response to this request, with this outcome: its value or text. */
weft_bytes wire_expect_response(wire_peer *w, uint64_t connection, uint64_t request_id, uint8_t outcome);
/* A request: its id. */
uint64_t wire_expect_request(wire_peer *w, uint64_t connection);

/* The nth connection id (and request id on the root) that the test gives, that the engine gives. */
uint64_t wire_theirs(const wire_peer *w, uint64_t n);
uint64_t wire_ours(const wire_peer *w, uint64_t n);
/* The test opens: its request ids there are odd. Until Accept is read. */
void wire_open(wire_peer *w, uint64_t connection);
/* The engine opens; returns the id, Open is read; the test is still to answer. Then side.opened. */
uint64_t wire_opens(wire_peer *w);
/* wire_opens, accepted by the test; the engine's connection with one reference is side.opened, which the caller
 * releases. The engine gives request ids of the session's parity there, and the test the other ones. */
uint64_t wire_opens_accepted(wire_peer *w);

#endif
