using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting.Tests.Support;

namespace RocketMQ.Remoting.Tests;

public class AllocationTests
{
    [TestCase(SerializeType.Json)]
    [TestCase(SerializeType.RocketMq)]
    public async Task A_request_costs_the_server_its_header_and_its_response_and_no_more(SerializeType type)
    {
        await using var server = await TestServer.StartAsync(new Handler(request =>
        {
            var header = request.ReadHeader<GetMaxOffsetRequestHeader>();
            return RemotingCommand.Response(ResponseCode.Success, new GetMaxOffsetResponseHeader { Offset = header.QueueId });
        }));
        using var peer = server.Connect();
        var request = RemotingCommand.Request(1, new GetMaxOffsetRequestHeader { Topic = "TopicTest", QueueId = 3 });
        request.SerializeType = type;
        var frame = RawPeer.Frame(request);
        var reply = new byte[4096];
        long Measure(int count)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < count; i++)
            {
                peer.Send(frame);
                peer.Receive(reply);
            }

            return (GC.GetTotalAllocatedBytes(precise: true) - before) / count;
        }

        Measure(2000);

        // Others in the process only ever add to the count: the least of a few rounds is the request's own.
        var bytesPerRequest = Enumerable.Range(0, 5).Min(_ => Measure(2000));
        TestContext.Out.WriteLine($"{bytesPerRequest} bytes per request");

        // The command 136, its header 24, the request's header 40 and its topic 40; the rest is air for the thread pool.
        Assert.That(bytesPerRequest, Is.LessThan(320));
    }
}
