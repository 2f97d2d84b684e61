/* A value as one piece of JSON. */
#include "runtime/json/json.h"

#include <string.h>

typedef struct measure {
    char *at; /* NULL: only counted */
    size_t len;
} measure;

static int measure_add(void *user, const char *text, size_t len)
{
    measure *m = user;
    if (m->at)
        memcpy(m->at + m->len, text, len);
    m->len += len;
    return 0;
}

int weft_json_write(weft_value value, weft_arena *arena, weft_str *ret_text)
{
    measure m = { NULL, 0 };
    int status = value.type ? weft_gen_print(value.type, value.at, measure_add, &m) : WEFT_EINVAL;
    if (status)
        return status;
    m.at = weft_arena_alloc(arena, m.len + 1, 1);
    if (!m.at)
        return WEFT_ENOMEM;
    m.len = 0;
    status = weft_gen_print(value.type, value.at, measure_add, &m);
    m.at[m.len] = '\0';
    *ret_text = weft_str_of(m.at, m.len);
    return status;
}
