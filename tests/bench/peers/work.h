/* What the peers share that have no encoding of their own: a request is one byte that says what it asks, and then two
 * integers, or any bytes; and sockets for those that take some that are there. */
#ifndef WEFT_TESTS_BENCH_PEERS_WORK_H
#define WEFT_TESTS_BENCH_PEERS_WORK_H

#include "tests/bench/measure.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { WORK_ADD = 1, WORK_ECHO = 2, WORK_ADDEND = 1000003, WORK_ADD_LEN = 17 };

/* Fails the process if m asks for what unary calls are not. */
void work_check(const measure *m);
/* How long a request is, and the same written to `to`. */
size_t work_len(const measure *m);
void work_request(const measure *m, uint8_t *to, int64_t operand);
/* The answer in the place of the request: its length. */
size_t work_answer(uint8_t *bytes, size_t len);
/* Fails the process if bytes are not the answer to the request with that operand (of echo: any). */
void work_check_answer(const measure *m, const uint8_t *bytes, size_t len, int64_t operand);

/* A listening and a connected socket of an address. */
int work_listen(const char *address);
int work_connect(const char *address);
/* The same address with other words before its path and its port; static. */
const char *work_url(const char *address, const char *before_path, const char *before_port);

#ifdef __cplusplus
}
#endif
#endif
