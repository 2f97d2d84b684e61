/* Decoding by a plan: the remote type says what comes, the plan where it goes. */
#include "runtime/schema/decoder.h"
#include "runtime/schema/plan_table.h"

/* A value by its plan, or, without one, by its local table. */
static WEFT__INLINE int planned_value(weft__decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth,
                                      void *out)
{
    return plan ? weft__decode_planned(d, plan, depth, out) : weft__decode_value(d, type, depth, out);
}

/* The same where it is not the inner loop. */
static int planned_one(weft__decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth, void *out)
{
    return planned_value(d, type, plan, depth, out);
}

/* Over a value that nobody here wants. */
static WEFT__INLINE int skip_value(weft__decoder *d, unsigned depth)
{
    weft__reader *reader = &d->reader;
    size_t left = weft__reader_left(reader);
    if (left == 0)
        return WEFT_EBADMSG;
    uint8_t first = *reader->at;
    /* small integers and strings, by far the most */
    size_t len = first < 0x80 || first >= 0xe0 ? 1 : (first & 0xe0) == 0xa0 ? 1 + (size_t)(first & 31) : 0;
    if (len == 0 || len > left)
        return weft__read_skip(reader, depth);
    reader->at += len;
    return 0;
}

static void default_absent(const weft__plan *plan, void *out)
{
    for (uint32_t i = 0; i < plan->n_absent; i++) {
        const weft_field *field = plan->absent[i];
        if (field->default_value)
            memcpy(weft__at_mut(out, field->offset), field->default_value, field->type->c_size);
        else
            memset(weft__at_mut(out, field->offset), 0, field->type->c_size);
    }
}

static int planned_struct(weft__decoder *d, const weft__plan *plan, unsigned depth, void *out)
{
    uint32_t n;
    int status = weft__open_array(d, plan->local, depth, &n);
    if (status)
        return status;
    if (n != plan->n) /* [schema.positional] */
        return weft__fail(d, "a struct with another number of fields");
    for (uint32_t i = 0; i < n; i++) {
        weft__plan_step step = plan->steps[i];
        if (!step.field) {
            if (skip_value(d, depth - 1))
                return weft__fail_in(d, weft__fail(d, "a value to be skipped is malformed or nested too deeply"),
                                     plan->remote->fields[i].name, 0);
            continue;
        }
        status = planned_value(d, step.field->type, step.plan, depth - 1, weft__at_mut(out, step.field->offset));
        if (__builtin_expect(status, 0))
            return weft__fail_in(d, status, step.field->name, 0);
    }
    default_absent(plan, out);
    return 0;
}

/* The payload of a variant that both sides have. */
static int planned_payload(weft__decoder *d, const weft__plan *plan, const weft__plan_variant *step, unsigned depth,
                           void *out)
{
    void *payload = weft__at_mut(out, plan->local->offset);
    if (step->payload && !step->is_empty) {
        if (!step->variant->payload)
            memset(out, 0, plan->local->c_size);
        return planned_one(d, step->payload, step->plan, depth, payload);
    }
    if (!weft__read_nil(&d->reader))
        return weft__fail(d, "a payload where there is none");
    memset(out, 0, plan->local->c_size);
    if (step->plan)
        default_absent(step->plan, payload);
    return 0;
}

static int planned_enum(weft__decoder *d, const weft__plan *plan, unsigned depth, void *out)
{
    uint32_t n;
    uint64_t index;
    int status = weft__open_array(d, plan->local, depth, &n);
    if (status)
        return status;
    if (n != 2 || weft__read_u64(&d->reader, &index))
        return weft__fail(d, "not an enum's index and payload");
    if (index >= plan->n || !plan->variants[index].variant)
        return weft__decode_unknown(d, plan->local, depth - 1, out);
    const weft__plan_variant *step = &plan->variants[index];
    status = planned_payload(d, plan, step, depth - 1, out);
    if (status)
        return weft__fail_in(d, status, step->variant->name, 0);
    *(int *)out = (int)step->kind;
    return 0;
}

static int planned_list(weft__decoder *d, const weft__plan *plan, unsigned depth, void *out)
{
    const weft_type *element = plan->local->element;
    uint32_t n;
    void *items = NULL;
    int status = weft__open_array(d, plan->local, depth, &n);
    if (!status && n > 0)
        status = weft__decode_alloc(d, plan->remote->element, n, 0, element->c_size, weft__type_align(element), &items);
    if (status)
        return status;
    for (uint32_t i = 0; i < n; i++) {
        status = planned_one(d, element, plan->inside, depth - 1, weft__at_mut(items, (size_t)i * element->c_size));
        if (status)
            return weft__fail_in(d, status, NULL, i);
    }
    *(weft__list_value *)out = (weft__list_value){ items, n };
    return 0;
}

static int planned_map(weft__decoder *d, const weft__plan *plan, unsigned depth, void *out)
{
    const weft_type *type = plan->local;
    uint32_t n;
    void *pairs = NULL;
    if (depth == 0)
        return weft__fail(d, "nested too deeply");
    if (weft__read_map(&d->reader, &n))
        return weft__fail_expected(d, type);
    int status =
        n > 0 ? weft__decode_alloc(d, plan->remote->element, n, 1, type->stride, weft__pair_align(type), &pairs) : 0;
    if (status)
        return status;
    for (uint32_t i = 0; i < n; i++) {
        void *pair = weft__at_mut(pairs, (size_t)i * type->stride);
        status = weft__decode_local(d, type->key, 0, pair);
        /* Wider keys stand in the same order. */
        if (!status && i > 0 &&
            weft__key_compare(type->key, weft__at(pairs, (size_t)(i - 1) * type->stride), pair) >= 0)
            status = weft__fail(d, "keys are not strictly ascending");
        if (!status)
            status = planned_one(d, type->element, plan->inside, depth - 1, weft__at_mut(pair, type->offset));
        if (status)
            return weft__fail_in(d, status, NULL, i);
    }
    *(weft__list_value *)out = (weft__list_value){ pairs, n };
    return 0;
}

static int planned_array(weft__decoder *d, const weft__plan *plan, unsigned depth, void *out)
{
    const weft_type *element = plan->local->element;
    uint32_t n;
    int status = weft__open_array(d, plan->local, depth, &n);
    if (status)
        return status;
    if (n != plan->local->n)
        return weft__fail(d, "an array of another length");
    for (uint32_t i = 0; i < n; i++) {
        status = planned_one(d, element, plan->inside, depth - 1, weft__at_mut(out, (size_t)i * element->c_size));
        if (status)
            return weft__fail_in(d, status, NULL, i);
    }
    return 0;
}

/* A byte as a wider integer, or as an option of one. */
static void store_byte(const weft_type *type, uint8_t byte, void *out)
{
    while (type->kind == WEFT_KIND_OPTION) {
        *(bool *)out = true;
        out = weft__at_mut(out, type->offset);
        type = type->element;
    }
    switch (type->kind) {
    case WEFT_KIND_U8: *(uint8_t *)out = byte; break;
    case WEFT_KIND_U16:
    case WEFT_KIND_I16: *(uint16_t *)out = byte; break;
    case WEFT_KIND_U32:
    case WEFT_KIND_I32: *(uint32_t *)out = byte; break;
    default: *(uint64_t *)out = byte; break;
    }
}

static int planned_bin_array(weft__decoder *d, const weft__plan *plan, unsigned depth, void *out)
{
    const weft_type *element = plan->local->element;
    weft_bytes bytes;
    if (depth == 0)
        return weft__fail(d, "nested too deeply");
    if (weft__read_bin(&d->reader, &bytes))
        return weft__fail_expected(d, &weft_type_bytes);
    if (bytes.len != plan->local->n)
        return weft__fail(d, "an array of another length");
    for (size_t i = 0; i < bytes.len; i++)
        store_byte(element, bytes.ptr[i], weft__at_mut(out, i * element->c_size));
    return 0;
}

/* What an option holds. */
static int planned_inside(weft__decoder *d, const weft__plan *plan, const weft_type *remote, unsigned depth, void *out)
{
    const weft_type *type = plan->local, *element = type->element;
    if (!(type->flags & WEFT_TYPE_INDIRECT)) {
        *(bool *)out = true;
        return planned_one(d, element, plan->inside, depth, weft__at_mut(out, type->offset));
    }
    void *value;
    int status = weft__decode_alloc(d, remote, 1, 0, element->c_size, weft__type_align(element), &value);
    if (!status)
        status = planned_one(d, element, plan->inside, depth, value);
    if (!status)
        *(const void **)out = value;
    return status;
}

static int planned_option(weft__decoder *d, const weft__plan *plan, unsigned depth, void *out)
{
    uint32_t n;
    if (weft__read_nil(&d->reader)) {
        memset(out, 0, plan->local->c_size);
        if (plan->local->flags & WEFT_TYPE_INDIRECT)
            *(const void **)out = NULL;
        return 0;
    }
    int status = weft__open_array(d, plan->local, depth, &n);
    if (status)
        return status;
    if (n != 1)
        return weft__fail(d, "neither nil nor one value");
    return planned_inside(d, plan, plan->remote->element, depth - 1, out);
}

/* It counts as a container, so that what is decoded can be encoded. */
static int planned_wrap(weft__decoder *d, const weft__plan *plan, unsigned depth, void *out)
{
    if (depth == 0)
        return weft__fail(d, "nested too deeply");
    return planned_inside(d, plan, plan->remote, depth - 1, out);
}

int weft__decode_planned(weft__decoder *d, const weft__plan *plan, unsigned depth, void *out)
{
    switch (plan->op) {
    case WEFT__PLAN_STRUCT: return planned_struct(d, plan, depth, out);
    case WEFT__PLAN_ENUM: return planned_enum(d, plan, depth, out);
    case WEFT__PLAN_LIST: return planned_list(d, plan, depth, out);
    case WEFT__PLAN_MAP: return planned_map(d, plan, depth, out);
    case WEFT__PLAN_ARRAY: return planned_array(d, plan, depth, out);
    case WEFT__PLAN_BIN_ARRAY: return planned_bin_array(d, plan, depth, out);
    case WEFT__PLAN_OPTION: return planned_option(d, plan, depth, out);
    default: return planned_wrap(d, plan, depth, out);
    }
}
