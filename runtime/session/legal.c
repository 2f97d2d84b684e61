/* The table of legality. */
#include "runtime/session/legal.h"
#include "runtime/wire/codes.h"

#define T WEFT__LEGAL_TAKE
#define D WEFT__LEGAL_DROP
#define C WEFT__LEGAL_CONN
#define S WEFT__LEGAL_SESSION
#define K WEFT__LEGAL_SKIP

enum {
    ROW_HELLO,
    ROW_WELCOME,
    ROW_READY,
    ROW_SORRY,
    ROW_PING,
    ROW_PONG,
    ROW_PROTOCOL_ERROR,
    ROW_DRAIN,
    ROW_ACK,
    ROW_GOODBYE,
    ROW_OPEN,
    ROW_ACCEPT,
    ROW_REJECT,
    ROW_CLOSE,
    ROW_WINDOW,
    ROW_SCHEMA,
    ROW_REQUEST,
    ROW_RESPONSE,
    ROW_CANCEL,
    ROW_ITEM,
    ROW_CHANNEL_CLOSE,
    ROW_CHANNEL_RESET,
    ROW_CREDIT,
    ROW_SKIPPABLE,
    ROW_UNKNOWN,
    ROWS
};

/* Columns: hello-wait deciding ready-wait welcome-wait | root | new-theirs new-ours late-theirs late-ours | opening
 * arriving pending open-ours open-theirs closing | farewell farewell-other
 *
 * [session.handshake] only the handshake's own messages before Ready. [id.increasing] an id that is gone is late, an id
 * that never was is a violation of the session, and so is an Open on any id but the next ones of the sender's parity.
 * [conn.open] until Accept the opener sends Close alone; [conn.accept] the acceptor sends Accept or Reject first, and a
 * second one changes nothing. Connections that close drop all but what lets their Close out and the counterpart's own
 * end. An Ack needs a session that may be resumed. */
/* clang-format off */
static const uint8_t legal[ROWS][WEFT__COLUMNS] = {
    /*                       hw de rw ww ro nt no lt lo og ar pe oo ot cl fa fo */
    [ROW_HELLO]          = { T, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S },
    [ROW_WELCOME]        = { S, S, S, T, S, S, S, S, S, S, S, S, S, S, S, S, S },
    [ROW_READY]          = { S, S, T, S, S, S, S, S, S, S, S, S, S, S, S, S, S },
    [ROW_SORRY]          = { T, T, T, T, S, S, S, S, S, S, S, S, S, S, S, S, S },
    [ROW_PING]           = { S, S, S, S, T, S, S, S, S, S, S, S, S, S, S, D, S },
    [ROW_PONG]           = { S, S, S, S, T, S, S, S, S, S, S, S, S, S, S, D, S },
    [ROW_PROTOCOL_ERROR] = { S, S, S, S, T, S, S, S, S, S, S, S, S, S, S, T, S },
    [ROW_DRAIN]          = { S, S, S, S, T, S, S, D, D, C, C, C, T, T, D, D, D },
    [ROW_ACK]            = { S, S, S, S, T, S, S, S, S, S, S, S, S, S, S, T, S },
    [ROW_GOODBYE]        = { S, S, S, S, T, S, S, S, S, S, S, S, S, S, S, T, S },
    [ROW_OPEN]           = { S, S, S, S, S, T, S, S, S, S, T, S, S, S, S, S, D },
    [ROW_ACCEPT]         = { S, S, S, S, S, S, S, D, D, T, C, C, D, C, D, S, D },
    [ROW_REJECT]         = { S, S, S, S, S, S, S, D, D, T, C, C, D, C, D, S, D },
    [ROW_CLOSE]          = { S, S, S, S, S, S, S, D, D, C, C, T, T, T, T, S, D },
    [ROW_WINDOW]         = { S, S, S, S, T, S, S, D, D, C, C, C, T, T, T, D, D },
    [ROW_SCHEMA]         = { S, S, S, S, T, S, S, D, D, C, C, C, T, T, D, D, D },
    [ROW_REQUEST]        = { S, S, S, S, T, S, S, D, D, C, C, C, T, T, D, D, D },
    [ROW_RESPONSE]       = { S, S, S, S, T, S, S, D, D, C, C, C, T, T, D, D, D },
    [ROW_CANCEL]         = { S, S, S, S, T, S, S, D, D, C, C, C, T, T, D, D, D },
    [ROW_ITEM]           = { S, S, S, S, T, S, S, D, D, C, C, C, T, T, D, D, D },
    [ROW_CHANNEL_CLOSE]  = { S, S, S, S, T, S, S, D, D, C, C, C, T, T, D, D, D },
    [ROW_CHANNEL_RESET]  = { S, S, S, S, T, S, S, D, D, C, C, C, T, T, D, D, D },
    [ROW_CREDIT]         = { S, S, S, S, T, S, S, D, D, C, C, C, T, T, D, D, D },
    [ROW_SKIPPABLE]      = { K, K, K, K, K, K, K, K, K, K, K, K, K, K, K, K, K },
    [ROW_UNKNOWN]        = { S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S },
};
/* clang-format on */

static const uint8_t row_of_kind[] = {
    [0] = ROW_UNKNOWN,
    [WEFT__KIND_HELLO] = ROW_HELLO,
    [WEFT__KIND_WELCOME] = ROW_WELCOME,
    [WEFT__KIND_READY] = ROW_READY,
    [WEFT__KIND_SORRY] = ROW_SORRY,
    [WEFT__KIND_PING] = ROW_PING,
    [WEFT__KIND_PONG] = ROW_PONG,
    [WEFT__KIND_PROTOCOL_ERROR] = ROW_PROTOCOL_ERROR,
    [WEFT__KIND_DRAIN] = ROW_DRAIN,
    [WEFT__KIND_ACK] = ROW_ACK,
    [WEFT__KIND_GOODBYE] = ROW_GOODBYE,
    [11] = ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    [WEFT__KIND_OPEN] = ROW_OPEN,
    [WEFT__KIND_ACCEPT] = ROW_ACCEPT,
    [WEFT__KIND_REJECT] = ROW_REJECT,
    [WEFT__KIND_CLOSE] = ROW_CLOSE,
    [WEFT__KIND_WINDOW] = ROW_WINDOW,
    [21] = ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    [WEFT__KIND_SCHEMA] = ROW_SCHEMA,
    [WEFT__KIND_REQUEST] = ROW_REQUEST,
    [WEFT__KIND_RESPONSE] = ROW_RESPONSE,
    [WEFT__KIND_CANCEL] = ROW_CANCEL,
    [36] = ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    ROW_UNKNOWN,
    [WEFT__KIND_ITEM] = ROW_ITEM,
    [WEFT__KIND_CHANNEL_CLOSE] = ROW_CHANNEL_CLOSE,
    [WEFT__KIND_CHANNEL_RESET] = ROW_CHANNEL_RESET,
    [WEFT__KIND_CREDIT] = ROW_CREDIT,
};

weft__legal weft__legal_of(uint8_t kind, weft__column column)
{
    unsigned row = ROW_UNKNOWN;
    if (kind >= WEFT__KIND_SKIPPABLE)
        row = ROW_SKIPPABLE;
    else if (kind < sizeof row_of_kind)
        row = row_of_kind[kind];
    return (weft__legal)legal[row][column];
}
