/* Canonical bytes to tables [schema.required]: section 11 of docs/protocol.md, read strictly. */
#include "runtime/schema/remote_parse.h"

#include "runtime/schema/canonical.h"
#include "runtime/schema/names.h"

static const weft_type *const scalars[] = {
    [WEFT__CANON_BOOL] = &weft_type_bool,         [WEFT__CANON_U8] = &weft_type_u8,
    [WEFT__CANON_U16] = &weft_type_u16,           [WEFT__CANON_U32] = &weft_type_u32,
    [WEFT__CANON_U64] = &weft_type_u64,           [WEFT__CANON_I8] = &weft_type_i8,
    [WEFT__CANON_I16] = &weft_type_i16,           [WEFT__CANON_I32] = &weft_type_i32,
    [WEFT__CANON_I64] = &weft_type_i64,           [WEFT__CANON_F32] = &weft_type_f32,
    [WEFT__CANON_F64] = &weft_type_f64,           [WEFT__CANON_STRING] = &weft_type_str,
    [WEFT__CANON_BYTES] = &weft_type_bytes,       [WEFT__CANON_TIMESTAMP] = &weft_type_timestamp,
    [WEFT__CANON_DURATION] = &weft_type_duration,
};

static int fail(weft__parser *p, const char *reason)
{
    p->reason = reason;
    return WEFT_EPROTO;
}

static int fail_limit(weft__parser *p, const char *reason)
{
    p->reason = reason;
    return WEFT_EBUSY;
}

/* What a read of tokens says. */
static int fail_if(weft__parser *p, int status)
{
    return status ? fail(p, "malformed") : 0;
}

static int take(weft__parser *p, size_t n, size_t size, void **ret_memory)
{
    int status = weft__pool_take(p->pool, n * size, ret_memory);
    return status == WEFT_EBUSY ? fail_limit(p, "the types of the connection take too much memory") : status;
}

static int copy_bytes(weft__parser *p, weft_bytes bytes, weft_bytes *ret_copy)
{
    void *copy;
    int status = take(p, bytes.len, 1, &copy);
    if (status)
        return status;
    if (bytes.len)
        memcpy(copy, bytes.ptr, bytes.len);
    *ret_copy = weft_bytes_of(copy, bytes.len);
    return 0;
}

static int parse_array(weft__parser *p, uint32_t n_wanted)
{
    uint32_t n;
    return fail_if(p, weft__read_array(&p->reader, &n) || n != n_wanted);
}

static int parse_counted(weft__parser *p, uint32_t *ret_n)
{
    uint32_t n;
    if (weft__read_array(&p->reader, &n))
        return fail_if(p, WEFT_EBADMSG);
    if (n > WEFT__SCHEMA_FIELDS_MAX)
        return fail_limit(p, "more than 1,024 fields");
    *ret_n = n;
    return 0;
}

/* What the IDL can spell. Names end up in texts and logs, on terminals, as keys of JSON, and are C strings. */
static bool is_name_character(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_' || character == '.';
}

static int parse_name(weft__parser *p, const char **ret_name)
{
    weft_str name;
    void *copy;
    if (weft__read_str(&p->reader, &name) || name.len == 0)
        return fail_if(p, WEFT_EBADMSG);
    for (size_t i = 0; i < name.len; i++) {
        if (!is_name_character(name.ptr[i]))
            return fail(p, "a name with other characters than letters, digits, _ and .");
    }
    int status = take(p, name.len + 1, 1, &copy);
    if (status)
        return status;
    memcpy(copy, name.ptr, name.len);
    *ret_name = copy;
    return 0;
}

/* entries begin with their names. */
static int check_names(weft__parser *p, const void *entries, size_t stride, uint32_t n)
{
    uint16_t order[WEFT__SCHEMA_FIELDS_MAX];
    weft__names names = { entries, stride, n };
    weft__names_sort(&names, order);
    return weft__names_twice(&names, order) == WEFT__NONE ? 0 : fail(p, "a name stands twice");
}

/* ---- types ---- */

static int parse_type(weft__parser *p, unsigned depth, const weft_type **ret_type);

static int parse_reference(weft__parser *p, const weft_type **ret_type)
{
    uint64_t id;
    if (weft__read_u64(&p->reader, &id))
        return fail_if(p, WEFT_EBADMSG);
    *ret_type = weft__remote_type(p->remote, id);
    return *ret_type ? 0 : fail(p, "a reference to an unknown type");
}

static int parse_place(weft__parser *p, const weft_type **ret_type)
{
    uint32_t place;
    if (weft__read_u32(&p->reader, &place))
        return fail_if(p, WEFT_EBADMSG);
    if (place >= p->n_places)
        return fail(p, "a place outside the recursive group");
    *ret_type = p->places[place];
    return 0;
}

static int parse_key(weft__parser *p, const weft_type **ret_key)
{
    uint8_t code;
    if (weft__read_u8(&p->reader, &code) ||
        !((code >= WEFT__CANON_BOOL && code <= WEFT__CANON_I64) || code == WEFT__CANON_STRING))
        return fail(p, "not a type of keys");
    *ret_key = scalars[code];
    return 0;
}

/* list, map, array, option: what follows the code. */
static int parse_composite(weft__parser *p, uint8_t code, unsigned depth, const weft_type **ret_type)
{
    static const uint8_t kinds[] = { [WEFT__CANON_LIST] = WEFT_KIND_LIST,
                                     [WEFT__CANON_MAP] = WEFT_KIND_MAP,
                                     [WEFT__CANON_ARRAY] = WEFT_KIND_ARRAY,
                                     [WEFT__CANON_OPTION] = WEFT_KIND_OPTION };
    void *memory;
    int status = take(p, 1, sizeof(weft_type), &memory);
    if (status)
        return status;
    weft_type *type = memory;
    type->abi = WEFT_GEN_ABI;
    type->kind = kinds[code];
    if (code == WEFT__CANON_MAP)
        status = parse_key(p, &type->key);
    if (code == WEFT__CANON_ARRAY && (weft__read_u32(&p->reader, &type->n) || type->n == 0))
        status = fail(p, "not the length of an array");
    if (!status)
        status = parse_type(p, depth + 1, &type->element);
    if (!status && code == WEFT__CANON_OPTION &&
        (type->element->kind == WEFT_KIND_STRUCT || type->element->kind == WEFT_KIND_ENUM))
        type->flags = WEFT_TYPE_INDIRECT;
    *ret_type = type;
    return status;
}

static int parse_type(weft__parser *p, unsigned depth, const weft_type **ret_type)
{
    uint8_t code;
    uint32_t n;
    if (depth > WEFT__SCHEMA_DEPTH_MAX)
        return fail_limit(p, "types that nest more than 32 deep");
    if (weft__read_u8(&p->reader, &code) == 0) {
        if (code < WEFT__CANON_BOOL || code > WEFT__CANON_DURATION)
            return fail(p, "not a type");
        *ret_type = scalars[code];
        return 0;
    }
    if (weft__read_array(&p->reader, &n) || weft__read_u8(&p->reader, &code) || code < WEFT__CANON_LIST ||
        code > WEFT__CANON_PLACE || n != (code == WEFT__CANON_MAP || code == WEFT__CANON_ARRAY ? 3u : 2u))
        return fail(p, "not a type");
    return code == WEFT__CANON_TYPE    ? parse_reference(p, ret_type)
           : code == WEFT__CANON_PLACE ? parse_place(p, ret_type)
                                       : parse_composite(p, code, depth, ret_type);
}

/* nil, or a type. */
static int parse_type_or_nil(weft__parser *p, const weft_type **ret_type)
{
    *ret_type = NULL;
    return weft__read_nil(&p->reader) ? 0 : parse_type(p, 1, ret_type);
}

/* ---- declarations ---- */

static int parse_field(weft__parser *p, weft_field *field)
{
    bool has_default;
    int status = parse_array(p, 3);
    if (!status)
        status = parse_name(p, &field->name);
    if (!status)
        status = parse_type(p, 1, &field->type);
    if (!status)
        status = fail_if(p, weft__read_bool(&p->reader, &has_default));
    if (!status)
        field->flags = has_default ? WEFT_FIELD_DEFAULT : 0;
    return status;
}

/* Into type, which is a struct, or the fields of a variant. */
static int parse_fields(weft__parser *p, weft_type *type)
{
    void *memory;
    uint32_t n;
    int status = parse_counted(p, &n);
    if (!status)
        status = take(p, n, sizeof(weft_field), &memory);
    if (status)
        return status;
    weft_field *fields = memory;
    for (uint32_t i = 0; !status && i < n; i++)
        status = parse_field(p, &fields[i]);
    if (!status)
        status = check_names(p, fields, sizeof *fields, n);
    type->fields = fields;
    type->n = n;
    return status;
}

static int parse_payload(weft__parser *p, weft_variant *variant)
{
    uint8_t form;
    void *memory;
    if (weft__read_nil(&p->reader))
        return 0;
    int status = parse_array(p, 2);
    if (!status)
        status = fail_if(p, weft__read_u8(&p->reader, &form));
    if (!status && form == WEFT__CANON_PAYLOAD_VALUE)
        return parse_type(p, 1, &variant->payload);
    if (!status && form != WEFT__CANON_PAYLOAD_FIELDS)
        status = fail(p, "not a payload");
    if (!status)
        status = take(p, 1, sizeof(weft_type), &memory);
    if (status)
        return status;
    weft_type *fields = memory;
    fields->abi = WEFT_GEN_ABI;
    fields->kind = WEFT_KIND_STRUCT;
    variant->payload = fields;
    variant->has_fields = true;
    return parse_fields(p, fields);
}

static int parse_variant(weft__parser *p, uint32_t place, weft_variant *variant)
{
    uint32_t index;
    int status = parse_array(p, 3);
    if (!status)
        status = parse_name(p, &variant->name);
    if (!status)
        status = fail_if(p, weft__read_u32(&p->reader, &index) || index != place);
    return status ? status : parse_payload(p, variant);
}

static int parse_variants(weft__parser *p, weft_type *type)
{
    void *memory;
    uint32_t n;
    int status = parse_counted(p, &n);
    if (!status)
        status = take(p, n, sizeof(weft_variant), &memory);
    if (status)
        return status;
    weft_variant *variants = memory;
    for (uint32_t i = 0; !status && i < n; i++)
        status = parse_variant(p, i, &variants[i]);
    if (!status)
        status = check_names(p, variants, sizeof *variants, n);
    type->variants = variants;
    type->n = n;
    return status;
}

int weft__parse_head(weft__parser *parser, weft_bytes declaration, uint64_t id, weft_type *ret_type)
{
    uint8_t kind;
    parser->reader = weft__reader_of(declaration);
    int status = parse_array(parser, 3);
    if (!status)
        status = fail_if(parser, weft__read_u8(&parser->reader, &kind));
    if (!status && kind != WEFT__CANON_STRUCT && kind != WEFT__CANON_ENUM)
        status = fail(parser, "neither a struct nor an enum");
    if (!status)
        status = parse_name(parser, &ret_type->name);
    if (!status)
        status = copy_bytes(parser, declaration, &ret_type->declaration);
    if (status)
        return status;
    ret_type->abi = WEFT_GEN_ABI;
    ret_type->kind = kind == WEFT__CANON_STRUCT ? WEFT_KIND_STRUCT : WEFT_KIND_ENUM;
    ret_type->id = id;
    return 0;
}

int weft__parse_body(weft__parser *parser, weft_type *type)
{
    uint8_t kind;
    weft_str name;
    parser->reader = weft__reader_of(type->declaration);
    int status = parse_array(parser, 3);
    if (!status)
        status = fail_if(parser, weft__read_u8(&parser->reader, &kind) || weft__read_str(&parser->reader, &name));
    if (!status)
        status = type->kind == WEFT_KIND_STRUCT ? parse_fields(parser, type) : parse_variants(parser, type);
    if (!status && weft__reader_left(&parser->reader))
        status = fail(parser, "bytes behind a declaration");
    return status;
}

/* ---- roots ---- */

/* A parameter of a root: a field, or a channel. */
typedef struct root_param {
    const char *name; /* first: check_names */
    const weft_type *type;
    bool has_default;
    uint8_t channel; /* WEFT_CHANNEL_…, 0: none */
    bool optional;
} root_param;

static int parse_param(weft__parser *p, root_param *param)
{
    int status = parse_array(p, 5);
    if (!status)
        status = parse_name(p, &param->name);
    if (!status)
        status = parse_type_or_nil(p, &param->type);
    if (!status)
        status =
            fail_if(p, weft__read_bool(&p->reader, &param->has_default) || weft__read_u8(&p->reader, &param->channel) ||
                           weft__read_bool(&p->reader, &param->optional));
    if (status)
        return status;
    if (param->channel > WEFT_CHANNEL_RX || (param->type == NULL) != (param->channel == WEFT_CHANNEL_TX) ||
        (param->optional && !param->channel))
        return fail(p, "neither a value nor a channel");
    return 0;
}

/* Shares the parameters out: fields of args, and channels. */
static int share_params(weft__parser *p, const root_param *params, uint32_t n, weft_method *method)
{
    uint32_t n_channels = 0;
    void *memory[3];
    for (uint32_t i = 0; i < n; i++)
        n_channels += params[i].channel != 0;
    if (n_channels > WEFT_METHOD_CHANNELS_MAX)
        return fail_limit(p, "more than 16 channels");
    int status = take(p, 1, sizeof(weft_type), &memory[0]);
    if (!status)
        status = take(p, n - n_channels, sizeof(weft_field), &memory[1]);
    if (!status)
        status = take(p, n_channels, sizeof(weft_channel_param), &memory[2]);
    if (status)
        return status;
    weft_type *args = memory[0];
    weft_field *field = memory[1];
    weft_channel_param *channel = memory[2];
    *args = (weft_type){ .abi = WEFT_GEN_ABI, .kind = WEFT_KIND_STRUCT, .n = n - n_channels, .fields = memory[1] };
    method->args = args;
    method->channels = n_channels ? memory[2] : NULL;
    method->n_channels = n_channels;
    for (uint32_t i = 0; i < n; i++) {
        if (params[i].channel)
            *channel++ = (weft_channel_param){ .name = params[i].name,
                                               .element = params[i].type,
                                               .place = i,
                                               .direction = params[i].channel,
                                               .optional = params[i].optional };
        else
            *field++ = (weft_field){ .name = params[i].name,
                                     .type = params[i].type,
                                     .flags = params[i].has_default ? WEFT_FIELD_DEFAULT : 0 };
    }
    return 0;
}

int weft__parse_args(weft__parser *parser, weft_method *method)
{
    void *memory;
    uint32_t n;
    weft_bytes root = weft_bytes_of(parser->reader.at, weft__reader_left(&parser->reader));
    int status = parse_counted(parser, &n);
    if (!status)
        status = take(parser, n, sizeof(root_param), &memory);
    if (status)
        return status;
    root_param *params = memory;
    for (uint32_t i = 0; !status && i < n; i++)
        status = parse_param(parser, &params[i]);
    if (!status)
        status = check_names(parser, params, sizeof *params, n);
    if (!status && weft__reader_left(&parser->reader))
        status = fail(parser, "bytes behind a root");
    if (!status)
        status = share_params(parser, params, n, method);
    return status ? status : copy_bytes(parser, root, &method->roots[0]);
}

/* The element types of the tx channels. */
static int parse_tx(weft__parser *p, weft__remote_tx *ret_tx)
{
    void *memory;
    uint32_t n;
    int status = parse_counted(p, &n);
    if (!status && n > WEFT_METHOD_CHANNELS_MAX)
        status = fail_limit(p, "more than 16 channels");
    if (!status)
        status = take(p, n, sizeof(weft_channel_param), &memory);
    if (status)
        return status;
    weft_channel_param *channels = memory;
    for (uint32_t i = 0; !status && i < n; i++) {
        channels[i].direction = WEFT_CHANNEL_TX;
        status = parse_array(p, 2);
        if (!status)
            status = parse_name(p, &channels[i].name);
        if (!status)
            status = parse_type(p, 1, &channels[i].element);
    }
    if (!status)
        status = check_names(p, channels, sizeof *channels, n);
    *ret_tx = (weft__remote_tx){ n ? channels : NULL, n };
    return status;
}

int weft__parse_results(weft__parser *parser, weft_method *method, weft__remote_tx *ret_tx)
{
    uint8_t policy = 0;
    weft_bytes root = weft_bytes_of(parser->reader.at, weft__reader_left(&parser->reader));
    int status = parse_array(parser, 4);
    if (!status)
        status = parse_type_or_nil(parser, &method->result);
    if (!status)
        status = parse_type_or_nil(parser, &method->error);
    if (!status && method->error && method->error->kind != WEFT_KIND_STRUCT && method->error->kind != WEFT_KIND_ENUM)
        status = fail(parser, "an error that is neither a struct nor an enum");
    if (!status)
        status = fail_if(parser, weft__read_u8(&parser->reader, &policy));
    if (!status)
        status = parse_tx(parser, ret_tx);
    if (!status && weft__reader_left(&parser->reader))
        status = fail(parser, "bytes behind a root");
    if (status)
        return status;
    const uint32_t known = WEFT_METHOD_IDEMPOTENT | WEFT_METHOD_PERSISTENT;
    method->flags = (method->flags & ~known) | (policy & known);
    return copy_bytes(parser, root, &method->roots[1]);
}
