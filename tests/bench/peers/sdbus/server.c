/* sd-bus, peer to peer: each connection is a bus of its own on one sd-event loop. */
#include "tests/bench/peers/work.h"

#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <systemd/sd-id128.h>

static int on_add(sd_bus_message *call, void *user, sd_bus_error *error)
{
    int64_t a, b;
    (void)user;
    (void)error;
    measure_check("add", sd_bus_message_read(call, "xx", &a, &b));
    return sd_bus_reply_method_return(call, "x", a + b);
}

static int on_echo(sd_bus_message *call, void *user, sd_bus_error *error)
{
    const void *data;
    size_t len;
    sd_bus_message *reply;
    (void)user;
    (void)error;
    measure_check("echo", sd_bus_message_read_array(call, 'y', &data, &len));
    measure_check("echo", sd_bus_message_new_method_return(call, &reply));
    measure_check("echo", sd_bus_message_append_array(reply, 'y', data, len));
    int rc = sd_bus_send(NULL, reply, NULL);
    sd_bus_message_unref(reply);
    return rc;
}

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Add", "xx", "x", on_add, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Echo", "ay", "ay", on_echo, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

static int on_connection(sd_event_source *source, int listener, uint32_t events, void *user)
{
    sd_event *loop = user;
    sd_bus *bus;
    sd_id128_t id;
    int fd = accept(listener, NULL, NULL);
    (void)source;
    (void)events;
    measure_check("accept", fd);
    measure_check("id", sd_id128_randomize(&id));
    measure_check("bus", sd_bus_new(&bus));
    measure_check("bus", sd_bus_set_fd(bus, fd, fd));
    measure_check("bus", sd_bus_set_server(bus, 1, id));
    measure_check("bus", sd_bus_set_anonymous(bus, 1));
    measure_check("bus", sd_bus_start(bus));
    measure_check("bus", sd_bus_attach_event(bus, loop, SD_EVENT_PRIORITY_NORMAL));
    measure_check("bus", sd_bus_add_object_vtable(bus, NULL, "/bench", "weft.Bench", vtable, NULL));
    return 0;
}

int main(int argc, char **argv)
{
    sd_event *loop;
    if (argc != 2)
        measure_fail("usage: server unix:PATH|tcp:PORT", argc);
    measure_more_files();
    int listener = work_listen(argv[1]);
    measure_check("loop", sd_event_new(&loop));
    measure_check("listen", sd_event_add_io(loop, NULL, listener, 1 /* EPOLLIN */, on_connection, loop));
    measure_ready();
    return sd_event_loop(loop) < 0;
}
