using System.Buffers;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tests.Support;

namespace RocketMQ.Remoting.Tests;

[TestFixtureSource(typeof(Transports), nameof(Transports.All))]
public class RoundTripTests(TransportKind kind) : TransportFixture(kind)
{
    private const int Echo = 1;

    private sealed class EchoHandler : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            var body = new byte[context.Request.Body.Length];
            context.Request.Body.CopyTo(body);
            var response = RemotingCommand.ResponseWithBody(0, body);
            response.AddField("heard", context.Request.Field("said"u8) ?? "");
            return ValueTask.FromResult<RemotingCommand?>(response);
        }
    }

    [TestCase(SerializeType.Json)]
    [TestCase(SerializeType.RocketMq)]
    public async Task A_request_is_answered_with_its_own_body_and_fields(SerializeType type)
    {
        var table = new RequestTable.Builder().Add(Echo, new EchoHandler()).Build();
        await using var server = await StartAsync(table);
        await using var client = Client();

        var replies = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            var request = RemotingCommand.Request(Echo, body: BitConverter.GetBytes(i));
            request.SerializeType = type;
            request.AddField("said", $"line\u0001{i}\u0002\"ä\\");
            return await client.InvokeAsync(server.Address, request, TimeSpan.FromSeconds(10));
        }));

        for (var i = 0; i < replies.Length; i++)
        {
            Assert.That(BitConverter.ToInt32(replies[i].Body.FirstSpan), Is.EqualTo(i));
            Assert.That(replies[i].Field("heard"u8), Is.EqualTo($"line\u0001{i}\u0002\"ä\\"));
        }
    }
}
