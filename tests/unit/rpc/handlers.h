/* What the handlers of rpc.weft do in the tests, and what the callbacks of its calls note. */
#ifndef WEFT_TESTS_UNIT_RPC_HANDLERS_H
#define WEFT_TESTS_UNIT_RPC_HANDLERS_H

#include "tests/unit/rpc/rig.h"

/* self: the rig. later is kept in it, to be answered by the test. */
extern const trpc_basic_handler basic_handler;
extern const trpc_reverse_handler reverse_handler;
void serve_add(void *self, trpc_basic_add_call call, const trpc_basic_add_args *args);
void serve_divide(void *self, trpc_basic_divide_call call, const trpc_basic_divide_args *args);

/* What the last callback said. */
typedef struct rpc_got {
    int n;
    int code;
    weft_outcome outcome;
    bool may_have_run;
    char text[256];
    int64_t number;
    bool has_value;
    bool has_error;
} rpc_got;
extern rpc_got got;

void on_ping(void *user, const trpc_basic_ping_reply *reply);
void on_add(void *user, const trpc_basic_add_reply *reply);
/* user: an item to be equal to, or NULL. */
void on_echo(void *user, const trpc_basic_echo_reply *reply);
void on_find(void *user, const trpc_basic_find_reply *reply);
void on_divide(void *user, const trpc_basic_divide_reply *reply);
void on_check(void *user, const trpc_basic_check_reply *reply);
void on_block(void *user, const trpc_basic_block_reply *reply);
/* user: where the reply's address is kept, or NULL. */
void on_later(void *user, const trpc_basic_later_reply *reply);
void on_notify(void *user, const trpc_reverse_notify_reply *reply);

#endif
