/* What the parts of kv-client share. */
#ifndef KV_CLIENT_H
#define KV_CLIENT_H

#include "kv.weft.h"

#include "weft/weft.h"

struct app {
    const char *command, *key, *value;
    weft_session *session;
    kv_store_client client;
    int status;
    /* stream.c */
    kv_entry_tx entries;
    char *line;
    size_t line_room;
    bool has_line;
    unsigned long n_left; /* changes to be told; 0: all */
};

/* All is said: the connection goes, the session ends in order, and with nothing left the loop returns. */
void finish(struct app *app, int status);
/* Says why there is no answer, and finishes. */
void fail(struct app *app, const weft_result *result);
void tell_put_error(const kv_put_error *error);

/* stream.c: 0, or why they cannot begin. */
int watch(struct app *app);
int load(struct app *app);

#endif
