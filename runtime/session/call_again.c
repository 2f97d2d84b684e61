/* Calls that are sent again, over another session than the one that was lost with them, or another connection
 * [op.retry].
 *
 * When it is lost each call made here is looked at once: it ends, or goes back in line, with its message as it was but
 * for the head. When there is a counterpart again, those in line are held against what that one takes, and from then on
 * the time counts that they may wait for a place. A call that an earlier attempt may have run never ends as one that
 * has not. */
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/recover.h"
#include "runtime/session/session_log.h"

/* ---- it is lost ---- */

/* [op.store] No attempt is made later: the callee may have forgotten the outcome. */
uint64_t weft__call_last_attempt_ns(const weft__call *call)
{
    uint64_t ttl_ms = call->conn->peer_operation_ttl_ms;
    if (!call->op || call->result.attempts == 0)
        return WEFT_FOREVER;
    return weft__time_add(call->first_ns, ttl_ms > 0 ? ttl_ms * WEFT_NS_PER_MS : WEFT_OPERATION_TTL_DEFAULT);
}

static bool call_goes_again(const weft__call *call, uint64_t last_request)
{
    if (!weft__call_may_go_again(call) || call->state == WEFT__CALL_GIVEN_UP)
        return false;
    if (!weft__call_out_may_have_run(call, last_request))
        return call->result.attempts < WEFT_ATTEMPTS_MAX;
    return weft__call_policy(call) != WEFT__POLICY_VOLATILE && call->result.attempts < WEFT_ATTEMPTS_MAX &&
           weft__call_last_attempt_ns(call) > call->engine->now_ns;
}

static void call_lose(weft__call *call, uint64_t last_request)
{
    bool may_have_run = weft__call_out_may_have_run(call, last_request);
    weft__call_out_end(call, may_have_run ? WEFT_EINDETERMINATE : WEFT_ECONNCLOSED,
                       may_have_run ? "[op.retry] what it was sent over was lost"
                                    : "[op.retry] what it was to be sent over was lost",
                       last_request);
}

/* Nothing of it is on its way any more; its id stays, for the order. */
static void call_take_back(weft__call *call, uint64_t last_request)
{
    weft_connection *conn = call->conn;
    if (!call->ran_before)
        call->ran_with = conn->peer_operations;
    call->ran_before = weft__call_out_may_have_run(call, last_request);
    call->runs_once = call->ran_before && !weft__call_may_run_again(call);
    call->begin_offset = UINT64_MAX;
    weft__message_void(conn, &call->message);
    call->message.schema = NULL;
    weft__table_remove(&conn->calls->by_id, call->engine->table_seed, call->id);
    conn->calls->n_out--;
}

static bool call_is_before(const weft__link *a, const weft__link *b)
{
    return weft__container(a, weft__call, link)->id < weft__container(b, weft__call, link)->id;
}

/* Those that were sent stand in front of those that never were. */
static void conn_line_up(weft_connection *conn, weft__link *again)
{
    weft__calls *calls = conn->calls;
    weft__list_sort(again, call_is_before);
    for (weft__link *link = again->next; link != again; link = link->next) {
        weft__call *call = weft__container(link, weft__call, link);
        weft__call_log(call, WEFT_LOG_DEBUG, "call goes again", weft__log_number("attempts", call->result.attempts),
                       weft__log_text("service", weft__call_service_name(call)),
                       weft__log_text("method", weft__call_method_name(call)));
        call->id = 0;
        weft__call_set_state(call, WEFT__CALL_WAITING);
        weft__call_out_wait(call, false);
        calls->n_waiting++;
    }
    weft__list_splice(again, &calls->waiting);
    weft__list_splice(&calls->waiting, again);
}

void weft__conn_lose_calls(weft_connection *conn, uint64_t last_request)
{
    uint32_t cursor = 0;
    weft__call *call;
    weft__link again, *next;
    weft__list_init(&again);
    for (weft__link *link = conn->calls->waiting.next; link != &conn->calls->waiting; link = next) {
        next = link->next;
        call = weft__container(link, weft__call, link);
        if (call_goes_again(call, last_request))
            weft__call_out_wait(call, false);
        else
            call_lose(call, last_request);
    }
    while ((call = weft__conn_next_call(conn, &cursor)) != NULL) {
        if (call->inbound) {
            weft__call_in_conn_gone(call);
        } else if (call_goes_again(call, last_request)) {
            call_take_back(call, last_request);
            weft__list_append(&again, &call->link);
        } else {
            call_lose(call, last_request);
        }
        cursor--; /* each has taken it out of the table */
    }
    if (!weft__list_is_empty(&again))
        conn_line_up(conn, &again);
}

/* ---- there is a counterpart again ---- */

/* [op.id] It carries an operation where retry is in force now. 0 or WEFT_ENOMEM. */
static int call_fit_op(weft__call *call)
{
    int status = 0;
    bool persistent = weft__call_is_persistent(call);
    if (call->op && !persistent) {
        call->op = NULL;
        call->message.body.len -= WEFT__REQUEST_OP_LEN;
    } else if (!call->op && persistent) {
        weft_writer writer;
        weft__writer_init(&writer, &call->engine->allocator, SIZE_MAX);
        writer.buf = call->message.body;
        weft__call_write_op(call, NULL, &writer);
        status = writer.status;
        call->message.body = weft__writer_take(&writer);
        call->op = status == 0 ? call->op : NULL;
    }
    weft__call_keep_again(call);
    if (call->op)
        weft__call_find_op(call);
    return status;
}

/* Its declarations, limits and features may be others than those that the call was made for. 0, or why it ends. */
static int call_fit(weft__call *call, int64_t more_window, const char **ret_text)
{
    weft_connection *conn = call->conn;
    weft__known known = weft__binding_calls(conn->binding, call->service);
    *ret_text = "the counterpart, another one now, does not take it";
    if (known == WEFT__KNOWN_NOT)
        return WEFT_EINCOMPATIBLE;
    if (conn->peer_max_requests == 0)
        return WEFT_EBUSY;
    if (call->ran_before && !conn->retries)
        return WEFT_EINDETERMINATE;
    if (call->runs_once && (call->ran_with == 0 || call->ran_with != conn->peer_operations)) {
        *ret_text = "[op.retry] it may have run, and the counterpart, another one now, does not know of it";
        return WEFT_EINDETERMINATE;
    }
    int status = call_fit_op(call);
    if (status < 0)
        return status;
    call->exchanged = known == WEFT__KNOWN_EXCHANGED;
    for (weft__channel *channel = call->channels; channel; channel = channel->next) {
        channel->exchanged_or_null = call->exchanged ? call->method : NULL;
        channel->tx_bytes += more_window;
    }
    if (call->message.body.len > conn->peer_max_message)
        return WEFT_EMSGSIZE;
    return call->exchanged ? weft__schema_want(conn, call->method, WEFT__SCHEMA_ARGS, &call->message) : 0;
}

void weft__conn_fit_calls(weft_connection *conn, uint32_t channel_window_before)
{
    weft__link *next;
    int64_t more_window = (int64_t)conn->peer_channel_window - channel_window_before;
    for (weft__link *link = conn->calls->waiting.next; link != &conn->calls->waiting; link = next) {
        weft__call *call = weft__container(link, weft__call, link);
        const char *text;
        next = link->next;
        int status = call_fit(call, more_window, &text);
        if (status < 0)
            weft__call_out_end(call, call->ran_before ? WEFT_EINDETERMINATE : status, text, UINT64_MAX);
    }
    weft__call_out_next(conn);
    for (weft__link *link = conn->calls->waiting.next; link != &conn->calls->waiting; link = link->next)
        weft__call_out_wait(weft__container(link, weft__call, link), true);
}
