/* Plans of a method's two directions: parameters, results, and channels, which are matched by name [schema.plan]. */
#include "runtime/schema/plan_build.h"

/* What is planned for one method. */
typedef struct method_run {
    weft__plans *plans;
    const weft__plan_sink *sink;
    weft_error *error; /* of the first that fails */
    bool failed;
    const char *service;
    const char *method;
} method_run;

/* 0: go on. */
static int part_status(method_run *run, int status)
{
    if (status != WEFT_EINCOMPATIBLE)
        return status;
    run->failed = true;
    return run->sink ? 0 : status;
}

/* A path that begins with name and then step. */
static int part_plan(method_run *run, const weft_type *remote, const weft_type *local, const char *name,
                     const char *step, const weft__plan **ret_plan)
{
    weft__plan_root root = { name, step, run->service, run->method };
    *ret_plan = NULL;
    return part_status(
        run, weft__plan_run(run->plans, remote, local, run->sink, root, ret_plan, run->failed ? NULL : run->error));
}

static int part_report(method_run *run, weft__plan_rule rule, const char *root, const weft_type *remote_or_null,
                       const weft_type *local_or_null, const char *text)
{
    weft__plan_reporter reporter = {
        &run->plans->pool.allocator, run->sink, run->failed ? NULL : run->error, root, run->service, run->method, false
    };
    int status =
        weft__plan_report(&reporter, rule, (weft__plan_place){ NULL, "" }, remote_or_null, local_or_null, text);
    run->failed = run->failed || reporter.failed;
    return status;
}

static int run_end(const method_run *run, int status)
{
    return status ? status : run->failed ? WEFT_EINCOMPATIBLE : 0;
}

/* ---- channels ---- */

static uint32_t channel_named(const weft_channel_param *channels, uint32_t n, const char *name)
{
    for (uint32_t i = 0; i < n; i++) {
        if (strcmp(channels[i].name, name) == 0)
            return i;
    }
    return n;
}

static bool has_field(const weft_type *args, const char *name)
{
    for (uint32_t i = 0; i < args->n; i++) {
        if (strcmp(args->fields[i].name, name) == 0)
            return true;
    }
    return false;
}

static bool channel_is_taken(const weft__method_plan *plan, uint32_t n_local, uint32_t remote)
{
    for (uint32_t i = 0; i < n_local; i++) {
        if (plan->channels[i] == remote)
            return true;
    }
    return false;
}

/* The same name first, then older ones of this side, of channels with a direction in the mask. */
static void match_channels(const weft_channel_param *remote, uint32_t n_remote, const weft_method *local,
                           unsigned directions, weft__method_plan *plan)
{
    for (uint32_t i = 0; i < local->n_channels; i++) {
        uint32_t found = local->channels[i].direction & directions
                             ? channel_named(remote, n_remote, local->channels[i].name)
                             : n_remote;
        plan->channels[i] = found < n_remote ? (uint8_t)found : WEFT__PLAN_NO_CHANNEL;
    }
    for (uint32_t i = 0; i < local->n_channels; i++) {
        const char *const *was = local->channels[i].was;
        if (!(local->channels[i].direction & directions))
            continue;
        for (; was && *was && plan->channels[i] == WEFT__PLAN_NO_CHANNEL; was++) {
            uint32_t found = channel_named(remote, n_remote, *was);
            if (found < n_remote && !channel_is_taken(plan, local->n_channels, found))
                plan->channels[i] = (uint8_t)found;
        }
    }
}

/* A local channel of the arguments, and what the caller has of it. */
static int plan_channel(method_run *run, const weft_method *remote, const weft_channel_param *ours, uint8_t place,
                        const weft__plan **ret_element)
{
    if (has_field(remote->args, ours->name))
        return part_report(run, WEFT__PLAN_CHANNEL, ours->name, NULL, NULL, "a channel here, and a value there");
    if (place == WEFT__PLAN_NO_CHANNEL)
        return ours->optional ? part_report(run, WEFT__PLAN_DEFAULTED, ours->name, NULL, ours->element,
                                            "a channel that is missing")
                              : part_report(run, WEFT__PLAN_CHANNEL, ours->name, NULL, ours->element,
                                            "a channel that is missing there and required here");
    const weft_channel_param *theirs = &remote->channels[place];
    if (theirs->direction != ours->direction)
        return part_report(run, WEFT__PLAN_CHANNEL, ours->name, theirs->element, ours->element,
                           "a channel of the other direction");
    if (theirs->optional && !ours->optional)
        return part_report(run, WEFT__PLAN_CHANNEL, ours->name, theirs->element, ours->element,
                           "a channel that is optional there and required here");
    int status = 0;
    if (strcmp(theirs->name, ours->name) != 0)
        status = part_report(run, WEFT__PLAN_RENAMED, ours->name, theirs->element, ours->element,
                             "found by a name that it had");
    if (!status && ours->optional && !theirs->optional)
        status = part_report(run, WEFT__PLAN_OPTION_ADDED, ours->name, theirs->element, ours->element,
                             "always there, which is optional here");
    if (!status && ours->direction == WEFT_CHANNEL_RX)
        status = part_plan(run, theirs->element, ours->element, ours->name, "[]", ret_element);
    return status;
}

/* A channel of the caller that this side has not. */
static int plan_unknown_channel(method_run *run, const weft_channel_param *theirs, const weft_method *local)
{
    return has_field(local->args, theirs->name)
               ? part_report(run, WEFT__PLAN_CHANNEL, theirs->name, theirs->element, NULL,
                             "a value here, and a channel there")
               : part_report(run, WEFT__PLAN_SKIPPED, theirs->name, theirs->element, NULL, "a channel unknown here");
}

int weft__plan_args(weft__plans *plans, const weft_method *remote, const weft_service_type *service,
                    const weft_method *local, const weft__plan_sink *sink_or_null, weft__method_plan *ret_plan,
                    weft_error *error_or_null)
{
    method_run run = { plans, sink_or_null, error_or_null, false, service->name, local->name };
    weft__method_plan plan = { 0 };
    match_channels(remote->channels, remote->n_channels, local, WEFT_CHANNEL_TX | WEFT_CHANNEL_RX, &plan);
    int status = part_plan(&run, remote->args, local->args, "", "", &plan.args);
    for (uint32_t i = 0; !status && i < local->n_channels; i++)
        status = plan_channel(&run, remote, &local->channels[i], plan.channels[i], &plan.elements[i]);
    for (uint32_t i = 0; !status && i < remote->n_channels; i++) {
        if (!channel_is_taken(&plan, local->n_channels, i))
            status = plan_unknown_channel(&run, &remote->channels[i], local);
    }
    status = run_end(&run, status);
    if (!status)
        *ret_plan = plan;
    return status;
}

/* ---- results ---- */

/* Of a result or error, where there may be none. */
static int plan_outcome(method_run *run, const weft_type *remote, const weft_type *local, const char *root,
                        const weft__plan **ret_plan)
{
    if (remote && local)
        return part_plan(run, remote, local, root, "", ret_plan);
    return !remote && !local
               ? 0
               : part_report(run, WEFT__PLAN_INCOMPATIBLE, root, remote, local, "there on one side alone");
}

int weft__plan_results(weft__plans *plans, const weft_method *remote, const weft_channel_param *remote_tx,
                       uint32_t n_remote_tx, const weft_service_type *service, const weft_method *local,
                       const weft__plan_sink *sink_or_null, weft__method_plan *ret_plan, weft_error *error_or_null)
{
    method_run run = { plans, sink_or_null, error_or_null, false, service->name, local->name };
    weft__method_plan plan = { 0 };
    match_channels(remote_tx, n_remote_tx, local, WEFT_CHANNEL_TX, &plan);
    int status = plan_outcome(&run, remote->result, local->result, "result", &plan.result);
    if (!status)
        status = plan_outcome(&run, remote->error, local->error, "error", &plan.error);
    for (uint32_t i = 0; !status && i < local->n_channels; i++) {
        if (plan.channels[i] != WEFT__PLAN_NO_CHANNEL)
            status = part_plan(&run, remote_tx[plan.channels[i]].element, local->channels[i].element,
                               local->channels[i].name, "[]", &plan.elements[i]);
    }
    status = run_end(&run, status);
    if (!status)
        *ret_plan = plan;
    return status;
}
