/* What the handlers and readers of tests/codegen/idl/streams.weft do in the tests, and what they note. */
#ifndef WEFT_TESTS_UNIT_RPC_STREAMS_H
#define WEFT_TESTS_UNIT_RPC_STREAMS_H

#include "tests/unit/rpc/rig.h"

#include "streams.weft.h"

/* What the handler that ran last was given: calls are answered by the test. */
typedef struct streams_handled {
    int n;
    weft_call call;
    uint64_t remaining_ns;
    char text[32]; /* of the argument that is a string */
    st_event_tx events;
    st_sample_rx samples;
    st_str_rx input;
    st_str_tx output;
    st_u64_tx numbers;
    st_sample_list_tx rows;
    st_str_u32_list_map_rx maps;
    st_u8_4_array_tx digests;
    st_u16_2_array_3_array_rx grids;
    st_sample_opt_2_array_1_array_2_array_tx refs;
    st_sample_opt_tx samples_out;
    st_u32_opt_rx numbers_in;
    st_kv_common_v1_region_tx wanted;
    st_kv_common_v1_region_list_rx known;
    st_bytes_rx blobs;
} streams_handled;
extern streams_handled handled;
extern const st_streams_handler streams_handler;

/* A client of a connection that serves streams_handler, on either side of the rig. */
st_streams_client streams_open(rig *r);
/* Ends both engines, so that what readers note lives as long as they do. */
void streams_end(rig *r, st_streams_client client);

/* What a reader was told: the user of the readers below. */
typedef struct streams_notes {
    int n;           /* items */
    bool keeps;      /* items are not consumed when they are delivered */
    bool resets;     /* the first item resets the channel */
    uint64_t sum;    /* of numbers; of the lengths of bytes */
    char text[256];  /* strings and names, each with a blank behind it */
    weft_channel rx; /* of the last item */
    int n_ended;
    weft_channel_end end;
    char end_text[32];
} streams_notes;

extern const st_event_reader event_reader;
extern const st_sample_reader sample_reader;
extern const st_str_reader str_reader;
extern const st_u64_reader u64_reader;
extern const st_bytes_reader bytes_reader;
void streams_on_end(void *user, const weft_channel_end *end);
/* A word more in notes->text. */
void streams_note(streams_notes *notes, weft_str word);

/* The end was told once, as this. */
void assert_ended(const streams_notes *notes, weft_channel_end_kind kind, int code, uint16_t reason);

/* What the last answer said: the callbacks below count and note. */
typedef struct streams_answer {
    int n;
    int code;
    weft_outcome outcome;
    uint64_t value;
    bool has_error;
} streams_answer;
extern streams_answer answer;
void on_watch(void *user, const st_streams_watch_reply *reply);
void on_load(void *user, const st_streams_load_reply *reply);
void on_echo(void *user, const st_streams_echo_reply *reply);
void on_count(void *user, const st_streams_count_reply *reply);
void on_maybe(void *user, const st_streams_maybe_reply *reply);

/* A call of watch that has reached its handler: handled.events sends to what is returned. */
st_event_rx streams_watch(rig *r, st_streams_client client, weft_call *ret_call);
/* A call of load that has reached its handler: what is returned sends to handled.samples. */
st_sample_tx streams_load(rig *r, st_streams_client client, weft_call *ret_call);
/* By handled.events. */
int send_event(const char *name);
int send_sample(st_sample_tx samples, double value, const char *note);

/* Counts in *user, an int. */
void on_room(void *user);

#endif
