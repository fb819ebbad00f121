using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Controller.Sets;
using RocketMQ.Controller.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Controller.Tests;

/// <summary>
/// What Apache's 5.3.3 brokers and tools sent to its controller is sent to ours, in the same order, over as many connections, at the same times of a virtual
/// clock; every answer, and every notice to brokers, has to be the one that Apache's gave.
/// </summary>
public class RecordedTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static IEnumerable<TestCaseData> Recordings =>
    [
        Case("a-empty-join"),
        Case("c-kill-master-2", TestController.SetOf(2, 1, 3, 8, 1, 2)),
        Case("c-stop-master", Seed("c-stop-master", 2)),
        Case("d-truncate", Seed("d-truncate", 2)),
        Case("f-third-broker", Seed("f-third-broker", 2)),
        Case("g-controller-restart", Seed("g-controller-restart", 2)),
    ];

    [TestCaseSource(nameof(Recordings))]
    public async Task A_controller_answers_as_Apache_s(string name, BrokerSet[] seed) =>
        await ReplayAsync(name, seed, 0, int.MaxValue, _ => true);

    /// <summary>
    /// From where an operator's commands begin: before, Apache's deposes a healthy master, for a connection that it no longer uses is idle. Left out are the
    /// question whose answer does so, too (an election that names nobody), what shows that it did, and texts of the configuration.
    /// </summary>
    [Test]
    public async Task A_controller_answers_operators_and_odd_requests_as_Apache_s()
    {
        var seed = new[] { TestController.SetOf(2, 2, 8, 18, 1, 2) };
        await ReplayAsync("e-admin", seed, 42_100, int.MaxValue, request =>
            request.Code is not (RequestCode.UpdateControllerConfig or RequestCode.GetControllerConfig)
            && !(request.Code == RequestCode.ControllerElectMaster && request.Field("designateElect"u8) == "true" && request.Field("brokerId"u8) is null));
    }

    private static TestCaseData Case(string name, params BrokerSet[] seed) => new TestCaseData(name, seed).SetArgDisplayNames(name);

    /// <summary>The state in which a recording begins, as its first answer shows it.</summary>
    private static BrokerSet Seed(string name, int brokers)
    {
        var first = Recording.Read(name).First(step => step.What == "answer" && step.Command!.Field("masterBrokerId"u8) is not null).Command!;
        var set = first.ReadBody<Protocol.Bodies.SyncStateSet>();
        return TestController.SetOf(
            brokers, long.Parse(first.Field("masterBrokerId"u8)!), int.Parse(first.Field("masterEpoch"u8)!), set.SyncStateSetEpoch, [.. set.BrokerIds]);
    }

    private static async Task ReplayAsync(string name, BrokerSet[] seed, int fromMs, int toMs, Func<RemotingCommand, bool> isCompared)
    {
        await using var controller = await TestController.StartAsync(seed: seed);
        var steps = Recording.Read(name).Where(step => step.AtMs >= fromMs && step.AtMs < toMs).ToList();
        var answers = steps.Where(step => step.What == "answer").ToLookup(step => (step.Connection, step.Command!.Opaque), step => step.Command!);
        var notices = new ConcurrentQueue<string>();
        await using var brokers = await ListenAsync(controller, notices);
        var connections = new Dictionary<int, RemotingClient>();
        var differences = new List<string>();
        var now = fromMs;
        var compared = 0;
        var toldSoFar = 0;
        foreach (var step in steps)
        {
            controller.Time.Advance(TimeSpan.FromMilliseconds(step.AtMs - now));
            now = step.AtMs;
            if (step.What == "request" && isCompared(step.Command!))
            {
                var connection = connections.TryGetValue(step.Connection, out var known) ? known : connections[step.Connection] = controller.NewClient();
                var answer = answers[(step.Connection, step.Command!.Opaque)].FirstOrDefault();
                compared += answer is null ? 0 : 1;
                if (await SendAsync(connection, step.Command!, answer) is { } difference)
                {
                    differences.Add($"{step.AtMs} ms, {difference}");
                }
            }
            else if (step.What == "notice")
            {
                // Here the election was made; seconds of the recording are moments of the test.
                toldSoFar++;
                await TestController.EventuallyAsync(() => Task.FromResult(notices.Count >= toldSoFar));
            }
            else if (step.What == "eof-req" && connections.Remove(step.Connection, out var closed))
            {
                await closed.DisposeAsync();
            }
            else if (step.What.Contains("kill -9 controller", StringComparison.Ordinal))
            {
                await controller.StopAsync();
            }
            else if (step.What == "listening")
            {
                await controller.RestartAsync();
            }
        }

        var told = steps.Where(step => step.What == "notice").Select(step => Recording.Describe(step.Command!)).ToList();
        await TestController.EventuallyAsync(() => Task.FromResult(notices.Count >= told.Count));
        Assert.Multiple(() =>
        {
            Assert.That(string.Join("\n", differences), Is.Empty);
            Assert.That(notices, Is.EquivalentTo(told));
            Assert.That(compared, Is.AtLeast(10));
        });
    }

    /// <summary>An election is made a moment after what it follows from; who asks is answered in either order, so a question may be asked again.</summary>
    private static async Task<string?> SendAsync(RemotingClient connection, RemotingCommand request, RemotingCommand? answer)
    {
        if (request.IsOneway)
        {
            // Served in order: with the answer to a question behind it, it has been.
            await connection.InvokeOnewayAsync(TestController.Address, request);
            await connection.InvokeAsync(TestController.Address, RemotingCommand.Request(RequestCode.ControllerGetMetadataInfo), Soon);
            return null;
        }

        var expected = answer is null ? "" : Recording.Describe(answer);
        for (var tries = 0; ; tries++)
        {
            var got = Recording.Describe(await connection.InvokeAsync(TestController.Address, request.ToOwned(), Soon));
            if (answer is null || got == expected)
            {
                return null;
            }

            if (request.Code is not (RequestCode.ControllerGetReplicaInfo or RequestCode.ControllerGetSyncStateData) || tries == 50)
            {
                return $"code {request.Code}:\n  Apache: {expected}\n  ours:   {got}";
            }

            await Task.Delay(10);
        }
    }

    private static async Task<RemotingServerList> ListenAsync(TestController controller, ConcurrentQueue<string> notices)
    {
        var servers = new RemotingServerList();
        for (var id = 1; id <= 3; id++)
        {
            var server = new RemotingServer(
                IPEndPoint.Parse(TestController.AddressOf(id)),
                new RequestTable.Builder().Add(RequestCode.NotifyBrokerRoleChanged, new NoticeTaker(notices)).Build(),
                new RemotingOptions { Transport = controller.Network },
                TimeProvider.System,
                NullLoggerFactory.Instance);
            servers.Add(server);
            await server.StartAsync();
        }

        return servers;
    }

    private sealed class NoticeTaker(ConcurrentQueue<string> notices) : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            notices.Enqueue(Recording.Describe(context.Request));
            return ValueTask.FromResult<RemotingCommand?>(null);
        }
    }

    private sealed class RemotingServerList : List<RemotingServer>, IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var server in this)
            {
                await server.DisposeAsync();
            }
        }
    }
}
