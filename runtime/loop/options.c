/* Options: what is wrong with a session's, and keeping a listener's, for what they point to is borrowed for weft_listen
 * alone. */
#include "runtime/base/options.h"
#include "runtime/loop/loop.h"
#include "runtime/session/options_fault.h"

const char *weft__session_options_why(const weft_session_options *options_or_null)
{
    const char *fault;
    weft_session_options o = weft_session_options_default();
    if (weft__options_copy(&o, sizeof o, options_or_null) < 0)
        return "the session options have no size (weft_session_options_default), or what this version does not know";
    weft__session_options_fit_frame(&o);
    fault = weft__session_options_fault(&o);
    return fault ? fault : "the session options' metadata or root is not valid";
}

static int options_keep_entry(const weft_metadata_entry *entry, weft_arena *arena, weft_metadata_entry *ret_entry)
{
    weft_metadata_entry copy = *entry;
    copy.key = weft_arena_copy_str(arena, entry->key);
    if (!copy.key.ptr)
        return WEFT_ENOMEM;
    if (entry->kind == WEFT_METADATA_STR) {
        copy.str = weft_arena_copy_str(arena, entry->str);
        if (!copy.str.ptr)
            return WEFT_ENOMEM;
    } else if (entry->kind == WEFT_METADATA_BYTES && entry->bytes.len > 0) {
        uint8_t *bytes = weft_arena_alloc(arena, entry->bytes.len, 1);
        if (!bytes)
            return WEFT_ENOMEM;
        memcpy(bytes, entry->bytes.ptr, entry->bytes.len);
        copy.bytes = weft_bytes_of(bytes, entry->bytes.len);
    }
    *ret_entry = copy;
    return 0;
}

int weft__metadata_keep(const weft_metadata **inout, weft_arena *arena)
{
    const weft_metadata *from = *inout;
    weft_metadata *copy;
    weft_metadata_entry *entries;
    if (!from)
        return 0;
    copy = weft_arena_array(arena, weft_metadata, 1);
    entries = weft_arena_array(arena, weft_metadata_entry, from->n);
    if (!copy || !entries)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < from->n; i++) {
        int rc = options_keep_entry(&from->entries[i], arena, &entries[i]);
        if (rc < 0)
            return rc;
    }
    copy->entries = entries;
    copy->n = from->n;
    *inout = copy;
    return 0;
}

static int options_keep_root(const weft_open_options **inout, weft_arena *arena)
{
    weft_open_options *root;
    int rc;
    if (!*inout)
        return 0;
    root = weft_arena_array(arena, weft_open_options, 1);
    if (!root)
        return WEFT_ENOMEM;
    weft_open_options_init(root, sizeof *root);
    rc = weft__options_copy(root, sizeof *root, *inout);
    if (rc < 0)
        return rc;
    if (root->n_calls > 0) {
        const weft_service_type **calls = weft_arena_array(arena, const weft_service_type *, root->n_calls);
        if (!calls)
            return WEFT_ENOMEM;
        for (size_t i = 0; i < root->n_calls; i++)
            calls[i] = root->calls[i];
        root->calls = calls;
    }
    *inout = root;
    return weft__metadata_keep(&root->metadata, arena);
}

int weft__session_options_keep(const weft_session_options *options, weft_arena *arena,
                               weft_session_options *ret_options)
{
    weft_session_options copy = weft_session_options_default();
    int rc = weft__options_copy(&copy, sizeof copy, options);
    if (rc == 0)
        rc = weft__metadata_keep(&copy.metadata, arena);
    if (rc == 0)
        rc = options_keep_root(&copy.root, arena);
    if (rc == 0)
        *ret_options = copy;
    return rc;
}

static int options_keep_ids(const uint32_t **inout, size_t n, weft_arena *arena)
{
    uint32_t *copy;
    if (n == 0) {
        *inout = NULL;
        return 0;
    }
    copy = weft_arena_array(arena, uint32_t, n);
    if (!copy)
        return WEFT_ENOMEM;
    memcpy(copy, *inout, n * sizeof *copy);
    *inout = copy;
    return 0;
}

int weft__listener_options_keep(weft_listener_options *options, weft_arena *arena)
{
    int rc = options_keep_ids(&options->uids, options->n_uids, arena);
    return rc < 0 ? rc : options_keep_ids(&options->gids, options->n_gids, arena);
}
