/* The handshake of one conduit: preamble, Hello, Welcome, Ready, or Sorry. It stands apart from the session that comes
 * of it.
 *
 *   acceptor   PREAMBLE ─▶ HELLO ─▶ DECIDING (the root) ─▶ READY ─▶ done
 *              PREAMBLE ─▶ HELLO ─▶ RESUMING (handshake_resume.c) ─▶ READY ─▶ done
 *   initiator  PREAMBLE ─▶ WELCOME ─▶ done
 *
 * An acceptor makes the engine at once, since whoever decides on the root is handed its session; nobody else hears of
 * it before Ready. An initiator's engine is older than its handshake. What is not yet taken from `out` when it is done
 * goes to the engine. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/handshake.h"
#include "runtime/session/parts.h"
#include "runtime/session/recover.h"
#include "runtime/session/resume.h"
#include "runtime/session/session_log.h"
#include "runtime/wire/frame.h"

/* ---- making one ---- */

static int handshake_create(weft_engine *engine, uint64_t preamble_timeout_ns, uint64_t now_ns,
                            weft_handshake **ret_handshake)
{
    weft_handshake *handshake = weft__alloc_zero(&engine->allocator, sizeof *handshake);
    if (!handshake)
        return WEFT_ENOMEM;
    uint64_t timeout_ns = engine->options.handshake_timeout_ns;
    handshake->allocator = engine->allocator;
    handshake->engine = engine;
    handshake->initiator = engine->initiator;
    handshake->now_ns = now_ns;
    handshake->preamble_at_ns = weft__time_add(now_ns, preamble_timeout_ns);
    handshake->over_at_ns = weft__time_add(now_ns, timeout_ns);
    handshake->last_word_left = WEFT_LAST_WORD_BYTES;
    weft__out_init(&handshake->out, &handshake->allocator);
    weft__buf_init(&handshake->in, &handshake->allocator);
    engine->has_handshake = true;
    *ret_handshake = handshake;
    return 0;
}

int weft__handshake_new(const weft_engine_options *engine_options, const weft_session_options *session_options,
                        const weft__hooks *hooks, uint64_t now_ns, weft_handshake **ret_handshake)
{
    weft_engine_options options;
    weft_engine *engine;
    int status = weft__engine_create(engine_options, session_options, hooks, false, now_ns, &engine);
    if (status < 0)
        return status;
    status = weft__engine_options_read(engine_options, &options); /* for the second time: it was possible at first */
    if (status == 0)
        status = handshake_create(engine, options.preamble_timeout_ns, now_ns, ret_handshake);
    if (status < 0) {
        weft_engine_free(engine);
        return status;
    }
    (*ret_handshake)->admit = options.admit;
    (*ret_handshake)->admit_user = options.admit_user;
    return 0;
}

static int say_frame(weft_handshake *handshake, uint8_t kind, weft_writer *writer)
{
    int status = writer->status;
    if (status == 0)
        status = weft__output_frame(&handshake->out, kind, 0, weft_bytes_of(writer->buf.data, writer->buf.len));
    weft__writer_fini(writer);
    return status;
}

/* [session.hello] Hello or Welcome. */
static int say_hello(weft_handshake *handshake, uint8_t kind)
{
    weft_engine *engine = handshake->engine;
    weft__service_ref refs[WEFT__BINDING_SERVICES_MAX];
    weft__service_ref requested;
    weft__hello_out hello;
    weft_writer writer;
    memset(&hello, 0, sizeof hello);
    hello.settings = weft__settings_of(engine, engine->odd);
    hello.session.max_frame_size = engine->options.max_frame_size;
    hello.session.connection_window = engine->options.connection_window;
    hello.session.max_connections = engine->options.max_connections;
    hello.metadata = engine->session->own_metadata;
    if (engine->initiator && engine->options.root_service) {
        requested.name = weft_str_from(engine->options.root_service->name);
        requested.id = engine->options.root_service->id;
        hello.requested_or_null = &requested;
    }
    hello.services = refs;
    hello.n_services = weft__binding_services(engine->root->binding, refs);
    hello.wire = WEFT__WIRE_ID; /* [schema.wire] */
    weft__handshake_say_resume(handshake, &hello);
    weft__writer_init(&writer, &engine->allocator, WEFT__HANDSHAKE_BODY_MAX);
    weft__hello_encode(&writer, &hello);
    return say_frame(handshake, kind, &writer);
}

int weft_engine_reconnect(weft_engine *engine, const weft_peer *peer_or_null, uint64_t now_ns,
                          weft_handshake **ret_handshake)
{
    weft_handshake *handshake = NULL;
    uint8_t preamble[WEFT__PREAMBLE];
    if (engine->state == WEFT__SESSION_ENDED)
        return WEFT_ECLOSED;
    if (!weft_engine_wants_conduit(engine))
        return WEFT_EINVAL;
    weft__engine_time(engine, now_ns);
    int status = weft__session_set_peer(engine->session, peer_or_null);
    if (status == 0)
        status = handshake_create(engine, WEFT_PREAMBLE_TIMEOUT, now_ns, &handshake);
    if (status < 0 || !handshake)
        return status;
    if (engine->resume && engine->state == WEFT__SESSION_CONNECTING)
        weft__resume_free(engine); /* of a handshake that was given up when it was done: another session begins */
    if (engine->resume) {
        handshake->resuming = true;
        engine->resume->told = weft__resume_received(engine);
    }
    weft__preamble_write(preamble, WEFT__VERSION, WEFT__VERSION); /* [preamble] Hello right behind it */
    status = weft__out_copy(&handshake->out, preamble, sizeof preamble);
    if (status == 0)
        status = say_hello(handshake, WEFT__KIND_HELLO);
    if (status < 0) {
        weft_handshake_free(handshake);
        return status;
    }
    *ret_handshake = handshake;
    return 0;
}

/* ---- failing ---- */

static void handshake_log_failure(const weft_handshake *handshake, const weft_error *error, weft_phase phase)
{
    bool refused = phase == WEFT_PHASE_LAST_WORD; /* we said why; else the counterpart did, or nobody */
    weft_engine *engine = handshake->engine;
    weft__engine_log(engine, WEFT_LOG_INFO, WEFT_LOG_SESSION, refused ? "handshake refused" : "handshake failed",
                     weft__log_number("by_peer", !refused && error->remote != 0),
                     weft__log_text("error", weft_str_from(weft_err_name(error->code))),
                     weft__log_number("code", error->remote),
                     weft__log_text("reason", weft_str_from(weft_refusal_name((weft_refusal)handshake->refusal))),
                     weft__log_text("text", weft_str_from(error->text)),
                     weft__log_text("transport", weft_str_from(engine->session->peer.transport)),
                     weft__log_text("address", weft_str_from(engine->session->peer.address)));
}

void weft__handshake_fail(weft_handshake *handshake, const weft_error *error, weft_phase phase)
{
    if (handshake->step == STEP_OVER)
        return;
    weft__handshake_leave(handshake);
    handshake->refusal = (uint8_t)weft__refusal_of(handshake, error);
    handshake->step = STEP_OVER;
    handshake->phase = (uint8_t)phase;
    handshake->error = *error;
    handshake->over_at_ns = handshake->now_ns + WEFT_LAST_WORD_TIMEOUT;
    handshake_log_failure(handshake, error, phase);
    weft__stats_handshake_failed(handshake->engine->stats, error->code);
    weft_error end = *error;
    if (!handshake->initiator || !weft__recover_from(handshake->engine, &end))
        weft__session_lost(handshake->engine, &end, true);
}

/* [session.handshake] "Sorry" is the last word [conduit.last-word]. text outlives the call. */
void weft__handshake_sorry(weft_handshake *handshake, int code, uint16_t said_code, weft_str text)
{
    weft_writer writer;
    weft_error error;
    weft__said said = { said_code, text };
    weft__error_set(&error, code, "");
    weft__error_add_text(&error, text);
    error.remote = said_code;
    weft__writer_init(&writer, &handshake->allocator, WEFT__HANDSHAKE_BODY_MAX);
    weft__sorry_encode(&writer, said);
    int status = say_frame(handshake, WEFT__KIND_SORRY, &writer);
    weft__handshake_fail(handshake, &error, status < 0 ? WEFT_PHASE_CLOSED : WEFT_PHASE_LAST_WORD);
}

void weft__handshake_protocol(weft_handshake *handshake, const char *text)
{
    weft__handshake_sorry(handshake, WEFT_EPROTO, WEFT_CODE_PROTOCOL, weft_str_from(text));
}

void weft__handshake_starve(weft_handshake *handshake)
{
    weft_error error = { WEFT_ENOMEM, 0, 0, "out of memory" };
    weft__handshake_fail(handshake, &error, WEFT_PHASE_CLOSED);
}

/* ---- messages ---- */

/* [session.hello] [session.parity] What both Hello and Welcome say; false: Sorry has been said. */
static bool take_settings(weft_handshake *handshake, const weft__hello *hello)
{
    weft_engine *engine = handshake->engine;
    const weft__session_settings *session = &hello->session;
    if (session->max_frame_size < WEFT_FRAME_SIZE_MIN || session->max_frame_size > WEFT_FRAME_SIZE_MAX) {
        weft__handshake_protocol(handshake, "[frame.max] max_frame_size is out of range");
        return false;
    }
    if (session->connection_window < session->max_frame_size + WEFT_CONNECTION_WINDOW_MARGIN ||
        session->connection_window > INT32_MAX) {
        weft__handshake_protocol(handshake, "[flow.window] connection_window is out of range");
        return false;
    }
    if (engine->initiator && hello->settings.odd == engine->odd) {
        weft__handshake_protocol(handshake, "[session.parity] Welcome has the parity of Hello");
        return false;
    }
    /* [schema.wire] For people alone: layouts change by version and features. */
    weft__engine_log(engine, hello->wire == WEFT__WIRE_ID ? WEFT_LOG_DEBUG : WEFT_LOG_INFO, WEFT_LOG_SESSION,
                     hello->wire == WEFT__WIRE_ID ? "the counterpart's layouts are ours"
                                                  : "the counterpart's layouts are of another version",
                     weft__log_number("wire", hello->wire));
    engine->odd = !hello->settings.odd;
    engine->peer_session = *session;
    engine->root->odd = engine->odd;
    weft__conn_set_peer_settings(engine->root, &hello->settings);
    weft_session *s = engine->session;
    weft__list_slice list = hello->metadata;
    weft_str copy = weft_arena_copy_str(s->arena, weft_str_of((const char *)list.raw.ptr, list.raw.len));
    list.raw = weft_bytes_of(copy.ptr, copy.len);
    if (!copy.ptr || weft__metadata_decode(list, s->arena, &s->metadata) < 0) {
        weft__handshake_starve(handshake);
        return false;
    }
    return true;
}

static bool agree_on_root(weft_handshake *handshake, const weft__hello *hello)
{
    weft_error error;
    int status = weft__binding_agree(handshake->engine->root, hello->services, &error);
    if (status == 0)
        return true;
    if (status == WEFT_ENOMEM) {
        weft__handshake_starve(handshake);
        return false;
    }
    weft__handshake_sorry(handshake, WEFT_EINCOMPATIBLE, WEFT_CODE_INCOMPATIBLE, weft_str_from(error.text));
    return false;
}

static bool decode_hello(weft_handshake *handshake, weft_bytes body, weft__hello *ret_hello)
{
    const char *missing = NULL;
    weft_error text;
    if (weft__hello_decode(body, ret_hello, &missing) == 0)
        return true;
    weft__error_set(&text, WEFT_EPROTO, missing ? "[session.handshake] missing: " : "[session.handshake] malformed");
    if (missing)
        weft__error_add_text(&text, weft_str_from(missing));
    weft__handshake_protocol(handshake, text.text);
    return false;
}

void weft__handshake_say_welcome(weft_handshake *handshake)
{
    bool is_new = !handshake->resumes && !handshake->resuming;
    uint16_t code = is_new && handshake->admit ? handshake->admit(handshake->admit_user) : WEFT_CODE_NONE;
    if (code != WEFT_CODE_NONE) {
        weft__handshake_sorry(handshake, WEFT_EREFUSED, code, WEFT_STR("no place for another session"));
        return;
    }
    handshake->step = STEP_READY;
    if (say_hello(handshake, WEFT__KIND_WELCOME) < 0)
        weft__handshake_starve(handshake);
}

void weft__handshake_on_hello(weft_handshake *handshake, weft_bytes body)
{
    weft_engine *engine = handshake->engine;
    weft__hello hello;
    weft_metadata_entry service;
    if (!decode_hello(handshake, body, &hello) || !take_settings(handshake, &hello))
        return;
    if (hello.has_resume && hello.resume_key.len > 0) {
        weft__handshake_on_resume(handshake, &hello);
        return;
    }
    if (hello.has_resume && hello.resume_received > 0) {
        weft__handshake_protocol(handshake, "[resume.offer] Hello counts what came, and has no key");
        return;
    }
    if (weft__handshake_agree_to_resume(handshake, &hello) < 0) {
        weft__handshake_starve(handshake);
        return;
    }
    if (!weft__metadata_peek(hello.metadata, WEFT_STR("weft-service"), &service) || service.kind != WEFT_METADATA_STR) {
        if (agree_on_root(handshake, &hello)) {
            weft__conn_set_state(engine->root, WEFT__CONN_OPEN);
            weft__handshake_say_welcome(handshake);
        }
        return;
    }
    if (!engine->options.on_open) { /* [conn.root] */
        weft__handshake_sorry(handshake, WEFT_EREFUSED, WEFT_CODE_NO_ACCEPTOR,
                              WEFT_STR("nobody accepts connections here"));
        return;
    }
    handshake->step = STEP_DECIDING;
    if (weft__root_pending(engine->root, &hello) < 0)
        weft__handshake_starve(handshake);
}

/* [conn.root] Has the root been decided? */
void weft__handshake_look_at_root(weft_handshake *handshake)
{
    if (handshake->step != STEP_DECIDING || handshake->engine->state == WEFT__SESSION_ENDED)
        return; /* an application that closes the session meanwhile takes the root away */
    const weft_connection *root = handshake->engine->root;
    if (root->state == WEFT__CONN_OPEN)
        weft__handshake_say_welcome(handshake);
    else if (root->state == WEFT__CONN_CLOSING)
        weft__handshake_sorry(handshake, WEFT_EREFUSED, root->end ? root->end->remote : WEFT_CODE_INTERNAL,
                              weft_str_from(root->end ? root->end->text : ""));
}

/* false: the handshake has failed. */
static bool take_welcome(weft_handshake *handshake, const weft__hello *welcome)
{
    bool wanted = handshake->engine->options.resumable && welcome->has_resume;
    if (wanted && welcome->resume_key.len != WEFT__KEY) {
        weft__handshake_protocol(handshake, "[resume.offer] Welcome has a key of another length");
        return false;
    }
    if (handshake->resuming)
        return weft__handshake_resume_welcome(handshake, welcome);
    if (wanted && welcome->resume_received > 0) {
        weft__handshake_protocol(handshake, "[resume.offer] a first Welcome counts what came");
        return false;
    }
    if (!take_settings(handshake, welcome) || !agree_on_root(handshake, welcome))
        return false;
    if (weft__handshake_agree_to_resume(handshake, welcome) < 0) {
        weft__handshake_starve(handshake);
        return false;
    }
    return true;
}

void weft__handshake_on_welcome(weft_handshake *handshake, weft_bytes body)
{
    weft__hello welcome;
    weft_writer writer;
    if (!decode_hello(handshake, body, &welcome) || !take_welcome(handshake, &welcome))
        return;
    weft__writer_init(&writer, &handshake->allocator, WEFT__HANDSHAKE_BODY_MAX);
    weft__ready_encode(&writer);
    if (say_frame(handshake, WEFT__KIND_READY, &writer) < 0) {
        weft__handshake_starve(handshake);
        return;
    }
    handshake->step = STEP_OVER;
    handshake->phase = WEFT_PHASE_DONE;
}

void weft__handshake_on_ready(weft_handshake *handshake, weft_bytes body)
{
    if (weft__ready_decode(body) < 0) {
        weft__handshake_protocol(handshake, "[session.handshake] malformed Ready");
        return;
    }
    handshake->step = STEP_OVER;
    handshake->phase = WEFT_PHASE_DONE;
}

void weft__handshake_on_sorry(weft_handshake *handshake, weft_bytes body)
{
    weft__said said;
    weft_error error;
    if (weft__sorry_decode(body, &said) < 0) {
        weft__handshake_protocol(handshake, "[session.handshake] malformed Sorry");
        return;
    }
    weft__error_set(&error, said.code == WEFT_CODE_INCOMPATIBLE ? WEFT_EINCOMPATIBLE : WEFT_EREFUSED, "");
    weft__error_add_text(&error, weft_str_from(weft_code_name(said.code)));
    weft__error_add_text(&error, said.text.len > 0 ? WEFT_STR(": ") : WEFT_STR(""));
    weft__error_add_text(&error, said.text);
    error.remote = said.code;
    weft__handshake_fail(handshake, &error, WEFT_PHASE_CLOSED);
}
