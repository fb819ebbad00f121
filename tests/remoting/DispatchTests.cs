using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting.Tests.Support;

namespace RocketMQ.Remoting.Tests;

[TestFixtureSource(typeof(Transports), nameof(Transports.All))]
public class DispatchTests(TransportKind kind) : TransportFixture(kind)
{
    private static readonly Handler Failing = new(_ => throw new InvalidOperationException("the disk is on fire"));

    [Test]
    public async Task A_one_way_request_is_never_answered()
    {
        var table = new RequestTable.Builder()
            .Add(1, Handler.Echo)
            .Add(2, Failing)
            .Add(3, new Handler(async (_, _) =>
            {
                await Task.Yield();
                throw new InvalidOperationException("later");
            }))
            .Build();
        await using var server = await StartAsync(table);
        using var peer = server.Connect();
        foreach (var code in (int[])[1, 2, 3, 999])
        {
            peer.Send(RawPeer.Request(code, code, oneway: true));
        }

        peer.Send(RawPeer.Request(1, 77));
        Assert.That(peer.Receive().Opaque, Is.EqualTo(77));
        peer.Send(RawPeer.Request(1, 78));
        Assert.That(peer.Receive().Opaque, Is.EqualTo(78));
    }

    [TestCase(SerializeType.Json)]
    [TestCase(SerializeType.RocketMq)]
    public async Task An_unknown_code_is_answered_as_Apache_answers_it(SerializeType type)
    {
        await using var server = await StartAsync(Handler.Echo);
        using var peer = server.Connect();
        var request = RemotingCommand.Request(999);
        request.SerializeType = type;
        peer.Send(RawPeer.Frame(request));
        var reply = peer.Receive();
        Assert.That(reply.Code, Is.EqualTo(ResponseCode.RequestCodeNotSupported));
        Assert.That(reply.Remark, Is.EqualTo(" request type 999 not supported"));
        Assert.That(reply.IsResponse);
        Assert.That(reply.SerializeType, Is.EqualTo(type), "a reply speaks its request's serialisation");
        Assert.That(reply.Version, Is.EqualTo(MqVersion.Current), "Java clients refuse SQL filters when the version is old");
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(int.MaxValue)]
    public async Task Any_opaque_comes_back(int opaque)
    {
        await using var server = await StartAsync(Handler.Echo);
        using var peer = server.Connect();
        peer.Send(RawPeer.Request(1, opaque));
        Assert.That(peer.Receive().Opaque, Is.EqualTo(opaque));
    }

    [Test]
    public async Task Inline_handlers_answer_a_connections_pipelined_requests_in_order()
    {
        await using var server = await StartAsync(Handler.Echo);
        using var peer = server.Connect();
        peer.Send([.. Enumerable.Range(0, 2000).SelectMany(i => RawPeer.Request(1, i))]);
        for (var i = 0; i < 2000; i++)
        {
            Assert.That(peer.Receive().Opaque, Is.EqualTo(i));
        }
    }

    [Test]
    public async Task A_parked_request_is_answered_later_from_another_thread_and_holds_up_nobody()
    {
        var parked = new TaskCompletionSource<ReplyHandle>(TaskCreationOptions.RunContinuationsAsynchronously);
        var table = new RequestTable.Builder()
            .Add(1, Handler.Echo)
            .Add(2, new Handler((context, _) =>
            {
                parked.SetResult(context.Park());
                return ValueTask.FromResult<RemotingCommand?>(null);
            }))
            .Build();
        await using var server = await StartAsync(table);
        using var peer = server.Connect();

        peer.Send([.. RawPeer.Request(2, 1), .. RawPeer.Request(1, 2)]);
        Assert.That(peer.Receive().Opaque, Is.EqualTo(2));

        var handle = await parked.Task;
        await Task.Run(() => handle.Reply(RemotingCommand.Response(19, "nothing came")));
        var reply = peer.Receive();
        Assert.That((reply.Opaque, reply.Code, reply.Remark), Is.EqualTo((1, 19, "nothing came")));
    }

    [Test]
    public async Task Parked_replies_from_many_threads_arrive_whole()
    {
        var table = new RequestTable.Builder()
            .Add(2, new Handler((context, _) =>
            {
                var handle = context.Park();
                var body = new byte[context.Request.Opaque % 5000];
                Task.Run(() => handle.Reply(RemotingCommand.ResponseWithBody(0, body)), CancellationToken.None);
                return ValueTask.FromResult<RemotingCommand?>(null);
            }))
            .Build();
        await using var server = await StartAsync(table);
        using var peer = server.Connect();
        peer.Send([.. Enumerable.Range(0, 3000).SelectMany(i => RawPeer.Request(2, i))]);
        var seen = new HashSet<int>();
        for (var i = 0; i < 3000; i++)
        {
            var reply = peer.Receive();
            Assert.That(reply.Body.Length, Is.EqualTo(reply.Opaque % 5000));
            Assert.That(seen.Add(reply.Opaque));
        }
    }

    [Test]
    public async Task A_handler_that_fails_answers_1_with_what_went_wrong_and_the_connection_lives([Values] bool later)
    {
        var table = new RequestTable.Builder()
            .Add(1, Handler.Echo)
            .Add(2, new Handler(async (_, _) =>
            {
                if (later)
                {
                    await Task.Yield();
                }

                throw new InvalidOperationException("the disk is on fire");
            }))
            .Build();
        await using var server = await StartAsync(table);
        using var peer = server.Connect();
        peer.Send(RawPeer.Request(2, 1));
        var reply = peer.Receive();
        Assert.That(reply.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(reply.Remark, Is.EqualTo("InvalidOperationException: the disk is on fire"));
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.StartsWith("Error:").And.Contain("request code 2").After(5000, 5));
        peer.Send(RawPeer.Request(1, 2));
        Assert.That(peer.Receive().Opaque, Is.EqualTo(2));
    }

    [Test]
    public async Task A_header_without_a_required_field_answers_1_and_names_the_field()
    {
        await using var server = await StartAsync(new Handler(request =>
        {
            request.ReadHeader<GetMaxOffsetRequestHeader>();
            return RemotingCommand.Response(0);
        }));
        using var peer = server.Connect();
        var request = RemotingCommand.Request(1);
        request.AddField("topic", "T");
        peer.Send(RawPeer.Frame(request));
        var reply = peer.Receive();
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((1, "the custom field <queueId> is null")));

        request.AddField("queueId", "seven");
        peer.Send(RawPeer.Frame(request));
        reply = peer.Receive();
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((1, "the custom field <queueId> is not a 32-bit number: seven")));
        Assert.That(server.Logs.Lines, Has.None.StartsWith("Error:"), "a client's mistake is no failure of this server");
    }

    [Test]
    public async Task A_response_that_can_not_be_encoded_is_answered_with_1_and_the_reason()
    {
        await using var server = await StartAsync(new Handler(_ => RemotingCommand.Response(200_050)));
        using var peer = server.Connect();
        var request = RemotingCommand.Request(1);
        request.SerializeType = SerializeType.RocketMq;
        peer.Send(RawPeer.Frame(request));
        var reply = peer.Receive();
        Assert.That(reply.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(reply.Remark, Does.Contain("200050 does not fit"));
    }

    [Test]
    public async Task A_full_lane_answers_2_and_names_itself_and_its_limit()
    {
        using var release = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        await using var lane = new Lane("admin", capacity: 2, workers: 1);
        var table = new RequestTable.Builder()
            .Add(1, new Handler(_ =>
            {
                running.Set();
                release.Wait();
                return RemotingCommand.Response(0);
            }), lane)
            .Build();
        await using var server = await StartAsync(table);
        using var peer = server.Connect();
        peer.Send(RawPeer.Request(1, 1));
        running.Wait();
        peer.Send([.. RawPeer.Request(1, 2), .. RawPeer.Request(1, 3), .. RawPeer.Request(1, 4)]);

        var refused = peer.Receive();
        Assert.That((refused.Opaque, refused.Code), Is.EqualTo((4, ResponseCode.SystemBusy)));
        Assert.That(refused.Remark, Is.EqualTo("[OVERLOAD]system busy, start flow control for a while: the admin queue is full, its limit is 2 requests of 67108864 bytes"));

        release.Set();
        Assert.That((int[])[peer.Receive().Opaque, peer.Receive().Opaque, peer.Receive().Opaque], Is.EqualTo((int[])[1, 2, 3]));
    }

    [Test]
    public async Task A_lane_owns_the_body_it_works_on()
    {
        await using var lane = new Lane("slow", capacity: 1000, workers: 2);
        var table = new RequestTable.Builder().Add(1, new Handler(async (context, _) =>
        {
            await Task.Yield();
            return RemotingCommand.ResponseWithBody(0, context.Request.Body.First);
        }), lane).Build();
        await using var server = await StartAsync(table);
        using var peer = server.Connect();
        peer.Send([.. Enumerable.Range(0, 500).SelectMany(i => RawPeer.Request(1, i, BitConverter.GetBytes(i)))]);
        for (var i = 0; i < 500; i++)
        {
            var reply = peer.Receive();
            Assert.That(BitConverter.ToInt32(reply.Body.FirstSpan), Is.EqualTo(reply.Opaque));
        }
    }

    [Test]
    public void A_code_with_two_handlers_is_refused_at_start()
    {
        var builder = new RequestTable.Builder().Add(1, Handler.Echo);
        Assert.That(() => builder.Add(1, Failing), Throws.ArgumentException.With.Message.Contains("Request code 1 has two handlers"));
    }
}
