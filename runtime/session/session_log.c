/* What each record of a session begins with. */
#include "runtime/session/session_log.h"

void weft__session_log_emit(weft__log_about about, weft_log_level level, uint64_t log_class, const char *message,
                            const weft_log_field *fields, size_t n_fields)
{
    weft_log_field all[3 + WEFT__LOG_MORE];
    size_t n = 0;
    all[n++] = weft__log_number("session", about.engine->session->id);
    if (about.conn)
        all[n++] = weft__log_number("connection", about.conn->id);
    if (about.call)
        all[n++] = weft__log_number("call", about.call->id);
    for (size_t i = 0; i < n_fields && i < WEFT__LOG_MORE; i++)
        all[n++] = fields[i];
    weft__log_emit(&about.engine->log, level, log_class, message, all, n);
}
