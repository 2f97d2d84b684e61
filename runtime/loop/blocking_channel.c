/* Channels of a weft_blocking: they come with the engine's. */
#include "runtime/loop/blocking.h"

weft_blocking_channel *weft__blocking_channel_new(weft_blocking_call *call, const weft_channel_param *param)
{
    (void)call, (void)param;
    return NULL;
}

void weft__blocking_channel_unref(weft_blocking_channel *channel)
{
    (void)channel;
}

int weft_gen_send_sync(weft_blocking_channel *channel, const void *item, uint64_t timeout_ns)
{
    (void)channel, (void)item, (void)timeout_ns;
    return WEFT_ENOTSUP;
}

int weft_gen_receive_sync(weft_blocking_channel *channel, uint64_t timeout_ns, weft_arena *arena, const void **ret_item)
{
    (void)channel, (void)timeout_ns, (void)arena, (void)ret_item;
    return WEFT_ENOTSUP;
}

int weft_blocking_channel_finish(weft_blocking_channel *sender)
{
    (void)sender;
    return WEFT_ENOTSUP;
}

int weft_blocking_channel_abort(weft_blocking_channel *sender, uint16_t code, const char *text_or_null)
{
    (void)sender, (void)code, (void)text_or_null;
    return WEFT_ENOTSUP;
}

int weft_blocking_channel_reset(weft_blocking_channel *receiver, uint16_t code, const char *text_or_null)
{
    (void)receiver, (void)code, (void)text_or_null;
    return WEFT_ENOTSUP;
}

int weft_blocking_channel_end(weft_blocking_channel *receiver, weft_channel_end *ret_end)
{
    (void)receiver, (void)ret_end;
    return WEFT_ENOTSUP;
}

void weft_blocking_channel_release(weft_blocking_channel *channel_or_null)
{
    (void)channel_or_null;
}
