using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>The requests of pop consumption.</summary>
internal static class PopRequests
{
    /// <param name="table">Where they are added.</param>
    /// <param name="pops">What they ask for.</param>
    /// <param name="coldReads">Serves those that may have to read from the disk.</param>
    public static RequestTable.Builder AddTo(RequestTable.Builder table, PopConsumption pops, Lane coldReads) => table
        .Add(RequestCode.PopMessage, new PopMessageHandler(pops.Pops, coldReads))
        .Add(RequestCode.PeekMessage, new PeekMessageHandler(pops.Peeks), coldReads, -1)
        .Add(RequestCode.AckMessage, new AckMessageHandler(pops.Acks, coldReads))
        .Add(RequestCode.BatchAckMessage, new BatchAckMessageHandler(pops.Acks, coldReads), coldReads, BrokerServer.InlineBodyLimit)
        .Add(RequestCode.ChangeMessageInvisibletime, new ChangeInvisibleTimeHandler(pops.InvisibleTimes, coldReads))
        .Add(RequestCode.Notification, new NotificationHandler(pops.Notifications, coldReads))
        .Add(RequestCode.PollingInfo, new PollingInfoHandler(pops.Pops));
}
