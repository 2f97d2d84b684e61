/* The plans of a connection: each pair of types once, built without recursion, all of a run or nothing.
 *
 * A run begins with one pair. What is inside a pair makes further ones, which stand behind it in `all` and are built in
 * their turn: so the C stack does not grow with what a counterpart declares, recursion ends at pairs that are there,
 * and what is found is found from the root inwards. When all are built the last ones are looked at first: a pair that
 * reads what the local table alone would is the identity, and whoever refers to it refers to no plan. (Of recursive
 * types some that could be are not found: their plans are as right, and a little slower.) */
#include "runtime/schema/plan.h"

#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/schema/plan_build.h"

/* What a counterpart's schemas may cost: memory of the plans, and pairs. */
#define PLANS_MEMORY_MAX ((size_t)4 << 20)
#define PLANS_MAX ((uint32_t)1 << 15)

int weft__plans_new(const weft_allocator *allocator_or_null, weft__plans **ret_plans)
{
    weft_allocator allocator = weft__allocator_of(allocator_or_null);
    weft__plans *plans = weft__alloc_zero(&allocator, sizeof *plans);
    if (!plans)
        return WEFT_ENOMEM;
    weft__pool_init(&plans->pool, &allocator, PLANS_MEMORY_MAX);
    *ret_plans = plans;
    return 0;
}

static void plans_free_index(weft__plans *plans)
{
    weft__free(&plans->pool.allocator, plans->all, plans->cap * sizeof(weft__plan *));
    weft__free(&plans->pool.allocator, plans->buckets, plans->cap * sizeof *plans->buckets);
}

void weft__plans_free(weft__plans *plans_or_null)
{
    if (!plans_or_null)
        return;
    weft_allocator allocator = plans_or_null->pool.allocator;
    plans_free_index(plans_or_null);
    weft__pool_fini(&plans_or_null->pool);
    weft__free(&allocator, plans_or_null, sizeof *plans_or_null);
}

/* ---- pairs ---- */

static uint32_t *bucket_of(const weft__plans *plans, const weft_type *remote, const weft_type *local)
{
    /* Where tables lie is not for a counterpart to choose. */
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = ((uint64_t)(uintptr_t)remote * odd ^ (uint64_t)(uintptr_t)local) * odd;
    return &plans->buckets[(mixed >> 32) & (plans->cap - 1)];
}

static void plans_link(weft__plans *plans, uint32_t index)
{
    weft__plan *plan = plans->all[index];
    uint32_t *bucket = bucket_of(plans, plan->remote, plan->local);
    plan->next = *bucket;
    *bucket = index + 1;
}

static int plans_grow(weft__plans *plans)
{
    enum { FIRST = 16 };
    const weft_allocator *allocator = &plans->pool.allocator;
    uint32_t cap = plans->cap ? plans->cap * 2 : FIRST;
    weft__plan **all = weft__alloc(allocator, cap * sizeof(weft__plan *));
    uint32_t *buckets = weft__alloc_zero(allocator, cap * sizeof *buckets);
    if (!all || !buckets) {
        weft__free(allocator, all, cap * sizeof(weft__plan *));
        weft__free(allocator, buckets, cap * sizeof *buckets);
        return WEFT_ENOMEM;
    }
    for (uint32_t i = 0; i < plans->n; i++)
        all[i] = plans->all[i];
    plans_free_index(plans);
    plans->all = all;
    plans->buckets = buckets;
    plans->cap = cap;
    for (uint32_t i = 0; i < plans->n; i++)
        plans_link(plans, i);
    return 0;
}

int weft__plan_intern(weft__plan_builder *b, weft__plan_place place, weft__plan_op op, const weft_type *remote,
                      const weft_type *local, const weft__plan **ret_plan)
{
    weft__plans *plans = b->plans;
    /* No fields are no type: what becomes of the others is another finding at each place. */
    bool may_be_known = plans->cap && remote != &weft__plan_no_fields && local != &weft__plan_no_fields;
    for (uint32_t i = may_be_known ? *bucket_of(plans, remote, local) : 0; i != 0; i = plans->all[i - 1]->next) {
        weft__plan *plan = plans->all[i - 1];
        if (plan->remote == remote && plan->local == local) {
            *ret_plan = plan->is_identity ? NULL : plan;
            return 0;
        }
    }
    if (plans->n == PLANS_MAX)
        return WEFT_EBUSY;
    void *memory;
    int status = plans->n == plans->cap ? plans_grow(plans) : 0;
    if (!status)
        status = weft__pool_take(&plans->pool, sizeof(weft__plan), &memory);
    if (status)
        return status;
    weft__plan *plan = memory;
    plan->remote = remote;
    plan->local = local;
    plan->op = (uint8_t)op;
    plan->from = place.from;
    plan->step = place.step;
    plans->all[plans->n] = plan;
    plans_link(plans, plans->n++);
    *ret_plan = plan;
    return 0;
}

/* The pairs from n on are forgotten: each is the first of its bucket when its turn comes. */
static void plans_back(weft__plans *plans, uint32_t n, weft__pool_mark mark)
{
    while (plans->n > n) {
        weft__plan *plan = plans->all[--plans->n];
        *bucket_of(plans, plan->remote, plan->local) = plan->next;
    }
    weft__pool_back(&plans->pool, mark);
}

/* ---- what is the identity ---- */

static const weft__plan *unless_identity(const weft__plan *plan)
{
    return plan && plan->is_identity ? NULL : plan;
}

static bool struct_settle(weft__plan *plan)
{
    bool same = plan->n == plan->local->n && plan->n_absent == 0;
    weft__plan_step *steps = (weft__plan_step *)plan->steps;
    for (uint32_t i = 0; i < plan->n; i++) {
        steps[i].plan = unless_identity(steps[i].plan);
        same = same && steps[i].field == &plan->local->fields[i] && !steps[i].plan;
    }
    return same;
}

static bool enum_settle(weft__plan *plan)
{
    bool same = plan->n == plan->local->n;
    weft__plan_variant *variants = (weft__plan_variant *)plan->variants;
    for (uint32_t i = 0; i < plan->n; i++) {
        weft__plan_variant *step = &variants[i];
        step->plan = unless_identity(step->plan);
        same = same && step->variant == &plan->local->variants[i] && step->payload == step->variant->payload &&
               !step->is_empty && !step->plan;
    }
    return same;
}

static void plan_settle(weft__plan *plan)
{
    plan->inside = unless_identity(plan->inside);
    switch (plan->op) {
    case WEFT__PLAN_STRUCT: plan->is_identity = struct_settle(plan); break;
    case WEFT__PLAN_ENUM: plan->is_identity = enum_settle(plan); break;
    case WEFT__PLAN_BIN_ARRAY:
    case WEFT__PLAN_WRAP: plan->is_identity = false; break;
    default: plan->is_identity = !plan->inside;
    }
}

/* ---- a run ---- */

int weft__plan_run(weft__plans *plans, const weft_type *remote, const weft_type *local,
                   const weft__plan_sink *sink_or_null, weft__plan_root root, const weft__plan **ret_plan,
                   weft_error *error_or_null)
{
    weft__plan_builder b = {
        plans, { &plans->pool.allocator, sink_or_null, error_or_null, root.name, root.service, root.method, false }
    };
    weft__pool_mark mark = weft__pool_here(&plans->pool);
    uint32_t first = plans->n;
    const weft__plan *plan = NULL;
    int status = weft__plan_pair(&b, (weft__plan_place){ NULL, root.step }, remote, local, &plan);
    for (uint32_t i = first; !status && i < plans->n; i++)
        status = weft__plan_fill(&b, plans->all[i]);
    if (!status && b.report.failed)
        status = WEFT_EINCOMPATIBLE;
    if (status) {
        plans_back(plans, first, mark);
        if (status == WEFT_EBUSY)
            return weft__error_set(error_or_null, status,
                                   "plans for more types than a connection may need [schema.required]");
        return status == WEFT_EINCOMPATIBLE ? status : weft__error_set(error_or_null, status, NULL);
    }
    for (uint32_t i = plans->n; i-- > first;)
        plan_settle(plans->all[i]);
    *ret_plan = unless_identity(plan);
    return 0;
}

int weft__plan_make(weft__plans *plans, const weft_type *remote, const weft_type *local,
                    const weft__plan_sink *sink_or_null, const weft__plan **ret_plan, weft_error *error_or_null)
{
    const weft__plan_root root = { "", "", NULL, NULL };
    return weft__plan_run(plans, remote, local, sink_or_null, root, ret_plan, error_or_null);
}
