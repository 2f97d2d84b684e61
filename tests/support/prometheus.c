/* Reading the text format line by line, as a scraper must, and refusing what one may. */
#include "tests/support/prometheus.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SERIES_MAX = 1024, NAME_MAX_LEN = 128 };

typedef struct parser {
    const char *at;
    char family[NAME_MAX_LEN]; /* of the last TYPE */
    bool counter;
    bool help_only; /* HELP has come, TYPE has not */
    char families[128][NAME_MAX_LEN];
    size_t n_families;
    const char *series[SERIES_MAX]; /* where name and labels stand */
    size_t series_len[SERIES_MAX];
    size_t n_series;
} parser;

int weft_test_text_write(void *user, const char *text, size_t len)
{
    weft_test_text *t = user;
    if (t->fail_at > 0 && --t->fail_at == 0)
        return 77;
    assert_true(len > 0 && len < sizeof t->bytes - t->len);
    memcpy(t->bytes + t->len, text, len);
    t->len += len;
    t->bytes[t->len] = '\0';
    return 0;
}

static void expect(parser *p, const char *literal)
{
    size_t len = strlen(literal);
    if (strncmp(p->at, literal, len) != 0)
        fail_msg("expected '%s' at '%.60s'", literal, p->at);
    p->at += len;
}

/* [a-zA-Z_:][a-zA-Z0-9_:]*, without colons, which are for rules. */
static size_t read_name(parser *p, char ret_name[NAME_MAX_LEN])
{
    size_t len = 0;
    assert_true(isalpha((unsigned char)*p->at) || *p->at == '_');
    while (isalnum((unsigned char)p->at[len]) || p->at[len] == '_')
        len++;
    assert_true(len < NAME_MAX_LEN);
    memcpy(ret_name, p->at, len);
    ret_name[len] = '\0';
    p->at += len;
    return len;
}

static void read_help(parser *p)
{
    assert_false(p->help_only);
    expect(p, "# HELP ");
    (void)read_name(p, p->family);
    for (size_t i = 0; i < p->n_families; i++)
        assert_string_not_equal(p->families[i], p->family);
    assert_true(p->n_families < 128);
    memcpy(p->families[p->n_families++], p->family, sizeof p->family);
    expect(p, " ");
    assert_true(*p->at != '\n');
    while (*p->at != '\n') {
        assert_true(*p->at != '\0' && *p->at != '\\');
        p->at++;
    }
    p->at++;
    p->help_only = true;
}

static void read_type(parser *p)
{
    char name[NAME_MAX_LEN];
    assert_true(p->help_only);
    expect(p, "# TYPE ");
    size_t len = read_name(p, name);
    assert_string_equal(name, p->family);
    expect(p, " ");
    p->counter = *p->at == 'c';
    expect(p, p->counter ? "counter\n" : "gauge\n");
    assert_int_equal(p->counter, len > 6 && strcmp(name + len - 6, "_total") == 0);
    p->help_only = false;
}

static void read_labels(parser *p)
{
    char names[16][NAME_MAX_LEN];
    size_t n = 0;
    expect(p, "{");
    do {
        assert_true(n < 16);
        if (n > 0)
            expect(p, ",");
        (void)read_name(p, names[n]);
        for (size_t i = 0; i < n; i++)
            assert_string_not_equal(names[i], names[n]);
        n++;
        expect(p, "=\"");
        while (*p->at != '"') {
            assert_true(*p->at != '\0' && *p->at != '\n');
            if (*p->at++ == '\\') {
                assert_true(*p->at == '\\' || *p->at == '"' || *p->at == 'n');
                p->at++;
            }
        }
        p->at++;
    } while (*p->at == ',');
    expect(p, "}");
}

static void read_sample(parser *p)
{
    const char *begin = p->at;
    char name[NAME_MAX_LEN];
    assert_false(p->help_only);
    (void)read_name(p, name);
    assert_string_equal(name, p->family);
    if (*p->at == '{')
        read_labels(p);
    size_t len = (size_t)(p->at - begin);
    for (size_t i = 0; i < p->n_series; i++)
        if (p->series_len[i] == len && memcmp(p->series[i], begin, len) == 0)
            fail_msg("twice: %.*s", (int)len, begin);
    assert_true(p->n_series < SERIES_MAX);
    p->series[p->n_series] = begin;
    p->series_len[p->n_series++] = len;
    expect(p, " ");
    assert_true(isdigit((unsigned char)*p->at));
    while (isdigit((unsigned char)*p->at))
        p->at++;
    expect(p, "\n");
}

void weft_test_prometheus_check(const char *text)
{
    parser *p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->at = text;
    while (*p->at != '\0') {
        if (strncmp(p->at, "# H", 3) == 0)
            read_help(p);
        else if (*p->at == '#')
            read_type(p);
        else
            read_sample(p);
    }
    assert_false(p->help_only);
    assert_true(p->n_series > 0);
    free(p);
}

bool weft_test_prometheus_find(const char *text, const char *sample, uint64_t *ret_value)
{
    size_t len = strlen(sample);
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1)
        if (strncmp(line, sample, len) == 0 && line[len] == ' ') {
            *ret_value = strtoull(line + len + 1, NULL, 10);
            return true;
        }
    return false;
}
