/* Methods with channels: their arguments, where channels stand as nil, and items of the element's type. */
#include "runtime/rpc/rpc.h"

#include "runtime/base/error.h"
#include "runtime/schema/codec.h"
#include "runtime/wire/reader.h"

/* ---- arguments ---- */

/* [chan.types] nil; where it is optional and there [nil]. */
static void channel_encode(const weft_channel_param *channel, bool present, weft_writer *writer)
{
    if (channel->optional && present)
        weft__write_array(writer, 1);
    weft__write_nil(writer);
}

int weft__args_encode(const weft_method *method, const void *args_or_null, const weft_channel_param *channels,
                      uint32_t n_channels, uint32_t present, weft_writer *writer)
{
    const weft_type *type = method->args;
    uint32_t channel = 0;
    uint32_t field = 0;
    if (!args_or_null && type->n > 0)
        return WEFT_EINVAL;
    weft__write_array(writer, type->n + n_channels);
    for (uint32_t place = 0; place < type->n + n_channels; place++) {
        if (channel < n_channels && channels[channel].place == place) {
            channel_encode(&channels[channel], present & (1u << channel), writer);
            channel++;
            continue;
        }
        if (field == type->n) /* a table of which the places do not fit */
            return WEFT_EINVAL;
        int err = weft_gen_encode(type->fields[field].type, weft__at(args_or_null, type->fields[field].offset), writer);
        if (err)
            return err;
        field++;
    }
    return writer->status;
}

/* Over a channel's place: 1: it is there, 0: it is not; WEFT_EBADMSG. */
static int channel_decode(const weft_channel_param *channel, weft__reader *reader)
{
    uint32_t n;
    if (!channel->optional)
        return weft__read_nil(reader) ? 1 : WEFT_EBADMSG;
    if (weft__read_nil(reader))
        return 0;
    if (weft__read_array(reader, &n) || n != 1 || !weft__read_nil(reader))
        return WEFT_EBADMSG;
    return 1;
}

static int split_fail(weft_error *error, const char *name_or_null, const char *reason)
{
    weft__error_set(error, WEFT_EBADMSG, "");
    if (name_or_null) {
        weft__error_add_text(error, weft_str_from(name_or_null));
        weft__error_add_text(error, WEFT_STR(": "));
    }
    weft__error_add_text(error, weft_str_from(reason));
    return WEFT_EBADMSG;
}

/* The elements into writer, but for the channels. */
static int args_copy(weft__reader *reader, const weft_method *method, const weft_channel_param *channels,
                     uint32_t n_channels, uint8_t **at, uint32_t *ret_present, weft_error *error)
{
    uint32_t channel = 0;
    *ret_present = 0;
    for (uint32_t place = 0; place < method->args->n + n_channels; place++) {
        if (channel < n_channels && channels[channel].place == place) {
            int present = channel_decode(&channels[channel], reader);
            if (present < 0)
                return split_fail(error, channels[channel].name, "not a channel");
            *ret_present |= (uint32_t)present << channel;
            channel++;
            continue;
        }
        weft_bytes value;
        if (weft__read_any(reader, &value) < 0)
            return split_fail(error, NULL, "malformed arguments");
        memcpy(*at, value.ptr, value.len);
        *at += value.len;
    }
    return 0;
}

int weft__args_split(const weft_method *method, weft_bytes args, const weft_channel_param *channels,
                     uint32_t n_channels, weft_arena *arena, weft_bytes *ret_args, uint32_t *ret_present,
                     weft_error *error)
{
    weft__reader reader = weft__reader_of(args);
    uint32_t n;
    if (weft__read_array(&reader, &n) || n != method->args->n + n_channels)
        return split_fail(error, NULL, "not as many arguments as the method has");
    uint8_t *bytes = weft_arena_alloc(arena, args.len + 2, 1); /* the header may be longer than the one that came */
    if (!bytes)
        return weft__error_set(error, WEFT_ENOMEM, NULL);
    uint8_t *at = bytes;
    if (method->args->n < 16) {
        *at++ = (uint8_t)(0x90 | method->args->n);
    } else {
        *at++ = 0xdc;
        *at++ = (uint8_t)(method->args->n >> 8);
        *at++ = (uint8_t)method->args->n;
    }
    int err = args_copy(&reader, method, channels, n_channels, &at, ret_present, error);
    if (!err)
        *ret_args = weft_bytes_of(bytes, (size_t)(at - bytes));
    return err;
}

/* What the handler is given; those that its version of the method has not are ended at once: [schema.plan] finished
 * where it would have sent, reset where it would have read. */
static int channels_place(weft__call *call, const weft_channel_param *announced, uint32_t n_announced,
                          const weft__method_plan *plan, const weft_channel *handles, weft_channel *ret_handles,
                          weft_error *error)
{
    const weft_channel_param *params = NULL;
    uint32_t n = weft__method_channels(call->service, call->method, &params);
    uint32_t used = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint8_t place = plan->channels[i];
        ret_handles[i] = place < n_announced ? handles[place] : (weft_channel){ NULL, 0 };
        if (!ret_handles[i].slot && !params[i].optional) {
            weft__error_set(error, WEFT_EBADMSG, params[i].name);
            weft__error_add_text(error, WEFT_STR(": no channel"));
            return WEFT_OUTCOME_INVALID_PAYLOAD;
        }
        if (!ret_handles[i].slot)
            continue;
        used |= 1u << place;
        weft__channel_read_by(ret_handles[i], plan->elements[i]);
    }
    for (uint32_t i = 0; i < n_announced; i++) {
        if ((used & (1u << i)) || !handles[i].slot)
            continue;
        if (announced[i].direction == WEFT_CHANNEL_TX)
            (void)weft_channel_finish(handles[i]);
        else
            (void)weft_channel_reset(handles[i], WEFT_CODE_NONE, NULL);
    }
    return 0;
}

int weft__request_channels(weft__call *call, const weft_channel_param *announced, uint32_t n_announced,
                           uint32_t present, const weft__method_plan *plan_or_null, weft_channel *ret_handles,
                           weft_error *error)
{
    bool sends[WEFT_METHOD_CHANNELS_MAX];
    weft_channel handles[WEFT_METHOD_CHANNELS_MAX], by_place[WEFT_METHOD_CHANNELS_MAX];
    uint32_t n = 0;
    for (uint32_t i = 0; i < n_announced; i++)
        if (present & (1u << i))
            sends[n++] = announced[i].direction == WEFT_CHANNEL_TX;
    if (n != weft__call_n_channels(call)) { /* [chan.types] */
        weft__error_set(error, WEFT_EBADMSG, "not as many channels as the arguments say");
        return WEFT_OUTCOME_INVALID_PAYLOAD;
    }
    int err = weft__call_bind_channels(call, sends, handles);
    if (err == WEFT_EPROTO)
        return err;
    if (err) {
        weft__error_set(error, WEFT_ENOMEM, NULL);
        return WEFT_OUTCOME_RESOURCE_EXHAUSTED;
    }
    weft_channel *to = plan_or_null ? by_place : ret_handles;
    n = 0;
    for (uint32_t i = 0; i < n_announced; i++)
        to[i] = present & (1u << i) ? handles[n++] : (weft_channel){ NULL, 0 };
    if (!plan_or_null)
        return 0;
    return channels_place(call, announced, n_announced, plan_or_null, by_place, ret_handles, error);
}

/* ---- items ---- */

int weft_gen_send(weft_channel channel, const weft_type *element, const void *item)
{
    weft_writer writer;
    weft__channel *inner;
    int err = weft__channel_send_begin(channel, &writer, &inner);
    if (err)
        return err;
    if (!element || !item)
        weft__writer_fail(&writer, WEFT_EINVAL);
    else if ((err = weft_gen_encode(element, item, &writer)) != 0)
        weft__writer_fail(&writer, err);
    return weft__channel_send_end(inner, &writer);
}

int weft_gen_on_room(weft_channel channel, void (*room)(void *user), void *user)
{
    return weft__channel_on_room(channel, room, user);
}

int weft_gen_receive(weft_channel channel, const weft_type *element,
                     bool (*deliver)(void (*item)(void), void *user, weft_channel channel, const void *value),
                     void (*item)(void), void (*end)(void *user, const weft_channel_end *end), void *user)
{
    weft__channel_reader reader = { element, deliver, item, end, user };
    if (!element || !deliver)
        return WEFT_EINVAL;
    return weft__channel_read(channel, &reader);
}

/* Of a channel that a call made here has: the callee's version of the method says what its items are. */
static int item_plan(weft__channel *channel, weft_error *error)
{
    weft__rpc_plan_of of;
    int err =
        weft__rpc_plan(channel->conn, channel->service, channel->exchanged_or_null, WEFT__SCHEMA_RESULTS, &of, error);
    if (err)
        return err;
    channel->plan = of.plan->elements[channel->place];
    channel->planned = true;
    return 0;
}

int weft__rpc_item(weft__channel *channel, weft_bytes value, weft_arena *arena, weft_error *error)
{
    const weft_type *element = channel->element;
    int err = channel->exchanged_or_null && !channel->planned ? item_plan(channel, error) : 0;
    void *item = err ? NULL : weft_arena_alloc(arena, element->c_size ? element->c_size : 1, 16);
    if (!err)
        err = item ? weft__decode_fresh(element, channel->plan, value, arena, item, error) : WEFT_ENOMEM;
    if (err == WEFT_ENOMEM)
        return weft__error_set(error, WEFT_ENOMEM, NULL);
    if (err)
        return err == WEFT_EINCOMPATIBLE ? err : WEFT_EBADMSG;
    return channel->deliver(channel->item, channel->user, weft__channel_handle(channel), item) ? 1 : 0;
}
