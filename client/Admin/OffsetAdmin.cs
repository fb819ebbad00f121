using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Client.Admin;

/// <summary>Offsets of queues, and of groups in them, at the broker that has them.</summary>
public sealed class OffsetAdmin
{
    private readonly AdminClient _admin;

    internal OffsetAdmin(AdminClient admin) => _admin = admin;

    /// <summary>The first offset that is still there.</summary>
    public async Task<long> GetMinAsync(string brokerAddress, string topic, int queueId, CancellationToken cancellationToken = default)
    {
        var header = new GetMinOffsetRequestHeader { Topic = topic, QueueId = queueId };
        var response = await CallAsync(brokerAddress, RequestCode.GetMinOffset, header, cancellationToken).ConfigureAwait(false);
        return response.ReadHeader<GetMinOffsetResponseHeader>().Offset;
    }

    /// <summary>The offset the next message will get.</summary>
    public async Task<long> GetMaxAsync(string brokerAddress, string topic, int queueId, CancellationToken cancellationToken = default)
    {
        var header = new GetMaxOffsetRequestHeader { Topic = topic, QueueId = queueId };
        var response = await CallAsync(brokerAddress, RequestCode.GetMaxOffset, header, cancellationToken).ConfigureAwait(false);
        return response.ReadHeader<GetMaxOffsetResponseHeader>().Offset;
    }

    /// <summary>The offset of the first message stored at a time or later.</summary>
    public async Task<long> SearchAsync(
        string brokerAddress, string topic, int queueId, DateTimeOffset time, CancellationToken cancellationToken = default)
    {
        var header = new SearchOffsetRequestHeader { Topic = topic, QueueId = queueId, Timestamp = time.ToUnixTimeMilliseconds() };
        var response = await CallAsync(brokerAddress, RequestCode.SearchOffsetByTimestamp, header, cancellationToken).ConfigureAwait(false);
        return response.ReadHeader<SearchOffsetResponseHeader>().Offset;
    }

    /// <summary>Stores that a group has consumed a queue up to an offset, exclusive. Its members are not told.</summary>
    public Task UpdateAsync(
        string brokerAddress, string group, string topic, int queueId, long offset, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(
            brokerAddress,
            RequestCode.UpdateConsumerOffset,
            new UpdateConsumerOffsetRequestHeader { ConsumerGroup = group, Topic = topic, QueueId = queueId, CommitOffset = offset },
            cancellationToken);

    /// <summary>Moves a group to a time in every queue of a topic on a broker, and tells its members.</summary>
    /// <param name="time">The end of the queues when absent.</param>
    /// <param name="force">Move it forward too.</param>
    /// <returns>Where the group goes on, by queue.</returns>
    /// <exception cref="BrokerException">CONSUMER_NOT_ONLINE (206): nobody is connected to be told (brokers before 5.1).</exception>
    public Task<IReadOnlyDictionary<MessageQueue, long>> ResetAsync(
        string brokerAddress, string group, string topic, DateTimeOffset? time, bool force, CancellationToken cancellationToken = default) =>
        ResetAsync(
            brokerAddress,
            new ResetOffsetRequestHeader
            {
                Group = group, Topic = topic, Timestamp = time?.ToUnixTimeMilliseconds() ?? -1, IsForce = force, QueueId = -1,
            },
            cancellationToken);

    /// <summary>Moves a group to an offset of one queue, and tells its members.</summary>
    public Task<IReadOnlyDictionary<MessageQueue, long>> ResetAsync(
        string brokerAddress, string group, string topic, int queueId, long offset, CancellationToken cancellationToken = default) =>
        ResetAsync(
            brokerAddress,
            new ResetOffsetRequestHeader { Group = group, Topic = topic, QueueId = queueId, Offset = offset, Timestamp = 0, IsForce = true },
            cancellationToken);

    private async Task<IReadOnlyDictionary<MessageQueue, long>> ResetAsync(
        string brokerAddress, ResetOffsetRequestHeader header, CancellationToken cancellationToken) =>
        (await _admin.AskAsync<ResetOffsetBody>(
            brokerAddress, RequestCode.InvokeBrokerToResetOffset, header, cancellationToken, TimeSpan.FromSeconds(15)).ConfigureAwait(false)).OffsetTable;

    private Task<RemotingCommand> CallAsync(string brokerAddress, int code, ICommandHeader header, CancellationToken cancellationToken) =>
        _admin.InvokeAsync(brokerAddress, RemotingCommand.Request(code, header), cancellationToken: cancellationToken);
}
