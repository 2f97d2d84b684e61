/* What was called, and how it ended. */
#include "checks.h"

#include <stdio.h>

#define N_METHODS (sizeof((counter *)0)->methods / sizeof((counter *)0)->methods[0])
#define N_OUTCOMES (sizeof((counter *)0)->methods[0].n / sizeof(unsigned))

static void count_done(void *user, const weft_call_info *info, const weft_result *result)
{
    counter *c = user;
    size_t i = 0;
    if (!info->inbound || (size_t)result->outcome >= N_OUTCOMES) /* NONE: the connection went before an answer */
        return;
    while (i < c->n_methods && strcmp(c->methods[i].method, info->method) != 0)
        i++;
    if (i == N_METHODS)
        return;
    if (i == c->n_methods) {
        snprintf(c->methods[i].method, sizeof c->methods[i].method, "%s", info->method);
        c->n_methods++;
    }
    c->methods[i].n[result->outcome]++;
}

weft_interceptor count_interceptor(counter *c)
{
    weft_interceptor i = { .size = sizeof i };
    i.user = c;
    i.done = count_done;
    return i;
}

void count_print(const counter *c)
{
    for (size_t i = 0; i < c->n_methods; i++)
        for (size_t k = 0; k < N_OUTCOMES; k++)
            if (c->methods[i].n[k] > 0)
                printf("%s: %u %s\n", c->methods[i].method, c->methods[i].n[k], weft_outcome_name((weft_outcome)k));
}
