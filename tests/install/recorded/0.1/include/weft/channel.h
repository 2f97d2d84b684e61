/* weft/channel.h: channels: one-way, ordered sequences of typed items that a call creates and that may outlive it. What
 * is typed (send, read) weftc writes; what is not is here. All functions: on the thread of the session's loop or
 * engine. */
#ifndef WEFT_CHANNEL_H
#define WEFT_CHANNEL_H

#include "weft/metadata.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A value handle of one end of a channel: safe as long as the runtime (or engine) lives. A stale or null one ({0},
 * which also stands for an optional channel that is absent) is answered WEFT_EALREADY. An end is stale once nothing can
 * be done with it any more: a sender's after finish or abort, or once the channel has ended otherwise and that has been
 * seen (send or room said so); a reader's after its end has been told. */
typedef struct weft_channel {
    void *slot;
    uint64_t generation;
} weft_channel;

/* How a channel ended for its reader [chan.ends]. */
typedef enum weft_channel_end_kind {
    WEFT_CHANNEL_FINISHED = 1, /* the sender said so, and all items came before */
    WEFT_CHANNEL_ABORTED = 2,  /* the sender gave up: code, text */
    WEFT_CHANNEL_RESET = 3,    /* this side did not want more: weft_channel_reset, or an item that could not be taken */
    WEFT_CHANNEL_LOST = 4,     /* the connection or session ended */
    WEFT_CHANNEL_REFUSED = 5,  /* its call was answered with an outcome from 2 on, or was never sent */
    WEFT_CHANNEL_CANCELLED = 6 /* its call was given up here, by cancel or deadline */
} weft_channel_end_kind;

typedef struct weft_channel_end {
    weft_channel_end_kind kind;
    int code;        /* 0: finished; WEFT_ECANCELED: aborted; WEFT_ERESET, WEFT_ECONNCLOSED…: why */
    uint16_t reason; /* aborted, reset: WEFT_CODE_… or the application's own; else 0 */
    weft_str text;   /* for people; may be empty; valid during the callback */
} weft_channel_end;

/* The sender is done: the reader gets what was sent, and then the end. 0; WEFT_EALREADY: stale, or ended otherwise;
 * WEFT_EINVAL: a reader's end. The handle is stale afterwards. */
WEFT_API int weft_channel_finish(weft_channel channel);
/* The sender gives up: the reader gets what was sent, and then aborted with code (not 0; WEFT_CODE_… or from 256 on the
 * application's own; 0: WEFT_EINVAL) and text (copied, cut to 1,024 bytes). Errors as finish. */
WEFT_API int weft_channel_abort(weft_channel channel, uint16_t code, const char *text_or_null);
/* Of a sender: runs ended once, from dispatch, if the channel ends otherwise than by a finish or abort that returned 0:
 * the reader has reset it, or it is lost, refused or cancelled. The handle is stale from then on. A second one replaces
 * the first; NULL: none. 0; WEFT_EALREADY: stale; WEFT_EINVAL: a reader's end. */
WEFT_API int weft_channel_on_end(weft_channel channel, void (*ended)(void *user, const weft_channel_end *end),
                                 void *user);
/* The reader wants no more: what is under way is dropped, the sender learns of it, and the own end callback, from
 * dispatch, says RESET (where the channel has ended by itself and nothing was dropped: how). The handle is stale at
 * once. code: WEFT_CODE_… or the application's own, 0 too; text is copied, cut to 1,024 bytes. 0; WEFT_EALREADY: stale;
 * WEFT_EINVAL: a sender's end. */
WEFT_API int weft_channel_reset(weft_channel channel, uint16_t code, const char *text_or_null);
/* The reader has used n_items more of those whose callback returned false: the sender may send as much again. 0;
 * WEFT_EALREADY; WEFT_EINVAL: a sender's end, or more than were delivered and not consumed. */
WEFT_API int weft_channel_consumed(weft_channel channel, uint32_t n_items);
/* The reader holds back (or goes on): nothing is delivered while it does, and the sender comes to wait once the credit
 * is used up. 0; WEFT_EALREADY; WEFT_EINVAL: a sender's end. */
WEFT_API int weft_channel_pause(weft_channel channel, bool paused);
/* A handler goes on with a channel after its answer, though it has not used it yet. 0 or WEFT_EALREADY. */
WEFT_API int weft_channel_keep(weft_channel channel);

#ifdef __cplusplus
}
#endif
#endif
