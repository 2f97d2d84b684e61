/* Only one user may open connections. */
#include "checks.h"

static uint16_t uid_check(void *user, const weft_open_info *info, const char **ret_text)
{
    const uint32_t *uid = user;
    if (info->peer->has_unix_ids && info->peer->uid == *uid)
        return WEFT_CODE_NONE;
    *ret_text = info->peer->has_unix_ids ? "not for this user" : "only over a unix socket";
    return WEFT_CODE_FORBIDDEN;
}

weft_interceptor uid_interceptor(const uint32_t *uid)
{
    weft_interceptor i = { .size = sizeof i };
    i.user = (void *)uid; /* only read */
    i.open_in = uid_check;
    return i;
}
