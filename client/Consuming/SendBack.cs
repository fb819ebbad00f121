using RocketMQ.Client.Core;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Client.Consuming;

/// <summary>Gives messages back to their broker, to be delivered to the group again later or never.</summary>
internal sealed class SendBack(string group, int maxReconsumeTimes, Rpc rpc, BrokerTable brokers)
{
    private const int DefaultMaxReconsumeTimes = 16;

    public int MaxReconsumeTimes { get; } = maxReconsumeTimes >= 0 ? maxReconsumeTimes : DefaultMaxReconsumeTimes;

    /// <param name="delayLevel">0: as the broker sees fit; -1: to the dead letters.</param>
    public Task SendAsync(ReceivedMessage message, int delayLevel, CancellationToken cancellationToken) =>
        rpc.CallAsync(
            brokers.Master(message.Queue.BrokerName),
            RemotingCommand.Request(
                RequestCode.ConsumerSendMsgBack,
                new ConsumerSendMsgBackRequestHeader
                {
                    Offset = message.Stored.PhysicalOffset,
                    Group = group,
                    DelayLevel = delayLevel,
                    OriginMsgId = message.MessageId,
                    OriginTopic = message.Topic,
                    MaxReconsumeTimes = MaxReconsumeTimes,
                    BrokerName = message.Queue.BrokerName,
                }),
            cancellationToken);
}
