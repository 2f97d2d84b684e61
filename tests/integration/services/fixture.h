/* A server with a registry, and a client of it: what the tests of weft_services stand on. */
#ifndef WEFT_TESTS_INTEGRATION_SERVICES_FIXTURE_H
#define WEFT_TESTS_INTEGRATION_SERVICES_FIXTURE_H

#include "tests/integration/rig/rig.h"

#include "offer.weft.h"
#include "tests/support/rules.h"
#include "weft/health.weft.h"
#include "weft/reflection.weft.h"
#include "weft/services.h"

#include <string.h>

#define MAKER "test.offer.v1.Maker"
#define OTHER "test.offer.v1.Other"
#define REFLECTION "weft.reflection.v1.Reflection"
#define HEALTH "weft.health.v1.Health"

typedef struct fixture {
    rig *r;
    weft_services *services;
    weft_arena *arena; /* of replies */
    weft_call_options options;
    int n_makers_closed, n_drained;
    /* the filter: what it hides, and what it saw */
    const char *hides;
    bool wants_token;
    uint16_t code;
    int n_asked_to_open, n_asked_to_tell;
    /* the client */
    weft_connection *connection; /* the newest that was opened: one reference */
    weft_error open_error;
    int n_decided;
    int n_replies;
} fixture;

extern const offer_maker_handler fixture_maker; /* self: the fixture */
extern const offer_other_handler fixture_other;
/* Hides what the fixture says, but from who has the token; notes who asks. */
uint16_t fixture_filter(void *user, const weft_services_query *query, const char **ret_text);

/* 0, or the code of the reject. */
uint16_t try_open(fixture *f, const weft_service_type *service, const weft_metadata *metadata_or_null);
weft_health_health_client open_health(fixture *f);
/* Of a service, as Health.check tells it. */
weft_health_state_kind check(fixture *f, const char *service);

void assert_text(weft_str text, const char *expected);

int fixture_setup(void **state);
int fixture_teardown(void **state);
#define FIXTURE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

#endif
