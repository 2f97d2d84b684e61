/* The shape of versions a and c, which are the same but for their names: V(name) and VU(NAME) give those. */
#include "tests/simulate/versions.h"

#define SHAPE_(prefix) sim_shape_##prefix
#define SHAPE(prefix) SHAPE_(prefix)

static void put_note(const sim_note_value *note, V(note) *out)
{
    static const V(kind_kind) kinds[] = { [SIM_SMALL] = VU(KIND_SMALL),
                                          [SIM_LARGE] = VU(KIND_LARGE),
                                          [SIM_OTHER] = VU(KIND_OTHER) };
    memset(out, 0, sizeof *out);
    out->kind.kind = kinds[note->kind];
    if (note->kind == SIM_OTHER)
        out->kind.as.other = note->other;
    out->count = note->count;
    out->text = note->text;
}

static void get_note(const V(note) *note, sim_value *out)
{
    static const sim_kind kinds[] = { [VU(KIND_UNKNOWN)] = SIM_UNKNOWN,
                                      [VU(KIND_SMALL)] = SIM_SMALL,
                                      [VU(KIND_LARGE)] = SIM_LARGE,
                                      [VU(KIND_OTHER)] = SIM_OTHER };
    out->has_note = true;
    out->note.kind = kinds[note->kind.kind];
    out->note.other = note->kind.kind == VU(KIND_OTHER) ? note->kind.as.other : 0;
    out->note.count = note->count;
    out->note.text = note->text;
}

static void put_args(uint32_t method, const sim_value *value, void *storage)
{
    V(work_unit_args) *args = storage; /* the others begin so, too */
    args->serial = value->serial;
    args->data = value->data;
    if (method == METHOD_WORK)
        put_note(&value->note, &((V(work_work_args) *)storage)->note);
}

static void get_args(uint32_t method, const void *from, sim_value *ret_value)
{
    const V(work_unit_args) *args = from;
    ret_value->serial = args->serial;
    ret_value->data = args->data;
    if (method == METHOD_WORK)
        get_note(&((const V(work_work_args) *)from)->note, ret_value);
}

static void put_answer(uint32_t method, const sim_value *value, void *storage)
{
    if (method == METHOD_LOAD || method == METHOD_GARBLED) {
        *(weft_bytes *)storage = value->data;
        return;
    }
    V(answer) *answer = storage;
    answer->value = value->data;
    put_note(&value->note, &answer->note);
}

static void get_answer(uint32_t method, const void *from, sim_value *ret_value)
{
    if (method == METHOD_LOAD) {
        ret_value->data = *(const weft_bytes *)from;
        return;
    }
    const V(answer) *answer = from;
    ret_value->data = answer->value;
    get_note(&answer->note, ret_value);
}

static void put_error(const sim_value *value, void *storage)
{
    ((V(failure) *)storage)->serial = value->serial;
}

static void get_error(const void *error, sim_value *ret_value)
{
    ret_value->serial = ((const V(failure) *)error)->serial;
}

static void put_item(uint32_t method, const sim_value *value, void *storage)
{
    if (method == METHOD_WATCH) {
        *(V(piece) *)storage = (V(piece)){ .data = value->data, .count = (uint16_t)value->count };
        return;
    }
    V(bit) *bit = storage;
    bit->data = value->data;
    put_note(&value->note, &bit->note);
}

static void get_item(uint32_t method, const void *item, sim_value *ret_value)
{
    if (method == METHOD_WATCH) {
        ret_value->has_count = true;
        ret_value->data = ((const V(piece) *)item)->data;
        ret_value->count = ((const V(piece) *)item)->count;
        return;
    }
    const V(bit) *bit = item;
    ret_value->data = bit->data;
    get_note(&bit->note, ret_value);
}

const sim_shape SHAPE(PREFIX) = { &V(work_service), &V(bit_type), &V(piece_type), put_args, get_args, put_answer,
                                  get_answer,       put_error,    get_error,      put_item, get_item };
