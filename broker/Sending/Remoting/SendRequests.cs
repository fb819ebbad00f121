using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Sending.Remoting;

/// <summary>The requests that bring a message, decoded.</summary>
internal static class SendRequests
{
    /// <param name="context">The request; what is decoded borrows its bytes.</param>
    /// <param name="longForm">The code whose header has its fields' full names.</param>
    public static SendRequest Decode(in RequestContext context, int longForm)
    {
        var request = context.Request;
        var header = request.Code == longForm ? request.ReadHeader<SendMessageRequestHeader>() : request.ReadHeader<SendMessageRequestHeaderV2>();
        return new SendRequest
        {
            Topic = header.Topic,
            ProducerGroup = header.ProducerGroup,
            DefaultTopic = header.DefaultTopic,
            DefaultTopicQueueNums = header.DefaultTopicQueueNums,
            QueueId = header.QueueId,
            SysFlag = header.SysFlag,
            Flag = header.Flag,
            BornTimestamp = header.BornTimestamp,
            BornHost = ClientHosts.Of(context.Connection),
            Properties = header.Properties,
            Body = request.Body,
            ReconsumeTimes = header.ReconsumeTimes,
            MaxReconsumeTimes = request.Version >= MqVersion.V3_4_9 ? header.MaxReconsumeTimes : null,
            UnitMode = header.UnitMode,
            IsBatch = header.Batch || request.Code == RequestCode.SendBatchMessage,
        };
    }
}
