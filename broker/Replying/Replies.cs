using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Broker.Replying;

/// <summary>
/// The reply to a request-reply message. It is stored in the cluster's reply topic, if so configured, and pushed to the client that asked; the
/// sender learns whether that client took it.
/// </summary>
public sealed class Replies(
    BrokerOptions options, SendGuard guard, ProducerTable producers, MessagePublisher publisher, MessageHost storeHost, TimeProvider time,
    ILogger<Replies> logger)
{
    private static readonly TimeSpan PushTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What every sent message gets of the broker, here without its cluster.</summary>
    private readonly byte[] _stamp = PropertyText.ToUtf8(
    [
        new(PropertyNames.MessageRegion, options.RegionId), new(PropertyNames.TraceOn, options.TraceOn ? "true" : "false"),
    ]);

    private readonly string _replyTopic = $"{options.BrokerClusterName}_REPLY_TOPIC";

    private static ReadOnlySpan<byte> ReplyToClient => "REPLY_TO_CLIENT"u8;

    public ValueTask<ReplyResult> ReplyAsync(in SendRequest sent, CancellationToken cancellationToken)
    {
        if (sent.Topic != _replyTopic)
        {
            return Refused(new Refusal(
                RefusalKind.NoPermission,
                $"topic[{sent.Topic}] is not for replies: those of this cluster go to {_replyTopic}. Send a message of another topic with SEND_MESSAGE."));
        }

        if ((guard.Check(sent, out var topic, out _) ?? DelayText.Refuse(sent.Properties.Span)) is { } refusal)
        {
            return Refused(refusal);
        }

        var request = sent with { Properties = ReservedProperties.RemoveRegion(sent.Properties) };
        var queueId = request.QueueId >= 0 ? request.QueueId : Random.Shared.Next(Math.Max(1, topic.WriteQueueNums));
        var push = Push(request);
        var client = PropertyText.TryFind(request.Properties.Span, ReplyToClient, out var id) ? PlainText.Of(Encoding.UTF8.GetString(id)) : null;
        return DeliverAsync(client, push, Store(request, queueId), queueId, cancellationToken);
    }

    private async ValueTask<ReplyResult> DeliverAsync(string? client, PushedReply push, PublishResult? stored, int queueId, CancellationToken cancellationToken)
    {
        var failure = await PushAsync(client, push, cancellationToken).ConfigureAwait(false);
        return new ReplyResult
        {
            NotPushed = failure,
            QueueId = queueId,
            Stored = stored?.Appended,
            Durability = stored is { } published ? await publisher.WaitStoredAsync(published).ConfigureAwait(false) : null,
        };
    }

    private PublishResult? Store(in SendRequest request, int queueId)
    {
        if (!options.StoreReplyMessageEnable)
        {
            return null;
        }

        var draft = request.Draft(queueId, storeHost);
        draft.MoreProperties = _stamp;
        var published = publisher.Publish(ref draft);
        if (published.IsOk)
        {
            return published;
        }

        Log.ReplyNotStored(logger, request.Topic, published.Reason);
        return null;
    }

    /// <summary>It outlives the request's buffers, so it owns its own.</summary>
    private PushedReply Push(in SendRequest request)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var first = PropertyText.ToUtf8([new(PropertyNames.PushReplyTime, now.ToString(CultureInfo.InvariantCulture))]);
        var sent = request.Properties.Span;
        var stamped = new byte[PropertyText.JoinedLength(sent, _stamp)];
        PropertyText.WriteJoined(stamped, sent, _stamp);
        return new PushedReply
        {
            ProducerGroup = request.ProducerGroup,
            Topic = request.Topic,
            DefaultTopic = request.DefaultTopic,
            DefaultTopicQueueNums = request.DefaultTopicQueueNums,
            QueueId = request.QueueId,
            SysFlag = request.SysFlag,
            BornTimestamp = request.BornTimestamp,
            Flag = request.Flag,
            Properties = [.. first, .. stamped],
            ReconsumeTimes = request.ReconsumeTimes,
            UnitMode = request.UnitMode,
            BornHost = request.BornHost.ToString(),
            StoreHost = storeHost.ToString(),
            StoreTimestamp = now,
            Body = request.Body.ToArray(),
        };
    }

    /// <returns><see langword="null"/>, or why the client did not get it.</returns>
    private async ValueTask<string?> PushAsync(string? client, PushedReply push, CancellationToken cancellationToken)
    {
        if (client is null)
        {
            return $"reply message properties[{PropertyNames.ReplyToClient}] is null";
        }

        if (producers.FindClient(client) is not { } channel)
        {
            return $"push reply message fail, channel of <{client}> not found.";
        }

        if (await channel.Link.DeliverAsync(push, PushTimeout, cancellationToken).ConfigureAwait(false) is not { } failure)
        {
            return null;
        }

        Log.ReplyNotPushed(logger, client, failure);
        return $"push reply message to {client}fail.";
    }

    private static ValueTask<ReplyResult> Refused(Refusal refusal) => ValueTask.FromResult(new ReplyResult { Refusal = refusal });
}
