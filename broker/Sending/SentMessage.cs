using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Sending;

/// <summary>A message as its producer sent it.</summary>
internal static class SentMessage
{
    /// <summary>A draft of it; it borrows the request's bytes.</summary>
    public static MessageDraft Draft(RequestContext context, SendMessageRequestHeader header, int queueId, MessageHost storeHost)
    {
        var draft = new MessageDraft
        {
            Topic = header.Topic,
            QueueId = queueId,
            Flag = header.Flag,
            SysFlag = header.SysFlag,
            BornTimestamp = header.BornTimestamp,
            BornHost = ClientHosts.Of(context.Connection),
            StoreHost = storeHost,
            ReconsumeTimes = header.ReconsumeTimes,
            Properties = header.Properties.Span,
        };
        draft.SetBody(context.Request.Body);
        return draft;
    }
}
