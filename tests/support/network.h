/* A network of the test's own: addresses at will, and settings that nobody else sees. */
#ifndef WEFT_TESTS_SUPPORT_NETWORK_H
#define WEFT_TESTS_SUPPORT_NETWORK_H

#include <stdbool.h>

/* From now on the process is in a network with a loopback and nothing else. false: that is not allowed here. Before any
 * other thread begins. */
bool weft_test_own_network(void);
/* One more IPv6 address of the loopback there. */
bool weft_test_add_address6(const char *address);
/* Do connections that wait at a TCP socket which closes move to others of its port there (net.ipv4.tcp_migrate_req)?
 * false: the system does not know that. */
bool weft_test_migrate(bool on);

#endif
