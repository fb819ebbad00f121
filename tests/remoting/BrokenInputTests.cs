using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tests.Support;

namespace RocketMQ.Remoting.Tests;

[TestFixtureSource(typeof(Transports), nameof(Transports.All))]
public class BrokenInputTests(TransportKind kind) : TransportFixture(kind)
{
    public static readonly object[][] BrokenFrames =
    [
        ["a negative length", new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, "a frame of -1 bytes was declared, allowed are 4 to 16777216"],
        ["a length without room for a header word", new byte[] { 0, 0, 0, 3 }, "a frame of 3 bytes was declared"],
        ["a length over the limit", new byte[] { 1, 0, 0, 1 }, "a frame of 16777217 bytes was declared"],
        ["a request of another protocol", "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), "bytes was declared"],
        ["a header longer than its frame", new byte[] { 0, 0, 0, 6, 0, 0, 0, 9, 0x7B, 0x7D }, "a header of 9 bytes is declared in a frame of 6"],
        ["an unknown serialisation", new byte[] { 0, 0, 0, 6, 9, 0, 0, 2, 0x7B, 0x7D }, "unknown header serialisation 9"],
        ["broken JSON", new byte[] { 0, 0, 0, 6, 0, 0, 0, 2, 0x7B, 0x7B }, "the JSON header has no a key at byte 1"],
        ["a binary header cut short", new byte[] { 0, 0, 0, 6, 1, 0, 0, 2, 0, 1 }, "a ROCKETMQ header of 2 bytes is shorter than its fixed part"],
    ];

    [TestCaseSource(nameof(BrokenFrames))]
    public async Task A_broken_frame_closes_its_connection_with_a_reason_and_nobody_elses(string what, byte[] bytes, string reason)
    {
        await using var server = await StartAsync(Handler.Echo);
        using var other = server.Connect();
        using var peer = server.Connect();

        peer.Send(bytes);

        Assert.That(peer.IsClosedByPeer(), what);
        Assert.That(server.NextCloseReason(), Does.Contain(reason));
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.StartsWith("Warning:").And.Contain(peer.LocalEndPoint.ToString()).And.Contain(reason).After(5000, 5));
        other.Send(RawPeer.Request(1, 5));
        Assert.That(other.Receive().Opaque, Is.EqualTo(5));
    }

    [Test]
    public async Task Requests_before_a_broken_frame_are_answered_before_the_connection_closes()
    {
        await using var server = await StartAsync(Handler.Echo);
        using var peer = server.Connect();
        peer.Send([.. RawPeer.Request(1, 1), .. RawPeer.Request(1, 2), 0xFF, 0xFF, 0xFF, 0xFF]);
        Assert.That(peer.Receive().Opaque, Is.EqualTo(1));
        Assert.That(peer.Receive().Opaque, Is.EqualTo(2));
        Assert.That(peer.IsClosedByPeer());
    }

    [Test]
    public async Task A_peer_that_leaves_inside_a_frame_is_told_apart_from_one_that_leaves_after_it()
    {
        await using var server = await StartAsync(Handler.Echo);
        var request = RawPeer.Request(1, 1);
        using (var peer = server.Connect())
        {
            peer.Send(request);
            peer.Receive();
        }

        Assert.That(server.NextCloseReason(), Is.EqualTo("the peer closed the connection"));
        using (var peer = server.Connect())
        {
            peer.Send(request.AsSpan(0, 10));
            peer.ShutdownSend();
            Assert.That(peer.IsClosedByPeer());
        }

        Assert.That(server.NextCloseReason(), Is.EqualTo("the peer closed the connection inside a frame, 10 bytes of it had arrived"));
    }

    [Test]
    public async Task A_peer_that_has_said_all_still_gets_its_replies()
    {
        await using var server = await StartAsync(Handler.Echo);
        using var peer = server.Connect();
        peer.Send([.. RawPeer.Request(1, 1), .. RawPeer.Request(1, 2)]);
        peer.ShutdownSend();
        Assert.That(peer.Receive().Opaque, Is.EqualTo(1));
        Assert.That(peer.Receive().Opaque, Is.EqualTo(2));
        Assert.That(peer.IsClosedByPeer());
    }

    [Test]
    public async Task Frames_split_at_every_byte_are_answered_over_the_wire()
    {
        await using var server = await StartAsync(Handler.Echo);
        using var peer = server.Connect();
        var request = RawPeer.Request(1, 9, [1, 2, 3]);
        for (var split = 1; split < request.Length; split++)
        {
            peer.Send(request.AsSpan(0, split));
            peer.Send(request.AsSpan(split));
            Assert.That(peer.Receive().Opaque, Is.EqualTo(9));
        }
    }

    [Test]
    public async Task A_response_to_no_request_is_ignored()
    {
        await using var server = await StartAsync(Handler.Echo);
        using var peer = server.Connect();
        peer.Send(RawPeer.Frame(RemotingCommand.Response(0)));
        peer.Send(RawPeer.Request(1, 3));
        Assert.That(peer.Receive().Opaque, Is.EqualTo(3));
    }
}
