/* The life of a driver: which state follows which, when its timer rings, when it is freed. */
#include "runtime/loop/driver.h"

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/base/mem.h"
#include "runtime/loop/branch.h"
#include "runtime/loop/gate.h"

/* Callbacks in one go; what an application makes meanwhile waits behind others' turns. More than one read can bring. */
#define DRIVER_DISPATCH_MAX ((size_t)8192)

void weft__driver_mark(weft__driver *driver)
{
    if (driver->state == WEFT__DRIVER_FREED || weft__link_is_in(&driver->dirty))
        return;
    weft__list_append(&driver->runtime->dirty, &driver->dirty);
    weft__runtime_wake(driver->runtime);
}

/* Its handshake has failed: for the gate that is decided before the conduit is closed. */
static void driver_count_refusal(weft__driver *driver)
{
    if (driver->gate && driver->handshake)
        weft__gate_refused(driver->gate, driver, weft_handshake_refusal(driver->handshake));
}

static void driver_close_conduit(weft__driver *driver)
{
    driver_count_refusal(driver);
    driver->state = WEFT__DRIVER_CLOSING;
    driver->give_up_ns = WEFT_FOREVER;
    driver->conduit->ops->close(driver->conduit);
}

static void driver_on_wake(void *user)
{
    weft__driver_mark(user);
}

/* [resume.exact] The session goes on over a conduit that shakes hands elsewhere: nothing of this one counts any more.
 */
static void driver_on_taken(void *user)
{
    weft__driver *driver = user;
    if (driver->state == WEFT__DRIVER_LIVE)
        driver_close_conduit(driver);
    weft__driver_mark(driver);
}

static uint16_t driver_on_admit(void *user)
{
    weft__driver *driver = user;
    return driver->gate ? weft__gate_admit(driver->gate, driver) : WEFT_CODE_NONE;
}

/* ---- making and freeing ---- */

static int driver_new(weft_runtime *runtime, weft__driver **ret_driver)
{
    weft__driver *driver = weft__alloc_zero(&runtime->env.allocator, sizeof *driver);
    if (!driver)
        return WEFT_ENOMEM;
    if (weft__timers_reserve(&runtime->timers, &runtime->env.allocator, 1) < 0) {
        weft__free(&runtime->env.allocator, driver, sizeof *driver);
        return WEFT_ENOMEM;
    }
    driver->runtime = runtime;
    driver->give_up_ns = WEFT_FOREVER;
    weft__env_hold(&runtime->env);
    weft__list_append(&runtime->drivers, &driver->link);
    *ret_driver = driver;
    return 0;
}

void weft__driver_sweep(weft_runtime *runtime)
{
    const weft_allocator *allocator = &runtime->env.allocator;
    weft__link *link;
    while ((link = weft__list_take(&runtime->freed)) != NULL) {
        weft__driver *driver = weft__container(link, weft__driver, link);
        weft__free(allocator, driver->tail, driver->tail ? WEFT__TAIL : 0);
        weft__free(allocator, driver->target, driver->target ? sizeof *driver->target : 0);
        weft__free(allocator, driver, sizeof *driver);
        weft__env_release(&runtime->env);
    }
}

static void driver_free(weft__driver *driver)
{
    weft_engine *engine = driver->engine;
    driver->engine = NULL;
    if (engine) {
        weft_engine_on_wake(engine, NULL, NULL);
        weft_engine_free(engine);
    }
    weft_handshake_free(driver->handshake);
    driver->handshake = NULL;
    weft__list_remove(&driver->link);
    weft__list_remove(&driver->dirty);
    driver->state = WEFT__DRIVER_FREED;
    if (driver->accepted)
        driver->runtime->n_accepted--;
    weft__timers_disarm(&driver->runtime->timers, &driver->timer);
    weft__timers_release(&driver->runtime->timers, 1);
    weft__list_append(&driver->runtime->freed, &driver->link); /* its memory goes when the next turn begins */
    weft__runtime_wake(driver->runtime);
    weft__guard_drop(&driver->guard); /* what held the descriptor has been closed */
    if (driver->gate)
        weft__gate_leave(driver->gate, driver);
    if (driver->accepted && driver->runtime->n_accepted == 0)
        weft__branches_look(driver->runtime);
}

int weft__driver_new_initiator(weft_runtime *runtime, const weft_session_options *options_or_null,
                               const weft__target *target, weft__driver **ret_driver)
{
    weft_engine_options engine_options;
    weft__driver *driver;
    int rc = weft__runtime_engine_options(runtime, NULL, &engine_options);
    if (rc < 0)
        return rc;
    engine_options.session_id = ++runtime->n_sessions;
    rc = driver_new(runtime, &driver);
    if (rc < 0)
        return rc;
    driver->target = weft__alloc(&runtime->env.allocator, sizeof *driver->target);
    rc = driver->target ? weft_engine_new(&engine_options, options_or_null, uv_hrtime(), &driver->engine) : WEFT_ENOMEM;
    if (rc < 0) {
        driver_free(driver);
        return rc;
    }
    *driver->target = *target;
    weft_engine_on_wake(driver->engine, driver_on_wake, driver);
    driver->state = WEFT__DRIVER_WAITING;
    weft__driver_mark(driver);
    *ret_driver = driver;
    return 0;
}

int weft__driver_new_acceptor(weft_runtime *runtime, const weft_session_options *options, const weft_peer *peer,
                              weft__gate *gate_or_null, weft__driver **ret_driver)
{
    weft_engine_options engine_options;
    weft__driver *driver;
    int rc = weft__runtime_engine_options(runtime, peer, &engine_options);
    if (rc < 0)
        return rc;
    engine_options.session_id = ++runtime->n_sessions;
    rc = driver_new(runtime, &driver);
    if (rc < 0)
        return rc;
    if (gate_or_null) {
        engine_options.preamble_timeout_ns = gate_or_null->identify_timeout_ns;
        engine_options.admit = driver_on_admit;
        engine_options.admit_user = driver;
    }
    rc = weft_handshake_new(&engine_options, options, uv_hrtime(), &driver->handshake);
    if (rc < 0) {
        driver_free(driver);
        return rc;
    }
    weft_handshake_on_wake(driver->handshake, driver_on_wake, driver);
    driver->accepted = true;
    runtime->n_accepted++;
    driver->state = WEFT__DRIVER_SHAKING;
    *ret_driver = driver;
    return 0;
}

void weft__driver_discard(weft__driver *driver)
{
    driver_free(driver);
}

void weft__driver_fail(weft__driver *driver, const weft_error *error)
{
    driver->connector = NULL;
    driver->failure = *error;
    weft__driver_mark(driver);
}

void weft__driver_attach(weft__driver *driver, weft__conduit *conduit)
{
    int rc = 0;
    uint64_t now_ns = uv_hrtime();
    driver->connector = NULL;
    driver->conduit = conduit;
    driver->tx = WEFT__TX_OPEN;
    driver->rx_ended = false;
    weft__conduit_attach(conduit, &weft__driver_events, driver);
    if (driver->engine)
        rc = weft_engine_reconnect(driver->engine, &conduit->peer, now_ns, &driver->handshake);
    if (rc == 0) {
        driver->state = WEFT__DRIVER_SHAKING;
        rc = conduit->ops->read_start(conduit);
    }
    if (rc < 0)
        weft__driver_cut(driver, rc, "the conduit could not be used", now_ns);
    weft__driver_mark(driver);
}

void weft__driver_abort(weft__driver *driver)
{
    driver->aborting = true;
    if (driver->gate)
        weft__gate_forget(driver);
    weft__driver_mark(driver);
}

bool weft__driver_finishes(weft__driver *driver)
{
    uint64_t until_ns = weft__runtime_drain_until(driver->runtime);
    if (!driver->handshake || driver->aborting || !weft_handshake_is_welcomed(driver->handshake))
        return false;
    if (until_ns < driver->give_up_ns)
        driver->give_up_ns = until_ns;
    driver->broken_cause = WEFT_ECANCELED;
    weft__driver_mark(driver);
    return true;
}

/* ---- phases ---- */

weft_phase weft__driver_phase(const weft__driver *driver)
{
    /* A session that was closed while it shook hands needs the handshake no more. */
    if (driver->engine && weft_engine_phase(driver->engine) == WEFT_PHASE_CLOSED)
        return WEFT_PHASE_CLOSED;
    if (driver->handshake)
        return weft_handshake_phase(driver->handshake);
    return driver->engine ? weft_engine_phase(driver->engine) : WEFT_PHASE_CLOSED;
}

static void driver_go_live(weft__driver *driver, weft_engine *engine)
{
    if (!driver->engine) {
        driver->engine = engine;
        weft_engine_on_wake(engine, driver_on_wake, driver);
        weft_engine_on_taken(engine, driver_on_taken, driver);
    }
    driver->state = WEFT__DRIVER_LIVE;
}

/* [resume.key] An accepted session whose conduit broke where its counterpart may believe that it is ready: it is kept,
 * and waits for that to come back. One whose conduit was closed here, to be rid of it, ends instead. */
static void driver_keep_unready(weft__driver *driver, int cause, uint64_t now_ns)
{
    weft_engine *engine = NULL;
    if (driver->engine || weft_handshake_phase(driver->handshake) != WEFT_PHASE_DONE ||
        weft_handshake_resumes(driver->handshake) || weft_handshake_finish(driver->handshake, &engine) < 0)
        return;
    weft_handshake_free(driver->handshake);
    driver->handshake = NULL;
    driver_go_live(driver, engine);
    if (driver->aborting) {
        if (driver->gate)
            weft__gate_refused(driver->gate, driver, WEFT_REFUSAL_CLOSED); /* where it was not counted already */
        weft_session_abort(weft_engine_session(engine));
        return;
    }
    if (weft_engine_phase(engine) == WEFT_PHASE_RUNNING)
        weft_engine_disconnected(engine, cause, NULL, now_ns);
    if (driver->gate)
        weft__gate_ready(driver->gate, driver, false);
}

void weft__driver_cut(weft__driver *driver, int cause, const char *text_or_null, uint64_t now_ns)
{
    if (driver->handshake) {
        weft_handshake_disconnected(driver->handshake, cause, now_ns);
        driver_keep_unready(driver, cause, now_ns);
    } else if (driver->engine) {
        weft_engine_disconnected(driver->engine, cause, text_or_null, now_ns);
    }
    driver_close_conduit(driver);
    weft__driver_mark(driver);
}

/* The conduit of from goes on as that of to, and what is left of the one that to had is from's to close. */
static void driver_hand_over(weft__driver *from, weft__driver *to)
{
    weft__conduit *closing = to->conduit;
    uint8_t *tail = to->tail;
    to->conduit = from->conduit;
    to->tail = from->tail;
    to->tx = from->tx;
    to->rx_ended = from->rx_ended;
    to->broken_cause = from->broken_cause;
    to->give_up_ns = from->give_up_ns;
    to->state = WEFT__DRIVER_LIVE;
    weft__conduit_attach(to->conduit, &weft__driver_events, to);
    from->conduit = closing;
    from->tail = tail; /* bytes of a write that is under way */
    from->give_up_ns = WEFT_FOREVER;
    from->state = closing ? WEFT__DRIVER_CLOSING : WEFT__DRIVER_WAITING;
    if (closing)
        weft__conduit_attach(closing, &weft__driver_events, from);
    weft__driver_mark(to);
}

void weft__driver_promote(weft__driver *driver, uint64_t now_ns)
{
    weft_engine *engine = NULL;
    bool resumes = !driver->engine && weft_handshake_resumes(driver->handshake);
    int rc = weft_handshake_finish(driver->handshake, &engine);
    if (rc < 0) {
        weft__driver_cut(driver, rc, NULL, now_ns);
        return;
    }
    weft_handshake_free(driver->handshake);
    driver->handshake = NULL;
    if (resumes)
        driver_hand_over(driver, weft_engine_user(engine));
    else
        driver_go_live(driver, engine);
    if (driver->gate)
        weft__gate_ready(driver->gate, driver, resumes);
    if (driver->runtime->state != WEFT__RUNTIME_OPEN && driver->accepted && driver->engine) {
        driver->give_up_ns = WEFT_FOREVER;
        weft__runtime_end_session(driver->runtime, weft_engine_session(driver->engine));
    }
    weft__driver_mark(driver);
}

void weft__driver_dispatch(weft__driver *driver, uint64_t now_ns)
{
    if (driver->handshake)
        (void)weft_handshake_dispatch(driver->handshake, now_ns, DRIVER_DISPATCH_MAX);
    if (!driver->engine)
        return;
    /* One that waits has nothing that drains it: without this it would wake nobody any more. */
    if (weft_engine_has_events(driver->engine) || driver->state == WEFT__DRIVER_WAITING)
        (void)weft_engine_dispatch(driver->engine, now_ns, DRIVER_DISPATCH_MAX);
    if (weft_engine_has_events(driver->engine))
        weft__driver_mark(driver);
}

/* [conduit.last-word] Behind the last word the sending half is shut; what comes is fed, which throws it away, until the
 * end, or until the phase is CLOSED. */
static void driver_step_last_word(weft__driver *driver, uint64_t now_ns)
{
    driver_count_refusal(driver);
    if (driver->tx == WEFT__TX_OPEN && !weft__driver_has_output(driver))
        driver->tx = driver->conduit->ops->shutdown(driver->conduit) == 0 ? WEFT__TX_SHUT : WEFT__TX_BROKEN;
    if (driver->rx_ended && (driver->tx == WEFT__TX_SHUT || driver->tx == WEFT__TX_BROKEN))
        weft__driver_cut(driver, 0, NULL, now_ns);
}

static void driver_step_conduit(weft__driver *driver, uint64_t now_ns)
{
    if (driver->aborting) {
        weft__driver_cut(driver, WEFT_ECANCELED, NULL, now_ns);
        return;
    }
    if (driver->state == WEFT__DRIVER_SHAKING && weft__driver_phase(driver) == WEFT_PHASE_DONE)
        weft__driver_promote(driver, now_ns);
    if (driver->state == WEFT__DRIVER_CLOSING)
        return;
    switch (weft__driver_phase(driver)) {
    case WEFT_PHASE_RUNNING:
    case WEFT_PHASE_DONE: break;
    case WEFT_PHASE_LAST_WORD: driver_step_last_word(driver, now_ns); break;
    case WEFT_PHASE_DISCONNECTED:
    case WEFT_PHASE_CLOSED: driver_close_conduit(driver); break;
    }
}

/* Each attempt is told of alone where the session ends with it: an outage the session has told of itself. */
static void driver_tell_failure(weft__driver *driver, const weft_error *failure)
{
    weft_session *session = weft_engine_session(driver->engine);
    bool goes_on = weft_engine_phase(driver->engine) != WEFT_PHASE_CLOSED;
    weft__log_record(&driver->runtime->env.log, goes_on ? WEFT_LOG_DEBUG : WEFT_LOG_INFO, WEFT_LOG_CONDUIT,
                     "cannot connect", weft__log_number("session", weft_session_id(session)),
                     weft__log_text("error", weft_str_from(weft_err_name(failure->code))),
                     weft__log_text("text", weft_str_from(failure->text)));
}

static void driver_step_failure(weft__driver *driver, uint64_t now_ns)
{
    weft_error failure = driver->failure;
    driver->failure.code = 0;
    weft_engine_disconnected(driver->engine, failure.code, failure.text, now_ns);
    driver_tell_failure(driver, &failure);
}

static void driver_step_waiting(weft__driver *driver, uint64_t now_ns)
{
    /* A handshake that failed has run its callbacks; freed, it says so to the session of an initiator. */
    weft_handshake_free(driver->handshake);
    driver->handshake = NULL;
    if (driver->engine && driver->failure.code != 0)
        driver_step_failure(driver, now_ns);
    /* Behind the listeners nobody comes back. */
    if (driver->engine && driver->accepted && driver->runtime->state != WEFT__RUNTIME_OPEN) {
        weft_session_close(weft_engine_session(driver->engine), WEFT_CODE_GOING_AWAY, NULL);
        weft_session_abort(weft_engine_session(driver->engine)); /* one that was closing already */
    }
    if (!driver->engine || weft_engine_phase(driver->engine) == WEFT_PHASE_CLOSED) {
        if (driver->connector)
            weft__connector_cancel(driver->connector);
        driver->connector = NULL;
        driver->state = WEFT__DRIVER_DONE;
        weft__driver_mark(driver);
    } else if (driver->target && !driver->connector && weft_engine_wants_conduit(driver->engine)) {
        weft__driver_connect(driver);
    }
}

static void driver_step(weft__driver *driver, uint64_t now_ns)
{
    switch ((weft__driver_state)driver->state) {
    case WEFT__DRIVER_WAITING: driver_step_waiting(driver, now_ns); break;
    case WEFT__DRIVER_SHAKING:
    case WEFT__DRIVER_LIVE: driver_step_conduit(driver, now_ns); break;
    case WEFT__DRIVER_DONE:
        if (driver->engine && weft_engine_has_events(driver->engine))
            weft__driver_mark(driver);
        else
            driver_free(driver);
        break;
    case WEFT__DRIVER_CLOSING:
    case WEFT__DRIVER_FREED: break;
    }
}

/* ---- time ---- */

static uint64_t driver_deadline(const weft__driver *driver)
{
    uint64_t deadline = driver->give_up_ns;
    if (driver->handshake && weft_handshake_deadline(driver->handshake) < deadline)
        deadline = weft_handshake_deadline(driver->handshake);
    if (driver->engine && weft_engine_deadline(driver->engine) < deadline)
        deadline = weft_engine_deadline(driver->engine);
    return deadline;
}

static void driver_ring(weft__driver *driver, uint64_t now_ns)
{
    if (driver->handshake)
        weft_handshake_tick(driver->handshake, now_ns);
    if (driver->engine)
        weft_engine_tick(driver->engine, now_ns);
    if (now_ns >= driver->give_up_ns && (driver->state == WEFT__DRIVER_SHAKING || driver->state == WEFT__DRIVER_LIVE))
        weft__driver_cut(driver, driver->broken_cause, NULL, now_ns);
    weft__driver_mark(driver);
}

void weft__driver_on_alarm(void *user)
{
    weft_runtime *runtime = user;
    uint64_t now_ns = uv_hrtime();
    weft__timer *timer;
    while ((timer = weft__timers_pop(&runtime->timers, now_ns)) != NULL)
        driver_ring(weft__container(timer, weft__driver, timer), now_ns);
    weft__runtime_tick_operations(runtime, now_ns);
    weft__alarm_set(&runtime->alarm, weft__timers_next(&runtime->timers));
}

static void driver_arm(weft__driver *driver)
{
    weft__timers *timers = &driver->runtime->timers;
    uint64_t deadline_ns = driver->state <= WEFT__DRIVER_LIVE ? driver_deadline(driver) : WEFT_FOREVER;
    /* Deadlines of calls mostly move on: a timer that rings too early only asks again, which is cheaper than moving it
     * with each call. */
    if (driver->timer.place != 0 && driver->timer.at_ns <= deadline_ns && deadline_ns != WEFT_FOREVER)
        return;
    if (driver->timer.place == 0 && deadline_ns == WEFT_FOREVER)
        return;
    weft__timers_arm(timers, &driver->timer, deadline_ns);
    weft__alarm_set(&driver->runtime->alarm, deadline_ns);
}

void weft__driver_serve(weft__driver *driver, uint64_t now_ns)
{
    weft__driver_dispatch(driver, now_ns);
    if (driver->state == WEFT__DRIVER_SHAKING || driver->state == WEFT__DRIVER_LIVE)
        weft__driver_flush(driver, now_ns);
    /* What the conduit took may have made room for somebody who waits. */
    if (driver->engine && weft_engine_has_events(driver->engine))
        weft__driver_mark(driver);
    driver_step(driver, now_ns);
    if (driver->state != WEFT__DRIVER_FREED)
        driver_arm(driver);
}
