/* `weft call`: one call, with its channels on stdin and stdout. */
#ifndef WEFT_TOOLS_WEFT_CALL_H
#define WEFT_TOOLS_WEFT_CALL_H

#include "tools/weft/tool.h"

/* One of the call's channels: what arrives is printed, lines of stdin are sent. */
typedef struct call_channel {
    struct call_job *call;
    const weft_channel_param *param;
    weft_channel handle;
    bool is_open;
    uint32_t n_unconsumed; /* printed while stdout was slow */
} call_channel;

typedef struct call_job {
    tool t;
    weft_schema *schema;
    const weft_service_type *service;
    uint32_t method;
    weft_value args;
    weft_connection *connection;
    weft_call handle;
    call_channel channels[WEFT_METHOD_CHANNELS_MAX];
    uint32_t n_in, n_out; /* that the method receives from us, and sends to us */
    bool is_under_way;    /* no reply yet */
    bool is_given_up;     /* why has been said */
    bool is_over;
    tool_out out;
    tool_in in;
    weft_arena *line_arena; /* of the line of stdin that is being sent */
    weft_value held;        /* what there was no room for */
    call_channel *held_for;
    uint64_t n_lines;
    uv_timer_t timer; /* --timeout, which streams have too */
    bool has_timer;
} call_job;

/* call_stream.c */

/* Both before the call is made. */
void call_streams_begin(call_job *c);
/* Reads what comes, once there are handles. */
void call_streams_start(call_job *c);
/* Ends all channels that are open. */
void call_streams_stop(call_job *c);
bool call_streams_are_open(const call_job *c);
/* stdout has room again. */
void call_streams_go_on(call_job *c);

/* call.c */

static inline const weft_method *call_method(const call_job *c)
{
    return &c->service->methods[c->method];
}
/* A value on a line of its own: as it is, or where several kinds of things are printed as {"name": value}. */
void call_print(call_job *c, const char *name, bool is_named, weft_value value);
/* An item of a channel. */
void call_print_item(call_job *c, const char *channel, weft_value item);
/* What --json says besides: {"name": text}, text being JSON. */
void call_print_json(call_job *c, const char *name, const char *text);
/* Ends the command where nothing is left to come. */
void call_check_over(call_job *c);
/* The call makes no sense any more: it is given up, and the command ends with the status. */
void call_give_up(call_job *c, int status);

#endif
