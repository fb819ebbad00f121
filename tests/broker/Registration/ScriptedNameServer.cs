using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Tests.Registration;

/// <summary>A name server that remembers what brokers told it and answers as a test says: at once, late or not at all.</summary>
internal sealed class ScriptedNameServer : IAsyncDisposable, IRequestHandler
{
    private readonly ConcurrentQueue<string[]> _told = new();
    private RemotingServer _server = null!;

    public string Address => _server.LocalEndPoint.ToString();

    /// <summary>What a request is answered with; success unless a test says otherwise. Its topics are those it names.</summary>
    public Func<string[], Task<int>> Answer { get; set; } = _ => Task.FromResult<int>(ResponseCode.Success);

    /// <summary>The topics of each request that was not refused, in the order they came; those of one topic alone carry a plus.</summary>
    public IReadOnlyCollection<string[]> Told => _told;

    public static async Task<ScriptedNameServer> StartAsync(params int[] codes)
    {
        var nameServer = new ScriptedNameServer();
        var table = new RequestTable.Builder().Add(RequestCode.UnregisterBroker, nameServer);
        foreach (var code in codes.Length == 0 ? [RequestCode.RegisterBroker, RequestCode.RegisterTopicInNamesrv] : codes)
        {
            table.Add(code, nameServer);
        }

        nameServer._server = new RemotingServer(
            new IPEndPoint(IPAddress.Loopback, 0), table.Build(), new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        await nameServer._server.StartAsync();
        return nameServer;
    }

    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        string[] topics = request.Code switch
        {
            RequestCode.RegisterBroker => [.. request.ReadBody<RegisterBrokerBody>().TopicConfigSerializeWrapper.TopicConfigTable.Keys],
            RequestCode.RegisterTopicInNamesrv => ["+" + request.ReadHeader<RegisterTopicRequestHeader>().Topic],
            _ => [],
        };
        var code = await Answer(topics);
        if (code == ResponseCode.Success && topics.Length > 0)
        {
            _told.Enqueue(topics);
        }

        return RemotingCommand.Response(code);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();
}
