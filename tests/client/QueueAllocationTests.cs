using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Client.Tests;

public class QueueAllocationTests
{
    [TestCase(8, 3, new[] { 3, 3, 2 })]
    [TestCase(4, 4, new[] { 1, 1, 1, 1 })]
    [TestCase(2, 3, new[] { 1, 1, 0 })]
    [TestCase(7, 2, new[] { 4, 3 })]
    public void The_average_way_gives_neighbouring_queues_and_leaves_none(int queueCount, int memberCount, int[] expected)
    {
        var queues = Enumerable.Range(0, queueCount).Select(i => new MessageQueue("T", "a", i)).ToList();
        var members = Enumerable.Range(0, memberCount).Select(i => $"m{i}").ToList();

        var shares = members.Select(m => QueueAllocations.Average(m, queues, members)).ToList();

        Assert.That(shares.Select(s => s.Count), Is.EqualTo(expected));
        Assert.That(shares.SelectMany(s => s), Is.EqualTo(queues));
    }

    [Test]
    public void The_circular_way_deals_queues_out_in_turn()
    {
        var queues = Enumerable.Range(0, 5).Select(i => new MessageQueue("T", "a", i)).ToList();

        var share = QueueAllocations.Circle("m1", queues, ["m0", "m1"]);

        Assert.That(share.Select(q => q.QueueId), Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public void Who_is_no_member_gets_nothing() =>
        Assert.That(QueueAllocations.Average("x", [new MessageQueue("T", "a", 0)], ["m"]), Is.Empty);
}
