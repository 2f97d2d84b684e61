/* The room of chat-server: its members, and what they say to each other. */
#ifndef CHAT_ROOM_H
#define CHAT_ROOM_H

#include "chat.weft.h"

struct member;

struct room {
    struct member *members;
};

/* The handler; self is the room. */
void room_on_join(void *self, chat_room_join_call call, const chat_room_join_args *args, chat_str_rx says,
                  chat_event_tx events);

#endif
