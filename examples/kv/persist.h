/* kv-server --store FILE: entries in FILE, and in FILE-operations what is remembered of calls, so that a put is done
 * once though the server was killed in the middle of it and its client sends it again. Both are of all loops. */
#ifndef KV_PERSIST_H
#define KV_PERSIST_H

#include "store.h"

#include "weft/weft.h"

struct persist;

/* 0, or -1: it has said why, as the next two. To be closed in either case. */
int persist_open(const char *path, struct persist **ret_persist);
/* The loop's calls are remembered, from before it serves. */
int persist_add_loop(struct persist *persist, weft_runtime *runtime);
/* Reads what there is into the store; once there is a loop, as the file of calls lets one server in. */
int persist_load(struct persist *persist, struct store *store);
/* 0: it is on the disk. WEFT_EIO: it is not. */
int persist_put(struct persist *persist, const kv_entry *entry);
int persist_remove(struct persist *persist, weft_str key);
/* After the runtimes. NULL does nothing. */
void persist_close(struct persist *persist);

#endif
