/* Exact resumption [resume.exact]: what a session counts and acknowledges while it has a conduit, what is left when
 * that breaks, and how it goes on over another one. What is kept of what was sent: replay.c. Keys and parked sessions:
 * registry.c. The handshake: handshake_resume.c. */
#include "runtime/session/resume.h"
#include "runtime/base/error.h"
#include "runtime/base/hash.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/recover.h"
#include "runtime/session/session_log.h"

/* ---- one ---- */

static weft__terms terms_of(const weft__hello *hello)
{
    weft__terms terms;
    terms.settings = hello->settings;
    terms.settings.features = (weft__list_slice){ { NULL, 0 }, 0 };
    terms.session = hello->session;
    terms.features[0] = weft__hash64(hello->settings.features.raw);
    terms.features[1] = weft__hash64(hello->features.raw);
    return terms;
}

/* [resume.refuse] */
bool weft__terms_equal(const weft__terms *a, const weft__hello *hello)
{
    weft__terms b = terms_of(hello);
    return a->settings.odd == b.settings.odd &&
           a->settings.max_concurrent_requests == b.settings.max_concurrent_requests &&
           a->settings.max_message_size == b.settings.max_message_size &&
           a->settings.channel_window == b.settings.channel_window &&
           a->settings.max_channels == b.settings.max_channels &&
           a->settings.operation_ttl_ms == b.settings.operation_ttl_ms &&
           memcmp(&a->settings.operations, &b.settings.operations, sizeof b.settings.operations) == 0 &&
           a->session.max_frame_size == b.session.max_frame_size &&
           a->session.connection_window == b.session.connection_window &&
           a->session.max_connections == b.session.max_connections && a->features[0] == b.features[0] &&
           a->features[1] == b.features[1];
}

int weft__resume_new(weft_engine *engine, const weft__hello *hello)
{
    weft__resume *resume = weft__alloc_zero(&engine->allocator, sizeof *resume);
    int status = resume ? weft__timers_reserve(&engine->timers, &engine->allocator, 3) : WEFT_ENOMEM;
    if (status == 0) {
        status = weft__out_keep(&engine->out, engine->options.replay_limit);
        if (status < 0)
            weft__timers_release(&engine->timers, 3);
    }
    if (status < 0 || !resume) {
        weft__free(&engine->allocator, resume, sizeof *resume);
        return WEFT_ENOMEM;
    }
    resume->engine = engine;
    resume->terms = terms_of(hello);
    resume->ack_timer.kind = resume->full_timer.kind = resume->window_timer.kind = WEFT__TIMER_RESUME;
    weft__list_init(&resume->handshakes);
    engine->resume = resume;
    return 0;
}

void weft__resume_free(weft_engine *engine)
{
    weft__resume *resume = engine->resume;
    if (!resume)
        return;
    engine->resume = NULL;
    engine->in_again = false;
    weft__handshakes_forsaken(resume);
    weft__registry_leave(resume);
    weft__timers_disarm(&engine->timers, &resume->ack_timer);
    weft__timers_disarm(&engine->timers, &resume->full_timer);
    weft__timers_disarm(&engine->timers, &resume->window_timer);
    weft__timers_release(&engine->timers, 3);
    weft__wipe(&resume->key, sizeof resume->key);
    weft__wipe(&resume->issued, sizeof resume->issued);
    weft__free(&engine->allocator, resume, sizeof *resume);
}

void weft__resume_forget(weft_engine *engine)
{
    weft__resume_free(engine);
    weft__out_keep_no_more(&engine->out);
}

bool weft__resume_is_on(const weft_engine *engine)
{
    return engine->resume && engine->state != WEFT__SESSION_CONNECTING && engine->state != WEFT__SESSION_ENDED;
}

/* ---- counts ---- */

/* Of the frame that is coming in. */
static uint64_t partial_len(const weft_engine *engine)
{
    return engine->in_body ? WEFT__FRAME_HEADER + engine->in_frame.len - engine->in_left : engine->head_len;
}

uint64_t weft__resume_received(const weft_engine *engine)
{
    const weft__resume *resume = engine->resume;
    uint64_t received = resume->fed - resume->uncounted - partial_len(engine);
    if (engine->in_body && !weft__kind_is_counted(engine->in_frame.kind)) /* all of it is among uncounted already */
        received += WEFT__FRAME_HEADER + engine->in_frame.len;
    return received;
}

void weft__resume_fed(weft_engine *engine, size_t n)
{
    weft__resume *resume = engine->resume;
    resume->fed += n;
    if (engine->phase != WEFT_PHASE_RUNNING)
        return;
    uint64_t more = weft__resume_received(engine) - resume->told;
    if (more >= WEFT_ACK_BYTES)
        resume->ack_owed = true;
    else if (more > 0 && resume->ack_timer.place == 0)
        weft__timers_arm(&engine->timers, &resume->ack_timer, engine->now_ns + WEFT_ACK_DELAY);
}

uint64_t weft__resume_acknowledge(weft_engine *engine)
{
    weft__resume *resume = engine->resume;
    resume->ack_owed = false;
    weft__timers_disarm(&engine->timers, &resume->ack_timer);
    resume->told = weft__resume_received(engine);
    return resume->told;
}

void weft__resume_on_ack(weft_engine *engine, weft_bytes body)
{
    uint64_t received;
    if (weft__number_decode(body, UINT64_MAX, &received) < 0) {
        weft__violate_session(engine, "resume.count", "malformed Ack");
        return;
    }
    /* What was handed out and not taken may be acknowledged by a Hello, when the conduit is gone: here that is a lie,
     * and would let nothing go, however often it is said. */
    if (received > engine->out.taken || !weft__out_may_ack(&engine->out, received)) {
        weft__violate_session(engine, "resume.count", "an Ack of what was not sent so");
        return;
    }
    if (weft__out_acked(&engine->out, received))
        weft__timers_disarm(&engine->timers, &engine->resume->full_timer);
    weft__engine_wake(engine); /* there may be room again */
}

void weft__resume_is_full(weft_engine *engine)
{
    weft__resume *resume = engine->resume;
    if (resume->full_timer.place == 0)
        weft__timers_arm(&engine->timers, &resume->full_timer, engine->now_ns + WEFT_REPLAY_TIMEOUT);
}

/* ---- time ---- */

/* [resume.acceptor] */
static void resume_expire(weft_engine *engine)
{
    weft_error error;
    weft__end_get(engine, &error);
    weft__registry_count_expired(engine->resume->registry);
    weft__error_add_text(&error, error.text[0] ? WEFT_STR("; ") : WEFT_STR(""));
    weft__error_add_text(&error, WEFT_STR("[resume.acceptor] nobody came back in time"));
    error.remote = WEFT_CODE_LOST;
    weft__session_lost(engine, &error, true);
    engine->phase = WEFT_PHASE_CLOSED;
}

void weft__resume_on_timer(weft_engine *engine, weft__timer *timer)
{
    weft__resume *resume = engine->resume;
    if (timer == &resume->ack_timer) {
        resume->ack_owed = weft__resume_received(engine) > resume->told;
    } else if (timer == &resume->full_timer) {
        weft_engine_disconnected(engine, WEFT_ETIMEDOUT,
                                 "[resume.count] the counterpart acknowledges nothing of what was sent",
                                 engine->now_ns);
    } else {
        resume_expire(engine);
    }
    weft__engine_wake(engine);
}

/* ---- the end of a conduit ---- */

/* [resume.exact] A partial frame is forgotten. Its header has been judged, and what that changed stays: when the
 * counterpart sends the frame again, its body alone counts. */
static void resume_cut_input(weft_engine *engine)
{
    weft__resume *resume = engine->resume;
    resume->fed -= partial_len(engine);
    if (engine->in_body && !weft__kind_is_counted(engine->in_frame.kind)) {
        resume->uncounted -= WEFT__FRAME_HEADER + engine->in_frame.len;
    } else if (engine->in_body) {
        engine->in_again = true;
        resume->again = (weft__frame){ engine->in_frame.len, engine->in_frame.kind, engine->in_frame.flags, 0,
                                       engine->in_frame.connection };
        resume->again_action = engine->in_action;
    }
    engine->head_len = 0;
    engine->in_body = false;
    weft__buf_clear(&engine->in, 0);
}

void weft__resume_cut(weft_engine *engine)
{
    weft__resume *resume = engine->resume;
    resume_cut_input(engine);
    weft__out_cut(&engine->out);
    engine->pong_owed = false;
    resume->ack_owed = false;
    weft__timers_disarm(&engine->timers, &resume->ack_timer);
    weft__timers_disarm(&engine->timers, &resume->full_timer);
    weft__timers_disarm(&engine->timers, &engine->last_word_timer);
    weft__keepalive_end(engine);
}

static void resume_park(weft_engine *engine)
{
    weft__resume *resume = engine->resume;
    weft__resume_cut(engine);
    engine->phase = WEFT_PHASE_DISCONNECTED;
    weft__timers_arm(&engine->timers, &resume->window_timer,
                     engine->now_ns + (uint64_t)resume->window_ms * WEFT_NS_PER_MS);
    weft__engine_wake(engine);
    weft__registry_park(resume); /* it may have to go at once */
}

void weft__resume_park(weft_engine *engine, const weft_error *error)
{
    weft__outage_tell(engine, error);
    resume_park(engine);
}

void weft__resume_unconfirmed(weft_engine *engine)
{
    if (engine->state == WEFT__SESSION_CONNECTING)
        weft__engine_begin(engine);
    weft__engine_log(engine, WEFT_LOG_DEBUG, WEFT_LOG_SESSION, "the conduit ended before Ready came",
                     weft__log_number("by_peer", 1));
    resume_park(engine);
}

void weft__session_lost(weft_engine *engine, const weft_error *error, bool by_peer)
{
    weft_error orderly = { WEFT_OK, 0, 0, "" };
    if (engine->state == WEFT__SESSION_GOODBYE) /* [session.goodbye] */
        weft__session_end(engine, &orderly, false);
    else
        weft__session_end(engine, error, by_peer);
}

/* ---- another conduit ---- */

/* [frame.abort] While there was no conduit nothing could make progress. */
static void resume_await_rest(weft_connection *conn)
{
    if (conn->rx_kind != 0 && (conn->state == WEFT__CONN_OPEN || conn->state == WEFT__CONN_ARRIVING))
        weft__conn_arm(conn, conn->engine->now_ns + WEFT_MESSAGE_TIMEOUT);
}

void weft__resume_done(weft_engine *engine, weft__out *out, uint64_t received)
{
    weft__resume *resume = engine->resume;
    uint32_t cursor = 0;
    weft_connection *conn;
    (void)weft__out_acked(&engine->out, received);
    weft__out_cut(&engine->out);
    weft__out_take_aside(&engine->out, out);
    weft__output_taken(engine);
    weft__timers_disarm(&engine->timers, &resume->window_timer);
    if (resume->registry) {
        weft__registry_commit(resume);
        weft__registry_unpark(resume);
        weft__registry_count_resumed(resume->registry);
    }
    engine->has_handshake = false;
    resume_await_rest(engine->root);
    while ((conn = weft__table_next(&engine->conns, &cursor)) != NULL)
        resume_await_rest(conn);
    weft__recover_done(engine, true);
    if (!engine->was_ready)
        weft__engine_tell_ready(engine);
    if (engine->state == WEFT__SESSION_GOODBYE)
        weft__session_goodbye_again(engine);
    else
        weft__keepalive_begin(engine);
    weft__engine_wake(engine);
}

bool weft_engine_is_resumable(const weft_engine *engine)
{
    return engine->resume != NULL;
}
