/* Methods whose arguments and answers are not bytes: the values they take, return and fail with. */
#include "tests/fuzz/engine_world.h"
#include "tests/support/random_value.h"

const weft_type fuzz_wide_type = { .abi = WEFT_GEN_ABI,
                                   .kind = WEFT_KIND_ARRAY,
                                   .n = 100,
                                   .c_size = 100 * sizeof(uint64_t),
                                   .element = &weft_type_u64 };

typedef struct sum {
    world *world;
    uint64_t value;
} sum;

static int sum_add(void *user, const char *text, size_t len)
{
    sum *s = user;
    world_read(s->world, text, len);
    for (size_t i = 0; i < len; i++)
        s->value = s->value * 31 + (uint8_t)text[i];
    return 0;
}

uint64_t value_read(world *w, const weft_type *type, const void *value)
{
    sum s = { w, 0 };
    FUZZ_CHECK(weft_gen_print(type, value, sum_add, &s) == 0);
    FUZZ_CHECK(weft_gen_equal(type, value, value));
    return s.value;
}

const void *value_make(world *w, const weft_type *type, uint32_t seed)
{
    weft_test_random random = { seed };
    void *value = weft_arena_alloc(w->scratch, type->c_size ? type->c_size : 1, 16);
    FUZZ_CHECK(value);
    weft_test_random_value(&random, type, 3, 2 + seed % 60, w->scratch, value);
    return value;
}

uint64_t args_read(world *w, uint32_t method, const void *args)
{
    w->is_typed |= method >= FUZZ_UNIT;
    if (method >= FUZZ_UNIT)
        return value_read(w, fuzz_service.methods[method].args, args);
    weft_bytes data = ((const pair_echo_args *)args)->data;
    uint64_t value = data.len;
    for (size_t i = 0; i < data.len; i++)
        value = value * 31 + data.ptr[i];
    w->sink += value;
    return value;
}

void reply_read(world *w, uint32_t method, const void *reply)
{
    const weft_result *result = reply;
    const shape_reply *shape = reply;
    const wide_reply *wide = reply;
    w->is_typed |= method >= FUZZ_UNIT;
    world_read(w, result->text.ptr, result->text.len);
    fuzz_read_metadata(w, result->metadata);
    if (result->code != 0)
        return;
    switch (method) {
    case FUZZ_STREAM:
    case FUZZ_UNIT: FUZZ_CHECK(result->outcome == WEFT_OUTCOME_OK); break;
    case FUZZ_SHAPE:
        FUZZ_CHECK(!shape->value == !!shape->error);
        if (shape->value)
            (void)value_read(w, &ct_shape_type, shape->value);
        else
            (void)value_read(w, &ct_color_type, shape->error);
        break;
    case FUZZ_WIDE: (void)value_read(w, &fuzz_wide_type, wide->value); break;
    default:
        world_read(w, ((const pair_echo_reply *)reply)->value.ptr, ((const pair_echo_reply *)reply)->value.len);
        break;
    }
}

int typed_answer(side *s, const served *call, unsigned how)
{
    world *w = s->world;
    const ct_shape unknown = { .kind = CT_SHAPE_UNKNOWN };
    const weft_method *method = &fuzz_service.methods[call->method];
    int status;
    w->granted += 16384; /* more than a value of value_make takes */
    if (how % 8 == 3) {
        status = weft_gen_fail(call->call, &fuzz_service, call->method, value_make(w, &ct_color_type, how));
        FUZZ_CHECK(call->method == FUZZ_SHAPE || status < 0);
    } else if (how % 8 == 4 && call->method == FUZZ_SHAPE) {
        status = weft_gen_return(call->call, &fuzz_service, call->method, &unknown);
        FUZZ_CHECK(status < 0);
    } else {
        const void *value = method->result && how % 8 != 5 ? value_make(w, method->result, how) : NULL;
        status = weft_gen_return(call->call, &fuzz_service, call->method, value);
        FUZZ_CHECK(!method->result || value || status < 0);
    }
    weft_arena_clear(w->scratch);
    return status;
}

void op_call_typed(side *s, script *in)
{
    world *w = s->world;
    weft_connection *conn = conn_of(s, in);
    uint8_t how = script_byte(in);
    uint32_t seed = script_u16(in);
    if (!conn || w->granted > FUZZ_GRANTED_MAX)
        return;
    note *n = how & 1 ? NULL : world_note(w, s);
    uint32_t method = (uint32_t)FUZZ_UNIT + (how >> 1 & 3u) % 3u;
    const weft_type *type = fuzz_service.methods[method].args;
    weft_call_options options = weft_call_options_default();
    weft_metadata_entry entries[] = { weft_metadata_str("s", WEFT_STR("text"), WEFT_METADATA_SENSITIVE),
                                      weft_metadata_u64("n", seed, WEFT_METADATA_NO_PROPAGATE),
                                      weft_metadata_bytes("b", weft_bytes_of("\0\1", 2), 1u << 20) };
    weft_metadata metadata = { entries, 1 + how % 3 };
    if (how & 8)
        options.metadata = &metadata;
    if (how & 16 && n)
        options.arena = n->arena = w->replies;
    if (how & 32)
        options.timeout_ns = (const uint64_t[]){ 0, WEFT_NS_PER_MS, WEFT_NS_PER_S, WEFT_FOREVER }[how >> 6];
    const void *args = method == FUZZ_UNIT && seed & 1 ? NULL : value_make(w, type, seed);
    if (n)
        n->method = method;
    weft_call call;
    w->granted += 20480;
    int status =
        weft_gen_call(conn, &fuzz_service, method, args, &options, n ? (void (*)(void))fuzz_done : NULL, n, &call);
    weft_arena_clear(w->scratch);
    if (n)
        n->is_owed = n->is_call = status == 0;
    if (status == 0 && s->n_calls < CALLS_MAX)
        s->calls[s->n_calls++] = call;
}
