using System.Globalization;
using RocketMQ.Client.Core;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Producing;

/// <summary>
/// Request and reply over messages: the request names its sender and a correlation id; the reply goes to the cluster's reply topic, whose
/// broker passes it on to the sender's connection.
/// </summary>
internal sealed class Requester(
    string clientId, MessageEncoder encoder, SendPipeline sending, ReplyTable replies, Heartbeats heartbeats, TimeProvider time)
{
    private const string ReplyTopicSuffix = "_REPLY_TOPIC";
    private const string ReplyType = "reply";

    public async Task<ReceivedMessage> RequestAsync(Message message, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var correlationId = Guid.NewGuid().ToString();
        var outgoing = encoder.Encode(message, systemProperties: new Dictionary<string, string>
        {
            [PropertyNames.CorrelationId] = correlationId,
            [PropertyNames.ReplyToClient] = clientId,
            [PropertyNames.Ttl] = ((long)timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
        });

        // A broker finds the way back only to clients it has had a heartbeat of.
        await sending.QueuesAsync(message.Topic, cancellationToken).ConfigureAwait(false);
        await heartbeats.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var reply = replies.Expect(correlationId);
        try
        {
            await sending.SendAsync(outgoing, message.ShardingKey, cancellationToken).ConfigureAwait(false);
            var left = timeout - time.GetElapsedTime(started);
            return await reply.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Nobody answered request {outgoing.MessageId} to topic '{message.Topic}' within {timeout.TotalMilliseconds:0} ms.");
        }
        finally
        {
            replies.Forget(correlationId);
        }
    }

    /// <exception cref="ArgumentException">The message asks for no answer.</exception>
    public static (Message Reply, IReadOnlyDictionary<string, string> Properties) ReplyTo(ReceivedMessage request, ReadOnlyMemory<byte> body)
    {
        string Required(string name) =>
            request.Properties.GetValueOrDefault(name)
            ?? throw new ArgumentException($"Message {request.MessageId} asks for no answer: it has no property {name}.", nameof(request));

        var properties = new Dictionary<string, string>
        {
            [PropertyNames.MessageType] = ReplyType,
            [PropertyNames.CorrelationId] = Required(PropertyNames.CorrelationId),
            [PropertyNames.ReplyToClient] = Required(PropertyNames.ReplyToClient),
        };
        if (request.Properties.TryGetValue(PropertyNames.Ttl, out var ttl))
        {
            properties[PropertyNames.Ttl] = ttl;
        }

        return (new Message(Required(PropertyNames.Cluster) + ReplyTopicSuffix, body), properties);
    }
}
