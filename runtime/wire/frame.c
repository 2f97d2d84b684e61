/* Frame headers and the preamble. What may be said of a kind stands in one table. */
#include "runtime/wire/frame.h"

#define KIND(traits) (uint8_t)(WEFT__KIND_IS_KNOWN | (traits))

const uint8_t weft__kinds[WEFT__KIND_CREDIT + 1] = {
    [WEFT__KIND_HELLO] = KIND(WEFT__KIND_OF_ROOT | WEFT__KIND_OF_HANDSHAKE),
    [WEFT__KIND_WELCOME] = KIND(WEFT__KIND_OF_ROOT | WEFT__KIND_OF_HANDSHAKE),
    [WEFT__KIND_READY] = KIND(WEFT__KIND_OF_ROOT | WEFT__KIND_OF_HANDSHAKE),
    [WEFT__KIND_SORRY] = KIND(WEFT__KIND_OF_ROOT | WEFT__KIND_OF_HANDSHAKE),
    [WEFT__KIND_PING] = KIND(WEFT__KIND_OF_ROOT | WEFT__KIND_INTERLEAVES),
    [WEFT__KIND_PONG] = KIND(WEFT__KIND_OF_ROOT | WEFT__KIND_INTERLEAVES),
    [WEFT__KIND_PROTOCOL_ERROR] = KIND(WEFT__KIND_OF_ROOT | WEFT__KIND_INTERLEAVES),
    [WEFT__KIND_DRAIN] = KIND(0),
    [WEFT__KIND_ACK] = KIND(WEFT__KIND_OF_ROOT | WEFT__KIND_INTERLEAVES),
    [WEFT__KIND_GOODBYE] = KIND(WEFT__KIND_OF_ROOT),
    [WEFT__KIND_OPEN] = KIND(WEFT__KIND_OF_VIRTUAL | WEFT__KIND_FRAGMENTS),
    [WEFT__KIND_ACCEPT] = KIND(WEFT__KIND_OF_VIRTUAL | WEFT__KIND_FRAGMENTS),
    [WEFT__KIND_REJECT] = KIND(WEFT__KIND_OF_VIRTUAL),
    [WEFT__KIND_CLOSE] = KIND(WEFT__KIND_OF_VIRTUAL),
    [WEFT__KIND_WINDOW] = KIND(WEFT__KIND_INTERLEAVES),
    [WEFT__KIND_SCHEMA] = KIND(WEFT__KIND_FRAGMENTS | WEFT__KIND_CHARGED),
    [WEFT__KIND_REQUEST] = KIND(WEFT__KIND_FRAGMENTS | WEFT__KIND_CHARGED),
    [WEFT__KIND_RESPONSE] = KIND(WEFT__KIND_FRAGMENTS | WEFT__KIND_CHARGED),
    [WEFT__KIND_CANCEL] = KIND(WEFT__KIND_INTERLEAVES | WEFT__KIND_CHARGED | WEFT__KIND_OVERDRAWS),
    [WEFT__KIND_ITEM] = KIND(WEFT__KIND_FRAGMENTS | WEFT__KIND_CHARGED),
    [WEFT__KIND_CHANNEL_CLOSE] = KIND(WEFT__KIND_CHARGED | WEFT__KIND_OVERDRAWS),
    [WEFT__KIND_CHANNEL_RESET] = KIND(WEFT__KIND_INTERLEAVES | WEFT__KIND_CHARGED | WEFT__KIND_OVERDRAWS),
    [WEFT__KIND_CREDIT] = KIND(WEFT__KIND_INTERLEAVES | WEFT__KIND_CHARGED | WEFT__KIND_OVERDRAWS),
};

const char *weft__kind_name(uint8_t kind)
{
    static const char *const names[WEFT__KIND_CREDIT + 1] = {
        [WEFT__KIND_HELLO] = "Hello",
        [WEFT__KIND_WELCOME] = "Welcome",
        [WEFT__KIND_READY] = "Ready",
        [WEFT__KIND_SORRY] = "Sorry",
        [WEFT__KIND_PING] = "Ping",
        [WEFT__KIND_PONG] = "Pong",
        [WEFT__KIND_PROTOCOL_ERROR] = "ProtocolError",
        [WEFT__KIND_DRAIN] = "Drain",
        [WEFT__KIND_ACK] = "Ack",
        [WEFT__KIND_GOODBYE] = "Goodbye",
        [WEFT__KIND_OPEN] = "Open",
        [WEFT__KIND_ACCEPT] = "Accept",
        [WEFT__KIND_REJECT] = "Reject",
        [WEFT__KIND_CLOSE] = "Close",
        [WEFT__KIND_WINDOW] = "Window",
        [WEFT__KIND_SCHEMA] = "Schema",
        [WEFT__KIND_REQUEST] = "Request",
        [WEFT__KIND_RESPONSE] = "Response",
        [WEFT__KIND_CANCEL] = "Cancel",
        [WEFT__KIND_ITEM] = "Item",
        [WEFT__KIND_CHANNEL_CLOSE] = "ChannelClose",
        [WEFT__KIND_CHANNEL_RESET] = "ChannelReset",
        [WEFT__KIND_CREDIT] = "Credit",
    };
    return weft__kind_is_known(kind) ? names[kind] : "?";
}

/* The longest body of this kind. [frame.max] */
static uint32_t frame_body_max(const weft__frame *frame, uint32_t max_frame_size)
{
    unsigned traits = weft__kind_traits(frame->kind);
    uint32_t max = max_frame_size;
    if (traits & WEFT__KIND_OF_HANDSHAKE)
        max = WEFT__HANDSHAKE_BODY_MAX;
    else if ((traits & WEFT__KIND_IS_KNOWN) && !(traits & WEFT__KIND_FRAGMENTS))
        max = WEFT__CONTROL_BODY_MAX;
    return max < max_frame_size ? max : max_frame_size;
}

/* The rule that the flags break, or NULL. */
static const char *frame_flags_fault(const weft__frame *frame)
{
    bool more = frame->flags & WEFT__FLAG_MORE;
    bool abort = frame->flags & WEFT__FLAG_ABORT;
    if (frame->flags & ~(WEFT__FLAG_MORE | WEFT__FLAG_ABORT))
        return "frame.max"; /* [frame.max] an unknown flag */
    bool fragments = weft__kind_may_fragment(frame->kind) || frame->kind >= WEFT__KIND_SKIPPABLE;
    if (more && (!fragments || frame->len < WEFT__MORE_MIN))
        return "frame.fragment"; /* [frame.fragment] */
    if (abort && (!fragments || more || frame->len > 0))
        return "frame.abort"; /* [frame.abort] */
    return NULL;
}

/* The rule that the connection breaks, or NULL: section 10 says where each kind may stand. */
static const char *frame_connection_fault(const weft__frame *frame)
{
    unsigned traits = weft__kind_traits(frame->kind);
    if ((traits & WEFT__KIND_OF_ROOT) && frame->connection != 0)
        return "violation.scope";
    if (!(traits & WEFT__KIND_OF_VIRTUAL) || frame->connection != 0)
        return NULL;
    switch (frame->kind) {
    case WEFT__KIND_OPEN: return "conn.open";
    case WEFT__KIND_ACCEPT: return "conn.accept";
    case WEFT__KIND_REJECT: return "conn.reject";
    default: return "conn.root"; /* [conn.root] Close */
    }
}

static const char *frame_fault(const weft__frame *frame, uint32_t max_frame_size)
{
    if (!weft__kind_is_known(frame->kind) && frame->kind < WEFT__KIND_SKIPPABLE)
        return "frame.max";
    if (frame->reserved != 0)
        return "frame.max";
    if (frame->len > frame_body_max(frame, max_frame_size))
        return "frame.max";
    const char *fault = frame_flags_fault(frame);
    return fault ? fault : frame_connection_fault(frame);
}

int weft__frame_check(const weft__frame *frame, uint32_t max_frame_size, const char **ret_rule)
{
    const char *fault = frame_fault(frame, max_frame_size);
    if (!fault)
        return 0;
    *ret_rule = fault;
    return WEFT_EPROTO;
}

/* What stands in a preamble whatever it says; 0xff: anything. [preamble] */
static const uint8_t preamble_form[WEFT__PREAMBLE] = { 'W', 'E', 'F', 'T', 0xff, 0xff, 0, 0 };

void weft__preamble_write(uint8_t out[WEFT__PREAMBLE], uint8_t version, uint8_t low_or_code)
{
    memcpy(out, preamble_form, WEFT__PREAMBLE);
    out[4] = version;
    out[5] = low_or_code;
}

size_t weft__preamble_match(const uint8_t *bytes, size_t len)
{
    size_t n = 0;
    while (n < len && n < WEFT__PREAMBLE && (preamble_form[n] == 0xff || bytes[n] == preamble_form[n]))
        n++;
    return n;
}
