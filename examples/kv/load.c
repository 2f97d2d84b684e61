/* Loading many entries at once: each is stored when it comes, and only then consumed, so that the caller can send no
 * faster than the store takes them. */
#include "store.h"

#include <stdlib.h>

typedef struct loader {
    desk *desk;
    kv_store_load_call call;
    uint64_t n;
} loader;

static bool on_entry(void *user, kv_entry_rx rx, const kv_entry *entry)
{
    loader *l = user;
    uv_mutex_lock(&l->desk->store->lock);
    int rc = store_put(l->desk, entry);
    uv_mutex_unlock(&l->desk->store->lock);
    if (rc == WEFT_EMSGSIZE) {
        kv_put_error_too_large_fields fields = { KV_MAX_VALUE };
        kv_put_error error = kv_put_error_make_too_large(&fields);
        kv_store_load_fail(l->call, &error);
    } else if (rc < 0) {
        weft_call_fail(l->call.call, WEFT_OUTCOME_INTERNAL, weft_strerror(rc));
    } else {
        l->n++;
        return true;
    }
    weft_channel_reset(rx.channel, WEFT_CODE_REFUSED, NULL); /* no more, please: on_end follows */
    return true;
}

/* Once, last, however it ended. A call that is answered already, or gone, is not answered again. */
static void on_end(void *user, const weft_channel_end *end)
{
    loader *l = user;
    if (end->kind == WEFT_CHANNEL_FINISHED)
        kv_store_load_return(l->call, l->n);
    else
        weft_call_drop(l->call.call);
    free(l);
}

void on_load(void *self, kv_store_load_call call, kv_entry_rx entries)
{
    static const kv_entry_reader reader = { sizeof reader, on_entry, on_end };
    loader *made = malloc(sizeof *made);
    if (!made) {
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
        return;
    }
    *made = (loader){ self, call, 0 };
    if (kv_entry_read(entries, &reader, made) < 0)
        free(made);
}
