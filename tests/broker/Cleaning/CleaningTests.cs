using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Cleaning;

public class CleaningTests
{
    [Test]
    public async Task Expired_log_files_are_deleted_when_asked_and_their_messages_leave_the_queues()
    {
        // Files are older than no hours at all at once; no hour of the day would delete them.
        await using var broker = await TestBroker.StartAsync(
            configureStore: s => s with { MappedFileSizeCommitLog = 64 * 1024, FileReservedTime = 0, DeleteWhen = "", CleanResourceInterval = 50 });
        for (var i = 0; i < 40; i++)
        {
            await broker.SendAsync("Orders", new byte[8000]);
        }

        var before = LogFiles(broker);
        var response = await broker.CallAsync(RequestCode.DeleteExpiredCommitlog);
        await Eventually.BecomesAsync(() => LogFiles(broker) < before, "the oldest log file to be deleted");
        var cleaned = await broker.CallAsync(RequestCode.CleanExpiredConsumequeue);
        var min = (await broker.CallAsync(RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = "Orders" }))
            .ReadHeader<GetMinOffsetResponseHeader>().Offset;

        Assert.That(before, Is.GreaterThanOrEqualTo(5));
        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(cleaned.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(min, Is.GreaterThan(0));
    }

    private static int LogFiles(TestBroker broker) => Directory.GetFiles(Path.Combine(broker.Directory, "commitlog")).Length;
}
