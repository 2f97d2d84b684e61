/* Random schemas, random changes of them, random values: plans against a reference that works on names, in both
 * directions. WEFT_CASES in the environment: how many with a seed that nobody chose (WEFT_SEED repeats one). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/schema/layout.h"
#include "runtime/schema/plan.h"
#include "runtime/schema/remote.h"
#include "tests/support/evo_reference.h"
#include "tests/support/round_trip.h"
#include "tests/support/random_value.h"
#include "tests/support/rules.h"

enum { CHANGES_MAX = 8, VALUES = 3, DEPTH = 12, SIZE = 40 };

typedef struct tally {
    uint64_t n_plans, n_identities, n_impossible, n_values, n_failed_values, n_broken;
} tally;

/* One direction of one case. */
typedef struct reading {
    uint64_t seed; /* of the case */
    weft_test_random *random;
    weft_arena *arena;
    const weft_type *sender, *reader; /* as each side compiled them */
    const weft_type *remote;          /* sender's, as the reader knows it */
    evo_findings expected, found;
    tally *counts;
} reading;

#define case_fail(r, ...)                                               \
    do {                                                                \
        print_error("case seed %llu: ", (unsigned long long)(r)->seed); \
        fail_msg(__VA_ARGS__);                                          \
    } while (0)

/* ---- findings ---- */

static bool has_finding(const evo_findings *findings, const evo_finding *finding)
{
    for (uint32_t i = 0; i < findings->n; i++) {
        const evo_finding *other = &findings->items[i];
        if (other->rule == finding->rule && other->remote_owner == finding->remote_owner &&
            other->local_owner == finding->local_owner && strcmp(other->place, finding->place) == 0)
            return true;
    }
    return false;
}

/* A pair of types without names, met at the same place of the reader's, is told once, whichever of the sender's types
 * brought it first. */
static bool is_told_elsewhere(const evo_findings *findings, const evo_finding *finding)
{
    for (uint32_t i = 0; i < findings->n; i++) {
        const evo_finding *other = &findings->items[i];
        if (other->rule == finding->rule && other->local_owner == finding->local_owner &&
            strcmp(other->place, finding->place) == 0)
            return true;
    }
    return false;
}

static void take_finding(void *user, const weft__plan_finding *finding)
{
    reading *r = user;
    evo_finding place;
    if (!evo_follow(r->sender, r->reader, finding->path, r->arena, &place))
        case_fail(r, "rule %d at %.*s, which leads nowhere", finding->rule, (int)finding->path.len, finding->path.ptr);
    place.rule = finding->rule;
    assert_true(finding->text && finding->text[0]);
    if (finding->local_owner != place.local_owner ||
        (finding->remote_owner && finding->remote_owner->id != place.remote_owner->id))
        case_fail(r, "rule %d at %.*s: other owners", finding->rule, (int)finding->path.len, finding->path.ptr);
    if (has_finding(&r->found, &place))
        return;
    assert_true(r->found.n < EVO_FINDINGS_MAX);
    r->found.items[r->found.n++] = place;
}

static void compare_findings(reading *r, const evo_findings *some, const evo_findings *all, const char *what)
{
    for (uint32_t i = 0; i < some->n; i++) {
        const evo_finding *finding = &some->items[i];
        if (!has_finding(all, finding) && !(all == &r->found && is_told_elsewhere(all, finding)))
            case_fail(r, "rule %d at %s of %s/%s %s", finding->rule, finding->place,
                      finding->remote_owner ? finding->remote_owner->name : "-",
                      finding->local_owner ? finding->local_owner->name : "-", what);
    }
}

static bool is_possible(const evo_findings *findings)
{
    for (uint32_t i = 0; i < findings->n; i++) {
        if (evo_rule_is_fatal(findings->items[i].rule))
            return false;
    }
    return true;
}

/* ---- values ---- */

static void *place_of(const weft_type *type, weft_arena *arena)
{
    void *value = weft_arena_alloc(arena, type->c_size, 16);
    assert_non_null(value);
    memset(value, 0xa5, type->c_size);
    return value;
}

static weft_bytes encode(reading *r, const void *value)
{
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &writer), 0);
    assert_int_equal(weft_gen_encode(r->sender, value, writer), 0);
    weft_bytes bytes = weft_writer_bytes(writer);
    uint8_t *copy = weft_arena_alloc(r->arena, bytes.len, 1);
    assert_non_null(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    weft_writer_free(writer);
    return weft_bytes_of(copy, bytes.len);
}

/* Whatever is broken is refused, or is read as the value that the sender's own program would read. */
static void read_broken(reading *r, const weft__plan *plan, weft_bytes bytes)
{
    weft_error error = { 0 };
    uint8_t *broken = weft_arena_alloc(r->arena, bytes.len, 1);
    assert_non_null(broken);
    memcpy(broken, bytes.ptr, bytes.len);
    size_t len = weft_test_random_below(r->random, 2) ? bytes.len : weft_test_random_below(r->random, bytes.len);
    for (unsigned i = 0; len > 0 && i < 3; i++)
        broken[weft_test_random_below(r->random, len)] = (uint8_t)weft_test_random_next(r->random);
    weft_bytes came = weft_bytes_of(broken, len);
    void *sent = place_of(r->sender, r->arena), *value = place_of(r->reader, r->arena);
    int status = weft__decode(r->reader, plan, came, r->arena, value, &error);
    const evo_value *got = status ? NULL : evo_read(r->reader, value, r->arena), *expected = NULL;
    if (status && (status != WEFT_EBADMSG || !error.text[0]))
        case_fail(r, "broken bytes: status %d", status);
    if (weft_gen_decode(r->sender, came, r->arena, sent, NULL) == 0) { /* the value of somebody else */
        expected = evo_translate(r->sender, r->reader, evo_read(r->sender, sent, r->arena), r->arena);
        if (!got != !expected || (got && !evo_value_equal(got, expected)))
            case_fail(r, "read as something else: %s", weft_test_hex(came));
    }
    r->counts->n_broken++;
}

static void read_value(reading *r, const weft__plan *plan)
{
    weft_error error = { 0 };
    void *sent = place_of(r->sender, r->arena), *got = place_of(r->reader, r->arena);
    weft_test_random_value(r->random, r->sender, DEPTH, SIZE, r->arena, sent);
    weft_bytes bytes = encode(r, sent);
    const evo_value *tree = evo_read(r->sender, sent, r->arena);
    const evo_value *expected = evo_translate(r->sender, r->reader, tree, r->arena);
    int status = weft__decode(r->reader, plan, bytes, r->arena, got, &error);
    if (expected && status)
        case_fail(r, "does not decode: %s: %s", error.text, weft_test_hex(bytes));
    if (!expected && status != WEFT_EBADMSG)
        case_fail(r, "an unknown variant of a closed enum gave %d: %s", status, weft_test_hex(bytes));
    if (expected && !evo_value_equal(expected, evo_read(r->reader, got, r->arena)))
        case_fail(r, "read as something else: %s", weft_test_hex(bytes));
    r->counts->n_values++;
    r->counts->n_failed_values += !expected;
    read_broken(r, plan, bytes);
}

/* What came over the wire describes the sender's types: a value of theirs is the same by both. */
static void check_remote(reading *r)
{
    weft_error error = { 0 };
    assert_int_equal(weft__layout(NULL, r->remote), 0);
    void *sent = place_of(r->sender, r->arena), *got = place_of(r->remote, r->arena);
    weft_test_random_value(r->random, r->sender, DEPTH, SIZE, r->arena, sent);
    weft_bytes bytes = encode(r, sent);
    if (weft__decode(r->remote, NULL, bytes, r->arena, got, &error))
        case_fail(r, "the remote's table does not decode: %s", error.text);
    if (!evo_value_equal(evo_read(r->sender, sent, r->arena), evo_read(r->remote, got, r->arena)))
        case_fail(r, "the remote's table says another value");
}

/* ---- cases ---- */

/* The error that a plan's failure gives names a place where there is a reason. */
static void check_error(reading *r, const weft_error *error)
{
    assert_int_equal(error->code, WEFT_EINCOMPATIBLE);
    const char *colon = strstr(error->text, ": ");
    evo_finding place;
    if (!colon ||
        !evo_follow(r->sender, r->reader, weft_str_of(error->text, (size_t)(colon - error->text)), r->arena, &place))
        case_fail(r, "no place in the error: %s", error->text);
    for (int rule = WEFT__PLAN_MISSING; rule <= WEFT__PLAN_CHANNEL; rule++) {
        place.rule = (weft__plan_rule)rule;
        if (has_finding(&r->expected, &place))
            return;
    }
    case_fail(r, "another place in the error: %s", error->text);
}

static void read_by_plan(reading *r, weft__plans *plans, weft__plans *told)
{
    const weft__plan *plan, *again;
    weft_error error = { 0 };
    weft__plan_sink sink = { take_finding, r };
    evo_judge(r->sender, r->reader, r->arena, &r->expected);
    r->found.n = 0;
    bool possible = is_possible(&r->expected);
    int status = weft__plan_make(plans, r->remote, r->reader, NULL, &plan, &error);
    if (status != (possible ? 0 : WEFT_EINCOMPATIBLE))
        case_fail(r, "%s, but status %d %s", possible ? "possible" : "impossible", status, error.text);
    if (!possible)
        check_error(r, &error);
    assert_int_equal(weft__plan_make(told, r->remote, r->reader, &sink, &again, NULL), status);
    compare_findings(r, &r->expected, &r->found, "was not found");
    compare_findings(r, &r->found, &r->expected, "was found, and is not so");
    r->counts->n_plans += possible;
    r->counts->n_impossible += !possible;
    if (!possible)
        return;
    if (r->sender->id == r->reader->id) {
        assert_null(plan);
        r->counts->n_identities++;
    }
    for (unsigned i = 0; i < VALUES; i++)
        read_value(r, plan);
}

static void read_as(uint64_t seed, weft_test_random *random, weft_arena *arena, const evo_tables *from,
                    const weft_type *sender, const weft_type *reader, tally *counts)
{
    static reading r;
    weft__remote *remote;
    weft__plans *plans, *told; /* what is there already is not told again */
    weft_error error = { 0 };
    assert_int_equal(weft__remote_new(NULL, &remote), 0);
    assert_int_equal(weft__plans_new(NULL, &plans), 0);
    assert_int_equal(weft__plans_new(NULL, &told), 0);
    r = (reading){
        .seed = seed, .random = random, .arena = arena, .sender = sender, .reader = reader, .counts = counts
    };
    if (weft__remote_add(remote, evo_tables_types(from, arena), &error))
        case_fail(&r, "the types are refused: %s", error.text);
    r.remote = weft__remote_type(remote, sender->id);
    assert_non_null(r.remote);
    check_remote(&r);
    read_by_plan(&r, plans, told);
    weft__plans_free(plans);
    weft__plans_free(told);
    weft__remote_free(remote);
}

static void change(weft_test_random *random, weft_arena *arena, evo_schema *schema, evo_tables *tables)
{
    uint64_t n = weft_test_random_below(random, 8) == 0 ? 0 : 1 + weft_test_random_below(random, CHANGES_MAX);
    for (; n > 0; n--) {
        evo_schema changed;
        evo_copy_schema(schema, arena, &changed);
        evo_change(random, arena, &changed);
        if (evo_tables_make(&changed, arena, tables))
            *schema = changed;
    }
    assert_true(evo_tables_make(schema, arena, tables));
}

static void run_case(uint64_t seed, weft_arena *arena, tally *counts)
{
    weft_test_random random = { seed };
    evo_schema old, new;
    evo_tables old_tables, new_tables;
    do {
        evo_random_schema(&random, arena, &old);
    } while (!evo_tables_make(&old, arena, &old_tables));
    evo_copy_schema(&old, arena, &new);
    change(&random, arena, &new, &new_tables);
    const weft_type *old_root = old_tables.types[old.root], *new_root = new_tables.types[new.root];
    read_as(seed, &random, arena, &old_tables, old_root, new_root, counts);
    read_as(seed, &random, arena, &new_tables, new_root, old_root, counts);
}

static void run_cases(uint64_t seed, uint64_t n)
{
    weft_arena *arena;
    tally counts = { 0 };
    weft_test_random random = { seed };
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    for (uint64_t i = 0; i < n; i++) {
        run_case(weft_test_random_next(&random), arena, &counts);
        weft_arena_clear(arena);
    }
    weft_arena_free(arena);
    print_message("%llu cases: %llu plans (%llu identities), %llu impossible, %llu values (%llu fail), %llu broken\n",
                  (unsigned long long)n, (unsigned long long)counts.n_plans, (unsigned long long)counts.n_identities,
                  (unsigned long long)counts.n_impossible, (unsigned long long)counts.n_values,
                  (unsigned long long)counts.n_failed_values, (unsigned long long)counts.n_broken);
    if (n >= 100) /* what the cases are for comes about */
        assert_true(counts.n_identities > 0 && counts.n_plans > counts.n_identities && counts.n_impossible > 0 &&
                    counts.n_failed_values > 0);
}

static void plan_random_changes_mean_what_names_say(void **state)
{
    /* Goal: for any types and any changes of them, what a reader makes of a sender's values, what it cannot read, and
     * what it says of it is what the rules say by names. */
    (void)state;
    WEFT_RULE("schema.plan");
    WEFT_RULE("schema.plan.errors");
    run_cases(1, 3000);
}

static void plan_random_changes_of_a_fresh_seed(void **state)
{
    /* Goal: the same for cases that nobody chose; a single one again by WEFT_CASE, its seed. */
    (void)state;
    const char *n = getenv("WEFT_CASES"), *one = getenv("WEFT_CASE");
    if (one) {
        weft_arena *arena;
        tally counts = { 0 };
        assert_int_equal(weft_arena_new(NULL, &arena), 0);
        run_case(strtoull(one, NULL, 0), arena, &counts);
        weft_arena_free(arena);
        return;
    }
    run_cases(weft_test_fresh_seed(), n ? strtoull(n, NULL, 0) : 1500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan_random_changes_mean_what_names_say),
        cmocka_unit_test(plan_random_changes_of_a_fresh_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
