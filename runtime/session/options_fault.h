/* What is wrong with the options of a session. Here, so that libweft, which refuses them by a code, and libweft-uv,
 * which has a text to go with it, say the same. */
#ifndef WEFT_RUNTIME_SESSION_OPTIONS_FAULT_H
#define WEFT_RUNTIME_SESSION_OPTIONS_FAULT_H

#include "runtime/base/options.h"
#include "weft/gen.h"
#include "weft/intercept.h"
#include "weft/limits.h"
#include "weft/session.h"

static inline const char *weft__session_chain_fault(const weft_session_options *o)
{
    if (!o->interceptors != (o->n_interceptors == 0)) /* a chain whose length was forgotten would check nothing */
        return "of interceptors and n_interceptors one is not set";
    for (size_t i = 0; i < o->n_interceptors; i++)
        if (!weft__options_is_table(o->interceptors[i]))
            return "one of the interceptors is NULL, or its size is not set";
    return NULL;
}

/* A constant; NULL: nothing, as far as metadata and root are not concerned. o is whole, with its defaults. */
static inline const char *weft__session_options_fault(const weft_session_options *o)
{
    if (o->max_frame_size < WEFT_FRAME_SIZE_MIN || o->max_frame_size > WEFT_FRAME_SIZE_MAX)
        return "max_frame_size is 16 KiB to 1 MiB";
    if (o->max_message_size < WEFT_MESSAGE_SIZE_MIN)
        return "max_message_size is 64 KiB at least";
    if (o->connection_window > INT32_MAX || o->connection_window < o->max_frame_size + WEFT_CONNECTION_WINDOW_MARGIN)
        return "connection_window is max_frame_size and 64 KiB at least, and less than 2 GiB";
    if (o->replay_limit < 4 * (uint64_t)o->max_frame_size || o->replay_limit < WEFT_REPLAY_MIN) /* [resume.count] */
        return "replay_limit is 256 KiB, and 4 times max_frame_size, at least";
    if (o->resume_window_ns / WEFT_NS_PER_MS > UINT32_MAX)
        return "resume_window_ns is 49 days at most";
    if (o->keepalive_idle_ns == 0 || o->keepalive_timeout_ns == 0)
        return "keepalive_idle_ns or keepalive_timeout_ns is 0: WEFT_FOREVER switches it off";
    if (o->channel_window == 0 || o->channel_window > INT32_MAX)
        return "channel_window is 1 byte at least, and less than 2 GiB";
    if (o->root_service && o->root_service->abi != WEFT_GEN_ABI)
        return "root_service was made by the weftc of another version";
    return weft__session_chain_fault(o);
}

/* The default is less where a small window, or little to keep, was asked for and nothing was said of frames. */
static inline void weft__session_options_fit_frame(weft_session_options *o)
{
    const uint32_t least = WEFT_FRAME_SIZE_MIN;
    uint64_t most = o->replay_limit / 4;
    if (o->max_frame_size != WEFT_FRAME_SIZE_DEFAULT || o->connection_window < WEFT_CONNECTION_WINDOW_MARGIN)
        return;
    if (o->connection_window - WEFT_CONNECTION_WINDOW_MARGIN < most)
        most = o->connection_window - WEFT_CONNECTION_WINDOW_MARGIN;
    if (most >= least && most < o->max_frame_size)
        o->max_frame_size = (uint32_t)most;
}

#endif
