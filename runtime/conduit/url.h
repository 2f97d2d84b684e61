/* Reading URLs of conduits: pure, no name is looked up here. */
#ifndef WEFT_RUNTIME_CONDUIT_URL_H
#define WEFT_RUNTIME_CONDUIT_URL_H

#include "weft/base.h"

typedef enum weft__url_kind {
    WEFT__URL_MEM = 1,
    WEFT__URL_TCP,
    WEFT__URL_UNIX,
    WEFT__URL_ABSTRACT,
    WEFT__URL_FD
} weft__url_kind;

/* A DNS name has at most 253 characters; a unix path with its end at most 108. */
#define WEFT__URL_NAME_MAX 255

typedef struct weft__url {
    weft__url_kind kind;
    char name[WEFT__URL_NAME_MAX + 1]; /* host without brackets ("" for all), path, or name ("": none, fd alone) */
    size_t name_len;
    bool bracketed; /* the host stood in brackets: an IPv6 address */
    uint16_t port;
    int fd; /* -1: named, or the only one that was handed down */
} weft__url;

/* 0; WEFT_EINVAL, WEFT_ENAMETOOLONG, with the reason in *error_or_null. Nothing is decoded: what stands in a path or
 * name counts byte by byte. */
int weft__url_parse(const char *text_or_null, weft__url *ret_url, weft_error *error_or_null);

/* The URL with a port of its own, NUL-terminated. WEFT_EINVAL: cap is too small. */
int weft__url_format(const weft__url *url, uint16_t port, char *buf, size_t cap);

#endif
