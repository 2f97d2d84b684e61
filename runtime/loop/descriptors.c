/* How many descriptors the process may still open. */
#include "runtime/loop/descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* What others open meanwhile shows after so long at the latest; and that there is room again. */
#define RESERVE_HOLDS_MS 1000
#define RESERVE_LACKS_MS 10

static bool descriptors_count(uint64_t *ret_open)
{
    const struct dirent *entry;
    struct stat st;
    uint64_t n = 0;
    DIR *dir;
    if (stat("/proc/self/fd", &st) != 0)
        return false;
    if (st.st_size > 0) {
        *ret_open = (uint64_t)st.st_size;
        return true;
    }
    dir = opendir("/proc/self/fd");
    if (!dir)
        return false;
    while ((entry = readdir(dir)) != NULL)
        n += entry->d_name[0] != '.';
    (void)closedir(dir);
    *ret_open = n - 1; /* without the one that looked */
    return true;
}

bool weft__descriptors_left(uint64_t *ret_left)
{
    struct rlimit limit;
    uint64_t open;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || !descriptors_count(&open))
        return false;
    *ret_left = limit.rlim_cur > open ? limit.rlim_cur - open : 0;
    return true;
}

int weft__descriptors_spare(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool weft__reserve_allows(weft__reserve *reserve, uint64_t now_ms)
{
    uint64_t left;
    if (reserve->kept == 0)
        return true;
    if (now_ms >= reserve->until_ms || (reserve->left == 0 && !reserve->lacks)) {
        if (!weft__descriptors_left(&left))
            left = UINT64_MAX;
        reserve->lacks = left <= reserve->kept;
        reserve->left = reserve->lacks ? 0 : left - reserve->kept;
        reserve->until_ms = now_ms + (reserve->lacks ? RESERVE_LACKS_MS : RESERVE_HOLDS_MS);
    }
    if (reserve->lacks)
        return false;
    reserve->left--;
    return true;
}
