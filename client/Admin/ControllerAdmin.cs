using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Client.Admin;

/// <summary>Controllers: any of those that belong together may be named, what concerns broker sets is asked of the one that leads.</summary>
public sealed class ControllerAdmin
{
    private readonly AdminClient _admin;

    internal ControllerAdmin(AdminClient admin) => _admin = admin;

    /// <summary>Which controllers there are, and which one leads.</summary>
    public async Task<GetMetaDataResponseHeader> GetMetadataAsync(string controller, CancellationToken cancellationToken = default)
    {
        var response = await _admin.InvokeAsync(controller, RemotingCommand.Request(RequestCode.ControllerGetMetadataInfo), cancellationToken: cancellationToken).ConfigureAwait(false);
        return response.ReadHeader<GetMetaDataResponseHeader>();
    }

    /// <summary>The configuration of one controller, by key.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetConfigAsync(string controller, CancellationToken cancellationToken = default)
    {
        var response = await _admin.InvokeAsync(controller, RemotingCommand.Request(RequestCode.GetControllerConfig), cancellationToken: cancellationToken).ConfigureAwait(false);
        return BrokerAdmin.Settings.Read(response, controller);
    }

    /// <summary>Sets keys of the configuration of one running controller.</summary>
    public Task UpdateConfigAsync(string controller, IEnumerable<KeyValuePair<string, string>> changes, CancellationToken cancellationToken = default) =>
        _admin.InvokeAsync(
            controller, RemotingCommand.Request(RequestCode.UpdateControllerConfig, body: BrokerAdmin.Settings.Write(changes)), cancellationToken: cancellationToken);

    /// <summary>How broker sets stand, by name; those that there are not are left out.</summary>
    public async Task<IReadOnlyDictionary<string, ReplicasInfo>> GetSyncStateSetsAsync(
        string controller, IEnumerable<string> brokerNames, CancellationToken cancellationToken = default)
    {
        var request = RemotingCommand.Request(RequestCode.ControllerGetSyncStateData, body: RemotingJson.Serialize(brokerNames.ToList()));
        var response = await InvokeLeaderAsync(controller, request, cancellationToken).ConfigureAwait(false);
        return response.Body.IsEmpty ? new Dictionary<string, ReplicasInfo>() : response.ReadBody<BrokerReplicasInfo>().ReplicasInfoTable;
    }

    /// <summary>Makes a broker of the sync-state set master of its set.</summary>
    public async Task<ElectMasterResponseHeader> ElectMasterAsync(
        string controller, string clusterName, string brokerName, long brokerId, CancellationToken cancellationToken = default)
    {
        var header = new ElectMasterRequestHeader { ClusterName = clusterName, BrokerName = brokerName, BrokerId = brokerId, DesignateElect = true };
        var response = await InvokeLeaderAsync(controller, RemotingCommand.Request(RequestCode.ControllerElectMaster, header), cancellationToken).ConfigureAwait(false);
        return response.ReadHeader<ElectMasterResponseHeader>();
    }

    /// <summary>Has brokers forgotten that are gone for good.</summary>
    /// <param name="brokerIds">Joined by semicolons; null: the whole set.</param>
    /// <param name="isLivingCleaned">Living ones, too.</param>
    public Task CleanAsync(
        string controller, string? clusterName, string brokerName, string? brokerIds, bool isLivingCleaned, CancellationToken cancellationToken = default) =>
        InvokeLeaderAsync(
            controller,
            RemotingCommand.Request(RequestCode.CleanBrokerData, new CleanControllerBrokerDataRequestHeader
            {
                ClusterName = clusterName,
                BrokerName = brokerName,
                BrokerControllerIdsToClean = brokerIds,
                IsCleanLivingBroker = isLivingCleaned,
            }),
            cancellationToken);

    private async Task<RemotingCommand> InvokeLeaderAsync(string controller, RemotingCommand request, CancellationToken cancellationToken)
    {
        var leader = (await GetMetadataAsync(controller, cancellationToken).ConfigureAwait(false)).ControllerLeaderAddress;
        return await _admin.InvokeAsync(leader ?? controller, request, cancellationToken: cancellationToken).ConfigureAwait(false);
    }
}
