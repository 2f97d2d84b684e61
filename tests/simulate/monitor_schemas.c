/* The monitor's schemas: which have been said on a connection, by whom, and that whatever needs one comes behind it. */
#include "tests/simulate/sim.h"

#include <stdlib.h>

enum { REF = 20, DEPTH = 40, ARGS = 0, RESULTS = 1 };

static void rule(monitor *m, sim_rule which)
{
    m->side->world->coverage->rules[which]++;
}

static uint32_t bit(uint32_t method, unsigned direction)
{
    return 1u << (method * 2 + direction);
}

/* ---- what a Schema says ---- */

static bool knows(const mon_conn *conn, mon_dir dir, uint64_t id)
{
    for (size_t i = 0; i < conn->n_types[dir]; i++)
        if (conn->types[dir][i] == id)
            return true;
    return false;
}

static void learn(mon_conn *conn, mon_dir dir, uint64_t id)
{
    conn->types[dir] = realloc(conn->types[dir], (conn->n_types[dir] + 1) * sizeof(uint64_t));
    conn->types[dir][conn->n_types[dir]++] = id;
}

/* Any type that is referred to, however deep: [20, id]. No version has a type that refers to itself. */
static bool refers_to_known(const mon_conn *conn, mon_dir dir, weft__reader *r, unsigned depth)
{
    uint32_t n;
    uint64_t first = 0, id;
    weft__reader at = *r;
    if (weft__read_array(&at, &n) < 0)
        return weft__read_skip(r, DEPTH) == 0;
    *r = at;
    if (n == 2 && weft__read_u64(&at, &first) == 0 && first == REF && weft__read_u64(&at, &id) == 0) {
        *r = at;
        return knows(conn, dir, id);
    }
    bool ok = depth < DEPTH;
    for (uint32_t i = 0; i < n && ok; i++)
        ok = refers_to_known(conn, dir, r, depth + 1);
    return ok;
}

static void read_types(monitor *m, mon_conn *conn, mon_dir dir, weft__reader *r)
{
    uint32_t n = 0, pair = 0;
    uint64_t id = 0;
    weft_bytes declaration;
    MON_CHECK(m, weft__read_array(r, &n) == 0, "schema.send", "malformed types");
    for (uint32_t i = 0; i < n; i++) {
        MON_CHECK(m,
                  weft__read_array(r, &pair) == 0 && pair == 2 && weft__read_u64(r, &id) == 0 &&
                      weft__read_bin(r, &declaration) == 0,
                  "schema.send", "a malformed type");
        weft__reader inner = weft__reader_of(declaration);
        MON_CHECK(m, dir == MON_RX || !knows(conn, dir, id), "schema.send", "type %llx is sent twice",
                  (unsigned long long)id);
        MON_CHECK(m, refers_to_known(conn, dir, &inner, 0) && weft__reader_left(&inner) == 0, "schema.send",
                  "type %llx refers to one that was not sent before", (unsigned long long)id);
        learn(conn, dir, id);
    }
}

void mon_on_schema(monitor *m, mon_conn *conn, const mon_frame *f)
{
    const sim_version *version = link_conn(m->side->link, conn->tag)->ends[0].version;
    weft__reader r = mon_reader(f);
    uint32_t n, method = 0;
    uint64_t id = 0, direction = 0;
    MON_CHECK(m,
              weft__read_array(&r, &n) == 0 && n == 4 && weft__read_u64(&r, &id) == 0 &&
                  weft__read_u64(&r, &direction) == 0 && direction <= RESULTS,
              "schema.send", "malformed");
    while (method < METHODS && version->served[method].id != id)
        method++;
    MON_CHECK(m, method < METHODS, "schema.send", "of no method");
    MON_CHECK(m, conn_is_mixed(link_conn(m->side->link, conn->tag)), "schema.known",
              "a Schema, and both sides have the same declarations");
    MON_CHECK(m, !(conn->schemas[f->dir] & bit(method, (unsigned)direction)), "schema.send",
              "a second Schema of method %u, direction %llu", method, (unsigned long long)direction);
    read_types(m, conn, f->dir, &r);
    MON_CHECK(m, refers_to_known(conn, f->dir, &r, 0) && weft__reader_left(&r) == 0, "schema.send",
              "the root of method %u refers to a type that was not sent", method);
    conn->schemas[f->dir] |= bit(method, (unsigned)direction);
    rule(m, RULE_SCHEMA_SEND);
}

/* ---- what needs one ---- */

static void mon_need(monitor *m, const mon_conn *conn, const call_note *note, unsigned direction, const char *what)
{
    if (!conn_is_mixed(link_conn(m->side->link, conn->tag))) {
        rule(m, RULE_KNOWN);
        return;
    }
    MON_CHECK(m, conn->schemas[MON_TX] & bit(note->method, direction), "schema.required",
              "%s of call %llu, and no Schema before it", what, (unsigned long long)note->serial);
    rule(m, RULE_SCHEMA_REQUIRED);
}

void mon_needs_args(monitor *m, const mon_conn *conn, const call_note *note)
{
    mon_need(m, conn, note, ARGS, "the Request");
}

void mon_needs_results(monitor *m, const mon_conn *conn, const call_note *note, const char *what)
{
    mon_need(m, conn, note, RESULTS, what);
}
