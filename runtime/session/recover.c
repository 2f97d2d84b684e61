/* When the session that an initiator asked for is given another conduit [resume.initiator].
 *
 * Without a conduit it is DISCONNECTED: from its beginning, and again in an outage, from when the conduit breaks until
 * a handshake is done. Each attempt is the caller's: it connects when weft_engine_wants_conduit, and says how it went.
 * The first one comes at once; behind each that fails the next one waits, twice as long as the one before it and at
 * random from half of that to all, so that a crowd that lost its server does not come back as one. A conduit that
 * breaks again soon counts as one more attempt that failed. One that was of use for a while takes two such back, so
 * that outages one after the other are each over at once, and one that held for as long as the longest wait all of
 * them.
 *
 * No attempt begins later than until_ns, and the last one then; where no time is given, the one that there is at once.
 * The application is told of an outage once, and of its end once; one that comes before the end of the one before has
 * been told goes on as that one. */
#include "runtime/session/recover.h"

#include "runtime/base/error.h"
#include "runtime/base/hash.h"
#include "runtime/session/parts.h"
#include "runtime/session/resume.h"
#include "runtime/session/session_log.h"

/* How long a conduit has to hold to have been of use; and after how many failures waits grow no more. */
#define RECOVERY_OF_USE ((uint64_t)8 * WEFT_BACKOFF_MIN)
#define RECOVERY_LEVELS 8

void weft__recover_init(weft_engine *engine, const uint8_t seed[32])
{
    weft__recovery *recovery = &engine->recovery;
    weft__derive(seed, WEFT__DERIVE_RECOVERY, (uint8_t *)&recovery->random, sizeof recovery->random);
    recovery->random |= 1;
    recovery->timer.kind = WEFT__TIMER_RECOVERY;
    if (!engine->initiator)
        return;
    engine->phase = WEFT_PHASE_DISCONNECTED;
    recovery->wants = true;
    recovery->until_ns = weft__time_add(engine->now_ns, engine->options.connect_wait_ns);
}

/* ---- what is tried again ---- */

/* The conduit failed or could not be had, and nobody has decided against us. */
static bool code_is_io(int code)
{
    switch (code) {
    case WEFT_EAGAIN: /* a unix socket whose backlog is full */
    case WEFT_EMFILE:
    case WEFT_ENFILE:
    case WEFT_ENOBUFS:
    case WEFT_EADDRNOTAVAIL: /* no local port is left */
    case WEFT_ENOENT:        /* no name, or no socket, yet */
    case WEFT_EIO:
    case WEFT_EPIPE:
    case WEFT_ECONNREFUSED:
    case WEFT_ECONNRESET:
    case WEFT_ECONNABORTED:
    case WEFT_ENETUNREACH:
    case WEFT_EHOSTUNREACH:
    case WEFT_ETIMEDOUT: return true;
    default: return false;
    }
}

static bool recovery_may_help(const weft_error *error)
{
    switch (error->remote) {
    case WEFT_CODE_NONE: return code_is_io(error->code);
    case WEFT_CODE_LIMIT:
    case WEFT_CODE_GOING_AWAY:
    case WEFT_CODE_TIMEOUT:
    case WEFT_CODE_NOT_READY: return true;
    default: return false;
    }
}

/* ---- when ---- */

/* From half of the wait to all of it. */
uint64_t weft__recovery_wait(weft_engine *engine, uint32_t n_failed)
{
    weft__recovery *recovery = &engine->recovery;
    uint64_t wait = WEFT_BACKOFF_MIN;
    for (uint32_t i = 1; i < n_failed && wait < WEFT_BACKOFF_MAX; i++)
        wait *= 2;
    wait = wait < WEFT_BACKOFF_MAX ? wait : WEFT_BACKOFF_MAX;
    recovery->random ^= recovery->random << 13;
    recovery->random ^= recovery->random >> 7;
    recovery->random ^= recovery->random << 17;
    return wait / 2 + recovery->random % (wait / 2 + 1);
}

/* A conduit has broken: of use or not, and so how long the next one is waited for. */
static void recovery_weigh(weft_engine *engine)
{
    weft__recovery *recovery = &engine->recovery;
    uint64_t held_ns = engine->now_ns - recovery->since_ns;
    if (recovery->n_failed > RECOVERY_LEVELS)
        recovery->n_failed = RECOVERY_LEVELS;
    if (held_ns >= WEFT_BACKOFF_MAX)
        recovery->n_failed = 0;
    else if (held_ns >= RECOVERY_OF_USE)
        recovery->n_failed -= recovery->n_failed > 2 ? 2 : recovery->n_failed;
}

/* Sets the time of the next attempt; false: there is no time for one. at_once: whatever has failed before. */
static bool recovery_schedule(weft_engine *engine, bool at_once)
{
    weft__recovery *recovery = &engine->recovery;
    uint64_t now_ns = engine->now_ns;
    recovery->wants = at_once || recovery->n_failed == 0;
    if (recovery->wants || engine->state == WEFT__SESSION_ENDED)
        return true;
    if (now_ns >= recovery->until_ns)
        return false;
    uint64_t at_ns = weft__time_add(now_ns, weft__recovery_wait(engine, recovery->n_failed));
    weft__timers_arm(&engine->timers, &recovery->timer, at_ns < recovery->until_ns ? at_ns : recovery->until_ns);
    return true;
}

void weft__recover_on_timer(weft_engine *engine)
{
    engine->recovery.wants = true;
}

bool weft_engine_wants_conduit(const weft_engine *engine)
{
    return engine->recovery.wants && engine->phase == WEFT_PHASE_DISCONNECTED && !engine->has_handshake &&
           engine->state != WEFT__SESSION_ENDED;
}

/* ---- events ---- */

static void recovery_log(weft_engine *engine, const char *text, const weft_error *error)
{
    weft__engine_log(engine, WEFT_LOG_INFO, WEFT_LOG_SESSION, text,
                     weft__log_text("error", weft_str_from(weft_err_name(error->code))),
                     weft__log_number("code", error->remote), weft__log_text("text", weft_str_from(error->text)));
}

void weft__outage_cause(weft_engine *engine, const weft_error *error)
{
    weft__end_set(engine, error);
    engine->recovery.cause = error->code;
    engine->recovery.cause_remote = error->remote;
}

void weft__outage_tell(weft_engine *engine, const weft_error *error)
{
    weft__recovery *recovery = &engine->recovery;
    recovery_log(engine, "session disconnected", error);
    engine->counts.disconnected++;
    if (weft__link_is_in(&recovery->restored_event.link)) { /* of the outage before, which goes on */
        weft__event_remove(&recovery->restored_event);
        return;
    }
    weft__outage_cause(engine, error);
    weft__event_add(engine, &recovery->disconnected_event, WEFT__EVENT_SESSION_DISCONNECTED);
}

static void outage_tell_end(weft_engine *engine, bool resumed)
{
    bool lost = !resumed || engine->recovery.lost_untold;
    weft_error cause = { WEFT_OK, 0, 0, "" };
    if (lost)
        weft__end_get(engine, &cause);
    recovery_log(engine, lost ? "session replaced" : "session resumed", &cause);
    (*(lost ? &engine->counts.replaced : &engine->counts.resumed))++;
    weft__event_add(engine, &engine->recovery.restored_event,
                    lost ? WEFT__EVENT_SESSION_REPLACED : WEFT__EVENT_SESSION_RESUMED);
}

/* ---- the outage ---- */

/* How long it is tried: what the application says, else as long as the counterpart keeps the session. */
static uint64_t recovery_timeout(const weft_engine *engine)
{
    if (engine->options.recovery_timeout_ns != WEFT_TIMEOUT_DEFAULT)
        return engine->options.recovery_timeout_ns;
    return engine->recovery.window_ns > 0 ? engine->recovery.window_ns : WEFT_RESUME_WINDOW_DEFAULT;
}

/* [resume.visible] The conduit has broken: the session goes on without one, where both sides want that. */
static bool recovery_begin(weft_engine *engine, const weft_error *error)
{
    weft__recovery *recovery = &engine->recovery;
    bool resumes = weft__resume_is_on(engine);
    bool replaces = weft__session_may_be_replaced(engine);
    if ((!resumes && !replaces) || !recovery_may_help(error))
        return false;
    recovery_weigh(engine);
    recovery->until_ns = weft__time_add(engine->now_ns, recovery_timeout(engine));
    engine->phase = WEFT_PHASE_DISCONNECTED;
    weft__keepalive_end(engine);
    weft__outage_tell(engine, error);
    if (resumes)
        weft__resume_cut(engine);
    else
        weft__session_replace(engine, error);
    return recovery_schedule(engine, recovery->until_ns <= engine->now_ns);
}

/* An attempt has failed. */
static bool recovery_go_on(weft_engine *engine, weft_error *error)
{
    weft__recovery *recovery = &engine->recovery;
    weft__timers_disarm(&engine->timers, &recovery->timer);
    if (error->remote == WEFT_CODE_NOT_RESUMABLE && weft__resume_is_on(engine) &&
        weft__session_may_be_replaced(engine)) {
        weft__resume_forget(engine);
        weft__session_replace(engine, error);
        recovery->n_failed = 0; /* the counterpart is there: it takes another session, or says why not */
    } else if (recovery_may_help(error)) {
        recovery->n_failed++;
    } else {
        return false;
    }
    return recovery_schedule(engine, false);
}

bool weft__recover_from(weft_engine *engine, weft_error *error)
{
    if (engine->state == WEFT__SESSION_ENDED)
        return true;
    bool goes_on =
        engine->phase == WEFT_PHASE_DISCONNECTED ? recovery_go_on(engine, error) : recovery_begin(engine, error);
    weft__engine_wake(engine);
    return goes_on;
}

bool weft__outage_begin(weft_engine *engine, weft_error *error)
{
    if (engine->initiator)
        return weft__recover_from(engine, error);
    if (!weft__resume_is_on(engine))
        return false;
    weft__resume_park(engine, error);
    return true;
}

void weft__recover_done(weft_engine *engine, bool resumed)
{
    weft__recovery *recovery = &engine->recovery;
    engine->phase = WEFT_PHASE_RUNNING;
    recovery->wants = false;
    recovery->since_ns = engine->now_ns;
    weft__timers_disarm(&engine->timers, &recovery->timer);
    if (!engine->was_ready) {
        recovery->n_failed = 0;
        return;
    }
    recovery->n_failed++;
    outage_tell_end(engine, resumed);
}

void weft__recover_stop(weft_engine *engine)
{
    engine->recovery.wants = false;
    weft__timers_disarm(&engine->timers, &engine->recovery.timer);
}
