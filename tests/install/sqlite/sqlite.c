/* sqlite FILE: a runtime that remembers operations in that file, and how many there are. */
#include <stdio.h>

#include <weft/runtime.h>
#include <weft/sqlite.h>

int main(int argc, char **argv)
{
    weft_runtime *runtime;
    weft_sqlite *sqlite = NULL;
    weft_operations *operations = NULL;
    weft_operations_options options;
    weft_error error;
    if (argc != 2 || weft_runtime_new(NULL, &runtime) < 0)
        return 2;
    int status = weft_sqlite_open(argv[1], runtime, &sqlite, &error);
    if (status == 0)
        status = weft_runtime_operations_options(runtime, &options, sizeof options);
    if (status == 0) {
        options.store = &weft_sqlite_store;
        options.store_self = sqlite;
        status = weft_operations_new(&options, &operations, &error);
    }
    if (status == 0)
        status = weft_runtime_use_operations(runtime, operations);
    if (status == 0) {
        weft_operations_stats stats;
        weft_operations_stats_read(weft_runtime_operations(runtime), &stats, sizeof stats);
        printf("%d operations\n", (int)stats.records);
    } else {
        printf("%s\n", error.text);
    }
    weft_runtime_free(runtime);
    weft_operations_release(operations);
    weft_sqlite_close(sqlite);
    return status < 0;
}
