/* Handing a record to the log callback. */
#include "runtime/base/log.h"

void weft__log_emit(const weft__log *log, weft_log_level level, uint64_t log_class, const char *message,
                    const weft_log_field *fields, size_t n_fields)
{
    if (!log->fn || !(log->classes & log_class))
        return;
    weft_log_record record = { level, log_class, message, fields, n_fields };
    log->fn(log->user, &record);
}
