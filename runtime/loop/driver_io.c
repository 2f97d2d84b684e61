/* A driver's bytes: what its conduit reads is fed and dispatched at once, what the engine has is written once a turn.
 */
#include "runtime/loop/driver.h"

#include "runtime/base/mem.h"

#define DRIVER_SLICES 64
/* One conduit's share of a turn: the others come next. */
#define DRIVER_FLUSH_MAX ((size_t)1024 * 1024)
/* After a failed write: the end of what can be read comes at once, or never. */
#define DRIVER_BROKEN_NS WEFT_NS_PER_S

static size_t driver_drain(weft__driver *driver, weft_slice *slices, size_t n_max)
{
    if (driver->handshake)
        return weft_handshake_drain(driver->handshake, slices, n_max);
    return weft_engine_drain(driver->engine, slices, n_max);
}

static void driver_drained(weft__driver *driver, size_t len, uint64_t now_ns)
{
    if (len == 0)
        return;
    if (driver->handshake)
        weft_handshake_drained(driver->handshake, len);
    else
        weft_engine_drained(driver->engine, len, now_ns);
}

bool weft__driver_has_output(weft__driver *driver)
{
    weft_slice slice;
    if (driver->handshake)
        return weft_handshake_drain(driver->handshake, &slice, 1) > 0;
    return weft_engine_has_output(driver->engine);
}

static size_t slices_len(const weft_slice *slices, size_t n)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += slices[i].len;
    return len;
}

/* Where the counterpart has gone, what it said last may be in the conduit still: it is read before the end is told. */
static void driver_broke(weft__driver *driver, int cause, uint64_t now_ns)
{
    driver->tx = WEFT__TX_BROKEN;
    driver->broken_cause = cause;
    if (driver->rx_ended || (cause != WEFT_EPIPE && cause != WEFT_ECONNRESET))
        weft__driver_cut(driver, cause, NULL, now_ns);
    else
        driver->give_up_ns = now_ns + DRIVER_BROKEN_NS;
    weft__driver_mark(driver);
}

/* The conduit has taken less than all: the next bytes are copied, and written when it has room. The copy frees the
 * engine to feed and to drop what it need not say any more. */
static void driver_write_tail(weft__driver *driver, uint64_t now_ns)
{
    const weft_allocator *allocator = &driver->runtime->env.allocator;
    weft_slice slices[DRIVER_SLICES];
    size_t n, len = 0;
    int rc;
    if (!driver->tail)
        driver->tail = weft__alloc(allocator, WEFT__TAIL);
    if (!driver->tail) {
        weft__driver_cut(driver, WEFT_ENOMEM, NULL, now_ns);
        return;
    }
    n = driver_drain(driver, slices, DRIVER_SLICES);
    for (size_t i = 0; i < n && len < WEFT__TAIL; i++) {
        size_t part = slices[i].len < WEFT__TAIL - len ? slices[i].len : WEFT__TAIL - len;
        memcpy(driver->tail + len, slices[i].ptr, part);
        len += part;
    }
    rc = driver->conduit->ops->write(driver->conduit, driver->tail, len);
    if (rc < 0) {
        driver_broke(driver, rc, now_ns);
        return;
    }
    driver->tx = WEFT__TX_WRITING;
    driver_drained(driver, len, now_ns);
}

void weft__driver_flush(weft__driver *driver, uint64_t now_ns)
{
    size_t written = 0;
    while (driver->tx == WEFT__TX_OPEN) {
        weft_slice slices[DRIVER_SLICES];
        size_t n = driver_drain(driver, slices, DRIVER_SLICES);
        size_t taken = 0;
        int rc;
        if (n == 0)
            return;
        rc = driver->conduit->ops->try_write(driver->conduit, slices, n, &taken);
        if (rc < 0) {
            driver_broke(driver, rc, now_ns);
            return;
        }
        size_t len = slices_len(slices, n);
        driver_drained(driver, taken, now_ns);
        written += taken;
        if (taken == 0) {
            driver_write_tail(driver, now_ns);
        } else if (taken < len) {
            continue;
        } else if (written >= DRIVER_FLUSH_MAX) {
            weft__driver_mark(driver);
            return;
        } else if (!weft__driver_has_output(driver)) {
            return;
        }
    }
}

/* ---- what the conduit says ---- */

static void driver_read_buffer(void *user, uint8_t **ret_data, size_t *ret_len)
{
    weft__driver *driver = user;
    void *place = NULL;
    size_t len = driver->state == WEFT__DRIVER_LIVE ? weft_engine_place(driver->engine, &place) : WEFT__READ_BUFFER;
    if (!place)
        len = len < WEFT__READ_BUFFER ? len : WEFT__READ_BUFFER;
    *ret_data = place ? place : driver->runtime->read_buffer;
    *ret_len = len;
    if (!place)
        weft__unpoison(*ret_data, *ret_len);
}

/* One feed: how much of it was taken; the rest is for what comes after the handshake, or for nobody. */
static size_t driver_feed(weft__driver *driver, const uint8_t *data, size_t len, uint64_t now_ns)
{
    size_t taken = 0;
    int rc;
    if (driver->handshake)
        rc = weft_handshake_feed(driver->handshake, data, len, now_ns, &taken);
    else
        rc = weft_engine_feed(driver->engine, data, len, now_ns, &taken);
    if (rc < 0)
        weft__driver_cut(driver, rc, NULL, now_ns);
    else if (weft__driver_goes_elsewhere(driver, len - taken))
        taken = len;
    else if (driver->handshake && weft_handshake_phase(driver->handshake) == WEFT_PHASE_DONE)
        weft__driver_promote(driver, now_ns);
    else if (taken < len)
        taken = len; /* behind a last word nothing counts */
    return taken;
}

static void driver_on_read(void *user, const uint8_t *data, size_t len)
{
    weft__driver *driver = user;
    weft_runtime *runtime = driver->runtime;
    weft__conduit *conduit = driver->conduit;
    uint64_t now_ns = uv_hrtime();
    /* One that is being got rid of becomes nothing any more: that is decided, and counted. */
    while (len > 0 && driver->state != WEFT__DRIVER_CLOSING && !driver->aborting) {
        size_t taken = driver_feed(driver, data, len, now_ns);
        data += taken;
        len -= taken;
        driver = conduit->user; /* the session may be one that another driver has */
    }
    /* What handlers are given points into the buffer: they run before it is used again. What they answer goes out at
     * once: it would wait for every other conduit that has something to read. */
    weft__loop_enter();
    weft__driver_serve(driver, now_ns);
    weft__loop_leave();
    weft__poison(runtime->read_buffer, WEFT__READ_BUFFER);
}

static void driver_on_end(void *user, int cause, int sys)
{
    weft__driver *driver = user;
    uint64_t now_ns = uv_hrtime();
    (void)sys;
    driver->rx_ended = true;
    if (driver->state == WEFT__DRIVER_CLOSING)
        return;
    /* An answer to the counterpart's last word may still be on its way out. */
    if (cause == 0 && weft__driver_phase(driver) == WEFT_PHASE_LAST_WORD)
        weft__driver_mark(driver);
    else
        weft__driver_cut(driver, cause, NULL, now_ns);
}

static void driver_on_written(void *user, int status)
{
    weft__driver *driver = user;
    if (driver->state == WEFT__DRIVER_CLOSING)
        return;
    driver->tx = WEFT__TX_OPEN;
    if (status < 0)
        driver_broke(driver, status, uv_hrtime());
    weft__driver_mark(driver);
}

static void driver_on_closed(void *user)
{
    weft__driver *driver = user;
    driver->conduit = NULL;
    driver->state = WEFT__DRIVER_WAITING;
    weft__driver_mark(driver);
}

const weft__conduit_events weft__driver_events = {
    driver_read_buffer, driver_on_read, driver_on_end, driver_on_written, driver_on_closed,
};
