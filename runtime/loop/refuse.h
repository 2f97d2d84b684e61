/* Refusing a conduit without a handshake. */
#ifndef WEFT_RUNTIME_LOOP_REFUSE_H
#define WEFT_RUNTIME_LOOP_REFUSE_H

#include <stdint.h>

/* [preamble] Tells the counterpart the code, and closes. Never waits. */
void weft__refuse(int fd, uint8_t code);
/* Closes without a word, and so that nothing of it stays in the system. */
void weft__refuse_by_reset(int fd);

#endif
