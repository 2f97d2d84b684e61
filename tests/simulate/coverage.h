/* What the runs have reached: cells of tests/protocol/legal.csv, rules that were put to the test, and faults by the
 * state of the session that they hit. Counters lie in memory that all processes share. */
#ifndef WEFT_TESTS_SIMULATE_COVERAGE_H
#define WEFT_TESTS_SIMULATE_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

/* The states of legal.csv, in its words. */
#define MON_COLUMNS(X)            \
    X(HELLO, "hello")             \
    X(ROOT, "root")               \
    X(READY_WAIT, "ready-wait")   \
    X(WELCOME, "welcome")         \
    X(READY, "ready")             \
    X(GOODBYE, "goodbye")         \
    X(NEW_THEIRS, "new-theirs")   \
    X(NEW_OURS, "new-ours")       \
    X(LATE_THEIRS, "late-theirs") \
    X(LATE_OURS, "late-ours")     \
    X(OPENING, "opening")         \
    X(ARRIVING, "arriving")       \
    X(PENDING, "pending")         \
    X(OPEN_THEIRS, "open-theirs") \
    X(OPEN_OURS, "open-ours")     \
    X(CLOSING, "closing")         \
    X(GOODBYE_OTHER, "goodbye-other")

typedef enum mon_column {
#define MON_COLUMN_ENUM(name, text) MON_COL_##name,
    MON_COLUMNS(MON_COLUMN_ENUM)
#undef MON_COLUMN_ENUM
        MON_COLS
} mon_column;

/* Rules that a check holds an engine to, each time that one applies. */
#define SIM_RULES(X)                        \
    X(FRAME_MAX, "frame.max")               \
    X(FRAME_FRAGMENT, "frame.fragment")     \
    X(FRAME_ABORT, "frame.abort")           \
    X(FRAME_ORDER, "frame.order")           \
    X(FRAME_FAIR, "frame.fair")             \
    X(PREAMBLE, "preamble")                 \
    X(HANDSHAKE, "session.handshake")       \
    X(PARITY, "session.parity")             \
    X(INCREASING, "id.increasing")          \
    X(KEEPALIVE, "session.keepalive")       \
    X(PING, "session.ping")                 \
    X(GOODBYE, "session.goodbye")           \
    X(DRAIN, "session.drain")               \
    X(SHUTDOWN, "session.shutdown")         \
    X(CONN_ROOT, "conn.root")               \
    X(CONN_OPEN, "conn.open")               \
    X(CONN_ACCEPT, "conn.accept")           \
    X(CONN_REJECT, "conn.reject")           \
    X(CONN_PENDING, "conn.pending")         \
    X(CONN_CLOSE, "conn.close")             \
    X(CONN_PARITY, "conn.parity")           \
    X(CONN_LIVENESS, "conn.liveness")       \
    X(CONN_LIMITS, "conn.limits")           \
    X(CALL_REQUEST, "call.request")         \
    X(CALL_RESPONSE, "call.response")       \
    X(CALL_OUTCOMES, "call.outcomes")       \
    X(CALL_CONCURRENT, "call.concurrent")   \
    X(CALL_CANCEL, "call.cancel")           \
    X(CALL_DEADLINE, "call.deadline")       \
    X(CALL_ERRORS, "call.errors")           \
    X(CHAN_TYPES, "chan.types")             \
    X(CHAN_ITEM, "chan.item")               \
    X(CHAN_CREDIT, "chan.credit")           \
    X(CHAN_CLOSE, "chan.close")             \
    X(CHAN_RESET, "chan.reset")             \
    X(CHAN_ENDS, "chan.ends")               \
    X(CHAN_LIMITS, "chan.limits")           \
    X(REFUSED, "call.refused")              \
    X(FLOW_WINDOW, "flow.window")           \
    X(NEVER_STALL, "flow.never-stall")      \
    X(QUEUED, "memory.queued")              \
    X(BUFFERED, "memory.buffered")          \
    X(BEHALF, "call.behalf")                \
    X(INTERCEPT, "intercept")               \
    X(KNOWN, "schema.known")                \
    X(SCHEMA_SEND, "schema.send")           \
    X(SCHEMA_REQUIRED, "schema.required")   \
    X(PLAN, "schema.plan")                  \
    X(PLAN_ERRORS, "schema.plan.errors")    \
    X(RESUME_OFFER, "resume.offer")         \
    X(RESUME_KEY, "resume.key")             \
    X(RESUME_COUNT, "resume.count")         \
    X(RESUME_EXACT, "resume.exact")         \
    X(REPLAY, "resume.exact: said again")   \
    X(TAKEOVER, "resume.exact: taken")      \
    X(RESUME_REFUSE, "resume.refuse")       \
    X(RESUME_INITIATOR, "resume.initiator") \
    X(RESUME_VISIBLE, "resume.visible")     \
    X(OP_POLICY, "op.policy")               \
    X(OP_ID, "op.id")                       \
    X(OP_STATES, "op.states")               \
    X(OP_ORDER, "op.order")                 \
    X(OP_RETRY, "op.retry")                 \
    X(SCOPE, "violation.scope")             \
    X(PROXY_JOIN, "proxy.join")             \
    X(PROXY_SETTINGS, "proxy.settings")     \
    X(PROXY_CLOSE, "proxy.close")           \
    X(PROXY_DRAIN, "proxy.close: drained")  \
    X(PROXY_PRESSURE, "proxy.pressure")     \
    X(PROXY_STALL, "proxy.pressure: no other waits")

typedef enum sim_rule {
#define SIM_RULE_ENUM(name, text) RULE_##name,
    SIM_RULES(SIM_RULE_ENUM)
#undef SIM_RULE_ENUM
        RULES
} sim_rule;

#define SIM_FAULTS(X)                        \
    X(SPLIT, "split")                        \
    X(STALL, "stall")                        \
    X(CUT, "cut")                            \
    X(CUT_ONE, "cut, one side is told late") \
    X(CRASH, "crash")                        \
    X(MEMORY, "memory")                      \
    X(ABORT, "abort")                        \
    X(CLOSE, "close")                        \
    X(AWAY, "nobody can be reached")         \
    X(JUMP, "clock jumps")

typedef enum sim_fault {
#define SIM_FAULT_ENUM(name, text) FAULT_##name,
    SIM_FAULTS(SIM_FAULT_ENUM)
#undef SIM_FAULT_ENUM
        FAULTS
} sim_fault;

#define SIM_STATES(X)                   \
    X(CONNECTING, "connecting")         \
    X(HANDSHAKE, "handshake")           \
    X(IDLE, "ready, nothing open")      \
    X(OPEN, "ready, connections open")  \
    X(BUSY, "ready, calls under way")   \
    X(HALF, "ready, within a message")  \
    X(CLOSING, "closing")               \
    X(GOODBYE, "after its goodbye")     \
    X(OUT, "disconnected")              \
    X(RESUMING, "in another handshake") \
    X(FLEET, "of a fleet")              \
    X(OVER, "over")

typedef enum sim_state {
#define SIM_STATE_ENUM(name, text) STATE_##name,
    SIM_STATES(SIM_STATE_ENUM)
#undef SIM_STATE_ENUM
        STATES
} sim_state;

typedef struct coverage {
    uint64_t cells[256][MON_COLS];
    uint64_t rules[RULES];
    uint64_t faults[FAULTS][STATES];
    uint64_t events, runs, bytes, calls, conns, links, channels, items, forged, probes, outages, resumed, fleets,
        replaced, retried, indeterminate, chains, joined, met, joined_open, hostile;
} coverage;

/* Prints what was counted, and what of it no run has reached: how many cells and rules; -1: legal.csv cannot be read.
 */
int coverage_print(const coverage *c);
void coverage_add(coverage *to, const coverage *from);

#endif
