/* Leaving a listening socket without a loss.
 *
 * The system completes connections by itself: who is in a listening socket's queue has connected, and may have sent. A
 * socket that is closed resets them. So the door is shut first, then everybody is accepted who is behind it, and only
 * then is the socket closed. At TCP some are in between: they have been answered (SYN_RECV), and will have connected as
 * soon as they hear it, a round trip later, or a second more where a segment is lost. They are not in the queue, and no
 * option of the socket tells of them; the system's socket diagnostics do, to everybody. */
#define _GNU_SOURCE /* SO_ATTACH_FILTER, SO_DOMAIN, TCP_SYN_RECV */

#include "runtime/conduit/socket_door.h"

#include "runtime/conduit/socket.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* What a filter sees at TCP begins with the TCP header, whose byte 13 has the flags. */
#define DOOR_FLAGS_AT 13
#define DOOR_SYN 0x02
#define DOOR_ACK 0x10

static bool door_shut_tcp(int fd)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, DOOR_FLAGS_AT),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, DOOR_SYN | DOOR_ACK),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DOOR_SYN, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),          /* dropped */
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX), /* whole */
    };
    const struct sock_fprog filter = { sizeof steps / sizeof steps[0], steps };
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}

bool weft__socket_open_door(int fd)
{
    int unused = 0;
    return setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused) == 0;
}

static int door_family(int fd)
{
    int family = AF_UNSPEC;
    socklen_t len = sizeof family;
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) == 0 ? family : AF_UNSPEC;
}

bool weft__socket_shut_door(int fd)
{
    switch (door_family(fd)) {
    case AF_UNIX: return shutdown(fd, SHUT_RD) == 0;
    case AF_INET:
    case AF_INET6: return door_shut_tcp(fd);
    default: return false;
    }
}

/* ---- the system's diagnostics ---- */

typedef struct door_question {
    struct nlmsghdr head;
    struct inet_diag_req_v2 body;
} door_question;

static int door_ask(int netlink, int family, uint16_t port)
{
    struct sockaddr_nl system;
    door_question question;
    memset(&question, 0, sizeof question);
    question.head.nlmsg_len = sizeof question;
    question.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    question.body.sdiag_family = (uint8_t)family;
    question.body.sdiag_protocol = IPPROTO_TCP;
    question.body.idiag_states = 1U << TCP_SYN_RECV;
    question.body.id.idiag_sport = htons(port);
    memset(&system, 0, sizeof system);
    system.nl_family = AF_NETLINK;
    return sendto(netlink, &question, sizeof question, 0, (struct sockaddr *)&system, sizeof system) < 0 ? -errno : 0;
}

/* Whether there is one: the kind of the first message says it. The answer is there when the question has been sent. */
static int door_hear(int netlink)
{
    union {
        struct nlmsghdr head;
        char bytes[8192];
    } answer;
    struct nlmsgerr error;
    ssize_t n = recv(netlink, &answer, sizeof answer, MSG_DONTWAIT);
    if (n < 0)
        return -errno;
    if ((size_t)n < sizeof answer.head)
        return -EPROTO;
    if (answer.head.nlmsg_type == SOCK_DIAG_BY_FAMILY)
        return 1;
    if (answer.head.nlmsg_type == NLMSG_DONE)
        return 0;
    if (answer.head.nlmsg_type != NLMSG_ERROR || (size_t)n < NLMSG_HDRLEN + sizeof error)
        return -EPROTO;
    memcpy(&error, answer.bytes + NLMSG_HDRLEN, sizeof error);
    return error.error < 0 ? error.error : -EPROTO;
}

static int door_on_the_way(int family, uint16_t port)
{
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    int rc = netlink < 0 ? -errno : door_ask(netlink, family, port);
    if (rc == 0)
        rc = door_hear(netlink);
    weft__socket_close(netlink);
    return rc;
}

int weft__socket_on_the_way(int fd)
{
    uint16_t port = weft__socket_port(fd);
    int family = door_family(fd);
    int rc = 0;
    if (family == AF_INET6) /* whose clients may be of either */
        rc = door_on_the_way(AF_INET6, port);
    return rc == 0 ? door_on_the_way(AF_INET, port) : rc;
}
