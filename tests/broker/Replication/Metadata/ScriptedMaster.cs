using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Metadata;

/// <summary>
/// A master of Apache's as far as its slave asks for tables: it answers with the frames that a 4.9 or 5.3.3 broker answered, at its port and at its fast
/// port, and remembers what it was asked where.
/// </summary>
internal sealed class ScriptedMaster : IAsyncDisposable, IRequestHandler
{
    private readonly Dictionary<int, RemotingCommand> _answers = [];
    private readonly List<RemotingServer> _servers = [];
    private readonly int _port;

    private ScriptedMaster(int port) => _port = port;

    public string Address => $"127.0.0.1:{_port}";

    /// <summary>In the order they came: the code, whether it came to the fast port, and the request.</summary>
    public ConcurrentQueue<(int Code, bool IsFast, RemotingCommand Request)> Asked { get; } = new();

    /// <summary>What it says where its log ends.</summary>
    public long LogEnd { get; set; }

    /// <summary>Another answer than the recorded one; null for that.</summary>
    public Func<RemotingCommand, RemotingCommand?> Answer { get; set; } = _ => null;

    public static async Task<ScriptedMaster> StartAsync(string recorded, bool hasFastPort = true)
    {
        var master = new ScriptedMaster(BrokerPorts.Find().Broker);
        var table = new RequestTable.Builder().Add(RequestCode.GetBrokerRuntimeInfo, master);
        foreach (var file in Directory.EnumerateFiles(Folder(recorded), "*-response.bin"))
        {
            var code = int.Parse(Path.GetFileName(file).Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);
            master._answers[code] = Read(file);
            table.Add(code, master);
        }

        foreach (var port in hasFastPort ? (int[])[master._port, master._port - 2] : [master._port])
        {
            var server = new RemotingServer(
                new IPEndPoint(IPAddress.Loopback, port), table.Build(), new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
            master._servers.Add(server);
            await server.StartAsync();
        }

        return master;
    }

    /// <summary>What Apache's slave asked with a code.</summary>
    public static RemotingCommand RecordedRequest(string recorded, int code) => Read(Path.Combine(Folder(recorded), $"{code}-request.bin"));

    /// <summary>What Apache's master answered to it.</summary>
    public T Body<T>(int code) => _answers[code].ReadBody<T>();

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var request = context.Request.ToOwned();
        Asked.Enqueue((request.Code, ((IPEndPoint)context.Connection.LocalEndPoint!).Port != _port, request));
        return ValueTask.FromResult<RemotingCommand?>(Answer(request) ?? Recorded(request.Code));
    }

    private RemotingCommand Recorded(int code)
    {
        if (code == RequestCode.GetBrokerRuntimeInfo)
        {
            var info = new KVTable { Table = { ["commitLogMaxOffset"] = LogEnd.ToString(System.Globalization.CultureInfo.InvariantCulture) } };
            return RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(info));
        }

        var answer = _answers[code];
        return RemotingCommand.ResponseWithBody(answer.Code, answer.Body.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private static string Folder(string recorded) => Path.Combine(AppContext.BaseDirectory, "Replication", "Metadata", "golden", recorded);

    private static RemotingCommand Read(string file)
    {
        var command = new RemotingCommand();
        Assert.That(CommandCodec.Decode(new ReadOnlySequence<byte>(File.ReadAllBytes(file).AsMemory(4)), command), Is.Null, file);
        return command;
    }
}
