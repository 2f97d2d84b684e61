/* Runs the files of a corpus through a fuzz target, where there is no fuzzer to do it: each whole, and cut at every
 * byte (WEFT_FUZZ_CUTS_MAX). Arguments: files and folders. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* How often an input is cut at most: where each run takes long, not at every byte. */
#ifndef WEFT_FUZZ_CUTS_MAX
#define WEFT_FUZZ_CUTS_MAX 4096
#endif

enum {
    INPUT_MAX = 1 << 20,
    CUT_MAX = 4096 /* longer inputs are not cut: it would take long and show little more */
};

static size_t replayed;

/* The exact length each time, so that the sanitizer sees any read behind it. */
static int replay_input(const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);
    if (!copy)
        return -1;
    if (len > 0)
        memcpy(copy, bytes, len);
    int status = LLVMFuzzerTestOneInput(copy, len);
    free(copy);
    return status;
}

static int replay_file(const char *path)
{
    static uint8_t bytes[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return -1;
    }
    size_t len = fread(bytes, 1, sizeof bytes, file);
    int failed = ferror(file);
    fclose(file);
    if (failed) {
        perror(path);
        return -1;
    }
    printf("%s: %zu bytes\n", path, len);
    fflush(stdout);
    for (size_t cut = 0; cut < len && len <= CUT_MAX; cut += 1 + len / WEFT_FUZZ_CUTS_MAX) {
        if (replay_input(bytes, cut))
            return -1;
    }
    replayed++;
    return replay_input(bytes, len);
}

static int replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    int status = 0;
    if (!folder) {
        perror(path);
        return -1;
    }
    for (struct dirent *entry; status == 0 && (entry = readdir(folder)) != NULL;) {
        char file[4096];
        if (entry->d_name[0] == '.')
            continue;
        int len = snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        status = len < 0 || (size_t)len >= sizeof file ? -1 : replay_file(file);
    }
    closedir(folder);
    return status;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct stat about;
        if (stat(argv[i], &about) != 0) {
            perror(argv[i]);
            return 1;
        }
        if (S_ISDIR(about.st_mode) ? replay_folder(argv[i]) : replay_file(argv[i]))
            return 1;
    }
    printf("%zu files\n", replayed);
    return replayed > 0 ? 0 : 1;
}
