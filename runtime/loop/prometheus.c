/* The counters of a runtime as text for Prometheus: its sessions', its listeners', its operations'. */
#include "runtime/base/exposition.h"
#include "runtime/loop/loop.h"
#include "weft/operation.h"

enum { URL_MAX = 512 };

typedef struct family {
    const char *name, *type, *help;
    size_t offset; /* in weft_listener_stats, weft_operations_stats */
} family;

static const family families[] = {
    { "weft_listener_accepted_total", "counter", "Conduits that a listener accepted.",
      offsetof(weft_listener_stats, accepted) },
    { "weft_listener_ready_total", "counter", "Conduits of a listener that became sessions.",
      offsetof(weft_listener_stats, ready) },
    { "weft_listener_resumed_total", "counter", "Conduits of a listener over which a session of before goes on.",
      offsetof(weft_listener_stats, resumed) },
    { "weft_listener_too_many_total", "counter", "Handshakes closed since there were too many.",
      offsetof(weft_listener_stats, too_many) },
    { "weft_listener_waits_total", "counter", "Times that descriptors or memory were exhausted.",
      offsetof(weft_listener_stats, waits) },
    { "weft_listener_handshakes", "gauge", "Conduits of a listener that are not ready yet.",
      offsetof(weft_listener_stats, handshakes_now) },
    { "weft_listener_handed_total", "counter", "Conduits that went on at the loop of their session.",
      offsetof(weft_listener_stats, handed) },
    { "weft_listener_not_handed_total", "counter", "Conduits closed since they could not go on there.",
      offsetof(weft_listener_stats, not_handed) },
    { "weft_listener_sessions", "gauge", "Sessions that a listener accepted.",
      offsetof(weft_listener_stats, live_now) },
    { "weft_listener_addresses", "gauge", "IP addresses that a listener counts somebody for.",
      offsetof(weft_listener_stats, addresses_now) },
};

static const family operation_families[] = {
    { "weft_operations_records", "gauge", "Operations that are remembered.", offsetof(weft_operations_stats, records) },
    { "weft_operations_bytes", "gauge", "What they hold.", offsetof(weft_operations_stats, bytes) },
    { "weft_operations_live", "gauge", "Operations that run.", offsetof(weft_operations_stats, live) },
    { "weft_operations_indeterminate", "gauge", "Operations whose outcome nobody knows.",
      offsetof(weft_operations_stats, indeterminate) },
    { "weft_operations_recorded_total", "counter", "Operations that began.",
      offsetof(weft_operations_stats, recorded) },
    { "weft_operations_attached_total", "counter", "Attempts that found their operation running.",
      offsetof(weft_operations_stats, attached) },
    { "weft_operations_replayed_total", "counter", "Attempts that were given a recorded outcome.",
      offsetof(weft_operations_stats, replayed) },
    { "weft_operations_conflicts_total", "counter", "Attempts with the id of another operation.",
      offsetof(weft_operations_stats, conflicts) },
    { "weft_operations_expired_total", "counter", "Outcomes that were forgotten.",
      offsetof(weft_operations_stats, expired) },
    { "weft_operations_refused_total", "counter", "Operations refused for lack of room or of the store.",
      offsetof(weft_operations_stats, refused) },
    { "weft_operations_syncs_total", "counter", "Times that the store was made durable.",
      offsetof(weft_operations_stats, syncs) },
};

static const family registry_families[] = {
    { "weft_resumable_sessions", "gauge", "Accepted sessions that may be resumed.",
      offsetof(weft_registry_stats, sessions) },
    { "weft_parked_sessions", "gauge", "Accepted sessions that wait for their counterpart to come back.",
      offsetof(weft_registry_stats, parked) },
    { "weft_parked_bytes", "gauge", "What those hold.", offsetof(weft_registry_stats, parked_bytes) },
    { "weft_resumptions_total", "counter", "Times that a counterpart came back to its session.",
      offsetof(weft_registry_stats, resumed) },
    { "weft_resumptions_refused_total", "counter", "Times that one was told that its session is not resumable.",
      offsetof(weft_registry_stats, refused) },
    { "weft_parked_expired_total", "counter", "Parked sessions whose counterpart did not come back in time.",
      offsetof(weft_registry_stats, expired) },
    { "weft_parked_evicted_total", "counter", "Parked sessions that ended since there were too many.",
      offsetof(weft_registry_stats, evicted) },
};

static void put_families(weft__exposition *e, const family *families_of, size_t n, const void *stats)
{
    uint64_t value;
    for (size_t i = 0; i < n; i++) {
        const family *f = &families_of[i];
        weft__exposition_family(e, f->name, f->type, f->help);
        memcpy(&value, (const char *)stats + f->offset, sizeof value);
        weft__exposition_sample(e, NULL, 0, value);
    }
}

static void put_registry(weft__exposition *e, const weft_registry *registry)
{
    weft_registry_stats stats;
    weft_registry_stats_read(registry, &stats, sizeof stats);
    put_families(e, registry_families, sizeof registry_families / sizeof *registry_families, &stats);
}

static void put_operations(weft__exposition *e, const weft_operations *operations)
{
    weft_operations_stats stats;
    weft_operations_stats_read(operations, &stats, sizeof stats);
    put_families(e, operation_families, sizeof operation_families / sizeof *operation_families, &stats);
}

static void put_refused(weft__exposition *e, const weft_listener *listener)
{
    char url[URL_MAX];
    weft_listener_stats stats;
    if (weft_listener_url(listener, url, sizeof url) < 0)
        return;
    weft_listener_stats_read(listener, &stats, sizeof stats);
    for (size_t i = 0; i < WEFT_STATS_REFUSALS; i++) {
        const weft__label labels[] = { { "url", url }, { "reason", weft_refusal_name((weft_refusal)i) } };
        if (labels[1].value[0] != '\0')
            weft__exposition_sample(e, labels, 2, stats.refused[i]);
    }
}

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
    weft__exposition_family(&e, "weft_listener_refused_total", "counter",
                            "Conduits of a listener that became no session, by reason.");
    for (weft__link *link = runtime->listeners.next; link != &runtime->listeners; link = link->next)
        put_refused(&e, weft__listener_of(link));
    put_operations(&e, runtime->operations);
    put_registry(&e, runtime->registry);
    return e.status;
}
