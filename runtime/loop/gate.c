/* A gate: those of one listener at one loop, from accept until READY. */
#include "runtime/loop/gate.h"

#include "runtime/base/log.h"
#include "runtime/loop/handing.h"
#include "runtime/loop/refuse.h"

#include <netinet/in.h>

void weft__gate_init(weft__gate *gate, weft_runtime *runtime, weft__counters *counters,
                     const weft_session_options *options, const weft_listener_options *bounds)
{
    memset(gate, 0, sizeof *gate);
    gate->runtime = runtime;
    gate->counters = weft__counters_retain(counters);
    gate->options = options;
    weft__gate_set(gate, bounds);
    weft__keeper_init(&gate->keeper);
    weft__list_init(&gate->waiting);
}

void weft__gate_set(weft__gate *gate, const weft_listener_options *bounds)
{
    gate->identify_timeout_ns = bounds->identify_timeout_ns;
    gate->entrants = (weft__entrants){ bounds->uids, bounds->n_uids, bounds->gids, bounds->n_gids };
}

void weft__gate_fini(weft__gate *gate)
{
    weft__counters_release(gate->counters);
    gate->counters = NULL;
}

/* ---- what drivers say ---- */

static void gate_leave(weft__gate *gate, weft__driver *driver)
{
    weft__list_remove(&driver->waiting);
    driver->gate = NULL;
    gate->n_drivers--;
    if (gate->n_drivers == 0)
        gate->emptied(gate->user);
}

void weft__gate_ready(weft__gate *gate, weft__driver *driver, bool resumed)
{
    if (resumed) {
        WEFT__COUNT(gate->counters, resumed);
    } else {
        WEFT__COUNT(gate->counters, ready);
        weft__guard_ready(&driver->guard, weft_engine_is_resumable(driver->engine));
    }
    weft__gate_leave(gate, driver);
}

uint16_t weft__gate_admit(weft__gate *gate, weft__driver *driver)
{
    weft_refusal refusal = weft__guard_admit(&driver->guard);
    if (refusal == WEFT_REFUSAL_NONE)
        return WEFT_CODE_NONE;
    weft__gate_refused(gate, driver, refusal);
    return WEFT_CODE_LIMIT;
}

void weft__gate_refused(weft__gate *gate, weft__driver *driver, weft_refusal refusal)
{
    if (driver->is_counted)
        return;
    driver->is_counted = true;
    /* One that has not failed was closed by who was asked for its root. */
    weft__counters_refused(gate->counters, refusal == WEFT_REFUSAL_NONE ? WEFT_REFUSAL_APPLICATION : refusal);
}

void weft__gate_leave(weft__gate *gate, weft__driver *driver)
{
    weft__guard_settle(&driver->guard);
    gate_leave(gate, driver);
}

void weft__gate_forget(weft__driver *driver)
{
    weft__list_remove(&driver->waiting);
    weft__guard_settle(&driver->guard);
}

void weft__gate_keep(weft__gate *gate, weft__driver *driver)
{
    weft__guard_keep(&driver->guard, &gate->keeper);
    weft__gate_close_pushed_out(gate);
}

/* ---- coming in ---- */

static bool is_ipv4_in_ipv6(const uint8_t bytes[16])
{
    static const uint8_t before[12] = { [10] = 0xff, [11] = 0xff };
    return memcmp(bytes, before, sizeof before) == 0;
}

/* The address without its port; of IPv6 its /64, of which who has one has all 2^64. Others have none. */
static bool ip_of(const weft__sockaddr *address, weft__ip *ret_ip)
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    if (address->storage.ss_family == AF_INET) {
        memcpy(&in, &address->storage, sizeof in);
        memset(ret_ip->bytes, 0, 10);
        memset(ret_ip->bytes + 10, 0xff, 2);
        memcpy(ret_ip->bytes + 12, &in.sin_addr, 4);
        return true;
    }
    if (address->storage.ss_family == AF_INET6) {
        memcpy(&in6, &address->storage, sizeof in6);
        memcpy(ret_ip->bytes, &in6.sin6_addr, 16);
        if (!is_ipv4_in_ipv6(ret_ip->bytes))
            memset(ret_ip->bytes + 8, 0, 8);
        return true;
    }
    return false;
}

/* Their places are others' already; their descriptors go a little later, within this turn. */
void weft__gate_close_pushed_out(weft__gate *gate)
{
    weft__guard *guard;
    while ((guard = weft__keeper_take(gate->counters, &gate->keeper)) != NULL) {
        weft__driver *driver = weft__container(guard, weft__driver, guard);
        weft_refusal before = driver->handshake ? weft_handshake_refusal(driver->handshake) : WEFT_REFUSAL_NONE;
        weft__log_record(&gate->runtime->env.log, WEFT_LOG_WARNING, WEFT_LOG_LISTENER,
                         "too many handshakes: the oldest is closed",
                         weft__log_text("address", weft_str_from(driver->conduit ? driver->conduit->address : "")));
        weft__gate_refused(gate, driver, before == WEFT_REFUSAL_NONE ? WEFT_REFUSAL_TOO_MANY : before);
        weft__driver_abort(driver);
    }
}

/* A place, if need be of one that has waited for longer. */
static weft_refusal gate_take_place(weft__gate *gate, const weft__ip *ip_or_null, weft__guard *ret_guard)
{
    int rc = weft__guard_take(gate->counters, ip_or_null, &gate->keeper, ret_guard);
    weft__gate_close_pushed_out(gate);
    return rc == 0 ? WEFT_REFUSAL_NONE : WEFT_REFUSAL_OTHER;
}

static void gate_enter(weft__gate *gate, weft__driver *driver, weft__guard *guard, const char *address)
{
    weft__log_record(&gate->runtime->env.log, WEFT_LOG_DEBUG, WEFT_LOG_LISTENER, "accepted",
                     weft__log_number("session", gate->runtime->n_sessions), /* the one made last is this one's */
                     weft__log_text("address", weft_str_from(address)));
    weft__guard_move(guard, &driver->guard);
    weft__guard_keep(&driver->guard, &gate->keeper);
    driver->gate = gate;
    weft__list_append(&gate->waiting, &driver->waiting);
    gate->n_drivers++;
}

/* ---- in memory ---- */

static int gate_begin_conduit(weft__gate *gate, weft__conduit *conduit, weft__guard *guard)
{
    weft__driver *driver;
    int rc = weft__driver_new_acceptor(gate->runtime, gate->options, &conduit->peer, gate, &driver);
    if (rc < 0)
        return rc;
    gate_enter(gate, driver, guard, conduit->peer.address);
    weft__driver_attach(driver, conduit);
    weft__gate_close_pushed_out(gate);
    return 0;
}

int weft__gate_accept_conduit(weft__gate *gate, weft__conduit *conduit)
{
    weft__guard guard = WEFT__GUARD_NONE;
    weft_refusal refusal = gate_take_place(gate, NULL, &guard);
    int rc = refusal == WEFT_REFUSAL_NONE ? gate_begin_conduit(gate, conduit, &guard) : WEFT_EBUSY;
    WEFT__COUNT(gate->counters, accepted);
    if (rc < 0) {
        weft__counters_refused(gate->counters, refusal == WEFT_REFUSAL_NONE ? WEFT_REFUSAL_OTHER : refusal);
        weft__guard_drop(&guard);
    }
    return rc;
}

/* ---- descriptors ---- */

/* On success fd and guard are taken over. */
static int gate_begin(weft__gate *gate, int fd, const weft_peer *peer, weft__guard *guard,
                      const weft__handed *begun_or_null)
{
    weft__conduit *conduit;
    weft__driver *driver;
    int rc = weft__driver_new_acceptor(gate->runtime, gate->options, peer, gate, &driver);
    if (rc < 0)
        return rc;
    rc = weft__stream_new(&gate->runtime->env, fd, peer->transport, &conduit);
    if (rc < 0) {
        weft__driver_discard(driver);
        return rc;
    }
    gate_enter(gate, driver, guard, peer->address);
    weft__driver_attach(driver, conduit);
    if (begun_or_null && driver->handshake)
        weft__driver_go_on(driver, begun_or_null);
    weft__gate_close_pushed_out(gate);
    return 0;
}

/* Of one that could not begin. EBADF: it had ended in the system's queue, and has no counterpart any more. */
static weft_refusal gate_reason_of(int rc)
{
    return rc == WEFT_EBADF ? WEFT_REFUSAL_LOST : WEFT_REFUSAL_OTHER;
}

/* To the loop whose turn it is: true. false: that is this one, and nothing has changed. */
static bool gate_hand_on(weft__gate *gate, int fd, weft__guard *guard)
{
    weft__handed *handed = NULL;
    if (gate->seat && weft__seat_takes_turns(gate->seat))
        handed = weft__handed_new(&gate->runtime->env.allocator, fd, 0);
    if (!handed) /* without memory it is this one's */
        return false;
    weft__guard_move(guard, &handed->guard);
    if (weft__loops_hand_on(gate->seat->loops, gate->seat, handed))
        return true;
    weft__guard_move(&handed->guard, guard);
    handed->fd = -1;
    weft__handed_free(handed);
    return false;
}

void weft__gate_take_over(weft__gate *gate, weft__handed *handed)
{
    char text[WEFT__ADDRESS_MAX];
    weft_peer peer;
    int rc;
    weft__socket_evidence(handed->fd, weft__socket_transport(handed->fd), &peer, text, sizeof text);
    rc = gate_begin(gate, handed->fd, &peer, &handed->guard, handed->n_taken > 0 ? handed : NULL);
    if (rc == 0)
        handed->fd = -1;
    else
        weft__counters_refused(gate->counters, gate_reason_of(rc));
    weft__handed_free(handed);
}

static uint8_t gate_code_of(weft_refusal refusal)
{
    return refusal == WEFT_REFUSAL_FORBIDDEN ? WEFT_CODE_FORBIDDEN : WEFT_CODE_LIMIT;
}

static void gate_refuse(weft__gate *gate, int fd, const weft_peer *peer, weft_refusal refusal)
{
    weft__log_record(&gate->runtime->env.log, WEFT_LOG_INFO, WEFT_LOG_LISTENER, "refused",
                     weft__log_text("reason", weft_str_from(weft_refusal_name(refusal))),
                     weft__log_text("address", weft_str_from(peer->address)));
    weft__counters_refused(gate->counters, refusal);
    weft__refuse(fd, gate_code_of(refusal));
}

static weft_refusal gate_ask_who(const weft__gate *gate, int fd)
{
    int rc = weft__entrants_check(&gate->entrants, fd, &gate->runtime->env.allocator);
    if (rc == 0)
        return WEFT_REFUSAL_NONE;
    return rc == WEFT_ENOMEM ? WEFT_REFUSAL_OTHER : WEFT_REFUSAL_FORBIDDEN;
}

int weft__gate_accept(weft__gate *gate, int fd, const weft__sockaddr *address, weft_refusal refusal)
{
    weft__guard guard = WEFT__GUARD_NONE;
    char text[WEFT__ADDRESS_MAX];
    const weft__ip *ip_or_null;
    weft_peer peer;
    weft__ip ip;
    int rc = 0;
    WEFT__COUNT(gate->counters, accepted);
    weft__socket_evidence(fd, address->storage.ss_family == AF_UNIX ? "unix" : "tcp", &peer, text, sizeof text);
    ip_or_null = ip_of(address, &ip) ? &ip : NULL;
    if (refusal == WEFT_REFUSAL_NONE)
        refusal = gate_ask_who(gate, fd);
    if (refusal == WEFT_REFUSAL_NONE)
        refusal = weft__counters_look(gate->counters, ip_or_null);
    if (refusal == WEFT_REFUSAL_NONE)
        refusal = gate_take_place(gate, ip_or_null, &guard);
    if (refusal == WEFT_REFUSAL_NONE && gate_hand_on(gate, fd, &guard))
        return 0;
    if (refusal == WEFT_REFUSAL_NONE) {
        rc = gate_begin(gate, fd, &peer, &guard, NULL);
        refusal = rc < 0 ? gate_reason_of(rc) : WEFT_REFUSAL_NONE;
    }
    if (refusal != WEFT_REFUSAL_NONE) {
        weft__guard_drop(&guard);
        gate_refuse(gate, fd, &peer, refusal);
    }
    return rc;
}

void weft__gate_clear(weft__gate *gate)
{
    for (weft__link *link = gate->waiting.next, *next; link != &gate->waiting; link = next) {
        weft__driver *driver = weft__container(link, weft__driver, waiting);
        next = link->next;
        if (gate->runtime->state == WEFT__RUNTIME_OPEN || !weft__driver_finishes(driver))
            weft__driver_abort(driver);
    }
}
