/* Canonical declarations and roots that a counterpart sent become tables. */
#ifndef WEFT_RUNTIME_SCHEMA_REMOTE_PARSE_H
#define WEFT_RUNTIME_SCHEMA_REMOTE_PARSE_H

#include "runtime/schema/pool.h"
#include "runtime/schema/remote.h"
#include "runtime/wire/reader.h"

/* Reading one declaration or root. Everything that is made lies in the pool; who parses gives it back on failure. */
typedef struct weft__parser {
    weft__reader reader;
    weft__pool *pool;
    const weft__remote *remote;     /* references to other types are found there */
    const weft_type *const *places; /* of the own recursive group */
    uint32_t n_places;
    const char *reason; /* of WEFT_EPROTO and of WEFT_EBUSY */
} weft__parser;

/* All: 0; WEFT_EPROTO; WEFT_EBUSY; WEFT_ENOMEM. */

/* A struct or enum's kind, name, id and declaration (copied): what references to it need. */
int weft__parse_head(weft__parser *parser, weft_bytes declaration, uint64_t id, weft_type *ret_type);
/* Its fields or variants, from its declaration. */
int weft__parse_body(weft__parser *parser, weft_type *type);
/* A root; *method is touched in any case. */
int weft__parse_args(weft__parser *parser, weft_method *method);
int weft__parse_results(weft__parser *parser, weft_method *method, weft__remote_tx *ret_tx);

#endif
