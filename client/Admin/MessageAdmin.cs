using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Admin;

/// <summary>Finds stored messages.</summary>
public sealed class MessageAdmin
{
    private readonly AdminClient _admin;
    private readonly RouteTable _routes;
    private readonly BrokerTable _brokers;

    internal MessageAdmin(AdminClient admin, RouteTable routes, BrokerTable brokers)
    {
        _admin = admin;
        _routes = routes;
        _brokers = brokers;
    }

    /// <summary>The message with an id that a broker gave; asks the broker that the id names.</summary>
    /// <exception cref="FormatException">It is no such id.</exception>
    public async Task<StoredMessage> GetAsync(string offsetMessageId, CancellationToken cancellationToken = default)
    {
        if (!OffsetMessageId.TryParse(offsetMessageId, out var host, out var offset))
        {
            throw new FormatException($"'{offsetMessageId}' is no id that a broker gave: 32 or 56 hexadecimal digits.");
        }

        var response = await _admin.InvokeAsync(
            host.ToString(),
            RemotingCommand.Request(RequestCode.ViewMessageById, new ViewMessageRequestHeader { Offset = offset }),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        return StoredMessage.ReadAll(response.Body.FirstSpan)[0];
    }

    /// <summary>Messages of a topic that have a key, newest first as each broker finds them.</summary>
    /// <param name="maxCount">At most this many of each broker.</param>
    /// <param name="routeTopic">A topic whose brokers are asked, for a light queue that has no route of its own.</param>
    public Task<IReadOnlyList<StoredMessage>> FindByKeyAsync(
        string topic, string key, DateTimeOffset from, DateTimeOffset to, int maxCount = 32, string? routeTopic = null,
        CancellationToken cancellationToken = default) =>
        FindAsync(topic, key, from, to, maxCount, isUniqueKey: false, routeTopic, cancellationToken);

    /// <summary>Messages of a topic with an id that their producer gave.</summary>
    /// <param name="routeTopic">As in <see cref="FindByKeyAsync"/>.</param>
    public Task<IReadOnlyList<StoredMessage>> FindByIdAsync(
        string topic, string messageId, DateTimeOffset from, DateTimeOffset to, string? routeTopic = null, CancellationToken cancellationToken = default) =>
        FindAsync(topic, messageId, from, to, maxCount: 32, isUniqueKey: true, routeTopic, cancellationToken);

    /// <summary>Has one member of a group consume a stored message now, and tells how that went.</summary>
    /// <param name="offsetMessageId">The id that a broker gave.</param>
    public Task<ConsumeMessageDirectlyResult> ConsumeDirectlyAsync(
        string brokerAddress, string group, string clientId, string topic, string offsetMessageId, CancellationToken cancellationToken = default) =>
        _admin.AskAsync<ConsumeMessageDirectlyResult>(
            brokerAddress,
            RequestCode.ConsumeMessageDirectly,
            new ConsumeMessageDirectlyResultRequestHeader { ConsumerGroup = group, ClientId = clientId, MsgId = offsetMessageId, Topic = topic },
            cancellationToken,
            TimeSpan.FromSeconds(30));

    /// <summary>Entries of a consume queue from an index on.</summary>
    /// <param name="group">Tells of each entry whether this group's filter lets it pass.</param>
    public Task<QueryConsumeQueueResponseBody> GetQueueEntriesAsync(
        string brokerAddress, string topic, int queueId, long index, int count, string? group = null, CancellationToken cancellationToken = default) =>
        _admin.AskAsync<QueryConsumeQueueResponseBody>(
            brokerAddress,
            RequestCode.QueryConsumeQueue,
            new QueryConsumeQueueRequestHeader { Topic = topic, QueueId = queueId, Index = index, Count = count, ConsumerGroup = group },
            cancellationToken);

    private async Task<IReadOnlyList<StoredMessage>> FindAsync(
        string topic, string key, DateTimeOffset from, DateTimeOffset to, int maxCount, bool isUniqueKey, string? routeTopic,
        CancellationToken cancellationToken)
    {
        var route = await _routes.GetAsync(routeTopic ?? topic, cancellationToken).ConfigureAwait(false);
        var found = await Task.WhenAll(route.Brokers.Select(b => FindAsync(b.Name))).ConfigureAwait(false);
        return [.. found.SelectMany(messages => messages).Where(IsMatch)];

        async Task<List<StoredMessage>> FindAsync(string brokerName)
        {
            var header = new QueryMessageRequestHeader
            {
                Topic = topic,
                Key = key,
                MaxNum = maxCount,
                BeginTimestamp = from.ToUnixTimeMilliseconds(),
                EndTimestamp = to.ToUnixTimeMilliseconds(),
                UniqueKeyQuery = isUniqueKey ? true : null,
            };
            var (address, _) = _brokers.Reader(brokerName, BrokerEndpoints.MasterId);
            try
            {
                var response = await _admin.InvokeAsync(
                    address, RemotingCommand.Request(RequestCode.QueryMessage, header), cancellationToken: cancellationToken).ConfigureAwait(false);
                return StoredMessage.ReadAll(response.Body.FirstSpan);
            }
            catch (BrokerException e) when (e.Code == ResponseCode.QueryNotFound)
            {
                return [];
            }
        }

        // Brokers look up a hash of topic and key; others may share it.
        bool IsMatch(StoredMessage message) =>
            isUniqueKey
                ? message.UniqueKey == key
                : message.Keys?.Split(PropertyNames.KeySeparator).Contains(key) == true;
    }
}
