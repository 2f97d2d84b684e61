/* Versions of one service: what the two sides of a connection were built from. Each fills in and reads its own C types;
 * what a value is to be when another version reads it is the model's (versions.c), from docs/protocol.md [schema.plan].
 */
#ifndef WEFT_TESTS_SIMULATE_VERSIONS_H
#define WEFT_TESTS_SIMULATE_VERSIONS_H

#include "weft/gen.h"

/* watch(serial, data, out: tx<Piece, 4>); load(serial, data, in: rx<Bit, 7>) -> bytes;
 * both(serial, data, out: option<tx<Bit, 1>>, in: option<rx<Bit, 32>>) -> Answer: see versions/. */
enum {
    METHOD_WORK,
    METHOD_UNIT,
    METHOD_ABSENT,
    METHOD_MISFIT,
    METHOD_GARBLED,
    METHOD_WATCH,
    METHOD_LOAD,
    METHOD_BOTH,
    METHODS
};

typedef enum sim_kind { SIM_UNKNOWN, SIM_SMALL, SIM_LARGE, SIM_OTHER, SIM_HUGE } sim_kind;

/* The struct Note; a version that has not all of it leaves the rest alone. */
typedef struct sim_note_value {
    sim_kind kind;
    uint16_t other, count;
    weft_str text;
    bool has_more;
    uint64_t more;
    uint8_t hint;
} sim_note_value;

/* Arguments, answers, errors and items, as far as versions have them. */
typedef struct sim_value {
    uint64_t serial;
    weft_bytes data;
    bool has_note;
    sim_note_value note;
    bool has_count; /* a Piece */
    uint32_t count;
} sim_value;

/* In which C type: storage[SIM_STORAGE] of the application's. */
enum { SIM_STORAGE = 64 };

/* A version's own: made from versions/NAME.weft. */
typedef struct sim_shape {
    const weft_service_type *service;
    const weft_type *bit, *piece;
    void (*put_args)(uint32_t method, const sim_value *value, void *storage);
    void (*get_args)(uint32_t method, const void *args, sim_value *ret_value);
    void (*put_answer)(uint32_t method, const sim_value *value, void *storage);
    void (*get_answer)(uint32_t method, const void *answer, sim_value *ret_value);
    void (*put_error)(const sim_value *value, void *storage);
    void (*get_error)(const void *error, sim_value *ret_value);
    void (*put_item)(uint32_t method, const sim_value *value, void *storage);
    void (*get_item)(uint32_t method, const void *item, sim_value *ret_value);
} sim_shape;

extern const sim_shape sim_shape_a, sim_shape_b, sim_shape_c;

typedef struct sim_version {
    char name;
    bool is_new; /* b */
    const sim_shape *shape;
    weft_service_type serves, calls; /* the same id; two methods lie about their types, each on one of the sides */
    weft_method served[METHODS], called[METHODS];
    uint8_t places[METHODS][2]; /* by the simulator's channels: which of the version's */
} sim_version;

enum { VERSION_A, VERSION_B, VERSION_C, VERSION_D /* a, by another id */, VERSIONS };

const sim_version *sim_version_of(unsigned which);
/* The value that stands for serial, as version from says it; and as version to is to read that. */
void sim_value_make(const sim_version *from, uint64_t serial, weft_bytes data, sim_value *ret_value);
void sim_value_expect(const sim_version *from, const sim_version *to, uint64_t serial, weft_bytes data,
                      sim_value *ret_value);
/* is: read by version to. */
bool sim_value_equal(const sim_version *to, const sim_value *is, const sim_value *expected);
/* Do the results and items of the callee's version fit its caller's? (Arguments do, but for misfit's.) */
bool sim_results_fit(uint32_t method, const sim_version *callee, const sim_version *caller);
const weft_type *sim_item_type(const sim_version *version, uint32_t method);
/* In the order of the simulator. */
const weft_channel_param *sim_channel(uint32_t method, uint32_t index);
uint32_t sim_n_channels(uint32_t method);

#endif
