/* Log records of a session: each begins with what it is about, so that an operator finds all of one session, connection
 * or call (weft/log.h names the fields). At least one field more, at most WEFT__LOG_MORE. Where nobody asks, one test.
 */
#ifndef WEFT_RUNTIME_SESSION_SESSION_LOG_H
#define WEFT_RUNTIME_SESSION_SESSION_LOG_H

#include "runtime/session/session.h"

enum { WEFT__LOG_MORE = 8 };

/* Its session and, where they are not NULL, its connection and call; the fields follow. */
typedef struct weft__log_about {
    const weft_engine *engine;
    const weft_connection *conn;
    const weft__call *call;
} weft__log_about;

WEFT__COLD void weft__session_log_emit(weft__log_about about, weft_log_level level, uint64_t log_class,
                                       const char *message, const weft_log_field *fields, size_t n_fields);

#define weft__log_record_about(about_engine, about_conn, about_call, level, log_class, message, ...)                \
    do {                                                                                                            \
        if (weft__log_wants(&(about_engine)->log, (level), (log_class))) {                                          \
            const weft_log_field weft__fields[] = { __VA_ARGS__ };                                                  \
            const weft__log_about weft__about = { (about_engine), (about_conn), (about_call) };                     \
            _Static_assert(sizeof weft__fields / sizeof *weft__fields <= WEFT__LOG_MORE, "more than a record has"); \
            weft__session_log_emit(weft__about, (level), (log_class), (message), weft__fields,                      \
                                   sizeof weft__fields / sizeof *weft__fields);                                     \
        }                                                                                                           \
    } while (0)

#define weft__engine_log(engine, level, log_class, message, ...) \
    weft__log_record_about(engine, NULL, NULL, level, log_class, message, __VA_ARGS__)

#define weft__conn_log(conn, level, message, ...) \
    weft__log_record_about((conn)->engine, conn, NULL, level, WEFT_LOG_CONNECTION, message, __VA_ARGS__)

#define weft__call_log(call, level, message, ...) \
    weft__log_record_about((call)->engine, (call)->conn, call, level, WEFT_LOG_CALL, message, __VA_ARGS__)

/* "" where it is not known (yet). */
static inline weft_str weft__call_service_name(const weft__call *call)
{
    return weft_str_from(call->service ? call->service->name : NULL);
}
static inline weft_str weft__call_method_name(const weft__call *call)
{
    return weft_str_from(call->method ? call->method->name : NULL);
}

#endif
