/* A handshake's bytes and time: the preamble, frames, the last word, and what weft/engine.h offers. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/handshake.h"
#include "runtime/session/parts.h"
#include "runtime/session/recover.h"
#include "runtime/session/resume.h"
#include "runtime/wire/frame.h"

/* ---- preamble ---- */

void weft_refusal_write(uint8_t ret_answer[WEFT_REFUSAL_LEN], uint8_t code)
{
    weft__preamble_write(ret_answer, WEFT__VERSION, code);
}

static void preamble_refuse(weft_handshake *handshake, int error_code, uint8_t code, const char *text)
{
    uint8_t answer[WEFT_REFUSAL_LEN];
    weft_error error;
    weft_refusal_write(answer, code);
    int status = weft__out_copy(&handshake->out, answer, sizeof answer);
    weft__error_set(&error, error_code, text);
    error.remote = code;
    weft__handshake_fail(handshake, &error, status < 0 ? WEFT_PHASE_CLOSED : WEFT_PHASE_LAST_WORD);
}

/* [preamble] */
static void on_preamble_of_initiator(weft_handshake *handshake, const uint8_t *bytes)
{
    uint8_t answer[WEFT__PREAMBLE];
    uint8_t highest = bytes[4];
    uint8_t lowest = bytes[5];
    if (lowest > WEFT__VERSION || highest < WEFT__VERSION) {
        preamble_refuse(handshake, WEFT_EVERSION, WEFT_CODE_VERSION, "[preamble] no common version");
        return;
    }
    weft__preamble_write(answer, WEFT__VERSION, 0);
    if (weft__out_copy(&handshake->out, answer, sizeof answer) < 0)
        weft__handshake_starve(handshake);
    handshake->step = STEP_HELLO;
}

static void on_preamble_of_acceptor(weft_handshake *handshake, const uint8_t *bytes)
{
    weft_error error;
    uint8_t code = bytes[5];
    if (code != WEFT_CODE_NONE || bytes[4] != WEFT__VERSION) {
        weft__error_set(&error, code == WEFT_CODE_VERSION || code == WEFT_CODE_NONE ? WEFT_EVERSION : WEFT_EREFUSED,
                        "refused in the preamble: ");
        weft__error_add_text(&error, weft_str_from(weft_code_name(code == 0 ? WEFT_CODE_VERSION : code)));
        error.remote = code == 0 ? WEFT_CODE_VERSION : code;
        weft__handshake_fail(handshake, &error, WEFT_PHASE_CLOSED);
        return;
    }
    handshake->step = STEP_WELCOME;
}

/* How many bytes were used. */
static size_t feed_preamble(weft_handshake *handshake, const uint8_t *data, size_t len)
{
    size_t n = WEFT__PREAMBLE - handshake->in.len;
    n = n < len ? n : len;
    if (weft__buf_append(&handshake->in, data, n) < 0) {
        weft__handshake_starve(handshake);
        return n;
    }
    if (weft__preamble_match(handshake->in.data, handshake->in.len) < handshake->in.len) {
        weft_error error = { WEFT_EPROTO, 0, WEFT_CODE_PROTOCOL, "[preamble] this is not weft" };
        if (handshake->initiator)
            weft__handshake_fail(handshake, &error, WEFT_PHASE_CLOSED);
        else
            preamble_refuse(handshake, WEFT_EPROTO, WEFT_CODE_PROTOCOL, error.text);
        return n;
    }
    if (handshake->in.len < WEFT__PREAMBLE)
        return n;
    handshake->preamble_at_ns = WEFT_FOREVER;
    memcpy(handshake->preamble, handshake->in.data, sizeof handshake->preamble);
    if (handshake->initiator)
        on_preamble_of_acceptor(handshake, handshake->in.data);
    else
        on_preamble_of_initiator(handshake, handshake->in.data);
    weft__buf_clear(&handshake->in, SIZE_MAX);
    return n;
}

static weft__column handshake_column(const weft_handshake *handshake)
{
    switch ((step)handshake->step) {
    case STEP_HELLO: return WEFT__COLUMN_HELLO_WAIT;
    case STEP_DECIDING:
    case STEP_ELSEWHERE:
    case STEP_RESUMING: return WEFT__COLUMN_DECIDING;
    case STEP_WELCOME: return WEFT__COLUMN_WELCOME_WAIT;
    case STEP_PREAMBLE:
    case STEP_READY:
    case STEP_OVER: break;
    }
    return WEFT__COLUMN_READY_WAIT;
}

static void on_frame(weft_handshake *handshake, const weft__frame *frame, weft_bytes body)
{
    switch (frame->kind) {
    case WEFT__KIND_HELLO: weft__handshake_on_hello(handshake, body); break;
    case WEFT__KIND_WELCOME: weft__handshake_on_welcome(handshake, body); break;
    case WEFT__KIND_READY: weft__handshake_on_ready(handshake, body); break;
    case WEFT__KIND_SORRY: weft__handshake_on_sorry(handshake, body); break;
    default: /* one that may be skipped */ break;
    }
}

/* The header is whole: may the frame come now? */
static bool header_is_legal(weft_handshake *handshake, const weft__frame *frame)
{
    const char *rule = NULL;
    if (weft__frame_check(frame, WEFT__HANDSHAKE_BODY_MAX, &rule) < 0) {
        weft_error text;
        weft__error_set(&text, WEFT_EPROTO, "[");
        weft__error_add_text(&text, weft_str_from(rule));
        weft__error_add_text(&text, WEFT_STR("] a frame that cannot be"));
        weft__handshake_protocol(handshake, text.text);
        return false;
    }
    weft__legal action = weft__legal_of(frame->kind, handshake_column(handshake));
    if (action == WEFT__LEGAL_SKIP || (action == WEFT__LEGAL_TAKE && frame->connection == 0))
        return true;
    weft__handshake_protocol(handshake, "[session.handshake] a message out of order");
    return false;
}

/* How many bytes were used. in holds the header and what has come of the body. */
static size_t feed_frame(weft_handshake *handshake, const uint8_t *data, size_t len)
{
    weft__buf *in = &handshake->in;
    size_t want = WEFT__FRAME_HEADER;
    weft__frame frame = { 0, 0, 0, 0, 0 };
    if (in->len >= WEFT__FRAME_HEADER) {
        frame = weft__frame_read(in->data);
        want += frame.len;
    }
    size_t n = want - in->len < len ? want - in->len : len;
    if (weft__buf_append(in, data, n) < 0) {
        weft__handshake_starve(handshake);
        return n;
    }
    if (in->len < want)
        return n;
    if (want == WEFT__FRAME_HEADER) {
        frame = weft__frame_read(in->data);
        if (!header_is_legal(handshake, &frame) || frame.len > 0)
            return n;
    }
    on_frame(handshake, &frame, weft_bytes_of(in->data + WEFT__FRAME_HEADER, frame.len));
    if (handshake->step != STEP_ELSEWHERE) /* there it is needed again */
        weft__buf_clear(in, SIZE_MAX);
    return n;
}

/* [conduit.last-word] */
static size_t feed_last_word(weft_handshake *handshake, size_t len)
{
    if (len >= handshake->last_word_left)
        handshake->phase = WEFT_PHASE_CLOSED;
    else
        handshake->last_word_left -= len;
    return len;
}

int weft_handshake_feed(weft_handshake *handshake, const void *data, size_t len, uint64_t now_ns, size_t *ret_consumed)
{
    const uint8_t *at = data;
    size_t left = len;
    handshake->now_ns = now_ns > handshake->now_ns ? now_ns : handshake->now_ns;
    weft__engine_time(handshake->engine, now_ns);
    while (left > 0) {
        weft_phase phase = weft_handshake_phase(handshake);
        size_t n;
        if (phase == WEFT_PHASE_LAST_WORD)
            n = feed_last_word(handshake, left);
        else if (phase != WEFT_PHASE_RUNNING || handshake->step == STEP_ELSEWHERE)
            break;
        else if (handshake->step == STEP_PREAMBLE)
            n = feed_preamble(handshake, at, left);
        else
            n = feed_frame(handshake, at, left);
        at += n;
        left -= n;
    }
    handshake->engine->counts.bytes_in += len - left;
    if (ret_consumed)
        *ret_consumed = len - left;
    return handshake->error.code == WEFT_ENOMEM ? WEFT_ENOMEM : 0;
}

/* ---- the rest of the interface ---- */

void weft_handshake_disconnected(weft_handshake *handshake, int cause, uint64_t now_ns)
{
    weft_error error;
    handshake->now_ns = now_ns > handshake->now_ns ? now_ns : handshake->now_ns;
    weft__engine_time(handshake->engine, now_ns);
    if (handshake->phase == WEFT_PHASE_DONE || weft__handshake_is_unconfirmed(handshake))
        return;
    weft__error_set(&error, cause ? cause : WEFT_ECONNABORTED, "the conduit ended during the handshake");
    weft__handshake_fail(handshake, &error, WEFT_PHASE_CLOSED);
    handshake->phase = WEFT_PHASE_CLOSED;
}

size_t weft_handshake_drain(weft_handshake *handshake, weft_slice *slices, size_t n_max)
{
    weft__handshake_look_at_root(handshake);
    if (weft_handshake_phase(handshake) == WEFT_PHASE_CLOSED)
        return 0;
    return weft__out_drain(&handshake->out, slices, n_max);
}

void weft_handshake_drained(weft_handshake *handshake, size_t len)
{
    weft__out_drained(&handshake->out, len);
}

uint64_t weft_handshake_deadline(const weft_handshake *handshake)
{
    if (handshake->phase == WEFT_PHASE_DONE || handshake->phase == WEFT_PHASE_CLOSED)
        return WEFT_FOREVER;
    if (handshake->step == STEP_PREAMBLE && handshake->preamble_at_ns < handshake->over_at_ns)
        return handshake->preamble_at_ns;
    return handshake->over_at_ns;
}

void weft_handshake_tick(weft_handshake *handshake, uint64_t now_ns)
{
    weft_error error;
    handshake->now_ns = now_ns > handshake->now_ns ? now_ns : handshake->now_ns;
    weft__engine_time(handshake->engine, now_ns);
    weft__handshake_look_at_root(handshake);
    if (handshake->now_ns < weft_handshake_deadline(handshake))
        return;
    if (handshake->phase == WEFT_PHASE_LAST_WORD) {
        handshake->phase = WEFT_PHASE_CLOSED;
        return;
    }
    if (weft__handshake_is_unconfirmed(handshake))
        return;
    weft__error_set(&error, WEFT_ETIMEDOUT,
                    handshake->step == STEP_PREAMBLE ? "[preamble] none in time"
                                                     : "[session.handshake] not done in time");
    weft__handshake_fail(handshake, &error, WEFT_PHASE_CLOSED);
}

static void handshake_destroy(weft_handshake *handshake)
{
    weft__out_fini(&handshake->out);
    weft__buf_fini(&handshake->in);
    weft_allocator allocator = handshake->allocator;
    weft__free(&allocator, handshake, sizeof *handshake);
}

size_t weft_handshake_dispatch(weft_handshake *handshake, uint64_t now_ns, size_t n_max)
{
    if (handshake->finished || handshake->dispatching)
        return 0;
    handshake->dispatching = true;
    size_t n = weft_engine_dispatch(handshake->engine, now_ns, n_max);
    if (handshake->step == STEP_RESUMING && n < n_max && !handshake->free_asked) {
        weft__handshake_ask_resume(handshake);
        n++;
    }
    handshake->dispatching = false;
    if (handshake->free_asked)
        handshake_destroy(handshake);
    else
        weft__handshake_look_at_root(handshake);
    return n;
}

void weft_handshake_on_wake(weft_handshake *handshake, void (*wake)(void *user), void *user)
{
    if (!handshake->finished)
        weft_engine_on_wake(handshake->engine, wake, user);
}

weft_phase weft_handshake_phase(const weft_handshake *handshake)
{
    if (handshake->phase == WEFT_PHASE_RUNNING && handshake->engine->state == WEFT__SESSION_ENDED)
        return WEFT_PHASE_CLOSED; /* the application closed it meanwhile */
    return (weft_phase)handshake->phase;
}

const weft_error *weft_handshake_error(const weft_handshake *handshake)
{
    return handshake->error.code != 0 ? &handshake->error : NULL;
}

int weft_handshake_finish(weft_handshake *handshake, weft_engine **ret_engine)
{
    if (handshake->phase != WEFT_PHASE_DONE || handshake->finished || handshake->engine->state == WEFT__SESSION_ENDED)
        return WEFT_EINVAL;
    handshake->finished = true;
    if (handshake->unconfirmed) {
        *ret_engine = handshake->engine;
        weft__handshake_leave(handshake);
        weft__out_fini(&handshake->out);
        weft__resume_unconfirmed(handshake->engine);
    } else if (weft__handshake_is_of_session(handshake)) {
        *ret_engine = weft__handshake_resumed(handshake);
    } else {
        weft__handshake_leave(handshake);
        weft__engine_ready(handshake->engine, &handshake->out);
        *ret_engine = handshake->engine;
    }
    return 0;
}

void weft_handshake_free(weft_handshake *handshake_or_null)
{
    weft_handshake *handshake = handshake_or_null;
    if (!handshake)
        return;
    if (!handshake->finished) {
        weft_engine *engine = handshake->engine;
        weft_error error = { WEFT_ECONNABORTED, 0, 0, "the handshake was given up" };
        bool failed = handshake->error.code != 0;      /* then it has been decided what comes of it */
        if (engine->was_ready && !handshake->resuming) /* in place of one that was lost: it has not begun */
            weft__resume_forget(engine);
        weft__handshake_leave(handshake);
        handshake->finished = true;
        engine->has_handshake = false;
        if (!handshake->initiator || (!failed && !weft__recover_from(engine, &error)))
            weft__session_lost(engine, &error, false);
        if (engine->state == WEFT__SESSION_ENDED)
            engine->phase = WEFT_PHASE_CLOSED;
        if (!handshake->initiator)
            weft_engine_free(engine);
    } else if (handshake->resumed) {
        weft_engine_free(handshake->engine);
    }
    if (handshake->dispatching) /* from within a callback: the running dispatch still looks at it */
        handshake->free_asked = true;
    else
        handshake_destroy(handshake);
}
