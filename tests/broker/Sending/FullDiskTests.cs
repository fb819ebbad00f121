using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Tests.Sending;

public class FullDiskTests
{
    [Test]
    public async Task Over_the_disks_limit_a_send_is_refused_with_the_limit_and_accepted_again_after()
    {
        var disk = new CrowdedDisk();
        await using var broker = await StartAsync(disk);
        Assert.That((await SendAsync(broker)).Code, Is.EqualTo(ResponseCode.Success));

        disk.Space = new DiskSpace(1000, 930, 70);
        var refused = await UntilAsync(broker, ResponseCode.ServiceNotAvailable);
        disk.Space = new DiskSpace(1000, 500, 500);
        await UntilAsync(broker, ResponseCode.Success);

        Assert.That(refused.Remark, Does.Contain("93 %").And.Contain("diskSpaceWarningLevelRatio=90").And.Contain("free space"));
    }

    [Test]
    public async Task Without_space_for_the_next_file_a_send_is_refused_with_its_size_and_accepted_again_after()
    {
        var disk = new CrowdedDisk { IsFull = true };
        await using var broker = await StartAsync(disk, hasTimers: false);

        var refused = await SendAsync(broker);
        disk.IsFull = false;
        await UntilAsync(broker, ResponseCode.Success);

        Assert.That(refused.Code, Is.EqualTo(ResponseCode.ServiceNotAvailable));
        Assert.That(refused.Remark, Does.Contain($"{16 * 1024 * 1024} bytes (mappedFileSizeCommitLog)").And.Contain(broker.Directory));
    }

    /// <param name="disk">What the broker takes for the disk.</param>
    /// <param name="hasTimers">False where no file at all can be made: a wheel is one, and made at the start.</param>
    private static Task<TestBroker> StartAsync(CrowdedDisk disk, bool hasTimers = true) =>
        TestBroker.StartAsync(configureStore: store => store with { CleanResourceInterval = 20, TimerWheelEnable = hasTimers }, files: disk);

    private static Task<RemotingCommand> SendAsync(TestBroker broker) => broker.SendAsync("Full", "m"u8.ToArray());

    private static async Task<RemotingCommand> UntilAsync(TestBroker broker, int code)
    {
        for (var attempt = 0; ; attempt++)
        {
            var sent = await SendAsync(broker);
            if (sent.Code == code)
            {
                return sent;
            }

            Assert.That(attempt, Is.LessThan(200), sent.Remark);
            await Task.Delay(20);
        }
    }
}
