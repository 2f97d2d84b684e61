/* Errors of the system and of libuv, mapped once to weft's own. */
#include "runtime/conduit/syserr.h"

#include "runtime/base/error.h"

#include <uv.h>

int weft__map_status(int status)
{
    switch (status) {
#define SYSERR_SAME(name, value, class_, text) \
    case (value): return (value);
        WEFT_ERRORS(SYSERR_SAME)
#undef SYSERR_SAME
    case UV_EAI_MEMORY: return WEFT_ENOMEM;
    case UV_EAI_CANCELED: return WEFT_ECANCELED;
    case UV_EAI_ADDRFAMILY:
    case UV_EAI_AGAIN:
    case UV_EAI_FAIL:
    case UV_EAI_FAMILY:
    case UV_EAI_NODATA:
    case UV_EAI_NONAME:
    case UV_EAI_SERVICE: return WEFT_ENOENT;
    case UV_EEXIST: return WEFT_EALREADY; /* a loop has the descriptor */
    case UV_ENOTCONN: return WEFT_ECONNRESET;
    case UV_ENOTSOCK: return WEFT_EBADF;
    case UV_EPERM: return WEFT_EACCES;
    case UV_EOF: return 0;
    default: return WEFT_EIO;
    }
}

int weft__error_status(weft_error *error_or_null, int status, const char *what)
{
    return weft__error_status_at(error_or_null, status, what, "");
}

int weft__error_status_at(weft_error *error_or_null, int status, const char *what, const char *where)
{
    int code = weft__map_status(status);
    char text[128];
    (void)weft__error_set(error_or_null, code, what);
    weft__error_add_text(error_or_null, weft_str_from(where));
    weft__error_add_text(error_or_null, WEFT_STR(": "));
    weft__error_add_text(error_or_null, weft_str_from(uv_strerror_r(status, text, sizeof text)));
    /* libuv's statuses for what getaddrinfo says lie between its own and errno's. */
    if (error_or_null)
        error_or_null->sys = status < 0 && status > -1000 ? -status : 0;
    return code;
}
