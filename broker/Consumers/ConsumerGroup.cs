using System.Collections.Immutable;
using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Consumers;

/// <summary>
/// The members of one consumer group and what they subscribe to. All members should subscribe to the same; where they do not, the
/// newest word counts, as in Apache's broker.
/// </summary>
public sealed class ConsumerGroup(string name)
{
    private readonly Lock _lock = new();
    private ImmutableDictionary<IClientLink, ClientChannel> _channels = ImmutableDictionary<IClientLink, ClientChannel>.Empty;
    private ImmutableDictionary<string, SubscriptionData> _subscriptions = ImmutableDictionary.Create<string, SubscriptionData>(StringComparer.Ordinal);

    public string Name { get; } = name;

    public ConsumeType ConsumeType { get; private set; }

    public MessageModel MessageModel { get; private set; }

    public ConsumeFromWhere ConsumeFromWhere { get; private set; }

    /// <summary>
    /// What the last heartbeat gave as the fingerprint of its subscriptions, 0 when it sent none. Two members that disagree both have to
    /// go on sending their subscriptions.
    /// </summary>
    public int Fingerprint { get; internal set; }

    /// <summary>When the last member left, ms since 1970; the subscriptions outlive it for a while.</summary>
    public long LastUpdateMs { get; private set; }

    public IReadOnlyCollection<ClientChannel> Channels => [.. Volatile.Read(ref _channels).Values];

    public IReadOnlyDictionary<string, SubscriptionData> Subscriptions => Volatile.Read(ref _subscriptions);

    public bool IsEmpty => Volatile.Read(ref _channels).IsEmpty;

    public SubscriptionData? Subscription(string topic) => Volatile.Read(ref _subscriptions).GetValueOrDefault(topic);

    public ClientChannel? Find(string clientId) => Channels.FirstOrDefault(c => c.ClientId == clientId);

    /// <summary>The ids of all members, each once.</summary>
    public List<string> ClientIds => [.. Channels.Select(c => c.ClientId).Distinct()];

    /// <param name="channel">The member.</param>
    /// <param name="data">What it says of the group.</param>
    /// <param name="replaceSubscriptions">False when it says nothing of its subscriptions.</param>
    /// <param name="nowMs">Milliseconds since 1970.</param>
    /// <param name="isRenewed">Whether a subscription has got a newer version.</param>
    /// <returns>Whether the members or the subscribed topics changed.</returns>
    internal bool Register(ClientChannel channel, ConsumerData data, bool replaceSubscriptions, long nowMs, out bool isRenewed)
    {
        isRenewed = false;
        lock (_lock)
        {
            ConsumeType = data.ConsumeType;
            MessageModel = data.MessageModel;
            ConsumeFromWhere = data.ConsumeFromWhere;
            LastUpdateMs = nowMs;
            var changed = AddChannel(channel, nowMs);
            return (replaceSubscriptions && UpdateSubscriptions(data.SubscriptionDataSet, out isRenewed)) || changed;
        }
    }

    /// <returns>Whether it was a member.</returns>
    internal bool Remove(IClientLink link, long nowMs)
    {
        lock (_lock)
        {
            if (!_channels.ContainsKey(link))
            {
                return false;
            }

            _channels = _channels.Remove(link);
            LastUpdateMs = nowMs;
            return true;
        }
    }

    private bool AddChannel(ClientChannel channel, long nowMs)
    {
        channel.LastUpdateMs = nowMs;
        if (_channels.TryGetValue(channel.Link, out var known) && known.ClientId == channel.ClientId)
        {
            known.LastUpdateMs = nowMs;
            return false;
        }

        _channels = _channels.SetItem(channel.Link, channel);
        return true;
    }

    private bool UpdateSubscriptions(IEnumerable<SubscriptionData> subscriptions, out bool isRenewed)
    {
        isRenewed = false;
        var changed = false;
        var next = _subscriptions.ToBuilder();
        var topics = new HashSet<string>(StringComparer.Ordinal);
        foreach (var subscription in subscriptions)
        {
            topics.Add(subscription.Topic);
            if (!next.TryGetValue(subscription.Topic, out var known))
            {
                changed = true;
                next[subscription.Topic] = subscription;
            }
            else if (subscription.SubVersion > known.SubVersion)
            {
                isRenewed = true;
                next[subscription.Topic] = subscription;
            }
        }

        foreach (var gone in _subscriptions.Keys.Where(t => !topics.Contains(t)))
        {
            next.Remove(gone);
            changed = true;
        }

        _subscriptions = next.ToImmutable();
        return changed;
    }
}
