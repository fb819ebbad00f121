using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Client.Admin;

/// <summary>
/// What name servers keep beside routes. They know nothing of each other: values are set at every one that this client knows, all or as many as
/// answer before the first that fails.
/// </summary>
public sealed class NameServerAdmin
{
    private readonly AdminClient _admin;

    internal NameServerAdmin(AdminClient admin) => _admin = admin;

    /// <summary>A value of a namespace; <see langword="null"/> when it has none.</summary>
    public async Task<string?> GetValueAsync(string nameSpace, string key, CancellationToken cancellationToken = default)
    {
        try
        {
            var request = RemotingCommand.Request(RequestCode.GetKvConfig, new GetKVConfigRequestHeader { Namespace = nameSpace, Key = key });
            var response = await _admin.InvokeNameServerAsync(request, cancellationToken).ConfigureAwait(false);
            return response.ReadHeader<GetKVConfigResponseHeader>().Value;
        }
        catch (BrokerException e) when (e.Code == ResponseCode.QueryNotFound)
        {
            return null;
        }
    }

    public Task SetValueAsync(string nameSpace, string key, string value, CancellationToken cancellationToken = default) =>
        EachAsync(
            () => RemotingCommand.Request(RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = nameSpace, Key = key, Value = value }),
            cancellationToken);

    public Task DeleteValueAsync(string nameSpace, string key, CancellationToken cancellationToken = default) =>
        EachAsync(
            () => RemotingCommand.Request(RequestCode.DeleteKvConfig, new DeleteKVConfigRequestHeader { Namespace = nameSpace, Key = key }),
            cancellationToken);

    /// <summary>The configuration of one name server, by key.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetConfigAsync(string nameServer, CancellationToken cancellationToken = default)
    {
        var response = await _admin.InvokeAsync(
            nameServer, RemotingCommand.Request(RequestCode.GetNamesrvConfig), cancellationToken: cancellationToken).ConfigureAwait(false);
        return BrokerAdmin.Settings.Read(response, nameServer);
    }

    /// <summary>Sets keys of the configuration of one running name server.</summary>
    public Task UpdateConfigAsync(
        string nameServer, IEnumerable<KeyValuePair<string, string>> changes, CancellationToken cancellationToken = default) =>
        _admin.InvokeAsync(
            nameServer, RemotingCommand.Request(RequestCode.UpdateNamesrvConfig, body: BrokerAdmin.Settings.Write(changes)), cancellationToken: cancellationToken);

    /// <summary>Has one name server offer no queue of a broker for sending.</summary>
    /// <returns>How many topics that changed.</returns>
    public async Task<int> WipeWritePermissionAsync(string nameServer, string brokerName, CancellationToken cancellationToken = default)
    {
        var request = RemotingCommand.Request(RequestCode.WipeWritePermOfBroker, new WipeWritePermOfBrokerRequestHeader { BrokerName = brokerName });
        var response = await _admin.InvokeAsync(nameServer, request, cancellationToken: cancellationToken).ConfigureAwait(false);
        return response.ReadHeader<WipeWritePermOfBrokerResponseHeader>().WipeTopicCount;
    }

    /// <summary>Undoes <see cref="WipeWritePermissionAsync"/>.</summary>
    /// <returns>How many topics that changed.</returns>
    public async Task<int> AddWritePermissionAsync(string nameServer, string brokerName, CancellationToken cancellationToken = default)
    {
        var request = RemotingCommand.Request(RequestCode.AddWritePermOfBroker, new AddWritePermOfBrokerRequestHeader { BrokerName = brokerName });
        var response = await _admin.InvokeAsync(nameServer, request, cancellationToken: cancellationToken).ConfigureAwait(false);
        return response.ReadHeader<AddWritePermOfBrokerResponseHeader>().AddTopicCount;
    }

    private async Task EachAsync(Func<RemotingCommand> request, CancellationToken cancellationToken)
    {
        foreach (var address in _admin.NameServers)
        {
            await _admin.InvokeAsync(address, request(), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }
}
