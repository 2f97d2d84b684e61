// Thrift: a thread for each connection, framed, binary protocol.
#include "Bench.h"
#include "tests/bench/peers/work.h"

#include <cstdlib>
#include <cstring>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/server/TThreadedServer.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TServerSocket.h>

using namespace apache::thrift;

namespace
{

struct Handler final : BenchIf {
    int64_t add(const int64_t a, const int64_t b) override
    {
        return a + b;
    }
    void echo(std::string &answer, const std::string &data) override
    {
        answer = data;
    }
};

struct Ready final : server::TServerEventHandler {
    void preServe() override
    {
        measure_ready();
    }
};

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2)
        measure_fail("usage: server unix:PATH|tcp:PORT", argc);
    measure_more_files();
    bool is_unix = strncmp(argv[1], "unix:", 5) == 0;
    auto socket = is_unix
                      ? std::make_shared<transport::TServerSocket>(std::string(argv[1] + 5))
                      : std::make_shared<transport::TServerSocket>("127.0.0.1", (int)strtol(argv[1] + 4, nullptr, 10));
    server::TThreadedServer server(std::make_shared<BenchProcessor>(std::make_shared<Handler>()), socket,
                                   std::make_shared<transport::TFramedTransportFactory>(),
                                   std::make_shared<protocol::TBinaryProtocolFactory>());
    server.setServerEventHandler(std::make_shared<Ready>());
    server.serve();
    return 1;
}
