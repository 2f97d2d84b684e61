/* The counterpart's types, of one connection: what its Schema messages say [schema.send] [schema.scope], verified, as
 * tables of weft/gen.h. So whatever works by tables works by these, and a method's two roots become a weft_method.
 *
 * In these tables names and declarations are copies, `n`, `key`, `element`, `fields`, `variants`, `name` and `id` are
 * set as weftc sets them, a field that has a default has WEFT_FIELD_DEFAULT and no default_value, and scalars are the
 * built-in tables. Nothing is said of how values look in C: c_size, offset and stride are 0 until weft__layout
 * (layout.h). */
#ifndef WEFT_RUNTIME_SCHEMA_REMOTE_H
#define WEFT_RUNTIME_SCHEMA_REMOTE_H

#include "weft/gen.h"

/* What the parsed types of a connection may take, bytes of Schema messages may be short and their tables long. */
#define WEFT__REMOTE_MEMORY_MAX ((size_t)4 << 20)

typedef struct weft__remote weft__remote;

/* 0 or WEFT_ENOMEM. */
int weft__remote_new(const weft_allocator *allocator_or_null, weft__remote **ret_remote);
/* With all tables that it has given. */
void weft__remote_free(weft__remote *remote_or_null);

/* Adds the types of one Schema message: the bytes of its `types`. A type that is known already is checked and skipped.
 * On failure nothing is added. 0; WEFT_EPROTO: malformed, an id that does not match its declaration, a reference to an
 * unknown type; WEFT_EBUSY: beyond a limit (types, depth, fields, memory); WEFT_ENOMEM. *error_or_null says more, with
 * the rule [schema.required] and the type's name where it can be read. */
int weft__remote_add(weft__remote *remote, weft_bytes types, weft_error *error_or_null);

/* The type with this id, or NULL. */
const weft_type *weft__remote_type(const weft__remote *remote, uint64_t id);

/* The bytes of a root become the half of a method that its direction stands for; the rest of *method_inout stays.
 * 0, arguments: args (a struct type with id 0, of the parameters that are no channels), channels, n_channels; the
 * element of a tx channel is NULL until direction 1 has come. 1, results: result, error, flags (IDEMPOTENT,
 * PERSISTENT), and the elements of the tx channels, which are returned in *ret_tx (name and element; the other members
 * 0), as the other root may not have come. Both: roots[direction] is a copy of the bytes. Everything lives as long as
 * remote. Errors as weft__remote_add. */
typedef struct weft__remote_tx {
    const weft_channel_param *channels;
    uint32_t n;
} weft__remote_tx;
int weft__remote_args(weft__remote *remote, weft_bytes root, weft_method *method_inout, weft_error *error_or_null);
int weft__remote_results(weft__remote *remote, weft_bytes root, weft_method *method_inout, weft__remote_tx *ret_tx,
                         weft_error *error_or_null);

#endif
