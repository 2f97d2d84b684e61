/* Decoders by others: msgpack-c, and nanopb and protobuf-c where they are installed. */
#include "tests/bench/codec/rows.h"

#include <msgpack.h>
#include <string.h>

#include "tests/bench/measure.h"

#ifdef WEFT_BENCH_NANOPB
#include <pb_decode.h>
#include <pb_encode.h>

#include "record.pb.h"
#endif
#ifdef WEFT_BENCH_PROTOBUF_C
#include "record.pb-c.h"
#endif

static uint8_t bytes[512];
static size_t n_bytes;

static void check(const char *what, bool good)
{
    if (!good)
        measure_fail(what, -1);
}

/* ---- MessagePack, by hand ---- */

static size_t prepare_msgpack(void)
{
    msgpack_sbuffer out;
    msgpack_packer packer;
    msgpack_sbuffer_init(&out);
    msgpack_packer_init(&packer, &out, msgpack_sbuffer_write);
    msgpack_pack_array(&packer, 4);
    msgpack_pack_int64(&packer, row_sent.id);
    msgpack_pack_int64(&packer, row_sent.number);
    msgpack_pack_str(&packer, row_sent.name_len);
    msgpack_pack_str_body(&packer, row_sent.name, row_sent.name_len);
    msgpack_pack_bin(&packer, row_sent.data_len);
    msgpack_pack_bin_body(&packer, row_sent.data, row_sent.data_len);
    check("msgpack-c", out.size <= sizeof bytes);
    memcpy(bytes, out.data, out.size);
    n_bytes = out.size;
    msgpack_sbuffer_destroy(&out);
    return n_bytes;
}

/* NULL: not an integer. */
static const uint8_t *hand_int(const uint8_t *at, const uint8_t *end, int64_t *ret_number)
{
    if (at == end)
        return NULL;
    uint8_t first = *at++;
    if (first < 0x80 || first >= 0xe0) {
        *ret_number = (int8_t)first;
        return at;
    }
    if (first < 0xcc || first > 0xd3)
        return NULL;
    size_t width = (size_t)1 << (first & 3);
    uint64_t bits = first >= 0xd0 && (at == end || *at & 0x80) ? UINT64_MAX : 0;
    if ((size_t)(end - at) < width)
        return NULL;
    for (size_t i = 0; i < width; i++)
        bits = bits << 8 | at[i];
    if (first == 0xcf && bits > INT64_MAX)
        return NULL;
    *ret_number = (int64_t)bits;
    return at + width;
}

static bool hand_decode(const uint8_t *at, const uint8_t *end, row_record *got)
{
    if (at == end || *at++ != 0x94 || !(at = hand_int(at, end, &got->id)) || !(at = hand_int(at, end, &got->number)))
        return false;
    if (at == end || (*at & 0xe0) != 0xa0)
        return false;
    got->name_len = *at++ & 0x1f;
    if ((size_t)(end - at) < got->name_len + 2)
        return false;
    got->name = (const char *)at;
    for (size_t i = 0; i < got->name_len; i++) { /* the least that a check for UTF-8 could be */
        if (at[i] & 0x80)
            return false;
    }
    at += got->name_len;
    if (*at++ != 0xc4)
        return false;
    got->data_len = *at++;
    got->data = at;
    return (size_t)(end - at) == got->data_len;
}

static void decode_hand(row_record *got)
{
    check("by hand", hand_decode(bytes, bytes + n_bytes, got));
}

/* ---- msgpack-c ---- */

static int64_t msgpack_int(const msgpack_object *object)
{
    check("msgpack-c",
          object->type == MSGPACK_OBJECT_POSITIVE_INTEGER || object->type == MSGPACK_OBJECT_NEGATIVE_INTEGER);
    return object->via.i64;
}

static void msgpack_take(const msgpack_object *object, row_record *got)
{
    check("msgpack-c", object->type == MSGPACK_OBJECT_ARRAY && object->via.array.size == 4);
    const msgpack_object *fields = object->via.array.ptr;
    check("msgpack-c", fields[2].type == MSGPACK_OBJECT_STR && fields[3].type == MSGPACK_OBJECT_BIN);
    *got = (row_record){
        msgpack_int(&fields[0]),
        msgpack_int(&fields[1]),
        fields[2].via.str.ptr,
        fields[2].via.str.size,
        (const uint8_t *)fields[3].via.bin.ptr,
        fields[3].via.bin.size,
    };
}

static void decode_msgpack_next(row_record *got)
{
    msgpack_unpacked unpacked;
    size_t at = 0;
    msgpack_unpacked_init(&unpacked);
    check("msgpack_unpack_next",
          msgpack_unpack_next(&unpacked, (const char *)bytes, n_bytes, &at) == MSGPACK_UNPACK_SUCCESS);
    msgpack_take(&unpacked.data, got);
    msgpack_unpacked_destroy(&unpacked);
}

/* ---- nanopb ---- */

#ifdef WEFT_BENCH_NANOPB
static size_t prepare_nanopb(void)
{
    record_Record record = { .id = row_sent.id, .number = row_sent.number };
    memcpy(record.name, row_sent.name, row_sent.name_len);
    memcpy(record.data.bytes, row_sent.data, row_sent.data_len);
    record.data.size = (pb_size_t)row_sent.data_len;
    pb_ostream_t out = pb_ostream_from_buffer(bytes, sizeof bytes);
    check("nanopb", pb_encode(&out, record_Record_fields, &record));
    return n_bytes = out.bytes_written;
}

static void decode_nanopb(row_record *got)
{
    static record_Record record;
    pb_istream_t in = pb_istream_from_buffer(bytes, n_bytes);
    check("nanopb", pb_decode(&in, record_Record_fields, &record));
    *got =
        (row_record){ record.id, record.number, record.name, strlen(record.name), record.data.bytes, record.data.size };
}
#endif

/* ---- protobuf-c ---- */

#ifdef WEFT_BENCH_PROTOBUF_C
static Record__Record *unpacked_record;

static size_t prepare_protobuf_c(void)
{
    Record__Record record = RECORD__RECORD__INIT;
    char name[32];
    uint8_t data[64];
    memcpy(name, row_sent.name, row_sent.name_len);
    name[row_sent.name_len] = '\0';
    memcpy(data, row_sent.data, row_sent.data_len);
    record.id = row_sent.id;
    record.number = row_sent.number;
    record.name = name;
    record.data = (ProtobufCBinaryData){ row_sent.data_len, data };
    return n_bytes = record__record__pack(&record, bytes);
}

static void decode_protobuf_c(row_record *got)
{
    if (unpacked_record)
        record__record__free_unpacked(unpacked_record, NULL);
    Record__Record *record = unpacked_record = record__record__unpack(NULL, n_bytes, bytes);
    check("protobuf-c", record != NULL);
    *got = (row_record){ record->id,           record->number,    record->name,
                         strlen(record->name), record->data.data, record->data.len };
}
#endif

const row rows_others[] = {
    { "MessagePack by hand", prepare_msgpack, decode_hand },
    { "msgpack_unpack_next", prepare_msgpack, decode_msgpack_next },
#ifdef WEFT_BENCH_NANOPB
    { "nanopb", prepare_nanopb, decode_nanopb },
#endif
#ifdef WEFT_BENCH_PROTOBUF_C
    { "protobuf-c", prepare_protobuf_c, decode_protobuf_c },
#endif
    { NULL, NULL, NULL },
};
