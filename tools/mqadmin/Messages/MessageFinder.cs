using RocketMQ.Client;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.MqAdmin.Messages;

/// <summary>Finds messages by either kind of id.</summary>
internal static class MessageFinder
{
    private const int LastPort = 65535;

    /// <summary>The message with an id that a broker or a producer gave. Both look alike; a broker's names a host and a port that answer.</summary>
    /// <param name="routeTopic">Tells the brokers, for a light queue that has no route of its own.</param>
    /// <exception cref="VerbFailedException">There is none.</exception>
    public static async Task<StoredMessage> FindAsync(AdminClient admin, string topic, string id, string? routeTopic, CancellationToken cancellationToken)
    {
        if (OffsetMessageId.TryParse(id, out var host, out _) && host.Port is > 0 and <= LastPort)
        {
            try
            {
                return await admin.Messages.GetAsync(id, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is RemotingException or RocketMQException)
            {
                // It may be a producer's after all.
            }
        }

        return (await FindAllAsync(admin, topic, id, routeTopic, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>All messages with an id that a producer gave: one, unless it was sent again.</summary>
    /// <exception cref="VerbFailedException">There is none.</exception>
    public static async Task<IReadOnlyList<StoredMessage>> FindAllAsync(AdminClient admin, string topic, string id, string? routeTopic, CancellationToken cancellationToken)
    {
        var found = await admin.Messages.FindByIdAsync(topic, id, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, routeTopic, cancellationToken).ConfigureAwait(false);
        return found.Count > 0
            ? found
            : throw new VerbFailedException($"Topic '{topic}' has no message with the id {id}: another topic, or deleted with its file.");
    }
}
