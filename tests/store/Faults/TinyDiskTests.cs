using System.Diagnostics;

namespace RocketMQ.Store.Tests.Faults;

/// <summary>A disk that really is full: a file system of 24 MiB in memory. Only where mounting one is allowed.</summary>
[Platform("Linux")]
internal sealed class TinyDiskTests
{
    private const int LogFileSize = 4 * 1024 * 1024;

    private TestDirectory _mountPoint = null!;

    [SetUp]
    public void Mount()
    {
        _mountPoint = new TestDirectory();
        if (!Succeeds("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", _mountPoint))
        {
            _mountPoint.Dispose();
            Assert.Ignore("Mounting a file system is not allowed here.");
        }
    }

    [TearDown]
    public void Unmount()
    {
        if (Directory.Exists(_mountPoint))
        {
            Succeeds("umount", "-l", _mountPoint);
            _mountPoint.Dispose();
        }
    }

    [Test]
    public async Task A_full_disk_refuses_messages_loses_none_and_takes_them_again_once_there_is_space()
    {
        var ballast = _mountPoint.File("ballast");
        File.WriteAllBytes(ballast, new byte[9 * 1024 * 1024]);
        var bodies = new List<string>();
        await using (var store = Open())
        {
            Assert.That(Fill(store, bodies), Does.Contain(_mountPoint.Path));
            Assert.That(bodies, Has.Count.GreaterThan(2 * LogFileSize / 5000));
            Assert.That(store.Bodies("T", 0), Is.EqualTo(bodies));

            File.Delete(ballast);
            Assert.That(() => store.Append("T", 0, "again").Status, Is.EqualTo(AppendStatus.Ok).After(10_000, 50));
            bodies.Add("again");
            Fill(store, bodies);
        }
        await using var reopened = Open();
        Assert.That(reopened.Bodies("T", 0), Is.EqualTo(bodies));
    }

    /// <summary>Appends until nothing more is taken; why not.</summary>
    private static string Fill(MessageStore store, List<string> bodies)
    {
        while (true)
        {
            var body = $"m{bodies.Count} " + new string('x', 4000);
            var status = store.Append("T", 0, body, $"KEYS\u0001{bodies.Count}\u0002").Status;
            if (status == AppendStatus.Ok)
            {
                bodies.Add(body);
                continue;
            }
            Assert.That(status, Is.EqualTo(AppendStatus.DiskFull));
            if (store.WriteRefusal is { } refusal)
            {
                return refusal;
            }
        }
    }

    private MessageStore Open()
    {
        var store = MessageStore.Open(
            new()
            {
                // The disk's use is looked at at the start only: it is the space itself that runs out.
                StorePathRootDir = _mountPoint.File("store"), MappedFileSizeCommitLog = LogFileSize, MappedFileSizeConsumeQueue = 20_000,
                MaxHashSlotNum = 1000, MaxIndexNum = 20_000, FlushIntervalConsumeQueue = 10, CleanFileForciblyEnable = false,
                CleanResourceInterval = 3_600_000,
            },
            loggers: new TestLog());
        store.Start();
        return store;
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
