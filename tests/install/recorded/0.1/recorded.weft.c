/* Made by weftc 0.1.0 from recorded.weft. Do not edit. */
#include "recorded.weft.h"

_Static_assert(sizeof(rec_colour_kind) == sizeof(int), "an enum as wide as int");
_Static_assert(sizeof(rec_put_error_kind) == sizeof(int), "an enum as wide as int");

static const weft_type rec_u8_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_u8_list),
    .element = &weft_type_u8,
};

static const weft_type rec_colour_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .flags = WEFT_TYPE_INDIRECT,
    .c_size = sizeof(const rec_colour *),
    .element = &rec_colour_type,
};

const weft_type rec_str_u32_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(rec_str_u32_map),
    .offset = offsetof(rec_str_u32_map_pair, value),
    .stride = sizeof(rec_str_u32_map_pair),
    .element = &weft_type_u32,
    .key = &weft_type_str,
};

static const weft_type rec_item_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .flags = WEFT_TYPE_INDIRECT,
    .c_size = sizeof(const rec_item *),
    .element = &rec_item_type,
};

/* ---- Colour ------------------------------------------------------------------------------------------------------ */

static const uint8_t rec_colour__declaration[] = {
    0x93, 0x02, 0xb2, 0x72, 0x65, 0x63, 0x6f, 0x72, 0x64, 0x65, 0x64, 0x2e, 0x76, 0x31, 0x2e, 0x43,
    0x6f, 0x6c, 0x6f, 0x75, 0x72, 0x92, 0x93, 0xa3, 0x72, 0x65, 0x64, 0x00, 0xc0, 0x93, 0xa5, 0x6d,
    0x69, 0x78, 0x65, 0x64, 0x01, 0x92, 0x02, 0x91, 0x93, 0xa5, 0x70, 0x61, 0x72, 0x74, 0x73, 0x92,
    0x10, 0x02, 0xc2,
};

static const weft_field rec_colour_mixed_fields__fields[] = {
    { "parts", &rec_u8_list_type, NULL, offsetof(rec_colour_mixed_fields, parts), 0, NULL },
};

const weft_type rec_colour_mixed_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(rec_colour_mixed_fields),
    .fields = rec_colour_mixed_fields__fields,
};

static const weft_variant rec_colour__variants[] = {
    { "red", NULL, false, NULL },
    { "mixed", &rec_colour_mixed_fields_type, true, NULL },
};

const weft_type rec_colour_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 2,
    .c_size = sizeof(rec_colour),
    .offset = offsetof(rec_colour, as),
    .name = "recorded.v1.Colour",
    .id = UINT64_C(0x21f60c29f72817a2),
    .declaration = { rec_colour__declaration, sizeof rec_colour__declaration },
    .variants = rec_colour__variants,
};

/* ---- Item -------------------------------------------------------------------------------------------------------- */

static const uint8_t rec_item__declaration[] = {
    0x93, 0x01, 0xb0, 0x72, 0x65, 0x63, 0x6f, 0x72, 0x64, 0x65, 0x64, 0x2e, 0x76, 0x31, 0x2e, 0x49,
    0x74, 0x65, 0x6d, 0x95, 0x93, 0xa4, 0x6e, 0x61, 0x6d, 0x65, 0x0c, 0xc2, 0x93, 0xa6, 0x77, 0x65,
    0x69, 0x67, 0x68, 0x74, 0x0b, 0xc3, 0x93, 0xa6, 0x63, 0x6f, 0x6c, 0x6f, 0x75, 0x72, 0x92, 0x13,
    0x92, 0x14, 0xcf, 0x21, 0xf6, 0x0c, 0x29, 0xf7, 0x28, 0x17, 0xa2, 0xc3, 0x93, 0xa4, 0x74, 0x61,
    0x67, 0x73, 0x93, 0x11, 0x0c, 0x04, 0xc2, 0x93, 0xa6, 0x70, 0x61, 0x72, 0x65, 0x6e, 0x74, 0x92,
    0x13, 0x92, 0x15, 0x00, 0xc3,
};
static const double rec_item__weight_default = 1.5;

static const weft_field rec_item__fields[] = {
    { "name", &weft_type_str, NULL, offsetof(rec_item, name), 0, NULL },
    { "weight", &weft_type_f64, &rec_item__weight_default, offsetof(rec_item, weight), WEFT_FIELD_DEFAULT, NULL },
    { "colour", &rec_colour_opt_type, NULL, offsetof(rec_item, colour), WEFT_FIELD_DEFAULT, NULL },
    { "tags", &rec_str_u32_map_type, NULL, offsetof(rec_item, tags), 0, NULL },
    { "parent", &rec_item_opt_type, NULL, offsetof(rec_item, parent), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type rec_item_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 5,
    .c_size = sizeof(rec_item),
    .name = "recorded.v1.Item",
    .id = UINT64_C(0x85d0c719f0172a82),
    .declaration = { rec_item__declaration, sizeof rec_item__declaration },
    .fields = rec_item__fields,
};

/* ---- PutError ---------------------------------------------------------------------------------------------------- */

static const uint8_t rec_put_error__declaration[] = {
    0x93, 0x02, 0xb4, 0x72, 0x65, 0x63, 0x6f, 0x72, 0x64, 0x65, 0x64, 0x2e, 0x76, 0x31, 0x2e, 0x50,
    0x75, 0x74, 0x45, 0x72, 0x72, 0x6f, 0x72, 0x91, 0x93, 0xa9, 0x74, 0x6f, 0x6f, 0x5f, 0x68, 0x65,
    0x61, 0x76, 0x79, 0x00, 0x92, 0x02, 0x91, 0x93, 0xa5, 0x6c, 0x69, 0x6d, 0x69, 0x74, 0x0b, 0xc2,
};

static const weft_field rec_put_error_too_heavy_fields__fields[] = {
    { "limit", &weft_type_f64, NULL, offsetof(rec_put_error_too_heavy_fields, limit), 0, NULL },
};

const weft_type rec_put_error_too_heavy_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(rec_put_error_too_heavy_fields),
    .fields = rec_put_error_too_heavy_fields__fields,
};

static const weft_variant rec_put_error__variants[] = {
    { "too_heavy", &rec_put_error_too_heavy_fields_type, true, NULL },
};

const weft_type rec_put_error_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 1,
    .c_size = sizeof(rec_put_error),
    .offset = offsetof(rec_put_error, as),
    .name = "recorded.v1.PutError",
    .id = UINT64_C(0x09d23a9f48805f16),
    .declaration = { rec_put_error__declaration, sizeof rec_put_error__declaration },
    .variants = rec_put_error__variants,
};

/* ---- service Store ----------------------------------------------------------------------------------------------- */

static const weft_field rec_store_put_args__fields[] = {
    { "item", &rec_item_type, NULL, offsetof(rec_store_put_args, item), 0, NULL },
};

const weft_type rec_store_put_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(rec_store_put_args),
    .fields = rec_store_put_args__fields,
};

static const weft_field rec_store_get_args__fields[] = {
    { "name", &weft_type_str, NULL, offsetof(rec_store_get_args, name), 0, NULL },
};

const weft_type rec_store_get_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(rec_store_get_args),
    .fields = rec_store_get_args__fields,
};

static void rec_store__closed(const void *table, void *self)
{
    const rec_store_handler *handler = table;
    if (handler->size >= offsetof(rec_store_handler, closed) + sizeof handler->closed && handler->closed)
        handler->closed(self);
}

static int rec_store_put__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const rec_store_handler *handler = table;
    if (handler->size < offsetof(rec_store_handler, put) + sizeof handler->put || !handler->put)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    rec_store_put_call typed = { call };
    handler->put(self, typed, args);
    return 0;
}

static int rec_store_get__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const rec_store_handler *handler = table;
    if (handler->size < offsetof(rec_store_handler, get) + sizeof handler->get || !handler->get)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    rec_store_get_call typed = { call };
    handler->get(self, typed, args);
    return 0;
}

int rec_store_serve(weft_pending pending, const rec_store_handler *handler, void *self,
                    weft_connection **ret_connection_or_null)
{
    return weft_gen_serve(pending, &rec_store_service, handler, self, ret_connection_or_null);
}

int rec_store_put_keep(rec_store_put_call call, const rec_store_put_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int rec_store_put_return(rec_store_put_call call, uint32_t value)
{
    return weft_gen_return(call.call, &rec_store_service, 0, &value);
}

int rec_store_put_fail(rec_store_put_call call, const rec_put_error *error)
{
    return weft_gen_fail(call.call, &rec_store_service, 0, error);
}

int rec_store_get_keep(rec_store_get_call call, const rec_store_get_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int rec_store_get_return(rec_store_get_call call, const rec_item *value_or_null)
{
    return weft_gen_return(call.call, &rec_store_service, 1, &value_or_null);
}

static void rec_store__opened(void (*opened)(void), void *user, weft_connection *connection_or_null,
                              const weft_error *error_or_null)
{
    rec_store_client client = { connection_or_null };
    ((rec_store_opened_fn)opened)(user, client, error_or_null);
}

static void rec_store_put__deliver(void (*done)(void), void *user, const void *reply)
{
    ((rec_store_put_fn)done)(user, reply);
}

static void rec_store_get__deliver(void (*done)(void), void *user, const void *reply)
{
    ((rec_store_get_fn)done)(user, reply);
}

int rec_store_open(weft_session *session, const weft_open_options *options_or_null, rec_store_opened_fn opened,
                   void *user)
{
    return weft_gen_open(session, &rec_store_service, options_or_null, (void (*)(void))opened, user);
}

int rec_store_put(rec_store_client client, const rec_store_put_args *args, const weft_call_options *options_or_null,
                  rec_store_put_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &rec_store_service, 0, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int rec_store_get(rec_store_client client, const rec_store_get_args *args, const weft_call_options *options_or_null,
                  rec_store_get_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &rec_store_service, 1, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

static const uint8_t rec_store_put__arguments[] = {
    0x91, 0x95, 0xa4, 0x69, 0x74, 0x65, 0x6d, 0x92, 0x14, 0xcf, 0x85, 0xd0, 0xc7, 0x19, 0xf0, 0x17,
    0x2a, 0x82, 0xc2, 0x00, 0xc2,
};

static const uint8_t rec_store_put__results[] = {
    0x94, 0x04, 0x92, 0x14, 0xcf, 0x09, 0xd2, 0x3a, 0x9f, 0x48, 0x80, 0x5f, 0x16, 0x00, 0x90,
};

static const weft_type *const rec_store_put__argument_types[] = { &rec_colour_type, &rec_item_type };

static const weft_type *const rec_store_put__result_types[] = { &rec_put_error_type };

static const uint8_t rec_store_get__arguments[] = {
    0x91, 0x95, 0xa4, 0x6e, 0x61, 0x6d, 0x65, 0x0c, 0xc2, 0x00, 0xc2,
};

static const uint8_t rec_store_get__results[] = {
    0x94, 0x92, 0x13, 0x92, 0x14, 0xcf, 0x85, 0xd0, 0xc7, 0x19, 0xf0, 0x17, 0x2a, 0x82, 0xc0, 0x01,
    0x90,
};

static const weft_type *const rec_store_get__result_types[] = { &rec_colour_type, &rec_item_type };

static const char rec_store_put__doc[] = "Answers how many there are.";

static const weft_method rec_store__methods[] = {
    {
        .name = "put",
        .id = UINT64_C(0xc6b53c10b9f5d426),
        .args = &rec_store_put_args_type,
        .result = &weft_type_u32,
        .error = &rec_put_error_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(rec_store_put_reply),
        .value_offset = offsetof(rec_store_put_reply, value),
        .error_offset = offsetof(rec_store_put_reply, error),
        .dispatch = rec_store_put__dispatch,
        .deliver = rec_store_put__deliver,
        .roots = { { rec_store_put__arguments, sizeof rec_store_put__arguments },
                   { rec_store_put__results, sizeof rec_store_put__results } },
        .types = { rec_store_put__argument_types, rec_store_put__result_types },
        .n_types = { 2, 1 },
        .doc = rec_store_put__doc,
    },
    {
        .name = "get",
        .id = UINT64_C(0x63bff25f008037d2),
        .args = &rec_store_get_args_type,
        .result = &rec_item_opt_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_IDEMPOTENT,
        .reply_size = sizeof(rec_store_get_reply),
        .value_offset = offsetof(rec_store_get_reply, value),
        .dispatch = rec_store_get__dispatch,
        .deliver = rec_store_get__deliver,
        .roots = { { rec_store_get__arguments, sizeof rec_store_get__arguments },
                   { rec_store_get__results, sizeof rec_store_get__results } },
        .types = { NULL, rec_store_get__result_types },
        .n_types = { 0, 2 },
    },
};

const weft_service_type rec_store_service = {
    .abi = WEFT_GEN_ABI,
    .method_size = sizeof(weft_method),
    .n_methods = 2,
    .name = "recorded.v1.Store",
    .id = UINT64_C(0xa5a0aa8715df016d),
    .methods = rec_store__methods,
    .closed = rec_store__closed,
    .opened = rec_store__opened,
};
