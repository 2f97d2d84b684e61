/* A gate: those of one listener at one loop, from accept until READY. */
#include "runtime/loop/gate.h"

#include "runtime/base/log.h"

#include <netinet/in.h>

void weft__gate_init(weft__gate *gate, weft_runtime *runtime, weft__counters *counters,
                     const weft_session_options *options, const weft_listener_options *bounds)
{
    memset(gate, 0, sizeof *gate);
    gate->runtime = runtime;
    gate->counters = weft__counters_retain(counters);
    gate->options = options;
    gate->identify_timeout_ns = bounds->identify_timeout_ns;
    weft__list_init(&gate->waiting);
}

void weft__gate_fini(weft__gate *gate)
{
    weft__counters_release(gate->counters);
    gate->counters = NULL;
}

/* ---- what drivers say ------------------------------------------------------------------------------------------- */

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
    if (resumed)
        WEFT__COUNT(gate->counters, resumed);
    else
        WEFT__COUNT(gate->counters, ready);
    weft__gate_leave(gate, driver);
}

void weft__gate_leave(weft__gate *gate, weft__driver *driver)
{
    weft__guard_settle(&driver->guard);
    gate_leave(gate, driver);
}

void weft__gate_forget(weft__gate *gate, weft__driver *driver)
{
    (void)gate;
    weft__list_remove(&driver->waiting);
    weft__guard_settle(&driver->guard);
}

/* ---- coming in -------------------------------------------------------------------------------------------------- */

/* The address without its port. Others have none. */
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
        return true;
    }
    return false;
}

/* Its place is free at once, for who comes now; its descriptor a little later, within this turn. false: there is none
 * here. */
static bool gate_close_oldest(weft__gate *gate, const weft__ip *same_or_null)
{
    for (weft__link *link = gate->waiting.next; link != &gate->waiting; link = link->next) {
        weft__driver *driver = weft__container(link, weft__driver, waiting);
        if (same_or_null && !weft__guard_is_of(&driver->guard, same_or_null))
            continue;
        weft__log_record(&gate->runtime->env.log, WEFT_LOG_WARNING, WEFT_LOG_LISTENER,
                         "too many handshakes: the oldest is closed",
                         weft__log_text("address", weft_str_from(driver->conduit ? driver->conduit->address : "")));
        WEFT__COUNT(gate->counters, too_many);
        weft__driver_abort(driver);
        return true;
    }
    return false;
}

/* A place, if need be of one that has waited for longer. Where those all wait at other loops, who comes now is the one
 * too many: WEFT_EBUSY. */
static int gate_take_place(weft__gate *gate, const weft__ip *ip_or_null, weft__guard *ret_guard)
{
    for (;;) {
        int rc = weft__guard_take(gate->counters, ip_or_null, ret_guard);
        if (rc <= 0)
            return rc;
        if (!gate_close_oldest(gate, rc == WEFT__FULL_ADDRESS ? ip_or_null : NULL)) {
            WEFT__COUNT(gate->counters, too_many);
            return WEFT_EBUSY;
        }
    }
}

static void gate_enter(weft__gate *gate, weft__driver *driver, weft__guard *guard, const char *address)
{
    weft__log_record(&gate->runtime->env.log, WEFT_LOG_DEBUG, WEFT_LOG_LISTENER, "accepted",
                     weft__log_number("session", gate->runtime->n_sessions), /* the one made last is this one's */
                     weft__log_text("address", weft_str_from(address)));
    WEFT__COUNT(gate->counters, accepted);
    weft__guard_move(guard, &driver->guard);
    driver->gate = gate;
    weft__list_append(&gate->waiting, &driver->waiting);
    gate->n_drivers++;
}

int weft__gate_accept_conduit(weft__gate *gate, weft__conduit *conduit)
{
    weft__guard guard = { NULL, NULL, false };
    weft__driver *driver;
    int rc = gate_take_place(gate, NULL, &guard);
    if (rc < 0)
        return rc;
    rc = weft__driver_new_acceptor(gate->runtime, gate->options, &conduit->peer, gate->identify_timeout_ns, &driver);
    if (rc < 0) {
        weft__guard_drop(&guard);
        return rc;
    }
    gate_enter(gate, driver, &guard, conduit->peer.address);
    weft__driver_attach(driver, conduit);
    return 0;
}

/* On success fd and guard are taken over. */
static int gate_begin(weft__gate *gate, int fd, weft__guard *guard)
{
    char text[WEFT__ADDRESS_MAX];
    weft__conduit *conduit;
    weft__driver *driver;
    weft_peer peer;
    int rc;
    weft__socket_evidence(fd, gate->transport, &peer, text, sizeof text);
    rc = weft__driver_new_acceptor(gate->runtime, gate->options, &peer, gate->identify_timeout_ns, &driver);
    if (rc < 0)
        return rc;
    rc = weft__stream_new(&gate->runtime->env, fd, gate->transport, &conduit);
    if (rc < 0) {
        weft__driver_discard(driver);
        return rc;
    }
    gate_enter(gate, driver, guard, text);
    weft__driver_attach(driver, conduit);
    return 0;
}

int weft__gate_accept(weft__gate *gate, int fd, const weft__sockaddr *address)
{
    weft__guard guard = { NULL, NULL, false };
    weft__ip ip;
    int rc = gate_take_place(gate, ip_of(address, &ip) ? &ip : NULL, &guard);
    if (rc == 0)
        rc = gate_begin(gate, fd, &guard);
    if (rc < 0) {
        weft__guard_drop(&guard);
        weft__socket_close(fd);
    }
    return rc;
}

void weft__gate_clear(weft__gate *gate)
{
    while (!weft__list_is_empty(&gate->waiting))
        weft__driver_abort(weft__container(gate->waiting.next, weft__driver, waiting));
}
