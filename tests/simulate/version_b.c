/* Version b of the service: fields added, renamed and in another order, a variant more, items that are wider. */
#include "b.weft.h"

#include "tests/simulate/versions.h"

static void put_note(const sim_note_value *note, b_note *out)
{
    static const b_kind_kind kinds[] = {
        [SIM_SMALL] = B_KIND_SMALL, [SIM_LARGE] = B_KIND_LARGE, [SIM_OTHER] = B_KIND_OTHER, [SIM_HUGE] = B_KIND_HUGE
    };
    memset(out, 0, sizeof *out);
    out->kind.kind = kinds[note->kind];
    if (note->kind == SIM_OTHER)
        out->kind.as.other = note->other;
    out->count = note->count;
    out->label = note->text;
    out->more = (weft_opt_u64){ note->has_more, note->more };
    out->hint = note->hint;
}

static void get_note(const b_note *note, sim_value *out)
{
    static const sim_kind kinds[] = { [B_KIND_UNKNOWN] = SIM_UNKNOWN,
                                      [B_KIND_SMALL] = SIM_SMALL,
                                      [B_KIND_LARGE] = SIM_LARGE,
                                      [B_KIND_OTHER] = SIM_OTHER,
                                      [B_KIND_HUGE] = SIM_HUGE };
    out->has_note = true;
    out->note = (sim_note_value){ .kind = kinds[note->kind.kind],
                                  .other = note->kind.kind == B_KIND_OTHER ? note->kind.as.other : (uint16_t)0,
                                  .count = note->count,
                                  .text = note->label,
                                  .has_more = note->more.has,
                                  .more = note->more.has ? note->more.value : 0,
                                  .hint = note->hint };
}

static void put_args(uint32_t method, const sim_value *value, void *storage)
{
    switch (method) {
    case METHOD_WORK: {
        b_work_work_args *args = storage;
        *args = (b_work_work_args){ .serial = value->serial, .data = value->data, .hint = value->note.hint };
        put_note(&value->note, &args->note);
        break;
    }
    case METHOD_UNIT:
        *(b_work_unit_args *)storage = (b_work_unit_args){ .serial = value->serial, .data = value->data };
        break;
    case METHOD_MISFIT:
        *(b_work_misfit_args *)storage = (b_work_misfit_args){ .serial = value->serial, .data = value->data };
        break;
    default: *(b_work_absent_args *)storage = (b_work_absent_args){ .serial = value->serial, .data = value->data };
    }
}

static void get_args(uint32_t method, const void *from, sim_value *ret_value)
{
    ret_value->serial = ((const b_work_absent_args *)from)->serial; /* first in all of them */
    switch (method) {
    case METHOD_WORK:
        ret_value->data = ((const b_work_work_args *)from)->data;
        get_note(&((const b_work_work_args *)from)->note, ret_value);
        break;
    case METHOD_UNIT: ret_value->data = ((const b_work_unit_args *)from)->data; break;
    default: ret_value->data = ((const b_work_absent_args *)from)->data;
    }
}

static void put_answer(uint32_t method, const sim_value *value, void *storage)
{
    if (method == METHOD_LOAD) {
        *(weft_bytes *)storage = value->data;
    } else if (method == METHOD_GARBLED) {
        *(uint64_t *)storage = value->serial;
    } else {
        b_answer *answer = storage;
        memset(answer, 0, sizeof *answer);
        answer->value = value->data;
        put_note(&value->note, &answer->note);
    }
}

static void get_answer(uint32_t method, const void *from, sim_value *ret_value)
{
    if (method == METHOD_LOAD) {
        ret_value->data = *(const weft_bytes *)from;
        return;
    }
    const b_answer *answer = from;
    ret_value->data = answer->value;
    get_note(&answer->note, ret_value);
}

static void put_error(const sim_value *value, void *storage)
{
    *(b_failure *)storage = (b_failure){ .serial = value->serial, .reason = WEFT_STR("why not") };
}

static void get_error(const void *error, sim_value *ret_value)
{
    ret_value->serial = ((const b_failure *)error)->serial;
}

static void put_item(uint32_t method, const sim_value *value, void *storage)
{
    if (method == METHOD_WATCH) {
        *(b_piece *)storage = (b_piece){ .data = value->data, .count = value->count };
        return;
    }
    b_bit *bit = storage;
    bit->data = value->data;
    put_note(&value->note, &bit->note);
}

static void get_item(uint32_t method, const void *item, sim_value *ret_value)
{
    if (method == METHOD_WATCH) {
        ret_value->has_count = true;
        ret_value->data = ((const b_piece *)item)->data;
        ret_value->count = ((const b_piece *)item)->count;
        return;
    }
    const b_bit *bit = item;
    ret_value->data = bit->data;
    get_note(&bit->note, ret_value);
}

const sim_shape sim_shape_b = { &b_work_service, &b_bit_type, &b_piece_type, put_args, get_args, put_answer,
                                get_answer,      put_error,   get_error,     put_item, get_item };
