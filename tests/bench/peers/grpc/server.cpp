// gRPC: a completion queue, one thread, 64 calls of each method awaited; the stream on a thread of its own (blocking).
#include "bench.grpc.pb.h"
#include "tests/bench/peers/work.h"

#include <grpcpp/grpcpp.h>
#include <functional>

namespace
{

using weft::bench::Bench;
using Service = Bench::WithAsyncMethod_Add<Bench::WithAsyncMethod_Echo<Bench::Service>>;

struct Task {
    virtual ~Task() = default;
    virtual void go_on(bool ok) = 0;
};

template <typename Request, typename Answer> class Call final : public Task
{
  public:
    using Writer = grpc::ServerAsyncResponseWriter<Answer>;
    using Await = std::function<void(grpc::ServerContext *, Request *, Writer *, void *tag)>;
    using Handle = void (*)(Request &, Answer &);

    Call(Await await, Handle handle) : await_(std::move(await)), handle_(handle), writer_(&context_)
    {
        await_(&context_, &request_, &writer_, this);
    }

    void go_on(bool ok) override
    {
        if (answered_ || !ok) {
            delete this;
            return;
        }
        new Call(await_, handle_);
        handle_(request_, answer_);
        answered_ = true;
        writer_.Finish(answer_, grpc::Status::OK, this);
    }

  private:
    Await await_;
    Handle handle_;
    grpc::ServerContext context_;
    Request request_;
    Answer answer_;
    Writer writer_;
    bool answered_ = false;
};

class Server final : public Service
{
    grpc::Status Stream(grpc::ServerContext *, const weft::bench::Wanted *wanted,
                        grpc::ServerWriter<weft::bench::Bytes> *to) override
    {
        weft::bench::Bytes item;
        item.set_data(std::string(wanted->size(), 'x'));
        while (to->Write(item)) {
        }
        return grpc::Status::OK;
    }
};

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2)
        measure_fail("usage: server unix:PATH|tcp:PORT", argc);
    measure_more_files();
    Server service;
    grpc::ServerBuilder builder;
    builder.AddListeningPort(work_url(argv[1], "unix:", "127.0.0.1:"), grpc::InsecureServerCredentials());
    builder.SetMaxReceiveMessageSize(-1);
    builder.RegisterService(&service);
    auto queue = builder.AddCompletionQueue();
    auto server = builder.BuildAndStart();
    if (!server)
        measure_fail(argv[1], -1);
    auto *q = queue.get();
    using namespace weft::bench;
    for (int i = 0; i < 64; i++) {
        new Call<Pair, Sum>([&, q](auto *c, auto *r, auto *w, void *tag) { service.RequestAdd(c, r, w, q, q, tag); },
                            [](Pair &pair, Sum &sum) { sum.set_value(pair.a() + pair.b()); });
        new Call<Bytes, Bytes>(
            [&, q](auto *c, auto *r, auto *w, void *tag) { service.RequestEcho(c, r, w, q, q, tag); },
            [](Bytes &in, Bytes &out) { out.set_data(std::move(*in.mutable_data())); });
    }
    measure_ready();
    void *tag;
    bool ok;
    while (queue->Next(&tag, &ok))
        static_cast<Task *>(tag)->go_on(ok);
    return 0;
}
