using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Popping;
using RocketMQ.Broker.Waking;
using RocketMQ.Store;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Popping;

public class ParkedRequestTests
{
    [Test]
    public async Task A_request_whose_look_fails_after_it_was_parked_is_answered_once()
    {
        using var folder = new TestFolder();
        await using var store = MessageStore.Open(new StoreOptions { StorePathRootDir = folder.Path });
        await using var stage = new WakeStage(NullLogger.Instance);
        using var parked = new ParkedRequests(new BrokerOptions(), store, stage, TimeProvider.System);
        var request = new ParkedRequest<NotificationResult>(
            new Nobody(), new PopQueue("Orders", "poppers", 0), null, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 60_000, () => true, ParkedRequest.BareSize,
            _ => ValueTask.FromResult<NotificationResult?>(null));

        Assert.That(parked.Park(request), Is.EqualTo(ParkOutcome.Parked));
        Assert.That(() => parked.WakeForNews(request, Failing), Throws.TypeOf<IOException>(), "its handler answers it");
        Assert.That(parked.Count, Is.Zero, "and nobody else does");

        Assert.That(parked.Park(request), Is.EqualTo(ParkOutcome.Parked));
        parked.Dispose();
        Assert.That(() => parked.WakeForNews(request, Failing), Throws.Nothing, "whoever took it answers it");
    }

    /// <summary>Has no answer to give.</summary>
    private sealed class Nobody : IWaiter<NotificationResult>
    {
        public bool IsGone => false;

        public void Answer(NotificationResult result)
        {
        }

        public void Fail(Exception exception)
        {
        }
    }

    private static bool Failing() => throw new IOException("the disk is gone");
}
