/* A token in the metadata of each call. */
#include "checks.h"

#define KEY "token"

/* In a time that does not tell how much of it was right. */
static bool is_secret(weft_str said, const char *secret)
{
    size_t len = strlen(secret);
    unsigned char differ = said.len != len;
    for (size_t i = 0; i < said.len && len > 0; i++)
        differ |= (unsigned char)(said.ptr[i] ^ secret[i % len]);
    return differ == 0;
}

static weft_outcome token_add(void *user, const weft_call_info *info, const char **ret_text)
{
    weft_metadata_entry entry =
        weft_metadata_str(KEY, weft_str_from(user), WEFT_METADATA_SENSITIVE | WEFT_METADATA_NO_PROPAGATE);
    if (weft_call_info_add(info, &entry) == 0)
        return WEFT_OUTCOME_OK;
    *ret_text = "no room for the token";
    return WEFT_OUTCOME_UNAVAILABLE;
}

/* Who may not call a method need not know that it exists; and nothing of the call has run. */
static weft_outcome token_check(void *user, const weft_call_info *info, const char **ret_text)
{
    weft_str said;
    if (weft_metadata_get_str(info->metadata, KEY, &said) && is_secret(said, user))
        return WEFT_OUTCOME_OK;
    *ret_text = "the token is missing or wrong";
    return WEFT_OUTCOME_UNKNOWN_METHOD;
}

weft_interceptor token_interceptor(const char *secret)
{
    weft_interceptor i = { .size = sizeof i };
    i.user = (void *)secret; /* only read */
    i.call_out = token_add;
    i.call_in = token_check;
    return i;
}
