/* A conduit that comes to one loop, and whose session another one has, goes on there [resume.acceptor]. */
#include "runtime/loop/driver.h"

#include "runtime/base/log.h"
#include "runtime/base/mem.h"
#include "runtime/loop/handing.h"

/* 0; WEFT_ENOENT: that loop is not one of this listener; or why it cannot be handed over now. */
static int driver_hand_over_to(weft__driver *driver, const weft_runtime *owner, const weft_slice taken[2], size_t said)
{
    weft__seat *seat = driver->gate ? driver->gate->seat : NULL;
    weft__handed *handed;
    int fd = -1, rc;
    if (!seat)
        return WEFT_ENOENT;
    if (driver->tx != WEFT__TX_OPEN)
        return WEFT_EBUSY;
    rc = weft__stream_dup(driver->conduit, &fd);
    if (rc < 0)
        return rc;
    handed = weft__handed_new(&driver->runtime->env.allocator, fd, taken[0].len + taken[1].len);
    if (!handed) {
        weft__socket_close(fd);
        return WEFT_ENOMEM;
    }
    memcpy(handed->taken, taken[0].ptr, taken[0].len);
    memcpy(handed->taken + taken[0].len, taken[1].ptr, taken[1].len);
    handed->n_first = taken[0].len;
    handed->said = said;
    weft__guard_move(&driver->guard, &handed->guard);
    rc = weft__loops_hand_to(seat->loops, owner, handed);
    if (rc < 0) {
        weft__guard_move(&handed->guard, &driver->guard);
        weft__gate_keep(driver->gate, driver);
        weft__handed_free(handed);
    }
    return rc;
}

bool weft__driver_goes_elsewhere(weft__driver *driver, size_t left)
{
    weft_slice taken[2];
    size_t said;
    const weft_runtime *owner;
    int rc;
    owner = driver->handshake ? weft_handshake_elsewhere(driver->handshake, taken, &said) : NULL;
    if (!owner)
        return false;
    /* Nothing may follow Hello before Welcome: what did would be lost. */
    rc = left > 0 ? WEFT_ENOENT : driver_hand_over_to(driver, owner, taken, said);
    weft__log_record(&driver->runtime->env.log, rc == 0 ? WEFT_LOG_DEBUG : WEFT_LOG_INFO, WEFT_LOG_LISTENER,
                     rc == 0 ? "a conduit goes on at the loop of its session"
                             : "a conduit cannot go on at the loop of its session",
                     weft__log_text("address", weft_str_from(driver->conduit->address)),
                     weft__log_text("error", weft_str_from(weft_err_name(rc))));
    if (rc == WEFT_ENOENT) {
        weft_handshake_stay(driver->handshake);
        return true;
    }
    if (driver->gate && rc == 0) {
        WEFT__COUNT(driver->gate->counters, handed);
        driver->is_counted = true; /* what becomes of it is counted there */
    } else if (driver->gate) {
        WEFT__COUNT(driver->gate->counters, not_handed);
        weft__gate_refused(driver->gate, driver, WEFT_REFUSAL_OTHER);
    }
    weft_handshake_free(driver->handshake);
    driver->handshake = NULL;
    weft__driver_cut(driver, WEFT_ECANCELED, NULL, uv_hrtime()); /* which the counterpart sees where nobody goes on */
    return true;
}

void weft__driver_go_on(weft__driver *driver, const weft__handed *handed)
{
    uint64_t now_ns = uv_hrtime();
    size_t at = 0, taken = 0;
    int rc = 0;
    while (at < handed->n_taken && rc == 0) {
        size_t len = at == 0 ? handed->n_first : handed->n_taken - at;
        rc = weft_handshake_feed(driver->handshake, handed->taken + at, len, now_ns, &taken);
        if (at == 0 && rc == 0 && handed->said > 0) {
            weft_slice slice;
            (void)weft_handshake_drain(driver->handshake, &slice, 1);
            weft_handshake_drained(driver->handshake, handed->said);
        }
        at += len;
    }
    if (rc < 0)
        weft__driver_cut(driver, rc, NULL, now_ns);
    weft__driver_mark(driver);
}
