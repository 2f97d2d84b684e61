/* weft.lock. The first byte chooses: 0 and 1 are the text of a file of the IDL, and tokens for one, of which a lock is
 * made: it can be read, says that nothing has changed, and is the same when it is made of itself. Anything else is the
 * text of a lock, that byte included: it is taken or refused, and one that is taken likewise makes another that is. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "codegen/lock.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/idl_tokens.h"

enum { TEXT_MAX = 16 * 1024 };

static int read_text(void *ctx, const char *path, weft_arena *arena, weft_str *ret_text)
{
    if (strcmp(path, "main.weft") != 0)
        return WEFT_ENOENT;
    *ret_text = weft_arena_copy_str(arena, *(const weft_str *)ctx);
    return ret_text->ptr ? 0 : WEFT_ENOMEM;
}

/* A file's text as a side. */
static int side_load(weftc_side *side, const weft__idl_source_reader *reader)
{
    FUZZ_CHECK(weftc_side_init(side, NULL, 0) == 0);
    side->reader = reader;
    FUZZ_CHECK(weftc_side_add_file(side, "main.weft") == 0);
    int status = weftc_side_load(side);
    FUZZ_CHECK(weftc_side_report(side, WEFT__DIAG_TEXT, true) == 0);
    return status;
}

/* By way of a file without a name. */
static int lock_load(weft_str text, weftc_side *side)
{
    static char path[32];
    static int fd = -1;
    if (fd < 0) {
        char name[] = "/tmp/weft-lock-XXXXXX";
        fd = mkstemp(name);
        unlink(name);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    FUZZ_CHECK(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, text.ptr, text.len, 0) == (ssize_t)text.len);
    int status = weftc_lock_load(path, side);
    FUZZ_CHECK(status == 0 || status == WEFT_EINVAL);
    return status;
}

/* What is locked can be read, and is what it was made of. */
static void lock_check(const weftc_side *side, weft_str *ret_text)
{
    weftc_side again;
    const weft__comparison *comparison;
    weft_str text;
    FUZZ_CHECK(weftc_lock_text(side, ret_text) == 0);
    FUZZ_CHECK(lock_load(*ret_text, &again) == 0);
    FUZZ_CHECK(weftc_lock_text(&again, &text) == 0);
    FUZZ_CHECK(weft_str_equal(text, *ret_text));
    FUZZ_CHECK(weftc_side_compare(&again, side, &comparison) == 0);
    FUZZ_CHECK(comparison->n_changes == 0);
    weftc_side_fini(&again);
}

static void run(weft_str text, bool is_lock)
{
    weftc_side side;
    const weft__idl_source_reader reader = { .read = read_text, .ctx = &text };
    weft_str locked;
    int status = is_lock ? lock_load(text, &side) : side_load(&side, &reader);
    if (status == 0)
        lock_check(&side, &locked);
    weftc_side_fini(&side);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static char text[TEXT_MAX];
    static FILE *nowhere;
    uint8_t how = len > 0 ? data[0] : 2;
    size_t n = len < TEXT_MAX ? len : TEXT_MAX - 1;
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    FILE *said = stderr;
    stderr = nowhere; /* what is wrong with a text is told there */
    if (how == 1) {
        n = idl_tokens_text(data + 1, len - 1, text, sizeof text);
    } else if (n > 0) {
        n -= how == 0;
        memcpy(text, data + (how == 0), n);
    }
    run(weft_str_of(text, n), how > 1);
    stderr = said;
    return 0;
}
