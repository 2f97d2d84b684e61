/* A strict reader of Prometheus' text format, version 0.0.4. */
#ifndef WEFT_TESTS_SUPPORT_PROMETHEUS_H
#define WEFT_TESTS_SUPPORT_PROMETHEUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct weft_test_text {
    char bytes[64 * 1024];
    size_t len;
    size_t fail_at; /* writes until one fails with 77; 0: none does */
} weft_test_text;

/* For a write callback; user: a weft_test_text. The text stays NUL-terminated. */
int weft_test_text_write(void *user, const char *text, size_t len);

/* Fails the test where the text is anything but families, each with HELP, TYPE and then its samples, once; names and
 * labels as they must be, counters ending in _total, no sample twice, a line's end at the end. */
void weft_test_prometheus_check(const char *text);
/* The value of the sample that is written so, such as `weft_sessions_total{direction="in"}`. false: there is none. */
bool weft_test_prometheus_find(const char *text, const char *sample, uint64_t *ret_value);

#endif
