/* Plans, step by step. A plan of structs or enums is printed once, under a number: they may refer to each other. */
#include "codegen/describe_plan.h"

#include <inttypes.h>
#include <stdlib.h>

#include "codegen/json.h"
#include "runtime/schema/plan_table.h"

/* The plans of structs and enums in the order in which they are met, and what is being printed. */
typedef struct printer {
    FILE *out;
    const weft__plan **met;
    size_t n_met;
    size_t cap_met;
    int status;
} printer;

static size_t number_of(printer *p, const weft__plan *plan)
{
    for (size_t i = 0; i < p->n_met; i++)
        if (p->met[i] == plan)
            return i + 1;
    if (p->n_met == p->cap_met) {
        size_t cap = p->cap_met ? p->cap_met * 2 : 16;
        const weft__plan **met = realloc(p->met, cap * sizeof(const weft__plan *));
        if (!met) {
            p->status = WEFT_ENOMEM;
            return 0;
        }
        p->met = met;
        p->cap_met = cap;
    }
    p->met[p->n_met++] = plan;
    return p->n_met;
}

/* ---- types and values ---- */

static void put_type(FILE *out, const weft_type *type)
{
    static const char *const composites[] = {
        [WEFT_KIND_LIST] = "list", [WEFT_KIND_MAP] = "map", [WEFT_KIND_ARRAY] = "array", [WEFT_KIND_OPTION] = "option"
    };
    if (type->kind < WEFT_KIND_LIST) {
        fputs(type->name ? type->name : weft__type_kind_name(type), out);
        return;
    }
    fprintf(out, "%s<", composites[type->kind]);
    if (type->key) {
        put_type(out, type->key);
        fputs(", ", out);
    }
    put_type(out, type->element);
    if (type->kind == WEFT_KIND_ARRAY)
        fprintf(out, ", %" PRIu32, type->n);
    fputs(">", out);
}

static void put_key(FILE *out, const weft__plan *plan)
{
    if (plan->remote->key->kind != plan->local->key->kind)
        fprintf(out, "keys %s as %s, ", weft__type_kind_name(plan->remote->key),
                weft__type_kind_name(plan->local->key));
}

/* Where the local type reads what comes without being told how: it is the same, or differs in widths alone. */
static void put_untranslated(FILE *out, const weft_type *remote, const weft_type *local)
{
    while (remote->kind >= WEFT_KIND_LIST && remote->kind == local->kind) {
        remote = remote->element;
        local = local->element;
    }
    if (remote->kind != local->kind)
        fprintf(out, "%s as %s", weft__type_kind_name(remote), weft__type_kind_name(local));
    else
        fputs(remote->id == local->id ? "as it is" : "as its own type", out);
}

/* How a value is read: "as it is", "u8 as u32", "each element by plan 2". */
static void put_value(printer *p, const weft__plan *plan, const weft_type *remote, const weft_type *local)
{
    for (;;) {
        if (!plan) {
            put_untranslated(p->out, remote, local);
            return;
        }
        switch ((weft__plan_op)plan->op) {
        case WEFT__PLAN_STRUCT:
        case WEFT__PLAN_ENUM: fprintf(p->out, "by plan %zu", number_of(p, plan)); return;
        case WEFT__PLAN_LIST:
        case WEFT__PLAN_ARRAY: fputs("each element ", p->out); break;
        case WEFT__PLAN_BIN_ARRAY: fputs("each byte ", p->out); break;
        case WEFT__PLAN_MAP:
            put_key(p->out, plan);
            fputs("each value ", p->out);
            break;
        case WEFT__PLAN_OPTION: fputs("if it is there ", p->out); break;
        case WEFT__PLAN_WRAP: fputs("as there, ", p->out); break;
        }
        remote = plan->op == WEFT__PLAN_WRAP ? remote : plan->remote->element;
        local = plan->local->element;
        plan = plan->inside;
    }
}

/* ---- text ---- */

static void put_name(FILE *out, const weft_type *type)
{
    if (type->name)
        fprintf(out, "%s (%016" PRIx64 ")", type->name, type->id);
    else
        fputs("these fields", out);
}

static void put_struct(printer *p, const weft__plan *plan, const char *indent)
{
    for (uint32_t i = 0; i < plan->n; i++) {
        const weft_field *theirs = &plan->remote->fields[i], *ours = plan->steps[i].field;
        fprintf(p->out, "%s%" PRIu32 " %s: ", indent, i, theirs->name);
        if (!ours) {
            fputs("skipped\n", p->out);
            continue;
        }
        if (strcmp(theirs->name, ours->name) != 0)
            fprintf(p->out, "into %s, ", ours->name);
        put_value(p, plan->steps[i].plan, theirs->type, ours->type);
        fputs("\n", p->out);
    }
    for (uint32_t i = 0; i < plan->n_absent; i++)
        fprintf(p->out, "%s- %s: its default\n", indent, plan->absent[i]->name);
}

static void put_enum(printer *p, const weft__plan *plan)
{
    for (uint32_t i = 0; i < plan->n; i++) {
        const weft__plan_variant *step = &plan->variants[i];
        const weft_variant *theirs = &plan->remote->variants[i];
        fprintf(p->out, "    %" PRIu32 " %s: ", i, theirs->name);
        if (!step->variant) {
            fputs(plan->local->flags & WEFT_TYPE_CLOSED ? "fails\n" : "UNKNOWN\n", p->out);
            continue;
        }
        if (strcmp(theirs->name, step->variant->name) != 0)
            fprintf(p->out, "into %s, ", step->variant->name);
        if (theirs->payload && step->payload)
            put_value(p, step->plan, theirs->payload, step->payload);
        else if (step->plan)
            fprintf(p->out, "by plan %zu", number_of(p, step->plan));
        else
            fputs("as it is", p->out);
        fputs("\n", p->out);
    }
}

/* Those that were met, and those that are met meanwhile. */
static void put_met(printer *p)
{
    for (size_t i = 0; i < p->n_met && p->status == 0; i++) {
        const weft__plan *plan = p->met[i];
        fprintf(p->out, "  plan %zu: ", i + 1);
        put_name(p->out, plan->remote);
        fputs(" as ", p->out);
        put_name(p->out, plan->local);
        fputs("\n", p->out);
        if (plan->op == WEFT__PLAN_STRUCT)
            put_struct(p, plan, "    ");
        else
            put_enum(p, plan);
    }
}

static void put_part(printer *p, const char *name, const weft__plan *plan, const weft_type *remote,
                     const weft_type *local)
{
    if (!remote || !local)
        return;
    fprintf(p->out, "  %s: ", name);
    put_type(p->out, remote);
    fputs(": ", p->out);
    put_value(p, plan, remote, local);
    fputs("\n", p->out);
}

static void put_args(printer *p, const weft__plan_view *view)
{
    if (view->plan->args)
        put_struct(p, view->plan->args, "  ");
    else
        fprintf(p->out, "  as they are\n");
}

static void put_channels(printer *p, const weft__plan_view *view)
{
    for (uint32_t i = 0; i < view->local->n_channels; i++) {
        const weft_channel_param *ours = &view->local->channels[i];
        bool is_tx = ours->direction == WEFT_CHANNEL_TX;
        uint8_t at = view->plan->channels[i];
        if (view->is_results && !is_tx)
            continue;
        fprintf(p->out, "  %s: ", ours->name);
        if (at == WEFT__PLAN_NO_CHANNEL) {
            fputs("a channel that is absent\n", p->out);
            continue;
        }
        fprintf(p->out, "channel %s", view->remote_channels[at].name);
        if (is_tx == view->is_results) {
            fputs(", each item ", p->out);
            put_value(p, view->plan->elements[i], view->remote_channels[at].element, ours->element);
        }
        fputs("\n", p->out);
    }
}

/* "old calls new" … */
static const char *who_calls(const weft__plan_view *view)
{
    return (view->direction == WEFT__NEW_READS_OLD) == !view->is_results ? "old calls new" : "new calls old";
}

int weftc_describe_plan_text(const weft__plan_view *view, FILE *out)
{
    printer p = { .out = out };
    fprintf(out, "%s, %s: %s, read by the %s version\n", view->method, who_calls(view),
            view->is_results ? "results" : "arguments", view->direction == WEFT__NEW_READS_OLD ? "new" : "old");
    if (view->failed) {
        fprintf(out, "  no plan: %s\n", view->failed->text);
        return 0;
    }
    if (!view->is_results)
        put_args(&p, view);
    if (view->is_results && !view->local->result)
        fprintf(out, "  result: unit\n");
    put_part(&p, "result", view->plan->result, view->is_results ? view->remote->result : NULL, view->local->result);
    put_part(&p, "error", view->plan->error, view->is_results ? view->remote->error : NULL, view->local->error);
    put_channels(&p, view);
    put_met(&p);
    free(p.met);
    return p.status;
}

/* ---- JSON ---- */

static void json_name(FILE *out, const char *key, const char *name_or_null)
{
    fprintf(out, ",\"%s\":", key);
    if (name_or_null)
        weftc_json_text(weft_str_from(name_or_null), out);
    else
        fputs("null", out);
}

static void json_value(printer *p, const weft__plan *plan, const weft_type *remote, const weft_type *local)
{
    fputs(",\"value\":\"", p->out);
    put_value(p, plan, remote, local);
    fputs("\"", p->out);
}

/* What one remote member becomes: local null is skipped, or UNKNOWN. */
static void json_step(printer *p, const char *theirs, const char *ours_or_null)
{
    fputs("{\"remote\":", p->out);
    weftc_json_text(weft_str_from(theirs), p->out);
    json_name(p->out, "local", ours_or_null);
}

static void json_steps(printer *p, const weft__plan *plan)
{
    bool is_struct = plan->op == WEFT__PLAN_STRUCT;
    fputs(",\"steps\":[", p->out);
    for (uint32_t i = 0; i < plan->n; i++) {
        fputs(i ? "," : "", p->out);
        if (is_struct) {
            const weft_field *theirs = &plan->remote->fields[i], *ours = plan->steps[i].field;
            json_step(p, theirs->name, ours ? ours->name : NULL);
            if (ours)
                json_value(p, plan->steps[i].plan, theirs->type, ours->type);
        } else {
            const weft_variant *theirs = &plan->remote->variants[i];
            const weft__plan_variant *step = &plan->variants[i];
            json_step(p, theirs->name, step->variant ? step->variant->name : NULL);
            if (step->variant && theirs->payload && step->payload)
                json_value(p, step->plan, theirs->payload, step->payload);
            else if (step->variant && step->plan)
                fprintf(p->out, ",\"value\":\"by plan %zu\"", number_of(p, step->plan));
        }
        fputs("}", p->out);
    }
    fputs("],\"defaults\":[", p->out);
    for (uint32_t i = 0; i < plan->n_absent; i++) {
        fputs(i ? "," : "", p->out);
        weftc_json_text(weft_str_from(plan->absent[i]->name), p->out);
    }
    fputs("]", p->out);
}

static void json_type(FILE *out, const char *key, const weft_type *type)
{
    json_name(out, key, type->name);
    fprintf(out, ",\"%s_id\":\"%016" PRIx64 "\"", key, type->id);
}

static void json_part(printer *p, const char *name, const weft__plan *plan, const weft_type *remote,
                      const weft_type *local)
{
    if (!remote || !local)
        return;
    fprintf(p->out, ",\"%s\":\"", name);
    put_value(p, plan, remote, local);
    fputs("\"", p->out);
}

static void json_channels(printer *p, const weft__plan_view *view)
{
    bool is_first = true;
    fputs(",\"channels\":[", p->out);
    for (uint32_t i = 0; i < view->local->n_channels; i++) {
        const weft_channel_param *ours = &view->local->channels[i];
        bool is_tx = ours->direction == WEFT_CHANNEL_TX;
        uint8_t at = view->plan->channels[i];
        if (view->is_results && !is_tx)
            continue;
        const weft_channel_param *theirs = at == WEFT__PLAN_NO_CHANNEL ? NULL : &view->remote_channels[at];
        fprintf(p->out, "%s{\"local\":\"%s\"", is_first ? "" : ",", ours->name);
        is_first = false;
        json_name(p->out, "remote", theirs ? theirs->name : NULL);
        if (theirs && is_tx == view->is_results)
            json_value(p, view->plan->elements[i], theirs->element, ours->element);
        fputs("}", p->out);
    }
    fputs("]", p->out);
}

static void json_plan(printer *p, const weft__plan_view *view)
{
    if (!view->is_results)
        fprintf(p->out, ",\"arguments\":\"%s", view->plan->args ? "" : "as they are\"");
    if (!view->is_results && view->plan->args)
        fprintf(p->out, "by plan %zu\"", number_of(p, view->plan->args));
    if (view->is_results) {
        json_part(p, "result", view->plan->result, view->remote->result, view->local->result);
        json_part(p, "error", view->plan->error, view->remote->error, view->local->error);
    }
    json_channels(p, view);
    fputs(",\"plans\":[", p->out);
    for (size_t i = 0; i < p->n_met && p->status == 0; i++) {
        fprintf(p->out, "%s{\"plan\":%zu", i ? "," : "", i + 1);
        json_type(p->out, "remote", p->met[i]->remote);
        json_type(p->out, "local", p->met[i]->local);
        json_steps(p, p->met[i]);
        fputs("}", p->out);
    }
    fputs("]", p->out);
}

int weftc_describe_plan_json(const weft__plan_view *view, FILE *out)
{
    printer p = { .out = out };
    fputs("{\"method\":", out);
    weftc_json_text(weft_str_from(view->method), out);
    json_name(out, "calls", who_calls(view));
    json_name(out, "part", view->is_results ? "results" : "arguments");
    json_name(out, "reader", view->direction == WEFT__NEW_READS_OLD ? "new" : "old");
    json_name(out, "fails", view->failed ? view->failed->text : NULL);
    if (!view->failed)
        json_plan(&p, view);
    fputs("}\n", out);
    free(p.met);
    return p.status;
}
