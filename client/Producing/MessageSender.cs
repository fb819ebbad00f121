using RocketMQ.Client.Core;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Client.Producing;

/// <summary>One attempt to send a message to one queue.</summary>
internal sealed class MessageSender(Rpc rpc, BrokerTable brokers, ProducerOptions options)
{
    /// <exception cref="BrokerException">The broker did not store the message.</exception>
    /// <exception cref="Remoting.RemotingException">The broker did not answer.</exception>
    public async Task<SendReceipt> SendAsync(OutgoingMessage message, MessageQueue queue, CancellationToken cancellationToken)
    {
        var address = brokers.Master(queue.BrokerName);
        var request = Request(message, queue);
        var response = await rpc.InvokeAsync(address, request, cancellationToken, options.SendTimeout).ConfigureAwait(false);
        var status = response.Code switch
        {
            ResponseCode.Success => SendStatus.Stored,
            ResponseCode.FlushDiskTimeout => SendStatus.FlushDiskTimeout,
            ResponseCode.FlushSlaveTimeout => SendStatus.FlushSlaveTimeout,
            ResponseCode.SlaveNotAvailable => SendStatus.SlaveNotAvailable,
            _ => throw new BrokerException(address, request.Code, response.Code, response.Remark),
        };
        var header = response.ReadHeader<SendMessageResponseHeader>();
        return new SendReceipt
        {
            Status = status,
            MessageId = message.MessageId,
            OffsetMessageId = header.MsgId,
            Queue = new MessageQueue(queue.Topic, queue.BrokerName, header.QueueId),
            QueueOffset = header.QueueOffset,
            RecallHandle = header.RecallHandle,
        };
    }

    public Task SendOnewayAsync(OutgoingMessage message, MessageQueue queue, CancellationToken cancellationToken) =>
        rpc.SendOnewayAsync(brokers.Master(queue.BrokerName), Request(message, queue), cancellationToken);

    public async Task<string> RecallAsync(string topic, string recallHandle, string brokerName, CancellationToken cancellationToken)
    {
        var header = new RecallMessageRequestHeader
        {
            ProducerGroup = options.Group, Topic = topic, RecallHandle = recallHandle, BrokerName = brokerName,
        };
        var response = await rpc.CallAsync(
            brokers.Master(brokerName), RemotingCommand.Request(RequestCode.RecallMessage, header), cancellationToken).ConfigureAwait(false);
        return response.ReadHeader<RecallMessageResponseHeader>().MsgId;
    }

    private RemotingCommand Request(OutgoingMessage message, MessageQueue queue) =>
        RemotingCommand.Request(
            message.IsBatch ? RequestCode.SendBatchMessage : message.IsReply ? RequestCode.SendReplyMessageV2 : RequestCode.SendMessageV2,
            new SendMessageRequestHeaderV2
            {
                ProducerGroup = options.Group,
                Topic = message.Topic,
                DefaultTopic = RouteTable.ModelTopic,
                DefaultTopicQueueNums = options.NewTopicQueues,
                QueueId = queue.QueueId,
                SysFlag = message.SysFlag,
                BornTimestamp = message.BornTimestamp,
                Flag = message.Flag,
                Properties = message.Properties,
                Batch = message.IsBatch,
                BrokerName = queue.BrokerName,
            },
            message.Body);
}
