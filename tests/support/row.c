/* Pairs in a row, joined by proxies. */
#include "tests/support/row.h"

static void on_over(void *user, const weft_error *error)
{
    row_proxy *proxy = user;
    proxy->n_over++;
    proxy->over = *error;
}

weft_proxy_options row_options(row_proxy *proxy)
{
    weft_proxy_options options = weft_proxy_options_default();
    options.on_closed = on_over;
    options.user = proxy;
    return options;
}

static void pair_start(row *c, size_t i, weft_test_alloc *alloc, weft_session_options options, weft_registry *registry)
{
    pair_init(&c->p[i], alloc);
    c->p[i].registry = registry;
    c->p[i].s.keep_pending = i + 1 < c->n;
    if (pair_begin(&c->p[i], options, options) == 0)
        pair_run(&c->p[i]);
}

void row_ready_resumable(row *c, weft_test_alloc *alloc, size_t n, weft_registry *registry)
{
    weft_session_options options = weft_session_options_default();
    memset(c, 0, sizeof *c);
    c->n = n;
    options.resumable = true;
    for (size_t i = 0; i < n; i++)
        pair_start(c, i, alloc, options, registry);
}

void row_break(row *c, size_t i)
{
    pair *p = &c->p[i];
    pair_disconnect(p, WEFT_ECONNRESET);
    p->client_max = p->server_max = SIZE_MAX;
    row_run(c); /* the others go on meanwhile */
    for (int k = 0; k < 100 && !weft_engine_wants_conduit(p->client); k++)
        row_advance(c, 100 * WEFT_NS_PER_MS);
    (void)pair_reconnect(p);
    row_run(c);
}

void row_ready(row *c, weft_test_alloc *alloc, size_t n, const uint32_t *frame_size_or_null)
{
    memset(c, 0, sizeof *c);
    c->n = n;
    for (size_t i = 0; i < n; i++) {
        weft_session_options options = weft_session_options_default();
        if (frame_size_or_null)
            options.max_frame_size = frame_size_or_null[i];
        if (options.connection_window < options.max_frame_size + WEFT_CONNECTION_WINDOW_MARGIN)
            options.connection_window = options.max_frame_size + WEFT_CONNECTION_WINDOW_MARGIN;
        pair_start(c, i, alloc, options, NULL);
    }
}

static bool pass_on(row *c, size_t i)
{
    pair_side *side = &c->p[i].s;
    weft_pending pending = side->pending;
    if (i + 1 == c->n || c->proxy[i].by_hand || !pending.slot)
        return false;
    weft_proxy_options options = row_options(&c->proxy[i]);
    side->pending = (weft_pending){ NULL, 0 };
    c->proxy[i].status = weft_proxy_open(pending, c->p[i + 1].c.session, &options);
    return true;
}

/* As a loop would: where one side has done with the conduit, the other sees its end. */
static bool end_broken(pair *p)
{
    bool over = (p->client && weft_engine_phase(p->client) == WEFT_PHASE_CLOSED) ||
                (p->server && weft_engine_phase(p->server) == WEFT_PHASE_CLOSED);
    if (!over || p->cut)
        return false;
    pair_disconnect(p, 0);
    return true;
}

static size_t moved(const row *c)
{
    size_t sum = 0;
    for (size_t i = 0; i < c->n; i++)
        sum += c->p[i].client_sent + c->p[i].server_sent;
    return sum;
}

void row_run(row *c)
{
    for (bool again = true; again;) {
        size_t before = moved(c);
        again = false;
        for (size_t i = 0; i < c->n; i++) {
            pair_run(&c->p[i]);
            again = pass_on(c, i) || again;
            again = end_broken(&c->p[i]) || again;
        }
        again = again || moved(c) > before;
    }
}

void row_advance(row *c, uint64_t ns)
{
    for (size_t i = 0; i < c->n; i++)
        pair_advance(&c->p[i], ns);
    row_run(c);
}

weft_connection *row_open(row *c)
{
    (void)pair_open(&c->p[0]);
    row_run(c);
    return c->p[0].c.opened;
}

void row_fini(row *c)
{
    for (size_t i = 0; i < c->n; i++)
        pair_fini(&c->p[i]);
}
