/* An application that makes mistakes: each is refused with what its header says, and nothing is owed for it. */
#include "tests/fuzz/engine_world.h"

/* What weft_options structs of another length look like: a newer program's, with something that this version does not
 * know. */
typedef struct longer {
    union {
        weft_open_options open;
        weft_call_options call;
        weft_session_options session;
        weft_engine_options engine;
    } known;
    uint64_t unknown[2];
} longer;

/* Metadata that may not be sent. */
static weft_metadata metadata_wrong(uint8_t how, weft_metadata_entry entries[WEFT_METADATA_ENTRIES_MAX + 1])
{
    static const char long_text[WEFT_METADATA_BYTES_MAX] = "x";
    size_t n = 1;
    entries[0] = weft_metadata_u64("n", 1, 0);
    switch (how % 5) {
    case 0: entries[0].key = WEFT_STR(""); break;
    case 1: entries[0].key = WEFT_STR("weft-trace"); break;
    case 2: entries[0] = weft_metadata_str("s", WEFT_STR("\xff"), 0); break;
    case 3: entries[0] = weft_metadata_str("s", weft_str_of(long_text, sizeof long_text), 0); break;
    default:
        for (; n <= WEFT_METADATA_ENTRIES_MAX; n++)
            entries[n] = entries[0];
        break;
    }
    return (weft_metadata){ entries, n };
}

/* ---- calls ---- */

static void never_done(void *user, const void *reply)
{
    (void)user;
    (void)reply;
    fuzz_failed("the callback of a call that was refused ran", __FILE__, __LINE__);
}

void op_wrong_call(side *s, script *in)
{
    weft_connection *conn = conn_of(s, in);
    uint8_t how = script_byte(in);
    weft_metadata_entry entries[WEFT_METADATA_ENTRIES_MAX + 1];
    weft_metadata metadata = metadata_wrong(how >> 4, entries);
    weft_service_type foreign = fuzz_service;
    const weft_service_type *service = &fuzz_service;
    pair_echo_args bytes = { weft_bytes_of("x", 1) };
    ct_settings text = { .name = WEFT_STR("\xff\xfe") };
    const void *args = &bytes;
    uint32_t method = PAIR_ECHO;
    longer l;
    memset(&l, 0, sizeof l);
    weft_call_options *options = &l.known.call;
    weft_call_options_init(options, sizeof *options);
    if (!conn)
        return;
    switch (how % 8) {
    case 0: options->metadata = &metadata; break;
    case 1: options->size = how >> 4 & 7; break;
    case 2:
        options->size = sizeof l;
        l.unknown[how >> 4 & 1] = 1;
        break;
    case 3: method = FUZZ_METHODS; break;
    case 4:
        method = FUZZ_WIDE;
        args = &text;
        break;
    case 5:
        method = FUZZ_SHAPE;
        args = NULL;
        break;
    case 6:
        service = &foreign;
        foreign.abi++;
        break;
    default: service = NULL; break;
    }
    weft_call call = { NULL, 0 };
    s->world->granted += 8192;
    int status = weft_gen_call(conn, service, method, args, options, (void (*)(void))never_done, s, &call);
    FUZZ_CHECK(status < 0 && status != WEFT_EINTERNAL && call.slot == NULL);
}

/* ---- opens ---- */

static void never_opened(void *user, weft_connection *connection, const weft_metadata *metadata,
                         const weft_error *error)
{
    (void)user;
    (void)connection;
    (void)metadata;
    (void)error;
    fuzz_failed("the callback of an open that was refused ran", __FILE__, __LINE__);
}

static void never_closed(void *user, const weft_error *error)
{
    (void)user;
    (void)error;
    fuzz_failed("a connection that was refused is told closed", __FILE__, __LINE__);
}

static void open_options_wrong(longer *l, uint8_t how, const weft_metadata *metadata, weft_service_type *foreign)
{
    static const weft_service_type *none[1] = { NULL };
    static const weft_service_type *many[WEFT_SERVICES_MAX];
    weft_open_options *options = &l->known.open;
    memset(l, 0, sizeof *l);
    weft_open_options_init(options, sizeof *options);
    options->on_closed = never_closed;
    *foreign = fuzz_service;
    switch (how % 8) {
    case 0: options->metadata = metadata; break;
    case 1: options->size = how >> 4 & 7; break;
    case 2:
        options->size = sizeof *l;
        l->unknown[how >> 4 & 1] = 1;
        break;
    case 3: options->serves = &fuzz_service; break; /* without a handler */
    case 4:
        options->calls = none;
        options->n_calls = 1;
        break;
    case 5: options->n_calls = 1; break;
    case 6:
        for (size_t i = 0; i < WEFT_SERVICES_MAX; i++)
            many[i] = &fuzz_service;
        options->calls = many;
        options->n_calls = WEFT_SERVICES_MAX;
        break;
    default:
        foreign->abi++;
        options->serves = foreign;
        options->handler = &fuzz_handler;
        break;
    }
}

void op_wrong_open(side *s, script *in)
{
    uint8_t how = script_byte(in);
    weft_metadata_entry entries[WEFT_METADATA_ENTRIES_MAX + 1];
    weft_metadata metadata = metadata_wrong(how >> 4, entries);
    weft_service_type foreign;
    longer l;
    open_options_wrong(&l, how, &metadata, &foreign);
    weft_connection *conn = NULL;
    if (s->n_pendings > 0) {
        weft_pending pending = s->pendings[script_byte(in) % s->n_pendings];
        bool is_live = weft_pending_session(pending) != NULL;
        int status = weft_pending_accept(pending, &l.known.open, &conn);
        FUZZ_CHECK(status < 0 && !conn);
        FUZZ_CHECK((weft_pending_session(pending) != NULL) == is_live); /* undecided still */
        FUZZ_CHECK(weft_pending_reject(pending, WEFT_CODE_NONE, NULL, NULL) < 0);
        FUZZ_CHECK(weft_pending_reject(pending, WEFT_CODE_REFUSED, NULL, &metadata) < 0);
        FUZZ_CHECK(weft_gen_serve(pending, &fuzz_service, NULL, s, NULL) == WEFT_EINVAL);
        FUZZ_CHECK((weft_pending_session(pending) != NULL) == is_live);
    }
    if (!side_has_session(s))
        return;
    FUZZ_CHECK(weft_open(s->session, &fuzz_service, &l.known.open, never_opened, s) < 0);
    foreign.abi = WEFT_GEN_ABI + 1;
    FUZZ_CHECK(weft_open(s->session, &foreign, NULL, never_opened, s) < 0);
    FUZZ_CHECK(weft_gen_open(s->session, &foreign, NULL, (void (*)(void))never_opened, s) < 0);
    FUZZ_CHECK(weft_gen_open(s->session, NULL, NULL, (void (*)(void))never_opened, s) < 0);
    weft_connection *root = weft_session_root(s->session);
    FUZZ_CHECK(!root || weft_connection_close(root, WEFT_CODE_NONE, NULL) < 0);
    FUZZ_CHECK(!root || weft_connection_abort(root, WEFT_CODE_NONE, NULL) < 0);
}

/* ---- answers ---- */

void op_wrong_answer(side *s, script *in)
{
    uint8_t i = script_byte(in);
    uint8_t how = script_byte(in);
    weft_metadata_entry entries[WEFT_METADATA_ENTRIES_MAX + 1];
    weft_metadata metadata = metadata_wrong(how >> 4, entries);
    weft_call null = { NULL, 0 };
    const void *args = NULL;
    weft_bytes value = weft_bytes_of("x", 1);
    FUZZ_CHECK(weft_call_cancel(null) == WEFT_EALREADY && weft_call_drop(null) == WEFT_EALREADY);
    FUZZ_CHECK(weft_gen_return(null, &fuzz_service, 0, &value) == WEFT_EALREADY);
    FUZZ_CHECK(weft_gen_keep(null, &args) == WEFT_EALREADY && !args);
    if (s->n_served == 0)
        return;
    served *call = &s->served[i % s->n_served];
    /* What the caller has given up is let go of by an answer, though it is refused. */
    bool lets_go = call->let_go;
    int status;
    switch (how % 4) {
    case 0: status = weft_call_reply_metadata(call->call, &metadata); break;
    case 1: status = weft_call_fail(call->call, (weft_outcome)(how >> 4 & 3), "not a handler's outcome"); break;
    case 2: status = weft_gen_return(call->call, &fuzz_service, call->method + 1, &value); break;
    default: status = weft_gen_fail(call->call, &fuzz_service, call->method, NULL); break;
    }
    lets_go |= how % 4 != 0 && status == WEFT_EALREADY;
    FUZZ_CHECK(status == WEFT_EINVAL || status == WEFT_EALREADY || (status == WEFT_ENOMEM && s->world->may_starve));
    call->let_go = lets_go;
}

/* ---- engines ---- */

void op_wrong_engine(side *s, script *in)
{
    world *w = s->world;
    uint8_t how = script_byte(in);
    weft_metadata_entry entries[WEFT_METADATA_ENTRIES_MAX + 1];
    weft_metadata metadata = metadata_wrong(how >> 4, entries);
    weft_engine_options options;
    weft_engine *engine = NULL;
    weft_handshake *handshake = NULL;
    longer l;
    memset(&l, 0, sizeof l);
    weft_session_options *session = &l.known.session;
    weft_engine_options_init(&options, sizeof options);
    weft_session_options_init(session, sizeof *session);
    options.allocator = &w->alloc.allocator;
    switch (how % 8) {
    case 0: session->metadata = &metadata; break;
    case 1: session->size = how >> 4 & 7; break;
    case 2:
        session->size = sizeof l;
        l.unknown[how >> 4 & 1] = 1;
        break;
    case 3: session->max_frame_size = how & 16 ? WEFT_FRAME_SIZE_MIN - 1 : WEFT_FRAME_SIZE_MAX + 1; break;
    case 4: session->max_message_size = WEFT_MESSAGE_SIZE_MIN - 1; break;
    case 5: session->connection_window = how & 16 ? session->max_frame_size : (uint32_t)INT32_MAX + 1; break;
    case 6: session->keepalive_idle_ns = 0; break;
    default: options.size = how >> 4 & 7; break;
    }
    FUZZ_CHECK(weft_engine_new(&options, session, w->now_ns, &engine) == WEFT_EINVAL && !engine);
    FUZZ_CHECK(weft_handshake_new(&options, session, w->now_ns, &handshake) == WEFT_EINVAL && !handshake);
    if (s->handshake && weft_handshake_phase(s->handshake) != WEFT_PHASE_DONE)
        FUZZ_CHECK(weft_handshake_finish(s->handshake, &engine) == WEFT_EINVAL && !engine);
    if (s->handshake) {
        const weft_error *error = weft_handshake_error(s->handshake);
        FUZZ_CHECK(!error || error->code < 0);
    }
    if (s->engine && s->initiator && !w->may_starve && !weft_engine_wants_conduit(s->engine))
        FUZZ_CHECK(weft_engine_reconnect(s->engine, NULL, w->now_ns, &handshake) < 0 && !handshake);
}
