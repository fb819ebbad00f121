using System.Text;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Client.Admin;

/// <summary>One broker: its configuration, statistics and housekeeping.</summary>
public sealed class BrokerAdmin
{
    private readonly AdminClient _admin;

    internal BrokerAdmin(AdminClient admin) => _admin = admin;

    /// <summary>The configuration in effect, by key.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetConfigAsync(string brokerAddress, CancellationToken cancellationToken = default)
    {
        var response = await _admin.InvokeAsync(
            brokerAddress, RemotingCommand.Request(RequestCode.GetBrokerConfig), cancellationToken: cancellationToken).ConfigureAwait(false);
        return Settings.Read(response, brokerAddress);
    }

    /// <summary>Sets keys of the configuration of a running broker; it keeps them in its file.</summary>
    public Task UpdateConfigAsync(
        string brokerAddress, IEnumerable<KeyValuePair<string, string>> changes, CancellationToken cancellationToken = default) =>
        _admin.InvokeAsync(
            brokerAddress, RemotingCommand.Request(RequestCode.UpdateBrokerConfig, body: Settings.Write(changes)), cancellationToken: cancellationToken);

    /// <summary>Deletes consume queue files whose messages are gone.</summary>
    public Task CleanExpiredConsumeQueuesAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(brokerAddress, RequestCode.CleanExpiredConsumequeue, header: null, cancellationToken);

    /// <summary>Deletes commit log files that are past their time, without waiting for the hour of the day.</summary>
    public Task DeleteExpiredCommitLogAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(brokerAddress, RequestCode.DeleteExpiredCommitlog, header: null, cancellationToken);

    /// <summary>Deletes the consume queues of topics that the broker no longer has.</summary>
    public Task CleanUnusedTopicsAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(brokerAddress, RequestCode.CleanUnusedTopic, header: null, cancellationToken);

    /// <summary>How far every group is in every topic.</summary>
    /// <param name="isOrder">Only topics with a global order, or only others.</param>
    public Task<ConsumeStatsList> GetConsumeStatsAsync(
        string brokerAddress, bool isOrder = false, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        _admin.AskAsync<ConsumeStatsList>(
            brokerAddress, RequestCode.GetBrokerConsumeStats, new GetConsumeStatsInBrokerRequestHeader { IsOrder = isOrder }, cancellationToken, timeout);

    /// <summary>One counter over the last minute, hour and day.</summary>
    /// <param name="statsName">Such as <c>TOPIC_PUT_NUMS</c>.</param>
    /// <param name="key">Such as a topic, or <c>topic@group</c>.</param>
    /// <exception cref="BrokerException">The broker counts no such thing (SYSTEM_ERROR).</exception>
    public Task<BrokerStatsData> GetStatsAsync(string brokerAddress, string statsName, string key, CancellationToken cancellationToken = default) =>
        _admin.AskAsync<BrokerStatsData>(
            brokerAddress, RequestCode.ViewBrokerStatsData, new ViewBrokerStatsDataRequestHeader { StatsName = statsName, StatsKey = key }, cancellationToken);

    /// <summary>How replication stands.</summary>
    public Task<HARuntimeInfo> GetHaStatusAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        _admin.AskAsync<HARuntimeInfo>(brokerAddress, RequestCode.GetBrokerHaStatus, header: null, cancellationToken);

    /// <summary>Which master wrote which part of its log.</summary>
    /// <exception cref="BrokerException">No controller watches over it (SYSTEM_ERROR).</exception>
    public Task<EpochEntryCache> GetEpochsAsync(string brokerAddress, CancellationToken cancellationToken = default) =>
        _admin.AskAsync<EpochEntryCache>(brokerAddress, RequestCode.GetBrokerEpochCache, header: null, cancellationToken);

    /// <summary>The body of configuration requests and replies: <c>key=value</c> lines.</summary>
    internal static class Settings
    {
        public static Dictionary<string, string> Read(RemotingCommand response, string address) =>
            JavaProperties.Parse(Encoding.UTF8.GetString(response.Body), address).Entries.ToDictionary(e => e.Key, e => e.Value.Value);

        public static byte[] Write(IEnumerable<KeyValuePair<string, string>> changes) =>
            Encoding.UTF8.GetBytes(JavaProperties.Edit("", changes));
    }
}
