/* Errors of the system and of libuv, mapped once to weft's own. */
#ifndef WEFT_RUNTIME_CONDUIT_SYSERR_H
#define WEFT_RUNTIME_CONDUIT_SYSERR_H

#include "weft/base.h"

/* A negative status of libuv (UV_E…, a negative errno, or of getaddrinfo): WEFT_E…. What weft has no name for is
 * WEFT_EIO. */
int weft__map_status(int status);

/* Fills *error_or_null with what weft__map_status says, errno where there is one, and "what: the system's text".
 * Returns the code. */
int weft__error_status(weft_error *error_or_null, int status, const char *what);
/* The same, with where it was right behind what. */
int weft__error_status_at(weft_error *error_or_null, int status, const char *what, const char *where);

#endif
