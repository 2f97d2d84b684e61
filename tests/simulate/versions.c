/* The versions' tables, and the model of what one makes of another's values. */
#include "tests/simulate/sim.h"

/* ---- values ---- */

void sim_value_make(const sim_version *from, uint64_t serial, weft_bytes data, sim_value *ret_value)
{
    static const weft_str texts[] = { WEFT_STR_INIT(""), WEFT_STR_INIT("-"), WEFT_STR_INIT("twenty bytes of text") };
    static const sim_kind kinds[] = { SIM_SMALL, SIM_LARGE, SIM_OTHER, SIM_HUGE };
    sim_note_value note = { .kind = kinds[serial % (from->is_new ? 4 : 3)],
                            .count = (uint16_t)(serial * 17),
                            .text = texts[serial / 3 % 3],
                            .has_more = from->is_new && serial % 2,
                            .more = from->is_new && serial % 2 ? serial : 0,
                            .hint = (uint8_t)serial };
    note.other = note.kind == SIM_OTHER ? (uint16_t)serial : 0;
    *ret_value = (sim_value){ .serial = serial, .data = data, .note = note, .count = (uint16_t)(serial * 29) };
    if (from->is_new)
        ret_value->count = (uint32_t)(serial * 100003);
}

/* [schema.plan] What is missing there has its default; an unknown variant is UNKNOWN; what was renamed is found by
 * who knows the older name. */
void sim_value_expect(const sim_version *from, const sim_version *to, uint64_t serial, weft_bytes data,
                      sim_value *ret_value)
{
    sim_value_make(from, serial, data, ret_value);
    if (from->is_new && !to->is_new) {
        ret_value->note.text = WEFT_STR("-");
        if (ret_value->note.kind == SIM_HUGE)
            ret_value->note.kind = SIM_UNKNOWN;
    } else if (!from->is_new && to->is_new) {
        ret_value->note.hint = 7;
    }
}

bool sim_value_equal(const sim_version *to, const sim_value *is, const sim_value *expected)
{
    const sim_note_value *a = &is->note, *b = &expected->note;
    if (is->data.len != expected->data.len ||
        (is->data.len > 0 && memcmp(is->data.ptr, expected->data.ptr, is->data.len) != 0))
        return false;
    if (is->has_count)
        return is->count == expected->count;
    if (!is->has_note)
        return true;
    if (a->kind != b->kind || a->other != b->other || a->count != b->count || !weft_str_equal(a->text, b->text))
        return false;
    return !to->is_new || (a->has_more == b->has_more && a->more == b->more && a->hint == b->hint);
}

bool sim_results_fit(uint32_t method, const sim_version *callee, const sim_version *caller)
{
    if (method == METHOD_GARBLED) /* the caller thinks that it is a number */
        return callee->is_new;
    return method != METHOD_WATCH || !callee->is_new || caller->is_new; /* u32 is not read as u16 */
}

/* ---- tables ---- */

#define DISPATCH(name, method)                                                       \
    static int name(const void *table, void *self, weft_call call, const void *args) \
    {                                                                                \
        (void)table;                                                                 \
        return work_begin(self, call, args, method, NULL);                           \
    }
#define STREAM_DISPATCH(name, method)                                                                              \
    static int name(const void *table, void *self, weft_call call, const void *args, const weft_channel *channels) \
    {                                                                                                              \
        (void)table;                                                                                               \
        return work_begin(self, call, args, method, channels);                                                     \
    }
DISPATCH(work_dispatch, METHOD_WORK)
DISPATCH(unit_dispatch, METHOD_UNIT)
DISPATCH(misfit_dispatch, METHOD_MISFIT)
DISPATCH(garbled_dispatch, METHOD_GARBLED)
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

static void deliver(void (*done)(void), void *user, const void *reply)
{
    (void)done;
    work_done(user, reply);
}

static void closed(const void *table, void *self)
{
    (void)table;
    work_closed(self);
}

/* The same on the wire as a misfit's arguments but for the data. */
static const weft_field misfit_fields[] = {
    { "serial", &weft_type_u64, NULL, 0, 0, NULL },
    { "data", &weft_type_u64, NULL, 8, 0, NULL },
};
static const weft_type misfit_type = { .abi = WEFT_GEN_ABI,
                                       .kind = WEFT_KIND_STRUCT,
                                       .n = 2,
                                       .c_size = 16,
                                       .fields = misfit_fields };

static const char *const names[METHODS] = {
    [METHOD_WORK] = "work",       [METHOD_UNIT] = "unit",   [METHOD_ABSENT] = "absent", [METHOD_MISFIT] = "misfit",
    [METHOD_GARBLED] = "garbled", [METHOD_WATCH] = "watch", [METHOD_LOAD] = "load",     [METHOD_BOTH] = "both",
};
static sim_version versions[VERSIONS];

static const weft_method *find(const weft_service_type *service, const char *name)
{
    const weft_method *method = service->methods;
    while (strcmp(method->name, name) != 0)
        method++;
    return method;
}

static uint8_t place_of(const weft_method *method, uint32_t index, unsigned direction)
{
    for (uint32_t i = 0; i < method->n_channels; i++)
        if (method->n_channels > 1 && method->channels[i].direction == direction)
            return (uint8_t)i;
    return (uint8_t)index;
}

static void version_make(sim_version *v, char name, const sim_shape *shape)
{
    static int (*const dispatches[])(const void *, void *, weft_call,
                                     const void *) = { work_dispatch, unit_dispatch, absent_dispatch, misfit_dispatch,
                                                       garbled_dispatch };
    static int (*const streams[])(const void *, void *, weft_call, const void *,
                                  const weft_channel *) = { watch_dispatch, load_dispatch, both_dispatch };
    v->name = name;
    v->is_new = shape == &sim_shape_b;
    v->shape = shape;
    for (uint32_t i = 0; i < METHODS; i++) {
        v->served[i] = *find(shape->service, names[i]);
        v->served[i].deliver = deliver;
        v->served[i].timeout_ns = WEFT_TIMEOUT_DEFAULT;
        if (i < METHOD_WATCH)
            v->served[i].dispatch = dispatches[i];
        else
            v->served[i].dispatch_channels = streams[i - METHOD_WATCH];
        v->places[i][0] = place_of(&v->served[i], 0, WEFT_CHANNEL_TX);
        v->places[i][1] = place_of(&v->served[i], 1, WEFT_CHANNEL_RX);
    }
    memcpy(v->called, v->served, sizeof v->called);
    v->served[METHOD_MISFIT].args = &misfit_type;
    v->called[METHOD_GARBLED].result = &weft_type_u64;
    v->serves = *shape->service;
    v->serves.closed = closed;
    v->serves.n_methods = METHODS;
    v->serves.methods = v->served;
    v->calls = v->serves;
    v->calls.methods = v->called;
}

const sim_version *sim_version_of(unsigned which)
{
    if (!versions[0].shape) {
        version_make(&versions[VERSION_A], 'a', &sim_shape_a);
        version_make(&versions[VERSION_B], 'b', &sim_shape_b);
        version_make(&versions[VERSION_C], 'c', &sim_shape_c);
        version_make(&versions[VERSION_D], 'd', &sim_shape_a);
        versions[VERSION_D].serves.id++;
        versions[VERSION_D].calls.id++;
    }
    return &versions[which];
}

const weft_type *sim_item_type(const sim_version *version, uint32_t method)
{
    return method == METHOD_WATCH ? version->shape->piece : version->shape->bit;
}

const weft_channel_param *sim_channel(uint32_t method, uint32_t index)
{
    return &sim_version_of(VERSION_A)->served[method].channels[index];
}

uint32_t sim_n_channels(uint32_t method)
{
    return sim_version_of(VERSION_A)->served[method].n_channels;
}
