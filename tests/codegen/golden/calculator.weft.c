/* Made by weftc 0.1.0 from calculator.weft. Do not edit. */
#include "calculator.weft.h"

_Static_assert(sizeof(calc_divide_error_kind) == sizeof(int), "an enum as wide as int");

static const weft_type calc_f64_list_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_LIST,
    .c_size = sizeof(weft_f64_list),
    .element = &weft_type_f64,
};

static const weft_type calc_f64_opt_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .c_size = sizeof(weft_opt_f64),
    .offset = offsetof(weft_opt_f64, value),
    .element = &weft_type_f64,
};

/* ---- DivideError ------------------------------------------------------------------------------------------------- */

static const uint8_t calc_divide_error__declaration[] = {
    0x93, 0x02, 0xb9, 0x63, 0x61, 0x6c, 0x63, 0x75, 0x6c, 0x61, 0x74, 0x6f, 0x72, 0x2e, 0x76, 0x31,
    0x2e, 0x44, 0x69, 0x76, 0x69, 0x64, 0x65, 0x45, 0x72, 0x72, 0x6f, 0x72, 0x92, 0x93, 0xa7, 0x62,
    0x79, 0x5f, 0x7a, 0x65, 0x72, 0x6f, 0x00, 0xc0, 0x93, 0xa8, 0x6f, 0x76, 0x65, 0x72, 0x66, 0x6c,
    0x6f, 0x77, 0x01, 0x92, 0x02, 0x91, 0x93, 0xa8, 0x64, 0x69, 0x76, 0x69, 0x64, 0x65, 0x6e, 0x64,
    0x09, 0xc2,
};

static const weft_field calc_divide_error_overflow_fields__fields[] = {
    { "dividend", &weft_type_i64, NULL, offsetof(calc_divide_error_overflow_fields, dividend), 0, NULL },
};

const weft_type calc_divide_error_overflow_fields_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(calc_divide_error_overflow_fields),
    .fields = calc_divide_error_overflow_fields__fields,
};

static const weft_variant calc_divide_error__variants[] = {
    { "by_zero", NULL, false, NULL },
    { "overflow", &calc_divide_error_overflow_fields_type, true, NULL },
};

const weft_type calc_divide_error_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_ENUM,
    .n = 2,
    .c_size = sizeof(calc_divide_error),
    .offset = offsetof(calc_divide_error, as),
    .name = "calculator.v1.DivideError",
    .id = UINT64_C(0x9093850a5c532bb0),
    .declaration = { calc_divide_error__declaration, sizeof calc_divide_error__declaration },
    .variants = calc_divide_error__variants,
};

/* ---- service Calculator ------------------------------------------------------------------------------------------ */

static const weft_field calc_calculator_add_args__fields[] = {
    { "left", &weft_type_i64, NULL, offsetof(calc_calculator_add_args, left), 0, NULL },
    { "right", &weft_type_i64, NULL, offsetof(calc_calculator_add_args, right), 0, NULL },
};

const weft_type calc_calculator_add_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(calc_calculator_add_args),
    .fields = calc_calculator_add_args__fields,
};

static const weft_field calc_calculator_divide_args__fields[] = {
    { "dividend", &weft_type_i64, NULL, offsetof(calc_calculator_divide_args, dividend), 0, NULL },
    { "divisor", &weft_type_i64, NULL, offsetof(calc_calculator_divide_args, divisor), 0, NULL },
};

const weft_type calc_calculator_divide_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 2,
    .c_size = sizeof(calc_calculator_divide_args),
    .fields = calc_calculator_divide_args__fields,
};

static const weft_field calc_calculator_mean_args__fields[] = {
    { "numbers", &calc_f64_list_type, NULL, offsetof(calc_calculator_mean_args, numbers), 0, NULL },
};

const weft_type calc_calculator_mean_args_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(calc_calculator_mean_args),
    .fields = calc_calculator_mean_args__fields,
};

static void calc_calculator__closed(const void *table, void *self)
{
    const calc_calculator_handler *handler = table;
    if (handler->size >= offsetof(calc_calculator_handler, closed) + sizeof handler->closed && handler->closed)
        handler->closed(self);
}

static int calc_calculator_add__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const calc_calculator_handler *handler = table;
    if (handler->size < offsetof(calc_calculator_handler, add) + sizeof handler->add || !handler->add)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    calc_calculator_add_call typed = { call };
    handler->add(self, typed, args);
    return 0;
}

static int calc_calculator_divide__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const calc_calculator_handler *handler = table;
    if (handler->size < offsetof(calc_calculator_handler, divide) + sizeof handler->divide || !handler->divide)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    calc_calculator_divide_call typed = { call };
    handler->divide(self, typed, args);
    return 0;
}

static int calc_calculator_mean__dispatch(const void *table, void *self, weft_call call, const void *args)
{
    const calc_calculator_handler *handler = table;
    if (handler->size < offsetof(calc_calculator_handler, mean) + sizeof handler->mean || !handler->mean)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    calc_calculator_mean_call typed = { call };
    handler->mean(self, typed, args);
    return 0;
}

int calc_calculator_serve(weft_pending pending, const calc_calculator_handler *handler, void *self,
                          weft_connection **ret_connection_or_null)
{
    return weft_gen_serve(pending, &calc_calculator_service, handler, self, ret_connection_or_null);
}

int calc_calculator_add_keep(calc_calculator_add_call call, const calc_calculator_add_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int calc_calculator_add_return(calc_calculator_add_call call, int64_t value)
{
    return weft_gen_return(call.call, &calc_calculator_service, 0, &value);
}

int calc_calculator_divide_keep(calc_calculator_divide_call call, const calc_calculator_divide_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int calc_calculator_divide_return(calc_calculator_divide_call call, int64_t value)
{
    return weft_gen_return(call.call, &calc_calculator_service, 1, &value);
}

int calc_calculator_divide_fail(calc_calculator_divide_call call, const calc_divide_error *error)
{
    return weft_gen_fail(call.call, &calc_calculator_service, 1, error);
}

int calc_calculator_mean_keep(calc_calculator_mean_call call, const calc_calculator_mean_args **args)
{
    const void *kept = *args;
    int rc = weft_gen_keep(call.call, &kept);
    if (rc == 0)
        *args = kept;
    return rc;
}

int calc_calculator_mean_return(calc_calculator_mean_call call, weft_opt_f64 value)
{
    return weft_gen_return(call.call, &calc_calculator_service, 2, &value);
}

static void calc_calculator__opened(void (*opened)(void), void *user, weft_connection *connection_or_null,
                                    const weft_error *error_or_null)
{
    calc_calculator_client client = { connection_or_null };
    ((calc_calculator_opened_fn)opened)(user, client, error_or_null);
}

static void calc_calculator_add__deliver(void (*done)(void), void *user, const void *reply)
{
    ((calc_calculator_add_fn)done)(user, reply);
}

static void calc_calculator_divide__deliver(void (*done)(void), void *user, const void *reply)
{
    ((calc_calculator_divide_fn)done)(user, reply);
}

static void calc_calculator_mean__deliver(void (*done)(void), void *user, const void *reply)
{
    ((calc_calculator_mean_fn)done)(user, reply);
}

int calc_calculator_open(weft_session *session, const weft_open_options *options_or_null,
                         calc_calculator_opened_fn opened, void *user)
{
    return weft_gen_open(session, &calc_calculator_service, options_or_null, (void (*)(void))opened, user);
}

int calc_calculator_add(calc_calculator_client client, const calc_calculator_add_args *args,
                        const weft_call_options *options_or_null, calc_calculator_add_fn done_or_null, void *user,
                        weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &calc_calculator_service, 0, args, options_or_null,
                         (void (*)(void))done_or_null, user, ret_call_or_null);
}

int calc_calculator_divide(calc_calculator_client client, const calc_calculator_divide_args *args,
                           const weft_call_options *options_or_null, calc_calculator_divide_fn done_or_null, void *user,
                           weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &calc_calculator_service, 1, args, options_or_null,
                         (void (*)(void))done_or_null, user, ret_call_or_null);
}

int calc_calculator_mean(calc_calculator_client client, const calc_calculator_mean_args *args,
                         const weft_call_options *options_or_null, calc_calculator_mean_fn done_or_null, void *user,
                         weft_call *ret_call_or_null)
{
    return weft_gen_call(client.connection, &calc_calculator_service, 2, args, options_or_null,
                         (void (*)(void))done_or_null, user, ret_call_or_null);
}

static const uint8_t calc_calculator_add__arguments[] = {
    0x92, 0x95, 0xa4, 0x6c, 0x65, 0x66, 0x74, 0x09, 0xc2, 0x00, 0xc2, 0x95, 0xa5, 0x72, 0x69, 0x67,
    0x68, 0x74, 0x09, 0xc2, 0x00, 0xc2,
};

static const uint8_t calc_calculator_add__results[] = {
    0x94, 0x09, 0xc0, 0x01, 0x90,
};

static const uint8_t calc_calculator_divide__arguments[] = {
    0x92, 0x95, 0xa8, 0x64, 0x69, 0x76, 0x69, 0x64, 0x65, 0x6e, 0x64, 0x09, 0xc2, 0x00, 0xc2, 0x95,
    0xa7, 0x64, 0x69, 0x76, 0x69, 0x73, 0x6f, 0x72, 0x09, 0xc2, 0x00, 0xc2,
};

static const uint8_t calc_calculator_divide__results[] = {
    0x94, 0x09, 0x92, 0x14, 0xcf, 0x90, 0x93, 0x85, 0x0a, 0x5c, 0x53, 0x2b, 0xb0, 0x01, 0x90,
};

static const weft_type *const calc_calculator_divide__result_types[] = { &calc_divide_error_type };

static const uint8_t calc_calculator_mean__arguments[] = {
    0x91, 0x95, 0xa7, 0x6e, 0x75, 0x6d, 0x62, 0x65, 0x72, 0x73, 0x92, 0x10, 0x0b, 0xc2, 0x00, 0xc2,
};

static const uint8_t calc_calculator_mean__results[] = {
    0x94, 0x92, 0x13, 0x0b, 0xc0, 0x00, 0x90,
};

static const char calc_calculator__doc[] = "Adds, divides and takes means.";

static const char calc_calculator_divide__doc[] = "Rounds towards zero.";

static const weft_method calc_calculator__methods[] = {
    {
        .name = "add",
        .id = UINT64_C(0x1a7fe4422c685b79),
        .args = &calc_calculator_add_args_type,
        .result = &weft_type_i64,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_IDEMPOTENT,
        .reply_size = sizeof(calc_calculator_add_reply),
        .value_offset = offsetof(calc_calculator_add_reply, value),
        .dispatch = calc_calculator_add__dispatch,
        .deliver = calc_calculator_add__deliver,
        .roots = { { calc_calculator_add__arguments, sizeof calc_calculator_add__arguments },
                   { calc_calculator_add__results, sizeof calc_calculator_add__results } },
    },
    {
        .name = "divide",
        .id = UINT64_C(0x0548061d706a6a3d),
        .args = &calc_calculator_divide_args_type,
        .result = &weft_type_i64,
        .error = &calc_divide_error_type,
        .timeout_ns = WEFT_TIMEOUT_DEFAULT,
        .flags = WEFT_METHOD_IDEMPOTENT,
        .reply_size = sizeof(calc_calculator_divide_reply),
        .value_offset = offsetof(calc_calculator_divide_reply, value),
        .error_offset = offsetof(calc_calculator_divide_reply, error),
        .dispatch = calc_calculator_divide__dispatch,
        .deliver = calc_calculator_divide__deliver,
        .roots = { { calc_calculator_divide__arguments, sizeof calc_calculator_divide__arguments },
                   { calc_calculator_divide__results, sizeof calc_calculator_divide__results } },
        .types = { NULL, calc_calculator_divide__result_types },
        .n_types = { 0, 1 },
        .doc = calc_calculator_divide__doc,
    },
    {
        .name = "mean",
        .id = UINT64_C(0x77373dd53e633fe5),
        .args = &calc_calculator_mean_args_type,
        .result = &calc_f64_opt_type,
        .timeout_ns = UINT64_C(5000000000),
        .flags = 0,
        .reply_size = sizeof(calc_calculator_mean_reply),
        .value_offset = offsetof(calc_calculator_mean_reply, value),
        .dispatch = calc_calculator_mean__dispatch,
        .deliver = calc_calculator_mean__deliver,
        .roots = { { calc_calculator_mean__arguments, sizeof calc_calculator_mean__arguments },
                   { calc_calculator_mean__results, sizeof calc_calculator_mean__results } },
    },
};

const weft_service_type calc_calculator_service = {
    .abi = WEFT_GEN_ABI,
    .method_size = sizeof(weft_method),
    .n_methods = 3,
    .name = "calculator.v1.Calculator",
    .id = UINT64_C(0x69a1edf03ac31664),
    .methods = calc_calculator__methods,
    .closed = calc_calculator__closed,
    .opened = calc_calculator__opened,
    .doc = calc_calculator__doc,
};
