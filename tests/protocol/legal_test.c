/* The engine against legal.csv, cell by cell: it is brought into each state with real frames, fed one well-formed frame
 * of each kind, and what it does is compared with what the table says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- the table ---- */

typedef enum expected { TAKEN, DROPPED, CONNECTION, SESSION } expected;
static const char *const expected_names[] = { "taken", "dropped", "connection", "session" };

static const struct kind {
    const char *name;
    uint8_t kind;
} kinds[] = {
    { "Hello", 1 },         { "Welcome", 2 },       { "Ready", 3 },     { "Sorry", 4 },        { "Ping", 5 },
    { "Pong", 6 },          { "ProtocolError", 7 }, { "Drain", 8 },     { "Ack", 9 },          { "Goodbye", 10 },
    { "Open", 16 },         { "Accept", 17 },       { "Reject", 18 },   { "Close", 19 },       { "Window", 20 },
    { "Schema", 32 },       { "Request", 33 },      { "Response", 34 }, { "Cancel", 35 },      { "Item", 48 },
    { "ChannelClose", 49 }, { "ChannelReset", 50 }, { "Credit", 51 },   { "Unknown100", 100 }, { "Unknown200", 200 },
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

typedef enum state {
    HELLO,
    ROOT,
    READY_WAIT,
    WELCOME,
    READY,
    GOODBYE,
    NEW_THEIRS,
    NEW_OURS,
    LATE_THEIRS,
    LATE_OURS,
    OPENING,
    ARRIVING,
    PENDING,
    OPEN_THEIRS,
    OPEN_OURS,
    CLOSING,
    GOODBYE_OTHER,
    N_STATES
} state;
enum { ACCEPTOR = 1, INITIATOR = 2 };
static const struct state_name {
    const char *name;
    int roles;
} states[] = {
    { "hello", ACCEPTOR },  { "root", ACCEPTOR }, { "ready-wait", ACCEPTOR }, { "welcome", INITIATOR },
    { "ready", 3 },         { "goodbye", 3 },     { "new-theirs", 3 },        { "new-ours", 3 },
    { "late-theirs", 3 },   { "late-ours", 3 },   { "opening", 3 },           { "arriving", 3 },
    { "pending", 3 },       { "open-theirs", 3 }, { "open-ours", 3 },         { "closing", 3 },
    { "goodbye-other", 3 },
};

typedef struct cell {
    bool there;
    expected expected;
    char issue;
} cell;
static cell table[N_KINDS][N_STATES][2]; /* 0: the engine is the acceptor */

static int find(const char *name, size_t n, const char *(*name_of)(size_t i))
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, name_of(i)) == 0)
            return (int)i;
    return -1;
}
static const char *kind_name(size_t i)
{
    return kinds[i].name;
}
static const char *state_name(size_t i)
{
    return states[i].name;
}
static const char *expected_name(size_t i)
{
    return expected_names[i];
}

static void read_row(const char *line, int number)
{
    char kind[32], at[32], role[32], says[32], rule[64];
    char issue;
    if (sscanf(line, "%31[^,],%31[^,],%31[^,],%31[^,],%c,%63s", kind, at, role, says, &issue, rule) != 6)
        fail_msg("legal.csv:%d: not a row: %s", number, line);
    int k = find(kind, N_KINDS, kind_name), s = find(at, N_STATES, state_name), e = find(says, 4, expected_name);
    int roles = strcmp(role, "both") == 0 ? 3 : strcmp(role, "acceptor") == 0 ? ACCEPTOR : INITIATOR;
    if (k < 0 || s < 0 || e < 0 || issue < 'A' || issue > 'G')
        fail_msg("legal.csv:%d: unknown kind, state or expectation: %s", number, line);
    for (int i = 0; i < 2; i++) {
        if (!(roles & (1 << i)))
            continue;
        if (table[k][s][i].there)
            fail_msg("legal.csv:%d: a second row for this cell: %s", number, line);
        table[k][s][i] = (cell){ true, (expected)e, issue };
    }
}

static int read_table(void **unused)
{
    char line[256];
    int number = 1;
    (void)unused;
    memset(table, 0, sizeof table);
    FILE *file = fopen(WEFT_TEST_SOURCE_DIR "/tests/protocol/legal.csv", "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, "kind,state,role,expected,issue,rule\n");
    while (fgets(line, sizeof line, file))
        read_row(line, ++number);
    (void)fclose(file);
    return 0;
}

/* ---- bringing the engine into a state
 * -------------------------------------------------------------------------------- */

typedef struct trial {
    wire_peer w;
    state state;
    uint8_t kind;
    uint64_t id;     /* of the connection */
    uint64_t number; /* for wire_put_any */
    uint64_t spent;  /* Window: what may be given back */
    wire_bytes rest; /* ARRIVING: the last fragment of the Open */
    pair_side before;
} trial;

/* An Open in two fragments: the first is fed, the rest kept. */
static void begin_open(trial *t)
{
    static uint8_t padding[3000];
    weft_metadata_entry entry = weft_metadata_bytes("padding", weft_bytes_of(padding, sizeof padding), 0);
    weft__open_out open = wire_open_defaults(true);
    wire_bytes whole = { NULL, 0, 0 };
    open.metadata = (weft_metadata){ &entry, 1 };
    open.requested_or_null = open.services;
    wire_put_open_of(&whole, WEFT__KIND_OPEN, t->id, &open);
    const uint8_t *body = whole.ptr + WEFT__FRAME_HEADER;
    size_t len = whole.len - WEFT__FRAME_HEADER;
    wire_put(&t->w.out, WEFT__KIND_OPEN, WEFT__FLAG_MORE, t->id, body, 2000);
    wire_put(&t->rest, WEFT__KIND_OPEN, 0, t->id, body + 2000, len - 2000);
    wire_bytes_free(&whole);
    wire_flush(&t->w);
}

/* An open connection, so that a frame of the kind has something to be about: a call each way, spent window. */
static void prepare_open(trial *t, weft_connection *connection, uint64_t their_request)
{
    wire_peer *w = &t->w;
    t->number = their_request;
    if (t->kind == WEFT__KIND_RESPONSE) {
        assert_int_equal(pair_call(&w->side, connection, PAIR_ECHO, 3, 0, NULL), 0);
        wire_run(w);
        t->number = wire_expect_request(w, t->id);
    } else if (t->kind == WEFT__KIND_CANCEL) {
        wire_put_request(&w->out, t->id, their_request, 0x1002, 3);
        wire_flush(w);
        assert_int_equal(w->side.n_held, 1);
    } else if (t->kind == WEFT__KIND_WINDOW) {
        wire_put_request(&w->out, t->id, their_request, 0x1001, 3);
        wire_flush(w);
        t->number = t->spent = WEFT__FRAME_HEADER + wire_expect(w, WEFT__KIND_RESPONSE, t->id).body.len;
    }
}

/* Our Close is queued and not cut: the conduit takes nothing, or, for Window, the response before it waits for window.
 */
static void begin_closing(trial *t)
{
    wire_peer *w = &t->w;
    static uint8_t zeros[200000];
    weft_bytes value = weft_bytes_of(zeros, sizeof zeros);
    wire_open(w, t->id);
    if (t->kind == WEFT__KIND_WINDOW) {
        wire_put_request(&w->out, t->id, 1, 0x1002, 3);
        wire_flush(w);
        assert_int_equal(weft_gen_return(w->side.held[0], &pair_service, PAIR_HOLD, &value), 0);
        wire_run(w);
        t->number = 100000;
    } else {
        w->hold_output = true;
    }
    assert_int_equal(weft_connection_close(w->accepted, WEFT_CODE_NONE, "ours"), 0);
    wire_run(w);
}

static void enter_handshake(trial *t)
{
    wire_peer *w = &t->w;
    w->root_service = w->side.keep_pending = t->state == ROOT;
    wire_begin(w);
    wire_put_preamble(&w->out, !w->initiator);
    if (t->state == ROOT || t->state == READY_WAIT)
        wire_put_hello(&w->out, WEFT__KIND_HELLO, true, t->state == ROOT);
    wire_flush(w);
    assert_int_equal(w->side.n_open_asked, t->state == ROOT ? 1 : 0);
}

static void enter_late(trial *t)
{
    wire_peer *w = &t->w;
    if (t->state == LATE_THEIRS)
        wire_open(w, t->id);
    else
        t->id = wire_opens_accepted(w);
    wire_put_close(&w->out, t->id, WEFT_CODE_NONE, 0);
    wire_flush(w);
    if (t->state == LATE_OURS)
        weft_connection_release(w->side.opened);
    assert_int_equal(w->side.n_conn_closed, 1);
}

static void enter_goodbye(trial *t)
{
    wire_peer *w = &t->w;
    if (t->state == GOODBYE_OTHER)
        wire_open(w, t->id);
    else
        t->id = 0;
    weft_session_close(w->session, WEFT_CODE_NONE, "done");
    wire_run(w);
    if (t->state == GOODBYE_OTHER)
        (void)wire_expect(w, WEFT__KIND_CLOSE, t->id);
    (void)wire_expect(w, WEFT__KIND_GOODBYE, 0);
    if (t->kind == WEFT__KIND_OPEN && t->state == GOODBYE_OTHER)
        t->id = wire_theirs(w, 2);
}

static void enter(trial *t)
{
    wire_peer *w = &t->w;
    if (t->state <= WELCOME) {
        enter_handshake(t);
        return;
    }
    w->root_service = t->state == READY;
    w->side.keep_pending = t->state == PENDING;
    w->peer_window = 128 * 1024;
    wire_shake(w);
    t->id = wire_theirs(w, 1);
    switch (t->state) {
    case READY:
        t->id = 0;
        prepare_open(t, weft_session_root(w->session), wire_theirs(w, 1));
        break;
    case GOODBYE:
    case GOODBYE_OTHER: enter_goodbye(t); break;
    case NEW_OURS: t->id = wire_ours(w, 1); break;
    case LATE_THEIRS:
    case LATE_OURS: enter_late(t); break;
    case OPENING:
        t->id = wire_opens(w);
        t->number = t->kind == WEFT__KIND_ACCEPT ? w->initiator ? 0 : 1 : 1;
        break;
    case ARRIVING: begin_open(t); break;
    case PENDING:
        wire_put_open(&w->out, WEFT__KIND_OPEN, t->id, true);
        wire_flush(w);
        assert_int_equal(w->side.n_open_asked, 1);
        break;
    case OPEN_THEIRS:
        wire_open(w, t->id);
        prepare_open(t, w->accepted, 1);
        break;
    case OPEN_OURS:
        t->id = wire_opens_accepted(w);
        prepare_open(t, w->side.opened, wire_theirs(w, 1));
        break;
    case CLOSING: begin_closing(t); break;
    default: break;
    }
}

/* ---- what it does
 * ------------------------------------------------------------------------------------------------------ */

static bool next_is(wire_peer *w, uint8_t kind, uint64_t connection)
{
    wire_frame frame;
    size_t at = w->in_at;
    if (wire_next(w, &frame) && frame.kind == kind && frame.connection == connection)
        return true;
    w->in_at = at;
    return false;
}

static bool ended(const trial *t, int code)
{
    return t->w.side.n_closed == 1 && t->w.side.end.code == code;
}

static bool took_close(trial *t)
{
    wire_peer *w = &t->w;
    if (t->state == PENDING)
        return weft_pending_accept(w->side.pending, NULL, NULL) == WEFT_EALREADY;
    if (t->state == CLOSING) /* no Close of ours follows */
        return w->in_at == w->in.len;
    return w->side.n_conn_closed == t->before.n_conn_closed + 1 && w->side.conn_end.code == WEFT_ECONNCLOSED;
}

/* More than was spent is given back now, if that was taken before. */
static bool took_window(trial *t)
{
    wire_peer *w = &t->w;
    wire_frame frame;
    if (t->state == CLOSING) {
        bool saw_close = false;
        while (wire_next(w, &frame))
            saw_close = saw_close || frame.kind == WEFT__KIND_CLOSE;
        return saw_close;
    }
    wire_put_number(&w->out, WEFT__KIND_WINDOW, t->id, 1);
    wire_flush(w);
    return t->id == 0 ? next_is(w, WEFT__KIND_PROTOCOL_ERROR, 0) : next_is(w, WEFT__KIND_CLOSE, t->id);
}

/* A second one of the same method and direction is a violation, if the first was taken. */
static bool took_schema(trial *t)
{
    if (t->state == CLOSING) /* the Close that follows is ours */
        return false;
    wire_put_any(&t->w.out, WEFT__KIND_SCHEMA, t->id, t->number);
    wire_flush(&t->w);
    return t->id == 0 ? next_is(&t->w, WEFT__KIND_PROTOCOL_ERROR, 0) : next_is(&t->w, WEFT__KIND_CLOSE, t->id);
}

static bool took_drain(trial *t)
{
    wire_peer *w = &t->w;
    weft_connection *connection = t->state == OPEN_OURS ? w->side.opened : w->accepted;
    if (t->id == 0)
        return w->side.n_draining == 1;
    return connection && pair_call(&w->side, connection, PAIR_ECHO, 1, 1, NULL) == WEFT_EUNAVAILABLE;
}

static bool took(trial *t)
{
    wire_peer *w = &t->w;
    switch (t->kind) {
    case WEFT__KIND_HELLO: return next_is(w, WEFT__KIND_WELCOME, 0);
    case WEFT__KIND_WELCOME: return next_is(w, WEFT__KIND_READY, 0) && w->side.n_ready == 1;
    case WEFT__KIND_READY: return t->before.n_ready == 0 && w->side.n_ready == 1;
    case WEFT__KIND_SORRY: return wire_phase(w) == WEFT_PHASE_CLOSED && w->refused.code == WEFT_EREFUSED;
    case WEFT__KIND_PING: return next_is(w, WEFT__KIND_PONG, 0);
    case WEFT__KIND_PROTOCOL_ERROR: return ended(t, WEFT_EPROTO) && wire_phase(w) == WEFT_PHASE_CLOSED;
    case WEFT__KIND_GOODBYE: return ended(t, WEFT_OK) && next_is(w, WEFT__KIND_GOODBYE, 0) == (t->state == READY);
    case WEFT__KIND_DRAIN: return took_drain(t);
    case WEFT__KIND_OPEN: return next_is(w, WEFT__KIND_ACCEPT, t->id);
    case WEFT__KIND_ACCEPT: return w->side.n_opened == t->before.n_opened + 1;
    case WEFT__KIND_REJECT: return w->side.n_refused == t->before.n_refused + 1;
    case WEFT__KIND_CLOSE: return took_close(t);
    case WEFT__KIND_WINDOW: return took_window(t);
    case WEFT__KIND_SCHEMA: return took_schema(t);
    case WEFT__KIND_REQUEST: return next_is(w, WEFT__KIND_RESPONSE, t->id);
    case WEFT__KIND_RESPONSE: return w->side.n_done == t->before.n_done + 1;
    case WEFT__KIND_CANCEL: return w->side.n_cancelled == t->before.n_cancelled + 1;
    default: return false;
    }
}

/* A dropped frame has changed nothing: what is legal next works as ever. */
static void assert_goes_on(trial *t)
{
    wire_peer *w = &t->w;
    wire_bytes *out = &w->out;
    if (t->state >= READY && t->state != GOODBYE && t->state != GOODBYE_OTHER && t->state != CLOSING)
        wire_expect_alive(w);
    switch (t->state) {
    case HELLO:
        wire_put_hello(out, WEFT__KIND_HELLO, true, false);
        wire_flush(w);
        (void)wire_expect(w, WEFT__KIND_WELCOME, 0);
        break;
    case ROOT:
        assert_int_equal(weft_pending_accept(w->side.pending, NULL, NULL), 0);
        wire_run(w);
        (void)wire_expect(w, WEFT__KIND_WELCOME, 0);
        break;
    case READY_WAIT:
        wire_put_ready(out);
        wire_flush(w);
        assert_int_equal(w->side.n_ready, 1);
        break;
    case WELCOME:
        wire_put_hello(out, WEFT__KIND_WELCOME, false, false);
        wire_flush(w);
        (void)wire_expect(w, WEFT__KIND_READY, 0);
        break;
    case GOODBYE:
    case GOODBYE_OTHER:
        assert_int_equal(w->side.n_closed, 0);
        wire_put_said(out, WEFT__KIND_GOODBYE, 0, "");
        wire_flush(w);
        assert_true(ended(t, WEFT_OK));
        wire_expect_none(w);
        break;
    case OPENING:
        wire_put_open(out, WEFT__KIND_ACCEPT, t->id, !w->initiator);
        wire_flush(w);
        assert_int_equal(w->side.n_opened, 1);
        weft_connection_release(w->side.opened);
        break;
    case ARRIVING:
        wire_feed(w, t->rest.ptr, t->rest.len);
        (void)wire_expect(w, WEFT__KIND_ACCEPT, t->id);
        break;
    case PENDING:
        assert_int_equal(weft_pending_accept(w->side.pending, NULL, NULL), 0);
        wire_run(w);
        (void)wire_expect(w, WEFT__KIND_ACCEPT, t->id);
        break;
    case READY:
    case OPEN_THEIRS:
    case OPEN_OURS: {
        uint64_t next = t->state == OPEN_THEIRS ? 9 : wire_theirs(w, 5);
        wire_put_request(out, t->id, next, 0x1001, 2);
        wire_flush(w);
        (void)wire_expect_response(w, t->id, next, 0);
        break;
    }
    case CLOSING:
        (void)wire_expect(w, WEFT__KIND_CLOSE, t->id);
        wire_expect_alive(w);
        break;
    default: /* an id that is gone, or never was: the next one opens */ wire_open(w, wire_theirs(w, 3)); break;
    }
}

static expected observe(trial *t)
{
    wire_peer *w = &t->w;
    if (next_is(w, WEFT__KIND_PROTOCOL_ERROR, 0) || next_is(w, WEFT__KIND_SORRY, 0))
        return SESSION;
    if ((t->state == GOODBYE || t->state == GOODBYE_OTHER) && ended(t, WEFT_EPROTO) &&
        (t->kind != WEFT__KIND_PROTOCOL_ERROR || t->id != 0)) /* its last word is said: nothing more is */
        return SESSION;
    size_t at = w->in_at;
    wire_frame frame;
    weft__close close = { 0 };
    if (wire_next(w, &frame) && frame.connection == t->id &&
        ((frame.kind == WEFT__KIND_CLOSE && weft__close_decode(frame.body, &close) == 0) ||
         (frame.kind == WEFT__KIND_REJECT && weft__reject_decode(frame.body, &close) == 0)) &&
        close.code == WEFT_CODE_PROTOCOL) {
        wire_expect_alive(w);
        return CONNECTION;
    }
    w->in_at = at;
    return took(t) ? TAKEN : DROPPED;
}

static void let_go(trial *t)
{
    wire_peer *w = &t->w;
    if (t->state == OPEN_OURS)
        weft_connection_release(w->side.opened);
    else if (w->side.n_opened > 0 && t->state == OPENING && t->kind == WEFT__KIND_ACCEPT)
        weft_connection_release(w->side.opened);
    wire_bytes_free(&t->rest);
    wire_fini(w);
}

static bool run_cell(size_t kind, state at, bool initiator)
{
    const cell *want = &table[kind][at][initiator];
    trial *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->state = at;
    t->kind = kinds[kind].kind;
    t->number = 1;
    wire_init(&t->w, initiator);
    enter(t);
    t->w.in_at = t->w.in.len;
    t->before = t->w.side;
    if (t->kind <= WEFT__KIND_WELCOME)
        t->number = initiator ? 0 : 1;
    else if (t->kind == WEFT__KIND_SORRY)
        t->number = WEFT_CODE_REFUSED;
    if (at == ARRIVING && t->kind == WEFT__KIND_OPEN)
        wire_bytes_add(&t->w.out, t->rest.ptr, t->rest.len);
    else
        wire_put_any(&t->w.out, t->kind, t->id, t->number);
    wire_flush(&t->w);
    t->w.hold_output = false;
    wire_run(&t->w);
    expected got = observe(t);
    if (got == DROPPED && want->expected == DROPPED)
        assert_goes_on(t);
    if (got != want->expected)
        print_error("%s, %s, %s: the table says %s, the engine %s\n", kinds[kind].name, states[at].name,
                    initiator ? "initiator" : "acceptor", expected_names[want->expected], expected_names[got]);
    let_go(t);
    free(t);
    return got == want->expected;
}

/* ---- the tests
 * --------------------------------------------------------------------------------------------------------- */

static void table_of_all_pairs_is_whole(void **unused)
{
    /* Goal: the table has each kind in each state and role, once; what later issues bring is listed. */
    size_t later[128] = { 0 };
    (void)unused;
    for (size_t k = 0; k < N_KINDS; k++)
        for (size_t s = 0; s < N_STATES; s++)
            for (int i = 0; i < 2; i++) {
                if (((states[s].roles >> i) & 1) != table[k][s][i].there)
                    fail_msg("legal.csv: %s, %s: a row lacks, or is of a role that has no such state", kinds[k].name,
                             states[s].name);
                if (table[k][s][i].there && table[k][s][i].issue != 'A' && later[(int)table[k][s][i].issue]++ == 0)
                    print_message("cells that issue %c brings:\n", table[k][s][i].issue);
                if (table[k][s][i].there && table[k][s][i].issue != 'A')
                    print_message("  %c %s, %s%s: until then %s\n", table[k][s][i].issue, kinds[k].name, states[s].name,
                                  states[s].roles == 3 ? (i ? " (initiator)" : " (acceptor)") : "",
                                  expected_names[table[k][s][i].expected]);
            }
}

static void frame_of_each_kind_in_each_state_as_the_table_says(void **unused)
{
    /* Goal: every cell of the table is what the engine does. */
    size_t n = 0, n_bad = 0;
    (void)unused;
    WEFT_RULE("violation.scope");
    WEFT_RULE("id.increasing");
    WEFT_RULE("frame.max");
    for (size_t s = 0; s < N_STATES; s++)
        for (size_t k = 0; k < N_KINDS; k++)
            for (int i = 0; i < 2; i++) {
                if (!table[k][s][i].there)
                    continue;
                n++;
                n_bad += run_cell(k, (state)s, i == 1) ? 0 : 1;
            }
    print_message("%zu cells\n", n);
    assert_int_equal(n_bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_of_all_pairs_is_whole),
        cmocka_unit_test(frame_of_each_kind_in_each_state_as_the_table_says),
    };
    return cmocka_run_group_tests(tests, read_table, NULL);
}
