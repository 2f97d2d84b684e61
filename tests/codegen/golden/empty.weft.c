/* Made by weftc 0.1.0 from empty.weft. Do not edit. */
#include "empty.weft.h"

/* ---- service Nothing --------------------------------------------------------------------------------------------- */

static void test_empty_v1_nothing__closed(const void *table, void *self)
{
    const test_empty_v1_nothing_handler *handler = table;
    if (handler->size >= offsetof(test_empty_v1_nothing_handler, closed) + sizeof handler->closed && handler->closed)
        handler->closed(self);
}

int test_empty_v1_nothing_serve(weft_pending pending, const test_empty_v1_nothing_handler *handler, void *self,
                                weft_connection **ret_connection_or_null)
{
    return weft_gen_serve(pending, &test_empty_v1_nothing_service, handler, self, ret_connection_or_null);
}

static void test_empty_v1_nothing__opened(void (*opened)(void), void *user, weft_connection *connection_or_null,
                                          const weft_error *error_or_null)
{
    test_empty_v1_nothing_client client = { connection_or_null };
    ((test_empty_v1_nothing_opened_fn)opened)(user, client, error_or_null);
}

int test_empty_v1_nothing_open(weft_session *session, const weft_open_options *options_or_null,
                               test_empty_v1_nothing_opened_fn opened, void *user)
{
    return weft_gen_open(session, &test_empty_v1_nothing_service, options_or_null, (void (*)(void))opened, user);
}

static const char test_empty_v1_nothing__doc[] = "A service without methods.";

const weft_service_type test_empty_v1_nothing_service = {
    .abi = WEFT_GEN_ABI,
    .method_size = sizeof(weft_method),
    .n_methods = 0,
    .name = "test.empty.v1.Nothing",
    .id = UINT64_C(0xa161d99520c8a22d),
    .closed = test_empty_v1_nothing__closed,
    .opened = test_empty_v1_nothing__opened,
    .doc = test_empty_v1_nothing__doc,
};
