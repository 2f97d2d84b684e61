/* How many descriptors the process has open. */
#include "tests/support/descriptors.h"

#include <dirent.h>
#include <stddef.h>

int weft_test_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int n = 0;
    if (!folder)
        return -1;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
        n += entry->d_name[0] != '.';
    (void)closedir(folder);
    return n - 1; /* the folder's own */
}
