/* Lists of metadata: [call.metadata] on the wire, the checks of what an application sends, and the public getters. */
#include "runtime/wire/parts.h"

#include "runtime/base/error.h"

enum {
    METADATA_ENTRY_COST = 16, /* of an entry beside its key and value */
    TRACE_LEN = 25            /* of weft-trace: 16 trace, 8 span, 1 flags */
};

static weft_metadata_entry entry_empty(void)
{
    weft_metadata_entry entry = { .str = { "", 0 }, .bytes = weft_bytes_of("", 0) };
    return entry;
}

/* A string, bytes or a number. */
static int entry_read_value(weft__reader *reader, weft_metadata_entry *entry)
{
    if (weft__read_str(reader, &entry->str) == 0)
        entry->kind = WEFT_METADATA_STR;
    else if (weft__read_bin(reader, &entry->bytes) == 0)
        entry->kind = WEFT_METADATA_BYTES;
    else if (weft__read_u64(reader, &entry->number) == 0)
        entry->kind = WEFT_METADATA_U64;
    else
        return WEFT_EBADMSG;
    return 0;
}

/* [key, value, flags] */
static int entry_read(weft__reader *reader, weft_metadata_entry *ret_entry)
{
    weft_metadata_entry entry = entry_empty();
    uint32_t n;
    if (weft__read_array_of(reader, 3, &n) || weft__read_str(reader, &entry.key) || entry.key.len == 0 ||
        entry_read_value(reader, &entry) || weft__read_u64(reader, &entry.flags) || weft__skip_elements(reader, n - 3))
        return WEFT_EBADMSG;
    *ret_entry = entry;
    return 0;
}

/* [call.metadata] Of proxies, and none of the limits: what went through none goes through some. */
static bool entry_is_hops(const weft_metadata_entry *entry)
{
    return entry->kind == WEFT_METADATA_U64 && weft_str_equal(entry->key, WEFT_STR("weft-hops"));
}

/* What the entry counts for; cannot overflow for what is in memory. */
static size_t entry_cost(const weft_metadata_entry *entry)
{
    size_t value = 0;
    if (entry_is_hops(entry))
        return 0;
    if (entry->kind == WEFT_METADATA_STR)
        value = entry->str.len;
    else if (entry->kind == WEFT_METADATA_BYTES)
        value = entry->bytes.len;
    return METADATA_ENTRY_COST + entry->key.len + value;
}

int weft__read_metadata(weft__reader *reader, weft__list_slice *ret_metadata)
{
    uint32_t n;
    uint32_t n_hops = 0;
    size_t cost = 0;
    if (weft__read_array(reader, &n) || n > WEFT_METADATA_ENTRIES_MAX + 1)
        return WEFT_EBADMSG;
    const uint8_t *from = reader->at;
    for (uint32_t i = 0; i < n; i++) {
        weft_metadata_entry entry;
        if (entry_read(reader, &entry))
            return WEFT_EBADMSG;
        n_hops += entry_is_hops(&entry);
        cost += entry_cost(&entry);
        if (cost > WEFT_METADATA_BYTES_MAX)
            return WEFT_EBADMSG;
    }
    if (n > WEFT_METADATA_ENTRIES_MAX && n_hops == 0)
        return WEFT_EBADMSG;
    ret_metadata->raw = weft_bytes_of(from, (size_t)(reader->at - from));
    ret_metadata->n = n;
    return 0;
}

int weft__metadata_decode(weft__list_slice list, weft_arena *arena, weft_metadata *ret_metadata)
{
    weft_metadata metadata = { NULL, 0 };
    if (list.n > 0) {
        weft_metadata_entry *entries = weft_arena_array(arena, weft_metadata_entry, list.n);
        if (!entries)
            return WEFT_ENOMEM;
        weft__reader reader = weft__reader_of(list.raw);
        while (metadata.n < list.n && entry_read(&reader, &entries[metadata.n]) == 0)
            metadata.n++;
        metadata.entries = entries;
    }
    *ret_metadata = metadata;
    return 0;
}

bool weft__metadata_peek(weft__list_slice list, weft_str key, weft_metadata_entry *ret_entry)
{
    weft__reader reader = weft__reader_of(list.raw);
    for (uint32_t i = 0; i < list.n; i++) {
        weft_metadata_entry entry;
        if (entry_read(&reader, &entry))
            return false;
        if (weft_str_equal(entry.key, key)) {
            *ret_entry = entry;
            return true;
        }
    }
    return false;
}

bool weft__key_is_reserved(weft_str key)
{
    static const weft_str reserved = WEFT_STR_INIT("weft-");
    return key.len >= reserved.len && memcmp(key.ptr, reserved.ptr, reserved.len) == 0;
}

static bool entry_is_sendable(const weft_metadata_entry *entry)
{
    static const weft_str trace = WEFT_STR_INIT("weft-trace");
    if (entry->key.len == 0 || entry->key.len > WEFT_METADATA_BYTES_MAX || !weft__utf8_is_valid(entry->key))
        return false;
    if (weft__key_is_reserved(entry->key))
        return weft_str_equal(entry->key, trace) && entry->kind == WEFT_METADATA_BYTES && entry->bytes.len == TRACE_LEN;
    switch (entry->kind) {
    case WEFT_METADATA_STR: return entry->str.len <= WEFT_METADATA_BYTES_MAX && weft__utf8_is_valid(entry->str);
    case WEFT_METADATA_BYTES: return entry->bytes.len <= WEFT_METADATA_BYTES_MAX;
    case WEFT_METADATA_U64: return true;
    default: return false;
    }
}

/* At most 64 entries and 8 KiB? */
static bool metadata_fits(const weft_metadata *metadata, size_t n_more, size_t cost_more)
{
    size_t cost = cost_more;
    size_t n_hops = 0;
    if (metadata->n > WEFT_METADATA_ENTRIES_MAX + 1 - n_more)
        return false;
    for (size_t i = 0; i < metadata->n; i++) {
        n_hops += entry_is_hops(&metadata->entries[i]);
        cost += entry_cost(&metadata->entries[i]);
        if (cost > WEFT_METADATA_BYTES_MAX)
            return false;
    }
    return metadata->n - (n_hops > 0) + n_more <= WEFT_METADATA_ENTRIES_MAX;
}

int weft__metadata_check(const weft_metadata *metadata_or_null)
{
    if (!metadata_or_null)
        return 0;
    if (metadata_or_null->n > WEFT_METADATA_ENTRIES_MAX || (metadata_or_null->n > 0 && !metadata_or_null->entries))
        return WEFT_EINVAL;
    for (size_t i = 0; i < metadata_or_null->n; i++) {
        if (!entry_is_sendable(&metadata_or_null->entries[i]))
            return WEFT_EINVAL;
    }
    return metadata_fits(metadata_or_null, 0, 0) ? 0 : WEFT_EINVAL;
}

bool weft__metadata_replaces(const weft_metadata *newer, const weft_metadata_entry *entry)
{
    return weft_str_equal(entry->key, WEFT_STR("weft-trace")) && weft_metadata_find(newer, "weft-trace");
}

static void entry_write(weft_writer *writer, const weft_metadata_entry *entry)
{
    weft__write_array(writer, 3);
    weft__write_str(writer, entry->key);
    switch (entry->kind) {
    case WEFT_METADATA_STR: weft__write_str(writer, entry->str); break;
    case WEFT_METADATA_BYTES: weft__write_bin(writer, entry->bytes); break;
    default: weft__write_u64(writer, entry->number); break;
    }
    weft__write_u64(writer, entry->flags);
}

void weft__write_metadata(weft_writer *writer, weft_metadata metadata, const weft__service_ref *requested_or_null)
{
    weft_metadata_entry service = entry_empty();
    size_t n_more = 0;
    if (metadata.n == 0 && !requested_or_null) {
        weft__write_array(writer, 0);
        return;
    }
    if (requested_or_null) {
        service = weft_metadata_str("weft-service", requested_or_null->name, 0);
        n_more = 1;
    }
    if (!metadata_fits(&metadata, n_more, n_more ? entry_cost(&service) : 0)) {
        weft__writer_fail(writer, WEFT_EINVAL);
        return;
    }
    weft__write_array(writer, metadata.n + n_more);
    if (n_more)
        entry_write(writer, &service);
    for (size_t i = 0; i < metadata.n; i++)
        entry_write(writer, &metadata.entries[i]);
}

void weft__metadata_encode(weft_writer *writer, weft_metadata metadata)
{
    weft__write_metadata(writer, metadata, NULL);
}

int weft__metadata_copy(const weft_metadata *metadata, weft_arena *arena, weft_metadata *ret_metadata)
{
    weft_metadata_entry *entries = weft_arena_array(arena, weft_metadata_entry, metadata->n);
    if (!entries)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < metadata->n; i++) {
        const weft_metadata_entry *from = &metadata->entries[i];
        weft_str bytes = weft_arena_copy_str(arena, weft_str_of((const char *)from->bytes.ptr, from->bytes.len));
        entries[i] = *from;
        entries[i].key = weft_arena_copy_str(arena, from->key);
        entries[i].str = weft_arena_copy_str(arena, from->str);
        entries[i].bytes = weft_bytes_of(bytes.ptr, bytes.len);
        if (!entries[i].key.ptr || !entries[i].str.ptr || !bytes.ptr)
            return WEFT_ENOMEM;
    }
    ret_metadata->entries = entries;
    ret_metadata->n = metadata->n;
    return 0;
}

const weft_metadata_entry *weft_metadata_find(const weft_metadata *metadata, const char *key)
{
    weft_str wanted = weft_str_from(key);
    for (size_t i = 0; metadata && i < metadata->n; i++) {
        if (weft_str_equal(metadata->entries[i].key, wanted))
            return &metadata->entries[i];
    }
    return NULL;
}

static const weft_metadata_entry *metadata_find_kind(const weft_metadata *metadata, const char *key,
                                                     weft_metadata_kind kind)
{
    const weft_metadata_entry *entry = weft_metadata_find(metadata, key);
    return entry && entry->kind == kind ? entry : NULL;
}

bool weft_metadata_get_str(const weft_metadata *metadata, const char *key, weft_str *ret_value)
{
    const weft_metadata_entry *entry = metadata_find_kind(metadata, key, WEFT_METADATA_STR);
    if (entry)
        *ret_value = entry->str;
    return entry != NULL;
}

bool weft_metadata_get_bytes(const weft_metadata *metadata, const char *key, weft_bytes *ret_value)
{
    const weft_metadata_entry *entry = metadata_find_kind(metadata, key, WEFT_METADATA_BYTES);
    if (entry)
        *ret_value = entry->bytes;
    return entry != NULL;
}

bool weft_metadata_get_u64(const weft_metadata *metadata, const char *key, uint64_t *ret_value)
{
    const weft_metadata_entry *entry = metadata_find_kind(metadata, key, WEFT_METADATA_U64);
    if (entry)
        *ret_value = entry->number;
    return entry != NULL;
}
