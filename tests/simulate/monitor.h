/* A monitor reads what one engine sends and what it is fed, byte by byte, and holds what it sends against
 * docs/protocol.md: what the engine may say depends on what it has said and heard, and on nothing else. It has a parser
 * of its own; MessagePack tokens are read by runtime/wire/reader.h.
 *
 * What is sent is read when it is shown, since nothing that was shown can be taken back; what is fed just before. */
#ifndef WEFT_TESTS_SIMULATE_MONITOR_H
#define WEFT_TESTS_SIMULATE_MONITOR_H

#include "runtime/wire/codes.h"
#include "runtime/wire/reader.h"
#include "tests/simulate/coverage.h"

struct call_note;

typedef enum mon_dir { MON_TX, MON_RX } mon_dir;

/* Where a session stands, as its own side sees it. */
typedef enum mon_stage { MON_HELLO, MON_ROOT, MON_READY_WAIT, MON_WELCOME, MON_READY, MON_GOODBYE, MON_OVER } mon_stage;

typedef struct mon_request {
    uint64_t id;
    uint64_t serial;
    bool is_whole;
    bool is_cancelled;    /* a Cancel went out, or came */
    bool is_behind_drain; /* theirs: it came when our Drain was out */
    bool is_answering;    /* theirs: its Response has begun */
} mon_request;

typedef struct mon_requests {
    mon_request *at;
    size_t n, cap;
    uint64_t last; /* the highest id */
} mon_requests;

/* A message of several frames, in one direction. */
typedef struct mon_message {
    uint8_t kind; /* 0: none */
    uint64_t len; /* of what has passed */
    uint64_t id;  /* of the request or channel that it names */
    uint64_t ns;  /* when its last frame passed */
    uint8_t outcome;
} mon_message;

/* A channel that was announced, until the frame that ends it was sent or heard. */
typedef struct mon_channel {
    uint64_t id;
    uint64_t serial;      /* chan_note's */
    uint64_t request;     /* the id of the request that announced it */
    bool ours;            /* this side announced it */
    bool sends;           /* this side sends the items */
    bool is_given_up;     /* its call was: it may be told so, though the answer has come */
    int64_t items, bytes; /* what may still be sent, by either side */
    uint32_t window;
    uint64_t granted; /* items, in Credits of this side's */
} mon_channel;

typedef struct mon_conn {
    uint64_t id;
    uint64_t tag;   /* which of the link's notes; UINT64_MAX: not known yet */
    uint8_t state;  /* MON_COL_OPENING, ARRIVING, PENDING, OPEN_OURS, OPEN_THEIRS, CLOSING; READY for the root */
    bool ours, odd; /* odd: the parity of the ids that this side gives */
    bool drains[2];
    mon_message half[2];
    int64_t window[2];        /* what may still pass: MON_TX: the counterpart's grant */
    uint64_t taken;           /* received and not given back */
    uint32_t max_requests[2]; /* that the side takes: [MON_TX] this one, [MON_RX] the counterpart */
    uint32_t max_message[2], channel_window[2], max_channels[2];
    mon_channel *channels;
    size_t n_channels, channels_cap;
    uint64_t last_channel[2]; /* the highest id announced */
    uint8_t *whole[2];        /* of a request with channels that comes in pieces */
    size_t n_whole[2];
    mon_requests requests[2]; /* [MON_TX]: made by this side */
    uint64_t last_request;    /* our Close says so */
    struct relay *relay;      /* it is joined to another one (chain.h) */
    bool is_hostile;          /* what comes is not to be read */
    uint32_t schemas[2];      /* said, by method and direction */
    uint64_t *types[2];       /* ids, said */
    size_t n_types[2];
} mon_conn;

typedef struct mon_stream {
    uint8_t head[16];
    uint8_t n_head;
    bool has_preamble, in_body;
    uint32_t len; /* of the frame's body */
    uint32_t left, wanted;
    uint8_t kind, flags;
    uint64_t connection;
    uint8_t *body; /* what of it is looked at, where it came in pieces */
    uint32_t n_body, body_cap;
    uint64_t offset; /* of the next byte */
} mon_stream;

enum { MON_NONCES = 256, MON_LOG = 512, MON_REJECTED = 64, MON_KEY = 32, MON_SAID = 256 };

/* The handshake of a conduit that is not its session's first [resume.exact]. */
typedef struct mon_shake {
    bool is_on;
    bool has_preamble[2];
    bool is_over[2]; /* what follows is the session's, or nothing */
    bool has_hello, has_welcome, has_ready, has_sorry;
    uint8_t *bytes[2]; /* of a preamble or frame that is not whole */
    size_t n[2];
    uint64_t received; /* Hello said */
} mon_shake;

void mon_shake_free(mon_shake *shake);

/* What is kept of a session that may be resumed. Of all counts: bytes of counted frames, over all conduits. */
typedef struct mon_resume {
    bool is_on; /* both sides have agreed */
    bool offers;
    uint8_t said[2][MON_SAID]; /* settings and session, as they were said at first */
    size_t n_said[2];
    uint8_t committed[MON_KEY], issued[MON_KEY];
    bool has_issued;
    uint64_t received, n_acked; /* of the counterpart's, whole frames; and said to be */
    uint64_t *ends;             /* of frames that came behind n_acked */
    size_t n_ends, ends_cap;
    uint64_t unacked_ns; /* when the first of them came */
    uint8_t *log;        /* what was said, and not acknowledged, from log_at on */
    size_t n_log, log_cap;
    uint64_t log_at;
    uint64_t n_cut; /* in frames when the last conduit ended */
    /* what is said again */
    bool is_replaying, in_body, is_counted;
    uint8_t head[16];
    uint8_t n_head;
    uint32_t left;
    uint64_t at;    /* in the log */
    uint8_t *small; /* a frame that is not counted, in between */
    size_t n_small;
    bool is_finishing; /* the Goodbye was said on an earlier conduit */
} mon_resume;

typedef struct monitor {
    struct side *side;
    uint8_t stage;
    bool greeted[2];
    bool has_said_last, has_heard_last;
    uint64_t crossing; /* bytes of what is passed on that are said behind the counterpart's last word */
    mon_stream streams[2];
    bool odd;                                             /* the connection ids that this side gives */
    uint32_t max_frame[2], window[2], max_connections[2]; /* [MON_TX]: what this side says that it takes */
    mon_conn **conns;                                     /* [0] is the root */
    size_t n_conns, conns_cap;
    mon_conn *recent;
    uint64_t last_conn[2];
    uint32_t n_live[2];              /* virtual connections opened by this side, by the counterpart */
    uint64_t rejected[MON_REJECTED]; /* own ones; the newest */
    size_t n_rejected;
    uint64_t n_pings, n_pongs;
    uint64_t nonces[MON_NONCES]; /* of the Pings that came last */
    bool drains[2];
    /* [frame.fair] the data frames that went out last: where, whose, how long */
    struct {
        uint64_t offset, connection;
        uint32_t len;
    } log[MON_LOG];
    uint64_t n_log;
    mon_resume resume;
} monitor;

void monitor_init(monitor *m, struct side *s);
void monitor_fini(monitor *m);
void monitor_bytes(monitor *m, mon_shake *shake, mon_dir dir, const uint8_t *bytes, size_t len);
/* The connection of a note, or NULL: not there (any more). */
mon_conn *monitor_conn(monitor *m, uint64_t tag);
/* The application has closed it: what comes is dropped. */
void monitor_closing(monitor *m, uint64_t tag);

/* An own connection that the counterpart rejected, not long ago, and whose Close may still go out. */
bool monitor_was_rejected(const monitor *m, uint64_t id);

/* ---- between the parts of the monitor ---- */

#define MON_CHECK(m, condition, check, ...)      \
    do {                                         \
        if (__builtin_expect(!(condition), 0))   \
            mon_fail((m), (check), __VA_ARGS__); \
    } while (0)
_Noreturn void mon_fail(const monitor *m, const char *check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

typedef struct mon_frame {
    uint64_t connection;
    const uint8_t *body; /* n_body bytes: all, or the beginning of one of which no more is looked at */
    uint32_t n_body, len;
    uint8_t kind, flags;
    mon_dir dir;
} mon_frame;

bool mon_may_fragment(uint8_t kind);
bool mon_is_charged(uint8_t kind);
mon_conn *mon_find(monitor *m, uint64_t id);
mon_conn *mon_conn_new(monitor *m, uint64_t id, bool ours);
void mon_conn_remove(monitor *m, mon_conn *conn);
void mon_request_remove(mon_requests *requests, uint64_t id);
/* By the call that it carries; NULL: not there (any more). */
const mon_request *mon_request_of(const mon_requests *requests, uint64_t serial);
mon_request *mon_request_find(mon_requests *requests, uint64_t id);
static inline weft__reader mon_reader(const mon_frame *f)
{
    return weft__reader_of(weft_bytes_of(f->body, f->n_body));
}
/* Into what the side that said them takes. */
bool mon_read_settings(weft__reader *r, bool *odd, mon_conn *conn, mon_dir dir);
/* monitor_conn.c */
weft_bytes mon_gather(mon_conn *conn, const mon_frame *f, bool is_first);
/* An Open of the counterpart's takes its id as soon as its first header is here: it may be refused at once. */
void mon_on_open_header(monitor *m, uint64_t connection);
void mon_on_connection(monitor *m, const mon_frame *f);
/* monitor_calls.c */
void mon_on_request(monitor *m, mon_conn *conn, const mon_frame *f, bool is_first);
void mon_on_response(monitor *m, mon_conn *conn, const mon_frame *f, bool is_first);
void mon_on_cancel(monitor *m, mon_conn *conn, const mon_frame *f);
/* monitor_channels.c */
void mon_announce(monitor *m, mon_conn *conn, const mon_frame *f, bool is_first);
void mon_on_item(monitor *m, mon_conn *conn, const mon_frame *f, bool is_first);
void mon_on_channel(monitor *m, mon_conn *conn, const mon_frame *f);
/* Those of a request end with it. */
void mon_channels_end(mon_conn *conn, uint64_t request, bool ours, bool is_given_up);
const mon_channel *mon_channel_of(const mon_conn *conn, uint64_t serial);
void mon_on_abort(monitor *m, mon_conn *conn, const mon_frame *f);
/* monitor.c */
/* Of the session's, behind a handshake. */
void mon_session_bytes(monitor *m, mon_dir dir, const uint8_t *bytes, size_t len);
/* A frame of the session itself that is not counted, in one piece. */
void mon_small(monitor *m, const uint8_t *frame, uint32_t len);
/* monitor_resume.c */
static inline bool mon_is_counted(uint8_t kind)
{
    return kind == WEFT__KIND_DRAIN || kind >= WEFT__KIND_OPEN;
}
/* Bytes of a later conduit's handshake: how many were of it. */
size_t mon_shake_bytes(monitor *m, mon_shake *shake, mon_dir dir, const uint8_t *bytes, size_t len);
/* A first Hello or Welcome has said settings or session; has offered or agreed. */
void mon_said(monitor *m, mon_dir dir, weft_bytes raw);
void mon_offer(monitor *m, mon_dir dir, weft__reader *r);
/* Nothing is kept: there is nothing to be resumed. */
void mon_resume_free(mon_resume *r);
void mon_commit(monitor *m);
/* Counted bytes that are said for the first time; a frame that came. */
void mon_keep(monitor *m, const uint8_t *bytes, size_t len);
void mon_received(monitor *m, uint32_t len);
/* Bytes behind the handshake of a later conduit, as long as they are said again: how many. */
size_t mon_replay(monitor *m, const uint8_t *bytes, size_t len);
void mon_on_ack(monitor *m, const mon_frame *f);
/* This side has begun a message whose rest waits, or there is less of the window than a fragment takes. */
static inline bool mon_is_stalled(const mon_conn *conn)
{
    return conn->half[MON_TX].kind || conn->window[MON_TX] < WEFT__FRAME_HEADER + WEFT__MORE_MIN;
}
/* What is said now was cut for an earlier conduit, and is handed out only now: a lack of memory ended that one first.
 * So it may cross what has been heard since. */
bool mon_was_cut(const monitor *m);
/* Where everything has moved: what is owed was acknowledged. */
void monitor_check_acks(const monitor *m);
/* monitor_schemas.c */
void mon_on_schema(monitor *m, mon_conn *conn, const mon_frame *f);
/* This side says a Request; a Response of the method's own, or an Item as the callee. */
void mon_needs_args(monitor *m, const mon_conn *conn, const struct call_note *note);
void mon_needs_results(monitor *m, const mon_conn *conn, const struct call_note *note, const char *what);

#endif
