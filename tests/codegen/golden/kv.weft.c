/* Made by weftc 0.1.0 from kv.weft. Do not edit. */
#include "kv.weft.h"

_Static_assert(sizeof(kv_change_kind) == sizeof(int), "an enum as wide as int");
_Static_assert(sizeof(kv_put_error_kind) == sizeof(int), "an enum as wide as int");

const weft_type kv_str_u32_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(kv_str_u32_map),
    .offset = offsetof(kv_str_u32_map_pair, value),
    .stride = sizeof(kv_str_u32_map_pair),
    .element = &weft_type_u32,
    .key = &weft_type_str,
};

static const weft_type kv_kv_common_v1_region_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(kv_common_v1_region_list),
    .element = &kv_common_v1_region_type,
};

const weft_type kv_str_kv_common_v1_region_list_map_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_MAP,
    .c_size = sizeof(kv_str_kv_common_v1_region_list_map),
    .offset = offsetof(kv_str_kv_common_v1_region_list_map_pair, value),
    .stride = sizeof(kv_str_kv_common_v1_region_list_map_pair),
    .element = &kv_kv_common_v1_region_list_type,
    .key = &weft_type_str,
};

static const weft_type kv_str_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_str_list),
    .element = &weft_type_str,
};

static const weft_type kv_timestamp_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_timestamp),
    .offset = offsetof(weft_opt_timestamp, value),
    .element = &weft_type_timestamp,
};

static const weft_type kv_kv_common_v1_region_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .flags = WEFT_TYPE_INDIRECT,
    .c_size = sizeof(const kv_common_v1_region *),
    .element = &kv_common_v1_region_type,
};

static const weft_type kv_entry_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .flags = WEFT_TYPE_INDIRECT,
    .c_size = sizeof(const kv_entry *),
    .element = &kv_entry_type,
};

static const weft_type kv_change_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(kv_change_list),
    .element = &kv_change_type,
};

/* ---- Entry ------------------------------------------------------------------------------------------------------- */

static const uint8_t kv_entry__declaration[] = {
    0x93, 0x01, 0xab, 0x6b, 0x76, 0x2e, 0x76, 0x31, 0x2e, 0x45, 0x6e, 0x74, 0x72, 0x79, 0x97, 0x93,
    0xa3, 0x6b, 0x65, 0x79, 0x0c, 0xc2, 0x93, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x0d, 0xc2, 0x93,
    0xa7, 0x76, 0x65, 0x72, 0x73, 0x69, 0x6f, 0x6e, 0x05, 0xc3, 0x93, 0xa4, 0x74, 0x61, 0x67, 0x73,
    0x92, 0x10, 0x0c, 0xc3, 0x93, 0xa7, 0x65, 0x78, 0x70, 0x69, 0x72, 0x65, 0x73, 0x92, 0x13, 0x0e,
    0xc3, 0x93, 0xa5, 0x70, 0x6c, 0x61, 0x63, 0x65, 0x92, 0x13, 0x92, 0x14, 0xcf, 0x04, 0x6c, 0x50,
    0xdd, 0x1a, 0xbd, 0x98, 0x81, 0xc3, 0x93, 0xa5, 0x61, 0x74, 0x74, 0x72, 0x73, 0x93, 0x11, 0x0c,
    0x04, 0xc3,
};

static const weft_field kv_entry__fields[] = {
    { "key", &weft_type_str, NULL, offsetof(kv_entry, key), 0, NULL },
    { "value", &weft_type_bytes, NULL, offsetof(kv_entry, value), 0, NULL },
    { "version", &weft_type_u64, NULL, offsetof(kv_entry, version), WEFT_FIELD_DEFAULT, NULL },
    { "tags", &kv_str_list_type, NULL, offsetof(kv_entry, tags), WEFT_FIELD_DEFAULT, NULL },
    { "expires", &kv_timestamp_opt_type, NULL, offsetof(kv_entry, expires), WEFT_FIELD_DEFAULT, NULL },
    { "place", &kv_kv_common_v1_region_opt_type, NULL, offsetof(kv_entry, place), WEFT_FIELD_DEFAULT, NULL },
    { "attrs", &kv_str_u32_map_type, NULL, offsetof(kv_entry, attrs), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type kv_entry_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 7,
    .c_size = sizeof(kv_entry),
    .name = "kv.v1.Entry",
    .id = UINT64_C(0x9f4e15d45052ba92),
    .declaration = { kv_entry__declaration, sizeof kv_entry__declaration },
    .fields = kv_entry__fields,
};

/* ---- Change ------------------------------------------------------------------------------------------------------ */

static const uint8_t kv_change__declaration[] = {
    0x93, 0x02, 0xac, 0x6b, 0x76, 0x2e, 0x76, 0x31, 0x2e, 0x43, 0x68, 0x61, 0x6e, 0x67, 0x65, 0x93,
    0x93, 0xa7, 0x63, 0x6c, 0x65, 0x61, 0x72, 0x65, 0x64, 0x00, 0xc0, 0x93, 0xa7, 0x72, 0x65, 0x6d,
    0x6f, 0x76, 0x65, 0x64, 0x01, 0x92, 0x01, 0x0c, 0x93, 0xa3, 0x70, 0x75, 0x74, 0x02, 0x92, 0x02,
    0x92, 0x93, 0xa5, 0x65, 0x6e, 0x74, 0x72, 0x79, 0x92, 0x14, 0xcf, 0x9f, 0x4e, 0x15, 0xd4, 0x50,
    0x52, 0xba, 0x92, 0xc2, 0x93, 0xa8, 0x70, 0x72, 0x65, 0x76, 0x69, 0x6f, 0x75, 0x73, 0x92, 0x13,
    0x92, 0x14, 0xcf, 0x9f, 0x4e, 0x15, 0xd4, 0x50, 0x52, 0xba, 0x92, 0xc3,
};

static const weft_field kv_change_put_fields__fields[] = {
    { "entry", &kv_entry_type, NULL, offsetof(kv_change_put_fields, entry), 0, NULL },
    { "previous", &kv_entry_opt_type, NULL, offsetof(kv_change_put_fields, previous), WEFT_FIELD_DEFAULT, NULL },
};

const weft_type kv_change_put_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(kv_change_put_fields),
    .fields = kv_change_put_fields__fields,
};

static const weft_variant kv_change__variants[] = {
    { "cleared", NULL, false, NULL },
    { "removed", &weft_type_str, false, NULL },
    { "put", &kv_change_put_fields_type, true, NULL },
};

const weft_type kv_change_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 3,
    .c_size = sizeof(kv_change),
    .offset = offsetof(kv_change, as),
    .name = "kv.v1.Change",
    .id = UINT64_C(0x94938c25c4b1d77a),
    .declaration = { kv_change__declaration, sizeof kv_change__declaration },
    .variants = kv_change__variants,
};

/* ---- PutError ---------------------------------------------------------------------------------------------------- */

static const uint8_t kv_put_error__declaration[] = {
    0x93, 0x02, 0xae, 0x6b, 0x76, 0x2e, 0x76, 0x31, 0x2e, 0x50, 0x75, 0x74, 0x45, 0x72, 0x72, 0x6f,
    0x72, 0x92, 0x93, 0xa9, 0x74, 0x6f, 0x6f, 0x5f, 0x6c, 0x61, 0x72, 0x67, 0x65, 0x00, 0x92, 0x02,
    0x91, 0x93, 0xa5, 0x6c, 0x69, 0x6d, 0x69, 0x74, 0x05, 0xc2, 0x93, 0xa9, 0x72, 0x65, 0x61, 0x64,
    0x5f, 0x6f, 0x6e, 0x6c, 0x79, 0x01, 0xc0,
};

static const weft_field kv_put_error_too_large_fields__fields[] = {
    { "limit", &weft_type_u64, NULL, offsetof(kv_put_error_too_large_fields, limit), 0, NULL },
};

const weft_type kv_put_error_too_large_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(kv_put_error_too_large_fields),
    .fields = kv_put_error_too_large_fields__fields,
};

static const weft_variant kv_put_error__variants[] = {
    { "too_large", &kv_put_error_too_large_fields_type, true, NULL },
    { "read_only", NULL, false, NULL },
};

const weft_type kv_put_error_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 2,
    .c_size = sizeof(kv_put_error),
    .offset = offsetof(kv_put_error, as),
    .name = "kv.v1.PutError",
    .id = UINT64_C(0xa913194689aefee6),
    .declaration = { kv_put_error__declaration, sizeof kv_put_error__declaration },
    .variants = kv_put_error__variants,
};

/* ---- service Store ----------------------------------------------------------------------------------------------- */

static const weft_field kv_store_get_args__fields[] = {
    { "key", &weft_type_str, NULL, offsetof(kv_store_get_args, key), 0, NULL },
};

const weft_type kv_store_get_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(kv_store_get_args),
    .fields = kv_store_get_args__fields,
};

static const weft_field kv_store_put_args__fields[] = {
    { "entry", &kv_entry_type, NULL, offsetof(kv_store_put_args, entry), 0, NULL },
};

const weft_type kv_store_put_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(kv_store_put_args),
    .fields = kv_store_put_args__fields,
};

static const weft_field kv_store_remove_args__fields[] = {
    { "key", &weft_type_str, NULL, offsetof(kv_store_remove_args, key), 0, NULL },
};

const weft_type kv_store_remove_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(kv_store_remove_args),
    .fields = kv_store_remove_args__fields,
};

static const weft_field kv_store_history_args__fields[] = {
    { "key", &weft_type_str, NULL, offsetof(kv_store_history_args, key), 0, NULL },
};

const weft_type kv_store_history_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(kv_store_history_args),
    .fields = kv_store_history_args__fields,
};

static const weft_type kv_store__no_args = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .c_size = 1,
};

static void kv_store__closed(const void *table, void *self)
{
    const kv_store_handler *handler = table;
    if (handler->size >= offsetof(kv_store_handler, closed) + sizeof handler->closed && handler->closed)
        handler->closed(self);
}

static int kv_store_get__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const kv_store_handler *handler = table;
    if (handler->size < offsetof(kv_store_handler, get) + sizeof handler->get || !handler->get)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    kv_store_get_call typed = { call };
    handler->get(self, typed, args);
    return 0;
}

static int kv_store_put__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const kv_store_handler *handler = table;
    if (handler->size < offsetof(kv_store_handler, put) + sizeof handler->put || !handler->put)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    kv_store_put_call typed = { call };
    handler->put(self, typed, args);
    return 0;
}

static int kv_store_remove__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const kv_store_handler *handler = table;
    if (handler->size < offsetof(kv_store_handler, remove) + sizeof handler->remove || !handler->remove)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    kv_store_remove_call typed = { call };
    handler->remove(self, typed, args);
    return 0;
}

static int kv_store_regions__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const kv_store_handler *handler = table;
    if (handler->size < offsetof(kv_store_handler, regions) + sizeof handler->regions || !handler->regions)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    kv_store_regions_call typed = { call };
    (void)args;
    handler->regions(self, typed);
    return 0;
}

static int kv_store_history__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const kv_store_handler *handler = table;
    if (handler->size < offsetof(kv_store_handler, history) + sizeof handler->history || !handler->history)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    kv_store_history_call typed = { call };
    handler->history(self, typed, args);
    return 0;
}

int kv_store_serve(weft_pending pending, const kv_store_handler *handler, void *self,
                   weft_connection **ret_connection_or_null)
{
    return weft_gen_serve(pending, &kv_store_service, handler, self, ret_connection_or_null);
}

int kv_store_get_keep(kv_store_get_call call, const kv_store_get_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int kv_store_get_return(kv_store_get_call call, const kv_entry *value_or_null)
{
    return weft_gen_return(call.call, &kv_store_service, 0, &value_or_null);
}

int kv_store_put_keep(kv_store_put_call call, const kv_store_put_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int kv_store_put_return(kv_store_put_call call, uint64_t value)
{
    return weft_gen_return(call.call, &kv_store_service, 1, &value);
}

int kv_store_put_fail(kv_store_put_call call, const kv_put_error *error)
{
    return weft_gen_fail(call.call, &kv_store_service, 1, error);
}

int kv_store_remove_keep(kv_store_remove_call call, const kv_store_remove_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int kv_store_remove_return(kv_store_remove_call call, bool value)
{
    return weft_gen_return(call.call, &kv_store_service, 2, &value);
}

int kv_store_regions_return(kv_store_regions_call call, kv_str_kv_common_v1_region_list_map value)
{
    return weft_gen_return(call.call, &kv_store_service, 3, &value);
}

int kv_store_history_keep(kv_store_history_call call, const kv_store_history_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int kv_store_history_return(kv_store_history_call call, kv_change_list value)
{
    return weft_gen_return(call.call, &kv_store_service, 4, &value);
}

static void kv_store__opened(void (*opened)(void), void *user, weft_connection *connection_or_null,
                             const weft_error *error_or_null)
{
    kv_store_client client = { connection_or_null };
    ((kv_store_opened_fn)opened)(user, client, error_or_null);
}

static void kv_store_get__deliver(void (*done)(void), void *user, const void *reply)
{
    ((kv_store_get_fn)done)(user, reply);
}

static void kv_store_put__deliver(void (*done)(void), void *user, const void *reply)
{
    ((kv_store_put_fn)done)(user, reply);
}

static void kv_store_remove__deliver(void (*done)(void), void *user, const void *reply)
{
    ((kv_store_remove_fn)done)(user, reply);
}

static void kv_store_regions__deliver(void (*done)(void), void *user, const void *reply)
{
    ((kv_store_regions_fn)done)(user, reply);
}

static void kv_store_history__deliver(void (*done)(void), void *user, const void *reply)
{
    ((kv_store_history_fn)done)(user, reply);
}

int kv_store_open(weft_session *session, const weft_open_options *options_or_null, kv_store_opened_fn opened,
                  void *user)
{
    return weft_gen_open(session, &kv_store_service, options_or_null, (void (*)(void))opened, user);
}

int kv_store_get(kv_store_client client, const kv_store_get_args *args, const weft_call_options *options_or_null,
                 kv_store_get_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &kv_store_service, 0, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int kv_store_put(kv_store_client client, const kv_store_put_args *args, const weft_call_options *options_or_null,
                 kv_store_put_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &kv_store_service, 1, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int kv_store_remove(kv_store_client client, const kv_store_remove_args *args, const weft_call_options *options_or_null,
                    kv_store_remove_fn done_or_null, void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &kv_store_service, 2, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int kv_store_regions(kv_store_client client, const weft_call_options *options_or_null, kv_store_regions_fn done_or_null,
                     void *user, weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &kv_store_service, 3, "", options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

int kv_store_history(kv_store_client client, const kv_store_history_args *args,
                     const weft_call_options *options_or_null, kv_store_history_fn done_or_null, void *user,
                     weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &kv_store_service, 4, args, options_or_null, (void (*)(void))done_or_null,
                         user, ret_call_or_null);
}

static const uint8_t kv_store_get__arguments[] = {
    0x91, 0x95, 0xa3, 0x6b, 0x65, 0x79, 0x0c, 0xc2, 0x00, 0xc2,
};

static const uint8_t kv_store_get__results[] = {
    0x94, 0x92, 0x13, 0x92, 0x14, 0xcf, 0x9f, 0x4e, 0x15, 0xd4, 0x50, 0x52, 0xba, 0x92, 0xc0, 0x01,
    0x90,
};

static const weft_type *const kv_store_get__result_types[] = { &kv_common_v1_region_type, &kv_entry_type };

static const uint8_t kv_store_put__arguments[] = {
    0x91, 0x95, 0xa5, 0x65, 0x6e, 0x74, 0x72, 0x79, 0x92, 0x14, 0xcf, 0x9f, 0x4e, 0x15, 0xd4, 0x50,
    0x52, 0xba, 0x92, 0xc2, 0x00, 0xc2,
};

static const uint8_t kv_store_put__results[] = {
    0x94, 0x05, 0x92, 0x14, 0xcf, 0xa9, 0x13, 0x19, 0x46, 0x89, 0xae, 0xfe, 0xe6, 0x02, 0x90,
};

static const weft_type *const kv_store_put__argument_types[] = { &kv_common_v1_region_type, &kv_entry_type };

static const weft_type *const kv_store_put__result_types[] = { &kv_put_error_type };

static const uint8_t kv_store_remove__arguments[] = {
    0x91, 0x95, 0xa3, 0x6b, 0x65, 0x79, 0x0c, 0xc2, 0x00, 0xc2,
};

static const uint8_t kv_store_remove__results[] = {
    0x94, 0x01, 0xc0, 0x00, 0x90,
};

static const uint8_t kv_store_regions__arguments[] = {
    0x90,
};

static const uint8_t kv_store_regions__results[] = {
    0x94, 0x93, 0x11, 0x0c, 0x92, 0x10, 0x92, 0x14, 0xcf, 0x04, 0x6c, 0x50, 0xdd, 0x1a, 0xbd, 0x98,
    0x81, 0xc0, 0x00, 0x90,
};

static const weft_type *const kv_store_regions__result_types[] = { &kv_common_v1_region_type };

static const uint8_t kv_store_history__arguments[] = {
    0x91, 0x95, 0xa3, 0x6b, 0x65, 0x79, 0x0c, 0xc2, 0x00, 0xc2,
};

static const uint8_t kv_store_history__results[] = {
    0x94, 0x92, 0x10, 0x92, 0x14, 0xcf, 0x94, 0x93, 0x8c, 0x25, 0xc4, 0xb1, 0xd7, 0x7a, 0xc0, 0x00,
    0x90,
};

static const weft_type *const kv_store_history__result_types[] = { &kv_common_v1_region_type, &kv_entry_type,
                                                                    &kv_change_type };

static const char kv_store_get__doc[] = "Returns the entry, or nothing.";

static const weft_method kv_store__methods[] = {
    {
        .name = "get",
        .id = UINT64_C(0x770e9ace735e0ab4),
        .args = &kv_store_get_args_type,
        .result = &kv_entry_opt_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_IDEMPOTENT,
        .reply_size = sizeof(kv_store_get_reply),
        .value_offset = offsetof(kv_store_get_reply, value),
        .dispatch = kv_store_get__dispatch,
        .deliver = kv_store_get__deliver,
        .roots = { { kv_store_get__arguments, sizeof kv_store_get__arguments },
                   { kv_store_get__results, sizeof kv_store_get__results } },
        .types = { NULL, kv_store_get__result_types },
        .n_types = { 0, 2 },
        .doc = kv_store_get__doc,
    },
    {
        .name = "put",
        .id = UINT64_C(0xd894a890d3625a11),
        .args = &kv_store_put_args_type,
        .result = &weft_type_u64,
        .error = &kv_put_error_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_PERSISTENT,
        .reply_size = sizeof(kv_store_put_reply),
        .value_offset = offsetof(kv_store_put_reply, value),
        .error_offset = offsetof(kv_store_put_reply, error),
        .dispatch = kv_store_put__dispatch,
        .deliver = kv_store_put__deliver,
        .roots = { { kv_store_put__arguments, sizeof kv_store_put__arguments },
                   { kv_store_put__results, sizeof kv_store_put__results } },
        .types = { kv_store_put__argument_types, kv_store_put__result_types },
        .n_types = { 2, 1 },
    },
    {
        .name = "remove",
        .id = UINT64_C(0x63bd6d490f9cebfa),
        .args = &kv_store_remove_args_type,
        .result = &weft_type_bool,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(kv_store_remove_reply),
        .value_offset = offsetof(kv_store_remove_reply, value),
        .dispatch = kv_store_remove__dispatch,
        .deliver = kv_store_remove__deliver,
        .roots = { { kv_store_remove__arguments, sizeof kv_store_remove__arguments },
                   { kv_store_remove__results, sizeof kv_store_remove__results } },
    },
    {
        .name = "regions",
        .id = UINT64_C(0xd585fdf01e2c7f98),
        .args = &kv_store__no_args,
        .result = &kv_str_kv_common_v1_region_list_map_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(kv_store_regions_reply),
        .value_offset = offsetof(kv_store_regions_reply, value),
        .dispatch = kv_store_regions__dispatch,
        .deliver = kv_store_regions__deliver,
        .roots = { { kv_store_regions__arguments, sizeof kv_store_regions__arguments },
                   { kv_store_regions__results, sizeof kv_store_regions__results } },
        .types = { NULL, kv_store_regions__result_types },
        .n_types = { 0, 1 },
    },
    {
        .name = "history",
        .id = UINT64_C(0x2afe31583538003c),
        .args = &kv_store_history_args_type,
        .result = &kv_change_list_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = 0,
        .reply_size = sizeof(kv_store_history_reply),
        .value_offset = offsetof(kv_store_history_reply, value),
        .dispatch = kv_store_history__dispatch,
        .deliver = kv_store_history__deliver,
        .roots = { { kv_store_history__arguments, sizeof kv_store_history__arguments },
                   { kv_store_history__results, sizeof kv_store_history__results } },
        .types = { NULL, kv_store_history__result_types },
        .n_types = { 0, 3 },
    },
};

const weft_service_type kv_store_service = {
    .abi = WEFT_GEN_ABI,
    .method_size = sizeof(weft_method),
    .n_methods = 5,
    .name = "kv.v1.Store",
    .id = UINT64_C(0xedd71734dbc79e39),
    .methods = kv_store__methods,
    .closed = kv_store__closed,
    .opened = kv_store__opened,
};
