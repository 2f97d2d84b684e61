/* Handshakes by which a session goes on over another conduit [resume.exact] [resume.refuse], and what the first one
 * agrees on [resume.offer].
 *
 * An acceptor's handshake has an engine of its own, made before it was known who comes; where the Hello names a session
 * that is there, that engine serves for the handshake alone, and goes with it. */
#include "runtime/base/error.h"
#include "runtime/session/handshake.h"
#include "runtime/session/parts.h"
#include "runtime/session/recover.h"
#include "runtime/session/resume.h"
#include "runtime/session/session_log.h"

/* ---- what Hello and Welcome say ---- */

void weft__handshake_say_resume(const weft_handshake *handshake, weft__hello_out *hello)
{
    const weft_engine *engine = handshake->resumes ? handshake->resumes->engine : handshake->engine;
    const weft__resume *resume = engine->resume;
    if (!resume) {
        hello->has_resume = engine->initiator && engine->options.resumable;
        hello->resume_key = weft_bytes_of("", 0);
        return;
    }
    hello->has_resume = true;
    hello->resume_key = weft_bytes_of(engine->initiator ? resume->key.bytes : resume->issued.bytes, WEFT__KEY);
    hello->resume_received = resume->told;
    hello->resume_window_ms = resume->window_ms;
}

/* [resume.offer] The first Hello or Welcome of a session: do both sides want it? 0 or WEFT_ENOMEM. */
int weft__handshake_agree_to_resume(weft_handshake *handshake, const weft__hello *hello)
{
    weft_engine *engine = handshake->engine;
    uint64_t window_ms = engine->options.resume_window_ns / WEFT_NS_PER_MS;
    if (!hello->has_resume || (engine->initiator ? !engine->options.resumable : !engine->registry || window_ms == 0))
        return 0;
    int status = weft__resume_new(engine, hello);
    if (status < 0)
        return status;
    if (!engine->initiator) {
        engine->resume->first = handshake;
        engine->resume->window_ms = window_ms < UINT32_MAX ? (uint32_t)window_ms : UINT32_MAX;
        return weft__registry_enter(engine->registry, engine->resume);
    }
    memcpy(engine->resume->key.bytes, hello->resume_key.ptr, WEFT__KEY);
    engine->resume->key.there = true;
    engine->recovery.window_ns = (uint64_t)hello->resume_window_ms * WEFT_NS_PER_MS;
    return 0;
}

/* ---- an acceptor's ---- */

void weft__handshake_leave(weft_handshake *handshake)
{
    weft__resume *own = handshake->engine->resume;
    if (own && own->first == handshake)
        own->first = NULL;
    if (!handshake->resumes)
        return;
    weft__list_remove(&handshake->of_session);
    handshake->resumes = NULL;
}

static bool same_identity(const weft_peer *a, const weft_peer *b)
{
    return a->has_unix_ids == b->has_unix_ids && a->uid == b->uid && a->gid == b->gid;
}

/* Its first handshake waits for Ready, on a conduit that looks alive, or has just ended and is not finished yet. */
static bool resume_is_half_done(const weft__resume *resume)
{
    return resume->first && (resume->first->step == STEP_READY || resume->first->unconfirmed);
}

static const char no_session[] = "[resume.refuse] no session of that key";

/* NULL: nothing speaks against it. */
static const char *resume_obstacle(const weft_handshake *handshake, const weft__resume *resume)
{
    if (!resume || (!weft__resume_is_on(resume->engine) && !resume_is_half_done(resume)))
        return no_session;
    if (!same_identity(&resume->engine->session->peer, &handshake->engine->session->peer))
        return "[resume.refuse] another identity";
    if (!weft__out_may_ack(&resume->engine->out, handshake->peer_received))
        return "[resume.refuse] a count of what was not sent so, or is not kept";
    return NULL;
}

void weft__handshake_refuse_resume(weft_handshake *handshake, const char *why)
{
    if (handshake->engine->registry)
        weft__registry_count_refused(handshake->engine->registry);
    weft__handshake_leave(handshake);
    weft__handshake_sorry(handshake, WEFT_EREFUSED, WEFT_CODE_NOT_RESUMABLE, weft_str_from(why));
}

/* [resume.exact] Of two that resume one session the later one wins: what the earlier one has said is void. */
static void handshakes_overtake(weft__resume *resume, const weft_handshake *by)
{
    const weft_error error = { WEFT_ECONNABORTED, 0, 0, "[resume.exact] the session is resumed over another conduit" };
    weft__link *next;
    for (weft__link *link = resume->handshakes.next; link != &resume->handshakes; link = next) {
        weft_handshake *other = weft__container(link, weft_handshake, of_session);
        next = link->next;
        if (other == by || other->step == STEP_RESUMING)
            continue;
        weft__handshake_leave(other);
        other->step = STEP_READY; /* a DONE one was not finished */
        weft__handshake_fail(other, &error, WEFT_PHASE_CLOSED);
    }
}

void weft__handshakes_forsaken(weft__resume *resume)
{
    const weft_error error = { WEFT_ECONNABORTED, 0, 0, "[resume.refuse] the session has ended" };
    weft__link *link;
    while ((link = weft__list_first(&resume->handshakes)) != NULL) {
        weft_handshake *handshake = weft__container(link, weft_handshake, of_session);
        bool is_welcome = handshake->step == STEP_READY || handshake->phase == WEFT_PHASE_DONE;
        if (is_welcome) { /* for the counterpart it is over, and a Sorry would be a violation: it learns it next time */
            weft__handshake_leave(handshake);
            handshake->step = STEP_READY;
            weft__handshake_fail(handshake, &error, WEFT_PHASE_CLOSED);
        } else {
            weft__handshake_refuse_resume(handshake, error.text);
        }
        weft__engine_wake(handshake->engine);
    }
}

/* [resume.key] The counterpart has the key, and so has read the Welcome that the first handshake said: it is at the
 * same point, over this conduit. The session, of which the application has not heard, changes hands. */
static void resume_steal(weft_handshake *handshake, weft__resume *resume)
{
    const weft_error error = { WEFT_ECONNABORTED, 0, 0, "[resume.exact] the counterpart comes over another conduit" };
    weft_handshake *first = resume->first;
    weft_engine *fresh = handshake->engine;
    weft_engine *engine = resume->engine;
    void (*wake)(void *user) = fresh->wake;
    void *wake_user = fresh->wake_user;
    fresh->wake = engine->wake;
    fresh->wake_user = engine->wake_user;
    engine->wake = wake;
    engine->wake_user = wake_user;
    weft__session_move_peer(engine->session, fresh->session);
    first->engine = fresh;
    handshake->engine = engine;
    handshake->resuming = true;
    resume->first = NULL;
    first->step = STEP_READY; /* a DONE one was not finished */
    first->unconfirmed = false;
    weft__handshake_fail(first, &error, WEFT_PHASE_CLOSED);
    weft__engine_wake(first->engine);
    weft__engine_time(engine, handshake->now_ns);
    weft__engine_begin(engine);
    engine->phase = WEFT_PHASE_DISCONNECTED;
    resume->first = handshake;
}

/* An old conduit that still looks alive is closed, and what it holds discarded. */
static void resume_take_over(weft__resume *resume)
{
    const weft_error error = { WEFT_ECONNABORTED, 0, 0, "[resume.exact] the counterpart comes over another conduit" };
    void (*taken)(void *user) = resume->taken;
    void *user = resume->taken_user;
    if (resume->engine->phase == WEFT_PHASE_DISCONNECTED)
        return;
    weft__resume_park(resume->engine, &error); /* which may be one too many, and end it */
    if (taken)
        taken(user);
}

/* Everything has been checked, and the application has nothing against it. */
static void resume_accept(weft_handshake *handshake, weft__resume *resume)
{
    weft_engine *engine = resume->engine;
    if (handshake->by_issued_key)
        weft__registry_commit(resume);
    if (weft__registry_issue(resume) < 0) {
        weft__handshake_starve(handshake);
        return;
    }
    if (resume_is_half_done(resume)) {
        resume_steal(handshake, resume);
    } else {
        weft_engine *fresh = handshake->engine;
        weft__engine_time(engine, handshake->now_ns); /* nothing else may have told it for long */
        handshakes_overtake(resume, handshake);
        resume_take_over(resume);
        if (!handshake->resumes || fresh->state == WEFT__SESSION_ENDED) /* it has ended */
            return;
    }
    resume->told = weft__resume_received(engine);
    weft__handshake_say_welcome(handshake);
}

/* Has the application been told of the session? Else there is nobody to ask, and READY comes when it goes on. */
static bool resume_is_known(const weft_engine *engine)
{
    return engine->was_ready && !weft__link_is_in(&engine->ready_event.link);
}

void weft__handshake_on_resume(weft_handshake *handshake, const weft__hello *hello)
{
    weft_registry *registry = handshake->engine->registry;
    weft__resume *resume =
        registry ? weft__registry_find(registry, hello->resume_key, &handshake->by_issued_key) : NULL;
    handshake->peer_received = hello->resume_received;
    handshake->elsewhere = registry && !resume ? weft__registry_elsewhere(registry, hello->resume_key) : NULL;
    if (handshake->elsewhere) {
        handshake->step = STEP_ELSEWHERE;
        return;
    }
    const char *obstacle = resume_obstacle(handshake, resume);
    if (!obstacle && !weft__terms_equal(&resume->terms, hello))
        obstacle = "[resume.refuse] other settings";
    if (obstacle) {
        weft__handshake_refuse_resume(handshake, obstacle);
        return;
    }
    if (resume_is_half_done(resume)) { /* nobody knows the session who could be asked */
        resume_accept(handshake, resume);
        return;
    }
    handshake->resumes = resume;
    weft__list_append(&resume->handshakes, &handshake->of_session);
    if (resume->engine->options.on_resume && resume_is_known(resume->engine)) {
        handshake->step = STEP_RESUMING;
        weft__engine_wake(handshake->engine);
    } else {
        resume_accept(handshake, resume);
    }
}

/* From dispatch: the application is asked. */
void weft__handshake_ask_resume(weft_handshake *handshake)
{
    weft_engine *engine = handshake->resumes->engine;
    const weft_metadata *metadata = &handshake->engine->session->metadata;
    if (engine->dispatching) /* it has another turn */
        return;
    int status = weft__engine_ask_resume(engine, metadata); /* it may have ended by that, and so may this handshake */
    if (handshake->step != STEP_RESUMING || handshake->free_asked)
        return;
    const char *obstacle = status < 0 ? "[resume.refuse] refused" : resume_obstacle(handshake, handshake->resumes);
    if (obstacle)
        weft__handshake_refuse_resume(handshake, obstacle);
    else
        resume_accept(handshake, handshake->resumes);
}

/* ---- a session that another thread has ---- */

void *weft_handshake_elsewhere(const weft_handshake *handshake, weft_slice ret_taken[2], size_t *ret_said)
{
    if (handshake->step != STEP_ELSEWHERE || weft_handshake_phase(handshake) != WEFT_PHASE_RUNNING)
        return NULL;
    ret_taken[0] = (weft_slice){ handshake->preamble, sizeof handshake->preamble };
    ret_taken[1] = (weft_slice){ handshake->in.data, handshake->in.len };
    *ret_said = sizeof handshake->preamble - (size_t)weft__out_len(&handshake->out); /* the preamble is all it says */
    return handshake->elsewhere;
}

void weft_handshake_stay(weft_handshake *handshake)
{
    if (handshake->step == STEP_ELSEWHERE)
        weft__handshake_refuse_resume(handshake, no_session);
}

/* ---- an initiator's ---- */

/* true: Ready may be said. */
bool weft__handshake_resume_welcome(weft_handshake *handshake, const weft__hello *welcome)
{
    weft_engine *engine = handshake->engine;
    weft__resume *resume = engine->resume;
    const char *obstacle = NULL;
    if (!welcome->has_resume)
        obstacle = "[resume.refuse] Welcome does not resume";
    else if (!weft__terms_equal(&resume->terms, welcome))
        obstacle = "[resume.refuse] other settings";
    else if (!weft__out_may_ack(&engine->out, welcome->resume_received))
        obstacle = "[resume.count] a count of what was not sent so";
    if (obstacle) {
        weft__handshake_sorry(handshake, WEFT_EREFUSED, WEFT_CODE_NOT_RESUMABLE, weft_str_from(obstacle));
        return false;
    }
    memcpy(resume->key.bytes, welcome->resume_key.ptr, WEFT__KEY);
    engine->recovery.window_ns = (uint64_t)welcome->resume_window_ms * WEFT_NS_PER_MS;
    handshake->peer_received = welcome->resume_received;
    return true;
}

/* ---- both ---- */

bool weft__handshake_is_unconfirmed(weft_handshake *handshake)
{
    weft__resume *own = handshake->engine->resume;
    if (handshake->initiator || handshake->step != STEP_READY || !own || own->first != handshake)
        return false;
    handshake->unconfirmed = true;
    handshake->step = STEP_OVER;
    handshake->phase = WEFT_PHASE_DONE;
    return true;
}

bool weft__handshake_is_of_session(const weft_handshake *handshake)
{
    return handshake->resumes || handshake->resuming;
}

weft_engine *weft__handshake_resumed(weft_handshake *handshake)
{
    weft_engine *engine = handshake->resumes ? handshake->resumes->engine : handshake->engine;
    if (handshake->resumes) { /* [conn.evidence] of the new conduit */
        weft__session_move_peer(engine->session, handshake->engine->session);
        weft__handshake_leave(handshake);
        handshake->resumed = true;
    }
    engine->resume->first = NULL;
    weft__engine_time(engine, handshake->now_ns);
    weft__resume_done(engine, &handshake->out, handshake->peer_received);
    return engine;
}

bool weft_handshake_is_welcomed(const weft_handshake *handshake)
{
    return !handshake->initiator && handshake->step == STEP_READY &&
           weft_handshake_phase(handshake) == WEFT_PHASE_RUNNING;
}

bool weft_handshake_resumes(const weft_handshake *handshake)
{
    return handshake->resumes || handshake->resumed;
}

void weft_engine_on_taken(weft_engine *engine, void (*taken)(void *user), void *user)
{
    if (engine->resume) {
        engine->resume->taken = taken;
        engine->resume->taken_user = user;
    }
}

void *weft_engine_user(const weft_engine *engine)
{
    return engine->wake_user;
}
