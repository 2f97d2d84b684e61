/* Log records from the core. */
#ifndef WEFT_RUNTIME_BASE_LOG_H
#define WEFT_RUNTIME_BASE_LOG_H

#include "runtime/base/inline.h"
#include "weft/log.h"

/* wanted: by level, the classes that are asked for; nothing where there is no callback. So one test decides. */
typedef struct weft__log {
    weft_log_fn fn;
    void *user;
    uint32_t wanted[WEFT_LOG_DEBUG + 1]; /* there are no classes beyond the 32nd */
} weft__log;

/* level: the least severe one that is asked for; one that does not exist counts as DEBUG. */
void weft__log_init(weft__log *log, weft_log_fn fn_or_null, void *user, weft_log_level level, uint64_t classes);

static inline bool weft__log_wants(const weft__log *log, weft_log_level level, uint64_t log_class)
{
    return __builtin_expect((log->wanted[level] & (uint32_t)log_class) != 0, 0);
}

WEFT__COLD void weft__log_emit(const weft__log *log, weft_log_level level, uint64_t log_class, const char *message,
                               const weft_log_field *fields, size_t n_fields);

static inline weft_log_field weft__log_number(const char *name, uint64_t number)
{
    weft_log_field field = { name, false, { "", 0 }, number };
    return field;
}
static inline weft_log_field weft__log_text(const char *name, weft_str text)
{
    weft_log_field field = { name, true, text, 0 };
    return field;
}

/* weft__log_record(&log, WEFT_LOG_INFO, WEFT_LOG_SESSION, "ready", weft__log_number("id", 3), …): where it is not asked
 * for it costs one test, and the fields are not evaluated. */
#define weft__log_record(log, level, log_class, message, ...)                    \
    do {                                                                         \
        if (weft__log_wants((log), (level), (log_class))) {                      \
            const weft_log_field weft__fields[] = { __VA_ARGS__ };               \
            weft__log_emit((log), (level), (log_class), (message), weft__fields, \
                           sizeof weft__fields / sizeof *weft__fields);          \
        }                                                                        \
    } while (0)

#endif
