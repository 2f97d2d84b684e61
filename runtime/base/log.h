/* Log records from the core. */
#ifndef WEFT_RUNTIME_BASE_LOG_H
#define WEFT_RUNTIME_BASE_LOG_H

#include "weft/log.h"

typedef struct weft__log {
    weft_log_fn fn; /* NULL: none */
    void *user;
    uint64_t classes;
} weft__log;

void weft__log_emit(const weft__log *log, weft_log_level level, uint64_t log_class, const char *message,
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

/* weft__log(&log, WEFT_LOG_INFO, WEFT_LOG_SESSION, "ready", weft__log_number("id", 3), …): one test where disabled. */
#define weft__log_record(log, level, log_class, message, ...)                    \
    do {                                                                         \
        if ((log)->classes & (log_class)) {                                      \
            const weft_log_field weft__fields[] = { __VA_ARGS__ };               \
            weft__log_emit((log), (level), (log_class), (message), weft__fields, \
                           sizeof weft__fields / sizeof *weft__fields);          \
        }                                                                        \
    } while (0)

#endif
