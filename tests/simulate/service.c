/* The service that every side speaks, its tables written by hand: work returns bytes or an error, unit nothing, and
 * nobody implements absent. */
#include "tests/simulate/sim.h"

const int sim_handler = 1;

enum { PATTERN_SHIFT = 4093 };
static uint8_t pattern[ARGS_MAX + PATTERN_SHIFT];

weft_bytes sim_data(uint64_t serial, size_t len)
{
    if (pattern[1] == 0) {
        weft_test_random random = { 1 };
        for (size_t i = 0; i < sizeof pattern; i++)
            pattern[i] = (uint8_t)(weft_test_random_next(&random) | 1);
    }
    return weft_bytes_of(pattern + serial * 7 % PATTERN_SHIFT, len < ARGS_MAX ? len : ARGS_MAX);
}

static int work_dispatch(const void *table, void *self, weft_call call, const void *args)
{
    (void)table;
    return work_begin(self, call, args, METHOD_WORK, NULL);
}

static int unit_dispatch(const void *table, void *self, weft_call call, const void *args)
{
    (void)table;
    return work_begin(self, call, args, METHOD_UNIT, NULL);
}

#define STREAM_DISPATCH(name, method)                                                                              \
    static int name(const void *table, void *self, weft_call call, const void *args, const weft_channel *channels) \
    {                                                                                                              \
        (void)table;                                                                                               \
        return work_begin(self, call, args, method, channels);                                                     \
    }
/* Never reached: nobody's arguments decode. */
static int misfit_dispatch(const void *table, void *self, weft_call call, const void *args)
{
    (void)table;
    return work_begin(self, call, args, METHOD_MISFIT, NULL);
}

static int garbled_dispatch(const void *table, void *self, weft_call call, const void *args)
{
    (void)table;
    return work_begin(self, call, args, METHOD_GARBLED, NULL);
}

STREAM_DISPATCH(watch_dispatch, METHOD_WATCH)
STREAM_DISPATCH(load_dispatch, METHOD_LOAD)
STREAM_DISPATCH(both_dispatch, METHOD_BOTH)

static int absent_dispatch(const void *table, void *self, weft_call call, const void *args)
{
    (void)table;
    (void)self;
    (void)call;
    (void)args;
    return WEFT_OUTCOME_UNKNOWN_METHOD;
}

typedef void (*done_fn)(void *user, const work_reply *reply);

static void deliver(void (*done)(void), void *user, const void *reply)
{
    ((done_fn)done)(user, reply);
}

static void closed(const void *table, void *self)
{
    (void)table;
    work_closed(self);
}

static const weft_field args_fields[] = {
    { "serial", &weft_type_u64, NULL, offsetof(work_args, serial), 0, NULL },
    { "data", &weft_type_bytes, NULL, offsetof(work_args, data), 0, NULL },
};
static const weft_type args_type = { .abi = WEFT_GEN_ABI,
                                     .kind = WEFT_KIND_STRUCT,
                                     .n = 2,
                                     .c_size = sizeof(work_args),
                                     .fields = args_fields };
/* The same on the wire but for the data. */
static const weft_field misfit_fields[] = {
    { "serial", &weft_type_u64, NULL, offsetof(work_args, serial), 0, NULL },
    { "data", &weft_type_u64, NULL, offsetof(work_args, data), 0, NULL },
};
static const weft_type misfit_type = { .abi = WEFT_GEN_ABI,
                                       .kind = WEFT_KIND_STRUCT,
                                       .n = 2,
                                       .c_size = sizeof(work_args),
                                       .fields = misfit_fields };
static const weft_field error_fields[] = { { "serial", &weft_type_u64, NULL, offsetof(work_error, serial), 0, NULL } };
static const weft_type error_type = { .abi = WEFT_GEN_ABI,
                                      .kind = WEFT_KIND_STRUCT,
                                      .n = 1,
                                      .c_size = sizeof(work_error),
                                      .name = "sim.Failure",
                                      .id = 0x5e1,
                                      .fields = error_fields };

#define METHOD(name_, id_, args_, result_, dispatch_)                                             \
    {                                                                                             \
        .name = (name_), .id = (id_), .args = (args_), .result = (result_), .error = &error_type, \
        .timeout_ns = WEFT_TIMEOUT_DEFAULT, .reply_size = sizeof(work_reply),                     \
        .value_offset = offsetof(work_reply, value), .error_offset = offsetof(work_reply, error), \
        .dispatch = (dispatch_), .deliver = deliver                                               \
    }
static const weft_channel_param watch_channels[] = { { "out", &weft_type_bytes, 2, 4, WEFT_CHANNEL_TX, false, NULL } };
static const weft_channel_param load_channels[] = { { "in", &weft_type_bytes, 2, 7, WEFT_CHANNEL_RX, false, NULL } };
static const weft_channel_param both_channels[] = {
    { "out", &weft_type_bytes, 2, 1, WEFT_CHANNEL_TX, true, NULL },
    { "in", &weft_type_bytes, 3, 32, WEFT_CHANNEL_RX, true, NULL },
};
#define STREAM(name_, id_, result_, channels_, dispatch_)                                                             \
    {                                                                                                                 \
        .name = (name_), .id = (id_), .args = &args_type, .result = (result_), .error = &error_type,                  \
        .timeout_ns = WEFT_TIMEOUT_DEFAULT, .reply_size = sizeof(work_reply),                                         \
        .value_offset = offsetof(work_reply, value), .error_offset = offsetof(work_reply, error), .deliver = deliver, \
        .channels = (channels_), .n_channels = sizeof(channels_) / sizeof *(channels_),                               \
        .dispatch_channels = (dispatch_)                                                                              \
    }
/* misfit: what the caller encodes the callee cannot decode; result: of garbled, where it is the other way round. */
#define METHODS_OF(misfit, result)                                                              \
    {                                                                                           \
        [METHOD_WORK] = METHOD("work", 0x2001, &args_type, &weft_type_bytes, work_dispatch),    \
        [METHOD_UNIT] = METHOD("unit", 0x2002, &args_type, NULL, unit_dispatch),                \
        [METHOD_ABSENT] = METHOD("absent", 0x2003, &args_type, NULL, absent_dispatch),          \
        [METHOD_MISFIT] = METHOD("misfit", 0x2007, misfit, NULL, misfit_dispatch),              \
        [METHOD_GARBLED] = METHOD("garbled", 0x2008, &args_type, result, garbled_dispatch),     \
        [METHOD_WATCH] = STREAM("watch", 0x2004, NULL, watch_channels, watch_dispatch),         \
        [METHOD_LOAD] = STREAM("load", 0x2005, &weft_type_bytes, load_channels, load_dispatch), \
        [METHOD_BOTH] = STREAM("both", 0x2006, &weft_type_bytes, both_channels, both_dispatch), \
    }
static const weft_method methods[METHODS] = METHODS_OF(&misfit_type, &weft_type_bytes);
static const weft_method methods_called[METHODS] = METHODS_OF(&args_type, &weft_type_u64);

const weft_channel_param *sim_channels(uint32_t method, uint32_t *ret_n)
{
    *ret_n = methods[method].n_channels;
    return methods[method].channels;
}

#define SERVICE(id_, methods_)                                                                             \
    {                                                                                                      \
        .abi = WEFT_GEN_ABI, .method_size = sizeof(weft_method), .n_methods = METHODS, .name = "sim.Work", \
        .id = (id_), .methods = (methods_), .closed = closed                                               \
    }
const weft_service_type sim_service = SERVICE(0x51, methods);
const weft_service_type sim_service_calls = SERVICE(0x51, methods_called);
const weft_service_type sim_service_other = SERVICE(0x52, methods);
