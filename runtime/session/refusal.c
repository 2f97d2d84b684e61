/* Why a handshake came to nothing, in short. */
#include "runtime/session/handshake.h"

const char *weft_refusal_name(weft_refusal refusal)
{
    static const char *const names[] = {
        "",         "silent",       "slow",      "tls",       "http",       "not_weft",    "version", "protocol",
        "service",  "incompatible", "forbidden", "not_ready", "resumption", "application", "limit",   "address_limit",
        "too_many", "descriptors",  "shed",      "lost",      "closed",     "other",
    };
    return (size_t)refusal < sizeof names / sizeof *names ? names[refusal] : "";
}

static bool begins_with(weft_bytes bytes, const char *text)
{
    size_t len = strlen(text) < bytes.len ? strlen(text) : bytes.len;
    return memcmp(bytes.ptr, text, len) == 0;
}

/* [preamble] What else comes to a port: as far as it has come, and one byte at least has. */
static weft_refusal refusal_of_opening(weft_bytes bytes)
{
    static const char *const methods[] = { "GET ",    "HEAD ",  "POST ",  "PUT ",     "DELETE ",
                                           "OPTIONS", "TRACE ", "PATCH ", "CONNECT ", "PRI * HTTP/2" };
    if (begins_with(bytes, "\x16\x03")) /* a TLS record of a handshake */
        return WEFT_REFUSAL_TLS;
    for (size_t i = 0; bytes.len >= 3 && i < sizeof methods / sizeof *methods; i++)
        if (begins_with(bytes, methods[i]))
            return WEFT_REFUSAL_HTTP;
    return WEFT_REFUSAL_NOT_WEFT;
}

static weft_refusal refusal_of_code(uint16_t code)
{
    switch (code) {
    case WEFT_CODE_NO_ACCEPTOR:
    case WEFT_CODE_UNKNOWN_SERVICE: return WEFT_REFUSAL_SERVICE;
    case WEFT_CODE_LIMIT: return WEFT_REFUSAL_LIMIT;
    case WEFT_CODE_NOT_RESUMABLE: return WEFT_REFUSAL_RESUMPTION;
    case WEFT_CODE_INCOMPATIBLE: return WEFT_REFUSAL_INCOMPATIBLE;
    case WEFT_CODE_FORBIDDEN: return WEFT_REFUSAL_FORBIDDEN;
    case WEFT_CODE_NOT_READY: return WEFT_REFUSAL_NOT_READY;
    default: return WEFT_REFUSAL_APPLICATION;
    }
}

weft_refusal weft__refusal_of(const weft_handshake *handshake, const weft_error *error)
{
    bool opening = handshake->step == STEP_PREAMBLE;
    switch (error->code) {
    case WEFT_ETIMEDOUT: return opening ? WEFT_REFUSAL_SILENT : WEFT_REFUSAL_SLOW;
    case WEFT_EPROTO:
        return opening ? refusal_of_opening(weft_bytes_of(handshake->in.data, handshake->in.len))
                       : WEFT_REFUSAL_PROTOCOL;
    case WEFT_EVERSION: return WEFT_REFUSAL_VERSION;
    case WEFT_EINCOMPATIBLE: return WEFT_REFUSAL_INCOMPATIBLE;
    case WEFT_EREFUSED:
    case WEFT_EREJECTED: return refusal_of_code(error->remote);
    case WEFT_ECANCELED: return WEFT_REFUSAL_CLOSED;
    case WEFT_ENOMEM: return WEFT_REFUSAL_OTHER;
    default: return WEFT_REFUSAL_LOST;
    }
}

weft_refusal weft_handshake_refusal(const weft_handshake *handshake)
{
    return (weft_refusal)handshake->refusal;
}
