/* One parameter on both sides, in everything that it may be: which pairs are a plan [schema.plan]. The table is all
 * there is, held against the rules written down here by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/schema/plan.h"
#include "runtime/schema/remote.h"
#include "tests/support/rules.h"
#include "tests/support/schema_put.h"

typedef enum param {
    ABSENT,
    VALUE,
    VALUE_DEFAULT,
    TX,
    RX,
    TX_OPTIONAL,
    RX_OPTIONAL,
    N_PARAMS,
} param;

static bool is_channel(param p)
{
    return p >= TX;
}
static bool is_optional(param p)
{
    return p == VALUE_DEFAULT || p == TX_OPTIONAL || p == RX_OPTIONAL;
}
static bool sends(param p)
{
    return p == TX || p == TX_OPTIONAL;
}

/* The rules. A callee that has the parameter needs it where it is not optional; a channel is a channel on both sides,
 * of one direction, and not merely perhaps there where it is needed; what a callee has not it does not care for. */
static bool is_possible(param caller, param callee)
{
    if (callee == ABSENT)
        return true;
    if (caller == ABSENT)
        return is_optional(callee);
    if (is_channel(caller) != is_channel(callee))
        return false;
    if (!is_channel(callee))
        return true;
    return sends(caller) == sends(callee) && (is_optional(callee) || !is_optional(caller));
}

/* What the caller says, in canonical bytes. */
static void put_root(weft_writer *root, const char *name, param p)
{
    weft__canon_arguments(root, p == ABSENT ? 0 : 1);
    if (p == ABSENT)
        return;
    weft__canon_param_begin(root, weft_str_from(name));
    if (sends(p))
        weft__write_nil(root);
    else
        weft__canon_scalar(root, WEFT__CANON_U8);
    weft__canon_param_end(root, is_optional(p), !is_channel(p) ? 0 : sends(p) ? 1 : 2, is_channel(p) && is_optional(p));
}

/* How callee's weftc would write the parameter. */
typedef struct callee_method {
    weft_field field;
    weft_type args;
    weft_channel_param channel;
    weft_method method;
} callee_method;

static void make_callee(callee_method *c, const char *name, const char *const *was, param p)
{
    memset(c, 0, sizeof *c);
    c->field = (weft_field){
        .name = name, .type = &weft_type_u32, .flags = p == VALUE_DEFAULT ? WEFT_FIELD_DEFAULT : 0, .was = was
    };
    c->args = (weft_type){ .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT, .c_size = 4, .fields = &c->field };
    c->args.n = p == VALUE || p == VALUE_DEFAULT ? 1 : 0;
    c->channel = (weft_channel_param){ .name = name,
                                       .element = &weft_type_u32,
                                       .window = 1,
                                       .direction = sends(p) ? WEFT_CHANNEL_TX : WEFT_CHANNEL_RX,
                                       .optional = is_optional(p),
                                       .was = was };
    c->method = (weft_method){ .name = "m", .args = &c->args };
    if (is_channel(p)) {
        c->method.channels = &c->channel;
        c->method.n_channels = 1;
    }
}

static void check_pair(param caller, param callee_param, const char *name, const char *const *was)
{
    static const weft_service_type service = { .abi = WEFT_GEN_ABI, .name = "t.v1.S" };
    weft__remote *remote;
    weft__plans *plans;
    weft_writer *root;
    callee_method local;
    weft_method theirs = { .name = "m" };
    weft__method_plan plan;
    weft_error error = { 0 };
    assert_int_equal(weft__remote_new(NULL, &remote), 0);
    assert_int_equal(weft__plans_new(NULL, &plans), 0);
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &root), 0);
    put_root(root, "p", caller);
    assert_int_equal(weft__remote_args(remote, weft_writer_bytes(root), &theirs, &error), 0);
    make_callee(&local, name, was, callee_param);
    int status = weft__plan_args(plans, &theirs, &service, &local.method, NULL, &plan, &error);
    if (status != (is_possible(caller, callee_param) ? 0 : WEFT_EINCOMPATIBLE))
        fail_msg("%d read as %d: status %d %s", caller, callee_param, status, error.text);
    if (status)
        assert_int_equal(strncmp(error.text, name, strlen(name)), 0); /* the place */
    else if (is_channel(callee_param))
        assert_int_equal(plan.channels[0], caller == ABSENT ? WEFT__PLAN_NO_CHANNEL : 0);
    weft_writer_free(root);
    weft__plans_free(plans);
    weft__remote_free(remote);
}

static void plan_parameter_and_channel_all_pairs(void **state)
{
    /* Goal: whatever a parameter was and has become, there is a plan exactly where the rules say so, by the same name
     * and by an older one. */
    (void)state;
    WEFT_RULE("schema.plan");
    static const char *const was[] = { "p", NULL };
    for (param caller = ABSENT; caller < N_PARAMS; caller++) {
        for (param callee = ABSENT; callee < N_PARAMS; callee++) {
            check_pair(caller, callee, "p", NULL);
            if (caller == ABSENT || callee == ABSENT || is_channel(caller) == is_channel(callee))
                check_pair(caller, callee, "q", was);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(plan_parameter_and_channel_all_pairs) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
