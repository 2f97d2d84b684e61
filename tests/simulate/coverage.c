/* What was reached, and what was not. */
#include "tests/simulate/coverage.h"

#include <stdio.h>
#include <string.h>

static const char *const columns[] = {
#define MON_COLUMN_TEXT(name, text) [MON_COL_##name] = (text),
    MON_COLUMNS(MON_COLUMN_TEXT)
#undef MON_COLUMN_TEXT
};
static const char *const rules[] = {
#define SIM_RULE_TEXT(name, text) [RULE_##name] = (text),
    SIM_RULES(SIM_RULE_TEXT)
#undef SIM_RULE_TEXT
};
static const char *const faults[] = {
#define SIM_FAULT_TEXT(name, text) [FAULT_##name] = (text),
    SIM_FAULTS(SIM_FAULT_TEXT)
#undef SIM_FAULT_TEXT
};
static const char *const states[] = {
#define SIM_STATE_TEXT(name, text) [STATE_##name] = (text),
    SIM_STATES(SIM_STATE_TEXT)
#undef SIM_STATE_TEXT
};

void coverage_add(coverage *to, const coverage *from)
{
    uint64_t *at = (uint64_t *)(void *)to;
    const uint64_t *add = (const uint64_t *)(const void *)from;
    for (size_t i = 0; i < sizeof *to / sizeof *at; i++)
        at[i] += add[i];
}

static int kind_of(const char *name)
{
    static const struct {
        const char *name;
        int kind;
    } kinds[] = { { "Hello", 1 },         { "Welcome", 2 },       { "Ready", 3 },         { "Sorry", 4 },
                  { "Ping", 5 },          { "Pong", 6 },          { "ProtocolError", 7 }, { "Drain", 8 },
                  { "Ack", 9 },           { "Goodbye", 10 },      { "Open", 16 },         { "Accept", 17 },
                  { "Reject", 18 },       { "Close", 19 },        { "Window", 20 },       { "Schema", 32 },
                  { "Request", 33 },      { "Response", 34 },     { "Cancel", 35 },       { "Item", 48 },
                  { "ChannelClose", 49 }, { "ChannelReset", 50 }, { "Credit", 51 },       { "Unknown200", 200 } };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return kinds[i].kind;
    return -1;
}

static int column_of(const char *name)
{
    for (int i = 0; i < MON_COLS; i++)
        if (strcmp(columns[i], name) == 0)
            return i;
    return -1;
}

/* Each cell that is taken or dropped. */
static int print_cells(const coverage *c)
{
    char line[256], kind[32], state[32], role[32], expected[32], issue[8];
    char rarest_name[80] = "none";
    unsigned reached = 0, all = 0;
    uint64_t rarest = UINT64_MAX;
    FILE *file = fopen(WEFT_TEST_SOURCE_DIR "/tests/protocol/legal.csv", "r");
    if (!file)
        return -1;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%31[^,],%31[^,],%31[^,],%31[^,],%7[^,]", kind, state, role, expected, issue) != 5 ||
            (strcmp(expected, "taken") != 0 && strcmp(expected, "dropped") != 0))
            continue;
        int k = kind_of(kind), column = column_of(state);
        if (k < 0 || column < 0)
            continue;
        all++;
        if (c->cells[k][column] > 0) {
            reached++;
            if (c->cells[k][column] < rarest) {
                rarest = c->cells[k][column];
                (void)snprintf(rarest_name, sizeof rarest_name, "%s in state %s", kind, state);
            }
        } else {
            printf("not reached: %s in state %s (%s, issue %s)\n", kind, state, expected, issue);
        }
    }
    (void)fclose(file);
    printf("cells of legal.csv that are taken or dropped: %u of %u reached; the rarest: %s, %llu times\n", reached, all,
           rarest_name, (unsigned long long)rarest);
    return (int)(all - reached);
}

int coverage_print(const coverage *c)
{
    int missing_rules = 0;
    int missing_cells = print_cells(c);
    for (int i = 0; i < RULES; i++)
        if (c->rules[i] == 0) {
            missing_rules++;
            printf("not put to the test: [%s]\n", rules[i]);
        }
    printf("rules put to the test: %d of %d\n", RULES - missing_rules, RULES);
    for (int i = 0; i < FAULTS; i++)
        for (int k = 0; k < STATES; k++)
            if (i != FAULT_SPLIT && i != FAULT_JUMP && i != FAULT_ABORT && c->faults[i][k] == 0)
                printf("never: %s while %s\n", faults[i], states[k]);
    printf(
        "%llu runs, %llu events, %llu links, %llu opens, %llu calls, %llu bytes, "
        "%llu ends of channels, %llu items, %llu forged, %llu probes, %llu outages, %llu resumed\n"
        "%llu of the runs are fleets: %llu sessions replaced, %llu calls answered after another attempt, %llu "
        "indeterminate\n"
        "%llu of the runs are chains: %llu connections opened on, %llu that met, %llu joined when open, %llu hostile\n",
        (unsigned long long)c->runs, (unsigned long long)c->events, (unsigned long long)c->links,
        (unsigned long long)c->conns, (unsigned long long)c->calls, (unsigned long long)c->bytes,
        (unsigned long long)c->channels, (unsigned long long)c->items, (unsigned long long)c->forged,
        (unsigned long long)c->probes, (unsigned long long)c->outages, (unsigned long long)c->resumed,
        (unsigned long long)c->fleets, (unsigned long long)c->replaced, (unsigned long long)c->retried,
        (unsigned long long)c->indeterminate, (unsigned long long)c->chains, (unsigned long long)c->joined,
        (unsigned long long)c->met, (unsigned long long)c->joined_open, (unsigned long long)c->hostile);
    return missing_cells < 0 ? missing_cells : missing_cells + missing_rules;
}
