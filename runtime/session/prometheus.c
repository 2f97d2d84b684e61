/* Counters as text for Prometheus. One family after the other; names end in _total where they only grow. */
#include "runtime/base/exposition.h"
#include "runtime/session/stats.h"

static void family(weft__exposition *e, const char *name, const char *help)
{
    size_t len = strlen(name);
    bool counter = len > 6 && memcmp(name + len - 6, "_total", 6) == 0;
    weft__exposition_family(e, name, counter ? "counter" : "gauge", help);
}

static void one(weft__exposition *e, const char *name, const char *help, uint64_t value)
{
    family(e, name, help);
    weft__exposition_sample(e, NULL, 0, value);
}

static void both(weft__exposition *e, const char *name, const char *help, uint64_t in, uint64_t out)
{
    const weft__label label_in = { "direction", "in" }, label_out = { "direction", "out" };
    family(e, name, help);
    weft__exposition_sample(e, &label_in, 1, in);
    weft__exposition_sample(e, &label_out, 1, out);
}

static void put_sessions(weft__exposition *e, const weft_totals *t)
{
    static const char *const reasons[] = { "timeout", "protocol", "version",   "incompatible",
                                           "refused", "lost",     "cancelled", "other" };
    one(e, "weft_sessions", "Sessions that are ready.", t->sessions_now);
    both(e, "weft_sessions_total", "Sessions that became ready, accepted (in) or begun here (out).", t->sessions_in,
         t->sessions_out);
    one(e, "weft_sessions_failed_total", "Sessions begun here that never became ready.", t->sessions_failed);
    one(e, "weft_sessions_ended_total", "Sessions that ended after a Goodbye.", t->sessions_ended);
    one(e, "weft_sessions_lost_total", "Sessions that ended without a Goodbye.", t->sessions_lost);
    one(e, "weft_sessions_disconnected_total", "Conduits that broke while their sessions went on.",
        t->all.disconnected);
    one(e, "weft_sessions_resumed_total", "Sessions that were resumed over another conduit, each time.",
        t->all.resumed);
    one(e, "weft_sessions_replaced_total", "Sessions that were replaced, the counterpart having lost them, each time.",
        t->all.replaced);
    family(e, "weft_handshakes_failed_total", "Handshakes that came to nothing, by reason.");
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        const weft__label reason = { "reason", reasons[i] };
        weft__exposition_sample(e, &reason, 1, t->handshakes_failed[i]);
    }
}

static void put_traffic(weft__exposition *e, const weft_session_stats *s)
{
    both(e, "weft_bytes_total", "Bytes that conduits carried, handshakes and headers included.", s->bytes_in,
         s->bytes_out);
    both(e, "weft_messages_total", "Messages of connections.", s->messages_in, s->messages_out);
    both(e, "weft_items_total", "Items of channels, among the messages.", s->items_in, s->items_out);
    both(e, "weft_schemas_total", "Schema messages, among the messages.", s->schemas_in, s->schemas_out);
    one(e, "weft_plans_total", "Translations between two versions of a method's declarations.", s->plans);
    one(e, "weft_plans_failed_total", "Translations that could not be made: the declarations do not fit.",
        s->plans_failed);
    one(e, "weft_late_messages_total", "Messages for what was gone already: dropped.", s->late);
    one(e, "weft_violations_total", "Violations of the protocol by counterparts.", s->violations);
    one(e, "weft_queued_bytes", "Bytes that wait in queues of connections.", s->queued_bytes);
    one(e, "weft_buffered_bytes", "Bytes that are held for the application, of what max_buffered bounds.",
        s->buffered_bytes);
    one(e, "weft_kept_bytes", "Memory of what was sent and is not acknowledged, of sessions that may be resumed.",
        s->kept_bytes);
    one(e, "weft_retry_bytes", "Arguments of calls that may be sent again, until they are answered.", s->retry_bytes);
    one(e, "weft_unsent_bytes", "Bytes in frames that conduits have not taken yet.", s->unsent_bytes);
}

static void put_opens(weft__exposition *e, const weft_session_stats *s)
{
    both(e, "weft_connections", "Virtual connections, undecided ones included.", s->connections_in, s->connections_out);
    both(e, "weft_channels", "Channels, by who made the call that they are of.", s->channels_in, s->channels_out);
    both(e, "weft_opens_total", "Opens of virtual connections.", s->opens_in, s->opens_out);
    both(e, "weft_opens_accepted_total", "Opens that were accepted.", s->opens_in_accepted, s->opens_out_accepted);
    both(e, "weft_opens_rejected_total", "Opens that were rejected.", s->opens_in_rejected, s->opens_out_rejected);
}

static void put_calls(weft__exposition *e, const weft_session_stats *s)
{
    both(e, "weft_calls_started_total", "Calls begun, by the counterpart (in) or here (out).", s->calls_in,
         s->calls_out);
    both(e, "weft_calls_active", "Calls that have not ended.", s->calls_in_active, s->calls_out_active);
    one(e, "weft_calls_waiting", "Calls made here that wait for a place among the concurrent ones.", s->calls_waiting);
    one(e, "weft_calls_held", "Calls that have ended and that handlers have not let go of.", s->calls_held);
}

static int put_method(void *user, const weft_method_stats *method)
{
    weft__exposition *e = user;
    for (unsigned i = 0; i < WEFT__STATS_ENDED; i++) {
        const weft__label labels[] = { { "direction", method->inbound ? "in" : "out" },
                                       { "service", method->service },
                                       { "method", method->method },
                                       { "outcome", weft__stats_ended_name(i) } };
        if (method->ended[i] > 0)
            weft__exposition_sample(e, labels, sizeof labels / sizeof *labels, method->ended[i]);
    }
    return e->status;
}

int weft_stats_prometheus(const weft_stats *stats, int (*write)(void *user, const char *text, size_t len), void *user)
{
    weft__exposition e = { write, user, 0, "" };
    weft_totals t;
    weft_stats_read(stats, &t, sizeof t);
    put_sessions(&e, &t);
    put_traffic(&e, &t.all);
    put_opens(&e, &t.all);
    put_calls(&e, &t.all);
    family(&e, "weft_calls_total", "Calls that have ended, by method and outcome.");
    (void)weft_stats_each_method(stats, put_method, &e);
    return e.status;
}
