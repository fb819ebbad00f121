using System.Globalization;
using System.Runtime.CompilerServices;
using RocketMQ.Client;

namespace RocketMQ.MqAdmin.Messages;

/// <summary>Reads ranges of queues in the name of the group that tools have.</summary>
internal sealed class QueueReading(PullConsumer consumer, TimeProvider time)
{
    /// <summary>The group of Apache's tools; brokers need no settings for it.</summary>
    public const string Group = "TOOLS_CONSUMER";

    /// <summary>The offsets of a queue between two times, as command lines give them; the whole queue where they give none.</summary>
    public async Task<(long First, long End)> RangeAsync(MessageQueue queue, string? begin, string? end, CancellationToken cancellationToken)
    {
        var first = begin is null
            ? await consumer.GetMinOffsetAsync(queue, cancellationToken).ConfigureAwait(false)
            : await consumer.SearchOffsetAsync(queue, TimeText.Parse(begin, time), cancellationToken).ConfigureAwait(false);
        var last = end is null
            ? await consumer.GetMaxOffsetAsync(queue, cancellationToken).ConfigureAwait(false)
            : await consumer.SearchOffsetAsync(queue, TimeText.Parse(end, time), cancellationToken).ConfigureAwait(false);
        return (first, last);
    }

    /// <summary>The messages of a range that a filter lets through.</summary>
    public async IAsyncEnumerable<ReceivedMessage> ReadAsync(
        MessageQueue queue, long first, long end, FilterExpression filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var offset = first; offset < end;)
        {
            var pulled = await consumer.PullAsync(queue, offset, maxMessages: 32, filter, cancellationToken: cancellationToken).ConfigureAwait(false);
            foreach (var message in pulled.Messages.Where(m => m.QueueOffset < end))
            {
                yield return message;
            }

            if (pulled.Status == PullStatus.NoNewMessage || pulled.NextOffset == offset)
            {
                yield break;
            }

            offset = pulled.NextOffset;
        }
    }

    public static string Describe(MessageQueue queue, long first, long end) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"minOffset={first}, maxOffset={end}, MessageQueue [topic={queue.Topic}, brokerName={queue.BrokerName}, queueId={queue.QueueId}]");
}
