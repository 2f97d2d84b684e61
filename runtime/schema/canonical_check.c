/* Reading canonical declarations that a counterpart wrote: their form, their limits, and which belong together. */
#include "runtime/schema/canonical.h"

typedef struct checker {
    weft__reader reader;
    uint32_t n_group; /* one more than the highest place named so far */
} checker;

static int check_array(checker *c, uint32_t n_wanted)
{
    uint32_t n;
    int err = weft__read_array(&c->reader, &n);
    return err ? err : n == n_wanted ? 0 : WEFT_EBADMSG;
}

static int check_counted_array(checker *c, uint32_t *ret_n)
{
    uint32_t n;
    int err = weft__read_array(&c->reader, &n);
    if (err)
        return err;
    if (n > WEFT__SCHEMA_FIELDS_MAX)
        return WEFT_EBUSY; /* [schema.required] */
    *ret_n = n;
    return 0;
}

static int check_name(checker *c)
{
    weft_str name;
    int err = weft__read_str(&c->reader, &name);
    return err ? err : name.len ? 0 : WEFT_EBADMSG;
}

static bool is_key(uint8_t code)
{
    return (code >= WEFT__CANON_BOOL && code <= WEFT__CANON_I64) || code == WEFT__CANON_STRING;
}

static int check_place(checker *c)
{
    uint32_t place;
    int err = weft__read_u32(&c->reader, &place);
    if (err)
        return err;
    if (place >= WEFT__SCHEMA_TYPES_MAX)
        return WEFT_EBUSY; /* [schema.required] */
    if (place >= c->n_group)
        c->n_group = place + 1;
    return 0;
}

static int check_type(checker *c, unsigned depth);

/* What follows the code of a type that is an array of n. */
static int check_composite(checker *c, uint8_t code, uint32_t n, unsigned depth)
{
    uint8_t key;
    uint32_t length;
    uint64_t id;
    int err;
    if (n != (code == WEFT__CANON_MAP || code == WEFT__CANON_ARRAY ? 3u : 2u))
        return WEFT_EBADMSG;
    switch (code) {
    case WEFT__CANON_LIST:
    case WEFT__CANON_OPTION: return check_type(c, depth + 1);
    case WEFT__CANON_MAP:
        err = weft__read_u8(&c->reader, &key);
        return err ? err : is_key(key) ? check_type(c, depth + 1) : WEFT_EBADMSG;
    case WEFT__CANON_ARRAY:
        err = weft__read_u32(&c->reader, &length);
        return err ? err : length ? check_type(c, depth + 1) : WEFT_EBADMSG;
    case WEFT__CANON_TYPE: return weft__read_u64(&c->reader, &id);
    case WEFT__CANON_PLACE: return check_place(c);
    default: return WEFT_EBADMSG;
    }
}

static int check_type(checker *c, unsigned depth)
{
    uint8_t code;
    if (depth > WEFT__SCHEMA_DEPTH_MAX)
        return WEFT_EBUSY; /* [schema.required] */
    if (weft__read_u8(&c->reader, &code) == 0)
        return code >= WEFT__CANON_BOOL && code <= WEFT__CANON_DURATION ? 0 : WEFT_EBADMSG;
    uint32_t n;
    int err = weft__read_array(&c->reader, &n);
    if (!err)
        err = weft__read_u8(&c->reader, &code);
    return err ? err : check_composite(c, code, n, depth);
}

static int check_fields(checker *c)
{
    uint32_t n;
    bool has_default;
    int err = check_counted_array(c, &n);
    for (uint32_t i = 0; !err && i < n; i++) {
        err = check_array(c, 3);
        if (!err)
            err = check_name(c);
        if (!err)
            err = check_type(c, 1);
        if (!err)
            err = weft__read_bool(&c->reader, &has_default);
    }
    return err;
}

static int check_payload(checker *c)
{
    uint8_t form;
    if (weft__read_nil(&c->reader))
        return 0;
    int err = check_array(c, 2);
    if (!err)
        err = weft__read_u8(&c->reader, &form);
    if (err)
        return err;
    return form == WEFT__CANON_PAYLOAD_VALUE    ? check_type(c, 1)
           : form == WEFT__CANON_PAYLOAD_FIELDS ? check_fields(c)
                                                : WEFT_EBADMSG;
}

static int check_variants(checker *c)
{
    uint32_t n, index;
    int err = check_counted_array(c, &n);
    for (uint32_t i = 0; !err && i < n; i++) {
        err = check_array(c, 3);
        if (!err)
            err = check_name(c);
        if (!err)
            err = weft__read_u32(&c->reader, &index);
        if (!err && index != i)
            err = WEFT_EBADMSG;
        if (!err)
            err = check_payload(c);
    }
    return err;
}

int weft__canon_check(weft_bytes declaration, uint32_t *ret_n_group)
{
    checker c = { weft__reader_of(declaration), 0 };
    uint8_t kind;
    int err = check_array(&c, 3);
    if (!err)
        err = weft__read_u8(&c.reader, &kind);
    if (!err)
        err = check_name(&c);
    if (err)
        return err;
    if (kind != WEFT__CANON_STRUCT && kind != WEFT__CANON_ENUM)
        return WEFT_EBADMSG;
    err = kind == WEFT__CANON_STRUCT ? check_fields(&c) : check_variants(&c);
    if (!err && weft__reader_left(&c.reader))
        err = WEFT_EBADMSG;
    if (!err)
        *ret_n_group = c.n_group;
    return err;
}

/* The members of a group can all be reached from its first one. So no beginning of the group names only places in
 * itself unless it is the whole: the shortest beginning that does is the group. */
int weft__canon_group(const weft_bytes *declarations, uint32_t n, uint32_t *ret_n_group, bool *ret_is_recursive)
{
    uint32_t n_group = 0;
    for (uint32_t i = 0; i < n_group || i == 0; i++) {
        uint32_t named;
        if (i >= n)
            return WEFT_EBADMSG;
        int err = weft__canon_check(declarations[i], &named);
        if (err)
            return err;
        if (named > n_group)
            n_group = named;
    }
    if (n_group > n)
        return WEFT_EBADMSG;
    *ret_is_recursive = n_group > 0;
    *ret_n_group = n_group ? n_group : 1;
    return 0;
}
