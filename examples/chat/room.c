/* The room. An event goes to each member at once or not at all: nothing is queued for a slow one beyond the 16 items
 * that its channel holds. It could be thrown out, as a protocol would want whose every event matters
 * (weft_channel_abort, and a code that says so). In a chat the next line matters more than the last, so what it cannot
 * take is skipped and counted, and it is told how much it missed as soon as there is room. Nobody else notices. */
#include "room.h"

#include "weft/weft.h"

#include <stdlib.h>

struct member {
    struct member *next;
    struct room *room;
    chat_str_rx says;
    chat_event_tx events;
    bool hears; /* events has not ended */
    bool says_more;
    uint64_t n_missed;
    weft_str name;
    char name_text[];
};

/* ---- hearing ---- */

/* There is room again, or the channel has ended, of which on_events_end tells. */
static void member_on_room(void *user)
{
    struct member *m = user;
    chat_event missed = chat_event_make_missed(m->n_missed);
    int rc = m->n_missed > 0 ? chat_event_send(m->events, &missed) : 0;
    if (rc == 0)
        m->n_missed = 0;
    else if (rc == WEFT_EAGAIN)
        chat_event_on_room(m->events, member_on_room, m);
}

static void member_tell(struct member *m, const chat_event *event)
{
    /* Once something is missing, what follows waits for the gap to be told. */
    if (m->n_missed == 0 && chat_event_send(m->events, event) != WEFT_EAGAIN)
        return;
    if (m->n_missed++ == 0)
        chat_event_on_room(m->events, member_on_room, m);
}

static void room_tell(struct room *room, const chat_event *event)
{
    for (struct member *m = room->members; m; m = m->next) {
        if (m->hears)
            member_tell(m, event);
    }
}

/* ---- leaving ---- */

/* A member is gone when both of its channels have ended. */
static void member_leave_if_ended(struct member *m)
{
    struct member **at = &m->room->members;
    if (m->hears || m->says_more)
        return;
    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
    chat_event left = chat_event_make_left(m->name);
    room_tell(m->room, &left);
    free(m);
}

/* It wants to hear no more, or is gone. Not called where we finish: that is our own doing. */
static void on_events_end(void *user, const weft_channel_end *end)
{
    struct member *m = user;
    (void)end;
    m->hears = false;
    weft_channel_reset(m->says.channel, WEFT_CODE_NONE, NULL); /* who does not listen does not talk; else it is stale */
    member_leave_if_ended(m);
}

/* ---- talking ---- */

static bool on_line(void *user, chat_str_rx rx, weft_str line)
{
    struct member *m = user;
    chat_event_said_fields said = { m->name, line };
    chat_event event = chat_event_make_said(&said);
    (void)rx;
    if (line.len > 0 && line.len <= CHAT_MAX_LINE)
        room_tell(m->room, &event);
    return true;
}

/* Said all, or gone. */
static void on_says_end(void *user, const weft_channel_end *end)
{
    struct member *m = user;
    (void)end;
    m->says_more = false;
    if (m->hears && weft_channel_finish(m->events.channel) == 0)
        m->hears = false;
    member_leave_if_ended(m);
}

/* ---- joining ---- */

static bool room_has(const struct room *room, weft_str name)
{
    for (const struct member *m = room->members; m; m = m->next) {
        if (weft_str_equal(m->name, name))
            return true;
    }
    return false;
}

void room_on_join(void *self, chat_room_join_call call, const chat_room_join_args *args, chat_str_rx says,
                  chat_event_tx events)
{
    static const chat_str_reader reader = { sizeof reader, on_line, on_says_end };
    struct room *room = self;
    bool is_invalid = args->name.len == 0 || args->name.len > CHAT_MAX_LINE;
    if (is_invalid || room_has(room, args->name)) {
        chat_join_error error = is_invalid ? chat_join_error_make_name_invalid() : chat_join_error_make_name_taken();
        chat_room_join_fail(call, &error); /* both channels end with it, since nothing was done with them */
        return;
    }
    struct member *made = calloc(1, sizeof *made + args->name.len);
    if (!made) {
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
        return;
    }
    memcpy(made->name_text, args->name.ptr, args->name.len);
    made->name = weft_str_of(made->name_text, args->name.len);
    made->room = room;
    made->says = says;
    made->events = events;
    made->hears = made->says_more = true;
    made->next = room->members;
    room->members = made;
    weft_channel_on_end(events.channel, on_events_end, made);
    chat_str_read(says, &reader, made);
    chat_room_join_return(call); /* the channels go on without the call */
    chat_event joined = chat_event_make_joined(made->name);
    room_tell(room, &joined);
}
