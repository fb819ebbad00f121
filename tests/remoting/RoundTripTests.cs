using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting.Tests;

public class RoundTripTests
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
        await using var server = new RemotingServer(
            new IPEndPoint(IPAddress.Loopback, 0), table, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        await server.StartAsync();
        await using var client = new RemotingClient(RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);

        var replies = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            var request = RemotingCommand.Request(Echo, body: BitConverter.GetBytes(i));
            request.SerializeType = type;
            request.AddField("said", $"line\u0001{i}\u0002\"ä\\");
            return await client.InvokeAsync(server.LocalEndPoint.ToString(), request, TimeSpan.FromSeconds(10));
        }));

        for (var i = 0; i < replies.Length; i++)
        {
            Assert.That(BitConverter.ToInt32(replies[i].Body.FirstSpan), Is.EqualTo(i));
            Assert.That(replies[i].Field("heard"u8), Is.EqualTo($"line\u0001{i}\u0002\"ä\\"));
        }
    }
}
