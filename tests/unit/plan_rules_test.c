/* What plans are made of and what makes them impossible: findings, errors, methods, memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "new.weft.h"
#include "old.weft.h"
#include "runtime/schema/plan.h"
#include "tests/support/alloc.h"
#include "tests/support/rules.h"

/* ---- findings ---- */

static const char *const rule_names[] = {
    [WEFT__PLAN_SKIPPED] = "skipped",           [WEFT__PLAN_DEFAULTED] = "defaulted",
    [WEFT__PLAN_RENAMED] = "renamed",           [WEFT__PLAN_MOVED] = "moved",
    [WEFT__PLAN_WIDENED] = "widened",           [WEFT__PLAN_OPTION_ADDED] = "option",
    [WEFT__PLAN_VARIANT_UNKNOWN] = "unknown",   [WEFT__PLAN_VARIANT_CLOSED] = "closed",
    [WEFT__PLAN_VARIANT_UNUSED] = "unused",     [WEFT__PLAN_MISSING] = "MISSING",
    [WEFT__PLAN_INCOMPATIBLE] = "INCOMPATIBLE", [WEFT__PLAN_CHANNEL] = "CHANNEL",
};

/* "rule path; rule path; ", as they come. */
typedef struct findings {
    char text[4096];
    size_t len;
} findings;

static void found(void *user, const weft__plan_finding *finding)
{
    findings *all = user;
    assert_true(finding->text[0] != '\0');
    assert_int_equal(strlen(finding->path.ptr), finding->path.len);
    int len = snprintf(all->text + all->len, sizeof all->text - all->len, "%s %s; ", rule_names[finding->rule],
                       finding->path.ptr);
    all->len += (size_t)len;
    assert_true(all->len < sizeof all->text);
}

static weft__plans *plans_new(void)
{
    weft__plans *plans;
    assert_int_equal(weft__plans_new(NULL, &plans), 0);
    return plans;
}

static void finds(const weft_type *remote, const weft_type *local, int status, const char *text)
{
    weft__plans *plans = plans_new();
    findings all = { .len = 0 };
    weft__plan_sink sink = { found, &all };
    const weft__plan *plan;
    weft_error error;
    assert_int_equal(weft__plan_make(plans, remote, local, &sink, &plan, &error), status);
    assert_string_equal(all.text, text);
    if (status)
        assert_int_equal(error.code, status);
    weft__plans_free(plans);
}

static void plan_findings_from_the_root_inwards(void **state)
{
    /* Goal: every rule that is applied is told, with its place, once. */
    (void)state;
    WEFT_RULE("schema.plan");
    finds(&old_order_type, &new_order_type, 0, "moved third; ");
    finds(&old_skip_type, &new_skip_type, 0, "skipped gone; skipped small; skipped text; moved last; ");
    finds(&old_absent_type, &new_absent_type, 0,
          "defaulted number; defaulted text; defaulted tags; defaulted maybe; defaulted leaf; defaulted "
          "way; defaulted color; ");
    finds(&old_wide_type, &new_wide_type, 0,
          "widened a; widened b; widened c; widened d; widened e; widened f; widened g; widened h[]; "
          "widened i{}; widened i[]; widened j[]; option k[]; widened l; widened k[]; ");
    finds(&old_optional_type, &new_optional_type, 0,
          "option a; option b; option c; option c; option d; widened b.x; widened d; ");
    finds(&old_shape_type, &new_shape_type, 0,
          "unused never; option circle; renamed box; moved box; unknown strange; widened circle; "
          "defaulted box.depth; widened box.side; moved box.name; defaulted bare.a; defaulted bare.b; "
          "skipped full.a; ");
    finds(&old_way_type, &new_way_type, 0, "closed sideways; moved down; ");
    finds(&old_tree_type, &new_tree_type, 0,
          "defaulted size; widened value; skipped note; moved named; moved up; widened named{}; ");
    finds(&old_renamed_type, &new_renamed_type, 0, "renamed uno; renamed two_new; moved two_new; moved three; ");
    finds(&old_twins_type, &new_twins_type, 0, "skipped x.a.v; skipped y.a.v; "); /* two pairs, if of one type there */
    finds(&old_leaf_type, &old_leaf_type, 0, "");
}

static void plan_impossible_told_whole(void **state)
{
    /* Goal: with a sink everything that is in the way is told, not the first thing alone. */
    (void)state;
    WEFT_RULE("schema.plan.errors");
    finds(&old_holder_type, &new_holder_type, WEFT_EINCOMPATIBLE, "INCOMPATIBLE entry.tags[]; ");
    finds(&old_lost_type, &new_lost_type, WEFT_EINCOMPATIBLE, "MISSING holder.b; skipped holder.a; ");
    finds(&old_payload_type, &new_payload_type, WEFT_EINCOMPATIBLE, "INCOMPATIBLE a; ");
    finds(&old_keys_type, &new_keys_type, WEFT_EINCOMPATIBLE, "INCOMPATIBLE a{}; ");
}

/* ---- errors ---- */

static void refuses(const weft_type *remote, const weft_type *local, const char *text)
{
    weft__plans *plans = plans_new();
    const weft__plan *plan = NULL;
    weft_error error;
    for (int again = 0; again < 2; again++) {
        assert_int_equal(weft__plan_make(plans, remote, local, NULL, &plan, &error), WEFT_EINCOMPATIBLE);
        assert_null(plan);
        assert_int_equal(error.code, WEFT_EINCOMPATIBLE);
        assert_string_equal(error.text, text);
    }
    assert_int_equal(weft__plan_make(plans, remote, local, NULL, &plan, NULL), WEFT_EINCOMPATIBLE);
    weft__plans_free(plans);
}

static void plan_errors_name_place_types_ids_and_rule(void **state)
{
    /* Goal: each thing that makes a plan impossible, in the words that its reader gets, however often it is asked. */
    (void)state;
    WEFT_RULE("schema.plan.errors");
    refuses(&old_holder_type, &new_holder_type,
            "entry.tags[]: types that do not fit: string of plan.v1.Entry (598be8331f6ab0cb) as u32 of "
            "plan.v1.Entry (61d6c3d5c891afc0) [schema.plan]");
    refuses(&old_lost_type, &new_lost_type,
            "holder.b: missing there, without a default: plan.v1.LostInside (917d12bab58a902d), u8 of "
            "plan.v1.LostInside (4dd7d0bccaff3863) [schema.plan]");
    refuses(&old_lengths_type, &new_lengths_type,
            "a: arrays of different lengths: array of plan.v1.Lengths (cf5e17b608cb447b) as array of "
            "plan.v1.Lengths (0ce1f8d5eacf19de) [schema.plan]");
    refuses(&old_keys_type, &new_keys_type,
            "a{}: types that do not fit: string of plan.v1.Keys (2f2fed7f9d282bdc) as u32 of plan.v1.Keys "
            "(8d17ca826a4781db) [schema.plan]");
    refuses(&old_narrow_type, &new_narrow_type,
            "a: types that do not fit: u32 of plan.v1.Narrow (24445a9458c2bf5c) as u16 of plan.v1.Narrow "
            "(f86561b2f1f28cc5) [schema.plan]");
    refuses(&old_to_unsigned_type, &new_to_unsigned_type,
            "a: types that do not fit: i8 of plan.v1.ToUnsigned (0d0f6c3e5842f323) as u16 of "
            "plan.v1.ToUnsigned (12ea706187ee37a8) [schema.plan]");
    refuses(&old_same_width_type, &new_same_width_type,
            "a: types that do not fit: u32 of plan.v1.SameWidth (b01328c742138a7a) as i32 of "
            "plan.v1.SameWidth (b277b6089ff23084) [schema.plan]");
    refuses(&old_unwrapped_type, &new_unwrapped_type,
            "a: types that do not fit: option of plan.v1.Unwrapped (9ea2774a091d10e4) as u8 of "
            "plan.v1.Unwrapped (63a3bb37d866b560) [schema.plan]");
    refuses(
        &old_kinds_type, &new_kinds_type,
        "a: types that do not fit: plan.v1.Color (12c6a0650eb962f4) as plan.v1.Leaf (2129d2c6e9579682) [schema.plan]");
    refuses(&old_payload_type, &new_payload_type,
            "a: a value, and none or fields: u8 of plan.v1.Payload (e50d9468c3c62b19) as struct of "
            "plan.v1.Payload (02aeaedaf1d3191f) [schema.plan]");
    refuses(&old_payload_fields_type, &new_payload_fields_type,
            "a: a value, and none or fields: struct of plan.v1.PayloadFields (be108cf98aa86c62) as "
            "plan.v1.Leaf (2129d2c6e9579682) [schema.plan]");
    refuses(&old_payload_gone_type, &new_payload_gone_type,
            "a: a value, and none or fields: u8 of plan.v1.PayloadGone (6d84397f9db003b8) as "
            "plan.v1.PayloadGone (ad05941968478016) [schema.plan]");
    refuses(&old_payload_inside_type, &new_payload_inside_type,
            "a.x: types that do not fit: u8 of plan.v1.PayloadInside (5e39586c3bb41b5e) as string of "
            "plan.v1.PayloadInside (3508f831e565e4fe) [schema.plan]");
    refuses(&weft_type_u32, &weft_type_u16, "types that do not fit: u32 as u16 [schema.plan]");
}

static void plan_scalars_each_way(void **state)
{
    /* Goal: which of the 15 scalars are read as which: themselves, and what holds all of their values by the rules. */
    (void)state;
    WEFT_RULE("schema.plan");
    static const weft_type *const types[WEFT_KIND_DURATION] = {
        &weft_type_bool, &weft_type_u8,  &weft_type_u16,   &weft_type_u32,       &weft_type_u64,
        &weft_type_i8,   &weft_type_i16, &weft_type_i32,   &weft_type_i64,       &weft_type_f32,
        &weft_type_f64,  &weft_type_str, &weft_type_bytes, &weft_type_timestamp, &weft_type_duration,
    };
    /* By remote type: the local ones, in the order above. */
    static const char *const fits[] = {
        "x..............", ".xxxx.xxx......", "..xxx..xx......", "...xx...x......", "....x..........",
        ".....xxxx......", "......xxx......", ".......xx......", "........x......", ".........xx....",
        "..........x....", "...........x...", "............x..", ".............x.", "..............x",
    };
    enum { N = WEFT_KIND_DURATION };
    weft__plans *plans = plans_new();
    for (size_t r = 0; r < N; r++) {
        for (size_t l = 0; l < N; l++) {
            const weft__plan *plan;
            int status = weft__plan_make(plans, types[r], types[l], NULL, &plan, NULL);
            assert_int_equal(status, fits[r][l] == 'x' ? 0 : WEFT_EINCOMPATIBLE);
        }
    }
    weft__plans_free(plans);
}

static void plan_deep_path_cut_ids_stay(void **state)
{
    /* Goal: names as long as they may be cut the path and themselves, never the ids and the rule. */
    (void)state;
    WEFT_RULE("schema.plan.errors");
    char name[3000], field_name[300];
    memset(name, 'N', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    memset(field_name, 'f', sizeof field_name - 1);
    field_name[sizeof field_name - 1] = '\0';
    weft_field field = { .name = field_name, .type = &weft_type_timestamp };
    weft_type remote = { .abi = WEFT_GEN_ABI,
                         .kind = WEFT_KIND_STRUCT,
                         .n = 1,
                         .name = name,
                         .id = UINT64_C(0x1111222233334444),
                         .fields = &field };
    weft_field local_field = { .name = field_name, .type = &weft_type_duration };
    weft_type local = remote;
    local.id = UINT64_C(0x5555666677778888);
    local.fields = &local_field;
    weft__plans *plans = plans_new();
    const weft__plan *plan;
    weft_error error;
    assert_int_equal(weft__plan_make(plans, &remote, &local, NULL, &plan, &error), WEFT_EINCOMPATIBLE);
    assert_non_null(strstr(error.text, "fff...: types that do not fit: timestamp of NNN"));
    assert_non_null(strstr(error.text, "... (1111222233334444) as duration of NNN"));
    assert_non_null(strstr(error.text, "... (5555666677778888) [schema.plan]"));
    weft__plans_free(plans);
}

static void plan_exact_name_before_older_one(void **state)
{
    /* Goal: an older name does not take what an exact one has, and a remote field goes to one local field alone. */
    (void)state;
    WEFT_RULE("schema.plan");
    static const char *const was_a[] = { "a", NULL };
    static const char *const was_c_a[] = { "c", "a", NULL };
    weft_field theirs[] = { { .name = "a", .type = &weft_type_u8 }, { .name = "c", .type = &weft_type_u8 } };
    weft_field ours[] = { { .name = "b", .type = &weft_type_u8, .was = was_a, .flags = WEFT_FIELD_DEFAULT },
                          { .name = "a", .type = &weft_type_u8 },
                          { .name = "d", .type = &weft_type_u8, .was = was_c_a, .flags = WEFT_FIELD_DEFAULT },
                          { .name = "e", .type = &weft_type_u8, .was = was_c_a, .flags = WEFT_FIELD_DEFAULT } };
    weft_type remote = { .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT, .n = 2, .fields = theirs };
    weft_type local = { .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT, .n = 4, .fields = ours };
    finds(&remote, &local, 0, "defaulted b; defaulted e; renamed d; ");
}

static void plan_none_and_no_fields_either_way(void **state)
{
    /* Goal: a payload of none and one of fields that has none, which no weftc writes, are read as each other. */
    (void)state;
    WEFT_RULE("schema.plan");
    const weft_type no_fields = { .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT };
    const weft_variant none = { .name = "a" }, fields = { .name = "a", .payload = &no_fields, .has_fields = true };
    const weft_type types[2] = {
        { .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_ENUM, .n = 1, .c_size = 8, .offset = 4, .id = 1, .variants = &none },
        { .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_ENUM, .n = 1, .c_size = 8, .offset = 4, .id = 2, .variants = &fields },
    };
    static const uint8_t bytes[2][3] = { { 0x92, 0, 0xc0 }, { 0x92, 0, 0x90 } };
    weft__plans *plans = plans_new();
    for (int remote = 0; remote < 2; remote++) {
        const weft__plan *plan;
        const weft_type *local = &types[1 - remote];
        int out[2] = { 0 };
        assert_int_equal(weft__plan_make(plans, &types[remote], local, NULL, &plan, NULL), 0);
        assert_int_equal(weft__decode(local, plan, weft_bytes_of(bytes[remote], 3), NULL, out, NULL), 0);
        assert_int_equal(out[0], 1);
        assert_int_equal(weft__decode(local, plan, weft_bytes_of(bytes[1 - remote], 3), NULL, out, NULL), WEFT_EBADMSG);
    }
    weft__plans_free(plans);
}

/* ---- methods ---- */

static const weft_method *method_named(const weft_service_type *service, const char *name)
{
    for (uint32_t i = 0; i < service->n_methods; i++) {
        if (strcmp(service->methods[i].name, name) == 0)
            return &service->methods[i];
    }
    fail_msg("no method %s", name);
    return NULL;
}

/* What a callee's direction 1 says of its tx channels. */
static uint32_t tx_of(const weft_method *method, weft_channel_param *out)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < method->n_channels; i++) {
        if (method->channels[i].direction == WEFT_CHANNEL_TX)
            out[n++] = method->channels[i];
    }
    return n;
}

/* Both directions of a method: the caller is old and the callee new, then the results of an old callee. */
static void method_finds(const char *name, int args_status, int results_status, const char *text)
{
    const weft_method *remote = method_named(&old_service_service, name);
    const weft_method *local = method_named(&new_service_service, name);
    weft_channel_param tx[WEFT_METHOD_CHANNELS_MAX];
    uint32_t n_tx = tx_of(remote, tx);
    weft__plans *plans = plans_new();
    findings all = { .len = 0 };
    weft__plan_sink sink = { found, &all };
    weft__method_plan plan;
    weft_error error;
    assert_int_equal(weft__plan_args(plans, remote, &new_service_service, local, &sink, &plan, &error), args_status);
    all.len += (size_t)snprintf(all.text + all.len, sizeof all.text - all.len, "| ");
    assert_int_equal(weft__plan_results(plans, remote, tx, n_tx, &new_service_service, local, &sink, &plan, &error),
                     results_status);
    assert_string_equal(all.text, text);
    weft__plans_free(plans);
}

static void method_parameters_and_results(void **state)
{
    /* Goal: parameters are like fields; unit is unit alone, an error type is on both sides or on neither. */
    (void)state;
    WEFT_RULE("schema.plan");
    method_finds("same", 0, 0, "| ");
    method_finds("values", 0, 0,
                 "defaulted d; skipped gone; moved a; widened a; | skipped result.gone; skipped result.small; "
                 "skipped result.text; moved result.last; unknown error.blue; moved error.green; ");
    method_finds("unit", 0, WEFT_EINCOMPATIBLE, "| INCOMPATIBLE result; ");
    method_finds("no_unit", 0, WEFT_EINCOMPATIBLE, "| INCOMPATIBLE result; ");
    method_finds("no_error", 0, WEFT_EINCOMPATIBLE, "| INCOMPATIBLE result; INCOMPATIBLE error; ");
    method_finds("missing", WEFT_EINCOMPATIBLE, 0, "MISSING a; | ");
}

static void method_channels_by_name(void **state)
{
    /* Goal: direction, presence and elements of channels are matched by name; what may differ and what may not. */
    (void)state;
    WEFT_RULE("schema.plan");
    method_finds("streams", 0, 0,
                 "renamed is; defaulted three; widened two[].x; option one; skipped gone; | widened one[]; ");
    method_finds("other_way", WEFT_EINCOMPATIBLE, 0, "CHANNEL a; | ");
    method_finds("lost_channel", WEFT_EINCOMPATIBLE, 0, "CHANNEL a; | ");
    method_finds("maybe", WEFT_EINCOMPATIBLE, 0, "CHANNEL a; | ");
    method_finds("value_channel", WEFT_EINCOMPATIBLE, 0, "skipped a; CHANNEL a; | ");
    method_finds("channel_value", WEFT_EINCOMPATIBLE, 0, "MISSING a; CHANNEL a; | ");
    method_finds("items", WEFT_EINCOMPATIBLE, WEFT_EINCOMPATIBLE, "INCOMPATIBLE a[]; | INCOMPATIBLE b[]; ");
}

static void method_channels_say_which(void **state)
{
    /* Goal: the plan says by local channel which remote one it is, and how its items are read. */
    (void)state;
    const weft_method *remote = method_named(&old_service_service, "streams");
    const weft_method *local = method_named(&new_service_service, "streams");
    weft_channel_param tx[WEFT_METHOD_CHANNELS_MAX];
    uint32_t n_tx = tx_of(remote, tx);
    weft__plans *plans = plans_new();
    weft__method_plan plan;
    /* local: is, three, two, one, there; remote: one, two, gone, there, was */
    assert_int_equal(weft__plan_args(plans, remote, &new_service_service, local, NULL, &plan, NULL), 0);
    static const uint8_t args[] = { 4, WEFT__PLAN_NO_CHANNEL, 1, 0, 3 };
    assert_memory_equal(plan.channels, args, sizeof args);
    assert_int_equal(weft__plan_results(plans, remote, tx, n_tx, &new_service_service, local, NULL, &plan, NULL), 0);
    /* tx: one, there */
    static const uint8_t results[] = { WEFT__PLAN_NO_CHANNEL, WEFT__PLAN_NO_CHANNEL, WEFT__PLAN_NO_CHANNEL, 0, 1 };
    assert_memory_equal(plan.channels, results, sizeof results);
    weft__plans_free(plans);
}

static void method_errors_name_the_method(void **state)
{
    /* Goal: where no type has an id, the error says whose parameter it is. */
    (void)state;
    WEFT_RULE("schema.plan.errors");
    weft__plans *plans = plans_new();
    weft__method_plan plan;
    weft_error error;
    assert_int_equal(weft__plan_args(plans, method_named(&old_service_service, "missing"), &new_service_service,
                                     method_named(&new_service_service, "missing"), NULL, &plan, &error),
                     WEFT_EINCOMPATIBLE);
    assert_string_equal(error.text,
                        "a: missing there, without a default: nothing, u8 of plan.v1.Service/missing [schema.plan]");
    assert_int_equal(weft__plan_args(plans, method_named(&old_service_service, "maybe"), &new_service_service,
                                     method_named(&new_service_service, "maybe"), NULL, &plan, &error),
                     WEFT_EINCOMPATIBLE);
    assert_string_equal(error.text, "a: a channel that is optional there and required here [schema.plan]");
    weft__plans_free(plans);
}

/* ---- memory and hostile types ---- */

static void plan_no_memory(weft_test_alloc *alloc, void *user)
{
    (void)user;
    weft__plans *plans;
    const weft__plan *plan = NULL;
    findings all = { .len = 0 };
    weft__plan_sink sink = { found, &all };
    if (weft__plans_new(&alloc->allocator, &plans)) {
        assert_true(alloc->failed);
        return;
    }
    int status = weft__plan_make(plans, &old_tree_type, &new_tree_type, NULL, &plan, NULL);
    if (!status)
        status = weft__plan_make(plans, &old_shapes_type, &new_shapes_type, &sink, &plan, NULL);
    if (status) {
        assert_int_equal(status, WEFT_ENOMEM);
        assert_true(alloc->failed);
        weft_test_alloc_fail(alloc, 0, false);
        assert_int_equal(weft__plan_make(plans, &old_tree_type, &new_tree_type, NULL, &plan, NULL), 0);
        assert_int_equal(weft__plan_make(plans, &old_shapes_type, &new_shapes_type, NULL, &plan, NULL), 0);
        alloc->failed = true;
    }
    assert_non_null(plan);
    weft__plans_free(plans);
}

static void plan_out_of_memory_as_before(void **state)
{
    /* Goal: whichever allocation fails, it is said, nothing is lost, and the same works later. */
    (void)state;
    weft_test_alloc_each(plan_no_memory, NULL);
}

/* A chain of n structs, each with a field `next` of the next one in an option; the last has none. */
typedef struct chain {
    weft_type *types, *options;
    weft_field *fields;
} chain;

static chain chain_new(uint32_t n)
{
    chain c = { calloc(n, sizeof(weft_type)), calloc(n, sizeof(weft_type)), calloc(n, sizeof(weft_field)) };
    assert_true(c.types && c.options && c.fields);
    for (uint32_t i = 0; i < n; i++) {
        c.options[i] = (weft_type){ .abi = WEFT_GEN_ABI,
                                    .kind = WEFT_KIND_OPTION,
                                    .flags = WEFT_TYPE_INDIRECT,
                                    .c_size = sizeof(void *),
                                    .element = i + 1 < n ? &c.types[i + 1] : &weft_type_u8 };
        c.fields[i] = (weft_field){ .name = "next", .type = &c.options[i] };
        c.types[i] = (weft_type){
            .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT, .n = 1, .name = "t.C", .id = i + 1, .fields = &c.fields[i]
        };
    }
    c.types[n - 1].n = 0;
    return c;
}

static void chain_free(chain *c)
{
    free(c->types);
    free(c->options);
    free(c->fields);
}

/* n structs, each with an option of the next one, the last with one of the first. */
static chain ring_new(uint32_t n)
{
    chain c = chain_new(n);
    c.options[n - 1].element = &c.types[0];
    c.types[n - 1].n = 1;
    return c;
}

static void plan_asymmetric_recursion_ends(void **state)
{
    /* Goal: rings of two and of three types are six pairs, and any depth of values goes through them. */
    (void)state;
    WEFT_RULE("schema.plan");
    chain remote = ring_new(2), local = ring_new(3);
    for (uint32_t i = 0; i < 3; i++) {
        local.types[i].c_size = sizeof(void *);
        local.types[i].id = 100 + i;
    }
    weft__plans *plans = plans_new();
    const weft__plan *plan;
    weft_arena *arena;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    assert_int_equal(weft__plan_make(plans, remote.types, local.types, NULL, &plan, NULL), 0);
    static const uint8_t bytes[] = { 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0xc0 };
    const void *value;
    unsigned n = 0;
    assert_int_equal(weft__decode(local.types, plan, weft_bytes_of(bytes, sizeof bytes), arena, &value, NULL), 0);
    for (const void *at = value; at; at = *(const void *const *)at)
        n++;
    assert_int_equal(n, 4);
    weft__plans_free(plans);
    weft_arena_free(arena);
    chain_free(&remote);
    chain_free(&local);
}

/* A recursive local struct with many fields that the chain has not. */
static void plan_chain(uint32_t n, uint32_t n_wide, int status, size_t peak_max)
{
    weft_test_alloc alloc;
    chain c = chain_new(n);
    weft_field *fields = calloc(n_wide + 1, sizeof *fields);
    char(*names)[16] = calloc(n_wide + 1, sizeof *names);
    assert_true(fields && names);
    weft_type local = {
        .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT, .n = n_wide + 1, .name = "t.L", .id = 999999, .fields = fields
    };
    weft_type option = { .abi = WEFT_GEN_ABI,
                         .kind = WEFT_KIND_OPTION,
                         .flags = WEFT_TYPE_INDIRECT,
                         .c_size = sizeof(void *),
                         .element = &local };
    fields[0] = (weft_field){ .name = "next", .type = &option };
    for (uint32_t i = 1; i <= n_wide; i++) {
        snprintf(names[i], sizeof names[i], "f%u", (unsigned)i);
        fields[i] = (weft_field){ .name = names[i], .type = &weft_type_u8, .flags = WEFT_FIELD_DEFAULT };
    }
    weft__plans *plans;
    const weft__plan *plan;
    weft_error error;
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft__plans_new(&alloc.allocator, &plans), 0);
    assert_int_equal(weft__plan_make(plans, c.types, &local, NULL, &plan, &error), status);
    assert_true(alloc.peak_bytes < peak_max);
    weft__plans_free(plans);
    weft_test_alloc_assert_empty(&alloc);
    chain_free(&c);
    free(fields);
    free(names);
}

static void plan_hostile_chains_bounded(void **state)
{
    /* Goal: a chain of as many types as a connection may have against a recursive type here is planned without
     * recursion, and where it would take too much it ends, all given back. */
    (void)state;
    WEFT_RULE("schema.required");
    plan_chain(4096, 0, 0, (size_t)2 << 20);
    plan_chain(4096, 1000, WEFT_EBUSY, (size_t)5 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan_findings_from_the_root_inwards),
        cmocka_unit_test(plan_impossible_told_whole),
        cmocka_unit_test(plan_errors_name_place_types_ids_and_rule),
        cmocka_unit_test(plan_scalars_each_way),
        cmocka_unit_test(plan_deep_path_cut_ids_stay),
        cmocka_unit_test(plan_exact_name_before_older_one),
        cmocka_unit_test(plan_none_and_no_fields_either_way),
        cmocka_unit_test(method_parameters_and_results),
        cmocka_unit_test(method_channels_by_name),
        cmocka_unit_test(method_channels_say_which),
        cmocka_unit_test(method_errors_name_the_method),
        cmocka_unit_test(plan_out_of_memory_as_before),
        cmocka_unit_test(plan_asymmetric_recursion_ends),
        cmocka_unit_test(plan_hostile_chains_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
