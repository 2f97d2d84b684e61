/* Calls made on behalf of one that is served here: what they take over of it [call.deadline] [call.metadata]
 * [call.cancel].
 *
 * The served call lists those that are under way for it, of whatever session on the same thread, so that they end when
 * its caller gives up. */
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"

static const weft_str trace_key = WEFT_STR_INIT("weft-trace");

/* Is what its caller sent along still there? */
static bool metadata_is_there(const weft__call *call)
{
    return call->running || call->kept;
}

/* The WEFT__TRACE_LEN bytes that a request brought, or NULL. */
static const uint8_t *trace_of_request(const weft__call *call)
{
    weft_metadata_entry entry;
    if (!weft__metadata_peek(call->metadata_raw, trace_key, &entry) || entry.kind != WEFT_METADATA_BYTES ||
        entry.bytes.len != WEFT__TRACE_LEN || (entry.flags & WEFT_METADATA_NO_PROPAGATE))
        return NULL;
    return entry.bytes.ptr;
}

void weft__call_save_trace(weft__call *call)
{
    const uint8_t *trace = trace_of_request(call);
    weft_arena *arena = trace ? weft__call_arena(call) : NULL;
    uint8_t *copy = arena ? weft_arena_alloc(arena, WEFT__TRACE_LEN, 1) : NULL;
    if (copy)
        memcpy(copy, trace, WEFT__TRACE_LEN);
    call->trace = copy;
}

static bool has_trace(const weft_metadata *metadata)
{
    return weft_metadata_find(metadata, trace_key.ptr) != NULL;
}

/* What the application gives comes first, and so counts. 0, WEFT_EINVAL: it is too much; WEFT_ENOMEM. */
static int inherit_metadata(weft__call *call, weft__call *parent, bool all, weft_metadata *metadata_inout)
{
    static const weft_metadata none = { NULL, 0 };
    const weft_metadata *more = all ? weft__call_metadata(parent) : &none;
    const uint8_t *trace = metadata_is_there(parent) ? trace_of_request(parent) : parent->trace;
    if (has_trace(metadata_inout))
        trace = NULL;
    if (more->n == 0 && !trace)
        return 0;
    weft_arena *arena = weft__call_arena(call);
    weft_metadata_entry *entries =
        arena ? weft_arena_array(arena, weft_metadata_entry, metadata_inout->n + more->n + 1) : NULL;
    if (!entries)
        return WEFT_ENOMEM;
    size_t n = 0;
    while (n < metadata_inout->n) {
        entries[n] = metadata_inout->entries[n];
        n++;
    }
    for (size_t i = 0; i < more->n; i++)
        if (!(more->entries[i].flags & WEFT_METADATA_NO_PROPAGATE) && !weft__key_is_reserved(more->entries[i].key))
            entries[n++] = more->entries[i];
    if (trace)
        entries[n++] = weft_metadata_bytes(trace_key.ptr, weft_bytes_of(trace, WEFT__TRACE_LEN), 0);
    metadata_inout->entries = entries;
    metadata_inout->n = n;
    return weft__metadata_check(metadata_inout);
}

int weft__call_inherit(weft__call *call, const weft_call_options *options, weft_metadata *metadata_inout)
{
    if (!options->on_behalf_of.slot)
        return options->copy_metadata ? WEFT_EINVAL : 0;
    weft__call *parent = weft__call_held(options->on_behalf_of);
    if (!parent)
        return WEFT_EALREADY;
    if (options->copy_metadata && !metadata_is_there(parent))
        return WEFT_EINVAL;
    if (parent->deadline_ns < call->deadline_ns) /* [call.deadline] */
        call->deadline_ns = parent->deadline_ns;
    if (parent->cancelled) /* weft__call_submit looks at it */
        call->cancelled = true;
    if (!parent->children.next)
        weft__list_init(&parent->children);
    weft__list_append(&parent->children, &call->sibling);
    return inherit_metadata(call, parent, options->copy_metadata, metadata_inout);
}

/* [call.cancel] */
void weft__call_cancel_children(weft__call *call, const weft_connection *but_or_null)
{
    weft__link *link;
    while (call->children.next && (link = weft__list_take(&call->children)) != NULL) {
        weft__call *child = weft__container(link, weft__call, sibling);
        if (child->conn != but_or_null)
            weft__call_out_give_up(child, WEFT_ECANCELED, "the call that it was made for was given up");
    }
}

void weft__call_leave_relatives(weft__call *call)
{
    weft__list_remove(&call->sibling);
    while (call->children.next && weft__list_take(&call->children))
        continue;
}
