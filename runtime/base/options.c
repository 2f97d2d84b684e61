/* Structs that applications fill and that begin with their size. */
#include "runtime/base/options.h"

int weft__options_copy(void *options, size_t size, const void *from_or_null)
{
    const uint8_t *bytes = from_or_null;
    size_t from_size;
    if (!bytes)
        return 0;
    memcpy(&from_size, bytes, sizeof from_size);
    if (from_size < sizeof from_size || from_size > WEFT__OPTIONS_SIZE_MAX)
        return WEFT_EINVAL;
    for (size_t i = size; i < from_size; i++)
        if (bytes[i] != 0)
            return WEFT_EINVAL;
    size_t n = from_size < size ? from_size : size;
    memcpy((uint8_t *)options + sizeof from_size, bytes + sizeof from_size, n - sizeof from_size);
    return 0;
}

void weft__options_give(void *options, size_t size, const void *defaults, size_t defaults_size)
{
    memset(options, 0, size);
    memcpy(options, defaults, size < defaults_size ? size : defaults_size);
    if (size >= sizeof size)
        memcpy(options, &size, sizeof size);
}
