/* Decoders of the same record, weft's and others': rows of the table that codec.c prints. */
#ifndef WEFT_TESTS_BENCH_CODEC_ROWS_H
#define WEFT_TESTS_BENCH_CODEC_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* What each decoder leaves, so that each is known to have done its work. */
typedef struct row_record {
    int64_t id, number;
    const char *name;
    size_t name_len;
    const uint8_t *data;
    size_t data_len;
} row_record;

extern const row_record row_sent;

typedef struct row {
    const char *name;
    size_t (*prepare)(void);         /* writes row_sent; how many bytes it has become */
    void (*decode)(row_record *got); /* of what was written; what got points to lives until the next decode */
} row;

/* Ends with one without a name. Those that are not installed are left out. */
extern const row rows_others[];

#endif
