/* Handing a record to the log callback. */
#include "runtime/base/log.h"

void weft__log_init(weft__log *log, weft_log_fn fn_or_null, void *user, weft_log_level level, uint64_t classes)
{
    unsigned least = (unsigned)level <= WEFT_LOG_DEBUG ? (unsigned)level : WEFT_LOG_DEBUG;
    log->fn = fn_or_null;
    log->user = user;
    for (unsigned i = 0; i <= WEFT_LOG_DEBUG; i++)
        log->wanted[i] = fn_or_null && i <= least ? (uint32_t)classes : 0;
}

void weft__log_emit(const weft__log *log, weft_log_level level, uint64_t log_class, const char *message,
                    const weft_log_field *fields, size_t n_fields)
{
    weft_log_record record = { level, log_class, message, fields, n_fields };
    if (weft__log_wants(log, level, log_class))
        log->fn(log->user, &record);
}
