/* weft/limits.h: every limit, its default, and the attack or mistake that it stops. Sizes in bytes, times in ns. */
#ifndef WEFT_LIMITS_H
#define WEFT_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/* Range of max_frame_size. Small enough that one frame cannot keep a conduit from others, large enough to be cheap: by
 * default 64 KiB of payload and what stands around it. */
#define WEFT_FRAME_SIZE_MIN ((uint32_t)16 * 1024)
#define WEFT_FRAME_SIZE_MAX ((uint32_t)1024 * 1024)
#define WEFT_FRAME_SIZE_DEFAULT ((uint32_t)65 * 1024)
/* A counterpart that sends fragments without end. */
#define WEFT_MESSAGE_SIZE_MIN ((uint32_t)64 * 1024)
#define WEFT_MESSAGE_SIZE_DEFAULT ((uint32_t)16 * 1024 * 1024)
/* Bytes under way on one connection: one connection cannot fill the session's memory. */
#define WEFT_CONNECTION_WINDOW_DEFAULT ((uint32_t)1024 * 1024)
#define WEFT_CONNECTION_WINDOW_MARGIN ((uint32_t)64 * 1024) /* at least max_frame_size and this */
/* How far kinds 35 and 49 to 51 may overdraw the window. */
#define WEFT_WINDOW_OVERDRAFT ((int64_t)256 * 1024)
/* Opens without end. */
#define WEFT_CONNECTIONS_DEFAULT ((uint32_t)16384)
/* Requests without end. */
#define WEFT_CONCURRENT_REQUESTS_DEFAULT ((uint32_t)1024)
/* Calls that wait for a place among the concurrent ones: an application that calls faster than it is answered. */
#define WEFT_QUEUED_CALLS_MAX ((uint32_t)1024)
#define WEFT_QUEUE_TIMEOUT_DEFAULT ((uint64_t)30 * 1000000000)
/* Calls of a session that are over (deadline passed, connection closed) and that handlers have not let go of: a
 * counterpart with short deadlines cannot fill the memory by handlers that are slow. Beyond: resource exhausted. */
#define WEFT_OVER_CALLS_MAX ((uint32_t)1024)
#define WEFT_CHANNELS_DEFAULT ((uint32_t)1024)
#define WEFT_CHANNEL_WINDOW_DEFAULT ((uint32_t)256 * 1024)
/* What an application may hand to a session that the conduit does not take. */
#define WEFT_QUEUED_DEFAULT ((uint64_t)16 * 1024 * 1024)
/* The same for what waits on one connection for its window: one slow reader does not stop the session's others. */
#define WEFT_QUEUED_CONNECTION_DEFAULT ((uint64_t)1024 * 1024)
/* What a session holds for its application, which a counterpart could otherwise fill without end. */
#define WEFT_BUFFERED_DEFAULT ((uint64_t)64 * 1024 * 1024)
/* A list of metadata: entries and bytes (keys, values, and 16 for each entry). */
#define WEFT_METADATA_ENTRIES_MAX 64
#define WEFT_METADATA_BYTES_MAX 8192
/* Services named in one Open, Accept, Hello or Welcome. */
#define WEFT_SERVICES_MAX 64
/* Features named in settings. */
#define WEFT_FEATURES_MAX 64
/* A text in a message; longer ones are cut when sent, and malformed when received. */
#define WEFT_TEXT_MAX 1024
/* Values within values: the C stack of a decoder. */
#define WEFT_NESTING_MAX 64
/* Memory that one decoded value may take beside its bytes: a spare, and so many times its length. Types whose C value
 * is large though absent or empty on the wire (an option of a long array, an enum with one large variant) could
 * otherwise be made to take thousands of times what was sent. */
#define WEFT_DECODED_SPARE ((size_t)1024 * 1024)
#define WEFT_DECODED_FACTOR ((size_t)64)
/* A counterpart that is gone without a word: silence until it is asked, and until it counts as dead. */
#define WEFT_KEEPALIVE_IDLE_DEFAULT ((uint64_t)30 * 1000000000)
#define WEFT_KEEPALIVE_TIMEOUT_DEFAULT ((uint64_t)20 * 1000000000)
/* A counterpart that begins and never goes on. */
#define WEFT_HANDED_MAX 128
#define WEFT_PREAMBLE_TIMEOUT ((uint64_t)5 * 1000000000)
#define WEFT_HANDSHAKE_TIMEOUT_DEFAULT ((uint64_t)10 * 1000000000)
#define WEFT_CONNECT_TIMEOUT_DEFAULT ((uint64_t)10 * 1000000000)
#define WEFT_OPEN_TIMEOUT ((uint64_t)30 * 1000000000)     /* an open that nobody decides */
#define WEFT_MESSAGE_TIMEOUT ((uint64_t)300 * 1000000000) /* a message half received */
/* A handler that never answers: calls without channels whose @timeout and options say nothing. */
#define WEFT_CALL_TIMEOUT_DEFAULT ((uint64_t)30 * 1000000000)
#define WEFT_CLOSE_TIMEOUT_DEFAULT ((uint64_t)5 * 1000000000)
/* After the last word: how long and how much is read and thrown away. */
#define WEFT_LAST_WORD_TIMEOUT ((uint64_t)2 * 1000000000)
#define WEFT_LAST_WORD_BYTES ((uint64_t)1024 * 1024)
/* Conduits between accept and Ready: all, and from one address; the defaults of a listener. */
#define WEFT_HANDSHAKES_MAX 256
#define WEFT_HANDSHAKES_PER_ADDRESS_MAX 16
/* Descriptors of the process that listeners leave to others: files, connections that it begins itself; a quarter of
 * what the process may have where that is less. */
#define WEFT_RESERVED_DESCRIPTORS ((uint32_t)32)
/* Between two tries of a listener that lacks descriptors or memory: doubled from the least to the longest. */
#define WEFT_ACCEPT_BACKOFF_MIN ((uint64_t)10 * 1000000)
#define WEFT_ACCEPT_BACKOFF_MAX ((uint64_t)1000 * 1000000)
/* Sessions without a conduit: how long one is kept, how many, and with how much memory. A crowd that connects, asks for
 * resumption and goes away. */
#define WEFT_RESUME_WINDOW_DEFAULT ((uint64_t)60 * 1000000000)
#define WEFT_PARKED_DEFAULT ((uint32_t)1024)
#define WEFT_PARKED_BYTES_DEFAULT ((uint64_t)256 * 1024 * 1024)
/* What was sent and not acknowledged: a counterpart that never does; and one that does not for so long is dead. */
#define WEFT_REPLAY_DEFAULT ((uint64_t)4 * 1024 * 1024)
#define WEFT_REPLAY_MIN ((uint64_t)256 * 1024) /* less would stop each time until the next Ack */
#define WEFT_REPLAY_TIMEOUT ((uint64_t)30 * 1000000000)
/* An Ack is owed after so many bytes, or so long. */
#define WEFT_ACK_BYTES ((uint64_t)64 * 1024)
#define WEFT_ACK_DELAY ((uint64_t)1 * 1000000000)
/* Between attempts to have a conduit again: doubled each time, and anything from half of it to all. */
#define WEFT_BACKOFF_MIN ((uint64_t)50 * 1000000)
#define WEFT_BACKOFF_MAX ((uint64_t)5000 * 1000000)
/* Proxies that an open goes through: rings of them. */
#define WEFT_HOPS_MAX ((uint64_t)8)
/* How often a call is sent in all. */
#define WEFT_ATTEMPTS_MAX ((uint32_t)3)
/* Operations that a callee remembers: all, their bytes, those of one client that run, and how long an outcome is kept.
 * A client that makes operations without end. */
#define WEFT_OPERATIONS_DEFAULT ((uint32_t)65536)
#define WEFT_OPERATIONS_BYTES_DEFAULT ((uint64_t)256 * 1024 * 1024)
#define WEFT_OPERATIONS_LIVE_DEFAULT ((uint32_t)1024)
#define WEFT_OPERATION_TTL_DEFAULT ((uint64_t)600 * 1000000000)
/* What tells operations that one callee keeps from those that another one does, or that one after a restart. */
#define WEFT_OPERATIONS_IDENTITY 16

#endif
