/* kv-server --store FILE: entries in FILE, and in FILE-operations what is remembered of calls, so that a put is done
 * once though the server was killed in the middle of it and its client sends it again. */
#ifndef KV_PERSIST_H
#define KV_PERSIST_H

#include "store.h"

#include "weft/weft.h"

struct persist;

/* Reads what there is into the store. 0, or -1: it has said why. To be closed in either case. */
int persist_open(weft_runtime *runtime, const char *path, struct store *store, struct persist **ret_persist);
/* 0: it is on the disk. WEFT_EIO: it is not. */
int persist_put(struct persist *persist, const kv_entry *entry);
int persist_remove(struct persist *persist, weft_str key);
/* After the runtime. NULL does nothing. */
void persist_close(struct persist *persist);

#endif
