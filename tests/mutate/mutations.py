"""The mutations: a place in the code, what stands there, what is put instead, and what that breaks.

`text` is there exactly once in the file. `tests` are those that ought to notice: they run first, all others only where
they do not. A mutation changes what the code does, not only how: one that no test can notice does not belong here.
"""
from collections import namedtuple

Mutation = namedtuple("Mutation", "file text becomes breaks tests")
MUTATIONS = []


def mutate(file, text, becomes, breaks, *tests):
    MUTATIONS.append(Mutation("runtime/" + file, text, becomes, breaks, tests))


# ---- base ----
mutate("base/buf.c", "if (n <= buf->cap - buf->len)", "if (n <= buf->cap - buf->len + 1)",
       "a buffer writes one byte behind its memory", "buf_test")
mutate("base/buf.c", "buf->data + n, buf->len);", "buf->data + n, buf->len - 1);",
       "consuming loses the last byte", "buf_test")
mutate("base/slots.c", "    given->generation++;\n", "",
       "a stale handle leads to who has the slot next", "slots_test")
mutate("base/slots.h", "found->kind != kind || ", "",
       "a handle of one kind passes as one of another", "slots_test")
mutate("base/slots.c", "    slots->references++;\n", "",
       "the set of handles goes while a session still uses it", "slots_test")
mutate("base/table.c", ">= ((i - hole) & mask)", "> ((i - hole) & mask)",
       "a removal makes another entry unfindable", "table_test")
mutate("base/table.c", "    table->entries[hole].value = NULL;\n    table->n--;", "    table->entries[hole].value = NULL;",
       "entries that went are still counted", "table_test")
mutate("base/timers.c", "if (timer->at_ns <= timers->heap[child]->at_ns)", "if (timer->at_ns > timers->heap[child]->at_ns)",
       "timers fire out of order", "timers_test")
mutate("base/timers.c", "timers->heap[0]->at_ns > now_ns)", "timers->heap[0]->at_ns >= now_ns)",
       "a timer does not fire at its own time", "timers_test")
mutate("base/arena.c", "if (pad > room || len > room - pad)", "if (len > room)",
       "an aligned allocation crosses the end of its block", "arena_test")

mutate("base/options.c", " || from_size > WEFT__OPTIONS_SIZE_MAX", "",
       "a size of garbage is believed, and read by", "options_test")
mutate("base/options.c", "        if (bytes[i] != 0)\n            return WEFT_EINVAL;\n", "        (void)bytes[i];\n",
       "what a newer version set is ignored", "options_test")

# ---- wire ----
mutate("wire/frame.c", '    if (frame->reserved != 0)\n        return "frame.max";\n', "",
       "[frame.max] the reserved field may say anything", "frame_test")
mutate("wire/frame.c", "frame->len < WEFT__MORE_MIN", "frame->len + 1 < WEFT__MORE_MIN",
       "[frame.fragment] fragments may be a byte too short", "frame_test")
mutate("wire/frame.c", "(!fragments || more || frame->len > 0)", "(!fragments || more)",
       "[frame.abort] ABORT may have a body", "frame_test")
mutate("wire/frame.c", "frame->len > frame_body_max(frame, max_frame_size)",
       "frame->len > frame_body_max(frame, max_frame_size) + 1u", "[frame.max] a body may be a byte too long", "frame_test")
mutate("wire/frame.c", "max = WEFT__CONTROL_BODY_MAX;", "max = WEFT__HANDSHAKE_BODY_MAX;",
       "[frame.max] small kinds may be large", "frame_test")
mutate("wire/reader.c", "n > weft__reader_left(&ahead) / 2", "n > weft__reader_left(&ahead)",
       "a map may announce twice what can be there", "reader_test")
mutate("wire/reader.c", "weft__read_array_open(&ahead, &n) || n > weft__reader_left(&ahead)",
       "weft__read_array_open(&ahead, &n)", "an array may announce 2^32-1 elements", "reader_test")
mutate("wire/reader.c", "if (depth == depth_max)", "if (depth == depth_max + 1)",
       "skipping goes one level deeper than allowed", "reader_test")
mutate("wire/reader.c", "if (!weft__utf8_is_valid(text))", "if (0)", "strings need not be UTF-8", "reader_test")
mutate("wire/reader.c", "if (len > left - 1 - width)", "if (len > left - 1)",
       "a run of bytes may end behind the message", "reader_test")
mutate("wire/reader.c", "time.nsec >= 1000000000", "time.nsec > 1000000000",
       "a timestamp may have a whole second of nanoseconds", "reader_test")
mutate("wire/metadata.c", "if (n > WEFT_METADATA_ENTRIES_MAX && n_hops == 0)", "if (0)",
       "[call.metadata] entries without end are read", "metadata_test")
mutate("wire/metadata.c", "        cost += entry_cost(&entry);\n", "",
       "[call.metadata] metadata of any size is read", "metadata_test")
mutate("wire/metadata.c", "    if (weft__key_is_reserved(entry->key))", "    if (0)",
       "[call.metadata] applications may send reserved keys", "metadata_test")
mutate("wire/metadata.c", " && entry->bytes.len == TRACE_LEN;", ";",
       "[call.metadata] applications may send a weft-trace of any length", "behalf_test")
mutate("wire/parts.c", "if (weft__read_str(reader, &text) || text.len > WEFT_TEXT_MAX)",
       "if (weft__read_str(reader, &text))", "texts of any length are read", "messages_test")
mutate("wire/parts.h", "return weft__reader_left(reader) > 0 ? WEFT_EBADMSG : 0;", "return 0;",
       "bytes behind a body pass", "messages_test")
mutate("wire/parts.c", "settings.max_message_size < WEFT_MESSAGE_SIZE_MIN", "settings.max_message_size == 0",
       "settings may leave no room for an answer", "violations_test")
mutate("wire/parts.c", "if (weft__read_array(reader, &n) || n > n_max)",
       "if (weft__read_array(reader, &n) || n_max == 0)",
       "lists of services and features without end are read", "messages_test")

# ---- schema ----
mutate("schema/decode.c", "|| len > d->memory_left)", ")",
       "a value may take any multiple of its bytes", "codec_test", "codec_value_test")
mutate("schema/decode.c", "    d->memory_left -= len;\n", "",
       "each list of a value may take the whole allowance", "codec_test", "codec_value_test")
mutate("schema/decoder.h", "if (__builtin_expect(depth == 0, 0))", "if (__builtin_expect(depth == 99, 0))",
       "arrays nest without end", "codec_test", "codec_value_test")
mutate("schema/decode.c", "(size_t)(i - 1) * type->stride), pair) >= 0)", "(size_t)(i - 1) * type->stride), pair) > 0)",
       "a map may have a key twice", "codec_test", "codec_value_test")
mutate("schema/decode.c", "if (n != type->n) /*", "if (n < type->n) /*",
       "a struct with too many fields writes behind itself", "codec_test", "codec_value_test")
mutate("schema/decode.c", "if (type->flags & WEFT_TYPE_CLOSED)", "if (0)",
       "a closed enum takes unknown variants", "codec_test", "codec_value_test")
mutate("schema/decode_plan.c", "if (n != plan->n)", "if (n < plan->n)",
       "[schema.plan] a struct with too many fields is read behind its plan", "plan_read_test")
mutate("schema/decode_plan.c", "plan->remote, depth - 1, out)", "plan->remote, depth, out)",
       "[schema.plan.errors] options that a plan adds nest without end", "plan_read_test")
mutate("schema/plan_match.c", "m->local_of[found] == WEFT__NONE", "true",
       "[schema.plan] one remote field is read as two", "plan_rules_test")
mutate("schema/plan_match.c", "local - WEFT_KIND_I8 > remote - WEFT_KIND_U8", "local - WEFT_KIND_I8 >= remote - WEFT_KIND_U8",
       "[schema.plan] an unsigned number becomes a signed one that cannot hold it", "plan_rules_test")
mutate("schema/plan.c", "!step->is_empty && ", "",
       "[schema.plan] fields that are not there are read as an array", "plan_rules_test")
mutate("schema/remote.c", "computed[i] != in->ids[at + i] || ", "",
       "[schema.required] an id may lie", "remote_bytes_test")
mutate("schema/remote_parse.c", "== WEFT__NONE ? 0 : fail(p", "!= 0 ? 0 : fail(p",
       "[schema.required] a name may stand twice", "remote_bytes_test")
mutate("schema/remote_parse.c", "character == '_' || character == '.'", "character == '_' || character == '.' || character == '\"'",
       "[schema.required] a name may end a string of JSON", "remote_hostile_test")
mutate("schema/plan.c", " && local != &weft__plan_no_fields", "",
       "[schema.plan.errors] fields that are skipped are told of one enum and not of the next", "plan_rules_test")
mutate("schema/plan_report.c", " || around->op == WEFT__PLAN_WRAP", "",
       "[schema.plan.errors] what an option holds is named as what holds the option", "plan_random_test")
mutate("schema/decode.c", "number < -max - 1 || ", "", "small integers wrap around", "codec_test", "codec_value_test")

# ---- session: what comes in ----
mutate("session/input.c", "conn->rx_kind != 0 || conn->rx_window < cost ||", "conn->rx_kind != 0 ||",
       "[flow.window] what comes whole is not charged against the window", "frames_test", "violations_test")
mutate("session/input.c", "conn->rx_kind != 0 || conn->rx_window < cost ||", "conn->rx_window < cost ||",
       "[frame.order] a whole frame between fragments passes", "frames_test", "violations_test")
mutate("session/output.c", "longest + WEFT__FRAME_HEADER > *budget || conn->tx_window < (int64_t)(longest + WEFT__FRAME_HEADER) ||",
       "longest + WEFT__FRAME_HEADER > *budget ||",
       "[flow.window] what goes out whole is sent beyond the window", "frames_test")
mutate("session/output.c", "longest + WEFT__FRAME_HEADER > *budget || conn->tx_window < (int64_t)(longest + WEFT__FRAME_HEADER) ||",
       "conn->tx_window < (int64_t)(longest + WEFT__FRAME_HEADER) ||",
       "[frame.fair] what goes out whole is not held by the turn", "fair_test")
mutate("session/input.c", "            weft__call_lose_body(call);\n", "",
       "a reply that could not be kept is decoded from memory that is gone", "dispatch_test")
mutate("session/input.c", "if (engine->n_theirs <= limit)", "if (engine->n_theirs <= limit + 1)",
       "[conn.limits] one connection too many", "connections_test")
mutate("session/input.c", "engine->n_theirs - limit >= 1024", "engine->n_theirs - limit >= 102400",
       "[conn.limits] a flood of opens owes rejects without end", "connections_test", "violations_test")
mutate("session/input.c", "-WEFT_WINDOW_OVERDRAFT : 0)", "-WEFT_WINDOW_OVERDRAFT : -WEFT_WINDOW_OVERDRAFT)",
       "[flow.window] requests may overdraw the window", "frames_test", "violations_test")
mutate("session/input.c", "(weft__kind_may_overdraw(engine->in_frame.kind) ? -WEFT_WINDOW_OVERDRAFT : 0)",
       "(weft__kind_may_overdraw(engine->in_frame.kind) ? INT64_MIN : 0)",
       "[flow.window] cancels may overdraw the window without end", "frames_test")
mutate("session/input.c", "if (conn->rx_kind != 0 && conn->rx_kind != kind) {", "if (0) {",
       "[frame.order] messages of a connection may be interleaved", "frames_test", "violations_test")
mutate("session/input.c", "if (engine->in_frame.len > conn->rx_left) {", "if (engine->in_frame.len > max) {",
       "[frame.fragment] fragments without end", "frames_test", "violations_test")
mutate("session/input.c", "    conn->window_owed += conn->rx_taken;", "    conn->window_owed += conn->rx_taken / 2;",
       "[flow.window] half of the window is never given back", "frames_test", "calls_test")
mutate("session/input.c", "        weft__call_in_on_abort(conn, begun);\n", "        (void)begun;\n", "[frame.abort] the id of an aborted request is not spent", "frames_test", "calls_test")
mutate("session/call_in.c", "    call->telling = false;\n", "    call->running = true;\n",
       "[call.metadata] what was sent along counts as there when it is gone", "behalf_test")
mutate("session/input.c", "        weft__call_in_on_refused_abort(conn);\n", "        (void)begun;\n",
       "[frame.abort] a request that was refused, then aborted, keeps its place", "memory_half_test")
mutate("session/assemble.c", "        weft__call_out_refused_end(conn, true);\n", "        weft__conn_close_if_unused(conn);\n",
       "[call.concurrent] the place of a response that was refused is never free", "memory_half_test")
mutate("session/input.c", "    if (conn->rx_kind != WEFT__KIND_OPEN && !goes_on)", "    if (conn->rx_kind != WEFT__KIND_OPEN)",
       "[frame.fragment] the rest of an Open is a violation where the first frame was refused", "crossing_test")
mutate("session/input.c", "engine->pong_nonce = number;", "engine->pong_nonce = number + 1;",
       "[session.ping] the answer has another nonce", "frames_test")
mutate("session/input.c", "    engine->peer_conn = id;\n", "",
       "[id.increasing] the id of a connection may be used again", "legal_test", "connections_test")
mutate("session/assemble.c", "weft__conn_arm(conn, until);", "(void)until;",
       "[frame.abort] half a message may wait for ever", "frames_test")

# ---- session: schemas ----
mutate("session/schemas.c", "if (method->came[schema.direction]) {", "if (0) {",
       "[schema.send] a second Schema for a method and direction is taken", "schema_hostile_test")
mutate("session/schemas.c", "n_came >= WEFT__SCHEMAS_MESSAGES_MAX", "n_came > WEFT__SCHEMAS_MESSAGES_MAX",
       "[schema.required] one Schema message too many is taken", "schema_hostile_test")
mutate("session/schemas.c", "conn->schema_bytes <= WEFT__SCHEMAS_BYTES_MAX", "conn->schema_bytes <= 16 * WEFT__SCHEMAS_BYTES_MAX",
       "[schema.required] schemas take more than a megabyte", "schema_hostile_test")

# ---- session: calls ----
mutate("session/call_in.c", "if (id <= conn->peer_request) {", "if (id < conn->peer_request) {",
       "[id.increasing] a request id may be used twice", "calls_test", "violations_test")
mutate("session/call_in.c", "if (conn->calls->n_in >= conn->engine->options.max_concurrent_requests) {",
       "if (conn->calls->n_in > conn->engine->options.max_concurrent_requests) {", "[call.concurrent] one request too many",
       "calls_test", "violations_test")
mutate("session/call_in.c", "if (engine->n_over >= WEFT_OVER_CALLS_MAX) {", "if (0) {",
       "calls that are over fill the memory", "session_api_test", "rpc_test")
mutate("session/call_in.c", "if (call->held)\n        return;\n    if (call->telling ||",
       "if (call->telling ||",
       "a call is freed under its handler", "session_api_test", "rpc_test")
mutate("session/call_in.c", "call->telling || call->n_intercepted > 0)", "call->telling)",
       "a call is freed before its interceptors are told", "intercept_test")
mutate("session/intercept.c", "call->n_intercepted = (uint32_t)i + 1;", "call->n_intercepted = (uint32_t)i;",
       "the last interceptor is not told how a call ended", "intercept_test")
mutate("session/stats.c", "    stats_add(&engine->stats->gone.all, &mine);\n", "",
       "what a session has counted is forgotten with it", "stats_test")
mutate("session/call_in.c", "weft__call_count_end(call, WEFT__IN, WEFT_STATS_LOST);", "(void)conn;",
       "a lost call counts as under way for ever", "stats_test")
mutate("session/stats.c", "        if (method && !behind)\n            return false;\n", "",
       "one series stands twice", "stats_test")
mutate("base/exposition.c", "strcspn(text + at, \"\\\\\\\"\\n\")", "strcspn(text + at, \"\\n\")",
       "a label ends where its value wants it", "stats_test")
mutate("session/intercept.c", "    while (n-- > 0) {", "    for (n = call->n_intercepted; n-- > 0;) {",
       "interceptors are told nothing", "intercept_test")
mutate("session/call_in.c", " || id > conn->peer_request) {", ") {",
       "[call.cancel] a Cancel may name what never was", "calls_test", "violations_test")
mutate("session/call_in.c", "        conn->calls->n_in--;\n", "",
       "[call.concurrent] an answered request keeps its place", "calls_test")
mutate("session/calls.c", "if (!call->body_borrowed)", "if (call->body_borrowed)",
       "arguments that a handler keeps are read over", "rpc_test")
mutate("session/call_out.c", "||\n        response.request_id > conn->last_request) {", ") {",
       "[call.response] a Response may name what never was", "calls_test", "violations_test")
mutate("session/call_out.c", " || conn->calls->n_waiting >= WEFT_QUEUED_CALLS_MAX)", ")",
       "calls without end wait for a place", "calls_test")
mutate("session/call_out.c", "if (!weft__conn_has_room(conn)) {", "if (0) {",
       "[memory.queued] an application queues without end", "calls_test", "session_api_test")
mutate("session/call_out.c", "call->begin_offset < call->engine->out.handed && ", "",
       "[call.outcomes] a call that never left may have run", "calls_test", "ends_test")
mutate("session/call_out.c", "    else if (!needed)\n        weft__call_free(call);\n}",
       "    else if (needed)\n        weft__call_free(call);\n}", "a cancelled call outlives its connection", "session_api_test")
mutate("session/call_out.c", "if (calls->n_out < conn->peer_max_requests && calls->n_waiting == 0 && !conn->reopens)",
       "if (calls->n_out <= conn->peer_max_requests && calls->n_waiting == 0 && !conn->reopens)",
       "[call.concurrent] one call more than the counterpart takes", "calls_test")

# ---- session: connections ----
mutate("session/open.c", "engine->n_ours >= engine->peer_session.max_connections)",
       "engine->n_ours > engine->peer_session.max_connections)",
       "[conn.limits] one open more than the counterpart takes", "connections_test")
mutate("session/open.c", "if (accept.settings.odd == conn->odd) {", "if (0) {",
       "[conn.parity] both sides of a connection have the same parity", "connections_test", "violations_test")
mutate("session/open.c", "if (engine->state != WEFT__SESSION_READY || engine->drains) {", "if (engine->drains) {",
       "an Open is taken while the session closes", "closing_test", "crossing_test", "ends_test")
mutate("session/open.c", "if (engine->state != WEFT__SESSION_READY || engine->drains) {",
       "if (engine->state != WEFT__SESSION_READY) {",
       "[session.drain] an Open is taken while the session drains", "drain_test")
mutate("session/call_in.c", "if (engine->state != WEFT__SESSION_READY || conn->drains) {",
       "if (engine->state != WEFT__SESSION_READY) {",
       "[session.drain] a request is taken while the session drains", "drain_test")
mutate("session/drain.c", "engine->drains && engine->n_calls == engine->n_over", "engine->drains",
       "[session.drain] calls under way are not waited for", "drain_test")
mutate("session/drain.c", "    conn_refuse_waiting(conn);\n", "",
       "[session.drain] calls wait for a place that there will never be", "drain_test")
mutate("session/output.c", "conn->round == engine->round ? &engine->later : &engine->ready", "&engine->ready",
       "[frame.fair] who has had its turn has another one before others", "fair_test")
mutate("session/output.c", "!weft__list_is_empty(&engine->later) && output_may_cut(engine, 1)", "!weft__list_is_empty(&engine->later)",
       "[frame.fair] several rounds are cut ahead of the conduit", "fair_test")
mutate("session/output.c", "stops || row > engine->ahead ?", "row > engine->ahead ?",
       "[frame.fair] a conduit that takes less and less is offered as much as ever", "fair_test")
mutate("session/assemble.c", "body->len + stored >= want / 2", "true",
       "[frame.fragment] memory comes with the announcement of a frame", "place_test")
mutate("session/output.c", "!(alone && *budget == WEFT__TURN)", "!alone",
       "[frame.fair] who is alone sends long frames one behind the other in one turn", "fair_test")
mutate("session/output.c", "bool alone = weft__list_is_empty(&engine->ready) && weft__list_is_empty(&engine->later);", "bool alone = true;",
       "[frame.fair] frames are long though others wait", "fair_test")
mutate("session/budget.c", "return used <= limit && n <= limit - used;", "return true;",
       "[memory.buffered] a session holds whatever comes", "memory_test")
mutate("session/budget.c", "    weft__memory_give(conn->engine, conn->rx->charged);\n", "",
       "[memory.buffered] half messages are charged for ever", "memory_test")
mutate("session/call_in.c", "engine->buffered / 2 > engine->options.max_buffered", "0",
       "[memory.buffered] refusals without end are kept", "memory_test")
mutate("session/output.c", "conn->blocked ? conn->queued < options->max_queued_connection : ", "",
       "[memory.queued] what waits for a window has no limit of its own", "memory_test")
mutate("session/behalf.c", "if (parent->deadline_ns < call->deadline_ns) /* [call.deadline] */", "if (0)",
       "[call.deadline] a nested call has time without end", "behalf_test")
mutate("session/behalf.c", "if (!(more->entries[i].flags & WEFT_METADATA_NO_PROPAGATE) && !weft__key_is_reserved(more->entries[i].key))",
       "if (!weft__key_is_reserved(more->entries[i].key))",
       "[call.metadata] what is not to be propagated is", "behalf_test")
mutate("session/keepalive.c", "    if (engine->heard) {", "    if (0) {",
       "[session.keepalive] what came counts for nothing", "keepalive_test")
mutate("session/open.c", "    weft__conn_arm(conn, engine->now_ns + WEFT_OPEN_TIMEOUT);\n", "",
       "[conn.reject] an Open may stay undecided for ever", "connections_test")
mutate("session/open.c", "        conn->refs++;\n        *ret_connection_or_null = conn;", "        *ret_connection_or_null = conn;",
       "an accepted connection belongs to nobody", "connections_test", "rpc_test")
mutate("session/conn.c", "(int64_t)bytes > whole - conn->tx_window", "(int64_t)bytes > whole",
       "[flow.window] a Window may give more than was spent", "violations_test", "frames_test")
mutate("session/conn.c", "        if (engine->recent == conn)\n            engine->recent = NULL;\n", "",
       "a frame finds a connection that was freed", "connections_test", "calls_test")
mutate("session/conn.c", "if (conn->refs > 0 || conn->holds > 0)", "if (conn->holds > 0)",
       "a connection is freed under the application", "connections_test", "session_api_test")
mutate("session/conn.c", "        conn->delivered = false;\n        conn->holds++;", "        conn->holds++;",
       "closed is told twice, or held for ever", "connections_test", "ends_test")
mutate("session/conn.c", "case WEFT__CONN_CLOSING: /* [conn.close] not taken in time: what is in front of the Close is dropped */\n",
       "case WEFT__CONN_CLOSING:\n        break;\n", "[conn.close] a Close waits behind a window for ever", "connections_test",
       "closing_test")

# ---- session: the handshake and the end ----
mutate("session/handshake.c", "if (session->max_frame_size < WEFT_FRAME_SIZE_MIN || session->max_frame_size > WEFT_FRAME_SIZE_MAX) {",
       "if (0) {", "[frame.max] any frame size is agreed on", "handshake_test", "violations_test")
mutate("session/handshake.c", "||\n        session->connection_window > INT32_MAX) {", ") {",
       "[flow.window] a window may be of 4 GiB", "handshake_test", "violations_test")
mutate("session/handshake.c", "if (engine->initiator && hello->settings.odd == engine->odd) {", "if (0) {",
       "[session.parity] both sides have the same parity", "handshake_test", "violations_test")
mutate("session/handshake.c", "handshake->preamble_at_ns = weft__time_add(now_ns, preamble_timeout_ns);",
       "handshake->preamble_at_ns = WEFT_FOREVER;", "[preamble] silence is not ended after 5 s", "handshake_test")
mutate("session/handshake_feed.c", "if (lowest > WEFT__VERSION || highest < WEFT__VERSION) {",
       "if (lowest > WEFT__VERSION + 9 || highest < WEFT__VERSION) {",
       "[preamble] a version that is too new is welcome", "handshake_test", "violations_test")
mutate("session/end.c", "engine->last_word_left = WEFT_LAST_WORD_BYTES;", "engine->last_word_left = UINT64_MAX;",
       "[conduit.last-word] bytes without end are read behind it", "ends_test", "closing_test")
mutate("session/end.c", "    else\n        say_goodbye(engine);\n    weft__session_end", "    weft__session_end",
       "[session.goodbye] a Goodbye is not answered", "closing_test", "ends_test")
mutate("session/legal.c", "[ROW_CLOSE]          = { S, S, S, S, S, S, S, D, D, C, C, T,",
       "[ROW_CLOSE]          = { S, S, S, S, S, S, S, D, D, C, C, D,", "[conn.close] a Close of a pending open is dropped",
       "legal_test")
mutate("session/states.c", "[WEFT__CONN_CLOSING] = TO(WEFT__CONN_CLOSED),",
       "[WEFT__CONN_CLOSING] = TO(WEFT__CONN_CLOSED) | TO(WEFT__CONN_OPEN),", "a connection that closes may open again",
       "states_test")
mutate("base/options.c", "if (bytes[i] != 0)", "if (0)", "options that are not known are ignored", "options_test")
mutate("base/options.c", " || from_size > WEFT__OPTIONS_SIZE_MAX)", ")",
       "a size that was never set is read by", "options_test")

# ---- session: what goes out ----
mutate("session/output.c", "limit < least))", "limit == 0))",
       "[frame.fragment] fragments that are too short are sent", "frames_test")
mutate("session/output.c", "conn->tx_window -= (int64_t)cost;", "conn->tx_window -= (int64_t)len;",
       "[flow.window] headers are not paid for", "frames_test", "calls_test")
mutate("session/calls.c", "if (call->end_offset > engine->out.taken)", "if (0)",
       "[call.concurrent] a place is free before its response was taken", "calls_test")
mutate("session/output.c", "        conn->abort_kind = message->kind;\n", "        (void)conn;\n",
       "[frame.abort] a message half sent is left so", "frames_test", "calls_test")

# ---- session: joined connections ----
mutate("session/output.c", "last ? message->flags : WEFT__FLAG_MORE", "last ? 0 : WEFT__FLAG_MORE",
       "[proxy.join] fragments are passed on as whole messages", "proxy_test")
mutate("session/output.c", "left - len < WEFT__MORE_MIN)", "0)",
       "[proxy.join] a fragment that is cut leaves one that is too short", "proxy_test")
mutate("session/proxy.c", "        weft__conn_give_window(other, cost);\n", "        (void)other;\n",
       "[proxy.pressure] what was passed on is never given back", "proxy_test")
mutate("session/proxy.c", "        status = proxy_abort(conn, other);\n        if (status == 0)\n            end_open", "        if (status == 0)\n            end_open",
       "[proxy.close] half a message is left so", "proxy_test")
mutate("session/proxy.c", "bool again = kind == WEFT__KIND_DRAIN && other && other->leg->drained;", "bool again = false;",
       "[proxy.pressure] a second Drain is passed", "proxy_hostile_test")
mutate("session/proxy.c", "return fits ? relayed_of(last) : NULL;", "return fits && !last ? relayed_of(last) : NULL;",
       "[proxy.pressure] each short frame that waits holds a message", "proxy_memory_test")
mutate("session/proxy.c", "bool fits = weft__memory_charge(other->leg->payer, charge);",
       "bool fits = true;\n    weft__memory_charge_anyway(other->leg->payer, charge);",
       "[memory.buffered] what waits at a proxy has no limit", "proxy_memory_test")
mutate("session/proxy.c", "    if (!weft__list_is_empty(&other->queue) || other->abort_kind", "    if (other->abort_kind",
       "[frame.order] what fits the window passes what waits for it", "proxy_narrow_test")
mutate("session/proxy.c", "        other->tx_window < (int64_t)cost || !weft", "        !weft",
       "[flow.window] what is passed at once does not ask for the window", "proxy_narrow_test")
mutate("session/proxy.c", "        (engine->out.replay && weft__out_room(&engine->out) < WEFT__TURN) ||\n", "",
       "[resume.count] what is passed at once is kept beyond the limit", "proxy_narrow_test")
mutate("session/proxy.c", "conn->rx_kind = half_kind; /* of what", "(void)half_kind; /* of what",
       "[frame.abort] what was not passed on is taken for half a message", "proxy_order_test")
mutate("session/proxy.c", "if (!other->leg->drain_owed || conn->rx_kind != 0)", "if (!other->leg->drain_owed || conn->rx_kind > 250)",
       "[frame.order] a Drain that was owed is said within a message", "proxy_order_test")
mutate("session/conn.c", "if (at_once && conn->leg && !conn->leg->tx_kind)", "if (at_once && conn->leg && conn->leg->tx_kind > 250)",
       "[frame.abort] a message that never began is aborted", "proxy_narrow_test")
mutate("session/output.c", "        conn->abort_kind = conn->leg->tx_kind;\n", "        (void)conn;\n",
       "[frame.abort] half a message is left so where its rest has come", "proxy_narrow_test")
mutate("session/drain.c", "    if (weft__proxy_other(connection)) {", "    if (weft__proxy_other(connection) && connection->id == 0) {",
       "[frame.order] a leg's Drain is said within a message", "proxy_order_test")
mutate("session/proxy_open.c", "if (hops >= WEFT_HOPS_MAX)", "if (hops > 2 * WEFT_HOPS_MAX)",
       "[proxy.settings] rings of proxies go on", "proxy_test")
mutate("session/proxy_open.c", "right->odd = left->open->settings.odd;", "right->odd = !left->open->settings.odd;",
       "[proxy.settings] the ids do not fit", "proxy_test")
mutate("session/proxy_open.c", "!(entry->flags & WEFT_METADATA_NO_PROPAGATE) && ", "",
       "[proxy.settings] what is not to be propagated is", "proxy_test")
mutate("session/proxy_open.c", "    while (out.n_services < WEFT_SERVICES_MAX && ", "    while (out.n_services > WEFT_SERVICES_MAX && ",
       "[proxy.settings] the services of an open are not passed on", "schema_carry_test")
mutate("session/proxy.c", "    left->peer_reached = right->peer_reached = UINT64_MAX;", "",
       "[proxy.close] what a lost side had reached is made up", "proxy_hostile_test")
mutate("session/open.c", "reject.code == WEFT_CODE_LOST && conn->reopens", "0",
       "[op.retry] a session that is lost behind a proxy while an open is repeated ends it", "retry_line_test")

# ---- session: channels ----
mutate("session/channel_in.c", "if (channel->rx_items == 0 || channel->rx_bytes <= 0) {", "if (channel->rx_items == 0) {",
       "[chan.item] items may come without byte credit", "channel_frames_test")
mutate("session/channel_in.c", "if (channel->rx_items == 0 || channel->rx_bytes <= 0) {", "if (channel->rx_bytes <= 0) {",
       "[chan.item] items may come without item credit", "channel_frames_test")
mutate("session/channel_in.c", "    channel->rx_bytes -= weft__item_charge(body_len);\n", "    (void)body_len;\n",
       "[chan.item] items cost no byte credit", "channel_frames_test")
mutate("session/channel_in.c", "if ((uint64_t)channel->consumed_items * 2 < channel->window &&",
       "if ((uint64_t)channel->consumed_items < channel->window &&",
       "[chan.credit] credit is given back at the end of a window only", "channel_frames_test", "channels_test")
mutate("session/channel_in.c", "    channel->rx_items += credit.items;\n", "",
       "[chan.credit] credit that was given back does not count", "channel_frames_test", "channels_test")
mutate("session/channel_in.c", "n_items > channel->held_items)", "n_items > channel->held_items + 1)",
       "more may be consumed than was delivered", "channels_test", "channel_life_test")
mutate("session/channel_out.c", "    channel->tx_items--; /* [chan.item] */\n", "",
       "[chan.item] a sender sends beyond its credit", "channels_test", "channel_order_test")
mutate("session/channel_out.c", "    channel->tx_bytes -= weft__item_charge(item->message.body.len);\n", "",
       "[chan.item] a sender pays no byte credit", "channel_order_test", "channel_frames_test")
mutate("session/channel_out.c", "return body_len < CHARGE_MIN ? CHARGE_MIN : (uint32_t)body_len;", "return (uint32_t)body_len;",
       "[chan.item] short items cost less than 64 bytes", "channel_frames_test")
mutate("session/channel_out.c", "    if (credit.items == 0 && credit.bytes == 0) {", "    if (0) {",
       "[chan.credit] a Credit of nothing is no violation", "channel_frames_test")
mutate("session/channel_out.c", "if ((uint64_t)channel->tx_items + credit.items > INT32_MAX ||", "if (",
       "[chan.credit] item credit without end", "channel_frames_test")
mutate("session/channel_out.c", "int code = channel->end == WEFT_CHANNEL_RESET ? WEFT_ERESET : WEFT_ECLOSED;",
       "int code = WEFT_ECLOSED;", "[chan.reset] a reset looks like a closed channel to its sender", "channels_test",
       "channel_order_test")
mutate("session/channel_out.c", "return code == WEFT_CODE_NONE ? WEFT_EINVAL : ", "return ",
       "an abort with code 0 looks finished", "channel_order_test")
mutate("session/channels.c", "        if (sends[i] ? channel->got_items : channel->got_credit) {", "        if (0) {",
       "[chan.item] what came in the wrong direction before the handler is forgotten", "channel_frames_test")
mutate("session/channels.c", "if (announced.id <= conn->streams->peer_id) {", "if (0) {",
       "[id.increasing] the id of a channel may be used again", "violations_test")
mutate("session/channels.c", "if (announced.id == 0 || weft__is_odd(announced.id) == conn->odd) {", "if (announced.id == 0) {",
       "[conn.parity] a channel may have an id of our parity", "violations_test")
mutate("session/channels.c", "if (list.n > engine->options.max_channels - conn->streams->n_theirs)", "if (0)",
       "[chan.limits] channels without end", "channel_frames_test", "channel_life_test")
mutate("session/channels.c", "if (conn->streams->n_ours >= conn->peer_max_channels) /* [chan.limits] */", "if (0)",
       "[chan.limits] more channels than the counterpart takes", "channel_life_test", "channels_test")
mutate("session/channels.c", "        if (channel->touched)\n            continue;\n        weft__channel_let_go(channel);",
       "        continue;\n        weft__channel_let_go(channel);",
       "[chan.life] what a handler never touched is left open", "channel_order_test", "channel_life_test")
mutate("session/channels.c", "if (announced.items == 0 || announced.items > INT32_MAX)", "if (announced.items == 0)",
       "[chan.types] a window of 2^31 items is taken", "channel_frames_test")
mutate("session/channel_in.c", "    if (id == 0 || id > highest) {", "    if (id == 0) {",
       "a frame may name a channel that was never announced", "channel_frames_test")
mutate("session/output.c", "        weft__call_tell_resets(call);\n", "",
       "[chan.reset] a reset in front of the request is never said", "channel_order_test")

# ---- rpc ----
mutate("rpc/serve.c", " ||\n        weft__method_at(service, method) != call->method)", ")",
       "a call is answered with another method's type", "rpc_test")
mutate("rpc/call.c", "if (method->args->n > 0)", "if (0)", "a call without arguments is sent for a method that has some",
       "rpc_test")

# ---- rpc: operations ----
mutate("rpc/operations_attempt.c", "operation->method_id != call->method_id || ", "",
       "[op.states] an id of another method is no conflict", "operations_test")
mutate("rpc/operations_attempt.c", " || memcmp(operation->digest, digest, sizeof digest) != 0)", ")",
       "[op.states] other arguments are no conflict", "operations_test")
mutate("rpc/operations_index.c", "weft__operation_counter(id) <= client->expired",
       "weft__operation_counter(id) < client->expired", "[op.states] what expired last is run again", "operations_test")
mutate("rpc/operations_attempt.c", "operations->stats.records < options->max_records &&",
       "operations->stats.records <= options->max_records &&", "[op.store] one record too many", "operations_test")
mutate("rpc/operations_attempt.c", "client_or_null->n_live < options->max_live_client",
       "client_or_null->n_live <= options->max_live_client", "[op.store] a client runs one too many", "operations_test")
mutate("rpc/operations_attempt.c", "    if (operations->has_store) { /* [op.order] */", "    if (false) {",
       "[op.order] handlers do not wait for the record", "operations_store_test")
mutate("rpc/operations_attempt.c", "if (!(call->method->flags & WEFT_METHOD_IDEMPOTENT)) {", "if (false) {",
       "[op.states] what may have run is run again", "operations_store_test")
mutate("rpc/operations.c", "    operations->is_changed = operations->is_changed || operations->wants_unsaved;\n", "",
       "[op.order] an attempt waits for an outcome that nobody stores", "operations_time_test")
mutate("rpc/operations_attempt.c", "        weft__operation_is_asked(operation);\n", "", "[op.order] an outcome that was not stored is not tried again", "operations_store_test")
mutate("rpc/operations_attempt.c", "        if (call->service != operation->run->service)\n            continue;\n", "",
       "[op.states] a handler is given another version's arguments", "operations_versions_test")
mutate("rpc/operations_attempt.c", "    else if (was_runner)\n        operation_find_runner(operation);\n", "",
       "[op.states] nobody begins an operation whose first caller has gone", "operations_store_test")
mutate("rpc/operations_attempt.c", "    operation->is_unkept = operations->stats.bytes + operation->answer.len > operations->options.max_bytes;",
       "    operation->is_unkept = operations->stats.bytes > operations->options.max_bytes;", "[op.store] outcomes are kept beyond max_bytes", "operations_test")
mutate("rpc/operations_store.c", "at_ms > 0 ? now_ms - at_ms : 0", "at_ms > 0 ? 0 : 0",
       "[op.store] a restart begins the ttl anew", "operations_time_test")
mutate("rpc/operations_store.c", "operation->is_stored = read.state == RECORD_SEALED;", "operation->is_stored = true;",
       "[op.store] one that runs again is told from what a crash has left", "operations_store_test")
mutate("rpc/operations_attempt.c", "operation->at_ms = operations->has_store ? weft__operations_wall_ms(operations) : 0;", "operation->at_ms = 0;",
       "[op.states] what was cut short never expires where processes are short-lived", "operations_time_test")
mutate("rpc/operations.c", "    if (!weft_operations_want_sync(operations) && !has_unsaved(operations))", "    if (!weft_operations_want_sync(operations))",
       "[op.order] an outcome that was not stored has no last chance", "operations_time_test")
mutate("rpc/operations_store.c", "results_put(operations, operation->results) < 0", "results_put(operations, 0) < 0",
       "[op.states] how outcomes were declared is not stored", "operations_versions_test")
mutate("rpc/operations_answer.c", "    if (results == operation->results) {", "    if (true) {",
       "[op.states] outcomes of another version are told as they are", "operations_versions_test")
mutate("rpc/operations_index.c", "    if (++operations->n_idle <= operations->options.max_records)\n        return;\n",
       "    operations->n_idle++;\n    return;\n", "[op.store] clients that are gone are remembered without end",
       "operations_time_test")
mutate("rpc/operations.c", "    if (has_unsaved(operations) && operations->now_ns >= operations->unsaved_at_ns)\n        operations->is_changed = true;\n", "",
       "[op.order] an outcome that was not stored waits for a call to be tried again", "operations_time_test")
mutate("rpc/operations.c", "    if (operations->options.clock) /* handlers answer when they like */", "    if (false)",
       "[op.store] the ttl counts from the last attempt", "operations_time_test")
mutate("rpc/operations.c", "    operations->unsaved_wait_ns = status < 0 ? wait_ns : 0;\n", "",
       "[op.order] an outcome that is never stored is tried at one pace", "operations_time_test")
mutate("rpc/operations.c", "weft__timers_pop(&operations->timers, operations->now_ns)", "weft__timers_pop(&operations->timers, 0)",
       "[op.store] outcomes never expire", "operations_test")
mutate("session/call_in.c", "    else if (call->state == WEFT__CALL_SERVED && call->operation) /* [op.order] */",
       "    else if (false)", "[op.order] a caller that cancels is not answered", "operations_test")

# ---- types and values that were not compiled in ----
mutate("schema/layout.c", "l.sized[i]->c_size = 0;", "(void)l.sized[i];",
       "a layout that failed leaves types half laid out", "layout_test")
mutate("schema/layout.c", "if (depth == 0)", "if (0)",
       "a type that holds itself by value overflows the stack", "layout_test")
mutate("schema/view.c", "if (amount > (negative ? below : above))", "if (0)",
       "a number that does not fit its field is cut", "value_test")
mutate("schema/view.c", "if (place >= weft_value_count(value))", "if (place > weft_value_count(value))",
       "a place behind the last is read", "value_test")
mutate("json/scalars.c", "if ((n == 1 && (bits & 0xffff)) || (n == 2 && (bits & 0xff)))", "if (0)",
       "one value has several texts of base64", "json_test")
mutate("json/scalars.c", "if (number > (UINT64_MAX - digit) / 10)", "if (0)",
       "an integer of too many digits becomes another one", "json_test")
mutate("json/read.c", "return weft_value_sort(value) ? fail(r, at, \"a key stands twice\", \"\") : 0;",
       "(void)weft_value_sort(value);\n    return 0;", "a key that stands twice is taken", "json_test")
mutate("json/read.c", "if (n > r->memory_left / (size ? size : 1))", "if (0)",
       "a short text takes any amount of memory", "json_test")
mutate("rpc/dynamic.c", "        status = check_names(schema, error);\n", "        status = 0;\n",
       "names that no file can have reach who prints them", "dynamic_test")
mutate("rpc/dynamic.c", "field->flags |= WEFT_FIELD_UNTOLD;", "field->flags |= 0;",
       "a default that nobody knows is taken for zero", "dynamic_test")
mutate("rpc/dynamic.c", "before += method->channels[c].place < told->place ? 1 : 0;", "before += 0;",
       "the default of a parameter behind a channel goes to another one", "dynamic_test")

# ---- a session without a conduit, or in place of another ----
mutate("session/recover.c", "    case WEFT_CODE_NOT_READY: return true;\n", "    case WEFT_CODE_NOT_READY: return false;\n",
       "a server that is not ready yet ends the waiting for it", "recover_test")
mutate("session/recover.c", "return recovery_schedule(engine, recovery->until_ns <= engine->now_ns);",
       "return recovery_schedule(engine, false);",
       "without time to recover there is no attempt in the second of two outages", "recover_again_test")
mutate("session/replace.c", "    engine->counts.bytes_out += weft__out_written(&engine->out);\n", "",
       "bytes out begin anew with each session", "retry_line_test")
mutate("session/call_out.c", "weft__call_out_wait(call, !conn->reopens);", "weft__call_out_wait(call, true);",
       "the time of an outage is a wait for a place", "retry_line_test")
mutate("session/policy.c", "        weft__buf_trim(body);\n", "        (void)body;\n",
       "arguments are kept with what their writer had too much of", "retry_line_test")
mutate("session/call_out.c", "    if (status == 0 && !weft__call_has_room_again(call))\n        status = WEFT_EAGAIN;\n", "",
       "[memory.queued] what retry keeps has no bound", "retry_line_test")
mutate("session/drain.c", "        if (call->state != WEFT__CALL_GIVEN_UP)\n            return true;\n", "        return true;\n",
       "[session.drain] an outage is waited out for a response that is nobody's", "outage_end_test")
mutate("session/recover.c", "    recovery->wants = at_once || recovery->n_failed == 0;\n", "    recovery->wants = true;\n",
       "attempts follow each other without a pause", "recover_test")
mutate("session/recover.c", "    return wait / 2 + recovery->random % (wait / 2 + 1);\n", "    return wait;\n",
       "all clients come back at one time", "recover_test")
mutate("session/recover.c", "at_ns < recovery->until_ns ? at_ns : recovery->until_ns", "at_ns",
       "the last attempt comes after the time given", "recover_test", "retry_test")
mutate("session/recover.c", "        weft__event_remove(&recovery->restored_event);\n        return;\n", "        return;\n",
       "an outage is told to be over while the next one lasts", "retry_frames_test")
mutate("session/replace.c", "    conn->last_request = conn->peer_request = conn->peer_reached = 0;\n",
       "    conn->last_request = conn->peer_request = 0;\n",
       "a Close says that requests of the session before have come", "retry_frames_test", "retry_test")
mutate("session/replace.c", "    conn->rx_window = engine->options.connection_window;\n", "",
       "what the lost session had spent of a window stays spent", "retry_test", "retry_frames_test")
mutate("session/replace.c", "ready)->id < weft__container(b,", "ready)->id > weft__container(b,",
       "connections are opened again in any order of ids", "retry_frames_test", "retry_test")
mutate("session/replace.c", "conn->state == WEFT__CONN_OPENING || (conn->state", "(conn->state",
       "an open that nobody has decided on is lost with its session", "retry_test")
mutate("session/replace.c", "reopen->n_soon + 1 : 0;", "0 : 0;",
       "a connection that is lost again and again is opened again at once", "retry_frames_test")
mutate("session/call_again.c", "weft__call_policy(call) != WEFT__POLICY_VOLATILE && call->result", "call->result",
       "a call goes again though its callee says volatile", "retry_schema_test")
mutate("session/call_again.c", "link)->id < weft__container(b,", "link)->id > weft__container(b,",
       "calls that go again do so in any order", "retry_test")
mutate("session/call_again.c", "    if (call->ran_before && !conn->retries)\n        return WEFT_EINDETERMINATE;\n", "",
       "a call that may have run goes to a counterpart that does not retry", "retry_test")
mutate("session/call_again.c", "        call->message.body.len -= WEFT__REQUEST_OP_LEN;\n", "",
       "bytes are left behind a request that carries no op", "retry_test")
mutate("session/call_out.c", "    return call->ran_before || (call->begin_offset", "    return (call->begin_offset",
       "a call that an earlier attempt may have run says that it has not", "retry_test")
mutate("session/call_out.c", "forgotten it by now\", UINT64_MAX);\n        weft__call_out_next(conn);\n",
       "forgotten it by now\", UINT64_MAX);\n        (void)conn;\n",
       "a call that is not sent again keeps others from being sent", "retry_frames_test")
mutate("session/output.c", " || message->keeps", "",
       "the bytes of a call that goes again are given away", "retry_test", "retry_memory_test")
mutate("session/policy.c", "    if (!call->exchanged)", "    if (1)",
       "what the callee says of a method's policy counts for nothing", "policy_test")
mutate("session/call_again.c", "    if (call->runs_once && (call->ran_with == 0 || call->ran_with != conn->peer_operations)) {", "    if (0) {",
       "[op.retry] a call that may have run goes to whoever there is", "op_wire_identity_test")
mutate("session/call_again.c", "call->ran_before && !weft__call_may_run_again(call);", "call->ran_before;",
       "[op.retry] an idempotent call goes to nobody but who has run it", "op_wire_identity_test")
mutate("session/call_again.c", "call->ran_with == 0 || call->ran_with", "call->ran_with",
       "[op.id] who names no operations has those of any other who names none", "op_wire_identity_test")
mutate("session/proxy_open.c", "weft__identity_tag(&told.operations) == other->peer_operations", "1",
       "[proxy.join] who retries is joined to other operations than it was told of", "proxy_pair_test")
mutate("session/policy.c", "++id[i] == 0; i++)", "++id[i] != 0; i++)",
       "operations beyond the 255th have ids of others", "retry_frames_test")

# ---- sessions that survive their conduit ----
mutate("session/replay.c", " && frame_end_at(out, received) == received;", ";",
       "[resume.count] an Ack may end within a frame", "replay_test", "resume_wire_count_test")
mutate("session/replay.c", "    aside_drop(out);\n    if (out->taken < replay->received)", "    if (out->taken < replay->received)",
       "[resume.exact] what is of one conduit goes out on the next", "replay_test", "resume_wire_count_test")
mutate("session/replay.c", "replay->limit - replay->memory - spare : 0", "replay->limit : 0",
       "[resume.count] what is kept has no limit", "resume_replay_test", "resume_wire_replay_test")
mutate("session/replay.c", "soon && offered < out->end ?", "soon && offered > out->end ?",
       "[session.ping] a pong waits for all that is sent again", "replay_test")
mutate("session/resume.c", "    resume->fed -= partial_len(engine);\n", "",
       "[resume.count] part of a frame counts as received", "resume_cut_test")
mutate("session/resume.c", "        engine->in_again = true;\n", "        engine->in_again = false;\n",
       "[resume.exact] a frame that was cut is judged twice", "resume_cut_test", "resume_wire_replay_test")
mutate("session/resume.c", "if (more >= WEFT_ACK_BYTES)", "if (0)",
       "[resume.count] an Ack always waits for a second", "resume_wire_count_test")
mutate("session/resume.c", "        resume_await_rest(conn);\n", "        (void)conn;\n",
       "[frame.abort] behind an outage half a message waits for ever", "resume_test")
mutate("session/registry.c", "    if (address.len > 2 && address.ptr[0] == '['", "    if (address.len > 2 && address.ptr[0] == '<'",
       "[resume.acceptor] each address of an IPv6 network is another peer", "registry_test")
mutate("session/registry.c", "    key_void(resume->registry, &resume->key);\n    resume->key = resume->issued;", "    resume->key = resume->issued;",
       "[resume.key] a key that was replaced stays in the table", "resume_ready_test")
mutate("session/registry.c", "by_bytes ? parker->bytes > most->bytes : parker->n > most->n", "by_bytes && 0",
       "[resume.acceptor] anybody goes, not of the peer that has most", "registry_test", "resume_wire_outage_test")
mutate("session/registry.c", " || registry->stats.parked_bytes > registry->max_parked_bytes", "",
       "[resume.acceptor] what parked sessions hold has no limit", "registry_test", "resume_wire_outage_test")
mutate("session/handshake_resume.c", "a->has_unix_ids == b->has_unix_ids && a->uid == b->uid && a->gid == b->gid", "a && b",
       "[resume.refuse] another user comes back", "resume_wire_takeover_test")
mutate("session/handshake_resume.c", "if (other == by || other->step == STEP_RESUMING)", "if (other == by || link)",
       "[resume.exact] two handshakes resume one session", "resume_wire_takeover_test")
mutate("session/handshake_resume.c", "    if (handshake->by_issued_key)\n        weft__registry_commit(resume);\n", "",
       "[resume.key] a Hello with the issued key commits nothing", "resume_wire_key_test")

# ---- loop ----
mutate("loop/guard.c", "while (source->n_pending > counters->bounds.max_pending_per_address &&", "while (0 &&",
       "one address may have any number of handshakes", "listener_test")
mutate("loop/guard.c", "while (counters->counts.handshakes_now > counters->bounds.max_pending &&", "while (0 &&",
       "handshakes without end", "listener_test")
mutate("loop/gate.c", "            memset(ret_ip->bytes + 8, 0, 8);", "            (void)ret_ip;",
       "who has a network of IPv6 is as many clients as it has addresses", "door_address_test")
mutate("loop/gate.c", "        if (!is_ipv4_in_ipv6(ret_ip->bytes))\n", "", "all IPv4 clients of an IPv6 socket are one", "door_address_test")
mutate("loop/acceptor.c", "    case UV_EMFILE:\n    case UV_ENFILE: return", "    case UV_ENFILE: return", "running out of descriptors spins", "listener_test")
mutate("loop/guard.c", "    if (keeper != by && keeper->call)\n", "    if (0)\n", "who is pushed out at another loop stays there", "loops_door_test")
mutate("loop/guard.c", "    if (guard->pushed_out)\n        weft__list_append", "    if (0)\n        weft__list_append",
       "who is pushed out on its way to a loop stays there", "guard_test", "loops_door_test")
mutate("loop/guard.c", "guard->pushed_out ? WEFT_REFUSAL_TOO_MANY : counters_refusal", "counters_refusal", "who is pushed out becomes a session", "guard_test")
mutate("loop/guard.c", "    counters->counts.handshakes_now--;\n", "", "sessions that are ready count as handshakes", "listener_test")
mutate("loop/guard.c", "    if (refusal == WEFT_REFUSAL_NONE)\n        guard_enter(guard);\n", "    guard_enter(guard);\n",
       "who is refused a place among the sessions holds one", "door_limits_test")
mutate("loop/guard.c", "return bound >= 0 && n >= (uint64_t)bound;", "return bound >= 0 && n > (uint64_t)bound;",
       "[conn.limits] one session more than there may be", "door_limits_test")
mutate("loop/guard.c", "    counters->counts.live_now--;\n", "", "the place of a session is never free again", "door_limits_test")
mutate("loop/guard.c", "    if (counters->n_resumable == 0)\n", "",
       "[resume.acceptor] who comes back to its session is refused as one too many", "door_limits_test")
mutate("loop/guard.c", "    if (resumable)\n        counters_tell(counters);", "    if (resumable)\n        (void)counters;",
       "a listener that pauses keeps out those who may come back", "door_limits_test")
mutate("loop/acceptor.c", "    weft__counters_wait(acceptor->counters, &acceptor->watcher); /* what", "    /* what",
       "what is released is not used before the back-off has passed", "door_descriptors_test")
mutate("loop/acceptor.c", "return now_ms - acceptor->exhausted_ms >= ACCEPTOR_SHEDS_AFTER_MS;", "return true;",
       "clients are shed at once", "door_descriptors_test")
mutate("loop/driver_elsewhere.c", "if (at == 0 && rc == 0 && handed->said > 0)", "if (0)",
       "[resume.acceptor] where a conduit goes on its preamble is answered twice", "loops_handed_test")
mutate("loop/descriptors.c", "(left - kept + RESERVE_PART - 1) / RESERVE_PART", "left - kept",
       "several listeners use up together what is kept", "descriptors_test")
mutate("loop/listener.c", "    return (uint32_t)(limit / 4);", "    return WEFT_RESERVED_DESCRIPTORS;",
       "a process with few descriptors serves nobody", "descriptors_test", "door_descriptors_test")
mutate("loop/descriptors.c", "reserve->lacks = left <= kept;", "reserve->lacks = left == 0;",
       "reserved descriptors are used up", "door_descriptors_test")
mutate("session/refusal.c", "if (begins_with(bytes, \"\\x16\\x03\"))", "if (0)", "[preamble] TLS is not told apart", "door_refusals_test")
mutate("session/handshake.c", "bool is_new = !handshake->resumes && !handshake->resuming;", "bool is_new = true;",
       "[conn.limits] who resumes a session is asked for as a new one", "door_limits_test")
mutate("loop/poster.c", "        if (one.dropped)\n            one.dropped(one.user);\n", "        (void)one;\n",
       "what was posted and never runs is not told of", "runtime_test", "loop_test")
mutate("loop/poster.c", "    if (close)\n        poster->async = NULL;\n", "    (void)close;\n",
       "a poster uses a runtime that has ended", "runtime_test", "loop_test")
mutate("loop/driver.c", "        weft__gate_ready(driver->gate, driver, resumes);\n",
       "        (void)resumes;\n", "a ready session keeps its place among the handshakes", "listener_test",
       "loop_test")
mutate("loop/driver.c", "    from->state = closing ? WEFT__DRIVER_CLOSING : WEFT__DRIVER_WAITING;\n",
       "    from->state = WEFT__DRIVER_CLOSING;\n", "a driver that has handed over its conduit stays", "outage_test")
mutate("loop/driver.c", "driver->accepted && driver->runtime->state != WEFT__RUNTIME_OPEN", "driver->accepted && 0",
       "a drain waits for who cannot come back", "outage_test")
mutate("loop/driver.c", "    driver->tx = WEFT__TX_OPEN;\n    driver->rx_ended = false;\n", "    driver->rx_ended = false;\n",
       "the next conduit's sending half is as the last one's was", "outage_test")
mutate("loop/connect.c", "(options->resumable || options->retry || options->connect_wait_ns > 0)", "(0 && options->retry)",
       "a descriptor is to be connected again", "outage_test")
mutate("loop/blocking_channel.c", "    return is_unwanted;\n", "    return true;\n",
       "credit follows the I/O thread, not the threads that take items", "blocking_channel_test")
mutate("loop/blocking_channel.c", "    channel_purge_senders(channel);\n", "    (void)channel_purge_senders;\n",
       "sends that were given up pile up", "blocking_channel_test")
mutate("loop/blocking_channel.c",
       "weft_channel_abort(channel->channel, WEFT_CODE_REFUSED, \"the sender let go of it\")",
       "weft_channel_finish(channel->channel)",
       "what a sender that was let go of has sent is taken for all", "blocking_channel_end_test")
mutate("loop/blocking_begun.c", "            begun_push_cancel(call);\n", "            (void)call;\n",
       "a call that was given up goes on at the other side", "blocking_begun_test")
mutate("loop/blocking_client.c", "        open->metadata = metadata;\n", "        (void)metadata;\n",
       "the metadata of an accept is lost", "blocking_session_test")

# ---- sockets that are made, found and handed down ----
mutate("conduit/socket_file.c", "rc = socket_file_is(path, file->lock) ? 0 : 1;", "rc = 0;",
       "a lock's file that was removed meanwhile is a lock", "unix_listener_test")
mutate("conduit/socket_file.c", "if (flock(file->lock_fd, LOCK_EX | LOCK_NB) != 0 || ", "if (",
       "two servers that start at once remove each other's sockets", "unix_listener_test")
mutate("conduit/socket_file.c", " | O_NOFOLLOW, 0600)", ", 0600)", "a link in the lock's place makes a file elsewhere",
       "unix_listener_test")
mutate("conduit/socket_file.c", "    if (!S_ISSOCK(st.st_mode))\n", "    if (0)\n",
       "a file that is no socket is in the way without a word of it", "unix_listener_test")
mutate("conduit/socket_file.c", "    if (socket_file_is(url->name, file->socket))\n        (void)unlink(url->name);",
       "    (void)unlink(url->name);", "a socket that somebody else has put there goes with ours", "unix_listener_test")
mutate("conduit/socket_file.c", "    if (socket_file_is(path.text, file->lock))\n        (void)unlink(path.text);",
       "    (void)unlink(path.text);", "a lock that somebody else has put there goes with ours", "unix_listener_test")
mutate("conduit/socket_file.c", "} else if (!S_ISREG(st.st_mode) || st.st_size > 0) {", "} else if (st.st_size < 0) {",
       "a file of somebody else's is taken for a lock, and removed", "unix_listener_test")
mutate("conduit/handed.c", "    if (url->fd < 0 && (flags & FD_CLOEXEC))", "    if (0)",
       "a socket that was handed down is taken twice", "fd_listener_test")
mutate("conduit/handed.c", "pid != env->pid || n == 0", "n == 0", "what was meant for another process is taken",
       "handed_test")
mutate("conduit/handed.c", ", &listens) || !listens)", ", &listens))", "a socket that does not listen is listened with",
       "fd_listener_test")
mutate("conduit/entrants.c", "is_in((uint32_t)ids.gid, entrants->gids, entrants->n_gids)",
       "is_in((uint32_t)ids.gid, entrants->uids, entrants->n_uids)", "a group of a user's number is that user",
       "unix_entrants_test")
mutate("conduit/entrants.c", "errno == ERANGE ? check_many_groups", "errno == EINVAL ? check_many_groups", "who has many groups stays out", "unix_entrants_test")
mutate("loop/notify.c", "is_abstract ? WEFT__URL_ABSTRACT : WEFT__URL_UNIX", "WEFT__URL_UNIX", "an abstract name is a path",
       "notify_test")

# ---- schema exchange ----
mutate("session/schemas.c", "    known->sent[direction] = true;\n", "",
       "[schema.send] a schema goes out with each message", "schema_exchange_test")
mutate("session/schemas.c", "    before->schema = NULL;\n    if (known->sent[direction])\n        return 0;\n",
       "    before->schema = NULL;\n",
       "[schema.send] messages that wait together bring the schema each", "schema_exchange_test")
mutate("session/schemas.c", "        s.whole += sent && *sent ? 0 : len;\n", "",
       "[frame.fragment] a schema is longer than the counterpart takes", "schema_exchange_test")
mutate("session/schemas.c", "    if (method->came[schema.direction]) {", "    if (0) {",
       "[schema.send] a method's schema may come again", "schema_required_test", "violations_test")
mutate("session/schemas.c", "    if (conn->schemas->n_came >= WEFT__SCHEMAS_MESSAGES_MAX) {", "    if (0) {",
       "[schema.required] Schema messages without end", "schema_required_test")
mutate("session/schemas.c", "    conn->schema_bytes += len;\n", "    (void)len;\n",
       "[schema.required] bytes of schemas without end", "schema_required_test")
mutate("session/schemas.c", "    if (method && method->came[direction])\n        return true;\n", "    if (method && direction < 2)\n        return true;\n",
       "[schema.required] one direction's schema stands for the other's", "schema_required_test", "schema_calls_test")
mutate("session/schemas.c", "!weft__memory_charge(conn->engine, more)", "(weft__memory_charge_anyway(conn->engine, more), false)",
       "[memory.buffered] schemas are kept beyond max_buffered", "schema_required_test")
mutate("session/conn.c", "    weft__schemas_uncharge(conn);\n", "",
       "[memory.buffered] what schemas took is never given back", "schema_exchange_test")
mutate("session/binding.c", "    if (binding->refs == 1)\n", "    if (binding->refs > 0)\n",
       "[schema.known] what one connection agrees on is so for all that were like it", "binding_test")
mutate("session/binding.c", "other == own || !binding_equals(other, own)", "other == own || binding_equals(other, own)",
       "a connection has the binding of another", "idle_test", "binding_test")
mutate("session/calls.c", "    if (--conn->calls->n == 0)\n", "    if (--conn->calls->n == UINT32_MAX)\n",
       "a connection that was called never rests", "idle_test")
mutate("session/binding.c", "        if (own->id != service->id && names_equal(own, service)) {", "        if (0) {",
       "[schema.known] the two sides do not agree on what they agree on", "schema_exchange_test")
mutate("rpc/stream.c", "        used |= 1u << place;\n", "        used = ~0u;\n",
       "[schema.plan] a channel that the callee does not know is left open", "schema_calls_test")
mutate("rpc/stream.c", "        weft__channel_read_by(ret_handles[i], plan->elements[i]);\n", "        (void)plan->elements;\n",
       "[schema.plan] items to a callee of another version are read as its own", "schema_calls_test")

# ---- session: outages ----
RESUME = ("resume_wire_count_test", "resume_wire_replay_test", "resume_wire_key_test", "resume_wire_end_test",
          "resume_wire_outage_test", "resume_wire_takeover_test", "resume_test")
mutate("session/resume.c", "        resume->uncounted -= WEFT__FRAME_HEADER + engine->in_frame.len;\n", "",
       "[resume.count] a ping cut in two is counted as not counted, for ever", "resume_cut_test", *RESUME)
mutate("session/resume.c", "more >= WEFT_ACK_BYTES", "more > WEFT_ACK_BYTES",
       "[resume.count] 64 KiB to the byte are not acknowledged", *RESUME)
mutate("session/resume.c", "else if (more > 0 && resume->ack_timer.place == 0)", "else if (more > 0)",
       "[resume.count] each frame puts the Ack off by another second", *RESUME)
mutate("session/resume.c", "received > engine->out.taken || ", "",
       "[resume.count] what was handed out and not taken may be acknowledged", *RESUME)
mutate("session/resume.c", "        weft__timers_disarm(&engine->timers, &engine->resume->full_timer);\n    weft__engine_wake",
       "        (void)0;\n    weft__engine_wake", "[resume.count] 30 s at the limit, with progress, and the conduit is dead", *RESUME)
mutate("session/resume.c", "    weft__timers_disarm(&engine->timers, &resume->window_timer);\n    if (resume->registry) {",
       "    if (resume->registry) {", "[resume.acceptor] a session that goes on ends when its window is over", *RESUME)
mutate("session/resume.c", "        weft__registry_commit(resume);\n        weft__registry_unpark(resume);",
       "        weft__registry_unpark(resume);", "[resume.key] Ready commits no key", *RESUME)
mutate("session/resume.c", "    if (engine->state == WEFT__SESSION_GOODBYE) /* [session.goodbye] */\n        weft__session_end(engine, &orderly, false);",
       "    if (engine->state == WEFT__SESSION_GOODBYE) /* [session.goodbye] */\n        (void)orderly, weft__session_end(engine, error, false);",
       "[session.goodbye] not resumable behind the own Goodbye is an error", *RESUME)
mutate("session/resume.c", "        weft__session_goodbye_again(engine);\n", "        (void)0;\n",
       "[session.goodbye] a Goodbye that was lost is not said again", *RESUME)
mutate("session/resume.c", "a->settings.channel_window == b.settings.channel_window &&\n", "1 &&\n",
       "[resume.refuse] another channel_window goes", *RESUME)
mutate("session/resume.c", "a->settings.operation_ttl_ms == b.settings.operation_ttl_ms &&\n", "1 &&\n",
       "[resume.refuse] another operation_ttl goes", *RESUME)
mutate("session/replay.c", "received <= out->handed && frame_end_at", "frame_end_at",
       "[resume.count] a count may be of what was not sent", *RESUME)
mutate("session/handshake_resume.c", "        weft__engine_time(engine, handshake->now_ns); /* nothing else may have told it for long */\n", "",
       "[resume.acceptor] the window of one that was idle begins where it last heard something", "resume_wire_outage_test")
mutate("session/replay.c", "offset - out->taken < WEFT__AHEAD_MAX", "offset - out->taken < WEFT__AHEAD_MAX / 4",
       "[frame.fair] a session that may be resumed hands out less than is cut", "fair_test")
mutate("session/handshake_resume.c", "    if (taken)\n        taken(user);\n", "    (void)taken, (void)user;\n",
       "[resume.exact] an old conduit is not let go of", *RESUME)
mutate("session/handshake_resume.c", "options.on_resume && resume_is_known(resume->engine)",
       "options.on_resume && (resume_is_known(resume->engine) || resume->engine->was_ready)", "[resume.refuse] an application is asked before it was told", *RESUME)
mutate("session/handshake_resume.c", "    resume->told = weft__resume_received(engine);\n    weft__handshake_say_welcome",
       "    weft__handshake_say_welcome", "[resume.exact] Welcome tells an old count", *RESUME)
mutate("session/handshake_resume.c", "    memcpy(resume->key.bytes, welcome->resume_key.ptr, WEFT__KEY);\n    engine->recovery",
       "    engine->recovery", "[resume.key] an initiator goes on with its first key", *RESUME)
mutate("session/handshake.c", "if (hello.has_resume && hello.resume_received > 0) {", "if (0) {",
       "[resume.offer] who has no key may have received something", *RESUME)
mutate("session/registry.c", "    if (key->there)\n        return 0;\n", "    key_void(registry, key);\n",
       "[resume.key] each Welcome has another key", *RESUME)
mutate("session/registry.c", "registry->stats.parked > registry->max_parked ||", "registry->stats.parked > registry->max_parked + 1 ||",
       "[resume.acceptor] one more than max_parked is kept", *RESUME)
mutate("session/recover.c", "    case WEFT_CODE_NOT_READY: return true;\n", "    case WEFT_CODE_NOT_READY: return false;\n",
       "[resume.initiator] not ready is final", "recover_test")
mutate("session/recover.c", "wait / 2 + recovery->random % (wait / 2 + 1)", "wait",
       "[resume.initiator] all come back at one time", "recover_test")
mutate("session/engine.c", "    if (engine->phase == WEFT_PHASE_DISCONNECTED && !engine->initiator) /* told before, or the conduit was taken */\n        return;\n",
       "", "a conduit that ends twice is two outages", *RESUME)

# ---- session, rpc: operations ----
CALLEE = ("op_wire_callee_test", "operations_test", "operations_store_test")
CALLER = ("op_wire_caller_test", "retry_test", "outage_memory_test")
mutate("session/replace.c", "    weft__list_sort(conns, conn_is_before);\n", "    (void)conn_is_before;\n",
       "[op.retry] connections are opened again in any order", *CALLER)
mutate("session/replace.c", "engine->initiator && engine->options.retry && ", "engine->initiator && ",
       "[op.retry] sessions are replaced unasked", "resume_wire_key_test", *CALLER)
mutate("rpc/operations_attempt.c", "operation->method_id != call->method_id || ", "",
       "[op.states] another method is the same operation", *CALLEE)
mutate("rpc/operations_attempt.c", " || memcmp(operation->digest, digest, sizeof digest) != 0", "",
       "[op.states] other arguments are the same operation", *CALLEE)
mutate("rpc/operations_index.c", "client->has_expired && weft__operation_counter(id) <= client->expired",
       "client->has_expired && weft__operation_counter(id) < client->expired",
       "[op.states] what has expired runs again", *CALLEE)

# ---- threads that serve together ----
LOOPS = ("loops_test", "listener_move_test", "listener_leave_test")
mutate("loop/driver.c", "if (!driver->handshake || driver->aborting || !weft_handshake_is_welcomed(driver->handshake))", "if (driver)",
       "[session.drain] who has had Welcome is not told that the server ends", "drain_ready_test")
mutate("loop/handing.c", "has_room = !next || next->n_handed < loops->max_handed;", "has_room = true;",
       "any number of conduits is on its way to a loop", *LOOPS)
mutate("loop/handing.c", "    weft__list_remove(&seat->link);\n        weft__list_append(&loops->seats, &seat->link);", "    (void)0;",
       "one loop has all the turns", *LOOPS)
mutate("loop/listener_move.c", "        status = WEFT_ETIMEDOUT;\n", "        status = 0;\n",
       "a listener that had to close some says that it did not", *LOOPS)
mutate("loop/listener.c", "    if (listener->closed)\n        return;\n", "    if (listener->closing)\n        return;\n",
       "a listener that has stopped says nothing of its being closed", *LOOPS)
mutate("loop/listener_move.c", "    weft__listener_close(listener);\n}", "    weft__listener_close(listener);\n    listener_tell_stopped(listener, WEFT_ETIMEDOUT);\n}",
       "a listener says that it has stopped while its loops still have their sockets", *LOOPS)
mutate("loop/listener_move.c", "bounds.reuse_port = move_share_port(m) || bounds.reuse_port;", "(void)0;",
       "a listener cannot move to an address that has its own in it", *LOOPS)
mutate("loop/acceptor.c", "acceptor->is_shut = shuts && ", "acceptor->is_shut = !shuts && ",
       "who comes between the last accept and the end of a socket is reset", "listener_leave_test")
mutate("loop/acceptor.c", "acceptor->is_last = !acceptor->is_shut || ", "acceptor->is_last = true || ",
       "who is on the way to a socket that is left is reset", "listener_leave_test")
mutate("loop/listener.c", "!listener->is_handed, &listener->before", "true, &listener->before",
       "a listener shuts the door of a socket that is the next server's", "fd_listener_test")
mutate("loop/listener_move.c", "        if (!weft__acceptor_is_shut(acceptor))\n            continue;\n", "",
       "a listener comes back to a socket that is the next server's", "fd_listener_test")
mutate("loop/listener_move.c", "weft__acceptor_is_shut(acceptor) && ", "",
       "a listener shares the port of a socket that is the next server's", "fd_listener_test")
mutate("loop/listener.c", "            weft__handed_give_back(&listener->url, fd);", "            weft__socket_close(fd);",
       "a socket that was handed down is lost for a lack of memory", "fd_listener_test")
mutate("loop/gate.c", "return rc == WEFT_EBADF ? WEFT_REFUSAL_LOST : WEFT_REFUSAL_OTHER;", "return rc == WEFT_EBADF ? WEFT_REFUSAL_OTHER : WEFT_REFUSAL_OTHER;",
       "who resets before he is accepted counts as a lack of memory", "door_refusals_test")
mutate("loop/connect.c", "if (rc < 0 && rc != WEFT_EALREADY)", "if (rc < 0)",
       "who connects by a descriptor that a session has closes it", "loop_test")
mutate("loop/acceptor.c", "(void)events->on_accepted(user, fd, &address, refusal);",
       "if (events->on_accepted(user, fd, &address, refusal) == WEFT_ENOMEM)\n            return WEFT_ENOMEM;",
       "one who finds no memory at an address that is left takes all others with him", "door_descriptors_test")
mutate("loop/acceptor.c", "have ? WEFT_REFUSAL_NONE : WEFT_REFUSAL_DESCRIPTORS", "have ? WEFT_REFUSAL_NONE : WEFT_REFUSAL_NONE",
       "who waits at an address that is left takes reserved descriptors", "door_descriptors_test")
mutate("loop/listener_move.c", "        m->again = move_find_again(m);", "        m->again = NULL;",
       "who comes to an address that was left, and come back to, waits for a second", "listener_move_test")
mutate("loop/branch.c", "    branch->stays = branch->state == BRANCH_OPEN;\n", "",
       "[resume.acceptor] a loop that is removed loses its sessions at their next outage", "loops_test")
mutate("loop/branch.c", "    branch->stays = false;\n", "",
       "a loop that was removed holds its listener's end up", "loops_test")
mutate("loop/branch.c", "        branch->fd = weft__acceptor_take_fd(branch->acceptor);", "        weft__acceptor_close(branch->acceptor);",
       "who waits at the socket of a loop that leaves is reset", "listener_leave_test")
GROUP = ("operations_group_test", "registry_group_test")
mutate("rpc/operations_group.c", "if (weft__operations_has_expired(other, id))", "if (false)",
       "[op.states] what has expired with another thread runs again", *GROUP)
mutate("rpc/operations_store.c", "    (void)weft__operations_expired_elsewhere(operations, client->id, &counter);\n", "",
       "[op.store] what expired at one thread hides what did at another", *GROUP)
mutate("rpc/operations_store.c", "has_store && !weft__operations_expired_elsewhere(operations, client->id, &counter)", "has_store && counter == 0",
       "[op.store] what expired is forgotten though another thread remembers it", *GROUP)
mutate("rpc/operations_group.c", "question_put_outcome(question, operation, reader)", "question_put_outcome(question, operation, reader ? operations : reader)",
       "[op.store] what a thread that ended had stored is read by nobody", *GROUP)
mutate("rpc/operations_attempt.c", "!weft__operation_ask(call) && ", "",
       "[op.states] other threads are not asked", *GROUP)
mutate("rpc/operations_attempt.c", "    weft__operation_tell_others(operation);\n", "",
       "[op.states] other threads do not learn the outcome", *GROUP)
mutate("rpc/operations_group.c", "    if (!is_same_call(question, operation)) {", "    if (!is_same_call(question, operation) && !operations) {",
       "[op.states] no conflict with another thread's", *GROUP)
mutate("rpc/operations_group.c", "operations->clients.n > 0)\n        operations_bequeath(operations);",
       "operations->clients.n > 0 && operations->is_over)\n        operations_bequeath(operations);", "[op.states] outcomes go with their thread", *GROUP)
mutate("session/handshake_resume.c", "sizeof handshake->preamble - (size_t)weft__out_len(&handshake->out)", "0",
       "[resume.acceptor] the preamble is said twice", *GROUP)
mutate("session/registry.c", "if (other != registry && weft__registry_find(other, key, &issued))",
       "if (other != registry && !weft__registry_find(other, key, &issued))",
       "[resume.acceptor] a session is sought with a thread that has not got it", *GROUP)
mutate("rpc/operations_attempt.c", "client_or_null->n_live < options->max_live_client", "client_or_null->n_live <= options->max_live_client",
       "[op.store] one more than max_live_client runs", *CALLEE)
mutate("rpc/operations_attempt.c", "operations->stats.records < options->max_records &&", "operations->stats.records <= options->max_records &&",
       "[op.store] one more than max_records is kept", *CALLEE)
mutate("rpc/operations_attempt.c", "    if (operation->state > WEFT__OPERATION_READY)\n        return; /* [op.order] it goes on without */\n", "",
       "[op.order] an operation ends with its callers", *CALLEE)
