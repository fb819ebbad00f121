using RocketMQ.Client;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.MqAdmin.Explaining;

/// <summary>
/// Questions to one broker in codes that Apache's brokers know, too, but for the holder of a lock. What a broker does not know, or does not
/// tell, is null: an explanation with a gap is worth more than none.
/// </summary>
internal sealed class BrokerQuestions(AdminClient admin, string address, CancellationToken cancellationToken)
{
    /// <summary>Reads for people, under a group that every broker has.</summary>
    private const string ToolsGroup = "TOOLS_CONSUMER";

    private const int SubscriptionGiven = 4;

    /// <summary>Records of a topic, any of the broker's own included, that carry an id of a producer or one of their keys.</summary>
    public async Task<IReadOnlyList<StoredMessage>> FindAsync(string topic, string key, bool isUniqueKey)
    {
        var header = new QueryMessageRequestHeader
        {
            Topic = topic, Key = key, MaxNum = 32, BeginTimestamp = 0, EndTimestamp = long.MaxValue, UniqueKeyQuery = isUniqueKey ? true : null,
        };
        var found = await TryAsync(RequestCode.QueryMessage, header).ConfigureAwait(false);
        return found is null
            ? []
            : [.. StoredMessage.ReadAll(found.Body.FirstSpan)
                .Where(m => isUniqueKey ? m.UniqueKey == key : m.Keys?.Split(PropertyNames.KeySeparator).Contains(key) == true)];
    }

    public async Task<long?> OffsetOfAsync(string group, string topic, int queueId)
    {
        var header = new QueryConsumerOffsetRequestHeader { ConsumerGroup = group, Topic = topic, QueueId = queueId, SetZeroIfNotFound = false };
        return (await TryAsync(RequestCode.QueryConsumerOffset, header).ConfigureAwait(false))?.ReadHeader<QueryConsumerOffsetResponseHeader>().Offset;
    }

    public async Task<LockFacts?> LockHolderAsync(string group, string topic, int queueId)
    {
        var header = new GetQueueLockHolderRequestHeader { ConsumerGroup = group, Topic = topic, QueueId = queueId };
        var answer = (await TryAsync(RequestCode.GetQueueLockHolder, header).ConfigureAwait(false))?.ReadHeader<GetQueueLockHolderResponseHeader>();
        return answer is { ClientId: { Length: > 0 } client, LastUpdateTimestamp: { } renewed, ExpireTimestamp: { } expires }
            ? new LockFacts(client, DateTimeOffset.FromUnixTimeMilliseconds(renewed), DateTimeOffset.FromUnixTimeMilliseconds(expires))
            : null;
    }

    /// <summary>Whether a group may not read a topic that others may (5.x).</summary>
    public async Task<bool?> IsForbiddenAsync(string group, string topic)
    {
        var answer = await TryAsync(
            RequestCode.UpdateAndGetGroupForbidden, new UpdateGroupForbiddenRequestHeader { Group = group, Topic = topic, Readable = null }).ConfigureAwait(false);
        return answer is null || answer.Body.IsEmpty ? null : !Protocol.Json.RemotingJson.Deserialize<GroupForbidden>(answer.Body).Readable;
    }

    /// <summary>Whether a message passes an SQL condition: the broker is asked to read it with that subscription.</summary>
    public async Task<bool?> PassesAsync(SubscriptionData subscription, string topic, int queueId, long offset)
    {
        var answer = await PullAsync(topic, queueId, offset, 1, subscription.ExpressionType, subscription.SubString).ConfigureAwait(false);
        return answer switch
        {
            null => null,
            { Code: ResponseCode.Success } => StoredMessage.ReadAll(answer.Body.FirstSpan).Any(m => m.QueueOffset == offset),
            { Code: ResponseCode.PullRetryImmediately or ResponseCode.PullNotFound } => false,
            _ => null,
        };
    }

    /// <summary>Messages of a queue from an offset on; fewer than asked for, or none, at its end.</summary>
    public async Task<IReadOnlyList<StoredMessage>> ReadAsync(string topic, int queueId, long offset, int count)
    {
        var answer = await PullAsync(topic, queueId, offset, count, type: null, expression: "*").ConfigureAwait(false);
        return answer is { Code: ResponseCode.Success } ? StoredMessage.ReadAll(answer.Body.FirstSpan) : [];
    }

    /// <summary>A queue's last messages, newest first, at most so many.</summary>
    public async IAsyncEnumerable<StoredMessage> ReadBackwardsAsync(string topic, int queueId, int most)
    {
        const int AtOnce = 32;
        var (min, end) = await ExtentAsync(topic, queueId).ConfigureAwait(false);
        for (var left = most; end > min && left > 0;)
        {
            var count = (int)Math.Min(AtOnce, Math.Min(left, end - min));
            var start = end - count;
            var read = new List<StoredMessage>();
            while (start < end)
            {
                var messages = await ReadAsync(topic, queueId, start, (int)(end - start)).ConfigureAwait(false);
                if (messages.Count == 0)
                {
                    break;
                }

                read.AddRange(messages);
                start = messages[^1].QueueOffset + 1;
            }

            foreach (var message in Enumerable.Reverse(read).Where(m => m.QueueOffset < end))
            {
                yield return message;
            }

            end -= count;
            left -= count;
        }
    }

    public async Task<(long Min, long Max)> ExtentAsync(string topic, int queueId)
    {
        var min = await TryAsync(RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = topic, QueueId = queueId }).ConfigureAwait(false);
        var max = await TryAsync(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = topic, QueueId = queueId }).ConfigureAwait(false);
        return (min?.ReadHeader<GetMinOffsetResponseHeader>().Offset ?? 0, max?.ReadHeader<GetMaxOffsetResponseHeader>().Offset ?? 0);
    }

    public async Task<DateTimeOffset?> EarliestAsync(string topic, int queueId)
    {
        var header = new GetEarliestMsgStoretimeRequestHeader { Topic = topic, QueueId = queueId };
        var answer = await TryAsync(RequestCode.GetEarliestMsgStoretime, header).ConfigureAwait(false);
        return answer?.ReadHeader<GetEarliestMsgStoretimeResponseHeader>().Timestamp is > 0 and var ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
    }

    /// <summary>Any of the admin client's questions, with null for a refusal.</summary>
    public static async Task<T?> OrNullAsync<T>(Task<T> question)
        where T : class
    {
        try
        {
            return await question.ConfigureAwait(false);
        }
        catch (Exception e) when (e is BrokerException or RemotingTimeoutException or Protocol.Json.RemotingJsonException)
        {
            return null;
        }
    }

    private async Task<RemotingCommand?> PullAsync(string topic, int queueId, long offset, int count, string? type, string expression)
    {
        var header = new PullMessageRequestHeader
        {
            ConsumerGroup = ToolsGroup, Topic = topic, QueueId = queueId, QueueOffset = offset, MaxMsgNums = count, SysFlag = SubscriptionGiven,
            Subscription = expression, ExpressionType = type,
        };
        try
        {
            return await admin.InvokeAsync(address, RemotingCommand.Request(RequestCode.PullMessage, header), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerException e)
        {
            // "Nothing here" and "nothing that passes" are refusals by code, and answers to us.
            return RemotingCommand.Response(e.Code, e.Remark);
        }
    }

    private Task<RemotingCommand?> TryAsync(int code, ICommandHeader header) => AskAsync(admin.InvokeAsync(
        address, RemotingCommand.Request(code, header), cancellationToken: cancellationToken))!;

    private static async Task<RemotingCommand?> AskAsync(Task<RemotingCommand> question) => await OrNullAsync(question).ConfigureAwait(false);
}
