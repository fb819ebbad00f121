using System.Globalization;
using RocketMQ.Client;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.MqAdmin.Offsets;

/// <summary>Moves a group in all queues of a topic: through its members when any is connected, else where brokers keep its offsets.</summary>
internal sealed class GroupReset(AdminClient admin, string group, string topic, DateTimeOffset? time, bool force)
{
    /// <summary>Moves the group and says where it goes on.</summary>
    /// <param name="routeTopic">Tells the brokers, for a light queue that has no route of its own.</param>
    public async Task RunAsync(Report report, string? routeTopic, CancellationToken cancellationToken)
    {
        var route = await admin.Topics.GetRouteAsync(routeTopic ?? topic, cancellationToken).ConfigureAwait(false);
        var online = new Dictionary<MessageQueue, long>();
        var offline = new List<MovedQueue>();
        foreach (var broker in route.BrokerDatas)
        {
            if (BrokerNode.AddressOf(broker) is not { } address)
            {
                continue;
            }

            try
            {
                foreach (var (queue, offset) in await admin.Offsets.ResetAsync(address, group, topic, time, force, cancellationToken).ConfigureAwait(false))
                {
                    online[queue] = offset;
                }
            }
            catch (BrokerException e) when (IsAway(e))
            {
                offline.AddRange(await MoveStoredAsync(address, cancellationToken).ConfigureAwait(false));
            }
        }

        Write(report, online, offline);
    }

    /// <summary>Nobody is connected to be told. Brokers of 4.9 have another answer for a group that nobody was in since their start.</summary>
    private static bool IsAway(BrokerException e) =>
        e.Code == ResponseCode.ConsumerNotOnline
        || (e.Code == ResponseCode.SystemError && e.Remark?.Contains("consumer group", StringComparison.Ordinal) == true && e.Remark.Contains("not exist", StringComparison.Ordinal));

    private async Task<List<MovedQueue>> MoveStoredAsync(string address, CancellationToken cancellationToken)
    {
        var moved = new List<MovedQueue>();
        foreach (var (queue, known) in await StoredAsync(address, cancellationToken).ConfigureAwait(false))
        {
            var target = time is { } at
                ? await admin.Offsets.SearchAsync(address, topic, queue.QueueId, at, cancellationToken).ConfigureAwait(false)
                : await admin.Offsets.GetMaxAsync(address, topic, queue.QueueId, cancellationToken).ConfigureAwait(false);
            var moves = force || target <= known.ConsumerOffset;
            if (moves)
            {
                await admin.Offsets.UpdateAsync(address, group, topic, queue.QueueId, target, cancellationToken).ConfigureAwait(false);
            }

            moved.Add(new(queue, known.BrokerOffset, known.ConsumerOffset, target, moves ? target : known.ConsumerOffset));
        }

        return moved;
    }

    /// <summary>Where the group is by now; at the beginning of each queue when it never consumed the topic.</summary>
    private async Task<IEnumerable<KeyValuePair<MessageQueue, OffsetWrapper>>> StoredAsync(string address, CancellationToken cancellationToken)
    {
        var stats = await admin.Groups.GetStatsAsync(address, group, topic: null, cancellationToken).ConfigureAwait(false);
        var ofTopic = stats.OffsetTable.Where(q => q.Key.Topic == topic).OrderBy(q => q.Key).ToList();
        if (ofTopic.Count > 0)
        {
            return ofTopic;
        }

        var extents = await admin.Topics.GetStatsAsync(address, topic, cancellationToken).ConfigureAwait(false);
        return extents.OffsetTable
            .OrderBy(q => q.Key)
            .Select(q => KeyValuePair.Create(q.Key, new OffsetWrapper { BrokerOffset = q.Value.MaxOffset, ConsumerOffset = q.Value.MinOffset }));
    }

    private static void Write(Report report, Dictionary<MessageQueue, long> online, List<MovedQueue> offline)
    {
        if (offline.Count == 0)
        {
            report.Table(
                "queues",
                online.OrderBy(q => q.Key),
                new("#brokerName", "brokerName", q => q.Key.BrokerName),
                new("#queueId", "queueId", q => q.Key.QueueId),
                new("#offset", "offset", q => q.Value));
            return;
        }

        report.Table(
            "queues",
            online.Select(q => new MovedQueue(q.Key, null, null, q.Value, q.Value)).Concat(offline).OrderBy(q => q.Queue),
            new("#brokerName", "brokerName", q => q.Queue.BrokerName),
            new("#queueId", "queueId", q => q.Queue.QueueId),
            new("#brokerOffset", "brokerOffset", q => q.BrokerOffset),
            new("#consumerOffset", "consumerOffset", q => q.ConsumerOffset),
            new("#timestampOffset", "timestampOffset", q => q.TargetOffset),
            new("#resetOffset", "offset", q => q.Offset));
        report.Note(string.Create(CultureInfo.InvariantCulture, $"{offline.Count} of these queues were moved at the broker: no member is connected."));
    }

    private sealed record MovedQueue(MessageQueue Queue, long? BrokerOffset, long? ConsumerOffset, long TargetOffset, long Offset);
}
