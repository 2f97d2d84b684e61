/* Schemas of a counterpart, the plans that they make, and values read by those: whatever comes, it is taken or refused
 * with a code and a text, within the memory that is documented, and where a value can be read, it is what the reference
 * says (tests/support/evo_reference.h).
 *
 * Input: flags, a number, three sections (two bytes of length each, the highest first), and a value.
 *   1  declarations of the sender: each two bytes of length and its bytes. Where the bytes cf ee ee ee ee ee ee ee k
 *      stand, they become the id of number k: no fuzzer finds ids by itself
 *   2  declarations of the reader, likewise
 *   3  a root of the sender's
 * The types are the last of section 1, and, by the flags, the last of section 2, or one of those that codec_fuzz knows,
 * by the number. */
#include "all.weft.h"
#include "runtime/base/hash.h"
#include "runtime/schema/canonical.h"
#include "runtime/schema/layout.h"
#include "runtime/schema/plan.h"
#include "runtime/schema/remote.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/alloc.h"
#include "tests/support/codec_types.h"
#include "tests/support/evo_reference.h"
#include "tests/support/round_trip.h"
#include "tests/support/type_set.h"

enum {
    FLAG_RAW = 1,     /* section 1 is what the message holds, ids and all */
    FLAG_TABLE = 2,   /* the reader has a type of codec_fuzz's */
    FLAG_RESULTS = 4, /* section 3 is of results, not arguments */
    FLAG_LIE = 8,     /* the id of the last declaration is not its own */
};
enum { DECLS_MAX = 64, MEMORY_SPARE = 64 * 1024, REFERENCE_LEN_MAX = 4096, REFERENCE_MEMBERS_MAX = 64 };

typedef struct input {
    const uint8_t *at, *end;
} input;

static weft_bytes take(input *in, size_t len)
{
    size_t left = (size_t)(in->end - in->at);
    weft_bytes bytes = weft_bytes_of(in->at, len < left ? len : left);
    in->at += bytes.len;
    return bytes;
}

static weft_bytes take_section(input *in)
{
    weft_bytes head = take(in, 2);
    return take(in, head.len < 2 ? 0 : (size_t)head.ptr[0] << 8 | head.ptr[1]);
}

/* ---- declarations ---- */

typedef struct declarations {
    weft_bytes bytes[DECLS_MAX];
    uint64_t ids[DECLS_MAX];
    uint32_t n;
} declarations;

static void patch(uint8_t *bytes, size_t len, const uint64_t *ids, uint32_t n_ids)
{
    static const uint8_t mark[] = { 0xcf, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee };
    for (size_t i = 0; i + sizeof mark < len; i++) {
        if (memcmp(bytes + i, mark, sizeof mark) != 0 || bytes[i + sizeof mark] >= n_ids)
            continue;
        uint64_t id = ids[bytes[i + sizeof mark]];
        for (unsigned byte = 0; byte < 8; byte++)
            bytes[i + 1 + byte] = (uint8_t)(id >> (56 - 8 * byte));
    }
}

/* Reads declarations and gives each the id that it ought to have. */
static void declare(input in, weft_arena *arena, declarations *ret)
{
    weft_writer *scratch;
    if (weft_writer_new(NULL, SIZE_MAX, &scratch))
        return;
    while (in.at < in.end && ret->n < DECLS_MAX) {
        weft_bytes bytes = take_section(&in);
        uint8_t *copy = weft_arena_alloc(arena, bytes.len + 1, 1);
        FUZZ_CHECK(copy);
        if (bytes.len > 0)
            memcpy(copy, bytes.ptr, bytes.len);
        ret->bytes[ret->n++] = weft_bytes_of(copy, bytes.len);
    }
    for (uint32_t i = 0, n_group; i < ret->n; i += n_group) {
        bool is_recursive = false;
        for (uint32_t j = i; j < ret->n; j++) /* ours, from above */
            patch((uint8_t *)ret->bytes[j].ptr, ret->bytes[j].len, ret->ids, i);
        if (weft__canon_group(&ret->bytes[i], ret->n - i, &n_group, &is_recursive))
            n_group = 1;
        if (is_recursive)
            FUZZ_CHECK(weft__canon_group_ids(scratch, &ret->bytes[i], n_group, &ret->ids[i]) == 0);
        else
            ret->ids[i] = weft__hash64(ret->bytes[i]);
    }
    weft_writer_free(scratch);
}

static weft_bytes types_of(const declarations *declared, bool lie, weft_arena *arena)
{
    weft_writer *writer;
    FUZZ_CHECK(weft_writer_new(NULL, SIZE_MAX, &writer) == 0);
    weft__write_array(writer, declared->n);
    for (uint32_t i = 0; i < declared->n; i++) {
        weft__write_array(writer, 2);
        weft__write_u64(writer, declared->ids[i] ^ (lie && i + 1 == declared->n));
        weft__write_bin(writer, declared->bytes[i]);
    }
    weft_bytes bytes = weft_writer_bytes(writer);
    uint8_t *copy = weft_arena_alloc(arena, bytes.len, 1);
    FUZZ_CHECK(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    weft_writer_free(writer);
    return weft_bytes_of(copy, bytes.len);
}

/* ---- the sender's types ---- */

static void check_refusal(int status, const weft_error *error)
{
    FUZZ_CHECK(status == WEFT_EPROTO || status == WEFT_EBUSY);
    FUZZ_CHECK(error->code == status && error->text[0] && memchr(error->text, '\0', sizeof error->text));
}

/* Adds the types, twice: the second time changes nothing. */
static bool add(weft__remote *remote, const weft_test_alloc *alloc, weft_bytes types, uint64_t last_id)
{
    weft_error error = { 0 };
    int status = weft__remote_add(remote, types, &error);
    FUZZ_CHECK(alloc->live_bytes <= WEFT__REMOTE_MEMORY_MAX + MEMORY_SPARE);
    if (status) {
        check_refusal(status, &error);
        FUZZ_CHECK(!last_id || !weft__remote_type(remote, last_id));
        return false;
    }
    size_t live = alloc->live_bytes;
    FUZZ_CHECK(weft__remote_add(remote, types, &error) == 0);
    FUZZ_CHECK(alloc->live_bytes == live);
    FUZZ_CHECK(!last_id || weft__remote_type(remote, last_id));
    return true;
}

static void read_root(weft__remote *remote, const weft_test_alloc *alloc, weft__plans *plans, weft_bytes root,
                      bool is_results, uint8_t number)
{
    weft_error error = { 0 };
    weft_method method = { .name = "m" };
    weft__remote_tx tx = { NULL, 0 };
    weft__method_plan plan;
    int status = is_results ? weft__remote_results(remote, root, &method, &tx, &error)
                            : weft__remote_args(remote, root, &method, &error);
    FUZZ_CHECK(alloc->live_bytes <= WEFT__REMOTE_MEMORY_MAX + MEMORY_SPARE);
    if (status) {
        check_refusal(status, &error);
        return;
    }
    const weft_method *local = &tall_all_service.methods[number % tall_all_service.n_methods];
    status = is_results
                 ? weft__plan_results(plans, &method, tx.channels, tx.n, &tall_all_service, local, NULL, &plan, &error)
                 : weft__plan_args(plans, &method, &tall_all_service, local, NULL, &plan, &error);
    FUZZ_CHECK(status == 0 || status == WEFT_EINCOMPATIBLE || status == WEFT_EBUSY);
}

/* ---- values ---- */

static bool is_small(const weft_type *type)
{
    return (type->kind != WEFT_KIND_STRUCT && type->kind != WEFT_KIND_ENUM) || type->n <= REFERENCE_MEMBERS_MAX;
}

/* What the reader has read is what the reference makes of what was sent. */
static void compare(const weft_type *remote, const weft_type *local, weft_bytes bytes, int status, const void *value,
                    weft_arena *arena)
{
    weft_test_type_set *set = weft_arena_alloc(arena, sizeof *set, 8);
    FUZZ_CHECK(set);
    set->n = 0;
    weft_test_type_set_add(set, remote);
    weft_test_type_set_add(set, local);
    for (size_t i = 0; i < set->n; i++) {
        if (!is_small(set->types[i]))
            return;
    }
    if (bytes.len > REFERENCE_LEN_MAX || set->n == WEFT_TEST_TYPES_MAX || weft__layout(NULL, remote))
        return;
    void *sent = weft_arena_alloc(arena, remote->c_size, 16);
    FUZZ_CHECK(sent);
    if (weft_gen_decode(remote, bytes, arena, sent, NULL))
        return;
    const evo_value *expected = evo_translate(remote, local, evo_read(remote, sent, arena), arena);
    FUZZ_CHECK((status == 0) == (expected != NULL));
    FUZZ_CHECK(!expected || evo_value_equal(expected, evo_read(local, value, arena)));
}

static void read_value(const weft_type *remote, const weft_type *local, const weft__plan *plan, weft_bytes bytes)
{
    weft_test_alloc alloc;
    weft_arena *arena;
    weft_error error = { 0 };
    weft_test_alloc_init(&alloc);
    FUZZ_CHECK(weft_arena_new(&alloc.allocator, &arena) == 0);
    void *value = malloc(local->c_size);
    FUZZ_CHECK(value);
    int status = weft__decode(local, plan, bytes, arena, value, &error);
    FUZZ_CHECK(alloc.peak_bytes <= 2 * (WEFT_DECODED_SPARE + WEFT_DECODED_FACTOR * bytes.len) + MEMORY_SPARE);
    if (status == 0) {
        void *copy = weft_arena_alloc(arena, local->c_size, 16);
        FUZZ_CHECK(copy && weft_gen_copy(local, copy, value, arena) == 0 && weft_gen_equal(local, value, copy));
        weft_str text = weft_test_print(local, value, arena);
        FUZZ_CHECK(weft_test_is_json(text.ptr, text.len));
    } else {
        FUZZ_CHECK(status == WEFT_EBADMSG && error.code == status && error.text[0]);
    }
    compare(remote, local, bytes, status, value, arena);
    free(value);
    weft_arena_free(arena);
}

/* ---- plans ---- */

typedef struct findings {
    unsigned n;
    bool fatal;
} findings;

static void on_found(void *user, const weft__plan_finding *finding)
{
    findings *found = user;
    FUZZ_CHECK(finding->text && finding->text[0] && (finding->path.ptr || finding->path.len == 0));
    found->n++;
    found->fatal |= evo_rule_is_fatal(finding->rule);
}

static void read_as(weft__plans *plans, const weft_type *remote, const weft_type *local, weft_bytes value)
{
    const weft__plan *plan = NULL, *again = NULL;
    weft__plans *told; /* what is there already is not told again */
    weft_error error = { 0 };
    FUZZ_CHECK(weft__plans_new(NULL, &told) == 0);
    findings found = { 0 };
    weft__plan_sink sink = { on_found, &found };
    int status = weft__plan_make(plans, remote, local, NULL, &plan, &error);
    int sunk = weft__plan_make(told, remote, local, &sink, &again, NULL);
    FUZZ_CHECK(status == 0 || status == WEFT_EINCOMPATIBLE || status == WEFT_EBUSY);
    FUZZ_CHECK(status == 0 || (error.code == status && error.text[0]));
    FUZZ_CHECK(status == WEFT_EBUSY || sunk == WEFT_EBUSY || (sunk == status && found.fatal == (status != 0)));
    weft__plans_free(told);
    if (status == 0)
        read_value(remote, local, plan, value);
}

/* ---- inputs ---- */

static const weft_type *table_of(uint8_t number)
{
    static weft_test_type_set set;
    if (set.n == 0) {
        for (const weft_type *const *type = ct_types; *type; type++)
            weft_test_type_set_add(&set, *type);
        weft_test_type_set_add(&set, &tall_everything_type);
        weft_test_type_set_add_service(&set, &tall_all_service);
    }
    return set.types[number % set.n];
}

static const weft_type *reader_type(weft__remote *mine, const weft_test_alloc *alloc, weft_bytes section, uint8_t flags,
                                    uint8_t number, weft_arena *arena)
{
    declarations declared = { .n = 0 };
    if (flags & FLAG_TABLE)
        return table_of(number);
    declare((input){ section.ptr, section.ptr + section.len }, arena, &declared);
    if (declared.n == 0 || !add(mine, alloc, types_of(&declared, false, arena), declared.ids[declared.n - 1]))
        return NULL;
    const weft_type *type = weft__remote_type(mine, declared.ids[declared.n - 1]);
    int status = weft__layout(NULL, type);
    FUZZ_CHECK(status == 0 || status == WEFT_EINVAL || status == WEFT_EMSGSIZE);
    return status ? NULL : type;
}

static void run(input in, weft_arena *arena, weft__remote *remotes[2], weft_test_alloc allocs[2], weft__plans *plans)
{
    weft_bytes head = take(&in, 2);
    uint8_t flags = head.ptr[0], number = head.ptr[1];
    weft_bytes sender = take_section(&in), reader = take_section(&in), root = take_section(&in);
    declarations declared = { .n = 0 };
    if (flags & FLAG_RAW) {
        add(remotes[0], &allocs[0], sender, 0);
        read_root(remotes[0], &allocs[0], plans, root, flags & FLAG_RESULTS, number);
        return;
    }
    declare((input){ sender.ptr, sender.ptr + sender.len }, arena, &declared);
    uint64_t id = declared.n ? declared.ids[declared.n - 1] : 0;
    weft_bytes types = types_of(&declared, flags & FLAG_LIE, arena);
    if (!add(remotes[0], &allocs[0], types, flags & FLAG_LIE ? 0 : id))
        return;
    uint8_t *patched = weft_arena_alloc(arena, root.len + 1, 1);
    FUZZ_CHECK(patched);
    if (root.len > 0)
        memcpy(patched, root.ptr, root.len);
    patch(patched, root.len, declared.ids, declared.n);
    read_root(remotes[0], &allocs[0], plans, weft_bytes_of(patched, root.len), flags & FLAG_RESULTS, number);
    const weft_type *remote = weft__remote_type(remotes[0], id);
    const weft_type *local = reader_type(remotes[1], &allocs[1], reader, flags, number, arena);
    if (remote && local)
        read_as(plans, remote, local, weft_bytes_of(in.at, (size_t)(in.end - in.at)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    weft_arena *arena;
    weft__remote *remotes[2];
    weft_test_alloc allocs[2], plan_alloc;
    weft__plans *plans;
    if (len < 2)
        return 0;
    weft_test_alloc_init(&plan_alloc);
    FUZZ_CHECK(weft_arena_new(NULL, &arena) == 0 && weft__plans_new(&plan_alloc.allocator, &plans) == 0);
    for (unsigned i = 0; i < 2; i++) {
        weft_test_alloc_init(&allocs[i]);
        FUZZ_CHECK(weft__remote_new(&allocs[i].allocator, &remotes[i]) == 0);
    }
    run((input){ data, data + len }, arena, remotes, allocs, plans);
    weft__plans_free(plans);
    FUZZ_CHECK(plan_alloc.live_bytes == 0);
    for (unsigned i = 0; i < 2; i++) {
        weft__remote_free(remotes[i]);
        FUZZ_CHECK(allocs[i].live_bytes == 0);
    }
    weft_arena_free(arena);
    return 0;
}
