using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Requests that several attacks make use of.</summary>
internal static class Requests
{
    public static RemotingCommand GetMaxOffset(string topic, int queueId) =>
        RemotingCommand.Request(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = topic, QueueId = queueId });

    public static RemotingCommand Pull(string topic, string group, string subscription, string? type = null, bool waits = false) =>
        RemotingCommand.Request(RequestCode.PullMessage, new PullMessageRequestHeader
        {
            ConsumerGroup = group,
            Topic = topic,
            QueueOffset = waits ? long.MaxValue / 2 : 0,
            MaxMsgNums = 32,
            SysFlag = waits ? 6 : 4,
            SuspendTimeoutMillis = 15_000,
            Subscription = subscription,
            ExpressionType = type,
        });

    /// <summary>Any code with fields that most of them read.</summary>
    public static RemotingCommand Any(int code, string name, byte[]? body = null)
    {
        var request = RemotingCommand.Request(code, body: body);
        foreach (var field in (string[])["topic", "consumerGroup", "group", "clientID", "clientId", "brokerName", "producerGroup", "cluster", "namespace", "key", "b", "a", "groupName", "srcGroup", "destGroup"])
        {
            request.AddField(field, name);
        }

        foreach (var field in (string[])["queueId", "e", "offset", "queueOffset", "commitOffset", "maxMsgNums", "sysFlag", "timestamp", "readQueueNums", "writeQueueNums", "perm"])
        {
            request.AddField(field, "-1");
        }

        return request;
    }
}
