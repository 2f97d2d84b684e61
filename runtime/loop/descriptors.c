/* How many descriptors the process may still open. */
#include "runtime/loop/descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* What others open meanwhile shows after so long at the latest, by how dear counting is; and that there is room again.
 */
#define RESERVE_HOLDS_MS 10
#define RESERVE_HOLDS_DEAR_MS 1000
#define RESERVE_LACKS_MS 10
/* Of what was left: as many who accept at the same time do not touch what is kept. */
#define RESERVE_PART 4

static bool descriptors_count(uint64_t *ret_open, bool *ret_dear)
{
    const struct dirent *entry;
    struct stat st;
    uint64_t n = 0;
    DIR *dir;
    if (stat("/proc/self/fd", &st) != 0)
        return false;
    *ret_dear = st.st_size == 0;
    if (!*ret_dear) {
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

bool weft__descriptors_limit(uint64_t *ret_limit)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return false;
    *ret_limit = limit.rlim_cur;
    return true;
}

int weft__descriptors_spare(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void reserve_count(weft__reserve *reserve, uint32_t kept, uint64_t now_ms)
{
    uint64_t limit, open, left = UINT64_MAX;
    bool dear = true;
    if (weft__descriptors_limit(&limit) && descriptors_count(&open, &dear))
        left = limit > open ? limit - open : 0;
    reserve->lacks = left <= kept;
    reserve->left = reserve->lacks ? 0 : (left - kept + RESERVE_PART - 1) / RESERVE_PART;
    if (reserve->lacks)
        reserve->until_ms = now_ms + RESERVE_LACKS_MS;
    else
        reserve->until_ms = now_ms + (dear ? RESERVE_HOLDS_DEAR_MS : RESERVE_HOLDS_MS);
}

bool weft__reserve_allows(weft__reserve *reserve, uint32_t kept, uint64_t now_ms)
{
    if (kept == 0)
        return true;
    if (now_ms >= reserve->until_ms || (reserve->left == 0 && !reserve->lacks))
        reserve_count(reserve, kept, now_ms);
    if (reserve->lacks)
        return false;
    reserve->left--;
    return true;
}
