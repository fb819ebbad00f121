using RocketMQ.Broker.Replication.Epochs;

namespace RocketMQ.Broker.Tests.Replication.Epochs;

public class CommonHistoryTests
{
    private const string Nine = "1-0 2-46990 3-51058 4-60088 5-73638 6-86882 7-95960 8-97208";

    [TestCase(Nine, 99517, Nine + " 17-98263", 99099, 98263, TestName = "Six messages that reached no slave are beyond it")]
    [TestCase("1-0", 100, "1-0", 500, 100, TestName = "A slave that was away")]
    [TestCase("1-0", 100, "1-0 2-100", 100, 100, TestName = "A new epoch in which nothing was written yet")]
    [TestCase("1-0 2-100", 100, "1-0 3-100", 500, 100, TestName = "An own epoch in which nothing was written")]
    [TestCase("1-0 2-100", 300, "1-0 3-100", 500, 100, TestName = "An own epoch that nobody saw")]
    [TestCase("1-0 2-100 5-300", 400, "1-0 2-100 3-200 4-250 6-260", 500, 200, TestName = "Others' epochs that this one has not seen")]
    [TestCase("1-0 2-46990", 40_000, "1-0 2-46990", 90_000, 40_000, TestName = "An epoch that was announced and has not come")]
    [TestCase("1-0 2-46990", 40_000, "1-0 3-30000", 90_000, 30_000, TestName = "An epoch that was announced and never came")]
    [TestCase("3-200 4-300", 400, "1-0 2-100 3-200 4-300", 400, 400, TestName = "A log whose beginning is deleted here")]
    [TestCase("1-0 2-100 3-200", 400, "2-100 3-200 4-350", 400, 350, TestName = "A log whose beginning is deleted there")]
    [TestCase("1-1000", 800, "1-1000 2-1500", 2000, 800, TestName = "What was written before there was a controller")]
    [TestCase("1-1000", 1200, "1-1000 2-1000", 2000, 1000, TestName = "A first epoch that nobody saw")]
    [TestCase("19-1328061 20-1328267", 1334399, "19-1328061 20-1328267", 1328933, 1328267, TestName = "A master of Apache's that goes on under another's number")]
    [TestCase("1-0 20-100 21-300", 400, "1-0 20-100", 250, 100, TestName = "A master of Apache's that goes on under the number before the last")]
    public void Two_logs_are_the_same_up_to_there(string mine, long myEnd, string theirs, long theirEnd, long point) =>
        Assert.That(CommonHistory.CommonPoint(Histories.Of(mine), myEnd, Histories.Of(theirs), theirEnd), Is.EqualTo(point));

    [TestCase("50-0", 100, "1-0 20-50", 100)]
    [TestCase("1-0", 100, "1-10 2-50", 100)]
    [TestCase("1-0 2-50", 100, "3-0", 100)]
    [TestCase("", 100, "1-0", 100)]
    [TestCase("1-0", 100, "", 100)]
    public void Others_have_nothing_in_common(string mine, long myEnd, string theirs, long theirEnd) =>
        Assert.That(CommonHistory.CommonPoint(Histories.Of(mine), myEnd, Histories.Of(theirs), theirEnd), Is.Null);

    /// <summary>Masters of a set take turns; each of them, and what is left of each log, is compared with every other.</summary>
    [Test]
    public void What_is_said_to_be_the_same_is([Range(1, 200)] int seed)
    {
        var random = new Random(seed);
        var (logs, files) = (new List<int>[] { [], [], [] }, new[] { new List<EpochEntry>(), [], [] });
        for (var epoch = 1; epoch < 12; epoch++)
        {
            var master = random.Next(3);
            Begin(files[master], new EpochEntry(epoch, logs[master].Count));
            var written = random.Next(4) == 0 ? 0 : random.Next(1, 6);
            logs[master].AddRange(Enumerable.Repeat(epoch, written));
            foreach (var slave in Enumerable.Range(0, 3).Where(broker => broker != master && random.Next(3) > 0))
            {
                var point = CommonHistory.CommonPoint(files[slave], logs[slave].Count, files[master], logs[master].Count) ?? 0;
                Assert.That(logs[slave].Take((int)point), Is.EqualTo(logs[master].Take((int)point)), $"up to {point}");
                logs[slave].RemoveRange((int)point, logs[slave].Count - (int)point);
                files[slave].RemoveAll(entry => entry.StartOffset >= point);
                for (var copied = random.Next(logs[master].Count - (int)point + 1); copied > 0; copied--)
                {
                    Begin(files[slave], files[master][EpochFile.IndexAt(files[master], logs[slave].Count)]);
                    logs[slave].Add(logs[master][logs[slave].Count]);
                }
            }
        }
    }

    private static void Begin(List<EpochEntry> file, EpochEntry begun)
    {
        if (!file.Contains(begun))
        {
            file.RemoveAll(entry => entry.StartOffset >= begun.StartOffset && (entry != file[0] || entry.StartOffset > begun.StartOffset));
            file.Add(begun);
        }
    }
}
