/* The rules by which one type is read as another [schema.plan]. */
#include "runtime/schema/canonical.h"
#include "runtime/schema/names.h"
#include "runtime/schema/plan_build.h"

/* Steps of building that one connection may cost. */
#define LOOKS_MAX ((uint64_t)1 << 21)

const weft_type weft__plan_no_fields = { .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT };

static int incompatible(weft__plan_builder *b, weft__plan_place place, const weft_type *remote, const weft_type *local,
                        const char *text)
{
    return weft__plan_report(&b->report, WEFT__PLAN_INCOMPATIBLE, place, remote, local, text);
}

/* ---- scalars ---- */

/* Integers by the log2 of their bytes. */
static bool is_unsigned(unsigned kind)
{
    return kind >= WEFT_KIND_U8 && kind <= WEFT_KIND_U64;
}
static bool is_signed(unsigned kind)
{
    return kind >= WEFT_KIND_I8 && kind <= WEFT_KIND_I64;
}

static bool widens(unsigned remote, unsigned local)
{
    if (is_unsigned(remote) && is_unsigned(local))
        return local >= remote;
    if (is_signed(remote) && is_signed(local))
        return local >= remote;
    if (is_unsigned(remote) && is_signed(local))
        return local - WEFT_KIND_I8 > remote - WEFT_KIND_U8;
    return remote == local || (remote == WEFT_KIND_F32 && local == WEFT_KIND_F64);
}

/* A wider number is read by the local type alone: all forms that hold it are taken. */
static int match_scalar(weft__plan_builder *b, weft__plan_place place, const weft_type *remote, const weft_type *local)
{
    if (!widens(remote->kind, local->kind))
        return incompatible(b, place, remote, local, "types that do not fit");
    if (remote->kind == local->kind)
        return 0;
    return weft__plan_report(&b->report, WEFT__PLAN_WIDENED, place, remote, local, "a number becomes wider");
}

/* ---- pairs ---- */

/* The same to the last id: nothing has to be looked at. */
static bool is_same(const weft_type *remote, const weft_type *local)
{
    for (;;) {
        if (remote == local)
            return true;
        if (remote->kind != local->kind)
            return false;
        if (remote->kind == WEFT_KIND_STRUCT || remote->kind == WEFT_KIND_ENUM)
            return remote->id != 0 && remote->id == local->id;
        if (remote->kind < WEFT_KIND_STRUCT)
            return true;
        if ((remote->kind == WEFT_KIND_MAP && remote->key->kind != local->key->kind) ||
            (remote->kind == WEFT_KIND_ARRAY && remote->n != local->n))
            return false;
        remote = remote->element;
        local = local->element;
    }
}

int weft__plan_pair(weft__plan_builder *b, weft__plan_place place, const weft_type *remote, const weft_type *local,
                    const weft__plan **ret_plan)
{
    static const uint8_t ops[] = { [WEFT_KIND_STRUCT] = WEFT__PLAN_STRUCT, [WEFT_KIND_ENUM] = WEFT__PLAN_ENUM,
                                   [WEFT_KIND_LIST] = WEFT__PLAN_LIST,     [WEFT_KIND_MAP] = WEFT__PLAN_MAP,
                                   [WEFT_KIND_ARRAY] = WEFT__PLAN_ARRAY,   [WEFT_KIND_OPTION] = WEFT__PLAN_OPTION };
    *ret_plan = NULL;
    if (is_same(remote, local))
        return 0;
    if (local->kind == WEFT_KIND_OPTION && remote->kind != WEFT_KIND_OPTION) {
        int status = weft__plan_report(&b->report, WEFT__PLAN_OPTION_ADDED, place, remote, local,
                                       "always there, which is optional here");
        return status ? status : weft__plan_intern(b, place, WEFT__PLAN_WRAP, remote, local, ret_plan);
    }
    if (remote->kind < WEFT_KIND_STRUCT && local->kind < WEFT_KIND_STRUCT)
        return match_scalar(b, place, remote, local);
    if (remote->kind != local->kind)
        return incompatible(b, place, remote, local, "types that do not fit");
    if (local->kind == WEFT_KIND_ARRAY && remote->n != local->n)
        return incompatible(b, place, remote, local, "arrays of different lengths");
    bool bin = weft__type_is_bin_array(remote) && !weft__type_is_bin_array(local);
    return weft__plan_intern(b, place, bin ? WEFT__PLAN_BIN_ARRAY : (weft__plan_op)ops[local->kind], remote, local,
                             ret_plan);
}

/* ---- names ---- */

/* The names of one table and of the other, and which belong together. */
typedef struct matching {
    uint32_t n_remote;
    uint32_t n_local;
    uint32_t remote_of[WEFT__SCHEMA_FIELDS_MAX]; /* by local place; NONE */
    uint32_t local_of[WEFT__SCHEMA_FIELDS_MAX];  /* by remote place; NONE */
    bool by_was[WEFT__SCHEMA_FIELDS_MAX];        /* by local place */
} matching;

typedef const char *const *(*was_fn)(const void *entries, uint32_t place);

static const char *const *field_was(const void *entries, uint32_t place)
{
    return ((const weft_field *)entries)[place].was;
}

static const char *const *variant_was(const void *entries, uint32_t place)
{
    return ((const weft_variant *)entries)[place].was;
}

static void match_older(matching *m, const weft__names *remote, const uint16_t *order, uint32_t place,
                        const char *const *was)
{
    for (; was && *was; was++) {
        uint32_t found = weft__names_find(remote, order, *was);
        if (found != WEFT__NONE && m->local_of[found] == WEFT__NONE) {
            m->remote_of[place] = found;
            m->local_of[found] = place;
            m->by_was[place] = true;
            return;
        }
    }
}

/* [schema.plan] The same name first, then older ones of this side. */
static int match_names(weft__plan_builder *b, matching *m, const weft__names *remote, const weft__names *local,
                       was_fn was)
{
    uint16_t order[WEFT__SCHEMA_FIELDS_MAX];
    m->n_remote = remote->n;
    m->n_local = local->n;
    b->plans->looks += 1 + (uint64_t)remote->n + local->n;
    if (remote->n > WEFT__SCHEMA_FIELDS_MAX || local->n > WEFT__SCHEMA_FIELDS_MAX || b->plans->looks > LOOKS_MAX)
        return WEFT_EBUSY;
    weft__names_sort(remote, order);
    for (uint32_t i = 0; i < remote->n; i++)
        m->local_of[i] = WEFT__NONE;
    for (uint32_t i = 0; i < local->n; i++) {
        uint32_t found = weft__names_find(remote, order, weft__name_at(local, i));
        m->remote_of[i] = found;
        m->by_was[i] = false;
        if (found != WEFT__NONE)
            m->local_of[found] = i;
    }
    for (uint32_t i = 0; i < local->n; i++) {
        if (m->remote_of[i] == WEFT__NONE)
            match_older(m, remote, order, i, was(local->entries, i));
    }
    return 0;
}

/* How one that was found was found. furthest: the local places seen so far. */
static int report_match(weft__plan_builder *b, weft__plan_place place, const matching *m, uint32_t local_place,
                        uint32_t *furthest_inout, const weft_type *remote, const weft_type *local)
{
    int status = 0;
    if (m->by_was[local_place])
        status = weft__plan_report(&b->report, WEFT__PLAN_RENAMED, place, remote, local, "found by a name that it had");
    if (!status && local_place < *furthest_inout)
        status = weft__plan_report(&b->report, WEFT__PLAN_MOVED, place, remote, local, "stands at another place");
    if (local_place > *furthest_inout)
        *furthest_inout = local_place;
    return status;
}

/* ---- structs ---- */

static bool has_default(const weft_field *field)
{
    return (field->flags & WEFT_FIELD_DEFAULT) || field->type->kind == WEFT_KIND_OPTION;
}

/* The local fields that the remote struct has not. */
static int fill_absent(weft__plan_builder *b, weft__plan *plan, const matching *m)
{
    uint32_t n = 0;
    void *memory;
    for (uint32_t i = 0; i < m->n_local; i++)
        n += m->remote_of[i] == WEFT__NONE;
    if (n == 0)
        return 0;
    int status = weft__pool_take(&b->plans->pool, n * sizeof(const weft_field *), &memory);
    if (status)
        return status;
    const weft_field **absent = memory;
    plan->absent = absent;
    for (uint32_t i = 0; !status && i < m->n_local; i++) {
        const weft_field *field = &plan->local->fields[i];
        weft__plan_place place = { plan, field->name };
        if (m->remote_of[i] != WEFT__NONE)
            continue;
        absent[plan->n_absent++] = field;
        status = has_default(field) ? weft__plan_report(&b->report, WEFT__PLAN_DEFAULTED, place, NULL, field->type,
                                                        "missing there: the default")
                                    : weft__plan_report(&b->report, WEFT__PLAN_MISSING, place, NULL, field->type,
                                                        "missing there, without a default");
    }
    return status;
}

static int fill_struct(weft__plan_builder *b, weft__plan *plan)
{
    const weft_type *remote = plan->remote, *local = plan->local;
    weft__names remote_names = { remote->fields, sizeof *remote->fields, remote->n };
    weft__names local_names = { local->fields, sizeof *local->fields, local->n };
    matching m;
    void *memory;
    uint32_t furthest = 0;
    int status = match_names(b, &m, &remote_names, &local_names, field_was);
    if (!status)
        status = weft__pool_take(&b->plans->pool, remote->n * sizeof(weft__plan_step), &memory);
    if (!status)
        status = fill_absent(b, plan, &m);
    if (status)
        return status;
    weft__plan_step *steps = memory;
    plan->steps = steps;
    plan->n = remote->n;
    for (uint32_t i = 0; !status && i < remote->n; i++) {
        const weft_field *theirs = &remote->fields[i];
        weft__plan_place place = { plan, theirs->name };
        if (m.local_of[i] == WEFT__NONE) {
            status = weft__plan_report(&b->report, WEFT__PLAN_SKIPPED, place, theirs->type, NULL, "unknown here");
            continue;
        }
        steps[i].field = &local->fields[m.local_of[i]];
        place.step = steps[i].field->name;
        status = report_match(b, place, &m, m.local_of[i], &furthest, theirs->type, steps[i].field->type);
        if (!status)
            status = weft__plan_pair(b, place, theirs->type, steps[i].field->type, &steps[i].plan);
    }
    return status;
}

/* ---- enums ---- */

/* none is fields of which there are none, a value is a value. */
static int fill_payload(weft__plan_builder *b, weft__plan_place place, const weft_variant *theirs,
                        weft__plan_variant *step)
{
    const weft_variant *ours = step->variant;
    const weft_type *remote = theirs->payload, *local = ours->payload;
    if (!remote && !local)
        return 0;
    if ((remote && !theirs->has_fields) != (local && !ours->has_fields))
        return incompatible(b, place, remote, local, "a value, and none or fields");
    step->is_empty = !remote;
    step->payload = local ? local : &weft__plan_no_fields;
    if (!remote)
        return weft__plan_intern(b, place, WEFT__PLAN_STRUCT, &weft__plan_no_fields, local, &step->plan);
    return weft__plan_pair(b, place, remote, step->payload, &step->plan);
}

static int report_unknown(weft__plan_builder *b, weft__plan_place place, const weft__plan *plan)
{
    bool closed = plan->local->flags & WEFT_TYPE_CLOSED;
    return weft__plan_report(
        &b->report, closed ? WEFT__PLAN_VARIANT_CLOSED : WEFT__PLAN_VARIANT_UNKNOWN, place, plan->remote, plan->local,
        closed ? "a variant that fails its message: the enum is closed here" : "a variant that is UNKNOWN here");
}

static int report_unused(weft__plan_builder *b, const weft__plan *plan, const matching *m)
{
    int status = 0;
    for (uint32_t i = 0; b->report.sink && !status && i < m->n_local; i++) {
        weft__plan_place place = { plan, plan->local->variants[i].name };
        if (m->remote_of[i] == WEFT__NONE)
            status = weft__plan_report(&b->report, WEFT__PLAN_VARIANT_UNUSED, place, plan->remote, plan->local,
                                       "a variant that never comes");
    }
    return status;
}

static int fill_enum(weft__plan_builder *b, weft__plan *plan)
{
    const weft_type *remote = plan->remote, *local = plan->local;
    weft__names remote_names = { remote->variants, sizeof *remote->variants, remote->n };
    weft__names local_names = { local->variants, sizeof *local->variants, local->n };
    matching m;
    void *memory;
    uint32_t furthest = 0;
    int status = match_names(b, &m, &remote_names, &local_names, variant_was);
    if (!status)
        status = weft__pool_take(&b->plans->pool, remote->n * sizeof(weft__plan_variant), &memory);
    if (!status)
        status = report_unused(b, plan, &m);
    if (status)
        return status;
    weft__plan_variant *variants = memory;
    plan->variants = variants;
    plan->n = remote->n;
    for (uint32_t i = 0; !status && i < remote->n; i++) {
        const weft_variant *theirs = &remote->variants[i];
        weft__plan_place place = { plan, theirs->name };
        if (m.local_of[i] == WEFT__NONE) {
            status = report_unknown(b, place, plan);
            continue;
        }
        variants[i].variant = &local->variants[m.local_of[i]];
        variants[i].kind = m.local_of[i] + 1;
        place.step = variants[i].variant->name;
        status = report_match(b, place, &m, m.local_of[i], &furthest, theirs->payload, variants[i].variant->payload);
        if (!status)
            status = fill_payload(b, place, theirs, &variants[i]);
    }
    return status;
}

/* ---- all ---- */

static int fill_map(weft__plan_builder *b, weft__plan *plan)
{
    int status = match_scalar(b, (weft__plan_place){ plan, "{}" }, plan->remote->key, plan->local->key);
    return status ? status
                  : weft__plan_pair(b, (weft__plan_place){ plan, "[]" }, plan->remote->element, plan->local->element,
                                    &plan->inside);
}

int weft__plan_fill(weft__plan_builder *b, weft__plan *plan)
{
    const weft_type *remote = plan->remote, *local = plan->local;
    if (++b->plans->looks > LOOKS_MAX)
        return WEFT_EBUSY;
    switch (plan->op) {
    case WEFT__PLAN_STRUCT: return fill_struct(b, plan);
    case WEFT__PLAN_ENUM: return fill_enum(b, plan);
    case WEFT__PLAN_MAP: return fill_map(b, plan);
    case WEFT__PLAN_OPTION:
        return weft__plan_pair(b, (weft__plan_place){ plan, "" }, remote->element, local->element, &plan->inside);
    case WEFT__PLAN_WRAP:
        return weft__plan_pair(b, (weft__plan_place){ plan, "" }, remote, local->element, &plan->inside);
    default: /* lists and arrays */
        return weft__plan_pair(b, (weft__plan_place){ plan, "[]" }, remote->element, local->element, &plan->inside);
    }
}
