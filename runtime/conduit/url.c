/* Reading URLs of conduits. */
#include "runtime/conduit/url.h"

#include "runtime/base/error.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

/* With its NUL a path fills sun_path; an abstract name stands behind one. Both lose a byte. */
#define UNIX_NAME_MAX (sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1)

typedef struct url_scheme {
    const char *prefix;
    weft__url_kind kind;
    int (*parse)(weft_str rest, weft__url *url, weft_error *error);
} url_scheme;

static int url_fail(weft_error *error, int code, const char *text)
{
    return weft__error_set(error, code, text);
}

static int url_take_name(weft_str name, size_t max, weft__url *url, weft_error *error)
{
    if (name.len == 0)
        return url_fail(error, WEFT_EINVAL, "the URL names nothing");
    if (name.len > max) {
        (void)url_fail(error, WEFT_ENAMETOOLONG, "the name in the URL is longer than ");
        weft__error_add_number(error, max);
        weft__error_add_text(error, WEFT_STR(" bytes"));
        return WEFT_ENAMETOOLONG;
    }
    memcpy(url->name, name.ptr, name.len);
    url->name[name.len] = '\0';
    url->name_len = name.len;
    return 0;
}

/* Decimal digits and nothing else, up to max. */
static bool url_take_number(weft_str digits, uint32_t max, uint32_t *ret)
{
    uint64_t number = 0;
    if (digits.len == 0 || digits.len > 10)
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(digits.ptr[i] - '0');
    }
    if (number > max)
        return false;
    *ret = (uint32_t)number;
    return true;
}

static int url_parse_mem(weft_str rest, weft__url *url, weft_error *error)
{
    return url_take_name(rest, WEFT__URL_NAME_MAX, url, error);
}

static int url_parse_unix(weft_str rest, weft__url *url, weft_error *error)
{
    if (rest.len == 0 || rest.ptr[0] != '/')
        return url_fail(error, WEFT_EINVAL, "a unix URL needs an absolute path: unix:///path");
    return url_take_name(rest, UNIX_NAME_MAX, url, error);
}

static int url_parse_abstract(weft_str rest, weft__url *url, weft_error *error)
{
    return url_take_name(rest, UNIX_NAME_MAX, url, error);
}

/* A number, a name that the supervisor gave, or nothing. The name stands in a list that colons divide. */
static int url_parse_fd(weft_str rest, weft__url *url, weft_error *error)
{
    uint32_t number = 0;
    bool digits = rest.len > 0;
    for (size_t i = 0; i < rest.len; i++) {
        unsigned char c = (unsigned char)rest.ptr[i];
        digits = digits && c >= '0' && c <= '9';
        if (c <= ' ' || c >= 0x7f || c == ':' || c == '/')
            return url_fail(error, WEFT_EINVAL, "an fd URL needs a number or a name: fd://3, fd://store");
    }
    if (!digits)
        return rest.len == 0 ? 0 : url_take_name(rest, WEFT__URL_NAME_MAX, url, error);
    if (!url_take_number(rest, INT32_MAX, &number))
        return url_fail(error, WEFT_EINVAL, "the number in the fd URL is no descriptor's");
    url->fd = (int)number;
    return 0;
}

static bool url_is_host(weft_str host, bool bracketed)
{
    for (size_t i = 0; i < host.len; i++) {
        unsigned char c = (unsigned char)host.ptr[i];
        if (c <= ' ' || c == 0x7f || strchr("/?#@[]\\", c) || (c == ':' && !bracketed))
            return false;
    }
    return !bracketed || (host.len > 0 && memchr(host.ptr, ':', host.len));
}

static int url_parse_tcp(weft_str rest, weft__url *url, weft_error *error)
{
    weft_str host, digits;
    uint32_t port = 0;
    size_t colon = rest.len;
    while (colon > 0 && rest.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0)
        return url_fail(error, WEFT_EINVAL, "a tcp URL needs a port: tcp://host:port");
    host = weft_str_of(rest.ptr, colon - 1);
    digits = weft_str_of(rest.ptr + colon, rest.len - colon);
    if (!url_take_number(digits, UINT16_MAX, &port))
        return url_fail(error, WEFT_EINVAL, "the port of a tcp URL is a number from 0 to 65535");
    if (host.len >= 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']') {
        url->bracketed = true;
        host = weft_str_of(host.ptr + 1, host.len - 2);
    }
    if (!url_is_host(host, url->bracketed))
        return url_fail(error, WEFT_EINVAL,
                        "the host of a tcp URL is a name, an IPv4 address or an IPv6 address in brackets");
    url->port = (uint16_t)port;
    if (host.len == 0)
        return 0;
    return url_take_name(host, 253, url, error);
}

static const url_scheme url_schemes[] = {
    { "mem://", WEFT__URL_MEM, url_parse_mem },    { "tcp://", WEFT__URL_TCP, url_parse_tcp },
    { "unix://", WEFT__URL_UNIX, url_parse_unix }, { "unix-abstract://", WEFT__URL_ABSTRACT, url_parse_abstract },
    { "fd://", WEFT__URL_FD, url_parse_fd },
};

int weft__url_parse(const char *text_or_null, weft__url *ret_url, weft_error *error_or_null)
{
    weft_str text = weft_str_from(text_or_null);
    for (size_t i = 0; i < sizeof url_schemes / sizeof *url_schemes; i++) {
        const url_scheme *scheme = &url_schemes[i];
        size_t len = strlen(scheme->prefix);
        weft__url url;
        int rc;
        if (text.len < len || memcmp(text.ptr, scheme->prefix, len) != 0)
            continue;
        memset(&url, 0, sizeof url);
        url.kind = scheme->kind;
        url.fd = -1;
        rc = scheme->parse(weft_str_of(text.ptr + len, text.len - len), &url, error_or_null);
        if (rc == 0)
            *ret_url = url;
        return rc;
    }
    return url_fail(error_or_null, WEFT_EINVAL, "a URL begins with mem://, tcp://, unix://, unix-abstract:// or fd://");
}

int weft__url_format(const weft__url *url, uint16_t port, char *buf, size_t cap)
{
    /* Prefix, name, brackets, colon and port, each at its longest. */
    char text[WEFT__URL_NAME_MAX + 64];
    size_t len = 0;
    for (size_t i = 0; i < sizeof url_schemes / sizeof *url_schemes; i++) {
        if (url_schemes[i].kind == url->kind) {
            len = strlen(url_schemes[i].prefix);
            memcpy(text, url_schemes[i].prefix, len);
        }
    }
    if (url->bracketed)
        text[len++] = '[';
    memcpy(text + len, url->name, url->name_len);
    len += url->name_len;
    if (url->bracketed)
        text[len++] = ']';
    if (url->kind == WEFT__URL_TCP) {
        text[len++] = ':';
        len += weft__format_u64(port, text + len);
    } else if (url->kind == WEFT__URL_FD && url->fd >= 0) {
        len += weft__format_u64((uint64_t)url->fd, text + len);
    }
    if (len >= cap)
        return WEFT_EINVAL;
    memcpy(buf, text, len);
    buf[len] = '\0';
    return 0;
}
