/* Log records of a session: each begins with what it is about, so that an operator finds all of one session, connection
 * or call (weft/log.h names the fields). At least one field more. Where nobody asks, one test. */
#ifndef WEFT_RUNTIME_SESSION_SESSION_LOG_H
#define WEFT_RUNTIME_SESSION_SESSION_LOG_H

#include "runtime/session/session.h"

#define weft__engine_log(engine, level, log_class, message, ...)                                                    \
    weft__log_record(&(engine)->log, level, log_class, message, weft__log_number("session", (engine)->session->id), \
                     __VA_ARGS__)

#define weft__conn_log(conn, level, message, ...)                                                                     \
    weft__engine_log((conn)->engine, level, WEFT_LOG_CONNECTION, message, weft__log_number("connection", (conn)->id), \
                     __VA_ARGS__)

#define weft__call_log(call, level, message, ...)                                                                     \
    weft__engine_log((call)->engine, level, WEFT_LOG_CALL, message, weft__log_number("connection", (call)->conn->id), \
                     weft__log_number("call", (call)->id), __VA_ARGS__)

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
