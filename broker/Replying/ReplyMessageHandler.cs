using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Replying;

/// <summary>
/// SEND_REPLY_MESSAGE (324) and its short form (325): the answer to a request-reply message. It is stored in the cluster's reply topic,
/// if so configured, and pushed to the client that asked; the sender learns whether that client took it.
/// </summary>
public sealed class ReplyMessageHandler(
    BrokerOptions options, SendGuard guard, ProducerTable producers, MessagePublisher publisher, MessageHost storeHost, TimeProvider time,
    ILogger<ReplyMessageHandler> logger) : IRequestHandler
{
    private static readonly TimeSpan PushTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What every sent message gets of the broker, here without its cluster.</summary>
    private readonly byte[] _stamp = PropertyText.ToUtf8(
    [
        new(PropertyNames.MessageRegion, options.RegionId), new(PropertyNames.TraceOn, options.TraceOn ? "true" : "false"),
    ]);

    private readonly string _replyTopic = $"{options.BrokerClusterName}_REPLY_TOPIC";

    private static ReadOnlySpan<byte> ReplyToClient => "REPLY_TO_CLIENT"u8;

    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var header = request.Code == RequestCode.SendReplyMessage
            ? request.ReadHeader<SendMessageRequestHeader>()
            : request.ReadHeader<SendMessageRequestHeaderV2>();
        if (header.Topic != _replyTopic)
        {
            return RemotingCommand.Response(
                ResponseCode.NoPermission, Refused(),
                $"topic[{header.Topic}] is not for replies: those of this cluster go to {_replyTopic}. Send a message of another topic with SEND_MESSAGE.");
        }

        if ((guard.Check(header, context.Connection, out var topic, out _) ?? DelayText.Refuse(header.Properties.Span)) is { } refusal)
        {
            return RemotingCommand.Response(refusal.Code, Refused(), refusal.Reason);
        }

        header.Properties = ReservedProperties.RemoveRegion(header.Properties);
        var queueId = header.QueueId >= 0 ? header.QueueId : Random.Shared.Next(Math.Max(1, topic.WriteQueueNums));
        var push = Push(context, header);
        var client = PropertyText.TryFind(header.Properties.Span, ReplyToClient, out var id) ? PlainText.Of(Encoding.UTF8.GetString(id)) : null;
        var stored = Store(context, header, queueId);
        var failure = await PushAsync(client, push, cancellationToken).ConfigureAwait(false);
        if (stored is not { } published)
        {
            return Answer(failure, null, null, queueId);
        }

        return Answer(failure, published, await publisher.WaitStoredAsync(published).ConfigureAwait(false), queueId);
    }

    private PublishResult? Store(RequestContext context, SendMessageRequestHeader header, int queueId)
    {
        if (!options.StoreReplyMessageEnable)
        {
            return null;
        }

        var draft = SentMessage.Draft(context, header, queueId, storeHost);
        draft.MoreProperties = _stamp;
        var published = publisher.Publish(ref draft);
        if (published.IsOk)
        {
            return published;
        }

        Log.ReplyNotStored(logger, header.Topic, published.Reason);
        return null;
    }

    /// <summary>PUSH_REPLY_MESSAGE_TO_CLIENT (326). It outlives the request's buffers, so it owns its own.</summary>
    private RemotingCommand Push(RequestContext context, SendMessageRequestHeader header)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var first = PropertyText.ToUtf8([new(PropertyNames.PushReplyTime, now.ToString(CultureInfo.InvariantCulture))]);
        var sent = header.Properties.Span;
        var stamped = new byte[PropertyText.JoinedLength(sent, _stamp)];
        PropertyText.WriteJoined(stamped, sent, _stamp);
        var body = new byte[context.Request.Body.Length];
        context.Request.Body.CopyTo(body);
        return RemotingCommand.Request(
            RequestCode.PushReplyMessageToClient,
            new ReplyMessageRequestHeader
            {
                ProducerGroup = header.ProducerGroup,
                Topic = header.Topic,
                DefaultTopic = header.DefaultTopic,
                DefaultTopicQueueNums = header.DefaultTopicQueueNums,
                QueueId = header.QueueId,
                SysFlag = header.SysFlag,
                BornTimestamp = header.BornTimestamp,
                Flag = header.Flag,
                Properties = (byte[])[.. first, .. stamped],
                ReconsumeTimes = header.ReconsumeTimes,
                UnitMode = header.UnitMode,
                BornHost = ClientHosts.Of(context.Connection).ToString(),
                StoreHost = storeHost.ToString(),
                StoreTimestamp = now,
            },
            body);
    }

    /// <returns><see langword="null"/>, or why the client did not get it.</returns>
    private async ValueTask<string?> PushAsync(string? client, RemotingCommand push, CancellationToken cancellationToken)
    {
        if (client is null)
        {
            return $"reply message properties[{PropertyNames.ReplyToClient}] is null";
        }

        if (producers.FindClient(client) is not { } channel)
        {
            return $"push reply message fail, channel of <{client}> not found.";
        }

        try
        {
            var answer = await channel.Connection.InvokeAsync(push, PushTimeout, cancellationToken).ConfigureAwait(false);
            if (answer.Code == ResponseCode.Success)
            {
                return null;
            }

            Log.ReplyNotPushed(logger, client, PlainText.Of(answer.Remark ?? ResponseCode.Describe(answer.Code)));
        }
        catch (RemotingException e)
        {
            Log.ReplyNotPushed(logger, client, e.Message);
        }

        return $"push reply message to {client}fail.";
    }

    /// <summary>Whether the client has it comes first; where it has, what the disk said of the stored reply is the answer.</summary>
    private RemotingCommand Answer(string? failure, PublishResult? stored, Durability? durability, int queueId)
    {
        var code = failure is not null ? ResponseCode.SystemError : durability?.Code ?? ResponseCode.Success;
        if (failure is not null && stored is null)
        {
            return RemotingCommand.Response(code, Refused(), failure);
        }

        // A client's header needs an id, even where nothing was stored.
        return RemotingCommand.Response(
            code,
            new SendMessageResponseHeader
            {
                MsgId = stored is { } published ? OffsetMessageId.Format(storeHost, published.Appended.PhysicalOffset) : "0",
                QueueId = queueId,
                QueueOffset = stored?.Appended.QueueOffset ?? 0,
                Region = options.RegionId,
                TraceOn = options.TraceOn,
            },
            failure ?? (durability is { IsStored: false } late ? $"{late.Name}: the client has the reply; {late.Reason}" : null));
    }

    private SendMessageRefusedHeader Refused() => new() { Region = options.RegionId, TraceOn = options.TraceOn };
}
