/* Which frame is legal in which state: a table that is asked before any message is looked at. docs/protocol.md has it
 * in words; tests/protocol/legal.csv is its twin, written by hand, and compared with the engine cell by cell. */
#ifndef WEFT_RUNTIME_SESSION_LEGAL_H
#define WEFT_RUNTIME_SESSION_LEGAL_H

#include <stdint.h>

typedef enum weft__legal {
    WEFT__LEGAL_TAKE = 0,
    WEFT__LEGAL_DROP,    /* counted, changes nothing */
    WEFT__LEGAL_CONN,    /* a violation that ends the connection [violation.scope] */
    WEFT__LEGAL_SESSION, /* a violation that ends the session */
    WEFT__LEGAL_SKIP     /* unknown, from 192 on */
} weft__legal;

/* What a frame meets, seen from who receives it. */
typedef enum weft__column {
    /* connection 0 while the handshake goes on; other connections are violations of the session there */
    WEFT__COLUMN_HELLO_WAIT = 0, /* acceptor */
    WEFT__COLUMN_DECIDING,       /* acceptor: Hello is here, Welcome is not out */
    WEFT__COLUMN_READY_WAIT,     /* acceptor: Welcome is out */
    WEFT__COLUMN_WELCOME_WAIT,   /* initiator */
    /* after it */
    WEFT__COLUMN_ROOT,
    WEFT__COLUMN_NEW_THEIRS,  /* an id above all that the counterpart has opened, of its parity */
    WEFT__COLUMN_NEW_OURS,    /* an id above all that we have opened, of ours */
    WEFT__COLUMN_LATE_THEIRS, /* opened by the counterpart, and gone */
    WEFT__COLUMN_LATE_OURS,
    WEFT__COLUMN_OPENING,  /* ours, not answered yet */
    WEFT__COLUMN_ARRIVING, /* theirs: part of its Open is here */
    WEFT__COLUMN_PENDING,  /* theirs, undecided here */
    WEFT__COLUMN_OPEN_OURS,
    WEFT__COLUMN_OPEN_THEIRS,
    WEFT__COLUMN_CLOSING,        /* our Close or Reject is queued */
    WEFT__COLUMN_FAREWELL,       /* our Goodbye is out, theirs is not here; connection 0 */
    WEFT__COLUMN_FAREWELL_OTHER, /* the same; other connections */
    WEFT__COLUMNS
} weft__column;

weft__legal weft__legal_of(uint8_t kind, weft__column column);

#endif
