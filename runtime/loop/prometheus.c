/* The counters of a runtime as text for Prometheus: its sessions', and its listeners'. */
#include "runtime/base/exposition.h"
#include "runtime/loop/loop.h"

enum { URL_MAX = 512 };

typedef struct family {
    const char *name, *type, *help;
    size_t offset; /* in weft_listener_stats */
} family;

static const family families[] = {
    { "weft_listener_accepted_total", "counter", "Conduits that a listener accepted.",
      offsetof(weft_listener_stats, accepted) },
    { "weft_listener_ready_total", "counter", "Conduits of a listener that became sessions.",
      offsetof(weft_listener_stats, ready) },
    { "weft_listener_too_many_total", "counter", "Handshakes closed since there were too many.",
      offsetof(weft_listener_stats, too_many) },
    { "weft_listener_waits_total", "counter", "Times that descriptors or memory were exhausted.",
      offsetof(weft_listener_stats, waits) },
    { "weft_listener_handshakes", "gauge", "Conduits of a listener that are not ready yet.",
      offsetof(weft_listener_stats, handshakes_now) },
};

static void put_listener(weft__exposition *e, const family *f, const weft_listener *listener)
{
    char url[URL_MAX];
    weft_listener_stats stats;
    uint64_t value;
    if (weft_listener_url(listener, url, sizeof url) < 0)
        return;
    weft__label label = { "url", url };
    weft_listener_stats_read(listener, &stats, sizeof stats);
    memcpy(&value, (const char *)&stats + f->offset, sizeof value);
    weft__exposition_sample(e, &label, 1, value);
}

int weft_runtime_prometheus(const weft_runtime *runtime, int (*write)(void *user, const char *text, size_t len),
                            void *user)
{
    weft__exposition e = { write, user, 0, "" };
    e.status = weft_stats_prometheus(runtime->stats, write, user);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        weft__exposition_family(&e, families[i].name, families[i].type, families[i].help);
        for (weft__link *link = runtime->listeners.next; link != &runtime->listeners; link = link->next)
            put_listener(&e, &families[i], weft__listener_of(link));
    }
    return e.status;
}
