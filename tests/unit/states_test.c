/* The tables of transitions, pair by pair, against the diagrams written down once more by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/session/states.h"

/* "a>b" for each legal transition, by the states' first letters in the order of their enums. */
static bool listed(const char *pairs, char from, char to)
{
    char pair[] = { from, '>', to, '\0' };
    return strstr(pairs, pair) != NULL;
}

static void states_session_every_pair(void **state)
{
    /* A session goes one way, and can end from anywhere. */
    const char letters[] = "crlge"; /* connecting ready closing goodbye ended */
    (void)state;
    for (unsigned from = 0; from < 5; from++)
        for (unsigned to = 0; to < 5; to++)
            assert_int_equal(weft__session_may_become((weft__session_state)from, (weft__session_state)to),
                             listed("c>r c>e r>l r>e l>g l>e g>e", letters[from], letters[to]));
}

static void states_connection_every_pair(void **state)
{
    /* A connection opens once and closes once, but for one that is lost and opened again. */
    const char letters[] = "oapnlc"; /* opening arriving pending open closing closed */
    (void)state;
    for (unsigned from = 0; from < 6; from++)
        for (unsigned to = 0; to < 6; to++)
            assert_int_equal(
                weft__conn_may_become((weft__conn_state)from, (weft__conn_state)to),
                listed("o>n o>l o>c a>p a>n a>l a>c p>n p>l p>c n>o n>l n>c l>c", letters[from], letters[to]));
}

static void states_call_every_pair(void **state)
{
    /* A call of ours ends once, wherever it goes again before, and one of theirs is answered once. */
    const char letters[] = "nwqsgeavrto";
    /* new waiting queued sent given-up ended | arrived serVed answeRed taking over */
    (void)state;
    for (unsigned from = 0; from < 11; from++)
        for (unsigned to = 0; to < 11; to++)
            assert_int_equal(
                weft__call_may_become((weft__call_state)from, (weft__call_state)to),
                listed("n>w n>q n>e n>a w>q w>e q>s q>e q>w s>g s>e s>w g>e a>v a>r a>o v>r v>o r>t r>o t>o",
                       letters[from], letters[to]));
}

static void states_channel_every_pair(void **state)
{
    /* A channel ends once, however. */
    const char letters[] = "ocre"; /* open closing resetting ended */
    (void)state;
    for (unsigned from = 0; from < 4; from++)
        for (unsigned to = 0; to < 4; to++)
            assert_int_equal(weft__channel_may_become((weft__channel_state)from, (weft__channel_state)to),
                             listed("o>c o>r o>e c>e r>e", letters[from], letters[to]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_session_every_pair),
        cmocka_unit_test(states_connection_every_pair),
        cmocka_unit_test(states_call_every_pair),
        cmocka_unit_test(states_channel_every_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
