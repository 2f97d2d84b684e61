/* What decoding costs: of a record by the identity plan, by a plan that reorders, skips and fills in, and by others; of
 * a list of small structs by both plans.
 *
 *   codec              ns for each, all rows in turn, the median of 9 rounds; ratios to the identity plan
 *   codec ROW N        decodes row number ROW N times and prints nothing: for callgrind */
#include "tests/bench/codec/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader.weft.h"
#include "runtime/schema/plan.h"
#include "tests/bench/measure.h"
#include "writer.weft.h"

enum { ROUNDS = 9, ROWS_MAX = 16, POINTS = 64, N_WRITERS = 4, ROUND_NS = 40 * 1000 * 1000 };

static const uint8_t sent_data[64] = { 1, 2, 3, 4, 0xff };
const row_record row_sent = { 123456, -9876543210123, "sixteen chars ok", 16, sent_data, sizeof sent_data };

/* One thing that is decoded by a plan. */
typedef struct reading {
    const weft_type *type;
    const weft__plan *plan;
    weft_bytes bytes;
} reading;

static weft_arena *arena;
static weft_writer *writers[N_WRITERS];
static reading record_identity, record_plan, track_identity, track_plan;

static weft_bytes encode(weft_writer **writer, const weft_type *type, const void *value)
{
    measure_check("a writer", weft_writer_new(NULL, SIZE_MAX, writer));
    measure_check("encoding", weft_gen_encode(type, value, *writer));
    return weft_writer_bytes(*writer);
}

static void prepare(weft__plans *plans)
{
    static reader_point points[POINTS];
    static writer_point others[POINTS];
    for (int32_t i = 0; i < POINTS; i++) {
        points[i] = (reader_point){ .x = i * 1000, .y = -i, .z = i, .label = WEFT_STR("point") };
        others[i] = (writer_point){ .x = i * 1000, .y = -i, .z = (int16_t)i, .weight = 0.5f, .tag = WEFT_STR("point") };
    }
    weft_str name = weft_str_of(row_sent.name, row_sent.name_len);
    weft_bytes data = weft_bytes_of(row_sent.data, row_sent.data_len);
    reader_record record = { row_sent.id, row_sent.number, name, data };
    writer_record other = { WEFT_STR("a note"), data, row_sent.number, 70000, name, row_sent.id };
    reader_track track = { name, { points, POINTS } };
    writer_track other_track = { .points = { others, POINTS }, .colour = { true, 0xff00ff }, .name = name };
    record_identity = (reading){ &reader_record_type, NULL, encode(&writers[0], &reader_record_type, &record) };
    record_plan = (reading){ &reader_record_type, NULL, encode(&writers[1], &writer_record_type, &other) };
    track_identity = (reading){ &reader_track_type, NULL, encode(&writers[2], &reader_track_type, &track) };
    track_plan = (reading){ &reader_track_type, NULL, encode(&writers[3], &writer_track_type, &other_track) };
    weft_error error;
    measure_check("a plan",
                  weft__plan_make(plans, &writer_record_type, &reader_record_type, NULL, &record_plan.plan, &error));
    measure_check("a plan",
                  weft__plan_make(plans, &writer_track_type, &reader_track_type, NULL, &track_plan.plan, &error));
}

static void decode_record(const reading *by, row_record *got)
{
    reader_record record;
    weft_arena_clear(arena);
    measure_check("decoding", weft__decode(by->type, by->plan, by->bytes, arena, &record, NULL));
    *got = (row_record){ record.id, record.number, record.name.ptr, record.name.len, record.data.ptr, record.data.len };
}

static void decode_track(const reading *by, row_record *got)
{
    reader_track track;
    weft_arena_clear(arena);
    measure_check("decoding", weft__decode(by->type, by->plan, by->bytes, arena, &track, NULL));
    if (track.points.len != POINTS || track.points.items[POINTS - 1].x != (POINTS - 1) * 1000 ||
        track.points.items[1].y != -1 || track.points.items[2].z != 2)
        measure_fail("decoding", -1);
    *got = row_sent;
}

static size_t prepare_record_identity(void)
{
    return record_identity.bytes.len;
}
static size_t prepare_record_plan(void)
{
    return record_plan.bytes.len;
}
static size_t prepare_track_identity(void)
{
    return track_identity.bytes.len;
}
static size_t prepare_track_plan(void)
{
    return track_plan.bytes.len;
}
static void decode_record_identity(row_record *got)
{
    decode_record(&record_identity, got);
}
static void decode_record_plan(row_record *got)
{
    decode_record(&record_plan, got);
}
static void decode_track_identity(row_record *got)
{
    decode_track(&track_identity, got);
}
static void decode_track_plan(row_record *got)
{
    decode_track(&track_plan, got);
}

static const row rows_weft[] = {
    { "list of structs, identity plan", prepare_track_identity, decode_track_identity },
    { "list of structs, another order, fields skipped", prepare_track_plan, decode_track_plan },
    { "record, identity plan", prepare_record_identity, decode_record_identity },
    { "record, another order, fields skipped", prepare_record_plan, decode_record_plan },
};
enum { N_WEFT = sizeof rows_weft / sizeof *rows_weft };

static const row *row_at(size_t i)
{
    return i < N_WEFT ? &rows_weft[i] : &rows_others[i - N_WEFT];
}

static void check_row(const row *which)
{
    row_record got = { 0 };
    which->decode(&got);
    if (got.id != row_sent.id || got.number != row_sent.number || got.name_len != row_sent.name_len ||
        got.data_len != row_sent.data_len || memcmp(got.name, row_sent.name, got.name_len) != 0 ||
        memcmp(got.data, row_sent.data, got.data_len) != 0)
        measure_fail(which->name, -1);
}

static void decode_n(const row *which, uint64_t n)
{
    row_record got;
    for (; n > 0; n--) {
        which->decode(&got);
        __asm__ volatile("" : : "g"(&got) : "memory");
    }
}

static double measure_row(const row *which)
{
    uint64_t n = 256;
    for (;; n *= 2) {
        uint64_t begin = measure_now_ns();
        decode_n(which, n);
        uint64_t took = measure_now_ns() - begin;
        if (took >= ROUND_NS)
            return (double)took / (double)n;
    }
}

static int order(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_table(void)
{
    static double ns[ROWS_MAX][ROUNDS];
    size_t n_rows = 0, bytes[ROWS_MAX];
    while (n_rows < ROWS_MAX && row_at(n_rows)->name)
        n_rows++;
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < n_rows; i++) {
            bytes[i] = row_at(i)->prepare();
            check_row(row_at(i));
            ns[i][round] = measure_row(row_at(i));
        }
    }
    printf("%-48s %6s %8s %8s %8s %8s\n", "", "bytes", "ns", "ns/byte", "ratio", "a byte");
    for (size_t i = 0; i < n_rows; i++) {
        size_t base = i < 2 ? 0 : 2; /* the identity plan of the same struct */
        qsort(ns[i], ROUNDS, sizeof **ns, order);
        double median = ns[i][ROUNDS / 2], each = median / (double)bytes[i];
        printf("%-48s %6zu %8.1f %8.3f %8.2f %8.2f\n", row_at(i)->name, bytes[i], median, each,
               median / ns[base][ROUNDS / 2], each / (ns[base][ROUNDS / 2] / (double)bytes[base]));
    }
}

int main(int argc, char **argv)
{
    weft__plans *plans;
    measure_check("an arena", weft_arena_new(NULL, &arena));
    measure_check("plans", weft__plans_new(NULL, &plans));
    prepare(plans);
    if (argc == 3) {
        const row *which = row_at(strtoul(argv[1], NULL, 10));
        which->prepare();
        decode_n(which, strtoull(argv[2], NULL, 10));
    } else {
        print_table();
    }
    for (size_t i = 0; i < N_WRITERS; i++)
        weft_writer_free(writers[i]);
    weft__plans_free(plans);
    weft_arena_free(arena);
    return 0;
}
